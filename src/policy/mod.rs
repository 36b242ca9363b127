//! Who decides what to hold: the strategies behind one trait.
//!
//! A policy sees an [`Observation`] and nothing else, so none can look ahead. To add one, write a
//! file beside these and name it in [`crate::scenario::Strategy`] and in [`build`].

mod band;
mod base;
mod delta;
mod dense;
pub mod features;
pub mod inputs;
pub mod learned;
mod leland;
pub mod scales;
mod simple;
mod soft_band;
mod tuned;

pub use band::Band;
pub use base::Base;
pub use delta::Delta;
pub use inputs::Layout;
pub use learned::LearnedPolicy;
pub use leland::{Leland, leland_volatility};
pub use scales::Scales;
pub use simple::{NoHedge, Static};
pub use soft_band::SoftBand;
pub use tuned::{SoftBandSettings, Tuned, usual_aversion};

use crate::episode::{Factors, Observation};
use crate::market::LANES;
use crate::scenario::{Scenario, Strategy};

/// What the hedger sees on [`LANES`] paths at one date; the rows are those of [`Observation`].
#[derive(Clone, Copy, Debug)]
pub struct Observations<'a> {
    /// Date `k`.
    pub step: usize,
    /// `t_k` (years).
    pub time: f64,
    /// `T − t_k` (years).
    pub remaining: f64,
    /// `S_k` (currency).
    pub spot: &'a [f64; LANES],
    /// `X_k` (shares).
    pub position: &'a [f64; LANES],
    /// `V_k` (currency); absent for a policy that says it does not use it.
    pub value: Option<&'a [f64; LANES]>,
    /// `A_k` (shares).
    pub ask_memory: &'a [f64; LANES],
    /// `B_k` (shares).
    pub bid_memory: &'a [f64; LANES],
    /// The paths' factors (a variance, say), in the order of their source.
    pub factors: &'a [[f64; LANES]],
}

impl Observations<'_> {
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
            },
            factors,
        }
    }
}

/// A rule that says what to hold.
pub trait Policy: Send + Sync {
    /// Which strategy this is.
    fn strategy(&self) -> Strategy;

    /// Position to hold after this date's trade (shares).
    fn target(&self, seen: &Observation) -> f64;

    /// [`Policy::target`] on many paths at once; an override is faster and agrees to rounding.
    fn targets(&self, seen: &Observations<'_>, targets: &mut [f64; LANES]) {
        for (lane, target) in targets.iter_mut().enumerate() {
            *target = self.target(&seen.lane(lane));
        }
    }

    /// What it is made of besides its kind and the scenario's market: parameters of its own, or the
    /// hash of weights, as a canonical text; two policies of one kind and content are the same.
    fn content(&self) -> String;

    /// Whether the portfolio value matters; where it does not, it need not be computed.
    fn uses_value(&self) -> bool {
        true
    }

    /// About how long a decision takes, against one of delta.
    fn work(&self) -> u64 {
        1
    }
}

/// The policy of a strategy that needs no training, with its parameters where it has any; `None` for
/// the learned one.
#[must_use]
pub fn build(strategy: Strategy, scenario: &Scenario, tuned: &Tuned) -> Option<Box<dyn Policy>> {
    match strategy {
        Strategy::None => Some(Box::new(NoHedge)),
        Strategy::Delta => Some(Box::new(Delta::of(scenario))),
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
