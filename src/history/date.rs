//! Dates and times as files write them.
//!
//! The form is told once, by the first rows of a file; a row in another form is refused. Times are
//! microseconds since 1970; a time without a zone is taken as it stands.

use super::{DAY, DateOrder};
use chrono::{DateTime, Datelike, NaiveDate};

/// A form of dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// 2020-01-31, 2020/01/31 or 20200131, also with a time.
    YearFirst,
    /// 31.01.2020, 31/1/20.
    DayFirst,
    /// 01/31/2020.
    MonthFirst,
    /// 31-Jan-2020, Jan 31, 2020.
    Named,
    /// Days of a spreadsheet: 43831 is 2020-01-01.
    Serial,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Millis,
    /// Microseconds since 1970.
    Micros,
    /// Nanoseconds since 1970.
    Nanos,
}

/// Why no form was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unclear {
    /// The cells can be read with the day first or with the month first.
    TwoWays(String),
    /// A cell is no date.
    None(usize),
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The form of some cells of a column, the first of a file.
pub(super) fn form(cells: &[&[u8]], order: Option<DateOrder>) -> Result<Form, Unclear> {
    let first = cells.first().copied().unwrap_or_default();
    if let Some(form) = numeric(first) {
        return Ok(form);
    }
    let Some(parts) = parts(first) else {
        return Err(Unclear::None(0));
    };
    if parts.month.is_some() {
        return Ok(Form::Named);
    }
    if parts.width[0] >= 4 {
        return Ok(Form::YearFirst);
    }
    let (mut day_first, mut month_first) = (false, false);
    for (i, cell) in cells.iter().enumerate() {
        let parts = self::parts(cell).ok_or(Unclear::None(i))?;
        day_first |= parts.number[0] > 12;
        month_first |= parts.number[1] > 12;
    }
    match (day_first, month_first, order) {
        (true, true, _) => Err(Unclear::None(0)),
        (true, ..) | (_, false, Some(DateOrder::DayFirst)) => Ok(Form::DayFirst),
        (_, true, _) | (.., Some(DateOrder::MonthFirst)) => Ok(Form::MonthFirst),
        // With points the day stands first wherever dates are written so.
        _ if first.contains(&b'.') => Ok(Form::DayFirst),
        _ => Err(Unclear::TwoWays(String::from_utf8_lossy(first).into())),
    }
}

/// The form of a number by its size; none of a text.
fn numeric(cell: &[u8]) -> Option<Form> {
    let text = std::str::from_utf8(cell.trim_ascii()).ok()?;
    let plain = |c: u8| c.is_ascii_digit() || matches!(c, b'.' | b'e' | b'E' | b'+');
    if !text.bytes().all(plain) || text.bytes().filter(|c| *c == b'.').count() > 1 {
        return None;
    }
    let x: f64 = text.parse().ok()?;
    let digits = text.bytes().all(|c| c.is_ascii_digit());
    if digits && matches!(text.len(), 8 | 14) && compact(text.as_bytes()).is_some() {
        return Some(Form::YearFirst);
    }
    numeric_form(x)
}

/// The form of a number that is no date written without marks.
pub(super) fn numeric_form(x: f64) -> Option<Form> {
    match x {
        x if (1.0..110_000.0).contains(&x) => Some(Form::Serial),
        x if (1e7..1e11).contains(&x) => Some(Form::Seconds),
        x if (1e11..1e14).contains(&x) => Some(Form::Millis),
        x if (1e14..1e17).contains(&x) => Some(Form::Micros),
        x if (1e17..1e19).contains(&x) => Some(Form::Nanos),
        _ => None,
    }
}

/// The time of a number.
pub(super) fn of_number(x: f64, form: Form) -> Option<i64> {
    let scaled = |unit: f64| {
        let micros = (x * unit).round();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "within a few thousand years"
        )]
        (micros.abs() < 9e16).then_some(micros as i64)
    };
    match form {
        Form::Seconds => scaled(1e6),
        Form::Millis => scaled(1e3),
        Form::Micros => scaled(1.0),
        Form::Nanos => scaled(1e-3),
        // Day 1 is the last of 1899 and its 60 is a day that never was: right from March 1900 on.
        Form::Serial => {
            #[expect(clippy::cast_possible_truncation, reason = "days of some centuries")]
            let seconds = ((x - 25_569.0) * 86_400.0).round() as i64;
            (61.0..110_000.0)
                .contains(&x)
                .then_some(seconds * 1_000_000)
        }
        _ => None,
    }
}

