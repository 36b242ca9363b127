//! Who decides what to hold: the strategies behind one trait.
//!
//! A policy sees an [`Observation`] and nothing else, so none can look ahead. To add one, write a
//! file beside these and name it in [`crate::scenario::Strategy`] and in [`build`].

mod band;
mod base;
mod by_variance;
pub mod conditioned;
mod delta;
pub mod features;
mod identity;
pub mod inputs;
pub mod learned;
mod leland;
pub mod network;
pub mod scales;
mod simple;
mod soft_band;
mod tuned;

pub use band::Band;
pub use base::Base;
pub use by_variance::{InstantDelta, MinimumVariance};
pub use conditioned::Conditioned;
pub use delta::Delta;
pub use identity::{Identity, Who};
pub use inputs::Layout;
pub use learned::LearnedPolicy;
pub use leland::{Leland, leland_volatility};
pub use scales::Scales;
pub use simple::{NoHedge, Static};
pub use soft_band::{Reasons, SoftBand};
pub use tuned::{SoftBandSettings, Tuned, usual_aversion};

use crate::episode::{Factors, Observation};
use crate::market::LANES;
use crate::order_book::{Displacement, over_unaffected};
use crate::scenario::{Scenario, Strategy};
use crate::units::ContentHash;

/// What the hedger sees on [`LANES`] paths at one date; the rows are those of [`Observation`].
#[derive(Clone, Copy, Debug)]
pub struct Observations<'a> {
    /// Date `k`.
    pub step: usize,
    /// `t_k` (years).
    pub time: f64,
    /// `T − t_k` (years).
    pub remaining: f64,
    /// `S_k` (currency): unaffected.
    pub spot: &'a [f64; LANES],
    /// `X_k` (shares).
    pub position: &'a [f64; LANES],
    /// `V_k` (currency); absent for a policy that says it does not use it.
    pub value: Option<&'a [f64; LANES]>,
    /// `A_k` (shares).
    pub ask_memory: &'a [f64; LANES],
    /// `B_k` (shares).
    pub bid_memory: &'a [f64; LANES],
    /// Where the mid is displaced by own trades; absent where trades leave it.
    pub displaced: Option<&'a DisplacedMids>,
    /// The paths' factors (a variance, say), in the order of their source.
    pub factors: &'a [[f64; LANES]],
}

/// Mids that own trades have displaced, on [`LANES`] paths.
#[derive(Clone, Debug)]
pub struct DisplacedMids {
    /// What is shown, `S_k·(1 + J_k)` (currency).
    pub mid: [f64; LANES],
    /// What of `J_k` decays.
    pub passing: [f64; LANES],
    /// What of it stays.
    pub lasting: [f64; LANES],
}

impl DisplacedMids {
    /// Around these unaffected prices, displaced so far.
    #[must_use]
    pub fn of(spot: &[f64; LANES], passing: [f64; LANES], lasting: [f64; LANES]) -> Self {
        let mut mids = Self {
            mid: *spot,
            passing,
            lasting,
        };
        mids.show(spot);
        mids
    }

    /// Around other unaffected prices.
    pub fn show(&mut self, spot: &[f64; LANES]) {
        let displaced = self.passing.iter().zip(&self.lasting);
        for ((mid, spot), (passing, lasting)) in self.mid.iter_mut().zip(spot).zip(displaced) {
            *mid = spot * over_unaffected(passing + lasting);
        }
    }
}

impl Observations<'_> {
    /// The mid prices that are shown (currency).
    #[must_use]
    pub fn mid(&self) -> &[f64; LANES] {
        self.displaced.map_or(self.spot, |displaced| &displaced.mid)
    }

    /// The observation of one lane.
    #[must_use]
    pub fn lane(&self, lane: usize) -> Observation {
        let mut factors = Factors::default();
        for (factor, row) in factors.iter_mut().zip(self.factors) {
            *factor = row[lane];
        }
        Observation {
            step: self.step,
            time: self.time,
            remaining: self.remaining,
            spot: self.spot[lane],
            position: self.position[lane],
            value: self.value.map_or(0.0, |value| value[lane]),
            memory: crate::order_book::Memory {
                ask: self.ask_memory[lane],
                bid: self.bid_memory[lane],
                mid: self
                    .displaced
                    .map_or_else(Default::default, |displaced| Displacement {
                        passing: displaced.passing[lane],
                        lasting: displaced.lasting[lane],
                    }),
            },
            factors,
        }
    }
}

