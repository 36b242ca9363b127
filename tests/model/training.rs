//! The trainer: reproducible at any number of threads and in parts, saved and resumed, back on its
//! feet after a number that is not finite, and judged as what it deploys.

use hedgelab::market::Sampling;
use hedgelab::outcome::Sample;
use hedgelab::policy::network::{layer_widths, weight_count};
use hedgelab::policy::{Base, LearnedPolicy, Policy, SoftBand};
use hedgelab::presets;
use hedgelab::scenario::{Form, Named, Objective, Scenario, Strategy};
use hedgelab::simulate::{baselines, simulate};
use hedgelab::training::objective::Goal;
use hedgelab::training::{Checkpoint, RolloutKind, Start, Trainer, TrainingError};

fn scenario(preset: &str, changes: &[(&str, &str)]) -> Scenario {
    let scenario = presets::built_in(preset).unwrap();
    scenario.with(changes.iter().copied()).unwrap()
}

fn relative_distance(one: &[f32], other: &[f32]) -> f64 {
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
    let pairs = one.iter().zip(other);
    let distance = norm(&mut pairs.map(|(a, b)| f64::from(*a) - f64::from(*b)));
    if distance == 0.0 {
        return 0.0;
    }
    distance / norm(&mut other.iter().map(|x| f64::from(*x)))
}

fn small(changes: &[(&str, &str)]) -> Scenario {
    let mut all = vec![
        ("training.batch", "96"),
        ("training.validation_paths", "200"),
        ("training.iterations", "150"),
        ("training.hidden", "8,8"),
    ];
    all.extend_from_slice(changes);
    scenario("paper-year", &all)
}

fn run(trainer: &mut Trainer, iterations: usize) {
    for _ in 0..iterations {
        trainer.step().unwrap();
    }
}

#[test]
fn training_gives_the_same_bits_at_any_number_of_threads() {
    let scenario = small(&[("training.objective", "cvar"), ("training.batch", "700")]);
    let bits = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let mut trainer = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
            run(&mut trainer, 40);
            trainer.checkpoint().to_bytes().unwrap()
        })
    };
    let one = bits(1);
    assert_eq!(one, bits(2));
    assert_eq!(one, bits(5));
}

#[test]
fn a_saved_training_goes_on_bit_for_bit() {
    for objective in Objective::ALL {
        let scenario = small(&[("training.objective", objective.0)]);
        let mut whole = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
        run(&mut whole, 150);
        let mut half = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
        run(&mut half, 80);
        let saved = half.checkpoint().to_bytes().unwrap();
        drop(half);
        let loaded = Checkpoint::from_bytes(&saved, "half").unwrap();
        assert_eq!(loaded.to_bytes().unwrap(), saved);
        let mut rest = Trainer::resume(loaded).unwrap();
        run(&mut rest, 70);
        assert!(rest.report().history.len() > 2, "no validation to compare");
        assert_eq!(
            rest.checkpoint().to_bytes().unwrap(),
            whole.checkpoint().to_bytes().unwrap()
        );
        assert_eq!(rest.report(), whole.report());
    }
}

#[test]
fn a_policy_without_its_training_cannot_be_resumed_but_started_from() {
    let scenario = small(&[]);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
    run(&mut trainer, 150);
    trainer.validate().unwrap();
    let bytes = trainer.checkpoint().without_training().to_bytes().unwrap();
    let policy = Checkpoint::from_bytes(&bytes, "policy").unwrap();
    let other = small(&[("order_book.ask_decay", "1"), ("market.drift", "0.05")]);
    let warm = Trainer::new(&other, &Start::Weights(policy.policy.clone()), 3).unwrap();
    let cold = Trainer::new(&other, &Start::Fresh, 3).unwrap();
    let (warm, cold) = (warm.report(), cold.report());
    assert!(warm.history[0].objective < cold.delta.min(cold.leland));
    let wider = small(&[("training.hidden", "9,8")]);
    let refused = Trainer::new(&wider, &Start::Weights(policy.policy.clone()), 3);
    assert!(matches!(refused, Err(TrainingError::OtherShape { .. })));
    let resumed = Trainer::resume(policy);
    assert!(matches!(resumed, Err(TrainingError::NothingToResume)));
}

