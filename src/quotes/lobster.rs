//! LOBSTER: a file of messages and a file of books, neither with headings, line by line. Times are seconds after
//! midnight, prices ten-thousandths.

use super::format::first_line;
use super::gather::Gather;
use super::number::{seconds, shown, whole};
use super::source::{Source, unread};
use super::{Level, SECOND, Watch, Wrong, look};
use csv::ByteRecord;
use std::path::{Path, PathBuf};

/// The price of a level that is not there, on either side.
const EMPTY: i64 = 9_999_999_999;
/// Parts of a unit of currency in a price.
const PARTS: f64 = 10_000.0;
/// Nanoseconds from one pair of files to the next, which is another day.
const DAY: i64 = 86_400 * SECOND;

/// Kinds of messages.
const EXECUTED: i64 = 4;
const HIDDEN: i64 = 5;
const CROSS: i64 = 6;
const HALT: i64 = 7;

/// Reads a pair, of which one file is open; the other is among those left, or beside it.
pub(super) fn read(
    source: Source,
    (path, left): (&Path, &mut Vec<PathBuf>),
    day: i64,
    gather: &mut Gather<'_>,
    watch: Watch<'_>,
) -> Result<(), Wrong> {
    let (mut source, mut path) = (source, path.to_owned());
    let is_book = is_book(&mut source)?;
    let other_path = other(&path, left)?;
    let mut other = Source::open(&other_path).map_err(|error| Wrong::Whole(error.to_string()))?;
    let mut other_path = other_path;
    let both = self::is_book(&mut other).map_err(|wrong| at(&other_path, wrong))? == is_book;
    if both {
        let what = if is_book { "books" } else { "messages" };
        return Err(Wrong::Whole(format!(
            "holds {what}, and so does {}; allowed: a file of messages and its file of books",
            other_path.display()
        )));
    }
    if is_book {
        std::mem::swap(&mut source, &mut other);
        std::mem::swap(&mut path, &mut other_path);
    }
    pair((source, &path), (other, &other_path), day, gather, watch)
}

fn at(path: &Path, wrong: Wrong) -> Wrong {
    match wrong {
        Wrong::Stopped => Wrong::Stopped,
        wrong => Wrong::Other(path.to_owned(), Box::new(wrong)),
    }
}

/// Whether a file holds books: four columns for each level.
fn is_book(source: &mut Source) -> Result<bool, Wrong> {
    let start = source.start()?;
    let count = first_line(&start).len();
    match count {
        _ if start.is_empty() => Err(Wrong::whole("is empty; allowed: lines of LOBSTER")),
        _ if count >= 4 && count.is_multiple_of(4) => Ok(true),
        6 | 7 => Ok(false),
        _ => Err(Wrong::line(
            1,
            "columns",
            format!("are {count}; allowed: 6 of messages, or 4 for each level of a book"),
        )),
    }
}

/// The other file of a pair: by its name among those left or beside it, or the next.
fn other(path: &Path, left: &mut Vec<PathBuf>) -> Result<PathBuf, Wrong> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let swapped = if name.contains("message") {
        name.replace("message", "orderbook")
    } else {
        name.replace("orderbook", "message")
    };
    let beside = path.with_file_name(&swapped);
    if let Some(place) = left.iter().position(|other| *other == beside) {
        return Ok(left.remove(place));
    }
    if swapped != name && beside.is_file() {
        return Ok(beside);
    }
    if left.is_empty() {
        return Err(Wrong::whole(
            "is one file of LOBSTER's pair; allowed: the file of messages and the file of books, such as \
             x_message_10.csv and x_orderbook_10.csv",
        ));
    }
    Ok(left.remove(0))
}

/// A message, as far as it matters to the book.
struct Message {
    time: i64,
    kind: i64,
    size: f64,
    price: i64,
    /// 1 for a buy order, −1 for a sell order: the one that was resting.
    direction: i64,
}

