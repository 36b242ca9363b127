//! The position against spot, in a state or for some values of one quantity.

use super::{PolicyChart, Quantity, State};
use crate::contract::opening_cash;
use crate::episode::Bounds;
use crate::gallery::spaced;
use crate::market::LANES;
use crate::policy::{DisplacedMids, Observations, Policy};
use crate::quantity::write::significant;
use crate::scenario::Scenario;

/// Curves of a family.
const FAMILY: usize = 6;

/// A policy in its scenario, with what it remembers of a path.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The rule.
    pub policy: &'a dyn Policy,
    /// What it had remembered at a date.
    pub carried: &'a dyn Fn(usize) -> Vec<f64>,
    /// Where it hedges.
    pub scenario: &'a Scenario,
    /// 1 where a hedge holds shares, −1 where it owes them.
    pub side: f64,
}

/// One curve of a family.
#[derive(Clone, Debug)]
pub struct Curve {
    /// What the quantity is along it.
    pub value: f64,
    /// The same in words.
    pub label: String,
    /// Position by spot.
    pub points: Vec<[f64; 2]>,
}

/// Points of a curve and of a map's row, in whole blocks: fewer of a policy that takes long.
#[must_use]
pub fn points_of(policy: &dyn Policy) -> usize {
    if policy.work() > 16 { LANES } else { 2 * LANES }
}

/// What would be held after the trade over spots, within the limits, in a state; `carried` is what is
/// remembered of the path at that date.
#[must_use]
pub fn across(
    policy: &dyn Policy,
    carried: &[f64],
    scenario: &Scenario,
    state: State,
    spots: &[f64],
) -> Vec<f64> {
    let seen = state.seen(scenario);
    let bounds = Bounds::of(scenario);
    let value = [seen.value; LANES];
    let mut targets = Vec::with_capacity(spots.len());
    for part in spots.chunks(LANES) {
        // Lanes beyond the last spot see it again.
        let mut spot = [part[part.len() - 1]; LANES];
        spot[..part.len()].copy_from_slice(part);
        let mut block = [0.0; LANES];
        let mid = seen.memory.mid;
        let displaced = DisplacedMids::of(&spot, [mid.passing; LANES], [mid.lasting; LANES]);
        let many = Observations {
            step: seen.step,
            time: seen.time,
            remaining: seen.remaining,
            spot: &spot,
            position: &[seen.position; LANES],
            value: policy.uses_value().then_some(&value),
            ask_memory: &[seen.memory.ask; LANES],
            bid_memory: &[seen.memory.bid; LANES],
            displaced: Some(&displaced),
            factors: &seen.factors.map(|factor| [factor; LANES]),
        };
        // The same on all paths.
        let mut rows = vec![[0.0; LANES]; policy.state_size()];
        for (row, number) in rows.iter_mut().zip(carried) {
            *row = [*number; LANES];
        }
        policy.targets(&many, &mut rows, &mut block);
        let held = block[..part.len()].iter();
        targets.extend(held.map(|target| bounds.nearest(seen.position, *target)));
    }
    targets
}

/// Spots worth looking at: one and a half standard deviations to either side and all that a path between
/// two prices comes to, the same at every date.
#[must_use]
pub fn spots(scenario: &Scenario, (low, high): (f64, f64)) -> (f64, f64) {
    let spot = scenario.market.spot;
    let width = scenario.market.long_run_volatility() * scenario.contract.maturity.sqrt();
    let reach = (1.6 * width).clamp(1e-4, 3.0).exp();
    let margin = 0.03 * (high - low).max(0.0);
    let (low, high) = (low - margin, high + margin);
    ((spot / reach).min(low), (spot * reach).max(high))
}

/// Spots of a curve, one of them `through`.
#[must_use]
pub fn spots_through(low: f64, high: f64, count: usize, through: f64) -> Vec<f64> {
    let mut spots: Vec<f64> = spaced(low, high, count).collect();
    let gap = |spot: &f64| (spot - through).abs();
    let inside = (low..=high).contains(&through);
    let nearest = spots.iter_mut().min_by(|a, b| gap(a).total_cmp(&gap(b)));
    if let Some(spot) = nearest.filter(|_| inside) {
        *spot = through;
    }
    spots
}

/// The curves of a chart; none where the quantity makes no difference to the policy.
#[must_use]
pub fn family(
    asked: &Asked<'_>,
    chart: PolicyChart,
    quantity: Quantity,
    state: State,
    (low, high): (f64, f64),
) -> Vec<Curve> {
    let Asked {
        scenario, policy, ..
    } = *asked;
    if quantity == Quantity::Value && !policy.uses_value() {
        return Vec::new();
    }
    let spots: Vec<f64> = spaced(low, high, points_of(policy)).collect();
    let curves: Vec<Curve> = values(scenario, chart, quantity, asked.side)
        .into_iter()
        .map(|value| {
            let state = state.with(quantity, value, scenario);
            let carried = (asked.carried)(state.step);
            let held = across(policy, &carried, scenario, state, &spots);
            Curve {
                value,
                label: label(scenario, quantity, value),
                points: spots
                    .iter()
                    .zip(held)
                    .map(|(spot, held)| [*spot, held])
                    .collect(),
            }
        })
        .collect();
    let same = |pair: &[Curve]| {
        let mut both = pair[0].points.iter().zip(&pair[1].points);
        both.all(|(a, b)| (a[1] - b[1]).abs() <= 1e-9 * scenario.contract.shares)
    };
    if curves.windows(2).all(same) {
        return Vec::new();
    }
    curves
}

fn label(scenario: &Scenario, quantity: Quantity, value: f64) -> String {
    if quantity == Quantity::Date {
        return significant(scenario.steps as f64 - value, 6);
    }
    significant(value, 3)
}

/// What the quantity is along each curve.
fn values(scenario: &Scenario, chart: PolicyChart, quantity: Quantity, side: f64) -> Vec<f64> {
    let shares = scenario.contract.shares;
    let times = |step: f64| (0..FAMILY).map(|i| i as f64 * step).collect();
    match quantity {
        Quantity::Value if chart == PolicyChart::PaperFigure => {
            times(0.04 * scenario.market.spot * shares)
        }
        // Half of the premium, or next to it.
        Quantity::Value => times(round(0.5 * opening_cash(scenario).abs())),
        Quantity::Position => times(0.25 * side * shares),
        Quantity::AskMemory | Quantity::BidMemory => {
            let multiples = [0.0, 0.25, 0.5, 1.0, 2.0, 4.0];
            multiples.map(|multiple| multiple * shares).to_vec()
        }
        Quantity::Date => {
            let last = scenario.steps.saturating_sub(1) as f64;
            let mut dates: Vec<f64> = spaced(0.0, last, FAMILY).map(f64::round).collect();
            dates.dedup();
            dates
        }
    }
}

/// The nearest number with one digit; at least the smallest there is.
fn round(x: f64) -> f64 {
    let power = 10f64.powf(x.max(f64::MIN_POSITIVE).log10().floor());
    ((x / power).round() * power).max(f64::MIN_POSITIVE)
}