#[test]
fn damaged_files_are_refused_with_one_line_and_never_panic() {
    let mut trainer = Trainer::new(&small(&[]), &Start::Fresh, 3).unwrap();
    run(&mut trainer, 3);
    let whole = trainer.checkpoint().to_bytes().unwrap();
    let mut random = 12345u64;
    let mut next = |below: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(random >> 33).unwrap() % below
    };
    for turn in 0..3000 {
        let mut bytes = whole.clone();
        match turn % 3 {
            0 => bytes.truncate(next(whole.len())),
            1 => {
                let at = next(whole.len());
                bytes[at] ^= 1 << next(8);
            }
            _ => {
                let at = next(2500.min(whole.len()));
                bytes[at] = u8::try_from(next(256)).unwrap();
            }
        }
        if bytes != whole {
            match Checkpoint::from_bytes(&bytes, "x.safetensors") {
                Err(refused) => {
                    let message = refused.to_string();
                    assert!(message.starts_with("x.safetensors: "), "{message}");
                }
                // One white space for another between the parts of the header is no damage.
                Ok(read) => assert!(read.to_bytes().unwrap() == whole, "turn {turn}"),
            }
        }
    }
    for foreign in [&b""[..], b"(version: 1)", &[0xff; 100], &[0; 4096]] {
        assert!(Checkpoint::from_bytes(foreign, "x").is_err());
    }
}

#[test]
fn another_version_is_named() {
    let mut trainer = Trainer::new(&small(&[]), &Start::Fresh, 3).unwrap();
    run(&mut trainer, 1);
    let bytes = trainer.checkpoint().to_bytes().unwrap();
    let (from, to) = (br#"{\"version\":3,"#, br#"{\"version\":7,"#);
    let at = bytes.windows(from.len()).position(|w| w == from).unwrap();
    let mut other = bytes;
    other[at..at + to.len()].copy_from_slice(to);
    let message = Checkpoint::from_bytes(&other, "x").unwrap_err().to_string();
    assert!(message.contains("version 7"), "{message}");
}

#[test]
fn after_a_loss_that_is_not_finite_training_goes_on_from_good_weights() {
    let scenario = small(&[]);
    let count = weight_count(&layer_widths(&scenario));
    let wild: Vec<f32> = (0..count)
        .map(|i| 1e19 * f32::sin(i as f32 + 1.0))
        .collect();
    let wild = LearnedPolicy::new(&scenario, Base::Delta, &wild).unwrap();
    let mut trainer = Trainer::new(&scenario, &Start::Weights(wild), 3).unwrap();
    let before = trainer.report();
    assert!(trainer.policy().is_untrained());
    let step = trainer.step().unwrap();
    let after = trainer.report();
    assert!(step.loss.is_finite());
    assert_eq!((before.recoveries, after.recoveries), (0, 1));
    assert!(after.learning_rate < 0.51 * before.learning_rate);
    // The batch that failed counts, so that the next one had other paths.
    assert_eq!(step.iteration, 2);
    run(&mut trainer, 100);
    let saved = Checkpoint::from_bytes(&trainer.checkpoint().to_bytes().unwrap(), "x").unwrap();
    let mut resumed = Trainer::resume(saved).unwrap();
    run(&mut resumed, 10);
    run(&mut trainer, 10);
    assert_eq!(resumed.report(), trainer.report());
    trainer.validate().unwrap();
    let kept = trainer.report().kept;
    assert!(kept.kept && kept.gain > 0.0 && !trainer.policy().is_untrained());
}

#[test]
fn a_sample_with_an_error_that_is_not_finite_is_refused_and_not_a_perfect_one() {
    let scenario = small(&[
        ("order_book.ask_exponent", "3"),
        ("training.validation_paths", "200"),
        ("training.iterations", "300"),
    ]);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 1).unwrap();
    run(&mut trainer, 300);
    trainer.validate().unwrap();
    let report = trainer.report();
    assert!(report.kept.objective > 1.0, "{:?}", report.kept);
    assert!(
        report
            .history
            .iter()
            .all(|checked| checked.objective.is_finite())
    );
    let [learned, ..] = samples(&scenario, &trainer, 2000);
    assert!(learned.errors().iter().all(|e| e.is_finite()));
}

/// Errors of the trainer's policy, of delta, of Leland's hedge and of the soft band on fresh common
/// paths.
fn samples(scenario: &Scenario, trainer: &Trainer, paths: u64) -> [Sample; 4] {
    let mut policies: Vec<Box<dyn Policy>> = vec![Box::new(trainer.policy())];
    let hedges = [Strategy::Delta, Strategy::Leland, Strategy::SoftBand];
    policies.extend(baselines(scenario, &hedges));
    let samples = simulate(scenario, &policies, Sampling::evaluation(99), paths);
    samples.try_into().unwrap()
}

