use super::*;
use crate::policy::Tuned;
use crate::presets;
use crate::scenario::Strategy;
use std::sync::Arc;

const STEP: usize = 6;

fn scenario(preset: &str) -> Scenario {
    presets::built_in(preset).unwrap()
}

#[test]
fn the_pinned_book_is_worn_by_the_trades_made_in_it() {
    let scenario = scenario("paper-year");
    let pinned = Arc::new(Pinned {
        scenario: scenario.clone(),
        learned: None,
    });
    let path = PathView::new(&scenario, &[], Some(0), [&*pinned], &[Tuned::GUESS; 2]);
    let view = BookView::new(&scenario, &path, STEP, Strategy::Delta, [&*pinned]);
    assert!(view.memory.ask > 0.5);
    // The same scenario, the same book.
    assert_eq!(view.ghosts, [view.now]);
}

#[test]
fn a_quote_is_what_the_ledger_paid() {
    let scenario = scenario("thin-book");
    let path = PathView::new(&scenario, &[], Some(3), None, &[Tuned::GUESS]);
    for step in 0..scenario.steps {
        let view = BookView::new(&scenario, &path, step, Strategy::Delta, None);
        let line = path.of(Strategy::Delta).unwrap().ledger[step];
        let quote = view.now.quote(line.trade);
        assert_eq!(quote.average, line.price);
        assert_eq!(quote.cost, line.cost);
    }
}

#[test]
fn the_cost_of_a_size_is_the_area_between_the_curve_and_the_mid_price() {
    let scenario = scenario("thin-book");
    let path = PathView::new(&scenario, &[], Some(3), None, &[Tuned::GUESS]);
    let view = BookView::new(&scenario, &path, STEP, Strategy::Delta, None);
    let (now, full) = (view.now, view.now.full());
    assert!(now.memory.ask > 0.0);
    for size in [0.6, -0.6] {
        let quote = now.quote(size);
        let parts = 4000;
        let width = size / f64::from(parts);
        let mut area = Cost::default();
        for part in 0..parts {
            let x = (f64::from(part) + 0.5) * width;
            let first = full.price_on(size > 0.0, 0.0);
            area.spread += (first - now.spot) * width;
            area.depth += (full.price(x) - first) * width;
            area.memory += (now.price(x) - full.price(x)) * width;
        }
        for (drawn, told) in [
            (area.spread, quote.cost.spread),
            (area.depth, quote.cost.depth),
            (area.memory, quote.cost.memory),
        ] {
            assert!(
                (drawn - told).abs() < 1e-4 * quote.cost.total(),
                "{quote:?}"
            );
        }
        let paid = quote.average.unwrap() - now.spot;
        assert!((paid * size - quote.cost.total()).abs() < 1e-9);
    }
}

#[test]
fn a_passage_leads_from_one_date_through_the_refilling_to_the_next() {
    let mut parameters = presets::built_in("paper-year").unwrap().into_parameters();
    parameters.order_book.ask_decay = 5.0;
    parameters.order_book.bid_decay = 5.0;
    let scenario = Scenario::new(parameters).unwrap();
    let path = PathView::new(&scenario, &[], Some(0), None, &[Tuned::GUESS]);
    let at = |step| BookView::new(&scenario, &path, step, Strategy::Delta, None);
    let lines = &path.of(Strategy::Delta).unwrap().ledger;
    for (step, line) in lines.iter().enumerate() {
        let (here, there) = (at(step), at(step + 1));
        let passage = here.leaves.unwrap();
        assert_eq!(there.arrives, Some(passage));
        assert_eq!(passage.at(0.0), (here.now, line.trade));
        assert_eq!(passage.at(1.0).0, there.now);
        // At the end of the refilling stands what the next date finds.
        let (refilled, size) = passage.at(0.7 - 1e-12);
        assert_eq!(size, 0.0);
        assert!((refilled.memory.ask - there.memory.ask).abs() < 1e-9);
        assert!((refilled.spot - there.spot).abs() < 1e-6);
        // What was taken is all there right after the trade, and less and less from then on.
        let missing = |share| passage.at(share).0.memory.ask;
        let eaten = here.memory.ask + line.trade.max(0.0);
        assert!((missing(0.25) - eaten).abs() < 1e-9);
        let shares = [0.25, 0.35, 0.45, 0.55, 0.65];
        assert!(shares.windows(2).all(|p| missing(p[1]) < missing(p[0])));
    }
    assert!(at(scenario.steps).leaves.is_none() && at(0).arrives.is_none());
}

