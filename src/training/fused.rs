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

/// Why the kernel is not for this scenario; `None` if it is.
#[must_use]
pub fn unfit(scenario: &Scenario, features: &Features) -> Option<&'static str> {
    let contract = &scenario.contract;
    let book = &scenario.order_book;
    let amounts = [
        scenario.market.spot,
        contract.strike,
        contract.shares,
        contract.shares * contract.strike,
        features.value_scale().abs(),
        book.depth,
        contract.shares / book.depth,
    ];
    let fit = amounts.iter().all(|amount| SINGLE.contains(amount));
    (!fit).then_some("amounts too large or too small for single precision")
}

/// The hedging problem of `scenario`.
#[must_use]
pub fn problem(scenario: &Scenario, features: &Features) -> Problem {
    let book = &scenario.order_book;
    let step = scenario.step_length();
    let (ask_keep, bid_keep) = OrderBook::of(scenario).kept(step);
    let (carry, bounds) = (Carry::of(scenario), Bounds::of(scenario));
    let value_scale = 1.0 / features.value_scale();
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
        form: match features.form() {
            Form::Paper => kernel::Form::Absolute {
                position_scale: 1.0,
                value_scale,
                memory_scale: 1.0,
            },
            Form::Residual => kernel::Form::Residual { value_scale },
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

/// The kernel for `scenario`, on rayon's global threads.
///
/// # Errors
/// When the kernel refuses the problem.
pub fn kernel(scenario: &Scenario, features: &Features) -> Result<Kernel, KernelError> {
    Kernel::new(
        &problem(scenario, features),
        &shape(scenario, features)?,
        None,
    )
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
