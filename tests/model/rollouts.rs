//! Rollouts beyond the usual: networks that see other inputs, batches that mix scenarios, and other
//! architectures.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking, and compares in single precision"
)]

use burn::tensor::{DType, Device, Tensor};
use hedgelab::episode::{Episode, Factors};
use hedgelab::market::{GeometricBrownian, LANES, PathBlock, PathSource, Paths, Sampling};
use hedgelab::policy::conditioned::{self, Measures};
use hedgelab::policy::features::Features;
use hedgelab::policy::inputs::{Input, InputsError, Quantity};
use hedgelab::policy::network::{layer_widths, weight_count, widths_for};
use hedgelab::policy::{Base, Layout, LearnedPolicy, Observations, Policy};
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::{self, Lot, simulate};
use hedgelab::training::kernel::{self, Kernel, NetworkShape, Problem};
use hedgelab::training::network::{self, Architecture, Stream};
use hedgelab::training::objective::Goal;
use hedgelab::training::reference::Reference;
use hedgelab::training::rollout::{Gradient, Surface};
use hedgelab::training::rows::{RowSource, Rows};
use hedgelab::training::{Checkpoint, fused};
use std::sync::Arc;

fn year(changes: &[(&str, &str)]) -> Scenario {
    let year = presets::built_in("paper-year").unwrap();
    year.with(changes.iter().copied()).unwrap()
}

/// Weights like those of a network half-way through training.
fn wave(count: usize) -> Vec<f32> {
    (0..count)
        .map(|i| 0.4 * f32::sin(1.7 * i as f32 + 0.3))
        .collect()
}

fn norm(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|x| x * x).sum::<f64>().sqrt()
}

fn relative_distance(one: &[f32], other: &[f32]) -> f64 {
    assert_eq!(one.len(), other.len());
    let pairs = one.iter().zip(other);
    let apart = norm(pairs.map(|(a, b)| f64::from(*a) - f64::from(*b)));
    apart / norm(other.iter().map(|x| f64::from(*x)))
}

/// What single precision may be off by.
const CLOSE: f64 = 1e-5;

/// The gradient of a loss along some directions against what happens to it.
fn check_differences(weights: &[f32], gradient: &[f32], step: f32, loss: &dyn Fn(&[f32]) -> f64) {
    for turn in 0..3 {
        let moved = |sign: f32| -> Vec<f32> {
            let by = |i: usize| sign * step * f32::cos(2.3 * i as f32 + turn as f32);
            let all = weights.iter().enumerate();
            all.map(|(i, weight)| weight + by(i)).collect()
        };
        let (up, down) = (moved(1.0), moved(-1.0));
        let change = |i: usize| f64::from(up[i]) - f64::from(down[i]);
        let all = 0..weights.len();
        let predicted: f64 = all.map(|i| f64::from(gradient[i]) * change(i)).sum();
        let length = norm((0..weights.len()).map(change));
        let size = norm(gradient.iter().map(|x| f64::from(*x))) * length;
        let apart = (predicted - (loss(&up) - loss(&down))).abs() / size;
        assert!(apart < 1e-3, "{apart:e} in direction {turn}");
    }
}

/// Prices of a Brownian motion beside a variance of their own.
#[derive(Debug)]
struct WithVariance(GeometricBrownian);

impl PathSource for WithVariance {
    fn steps(&self) -> usize {
        self.0.steps
    }

    fn factors(&self) -> &'static [&'static str] {
        &["season", "variance"]
    }

    fn fill(&self, sampling: &Sampling, first: u64, block: &mut PathBlock) {
        self.0.fill(sampling, first, block);
        let (_, factors) = block.parts_mut();
        for (k, row) in factors[1].rows.iter_mut().enumerate() {
            for (lane, variance) in row.iter_mut().enumerate() {
                let path = (first + lane as u64) as f64;
                *variance = 0.04 * (1.0 + 0.6 * (0.9 * path + 1.3 * k as f64).sin());
            }
        }
    }
}