#[test]
fn the_scale_is_the_same_at_every_date_and_holds_what_is_drawn() {
    let scenario = scenario("thin-book");
    let path = PathView::new(&scenario, &[], Some(3), None, &[Tuned::GUESS]);
    let at = |step| BookView::new(&scenario, &path, step, Strategy::Delta, None);
    let first = at(0);
    for step in 0..=scenario.steps {
        let view = at(step);
        assert_eq!((view.reach, view.span), (first.reach, first.span));
        for trade in &view.trades {
            assert!(trade.size.abs() < view.reach);
        }
        let (low, high) = (view.now.price(-view.reach), view.now.price(view.reach));
        assert!(low - view.spot > view.span.0 && high - view.spot < view.span.1);
    }
}

#[test]
fn one_answer_to_whose_book_it_is() {
    let scenario = scenario("paper-year");
    // The learned policy is selected and there is none; the band is switched off.
    let path = PathView::new(&scenario, &[], Some(0), None, &[Tuned::GUESS]);
    for focus in [Strategy::Learned, Strategy::Band, Strategy::Delta] {
        let view = BookView::new(&scenario, &path, STEP, focus, None);
        assert_eq!(view.of, Some(Strategy::Delta.into()), "{focus:?}");
        let trade = view.trade.unwrap();
        assert_eq!(trade.who, Strategy::Delta);
        assert_eq!((trade.memory, trade.best), (view.memory, view.best));
    }
    let view = BookView::new(&scenario, &path, STEP, Strategy::Leland, None);
    assert_eq!(view.of, Some(Strategy::Leland.into()));
}

#[test]
fn every_trade_is_told_with_the_book_it_was_made_in() {
    let scenario = scenario("paper-year");
    let path = PathView::new(&scenario, &[], Some(0), None, &[Tuned::GUESS]);
    let view = BookView::new(&scenario, &path, STEP, Strategy::Delta, None);
    let book = OrderBook::of(&scenario);
    assert!(view.trades.len() >= 2);
    for trade in &view.trades {
        let line = path.of(&trade.who).unwrap().ledger[STEP];
        assert_eq!(trade.memory, line.memory_before);
        let ask = book.marginal_ask(line.spot, 0.0, line.memory_before.ask);
        assert_eq!(trade.best.0.to_bits(), ask.to_bits());
        // Bought above one's own best ask, sold below one's own best bid.
        if let Some(price) = trade.price {
            let beyond = if trade.size > 0.0 {
                price >= trade.best.0
            } else {
                price <= trade.best.1
            };
            assert!(beyond, "{trade:?}");
        }
    }
    let books: Vec<f64> = view.trades.iter().map(|trade| trade.best.0).collect();
    assert!(books.windows(2).any(|pair| pair[0] != pair[1]), "{books:?}");
}

#[test]
fn holds_is_the_same_number_in_every_view_and_at_maturity_comes_to_the_outcome() {
    let scenario = scenario("paper-year");
    for number in 0..40 {
        let path = PathView::new(&scenario, &[], Some(number), None, &[Tuned::GUESS]);
        for step in 0..=scenario.steps {
            let view = BookView::new(&scenario, &path, step, Strategy::Delta, None);
            for trade in &view.trades {
                let strategy = path.of(&trade.who).unwrap();
                assert_eq!(trade.held.to_bits(), strategy.held(step).to_bits());
                // The line of positions ends at what is held.
                let date = step.min(scenario.steps - 1);
                let drawn = strategy.positions[2 * date + 1].y;
                assert_eq!(drawn.to_bits(), trade.held.to_bits(), "{number} {step}");
                assert_eq!(trade.settlement.is_some(), step == scenario.steps);
                let Some(settled) = trade.settlement else {
                    continue;
                };
                let left = trade.held + settled.delivered + trade.size;
                assert!(left.abs() < 1e-12, "{number}: {left} left");
                let flows = settled.cash + settled.strike_cash + settled.cash_flow;
                assert!((flows + settled.error).abs() < 1e-9);
            }
        }
    }
}
