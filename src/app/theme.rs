//! Colours, type and spacing, by what they mean.

mod faint;
mod size;

pub use size::{BODY, CAPTION, FIGURES, FINE, HEADING, HEADLINE, LABEL};

use crate::policy::Who;
use crate::scenario::{Strategy, Tint};
use egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme,
    Visuals, vec2,
};
use egui_plot::LineStyle;

/// The colours of one theme.
#[derive(Clone, Copy, Debug)]
pub struct Tokens {
    pub window: Color32,
    pub panel: Color32,
    pub raised: Color32,
    pub hovered: Color32,
    pub strong: Color32,
    pub text: Color32,
    pub subdued: Color32,
    pub hairline: Color32,
    pub grid: Color32,
    pub accent: Color32,
    pub on_accent: Color32,
    pub bid: Color32,
    pub ask: Color32,
    pub warning: Color32,
    pub error: Color32,
    pub good: Color32,
    /// Curves of one family, in order: from far from the panel's lightness to near it, or back.
    pub family: [Color32; 6],
    strategies: [Color32; 7],
    /// Of pins, in the order of [`Tint::ALL`].
    tints: [Color32; 6],
}

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

const DARK: Tokens = Tokens {
    window: rgb(0x000b_0d10),
    panel: rgb(0x0011_1418),
    raised: rgb(0x001a_1e24),
    hovered: rgb(0x0024_2a32),
    strong: rgb(0x00f2_f4f7),
    text: rgb(0x00c9_ced6),
    subdued: rgb(0x008b_93a0),
    hairline: rgb(0x0026_2c35),
    grid: rgb(0x0039_414d),
    accent: rgb(0x004c_9aff),
    on_accent: rgb(0x0006_1018),
    bid: rgb(0x003b_82c4),
    ask: rgb(0x00c4_593b),
    warning: rgb(0x00f5_b83d),
    error: rgb(0x00ff_6b5e),
    good: rgb(0x004c_c38a),
    family: [
        rgb(0x007b_56d8),
        rgb(0x00b5_65c8),
        rgb(0x00df_7cb2),
        rgb(0x00f9_9ca3),
        rgb(0x00fe_c3ab),
        rgb(0x00fd_e7cf),
    ],
    strategies: [
        rgb(0x008b_93a0),
        rgb(0x00e6_9f00),
        rgb(0x0000_9e73),
        rgb(0x00cc_79a7),
        rgb(0x00f0_e442),
        rgb(0x0056_b4e9),
        rgb(0x00b3_9dff),
    ],
    tints: [
        rgb(0x00ff_8fa8),
        rgb(0x00b5_e35c),
        rgb(0x00a0_6bff),
        rgb(0x00ff_f5dc),
        rgb(0x00b0_6a35),
        rgb(0x008b_93a0),
    ],
};

const LIGHT: Tokens = Tokens {
    window: rgb(0x00e9_ecf0),
    panel: rgb(0x00ff_ffff),
    raised: rgb(0x00f0_f2f5),
    hovered: rgb(0x00e2_e6ec),
    strong: rgb(0x0014_171c),
    text: rgb(0x0033_3a45),
    subdued: rgb(0x005b_6573),
    hairline: rgb(0x00d5_dae1),
    grid: rgb(0x00b4_bcc7),
    accent: rgb(0x001a_5fd0),
    on_accent: rgb(0x00ff_ffff),
    bid: rgb(0x003b_82c4),
    ask: rgb(0x00c4_593b),
    warning: rgb(0x008f_5a00),
    error: rgb(0x00b9_2f24),
    good: rgb(0x0016_744a),
    family: [
        rgb(0x0026_0c66),
        rgb(0x004a_1f75),
        rgb(0x0070_2f7f),
        rgb(0x0096_4183),
        rgb(0x00bb_5582),
        rgb(0x00dd_6d7e),
    ],
    strategies: [
        rgb(0x0066_7080),
        rgb(0x00c0_5400),
        rgb(0x0000_795a),
        rgb(0x00a8_4d83),
        rgb(0x006f_6400),
        rgb(0x0000_72b2),
        rgb(0x005b_3fb5),
    ],
    tints: [
        rgb(0x00c2_295c),
        rgb(0x006b_7d00),
        rgb(0x003b_1a99),
        rgb(0x003f_3212),
        rgb(0x00a0_5a10),
        rgb(0x006b_7480),
    ],
};

/// How strong lines of equal depth and of equal position are over what they lie on, and how strong
/// the panel's colour is at both sides of the latter.
pub const ISOLINE: f32 = 0.9;
/// See [`ISOLINE`].
pub const CASING: f32 = 0.7;

/// How a strategy is drawn, everywhere: told apart by line and mark where colours are not seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    pub color: Color32,
    pub style: LineStyle,
    pub width: f32,
    pub mark: Mark,
}

