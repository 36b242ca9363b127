//! Training that is broken off: while it is prepared, in the midst of a step, and by the clock.

use hedgelab::presets;
use hedgelab::scenario::Scenario;
use hedgelab::training::{
    Budget, Checkpoint, Ending, RolloutKind, Start, Trainer, TrainingError, train,
};
use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn small(changes: &[(&str, &str)]) -> Scenario {
    let quick = [
        ("training.hidden", "8,8"),
        ("training.batch", "256"),
        ("training.validation_paths", "400"),
        ("training.iterations", "120"),
    ];
    let scenario = presets::built_in("paper-year").unwrap();
    let changes = quick.iter().chain(changes).copied();
    scenario.with(changes).unwrap()
}

fn bytes(trainer: &Trainer) -> Vec<u8> {
    trainer.checkpoint().to_bytes().unwrap()
}

fn through_a_file(trainer: &Trainer) -> Checkpoint {
    Checkpoint::from_bytes(&bytes(trainer), "a file").unwrap()
}

#[test]
fn a_preparation_tells_how_far_it_is_and_can_be_broken_off_anywhere() {
    for form in ["residual", "paper"] {
        let scenario = small(&[
            ("training.form", form),
            ("steps", "2000"),
            ("training.validation_paths", "8000"),
        ]);
        let mut shares = Vec::new();
        Trainer::watched(&scenario, &Start::Fresh, 1, &mut |share| {
            shares.push(share);
            ControlFlow::Continue(())
        })
        .unwrap();
        assert!(shares.len() > 3, "{} looks", shares.len());
        assert!(shares.is_sorted());
        assert!(*shares.last().unwrap() > 0.85);
        for looks in [0, shares.len() / 2, shares.len() - 1] {
            let mut left = looks;
            let broken = Trainer::watched(&scenario, &Start::Fresh, 1, &mut |_share| {
                if left == 0 {
                    return ControlFlow::Break(());
                }
                left -= 1;
                ControlFlow::Continue(())
            });
            assert!(matches!(broken, Err(TrainingError::Interrupted)));
        }
    }
}

#[test]
fn interrupted_steps_and_validations_are_made_up_for_to_the_bit() {
    for kind in [RolloutKind::Kernel, RolloutKind::Reference] {
        let scenario = small(&[]);
        let new = || Trainer::with_rollout(&scenario, &Start::Fresh, 3, Some(kind)).unwrap();
        let mut whole = new();
        for _ in 0..60 {
            whole.step().unwrap();
        }
        let mut broken = new();
        let interrupt = broken.interrupt();
        let over = AtomicBool::new(false);
        let (mut times, mut tries) = (0, 0);
        std::thread::scope(|scope| {
            // At any moment, and before every third step; now and then after long enough for a step on any machine.
            scope.spawn(|| {
                for round in (0..12).cycle() {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    interrupt.raise();
                    std::thread::sleep(Duration::from_micros(100 << round));
                }
            });
            let checks = whole.report().history.len();
            assert!(checks > 1, "no validation to interrupt");
            while broken.report().iteration < 60 || broken.report().history.len() < checks {
                tries += 1;
                if tries % 3 == 0 {
                    broken.interrupt().raise();
                }
                if let Err(error) = broken.step() {
                    assert!(matches!(error, TrainingError::Interrupted), "{error}");
                    times += 1;
                    broken.interrupt().lower();
                }
            }
            over.store(true, Ordering::Relaxed);
        });
        assert!(times > 10);
        assert_eq!(bytes(&broken), bytes(&whole), "after {times} interruptions");
    }
}

#[test]
fn judging_out_of_turn_gives_the_last_weights_and_leaves_the_training_as_it_was() {
    let scenario = small(&[]);
    let mut whole = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
    let mut part = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
    for _ in 0..67 {
        whole.step().unwrap();
        part.step().unwrap();
    }
    let before = part.report();
    assert!(before.kept.iteration < 67, "validated in turn");
    part.judge_aside(&mut |_| ControlFlow::Continue(()))
        .unwrap();
    assert_eq!(part.report().kept.iteration, 67);
    assert_eq!(part.report().history, before.history);
    let saved = through_a_file(&part);
    assert_eq!(saved.validation.unwrap().iteration, 67);
    assert_eq!(
        saved.policy.weights(),
        part.current_policy().unwrap().weights()
    );
    let mut part = Trainer::resume(saved).unwrap();
    assert_eq!(part.report().kept, before.kept);
    while !whole.is_finished() {
        whole.step().unwrap();
        part.step().unwrap();
    }
    assert_eq!(bytes(&part), bytes(&whole));
}

/// Trains on a clock that goes on by `tick` seconds with each iteration, up to `stop`.
fn by_the_clock(trainer: &mut Trainer, budget: Budget, begin: f64, stop: f64) -> (Ending, f64) {
    let now = Cell::new(begin);
    let ending = train(trainer, budget, &|| now.get(), &mut |_| {
        now.set(now.get() + 0.05);
        assert!(now.get() < 1000.0, "it does not end");
        if now.get() < stop {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    (ending.unwrap(), now.get())
}

#[test]
fn a_training_by_the_clock_goes_on_for_the_time_that_was_left() {
    let scenario = small(&[]);
    let mut first = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
    let (ending, _) = by_the_clock(&mut first, Budget::Seconds(10.0), 0.0, 4.0);
    assert_eq!(ending, Ending::Stopped);
    let mut rest = Trainer::resume(through_a_file(&first)).unwrap();
    let halfway = rest.report();
    assert!((halfway.share - 0.4).abs() < 0.01, "{}", halfway.share);
    // What was prepared again does not count.
    let (ending, time) = by_the_clock(&mut rest, Budget::Planned, 3.0, 500.0);
    assert_eq!(ending, Ending::Finished);
    assert!((time - 9.0).abs() < 0.2, "{time}");
    let report = rest.report();
    assert_eq!(report.share, 1.0);
    assert_eq!(report.learning_rate, scenario.training.final_learning_rate);
    assert!(report.learning_rate < halfway.learning_rate);
    // And there is nothing left of it.
    let mut done = Trainer::resume(through_a_file(&rest)).unwrap();
    by_the_clock(&mut done, Budget::Planned, 0.0, 500.0);
    assert_eq!(done.report().iteration, report.iteration);
}

#[test]
fn an_old_file_of_a_training_by_the_clock_goes_on_by_iterations() {
    let scenario = small(&[]);
    let mut first = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
    by_the_clock(&mut first, Budget::Seconds(10.0), 0.0, 2.0);
    let mut saved = through_a_file(&first);
    saved.training.as_mut().unwrap().seconds = None;
    let mut rest = Trainer::resume(saved).unwrap();
    let (ending, _) = by_the_clock(&mut rest, Budget::Planned, 0.0, 500.0);
    assert_eq!(ending, Ending::Finished);
    assert_eq!(rest.report().iteration, 120);
}

#[test]
fn training_gets_half_of_its_time_however_long_its_preparation_took() {
    let scenario = small(&[]);
    let mut trainer = Trainer::new(&scenario, &Start::Fresh, 3).unwrap();
    let (ending, time) = by_the_clock(&mut trainer, Budget::Seconds(1.0), 7.0, 500.0);
    assert_eq!(ending, Ending::Finished);
    assert!((time - 7.5).abs() < 0.1, "{time}");
    assert!(trainer.report().iteration >= 9);
}
