//! The policy itself: what it would hold, over price, position, value and time.

mod ghost;
mod map;

pub use map::PolicyMap;

use super::{PathView, spaced};
use crate::contract::opening_cash;
use crate::engine::{Carried, Pinned};
use crate::episode::{Bounds, Factors, Observation};
use crate::market::LANES;
use crate::order_book::Memory;
use crate::policy::{Delta, LearnedPolicy, Observations, Policy, Tuned, Who, line_up};
use crate::scenario::Scenario;
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

/// A policy.
#[derive(Clone, Debug, Default)]
pub struct PolicyView {
    pub chart: PolicyChart,
    /// Whose policy it is.
    pub who: Option<Who>,
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
    pub learned: &'a [LearnedPolicy],
    pub pinned: Option<&'a Pinned>,
    pub path: &'a PathView,
    pub step: usize,
    pub focus: Who,
    pub chart: PolicyChart,
    pub probe: Probe,
    pub dark: bool,
    pub version: u64,
}

impl PolicyView {
    /// The policy in focus at the time cursor, remembering what it had remembered on the path by then.
    #[must_use]
    pub fn new(source: &Source<'_>) -> Self {
        let Source { scenario, path, .. } = *source;
        let step = source.step.min(scenario.steps.saturating_sub(1));
        let whose = path.whose(&source.focus);
        let line = whose.and_then(|s| s.ledger.get(step));
        let policy = whose.and_then(|s| policy_of(&s.who, scenario, source.learned, &path.tuned));
        let probe = source.probe;
        let here = path.prices.get(step).copied().unwrap_or(f64::NAN);
        let mut view = Self {
            chart: source.chart,
            who: policy.as_ref().map(|policy| policy.who()),
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
        let asked = Asked {
            policy: policy.as_ref(),
            carried: whose.map(|s| &s.carried),
        };
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
            let ghost = path.ghost.as_deref()?;
            let (who, learned) = (policy.who(), pinned.learned.as_slice());
            let policy = policy_of(&who, &pinned.scenario, learned, &ghost.tuned)?;
            Some((&pinned.scenario, policy, ghost.of(who)))
        });
        let pinned = pinned.as_ref().map(|(scenario, policy, there)| {
            let asked = Asked {
                policy: policy.as_ref(),
                carried: there.map(|s| &s.carried),
            };
            (*scenario, asked)
        });
        if source.chart == PolicyChart::Curves {
            view.draw_curves(scenario, asked, plain);
            view.ghost =
                pinned.map(|(scenario, asked)| ghost::curve(scenario, asked, view.spots, plain));
        } else {
            let map = map::map(source, asked, plain, view.spots);
            view.ghost = pinned.map(|(scenario, asked)| {
                let area = (view.spots, map.vertical);
                ghost::still(scenario, asked, source.chart, area, plain)
            });
            view.map = Some(map);
        }
        view
    }

    fn draw_curves(&mut self, scenario: &Scenario, asked: Asked<'_>, plain: Observation) {
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
        let curve = |asked: Asked<'_>, value: f64| {
            let seen = Observation { value, ..plain };
            let held = across(asked, &bounds, &spots, seen);
            let pairs = spots.iter().zip(held);
            pairs
                .map(|(spot, held)| PlotPoint::new(*spot, held))
                .collect()
        };
        let premium = opening_cash(scenario).abs().max(f64::MIN_POSITIVE);
        let values: &[f64] = if asked.policy.uses_value() {
            &VALUES
        } else {
            &[]
        };
        self.curves = values
            .iter()
            .map(|multiple| Curve {
                value: multiple * premium,
                points: curve(asked, multiple * premium),
            })
            .collect();
        self.own = curve(asked, plain.value);
        self.delta = curve(Asked::plain(&Delta::of(scenario)), 0.0);
    }
}

fn policy_of(
    who: &Who,
    scenario: &Scenario,
    learned: &[LearnedPolicy],
    tuned: &Tuned,
) -> Option<Box<dyn Policy>> {
    let mut policies = line_up(&[who.kind], scenario, tuned, learned).into_iter();
    policies.find(|policy| policy.who() == *who)
}

/// Who is asked, with what it had remembered at each date of the path.
#[derive(Clone, Copy)]
struct Asked<'a> {
    policy: &'a dyn Policy,
    carried: Option<&'a Carried>,
}

impl<'a> Asked<'a> {
    /// One that remembers nothing.
    fn plain(policy: &'a dyn Policy) -> Self {
        Self {
            policy,
            carried: None,
        }
    }

    /// Its state at a date, the same on all paths.
    fn state(&self, step: usize) -> Vec<[f64; LANES]> {
        let mut state = vec![[0.0; LANES]; self.policy.state_size()];
        let carried = self.carried.map_or(&[][..], |carried| carried.at(step));
        for (row, number) in state.iter_mut().zip(carried) {
            *row = [*number; LANES];
        }
        state
    }
}

/// What would be held after the trade over spots, within the limits, all else as in `seen`.
fn across(asked: Asked<'_>, bounds: &Bounds, spots: &[f64], seen: Observation) -> Vec<f64> {
    let policy = asked.policy;
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
        policy.targets(&many, &mut asked.state(seen.step), &mut block);
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
