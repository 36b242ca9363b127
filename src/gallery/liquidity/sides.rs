//! Each side of the book through time: what it offers beyond its full book's best price, after one's own
//! trades, and how it comes back between two dates.

use crate::order_book::{Cost, Displacement, Memory, OrderBook, Standing};
use crate::scenario::Scenario;
use crate::simulate::Played;

/// Most dates at which the book is looked at.
const DATES: usize = 1000;
/// Most moments of refilling between two dates, and about how many in all.
const PARTS: usize = 10;
const MOMENTS: usize = 600;
/// Rows of colour between two lines of equal depth.
const ROWS: usize = 3;

/// One side. Prices are distances from the mid price, outward.
#[derive(Clone, Debug)]
pub struct Side {
    /// Whether it is the ask side.
    pub ask: bool,
    /// Rows: shares beyond the best price, from 0 up.
    pub sizes: Vec<f64>,
    /// Which of the rows are drawn as lines.
    pub lines: Vec<usize>,
    /// The side by time, two of them at a date with a trade: before and after it.
    pub moments: Vec<Moment>,
    /// Distances that are drawn: from the full book's edge to where the last row is in a full book.
    pub low: f64,
    /// See `low`.
    pub high: f64,
    /// Best price by date in each pinned scenario.
    pub ghosts: Vec<Vec<[f64; 2]>>,
}

/// A side at a moment.
#[derive(Clone, Debug)]
pub struct Moment {
    /// In dates: between two of them while the book refills.
    pub date: f64,
    /// The book as it stands, as far as this side is concerned.
    pub standing: Standing,
    /// Distance of a full book's best price.
    pub edge: f64,
    /// Distance of each row's price.
    pub rows: Vec<f64>,
}

/// What a trade took from a side.
#[derive(Clone, Copy, Debug)]
pub struct Bite {
    /// Date.
    pub step: usize,
    /// Shares; positive buys.
    pub size: f64,
    /// Average price (currency).
    pub price: f64,
    /// What it cost against the mid price, by cause.
    pub cost: Cost,
    /// Distance of the side's best price before and after.
    pub from: f64,
    /// See `from`.
    pub to: f64,
}

/// How a price is told.
#[derive(Clone, Copy)]
struct Measure {
    relative: bool,
}

impl Measure {
    /// Distance of a price from the mid price, outward.
    fn distance(self, price: f64, mid: f64) -> f64 {
        let distance = (price - mid).abs();
        if self.relative {
            distance / mid
        } else {
            distance
        }
    }
}

/// What the picture is made from: a path, and who hedges on it.
#[derive(Clone, Copy)]
pub struct Through<'a> {
    scenario: &'a Scenario,
    prices: &'a [f64],
    hedge: Option<&'a Played>,
    book: OrderBook,
    measure: Measure,
}

impl<'a> Through<'a> {
    /// A path of `scenario` and what somebody traded on it; prices are told as distances from the mid
    /// price, over it or in currency.
    #[must_use]
    pub fn new(
        scenario: &'a Scenario,
        prices: &'a [f64],
        hedge: Option<&'a Played>,
        relative: bool,
    ) -> Self {
        Self {
            scenario,
            prices,
            hedge,
            book: OrderBook::of(scenario),
            measure: Measure { relative },
        }
    }

    fn memory(&self, step: usize) -> Memory {
        self.hedge
            .map_or_else(Memory::default, |played| played.memory(step))
    }

    fn trade(&self, step: usize) -> f64 {
        self.hedge.map_or(0.0, |played| played.traded(step))
    }

    /// Shares that the trade of a date takes from a side.
    fn taken(&self, step: usize, ask: bool) -> f64 {
        let trade = self.trade(step);
        if ask {
            trade.max(0.0)
        } else {
            (-trade).max(0.0)
        }
    }

    fn standing(&self, spot: f64, ask: bool, missing: f64, mid: Displacement) -> Standing {
        let [ask, bid] = if ask { [missing, 0.0] } else { [0.0, missing] };
        let memory = Memory { ask, bid, mid };
        Standing {
            book: self.book,
            spot,
            memory,
        }
    }

    /// The books of a side through time, as `(date, book)`.
    fn standings(&self, ask: bool) -> Vec<(f64, Standing)> {
        let prices = self.prices;
        let last = prices.len() - 1;
        let stride = prices.len().div_ceil(DATES);
        let parts = (MOMENTS / prices.len()).clamp(1, PARTS);
        let years = self.scenario.step_length();
        let mut all = Vec::new();
        for step in (0..=last).step_by(stride) {
            let memory = self.memory(step);
            let before = if ask { memory.ask } else { memory.bid };
            let date = step as f64;
            let spot = prices[step];
            all.push((date, self.standing(spot, ask, before, memory.mid)));
            let missing = before + self.taken(step, ask);
            let mid = |years| {
                let moved = self.book.mid_impact();
                moved.after(memory.mid, self.trade(step), years)
            };
            let Some(next) = prices.get(step + 1) else {
                all.push((date, self.standing(spot, ask, missing, mid(0.0))));
                continue;
            };
            let refill = if ask {
                self.book.ask_refill(missing, years, parts)
            } else {
                self.book.bid_refill(missing, years, parts)
            };
            // The last moment is the next date, before its trade.
            for moment in &refill[..refill.len() - 1] {
                let share = moment.years / years;
                let spot = share.mul_add(next - spot, spot);
                let standing = self.standing(spot, ask, moment.missing, mid(moment.years));
                all.push((date + share, standing));
            }
        }
        all
    }

