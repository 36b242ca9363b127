//! Speed of training: the fused kernel against automatic differentiation and against the machine's
//! multiply-add rate, in one run.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::inline_always,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::needless_range_loop,
    reason = "a benchmark prints and may stop"
)]

use burn::tensor::{DType, Device};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hedgelab::market::Sampling;
use hedgelab::policy::Base;
use hedgelab::policy::features::Features;
use hedgelab::policy::network::layer_widths;
use hedgelab::presets;
use hedgelab::scenario::Scenario;
use hedgelab::training::conditioned::ConditionedTrainer;
use hedgelab::training::network::first_weights;
use hedgelab::training::optimizer::Descent;
use hedgelab::training::reference::Reference;
use hedgelab::training::rollout::{Gradient, Rollout, Surface};
use hedgelab::training::rows::{RowSource, Rows};
use hedgelab::training::{
    Budget, Interrupt, RolloutKind, Start, Trainer, conditioned_policy, train,
};
use pulp::{Arch, Simd, WithSimd};
use std::hint::black_box;
use std::ops::ControlFlow;
use std::time::Instant;

/// Networks and batches of the measured cases.
const CASES: [(&str, &str); 4] = [
    ("32,32", "1024"),
    ("32,32,32", "512"),
    ("64,64", "1024"),
    ("256,256,256,256", "256"),
];

struct Case {
    scenario: Scenario,
    features: Features,
    weights: Vec<f32>,
    rows: Rows,
}

impl Case {
    fn new(hidden: &str, batch: &str) -> Self {
        let changes = [("training.hidden", hidden), ("training.batch", batch)];
        let scenario = presets::built_in("paper-year").unwrap();
        let scenario = scenario.with(changes).unwrap();
        let features = Features::of(&scenario, Base::Leland);
        let mut rows = Rows::default();
        let sampling = Sampling::evaluation(1);
        RowSource::new(&scenario, features, sampling).fill(0, scenario.training.batch, &mut rows);
        let weights = first_weights(&scenario, 1);
        Self {
            scenario,
            features,
            weights,
            rows,
        }
    }

    fn path_steps(&self) -> f64 {
        (self.scenario.training.batch * self.scenario.steps) as f64
    }

    /// Multiplications and additions of a path-step, forward and back.
    fn operations(&self) -> f64 {
        let widths = layer_widths(&self.scenario);
        let products: usize = widths.windows(2).map(|w| w[0] * w[1]).sum();
        6.0 * products as f64
    }
}

/// Shortest of some runs (seconds).
fn shortest(runs: usize, mut work: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    (0..runs).map(time).fold(f64::INFINITY, f64::min)
}

/// A matrix product's inner loop: eight rows by two vectors, operands in the first-level cache.
struct Peak<'a>(&'a [f32], &'a [f32]);

impl WithSimd for Peak<'_> {
    type Output = f32;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f32 {
        let panel = S::as_simd_f32s(self.1).0.as_chunks::<2>().0;
        let mut total = simd.splat_f32s(0.0);
        for _ in 0..2000 {
            let mut sums = [[simd.splat_f32s(0.0); 2]; 8];
            for (left, right) in self.0.as_chunks::<8>().0.iter().zip(panel) {
                for r in 0..8 {
                    let left = simd.splat_f32s(left[r]);
                    for c in 0..2 {
                        sums[r][c] = simd.mul_add_e_f32s(left, right[c], sums[r][c]);
                    }
                }
            }
            for sum in sums.into_iter().flatten() {
                total = simd.add_f32s(total, sum);
            }
        }
        simd.reduce_sum_f32s(total)
    }
}

/// The machine's rate of multiplications and additions on one core (a second).
fn peak() -> f64 {
    let lanes = if matches!(Arch::new(), Arch::V4(_)) {
        16
    } else {
        8
    };
    let (left, right) = (vec![1.0f32; 8 * 128], vec![1e-3f32; 2 * lanes * 128]);
    let seconds = shortest(20, || {
        black_box(Arch::new().dispatch(Peak(&left, &right)));
    });
    2000.0 * 128.0 * 8.0 * 2.0 * lanes as f64 * 2.0 / seconds
}

/// Prints the ratios of the whole table; absolute figures drift on shared machines.
fn ratios(_: &mut Criterion) {
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
    };
    let (one, two) = (pool(1), pool(2));
    for (hidden, batch) in CASES {
        let case = Case::new(hidden, batch);
        let kernel = |pool: &rayon::ThreadPool| {
            pool.install(|| {
                let mut out = Gradient::default();
                let mut rollout =
                    Rollout::new(RolloutKind::Kernel, &case.scenario, case.features).unwrap();
                shortest(30, || {
                    let surface = Surface::Rsmse;
                    rollout
                        .gradient(&case.weights, &case.rows, surface, &mut out)
                        .unwrap();
                })
            })
        };
        let reference = Reference::new(&case.scenario, case.features, Device::flex(), DType::F32);
        let autodiff = shortest(3, || {
            black_box(reference.gradient(&case.weights, &case.rows, Surface::Rsmse));
        });
        let (single, double) = (kernel(&one), kernel(&two));
        let share = case.path_steps() * case.operations() / single / peak();
        println!(
            "{hidden} at batch {batch}: {:.2} M path-steps/s on one thread ({:.0}% of the multiply-add rate), \
             {:.2} on two ({:.2} times); automatic differentiation {:.3} (kernel {:.1} times as fast)",
            case.path_steps() / single / 1e6,
            100.0 * share,
            case.path_steps() / double / 1e6,
            single / double,
            case.path_steps() / autodiff / 1e6,
            autodiff / single,
        );
    }
}

