//! Which columns hold dates and prices.

use super::{Asks, Wrong};

/// The columns that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    /// Place of the dates.
    pub time: usize,
    /// Place of the times of the day, where they stand apart.
    pub clock: Option<usize>,
    /// Place of the prices.
    pub price: usize,
    /// Names of both.
    pub names: (String, String),
    /// Names of all columns of numbers beside the dates.
    pub numbers: Vec<String>,
    /// The layout, for people.
    pub layout: &'static str,
    /// Why this price of several.
    pub chosen: Option<String>,
}

const TIMES: [&str; 18] = [
    "date",
    "time",
    "timestamp",
    "datetime",
    "date time",
    "open time",
    "opentime",
    "observation date",
    "trade date",
    "day",
    "month",
    "unix",
    "unixtime",
    "unix timestamp",
    "ts",
    "index",
    "datum",
    "zeit",
];
const CLOCKS: [&str; 4] = ["time", "hour", "clock", "uhrzeit"];
const ADJUSTED: [&str; 6] = [
    "adj close",
    "adjclose",
    "adjusted close",
    "adjusted",
    "close adjusted",
    "adj close price",
];
const CLOSE: [&str; 8] = [
    "close",
    "close last",
    "closing price",
    "close price",
    "last",
    "settle",
    "schlusskurs",
    "schluss",
];
const PRICE: [&str; 8] = [
    "price",
    "mid",
    "mid price",
    "midprice",
    "spot",
    "value",
    "kurs",
    "preis",
];
/// Other numbers that files of prices have beside them.
const BESIDE: [&str; 22] = [
    "open",
    "high",
    "low",
    "volume",
    "vol",
    "vol.",
    "openint",
    "per",
    "trades",
    "count",
    "bid",
    "ask",
    "change",
    "change %",
    "dividends",
    "stock splits",
    "turnover",
    "number of trades",
    "quote asset volume",
    "tradecount",
    "ignore",
    "close time",
];

/// A name as it is compared: small letters and digits, words apart by one blank.
fn plain(name: &str) -> String {
    let spaced: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '.' | '%') {
                c
            } else {
                ' '
            }
        })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// The columns of a table with these headings; `wanted` is the column that was asked for, and `numbers` says
/// which columns hold numbers in the first rows.
pub(super) fn by_name(
    headings: &[String],
    wanted: Option<&str>,
    numbers: &[bool],
) -> Result<Columns, Wrong> {
    let names: Vec<String> = headings.iter().map(|name| plain(name)).collect();
    let find = |known: &[&str]| known.iter().find_map(|k| names.iter().position(|n| n == k));
    let told = || {
        let named = headings.iter().map(|name| name.trim());
        named
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let is_odd = |c: char| (c.is_control() && !c.is_whitespace()) || c == '\u{FFFD}';
    if find(&TIMES).is_none() && headings.iter().any(|name| name.contains(is_odd)) {
        return Err(Wrong::whole(
            "is neither text nor Parquet; allowed: CSV or Parquet",
        ));
    }
    let time = find(&TIMES).or_else(|| names.first().filter(|n| n.is_empty()).map(|_| 0));
    let Some(time) = time else {
        return Err(Wrong::whole(format!(
            "no column is called date or time; there are: {}",
            told()
        )));
    };
    let is_date = matches!(
        names[time].as_str(),
        "date" | "day" | "datum" | "trade date"
    );
    let clock = find(&CLOCKS).filter(|clock| is_date && *clock != time);
    let name = |place: usize| headings[place].trim().to_owned();
    let beside = |i: &usize| *i != time && Some(*i) != clock;
    let is_number = |i: &usize| numbers.get(*i).copied().unwrap_or(true);
    let others: Vec<usize> = (0..names.len()).filter(beside).filter(is_number).collect();
    let done = |price: usize, chosen: Option<String>| Columns {
        time,
        clock,
        price,
        names: (name(time), name(price)),
        numbers: others.iter().map(|i| name(*i)).collect(),
        layout: layout(&names),
        chosen,
    };
    if let Some(wanted) = wanted {
        let is_meant = |heading: &String| heading.trim() == wanted;
        let exact = headings.iter().position(is_meant);
        let price = exact.or_else(|| names.iter().position(|name| *name == plain(wanted)));
        return match price {
            Some(price) if price != time => Ok(done(price, None)),
            _ => Err(Wrong::whole(format!(
                "no column of prices is called {wanted:?}; there are: {}",
                told()
            ))),
        };
    }
    let of = |known: &[&str]| -> Vec<usize> {
        (0..names.len())
            .filter(|i| known.contains(&names[*i].as_str()))
            .collect()
    };
    let (adjusted, close, price) = (of(&ADJUSTED), of(&CLOSE), of(&PRICE));
    let candidates = match (adjusted.len(), close.len(), price.len()) {
        (0, 0, 0) => {
            let other = |i: &usize| !BESIDE.contains(&names[*i].as_str());
            others.iter().copied().filter(other).collect()
        }
        (1, ..) => adjusted.clone(),
        (0, 1, 0) => close.clone(),
        (0, 0, 1) => price.clone(),
        _ => adjusted
            .iter()
            .chain(&close)
            .chain(&price)
            .copied()
            .collect::<Vec<_>>(),
    };
    match candidates.as_slice() {
        [one] => {
            let instead = adjusted.first().and(close.first());
            let chosen = instead.map(|close| {
                format!(
                    "{} is read, which splits and dividends do not move; for {1}: --column {1:?}",
                    name(*one),
                    name(*close)
                )
            });
            Ok(done(*one, chosen))
        }
        [] => Err(Wrong::whole(format!(
            "no column is called close or price; there are: {}; choose with --column NAME",
            told()
        ))),
        several => Err(several_prices(several.iter().map(|i| name(*i)).collect())),
    }
}

/// Several columns of prices, one of which is to be chosen.
fn several_prices(names: Vec<String>) -> Wrong {
    let message = format!(
        "there are {} columns of prices: {}; choose with --column NAME",
        names.len(),
        names.join(", ")
    );
    Wrong::Asked(message, Asks::Column(names))
}

/// What a table with these headings is known as.
fn layout(names: &[String]) -> &'static str {
    let has = |wanted: &[&str]| wanted.iter().all(|w| names.iter().any(|name| name == w));
    if has(&[
        "date",
        "open",
        "high",
        "low",
        "close",
        "adj close",
        "volume",
    ]) {
        "Yahoo Finance"
    } else if has(&["ticker", "per", "date", "close"])
        || has(&["date", "open", "high", "low", "close", "volume"])
    {
        "Stooq"
    } else if has(&["open time", "close", "close time"]) {
        "klines of an exchange"
    } else {
        "columns by name"
    }
}

