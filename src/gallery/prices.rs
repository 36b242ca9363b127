//! Recorded prices: the series and its returns, with gaps and outliers marked.

use crate::figure::{Axis, Bar, Cell, Figure, Fill, Layer, Mark, Panel, Sign, Stroke, Table, ink};
use crate::history::{DAY, Found, History, Suspect, YEAR, date_text};
use crate::quantity::digits;
use crate::quantity::write::{fixed, plural, significant};
use crate::record::PROGRAM;

/// Stretches of time of which only the least and the largest price are drawn.
const STRETCHES: usize = 1200;
/// Rows of the table behind it up to which each price has one; of more, every second, third … has, and what is marked.
const ROWS: usize = 200_000;
/// Outliers that are marked, those that are farthest.
const MARKED: usize = 200;

/// Prices and returns through time; `name` is the file's.
#[must_use]
pub fn prices(name: &str, history: &History, found: &Found) -> Figure {
    let clock = Clock::of(history);
    let faint = Fill::new(ink::LOSS, 0.22).hatched();
    let gaps = gap_bars(history, found, &clock, faint);
    let line = Stroke::new(ink::ACCENT, 1.1);
    let price = |place: usize| history.prices[place];
    let (plain, suspects) = marks(found, |outlier| {
        [clock.at(outlier.time), price(outlier.place + 1)]
    });
    let upper = Panel::new(Axis::new("price", "currency").log())
        .with(Layer::Bars(gaps))
        .with(Layer::line(series(history, found, &clock), line))
        .with(Layer::marks(plain, Mark::Cross, ink::TEXT, 6.0))
        .with(Layer::marks(suspects, Mark::Diamond, ink::LOSS, 8.0))
        .weighing(2.0);
    let (plain, suspects) = marks(found, |outlier| {
        [clock.at(outlier.time), 100.0 * outlier.value]
    });
    let lower = Panel::new(Axis::new("log return", "%"))
        .with(Layer::area(
            returns(history, found, &clock, f64::max),
            returns(history, found, &clock, f64::min),
            Fill::new(ink::ACCENT, 0.55),
        ))
        .with(Layer::marks(plain, Mark::Cross, ink::TEXT, 6.0))
        .with(Layer::marks(suspects, Mark::Diamond, ink::LOSS, 8.0));
    let mut figure = Figure::new(format!("Recorded prices: {name}"), clock.axis())
        .with_panel(upper)
        .with_panel(lower)
        .with_entry("price", Sign::Line(line, None));
    if !found.gaps.is_empty() {
        figure = figure.with_entry("gap", Sign::Fill(faint));
    }
    if found.outliers.iter().any(|o| o.suspect.is_none()) {
        figure = figure.with_entry("outlier", Sign::Mark(Mark::Cross, ink::TEXT, false));
    }
    if found.outliers.iter().any(|o| o.suspect.is_some()) {
        let sign = Sign::Mark(Mark::Diamond, ink::LOSS, false);
        figure = figure.with_entry("like a split or a wrong price", sign);
    }
    figure
        .with_caption(caption(name, history, found))
        .with_about("program", PROGRAM)
        .with_about("file", name)
        .with_about("content", history.hash.to_string())
        .with_about("frequency", found.frequency.name.clone())
        .with_data(table(history, found))
}

fn caption(name: &str, history: &History, found: &Found) -> String {
    let last = history.times.len() - 1;
    let volatility = found.figures.volatility.map_or(String::new(), |measured| {
        let (value, se) = digits::estimate(100.0 * measured.value, Some(100.0 * measured.se));
        let se = se.map_or(String::new(), |se| format!(" ± {se}"));
        format!(", realised volatility {value}{se}% a year")
    });
    format!(
        "{name}: {} prices, {}, {} to {}, {} returns a year, {}, {} (more than 10 robust standard \
         deviations){volatility}. Content {}. {PROGRAM}.",
        fixed(history.prices.len() as f64, 0),
        found.frequency.name,
        date_text(history.times[0]),
        date_text(history.times[last]),
        significant(found.frequency.per_year, 4),
        counted(found.gaps.len(), "gap"),
        counted(found.outliers.len(), "outlier"),
        history.hash.short(),
    )
}

fn counted(count: usize, what: &str) -> String {
    format!("{} {what}{}", fixed(count as f64, 0), plural(count as u64))
}

/// Where a time lies on the axis across: calendar years, or days where there are few.
struct Clock {
    start: i64,
    in_years: bool,
}

impl Clock {
    fn of(history: &History) -> Self {
        let start = history.times[0];
        let span = (history.times[history.times.len() - 1] - start) as f64;
        Self {
            start,
            in_years: span > 2.0 * YEAR,
        }
    }

    fn at(&self, time: i64) -> f64 {
        if self.in_years {
            1970.0 + time as f64 / YEAR
        } else {
            (time - self.start) as f64 / DAY as f64
        }
    }

