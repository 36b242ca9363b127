//! The markets of the paper's tables.

use super::ReproduceError;
use crate::presets;
use crate::scenario::{Named, Scenario};
use std::fmt;

/// Which option, and how often it is hedged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Horizon {
    /// One day, hourly.
    Day,
    /// Thirty days, daily.
    Month,
    /// One year, monthly.
    Year,
}

impl Named for Horizon {
    const ALL: &'static [(&'static str, Self)] = &[
        ("day", Self::Day),
        ("month", Self::Month),
        ("year", Self::Year),
    ];
}

impl Horizon {
    /// What it is, in words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Day => "One day, hourly",
            Self::Month => "One month, daily",
            Self::Year => "One year, monthly",
        }
    }

    /// Impacts `α − 1 = 1 − β` of its cells, as they are written.
    #[must_use]
    pub fn impacts(self) -> [&'static str; 3] {
        match self {
            Self::Day => ["0", "0.001", "0.002"],
            Self::Month | Self::Year => ["0", "0.01", "0.02"],
        }
    }
}

/// How the book comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refill {
    /// `λ = 0`.
    Never,
    /// Half of what is missing in each step.
    Half,
    /// `λ = ∞`.
    AtOnce,
}

impl Named for Refill {
    const ALL: &'static [(&'static str, Self)] = &[
        ("never", Self::Never),
        ("half", Self::Half),
        ("at-once", Self::AtOnce),
    ];
}

/// A market of the paper's tables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Which option.
    pub horizon: Horizon,
    /// `α − 1 = 1 − β`, as it is written.
    pub impact: &'static str,
    /// How the book comes back; of no matter without impact, where it never does.
    pub refill: Refill,
}

impl Cell {
    /// Every cell, in the order of the tables: without impact each option has one, for what the book
    /// remembers costs nothing there.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut cells = Vec::new();
        for (_, horizon) in Horizon::ALL {
            for impact in horizon.impacts() {
                for (_, refill) in Refill::ALL {
                    cells.push(Self {
                        horizon: *horizon,
                        impact,
                        refill: *refill,
                    });
                }
            }
        }
        cells.retain(|cell| cell.has_impact() || cell.refill == Refill::Never);
        cells
    }

    /// Whether trading costs anything in it.
    #[must_use]
    pub fn has_impact(&self) -> bool {
        self.impact != "0"
    }

    /// Whether `word` is its name or the beginning of it, up to a hyphen: `year`, `year-0.01`.
    #[must_use]
    pub fn is_meant_by(&self, word: &str) -> bool {
        let name = self.to_string();
        let rest = name.strip_prefix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }

    /// What it is, in words.
    #[must_use]
    pub fn title(&self) -> String {
        let option = self.horizon.title();
        let refill = match self.refill {
            _ if !self.has_impact() => return format!("{option}, no impact"),
            Refill::Never => "never refilled",
            Refill::Half => "half refilled in a step",
            Refill::AtOnce => "refilled at once",
        };
        format!("{option}, impact {}, {refill}", self.impact)
    }

    /// Its scenario with these fields changed.
    ///
    /// # Errors
    /// When a change is refused.
    pub fn scenario(&self, changes: &[(&str, &str)]) -> Result<Scenario, ReproduceError> {
        let base = presets::built_in(&format!("paper-{}", self.horizon.name()))?;
        let impact: f64 = self.impact.parse().unwrap_or(0.0);
        let decay = match self.refill {
            Refill::Never => 0.0,
            Refill::Half => std::f64::consts::LN_2 / base.step_length(),
            Refill::AtOnce => f64::INFINITY,
        };
        let (ask, bid, decay) = (
            (1.0 + impact).to_string(),
            (1.0 - impact).to_string(),
            decay.to_string(),
        );
        let own = [
            ("order_book.ask_exponent", ask.as_str()),
            ("order_book.bid_exponent", bid.as_str()),
            ("order_book.ask_decay", decay.as_str()),
            ("order_book.bid_decay", decay.as_str()),
        ];
        let scenario = base.with(own.into_iter().chain(changes.iter().copied()))?;
        let mut parameters = scenario.into_parameters();
        parameters.title = format!("Paper: {}", self.title());
        parameters.description = String::new();
        Ok(Scenario::new(parameters)?)
    }
}

/// Its name: `year-0.01-never`, and `year-0` without impact.
impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.horizon.name(), self.impact)?;
        if self.has_impact() {
            write!(out, "-{}", self.refill.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_have_names_of_their_own_and_the_presets_are_among_them() {
        let cells = Cell::all();
        assert_eq!(cells.len(), 3 + 2 * 3 * 3);
        let mut names: Vec<String> = cells.iter().map(Cell::to_string).collect();
        assert!(names.contains(&"year-0.01-never".into()) && names.contains(&"day-0".into()));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), cells.len());
        let markets = cells
            .iter()
            .map(|cell| cell.scenario(&[]).unwrap().market_hash());
        let markets: Vec<_> = markets.collect();
        for preset in [
            "paper-year",
            "paper-month",
            "paper-day",
            "paper-frictionless",
        ] {
            let market = presets::built_in(preset).unwrap().market_hash();
            assert!(markets.contains(&market), "{preset}");
        }
    }

    #[test]
    fn a_word_means_the_cells_whose_names_begin_with_it() {
        let meant = |word: &str| Cell::all().iter().filter(|c| c.is_meant_by(word)).count();
        assert_eq!(meant("year"), 7);
        assert_eq!(meant("year-0"), 1);
        assert_eq!(meant("year-0.01"), 3);
        assert_eq!(meant("day-0.002-half"), 1);
        assert_eq!(meant("ye"), 0);
        assert_eq!(meant(""), 0);
    }
}
