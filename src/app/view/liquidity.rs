//! Liquidity through time: what the book offers at each price and date, after one's own trades.

use super::PathView;
use crate::order_book::{Memory, OrderBook};
use crate::scenario::{Scenario, Strategy};
use egui::{Color32, ColorImage};

/// Rows of the picture.
const ROWS: usize = 160;
/// Most columns of the picture.
const COLUMNS: usize = 512;

/// The picture and what it spans.
#[derive(Clone, Debug, Default)]
pub struct LiquidityView {
    /// One pixel for each date and price; intensity is depth up to that price.
    pub image: ColorImage,
    /// Grows with every new picture.
    pub version: u64,
    /// Dates shown.
    pub dates: f64,
    /// Prices at the lower and upper edge (currency, or relative to the mid price).
    pub low: f64,
    pub high: f64,
    /// The mid price by date, in the same measure.
    pub mid: Vec<[f64; 2]>,
    pub bubbles: Vec<Bubble>,
    /// Depth at full intensity (shares).
    pub full: f64,
    pub relative: bool,
    pub frictionless: bool,
}

/// A trade on the picture.
#[derive(Clone, Copy, Debug)]
pub struct Bubble {
    pub strategy: Strategy,
    pub step: usize,
    /// Average price, in the picture's measure.
    pub price: f64,
    /// Shares; positive buys.
    pub size: f64,
}

/// The two sides' colours and the ground.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    pub ground: Color32,
    pub bid: Color32,
    pub ask: Color32,
}

/// A column's book.
struct Column {
    spot: f64,
    memory: Memory,
}

impl LiquidityView {
    /// The picture of the path for the strategy in focus.
    #[must_use]
    pub fn new(
        scenario: &Scenario,
        path: &PathView,
        focus: Strategy,
        relative: bool,
        palette: Palette,
        version: u64,
    ) -> Self {
        let book = OrderBook::of(scenario);
        let seen = path.of(focus).or(path.strategies.first());
        let columns: Vec<Column> = (0..scenario.steps)
            .step_by(scenario.steps.div_ceil(COLUMNS).max(1))
            .map(|k| Column {
                spot: path.prices[k],
                memory: seen
                    .and_then(|s| s.ledger.get(k))
                    .map_or_else(Memory::default, |line| line.memory_before),
            })
            .collect();
        let deepest = columns
            .iter()
            .fold(0.0, |a: f64, c| a.max(c.memory.ask).max(c.memory.bid));
        let full = scenario.contract.shares.max(deepest) * 1.25;
        let half = half_height(&book, full + deepest);
        let (low, high) = if relative {
            (-half, half)
        } else {
            let (low, high) = path.range();
            (low * (1.0 - 1.3 * half), high * (1.0 + 1.3 * half))
        };
        let measure = |price: f64, spot: f64| if relative { price / spot - 1.0 } else { price };
        let mut image = ColorImage::filled([columns.len().max(1), ROWS], palette.ground);
        for (x, column) in columns.iter().enumerate() {
            for y in 0..ROWS {
                let share = 1.0 - (y as f64 + 0.5) / ROWS as f64;
                let at = share.mul_add(high - low, low);
                let price = if relative {
                    column.spot * (1.0 + at)
                } else {
                    at
                };
                image[(x, y)] = pixel(&book, column, price, full, palette);
            }
        }
        let bubbles = path
            .strategies
            .iter()
            .flat_map(|s| s.ledger.iter().map(move |line| (s.strategy, line)))
            .filter_map(|(strategy, line)| {
                Some(Bubble {
                    strategy,
                    step: line.step,
                    price: measure(line.price?, line.spot),
                    size: line.trade,
                })
            })
            .filter(|bubble| bubble.size.abs() > 1e-4 * scenario.contract.shares)
            .collect();
        let mid = path.prices.iter().enumerate();
        Self {
            image,
            version,
            dates: scenario.steps as f64,
            low,
            high,
            mid: mid
                .map(|(k, price)| [k as f64 + 0.5, measure(*price, *price)])
                .take(scenario.steps)
                .collect(),
            bubbles,
            full,
            relative,
            frictionless: book.quoted_spread(1.0, Memory::default()) == 0.0,
        }
    }
}

/// Half of the picture's height, relative to the mid price, to hold `depth` shares.
fn half_height(book: &OrderBook, depth: f64) -> f64 {
    let up = book.marginal_ask(1.0, depth, 0.0) - 1.0;
    let down = 1.0 - book.marginal_bid(1.0, depth, 0.0);
    (up.max(down) * 1.05).max(1e-6)
}

fn pixel(book: &OrderBook, column: &Column, price: f64, full: f64, palette: Palette) -> Color32 {
    let Column { spot, memory } = *column;
    let (depth, untouched, colour) = if price >= spot {
        (
            book.ask_depth_to(price, spot, memory.ask),
            book.ask_depth_to(price, spot, 0.0),
            palette.ask,
        )
    } else {
        (
            book.bid_depth_to(price, spot, memory.bid),
            book.bid_depth_to(price, spot, 0.0),
            palette.bid,
        )
    };
    if depth > 0.0 {
        let strength = (depth / full).clamp(0.0, 1.0).sqrt();
        return mix(palette.ground, colour, 0.16 + 0.84 * strength);
    }
    // What one's own trades took: a shade of the side's colour.
    let worn = if untouched > 0.0 { 0.07 } else { 0.0 };
    mix(palette.ground, colour, worn)
}

fn mix(from: Color32, to: Color32, share: f64) -> Color32 {
    #[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1")]
    let share = share as f32;
    from.lerp_to_gamma(to, share)
}
