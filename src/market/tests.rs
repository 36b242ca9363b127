//! The laws of the paths, and what a source with a factor has to do.

use super::*;
use crate::presets;

/// Scenarios of a process, short steps and long ones, with paths in pairs and without.
pub(super) fn blocks(process: &str, changes: &[(&str, &str)]) -> Vec<(Scenario, Sampling)> {
    let of = |(steps, antithetic): (&str, bool)| {
        let own = [("market.process", process), ("steps", steps)];
        let scenario = presets::built_in("paper-year").unwrap();
        let scenario = scenario.with(own.into_iter().chain(changes.iter().copied()));
        let sampling = Sampling {
            antithetic,
            ..Sampling::evaluation(11)
        };
        (scenario.unwrap(), sampling)
    };
    [("250", false), ("250", true), ("3", false)].map(of).into()
}

/// A block of a source, from its second block of paths on.
pub(super) fn filled(source: &dyn PathSource, sampling: &Sampling) -> PathBlock {
    let mut block = PathBlock::new(0);
    block.shape(source.steps(), source.factors());
    source.fill(sampling, LANES as u64, &mut block);
    block
}

/// Whether two tables hold the same numbers, and numbers at all.
pub(super) fn same_bits(one: &[[f64; LANES]], other: &[[f64; LANES]]) {
    assert_eq!(one.len(), other.len());
    for (a, b) in one.iter().flatten().zip(other.iter().flatten()) {
        assert!(a.is_finite() && *a >= 0.0, "{a}");
        assert_eq!(a.to_bits(), b.to_bits(), "{a} {b}");
    }
}

#[test]
fn log_returns_have_the_mean_and_spread_of_the_model() {
    let scenario = presets::built_in("paper-month").unwrap();
    let paths = Paths::new(&scenario, Sampling::evaluation(3));
    let (step, vol) = (scenario.step_length(), scenario.market.volatility);
    let returns: Vec<f64> = (0..4000)
        .flat_map(|number| {
            let path = paths.path(number);
            path.windows(2)
                .map(|w| (w[1] / w[0]).ln())
                .collect::<Vec<_>>()
        })
        .collect();
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / n;
    let trend = (scenario.market.drift - 0.5 * vol * vol) * step;
    let (mean_se, variance_se) = (
        (vol * vol * step / n).sqrt(),
        vol * vol * step * (2.0 / n).sqrt(),
    );
    assert!((mean - trend).abs() < 4.0 * mean_se);
    assert!((variance - vol * vol * step).abs() < 4.0 * variance_se);
}

#[test]
fn antithetic_paths_come_in_pairs_of_opposite_shocks() {
    let scenario = presets::built_in("paper-year").unwrap();
    let sampling = Sampling {
        antithetic: true,
        ..Sampling::evaluation(3)
    };
    let paths = Paths::new(&scenario, sampling);
    let (up, down) = (paths.path(10), paths.path(11));
    let vol = scenario.market.volatility;
    let trend = (scenario.market.drift - 0.5 * vol * vol) * scenario.step_length();
    for (k, (u, d)) in up.iter().zip(&down).enumerate() {
        let product = (u / 1000.0).ln() + (d / 1000.0).ln();
        assert!((product - 2.0 * trend * k as f64).abs() < 1e-12);
    }
}

#[test]
fn neighbouring_paths_and_other_seeds_are_uncorrelated() {
    let scenario = presets::built_in("paper-year").unwrap();
    let terminal = |seed: u64, number: u64| {
        let path = Paths::new(&scenario, Sampling::evaluation(seed)).path(number);
        (path[path.len() - 1] / path[0]).ln()
    };
    let n = 4000u64;
    let correlation = |pairs: Vec<(f64, f64)>| {
        let count = pairs.len() as f64;
        let mean = |f: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(f).sum::<f64>() / count;
        let (mx, my) = (mean(&|p| p.0), mean(&|p| p.1));
        let cov = mean(&|p| (p.0 - mx) * (p.1 - my));
        let (vx, vy) = (mean(&|p| (p.0 - mx).powi(2)), mean(&|p| (p.1 - my).powi(2)));
        cov / (vx * vy).sqrt()
    };
    let limit = 4.0 / (n as f64).sqrt();
    let neighbours = correlation(
        (0..n)
            .map(|i| (terminal(1, i), terminal(1, i + 1)))
            .collect(),
    );
    let seeds = correlation((0..n).map(|i| (terminal(1, i), terminal(2, i))).collect());
    assert!(neighbours.abs() < limit && seeds.abs() < limit);
}

/// A price that stands still beside a variance that counts dates, with data of its own.
#[derive(Debug)]
struct Counting {
    levels: Arc<[f64]>,
}

impl PathSource for Counting {
    fn steps(&self) -> usize {
        self.levels.len() - 1
    }

    fn factors(&self) -> &'static [&'static str] {
        &["variance"]
    }

    fn fill(&self, _sampling: &Sampling, first: u64, block: &mut PathBlock) {
        let (prices, factors) = block.parts_mut();
        for (k, (prices, variance)) in prices.iter_mut().zip(&mut factors[0].rows).enumerate() {
            for lane in 0..LANES {
                prices[lane] = (first + lane as u64) as f64;
                variance[lane] = self.levels[k];
            }
        }
    }
}

#[test]
fn a_source_with_a_factor_fills_a_row_of_it_for_each_row_of_prices() {
    let levels = Arc::from([0.1, 0.2, 0.3]);
    let paths = Paths::from_source(Arc::new(Counting { levels }), Sampling::evaluation(1));
    // The block comes from another source, of another shape.
    let scenario = presets::built_in("paper-year").unwrap();
    let mut block = PathBlock::new(1);
    Paths::new(&scenario, Sampling::evaluation(1)).fill(0, &mut block);
    assert!(block.factors().is_empty() && block.rows().len() == 13);
    paths.fill(64, &mut block);
    assert_eq!(block.factors().len(), 1);
    assert_eq!(block.factors()[0].name, "variance");
    let variances: Vec<f64> = block.factors()[0].rows.iter().map(|row| row[5]).collect();
    assert_eq!(variances, [0.1, 0.2, 0.3]);
    assert_eq!(block.rows()[2][7], 71.0);
    assert_eq!(paths.path(130), [130.0; 3]);
}
