//! Colours as plain numbers, one for each theme.

/// What a figure is drawn on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// White, for paper.
    #[default]
    Light,
    /// Nearly black, for a dark screen.
    Dark,
}

impl Theme {
    /// Each with its word.
    pub const ALL: [(&'static str, Self); 2] = [("light", Self::Light), ("dark", Self::Dark)];
}

/// A colour in both themes, as `0xRRGGBB`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ink {
    /// On white.
    pub light: u32,
    /// On nearly black.
    pub dark: u32,
}

impl Ink {
    /// A colour on white, and the same on nearly black.
    #[must_use]
    pub const fn new(light: u32, dark: u32) -> Self {
        Self { light, dark }
    }

    /// The number in a theme.
    #[must_use]
    pub const fn of(self, theme: Theme) -> u32 {
        match theme {
            Theme::Light => self.light,
            Theme::Dark => self.dark,
        }
    }

    /// As SVG has it.
    #[must_use]
    pub fn hex(self, theme: Theme) -> String {
        format!("#{:06x}", self.of(theme))
    }

    /// A share of the way to another colour.
    #[must_use]
    pub fn toward(self, other: Self, share: f64) -> Self {
        Self {
            light: mixed(self.light, other.light, share),
            dark: mixed(self.dark, other.dark, share),
        }
    }
}

fn mixed(from: u32, to: u32, share: f64) -> u32 {
    let part = |shift: u32| {
        let of = |colour: u32| f64::from((colour >> shift) & 0xff);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between two bytes"
        )]
        let mixed = (of(to) - of(from))
            .mul_add(share.clamp(0.0, 1.0), of(from))
            .round() as u32;
        mixed << shift
    };
    part(16) | part(8) | part(0)
}

/// What a figure is drawn on.
pub const GROUND: Ink = Ink::new(0x00ff_ffff, 0x0011_1418);
/// Titles, and what matters most.
pub const STRONG: Ink = Ink::new(0x0014_171c, 0x00f2_f4f7);
/// Texts.
pub const TEXT: Ink = Ink::new(0x0033_3a45, 0x00c9_ced6);
/// Texts that stand back.
pub const SUBDUED: Ink = Ink::new(0x005b_6573, 0x008b_93a0);
/// Frames.
pub const HAIRLINE: Ink = Ink::new(0x00d5_dae1, 0x0026_2c35);
/// Lines at the numbers of an axis.
pub const GRID: Ink = Ink::new(0x00b4_bcc7, 0x0039_414d);
/// One accent.
pub const ACCENT: Ink = Ink::new(0x001a_5fd0, 0x004c_9aff);
/// A loss.
pub const LOSS: Ink = Ink::new(0x00b9_2f24, 0x00ff_6b5e);
/// A gain.
pub const GAIN: Ink = Ink::new(0x0016_744a, 0x004c_c38a);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_way_is_between_in_both_themes() {
        let grey = Ink::new(0, 0).toward(Ink::new(0x00ff_ffff, 0x00ff_0000), 0.5);
        assert_eq!((grey.light, grey.dark), (0x0080_8080, 0x0080_0000));
        assert_eq!(grey.hex(Theme::Light), "#808080");
    }
}