impl Look {
    /// The same line, thinner or thicker and paler.
    #[must_use]
    pub fn faded(self, shade: f32, width: f32) -> Self {
        Self {
            color: self.color.gamma_multiply(shade),
            width: self.width * width,
            ..self
        }
    }
}

/// What stands on a strategy's line at the time cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mark {
    Disc,
    Square,
    Diamond,
    Triangle,
    Hexagon,
    Cross,
    Plus,
}

impl Tokens {
    /// The colours in use.
    #[must_use]
    pub fn of(visuals: &Visuals) -> &'static Self {
        if visuals.dark_mode { &DARK } else { &LIGHT }
    }

    /// What was lost; apart from what was gained for who sees fewer colours, too.
    #[must_use]
    pub fn lost(&self) -> Color32 {
        self.ask
    }

    /// What was gained.
    #[must_use]
    pub fn gained(&self) -> Color32 {
        self.bid
    }

    /// The colour of a pin.
    #[must_use]
    pub fn tint(&self, tint: Tint) -> Color32 {
        let place = Tint::ALL.iter().position(|other| *other == tint);
        self.tints[place.unwrap_or(0)]
    }

    /// The look of a strategy in a pinned scenario: its line and mark in the pin's colour.
    #[must_use]
    pub fn ghost(&self, tint: Tint, strategy: Strategy) -> Look {
        let look = self.look(strategy);
        Look {
            color: self.tint(tint),
            width: 0.75 * look.width,
            ..look
        }
    }

    /// A colour drawn back on a panel, as far as a line in it can be seen well.
    #[must_use]
    pub fn faint(&self, colour: Color32) -> Color32 {
        faint::faint(colour, self.panel)
    }

    /// The colour of a curve among `count` of a family, spread over all there are.
    #[must_use]
    pub fn of_family(&self, place: usize, count: usize) -> Color32 {
        let last = self.family.len() - 1;
        self.family[(place * last / count.saturating_sub(1).max(1)).min(last)]
    }

    /// The look of a strategy: one colour, one line style and one mark.
    #[must_use]
    pub fn look(&self, strategy: Strategy) -> Look {
        let dashed = |length| LineStyle::Dashed { length };
        let dotted = |spacing| LineStyle::Dotted { spacing };
        let (place, style, width, mark) = match strategy {
            Strategy::None => (0, dotted(9.0), 1.0, Mark::Cross),
            Strategy::Delta => (1, dashed(6.0), 1.8, Mark::Diamond),
            Strategy::Leland => (2, dotted(4.5), 1.3, Mark::Square),
            Strategy::Band => (3, dashed(3.0), 1.8, Mark::Triangle),
            Strategy::SoftBand => (6, dotted(7.0), 2.4, Mark::Hexagon),
            Strategy::Static => (4, dashed(12.0), 1.8, Mark::Plus),
            Strategy::Learned => (5, LineStyle::Solid, 2.5, Mark::Disc),
        };
        Look {
            color: self.strategies[place],
            style,
            width,
            mark,
        }
    }
}

/// The order in which strategies stand, everywhere.
pub const ORDER: [Strategy; 7] = [
    Strategy::Learned,
    Strategy::Delta,
    Strategy::Leland,
    Strategy::Band,
    Strategy::SoftBand,
    Strategy::Static,
    Strategy::None,
];

/// A strategy's place in the order.
#[must_use]
pub fn place(strategy: Strategy) -> usize {
    let known = ORDER.iter().position(|other| *other == strategy);
    known.unwrap_or(ORDER.len())
}

/// What a strategy is called on screen.
#[must_use]
pub fn strategy_name(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::None => "No hedge",
        Strategy::Delta => "Delta",
        Strategy::Leland => "Leland",
        Strategy::Band => "Band",
        Strategy::SoftBand => "Soft band",
        Strategy::Static => "Static",
        Strategy::Learned => "Learned",
    }
}

/// What a policy is called on screen: as its strategy, unless it has a name of its own.
#[must_use]
pub fn name_of(who: &Who) -> &str {
    if who.is_plain() {
        strategy_name(who.kind)
    } else {
        &who.name
    }
}

/// Heights of the bars and of a row.
pub const TOP_BAR: f32 = 38.0;
/// Height of the time line.
pub const TIME_LINE: f32 = 40.0;
/// Height of the status bar.
pub const STATUS_BAR: f32 = 24.0;
/// Height of a row of controls.
pub const ROW: f32 = 24.0;
/// Padding of a panel.
pub const PADDING: f32 = 12.0;
/// Unit of spacing.
pub const GAP: f32 = 8.0;

