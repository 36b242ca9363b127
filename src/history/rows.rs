//! Rows as they are read, in the order of the file, each checked.

use super::Wrong;
use super::date::date_text;
use super::number::Cell;

/// 1800 and 2200 (microseconds since 1970).
const EARLIEST: i64 = -5_364_662_400_000_000;
const LATEST: i64 = 7_258_118_400_000_000;

/// Dates and prices in the order of the file.
#[derive(Clone, Debug, Default)]
pub(super) struct Raw {
    pub times: Vec<i64>,
    pub prices: Vec<f64>,
    pub layout: &'static str,
    pub time_column: String,
    pub price_column: String,
    /// All columns of numbers, by their names.
    pub columns: Vec<String>,
    /// What the choice of columns was, where there was one.
    pub chosen: Option<String>,
    /// Rows without a price, and the first of them.
    pub missing: Option<(u64, u64)>,
    /// No date may be later (microseconds since 1970).
    now: Option<i64>,
}

impl Raw {
    /// No rows yet; none may be later than `now`.
    pub fn until(now: Option<i64>) -> Self {
        Self {
            now,
            ..Self::default()
        }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Where the price is no price or the date has not come yet; `shown` is the cell of the price.
    pub fn push(
        &mut self,
        row: u64,
        time: i64,
        price: Cell,
        shown: impl Fn() -> String,
    ) -> Result<(), Wrong> {
        let wrong = |message: String| Wrong::Cell(row, self.price_column.clone(), message);
        match price {
            Cell::Missing => {
                let (count, first) = self.missing.unwrap_or((0, row));
                self.missing = Some((count + 1, first));
                return Ok(());
            }
            Cell::Text => {
                return Err(wrong(format!(
                    "{:?} is no number; allowed: a price above 0",
                    shown()
                )));
            }
            Cell::Number(x) if !(x > 0.0 && x.is_finite()) => {
                return Err(wrong(format!("the price is {}; allowed: above 0", shown())));
            }
            Cell::Number(x) => self.prices.push(x),
        }
        if !(EARLIEST..LATEST).contains(&time) {
            let message = format!("{} is far away; allowed: 1800 to 2199", date_text(time));
            return Err(Wrong::Cell(row, self.time_column.clone(), message));
        }
        // A day of room: the file's clock may be of another zone.
        if self.now.is_some_and(|now| time > now + super::DAY) {
            let message = format!("{} has not come yet; allowed: the past", date_text(time));
            return Err(Wrong::Cell(row, self.time_column.clone(), message));
        }
        self.times.push(time);
        Ok(())
    }
}

/// The first characters of a cell, for a message.
pub(super) fn shown(cell: &[u8]) -> String {
    let text = String::from_utf8_lossy(cell);
    let text = text.trim();
    let short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        format!("{short}…")
    } else {
        short
    }
}
