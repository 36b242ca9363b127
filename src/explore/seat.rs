//! One policy in one scenario, asked in many states at once.

use super::State;
use super::band;
use crate::episode::{Bounds, Factors, Observation};
use crate::market::{LANES, usual_factors};
use crate::policy::{Delta, DisplacedMids, LearnedPolicy, Observations, Policy};
use crate::scenario::Scenario;

/// Fewer states of one date than this are asked one by one.
const FEW: usize = 6;

/// What a policy does at a point (shares).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// What it holds before its trade.
    pub before: f64,
    /// What it holds after it, within the limits.
    pub held: f64,
    /// What delta holds.
    pub delta: f64,
    /// Width of the band of positions in which it trades next to nothing; absent where nobody asked.
    pub band: Option<f64>,
    /// Whether the policy knows this scenario: whether it lies within the ranges that it was trained on.
    pub known: bool,
}

/// A policy in its scenario.
pub(super) struct Seat {
    pub policy: LearnedPolicy,
    delta: Delta,
    bounds: Bounds,
    step_length: f64,
    maturity: f64,
    last: usize,
    shares: f64,
    /// What factors usually are.
    factors: Factors,
    /// Whether the policy knows the scenario.
    known: bool,
    /// Whether bands are asked for.
    wants_band: bool,
}

impl Seat {
    pub fn new(scenario: &Scenario, policy: LearnedPolicy, known: bool, wants_band: bool) -> Self {
        Self {
            policy,
            delta: Delta::of(scenario),
            bounds: Bounds::of(scenario),
            step_length: scenario.step_length(),
            maturity: scenario.contract.maturity,
            last: scenario.steps.saturating_sub(1),
            shares: scenario.contract.shares,
            factors: usual_factors(scenario),
            known,
            wants_band,
        }
    }

    /// What the policy does in each of these states; `carried` is what it remembers of a path.
    pub fn points(&self, states: &[State], carried: &[f64]) -> Vec<Point> {
        let mut points = Vec::with_capacity(states.len());
        for of_one_date in states.chunk_by(|a, b| a.step == b.step) {
            if of_one_date.len() < FEW {
                points.extend(of_one_date.iter().map(|state| self.point(state, carried)));
                continue;
            }
            for part in of_one_date.chunks(LANES) {
                self.block(part, carried, &mut points);
            }
        }
        points
    }

    /// Date, time since the sale and time to maturity (years); a date beyond the last is the last.
    fn times(&self, step: usize) -> (usize, f64, f64) {
        let step = step.min(self.last);
        let time = step as f64 * self.step_length;
        (step, time, self.maturity - time)
    }

    /// What it does in one state: the readable form of [`Seat::block`].
    fn point(&self, state: &State, carried: &[f64]) -> Point {
        let (step, time, remaining) = self.times(state.step);
        let seen = Observation {
            step,
            time,
            remaining,
            spot: state.spot,
            position: state.position,
            value: state.gain + self.delta.owed(state.spot, remaining),
            memory: state.memory,
            factors: self.factors,
        };
        let held = |position: f64| {
            let mut own = self.own(carried);
            let target = self
                .policy
                .target(&Observation { position, ..seen }, &mut own);
            self.bounds.nearest(position, target)
        };
        let band = self.wants_band.then(|| {
            let [width] = band::widths(self.shares, |[x]: &[f64; 1]| [held(*x) - *x]);
            width
        });
        Point {
            before: state.position,
            held: held(state.position),
            delta: self.delta.position(seen.mid(), remaining),
            band,
            known: self.known,
        }
    }

    /// What the policy carries, as far as it carries anything.
    fn own(&self, carried: &[f64]) -> Vec<f64> {
        let mut own = vec![0.0; self.policy.state_size()];
        for (own, number) in own.iter_mut().zip(carried) {
            *own = *number;
        }
        own
    }

