//! Fields: each parameter with its name, unit, meaning and range, and how it is read and written.
//!
//! Checks, `--set`, the list of differences between two scenarios and the window's controls all
//! read [`FIELDS`], so that a parameter is described once. The rows stand in `fields/process.rs` (how the
//! price moves), `fields/recorded.rs` (recorded prices), `fields/market.rs` (what else a hedge meets) and
//! `fields/hedgers.rs` (who hedges, and how they learn).

mod hedgers;
mod market;
mod process;
mod recorded;
mod rows;

pub(in crate::scenario) use rows::{MONEYNESS, POSITIVE};

use super::names::Named;
use super::parameters::{Parameters, Process};
use crate::quantity::digits;
use crate::quantity::read::{self, Unread};
use crate::units::{FieldError, Interval, plain};

/// One parameter of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Dotted name, as in a preset file and after `--set`.
    pub path: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// Unit; empty where there is none.
    pub unit: &'static str,
    /// What it means and where it enters the formula.
    pub meaning: &'static str,
    /// The price processes that have it; empty where it has nothing to do with the process.
    pub only: &'static [Process],
    /// How it is read and written, and what it may hold.
    pub access: Access,
}

/// How a field is read and written, by the kind of its value.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each variant says it for its fields")]
pub enum Access {
    /// A real number within a range.
    Number {
        range: Interval,
        get: fn(&Parameters) -> f64,
        set: fn(&mut Parameters, f64),
    },
    /// A real number within a range, or `none`.
    Optional {
        range: Interval,
        get: fn(&Parameters) -> Option<f64>,
        set: fn(&mut Parameters, Option<f64>),
    },
    /// A whole number from `low` to `high`.
    Whole {
        low: u64,
        high: u64,
        get: fn(&Parameters) -> u64,
        set: fn(&mut Parameters, u64),
    },
    /// One of a few words, by its place among `words()`.
    Choice {
        words: fn() -> String,
        get: fn(&Parameters) -> &'static str,
        set: fn(&mut Parameters, &str) -> bool,
    },
    /// A value with a syntax of its own; `set` says whether it was understood.
    Text {
        allowed: &'static str,
        get: fn(&Parameters) -> String,
        set: fn(&mut Parameters, &str) -> bool,
        check: fn(&Parameters) -> bool,
    },
}

