//! Colours that can be told from what lies behind them.

use super::{DARK, LIGHT};
use egui::Color32;

/// Relative luminance (WCAG 2.2).
fn luminance(colour: Color32) -> f64 {
    let [r, g, b, _] = colour.to_array().map(|c| f64::from(c) / 255.0);
    let linear = |c: f64| {
        if c <= 0.040_45 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

fn contrast(a: Color32, b: Color32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn a_familys_colours_stand_out_and_grow_lighter_in_order() {
    for tokens in [&DARK, &LIGHT] {
        for pair in tokens.family.windows(2) {
            assert!(luminance(pair[1]) > 1.2 * luminance(pair[0]) + 0.005);
        }
        for colour in tokens.family {
            assert!(contrast(colour, tokens.panel) >= 3.0, "{colour:?}");
        }
    }
    assert_eq!(DARK.of_family(0, 1), DARK.family[0]);
    assert_eq!(DARK.of_family(2, 3), DARK.family[5]);
}