const VARIANCE: Input = Input::Factor(Quantity {
    name: "variance",
    of: |scenario| scenario.market.volatility.powi(2),
});
const IMPACT: Input = Input::Context(Quantity {
    name: "impact",
    of: |scenario| 50.0 * (scenario.order_book.ask_exponent - 1.0),
});
const SHORT: Input = Input::Context(Quantity {
    name: "step",
    of: Scenario::step_length,
});

/// Everything in another order, in two blocks of rows; and a network that sees hardly anything.
const LAYOUTS: [&[Input]; 2] = [
    &[
        IMPACT,
        Input::Value,
        VARIANCE,
        Input::BidMemory,
        Input::Moneyness,
        Input::Time,
        Input::Position,
        SHORT,
        Input::AskMemory,
        Input::Base,
    ],
    &[Input::AskMemory, VARIANCE, Input::Moneyness],
];

fn other_inputs() -> impl Iterator<Item = (Scenario, Features, Paths)> {
    LAYOUTS.into_iter().flat_map(|inputs| {
        ["relu", "silu"].map(|activation| {
            let scenario = year(&[
                ("steps", "6"),
                ("training.hidden", "9,6"),
                ("training.activation", activation),
                ("order_book.ask_decay", "3"),
                ("order_book.bid_decay", "5"),
                ("financing.borrow_rate", "0.05"),
            ]);
            let source = Arc::new(WithVariance(GeometricBrownian::of(&scenario)));
            let features = Features::of(&scenario, Base::Leland);
            let layout = Layout::new(inputs);
            let features = features.seeing(layout, &scenario, source.factors());
            let paths = Paths::from_source(source, Sampling::evaluation(5));
            (scenario, features.unwrap(), paths)
        })
    })
}

/// Errors of a policy in the readable loop, on paths with factors.
fn plain_errors(scenario: &Scenario, policy: &dyn Policy, paths: &Paths, count: usize) -> Vec<f64> {
    let mut block = PathBlock::new(0);
    let error = |number: usize| {
        paths.fill((number / LANES * LANES) as u64, &mut block);
        let lane = number % LANES;
        let prices: Vec<f64> = block.rows().iter().map(|row| row[lane]).collect();
        let factors = block.factors().iter();
        let factors: Vec<Vec<f64>> = factors
            .map(|factor| factor.rows.iter().map(|row| row[lane]).collect())
            .collect();
        let mut episode = Episode::start(scenario, &prices).with_factors(&factors);
        while let Some(seen) = episode.observe() {
            episode.trade_to(policy.target(&seen, &mut []));
        }
        episode.settle().error
    };
    (0..count).map(error).collect()
}

#[test]
fn policy_kernel_and_reference_agree_on_factors_and_contexts() {
    for (scenario, features, paths) in other_inputs() {
        let weights = wave(weight_count(&widths_for(features.layout(), &scenario)));
        let mut rows = Rows::default();
        RowSource::of_paths(&scenario, features, paths.clone()).fill(0, 75, &mut rows);
        let reference = Reference::new(&scenario, features, Device::flex(), DType::F64);
        let exact = reference.gradient(&weights, &rows, Surface::Rmse).unwrap();
        for arch in kernel::architectures() {
            let mut fast = Gradient::default();
            let mut kernel = fused::kernel(&scenario, &features, arch).unwrap();
            kernel
                .gradient(&weights, &rows, Surface::Rmse, &mut fast)
                .unwrap();
            let [errors, slopes] = [
                relative_distance(&fast.errors, &exact.errors),
                relative_distance(&fast.weights, &exact.weights),
            ];
            assert!(errors < CLOSE && slopes < CLOSE, "{errors:e}, {slopes:e}");
        }
        let loss = |weights: &[f32]| {
            let policy = LearnedPolicy::with_features(&scenario, features, weights).unwrap();
            let errors = plain_errors(&scenario, &policy, &paths, 75);
            let apart = errors.iter().zip(&exact.errors);
            let largest = apart
                .map(|(a, b)| (a - f64::from(*b)).abs())
                .fold(0.0, f64::max);
            assert!(largest < 1.0, "policy and reference are {largest} apart");
            Goal::Rmse.value(&errors)
        };
        assert!((loss(&weights) / exact.loss - 1.0).abs() < 1e-6);
        check_differences(&weights, &exact.weights, 1e-4, &loss);
    }
}

