//! Snapshots in a table of text: a row for each book, or for each of its levels.

use super::columns::{self, Layout, Wide};
use super::gather::Gather;
use super::number::{Clock, number, shown};
use super::source::{Source, unread};
use super::{Level, Watch, Wrong, look};
use csv::ByteRecord;

pub(super) fn read(source: Source, gather: &mut Gather<'_>, watch: Watch<'_>) -> Result<(), Wrong> {
    let (mut reader, progress) = source.table(true);
    let headings = reader.byte_headers().map_err(|error| unread(&error))?;
    let names: Vec<String> = headings.iter().map(columns::name).collect();
    let layout = columns::layout(&names)?;
    let (mut record, mut clock, mut rows) = (ByteRecord::new(), None, 0);
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| unread(&error))?
    {
        rows += 1;
        gather.counts.records += 1;
        look(rows, || progress.share(), watch)?;
        let mut row = Row {
            record: &record,
            names: &names,
            line: record.position().map_or(0, csv::Position::line),
        };
        match &layout {
            Layout::Wide(wide) => row.book(wide, &mut clock, gather)?,
            Layout::Long {
                time,
                side,
                price,
                size,
            } => row.level([*time, *side, *price, *size], &mut clock, gather)?,
        }
    }
    Ok(())
}

/// A row that is read.
struct Row<'a> {
    record: &'a ByteRecord,
    names: &'a [String],
    line: u64,
}

impl Row<'_> {
    fn cell(&self, place: usize) -> &[u8] {
        self.record.get(place).unwrap_or_default().trim_ascii()
    }

    fn wrong(&self, place: usize, allowed: &str) -> Wrong {
        let message = format!("is {}; allowed: {allowed}", shown(self.cell(place)));
        Wrong::line(self.line, &self.names[place], message)
    }

    /// Goes on to the row's time; whether it is another than that of the row before.
    fn time(
        &self,
        place: usize,
        clock: &mut Option<Clock>,
        gather: &mut Gather<'_>,
    ) -> Result<bool, Wrong> {
        let cell = self.cell(place);
        if clock.is_none() {
            *clock = Clock::of(cell);
        }
        let time = clock.and_then(|clock| clock.read(cell));
        let allowed = "a time in the form of the first row: a number since 1970, seconds, or 2020-01-31T09:30:00.5";
        let time = time.ok_or_else(|| self.wrong(place, allowed))?;
        let next = gather.is_next(time);
        if !gather.at(time) {
            let message = "is before that of the row above; allowed: times in their order";
            return Err(Wrong::line(self.line, &self.names[place], message));
        }
        Ok(next)
    }

    /// Price and size of a level; `None` where there is none.
    fn quoted(&self, price: usize, size: usize) -> Result<Option<Level>, Wrong> {
        let read = |place: usize| {
            let cell = self.cell(place);
            if cell.is_empty() || cell.eq_ignore_ascii_case(b"nan") {
                return Ok(None);
            }
            let x = number(cell).filter(|x| *x >= 0.0);
            x.map(Some)
                .ok_or_else(|| self.wrong(place, "a number above 0, or nothing for no level"))
        };
        let (Some(at), Some(shares)) = (read(price)?, read(size)?) else {
            return Ok(None);
        };
        if shares > 0.0 && at <= 0.0 {
            return Err(self.wrong(price, "a number above 0, or nothing for no level"));
        }
        let (price, size) = (at, shares);
        Ok((size > 0.0).then_some(Level { price, size }))
    }

    fn book(
        &mut self,
        wide: &Wide,
        clock: &mut Option<Clock>,
        gather: &mut Gather<'_>,
    ) -> Result<(), Wrong> {
        if self.record.len() != self.names.len() {
            let message = format!(
                "are {}; allowed: {}, as in the first row",
                self.record.len(),
                self.names.len()
            );
            return Err(Wrong::line(self.line, "columns", message));
        }
        self.time(wide.time, clock, gather)?;
        let book = gather.change();
        book.clear();
        for (columns, side) in wide.sides.iter().zip([&mut book.asks, &mut book.bids]) {
            for (price, size) in columns.iter().rev() {
                side.extend(self.quoted(*price, *size)?);
            }
        }
        book.arrange();
        Ok(())
    }

    fn level(
        &mut self,
        [time, side, price, size]: [usize; 4],
        clock: &mut Option<Clock>,
        gather: &mut Gather<'_>,
    ) -> Result<(), Wrong> {
        let next = self.time(time, clock, gather)?;
        let ask = match self.cell(side) {
            b"ask" | b"sell" | b"a" | b"s" => true,
            b"bid" | b"buy" | b"b" => false,
            _ => return Err(self.wrong(side, "bid or ask")),
        };
        let level = self.quoted(price, size)?;
        let book = gather.change();
        if next {
            book.clear();
        }
        if let Some(level) = level {
            book.set(ask, level);
        }
        Ok(())
    }
}