    fn axis(&self) -> Axis {
        if self.in_years {
            Axis::new("year", "").years()
        } else {
            Axis::new(format!("time since {}", date_text(self.start)), "days")
        }
    }
}

/// Places of prices, stretch by stretch.
fn stretches(count: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let length = count.div_ceil(STRETCHES).max(1);
    (0..count)
        .step_by(length)
        .map(move |from| from..(from + length).min(count))
}

/// The line of prices, broken at gaps.
fn series(history: &History, found: &Found, clock: &Clock) -> Vec<[f64; 2]> {
    let mut gaps = found.gaps.iter().map(|gap| gap.place).peekable();
    let mut points = Vec::new();
    for stretch in stretches(history.prices.len()) {
        let at = |place: usize| [clock.at(history.times[place]), history.prices[place]];
        let order = |a: &usize, b: &usize| history.prices[*a].total_cmp(&history.prices[*b]);
        let least = stretch.clone().min_by(order).unwrap_or(stretch.start);
        let most = stretch.clone().max_by(order).unwrap_or(stretch.start);
        points.push(at(least.min(most)));
        if least != most {
            points.push(at(least.max(most)));
        }
        let mut broken = false;
        while gaps.next_if(|gap| *gap < stretch.end).is_some() {
            broken = true;
        }
        if broken {
            points.push([f64::NAN; 2]);
        }
    }
    points
}

/// The least or largest return of each stretch (percent).
fn returns(
    history: &History,
    found: &Found,
    clock: &Clock,
    of: fn(f64, f64) -> f64,
) -> Vec<[f64; 2]> {
    let gaps: std::collections::HashSet<usize> = found.gaps.iter().map(|gap| gap.place).collect();
    let count = history.prices.len() - 1;
    let value = |place: usize| history.log_return(place).map(|value| 100.0 * value);
    stretches(count)
        .map(|stretch| {
            let end = stretch.end;
            let within = stretch.filter(|place| !gaps.contains(place));
            let all = within.filter_map(value);
            [clock.at(history.times[end]), all.fold(0.0, of)]
        })
        .collect()
}

/// Gaps as boxes over all the prices.
fn gap_bars(history: &History, found: &Found, clock: &Clock, fill: Fill) -> Vec<Bar> {
    let prices = history.prices.iter().copied();
    let low = prices.clone().fold(f64::INFINITY, f64::min);
    let high = prices.fold(0.0, f64::max);
    let bar = |gap: &crate::history::Gap| Bar {
        across: [clock.at(gap.from), clock.at(gap.to)],
        up: [low, high],
        fill,
    };
    found.gaps.iter().take(STRETCHES).map(bar).collect()
}

/// Where outliers are marked: those that a market may have made, and those that look like something else.
fn marks(
    found: &Found,
    at: impl Fn(&crate::history::Outlier) -> [f64; 2],
) -> (Vec<[f64; 2]>, Vec<[f64; 2]>) {
    let mut farthest: Vec<_> = found.outliers.iter().collect();
    farthest.sort_by(|a, b| b.deviations.total_cmp(&a.deviations));
    farthest.truncate(MARKED);
    let (suspects, plain): (Vec<_>, Vec<_>) = farthest
        .into_iter()
        .partition(|outlier| outlier.suspect.is_some());
    let points = |of: Vec<&crate::history::Outlier>| of.into_iter().map(&at).collect();
    (points(plain), points(suspects))
}

fn table(history: &History, found: &Found) -> Table {
    let mut table = Table::new(&[
        ("date", ""),
        ("price", "currency"),
        ("log return", ""),
        ("mark", ""),
    ]);
    let mut gaps = found.gaps.iter().map(|gap| gap.place).peekable();
    let mut outliers = found.outliers.iter().peekable();
    let every = history.prices.len().div_ceil(ROWS);
    for (place, (time, price)) in history.times.iter().zip(&history.prices).enumerate() {
        let before = place.checked_sub(1);
        let value = before.and_then(|before| history.log_return(before));
        let gap = before.is_some_and(|before| gaps.next_if_eq(&before).is_some());
        let outlier = before.and_then(|before| outliers.next_if(|o| o.place == before));
        let mark = match (gap, outlier.map(|o| o.suspect)) {
            (true, _) => "gap",
            (_, Some(None)) => "outlier",
            (_, Some(Some(Suspect::Split(..)))) => "like a split",
            (_, Some(Some(Suspect::WrongPrice))) => "like a wrong price",
            _ => "",
        };
        if mark.is_empty() && !place.is_multiple_of(every) {
            continue;
        }
        let mark = if mark.is_empty() {
            Cell::Empty
        } else {
            mark.into()
        };
        let row = vec![
            date_text(*time).as_str().into(),
            (*price).into(),
            value.into(),
            mark,
        ];
        table.rows.push(row);
    }
    table
}
