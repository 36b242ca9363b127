//! Shades in the place of numbers.

use crate::cli::table::figure;
use crate::outcome::Estimate;
use crate::quantity::write::NOTHING;

/// Shades of a heat map, from the smallest to the largest.
const SHADES: [&str; 5] = ["··", "░░", "▒▒", "▓▓", "██"];

/// The shade of a figure.
pub(super) fn shade(found: Estimate, [low, high]: [f64; 2]) -> &'static str {
    let Some(x) = found.value else {
        return NOTHING;
    };
    let share = if high > low {
        (x - low) / (high - low)
    } else {
        0.0
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share between 0 and 1 of a small count"
    )]
    let place = (share * SHADES.len() as f64) as usize;
    SHADES[place.min(SHADES.len() - 1)]
}

/// From where to where each shade goes.
pub(super) fn legend([low, high]: [f64; 2]) -> String {
    let step = (high - low) / SHADES.len() as f64;
    let edges = (0..SHADES.len()).map(|i| {
        let from = step.mul_add(i as f64, low);
        format!("{} from {}", SHADES[i], figure(from))
    });
    let edges: Vec<String> = edges.collect();
    format!("\n{}, up to {}\n", edges.join(", "), figure(high))
}
