//! Speed of evaluation: delta hedging with impact and memory, statistics included, against the
//! rate of its arithmetic alone.
//!
//! `cargo bench --bench evaluate`; throughput is in path-steps (`Kelem/s` are thousands of them).

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a benchmark fails by panicking"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hedgelab::market::{LANES, PathBlock, Paths, Sampling};
use hedgelab::math::{exp, exp_m1, ln, ln_1p, normal_cdf};
use hedgelab::outcome::Statistics;
use hedgelab::policy::Policy;
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::{baselines, simulate};
use multiversion::multiversion;
use rayon::prelude::*;
use std::hint::black_box;

const PATHS: u64 = 100_000;

fn evaluate(scenario: &Scenario, policies: &[Box<dyn Policy>]) -> Vec<Option<Statistics>> {
    let samples = simulate(scenario, policies, Sampling::evaluation(1), PATHS);
    samples.iter().map(Statistics::of).collect()
}

/// The transcendental functions of one path-step of delta hedging, and nothing else: a price, a
/// delta, and what a trade costs in a book whose memory stands still or is lost at once.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn arithmetic(x: &mut [f64; LANES]) {
    for x in x.iter_mut() {
        let price = exp(0.05 * *x);
        let delta = normal_cdf(5.0 * ln(price));
        let cost = exp_m1(1.01 * ln_1p(delta));
        *x = 0.1 * cost.min(10.0);
    }
}

fn benchmark(criterion: &mut Criterion) {
    let scenario = presets::built_in("paper-year").unwrap();
    let delta = baselines(&scenario, &[Strategy::Delta]);
    let two = baselines(&scenario, &[Strategy::Delta, Strategy::Leland]);
    let mut group = criterion.benchmark_group("year cell, 100 000 paths");
    group.sample_size(50);
    group.throughput(Throughput::Elements(PATHS * 12));
    group.bench_function("delta, with statistics", |b| {
        b.iter(|| evaluate(&scenario, black_box(&delta)));
    });
    group.bench_function("delta and Leland, with statistics", |b| {
        b.iter(|| evaluate(&scenario, black_box(&two)));
    });
    group.bench_function("delta, one thread", |b| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .unwrap();
        b.iter(|| pool.install(|| evaluate(&scenario, black_box(&delta))));
    });
    group.bench_function("paths alone", |b| b.iter(|| paths_alone(&scenario)));
    group.bench_function("arithmetic alone", |b| b.iter(arithmetic_alone));
    group.finish();
}

fn paths_alone(scenario: &Scenario) -> f64 {
    let of_block = |block: u64| {
        let mut paths = PathBlock::new(scenario.steps);
        Paths::new(scenario, Sampling::evaluation(1)).fill(block * LANES as u64, &mut paths);
        paths.rows()[scenario.steps][0]
    };
    (0..PATHS / LANES as u64)
        .into_par_iter()
        .map(of_block)
        .sum()
}

fn arithmetic_alone() -> f64 {
    let of_block = |block: u64| {
        let mut x = [black_box(0.1) + block as f64 * 1e-9; LANES];
        for _ in 0..12 {
            arithmetic(&mut x);
        }
        x[0]
    };
    (0..PATHS / LANES as u64)
        .into_par_iter()
        .map(of_block)
        .sum()
}

criterion_group!(benches, benchmark);
criterion_main!(benches);