/// A whole training, preparation and validation included, as a share of its kernel's rate.
fn whole(_: &mut Criterion) {
    for ((hidden, batch), iterations) in [(CASES[0], 3000), (CASES[3], 400)] {
        let case = Case::new(hidden, batch);
        let mut rollout = Rollout::new(RolloutKind::Kernel, &case.scenario, case.features).unwrap();
        let mut out = Gradient::default();
        let mut kernel = || {
            let start = Instant::now();
            for _ in 0..iterations {
                rollout
                    .gradient(&case.weights, &case.rows, Surface::Rsmse, &mut out)
                    .unwrap();
            }
            start.elapsed().as_secs_f64()
        };
        // Before and after, for the machine may be busy with other things.
        let before = kernel();
        let start = Instant::now();
        let mut trainer = Trainer::new(&case.scenario, &Start::Fresh, 1).unwrap();
        let prepared = start.elapsed().as_secs_f64();
        let go_on = &mut |_: &Trainer| ControlFlow::Continue(());
        train(&mut trainer, Budget::Iterations(iterations), &|| 0.0, go_on).unwrap();
        let seconds = start.elapsed().as_secs_f64();
        let alone = f64::midpoint(before, kernel());
        println!(
            "{hidden} at batch {batch}, {iterations} iterations: {:.2} M path-steps/s, {:.0}% of the kernel's rate; {:.0} ms of preparation",
            case.path_steps() * iterations as f64 / seconds / 1e6,
            100.0 * alone / seconds,
            1e3 * prepared,
        );
    }
}

/// Training of a conditioned policy against one for a single scenario with the same network and as many
/// paths in a batch, in turns; and how long the weights for a scenario take.
fn conditioned(_: &mut Criterion) {
    const STEPS: u64 = 150;
    let never = Interrupt::default();
    let mut many = ConditionedTrainer::new(1, 1 << 40, &never).unwrap();
    let case = Case::new("32,32", "2048");
    let mut one = Trainer::new(&case.scenario, &Start::Fresh, 1).unwrap();
    one.set_iterations(1 << 40);
    let mut rates = Vec::new();
    for _ in 0..7 {
        let (start, before) = (Instant::now(), many.place().path_steps);
        for _ in 0..STEPS {
            many.step().unwrap();
        }
        let made = (many.place().path_steps - before) as f64 / start.elapsed().as_secs_f64();
        let (start, before) = (Instant::now(), one.report().path_steps);
        for _ in 0..STEPS {
            one.step().unwrap();
        }
        let alone = (one.report().path_steps - before) as f64 / start.elapsed().as_secs_f64();
        rates.push((made / alone, made, alone));
    }
    rates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (share, made, alone) = rates[3];
    println!(
        "conditioned: {:.2} M path-steps/s, {:.0}% of the {:.2} of a training for one scenario",
        made / 1e6,
        100.0 * share,
        alone / 1e6
    );
    let policy = conditioned_policy();
    let seconds = shortest(200, || {
        black_box(policy.weights_for(black_box(&case.scenario)));
    });
    let whole = shortest(200, || {
        black_box(policy.policy(black_box(&case.scenario)).unwrap());
    });
    println!(
        "weights for a scenario: {:.1} µs; the policy with all that belongs to it: {:.1} µs",
        1e6 * seconds,
        1e6 * whole
    );
}

fn parts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("training");
    for (hidden, batch) in CASES {
        let case = Case::new(hidden, batch);
        group.throughput(Throughput::Elements(case.path_steps() as u64));
        let mut out = Gradient::default();
        let mut rollout = Rollout::new(RolloutKind::Kernel, &case.scenario, case.features).unwrap();
        group.bench_function(format!("gradient {hidden} batch {batch}"), |bench| {
            bench.iter(|| {
                let surface = Surface::Rsmse;
                rollout
                    .gradient(&case.weights, &case.rows, surface, &mut out)
                    .unwrap();
            });
        });
        let (mut rows, mut first) = (Rows::default(), 0);
        let sampling = Sampling::evaluation(1);
        let mut source = RowSource::new(&case.scenario, case.features, sampling);
        group.bench_function(format!("paths for {hidden} batch {batch}"), |bench| {
            bench.iter(|| {
                source.fill(first, case.scenario.training.batch, &mut rows);
                first += case.scenario.training.batch as u64;
            });
        });
        let mut descent = Descent::new(&case.scenario, 0, None);
        let mut weights = case.weights.clone();
        group.bench_function(format!("optimiser {hidden}"), |bench| {
            bench.iter(|| descent.step(1e-4, &out.weights, &mut weights));
        });
    }
    group.finish();
}

criterion_group!(benches, ratios, whole, conditioned, parts);
criterion_main!(benches);
