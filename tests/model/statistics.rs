//! Statistics against an independent computation on saved data, and histograms against counting.
//!
//! `tests/data/errors.csv` holds 2001 errors drawn from a skewed mixture. `tests/data/statistics.csv`
//! holds their figures, computed in another language with exact summation; its standard errors are
//! jackknife ones (bootstrap for VaR), which share nothing with influence functions.

use hedgelab::market::Sampling;
use hedgelab::outcome::{
    Estimate, OnePass, Representatives, Sample, Statistics, Tally, histograms, paired,
};
use hedgelab::presets;
use hedgelab::scenario::Strategy;
use hedgelab::simulate::{Evaluation, IN_MEMORY, baselines, evaluate, simulate};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

fn errors() -> Vec<f64> {
    let lines = include_str!("../data/errors.csv").lines().skip(1);
    lines.map(|line| line.parse().unwrap()).collect()
}

fn sample_of(errors: &[f64], antithetic: bool) -> Sample {
    let mut sample = Sample::empty(Strategy::Delta.into(), antithetic);
    let zeros = Tally::of(&vec![0.0; errors.len()], antithetic);
    sample.push(errors, zeros, zeros, zeros);
    sample
}

fn figure(statistics: &Statistics, name: &str) -> Estimate {
    match name {
        "mean" => statistics.mean,
        "std" => statistics.std,
        "rmse" => statistics.rmse,
        "rsmse" => statistics.rsmse,
        "var95" => statistics.var95,
        "cvar95" => statistics.cvar95,
        "var99" => statistics.var99,
        "cvar99" => statistics.cvar99,
        "skewness" => statistics.skewness,
        "excess_kurtosis" => statistics.excess_kurtosis,
        "min" => statistics.min,
        "max" => statistics.max,
        "turnover" => statistics.turnover,
        "exercise_rate" => statistics.exercise_rate,
        "cost" => statistics.cost,
        other => unreachable!("{other}"),
    }
}

/// Every figure that has a standard error.
const FIGURES: &[&str] = &[
    "mean",
    "std",
    "rmse",
    "rsmse",
    "var95",
    "cvar95",
    "var99",
    "cvar99",
    "skewness",
    "excess_kurtosis",
    "turnover",
    "exercise_rate",
    "cost",
];

#[test]
fn figures_agree_with_an_independent_computation() {
    let statistics = Statistics::of(&sample_of(&errors(), false)).unwrap();
    for line in include_str!("../data/statistics.csv").lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let expected: f64 = cells[1].parse().unwrap();
        let ours = figure(&statistics, cells[0]);
        assert!(
            (ours.value.unwrap() - expected).abs() < 1e-9 * expected.abs().max(1.0),
            "{line}"
        );
        match cells[2].parse::<f64>() {
            Err(_) => assert_eq!(ours.se, None, "{line}"),
            Ok(se) => {
                // Jackknife and influence agree to order 1/n; VaR's two ways to a few tenths.
                let tolerance = if cells[0].starts_with("var") {
                    0.35
                } else {
                    0.02
                };
                let ratio = ours.se.unwrap() / se;
                assert!((ratio - 1.0).abs() < tolerance, "{line}: {ratio}");
            }
        }
    }
}

/// Runs of a repetition: the scatter of so many is known to 1.4%.
const RUNS: u32 = 2500;

/// A figure's scatter over runs and the standard error it claims, on average.
#[derive(Default)]
struct Repeated {
    values: Vec<f64>,
    claims: Vec<f64>,
}

impl Repeated {
    fn add(&mut self, figure: Estimate) {
        self.values.push(figure.value.unwrap());
        self.claims.push(figure.se.unwrap());
    }

    /// Claimed standard error as a share of the scatter.
    fn ratio(&self) -> f64 {
        let n = self.values.len() as f64;
        let mean = self.values.iter().sum::<f64>() / n;
        let squares = self.values.iter().map(|v| (v - mean).powi(2));
        let scatter = (squares.sum::<f64>() / (n - 1.0)).sqrt();
        // Claims vary from run to run; what has to be right is the variance they claim.
        let claimed = (self.claims.iter().map(|c| c * c).sum::<f64>() / n).sqrt();
        claimed / scatter
    }
}

