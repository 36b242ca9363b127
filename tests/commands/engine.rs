//! The background workers as a window uses them: orders in, events and snapshots out.

use hedgelab::engine::{
    Beginning, Engine, Event, Order, Outcomes, Phase, Pinned, Progress, Reference, Replay,
    ReplayRequest, Request, Wake,
};
use hedgelab::market::{Paths, Sampling};
use hedgelab::outcome::Statistics;
use hedgelab::policy::Tuned;
use hedgelab::presets;
use hedgelab::scenario::Strategy;
use hedgelab::simulate::{baselines, replay, simulate, tune};
use hedgelab::training::Checkpoint;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn request(run: u64, changes: &[(&str, &str)], paths: u64) -> Request {
    let scenario = presets::built_in("paper-year").unwrap();
    let all = [("strategies.selected", "delta,leland")];
    Request {
        run,
        scenario: scenario.with(all.iter().chain(changes).copied()).unwrap(),
        learned: Vec::new(),
        pinned: Vec::new(),
        reference: Strategy::Delta.into(),
        paths,
    }
}

fn wait<T>(mut ready: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "waited too long");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn quiet() -> Engine {
    Engine::start(Wake::new(|| {}), None).unwrap()
}

#[test]
fn a_distribution_arrives_whole_and_is_that_of_a_direct_simulation() {
    let engine = quiet();
    let asked = request(1, &[], 5000);
    engine.simulate(asked.clone());
    let outcomes = wait(|| engine.outcomes().filter(|o| o.paths == 5000));
    let policies = baselines(&asked.scenario, &[Strategy::Delta]);
    let sampling = Sampling::evaluation(asked.scenario.seed);
    let direct = simulate(&asked.scenario, &policies, sampling, 5000);
    let expected = Statistics::of(&direct[0]).unwrap();
    assert_eq!(outcomes.rows[0].statistics, expected);
    assert!(outcomes.rows[1].against.is_some());
    let members: usize = outcomes.rows[0].members.iter().map(Vec::len).sum();
    assert!(members > 100);
}

#[test]
fn the_newest_request_wins_over_any_number_of_endless_ones() {
    let engine = quiet();
    // Answered one after the other these would take hours.
    for run in 1..=20 {
        engine.simulate(request(run, &[], 2_000_000_000));
        if run % 5 == 0 {
            wait(|| engine.outcomes().filter(|o| o.run == run));
        }
    }
    engine.simulate(request(21, &[("market.volatility", "0.3")], 4096));
    let mut seen = 0;
    let outcomes = wait(|| {
        let outcomes = engine.outcomes()?;
        assert!(outcomes.run >= seen, "an older answer came back");
        seen = outcomes.run;
        Some(outcomes).filter(|o| o.run == 21 && o.paths == 4096)
    });
    assert_eq!(outcomes.wanted, 4096);
}

#[test]
fn a_hand_that_never_rests_sees_answers() {
    let engine = quiet();
    let mut run = 0;
    let mut seen = std::collections::BTreeSet::new();
    wait(|| {
        run += 1;
        engine.simulate(request(run, &[], 2_000_000_000));
        seen.extend(engine.outcomes().map(|outcomes| outcomes.run));
        (seen.len() > 3).then_some(())
    });
}

#[test]
fn a_request_breaks_off_the_tuning_of_long_paths() {
    let engine = quiet();
    let long = [
        ("steps", "100000"),
        ("strategies.selected", "delta,band,soft_band"),
    ];
    for run in 1..5 {
        engine.simulate(request(run, &long, 2_000_000_000));
        wait(|| engine.outcomes().filter(|o| o.run == run));
    }
    engine.simulate(request(5, &[], 4096));
    wait(|| engine.outcomes().filter(|o| o.run == 5 && o.paths == 4096));
}