/// The time that a cell says in this form.
pub(super) fn time(cell: &[u8], form: Form) -> Option<i64> {
    let cell = cell.trim_ascii();
    match form {
        Form::YearFirst => quick(cell).or_else(|| year_first(cell)),
        Form::DayFirst | Form::MonthFirst | Form::Named => {
            let parts = parts(cell)?;
            let [a, b, c] = parts.number;
            let (day, month, year, width) = match (form, parts.month) {
                (Form::Named, Some((month, 0))) => (a, month, b, parts.width[1]),
                (Form::Named, Some((month, _))) if parts.width[0] >= 4 => (b, month, a, 4),
                (Form::Named, Some((month, _))) => (a, month, b, parts.width[1]),
                (Form::DayFirst, None) => (a, b, c, parts.width[2]),
                (Form::MonthFirst, None) => (b, a, c, parts.width[2]),
                _ => return None,
            };
            let year = match (width, year) {
                (2, short @ 70..) => 1900 + short,
                (2, short) => 2000 + short,
                (4, full) => full,
                _ => return None,
            };
            Some(midnight(year, month, day)? + clock(parts.rest)?)
        }
        Form::Seconds | Form::Millis | Form::Micros | Form::Nanos => {
            match std::str::from_utf8(cell).ok()?.parse::<i64>() {
                Ok(whole) => match form {
                    Form::Seconds => whole.checked_mul(1_000_000),
                    Form::Millis => whole.checked_mul(1000),
                    Form::Micros => Some(whole),
                    _ => Some(whole / 1000),
                },
                Err(_fraction) => of_number(std::str::from_utf8(cell).ok()?.parse().ok()?, form),
            }
        }
        Form::Serial => {
            let text = std::str::from_utf8(cell).ok()?.replace(',', ".");
            of_number(text.parse().ok()?, form)
        }
    }
}

/// Exactly `2020-01-31` or `2020-01-31 09:30:00`, which most files have.
fn quick(cell: &[u8]) -> Option<i64> {
    if cell.len() != 10 && cell.len() != 19 {
        return None;
    }
    if cell[4] != b'-' || cell[7] != b'-' {
        return None;
    }
    let day = midnight(
        whole(&cell[..4])?,
        whole(&cell[5..7])?,
        whole(&cell[8..10])?,
    )?;
    if cell.len() == 10 {
        return Some(day);
    }
    if cell[13] != b':' || cell[16] != b':' || !matches!(cell[10], b' ' | b'T') {
        return None;
    }
    let of = |at: usize| whole(&cell[at..at + 2]);
    Some(day + within(of(11)?, of(14)?, of(17)?, 0)?)
}

fn year_first(cell: &[u8]) -> Option<i64> {
    if let Some(time) = compact(cell) {
        return Some(time);
    }
    let parts = parts(cell)?;
    if parts.width[0] == 8 {
        let day = compact(&cell[..8])?;
        return Some(day + clock(cell[8..].trim_ascii_start())?);
    }
    let [year, month, day] = parts.number;
    let fits = parts.month.is_none() && parts.width[0] == 4;
    // Months of a monthly series may come without a day.
    let day = if parts.width[2] == 0 { 1 } else { day };
    fits.then(|| Some(midnight(year, month, day)? + clock(parts.rest)?))?
}

/// `20200131` or `20200131093000`.
fn compact(cell: &[u8]) -> Option<i64> {
    let day = |cell: &[u8]| {
        let year = whole(&cell[..4])?;
        let fits = (1800..=2199).contains(&year);
        fits.then(|| midnight(year, whole(&cell[4..6])?, whole(&cell[6..8])?))?
    };
    match cell.len() {
        8 => day(cell),
        14 => {
            let of = |at: usize| whole(&cell[at..at + 2]);
            Some(day(&cell[..8])? + within(of(8)?, of(10)?, of(12)?, 0)?)
        }
        _ => None,
    }
}

/// Numbers and the month's name at the beginning of a date, and what follows.
struct Parts<'a> {
    number: [u32; 3],
    /// Digits of each number.
    width: [usize; 3],
    /// The month's name, and before which number it stands.
    month: Option<(u32, usize)>,
    rest: &'a [u8],
}

