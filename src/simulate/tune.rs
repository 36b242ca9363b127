//! Parameters of the bands, found by trying them on paths of their own.
//!
//! A scan of the risk aversion on few paths, then a search on all of them that halves its steps.
//! Every candidate meets the same paths, which evaluation never uses, so that the answer depends on
//! the scenario alone: the same bits for any number of threads.

use super::block;
use super::rules::Rules;
use crate::market::{LANES, PathBlock, Paths, Sampling};
use crate::outcome::Goal;
use crate::policy::{Band, Policy, SoftBand, Tuned};
use crate::scenario::{Scenario, Strategy};
use crate::units::Purpose;
use rayon::prelude::*;
use std::cell::Cell;
use std::ops::ControlFlow;

/// Path-steps on which a candidate is tried.
const PATH_STEPS: usize = 32_768;
/// Fewest and most paths, whatever the number of steps.
const FEWEST: usize = 2 * LANES;
const MOST: usize = 4096;
/// Share of the paths that the first scan uses, as one over this.
const SCAN: usize = 4;
/// Factor between two risk aversions of the scan.
const STRIDE: f64 = 4.0;
/// Candidates on either side of the guess before the scan follows the better side.
const WIDE: i32 = 3;
/// Farthest that the scan goes, in strides.
const FARTHEST: i32 = 40;
/// Steps of the search: logarithm of the risk aversion, volatility factor.
const FIRST_STEP: [f64; 2] = [0.7, 0.15];
/// Times that the steps are halved.
const HALVINGS: usize = 3;
/// Between these the volatility factor is looked for.
const FACTORS: (f64, f64) = (0.5, 3.0);

/// Tunes those of `strategies` that have parameters to tune; the others' stay at
/// [`Tuned::GUESS`]. A parameter that the scenario gives is kept.
#[must_use]
pub fn tune(scenario: &Scenario, strategies: &[Strategy]) -> Tuned {
    tune_on(scenario, strategies, paths(scenario))
}

/// The same; `None` once `go_on`, asked before each try, says no.
#[must_use]
pub fn tune_watched(
    scenario: &Scenario,
    strategies: &[Strategy],
    go_on: &mut dyn FnMut() -> ControlFlow<()>,
) -> Option<Tuned> {
    let stopped = Cell::new(false);
    let tuned = try_on(scenario, strategies, paths(scenario), &mut || {
        stopped.set(stopped.get() || go_on().is_break());
        !stopped.get()
    });
    (!stopped.get()).then_some(tuned)
}

/// Paths on which candidates are tried.
fn paths(scenario: &Scenario) -> usize {
    (PATH_STEPS / scenario.steps).clamp(FEWEST, MOST)
}

/// Whether [`tune`] has anything to find.
#[must_use]
pub fn needs_tuning(scenario: &Scenario, strategies: &[Strategy]) -> bool {
    Free::of(scenario, strategies) != Free::default()
}

/// [`tune`] on so many paths (rounded up to whole blocks).
#[must_use]
pub fn tune_on(scenario: &Scenario, strategies: &[Strategy], paths: usize) -> Tuned {
    try_on(scenario, strategies, paths, &mut || true)
}

/// [`tune_on`] while it is `wanted`; what comes of it is of no use once it is not.
fn try_on(
    scenario: &Scenario,
    strategies: &[Strategy],
    paths: usize,
    wanted: &mut dyn FnMut() -> bool,
) -> Tuned {
    let mut tuned = Tuned::GUESS;
    let free = Free::of(scenario, strategies);
    if free == Free::default() {
        return tuned;
    }
    let ground = Ground::new(scenario, paths);
    let mut objective = |policy: &dyn Policy, share| {
        if wanted() {
            ground.objective(policy, share)
        } else {
            f64::INFINITY
        }
    };
    if free.band {
        let at = |[a, _]: [f64; 2]| Tuned {
            band: a.exp(),
            ..tuned
        };
        let found = search([true, false], &mut |point, share| {
            let aversion = at(point).band_in(scenario);
            objective(&Band::new(scenario, aversion), share)
        });
        tuned = at(found);
    }
    if free.soft_band != [false; 2] {
        let at = |[a, v]: [f64; 2]| Tuned {
            soft_band: a.exp(),
            volatility_factor: v,
            ..tuned
        };
        let found = search(free.soft_band, &mut |point, share| {
            let settings = at(point).soft_band_in(scenario);
            objective(&SoftBand::new(scenario, settings), share)
        });
        tuned = at(found);
    }
    tuned
}

/// What is to be found: the strategy is wanted and the scenario does not give it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Free {
    band: bool,
    /// Risk aversion and volatility factor.
    soft_band: [bool; 2],
}

