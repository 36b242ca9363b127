//! What the parameters of a price process must be to each other.

use super::parameters::{Market, Parameters, Process};
use crate::quantity::tidy;
use crate::units::{FieldError, plain};

/// Most jumps to be expected in a step: their number is found in a table.
const MOST_JUMPS: f64 = 100.0;
/// Largest logarithm of what jumps are expected to add to the price.
const MOST_GROWTH: f64 = 200.0;
/// Bound of `A·ξ²(1 − e^(−κΔ))/κ` up to which `E[e^(A·v')]` is finite from any variance `v` under the
/// quadratic–exponential scheme, whose rates are 1.2 over that and more; with room.
const FINITE: f64 = 1.1;

/// Refuses what makes no process, or none that the steps can follow.
pub(super) fn check(parameters: &Parameters) -> Result<(), FieldError> {
    let years = parameters.contract.maturity;
    let step = years / parameters.steps as f64;
    let market = &parameters.market;
    match market.process {
        Process::GeometricBrownian | Process::Bootstrap | Process::RecordedPath => Ok(()),
        Process::Merton => check_jumps(market, years, step),
        Process::Heston => check_variance(market, step),
        Process::GjrGarch => check_garch(market),
    }
}

fn check_jumps(market: &Market, years: f64, step: f64) -> Result<(), FieldError> {
    let intensity = market.jump_intensity;
    let grown = intensity * market.expected_jump().abs() * years;
    if intensity * step <= MOST_JUMPS && grown <= MOST_GROWTH {
        return Ok(());
    }
    let allowed = format!(
        "less, so that no more than {MOST_JUMPS} jumps are expected in a step and no growth by \
         e^{MOST_GROWTH} of all"
    );
    let field = "market.jump_intensity";
    Err(FieldError::new(field, plain(intensity), allowed))
}

fn check_variance(market: &Market, step: f64) -> Result<(), FieldError> {
    let (kappa, xi, rho) = (
        market.mean_reversion,
        market.volatility_of_variance,
        market.correlation,
    );
    let loading = rho / xi * (1.0 + 0.5 * kappa * step) - 0.5 * (0.5 * rho * rho * step);
    let reach = xi * xi * -(-kappa * step).exp_m1() / kappa;
    if loading * reach <= FINITE {
        return Ok(());
    }
    let allowed = "less, or more steps: over a step this long the expected price would be infinite";
    Err(FieldError::new("market.correlation", plain(rho), allowed))
}

fn check_garch(market: &Market) -> Result<(), FieldError> {
    let kept = market.persistence();
    if kept < 1.0 {
        return Ok(());
    }
    let sum =
        "market.variance_reaction + market.variance_asymmetry/2 + market.variance_persistence";
    let value = format!(
        "{} + {}/2 + {} = {}",
        plain(market.variance_reaction),
        plain(market.variance_asymmetry),
        plain(market.variance_persistence),
        plain(tidy(kept))
    );
    let allowed = "less than 1 together, so that there is a long run";
    Err(FieldError::new(sum, value, allowed))
}

impl Market {
    /// `a + g/2 + b`: what a step is expected to keep of the distance of a GARCH variance from its long
    /// run.
    #[must_use]
    pub fn persistence(&self) -> f64 {
        self.variance_reaction + 0.5 * self.variance_asymmetry + self.variance_persistence
    }
}