/// Every figure of delta and Leland's hedge, and their paired differences, run after run.
fn repetition(antithetic: bool, paths: u64) -> Vec<(String, f64)> {
    let scenario = presets::built_in("paper-year").unwrap();
    let policies = baselines(&scenario, &[Strategy::Delta, Strategy::Leland]);
    let mut figures: BTreeMap<String, Repeated> = BTreeMap::new();
    for seed in 0..u64::from(RUNS) {
        let sampling = Sampling {
            antithetic,
            ..Sampling::evaluation(seed)
        };
        let samples = simulate(&scenario, &policies, sampling, paths);
        let run = Statistics::of(&samples[0]).unwrap();
        let difference = paired(&samples[1], &samples[0]).unwrap();
        let with_errors = FIGURES.iter().map(|name| (*name, figure(&run, name)));
        let differences = [
            ("paired rsmse", difference.rsmse),
            ("paired mean", difference.mean),
        ];
        for (name, estimate) in with_errors.chain(differences) {
            figures.entry(name.to_owned()).or_default().add(estimate);
        }
    }
    figures
        .into_iter()
        .map(|(name, repeated)| (name, repeated.ratio()))
        .collect()
}

#[test]
fn standard_errors_are_the_scatter_of_repeated_runs_to_5_percent() {
    for antithetic in [false, true] {
        let ratios = repetition(antithetic, 4096);
        assert_eq!(ratios.len(), FIGURES.len() + 2);
        for (name, ratio) in ratios {
            assert!(
                (ratio - 1.0).abs() < 0.05,
                "{name}, antithetic {antithetic}: claimed {ratio} times the scatter"
            );
        }
    }
}

/// Samples of three strategies on the same paths.
fn three(antithetic: bool, paths: u64) -> Vec<Sample> {
    let scenario = presets::built_in("paper-year").unwrap();
    let strategies = [Strategy::Delta, Strategy::Leland, Strategy::None];
    let sampling = Sampling {
        antithetic,
        ..Sampling::evaluation(7)
    };
    simulate(
        &scenario,
        &baselines(&scenario, &strategies),
        sampling,
        paths,
    )
}

/// The same samples, seen once in parts that grow.
fn in_one_pass(samples: &[Sample], antithetic: bool) -> OnePass {
    let part = |from: usize, to: usize| -> Vec<Sample> {
        let cut = |sample: &Sample| {
            let mut part = sample.emptied();
            let errors = &sample.errors()[from..to];
            // What turnover and exercise hold does not matter here, but for their number.
            let tally = Tally::of(errors, antithetic);
            part.push(errors, tally, tally, tally);
            part
        };
        samples.iter().map(cut).collect()
    };
    let count = samples[0].errors().len();
    let mut pass = OnePass::start(&part(0, 16_384));
    pass.push(&[part(16_384, 16_448)]);
    pass.push(&[
        part(16_448, 20_480),
        part(20_480, 200_000),
        part(200_000, count),
    ]);
    assert_eq!(pass.paths(), count as u64);
    pass
}

