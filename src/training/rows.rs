//! Price paths in the form in which rollouts take them: single precision, date by date.

use super::Watch;
use super::kernel::TILE;
use crate::market::{LANES, PathBlock, Paths, Sampling};
use crate::policy::features::{Features, PriceFeatures};
use crate::scenario::Scenario;
use rayon::prelude::*;
use std::ops::{ControlFlow, Range};

/// Paths and what the network's inputs take from them. Dates vary slowest: `x[k * paths + path]`.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Number of paths.
    pub paths: usize,
    /// Most trading dates `N` of a path.
    pub steps: usize,
    /// Unaffected prices, `[N + 1][paths]` (currency).
    pub spot: Vec<f32>,
    /// The network's moneyness, `[N][paths]` (no unit).
    pub moneyness: Vec<f32>,
    /// Position of the base hedge, `[N][paths]` (shares); 0 in the paper form.
    pub base: Vec<f32>,
    /// Black–Scholes value of what is owed, `[N][paths]` (currency); 0 in the paper form.
    pub anchor: Vec<f32>,
    /// The factors that are inputs, in their order and units, `[N][paths]` each.
    pub factors: Vec<Vec<f32>>,
    /// Which problem each tile of [`TILE`] paths belongs to; empty where all belong to the first.
    pub problems: Vec<usize>,
}

/// Most path-steps that are drawn at a time, so that what is kept between batches stays small.
const PART_STEPS: usize = 1 << 20;

/// Dates of one block of paths, before they are put side by side.
#[derive(Clone, Debug)]
struct Block {
    prices: PathBlock,
    features: Vec<[[f32; LANES]; 3]>,
}

/// Draws paths and computes their rows, on all threads; keeps its memory between batches.
#[derive(Clone, Debug)]
pub struct RowSource {
    steps: usize,
    step_length: f64,
    maturity: f64,
    features: Features,
    paths: Paths,
    blocks: Vec<Block>,
}

impl RowSource {
    /// A source of the paths of `scenario` under `sampling`.
    #[must_use]
    pub fn new(scenario: &Scenario, features: Features, sampling: Sampling) -> Self {
        Self::of_paths(scenario, features, Paths::new(scenario, sampling))
    }

    /// A source of the rows of any paths, for a hedger in `scenario`.
    #[must_use]
    pub fn of_paths(scenario: &Scenario, features: Features, paths: Paths) -> Self {
        Self {
            steps: paths.steps(),
            step_length: scenario.step_length(),
            maturity: scenario.contract.maturity,
            features,
            paths,
            blocks: Vec::new(),
        }
    }

    /// Fills `rows` with the paths `first..first + paths`.
    pub fn fill(&mut self, first: u64, paths: usize, rows: &mut Rows) {
        let _whole = self.fill_watched(first, paths, rows, &mut |_| ControlFlow::Continue(()));
    }

    /// The same in parts, between which `watch` is told the share that is done and may break off;
    /// the rows are then of no use.
    pub fn fill_watched(
        &mut self,
        first: u64,
        paths: usize,
        rows: &mut Rows,
        watch: &mut Watch<'_>,
    ) -> ControlFlow<()> {
        rows.resize(self.steps, paths, self.features.factors().count());
        self.fill_part(first, 0..paths, rows, watch)
    }

    /// Takes the paths of another scenario from now on.
    pub fn change(&mut self, scenario: &Scenario, features: Features, sampling: Sampling) {
        let blocks = std::mem::take(&mut self.blocks);
        *self = Self {
            blocks,
            ..Self::new(scenario, features, sampling)
        };
    }

    /// Fills `rows` with the paths `first..first + tiles·TILE` of each of `sources`, one after the
    /// other: a batch that mixes scenarios, whose networks see the same inputs.
    pub fn fill_mixed(sources: &mut [Self], first: u64, tiles: usize, rows: &mut Rows) {
        let steps = sources.iter().map(|source| source.steps).max();
        let factors = sources
            .iter()
            .map(|source| source.features.factors().count());
        let each = tiles * TILE;
        let paths = each * sources.len();
        rows.resize(steps.unwrap_or(0), paths, factors.max().unwrap_or(0));
        // Small parts are drawn side by side: however few paths each has, all threads have work.
        let small = sources.iter().all(|source| each <= source.at_once());
        if small {
            let sources = sources.par_iter_mut().with_max_len(1);
            sources.for_each(|source| source.draw(first, each.div_ceil(LANES)));
        }
        for (problem, source) in sources.iter_mut().enumerate() {
            let part = problem * each..(problem + 1) * each;
            if small {
                source.hand_over(part, rows);
            } else {
                let _whole =
                    source.fill_part(first, part, rows, &mut |_| ControlFlow::Continue(()));
            }
            rows.problems.extend(std::iter::repeat_n(problem, tiles));
        }
    }

