//! A scenario in the terms of the fused [`super::kernel`].

use super::kernel::{self, Kernel, KernelError, NetworkShape, Problem};
use super::rows::Rows;
use crate::contract::opening_cash;
use crate::episode::{Bounds, Carry};
use crate::order_book::OrderBook;
use crate::policy::features::Features;
use crate::scenario::{Activation, Form, OptionKind, Scenario, Side};

/// Amounts between which single precision, in which the kernel works, keeps enough digits and
/// does not overflow (currency, shares, and their products).
const SINGLE: std::ops::RangeInclusive<f64> = 1e-9..=1e12;
/// Size of the hedger's book, in hedging errors, up to which single precision can tell an error.
const FINEST: f64 = 1e4;

/// Why the kernel is not for this scenario; `None` if it is.
#[must_use]
pub fn unfit(scenario: &Scenario, features: &Features) -> Option<&'static str> {
    let (contract, market) = (&scenario.contract, &scenario.market);
    let (book, initial) = (&scenario.order_book, &scenario.initial);
    let size = features.error_size();
    // Prices on all paths but one in a billion.
    let spread = 6.0 * market.volatility * contract.maturity.sqrt();
    let trend = (market.drift - 0.5 * market.volatility.powi(2)) * contract.maturity;
    let highest = market.spot * (trend.max(0.0) + spread).exp();
    let amounts = [
        market.spot,
        highest,
        contract.strike,
        contract.shares,
        contract.shares * contract.strike,
        size,
        book.depth,
        contract.shares / book.depth,
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

/// The hedging problem of `scenario`.
#[must_use]
pub fn problem(scenario: &Scenario, features: &Features) -> Problem {
    let book = &scenario.order_book;
    let step = scenario.step_length();
    let (ask_keep, bid_keep) = OrderBook::of(scenario).kept(step);
    let (carry, bounds) = (Carry::of(scenario), Bounds::of(scenario));
    let scales = features.scales();
    Problem {
        time: (0..scenario.steps)
            .map(|k| features.time(k as f64 * step))
            .collect(),
        ask_exponent: book.ask_exponent,
        bid_exponent: book.bid_exponent,
        depth: book.depth,
        ask_keep,
        bid_keep,
        lend_growth: carry.lend,
        borrow_growth: carry.borrow,
        initial_cash: opening_cash(scenario),
        initial_position: scenario.initial.position,
        initial_ask: scenario.initial.ask_memory,
        initial_bid: scenario.initial.bid_memory,
        kind: match scenario.contract.kind {
            OptionKind::Call => kernel::OptionKind::Call,
            OptionKind::Put => kernel::OptionKind::Put,
        },
        side: match scenario.contract.position {
            Side::Short => kernel::Side::Short,
            Side::Long => kernel::Side::Long,
        },
        strike: scenario.contract.strike,
        shares: scenario.contract.shares,
        limits: kernel::Limits {
            min_position: bounds.low,
            max_position: bounds.high,
            max_trade: bounds.trade,
        },
        form: kernel::Form {
            residual: features.form() == Form::Residual,
            scales: [scales.position, scales.value, scales.ask, scales.bid],
            output: scales.output,
        },
    }
}

/// The shape of the network of `scenario`.
///
/// # Errors
/// When there is no hidden layer.
pub fn shape(scenario: &Scenario, features: &Features) -> Result<NetworkShape, KernelError> {
    let activation = match scenario.training.activation {
        Activation::Relu => kernel::Activation::Relu,
        Activation::Silu => kernel::Activation::Silu,
    };
    NetworkShape::new(features.inputs(), &scenario.training.hidden, activation)
}

/// The kernel for `scenario` on one of [`kernel::architectures`], the last of which is the fastest,
/// on rayon's threads.
///
/// # Errors
/// When the kernel refuses the problem.
pub fn kernel(
    scenario: &Scenario,
    features: &Features,
    arch: pulp::Arch,
) -> Result<Kernel, KernelError> {
    let (problem, shape) = (problem(scenario, features), shape(scenario, features)?);
    Kernel::with_arch(&problem, &shape, None, arch)
}

/// Rows as the kernel takes them.
#[must_use]
pub fn batch(rows: &Rows) -> kernel::Batch<'_> {
    kernel::Batch {
        paths: rows.paths,
        spot: &rows.spot,
        moneyness: &rows.moneyness,
        base: &rows.base,
        anchor: &rows.anchor,
    }
}