/// Gives a context both themes.
pub fn install(ctx: &egui::Context) {
    ctx.set_style_of(Theme::Dark, style(&DARK, Visuals::dark()));
    ctx.set_style_of(Theme::Light, style(&LIGHT, Visuals::light()));
}

fn style(tokens: &Tokens, base: Visuals) -> Style {
    let font = |size, family| FontId::new(size, family);
    let mut style = Style {
        text_styles: [
            (TextStyle::Heading, font(HEADING, FontFamily::Proportional)),
            (TextStyle::Body, font(BODY, FontFamily::Proportional)),
            (TextStyle::Button, font(BODY, FontFamily::Proportional)),
            (TextStyle::Small, font(CAPTION, FontFamily::Proportional)),
            (TextStyle::Monospace, font(FIGURES, FontFamily::Monospace)),
        ]
        .into(),
        visuals: visuals(tokens, base),
        animation_time: 0.08,
        ..Style::default()
    };
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(GAP, 4.0);
    spacing.button_padding = vec2(8.0, 3.0);
    spacing.interact_size = vec2(24.0, ROW);
    spacing.menu_margin = Margin::same(6);
    spacing.window_margin = Margin::same(14);
    spacing.slider_rail_height = 3.0;
    spacing.icon_width = 15.0;
    spacing.icon_width_inner = 9.0;
    spacing.icon_spacing = 6.0;
    spacing.tooltip_width = 320.0;
    spacing.scroll = egui::style::ScrollStyle::thin();
    style.interaction.tooltip_delay = 0.45;
    style.interaction.selectable_labels = false;
    style
}

fn visuals(tokens: &Tokens, base: Visuals) -> Visuals {
    let mut visuals = base;
    visuals.panel_fill = tokens.panel;
    visuals.window_fill = tokens.panel;
    visuals.window_stroke = Stroke::new(1.0, tokens.hairline);
    visuals.window_corner_radius = CornerRadius::same(6);
    visuals.menu_corner_radius = CornerRadius::same(6);
    visuals.extreme_bg_color = tokens.window;
    visuals.text_edit_bg_color = Some(tokens.raised);
    visuals.faint_bg_color = tokens.raised;
    visuals.code_bg_color = tokens.raised;
    visuals.hyperlink_color = tokens.accent;
    visuals.warn_fg_color = tokens.warning;
    visuals.error_fg_color = tokens.error;
    visuals.weak_text_color = Some(tokens.subdued);
    visuals.selection.bg_fill = tokens.accent.gamma_multiply(0.35);
    visuals.selection.stroke = Stroke::new(1.0, tokens.strong);
    visuals.slider_trailing_fill = true;
    visuals.popup_shadow = Shadow {
        offset: [0, 4],
        blur: 16,
        spread: 0,
        color: Color32::from_black_alpha(if visuals.dark_mode { 120 } else { 40 }),
    };
    visuals.window_shadow = visuals.popup_shadow;
    let widgets = &mut visuals.widgets;
    let rounded = CornerRadius::same(4);
    for (state, fill, text, outline) in [
        (
            &mut widgets.noninteractive,
            tokens.panel,
            tokens.text,
            tokens.hairline,
        ),
        (
            &mut widgets.inactive,
            tokens.raised,
            tokens.text,
            Color32::TRANSPARENT,
        ),
        (
            &mut widgets.hovered,
            tokens.hovered,
            tokens.strong,
            Color32::TRANSPARENT,
        ),
        (
            &mut widgets.active,
            tokens.hovered,
            tokens.strong,
            tokens.accent,
        ),
        (
            &mut widgets.open,
            tokens.hovered,
            tokens.strong,
            Color32::TRANSPARENT,
        ),
    ] {
        state.bg_fill = fill;
        state.weak_bg_fill = fill;
        state.fg_stroke = Stroke::new(1.0, text);
        state.bg_stroke = Stroke::new(1.0, outline);
        state.corner_radius = rounded;
        state.expansion = 0.0;
    }
    // A slider's rail and a text field keep a quiet ground.
    widgets.inactive.bg_fill = tokens.hairline;
    widgets.hovered.bg_fill = tokens.hairline;
    visuals
}

#[cfg(test)]
mod contrast;
#[cfg(test)]
mod digits;
#[cfg(test)]
mod sight;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strategies_are_told_apart_without_colour() {
        for tokens in [&DARK, &LIGHT] {
            for one in ORDER {
                for other in ORDER.into_iter().filter(|other| *other != one) {
                    let (a, b) = (tokens.look(one), tokens.look(other));
                    assert_ne!(a.style, b.style, "{one:?} {other:?}");
                    assert_ne!(a.mark, b.mark, "{one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn every_strategy_has_a_place() {
        let mut all = <Strategy as crate::scenario::Named>::ALL.iter();
        assert!(all.all(|(_, strategy)| place(*strategy) < ORDER.len()));
    }
}
