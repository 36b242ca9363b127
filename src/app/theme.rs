//! Colours, type and spacing, by what they mean.

mod faint;
mod size;

pub use size::{BODY, CAPTION, FIGURES, FINE, HEADING, HEADLINE, LABEL};

pub use crate::figure::Mark;
pub use crate::gallery::{ORDER, name_of, place, strategy_name};

use crate::figure::{Dash, Ink, Theme as On, ink};
use crate::gallery;
use crate::scenario::{Strategy, Tint};
use egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme,
    Visuals, vec2,
};
use egui_plot::LineStyle;

/// The colours of one theme.
#[derive(Clone, Copy, Debug)]
pub struct Tokens {
    /// Which theme they are of, for the colours that figures have too.
    on: On,
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
}

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

const DARK: Tokens = Tokens {
    on: On::Dark,
    window: rgb(0x000b_0d10),
    panel: rgb(ink::GROUND.of(On::Dark)),
    raised: rgb(0x001a_1e24),
    hovered: rgb(0x0024_2a32),
    strong: rgb(ink::STRONG.of(On::Dark)),
    text: rgb(ink::TEXT.of(On::Dark)),
    subdued: rgb(ink::SUBDUED.of(On::Dark)),
    hairline: rgb(ink::HAIRLINE.of(On::Dark)),
    grid: rgb(ink::GRID.of(On::Dark)),
    accent: rgb(ink::ACCENT.of(On::Dark)),
    on_accent: rgb(0x0006_1018),
    bid: rgb(gallery::BID.of(On::Dark)),
    ask: rgb(gallery::ASK.of(On::Dark)),
    warning: rgb(0x00f5_b83d),
    error: rgb(ink::LOSS.of(On::Dark)),
    good: rgb(ink::GAIN.of(On::Dark)),
};

const LIGHT: Tokens = Tokens {
    on: On::Light,
    window: rgb(0x00e9_ecf0),
    panel: rgb(ink::GROUND.of(On::Light)),
    raised: rgb(0x00f0_f2f5),
    hovered: rgb(0x00e2_e6ec),
    strong: rgb(ink::STRONG.of(On::Light)),
    text: rgb(ink::TEXT.of(On::Light)),
    subdued: rgb(ink::SUBDUED.of(On::Light)),
    hairline: rgb(ink::HAIRLINE.of(On::Light)),
    grid: rgb(ink::GRID.of(On::Light)),
    accent: rgb(ink::ACCENT.of(On::Light)),
    on_accent: rgb(0x00ff_ffff),
    bid: rgb(gallery::BID.of(On::Light)),
    ask: rgb(gallery::ASK.of(On::Light)),
    warning: rgb(0x008f_5a00),
    error: rgb(ink::LOSS.of(On::Light)),
    good: rgb(ink::GAIN.of(On::Light)),
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
        self.colour(gallery::tint(tint))
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
        self.colour(gallery::family(place, count))
    }

    /// A colour that figures have too.
    #[must_use]
    pub fn colour(&self, ink: Ink) -> Color32 {
        rgb(ink.of(self.on))
    }

    /// The look of a strategy: one colour, one line style and one mark.
    #[must_use]
    pub fn look(&self, strategy: Strategy) -> Look {
        let gallery::Look { stroke, mark } = gallery::look(strategy);
        Look {
            color: self.colour(stroke.ink),
            style: style_of(stroke.dash),
            width: points(stroke.width),
            mark,
        }
    }
}

/// Dashes as charts on screen have them.
fn style_of(dash: Dash) -> LineStyle {
    match dash {
        Dash::Solid => LineStyle::Solid,
        Dash::Dashed(length) => LineStyle::Dashed {
            length: points(length),
        },
        Dash::Dotted(spacing) => LineStyle::Dotted {
            spacing: points(spacing),
        },
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a few points on screen")]
fn points(length: f64) -> f32 {
    length as f32
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