#[test]
fn the_first_answer_is_of_few_paths_where_paths_are_long() {
    for (steps, most) in [("12", 2048), ("5000", 128), ("100000", 64)] {
        let engine = quiet();
        engine.simulate(request(1, &[("steps", steps)], 1_000_000));
        let first = wait(|| engine.outcomes());
        assert!(first.paths <= most, "{} of {steps} dates", first.paths);
    }
}

#[test]
fn a_pinned_scenario_is_compared_on_the_same_random_numbers() {
    let engine = quiet();
    let mut asked = request(1, &[], 4096);
    // Its own seed does not matter.
    let changes = [("seed", "77"), ("order_book.ask_exponent", "1.02")];
    let steep = asked.scenario.with(changes).unwrap();
    asked.pinned = [&asked.scenario, &steep]
        .map(|scenario| Arc::new(Pinned::new(scenario, None)))
        .into();
    asked.reference = Reference {
        pin: Some(0),
        who: None,
    };
    engine.simulate(asked.clone());
    let outcomes = wait(|| engine.outcomes().filter(|o| o.paths == 4096));
    assert_eq!(outcomes.pinned.len(), 2);
    for row in &outcomes.rows {
        let difference = row.against.as_ref().unwrap().difference.rsmse;
        assert_eq!((difference.value, difference.se), (Some(0.0), Some(0.0)));
    }
    assert!(
        outcomes.pinned[0]
            .rows
            .iter()
            .all(|row| row.against.is_none())
    );
    // What is seen beside is what is seen there alone.
    let mut alone = request(2, &changes[1..], 4096);
    alone.scenario = alone
        .scenario
        .with([("seed", &*asked.scenario.seed.to_string())])
        .unwrap();
    engine.simulate(alone);
    let alone = wait(|| engine.outcomes().filter(|o| o.run == 2 && o.paths == 4096));
    for (row, beside) in alone.rows.iter().zip(&outcomes.pinned[1].rows) {
        assert_eq!(row.statistics, beside.statistics);
        let more = beside.against.as_ref().unwrap().difference.rsmse;
        assert!(more.value.unwrap() > 5.0 * more.se.unwrap());
        // The difference is that of the figures, its error far below that of two independent ones.
        let base = outcomes
            .row(row.policy.who.clone())
            .unwrap()
            .statistics
            .rsmse;
        let of_figures = row.statistics.rsmse.value.unwrap() - base.value.unwrap();
        assert!((more.value.unwrap() - of_figures).abs() < 1e-9);
        assert!(more.se.unwrap() < row.statistics.rsmse.se.unwrap());
    }
}

#[test]
fn whoever_is_compared_with_is_found_in_its_scenario_or_delta_takes_the_place() {
    let engine = quiet();
    let mut run = 0;
    let mut ask = |reference: Reference| {
        run += 1;
        let mut asked = request(run, &[], 640);
        asked.pinned = vec![Arc::new(Pinned::new(&asked.scenario, None))];
        asked.reference = reference;
        engine.simulate(asked);
        let outcomes = wait(|| engine.outcomes().filter(|o| o.run == run && o.paths == 640));
        outcomes.reference.clone().unwrap()
    };
    let leland = |pin| Reference {
        pin,
        who: Some(Strategy::Leland.into()),
    };
    assert_eq!(ask(leland(Some(0))), leland(Some(0)));
    assert_eq!(ask(leland(Some(1))), Strategy::Delta.into());
    let band = Reference {
        pin: Some(0),
        who: Some(Strategy::Band.into()),
    };
    assert_eq!(ask(band), Strategy::Delta.into());
}

