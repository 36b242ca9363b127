//! Liquidity through time: what the book offers at each price and date, after one's own trades.

use super::{PathView, StrategyPath};
use crate::engine::Pinned;
use crate::order_book::{Memory, OrderBook};
use crate::policy::Who;
use crate::scenario::Scenario;
use egui::{Color32, ColorImage};
use egui_plot::PlotPoint;

/// Rows of the picture.
const ROWS: usize = 160;
/// Most columns of the picture.
const COLUMNS: usize = 512;

/// The picture and what it spans.
#[derive(Clone, Debug, Default)]
pub struct LiquidityView {
    /// Whose trades have worn the book.
    pub of: Option<Who>,
    /// One pixel for each date and price; intensity is depth up to that price.
    pub image: ColorImage,
    /// Grows with every new picture.
    pub version: u64,
    /// Dates that the picture spans; date k's column is centred on k.
    pub dates: f64,
    /// The last date.
    pub last: f64,
    /// Prices at the lower and upper edge (currency, or relative to the mid price).
    pub low: f64,
    pub high: f64,
    /// The mid price by date, in the same measure.
    pub mid: Vec<PlotPoint>,
    pub bubbles: Vec<Bubble>,
    /// The pinned scenario's best ask and bid by date, in the same measure.
    pub ghost: Option<[Vec<PlotPoint>; 2]>,
    /// Depth at full intensity (shares).
    pub full: f64,
    pub relative: bool,
    pub frictionless: bool,
}

/// A trade on the picture.
#[derive(Clone, Debug)]
pub struct Bubble {
    pub who: Who,
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
        focus: impl Into<Who>,
        pinned: Option<&Pinned>,
        relative: bool,
        (palette, version): (Palette, u64),
    ) -> Self {
        let focus = &focus.into();
        let book = OrderBook::of(scenario);
        let seen = path.whose(focus);
        let stride = (scenario.steps + 1).div_ceil(COLUMNS).max(1);
        let columns = columns(path, seen, stride);
        let deepest = columns
            .iter()
            .fold(0.0, |a: f64, c| a.max(c.memory.ask).max(c.memory.bid));
        let full = scenario.contract.shares.max(deepest) * 1.25;
        let bubbles = bubbles(path, 1e-4 * scenario.contract.shares);
        let half = half_height(&book, full + deepest, &bubbles);
        let (low, high) = if relative {
            (-half, half)
        } else {
            let (low, high) = path.range();
            let (low, high) = (low * (1.0 - half), high * (1.0 + half));
            let margin = 0.06 * (high - low);
            (low - margin, high + margin)
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
        let bubbles = bubbles
            .into_iter()
            .map(|bubble| Bubble {
                price: measure(
                    bubble.price * path.prices[bubble.step],
                    path.prices[bubble.step],
                ),
                ..bubble
            })
            .collect();
        let mid = path.prices.iter().enumerate();
        let ghost = pinned.zip(path.ghost.as_deref());
        Self {
            of: seen.map(|s| s.who.clone()),
            dates: (columns.len() * stride) as f64,
            last: scenario.steps as f64,
            image,
            version,
            low,
            high,
            mid: mid
                .map(|(k, price)| PlotPoint::new(k as f64, measure(*price, *price)))
                .collect(),
            bubbles,
            ghost: ghost.map(|(pinned, path)| edges(&pinned.scenario, path, focus, measure)),
            full,
            relative,
            frictionless: book.quoted_spread(1.0, Memory::default()) == 0.0,
        }
    }
}

/// The books of every `stride`-th date, as a strategy finds them.
fn columns(path: &PathView, seen: Option<&StrategyPath>, stride: usize) -> Vec<Column> {
    let memory = |k| seen.map_or_else(Memory::default, |s| s.memory(k));
    let dates = path.prices.iter().enumerate().step_by(stride);
    dates
        .map(|(k, spot)| Column {
            spot: *spot,
            memory: memory(k),
        })
        .collect()
}

/// Every trade of more than `least` shares, at its average price, as a multiple of the mid price.
fn bubbles(path: &PathView, least: f64) -> Vec<Bubble> {
    path.strategies
        .iter()
        .flat_map(|s| s.ledger.iter().map(move |line| (&s.who, line)))
        .filter_map(|(who, line)| {
            Some(Bubble {
                who: who.clone(),
                step: line.step,
                price: line.price? / line.spot,
                size: line.trade,
            })
        })
        .filter(|bubble| bubble.size.abs() > least)
        .collect()
}

/// Best ask and bid by date after a strategy's trades.
fn edges(
    scenario: &Scenario,
    path: &PathView,
    focus: &Who,
    measure: impl Fn(f64, f64) -> f64,
) -> [Vec<PlotPoint>; 2] {
    let book = OrderBook::of(scenario);
    let seen = path.whose(focus);
    let memory = |k| seen.map_or_else(Memory::default, |s| s.memory(k));
    let edge = |best: &dyn Fn(f64, Memory) -> f64| {
        let dates = path.prices.iter().enumerate();
        dates
            .map(|(k, spot)| PlotPoint::new(k as f64, measure(best(*spot, memory(k)), *spot)))
            .collect()
    };
    [
        edge(&|spot, memory| book.marginal_ask(spot, 0.0, memory.ask)),
        edge(&|spot, memory| book.marginal_bid(spot, 0.0, memory.bid)),
    ]
}

/// Half of the picture's height, relative to the mid price: to hold `depth` shares, to leave each
/// side no less than 15% of the height beyond its best price, and every bubble room to be whole.
fn half_height(book: &OrderBook, depth: f64, bubbles: &[Bubble]) -> f64 {
    let far = |shares: f64| {
        let up = book.marginal_ask(1.0, shares, 0.0) - 1.0;
        let down = 1.0 - book.marginal_bid(1.0, shares, 0.0);
        up.max(down)
    };
    let traded = bubbles.iter().fold(0.0, |most: f64, bubble| {
        most.max((bubble.price - 1.0).abs())
    });
    (far(depth) * 1.05)
        .max(far(0.0) / 0.7)
        .max(traded / 0.8)
        .max(1e-6)
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
