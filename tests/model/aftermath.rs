//! What follows large trades, where it is known: found again within its errors in every format, whatever near-empty books there are.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "prices and sizes of a test are small"
)]

use crate::quotes::{OPEN, Quoted, every_format, found};
use hedgelab::calibrate::{Aftermath, Estimate};
use hedgelab::quotes::example;

/// Half-lives of the example (seconds): 0.84 of a hole is left after a second, and 0.93 of what passes.
const HOLE: f64 = 3.976;
const PASSES: f64 = 9.551;
/// Every so many seconds is a trade, the first after half of that.
const BETWEEN: usize = 125;

/// The books of the example, with what its trades took and, after each trade, books at lags of less than its second.
fn books() -> Vec<Quoted> {
    let text = example();
    let mut books: Vec<Quoted> = Vec::new();
    for (second, line) in text.lines().skip(1).enumerate() {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let level = |cells: &[f64]| ((1e4 * cells[0]).round() as i64, cells[1] as i64);
        let levels = || cells[1..].chunks(4);
        let mut book = Quoted {
            time: OPEN + 1000 * second as i64,
            asks: levels().map(|cells| level(&cells[2..])).collect(),
            bids: levels().map(level).collect(),
            traded: 0,
        };
        if second % BETWEEN == BETWEEN / 2 {
            let before = &books[books.len() - 1];
            let bought = (second / BETWEEN).is_multiple_of(2);
            let side = if bought { &before.asks } else { &before.bids };
            let shares: i64 = side.iter().map(|(_, size)| size).sum();
            book.traded = 2 * shares / 5 * if bought { 1 } else { -1 };
            let soon = [100, 200, 500].map(|later| after(&book, later, bought));
            books.push(book);
            books.extend(soon);
            continue;
        }
        books.push(book);
    }
    books
}

/// The book some milliseconds after a trade.
fn after(trade: &Quoted, later: i64, bought: bool) -> Quoted {
    let seconds = later as f64 / 1000.0;
    let fuller = (1.0 - 0.4 * 0.5_f64.powf(seconds / HOLE)) / 0.6;
    let passed = 1.2e-4 * (1.0 - 0.5_f64.powf(seconds / PASSES));
    let moved = if bought { 1.0 - passed } else { 1.0 + passed };
    let side = |levels: &[(i64, i64)], fuller: f64| {
        let levels = levels.iter().map(|(price, size)| {
            let price = (*price as f64 * moved).round() as i64;
            (price, (*size as f64 * fuller).round() as i64)
        });
        levels.collect()
    };
    let [ask, bid] = if bought { [fuller, 1.0] } else { [1.0, fuller] };
    Quoted {
        time: trade.time + later,
        asks: side(&trade.asks, ask),
        bids: side(&trade.bids, bid),
        traded: 0,
    }
}

/// A book of two shares a level, from which a trade a second later takes the best two of one side.
fn nearly_empty(books: &mut [Quoted], second: usize, bought: bool) {
    let time = OPEN + 1000 * second as i64;
    let place = books.iter().position(|book| book.time == time).unwrap();
    let mut book = books[place].clone();
    for level in book.asks.iter_mut().chain(&mut book.bids) {
        level.1 = 2;
    }
    let mut after = book.clone();
    after.time += 1000;
    let side = if bought {
        &mut after.asks
    } else {
        &mut after.bids
    };
    side.drain(..2);
    // So that all books have as many levels.
    let (last, before) = (side[side.len() - 1].0, side[side.len() - 2].0);
    side.extend([1, 2].map(|step| (last + step * (last - before), 2)));
    after.traded = if bought { 4 } else { -4 };
    books[place] = book;
    books[place + 1] = after;
}

/// A figure that is known: not three errors from it, and with an error that says something.
fn told(what: &str, found: Option<Estimate>, known: f64) {
    let found = found.unwrap_or_else(|| panic!("{what} is not told"));
    let error = found.se.unwrap();
    assert!(
        (found.value - known).abs() < 3.0 * error,
        "{what}: {found:?} is not {known}"
    );
    assert!(error < 0.5 * known, "{what}: {found:?}");
}

fn is_that_of_the_example(after: &Aftermath) {
    for (name, side) in [("asks", &after.ask), ("bids", &after.bid)] {
        told(name, side.half_life, HOLE);
        // But for whole shares.
        assert!((side.missing[0].unwrap().value - 0.4).abs() < 1e-3);
        assert_eq!(side.told_from_infinity, Some(false));
    }
    told("permanent", after.mid.permanent, 0.6e-4);
    told("transient", after.mid.transient, 1.2e-4);
    told("half-life", after.mid.half_life, PASSES);
}

#[test]
fn what_follows_the_trades_of_the_example_is_found_again_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    for (format, path) in every_format(folder.path(), &books()) {
        let after = found(&path).aftermath;
        assert_eq!(after.trades_told, format.tells_trades());
        is_that_of_the_example(&after);
    }
}

#[test]
fn a_handful_of_near_empty_books_hardly_matters_in_any_format() {
    let folder = tempfile::tempdir().unwrap();
    let mut books = books();
    for (trade, bought) in [(3, true), (8, false), (13, false), (18, true)] {
        nearly_empty(&mut books, BETWEEN * trade + 20, bought);
    }
    for (_, path) in every_format(folder.path(), &books) {
        let after = found(&path).aftermath;
        assert!(after.ask.trades > 12 && after.bid.trades > 12, "{after:?}");
        is_that_of_the_example(&after);
    }
}