#[test]
fn figures_found_in_one_pass_are_those_of_all_errors_kept() {
    for antithetic in [false, true] {
        let samples = three(antithetic, 300_000);
        let pass = in_one_pass(&samples, antithetic);
        let kept = Evaluation::of(&samples);
        assert_eq!((kept.summaries.len(), kept.paired.len()), (3, 3));
        for (one, all) in pass.summaries().iter().zip(&kept.summaries) {
            assert_eq!(one.policy, all.policy);
            let ordered = ["var95", "var99", "cvar95", "cvar99"];
            for name in ordered {
                let (one, all) = (figure(&one.statistics, name), figure(&all.statistics, name));
                let (se, difference) = (all.se.unwrap(), one.value.unwrap() - all.value.unwrap());
                assert!(
                    difference.abs() < 0.01 * se,
                    "{name}: {difference}, se {se}"
                );
                // A VaR's own error is read from a few neighbours, which bins blur a little.
                let allowed = if name.starts_with("var") { 0.05 } else { 0.002 };
                let ratio = one.se.unwrap() / se;
                assert!(
                    (ratio - 1.0).abs() < allowed,
                    "{name}, {antithetic}: {ratio}"
                );
            }
            let smooth = FIGURES.iter().filter(|name| !ordered.contains(*name));
            for name in smooth.filter(|name| !["turnover", "exercise_rate", "cost"].contains(*name))
            {
                let (one, all) = (figure(&one.statistics, name), figure(&all.statistics, name));
                close(one, all, name);
            }
            for name in ["min", "max"] {
                assert_eq!(figure(&one.statistics, name), figure(&all.statistics, name));
            }
            let errors = samples
                .iter()
                .find(|s| *s.policy() == one.policy)
                .unwrap()
                .errors();
            let at = |number: u64| errors[usize::try_from(number).unwrap()];
            // Six to ten standard deviations in 2^16 bins.
            let bin = 2e-4 * all.statistics.std.value.unwrap();
            assert_eq!(one.representatives.best, all.representatives.best);
            assert_eq!(one.representatives.worst, all.representatives.worst);
            for (one, all) in one
                .representatives
                .named()
                .iter()
                .zip(all.representatives.named())
            {
                assert!((at(one.1) - at(all.1)).abs() < bin, "{}", one.0);
            }
        }
        for (one, all) in pass.paired().iter().zip(&kept.paired) {
            assert_eq!((&one.policy, &one.against), (&all.policy, &all.against));
            close(one.rsmse, all.rsmse, "paired rsmse");
            close(one.mean, all.mean, "paired mean");
        }
    }
}

/// Equal but for rounding.
fn close(one: Estimate, other: Estimate, what: &str) {
    for (one, other) in [(one.value, other.value), (one.se, other.se)] {
        let (one, other) = (one.unwrap(), other.unwrap());
        assert!(
            (one - other).abs() <= 1e-9 * other.abs(),
            "{what}: {one} against {other}"
        );
    }
}

#[test]
fn many_paths_are_evaluated_in_one_pass_to_the_same_figures_on_any_number_of_threads() {
    let scenario = presets::built_in("paper-day").unwrap();
    let changes = [
        "order_book.ask_exponent",
        "order_book.bid_exponent",
        "steps",
    ];
    let scenario = scenario.with(changes.map(|field| (field, "1"))).unwrap();
    let policies = baselines(&scenario, &[Strategy::None, Strategy::Static]);
    // One more than is kept.
    let paths = IN_MEMORY / 2 + 1;
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let mut seen = Vec::new();
        let found = pool.install(|| {
            let watch = &mut |done| {
                seen.push(done);
                ControlFlow::Continue(())
            };
            evaluate(&scenario, &policies, Sampling::evaluation(1), paths, watch)
        });
        assert!(
            seen.is_sorted() && seen.last() == Some(&paths),
            "progress is told"
        );
        found
    };
    let one = run(1);
    assert_eq!(one.paths, paths);
    assert_eq!(one, run(3));
    let price = one.summaries[0].statistics.mean;
    // Without a hedge the mean error is what the option pays, in this measure, less its premium.
    let drift = scenario.market.drift * scenario.contract.maturity;
    let width = scenario.market.volatility * scenario.contract.maturity.sqrt();
    let cdf = |x: f64| 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
    let grown = 1000.0 * drift.exp();
    let d1 = (grown / 1000.0).ln() / width + 0.5 * width;
    let pays = grown * cdf(d1) - 1000.0 * cdf(d1 - width);
    let premium = 1000.0 * (2.0 * cdf(0.5 * width) - 1.0);
    let (mean, se) = (price.value.unwrap(), price.se.unwrap());
    assert!((mean - (pays - premium)).abs() < 4.0 * se, "{price:?}");
    assert!(se < 1e-3 * premium);
}

