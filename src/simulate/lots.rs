//! Many scenarios at once: blocks of all of them side by side, each under its own rules.

use super::block;
use super::rules::Rules;
use crate::market::{LANES, PathBlock, Paths, Sampling};
use crate::policy::Policy;
use crate::scenario::Scenario;
use rayon::prelude::*;

/// A scenario among others, and how it is hedged.
#[derive(Clone, Copy)]
pub struct Lot<'a> {
    /// Whose rules and prices.
    pub scenario: &'a Scenario,
    /// Who decides.
    pub policy: &'a dyn Policy,
    /// Which paths.
    pub sampling: Sampling,
    /// How many.
    pub paths: usize,
}

/// Hedging errors (currency) of each lot's paths `0..paths`: what each would have by itself, bit for
/// bit, but however small the lots are, all threads have work.
#[must_use]
pub fn errors_of(lots: &[Lot<'_>]) -> Vec<Vec<f64>> {
    let grounds: Vec<(Rules, Paths)> = lots
        .iter()
        .map(|lot| {
            let paths = Paths::new(lot.scenario, lot.sampling);
            (Rules::of(lot.scenario), paths)
        })
        .collect();
    let mut errors: Vec<Vec<f64>> = lots.iter().map(|lot| vec![0.0; lot.paths]).collect();
    let blocks: Vec<(usize, usize, &mut [f64])> = errors
        .iter_mut()
        .enumerate()
        .flat_map(|(lot, errors)| {
            let blocks = errors.chunks_mut(LANES).enumerate();
            blocks.map(move |(number, errors)| (lot, number, errors))
        })
        .collect();
    let room = || PathBlock::new(0);
    let blocks = blocks.into_par_iter();
    blocks.for_each_init(room, |block, (lot, number, errors)| {
        let (rules, paths) = &grounds[lot];
        paths.fill((number * LANES) as u64, block);
        let ended = block::run(rules, lots[lot].policy, block);
        errors.copy_from_slice(&ended.errors[..errors.len()]);
    });
    errors
}
