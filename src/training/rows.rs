//! Price paths in the form in which rollouts take them: single precision, date by date.

use super::Watch;
use crate::market::{LANES, PathBlock, Paths, Sampling};
use crate::policy::features::{Features, PriceFeatures};
use crate::scenario::Scenario;
use rayon::prelude::*;
use std::ops::ControlFlow;

/// Paths and what the network's inputs take from them. Dates vary slowest: `x[k * paths + path]`.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// Number of paths.
    pub paths: usize,
    /// Unaffected prices, `[N + 1][paths]` (currency).
    pub spot: Vec<f32>,
    /// The network's moneyness, `[N][paths]` (no unit).
    pub moneyness: Vec<f32>,
    /// Position of the base hedge, `[N][paths]` (shares); 0 in the paper form.
    pub base: Vec<f32>,
    /// Black–Scholes value of what is owed, `[N][paths]` (currency); 0 in the paper form.
    pub anchor: Vec<f32>,
}

/// Most path-steps that are drawn at a time, so that what is kept between batches stays small.
const PART_STEPS: usize = 1 << 20;

/// Numbers that one path-step takes in [`Rows`].
pub const NUMBERS_PER_STEP: usize = 4;

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
        Self {
            steps: scenario.steps,
            step_length: scenario.step_length(),
            maturity: scenario.contract.maturity,
            features,
            paths: Paths::new(scenario, sampling),
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
        let steps = self.steps;
        rows.resize(steps, paths);
        let part = (PART_STEPS / (LANES * steps)).clamp(1, 256) * LANES;
        for start in (0..paths).step_by(part) {
            let count = part.min(paths - start);
            self.draw(first + start as u64, count.div_ceil(LANES));
            for (number, block) in self.blocks[..count.div_ceil(LANES)].iter().enumerate() {
                let at = start + number * LANES;
                rows.take(block, at, LANES.min(paths - at), steps);
            }
            watch((start + count) as f64 / paths as f64)?;
        }
        ControlFlow::Continue(())
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
    fn resize(&mut self, steps: usize, paths: usize) {
        self.paths = paths;
        self.spot.resize((steps + 1) * paths, 0.0);
        for row in [&mut self.moneyness, &mut self.base, &mut self.anchor] {
            row.resize(steps * paths, 0.0);
        }
    }

    /// Puts the first `count` paths of a block at path `at`.
    fn take(&mut self, block: &Block, at: usize, count: usize, steps: usize) {
        for (k, spot) in block.prices.rows().iter().enumerate() {
            let start = k * self.paths + at;
            round(&spot[..count], &mut self.spot[start..start + count]);
            if k < steps {
                let [moneyness, base, anchor] = &block.features[k];
                self.moneyness[start..start + count].copy_from_slice(&moneyness[..count]);
                self.base[start..start + count].copy_from_slice(&base[..count]);
                self.anchor[start..start + count].copy_from_slice(&anchor[..count]);
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