#[test]
fn an_evaluation_that_is_broken_off_is_that_of_the_paths_that_were_run() {
    let scenario = presets::built_in("paper-year").unwrap();
    let policies = baselines(&scenario, &[Strategy::Delta]);
    for paths in [1_000_000, 2 * IN_MEMORY] {
        let mut calls = 0;
        let watch = &mut |_| {
            calls += 1;
            if calls == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let broken = evaluate(&scenario, &policies, Sampling::evaluation(1), paths, watch);
        assert!(broken.paths > 0 && broken.paths < paths);
        let sample = &simulate(&scenario, &policies, Sampling::evaluation(1), broken.paths)[0];
        close(
            broken.summaries[0].statistics.rsmse,
            Statistics::of(sample).unwrap().rsmse,
            "rsmse",
        );
    }
}

#[test]
fn a_paired_difference_has_a_smaller_standard_error_than_either_figure() {
    let scenario = presets::built_in("paper-year").unwrap();
    let policies = baselines(&scenario, &[Strategy::Delta, Strategy::Leland]);
    let samples = simulate(&scenario, &policies, Sampling::evaluation(1), 20_000);
    let difference = paired(&samples[1], &samples[0]).unwrap();
    let (delta, leland) = (
        Statistics::of(&samples[0]).unwrap(),
        Statistics::of(&samples[1]).unwrap(),
    );
    let plain = leland.rsmse.value.unwrap() - delta.rsmse.value.unwrap();
    assert!((difference.rsmse.value.unwrap() - plain).abs() < 1e-12);
    assert!(difference.rsmse.se.unwrap() < 0.5 * delta.rsmse.se.unwrap());
}

#[test]
fn errors_that_are_all_the_same_have_no_shape_and_one_has_no_standard_error() {
    let same = Statistics::of(&sample_of(&[3.0; 100], false)).unwrap();
    assert_eq!((same.mean.value, same.mean.se), (Some(3.0), Some(0.0)));
    assert_eq!(
        (same.skewness.value, same.excess_kurtosis.value),
        (None, None)
    );
    let one = Statistics::of(&sample_of(&[3.0], false)).unwrap();
    assert_eq!(
        (one.rsmse.value, one.rsmse.se, one.cvar99.value),
        (Some(3.0), None, Some(3.0))
    );
    assert_eq!(Statistics::of(&sample_of(&[], false)), None);
}

#[test]
fn a_histogram_counts_every_error_once() {
    let errors = errors();
    let samples = [sample_of(&errors, false), sample_of(&errors[..500], false)];
    let all = histograms(&samples, 40);
    assert_eq!(all.len(), 2);
    for (histogram, sample) in all.iter().zip(&samples) {
        let total: u64 = histogram.counts.iter().sum::<u64>() + histogram.below + histogram.above;
        assert_eq!(total, sample.errors().len() as u64);
        assert_eq!((histogram.low, histogram.width), (all[0].low, all[0].width));
        for (i, count) in histogram.counts.iter().enumerate().take(39) {
            let edge = |i: usize| histogram.width.mul_add(i as f64, histogram.low);
            let inside = |e: &&f64| **e >= edge(i) && **e < edge(i + 1);
            let counted = sample.errors().iter().filter(inside).count() as u64;
            assert!(
                count.abs_diff(counted) <= 1,
                "an error on an edge may round either way"
            );
        }
    }
    assert!(histograms(&[], 10).is_empty());
    assert_eq!(
        histograms(&[sample_of(&[2.0; 5], false)], 3)[0]
            .counts
            .iter()
            .sum::<u64>(),
        5
    );
}

#[test]
fn representatives_are_the_ranks_they_name() {
    let errors = errors();
    let found = Representatives::of(&sample_of(&errors, false)).unwrap();
    let mut sorted = errors.clone();
    sorted.sort_by(f64::total_cmp);
    let at = |number: u64| errors[usize::try_from(number).unwrap()];
    let named = found.named().map(|(name, number)| (name, at(number)));
    let ranks = [("best", 0), ("q05", 100), ("median", 1000), ("q95", 1900)];
    let last = [("q99", 1980), ("worst", 2000)];
    let expected: Vec<_> = ranks.into_iter().chain(last).collect();
    let expected: Vec<_> = expected
        .iter()
        .map(|(name, rank)| (*name, sorted[*rank]))
        .collect();
    assert_eq!(named.to_vec(), expected);
}
