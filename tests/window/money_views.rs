//! Where the money went and what liquidity is worth, as the window draws and tells them.

use crate::common::{Test, click, open, push, said, set, settle, until};
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::{LayoutCommand, ViewCommand};
use hedgelab::episode::Money;
use hedgelab::market::Sampling;
use hedgelab::outcome::Estimate;
use hedgelab::scenario::fields::Field;
use hedgelab::scenario::{Strategy, Variation};
use hedgelab::simulate::{baselines, evaluate, mean_money, price_point};
use std::ops::ControlFlow;

fn large(preset: &str, key: &'static str) -> Test {
    let mut test = open(None, Some(preset));
    push(&mut test, LayoutCommand::Large(key));
    settle(&mut test);
    test
}

fn averaged(test: &mut Test) {
    until(test, "averages of all paths", |test| {
        !test.state().view().averaging
    });
    test.run_steps(3);
}

fn priced(test: &mut Test) {
    until(test, "prices at every value", |test| {
        !test.state().view().pricing
    });
    test.run_steps(3);
}

#[test]
fn averages_are_those_of_the_command_line_and_add_up_to_the_mean_error() {
    let mut test = large("paper-year", "costs");
    averaged(&mut test);
    let view = test.state().view();
    assert_eq!(view.costs.paths, Some((100_000, 100_000)));
    let scenario = view.scenario.clone();
    let delta = [Strategy::Delta];
    let policies = baselines(&scenario, &delta);
    let (sampling, go_on) = (Sampling::evaluation(scenario.seed), &mut |_| {
        ControlFlow::Continue(())
    });
    let evaluation = evaluate(&scenario, &policies, sampling, 100_000, go_on);
    let mean = evaluation.summaries[0].statistics.mean;
    let means = [mean.value.unwrap()];
    let money: Money<Estimate> =
        mean_money(&scenario, &policies, sampling, 100_000, &means, go_on).unwrap()[0];
    let mut shown = view.costs.average.iter();
    let shown = shown.find(|w| w.who == Strategy::Delta).unwrap();
    assert_eq!(shown.error, mean);
    let known = money.parts();
    for bar in &shown.bars {
        let (_, part) = known.iter().find(|(name, _)| *name == bar.name).unwrap();
        assert_eq!(bar.amount, **part, "{}", bar.name);
    }
    let row = view
        .outcomes
        .as_ref()
        .unwrap()
        .row(Strategy::Delta)
        .unwrap();
    assert_eq!(row.statistics.mean, mean);
    let text = said(&test, "Where the money went");
    for words in [
        "Learned: premium gained 75.61",
        "Delta: premium",
        "spread lost",
        "together lost",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn the_waterfall_of_the_path_on_screen_is_that_of_its_ledger() {
    let mut test = large("paper-year", "costs");
    click(&mut test, "Where the money went this path");
    let view = test.state().view();
    for waterfall in &view.costs.here {
        let hedge = view.path.of(&waterfall.who).unwrap();
        let money = Money::of(&view.scenario, &hedge.ledger, &hedge.settlement);
        let spread = waterfall.bars.iter().find(|bar| bar.name == "spread");
        assert_eq!(spread.unwrap().amount.value, Some(money.spread));
        assert_eq!(waterfall.error.value, Some(hedge.settlement.error));
    }
    let first = said(&test, "Where the money went");
    assert!(!first.contains('±'), "{first}");
    push(&mut test, hedgelab::app::command::TimeCommand::NextPath);
    test.run_steps(2);
    assert_ne!(said(&test, "Where the money went"), first);
}

#[test]
fn nothing_is_averaged_or_priced_until_somebody_looks() {
    let mut test = open(None, Some("paper-day"));
    settle(&mut test);
    test.run_steps(20);
    let view = test.state().view();
    assert!(view.costs.average.is_empty() && view.price.lines.is_empty());
    // Behind the distribution, where the tabs are.
    click(&mut test, "Where the money went");
    averaged(&mut test);
    assert!(!test.state().view().costs.average.is_empty());
    click(&mut test, "What liquidity is worth");
    priced(&mut test);
    assert!(!test.state().view().price.lines.is_empty());
}

#[test]
fn prices_are_those_of_the_domain_and_follow_the_parameter_that_is_chosen() {
    let mut test = large("paper-year", "price");
    set(&mut test, "strategies.selected", "delta,leland");
    priced(&mut test);
    let view = test.state().view();
    assert_eq!(view.swept.path, "order_book.ask_exponent");
    let scenario = view.scenario.clone();
    let field = Field::find("order_book.ask_exponent").unwrap();
    let variation = Variation::new(field, true).unwrap();
    let values = variation.around(&scenario, 9).unwrap();
    let shown: Vec<f64> = view
        .price
        .black_scholes
        .iter()
        .map(|point| point.x)
        .collect();
    assert_eq!(shown, values);
    let there = variation.at(&scenario, values[8]).unwrap();
    let go_on = &mut || ControlFlow::Continue(());
    let sampling = Sampling::evaluation(scenario.seed);
    let point = price_point(values[8], &there, &[], sampling, 20_000, go_on).unwrap();
    for known in &point.strategies {
        let line = view.price.lines.iter().find(|line| line.who == known.who);
        assert_eq!(
            line.unwrap().at(values[8]).unwrap().premiums,
            known.premiums
        );
    }
    // A steeper book costs more, and the closed form does not know it.
    let delta = view
        .price
        .lines
        .iter()
        .find(|line| line.who == Strategy::Delta);
    assert!(delta.unwrap().lines[0].is_sorted_by(|a, b| a.y < b.y));
    let closed = &view.price.black_scholes;
    assert!(closed.iter().all(|point| point.y == closed[0].y));
    let text = said(&test, "Prices by parameter");
    assert!(
        text.starts_with("by mean: ask exponent 1, Delta "),
        "{text}"
    );
    click(&mut test, "Price by CVaR");
    assert!(said(&test, "Prices by parameter").starts_with("by CVaR"));
    let volatility = Field::find("market.volatility").unwrap();
    push(&mut test, ViewCommand::Vary(volatility));
    assert!(test.state().view().price.lines.is_empty());
    priced(&mut test);
    let text = said(&test, "Prices by parameter");
    assert!(
        text.contains("volatility 0.1898") && text.contains("Black–Scholes"),
        "{text}"
    );
}

#[test]
fn a_network_is_marked_where_it_was_trained_for_another_market() {
    let mut test = large("paper-day", "price");
    push(
        &mut test,
        ViewCommand::Vary(Field::find("market.volatility").unwrap()),
    );
    priced(&mut test);
    let view = test.state().view();
    let learned = view
        .price
        .lines
        .iter()
        .find(|line| line.who == Strategy::Learned);
    let learned = learned.unwrap();
    let now = view.price.present.unwrap();
    for mark in &learned.marks {
        assert_eq!(mark.stale, mark.value != now, "{}", mark.value);
    }
    assert!(
        test.query_by_label_contains("is trained for other parameters there")
            .is_some()
    );
    // A change of the scenario prices anew, and the newest question wins.
    for volatility in ["0.2", "0.3", "0.25"] {
        set(&mut test, "market.volatility", volatility);
    }
    priced(&mut test);
    assert_eq!(test.state().view().price.present, Some(0.25));
}

#[test]
fn a_parameter_that_holds_nothing_is_told_so() {
    let mut test = large("paper-year", "price");
    push(
        &mut test,
        ViewCommand::Vary(Field::find("limits.max_trade").unwrap()),
    );
    until(&mut test, "it is told", |test| {
        test.query_by_label_contains("it holds nothing to look around")
            .is_some()
    });
}
