//! How well a colour is seen on a ground, and how far it can be drawn back.

use egui::Color32;

/// Least contrast of a line that means something (WCAG 2.2, 1.4.11).
pub(super) const LINE: f64 = 3.0;

/// Least share of a colour that is left of it.
const LEAST: f32 = 0.45;

/// Relative luminance (WCAG 2.2).
pub(super) fn luminance(colour: Color32) -> f64 {
    let [r, g, b, _] = colour.to_array().map(linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// A channel without its gamma, from 0 to 1 (WCAG 2.2).
pub(super) fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.040_45 {
        c / 12.92
    } else {
        ((c + 0.055) / 1.055).powf(2.4)
    }
}

/// Contrast of two colours, from 1 to 21 (WCAG 2.2).
pub(super) fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The palest mixture of a colour with its ground in which a line is still seen well; the colour
/// itself where none is.
pub(super) fn faint(colour: Color32, ground: Color32) -> Color32 {
    let steps = (0..=11_u8).map(|i| LEAST + 0.05 * f32::from(i));
    let mut mixtures = steps.map(|share| ground.lerp_to_gamma(colour, share));
    let seen = |mixture: &Color32| contrast(*mixture, ground) >= LINE;
    mixtures.find(seen).unwrap_or(colour)
}
