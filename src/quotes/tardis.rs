//! Tardis `incremental_book_L2`: changes of a book, level by level. An amount is what is there now; 0 takes the level
//! out. Times are microseconds since 1970.

use super::columns;
use super::gather::Gather;
use super::number::{Clock, number, shown};
use super::source::{Source, unread};
use super::{Level, Watch, Wrong, look};
use csv::ByteRecord;

/// Where the columns are.
struct Places {
    time: (usize, String),
    symbol: Option<usize>,
    snapshot: Option<usize>,
    side: usize,
    price: usize,
    amount: usize,
}

/// A change of one level.
struct Change {
    time: i64,
    ask: bool,
    level: Level,
    /// Whether it belongs to a whole book, which replaces what was there.
    whole: bool,
}

/// The best prices that this moment has brought, ask and bid.
type Fresh = [Option<f64>; 2];

pub(super) fn read(source: Source, gather: &mut Gather<'_>, watch: Watch<'_>) -> Result<(), Wrong> {
    let (mut reader, progress) = source.table(true);
    let headings = reader.byte_headers().map_err(|error| unread(&error))?;
    let places = places(headings)?;
    let (mut record, mut fresh, mut within) = (ByteRecord::new(), Fresh::default(), false);
    let (mut clock, mut symbol, mut rows) = (None, None, 0);
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| unread(&error))?
    {
        rows += 1;
        gather.counts.records += 1;
        look(rows, || progress.share(), watch)?;
        let line = record.position().map_or(0, csv::Position::line);
        if let Some(place) = places.symbol {
            let here = record.get(place).unwrap_or_default();
            if symbol.get_or_insert_with(|| here.to_vec()) != here {
                gather.counts.other_instruments += 1;
                continue;
            }
        }
        let change = change(&record, &places, &mut clock, line)?;
        if gather.is_next(change.time) {
            uncross(gather, std::mem::take(&mut fresh));
            if !gather.at(change.time) {
                let message = "is before that of the line above; allowed: times in their order";
                return Err(Wrong::line(line, &places.time.1, message));
            }
        }
        let book = gather.change();
        if change.whole && !within {
            book.clear();
        }
        within = change.whole;
        book.set(change.ask, change.level);
        if change.level.size > 0.0 {
            let price = change.level.price;
            let best = &mut fresh[usize::from(!change.ask)];
            let better = |old: f64| {
                if change.ask {
                    old.min(price)
                } else {
                    old.max(price)
                }
            };
            *best = Some(best.map_or(price, better));
        }
    }
    uncross(gather, fresh);
    Ok(())
}

fn places(headings: &ByteRecord) -> Result<Places, Wrong> {
    let names: Vec<String> = headings.iter().map(columns::name).collect();
    let place = |wanted: &str| names.iter().position(|name| name == wanted);
    let needed = |wanted: &str| {
        place(wanted).ok_or_else(|| {
            let message = format!(
                "have no {wanted}; allowed: timestamp or local_timestamp, side, price, amount"
            );
            Wrong::line(1, "headings", message)
        })
    };
    let time = match place("local_timestamp") {
        Some(place) => place,
        None => needed("timestamp")?,
    };
    Ok(Places {
        time: (time, names[time].clone()),
        symbol: place("symbol"),
        snapshot: place("is_snapshot"),
        side: needed("side")?,
        price: needed("price")?,
        amount: needed("amount")?,
    })
}

#[inline]
fn change(
    record: &ByteRecord,
    places: &Places,
    clock: &mut Option<Clock>,
    line: u64,
) -> Result<Change, Wrong> {
    let cell = |place: usize| record.get(place).unwrap_or_default();
    let wrong = |place: usize, field: &str, allowed: &str| {
        Wrong::line(
            line,
            field,
            format!("is {}; allowed: {allowed}", shown(cell(place))),
        )
    };
    let (place, name) = (places.time.0, &places.time.1);
    let dated = cell(place);
    if clock.is_none() {
        *clock = Clock::of(dated);
    }
    let time = clock.and_then(|clock| clock.read(dated));
    let time = time.ok_or_else(|| wrong(place, name, "microseconds since 1970"))?;
    let ask = match cell(places.side) {
        b"ask" | b"sell" => true,
        b"bid" | b"buy" => false,
        _ => return Err(wrong(places.side, "side", "bid or ask")),
    };
    let price = number(cell(places.price)).filter(|price| *price > 0.0);
    let price = price.ok_or_else(|| wrong(places.price, "price", "above 0"))?;
    let size = number(cell(places.amount)).filter(|size| *size >= 0.0);
    let size = size.ok_or_else(|| wrong(places.amount, "amount", "0 or more"))?;
    let whole = match places.snapshot.map(cell) {
        None | Some(b"false") => false,
        Some(b"true") => true,
        _ => {
            let place = places.snapshot.unwrap_or(0);
            return Err(wrong(place, "is_snapshot", "true or false"));
        }
    };
    let level = Level { price, size };
    Ok(Change {
        time,
        ask,
        level,
        whole,
    })
}

/// Takes out levels that a newer best price of the other side crosses: the feed forgot to delete them.
fn uncross(gather: &mut Gather<'_>, fresh: Fresh) {
    if !gather.book.is_crossed() {
        return;
    }
    let best = |ask: bool| gather.book.side(ask).next().map(|level| level.price);
    let is_fresh =
        |ask: bool| fresh[usize::from(!ask)].is_some() && fresh[usize::from(!ask)] == best(ask);
    let stale_asks = match (is_fresh(true), is_fresh(false)) {
        (false, true) => true,
        (true, false) => false,
        _ => return,
    };
    let Some(limit) = best(!stale_asks) else {
        return;
    };
    let book = gather.change();
    let side = if stale_asks {
        &mut book.asks
    } else {
        &mut book.bids
    };
    let before = side.len();
    while side.last().is_some_and(|level| {
        if stale_asks {
            level.price <= limit
        } else {
            level.price >= limit
        }
    }) {
        side.pop();
    }
    let count = before - side.len();
    gather.counts.stale_levels += count as u64;
}
