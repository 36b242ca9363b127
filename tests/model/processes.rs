//! The price processes against what is known of them without any simulation: expected prices, variances,
//! option prices by characteristic function, autocorrelations; and that a path is the same wherever and
//! however it is drawn.

use hedgelab::contract::Heston;
use hedgelab::market::{LANES, PathBlock, Paths, Sampling, usual_factors};
use hedgelab::policy::network::{layer_widths, weight_count};
use hedgelab::policy::{Base, LearnedPolicy, Policy, Tuned, build, conditioned};
use hedgelab::presets;
use hedgelab::scenario::{Parameters, Process, Scenario, Strategy};
use hedgelab::simulate::{replay, simulate};
use hedgelab::training::fused;
use rayon::prelude::*;

const PROCESSES: [&str; 4] = ["geometric_brownian", "merton", "heston", "gjr_garch"];

fn year(changes: &[(&str, &str)]) -> Scenario {
    let scenario = presets::built_in("paper-year").unwrap();
    scenario.with(changes.iter().copied()).unwrap()
}

fn under(process: &str, changes: &[(&str, &str)]) -> Scenario {
    let process = [("market.process", process)];
    year(&process.iter().chain(changes).copied().collect::<Vec<_>>())
}

/// Mean and standard error of a function of paths, given as `(prices, factors)` of a block and a lane.
fn mean(
    scenario: &Scenario,
    sampling: Sampling,
    count: usize,
    of: &(dyn Fn(&PathBlock, usize) -> f64 + Sync),
) -> (f64, f64) {
    let paths = Paths::new(scenario, sampling);
    let sums: Vec<[f64; 2]> = (0..count / LANES)
        .into_par_iter()
        .map(|number| {
            let mut block = PathBlock::new(scenario.steps);
            paths.fill((number * LANES) as u64, &mut block);
            let values = (0..LANES).map(|lane| of(&block, lane));
            values.fold([0.0, 0.0], |[s, q], x| [s + x, q + x * x])
        })
        .collect();
    let n = (count / LANES * LANES) as f64;
    let sum = |i: usize| sums.iter().map(|part| part[i]).sum::<f64>() / n;
    let (mean, square) = (sum(0), sum(1));
    (mean, ((square - mean * mean) / n).sqrt())
}

fn last(block: &PathBlock, lane: usize) -> f64 {
    block.rows()[block.rows().len() - 1][lane]
}

fn within(found: (f64, f64), wanted: f64, what: &str) {
    let (value, error) = found;
    let apart = (value - wanted) / error;
    assert!(
        apart.abs() < 4.0,
        "{what}: {value} ± {error} against {wanted}, {apart:.1} standard errors"
    );
}

#[test]
fn the_expected_price_is_that_of_the_drift() {
    // Violent markets too: where the variance comes down to 0, with many jumps, with long memory.
    let cases: [(&str, &[(&str, &str)]); 7] = [
        ("geometric_brownian", &[]),
        ("merton", &[]),
        (
            "merton",
            &[
                ("market.jump_intensity", "30"),
                ("market.jump_mean", "0.02"),
            ],
        ),
        ("heston", &[]),
        (
            "heston",
            &[
                ("market.volatility_of_variance", "1.2"),
                ("market.correlation", "0.6"),
            ],
        ),
        ("gjr_garch", &[]),
        (
            "gjr_garch",
            &[
                ("market.variance_asymmetry", "0.04"),
                ("market.variance_persistence", "0.94"),
            ],
        ),
    ];
    for (process, changes) in cases {
        for (maturity, steps) in [("0.1", "25"), ("1", "12"), ("3", "60")] {
            let calendar = [("contract.maturity", maturity), ("steps", steps)];
            let scenario = under(process, changes).with(calendar).unwrap();
            let market = &scenario.market;
            let wanted = market.spot * (market.drift * scenario.contract.maturity).exp();
            let found = mean(&scenario, Sampling::evaluation(5), 200_000, &last);
            within(
                found,
                wanted,
                &format!("{process} {changes:?} over {maturity}"),
            );
        }
    }
}

