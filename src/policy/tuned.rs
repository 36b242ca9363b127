//! Parameters that strategies find by trying.

use crate::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// What the soft band is tuned by.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SoftBandSettings {
    /// Risk aversion `a` (per currency): the larger, the nearer it stays to its aim.
    pub risk_aversion: f64,
    /// The model's volatility over the scenario's, `v` (no unit).
    pub volatility_factor: f64,
}

impl SoftBandSettings {
    /// To six digits, which text gives back exactly.
    #[must_use]
    pub fn rounded(self) -> Self {
        let round = |x: f64| format!("{x:.5e}").parse().unwrap_or(x);
        Self {
            risk_aversion: round(self.risk_aversion),
            volatility_factor: round(self.volatility_factor),
        }
    }
}

/// The parameters of the strategies that are tuned to their scenario. Risk aversions are counted in
/// [`usual_aversion`]s, so that what was found in one scenario will do for a neighbour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tuned {
    /// Risk aversion of the Whalley–Wilmott band.
    pub band: f64,
    /// Risk aversion of the soft band.
    pub soft_band: f64,
    /// The soft band's volatility over the scenario's (no unit).
    pub volatility_factor: f64,
}

impl Default for Tuned {
    fn default() -> Self {
        Self::GUESS
    }
}

impl Tuned {
    /// The usual size of everything: where nothing was tried yet.
    pub const GUESS: Self = Self {
        band: 1.0,
        soft_band: 1.0,
        volatility_factor: 1.0,
    };

    /// The band's risk aversion (per currency); what the scenario gives counts.
    #[must_use]
    pub fn band_in(&self, scenario: &Scenario) -> f64 {
        let given = scenario.strategies.band_risk_aversion;
        given.unwrap_or_else(|| self.band * usual_aversion(scenario))
    }

    /// The soft band's parameters; what the scenario gives counts.
    #[must_use]
    pub fn soft_band_in(&self, scenario: &Scenario) -> SoftBandSettings {
        let given = &scenario.strategies;
        SoftBandSettings {
            risk_aversion: given
                .soft_band_risk_aversion
                .unwrap_or_else(|| self.soft_band * usual_aversion(scenario)),
            volatility_factor: given
                .soft_band_volatility_factor
                .unwrap_or(self.volatility_factor),
        }
    }
}

/// A risk aversion of the usual size (per currency): 1.5 over the error that hedging at `N` dates
/// leaves without any cost, `n·S·φ(0)·√(π/4)·σ·√(T/N)` at the money (E. Derman and M. Kamal, *When
/// You Cannot Hedge Continuously*, 1999).
#[must_use]
pub fn usual_aversion(scenario: &Scenario) -> f64 {
    let width = scenario.model_volatility() * scenario.step_length().sqrt();
    1.5 / (scenario.contract.size() * scenario.market.spot * (0.354 * width).max(1e-6))
}
