//! Maps of the policy: the position it would take over two of the things it sees.

use super::{Asked, POINTS, Source, across, at};
use crate::app::view::spaced;
use crate::episode::{Bounds, Observation};
use crate::policy::Delta;
use egui::{Color32, ColorImage};

/// Rows of a map.
pub(super) const ROWS: usize = 80;
/// A change of position smaller than this share of the contract counts as none.
const STILL: f64 = 0.005;

/// One map.
#[derive(Clone, Debug)]
pub struct PolicyMap {
    pub image: ColorImage,
    pub version: u64,
    /// Lower and upper edge of the vertical axis: shares, or dates.
    pub vertical: (f64, f64),
    /// Numbers at the lowest and highest colour (shares).
    pub range: (f64, f64),
    /// Colours from lowest to highest.
    pub scale: Vec<Color32>,
    /// Share of the map in which the policy trades next to nothing.
    pub still: f64,
    /// What counts as next to nothing (shares).
    pub within: f64,
}

/// The map of a policy.
pub(super) fn map(
    source: &Source<'_>,
    asked: Asked<'_>,
    plain: Observation,
    (low, high): (f64, f64),
) -> PolicyMap {
    let scenario = source.scenario;
    let delta = Delta::of(scenario);
    let bounds = Bounds::of(scenario);
    let shares = scenario.contract.shares;
    let chart = source.chart;
    let over_time = chart.over_time();
    let held: Vec<f64> = spaced(low, high, 5)
        .map(|spot| delta.position(spot, plain.remaining))
        .collect();
    let path = source.path.whose(&source.focus);
    let path = path.into_iter().flat_map(|s| &s.ledger);
    let span = held
        .into_iter()
        .chain(path.map(|line| line.position_before))
        .chain([plain.position])
        .fold((0.0f64, 0.0f64), |(a, b), x| (a.min(x), b.max(x)));
    let vertical = if over_time {
        (0.0, scenario.steps as f64)
    } else {
        (
            span.0.min(-0.1 * shares) - 0.1 * shares,
            span.1.max(0.1 * shares) + 0.2 * shares,
        )
    };
    let half = 0.5 * (high - low) / POINTS as f64;
    let spots: Vec<f64> = spaced(low + half, high - half, POINTS).collect();
    // Half a row at least: the line on which nothing is traded would fall apart into specks.
    let within = (STILL * shares).max(0.5 * (vertical.1 - vertical.0) / ROWS as f64);
    let mut numbers = Vec::with_capacity(POINTS * ROWS);
    let mut moves = Vec::with_capacity(POINTS * ROWS);
    for y in 0..ROWS {
        let share = 1.0 - (y as f64 + 0.5) / ROWS as f64;
        let up = share.mul_add(vertical.1 - vertical.0, vertical.0);
        let seen = at(scenario, plain, up, over_time);
        let targets = across(asked, &bounds, &spots, seen);
        let less = if chart.less_delta() {
            across(Asked::plain(&delta), &bounds, &spots, seen)
        } else {
            vec![0.0; POINTS]
        };
        numbers.extend(targets.iter().zip(less).map(|(target, less)| target - less));
        let trades = |target: &f64| (target - seen.position).abs() > within;
        moves.extend(targets.iter().map(|target| over_time || trades(target)));
    }
    PolicyMap {
        within,
        ..paint(source, &numbers, &moves, vertical)
    }
}

fn paint(source: &Source<'_>, numbers: &[f64], moves: &[bool], vertical: (f64, f64)) -> PolicyMap {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let diverging = source.chart.less_delta();
    let range = if diverging {
        let extreme = least.abs().max(most.abs()).max(1e-9);
        (-extreme, extreme)
    } else {
        (least, most.max(least + 1e-9))
    };
    let scale = scale(diverging, source.dark);
    let mut image = ColorImage::filled([POINTS, ROWS], Color32::TRANSPARENT);
    for (i, number) in numbers.iter().enumerate() {
        let share = (number - range.0) / (range.1 - range.0);
        let colour = scale[place(share, scale.len())];
        let toward = if source.dark {
            Color32::BLACK
        } else {
            Color32::WHITE
        };
        image.pixels[i] = if moves[i] {
            colour
        } else {
            colour.lerp_to_gamma(toward, 0.6)
        };
    }
    let still = moves.iter().filter(|moves| !**moves).count() as f64 / moves.len() as f64;
    PolicyMap {
        image,
        version: source.version,
        vertical,
        range,
        scale,
        still,
        within: 0.0,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the scale"
)]
fn place(share: f64, length: usize) -> usize {
    (share.clamp(0.0, 1.0) * (length - 1) as f64) as usize
}

/// 128 colours: a sequence in one hue, or two hues around a neutral middle.
fn scale(diverging: bool, dark: bool) -> Vec<Color32> {
    let rgb = Color32::from_rgb;
    let stops: Vec<Color32> = match (diverging, dark) {
        (true, true) => vec![
            rgb(0xf0, 0xa0, 0x50),
            rgb(0x9c, 0x5c, 0x24),
            rgb(0x1e, 0x22, 0x28),
            rgb(0x24, 0x66, 0x94),
            rgb(0x6c, 0xc4, 0xf4),
        ],
        (true, false) => vec![
            rgb(0xb3, 0x58, 0x06),
            rgb(0xf1, 0xa3, 0x40),
            rgb(0xf7, 0xf7, 0xf7),
            rgb(0x67, 0xa9, 0xcf),
            rgb(0x05, 0x50, 0x8c),
        ],
        (false, _) => vec![
            rgb(0x35, 0x22, 0x4b),
            rgb(0x3d, 0x4f, 0x8a),
            rgb(0x2a, 0x7d, 0x8e),
            rgb(0x4a, 0xb0, 0x7b),
            rgb(0xf2, 0xe0, 0x61),
        ],
    };
    let parts = stops.len() - 1;
    (0..128_u16)
        .map(|i| {
            let along = f32::from(i) / 127.0 * parts as f32;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between the first stop and the last"
            )]
            let from = (along as usize).min(parts - 1);
            stops[from].lerp_to_gamma(stops[from + 1], along - from as f32)
        })
        .collect()
}