#[test]
fn antithetic_pairs_have_the_same_mean_and_vary_less() {
    for process in PROCESSES {
        let scenario = under(process, &[]);
        let market = &scenario.market;
        let wanted = market.spot * market.drift.exp();
        let pairs = Sampling {
            antithetic: true,
            ..Sampling::evaluation(5)
        };
        let of_pair = |block: &PathBlock, lane: usize| {
            let first = lane / 2 * 2;
            0.5 * (last(block, first) + last(block, first + 1))
        };
        // Each pair counts twice, which the error has to be told.
        let (value, error) = mean(&scenario, pairs, 60_000, &of_pair);
        let error = error * 2.0_f64.sqrt();
        within((value, error), wanted, process);
        let (_, alone) = mean(&scenario, Sampling::evaluation(5), 60_000, &last);
        assert!(error < 0.7 * alone, "{process}: {error} against {alone}");
    }
}

#[test]
fn the_logarithm_of_a_price_with_jumps_has_mertons_variance() {
    for changes in [
        &[][..],
        &[("market.jump_intensity", "6"), ("steps", "3")][..],
    ] {
        let scenario = under("merton", changes);
        let market = &scenario.market;
        let log = |block: &PathBlock, lane: usize| (last(block, lane) / market.spot).ln();
        let (centre, _) = mean(&scenario, Sampling::evaluation(2), 300_000, &log);
        let square = |block: &PathBlock, lane: usize| (log(block, lane) - centre).powi(2);
        let found = mean(&scenario, Sampling::evaluation(2), 300_000, &square);
        within(found, market.long_run_volatility().powi(2), "variance");
    }
}

/// Black–Scholes, written down anew.
fn black_scholes(spot: f64, strike: f64, rate: f64, years: f64, variance: f64) -> f64 {
    let cdf = |x: f64| 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
    let width = (variance * years).sqrt();
    let ahead = (spot / strike).ln() + rate * years;
    let up = ahead / width + 0.5 * width;
    spot * cdf(up) - strike * (-rate * years).exp() * cdf(up - width)
}

/// Expected payoff of a call by Merton's series: Black–Scholes for each number of jumps.
fn merton_call(scenario: &Scenario, strike: f64) -> f64 {
    let (market, years) = (&scenario.market, scenario.contract.maturity);
    let expected = market.jump_intensity * (1.0 + market.expected_jump()) * years;
    let compensator = market.jump_intensity * market.expected_jump();
    let step = (1.0 + market.expected_jump()).ln();
    let mut probability = (-expected).exp();
    let mut sum = 0.0;
    for n in 0..80 {
        let count = f64::from(n);
        let variance = market.volatility.powi(2) + count * market.jump_deviation.powi(2) / years;
        let rate = market.drift - compensator + count * step / years;
        sum += probability * black_scholes(market.spot, strike, rate, years, variance);
        probability *= expected / (count + 1.0);
    }
    sum * (market.drift * years).exp()
}

fn call(strike: f64) -> impl Fn(&PathBlock, usize) -> f64 + Sync {
    move |block, lane| (last(block, lane) - strike).max(0.0)
}

#[test]
fn calls_under_jumps_cost_what_mertons_series_says() {
    let cases: [&[(&str, &str)]; 2] = [
        &[],
        &[
            ("market.volatility", "0.15"),
            ("market.jump_intensity", "4"),
            ("market.jump_mean", "-0.08"),
            ("contract.maturity", "0.4"),
        ],
    ];
    for changes in cases {
        let scenario = under("merton", changes);
        for strike in [800.0, 1000.0, 1200.0] {
            let found = mean(&scenario, Sampling::evaluation(8), 400_000, &call(strike));
            let wanted = merton_call(&scenario, strike);
            within(found, wanted, &format!("{changes:?} {strike}"));
        }
    }
}

/// A complex number.
type Complex = (f64, f64);

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

fn over(a: Complex, b: Complex) -> Complex {
    let size = b.0 * b.0 + b.1 * b.1;
    (
        (a.0 * b.0 + a.1 * b.1) / size,
        (a.1 * b.0 - a.0 * b.1) / size,
    )
}