/// The columns of a table without headings: the klines of exchanges, bars, or two columns. `numbers` says what
/// each column of the first row holds, as a number.
pub(super) fn without_names(
    numbers: &[Option<f64>],
    wanted: Option<&str>,
) -> Result<Columns, Wrong> {
    if let Some(wanted) = wanted {
        return Err(Wrong::whole(format!(
            "no column is called {wanted:?}: the first row has no headings; allowed: a row of them"
        )));
    }
    let count = numbers.len();
    let at = |place: usize| numbers.get(place).copied().flatten();
    let bars = |first: usize| {
        let all = [at(first), at(first + 1), at(first + 2), at(first + 3)];
        let [Some(open), Some(high), Some(low), Some(close)] = all else {
            return false;
        };
        high >= open && high >= close && low <= open && low <= close && low > 0.0
    };
    let done = |price: usize, layout| Columns {
        time: 0,
        clock: None,
        price,
        names: ("1".into(), (price + 1).to_string()),
        numbers: Vec::new(),
        layout,
        chosen: None,
    };
    match count {
        12 if bars(1) => Ok(done(4, "klines of an exchange")),
        5.. if bars(1) => Ok(done(4, "dates and bars without headings")),
        2 => Ok(done(1, "dates and prices without headings")),
        _ => Err(Wrong::whole(format!(
            "the first row has no headings and its {count} columns are not known; allowed: a row of \
             headings such as date,close"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &str) -> Result<Columns, Wrong> {
        let headings: Vec<String> = names.split(',').map(str::to_owned).collect();
        by_name(&headings, None, &[])
    }

    #[test]
    fn columns_are_found_by_name() {
        for (names, time, price, layout) in [
            (
                "Date,Open,High,Low,Close,Adj Close,Volume",
                0,
                5,
                "Yahoo Finance",
            ),
            ("Date,Open,High,Low,Close,Volume", 0, 4, "Stooq"),
            (
                "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>",
                2,
                7,
                "Stooq",
            ),
            (
                "open_time,open,high,low,close,volume,close_time",
                0,
                4,
                "klines of an exchange",
            ),
            ("observation_date,SP500", 0, 1, "columns by name"),
            ("Datum,Schlusskurs", 0, 1, "columns by name"),
            ("price,time", 1, 0, "columns by name"),
        ] {
            let columns = of(names).unwrap();
            let found = (columns.time, columns.price, columns.layout);
            assert_eq!(found, (time, price, layout), "{names}");
        }
        let adjusted = of("Date,Close,Adj Close").unwrap();
        assert!(adjusted.chosen.unwrap().starts_with("Adj Close is read"));
    }

    #[test]
    fn several_prices_are_asked_about_by_their_names() {
        let Err(Wrong::Asked(message, asks)) = of("date,AAPL,MSFT") else {
            unreachable!("two prices");
        };
        assert_eq!(asks, Asks::Column(vec!["AAPL".into(), "MSFT".into()]));
        assert_eq!(
            message,
            "there are 2 columns of prices: AAPL, MSFT; choose with --column NAME"
        );
        assert!(of("date,close,price").is_err() && of("a,b").is_err());
        let headings = ["date".to_owned(), "AAPL".into(), "MSFT".into()];
        assert_eq!(by_name(&headings, Some("MSFT"), &[]).unwrap().price, 2);
        assert!(by_name(&headings, Some("date"), &[]).is_err());
    }
}
