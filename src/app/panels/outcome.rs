//! How the option ends, in words.

use crate::app::format;
use crate::app::view::ViewModel;
use crate::episode::Settlement;
use crate::quantity::Digits;
use crate::scenario::{Named, OptionKind, Scenario, SettledBy, Side};

/// Whether it is exercised, and what changes hands: `exercised: 1.000 delivered for 1 000.00`.
pub fn of_option(settled: &Settlement, view: &ViewModel) -> String {
    ended(settled, &view.scenario, view.digits)
}

/// The same of an option that is not on screen.
pub fn ended(settled: &Settlement, scenario: &Scenario, digits: Digits) -> String {
    if scenario.contract.settlement == SettledBy::Cash {
        return in_cash(settled, digits);
    }
    if scenario.contract.is_portfolio() {
        return of_legs(settled, scenario, digits);
    }
    let who = match scenario.contract.position {
        Side::Short => "the holder",
        Side::Long => "the hedger",
    };
    if !settled.exercised {
        return format!("{who} lets the {} expire", kind(scenario));
    }
    format!("{who} exercises, {}", delivery(settled, digits))
}

/// What the payoff is, in cash.
fn in_cash(settled: &Settlement, digits: Digits) -> String {
    let cash = digits.money(settled.strike_cash.abs());
    let paid = format::paid(settled.strike_cash);
    if settled.exercised {
        format!("payoff {cash} {paid} in cash")
    } else {
        "worth nothing at maturity".into()
    }
}

/// Which legs are exercised, and what changes hands on the whole.
fn of_legs(settled: &Settlement, scenario: &Scenario, digits: Digits) -> String {
    let told = |number: usize| {
        let leg = scenario.contract.legs.get(number - 1)?;
        let strike = digits.price(leg.strike);
        Some(format!("{} {strike}", leg.kind.name()))
    };
    let legs: Vec<String> = settled.legs.numbers().filter_map(told).collect();
    if legs.is_empty() {
        return "all options expire".into();
    }
    let cash = digits.money(settled.strike_cash.abs());
    let paid = format::paid(settled.strike_cash);
    let changes = if settled.delivered == 0.0 {
        format!("{cash} {paid}, no shares on the whole")
    } else {
        let moved = if settled.delivered < 0.0 {
            "delivered"
        } else {
            "received"
        };
        let shares = digits.shares(settled.delivered.abs());
        format!("{shares} shares {moved} and {cash} {paid} on the whole")
    };
    format!("exercised: {}; {changes}", legs.join(", "))
}

/// The strikes, from the lowest on: `1 000.00`, `910.00 / 1 090.00`.
pub fn strikes(scenario: &Scenario, digits: Digits) -> String {
    let strikes = scenario.contract.strikes().into_iter();
    let strikes: Vec<String> = strikes.map(|strike| digits.price(strike)).collect();
    strikes.join(" / ")
}

/// What changes hands at exercise.
fn delivery(settled: &Settlement, digits: Digits) -> String {
    let shares = digits.shares(settled.delivered.abs());
    let cash = digits.money(settled.strike_cash.abs());
    if settled.delivered < 0.0 {
        format!("{shares} delivered for {cash}")
    } else {
        format!("{shares} received for {cash}")
    }
}

/// `loses 12.30`, `gains 4.50`: what is left of the hedge at its end.
pub fn error(view: &ViewModel, error: f64) -> String {
    let verb = if error >= 0.0 { "loses" } else { "gains" };
    format!("{verb} {}", view.digits.money(error.abs()))
}

/// From the cash that a strategy brings to maturity to its hedging error, line by line.
pub fn account(settled: &Settlement, view: &ViewModel) -> String {
    let money = |x: f64| format::signed(&view.digits.money(x));
    let mut lines = vec![
        of_option(settled, view),
        format!("cash before settlement {}", money(settled.cash)),
    ];
    if settled.exercised {
        lines.push(format!("strike {}", money(settled.strike_cash)));
    }
    if settled.liquidated != 0.0 {
        let verb = if settled.liquidated > 0.0 {
            "sells"
        } else {
            "buys"
        };
        lines.push(format!(
            "{verb} the {} shares that are {}: {}",
            view.digits.shares(settled.liquidated.abs()),
            if settled.liquidated > 0.0 {
                "left"
            } else {
                "missing"
            },
            money(settled.cash_flow)
        ));
    }
    lines.push(format!(
        "gain {}, hedging error {}",
        money(settled.gain),
        money(settled.error)
    ));
    lines.join("\n")
}

fn kind(scenario: &Scenario) -> &'static str {
    match scenario.contract.kind {
        OptionKind::Call => "call",
        OptionKind::Put => "put",
    }
}
