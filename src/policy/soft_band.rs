//! The soft band: delta, plus the drift's pull, less the band (spread), times the damping (depth).
//!
//! It joins the no-trade band of Whalley and Wilmott, for a proportional cost makes one wait, with
//! the damping of N. Gârleanu and L. H. Pedersen (*Dynamic Trading with Predictable Returns and
//! Transaction Costs*, J. Finance 2013, propositions 1 to 3), for with a quadratic cost one trades a
//! fraction of the way toward an aim. Both constants come from the book. At spot `S`, date `k` of
//! `N`, with a risk aversion `a` and steps of `Δ`:
//!
//! - the aim is `n·δ + (μ + q − r)/(a·σ²·S)`, with the Black–Scholes delta `δ` at the volatility `v·σ`
//!   and the drift's pull, of a share that grows faster than cash; `m` is the aim less the position;
//! - the slope of a full book is `Λ = f_a·α(α−1)S/D` for buying and `f_b·β(1−β)S/D` for selling, with the factors
//!   of [`crate::order_book`], 1 where the spread follows the exponent;
//! - the curvature of risk is `q = a·σ²·S²·Δ`, and holding the wrong position costs from a date on
//!   `P_N = Λ`, `P_k = Λ(q + P_{k+1})/(Λ + q + P_{k+1})`; `w = q + P_{k+1}`;
//! - crossing costs `s = |marginal price in the present, depleted book − S|` a share;
//! - the position moves toward the aim by `max(|m|·w − s, 0)/(Λ + w)`.
//!
//! In a portfolio `n·δ` is the sum over its legs, at one volatility whatever their side. No gamma enters, so
//! that nothing hangs on its sign; what the factor `v` can be tuned to is one number for all legs.
//!
//! Without friction it holds the aim; without depth cost it is a hard band of half-width `s/w`;
//! without spread it damps and never waits. `a` and `v` are found by trying: see
//! [`crate::simulate::tune`].

mod reasons;

pub use reasons::Reasons;

use super::{Delta, Observations, Policy, SoftBandSettings};
use crate::episode::Observation;
use crate::market::LANES;
use crate::math::{exp, exp_m1, ln_1p};
use crate::order_book::OrderBook;
use crate::scenario::{Scenario, Strategy};
use multiversion::multiversion;

/// The drift pulls by at most this many times the contract's shares: without risk it would pull
/// without end.
const REACH: f64 = 1e3;

/// Goes part of the way to an aim, and only where that is worth the cost of crossing.
#[derive(Clone, Copy, Debug)]
pub struct SoftBand {
    settings: SoftBandSettings,
    /// Delta at the volatility `v·σ`.
    delta: Delta,
    steps: usize,
    /// `aσ²Δ` (per currency and share).
    risk: f64,
    pull: Pull,
    depth: f64,
    ask: Side,
    bid: Side,
}

/// What the drift adds to delta.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pull {
    /// `(μ + q − r)/(aσ²)` (currency times shares).
    strength: f64,
    /// Largest pull (shares).
    reach: f64,
}

impl Pull {
    /// None at all.
    pub const NONE: Self = Self {
        strength: 0.0,
        reach: 0.0,
    };

    /// Whether there is any.
    pub fn is_felt(self) -> bool {
        self.strength != 0.0
    }

    /// At this price (shares).
    #[inline(always)]
    pub fn at(self, spot: f64) -> f64 {
        let pull = if self.strength == 0.0 {
            0.0
        } else {
            self.strength / spot
        };
        pull.max(-self.reach).min(self.reach)
    }
}

/// What one side of the book costs.
#[derive(Clone, Copy, Debug)]
struct Side {
    exponent: f64,
    /// `f`.
    factor: f64,
    /// `Λ/S` (per share).
    slope: f64,
}

impl Side {
    fn new(exponent: f64, factor: f64, depth: f64) -> Self {
        Self {
            exponent,
            factor,
            slope: factor * (exponent * (exponent - 1.0).abs() / depth),
        }
    }
}

impl SoftBand {
    /// The soft band of `scenario` with these settings.
    #[must_use]
    pub fn new(scenario: &Scenario, settings: SoftBandSettings) -> Self {
        let (market, book) = (&scenario.market, &scenario.order_book);
        let [ask_factor, bid_factor] = OrderBook::of(scenario).factors();
        let delta = Delta::of(scenario);
        let volatility = scenario.model_volatility();
        let variance = volatility * volatility;
        let excess = market.drift - delta.model().carry();
        let pull = excess / (settings.risk_aversion * variance);
        Self {
            settings,
            delta: delta.at_volatility(settings.volatility_factor * volatility),
            steps: scenario.steps,
            risk: settings.risk_aversion * variance * scenario.step_length(),
            // Without risk there is no end to the pull, and no use in following it.
            pull: Pull {
                strength: if variance > 0.0 && excess != 0.0 {
                    pull
                } else {
                    0.0
                },
                reach: REACH * scenario.contract.size(),
            },
            depth: book.depth,
            ask: Side::new(book.ask_exponent, ask_factor, book.depth),
            bid: Side::new(book.bid_exponent, bid_factor, book.depth),
        }
    }

    /// Its risk aversion and volatility.
    #[must_use]
    pub fn settings(&self) -> SoftBandSettings {
        self.settings
    }

    /// What it would hold if trading cost nothing (shares).
    #[must_use]
    pub fn aim(&self, spot: f64, remaining: f64) -> f64 {
        self.delta.position(spot, remaining) + self.pull.at(spot)
    }

