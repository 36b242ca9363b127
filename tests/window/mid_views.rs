//! Impact on the mid in the window: its controls, the prices that strategies see, what it costs.

use crate::common::{Test, click, open, push, said, set, settle};
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::DocumentCommand;
use hedgelab::episode::Money;
use hedgelab::simulate::Spent;

fn moved() -> Test {
    let mut test = open(None, Some("paper-year"));
    set(&mut test, "order_book.mid_impact", "0.02");
    set(&mut test, "order_book.mid_permanent", "0.4");
    set(&mut test, "order_book.mid_decay", "8");
    settle(&mut test);
    test
}

fn shown(test: &Test, label: &str) -> bool {
    test.query_all_by_label_contains(label).count() > 0
}

#[test]
fn what_comes_back_of_the_mid_is_asked_where_trades_move_it() {
    let mut test = open(None, Some("paper-year"));
    assert!(shown(&test, "Mid impact η") && !shown(&test, "Permanent p"));
    assert!(test.state().view().path.strategies[0].mids.is_empty());
    set(&mut test, "order_book.mid_impact", "0.02");
    assert!(shown(&test, "Permanent p") && shown(&test, "Mid half-life"));
    push(&mut test, DocumentCommand::Undo);
    assert!(!shown(&test, "Permanent p"));
}

#[test]
fn each_strategy_has_a_mid_of_its_own_that_its_ledger_tells_too() {
    let test = moved();
    let view = test.state().view();
    assert!(shown(&test, "mid, moved by own trades"));
    let mut ends = Vec::new();
    for path in &view.path.strategies {
        assert_eq!(path.mids.len(), view.path.prices.len());
        for (line, mid) in path.ledger.iter().zip(&path.mids) {
            assert_eq!(Some(mid.y), line.mid);
            let displaced = line.memory_before.mid.total();
            assert!((mid.y - line.spot * (1.0 + displaced)).abs() < 1e-9 * line.spot);
        }
        ends.push(path.settlement.mid.unwrap());
    }
    assert!(ends.windows(2).any(|pair| pair[0] != pair[1]), "{ends:?}");
}

#[test]
fn what_the_displaced_mid_took_is_a_bar_of_its_own_and_the_book_tells_it() {
    let mut test = moved();
    click(&mut test, "Where the money went");
    settle(&mut test);
    let view = test.state().view();
    let path = view.path.whose(&view.focus).unwrap();
    let money = Money::of(&view.scenario, &path.ledger, &path.settlement);
    let spent = Spent::on_path(path.who.clone(), &view.scenario, &path.played);
    assert_eq!(spent.parts.mid.value, Some(money.mid));
    assert!(money.mid != 0.0);
    let bars = view.costs.here.iter().find(|w| w.who == path.who);
    let mid = bars.unwrap().bars.iter().find(|bar| bar.name == "mid");
    assert_eq!(mid.unwrap().amount.value, Some(money.mid));
    assert!(!said(&test, "Order book by size").is_empty());
}