fn pair(
    (messages, message_path): (Source, &Path),
    (books, book_path): (Source, &Path),
    day: i64,
    gather: &mut Gather<'_>,
    watch: Watch<'_>,
) -> Result<(), Wrong> {
    let (mut messages, _) = messages.table(false);
    let (mut books, progress) = books.table(false);
    let (mut message, mut book) = (ByteRecord::new(), ByteRecord::new());
    let mut columns = None;
    let mut line = 0;
    loop {
        let one = messages.read_byte_record(&mut message);
        let one = one.map_err(|error| at(message_path, unread(&error)))?;
        let other = books.read_byte_record(&mut book);
        let other = other.map_err(|error| at(book_path, unread(&error)))?;
        match (one, other) {
            (true, true) => {}
            (false, false) => return Ok(()),
            (more, _) => {
                let (short, long) = if more {
                    (book_path, message_path)
                } else {
                    (message_path, book_path)
                };
                let text = format!(
                    "has {line} lines, and {} has more; allowed: a line for each of the other's",
                    long.display()
                );
                return Err(at(short, Wrong::Whole(text)));
            }
        }
        line += 1;
        gather.counts.records += 1;
        let read = self::message(&message, line).and_then(|message| {
            let time = message.time + day * DAY;
            if gather.at(time) {
                Ok(message)
            } else {
                Err(Wrong::line(
                    line,
                    "time",
                    "is before that of the line above; allowed: times in their order",
                ))
            }
        });
        apply(&read.map_err(|wrong| at(message_path, wrong))?, gather);
        let wanted = *columns.get_or_insert(book.len());
        levels(&book, (line, wanted), gather).map_err(|wrong| at(book_path, wrong))?;
        look(line, || progress.share(), watch)?;
    }
}

fn message(record: &ByteRecord, line: u64) -> Result<Message, Wrong> {
    let cell = |place: usize| record.get(place).unwrap_or_default().trim_ascii();
    let wrong = |place: usize, field: &str, allowed: &str| {
        Wrong::line(
            line,
            field,
            format!("is {}; allowed: {allowed}", shown(cell(place))),
        )
    };
    let time = seconds(cell(0)).filter(|time| *time < 2 * DAY);
    let time = time.ok_or_else(|| wrong(0, "time", "seconds after midnight"))?;
    let kind = whole(cell(1)).filter(|kind| (1..=7).contains(kind));
    let kind = kind.ok_or_else(|| wrong(1, "type", "1 to 7"))?;
    whole(cell(2)).ok_or_else(|| wrong(2, "order id", "a whole number"))?;
    let size = whole(cell(3)).filter(|size| *size >= 0);
    let size = size.ok_or_else(|| wrong(3, "size", "0 or more shares"))? as f64;
    let price =
        whole(cell(4)).ok_or_else(|| wrong(4, "price", "a whole number of ten-thousandths"))?;
    let direction = whole(cell(5)).filter(|x| [-1, 1].contains(x));
    let direction = direction.ok_or_else(|| wrong(5, "direction", "-1 or 1"))?;
    Ok(Message {
        time,
        kind,
        size,
        price,
        direction,
    })
}

fn apply(message: &Message, gather: &mut Gather<'_>) {
    match message.kind {
        // The resting order was on the other side.
        EXECUTED => gather.trade(message.direction < 0, message.size),
        HIDDEN | CROSS => gather.counts.hidden_trades += 1,
        // A price of −1 halts, 0 lets quotes come, 1 lets trading go on.
        HALT => gather.halted = message.price != 1,
        _ => {}
    }
}

fn levels(
    record: &ByteRecord,
    (line, columns): (u64, usize),
    gather: &mut Gather<'_>,
) -> Result<(), Wrong> {
    if record.len() != columns {
        let message = format!(
            "are {}; allowed: {columns}, as in the first line",
            record.len()
        );
        return Err(Wrong::line(line, "columns", message));
    }
    let book = gather.change();
    book.clear();
    for (place, name) in [(0, "ask"), (2, "bid")] {
        let side = if place == 0 {
            &mut book.asks
        } else {
            &mut book.bids
        };
        for level in (0..columns / 4).rev() {
            let cell = |which: usize| record.get(4 * level + place + which).unwrap_or_default();
            let wrong = |which: usize, what: &str| {
                let field = format!("{name} {what} {}", level + 1);
                let allowed = "allowed: a whole number above 0, or ±9999999999 for no level";
                Wrong::line(line, field, format!("is {}; {allowed}", shown(cell(which))))
            };
            let price = whole(cell(0)).ok_or_else(|| wrong(0, "price"))?;
            if price.abs() >= EMPTY {
                continue;
            }
            let size = whole(cell(1)).filter(|size| *size >= 0);
            let size = size.ok_or_else(|| wrong(1, "size"))? as f64;
            if price <= 0 {
                return Err(wrong(0, "price"));
            }
            if size > 0.0 {
                let price = price as f64 / PARTS;
                side.push(Level { price, size });
            }
        }
    }
    book.arrange();
    Ok(())
}