fn root(a: Complex) -> Complex {
    let size = a.0.hypot(a.1);
    let real = (0.5 * (size + a.0)).sqrt();
    let imaginary = (0.5 * (size - a.0)).sqrt();
    (real, imaginary.copysign(a.1))
}

fn exponential(a: Complex) -> Complex {
    let size = a.0.exp();
    (size * a.1.cos(), size * a.1.sin())
}

fn logarithm(a: Complex) -> Complex {
    (a.0.hypot(a.1).ln(), a.1.atan2(a.0))
}

/// `E[e^{iu·ln(S_T/S_0) − iuμT}]` under Heston's process, as H. Albrecher and others write it, *The little
/// Heston trap*, 2007; `u` complex.
fn heston_transform(scenario: &Scenario, u: Complex) -> Complex {
    let (market, years) = (&scenario.market, scenario.contract.maturity);
    let (kappa, theta, xi, rho) = (
        market.mean_reversion,
        market.long_run_variance,
        market.volatility_of_variance,
        market.correlation,
    );
    let iu = (-u.1, u.0);
    let b = (kappa - rho * xi * iu.0, -rho * xi * iu.1);
    let square = times(iu, iu);
    // d² = b² + ξ²(iu + u²), u² = −(iu)².
    let inside = (iu.0 - square.0, iu.1 - square.1);
    let b2 = times(b, b);
    let d = root((b2.0 + xi * xi * inside.0, b2.1 + xi * xi * inside.1));
    let low = (b.0 - d.0, b.1 - d.1);
    let g = over(low, (b.0 + d.0, b.1 + d.1));
    let fading = exponential((-d.0 * years, -d.1 * years));
    let ge = times(g, fading);
    let first = (1.0 - ge.0, -ge.1);
    let log = logarithm(over(first, (1.0 - g.0, -g.1)));
    let part = over((1.0 - fading.0, -fading.1), first);
    let of_variance = times(low, part);
    let weight = kappa * theta / (xi * xi);
    let variance = market.initial_variance / (xi * xi);
    exponential((
        weight * (low.0 * years - 2.0 * log.0) + variance * of_variance.0,
        weight * (low.1 * years - 2.0 * log.1) + variance * of_variance.1,
    ))
}

/// Expected payoff of a call: A. Lewis, *A simple option formula for general jump-diffusion and other
/// exponential Lévy processes*, 2001, `F − √(FK)/π·∫ Re[e^{iuk}φ(u − i/2)]/(u² + ¼)du`, `k = ln(F/K)`.
fn heston_call(scenario: &Scenario, strike: f64) -> f64 {
    let market = &scenario.market;
    let forward = market.spot * (market.drift * scenario.contract.maturity).exp();
    let ahead = (forward / strike).ln();
    let (width, count) = (0.01, 40_000);
    let sum: f64 = (0..count)
        .map(|i| {
            let u = width * (f64::from(i) + 0.5);
            let turned = times(
                exponential((0.0, u * ahead)),
                heston_transform(scenario, (u, -0.5)),
            );
            turned.0 / (u * u + 0.25)
        })
        .sum();
    forward - (forward * strike).sqrt() / std::f64::consts::PI * sum * width
}

#[test]
fn calls_under_hestons_variance_cost_what_the_characteristic_function_says() {
    // The second variance comes down to 0: ξ² is far above 2κθ.
    let cases: [&[(&str, &str)]; 3] = [
        &[("steps", "48")],
        &[
            ("steps", "96"),
            ("market.volatility_of_variance", "1"),
            ("market.initial_variance", "0.02"),
        ],
        &[
            ("steps", "48"),
            ("market.correlation", "0.3"),
            ("market.volatility_of_variance", "0.3"),
            ("contract.maturity", "0.5"),
        ],
    ];
    for changes in cases {
        let scenario = under("heston", changes);
        for strike in [800.0, 1000.0, 1200.0] {
            let found = mean(&scenario, Sampling::evaluation(8), 200_000, &call(strike));
            let wanted = heston_call(&scenario, strike);
            within(found, wanted, &format!("{changes:?} {strike}"));
        }
    }
}

