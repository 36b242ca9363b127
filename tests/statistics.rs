//! Statistics against an independent computation on saved data, and histograms against counting.
//!
//! `tests/data/errors.csv` holds 2001 errors drawn from a skewed mixture. `tests/data/statistics.csv`
//! holds their figures, computed in another language with exact summation; its standard errors are
//! jackknife ones (bootstrap for VaR), which share nothing with influence functions.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hedgelab::market::Sampling;
use hedgelab::outcome::{Estimate, Representatives, Sample, Statistics, Tally, histograms, paired};
use hedgelab::presets;
use hedgelab::scenario::Strategy;
use hedgelab::simulate::{baselines, simulate};

fn errors() -> Vec<f64> {
    let lines = include_str!("data/errors.csv").lines().skip(1);
    lines.map(|line| line.parse().unwrap()).collect()
}

fn sample_of(errors: &[f64], antithetic: bool) -> Sample {
    let mut sample = Sample::empty(Strategy::Delta, antithetic);
    let zeros = Tally::of(&vec![0.0; errors.len()], antithetic);
    sample.push(errors, zeros, zeros);
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
        other => unreachable!("{other}"),
    }
}

#[test]
fn figures_agree_with_an_independent_computation() {
    let statistics = Statistics::of(&sample_of(&errors(), false)).unwrap();
    for line in include_str!("data/statistics.csv").lines().skip(1) {
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

#[test]
fn standard_errors_describe_the_scatter_of_repeated_runs() {
    for antithetic in [false, true] {
        let scenario = presets::built_in("paper-year").unwrap();
        let policies = baselines(&scenario, &[Strategy::Delta]);
        let runs: Vec<Statistics> = (0..200)
            .map(|seed| {
                let sampling = Sampling {
                    antithetic,
                    ..Sampling::evaluation(seed)
                };
                Statistics::of(&simulate(&scenario, &policies, sampling, 2000)[0]).unwrap()
            })
            .collect();
        for name in [
            "mean", "std", "rmse", "rsmse", "var95", "cvar95", "skewness",
        ] {
            let values: Vec<f64> = runs
                .iter()
                .map(|run| figure(run, name).value.unwrap())
                .collect();
            let mean = values.iter().sum::<f64>() / 200.0;
            let scatter = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 199.0).sqrt();
            let claimed = runs
                .iter()
                .map(|run| figure(run, name).se.unwrap())
                .sum::<f64>()
                / 200.0;
            // The scatter of 200 runs is known to 5%; four times that, and a little for small samples.
            assert!(
                (scatter / claimed - 1.0).abs() < 0.25,
                "{name}, antithetic {antithetic}: {scatter} against {claimed}"
            );
        }
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
    assert_eq!((at(found.best), at(found.worst)), (sorted[0], sorted[2000]));
    assert_eq!(
        (at(found.median), at(found.q95)),
        (sorted[1000], sorted[1900])
    );
}