#[test]
fn pinned_scenarios_that_stay_give_the_same_figures_while_the_present_one_moves() {
    let engine = quiet();
    let mut asked = request(1, &[], 4096);
    let steep = asked
        .scenario
        .with([("order_book.ask_exponent", "1.02")])
        .unwrap();
    asked.pinned = vec![Arc::new(Pinned::new(&steep, None))];
    let ask = |asked: &Request| {
        engine.simulate(asked.clone());
        wait(|| {
            engine
                .outcomes()
                .filter(|o| o.run == asked.run && o.paths == 4096)
        })
    };
    let first = ask(&asked);
    asked.run = 2;
    asked.scenario = asked.scenario.with([("market.drift", "0.02")]).unwrap();
    let second = ask(&asked);
    let figures = |outcomes: &Outcomes| outcomes.pinned[0].rows[0].statistics;
    assert_eq!(figures(&first), figures(&second));
    // With another seed they are others.
    asked.run = 3;
    asked.scenario = asked.scenario.with([("seed", "99")]).unwrap();
    assert_ne!(figures(&ask(&asked)), figures(&second));
}

fn path_request(run: u64, changes: &[(&str, &str)], number: Option<u64>) -> ReplayRequest {
    ReplayRequest {
        run,
        scenario: request(run, changes, 1).scenario,
        learned: Vec::new(),
        pinned: Vec::new(),
        tuned: vec![Tuned::GUESS],
        number,
    }
}

#[test]
fn a_replayed_path_is_that_of_the_reference_loop_for_each_strategy() {
    let engine = quiet();
    let mut asked = path_request(
        1,
        &[("strategies.selected", "delta,leland,band,static,none")],
        Some(70),
    );
    let other = request(1, &[("order_book.ask_exponent", "1.05")], 1).scenario;
    asked.pinned = vec![Arc::new(Pinned::new(&other, None))];
    asked.tuned = [&asked.scenario, &other]
        .map(|s| tune(s, &s.strategies.selected))
        .into();
    engine.replay(asked.clone());
    let replayed = wait(|| engine.replayed());
    assert_eq!(replayed.run, 1);
    let pinned = &replayed.pinned[0];
    for (scenario, found) in [(&asked.scenario, &replayed.path), (&other, pinned)] {
        let prices = Paths::new(scenario, Sampling::evaluation(scenario.seed)).path(70);
        assert_eq!((found.number, &found.prices), (Some(70), &prices));
        let selected = &scenario.strategies.selected;
        let policies = baselines(scenario, selected);
        assert_eq!(found.strategies.len(), policies.len());
        for (policy, found) in policies.iter().zip(&found.strategies) {
            let (episode, settlement) = replay(scenario, policy.as_ref(), &prices);
            assert_eq!(found.policy, policy.identity());
            assert_eq!(found.ledger, episode.ledger());
            assert_eq!(found.settlement, settlement);
        }
    }
}

#[test]
fn the_path_that_a_scenario_brings_is_shown_unless_a_number_is_asked_for() {
    let scenario = presets::built_in("figure-3").unwrap();
    let own = Replay::new(&scenario, &[], Tuned::GUESS, None);
    assert_eq!(
        (own.number, Some(&own.prices[..])),
        (None, scenario.shown_path.as_deref())
    );
    assert_eq!(
        Replay::new(&scenario, &[], Tuned::GUESS, Some(3)).number,
        Some(3)
    );
}

#[test]
fn the_newest_path_wins_over_long_ones() {
    let engine = quiet();
    for run in 1..50 {
        engine.replay(path_request(run, &[("steps", "100000")], Some(run)));
    }
    engine.replay(path_request(50, &[], Some(50)));
    let mut seen = 0;
    wait(|| {
        let replayed = engine.replayed()?;
        assert!(replayed.run >= seen, "an older answer came back");
        seen = replayed.run;
        Some(replayed).filter(|replayed| replayed.run == 50)
    });
}

const QUICK: [(&str, &str); 3] = [
    ("training.iterations", "1000000"),
    ("training.validation_paths", "1000"),
    ("training.batch", "64"),
];
/// What takes tens of seconds to prepare.
const LONG: [(&str, &str); 2] = [("steps", "20000"), ("training.validation_paths", "1000000")];

