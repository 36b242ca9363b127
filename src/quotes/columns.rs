//! Columns of snapshots, by their names.

use super::Wrong;

/// Names of a column of times, the first there is.
const TIMES: [&str; 6] = [
    "time",
    "timestamp",
    "local_timestamp",
    "ts_recv",
    "ts_event",
    "datetime",
];
/// Words of prices and of sizes in the names of levels.
const PRICES: [&str; 2] = ["price", "px"];
const SIZES: [&str; 4] = ["size", "amount", "sz", "qty"];

/// Where the columns of books are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Layout {
    /// A row for each book.
    Wide(Wide),
    /// A row for each level; those of one time are one book.
    Long {
        time: usize,
        side: usize,
        price: usize,
        size: usize,
    },
}

/// Where the columns are of a row for each book.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wide {
    pub time: usize,
    /// Of asks and of bids, price and size of each level.
    pub sides: [Vec<(usize, usize)>; 2],
}

/// A heading as it is compared.
pub(super) fn name(heading: &[u8]) -> String {
    let text = String::from_utf8_lossy(heading);
    text.trim().trim_matches('"').to_lowercase()
}

/// Whether some headings look like those of snapshots.
pub(super) fn is_known(names: &[String]) -> bool {
    names.iter().any(|name| level(name).is_some()) || long(names).is_some()
}

/// The columns of some headings.
pub(super) fn layout(names: &[String]) -> Result<Layout, Wrong> {
    if let Some(long) = long(names) {
        return Ok(long);
    }
    let allowed = "allowed: time, bid_price_1, bid_size_1, ask_price_1, ask_size_1, bid_price_2 …";
    let refused = |what: String| Wrong::line(1, "headings", format!("{what}; {allowed}"));
    let place = |wanted: &&str| names.iter().position(|name| name == wanted);
    let time = TIMES.iter().find_map(place);
    let time = time.ok_or_else(|| refused("have no time".into()))?;
    let mut sides: [Vec<(usize, usize)>; 2] = Default::default();
    for (ask, word) in [(true, "ask"), (false, "bid")] {
        let of = |price: bool| {
            let levels = names.iter().enumerate();
            let mine = levels.filter_map(move |(place, name)| {
                let level = level(name)?;
                (level.ask == ask && level.price == price).then_some((level.number, place))
            });
            let mut mine: Vec<(u32, usize)> = mine.collect();
            mine.sort_unstable();
            mine
        };
        let (prices, sizes) = (of(true), of(false));
        if prices.is_empty() {
            return Err(refused(format!("have no {word}_price_1")));
        }
        let side = &mut sides[usize::from(!ask)];
        for (number, price) in &prices {
            let size = sizes.iter().find(|(other, _)| other == number);
            let (_, size) =
                size.ok_or_else(|| refused(format!("have {} and no size of it", names[*price])))?;
            side.push((*price, *size));
        }
        if let Some((_, size)) = sizes
            .iter()
            .find(|(number, _)| !prices.iter().any(|(other, _)| other == number))
        {
            return Err(refused(format!("have {} and no price of it", names[*size])));
        }
    }
    Ok(Layout::Wide(Wide { time, sides }))
}

fn long(names: &[String]) -> Option<Layout> {
    let place = |wanted: &str| names.iter().position(|name| name == wanted);
    let time = TIMES.iter().find_map(|time| place(time))?;
    Some(Layout::Long {
        time,
        side: place("side")?,
        price: place("price")?,
        size: place("size")?,
    })
}

/// What a heading says of a level.
struct Named {
    ask: bool,
    price: bool,
    number: u32,
}

/// `bid_price_1`, `bids[0].price` or `bid_px_00`.
fn level(name: &str) -> Option<Named> {
    let ask = name.starts_with("ask");
    if !ask && !name.starts_with("bid") {
        return None;
    }
    let digits = name
        .split(|c: char| !c.is_ascii_digit())
        .find(|part| !part.is_empty())?;
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let price = has(&PRICES);
    (price || has(&SIZES)).then_some(Named {
        ask,
        price,
        number: digits.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Layout, Wrong> {
        let names: Vec<String> = text.split(',').map(|cell| name(cell.as_bytes())).collect();
        layout(&names)
    }

    #[test]
    fn levels_are_found_by_the_names_that_vendors_give_them() {
        let wide = |time, ask, bid| {
            Layout::Wide(Wide {
                time,
                sides: [ask, bid],
            })
        };
        let expected = wide(0, vec![(3, 4)], vec![(1, 2)]);
        for text in [
            "time,bid_price_1,bid_size_1,ask_price_1,ask_size_1",
            "timestamp,bids[0].price,bids[0].amount,asks[0].price,asks[0].amount",
            "ts_event,bid_px_00,bid_sz_00,ask_px_00,ask_sz_00,bid_ct_00,ask_ct_00",
        ] {
            assert_eq!(of(text), Ok(expected.clone()), "{text}");
        }
        let two = "ask_price_2,ask_size_2,ask_size_1,ask_price_1,Time,bid_price_1,bid_size_1";
        assert_eq!(of(two), Ok(wide(4, vec![(3, 2), (0, 1)], vec![(5, 6)])));
        assert!(matches!(
            of("time,side,price,size"),
            Ok(Layout::Long { size: 3, .. })
        ));
    }

    #[test]
    fn what_is_missing_is_named() {
        for (text, missing) in [
            ("bid_price_1,bid_size_1,ask_price_1,ask_size_1", "no time"),
            ("time,bid_price_1,bid_size_1", "no ask_price_1"),
            (
                "time,bid_price_1,bid_size_1,ask_price_1",
                "ask_price_1 and no size",
            ),
            (
                "time,bid_price_1,bid_size_1,ask_price_1,ask_size_1,ask_size_2",
                "ask_size_2 and no price",
            ),
        ] {
            let Err(Wrong::Cell(_, 1, _, message)) = of(text) else {
                panic!("{text}");
            };
            assert!(message.contains(missing), "{message}");
        }
    }
}
