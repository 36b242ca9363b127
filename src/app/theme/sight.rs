//! Strategies told apart by who sees fewer colours.
//!
//! Colours are simulated with the matrices for full severity of G. M. Machado, M. M. Oliveira and
//! L. A. F. Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency, IEEE
//! Transactions on Visualization and Computer Graphics 15 (2009), applied to linear RGB.

use super::faint::linear;
use super::{DARK, LIGHT, ORDER};
use crate::scenario::{Strategy, Tint};
use egui::Color32;

type Matrix = [[f64; 3]; 3];

const PROTANOPIA: Matrix = [
    [0.152_286, 1.052_583, -0.204_868],
    [0.114_503, 0.786_281, 0.099_216],
    [-0.003_882, -0.048_116, 1.051_998],
];
const DEUTERANOPIA: Matrix = [
    [0.367_322, 0.860_646, -0.227_968],
    [0.280_085, 0.672_501, 0.047_413],
    [-0.011_820, 0.042_940, 0.968_881],
];
const TRITANOPIA: Matrix = [
    [1.255_528, -0.076_749, -0.178_779],
    [-0.078_411, 0.930_809, 0.147_602],
    [0.004_733, 0.691_367, 0.303_900],
];
/// Everybody else.
const ALL_COLOURS: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

/// From linear sRGB to XYZ (IEC 61966-2-1), in units of the white point D65.
const TO_XYZ: Matrix = [
    [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
    [0.2126, 0.7152, 0.0722],
    [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
];

/// Colours that are further apart than this in CIE Lab (1976) are told apart at a glance; those that
/// are nearer need another dash and another mark.
const APART: f64 = 20.0;

fn times(matrix: Matrix, x: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * x[0] + row[1] * x[1] + row[2] * x[2])
}

/// Place in CIE Lab of a colour as it is seen.
fn lab(colour: Color32, sight: Matrix) -> [f64; 3] {
    let [r, g, b, _] = colour.to_array().map(linear);
    let seen = times(sight, [r, g, b]).map(|c| c.clamp(0.0, 1.0));
    let [x, y, z] = times(TO_XYZ, seen).map(|t| {
        if t > 216.0 / 24389.0 {
            t.cbrt()
        } else {
            (24389.0 / 27.0 * t + 16.0) / 116.0
        }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn distance(a: Color32, b: Color32, sight: Matrix) -> f64 {
    let (a, b) = (lab(a, sight), lab(b, sight));
    let squares = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b));
    squares.sum::<f64>().sqrt()
}

#[test]
fn the_distance_is_that_of_cie_lab() {
    // Black and white are 100 apart; the primaries as in the tables of B. Lindbloom, for D65.
    let far = distance(Color32::BLACK, Color32::WHITE, ALL_COLOURS);
    assert!((far - 100.0).abs() < 0.1, "{far}");
    let [l, a, b] = lab(Color32::from_rgb(255, 0, 0), ALL_COLOURS);
    assert!((l - 53.24).abs() < 0.1 && (a - 80.09).abs() < 0.3 && (b - 67.2).abs() < 0.3);
}

#[test]
fn white_stays_white_for_everybody() {
    for sight in [PROTANOPIA, DEUTERANOPIA, TRITANOPIA] {
        let moved = distance(Color32::WHITE, Color32::WHITE, sight);
        let [l, a, b] = lab(Color32::WHITE, sight);
        assert!(moved == 0.0 && l > 99.9 && a.abs() < 0.1 && b.abs() < 0.1);
    }
}

#[test]
fn two_strategies_are_told_apart_by_colour_or_by_dash_and_mark() {
    for (theme, tokens) in [("dark", &DARK), ("light", &LIGHT)] {
        for (sight, name) in [
            (ALL_COLOURS, "all colours"),
            (PROTANOPIA, "protanopia"),
            (DEUTERANOPIA, "deuteranopia"),
            (TRITANOPIA, "tritanopia"),
        ] {
            for (i, one) in ORDER.into_iter().enumerate() {
                for other in ORDER.into_iter().skip(i + 1) {
                    let (a, b) = (tokens.look(one), tokens.look(other));
                    let apart = distance(a.color, b.color, sight);
                    let by_line = a.style != b.style && a.mark != b.mark;
                    assert!(
                        apart >= APART || by_line,
                        "{theme}, {name}: {one:?} and {other:?} are {apart:.0} apart"
                    );
                    // To who sees all colours, colour alone is enough.
                    assert!(
                        name != "all colours" || apart >= APART,
                        "{theme}: {one:?} {other:?}"
                    );
                }
            }
        }
    }
}

/// A pin's line has the dash and mark of its strategy, so that only its colour tells it from the present
/// scenario's; six colours that everybody tells apart there are not, four there are.
#[test]
fn pins_are_told_from_the_learned_policy_and_the_first_four_from_each_other() {
    for (theme, tokens) in [("dark", &DARK), ("light", &LIGHT)] {
        let learned = tokens.look(Strategy::Learned).color;
        for sight in [ALL_COLOURS, PROTANOPIA, DEUTERANOPIA, TRITANOPIA] {
            for (i, one) in Tint::ALL.into_iter().enumerate() {
                let apart = distance(tokens.tint(one), learned, sight);
                assert!(
                    apart >= APART,
                    "{theme}: {one:?} is {apart:.0} from learned"
                );
                for other in Tint::ALL[..4].iter().skip(i + 1) {
                    let apart = distance(tokens.tint(one), tokens.tint(*other), sight);
                    assert!(apart >= APART, "{theme}: {one:?} {other:?} {apart:.0}");
                }
            }
        }
    }
}

/// A part of a trade on a panel: in its colour, or in slanted lines of it.
fn reason(tokens: &super::Tokens, place: usize) -> (Color32, bool) {
    let fill = crate::gallery::reason_fill(place);
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    let strength = fill.opacity as f32;
    let colour = tokens.colour(fill.ink);
    (tokens.panel.lerp_to_gamma(colour, strength), fill.hatched)
}

#[test]
fn the_parts_of_a_trade_are_told_apart_by_colour_or_by_slanted_lines() {
    for (theme, tokens) in [("dark", &DARK), ("light", &LIGHT)] {
        for sight in [ALL_COLOURS, PROTANOPIA, DEUTERANOPIA, TRITANOPIA] {
            for one in 0..7 {
                for other in one + 1..7 {
                    let (a, b) = (reason(tokens, one), reason(tokens, other));
                    let apart = distance(a.0, b.0, sight);
                    assert!(
                        a.1 != b.1 || apart >= APART,
                        "{theme}: {one} and {other} are {apart:.0} apart"
                    );
                }
            }
        }
    }
}
