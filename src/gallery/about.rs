//! What one must know to find a figure back.

use crate::market::Sampling;
use crate::order_book::OrderBook;
use crate::quantity::Unit;
use crate::quantity::time::duration;
use crate::quantity::write::{fixed, significant};
use crate::record::PROGRAM;
use crate::scenario::{Named, OptionKind, Process, Scenario, Side, legs};
use crate::units::plain;

/// Where a figure comes from.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// What the scenario is called: a preset's name.
    pub preset: &'a str,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Seed of the random numbers, and whether paths come in pairs.
    pub sampling: Sampling,
}

/// What a figure is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// A path by its number; absent: the one that the scenario brings.
    Path(Option<u64>),
    /// The same at a date.
    Date(Option<u64>, usize),
    /// So many paths.
    Paths(u64),
    /// No path in particular.
    Scenario,
}

impl About<'_> {
    /// The caption, with spaces at which no line is to be broken: scenario, path or paths, seed and program.
    #[must_use]
    pub fn caption(&self, of: Of, more: &str) -> String {
        let title = self.scenario.title.trim_end_matches('.');
        let preset = if title.is_empty() || title == self.preset {
            self.preset.to_owned()
        } else {
            format!("{title} ({})", self.preset)
        };
        let more = if more.is_empty() {
            String::new()
        } else {
            format!("{more} ")
        };
        let seed = self.sampling.seed;
        let pairs = if self.sampling.antithetic {
            ", antithetic pairs"
        } else {
            ""
        };
        let of = match of {
            Of::Path(number) => format!("{}, seed\u{a0}{seed}{pairs}", path(number)),
            Of::Date(number, date) => {
                format!(
                    "{}, date\u{a0}{date}, seed\u{a0}{seed}{pairs}",
                    path(number)
                )
            }
            Of::Paths(count) => format!(
                "{}\u{a0}paths, seed\u{a0}{seed}{pairs}",
                fixed(count as f64, 0)
            ),
            Of::Scenario => format!("seed\u{a0}{seed}"),
        };
        format!("{more}{preset}: {}; {of}. {PROGRAM}.", self.market())
    }

    /// The option and the book in a few words.
    fn market(&self) -> String {
        let (contract, book) = (&self.scenario.contract, &self.scenario.order_book);
        let kind = match contract.kind {
            OptionKind::Call => "call",
            OptionKind::Put => "put",
        };
        let side = match contract.position {
            Side::Short => "short",
            Side::Long => "long",
        };
        let half_life = |decay: f64| {
            if decay == 0.0 {
                "never refilled".to_owned()
            } else if decay.is_infinite() {
                "refilled at once".to_owned()
            } else {
                format!("half-life {}", duration(std::f64::consts::LN_2 / decay))
            }
        };
        let (ask, bid) = (half_life(book.ask_decay), half_life(book.bid_decay));
        let refill = if ask == bid {
            ask
        } else {
            format!("ask {ask}, bid {bid}")
        };
        let market = &self.scenario.market;
        let mut moved = if market.process == Process::GeometricBrownian {
            String::new()
        } else {
            format!(" under {}", market.process.title())
        };
        if market.dividend_yield != 0.0 {
            let percent = significant(100.0 * market.dividend_yield, 6);
            moved.push_str(&format!(", dividends {percent}% a year"));
        }
        let option = if contract.is_portfolio() {
            format!("{}{moved}", legs::written(contract))
        } else {
            let strike = significant(contract.strike, 6);
            format!("{side} {kind}{moved}, strike {strike}")
        };
        let [above, below] = OrderBook::of(self.scenario)
            .half_spreads()
            .map(|half| Unit::BasisPoints.write(half, 3));
        let own = book.ask_half_spread.is_some() || book.bid_half_spread.is_some();
        let half = if own {
            format!(", half-spreads {above} and {below}")
        } else {
            String::new()
        };
        let moved = if book.mid_impact == 0.0 {
            String::new()
        } else {
            let a_share = Unit::BasisPoints.write(book.mid_impact, 3);
            let stays = Unit::Percent.write(book.mid_permanent, 3);
            let rest = match half_life(book.mid_decay).as_str() {
                "never refilled" => "the rest never comes back".to_owned(),
                "refilled at once" => "the rest comes back at once".to_owned(),
                lives => format!("the rest with {lives}"),
            };
            format!(", a share moves the mid by {a_share}, {stays} of it for good, {rest}")
        };
        format!(
            "{option}, {} dates in {}, impact exponents {} and {}{half}, {refill}{moved}",
            fixed(self.scenario.steps as f64, 0),
            duration(contract.maturity),
            significant(book.ask_exponent, 6),
            significant(book.bid_exponent, 6),
        )
    }

    /// What stands above the data.
    #[must_use]
    pub fn lines(&self, of: Of) -> Vec<(String, String)> {
        let mut lines = vec![
            ("program", PROGRAM.to_owned()),
            ("preset", self.preset.to_owned()),
            ("scenario", self.scenario.title.clone()),
            ("market", self.scenario.market_hash().to_string()),
            ("seed", self.sampling.seed.to_string()),
        ];
        if self.sampling.antithetic {
            lines.push(("antithetic", "true".into()));
        }
        let number = |number: Option<u64>| number.map_or("shown".into(), |n| n.to_string());
        match of {
            Of::Path(path) => lines.push(("path", number(path))),
            Of::Date(path, date) => {
                lines.push(("path", number(path)));
                lines.push(("date", date.to_string()));
            }
            Of::Paths(count) => lines.push(("paths", count.to_string())),
            Of::Scenario => {}
        }
        lines.push(("dates", self.scenario.steps.to_string()));
        lines.push(("step (years)", plain(self.scenario.step_length())));
        let contract = &self.scenario.contract;
        let option = if contract.is_portfolio() {
            format!(
                "{}; {} years",
                legs::written(contract),
                plain(contract.maturity)
            )
        } else {
            format!(
                "{} {}, strike {}, {} shares, {} years",
                contract.position.name(),
                contract.kind.name(),
                plain(contract.strike),
                plain(contract.shares),
                plain(contract.maturity)
            )
        };
        lines.push(("option", option));
        let named = |(name, value): (&str, String)| (name.to_owned(), value);
        lines.into_iter().map(named).collect()
    }
}

fn path(number: Option<u64>) -> String {
    match number {
        Some(number) => format!("path\u{a0}{}", fixed(number as f64, 0)),
        None => "the preset's own path".into(),
    }
}