    /// The delta of its aim, without the drift's pull.
    pub(super) fn delta(&self) -> Delta {
        self.delta
    }

    /// The drift's pull in its aim.
    pub(super) fn pull(&self) -> Pull {
        self.pull
    }

    /// Dates after this one at which the hedger trades again.
    fn later(&self, step: usize) -> f64 {
        self.steps.saturating_sub(step + 1) as f64
    }

    /// What a trade costs on the side where it takes place, everything a share and per spot.
    #[inline(always)]
    fn terms(&self, buys: bool, spot: f64, memory: [f64; 2], later: f64) -> Terms {
        let exponent = if buys {
            self.ask.exponent
        } else {
            self.bid.exponent
        };
        let factor = if buys {
            self.ask.factor
        } else {
            self.bid.factor
        };
        let slope = if buys { self.ask.slope } else { self.bid.slope };
        let memory = if buys { memory[0] } else { memory[1] };
        // |f·e·(1+m/D)^(e−1) − 1|, without cancellation at exponents next to 1.
        let steeper = exp_m1((exponent - 1.0) * ln_1p(memory / self.depth));
        let beyond = exponent.mul_add(steeper, exponent - 1.0);
        let crossing = factor.mul_add(beyond, factor - 1.0).abs();
        let risk = self.risk * spot;
        let waiting = slope.mul_add(cost_to_go(risk / slope.max(1e-300), later), risk);
        Terms {
            slope,
            crossing,
            waiting,
        }
    }

    /// The position to hold on the way from `position` to `aim`.
    #[inline(always)]
    fn toward(&self, aim: f64, position: f64, spot: f64, memory: [f64; 2], later: f64) -> f64 {
        let miss = aim - position;
        let terms = self.terms(miss > 0.0, spot, memory, later);
        let worth = (miss.abs() * terms.waiting - terms.crossing).max(0.0);
        let whole = terms.slope + terms.waiting;
        // Nothing costs and nothing risks: the aim is as good as any place, and right in the limit.
        let moved = if whole > 0.0 {
            worth / whole
        } else {
            miss.abs()
        };
        position + moved.copysign(miss)
    }
}

/// What a trade costs where it takes place, per spot: see the head of this file.
#[derive(Clone, Copy, Debug)]
struct Terms {
    /// `Λ/S`.
    slope: f64,
    /// `s/S`.
    crossing: f64,
    /// `w/S`.
    waiting: f64,
}

/// `P/Λ` with `later` trading dates to come, as a function of `x = q/Λ`: the solution of
/// `f_0 = 1`, `f_{n+1} = (x + f_n)/(1 + x + f_n)`.
///
/// Numerator and denominator obey `y_{n+1} = (2 + x)·y_n − y_{n−1}`; with `x = 4·sinh²(θ/2)` this
/// gives `f_n = √x·cosh((n + ½)θ)/sinh((n + 1)θ)`, here with powers of `e^(−θ)` and no cancellation.
#[inline(always)]
fn cost_to_go(x: f64, later: f64) -> f64 {
    let half = 0.5 * x.clamp(1e-200, 1e100).sqrt();
    // e^(θ/2) − 1
    let over = half + half * half / (1.0 + half.mul_add(half, 1.0).sqrt());
    let root = 1.0 + over;
    let half_angle = ln_1p(over);
    // e^(−(2n+1)θ) and e^(−(2n+2)θ) − 1
    let returning = exp(-4.0 * (later + 0.5) * half_angle);
    let fading = exp_m1(-4.0 * (later + 1.0) * half_angle);
    2.0 * half / root * (1.0 + returning) / -fading
}

impl Policy for SoftBand {
    fn strategy(&self) -> Strategy {
        Strategy::SoftBand
    }

    fn target(&self, seen: &Observation, _state: &mut [f64]) -> f64 {
        let mid = seen.mid();
        let aim = self.aim(mid, seen.remaining);
        let memory = [seen.memory.ask, seen.memory.bid];
        self.toward(aim, seen.position, mid, memory, self.later(seen.step))
    }

    fn targets(
        &self,
        seen: &Observations<'_>,
        state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        self.delta.targets(seen, state, targets);
        let rows = [seen.mid(), seen.position, seen.ask_memory, seen.bid_memory];
        go(self, self.later(seen.step), rows, targets);
    }

    fn settings(&self) -> Vec<(&'static str, f64)> {
        let SoftBandSettings {
            risk_aversion,
            volatility_factor,
        } = self.settings;
        vec![
            ("risk_aversion", risk_aversion),
            ("volatility_factor", volatility_factor),
        ]
    }

    fn uses_value(&self) -> bool {
        false
    }
}

/// From deltas to positions to hold.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn go(
    rule: &SoftBand,
    later: f64,
    [spot, position, ask, bid]: [&[f64; LANES]; 4],
    targets: &mut [f64; LANES],
) {
    for (i, target) in targets.iter_mut().enumerate() {
        let aim = *target + rule.pull.at(spot[i]);
        let memory = [ask[i], bid[i]];
        *target = rule.toward(aim, position[i], spot[i], memory, later);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_to_go_solves_its_recursion() {
        for x in [0.0, 1e-30, 1e-9, 1e-3, 0.1, 1.0, 7.0, 1e6, 1e30] {
            let mut expected = 1.0;
            for later in 0..300 {
                let found = cost_to_go(x, f64::from(later));
                assert!((found / expected - 1.0f64).abs() < 1e-12, "{x} {later}");
                expected = (x + expected) / (1.0 + x + expected);
            }
        }
    }
}