/// A rule that says what to hold.
///
/// A rule is the same for every path. What it remembers of a path it keeps in that path's state,
/// [`Policy::state_size`] numbers that are 0 before the first date and are handed to each decision.
pub trait Policy: Send + Sync {
    /// Which strategy this is.
    fn strategy(&self) -> Strategy;

    /// What it is called: the word of its kind, unless it has a name of its own.
    fn who(&self) -> Who {
        self.strategy().into()
    }

    /// Numbers that it carries along each path, from date to date.
    fn state_size(&self) -> usize {
        0
    }

    /// Position to hold after this date's trade (shares). `state` is what it carried to this date,
    /// and afterwards what it carries to the next.
    fn target(&self, seen: &Observation, state: &mut [f64]) -> f64;

    /// [`Policy::target`] on many paths at once, a row for each number of the state; an override is
    /// faster and agrees to rounding.
    fn targets(
        &self,
        seen: &Observations<'_>,
        state: &mut [[f64; LANES]],
        targets: &mut [f64; LANES],
    ) {
        let mut own = vec![0.0; state.len()];
        for (lane, target) in targets.iter_mut().enumerate() {
            for (own, row) in own.iter_mut().zip(&*state) {
                *own = row[lane];
            }
            *target = self.target(&seen.lane(lane), &mut own);
            for (own, row) in own.iter().zip(&mut *state) {
                row[lane] = *own;
            }
        }
    }

    /// Parameters of its own, by name.
    fn settings(&self) -> Vec<(&'static str, f64)> {
        Vec::new()
    }

    /// What it is made of besides its kind and the scenario's market, as a canonical text: its
    /// settings, or the hash of weights; two policies of one kind and content are the same.
    fn content(&self) -> String {
        let settings = self.settings().into_iter();
        let lines: Vec<String> = settings.map(|(name, x)| format!("{name}={x:e}")).collect();
        lines.join("\n")
    }

    /// The hash of kind and content.
    fn hash(&self) -> ContentHash {
        identity::hash(self.strategy(), &self.content())
    }

    /// Its name, kind and content.
    fn identity(&self) -> Identity {
        Identity {
            who: self.who(),
            hash: self.hash(),
        }
    }

    /// Whether the portfolio value matters; where it does not, it need not be computed.
    fn uses_value(&self) -> bool {
        true
    }

    /// About how long a decision takes, against one of delta.
    fn work(&self) -> u64 {
        1
    }
}

/// The policies of `strategies` in a scenario, in that order: the rules with the parameters in
/// `tuned`, and in the place of the learned strategy all of `learned`.
#[must_use]
pub fn line_up(
    strategies: &[Strategy],
    scenario: &Scenario,
    tuned: &Tuned,
    learned: &[LearnedPolicy],
) -> Vec<Box<dyn Policy>> {
    let mut policies: Vec<Box<dyn Policy>> = Vec::new();
    for strategy in strategies {
        match build(*strategy, scenario, tuned) {
            Some(rule) => policies.push(rule),
            None => policies.extend(
                learned
                    .iter()
                    .map(|p| Box::new(p.clone()) as Box<dyn Policy>),
            ),
        }
    }
    policies
}

/// The policy of a strategy that needs no training, with its parameters where it has any; `None` for
/// the learned one.
#[must_use]
pub fn build(strategy: Strategy, scenario: &Scenario, tuned: &Tuned) -> Option<Box<dyn Policy>> {
    match strategy {
        Strategy::None => Some(Box::new(NoHedge)),
        Strategy::Delta => Some(Box::new(Delta::of(scenario))),
        Strategy::InstantDelta => Some(Box::new(InstantDelta::of(scenario))),
        Strategy::MinimumVariance => Some(Box::new(MinimumVariance::of(scenario))),
        Strategy::Leland => Some(Box::new(Leland::of(scenario))),
        Strategy::Band => Some(Box::new(Band::new(scenario, tuned.band_in(scenario)))),
        Strategy::SoftBand => Some(Box::new(SoftBand::new(
            scenario,
            tuned.soft_band_in(scenario),
        ))),
        Strategy::Static => Some(Box::new(Static::of(scenario))),
        Strategy::Learned => None,
    }
}
