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
    let path = PathView::new(&scenario, &[], Some(0), Some(&pinned), [Tuned::GUESS; 2]);
    let view = BookView::new(&scenario, &path, STEP, Strategy::Delta, Some(&pinned));
    assert!(view.memory.ask > 0.5);
    // The same scenario, the same book: the thin line lies on what stands.
    let (asks, bids) = view.ghost.unwrap();
    assert_eq!(asks, standing(&view.asks, view.memory.ask));
    assert_eq!(bids, standing(&view.bids, view.memory.bid));
}

#[test]
fn one_answer_to_whose_book_it_is() {
    let scenario = scenario("paper-year");
    // The learned policy is selected and there is none; the band is switched off.
    let path = PathView::new(&scenario, &[], Some(0), None, [Tuned::GUESS; 2]);
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
    let path = PathView::new(&scenario, &[], Some(0), None, [Tuned::GUESS; 2]);
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
        let path = PathView::new(&scenario, &[], Some(number), None, [Tuned::GUESS; 2]);
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