#[test]
fn validation_and_evaluation_agree_where_memory_is_far_larger_than_the_trades() {
    let scenario = small(&[
        ("initial.ask_memory", "1e6"),
        ("initial.bid_memory", "1e6"),
        ("training.validation_paths", "4000"),
    ]);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 1).unwrap();
    run(&mut trainer, 60);
    trainer.validate().unwrap();
    let kept = trainer.report().kept;
    let [learned, ..] = samples(&scenario, &trainer, 20_000);
    let evaluated = Goal::Rsmse.value(learned.errors());
    let se = kept.rsmse_se * 1.2f64.sqrt();
    let apart = (evaluated - kept.rsmse).abs();
    assert!(
        apart < 4.0 * se,
        "{evaluated} against {} ± {se}",
        kept.rsmse
    );
}

#[test]
fn a_paper_network_stopped_at_once_is_not_kept_but_the_hedge_it_has_not_beaten() {
    let changes = [("training.validation_paths", "2000")];
    let scenario = scenario("paper-network", &changes);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 1).unwrap();
    run(&mut trainer, 3);
    trainer.validate().unwrap();
    let report = trainer.report();
    assert!(trainer.policy().is_untrained());
    let Some(Base::SoftBand(settings)) = trainer.policy().stand_in() else {
        unreachable!("the soft band is the best hedge without training here");
    };
    assert_eq!(report.kept.objective, report.soft_band);
    assert!(report.soft_band < report.delta.min(report.leland));
    let bytes = trainer.checkpoint().without_training().to_bytes().unwrap();
    let saved = Checkpoint::from_bytes(&bytes, "x").unwrap().policy;
    let band = SoftBand::new(&scenario, settings);
    let policies: Vec<Box<dyn Policy>> = vec![Box::new(saved), Box::new(band)];
    let samples = simulate(&scenario, &policies, Sampling::evaluation(5), 640);
    assert_eq!(samples[0].errors(), samples[1].errors());
    // Training that starts from it starts from fresh weights, not from zeros.
    let again = Trainer::new(&scenario, &Start::Weights(trainer.policy()), 1).unwrap();
    assert!(
        again
            .checkpoint()
            .training
            .unwrap()
            .parameters
            .iter()
            .any(|w| *w != 0.0)
    );
}

/// Trains `scenario` shortly; by how much the policy kept is worse than the best hedge without
/// training on fresh paths, in standard errors of that difference.
fn worse_than_best(scenario: &Scenario) -> f64 {
    let mut trainer = Trainer::new(scenario, &Start::Fresh, 1).unwrap();
    run(&mut trainer, scenario.training.iterations);
    trainer.validate().unwrap();
    let [learned, hedges @ ..] = samples(scenario, &trainer, 4000);
    let against = |other: &Sample| {
        let goal = Goal::of(scenario);
        let (one, of_one) = goal.influences(learned.errors());
        let (two, of_two) = goal.influences(other.errors());
        let square: f64 = of_one
            .iter()
            .zip(&of_two)
            .map(|(a, b)| (a - b).powi(2))
            .sum();
        (one - two) / (square.sqrt() / of_one.len() as f64).max(1e-12)
    };
    hedges.iter().map(against).fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn options_far_in_and_out_of_the_money_train_by_themselves() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("paper-month", &[("contract.strike", "1150")]),
        ("paper-day", &[("contract.strike", "1050")]),
        ("paper-year", &[("contract.strike", "1750")]),
        ("paper-year", &[("contract.strike", "3000")]),
        ("paper-year", &[("contract.strike", "200")]),
        (
            "paper-year",
            &[("contract.kind", "put"), ("contract.strike", "600")],
        ),
        (
            "paper-year",
            &[("contract.kind", "put"), ("contract.strike", "2500")],
        ),
        ("paper-year", &[("contract.premium", "0.01")]),
        ("paper-year", &[("contract.premium", "0.1")]),
        (
            "paper-day",
            &[
                ("contract.maturity", "0.000114"),
                ("market.volatility", "0.01"),
            ],
        ),
        (
            "paper-month",
            &[("contract.maturity", "10"), ("market.volatility", "3")],
        ),
        (
            "paper-month",
            &[("contract.maturity", "10"), ("market.volatility", "0.01")],
        ),
        (
            "paper-month",
            &[
                ("contract.maturity", "0.000114"),
                ("market.volatility", "3"),
            ],
        ),
    ];
    for (preset, changes) in cases {
        for form in ["residual", "paper"] {
            let common = [
                ("training.form", form),
                ("training.validation_paths", "2000"),
                ("training.batch", "256"),
                ("training.iterations", "80"),
                ("training.hidden", "16,16"),
            ];
            let scenario = scenario(preset, &common);
            let scenario = scenario.with(changes.iter().copied()).unwrap();
            let worse = worse_than_best(&scenario);
            assert!(
                worse < 4.0,
                "{preset} {changes:?} {form}: worse by {worse} errors"
            );
        }
    }
}