fn order(run: u64, changes: &[(&str, &str)]) -> Order {
    let changes: Vec<_> = QUICK.iter().chain(changes).copied().collect();
    Order::Start {
        run,
        scenario: Box::new(request(run, &changes, 1).scenario),
        from: Beginning::Delta,
    }
}

fn from(order: Order, beginning: Beginning) -> Order {
    match order {
        Order::Start { run, scenario, .. } => Order::Start {
            run,
            scenario,
            from: beginning,
        },
        other => other,
    }
}

/// The state of a run that has made iterations.
fn stepping(engine: &Engine, run: u64) -> Arc<Progress> {
    let stepped = |progress: &Arc<Progress>| progress.run == run && progress.report.iteration > 5;
    wait(|| engine.progress().filter(stepped))
}

/// Waits for the next event that is not that a run started.
fn event(engine: &Engine) -> Event {
    wait(|| {
        let told = |event: &Event| !matches!(event, Event::TrainingStarted { note: None, .. });
        engine.events().find(told)
    })
}

fn kept_in(file: &Path) -> Engine {
    Engine::start(Wake::new(|| {}), Some(file.to_owned())).unwrap()
}

/// The run that was left in `file` as the next start of the window finds it.
fn next_start(file: &Path, run: u64) -> (Engine, Arc<Progress>) {
    let engine = kept_in(file);
    engine.train(from(order(run, &[]), Beginning::Checkpoint));
    let progress = wait(|| engine.progress());
    (engine, progress)
}

#[test]
fn a_run_goes_through_all_its_iterations() {
    let engine = quiet();
    engine.train(order(2, &[("training.iterations", "10")]));
    let started = wait(|| engine.events().next());
    assert_eq!(started, Event::TrainingStarted { run: 2, note: None });
    assert_eq!(event(&engine), Event::TrainingFinished { run: 2 });
    let progress = engine.progress().unwrap();
    assert_eq!(
        (progress.phase, progress.report.iteration),
        (Phase::Finished, 10)
    );
    assert_eq!(progress.report.history.last().unwrap().iteration, 10);
    assert!(engine.starting().is_none());
}

#[test]
fn a_new_run_replaces_the_one_in_progress_and_stopping_keeps_the_policy() {
    let engine = quiet();
    engine.train(order(1, &[]));
    stepping(&engine, 1);
    engine.train(order(2, &[]));
    stepping(&engine, 2);
    // Orders about the run that is gone do nothing.
    engine.train(Order::Stop { run: 1 });
    engine.train(Order::Pause { run: 1 });
    let before = engine.progress().unwrap().report.iteration;
    wait(|| {
        engine
            .progress()
            .filter(|p| p.run == 2 && p.report.iteration > before)
    });
    engine.train(Order::Stop { run: 2 });
    let stopped = wait(|| engine.progress().filter(|p| p.phase == Phase::Stopped));
    assert_eq!(stopped.run, 2);
    engine.train(Order::Reset);
    wait(|| engine.progress().is_none().then_some(()));
}

#[test]
fn a_start_that_fails_leaves_the_run_in_progress_and_says_which() {
    let engine = quiet();
    engine.train(order(1, &[]));
    stepping(&engine, 1);
    let too_large = [("steps", "100000"), ("training.hidden", "512,512,512,512")];
    engine.train(order(2, &too_large));
    let Event::TrainingFailed {
        run,
        message,
        stays,
    } = event(&engine)
    else {
        panic!("another event")
    };
    assert_eq!((run, stays), (2, Some(1)));
    assert!(message.contains("memory"), "{message}");
    assert!(engine.starting().is_none());
    let before = engine.progress().unwrap();
    assert_eq!((before.run, before.phase), (1, Phase::Running));
    wait(|| {
        engine
            .progress()
            .filter(|p| p.report.iteration > before.report.iteration)
    });
}

