//! `hedgelab book`: the order book as a depth table.

use super::table::Table;
use super::{Failure, Subject, print, print_csv, print_json, usage};
use crate::contract::digits;
use crate::order_book::{Level, Memory, OrderBook, levels};
use crate::quantity::Digits;
use crate::quantity::write::{NOTHING, keyboard, significant};
use crate::units::plain;
use clap::Args;
use serde::Serialize;
use std::fmt::Write;

#[derive(Debug, Args)]
#[command(
    after_help = "Sizes below 0 are shares already consumed by past trades and not yet refilled.\n\n\
    JSON: {preset, spot, ask_memory, bid_memory, quoted_spread, levels: [{size, ask, average_ask, bid, \
    average_bid}]}; CSV: the columns of levels"
)]
pub(super) struct Book {
    #[command(flatten)]
    subject: Subject,
    /// Shares taken from the ask side and not yet refilled [default: the preset's]
    #[arg(long, value_name = "A", allow_negative_numbers = true)]
    ask_memory: Option<f64>,
    /// Shares sold into the bid side and not yet refilled [default: the preset's]
    #[arg(long, value_name = "B", allow_negative_numbers = true)]
    bid_memory: Option<f64>,
    /// Unaffected mid price [default: the preset's spot]
    #[arg(long, value_name = "PRICE", allow_negative_numbers = true)]
    spot: Option<f64>,
    /// Deepest size shown, in shares [default: twice the contract]
    #[arg(long, value_name = "SHARES", allow_negative_numbers = true)]
    size: Option<f64>,
    /// Number of sizes shown beyond 0
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    levels: u16,
    /// Print one JSON document instead of a table
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print the levels as CSV
    #[arg(long)]
    csv: bool,
}

/// What the command prints as JSON.
#[derive(Serialize)]
struct Report<'a> {
    preset: &'a str,
    spot: f64,
    ask_memory: f64,
    bid_memory: f64,
    quoted_spread: f64,
    levels: Vec<Level>,
}

impl Book {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let scenario = self.subject.scenario()?;
        let memory = Memory {
            ask: checked(
                "--ask-memory",
                self.ask_memory,
                scenario.initial.ask_memory,
                0.0,
            )?,
            bid: checked(
                "--bid-memory",
                self.bid_memory,
                scenario.initial.bid_memory,
                0.0,
            )?,
            ..Memory::default()
        };
        let spot = checked("--spot", self.spot, scenario.market.spot, f64::MIN_POSITIVE)?;
        let default_size = 2.0 * scenario.contract.shares;
        let size = checked("--size", self.size, default_size, f64::MIN_POSITIVE)?;
        let book = OrderBook::of(&scenario);
        let report = Report {
            preset: &self.subject.preset,
            spot,
            ask_memory: memory.ask,
            bid_memory: memory.bid,
            quoted_spread: book.quoted_spread(spot, memory),
            levels: levels(&book, spot, memory, &self.sizes(memory, size)),
        };
        if self.json {
            print_json(&report)
        } else if self.csv {
            print_csv(&report.levels)
        } else {
            let at_spot = scenario.with([("market.spot", plain(spot).as_str())]);
            let digits = digits(at_spot.as_ref().unwrap_or(&scenario));
            print(&keyboard(&table(&report, digits)))
        }
    }

    /// The consumed part in a few sizes, then evenly from 0 to `size`.
    fn sizes(&self, memory: Memory, size: f64) -> Vec<f64> {
        const CONSUMED: u8 = 4;
        let deepest = memory.ask.max(memory.bid);
        let consumed = (0..CONSUMED)
            .filter(|_| deepest > 0.0)
            .map(|i| -deepest * f64::from(CONSUMED - i) / f64::from(CONSUMED));
        let count = f64::from(self.levels);
        let fresh = (0..=self.levels).map(|i| size * f64::from(i) / count);
        consumed.chain(fresh).collect()
    }
}

fn checked(flag: &str, given: Option<f64>, default: f64, least: f64) -> Result<f64, Failure> {
    let number = given.unwrap_or(default);
    if (least..=1e12).contains(&number) {
        return Ok(number);
    }
    let allowed = if least > 0.0 {
        "above 0 and up to 1e12"
    } else {
        "0 to 1e12"
    };
    Err(usage(format!(
        "{flag} {}: allowed: {allowed}",
        plain(number)
    )))
}

fn table(report: &Report<'_>, digits: Digits) -> String {
    // Sizes that are apart by a little of the contract must not look to cost the same.
    let digits = digits.finer(2);
    let mut text = String::new();
    let _infallible = writeln!(
        text,
        "{}: mid price {}, quoted spread {}, ask memory {}, bid memory {} shares\n",
        report.preset,
        digits.price(report.spot),
        digits.price(report.quoted_spread),
        digits.shares(report.ask_memory),
        digits.shares(report.bid_memory)
    );
    let mut table = Table::new(&[
        "size",
        "next bid",
        "average bid",
        "next ask",
        "average ask",
        "",
    ]);
    for level in &report.levels {
        let cell = |price: Option<f64>| price.map_or(NOTHING.into(), |x| digits.price(x));
        table.row(vec![
            significant(level.size, 6),
            cell(level.bid),
            cell(level.average_bid),
            cell(level.ask),
            cell(level.average_ask),
            if level.size < 0.0 {
                "consumed".into()
            } else {
                String::new()
            },
        ]);
    }
    text.push_str(&table.text());
    text
}
