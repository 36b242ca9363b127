//! Differences path by path, shares, quantiles and objectives with their errors, against counting,
//! sorting and repetition.

use hedgelab::market::Sampling;
use hedgelab::outcome::{
    Estimate, Goal, Sample, Statistics, Tally, gaps, histograms, paired, share_better,
};
use hedgelab::presets;
use hedgelab::scenario::Strategy;
use hedgelab::simulate::{baselines, simulate};

const GOALS: [Goal; 4] = [
    Goal::Rsmse,
    Goal::Rmse,
    Goal::Cvar { level: 0.95 },
    Goal::Entropic { aversion: 0.02 },
];

/// Delta and Leland on common paths.
fn samples(seed: u64, paths: u64, antithetic: bool) -> [Sample; 2] {
    let scenario = presets::built_in("paper-year").unwrap();
    let policies = baselines(&scenario, &[Strategy::Delta, Strategy::Leland]);
    let sampling = Sampling {
        antithetic,
        ..Sampling::evaluation(seed)
    };
    let samples = simulate(&scenario, &policies, sampling, paths);
    samples.try_into().unwrap()
}

fn near(one: Estimate, other: Estimate) -> bool {
    let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9 * b.abs().max(1.0),
        (a, b) => a == b,
    };
    close(one.value, other.value) && close(one.se, other.se)
}

#[test]
fn objectives_and_their_differences_are_those_of_the_statistics() {
    for antithetic in [false, true] {
        let [delta, leland] = samples(3, 20_000, antithetic);
        let known = Statistics::of(&delta).unwrap();
        for (goal, figure) in GOALS
            .into_iter()
            .zip([known.rsmse, known.rmse, known.cvar95])
        {
            let ours = goal.estimate(&delta);
            assert!(
                near(ours, figure),
                "{goal:?} {antithetic}: {ours:?} {figure:?}"
            );
        }
        let difference = paired(&leland, &delta).unwrap().rsmse;
        let ours = Goal::Rsmse.paired(&leland, &delta).unwrap();
        assert!(near(ours, difference), "{ours:?} {difference:?}");
    }
}

#[test]
fn differences_are_a_sample_with_the_paired_mean() {
    let [delta, leland] = samples(4, 10_000, false);
    let apart = gaps(&leland, &delta).unwrap();
    assert_eq!(apart.errors()[17], leland.errors()[17] - delta.errors()[17]);
    let mean = Statistics::of(&apart).unwrap().mean;
    assert!(near(mean, paired(&leland, &delta).unwrap().mean));
    let better = apart.errors().iter().filter(|gap| **gap < 0.0).count() as f64;
    assert_eq!(share_better(&apart).value, Some(better / 10_000.0));
    let same = gaps(&delta, &delta).unwrap();
    assert_eq!(share_better(&same).value, Some(0.0));
    let mut shorter = Sample::empty(Strategy::Leland.into(), false);
    assert!(gaps(&shorter, &shorter).is_none());
    let none = Tally::default();
    shorter.push(&leland.errors()[..9], none, none, none);
    assert!(gaps(&shorter, &delta).is_none());
}

/// Claimed standard error as a share of the scatter over runs.
fn ratio(figures: &[Estimate]) -> f64 {
    let n = figures.len() as f64;
    let values: Vec<f64> = figures.iter().map(|figure| figure.value.unwrap()).collect();
    let mean = values.iter().sum::<f64>() / n;
    let scatter = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / (n - 1.0);
    let claimed = figures
        .iter()
        .map(|figure| figure.se.unwrap().powi(2))
        .sum::<f64>()
        / n;
    (claimed / scatter).sqrt()
}

#[test]
fn standard_errors_are_the_scatter_over_runs() {
    for antithetic in [false, true] {
        let runs: Vec<[Sample; 2]> = (0..600)
            .map(|seed| samples(1000 + seed, 2000, antithetic))
            .collect();
        let mut all: Vec<(String, Vec<Estimate>)> = Vec::new();
        let better = runs
            .iter()
            .map(|[delta, leland]| share_better(&gaps(leland, delta).unwrap()));
        all.push(("better".into(), better.collect()));
        let cost = runs
            .iter()
            .map(|[delta, _]| Statistics::of(delta).unwrap().cost);
        all.push(("cost".into(), cost.collect()));
        for goal in GOALS {
            let differences = runs
                .iter()
                .map(|[delta, leland]| goal.paired(leland, delta).unwrap());
            all.push((format!("{goal:?}"), differences.collect()));
        }
        for (name, figures) in all {
            // The scatter of 600 runs is known to 3%.
            let ratio = ratio(&figures);
            assert!((ratio - 1.0).abs() < 0.12, "{name} {antithetic}: {ratio}");
        }
    }
}

#[test]
fn shares_and_quantiles_of_a_histogram_are_those_of_the_sorted_errors() {
    let [delta, _] = samples(5, 50_000, false);
    let mut sorted = delta.errors().to_vec();
    sorted.sort_by(f64::total_cmp);
    let histogram = &histograms(std::slice::from_ref(&delta), 120)[0];
    assert_eq!(histogram.total(), 50_000);
    // At the edges of bins shares are exact.
    for bin in [0, 1, 40, 90, 120] {
        let edge = histogram.edge(bin);
        let below = sorted.partition_point(|error| *error < edge) as f64 / 50_000.0;
        let share = histogram.share_below(edge).unwrap();
        assert!((share.value.unwrap() - below).abs() < 3e-5, "{bin}");
        let se = (below * (1.0 - below) / 50_000.0).sqrt();
        assert!((share.se.unwrap() - se).abs() < 1e-5);
    }
    for per_mille in [5, 50, 500, 950, 990] {
        let share = f64::from(per_mille) / 1000.0;
        let exact = sorted[50 * usize::try_from(per_mille).unwrap()];
        let found = histogram.quantile(share).unwrap();
        assert!(
            (found.value.unwrap() - exact).abs() < histogram.width,
            "{per_mille}"
        );
        let back = histogram.share_below(found.value.unwrap()).unwrap();
        assert!((back.value.unwrap() - share).abs() < 1e-9);
    }
    // VaR's own standard error, from order statistics.
    let var = Statistics::of(&delta).unwrap().var95.se.unwrap();
    let ours = histogram.quantile(0.95).unwrap().se.unwrap();
    assert!((ours / var - 1.0).abs() < 0.35, "{ours} {var}");
    assert!(histogram.share_below(1e9).is_none() && histogram.quantile(1.0).is_none());
    assert!(histogram.share_below(-1e9).is_none() && histogram.bin(-1e9).is_none());
}
