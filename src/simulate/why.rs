//! Why each trade on a path was made.

use super::{Played, tune};
use crate::episode::{Factors, LedgerLine, Observation};
use crate::policy::{Reasons, SoftBand};
use crate::scenario::{Scenario, Strategy};

/// The soft band tuned to a scenario, which takes trades apart there.
#[must_use]
pub fn tuned_soft_band(scenario: &Scenario) -> SoftBand {
    let tuned = tune(scenario, &[Strategy::SoftBand]);
    SoftBand::new(scenario, tuned.soft_band_in(scenario))
}

/// The reasons of every trade that a policy chose on a path, date by date, as the soft band of the scenario
/// takes them apart. The last trade, at maturity, nobody chooses.
#[must_use]
pub fn why(scenario: &Scenario, ledger: &[LedgerLine], soft_band: &SoftBand) -> Vec<Reasons> {
    let lines = ledger.iter();
    lines
        .map(|line| why_traded(scenario, line, soft_band))
        .collect()
}

/// The same of one trade.
#[must_use]
pub fn why_traded(scenario: &Scenario, line: &LedgerLine, soft_band: &SoftBand) -> Reasons {
    let seen = seen(scenario, line);
    soft_band.reasons(&seen, line.target, line.trade)
}

impl Played {
    /// [`why`] of this policy's trades.
    #[must_use]
    pub fn why(&self, scenario: &Scenario, soft_band: &SoftBand) -> Vec<Reasons> {
        why(scenario, &self.ledger, soft_band)
    }
}

/// What was seen before a trade, factors of the path aside.
fn seen(scenario: &Scenario, line: &LedgerLine) -> Observation {
    Observation {
        step: line.step,
        time: line.time,
        remaining: scenario.contract.maturity - line.time,
        spot: line.spot,
        position: line.position_before,
        value: line.value_before,
        memory: line.memory_before,
        factors: Factors::default(),
    }
}
