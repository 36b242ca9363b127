//! Databento Binary Encoding: records of the schema mbp-10, ten levels of each side after each event. Prices are
//! billionths; records of trades and fills do not change the book.

use super::gather::Gather;
use super::source::Source;
use super::{Level, Watch, Wrong, look};
use dbn::decode::{DbnMetadata, DecodeRecordRef, dbn::Decoder};
use dbn::{Mbp10Msg, Schema, UNDEF_PRICE, UNDEF_TIMESTAMP};
use std::ffi::c_char;
use std::io::BufRead;

/// Most bytes of what stands before the records.
const MOST: u64 = 1 << 26;
/// Parts of a unit of currency in a price.
const PARTS: f64 = 1e9;

/// Actions and sides, as they stand in records.
const TRADE: u8 = b'T';
const FILL: u8 = b'F';
const BUYER: u8 = b'B';
const SELLER: u8 = b'A';

fn unread(error: &dbn::Error) -> Wrong {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    Wrong::Whole(format!("is no DBN that can be read: {line}"))
}

pub(super) fn read(source: Source, gather: &mut Gather<'_>, watch: Watch<'_>) -> Result<(), Wrong> {
    let (mut stream, progress) = source.stream();
    check_head(&mut stream)?;
    let mut decoder = Decoder::new(stream).map_err(|error| unread(&error))?;
    if let Some(schema) = decoder.metadata().schema
        && schema != Schema::Mbp10
    {
        let message = format!("holds records of the schema {schema}; allowed: mbp-10");
        return Err(Wrong::Whole(message));
    }
    let (mut first, mut number) = (None, 0);
    loop {
        let record = decoder.decode_record_ref();
        let record = record.map_err(|error| {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default().to_owned();
            Wrong::Cell("record", number + 1, "length".into(), line)
        })?;
        let Some(record) = record else {
            return Ok(());
        };
        number += 1;
        gather.counts.records += 1;
        look(number, || progress.share(), watch)?;
        let Some(message) = record.get::<Mbp10Msg>() else {
            continue;
        };
        if *first.get_or_insert(message.hd.instrument_id) != message.hd.instrument_id {
            gather.counts.other_instruments += 1;
            continue;
        }
        apply(message, number, gather)?;
    }
}

/// Refuses what is no DBN, and a file whose head says that it is longer than any is, before room is made for it.
fn check_head(stream: &mut impl BufRead) -> Result<(), Wrong> {
    let start = stream.fill_buf().unwrap_or_default();
    if !start.starts_with(b"DBN") {
        return Err(Wrong::whole(
            "is no DBN; allowed: a file that begins with DBN, packed or not",
        ));
    }
    let length = start.get(4..8).and_then(|bytes| bytes.try_into().ok());
    let length = u64::from(length.map_or(0, u32::from_le_bytes));
    if length > MOST {
        let message = format!("has a head of {length} bytes; allowed: at most {MOST}");
        return Err(Wrong::Whole(message));
    }
    Ok(())
}

fn apply(message: &Mbp10Msg, number: u64, gather: &mut Gather<'_>) -> Result<(), Wrong> {
    let wrong =
        |field: &str, message: String| Wrong::Cell("record", number, field.to_owned(), message);
    let received = message.ts_recv != UNDEF_TIMESTAMP && message.ts_recv != 0;
    let (time, field) = if received {
        (message.ts_recv, "ts_recv")
    } else {
        (message.hd.ts_event, "ts_event")
    };
    let time = i64::try_from(time).map_err(|_out_of_range| {
        wrong(field, format!("is {time}; allowed: nanoseconds since 1970"))
    })?;
    if !gather.at(time) {
        return Err(wrong(
            field,
            "is before that of the record before; allowed: times in their order".into(),
        ));
    }
    match (byte(message.action), byte(message.side)) {
        (TRADE, side @ (BUYER | SELLER)) => {
            gather.trade(side == BUYER, f64::from(message.size));
            return Ok(());
        }
        (TRADE, _) => {
            gather.counts.hidden_trades += 1;
            return Ok(());
        }
        (FILL, _) => return Ok(()),
        _ => {}
    }
    let book = gather.change();
    book.clear();
    for (level, pair) in message.levels.iter().enumerate().rev() {
        for (price, size, name, side) in [
            (pair.ask_px, pair.ask_sz, "ask_px", &mut book.asks),
            (pair.bid_px, pair.bid_sz, "bid_px", &mut book.bids),
        ] {
            if price == UNDEF_PRICE || size == 0 {
                continue;
            }
            if price <= 0 {
                let text = format!("is {price}; allowed: above 0, or undefined for no level");
                return Err(wrong(&format!("{name}_{level:02}"), text));
            }
            let (price, size) = (price as f64 / PARTS, f64::from(size));
            side.push(Level { price, size });
        }
    }
    book.arrange();
    Ok(())
}

/// The letter in a field.
fn byte(letter: c_char) -> u8 {
    letter.to_ne_bytes()[0]
}
