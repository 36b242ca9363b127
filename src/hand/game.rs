//! One path, hedged by hand.
//!
//! The whole path is drawn when a game starts, for the ledger must be that of any other episode. It
//! stays inside: **nothing that a game gives away depends on a price after its present date.**

use super::Challenge;
use super::outcome::{self, Outcome};
use super::rivals::Rivals;
use crate::episode::{Bounds, Episode, LedgerLine, Settlement};
use crate::market::{Path, Paths, Sampling};
use crate::order_book::{Cost, Memory, OrderBook};
use crate::scenario::Scenario;
use crate::units::{FieldError, plain};
use serde::Serialize;
use std::fmt;

/// A path of a challenge and the positions that were chosen on it so far.
pub struct Game {
    challenge: Challenge,
    number: u64,
    /// Every price; those after the present date are nobody's business.
    path: Path,
    positions: Vec<f64>,
}

/// What is known at the present date.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// Name of the challenge.
    pub challenge: String,
    /// Number of the path, from 1.
    pub path: u64,
    /// How many paths there are.
    pub paths: u64,
    /// Dates on which one trades.
    pub steps: usize,
    /// The present date `k`; `steps` at maturity.
    pub step: usize,
    /// `t_k` (years).
    pub time: f64,
    /// `T − t_k` (years).
    pub remaining: f64,
    /// Mid prices that were shown, up to the present (currency): `S_0 … S_k` where trades leave the mid.
    pub prices: Vec<f64>,
    /// Unaffected price `S_k` (currency).
    pub spot: f64,
    /// What was done at each date before.
    pub ledger: Vec<LedgerLine>,
    /// Shares held.
    pub position: f64,
    /// Cash, interest included (currency).
    pub cash: f64,
    /// Portfolio value if liquidated now, the option aside (currency).
    pub value: f64,
    /// Shares taken from each side and not yet refilled.
    pub memory: Memory,
    /// What all trades cost so far, by cause (currency).
    pub cost: Cost,
    /// Smallest position allowed now (shares).
    pub lowest: f64,
    /// Largest position allowed now (shares).
    pub highest: f64,
}

impl Game {
    /// Path `number` of a challenge, from the first date on.
    ///
    /// # Errors
    /// When the challenge has no path of this number.
    pub fn start(challenge: &Challenge, number: u64) -> Result<Self, FieldError> {
        if !(1..=challenge.paths()).contains(&number) {
            let allowed = format!("1 to {}", challenge.paths());
            return Err(FieldError::new("path", number, allowed));
        }
        let sampling = Sampling::evaluation(challenge.seed());
        Ok(Self {
            challenge: challenge.clone(),
            number,
            path: Paths::new(challenge.scenario(), sampling).path(number),
            positions: Vec::new(),
        })
    }

    /// The challenge that it is a path of.
    #[must_use]
    pub fn challenge(&self) -> &Challenge {
        &self.challenge
    }

    /// What is hedged.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        self.challenge.scenario()
    }

    /// Number of the path: that of the simulation under the seed of the challenge.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The positions chosen so far (shares).
    #[must_use]
    pub fn positions(&self) -> &[f64] {
        &self.positions
    }

    /// The present date `k`.
    #[must_use]
    pub fn step(&self) -> usize {
        self.positions.len()
    }

    /// Whether maturity is reached.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.step() == self.scenario().steps
    }

    /// All that is known now.
    #[must_use]
    pub fn seen(&self) -> Seen {
        let (scenario, step) = (self.scenario(), self.step());
        let episode = self.episode();
        // As if it ended here: the same amounts, at the present price.
        let now = episode.settle();
        let (lowest, highest) = self.range(now.position);
        let time = step as f64 * scenario.step_length();
        let before = episode.ledger().iter();
        let before = before.map(|line| line.mid.unwrap_or(line.spot));
        let shown = before.chain([now.mid.unwrap_or(now.spot)]);
        Seen {
            challenge: self.challenge.name().to_owned(),
            path: self.number,
            paths: self.challenge.paths(),
            steps: scenario.steps,
            step,
            time,
            remaining: (scenario.contract.maturity - time).max(0.0),
            prices: shown.collect(),
            spot: now.spot,
            ledger: episode.ledger().to_vec(),
            position: now.position,
            cash: now.cash,
            value: now.value,
            memory: now.memory,
            cost: outcome::cost(episode.ledger()),
            lowest,
            highest,
        }
    }

    /// What trading `size` shares (positive buys) costs at present, by cause.
    #[must_use]
    pub fn cost_of(&self, size: f64) -> Cost {
        let now = self.episode().settle();
        OrderBook::of(self.scenario()).cost(now.spot, size, now.memory)
    }

    /// What would stand in the ledger if this position were taken now.
    ///
    /// # Errors
    /// When it may not be taken: see [`Game::commit`].
    pub fn preview(&self, position: f64) -> Result<LedgerLine, FieldError> {
        let mut episode = self.episode();
        self.check(position, episode.settle().position)?;
        episode.trade_to(position);
        let line = episode.ledger().get(self.step()).copied();
        line.ok_or_else(|| over(position))
    }

    /// Takes a position and moves on to the next date, for good.
    ///
    /// # Errors
    /// When the position is no number, beyond the limits of the scenario or out of all proportion to
    /// the contract, or when maturity is reached; nothing is done then.
    pub fn commit(&mut self, position: f64) -> Result<(), FieldError> {
        self.preview(position)?;
        self.positions.push(position);
        Ok(())
    }

    /// What came of it, beside the strategies on the same path; `None` before maturity.
    #[must_use]
    pub fn finish(&self, rivals: &Rivals) -> Option<Outcome> {
        let end = self.settlement()?;
        let episode = self.episode();
        Some(Outcome::of(rivals, &self.path, episode.ledger(), &end))
    }

    /// How the hedge ended; `None` before maturity.
    #[must_use]
    pub fn settlement(&self) -> Option<Settlement> {
        self.is_over().then(|| self.episode().settle())
    }

    /// The episode up to the present date. It holds the whole path, and must not leave this file.
    fn episode(&self) -> Episode<'_> {
        let mut episode = Episode::start(self.scenario(), &self.path);
        for position in &self.positions {
            episode.trade_to(*position);
        }
        episode
    }

    /// Smallest and largest position that may be taken from `position`.
    fn range(&self, position: f64) -> (f64, f64) {
        let bounds = Bounds::of(self.scenario());
        let most = self.scenario().largest_holding();
        let nearest = |target| bounds.nearest(position, target);
        (nearest(-most), nearest(most))
    }

    fn check(&self, wanted: f64, held: f64) -> Result<(), FieldError> {
        if self.is_over() {
            return Err(over(wanted));
        }
        let (lowest, highest) = self.range(held);
        if (lowest..=highest).contains(&wanted) {
            return Ok(());
        }
        let allowed = format!("{} to {} (shares)", plain(lowest), plain(highest));
        Err(FieldError::new("position", plain(wanted), allowed))
    }
}

fn over(position: f64) -> FieldError {
    let allowed = "nothing more: the option is at maturity";
    FieldError::new("position", plain(position), allowed)
}

/// Tells what is known, and no more.
impl fmt::Debug for Game {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.seen().fmt(out)
    }
}
