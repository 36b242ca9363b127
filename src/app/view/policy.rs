//! The policy itself: what it would hold, over price, position, value and time.

mod ghost;

use super::{PathView, spaced};
use crate::contract::opening_cash;
use crate::engine::Pinned;
use crate::episode::Observation;
use crate::market::LANES;
use crate::order_book::Memory;
use crate::policy::{Delta, LearnedPolicy, Observations, Policy, build};
use crate::scenario::{Scenario, Strategy};
use egui::{Color32, ColorImage};
use egui_plot::PlotPoint;

/// Points of a curve and of a map's row: whole blocks.
const POINTS: usize = 2 * LANES;
/// Rows of a map.
const ROWS: usize = 80;
/// Multiples of the premium for which a curve is drawn.
const VALUES: [f64; 6] = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5];
/// The multiple that is the premium itself.
const MIDDLE: usize = 2;
/// A change of position smaller than this share of the contract counts as none.
const STILL: f64 = 0.005;

/// What the policy view shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum PolicyChart {
    /// Position against spot, one curve for each portfolio value.
    #[default]
    Curves,
    /// Position over spot and present position.
    SpotPosition,
    /// The same less delta.
    SpotPositionLessDelta,
    /// Position over spot and time.
    SpotTime,
    /// The same less delta.
    SpotTimeLessDelta,
}

impl PolicyChart {
    /// Each with its name.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Curves, "curves by portfolio value"),
        (Self::SpotPosition, "map: spot × position"),
        (
            Self::SpotPositionLessDelta,
            "map: spot × position, less delta",
        ),
        (Self::SpotTime, "map: spot × time"),
        (Self::SpotTimeLessDelta, "map: spot × time, less delta"),
    ];

    fn less_delta(self) -> bool {
        matches!(self, Self::SpotPositionLessDelta | Self::SpotTimeLessDelta)
    }

    fn over_time(self) -> bool {
        matches!(self, Self::SpotTime | Self::SpotTimeLessDelta)
    }
}

/// The policy of the strategy in focus.
#[derive(Clone, Debug, Default)]
pub struct PolicyView {
    pub chart: PolicyChart,
    pub strategy: Option<Strategy>,
    /// What holds along the curves: date, position, memory.
    pub step: usize,
    pub position: f64,
    pub memory: Memory,
    /// Portfolio value (currency), if the policy looks at it.
    pub value: Option<f64>,
    pub spots: (f64, f64),
    /// Where the shown path stands at this date.
    pub here: f64,
    pub curves: Vec<Curve>,
    pub delta: Vec<PlotPoint>,
    /// The pinned scenario's policy: at the middle portfolio value, or in a map where it would hold
    /// what it has.
    pub ghost: Option<Vec<PlotPoint>>,
    pub map: Option<PolicyMap>,
}

/// One curve.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Portfolio value (currency).
    pub value: f64,
    pub points: Vec<PlotPoint>,
}

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

/// What the policy view is made from.
pub struct Source<'a> {
    pub scenario: &'a Scenario,
    pub learned: Option<&'a LearnedPolicy>,
    pub pinned: Option<&'a Pinned>,
    pub path: &'a PathView,
    pub step: usize,
    pub focus: Strategy,
    pub chart: PolicyChart,
    pub dark: bool,
    pub version: u64,
}

impl PolicyView {
    /// The view of the strategy in focus at the time cursor.
    #[must_use]
    pub fn new(source: &Source<'_>) -> Self {
        let Source { scenario, path, .. } = *source;
        let step = source.step.min(scenario.steps.saturating_sub(1));
        let line = path.of(source.focus).and_then(|s| s.ledger.get(step));
        let position = line.map_or(0.0, |line| line.position_before);
        let memory = line.map_or_else(Memory::default, |line| line.memory_before);
        let policy = policy_of(source.focus, scenario, source.learned);
        let mut view = Self {
            chart: source.chart,
            strategy: policy.as_ref().map(|policy| policy.strategy()),
            step,
            position,
            memory,
            spots: spots(scenario),
            here: path.prices.get(step).copied().unwrap_or(f64::NAN),
            ..Self::default()
        };
        let Some(policy) = policy else { return view };
        let value = line.map_or(0.0, |line| line.value_before);
        view.value = policy.uses_value().then_some(value);
        let plain = Observation {
            step,
            time: step as f64 * scenario.step_length(),
            remaining: scenario.contract.maturity - step as f64 * scenario.step_length(),
            spot: 0.0,
            position,
            value,
            memory,
        };
        if source.chart == PolicyChart::Curves {
            view.draw_curves(scenario, policy.as_ref(), plain);
            view.ghost = source
                .pinned
                .and_then(|pinned| ghost::curve(pinned, source.focus, &view, plain));
        } else {
            let map = map(source, policy.as_ref(), plain, view.spots);
            view.ghost = source
                .pinned
                .and_then(|pinned| ghost::still(pinned, source, (view.spots, map.vertical), plain));
            view.map = Some(map);
        }
        view
    }

