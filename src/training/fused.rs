//! A scenario in the terms of the fused [`super::kernel`].

use super::kernel::{Kernel, KernelError, NetworkShape, Problem};
use super::network;
use crate::contract::opening_cash;
use crate::policy::features::Features;
use crate::scenario::Scenario;
use crate::simulate::Rules;

/// Amounts between which single precision, in which the kernel works, keeps enough digits and
/// does not overflow (currency, shares, and their products).
const SINGLE: std::ops::RangeInclusive<f64> = 1e-9..=1e12;
/// Size of the hedger's book, in hedging errors, up to which single precision can tell an error.
const FINEST: f64 = 1e4;

/// Why the kernel is not for this scenario and its network; `None` if it is.
#[must_use]
pub fn unfit(scenario: &Scenario, features: &Features) -> Option<&'static str> {
    if network::of(scenario, features.layout())
        .hidden_layers()
        .is_none()
    {
        return Some(
            "the kernel knows fully connected networks alone; one that remembers trains 100 to 200 times slower",
        );
    }
    let (contract, market) = (&scenario.contract, &scenario.market);
    let (book, initial) = (&scenario.order_book, &scenario.initial);
    let size = features.error_size();
    // Prices on all paths but one in a billion.
    let volatility = market.long_run_volatility();
    let spread = 6.0 * volatility * contract.maturity.sqrt();
    let trend = (market.drift - 0.5 * volatility.powi(2)) * contract.maturity;
    let highest = market.spot * (trend.max(0.0) + spread).exp();
    let amounts = [
        market.spot,
        highest,
        contract.strike,
        contract.size(),
        contract.size() * contract.strike,
        size,
        book.depth,
        contract.size() / book.depth,
    ];
    let absent = [
        initial.position.abs(),
        initial.ask_memory,
        initial.bid_memory,
    ];
    let fit = amounts.iter().all(|amount| SINGLE.contains(amount))
        && absent.iter().all(|amount| *amount <= *SINGLE.end());
    let worth = opening_cash(scenario).abs() + initial.position.abs() * market.spot;
    if fit && worth <= FINEST * size {
        None
    } else {
        Some("amounts too large, too small or too far apart for single precision")
    }
}

/// A scenario as rollouts know it.
#[must_use]
pub fn problem(scenario: &Scenario, features: Features) -> Problem {
    Problem {
        rules: Rules::of(scenario),
        features,
    }
}

/// The kernel for `scenario` on one of [`super::kernel::architectures`], the last of which is the
/// fastest.
///
/// # Errors
/// When the network is not fully connected, or has no hidden layer.
pub fn kernel(
    scenario: &Scenario,
    features: &Features,
    arch: pulp::Arch,
) -> Result<Kernel, KernelError> {
    let network = network::of(scenario, features.layout());
    let hidden = network.hidden_layers().ok_or(KernelError::Network)?;
    let shape = NetworkShape::new(features.inputs(), hidden, scenario.training.activation)?;
    Kernel::new(&[problem(scenario, *features)], &shape, arch)
}