#[test]
fn a_policy_saved_by_an_earlier_version_keeps_its_positions() {
    // Made by version 1 of the format: inputs in premiums.
    let bytes = include_bytes!("../../assets/paper-year.safetensors");
    let policy = Checkpoint::from_bytes(bytes, "paper-year").unwrap().policy;
    let year = presets::built_in("paper-year").unwrap();
    let premium = hedgelab::contract::opening_cash(&year);
    assert_eq!(policy.features().scales().value, premium);
}

#[test]
fn a_training_of_file_version_2_opens_with_the_base_as_its_hedge_and_goes_on() {
    let bytes = include_bytes!("../data/untrained-version-2.safetensors");
    let read = Checkpoint::from_bytes(bytes, "version 2").unwrap();
    assert_eq!(read.policy.base(), Base::Leland);
    assert_eq!(read.policy.stand_in(), Some(Base::Leland));
    let mut trainer = Trainer::resume(read).unwrap();
    assert_eq!(trainer.report().iteration, 2);
    run(&mut trainer, 2);
    assert_eq!(trainer.report().iteration, 4);
}

#[test]
fn a_network_that_beats_delta_and_leland_but_not_the_soft_band_is_not_kept() {
    // At this rate the network is still near its base when it is judged.
    let changes = [
        ("training.learning_rate", "1e-6"),
        ("training.final_learning_rate", "1e-6"),
        ("training.validation_paths", "4000"),
    ];
    for base in ["auto", "delta", "leland"] {
        let scenario = small(&changes);
        let scenario = scenario.with([("training.base", base)]).unwrap();
        let mut trainer = Trainer::new(&scenario, &Start::Fresh, 1).unwrap();
        run(&mut trainer, 20);
        trainer.validate().unwrap();
        let report = trainer.report();
        let policy = trainer.policy();
        assert!(
            matches!(policy.stand_in(), Some(Base::SoftBand(_))),
            "{base}"
        );
        assert!(!matches!(policy.base(), Base::SoftBand(_)));
        assert_eq!(report.kept.objective, report.soft_band);
        let resumed = Trainer::resume(trainer.checkpoint()).unwrap();
        assert_eq!(resumed.report().kept, report.kept);
        assert!(resumed.policy().is_same(&policy));
    }
}

#[test]
fn what_single_precision_cannot_hold_goes_to_the_reference() {
    let scenario = small(&[
        ("contract.shares", "1e11"),
        ("order_book.depth", "1e11"),
        ("training.batch", "16"),
        ("training.validation_paths", "64"),
    ]);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
    assert_eq!(trainer.report().rollout, RolloutKind::Reference);
    let why = trainer.report().rollout_reason.unwrap();
    assert!(why.contains("single precision"), "{why}");
    run(&mut trainer, 3);
    assert!(trainer.report().loss.unwrap().is_finite());
    let resumed = Trainer::resume(trainer.checkpoint()).unwrap();
    assert_eq!(resumed.report().rollout, RolloutKind::Reference);
}

#[test]
fn kernel_and_reference_train_alike() {
    let scenario = small(&[]);
    let policy = |kind| {
        let mut trainer = Trainer::with_rollout(&scenario, &Start::Fresh, 3, Some(kind)).unwrap();
        let asked = (kind == RolloutKind::Reference).then_some("asked for");
        assert_eq!(trainer.report().rollout_reason, asked);
        run(&mut trainer, 20);
        trainer.current_policy().unwrap()
    };
    let (fast, slow) = (policy(RolloutKind::Kernel), policy(RolloutKind::Reference));
    assert!(relative_distance(fast.weights(), slow.weights()) < 1e-3);
}

#[test]
fn the_papers_own_training_is_possible() {
    let scenario = presets::built_in("paper-network").unwrap();
    assert_eq!(scenario.training.form, Form::Paper);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 1).unwrap();
    run(&mut trainer, 2);
    assert_eq!(trainer.report().rollout, RolloutKind::Kernel);
    assert!((trainer.report().learning_rate - 1e-4).abs() < 1e-7);
}

#[test]
fn too_much_memory_is_refused_before_it_is_taken() {
    let scenario = small(&[("steps", "100000"), ("training.hidden", "1024,1024")]);
    let refused = Trainer::new(&scenario, &Start::Fresh, 1);
    assert!(matches!(refused, Err(TrainingError::TooLarge { .. })));
}
