//! The policy itself: what it would hold, over price, position, value and time.

mod ghost;
mod map;

pub use map::PolicyMap;

use super::{PathView, spaced};
use crate::contract::opening_cash;
use crate::engine::Pinned;
use crate::episode::{Bounds, Factors, Observation};
use crate::market::LANES;
use crate::order_book::Memory;
use crate::policy::{Delta, LearnedPolicy, Observations, Policy, Tuned, build};
use crate::scenario::{Scenario, Strategy};
use egui_plot::PlotPoint;

/// Points of a curve and of a map's row: whole blocks.
const POINTS: usize = 2 * LANES;
/// Multiples of the premium for which a curve is drawn.
const VALUES: [f64; 6] = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5];

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

    /// Whether the position held is a choice beside the picture, and not one of its axes.
    #[must_use]
    pub fn has_position(self) -> bool {
        self == Self::Curves || self.over_time()
    }

    fn over_time(self) -> bool {
        matches!(self, Self::SpotTime | Self::SpotTimeLessDelta)
    }
}

/// The state that the policy is looked at in; what is absent is as on the shown path.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Probe {
    /// Shares held `X`.
    pub position: Option<f64>,
    /// Portfolio value `V` (currency).
    pub value: Option<f64>,
}

/// The policy of a strategy.
#[derive(Clone, Debug, Default)]
pub struct PolicyView {
    pub chart: PolicyChart,
    /// Whose policy it is.
    pub strategy: Option<Strategy>,
    /// What holds along the curves: date, position, memory.
    pub step: usize,
    pub position: f64,
    pub memory: Memory,
    /// Portfolio value (currency), if the policy looks at it.
    pub value: Option<f64>,
    pub probe: Probe,
    pub spots: (f64, f64),
    /// Where the shown path stands at this date.
    pub here: f64,
    /// What is held there after the trade, as in the ledger; absent in another state than the path's.
    pub point: Option<PlotPoint>,
    /// The position by spot in this very state: through the point.
    pub own: Vec<PlotPoint>,
    /// The same for other portfolio values, if the policy looks at them.
    pub curves: Vec<Curve>,
    pub delta: Vec<PlotPoint>,
    /// The pinned scenario's policy: in the same state, or in a map where it would hold what it has.
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

/// What the policy view is made from.
pub struct Source<'a> {
    pub scenario: &'a Scenario,
    pub learned: Option<&'a LearnedPolicy>,
    pub pinned: Option<&'a Pinned>,
    pub path: &'a PathView,
    pub step: usize,
    pub focus: Strategy,
    pub chart: PolicyChart,
    pub probe: Probe,
    pub dark: bool,
    pub version: u64,
}

impl PolicyView {
    /// The policy of the strategy in focus at the time cursor.
    #[must_use]
    pub fn new(source: &Source<'_>) -> Self {
        let Source { scenario, path, .. } = *source;
        let step = source.step.min(scenario.steps.saturating_sub(1));
        let whose = path.whose(source.focus);
        let line = whose.and_then(|s| s.ledger.get(step));
        let policy =
            whose.and_then(|s| policy_of(s.strategy, scenario, source.learned, &path.tuned));
        let probe = source.probe;
        let here = path.prices.get(step).copied().unwrap_or(f64::NAN);
        let mut view = Self {
            chart: source.chart,
            strategy: policy.as_ref().map(|policy| policy.strategy()),
            step,
            position: line.map_or(0.0, |line| line.position_before),
            memory: line.map_or_else(Memory::default, |line| line.memory_before),
            probe,
            spots: spots(scenario, path),
            here,
            point: line
                .filter(|_| probe == Probe::default())
                .map(|line| PlotPoint::new(here, line.position)),
            ..Self::default()
        };
        let Some(policy) = policy else { return view };
        view.position = probe.position.unwrap_or(view.position);
        let value = line.map_or(0.0, |line| line.value_before);
        let value = probe.value.unwrap_or(value);
        view.value = policy.uses_value().then_some(value);
        let plain = Observation {
            step,
            time: step as f64 * scenario.step_length(),
            remaining: scenario.contract.maturity - step as f64 * scenario.step_length(),
            spot: 0.0,
            position: view.position,
            value,
            memory: view.memory,
            factors: Factors::default(),
        };
        let pinned = source.pinned.and_then(|pinned| {
            let tuned = path.ghost.as_ref()?.tuned;
            let learned = pinned.learned.as_ref();
            let policy = policy_of(policy.strategy(), &pinned.scenario, learned, &tuned)?;
            Some((&pinned.scenario, policy))
        });
        if source.chart == PolicyChart::Curves {
            view.draw_curves(scenario, policy.as_ref(), plain);
            view.ghost = pinned.map(|(scenario, policy)| {
                ghost::curve(scenario, policy.as_ref(), view.spots, plain)
            });
        } else {
            let map = map::map(source, policy.as_ref(), plain, view.spots);
            view.ghost = pinned.map(|(scenario, policy)| {
                let area = (view.spots, map.vertical);
                ghost::still(scenario, policy.as_ref(), source.chart, area, plain)
            });
            view.map = Some(map);
        }
        view
    }