    /// Fills a part of the rows with paths from `first` on.
    fn fill_part(
        &mut self,
        first: u64,
        part: Range<usize>,
        rows: &mut Rows,
        watch: &mut Watch<'_>,
    ) -> ControlFlow<()> {
        let (paths, most) = (part.len(), self.at_once());
        for start in (0..paths).step_by(most) {
            let count = most.min(paths - start);
            self.draw(first + start as u64, count.div_ceil(LANES));
            let from = part.start + start;
            self.hand_over(from..from + count, rows);
            watch((start + count) as f64 / paths as f64)?;
        }
        ControlFlow::Continue(())
    }

    /// Paths that are drawn at a time.
    fn at_once(&self) -> usize {
        (PART_STEPS / (LANES * self.steps)).clamp(1, 256) * LANES
    }

    /// Puts what was drawn into a part of the rows.
    fn hand_over(&self, part: Range<usize>, rows: &mut Rows) {
        for (block, at) in self.blocks.iter().zip(part.clone().step_by(LANES)) {
            rows.take(block, at, LANES.min(part.end - at), &self.features);
        }
    }

    fn draw(&mut self, first: u64, blocks: usize) {
        let steps = self.steps;
        while self.blocks.len() < blocks {
            self.blocks.push(Block {
                prices: PathBlock::new(steps),
                features: vec![[[0.0; LANES]; 3]; steps],
            });
        }
        let (features, paths) = (&self.features, &self.paths);
        let (maturity, step) = (self.maturity, self.step_length);
        let fill = |(number, block): (usize, &mut Block)| {
            paths.fill(first + (number * LANES) as u64, &mut block.prices);
            block.features.resize(steps, [[0.0; LANES]; 3]);
            block.see(features, maturity, step);
        };
        if blocks == 1 {
            self.blocks[..1].iter_mut().enumerate().for_each(fill);
        } else {
            let blocks = self.blocks[..blocks].par_iter_mut().enumerate();
            blocks.for_each(fill);
        }
    }
}

impl Block {
    fn see(&mut self, features: &Features, maturity: f64, step: f64) {
        let mut of_prices = PriceFeatures::ZERO;
        let dates = self.features.iter_mut().zip(self.prices.rows());
        for (k, (out, spot)) in dates.enumerate() {
            features.of_prices(maturity - k as f64 * step, spot, &mut of_prices);
            let from = [&of_prices.moneyness, &of_prices.base, &of_prices.anchor];
            for (out, from) in out.iter_mut().zip(from) {
                round(from, out);
            }
        }
    }
}

impl Rows {
    /// The problem of a tile.
    #[inline(always)]
    #[must_use]
    pub fn problem(&self, tile: usize) -> usize {
        self.problems.get(tile).copied().unwrap_or(0)
    }

    /// Neighbouring paths of one problem, and which, in their order.
    #[must_use]
    pub fn runs(&self) -> Vec<(Range<usize>, usize)> {
        let mut runs: Vec<(Range<usize>, usize)> = Vec::new();
        for first in (0..self.paths).step_by(TILE) {
            let (problem, end) = (self.problem(first / TILE), self.paths.min(first + TILE));
            match runs.last_mut() {
                Some((run, last)) if *last == problem => run.end = end,
                _ => runs.push((first..end, problem)),
            }
        }
        runs
    }

    /// Room for paths of one problem.
    fn resize(&mut self, steps: usize, paths: usize, factors: usize) {
        (self.steps, self.paths) = (steps, paths);
        self.problems.clear();
        self.factors.resize(factors, Vec::new());
        self.spot.resize((steps + 1) * paths, 0.0);
        let rows = [&mut self.moneyness, &mut self.base, &mut self.anchor];
        for row in rows.into_iter().chain(&mut self.factors) {
            row.resize(steps * paths, 0.0);
        }
    }

    /// Puts the first `count` paths of a block at path `at`.
    fn take(&mut self, block: &Block, at: usize, count: usize, features: &Features) {
        let paths = self.paths;
        let place = |k: usize| k * paths + at..k * paths + at + count;
        for (k, spot) in block.prices.rows().iter().enumerate() {
            round(&spot[..count], &mut self.spot[place(k)]);
        }
        for (k, [moneyness, base, anchor]) in block.features.iter().enumerate() {
            self.moneyness[place(k)].copy_from_slice(&moneyness[..count]);
            self.base[place(k)].copy_from_slice(&base[..count]);
            self.anchor[place(k)].copy_from_slice(&anchor[..count]);
        }
        let factors = block.prices.factors();
        for (to, (row, unit)) in self.factors.iter_mut().zip(features.factors()) {
            let Some(factor) = factors.get(row) else {
                continue;
            };
            for (k, from) in factor.rows[..block.features.len()].iter().enumerate() {
                round(
                    &from.map(|factor| factor / unit)[..count],
                    &mut to[place(k)],
                );
            }
        }
    }
}

/// To single precision.
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounding to single precision is what is asked for"
)]
fn round(from: &[f64], to: &mut [f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from as f32;
    }
}