    /// The same in up to [`LANES`] states of one date.
    fn block(&self, states: &[State], carried: &[f64], points: &mut Vec<Point>) {
        let block = self.block_of(states);
        let own = self.own(carried);
        let held = self.held(&block, &block.before, &own);
        let mut delta = [0.0; LANES];
        let seen = block.seen(&block.before, false);
        self.delta.targets(&seen, &mut [], &mut delta);
        let bands = self.wants_band.then(|| {
            band::widths(self.shares, |positions: &[f64; LANES]| {
                let mut traded = self.held(&block, positions, &own);
                for (traded, position) in traded.iter_mut().zip(positions) {
                    *traded -= position;
                }
                traded
            })
        });
        points.extend((0..states.len()).map(|lane| Point {
            before: block.before[lane],
            held: held[lane],
            delta: delta[lane],
            band: bands.map(|bands| bands[lane]),
            known: self.known,
        }));
    }

    fn block_of(&self, states: &[State]) -> Block {
        // Lanes beyond the last state see it again.
        let lanes = |of: &dyn Fn(&State) -> f64| {
            let mut lanes = [0.0; LANES];
            for (lane, number) in lanes.iter_mut().enumerate() {
                *number = of(&states[lane.min(states.len() - 1)]);
            }
            lanes
        };
        let (step, time, remaining) = self.times(states[0].step);
        let (spot, gain) = (lanes(&|s| s.spot), lanes(&|s| s.gain));
        Block {
            step,
            time,
            remaining,
            value: self.values(&spot, &gain, remaining),
            displaced: DisplacedMids::of(
                &spot,
                lanes(&|s| s.memory.mid.passing),
                lanes(&|s| s.memory.mid.lasting),
            ),
            spot,
            before: lanes(&|s| s.position),
            ask: lanes(&|s| s.memory.ask),
            bid: lanes(&|s| s.memory.bid),
            factors: self.factors.map(|factor| [factor; LANES]),
        }
    }

    /// What is held after the trades from some positions.
    fn held(&self, block: &Block, positions: &[f64; LANES], own: &[f64]) -> [f64; LANES] {
        let mut rows: Vec<[f64; LANES]> = own.iter().map(|x| [*x; LANES]).collect();
        let mut held = [0.0; LANES];
        let seen = block.seen(positions, self.policy.uses_value());
        self.policy.targets(&seen, &mut rows, &mut held);
        for (held, position) in held.iter_mut().zip(positions) {
            *held = self.bounds.nearest(*position, *held);
        }
        held
    }

    /// Portfolio values: the profit so far, and what is owed at each price.
    fn values(&self, spot: &[f64; LANES], gain: &[f64; LANES], remaining: f64) -> [f64; LANES] {
        let mut values = [0.0; LANES];
        let mut known = (f64::NAN, 0.0);
        for (value, (spot, gain)) in values.iter_mut().zip(spot.iter().zip(gain)) {
            if *spot != known.0 {
                known = (*spot, self.delta.owed(*spot, remaining));
            }
            *value = gain + known.1;
        }
        values
    }
}

/// States of one date, side by side.
struct Block {
    step: usize,
    time: f64,
    remaining: f64,
    spot: [f64; LANES],
    before: [f64; LANES],
    value: [f64; LANES],
    ask: [f64; LANES],
    bid: [f64; LANES],
    displaced: DisplacedMids,
    factors: [[f64; LANES]; 4],
}

impl Block {
    /// What the hedger sees there, holding these positions.
    fn seen<'a>(&'a self, position: &'a [f64; LANES], with_value: bool) -> Observations<'a> {
        Observations {
            step: self.step,
            time: self.time,
            remaining: self.remaining,
            spot: &self.spot,
            position,
            value: with_value.then_some(&self.value),
            ask_memory: &self.ask,
            bid_memory: &self.bid,
            displaced: Some(&self.displaced),
            factors: &self.factors,
        }
    }
}