#[test]
fn a_policy_sees_factors_on_many_paths_as_on_one() {
    for (scenario, features, _) in other_inputs() {
        let weights = wave(weight_count(&widths_for(features.layout(), &scenario)));
        let policy = LearnedPolicy::with_features(&scenario, features, &weights).unwrap();
        let row = |unit: f64, around: f64| {
            let number = |lane: usize| around + unit * (0.7 * lane as f64).sin();
            std::array::from_fn::<f64, LANES, _>(number)
        };
        let factors = [row(9.0, 0.0), row(0.02, 0.04)];
        let seen = Observations {
            step: 2,
            time: 0.2,
            remaining: 0.8,
            spot: &row(200.0, 1000.0),
            position: &row(0.5, 0.4),
            value: Some(&row(60.0, 40.0)),
            ask_memory: &row(0.2, 0.3),
            bid_memory: &row(0.1, 0.2),
            displaced: None,
            factors: &factors,
        };
        let mut targets = [0.0; LANES];
        policy.targets(&seen, &mut [], &mut targets);
        let mut moved = 0;
        for (lane, many) in targets.iter().enumerate() {
            let mut one = seen.lane(lane);
            assert_eq!(one.factors[1], factors[1][lane]);
            assert!((policy.target(&one, &mut []) - many).abs() < 3e-6);
            one.factors = Factors::default();
            moved += usize::from((policy.target(&one, &mut []) - many).abs() > 1e-4);
        }
        // Some hidden units may be off.
        assert!(
            moved > LANES / 2,
            "blind to the factor on all but {moved} paths"
        );
    }
}

#[test]
fn a_factor_that_paths_lack_and_a_file_with_another_input_are_refused() {
    let (scenario, features, _) = other_inputs().next().unwrap();
    let layout = features.layout();
    let plain = Features::of(&scenario, Base::Leland);
    let missing = plain.seeing(layout, &scenario, &["season"]).unwrap_err();
    assert_eq!(missing, InputsError::NoFactor("variance"));
    let weights = wave(weight_count(&widths_for(layout, &scenario)));
    let checkpoint = |policy| Checkpoint {
        policy,
        validation: None,
        training: None,
    };
    let policy = LearnedPolicy::with_features(&scenario, features, &weights).unwrap();
    let bytes = checkpoint(policy).to_bytes().unwrap();
    let refused = Checkpoint::from_bytes(&bytes, "theirs")
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("sees the input \"impact\", which this program lacks"),
        "{refused}"
    );
    let own = wave(weight_count(&layer_widths(&scenario)));
    let policy = LearnedPolicy::new(&scenario, Base::Leland, &own).unwrap();
    let bytes = checkpoint(policy.clone()).to_bytes().unwrap();
    assert!(
        Checkpoint::from_bytes(&bytes, "ours")
            .unwrap()
            .policy
            .is_same(&policy)
    );
}

/// Three scenarios that have next to nothing in common but the network.
fn mixture() -> Vec<Scenario> {
    let common = [("training.hidden", "9,6")];
    let changes: [&[(&str, &str)]; 3] = [
        &[
            ("steps", "6"),
            ("financing.lend_rate", "0.03"),
            ("initial.position", "0.2"),
        ],
        &[
            ("steps", "9"),
            ("contract.kind", "put"),
            ("contract.strike", "950"),
            ("contract.shares", "30"),
            ("order_book.depth", "40"),
            ("order_book.ask_exponent", "1.05"),
            ("order_book.ask_decay", "inf"),
        ],
        &[
            ("steps", "4"),
            ("contract.position", "long"),
            ("limits.max_trade", "0.3"),
            ("limits.min_position", "-0.8"),
            ("order_book.bid_exponent", "0.93"),
            ("order_book.bid_decay", "2"),
        ],
    ];
    changes
        .iter()
        .map(|changes| year(&common).with(changes.iter().copied()).unwrap())
        .collect()
}