    fn draw_curves(&mut self, scenario: &Scenario, policy: &dyn Policy, plain: Observation) {
        let (low, high) = self.spots;
        let mut spots: Vec<f64> = spaced(low, high, POINTS).collect();
        // The curves go through where the path stands, not past it.
        let nearest = |spot: &f64| (spot - self.here).abs();
        let nearest = spots
            .iter_mut()
            .min_by(|a, b| nearest(a).total_cmp(&nearest(b)));
        if let Some(spot) = nearest
            && self.here.is_finite()
        {
            *spot = self.here;
        }
        let bounds = Bounds::of(scenario);
        let curve = |policy: &dyn Policy, value: f64| {
            let seen = Observation { value, ..plain };
            let held = across(policy, &bounds, &spots, seen);
            let pairs = spots.iter().zip(held);
            pairs
                .map(|(spot, held)| PlotPoint::new(*spot, held))
                .collect()
        };
        let premium = opening_cash(scenario).abs().max(f64::MIN_POSITIVE);
        let values: &[f64] = if policy.uses_value() { &VALUES } else { &[] };
        self.curves = values
            .iter()
            .map(|multiple| Curve {
                value: multiple * premium,
                points: curve(policy, multiple * premium),
            })
            .collect();
        self.own = curve(policy, plain.value);
        self.delta = curve(&Delta::of(scenario), 0.0);
    }
}

fn policy_of(
    strategy: Strategy,
    scenario: &Scenario,
    learned: Option<&LearnedPolicy>,
    tuned: &Tuned,
) -> Option<Box<dyn Policy>> {
    match (strategy, learned) {
        (Strategy::Learned, Some(learned)) => Some(Box::new(learned.clone())),
        (strategy, _) => build(strategy, scenario, tuned),
    }
}

/// What would be held after the trade over spots, within the limits, all else as in `seen`.
fn across(policy: &dyn Policy, bounds: &Bounds, spots: &[f64], seen: Observation) -> Vec<f64> {
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
            factors: &seen.factors.map(|factor| [factor; LANES]),
        };
        policy.targets(&many, &mut block);
        let held = block[..part.len()].iter();
        targets.extend(held.map(|target| bounds.nearest(seen.position, *target)));
    }
    targets
}

/// Spots worth looking at: one and a half standard deviations to either side and all that the path
/// comes to, the same at every date.
fn spots(scenario: &Scenario, path: &PathView) -> (f64, f64) {
    let spot = scenario.market.spot;
    let width = scenario.market.volatility * scenario.contract.maturity.sqrt();
    let reach = (1.6 * width).clamp(1e-4, 3.0).exp();
    let (low, high) = path.range();
    let margin = 0.03 * (high - low).max(0.0);
    let (low, high) = (low - margin, high + margin);
    ((spot / reach).min(low), (spot * reach).max(high))
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

#[cfg(test)]
mod tests;
