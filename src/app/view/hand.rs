//! A hedge by hand, ready to draw. It holds what is known at the present date, and no later price.

use super::Standing;
use crate::app::session::{Hand, Hedged};
use crate::contract;
use crate::episode::{LedgerLine, Settlement};
use crate::hand::{Outcome, Rivals, Seen};
use crate::order_book::{Memory, OrderBook};
use crate::outcome::{Sample, histograms};
use crate::policy::Who;
use crate::quantity::Digits;
use crate::scenario::{Scenario, Strategy};
use egui_plot::PlotPoint;
use std::sync::Arc;

/// Bins of the distribution.
const BINS: usize = 60;
/// Standard deviations of the price, over the life of the option, that the picture has room for.
const ROOM: f64 = 2.2;

/// The game as it is shown.
pub struct HandView {
    /// What the challenge is called.
    pub title: String,
    /// What makes it hard.
    pub level: Option<String>,
    /// What to mind.
    pub text: String,
    pub scenario: Arc<Scenario>,
    pub digits: Digits,
    /// What is known.
    pub seen: Seen,
    /// The order book now.
    pub now: Standing,
    pub frictionless: bool,
    /// What is to be held next (shares).
    pub chosen: f64,
    /// What it would cost; absent at maturity.
    pub preview: Option<LedgerLine>,
    /// Lowest and highest price drawn (currency), whatever the path will be.
    pub prices: (f64, f64),
    /// Lowest and highest position drawn (shares).
    pub positions: (f64, f64),
    /// How the hedge ended.
    pub settlement: Option<Settlement>,
    /// What came of it, once the others are computed.
    pub end: Option<Arc<EndView>>,
    /// Paths of this challenge that were hedged to their end.
    pub hedged: Vec<Hedged>,
    /// The path to hedge next.
    pub next: u64,
}

/// A finished path beside the strategies.
pub struct EndView {
    pub outcome: Arc<Outcome>,
    /// Density of each strategy's hedging errors: whose, and its line.
    pub densities: Vec<(Who, Vec<PlotPoint>)>,
    /// Smallest and largest error drawn (currency), and the highest density.
    pub errors: (f64, f64),
    pub top: f64,
}

impl HandView {
    /// What is shown of a game, with what came of it and what else was hedged.
    #[must_use]
    pub fn new(hand: &Hand, end: Option<Arc<EndView>>, hedged: &[Hedged], next: u64) -> Self {
        let game = hand.game();
        let (challenge, scenario) = (game.challenge(), game.scenario());
        let seen = game.seen();
        let book = OrderBook::of(scenario);
        Self {
            title: challenge.title().to_owned(),
            level: challenge.level().map(ToOwned::to_owned),
            text: challenge.text().to_owned(),
            scenario: Arc::new(scenario.clone()),
            digits: contract::digits(scenario),
            now: Standing {
                book,
                spot: seen.spot,
                memory: seen.memory,
            },
            frictionless: book.quoted_spread(1.0, Memory::default()) == 0.0,
            chosen: hand.chosen(),
            preview: game.preview(hand.chosen()).ok(),
            prices: prices(scenario, &seen),
            positions: positions(scenario, &seen, hand.chosen()),
            settlement: game.settlement(),
            seen,
            end,
            hedged: hedged.to_vec(),
            next,
        }
    }

    /// Whether maturity is reached.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.settlement.is_some()
    }

    /// The smallest change of a position by key or hand (shares).
    #[must_use]
    pub fn fine(&self) -> f64 {
        0.01 * self.scenario.contract.shares
    }

    /// The best of the paths that were hedged, by its place.
    #[must_use]
    pub fn best(&self) -> Option<usize> {
        let hedged = self.hedged.iter().enumerate();
        let best = hedged.min_by(|(_, a), (_, b)| a.error.total_cmp(&b.error));
        best.map(|(place, _)| place)
    }
}

/// As far as the price may well go, and has gone so far.
fn prices(scenario: &Scenario, seen: &Seen) -> (f64, f64) {
    let spot = scenario.market.spot;
    let width = ROOM * scenario.market.long_run_volatility() * scenario.contract.maturity.sqrt();
    let start = (spot * (-width).exp(), spot * width.exp());
    let known = seen.prices.iter().copied();
    let known = known.chain(scenario.contract.strikes());
    known.fold(start, |(low, high), price| {
        (low.min(price), high.max(price))
    })
}

/// From nothing to the whole contract, and as far as positions go.
fn positions(scenario: &Scenario, seen: &Seen, chosen: f64) -> (f64, f64) {
    let contract = &scenario.contract;
    let full = contract.hedges();
    let held = seen.ledger.iter().map(|line| line.position);
    let all = held.chain([seen.position, full.0, full.1]);
    let (low, high) = all.fold((0.0, 0.0), |(low, high): (f64, f64), x| {
        (low.min(x), high.max(x))
    });
    let margin = 0.12 * contract.size().max(high - low);
    // Without a margin: a hand at the edge does not push it on and on.
    ((low - margin).min(chosen), (high + margin).max(chosen))
}

impl EndView {
    /// What came of a path, and how strategies fare on many.
    #[must_use]
    pub fn new(outcome: &Arc<Outcome>, rivals: &Rivals) -> Self {
        let shown = |sample: &&Sample| {
            let kind = sample.policy().who.kind;
            matches!(kind, Strategy::Delta | Strategy::Learned)
        };
        let samples: Vec<Sample> = rivals.samples().iter().filter(shown).cloned().collect();
        let histograms = histograms(&samples, BINS);
        let mut errors = (f64::INFINITY, f64::NEG_INFINITY);
        let mut top: f64 = 0.0;
        let mut densities = Vec::new();
        for histogram in &histograms {
            let high = histogram.width.mul_add(BINS as f64, histogram.low);
            errors = (errors.0.min(histogram.low), errors.1.max(high));
            let line = histogram.density().map(|(x, y)| PlotPoint::new(x, y));
            let line: Vec<PlotPoint> = line.collect();
            top = line.iter().fold(top, |top, point| top.max(point.y));
            densities.push((histogram.policy.who.clone(), line));
        }
        let here = std::iter::once(&outcome.you).chain(&outcome.others);
        for played in here {
            errors = (errors.0.min(played.error), errors.1.max(played.error));
        }
        Self {
            outcome: outcome.clone(),
            densities,
            errors,
            top,
        }
    }
}
