//! Whether a file is one of quoted books, told from recorded prices and from all else by how it begins.

use super::columnar;
use super::columns;
use super::format::{Format, first_line, of};
use super::number::whole;
use super::source::Source;
use std::path::Path;

/// Whether a file is meant as one of quoted books: what it begins with is of a format that [`super::read()`] takes, and is not more likely
/// of prices. A list of trades with a number for each is one of prices, and so are bars without headings.
#[must_use]
pub fn is_meant_in(path: &Path) -> bool {
    let Ok(mut source) = Source::open(path) else {
        return false;
    };
    let packed = source.is_packed();
    let Ok(start) = source.start() else {
        return false;
    };
    match of(&start, packed) {
        Err(_) => false,
        Ok(Format::Dbn) => true,
        Ok(Format::Lobster) => is_lobster(&first_line(&start)),
        Ok(_) if start.starts_with(b"PAR1") => source.into_file().is_ok_and(columnar::is_meant_in),
        Ok(Format::Tardis | Format::Snapshots) => {
            let cells = first_line(&start);
            !cells.iter().any(|cell| is_number(&columns::name(cell)))
        }
    }
}

/// What the number of a trade is called.
fn is_number(name: &str) -> bool {
    matches!(name, "id" | "trade_id" | "tid")
}

/// Whether a line is one of LOBSTER's: an event with its kind and direction, or levels of which the ask lies above the bid and
/// each ask above the one before it.
fn is_lobster(cells: &[&[u8]]) -> bool {
    let cell = |place: usize| cells.get(place).and_then(|cell| whole(cell));
    match cells.len() {
        6 | 7 => {
            let kind = cell(1).is_some_and(|kind| (1..=7).contains(&kind));
            let direction = cell(5).is_some_and(|direction| matches!(direction, -1..=1));
            kind && direction && (2..5).all(|place| cell(place).is_some())
        }
        count => {
            let asks: Option<Vec<i64>> = (0..count).step_by(4).map(cell).collect();
            let above = cell(0) > cell(2);
            let rises = asks.is_some_and(|asks| asks.is_sorted());
            above && rises && (0..count).all(|place| cell(place).is_some())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quotes::example;
    use std::fs;

    #[test]
    fn quoted_books_are_told_from_prices_and_from_all_else_by_how_they_begin() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        for (content, meant) in [
            (example().as_str(), true),
            ("time,side,price,size\n1,ask,10,5\n", true),
            (
                "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n",
                true,
            ),
            (
                "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n",
                false,
            ),
            ("34200.01,1,16113575,18,5853300,1\n", true),
            ("5859400,200,5853300,18,5859800,200,5853000,150\n", true),
            ("9999999999,0,-9999999999,0\n", true),
            ("date,close\n2020-01-01,10\n", false),
            ("20200102,10,11,9,10,1000\n", false),
            (
                "1577836800000,7195,7196,7183,7186,642,1577840399999,4616,7640,326,2345,0\n",
                false,
            ),
            ("(version: 1, title: \"x\")\n", false),
            ("", false),
        ] {
            fs::write(&path, content).unwrap();
            let start: String = content.chars().take(60).collect();
            assert_eq!(is_meant_in(&path), meant, "{start}");
        }
        assert!(!is_meant_in(folder.path()));
        assert!(!is_meant_in(&folder.path().join("none")));
    }
}