/// Tiles of each scenario in the mixed batch.
const TILES: usize = 3;

#[test]
fn a_batch_that_mixes_scenarios_has_the_errors_and_gradient_of_all_run_apart() {
    let scenarios = mixture();
    let features: Vec<Features> = scenarios
        .iter()
        .map(|scenario| Features::of(scenario, Base::Delta))
        .collect();
    let pairs = || scenarios.iter().zip(&features);
    let mut sources: Vec<RowSource> = pairs()
        .map(|(scenario, features)| RowSource::new(scenario, *features, Sampling::evaluation(5)))
        .collect();
    let problems: Vec<Problem> = pairs()
        .map(|(scenario, features)| fused::problem(scenario, *features))
        .collect();
    let mut rows = Rows::default();
    RowSource::fill_mixed(&mut sources, 64, TILES, &mut rows);
    let weights = wave(weight_count(&layer_widths(&scenarios[0])));
    let shape = NetworkShape::new(7, &[9, 6], scenarios[0].training.activation).unwrap();
    let surface = Surface::Rmse;
    for arch in kernel::architectures() {
        let mut mixed = Kernel::new(&problems, &shape, arch).unwrap();
        let mut whole = Gradient::default();
        mixed
            .gradient(&weights, &rows, surface, &mut whole)
            .unwrap();
        let each: Vec<f32> = problems
            .iter()
            .flat_map(|_| weights.iter().copied())
            .collect();
        let mut own = Gradient::default();
        mixed.gradient(&each, &rows, surface, &mut own).unwrap();
        assert_eq!(own.errors, whole.errors);
        let (mut sum, mut square) = (vec![0.0; weights.len()], 0.0);
        let count = TILES * kernel::TILE;
        for (number, source) in sources.iter_mut().enumerate() {
            let mut alone = Kernel::new(&problems[number..=number], &shape, arch).unwrap();
            let (mut rows, mut apart) = (Rows::default(), Gradient::default());
            source.fill(64, count, &mut rows);
            alone
                .gradient(&weights, &rows, surface, &mut apart)
                .unwrap();
            let errors = &whole.errors[number * count..][..count];
            assert_eq!(errors, apart.errors.as_slice(), "scenario {number}");
            // The mean square of all is the mean of the three, and so is its derivative.
            square += apart.loss.powi(2) / 3.0;
            let share = apart.loss / whole.loss / 3.0;
            let slopes: Vec<f32> = apart
                .weights
                .iter()
                .map(|g| (f64::from(*g) * share) as f32)
                .collect();
            let of_own = &own.weights[number * weights.len()..][..weights.len()];
            assert!(
                relative_distance(of_own, &slopes) < CLOSE,
                "scenario {number}"
            );
            sum.iter_mut()
                .zip(slopes)
                .for_each(|(sum, slope)| *sum += slope);
        }
        assert!((square.sqrt() / whole.loss - 1.0).abs() < 1e-9);
        assert!(relative_distance(&whole.weights, &sum) < CLOSE);
        let network = network::of(&scenarios[0], features[0].layout());
        let reference =
            Reference::of_network(network, problems.clone(), Device::flex(), DType::F64);
        let exact = reference.gradient(&weights, &rows, surface).unwrap();
        assert!(relative_distance(&whole.errors, &exact.errors) < CLOSE);
        assert!(relative_distance(&whole.weights, &exact.weights) < CLOSE);
    }
}

