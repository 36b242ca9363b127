//! Networks that remember their path: gradients, training, files, and what is said of them.

use assert_cmd::Command;
use burn::tensor::{DType, Device};
use hedgelab::episode::Episode;
use hedgelab::market::{Paths, Sampling};
use hedgelab::policy::features::Features;
use hedgelab::policy::network::{count, pieces, remembered};
use hedgelab::policy::{Base, Layout, LearnedPolicy, Policy, Scales};
use hedgelab::presets;
use hedgelab::scenario::Scenario;
use hedgelab::training::objective::Goal;
use hedgelab::training::reference::Reference;
use hedgelab::training::rollout::{RolloutKind, Surface};
use hedgelab::training::rows::{RowSource, Rows};
use hedgelab::training::{Checkpoint, Start, Trainer, TrainingError};
use std::path::Path;

const KINDS: [&str; 2] = ["gru", "lstm"];

/// A short training of a small network of this kind, in a market where everything happens.
fn small(kind: &str, more: &[(&str, &str)]) -> Scenario {
    let changes = [
        ("training.network", kind),
        ("training.hidden", "5,4"),
        ("training.batch", "96"),
        ("training.validation_paths", "1000"),
        ("training.iterations", "12"),
        ("steps", "7"),
        ("order_book.ask_decay", "3"),
        ("financing.borrow_rate", "0.04"),
    ];
    let year = presets::built_in("paper-year").unwrap();
    year.with(changes.into_iter().chain(more.iter().copied()))
        .unwrap()
}

/// Weights that make a network move and remember.
fn wave(scenario: &Scenario) -> Vec<f32> {
    let count = count(&pieces(Layout::of(scenario), scenario));
    let wave = |i: usize| 0.4 * f32::sin(1.7 * i as f32 + 0.4);
    (0..count).map(wave).collect()
}

fn errors(policy: &LearnedPolicy, scenario: &Scenario, sampling: Sampling) -> Vec<f64> {
    let source = Paths::new(scenario, sampling);
    let error = |number: u64| {
        let prices = source.path(number);
        let mut episode = Episode::start(scenario, &prices);
        let mut state = vec![0.0; policy.state_size()];
        while let Some(seen) = episode.observe() {
            episode.trade_to(policy.target(&seen, &mut state));
        }
        episode.settle().error
    };
    (0..40).map(error).collect()
}

/// The training's rollout is burn's, the other one the policy as everybody is measured by it.
#[test]
fn gradients_agree_with_finite_differences_of_episodes() {
    for kind in KINDS {
        for form in ["residual", "paper"] {
            let scenario = small(kind, &[("training.form", form)]);
            let base = Base::Delta;
            let scales = Scales::of(&scenario, 0.0);
            let features = Features::new(&scenario, base, scales);
            let (mut rows, sampling) = (Rows::default(), Sampling::evaluation(5));
            RowSource::new(&scenario, features, sampling).fill(0, 40, &mut rows);
            let reference = Reference::new(&scenario, features, Device::flex(), DType::F64);
            let weights = wave(&scenario);
            let exact = reference.gradient(&weights, &rows, Surface::Rmse).unwrap();
            let policy = |weights: &[f32]| {
                LearnedPolicy::with_scales(&scenario, base, scales, weights).unwrap()
            };
            let plain = errors(&policy(&weights), &scenario, sampling);
            for (plain, exact) in plain.iter().zip(&exact.errors) {
                assert!((plain - f64::from(*exact)).abs() < 1e-3, "{kind} {form}");
            }
            let loss =
                |weights: &[f32]| Goal::Rmse.value(&errors(&policy(weights), &scenario, sampling));
            let apart = differences(&weights, &exact.weights, &loss);
            assert!(apart < 1e-3, "{kind} {form}: {apart:e}");
        }
    }
}

/// How far the gradient is from central differences in three directions that touch every weight, in
/// its own size.
fn differences(weights: &[f32], gradient: &[f32], loss: &dyn Fn(&[f32]) -> f64) -> f64 {
    let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
    let in_direction = |turn: usize| {
        let moved = |sign: f32| -> Vec<f32> {
            let by = |i: usize| sign * 1e-3 * f32::cos(2.3 * i as f32 + turn as f32);
            let all = weights.iter().enumerate();
            all.map(|(i, weight)| weight + by(i)).collect()
        };
        let (up, down) = (moved(1.0), moved(-1.0));
        let change: Vec<f64> = up
            .iter()
            .zip(&down)
            .map(|(up, down)| f64::from(*up) - f64::from(*down))
            .collect();
        let slopes: Vec<f64> = gradient.iter().map(|x| f64::from(*x)).collect();
        let predicted: f64 = slopes.iter().zip(&change).map(|(x, y)| x * y).sum();
        (predicted - (loss(&up) - loss(&down))).abs() / (norm(&slopes) * norm(&change))
    };
    (0..3).map(in_direction).fold(0.0, f64::max)
}