    /// A side of the book, with the best prices of other scenarios.
    #[must_use]
    pub fn side(&self, ask: bool, ghosts: Vec<Vec<[f64; 2]>>) -> Side {
        let standings = self.standings(ask);
        let deepest = standings
            .iter()
            .fold(0.0, |most: f64, (_, book)| most.max(book.taken(ask)));
        let reach = (2.2 * deepest).max(0.4 * self.scenario.contract.shares);
        let (sizes, lines) = rows(reach);
        let moments: Vec<Moment> = standings
            .into_iter()
            .map(|(date, standing)| self.moment(date, standing, ask, &sizes))
            .collect();
        let low = moments.iter().map(|moment| moment.edge);
        let low = low.fold(f64::INFINITY, f64::min);
        let high = moments.iter().map(|moment| {
            let full = moment.standing.full();
            self.measure.distance(full.price_on(ask, reach), full.mid())
        });
        let high = high.fold(low, f64::max);
        Side {
            ask,
            sizes,
            lines,
            moments,
            low,
            high: high.max(low + 1e-9),
            ghosts,
        }
    }

    fn moment(&self, date: f64, standing: Standing, ask: bool, sizes: &[f64]) -> Moment {
        let mid = standing.mid();
        let distance =
            |standing: Standing, size| self.measure.distance(standing.price_on(ask, size), mid);
        Moment {
            date,
            standing,
            edge: distance(standing.full(), 0.0),
            rows: sizes.iter().map(|size| distance(standing, *size)).collect(),
        }
    }

    /// Best price of a side by date.
    #[must_use]
    pub fn best(&self, ask: bool) -> Vec<[f64; 2]> {
        if self.prices.is_empty() {
            return Vec::new();
        }
        let standings = self.standings(ask).into_iter();
        standings
            .map(|(date, book)| {
                let best = book.price_on(ask, 0.0);
                [date, self.measure.distance(best, book.mid())]
            })
            .collect()
    }

    /// Every trade, as what it took.
    #[must_use]
    pub fn bites(&self) -> Vec<Bite> {
        let Some(Played {
            ledger,
            settlement: end,
            ..
        }) = self.hedge
        else {
            return Vec::new();
        };
        let lines = ledger.iter().filter_map(|line| {
            let price = line.price?;
            Some((line.step, line.trade, price, line.cost))
        });
        let last = (end.liquidated != 0.0).then(|| {
            let price = end.cash_flow / end.liquidated;
            (ledger.len(), -end.liquidated, price, end.cost)
        });
        lines
            .chain(last)
            .map(|(step, size, price, cost)| {
                let ask = size > 0.0;
                let memory = self.memory(step);
                let before = if ask { memory.ask } else { memory.bid };
                let spot = self.prices[step];
                let best = |missing| {
                    let book = self.standing(spot, ask, missing, memory.mid);
                    self.measure.distance(book.price_on(ask, 0.0), book.mid())
                };
                Bite {
                    step,
                    size,
                    price,
                    cost,
                    from: best(before),
                    to: best(before + size.abs()),
                }
            })
            .collect()
    }
}

/// Rows up to `reach` shares, and which of them are lines: at a round number of shares, at twice and
/// at four times as many.
fn rows(reach: f64) -> (Vec<f64>, Vec<usize>) {
    let first = round(reach / 4.4);
    let mut stops = vec![0.0];
    stops.extend([1.0, 2.0, 4.0].map(|times| times * first));
    stops.push(reach);
    let mut sizes = vec![0.0];
    let mut lines = Vec::new();
    for pair in stops.windows(2) {
        let gap = (pair[1] - pair[0]) / ROWS as f64;
        sizes.extend((1..=ROWS).map(|row| (row as f64).mul_add(gap, pair[0])));
        lines.push(sizes.len() - 1);
    }
    // The last stop is the edge of the picture.
    lines.pop();
    (sizes, lines)
}

/// The round number next to `x > 0` from below: 1, 2.5 or 5 times a power of ten.
fn round(x: f64) -> f64 {
    let power = 10f64.powf(x.log10().floor());
    let digits = [5.0, 2.5, 1.0].into_iter();
    let mut steps = digits.map(|digit| digit * power);
    steps.find(|step| *step <= x * 1.001).unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_at_round_numbers_of_shares() {
        for (reach, expected) in [(1.6, 0.25), (2.3, 0.5), (100.0, 10.0), (0.4, 0.05)] {
            let (sizes, lines) = rows(reach);
            let at: Vec<f64> = lines.iter().map(|row| sizes[*row]).collect();
            for (line, times) in at.iter().zip([1.0, 2.0, 4.0]) {
                assert!((line / (times * expected) - 1.0).abs() < 1e-12, "{at:?}");
            }
            assert!(sizes.is_sorted() && (sizes[sizes.len() - 1] - reach).abs() < 1e-12);
        }
    }
}