/// Each with weights and a surface of its own, and in the units of conditioned policies, in which an
/// output adds money above the strike.
#[test]
fn each_problem_of_a_batch_may_have_weights_and_a_loss_of_its_own() {
    let scenarios = mixture();
    let features: Vec<Features> = scenarios
        .iter()
        .map(|scenario| conditioned::features(scenario, &Measures::of(scenario)))
        .collect();
    let pairs = || scenarios.iter().zip(&features);
    let mut sources: Vec<RowSource> = pairs()
        .map(|(scenario, features)| RowSource::new(scenario, *features, Sampling::evaluation(5)))
        .collect();
    let problems: Vec<Problem> = pairs()
        .map(|(scenario, features)| fused::problem(scenario, *features))
        .collect();
    let mut rows = Rows::default();
    RowSource::fill_mixed(&mut sources, 64, TILES, &mut rows);
    let count = weight_count(&layer_widths(&scenarios[0]));
    let weights = wave(3 * count);
    let shape = NetworkShape::new(7, &[9, 6], scenarios[0].training.activation).unwrap();
    let size = features[2].error_size();
    let surfaces = [
        Surface::Rmse,
        Surface::Entropic {
            aversion: 1.0 / features[1].error_size(),
        },
        Surface::Cvar {
            level: 0.9,
            threshold: 0.3 * size,
            smoothing: 0.05 * size,
        },
    ];
    let network = network::of(&scenarios[0], features[0].layout());
    for arch in kernel::architectures() {
        let mut kernel = Kernel::new(&problems, &shape, arch).unwrap();
        let mut found = vec![Gradient::default(); 3];
        kernel
            .gradients(&weights, &rows, &surfaces, &mut found)
            .unwrap();
        for (number, source) in sources.iter_mut().enumerate() {
            let mut rows = Rows::default();
            source.fill(64, TILES * kernel::TILE, &mut rows);
            let own = vec![problems[number].clone()];
            let reference = Reference::of_network(network.clone(), own, Device::flex(), DType::F64);
            let weights = &weights[number * count..][..count];
            let exact = reference
                .gradient(weights, &rows, surfaces[number])
                .unwrap();
            let found = &found[number];
            let apart = (found.loss / exact.loss - 1.0).abs();
            assert!(apart < 2.0 * CLOSE, "{number}: {apart:e}");
            assert!((found.threshold - exact.threshold).abs() < 1e-4, "{number}");
            assert!(relative_distance(&found.errors, &exact.errors) < CLOSE);
            let apart = relative_distance(&found.weights, &exact.weights);
            assert!(apart < 2.0 * CLOSE, "{number}: {apart:e}");
        }
        let refused = kernel.gradients(&weights, &rows, &surfaces[..2], &mut found);
        assert!(refused.is_err());
    }
}

#[test]
fn a_mixed_batch_that_was_not_posed_is_refused() {
    let scenarios = mixture();
    let features = |scenario: &Scenario| Features::of(scenario, Base::Delta);
    let mut sources: Vec<RowSource> = scenarios
        .iter()
        .map(|scenario| RowSource::new(scenario, features(scenario), Sampling::evaluation(5)))
        .collect();
    let mut rows = Rows::default();
    RowSource::fill_mixed(&mut sources, 0, 1, &mut rows);
    let arch = kernel::architectures().pop().unwrap();
    let mut kernel = fused::kernel(&scenarios[0], &features(&scenarios[0]), arch).unwrap();
    let weights = wave(weight_count(&layer_widths(&scenarios[0])));
    let mut out = Gradient::default();
    let refused = kernel.gradient(&weights, &rows, Surface::Rmse, &mut out);
    assert!(refused.unwrap_err().to_string().contains("problem 1"));
    let paper = scenarios[1].with([("training.form", "paper")]).unwrap();
    let problems = [&scenarios[0], &paper].map(|s| fused::problem(s, features(s)));
    assert!(kernel.pose(&problems).is_err(), "other inputs");
}

#[test]
fn lots_of_scenarios_simulated_together_have_the_errors_of_each_alone() {
    let scenarios = mixture();
    let sampling = Sampling::evaluation(3);
    let strategies = [Strategy::Delta, Strategy::Leland];
    let policies: Vec<Vec<Box<dyn Policy>>> = scenarios
        .iter()
        .map(|scenario| simulate::baselines(scenario, &strategies))
        .collect();
    let pairs = || scenarios.iter().zip(&policies);
    let lots: Vec<Lot<'_>> = pairs()
        .enumerate()
        .map(|(number, (scenario, policies))| Lot {
            scenario,
            policy: policies[number % 2].as_ref(),
            sampling,
            paths: 100 + 64 * number,
        })
        .collect();
    let together = simulate::errors_of(&lots);
    for (number, (scenario, policies)) in pairs().enumerate() {
        let alone = simulate(scenario, policies, sampling, 100 + 64 * number as u64);
        assert_eq!(
            together[number],
            alone[number % 2].errors(),
            "scenario {number}"
        );
    }
}

