//! How the book refills after large trades, and what the mid keeps of them.

use super::decay::{Course, Decay, fitted};
use super::estimate::{BLOCKS, Estimate, jackknife};
use super::middle::Sorted;
use super::study::{LAGS, Study};
use super::trades::{Large, Look};
use serde::Serialize;
use std::f64::consts::LN_2;

/// Fewest large trades of which a course is told.
pub const FEW_TRADES: u64 = 8;
/// Of a hole, what nobody would notice at the next hedge.
const NOTHING: f64 = 0.01;

/// What follows large trades. Each figure is typical of them, the mean of their middle half: where next to nothing stood
/// near the mid before a trade, the share of it that is missing later is anything down to minus thousands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Aftermath {
    /// Whether the format tells which shares changed hands; elsewhere they are told by what is gone from the best prices.
    pub trades_told: bool,
    /// A trade is large that takes this share of the depth near the mid.
    pub large: f64,
    /// How far from the mid depth counts (relative to the mid).
    pub radius: f64,
    /// How long after a trade one looked (seconds).
    pub lags: [f64; LAGS.len()],
    /// Time between two hedges (seconds).
    pub step: f64,
    /// The ask side after large trades that bought.
    pub ask: Refill,
    /// The bid side after large trades that sold.
    pub bid: Refill,
    /// The mid after all of them.
    pub mid: Displaced,
}

/// How a side refills.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Refill {
    /// Large trades.
    pub trades: u64,
    /// Of the depth, what they typically took.
    pub share: Option<f64>,
    /// At each lag, the share of the depth that is missing, around the mid at that time.
    pub missing: [Option<Estimate>; LAGS.len()],
    /// Half-life of what is missing (seconds); absent where there is no hole to be seen, or too few trades.
    pub half_life: Option<Estimate>,
    /// `λ` (per second): how fast the side refills; absent likewise.
    pub decay: Option<Estimate>,
    /// Of a hole, what is left at the next hedge.
    pub left: Option<Estimate>,
    /// Whether the decay can be told from infinity at the next hedge; absent where there are too few trades.
    pub told_from_infinity: Option<bool>,
}

/// How the mid moves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Displaced {
    /// At each lag, how far the mid is from where it was before the trade (relative; positive where it went with the trade).
    pub displacement: [Option<Estimate>; LAGS.len()],
    /// What lasts (relative).
    pub permanent: Option<Estimate>,
    /// What passes (relative).
    pub transient: Option<Estimate>,
    /// Half-life of what passes (seconds); absent where nothing that passes can be told from nothing.
    pub half_life: Option<Estimate>,
    /// What lasts (relative, a share traded).
    pub permanent_per_share: Option<Estimate>,
    /// What passes (relative, a share traded).
    pub transient_per_share: Option<Estimate>,
}

/// What was seen, with a hedge each `step` seconds.
pub(super) fn of(study: Study, trades_told: bool, step: f64) -> Aftermath {
    let radius = study.radius.unwrap_or(0.0);
    let trades = study.into_trades();
    let [ask, bid] = blocks(&trades.kept);
    let both: Vec<(&Large, usize)> = ask.iter().chain(&bid).copied().collect();
    let [asks, bids] = trades.counts;
    Aftermath {
        trades_told,
        large: super::study::LARGE,
        radius,
        lags: LAGS,
        step,
        ask: refill(asks, &ask, step),
        bid: refill(bids, &bid, step),
        mid: displaced(asks + bids, &both),
    }
}

/// Trades of each side, each with the block of time it is in.
fn blocks(kept: &[Vec<Large>; 2]) -> [Vec<(&Large, usize)>; 2] {
    let times = || kept.iter().flatten().map(|trade| trade.time);
    let first = times().min().unwrap_or(0);
    let span = (times().max().unwrap_or(0) - first) as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of the blocks"
    )]
    let block = |time: i64| {
        let place = BLOCKS as f64 * (time - first) as f64 / span.max(1.0);
        (place as usize).min(BLOCKS - 1)
    };
    [0, 1].map(|side: usize| {
        let trades = kept[side].iter();
        trades.map(|trade| (trade, block(trade.time))).collect()
    })
}

/// Figures at lags, and the blocks of time they are from.
struct Lags {
    at: [Sorted; LAGS.len()],
    estimates: [Option<Estimate>; LAGS.len()],
    blocks: Vec<usize>,
}