fn parts(cell: &[u8]) -> Option<Parts<'_>> {
    let (mut number, mut width, mut month) = ([0; 3], [0; 3], None);
    let (mut count, mut rest) = (0, cell.trim_ascii());
    loop {
        let needed = if month.is_some() { 2 } else { 3 };
        if count == needed {
            break;
        }
        let digits = rest.iter().take_while(|c| c.is_ascii_digit()).count();
        let letters = rest.iter().take_while(|c| c.is_ascii_alphabetic()).count();
        if digits > 0 {
            if digits > 8 {
                return None;
            }
            number[count] = whole(&rest[..digits])?;
            width[count] = digits;
            count += 1;
            rest = &rest[digits..];
            if digits == 8 && count == 1 {
                break;
            }
        } else if letters >= 3 {
            let word = std::str::from_utf8(&rest[..3]).ok()?.to_ascii_lowercase();
            if let Some(place) = MONTHS.iter().position(|name| *name == word) {
                month.is_none().then_some(())?;
                month = Some((u32::try_from(place).ok()? + 1, count));
            } else if !WEEKDAYS.contains(&word.as_str()) {
                return None;
            }
            rest = &rest[letters..];
        } else if count == 2 && (rest.is_empty() || month.is_some()) {
            break;
        } else {
            return None;
        }
        let part = |c: &&u8| matches!(**c, b'-' | b'/' | b'.' | b',' | b' ');
        let done = count == if month.is_some() { 2 } else { 3 };
        if !done {
            let marks = rest.iter().take_while(part).count();
            if marks > 2 {
                return None;
            }
            rest = &rest[marks..];
        }
    }
    Some(Parts {
        number,
        width,
        month,
        rest,
    })
}

/// What is left behind a date: nothing, or a time with or without a zone, in microseconds.
pub(super) fn clock(rest: &[u8]) -> Option<i64> {
    let rest = rest.trim_ascii();
    let rest = match rest {
        [b'T' | b't' | b',', rest @ ..] => rest.trim_ascii(),
        rest => rest,
    };
    if rest.is_empty() {
        return Some(0);
    }
    let digits = |text: &[u8]| text.iter().take_while(|c| c.is_ascii_digit()).count();
    let width = digits(rest);
    let (hour, minute, mut second, mut rest) = match width {
        1 | 2 if rest.get(width) == Some(&b':') => {
            let after = &rest[width + 1..];
            (digits(after) == 2).then_some(())?;
            (whole(&rest[..width])?, whole(&after[..2])?, 0, &after[2..])
        }
        // 93000 is half past nine: a number has lost its first nought.
        3..=6 => {
            let number = whole(&rest[..width])?;
            let number = if width <= 4 { number * 100 } else { number };
            (
                number / 10_000,
                number / 100 % 100,
                number % 100,
                &rest[width..],
            )
        }
        _ => return None,
    };
    if let [b':', after @ ..] = rest {
        (digits(after) == 2).then_some(())?;
        second = whole(&after[..2])?;
        rest = &after[2..];
    }
    let mut micros = 0;
    if let [b'.' | b',', after @ ..] = rest {
        let width = digits(after);
        (1..=9).contains(&width).then_some(())?;
        let shown = width.min(6);
        micros = whole(&after[..shown])? * 10_u32.pow(u32::try_from(6 - shown).ok()?);
        rest = &after[width..];
    }
    let rest = rest.trim_ascii();
    let (hour, rest) = match rest {
        [a @ (b'A' | b'a' | b'P' | b'p'), b'M' | b'm', rest @ ..] => {
            (1..=12).contains(&hour).then_some(())?;
            let noon = if a.eq_ignore_ascii_case(&b'p') { 12 } else { 0 };
            (hour % 12 + noon, rest.trim_ascii())
        }
        rest => (hour, rest),
    };
    Some(within(hour, minute, second, micros)? - zone(rest)?)
}