/// `h' = tanh(x·U + h·W + b)`, `output = h'·v + c`: a network that remembers, small enough to read.
#[derive(Debug)]
struct Elman {
    inputs: usize,
    memory: usize,
}

impl Architecture for Elman {
    fn shapes(&self) -> Vec<[usize; 2]> {
        let (n, m) = (self.inputs, self.memory);
        vec![[n, m], [m, m], [1, m], [m, 1], [1, 1]]
    }

    fn first_weights(&self, _stream: &mut Stream) -> Vec<f32> {
        let count = self
            .shapes()
            .iter()
            .map(|[rows, columns]| rows * columns)
            .sum();
        wave(count)
    }

    fn memory(&self) -> usize {
        self.memory
    }

    fn forward(
        &self,
        weights: &[Tensor<2>],
        inputs: Tensor<2>,
        memory: Option<Tensor<2>>,
    ) -> (Tensor<2>, Option<Tensor<2>>) {
        let [u, w, b, v, c] = [0, 1, 2, 3, 4].map(|i: usize| weights[i].clone());
        let memory = (inputs.matmul(u) + memory.unwrap().matmul(w) + b).tanh();
        (memory.clone().matmul(v) + c, Some(memory))
    }
}

impl Elman {
    /// The same on one path, in plain numbers.
    fn plain(&self, weights: &[f32], inputs: &[f64], memory: &mut Vec<f64>) -> f64 {
        let at = |i: usize| f64::from(weights[i]);
        let (n, m) = (self.inputs, self.memory);
        let next = (0..m).map(|j| {
            let seen: f64 = (0..n).map(|i| inputs[i] * at(i * m + j)).sum();
            let kept: f64 = (0..m).map(|i| memory[i] * at((n + i) * m + j)).sum();
            (seen + kept + at((n + m) * m + j)).tanh()
        });
        *memory = next.collect();
        let last = (n + m + 1) * m;
        let said: f64 = (0..m).map(|j| memory[j] * at(last + j)).sum();
        said + at(last + m)
    }
}

#[test]
fn a_network_that_remembers_trains_through_the_whole_episode() {
    let scenario = year(&[("steps", "7"), ("order_book.ask_decay", "3")]);
    let features = Features::of(&scenario, Base::Delta);
    let network = Elman {
        inputs: features.inputs(),
        memory: 3,
    };
    let weights = wave(3 * (7 + 3 + 1) + 3 + 1);
    let (mut rows, sampling) = (Rows::default(), Sampling::evaluation(5));
    RowSource::new(&scenario, features, sampling).fill(0, 40, &mut rows);
    let source = Paths::new(&scenario, sampling);
    let errors = |weights: &[f32]| -> Vec<f64> {
        let error = |number: u64| {
            let prices = source.path(number);
            let mut episode = Episode::start(&scenario, &prices);
            let mut memory = vec![0.0; network.memory];
            while let Some(seen) = episode.observe() {
                let (inputs, base) = features.see(&seen);
                let output = network.plain(weights, &inputs, &mut memory);
                episode.trade_to(base + features.scales().correction(output, seen.spot));
            }
            episode.settle().error
        };
        (0..40).map(error).collect()
    };
    let problem = fused::problem(&scenario, features);
    let cell = Elman { ..network };
    let reference =
        Reference::of_network(Arc::new(cell), vec![problem], Device::flex(), DType::F64);
    let exact = reference.gradient(&weights, &rows, Surface::Rmse).unwrap();
    for (plain, exact) in errors(&weights).iter().zip(&exact.errors) {
        assert!(
            (plain - f64::from(*exact)).abs() < 1e-3,
            "{plain} against {exact}"
        );
    }
    let loss = |weights: &[f32]| Goal::Rmse.value(&errors(weights));
    check_differences(&weights, &exact.weights, 1e-4, &loss);
}
