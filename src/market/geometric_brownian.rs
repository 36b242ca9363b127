//! Geometric Brownian motion: `S_{k+1} = S_k·exp((μ − σ²/2)Δ + σ√Δ·Z)` (the paper's section on the
//! numerical experiments).

use super::{LANES, Sampling};
use crate::math::exp;
use crate::scenario::Scenario;
use multiversion::multiversion;
use rand_distr::{Distribution, StandardNormal};

/// Fills `rows` (`steps + 1` of them) with the prices of paths `first..first + LANES`.
pub(super) fn fill(
    scenario: &Scenario,
    sampling: &Sampling,
    first: u64,
    rows: &mut [[f64; LANES]],
) {
    draw_shocks(sampling, first, rows);
    let market = &scenario.market;
    let step = scenario.step_length();
    let trend = (market.drift - 0.5 * market.volatility * market.volatility) * step;
    let scale = market.volatility * step.sqrt();
    advance(market.spot, trend, scale, rows);
}

/// Turns shocks into prices: a row holds the shocks that lead to the next date, then this date's
/// prices.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn advance(spot: f64, trend: f64, scale: f64, rows: &mut [[f64; LANES]]) {
    let mut price = [spot; LANES];
    for row in rows.iter_mut() {
        for (price, entry) in price.iter_mut().zip(row.iter_mut()) {
            let shock = *entry;
            *entry = *price;
            *price *= exp(scale.mul_add(shock, trend));
        }
    }
}

/// Standard normal shocks, date by date for each path from its own stream; row `k` leads from date
/// `k` to date `k + 1`, and the last row stays unused.
fn draw_shocks(sampling: &Sampling, first: u64, rows: &mut [[f64; LANES]]) {
    let dates = rows.len() - 1;
    for lane in 0..LANES {
        let (mut stream, sign) = sampling.stream(first + lane as u64);
        for row in &mut rows[..dates] {
            let shock: f64 = StandardNormal.sample(&mut stream);
            row[lane] = sign * shock;
        }
    }
    rows[dates] = [0.0; LANES];
}

#[cfg(test)]
mod tests {
    use crate::market::{Paths, Sampling};
    use crate::presets;

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
}
