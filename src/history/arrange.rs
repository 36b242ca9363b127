//! Rows made a series: in the order of time, each date once.

use super::date::date_text;
use super::rows::Raw;
use super::{History, Wrong};
use crate::quantity::write::plural;
use crate::units::ContentHash;
use serde::Serialize;
use std::io::Read;

/// Something that was done to the rows, or is to be known of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Note(pub String);

/// The series of some rows.
pub(super) fn series(mut raw: Raw) -> Result<History, Wrong> {
    let mut notes = Vec::new();
    notes.extend(raw.chosen.take().map(Note));
    if let Some((count, first)) = raw.missing {
        notes.push(Note(format!(
            "{count} row{} without a price {} left out, the first is row {first}",
            plural(count),
            are(count)
        )));
    }
    order(&mut raw, &mut notes);
    merge(&mut raw, &mut notes);
    if raw.prices.len() < 2 {
        let count = raw.prices.len();
        return Err(Wrong::Whole(format!(
            "has {count} price{}; allowed: 2 or more",
            plural(count as u64)
        )));
    }
    let hash = hash(&raw.times, &raw.prices);
    Ok(History {
        times: raw.times,
        prices: raw.prices,
        layout: raw.layout,
        time_column: raw.time_column,
        price_column: raw.price_column,
        columns: raw.columns,
        notes,
        hash,
    })
}

fn are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// Brings the rows into the order of time.
fn order(raw: &mut Raw, notes: &mut Vec<Note>) {
    if raw.times.is_sorted() {
        return;
    }
    if raw.times.is_sorted_by(|a, b| a >= b) {
        notes.push(Note("the rows were from the latest to the first".into()));
        // The last row of a date is that of the file.
        merge(raw, notes);
        raw.times.reverse();
        raw.prices.reverse();
        return;
    }
    let mut places: Vec<usize> = (0..raw.times.len()).collect();
    places.sort_by_key(|place| raw.times[*place]);
    raw.prices = places.iter().map(|place| raw.prices[*place]).collect();
    raw.times = places.iter().map(|place| raw.times[*place]).collect();
    notes.push(Note(
        "the rows were in no order; they are sorted by date".into(),
    ));
}

/// Keeps one row of each date: the last.
fn merge(raw: &mut Raw, notes: &mut Vec<Note>) {
    let (mut kept, mut doubles, mut unlike) = (0, 0_u64, None);
    for place in 0..raw.times.len() {
        if kept > 0 && raw.times[kept - 1] == raw.times[place] {
            doubles += 1;
            if raw.prices[kept - 1] != raw.prices[place] {
                unlike.get_or_insert(raw.times[place]);
            }
            kept -= 1;
        }
        raw.times[kept] = raw.times[place];
        raw.prices[kept] = raw.prices[place];
        kept += 1;
    }
    raw.times.truncate(kept);
    raw.prices.truncate(kept);
    if doubles > 0 {
        let unlike = unlike.map_or(String::new(), |time| {
            format!("; prices of one date differ, first on {}", date_text(time))
        });
        notes.push(Note(format!(
            "{doubles} row{} of a date that has another {} left out, the last is kept{unlike}",
            plural(doubles),
            are(doubles)
        )));
    }
}

/// The hash of times and prices, in little memory.
fn hash(times: &[i64], prices: &[f64]) -> ContentHash {
    let mut bytes = Bytes {
        rows: times.iter().zip(prices),
        left: Vec::new(),
    };
    // Reading from memory does not fail.
    ContentHash::of_reader(&mut bytes).unwrap_or_else(|_| ContentHash::of(&[]))
}

struct Bytes<I> {
    rows: I,
    left: Vec<u8>,
}

impl<'a, I: Iterator<Item = (&'a i64, &'a f64)>> Read for Bytes<I> {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        while self.left.len() < room.len() {
            let Some((time, price)) = self.rows.next() else {
                break;
            };
            self.left.extend(time.to_le_bytes());
            self.left.extend(price.to_le_bytes());
        }
        let count = self.left.len().min(room.len());
        room[..count].copy_from_slice(&self.left[..count]);
        self.left.drain(..count);
        Ok(count)
    }
}