/// By how much a zone is ahead (microseconds).
fn zone(text: &[u8]) -> Option<i64> {
    match text {
        [] | b"Z" | b"z" | b"UTC" | b"GMT" => Some(0),
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let digits: Vec<u8> = rest.iter().copied().filter(|c| *c != b':').collect();
            let minutes = match digits.len() {
                2 => 60 * whole(&digits)?,
                4 => 60 * whole(&digits[..2])? + whole(&digits[2..])?,
                _ => return None,
            };
            let ahead = i64::from(minutes) * 60_000_000;
            (minutes <= 15 * 60).then_some(if *sign == b'-' { -ahead } else { ahead })
        }
        _ => None,
    }
}

fn within(hour: u32, minute: u32, second: u32, micros: u32) -> Option<i64> {
    let fits = hour <= 24 && minute < 60 && second <= 60;
    let seconds = i64::from(hour * 3600 + minute * 60 + second);
    fits.then(|| seconds * 1_000_000 + i64::from(micros))
}

fn midnight(year: u32, month: u32, day: u32) -> Option<i64> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let fits = (1800..2200).contains(&year);
    fits.then(|| (i64::from(date.num_days_from_ce()) - 719_163) * DAY)
}

fn whole(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |sum, c| {
        let digit = c.is_ascii_digit().then(|| u32::from(c - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

/// A time as people read it: the date, and the time of the day where it is not midnight.
#[must_use]
pub fn date_text(micros: i64) -> String {
    let Some(time) = DateTime::from_timestamp_micros(micros) else {
        return micros.to_string();
    };
    let form = match (micros.rem_euclid(DAY), micros.rem_euclid(60_000_000)) {
        (0, _) => "%Y-%m-%d",
        (_, 0) => "%Y-%m-%d %H:%M",
        _ => "%Y-%m-%d %H:%M:%S",
    };
    time.format(form).to_string()
}

/// The beginning of a day that a person typed as 2020-01-31, also with a time (microseconds since 1970).
#[must_use]
pub fn parse_day(text: &str) -> Option<i64> {
    time(text.as_bytes(), Form::YearFirst)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let form = form(&[text.as_bytes()], None).ok()?;
        time(text.as_bytes(), form).map(date_text)
    }

    #[test]
    fn every_common_form_is_read() {
        for (text, date) in [
            ("2020-01-31", "2020-01-31"),
            ("2020-01-31T09:30:00Z", "2020-01-31 09:30"),
            ("2020-01-31 09:30:00-05:00", "2020-01-31 14:30"),
            ("2020-01-31 09:30:15.250", "2020-01-31 09:30:15"),
            ("2020/1/5 9:30", "2020-01-05 09:30"),
            ("2020.01.31", "2020-01-31"),
            ("20200131", "2020-01-31"),
            ("20200131 093000", "2020-01-31 09:30"),
            ("20200131093000", "2020-01-31 09:30"),
            ("2020-01", "2020-01-01"),
            ("31.01.2020", "2020-01-31"),
            ("31/01/20", "2020-01-31"),
            ("01/31/2020", "2020-01-31"),
            ("01/31/2020 4:00 PM", "2020-01-31 16:00"),
            ("31-Jan-2020", "2020-01-31"),
            ("31 January 2020", "2020-01-31"),
            ("Jan 31, 2020", "2020-01-31"),
            ("Fri, 31 Jan 2020 16:00:00 GMT", "2020-01-31 16:00"),
            ("43861", "2020-01-31"),
            ("43861.5", "2020-01-31 12:00"),
            ("1580428800", "2020-01-31"),
            ("1580428800000", "2020-01-31"),
            ("1580428800000000", "2020-01-31"),
            ("1580428800000000000", "2020-01-31"),
            ("1580428800.5", "2020-01-31 00:00:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(date), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2020-13-01",
            "2020-02-30",
            "31/31/2020",
            "12",
            "1/2",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_asked_about() {
        let cells: [&[u8]; 2] = [b"01/02/2020", b"03/04/2020"];
        assert_eq!(
            form(&cells, None),
            Err(Unclear::TwoWays("01/02/2020".into()))
        );
        assert_eq!(
            form(&cells, Some(DateOrder::MonthFirst)),
            Ok(Form::MonthFirst)
        );
        let cells: [&[u8]; 2] = [b"01/02/2020", b"13/02/2020"];
        assert_eq!(form(&cells, None), Ok(Form::DayFirst));
        let cells: [&[u8]; 2] = [b"01.02.2020", b"03.04.2020"];
        assert_eq!(form(&cells, None), Ok(Form::DayFirst));
    }
}