impl Field {
    /// The row named `path`.
    ///
    /// # Errors
    /// Names the known fields when there is none of that name.
    pub fn find(path: &str) -> Result<&'static Self, FieldError> {
        FIELDS
            .iter()
            .find(|field| field.path == path)
            .ok_or_else(|| {
                let known: Vec<_> = FIELDS.iter().map(|field| field.path).collect();
                FieldError::new("field", format!("{path:?}"), known.join(", "))
            })
    }

    /// Whether it means anything under the price process.
    #[must_use]
    pub fn applies(&self, parameters: &Parameters) -> bool {
        self.only.is_empty() || self.only.contains(&parameters.market.process)
    }

    /// Under which price processes it means something, in words; nothing where it always does.
    #[must_use]
    pub fn only_where(&self) -> Option<String> {
        let names: Vec<_> = self.only.iter().map(|process| process.name()).collect();
        let any = !names.is_empty();
        any.then(|| format!("where market.process is {}", names.join(" or ")))
    }

    /// Refuses to be set where it means nothing.
    pub(super) fn expect_use(&self, parameters: &Parameters) -> Result<(), FieldError> {
        match self.only_where().filter(|_| !self.applies(parameters)) {
            None => Ok(()),
            Some(only) => {
                let process = parameters.market.process.name();
                let value = format!("{} under {process}", self.get(parameters));
                Err(FieldError::new(self.path, value, format!("only {only}")))
            }
        }
    }

    /// The present value as text that [`Field::set`] reads back.
    #[must_use]
    pub fn get(&self, parameters: &Parameters) -> String {
        match self.access {
            Access::Number { get, .. } => plain(get(parameters)),
            Access::Optional { get, .. } => get(parameters).map_or("none".into(), plain),
            Access::Whole { get, .. } => get(parameters).to_string(),
            Access::Choice { get, .. } => get(parameters).into(),
            Access::Text { get, .. } => get(parameters),
        }
    }

    /// The present value as a number; absent where the field holds none.
    #[must_use]
    pub fn number(&self, parameters: &Parameters) -> Option<f64> {
        match self.access {
            Access::Number { get, .. } => Some(get(parameters)),
            Access::Optional { get, .. } => get(parameters),
            Access::Whole { get, .. } => Some(get(parameters) as f64),
            Access::Choice { .. } | Access::Text { .. } => None,
        }
    }

    /// The values in two scenarios as people read them: short, and different where they differ.
    #[must_use]
    pub fn told(&self, before: &Parameters, now: &Parameters) -> (String, String) {
        let number = |parameters: &Parameters| match self.access {
            Access::Whole { .. } => None,
            _ => self.number(parameters),
        };
        match (number(before), number(now)) {
            (Some(before), Some(now)) => digits::pair(before, now),
            _ => (self.get(before), self.get(now)),
        }
    }

    /// Writes a value given as text.
    ///
    /// # Errors
    /// Says what is allowed when `text` is not a value of this field; nothing is written then.
    pub fn set(&self, parameters: &mut Parameters, text: &str) -> Result<(), FieldError> {
        let text = text.trim();
        let refused =
            |why: Unread| FieldError::new(self.path, format!("{text:?}"), self.hint(&why));
        let mut changed = parameters.clone();
        match self.access {
            Access::Number { set, .. } => set(&mut changed, read::number(text).map_err(refused)?),
            Access::Optional { set, .. } if text == "none" => set(&mut changed, None),
            Access::Optional { set, .. } => {
                set(&mut changed, Some(read::number(text).map_err(refused)?));
            }
            Access::Whole { set, .. } => set(&mut changed, read::whole(text).map_err(refused)?),
            Access::Choice { set, .. } | Access::Text { set, .. } => {
                if !set(&mut changed, text) {
                    let why = read::number(text).err();
                    return Err(refused(why.unwrap_or(Unread::Nonsense)));
                }
            }
        }
        self.check(&changed)?;
        *parameters = changed;
        Ok(())
    }

    /// What is allowed, and how to write what can be read in more ways than one.
    fn hint(&self, why: &Unread) -> String {
        match why {
            Unread::Ambiguous(ways) => {
                format!("{}; write {}", self.allowed(), ways.join(" or "))
            }
            _ => self.allowed(),
        }
    }

    /// Whether the present value is allowed.
    ///
    /// # Errors
    /// Names the field, its value and what is allowed.
    pub fn check(&self, parameters: &Parameters) -> Result<(), FieldError> {
        let allowed = match self.access {
            Access::Number { range, get, .. } => range.contains(get(parameters)),
            Access::Optional { range, get, .. } => {
                get(parameters).is_none_or(|x| range.contains(x) && x.is_finite())
            }
            Access::Whole { low, high, get, .. } => (low..=high).contains(&get(parameters)),
            Access::Choice { .. } => true,
            Access::Text { check, .. } => check(parameters),
        };
        if allowed {
            return Ok(());
        }
        Err(FieldError::new(
            self.path,
            self.get(parameters),
            self.allowed(),
        ))
    }

    /// What the field may hold, for a message.
    #[must_use]
    pub fn allowed(&self) -> String {
        let allowed = match self.access {
            Access::Number { range, .. } => range.to_string(),
            Access::Optional { range, .. } => format!("{range}, or none"),
            Access::Whole { low, high, .. } => format!("a whole number from {low} to {high}"),
            Access::Choice { words, .. } => words(),
            Access::Text { allowed, .. } => allowed.into(),
        };
        if self.unit.is_empty() {
            allowed
        } else {
            format!("{allowed} ({})", self.unit)
        }
    }
}

/// Every field, in the order in which people read them.
pub static FIELDS: &[Field] = &ALL;

const OF_PRICE: [Field; process::ROWS.len() + recorded::ROWS.len()] =
    joined(process::ROWS, recorded::ROWS);
const OF_MARKET: [Field; OF_PRICE.len() + market::ROWS.len()] = joined(&OF_PRICE, market::ROWS);
const ALL: [Field; OF_MARKET.len() + hedgers::ROWS.len()] = joined(&OF_MARKET, hedgers::ROWS);

const fn joined<const N: usize>(first: &[Field], then: &[Field]) -> [Field; N] {
    let mut all = [first[0]; N];
    let mut i = 0;
    while i < N {
        all[i] = if i < first.len() {
            first[i]
        } else {
            then[i - first.len()]
        };
        i += 1;
    }
    all
}
