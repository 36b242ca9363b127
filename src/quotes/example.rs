//! A small file of snapshots to try the calibration with: a made-up book of which everything is known.

use crate::units::plain;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::fmt::Write;

/// Levels of each side.
const LEVELS: usize = 8;
/// A snapshot each second.
const SNAPSHOTS: usize = 3000;
/// Seconds from one large trade to the next.
const BETWEEN: usize = 125;
/// Quoted half-spread (relative to the mid), and how the price rises into the book (relative to the mid, a share).
const HALF_SPREAD: f64 = 0.5e-4;
const SLOPE: f64 = 0.02e-4;
/// Usual shares of a level, how much of what is unusual stays from second to second, and what comes (shares).
const SIZE: f64 = 100.0;
const STAYS: f64 = 0.98;
const CHANGES: f64 = 14.0;
/// Share of a side that a large trade takes, and what is left of the hole a second later.
const TAKEN: f64 = 0.4;
const LEFT: f64 = 0.84;
/// What a large trade moves the mid by for good and for a while (relative), and what is left of the latter a second later.
const KEPT: f64 = 0.6e-4;
const PASSING: f64 = 1.2e-4;
const PASSING_LEFT: f64 = 0.93;

/// Fifty minutes of snapshots as CSV: half-spread 0.5 basis points and a slope of 2 for 100 shares, holes with a half-life of 4
/// seconds, and impact on the mid with a permanent and a passing part.
#[must_use]
pub fn example() -> String {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    let mut text = String::from("time");
    for level in 1..=LEVELS {
        let _infallible = write!(
            text,
            ",bid_price_{level},bid_size_{level},ask_price_{level},ask_size_{level}"
        );
    }
    text.push('\n');
    let (mut fair, mut passing, mut hole) = (100.0, 0.0, [0.0; 2]);
    let mut sizes = [[SIZE; 2]; LEVELS];
    for second in 0..SNAPSHOTS {
        // The sum of some even numbers is nearly normal.
        let step: f64 = (0..6).map(|_| random.random::<f64>() - 0.5).sum();
        fair *= 1.0 + 0.2e-4 * step;
        passing *= PASSING_LEFT;
        hole = hole.map(|hole| hole * LEFT);
        if second % BETWEEN == BETWEEN / 2 {
            let side = second / BETWEEN % 2;
            let sign = if side == 0 { 1.0 } else { -1.0 };
            hole[side] = TAKEN;
            fair *= 1.0 + sign * KEPT;
            passing += sign * PASSING;
        }
        let mid = fair * (1.0 + passing);
        let _infallible = write!(text, "{}", 1_577_923_200 + second);
        let mut before = [0.0; 2];
        for level in &mut sizes {
            for side in [1, 0] {
                let sign = if side == 0 { 1.0 } else { -1.0 };
                let away = HALF_SPREAD + SLOPE * before[side] / (1.0 - hole[side]);
                let size = &mut level[side];
                *size = SIZE + STAYS * (*size - SIZE) + CHANGES * (random.random::<f64>() - 0.5);
                let size = size.max(0.2 * SIZE);
                let shown = (size * (1.0 - hole[side])).round().max(1.0);
                before[side] += shown;
                let price = (1e4 * mid * (1.0 + sign * away)).round() / 1e4;
                let _infallible = write!(text, ",{},{}", plain(price), plain(shown));
            }
        }
        text.push('\n');
    }
    text
}