#[test]
fn every_objective_and_any_number_of_threads_give_the_same_gradient() {
    let scenario = small("gru", &[("training.batch", "1200")]);
    let features = Features::of(&scenario, Base::Delta);
    let mut rows = Rows::default();
    RowSource::new(&scenario, features, Sampling::evaluation(5)).fill(0, 1200, &mut rows);
    let reference = Reference::new(&scenario, features, Device::flex(), DType::F64);
    let weights = wave(&scenario);
    let cvar = Surface::Cvar {
        level: 0.95,
        smoothing: 2.0,
        threshold: 60.0,
    };
    for surface in [
        Surface::Rsmse,
        Surface::Rmse,
        cvar,
        Surface::Entropic { aversion: 0.02 },
    ] {
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let gradient = || reference.gradient(&weights, &rows, surface).unwrap();
            pool.unwrap().install(gradient)
        };
        let (one, three) = (on(1), on(3));
        assert!(one.weights.iter().any(|x| *x != 0.0));
        assert_eq!(one.weights, three.weights);
        assert_eq!(one.loss.to_bits(), three.loss.to_bits());
        assert_eq!(one.threshold.to_bits(), three.threshold.to_bits());
    }
}

fn trained(scenario: &Scenario, start: &Start, iterations: usize) -> Trainer {
    let mut trainer = Trainer::new(scenario, start, 3).unwrap();
    for _ in 0..iterations {
        trainer.step().unwrap();
    }
    trainer
}

#[test]
fn training_resumed_from_a_file_ends_in_the_same_bits() {
    for kind in KINDS {
        let scenario = small(kind, &[]);
        let whole = trained(&scenario, &Start::Fresh, 10)
            .checkpoint()
            .to_bytes()
            .unwrap();
        let half = trained(&scenario, &Start::Fresh, 6)
            .checkpoint()
            .to_bytes()
            .unwrap();
        let mut rest = Trainer::resume(Checkpoint::from_bytes(&half, "half").unwrap()).unwrap();
        for _ in 0..4 {
            rest.step().unwrap();
        }
        assert_eq!(rest.checkpoint().to_bytes().unwrap(), whole, "{kind}");
        let report = rest.report();
        assert_eq!(report.rollout, RolloutKind::Reference);
        assert!(report.rollout_reason.unwrap().contains("fully connected"));
    }
}

#[test]
fn a_policy_that_remembers_reads_back_from_its_file() {
    for kind in KINDS {
        let scenario = small(kind, &[]);
        let policy = LearnedPolicy::new(&scenario, Base::Delta, &wave(&scenario)).unwrap();
        assert_eq!(policy.state_size(), remembered(&scenario));
        assert_eq!(policy.state_size(), if kind == "gru" { 9 } else { 18 });
        let checkpoint = Checkpoint {
            policy: policy.clone(),
            validation: None,
            training: None,
        };
        let bytes = checkpoint.to_bytes().unwrap();
        let read = Checkpoint::from_bytes(&bytes, "file").unwrap().policy;
        assert!(read.is_same(&policy));
        assert_eq!(read.hash(), policy.hash());
    }
}

#[test]
fn kinds_of_network_are_different_policies_and_do_not_start_from_each_other() {
    let [gru, lstm] = KINDS.map(|kind| small(kind, &[]));
    let policy = LearnedPolicy::new(&gru, Base::Delta, &wave(&gru)).unwrap();
    let refused = Trainer::new(&lstm, &Start::Weights(policy.clone()), 1).unwrap_err();
    assert!(matches!(refused, TrainingError::OtherShape { .. }));
    let said = refused.to_string();
    assert!(said.contains("gru [") && said.contains("lstm ["), "{said}");
    assert!(said.contains("training.network"), "{said}");
    let neighbour = small("gru", &[("market.drift", "0.05")]);
    assert!(Trainer::new(&neighbour, &Start::Weights(policy), 1).is_ok());
    let short = LearnedPolicy::new(&gru, Base::Delta, &wave(&lstm)).unwrap_err();
    assert!(
        short.to_string().contains("a network gru [7, 5, 4, 1]"),
        "{short}"
    );
}

fn run(folder: &Path, line: &str) -> String {
    let mut command = Command::cargo_bin("hedgelab").unwrap();
    let command = command.current_dir(folder).args(line.split_whitespace());
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

/// Trained, saved, evaluated beside a fully connected one, replayed: as a person does it.
#[test]
fn the_command_line_trains_and_compares_them_under_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let short = "--set training.hidden=4 --set training.batch=64 --set training.validation_paths=500 --iterations 8";
    for kind in ["feed_forward", "gru", "lstm"] {
        let line = format!(
            "train paper-year --set training.network={kind} {short} --out {kind}.safetensors"
        );
        run(folder.path(), &line);
    }
    let weights =
        "--weights feed_forward.safetensors --weights gru.safetensors --weights lstm.safetensors";
    let table = run(
        folder.path(),
        &format!("evaluate paper-year --paths 2000 {weights}"),
    );
    let path = run(
        folder.path(),
        &format!("replay paper-year --path 7 {weights}"),
    );
    assert!(
        table.contains("of gru.safetensors (gru [7, 4, 1])"),
        "{table}"
    );
    assert!(!table.contains("(feed_forward"), "{table}");
    for kind in ["feed_forward", "gru", "lstm"] {
        assert!(
            table.contains(kind) && path.contains(kind),
            "{kind}\n{table}\n{path}"
        );
    }
}
