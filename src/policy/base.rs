//! Hedges that need no training: what a network corrects, and what it has to beat.

use super::{Delta, Leland, Policy, SoftBand, SoftBandSettings, leland};
use crate::scenario::{Scenario, Strategy};
use serde::{Deserialize, Serialize};

/// A hedge that needs no training: what a residual network corrects, and what any network has to beat.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// Black–Scholes delta.
    Delta,
    /// Leland's delta.
    Leland,
    /// Leland's delta at the cost of one share, whatever the size of the contract: the base of
    /// policies of file version 1.
    LelandOfOneShare,
    /// The soft band with these settings. A network corrects its aim, which is a function of price
    /// and time alone; what it has to beat is the band itself.
    SoftBand(SoftBandSettings),
}

impl Base {
    /// The strategy that it is the hedge of.
    #[must_use]
    pub fn strategy(self) -> Strategy {
        match self {
            Self::Delta => Strategy::Delta,
            Self::Leland | Self::LelandOfOneShare => Strategy::Leland,
            Self::SoftBand(_) => Strategy::SoftBand,
        }
    }

    /// The hedge itself.
    #[must_use]
    pub fn hedge(self, scenario: &Scenario) -> Box<dyn Policy> {
        match self {
            Self::Delta => Box::new(Delta::of(scenario)),
            Self::Leland => Box::new(Leland::of(scenario)),
            Self::LelandOfOneShare => Box::new(leland::hedge(scenario, 1.0)),
            Self::SoftBand(settings) => Box::new(SoftBand::new(scenario, settings)),
        }
    }
}