#[test]
fn a_start_that_is_not_wanted_any_more_leaves_the_run_in_progress() {
    let engine = quiet();
    engine.train(order(1, &[]));
    stepping(&engine, 1);
    engine.train(order(2, &LONG));
    let starting = wait(|| engine.starting());
    assert_eq!(starting.run, 2);
    assert_eq!(engine.progress().unwrap().run, 1);
    engine.train(Order::Stop { run: 2 });
    assert_eq!(
        event(&engine),
        Event::TrainingGivenUp {
            run: 2,
            stays: Some(1)
        }
    );
    assert!(engine.starting().is_none());
    let before = stepping(&engine, 1).report.iteration;
    wait(|| {
        engine
            .progress()
            .filter(|p| p.run == 1 && p.report.iteration > before)
    });
}

#[test]
fn of_two_starts_the_newer_one_wins_while_the_older_is_prepared() {
    let engine = quiet();
    engine.train(order(1, &LONG));
    wait(|| engine.starting());
    engine.train(order(2, &[]));
    assert_eq!(
        event(&engine),
        Event::TrainingGivenUp {
            run: 1,
            stays: None
        }
    );
    stepping(&engine, 2);
}

#[test]
fn a_preparation_shows_its_progress_and_can_be_told_to_wait() {
    let engine = quiet();
    let scenario = [("steps", "2000"), ("training.validation_paths", "4000")];
    engine.train(order(1, &scenario));
    engine.train(Order::Pause { run: 1 });
    let mut shares = Vec::new();
    let progress = wait(|| {
        shares.extend(engine.starting().map(|starting| starting.share));
        engine.progress().filter(|p| p.phase == Phase::Paused)
    });
    assert_eq!(progress.report.iteration, 0);
    assert!(shares.is_sorted());
    assert!(shares.last() > Some(&0.0), "no progress was shown");
    assert!(engine.starting().is_none());
}

#[test]
fn weights_of_another_shape_start_afresh_and_that_is_said() {
    let engine = quiet();
    // As many as a network needs to beat the soft band: what stands in for it has no shape.
    engine.train(order(1, &[("training.iterations", "300")]));
    wait(|| engine.progress().filter(|p| p.phase == Phase::Finished));
    let policy = engine.progress().unwrap().policy.clone();
    wait(|| {
        engine
            .events()
            .find(|event| *event == Event::TrainingFinished { run: 1 })
    });
    let other = order(
        2,
        &[("training.iterations", "10"), ("training.hidden", "16,16")],
    );
    engine.train(from(other, Beginning::Weights(policy.clone())));
    let Event::TrainingStarted {
        run: 2,
        note: Some(note),
    } = event(&engine)
    else {
        panic!("another event")
    };
    assert!(note.contains("afresh") && note.contains("16"), "{note}");
    assert_eq!(event(&engine), Event::TrainingFinished { run: 2 });
    let same = order(3, &[("training.iterations", "10")]);
    engine.train(from(same, Beginning::Weights(policy)));
    let started = wait(|| engine.events().next());
    assert_eq!(started, Event::TrainingStarted { run: 3, note: None });
}

#[test]
fn stopping_judges_the_last_weights() {
    let engine = quiet();
    // The first validation in turn would come after thousands of iterations.
    engine.train(order(1, &[("training.validation_paths", "50000")]));
    wait(|| engine.progress().filter(|p| p.report.iteration > 300));
    engine.train(Order::Stop { run: 1 });
    let stopped = wait(|| engine.progress().filter(|p| p.phase == Phase::Stopped));
    assert!(stopped.report.iteration < 3000);
    assert_eq!(stopped.report.kept.iteration, stopped.report.iteration);
}