/// Drawn back many times within a step the variance is as good as constant.
#[test]
fn a_fast_variance_makes_the_price_a_geometric_brownian_motion() {
    for fast in ["24", "100", "1000"] {
        let scenario = under("heston", &[("market.mean_reversion", fast)]);
        let wanted = heston_call(&scenario, 1000.0);
        let found = mean(&scenario, Sampling::evaluation(5), 100_000, &call(1000.0));
        within(found, wanted, fast);
    }
}

#[test]
fn hestons_variance_has_its_mean_and_variance() {
    let scenario = under("heston", &[("market.initial_variance", "0.09")]);
    let market = &scenario.market;
    let (kappa, theta, xi) = (
        market.mean_reversion,
        market.long_run_variance,
        market.volatility_of_variance,
    );
    let end = |block: &PathBlock, lane: usize| {
        let rows = &block.factors()[0].rows;
        rows[rows.len() - 1][lane]
    };
    let found = mean(&scenario, Sampling::evaluation(4), 200_000, &end);
    let kept = (-kappa).exp();
    let wanted = theta + (market.initial_variance - theta) * kept;
    within(found, wanted, "mean");
    let square = |block: &PathBlock, lane: usize| (end(block, lane) - wanted).powi(2);
    let found = mean(&scenario, Sampling::evaluation(4), 200_000, &square);
    let spread = market.initial_variance * xi * xi / kappa * (kept - kept * kept)
        + theta * xi * xi / (2.0 * kappa) * (1.0 - kept).powi(2);
    within(found, spread, "variance");
}

#[test]
fn squared_returns_of_the_garch_process_are_correlated_as_theory_says() {
    // Without asymmetry: ρ₁ = a(1 − b(a + b))/(1 − 2ab − b²), ρ_k = (a + b)^(k−1)·ρ₁ (T. Bollerslev, 1986).
    let (a, b): (f64, f64) = (0.08, 0.85);
    let scenario = under(
        "gjr_garch",
        &[
            ("market.variance_asymmetry", "0"),
            ("market.variance_reaction", "0.08"),
            ("market.variance_persistence", "0.85"),
            ("market.drift", "0"),
            ("steps", "250"),
        ],
    );
    let usual = scenario.market.volatility.powi(2) * scenario.step_length();
    let surprise = |block: &PathBlock, lane: usize, k: usize| {
        let rows = block.rows();
        let h = block.factors()[0].rows[k][lane] * scenario.step_length();
        let moved = (rows[k + 1][lane] / rows[k][lane]).ln() + 0.5 * h;
        moved * moved / usual - 1.0
    };
    // Once the start, where the variance is known, is forgotten.
    let products = |lag: usize| {
        move |block: &PathBlock, lane: usize| {
            let dates = 150..240 - lag;
            let count = dates.len() as f64;
            let of = |k: usize| surprise(block, lane, k) * surprise(block, lane, k + lag);
            dates.map(of).sum::<f64>() / count
        }
    };
    let sampling = Sampling::evaluation(6);
    let moment = |lag: usize| mean(&scenario, sampling, 40_000, &products(lag));
    let (variance, _) = moment(0);
    let first = a * (1.0 - b * (a + b)) / (1.0 - 2.0 * a * b - b * b);
    for lag in [1, 2, 5, 20] {
        let (value, error) = moment(lag);
        let wanted = first * (a + b).powi(i32::try_from(lag).unwrap() - 1);
        within(
            (value / variance, error / variance),
            wanted,
            &format!("lag {lag}"),
        );
    }
    let found = mean(&scenario, sampling, 40_000, &|block, lane| {
        block.factors()[0].rows[250][lane]
    });
    within(found, scenario.market.volatility.powi(2), "long run");
}