impl Free {
    fn of(scenario: &Scenario, strategies: &[Strategy]) -> Self {
        let given = &scenario.strategies;
        let soft_band = strategies.contains(&Strategy::SoftBand);
        Self {
            band: strategies.contains(&Strategy::Band) && given.band_risk_aversion.is_none(),
            soft_band: [
                soft_band && given.soft_band_risk_aversion.is_none(),
                soft_band && given.soft_band_volatility_factor.is_none(),
            ],
        }
    }
}

/// The paths on which candidates are tried.
struct Ground {
    rules: Rules,
    blocks: Vec<PathBlock>,
    goal: Goal,
}

impl Ground {
    fn new(scenario: &Scenario, paths: usize) -> Self {
        let sampling = Sampling {
            purpose: Purpose::Tuning,
            ..Sampling::evaluation(scenario.seed)
        };
        let source = Paths::new(scenario, sampling);
        let draw = |number: usize| {
            let mut block = PathBlock::new(scenario.steps);
            source.fill((number * LANES) as u64, &mut block);
            block
        };
        Self {
            rules: Rules::of(scenario),
            blocks: (0..paths.div_ceil(LANES))
                .into_par_iter()
                .map(draw)
                .collect(),
            goal: Goal::of(scenario),
        }
    }

    /// The objective on the first of `share` parts of the paths; infinite where it is undefined.
    fn objective(&self, policy: &dyn Policy, share: usize) -> f64 {
        let blocks = &self.blocks[..self.blocks.len().div_ceil(share)];
        let errors: Vec<[f64; LANES]> = blocks
            .par_iter()
            .map(|paths| block::run(&self.rules, policy, paths).errors)
            .collect();
        let value = self.goal.value(errors.as_flattened());
        if value.is_nan() { f64::INFINITY } else { value }
    }
}

/// The lowest place found (logarithm of the risk aversion, volatility factor), moving from the guess
/// only where it is `free`; `value` is told how large a share of the paths to use.
fn search(free: [bool; 2], value: &mut dyn FnMut([f64; 2], usize) -> f64) -> [f64; 2] {
    let mut best = [0.0, 1.0];
    if free[0] {
        best[0] = scan(best[0], &mut |a| value([a, best[1]], SCAN));
    }
    descend(best, free, &mut |point| value(point, 1))
}

/// The best of a row of places, [`STRIDE`] apart, that goes on where it still gets better.
fn scan(middle: f64, value: &mut dyn FnMut(f64) -> f64) -> f64 {
    let at = |i: i32| f64::from(i).mul_add(STRIDE.ln(), middle);
    let mut best = (value(middle), 0);
    for i in (1..=WIDE).flat_map(|i| [i, -i]) {
        let found = value(at(i));
        if found < best.0 {
            best = (found, i);
        }
    }
    while best.1.abs() >= WIDE && best.1.abs() < FARTHEST {
        let next = best.1 + best.1.signum();
        let found = value(at(next));
        if found >= best.0 {
            break;
        }
        best = (found, next);
    }
    at(best.1)
}

/// Tries a step either way along each axis, takes what is better, halves the steps where nothing is.
fn descend(start: [f64; 2], free: [bool; 2], value: &mut dyn FnMut([f64; 2]) -> f64) -> [f64; 2] {
    let (mut best, mut step) = ((value(start), start), FIRST_STEP);
    for _ in 0..HALVINGS {
        let mut moved = true;
        while moved {
            moved = false;
            for axis in (0..2).filter(|axis| free[*axis]) {
                for way in [1.0, -1.0] {
                    let mut point = best.1;
                    point[axis] += way * step[axis];
                    point[1] = point[1].clamp(FACTORS.0, FACTORS.1);
                    let found = value(point);
                    if found < best.0 {
                        best = (found, point);
                        moved = true;
                        break;
                    }
                }
            }
        }
        step = step.map(|step| 0.5 * step);
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;

    #[test]
    fn a_tuning_that_is_not_wanted_any_more_stops_at_the_next_try() {
        let scenario = presets::built_in("paper-month").unwrap();
        let strategies = [Strategy::Band, Strategy::SoftBand];
        let run = |most: usize| {
            let mut tries = 0;
            let tuned = tune_watched(&scenario, &strategies, &mut || {
                tries += 1;
                if tries > most {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            (tuned, tries)
        };
        let (whole, tries) = run(usize::MAX);
        assert_eq!(whole, Some(tune(&scenario, &strategies)));
        assert!(tries > 20);
        assert!(run(5).0.is_none());
    }
}