    /// The curve of the portfolio value nearest to the premium.
    #[must_use]
    pub fn middle(&self) -> Option<&Curve> {
        self.curves.get(MIDDLE).or(self.curves.first())
    }

    fn draw_curves(&mut self, scenario: &Scenario, policy: &dyn Policy, plain: Observation) {
        let (low, high) = self.spots;
        let spots: Vec<f64> = spaced(low, high, POINTS).collect();
        let curve = |policy: &dyn Policy, value: f64| {
            let targets = across(policy, &spots, Observation { value, ..plain });
            let pairs = spots.iter().zip(targets);
            pairs
                .map(|(spot, target)| PlotPoint::new(*spot, target))
                .collect()
        };
        let premium = opening_cash(scenario).abs().max(f64::MIN_POSITIVE);
        let values: &[f64] = if policy.uses_value() {
            &VALUES
        } else {
            &VALUES[..1]
        };
        self.curves = values
            .iter()
            .map(|multiple| Curve {
                value: multiple * premium,
                points: curve(policy, multiple * premium),
            })
            .collect();
        self.delta = curve(&Delta::of(scenario), 0.0);
    }
}

fn policy_of(
    strategy: Strategy,
    scenario: &Scenario,
    learned: Option<&LearnedPolicy>,
) -> Option<Box<dyn Policy>> {
    match (strategy, learned) {
        (Strategy::Learned, Some(learned)) => Some(Box::new(learned.clone())),
        (strategy, _) => build(strategy, scenario),
    }
}

/// Targets over spots, all else as in `seen`.
fn across(policy: &dyn Policy, spots: &[f64], seen: Observation) -> Vec<f64> {
    let mut targets = Vec::with_capacity(spots.len());
    for part in spots.chunks(LANES) {
        let mut spot = [seen.spot; LANES];
        spot[..part.len()].copy_from_slice(part);
        let mut block = [0.0; LANES];
        let value = [seen.value; LANES];
        let many = Observations {
            step: seen.step,
            time: seen.time,
            remaining: seen.remaining,
            spot: &spot,
            position: &[seen.position; LANES],
            value: policy.uses_value().then_some(&value),
            ask_memory: &[seen.memory.ask; LANES],
            bid_memory: &[seen.memory.bid; LANES],
        };
        policy.targets(&many, &mut block);
        targets.extend_from_slice(&block[..part.len()]);
    }
    targets
}

/// Spots worth looking at: two and a half standard deviations to either side.
fn spots(scenario: &Scenario) -> (f64, f64) {
    let spot = scenario.market.spot;
    let width = scenario.market.volatility * scenario.contract.maturity.sqrt();
    let reach = (1.6 * width).clamp(1e-4, 3.0).exp();
    (spot / reach, spot * reach)
}

fn map(
    source: &Source<'_>,
    policy: &dyn Policy,
    plain: Observation,
    (low, high): (f64, f64),
) -> PolicyMap {
    let scenario = source.scenario;
    let delta = Delta::of(scenario);
    let shares = scenario.contract.shares;
    let chart = source.chart;
    let over_time = chart.over_time();
    let held: Vec<f64> = spaced(low, high, 5)
        .map(|spot| delta.position(spot, plain.remaining))
        .collect();
    let span = held
        .iter()
        .fold((0.0f64, 0.0f64), |(a, b), x| (a.min(*x), b.max(*x)));
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
        let targets = across(policy, &spots, seen);
        let less = if chart.less_delta() {
            across(&delta, &spots, seen)
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

/// The observation in a row of a map, whatever the spot.
fn at(scenario: &Scenario, plain: Observation, up: f64, over_time: bool) -> Observation {
    if !over_time {
        return Observation {
            position: up,
            ..plain
        };
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a date within the calendar"
    )]
    let step = up.max(0.0) as usize;
    dated(scenario, step, plain)
}

/// What is seen at a trading date of the scenario, all else as in `seen`.
fn dated(scenario: &Scenario, step: usize, seen: Observation) -> Observation {
    let step = step.min(scenario.steps.saturating_sub(1));
    let time = step as f64 * scenario.step_length();
    Observation {
        step,
        time,
        remaining: scenario.contract.maturity - time,
        ..seen
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