#[test]
fn a_fall_raises_the_variance_more_than_a_rise() {
    let scenario = under("gjr_garch", &[("market.drift", "0"), ("steps", "60")]);
    let found = mean(
        &scenario,
        Sampling::evaluation(6),
        100_000,
        &|block, lane| {
            let (rows, variance) = (block.rows(), &block.factors()[0].rows);
            let moved = (rows[1][lane] / rows[0][lane]).ln();
            moved.signum() * (variance[1][lane] - variance[0][lane])
        },
    );
    assert!(found.0 < -10.0 * found.1, "{found:?}");
    let long = mean(
        &scenario,
        Sampling::evaluation(6),
        100_000,
        &|block, lane| block.factors()[0].rows[60][lane],
    );
    within(long, scenario.market.volatility.powi(2), "long run");
}

#[test]
fn a_path_is_the_same_in_any_block_and_on_any_number_of_threads() {
    for process in PROCESSES {
        let scenario = under(process, &[("steps", "30")]);
        for antithetic in [false, true] {
            let sampling = Sampling {
                antithetic,
                ..Sampling::evaluation(9)
            };
            let paths = Paths::new(&scenario, sampling);
            let all = |threads: usize| -> Vec<_> {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
                let numbers = (0..200u64).into_par_iter();
                let draw = || numbers.map(|number| paths.path(number)).collect();
                pool.build().unwrap().install(draw)
            };
            let one = all(1);
            assert!(one == all(2) && one == all(8), "{process}");
            // In blocks that start elsewhere.
            let mut block = PathBlock::new(1);
            for first in [1, 37, 136 / 2 * 2] {
                paths.fill(first, &mut block);
                for lane in 0..LANES {
                    let path = &one[usize::try_from(first).unwrap() + lane];
                    let row: Vec<f64> = block.rows().iter().map(|row| row[lane]).collect();
                    assert_eq!(path[..], row[..], "{process}");
                    for (factor, series) in block.factors().iter().zip(path.factors()) {
                        let row: Vec<f64> = factor.rows.iter().map(|row| row[lane]).collect();
                        assert_eq!(*series, row, "{process}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_variance_comes_with_the_price_where_the_process_has_one() {
    for process in PROCESSES {
        let scenario = under(process, &[]);
        let has = scenario.market.process.has_variance();
        let path = Paths::new(&scenario, Sampling::evaluation(1)).path(3);
        assert_eq!(path.factors().len(), usize::from(has), "{process}");
        let usual = usual_factors(&scenario)[0];
        assert_eq!(usual > 0.0, has);
        if has {
            assert_eq!(path.factors()[0].len(), 13);
            assert!((usual.sqrt() / scenario.model_volatility() - 1.0).abs() < 1e-12);
        }
    }
}

#[test]
fn parameters_belong_to_their_process() {
    let brownian = year(&[]);
    let text = presets::text(&brownian).unwrap();
    assert!(
        !text.contains("jump") && !text.contains("variance"),
        "{text}"
    );
    let refused = brownian.with([("market.jump_mean", "0.1")]).unwrap_err();
    let told = refused.to_string();
    assert!(
        told.contains("only where market.process is merton"),
        "{told}"
    );
    let heston = under("heston", &[("market.correlation", "-0.4")]);
    let text = presets::text(&heston).unwrap();
    assert!(
        text.contains("correlation: -0.4") && text.contains("mean_reversion: 2"),
        "{text}"
    );
    assert!(!text.contains("jump"), "{text}");
    assert_eq!(presets::parse(&text, "x").unwrap(), heston);
    assert!(heston.with([("market.volatility", "0.3")]).is_err());
    // Back under another process they are as if they had never been.
    let back = heston
        .with([("market.process", "geometric_brownian")])
        .unwrap();
    assert_eq!(back, brownian);
    assert_eq!(back.market_hash(), brownian.market_hash());
    assert_ne!(heston.market_hash(), under("heston", &[]).market_hash());
}

#[test]
fn what_makes_no_process_is_refused_with_what_would_be_allowed() {
    type Case = (
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static str,
    );
    let cases: [Case; 5] = [
        (
            "gjr_garch",
            &[("market.variance_reaction", "0.2")],
            "market.variance_reaction + market.variance_asymmetry/2 + market.variance_persistence is 0.2 + 0.1/2 + 0.9 = \
             1.15; allowed: less than 1 together",
        ),
        ("merton", &[("market.jump_intensity", "5000")], "0 to 1000"),
        (
            "merton",
            &[
                ("market.jump_intensity", "1000"),
                ("contract.maturity", "5"),
                ("steps", "2"),
            ],
            "100 jumps",
        ),
        (
            "heston",
            &[
                ("market.correlation", "1"),
                ("market.volatility_of_variance", "5"),
                ("steps", "1"),
            ],
            "more steps",
        ),
        ("heston", &[("market.long_run_variance", "0")], "1e-6 to 25"),
    ];
    for (process, changes, told) in cases {
        let all = [("market.process", process)];
        let all = all.into_iter().chain(changes.iter().copied());
        let refused = presets::built_in("paper-year")
            .unwrap()
            .with(all)
            .unwrap_err();
        assert!(refused.to_string().contains(told), "{refused}");
    }
}

#[test]
fn the_hedger_believes_in_the_long_run_unless_told_otherwise() {
    let believed = |scenario: &Parameters| scenario.model_volatility();
    assert_eq!(believed(&year(&[])), 0.1898);
    let jumps = under("merton", &[("market.volatility", "0.15")]);
    let wanted = (0.15_f64.powi(2) + 0.05_f64.powi(2) + 0.1_f64.powi(2)).sqrt();
    assert!((believed(&jumps) - wanted).abs() < 1e-15);
    assert!((believed(&under("heston", &[])) - 0.036_f64.sqrt()).abs() < 1e-15);
    assert_eq!(believed(&under("gjr_garch", &[])), 0.1898);
    let told = under("heston", &[("contract.model_volatility", "0.25")]);
    assert_eq!(believed(&told), 0.25);
    assert_eq!(told.market.process, Process::Heston);
}

#[test]
fn the_hedge_of_least_variance_is_that_of_differences_of_the_price() {
    let cases: [&[(&str, &str)]; 3] = [
        &[],
        &[
            ("market.volatility_of_variance", "1"),
            ("market.correlation", "-0.9"),
        ],
        &[("contract.maturity", "0.25"), ("market.correlation", "0.4")],
    ];
    for changes in cases {
        for spot in [850.0, 1000.0, 1100.0] {
            let at = |spot: f64, variance: f64| {
                let (spot, variance) = (spot.to_string(), variance.to_string());
                let moved = [
                    ("market.drift", "0"),
                    ("market.spot", spot.as_str()),
                    ("market.initial_variance", variance.as_str()),
                ];
                under("heston", changes).with(moved).unwrap()
            };
            let price = |spot: f64, variance: f64| heston_call(&at(spot, variance), 1000.0);
            let (v, ds, dv) = (0.03, 1.0, 1e-4);
            let market = &at(spot, v).market;
            let by_spot = (price(spot + ds, v) - price(spot - ds, v)) / (2.0 * ds);
            let by_variance = (price(spot, v + dv) - price(spot, v - dv)) / (2.0 * dv);
            let loading = market.correlation * market.volatility_of_variance / spot;
            let wanted = by_spot + loading * by_variance;
            let years = at(spot, v).contract.maturity;
            let found = Heston::of(market).hedge((spot / 1000.0).ln(), v, years);
            assert!(
                (found - wanted).abs() < 2e-4,
                "{changes:?} {spot}: {found} {wanted}"
            );
        }
    }
}

/// The strategies that look at the variance, and a network that does.
fn lookers(scenario: &Scenario) -> Vec<Box<dyn Policy>> {
    let count = weight_count(&layer_widths(scenario));
    let weights: Vec<f32> = (0..count).map(|i| 0.2 * (1.7 * i as f32).sin()).collect();
    let learned = LearnedPolicy::new(scenario, Base::Delta, &weights).unwrap();
    let rules = [Strategy::InstantDelta, Strategy::MinimumVariance];
    let rules = rules.map(|rule| build(rule, scenario, &Tuned::GUESS).unwrap());
    rules
        .into_iter()
        .chain([Box::new(learned) as Box<dyn Policy>])
        .collect()
}

#[test]
fn a_path_alone_is_hedged_as_it_is_among_many() {
    for process in ["heston", "gjr_garch"] {
        let put = [("contract.kind", "put"), ("financing.lend_rate", "0.03")];
        let scenario = under(process, &put);
        let policies = lookers(&scenario);
        let samples = simulate(&scenario, &policies, Sampling::evaluation(3), 100);
        let paths = Paths::new(&scenario, Sampling::evaluation(3));
        for (policy, sample) in policies.iter().zip(&samples) {
            for number in [0, 17, 99] {
                let path = paths.path(number);
                let (_, end) = replay(&scenario, policy.as_ref(), &path);
                let many = sample.errors()[usize::try_from(number).unwrap()];
                let apart = (end.error - many).abs();
                assert!(apart < 1e-3, "{process} {}: {apart}", policy.who());
                // And it matters what the variance was.
                let (_, blind) = replay(&scenario, policy.as_ref(), &path[..]);
                assert!(
                    (blind.error - end.error).abs() > 1e-6,
                    "{process} {}",
                    policy.who()
                );
            }
        }
    }
}

#[test]
fn without_a_variance_of_its_own_those_who_look_for_one_hedge_by_delta() {
    let scenario = under("merton", &[]);
    let all = [
        Strategy::Delta,
        Strategy::InstantDelta,
        Strategy::MinimumVariance,
    ];
    let policies = all.map(|rule| build(rule, &scenario, &Tuned::GUESS).unwrap());
    let samples = simulate(&scenario, &policies, Sampling::evaluation(3), 200);
    assert_eq!(samples[0].errors(), samples[1].errors());
    assert_eq!(samples[0].errors(), samples[2].errors());
}

#[test]
fn seeing_the_variance_helps_where_it_moves() {
    // A frictionless book, where a hedge has nothing but risk to think of.
    let free = [
        ("order_book.ask_exponent", "1"),
        ("order_book.bid_exponent", "1"),
    ];
    let daily = [
        ("steps", "120"),
        ("market.drift", "0"),
        ("contract.maturity", "0.5"),
    ];
    let scenario = under("heston", &[&free[..], &daily[..]].concat());
    let all = [Strategy::Delta, Strategy::MinimumVariance];
    let policies = all.map(|rule| build(rule, &scenario, &Tuned::GUESS).unwrap());
    let samples = simulate(&scenario, &policies, Sampling::evaluation(3), 20_000);
    let spread = |i: usize| {
        let errors = samples[i].errors();
        let mean = errors.iter().sum::<f64>() / errors.len() as f64;
        errors.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / errors.len() as f64
    };
    let better = spread(1) / spread(0);
    assert!(better < 0.85, "{better}");
}

#[test]
fn the_kernel_trains_under_every_process_with_the_inputs_that_it_has() {
    for process in PROCESSES {
        for variance in ["seen", "hidden"] {
            let mut scenario = under(process, &[]);
            let has = scenario.market.process.has_variance();
            if has {
                scenario = scenario.with([("training.variance", variance)]).unwrap();
            }
            let features = hedgelab::policy::features::Features::of(&scenario, Base::Delta);
            let sees = features.layout().names().any(|name| name == "variance");
            assert_eq!(sees, has && variance == "seen", "{process} {variance}");
            assert_eq!(fused::unfit(&scenario, &features), None);
        }
    }
}

#[test]
fn the_policy_that_answers_at_once_knows_nothing_of_other_processes() {
    assert!(conditioned::outside(&year(&[])).is_empty());
    for process in &PROCESSES[1..] {
        let outside = conditioned::outside(&under(process, &[]));
        let told: Vec<String> = outside.iter().map(ToString::to_string).collect();
        let wanted = format!("price process is {process}; it answers for geometric_brownian");
        assert!(told.contains(&wanted), "{told:?}");
        let made = hedgelab::training::conditioned_policy().policy(&under(process, &[]));
        assert!(!made.unwrap().is_untrained());
    }
}