impl Lags {
    fn new(trades: &[(&Large, usize)], of: fn(&Look) -> f64) -> Self {
        let at: [Sorted; LAGS.len()] = std::array::from_fn(|lag| {
            let looks = trades.iter().filter_map(|(trade, block)| {
                let look = trade.looks[lag].as_ref()?;
                Some((of(look), *block))
            });
            Sorted::new(looks.collect())
        });
        let mut blocks: Vec<usize> = trades.iter().map(|(_, block)| *block).collect();
        blocks.sort_unstable();
        blocks.dedup();
        Self {
            estimates: std::array::from_fn(|lag| at[lag].estimate()),
            at,
            blocks,
        }
    }

    /// The course of all blocks but one, with the weights of all of them.
    fn course(&self, left_out: Option<usize>) -> Option<Decay> {
        fitted(&Course {
            figures: std::array::from_fn(|lag| self.at[lag].middle(left_out).unwrap_or(f64::NAN)),
            weights: self.weights(),
        })
    }

    /// What the errors say; where there is none, the least of them.
    fn weights(&self) -> [f64; LAGS.len()] {
        let told = self.estimates.map(|estimate| {
            let se = estimate.and_then(|estimate| estimate.se);
            se.map(|se| 1.0 / (se * se))
                .filter(|weight| *weight > 0.0 && weight.is_finite())
        });
        let least = told.iter().flatten().copied().reduce(f64::min);
        told.map(|weight| weight.or(least).unwrap_or(1.0))
    }

    /// Figures of the course with their errors.
    fn figures<const N: usize>(
        &self,
        of: impl Fn(Decay, Option<usize>) -> Option<[f64; N]>,
    ) -> Option<[Estimate; N]> {
        jackknife(self.blocks.len(), |place| {
            let left_out = place.map(|place| self.blocks[place]);
            of(self.course(left_out)?, left_out)
        })
    }
}

/// Figures of trades.
fn sorted(trades: &[(&Large, usize)], of: fn(&Large) -> f64) -> Sorted {
    Sorted::new(
        trades
            .iter()
            .map(|(trade, block)| (of(trade), *block))
            .collect(),
    )
}

fn refill(count: u64, trades: &[(&Large, usize)], step: f64) -> Refill {
    let lags = Lags::new(trades, |look| look.missing);
    let mut refill = Refill {
        trades: count,
        share: sorted(trades, |trade| trade.share).middle(None),
        missing: lags.estimates,
        half_life: None,
        decay: None,
        left: None,
        told_from_infinity: None,
    };
    if count < FEW_TRADES {
        return refill;
    }
    let figures = lags.figures(|decay, _| {
        let rate = LN_2 / decay.half_life;
        Some([decay.passing, decay.half_life, rate, (-rate * step).exp()])
    });
    if let Some([hole, half_life, decay, left]) = figures {
        refill.told_from_infinity = Some(false);
        if hole.is_seen() && hole.value > 0.0 {
            let noticed = NOTHING.max(2.0 * left.se.unwrap_or(0.0));
            refill.told_from_infinity = Some(left.value > noticed);
            (refill.half_life, refill.decay, refill.left) =
                (Some(half_life), Some(decay), Some(left));
        }
    }
    refill
}

fn displaced(count: u64, trades: &[(&Large, usize)]) -> Displaced {
    let lags = Lags::new(trades, |look| look.moved);
    let sizes = sorted(trades, |trade| trade.size);
    let mut displaced = Displaced {
        displacement: lags.estimates,
        permanent: None,
        transient: None,
        half_life: None,
        permanent_per_share: None,
        transient_per_share: None,
    };
    if count < FEW_TRADES {
        return displaced;
    }
    let figures = lags.figures(|decay, left_out| {
        let size = sizes.middle(left_out)?;
        let (lasting, passing) = (decay.lasting, decay.passing);
        let half_life = decay.half_life;
        Some([lasting, passing, half_life, lasting / size, passing / size])
    });
    if let Some([lasting, passing, half_life, lasting_each, passing_each]) = figures {
        displaced.permanent = Some(lasting);
        displaced.transient = Some(passing);
        displaced.half_life = Some(half_life).filter(|_| passing.is_seen());
        displaced.permanent_per_share = Some(lasting_each);
        displaced.transient_per_share = Some(passing_each);
    }
    displaced
}