#[test]
fn a_running_run_goes_on_at_the_next_start_and_a_paused_one_waits() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("training.checkpoint");
    let engine = kept_in(&file);
    engine.train(order(1, &[]));
    wait(|| engine.progress().filter(|p| p.report.iteration > 1500));
    drop(engine);
    let (engine, back) = next_start(&file, 2);
    assert_eq!((back.run, back.phase), (2, Phase::Running));
    assert!(back.report.iteration > 1500 && back.elapsed > Duration::ZERO);
    assert!(back.losses.len() > 300, "the curve is lost");
    wait(|| {
        engine
            .progress()
            .filter(|p| p.report.iteration > back.report.iteration)
    });
    engine.train(Order::Pause { run: 2 });
    let held = wait(|| engine.progress().filter(|p| p.phase == Phase::Paused));
    drop(engine);
    let (_engine, back) = next_start(&file, 3);
    assert_eq!(back.phase, Phase::Paused);
    assert_eq!(back.report.iteration, held.report.iteration);
    assert_eq!(back.report.history, held.report.history);
    assert_eq!((&back.losses, back.elapsed), (&held.losses, held.elapsed));
}

#[test]
fn closing_in_the_midst_of_a_long_step_keeps_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("training.checkpoint");
    let engine = kept_in(&file);
    // A step of a second or more.
    let long = [
        ("steps", "10000"),
        ("training.batch", "1000"),
        ("training.validation_paths", "64"),
    ];
    engine.train(order(1, &long));
    wait(|| engine.progress());
    std::thread::sleep(Duration::from_millis(30));
    drop(engine);
    let kept = Checkpoint::read(&file).unwrap().training.unwrap();
    assert!(kept.watched.running);
    assert_eq!(kept.iteration, 0);
}

#[test]
fn closing_in_the_midst_of_a_preparation_keeps_the_run_before() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("training.checkpoint");
    let engine = kept_in(&file);
    engine.train(order(1, &[]));
    stepping(&engine, 1);
    engine.train(order(2, &LONG));
    wait(|| engine.starting());
    drop(engine);
    let kept = Checkpoint::read(&file).unwrap();
    assert_eq!(kept.policy.trained_for().steps, 12);
    assert!(kept.training.unwrap().iteration > 5);
}

#[test]
fn a_run_that_is_over_leaves_no_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("training.checkpoint");
    let engine = kept_in(&file);
    engine.train(order(1, &[]));
    stepping(&engine, 1);
    engine.train(Order::Pause { run: 1 });
    wait(|| file.exists().then_some(()));
    engine.train(Order::Stop { run: 1 });
    wait(|| engine.progress().filter(|p| p.phase == Phase::Stopped));
    drop(engine);
    assert!(!file.exists());
}

#[test]
fn an_unreadable_checkpoint_is_told_of_once_and_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("training.checkpoint");
    std::fs::write(&file, "no checkpoint").unwrap();
    let engine = kept_in(&file);
    engine.train(from(order(1, &[]), Beginning::Checkpoint));
    let Event::TrainingFailed {
        run: 1, message, ..
    } = event(&engine)
    else {
        panic!("another event")
    };
    assert!(message.contains("set aside as"), "{message}");
    drop(engine);
    assert!(!file.exists());
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 1);
    let left = left.into_iter().next().unwrap().unwrap().path();
    assert_eq!(std::fs::read(left).unwrap(), b"no checkpoint");
}

#[test]
fn a_full_disk_is_told_of_once_and_training_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    // A folder stands where the file should be.
    let file = folder.path().join("training.checkpoint");
    std::fs::create_dir(&file).unwrap();
    let engine = kept_in(&file);
    engine.train(order(1, &[]));
    stepping(&engine, 1);
    for _ in 0..3 {
        engine.train(Order::Pause { run: 1 });
        wait(|| engine.progress().filter(|p| p.phase == Phase::Paused));
        engine.train(Order::Resume { run: 1 });
        wait(|| engine.progress().filter(|p| p.phase == Phase::Running));
    }
    assert!(matches!(event(&engine), Event::AutosaveFailed { .. }));
    let before = engine.progress().unwrap().report.iteration;
    wait(|| engine.progress().filter(|p| p.report.iteration > before));
    let again = |event: &Event| matches!(event, Event::AutosaveFailed { .. });
    assert_eq!(engine.events().find(again), None);
}
