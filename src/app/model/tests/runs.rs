//! Training runs: what gives way, what comes back, what fails.

use super::*;

fn iteration(model: &Model) -> Option<u64> {
    let training = model.view.training.as_ref();
    training.map(|progress| progress.report.iteration)
}

/// A model whose training takes longer than a test.
fn training() -> Model {
    let mut model = model("paper-year");
    set(&mut model, "training.iterations", "1000000");
    set(&mut model, "training.validation_paths", "2000");
    model.apply(TrainingCommand::Toggle);
    until(&mut model, "some iterations", |m| iteration(m) > Some(20));
    model
}

/// Whether that policy is on screen.
fn shows(model: &Model, policy: &LearnedPolicy) -> bool {
    model.view.learned.policy.as_ref().unwrap().is_same(policy)
}

#[test]
fn another_preset_pauses_the_run_and_undo_brings_back_policy_and_run() {
    let mut model = training();
    model.apply(FileCommand::OpenPreset("paper-day".into()));
    model.update(0.0);
    assert!(model.view.training.is_none() && !model.view.policy_is_new);
    let shipped = model.view.learned.policy.clone().unwrap();
    // Whatever the worker still says is of the other document.
    for _ in 0..50 {
        std::thread::sleep(Duration::from_millis(2));
        model.update(0.002);
        assert!(shows(&model, &shipped));
    }
    until(&mut model, "a full table", |m| !m.view.computing);
    assert_eq!(model.view.outcomes.as_ref().unwrap().paths, PATHS);
    model.apply(DocumentCommand::Undo);
    until(&mut model, "the run is back", |m| {
        let training = m.view.training.as_ref();
        training.is_some_and(|progress| progress.phase == Phase::Paused)
    });
    let held = iteration(&model);
    assert!(held > Some(20) && model.view.preset == "paper-year");
    model.apply(TrainingCommand::Toggle);
    until(&mut model, "it goes on", |m| iteration(m) > held);
}

#[test]
fn resetting_keeps_the_trained_policy_one_step_back() {
    let mut model = training();
    model.apply(TrainingCommand::Stop);
    until(&mut model, "stopped", |m| !m.view.is_training());
    let trained = model.view.learned.policy.clone().unwrap();
    model.apply(TrainingCommand::Reset);
    model.update(0.0);
    assert!(!shows(&model, &trained));
    model.apply(DocumentCommand::Undo);
    model.update(0.0);
    assert!(shows(&model, &trained));
}

#[test]
fn training_again_keeps_the_policy_before_one_step_back() {
    let mut model = training();
    model.apply(TrainingCommand::Stop);
    until(&mut model, "stopped", |m| !m.view.is_training());
    let trained = model.view.learned.policy.clone().unwrap();
    let first = model.session().learned.run;
    model.apply(TrainingCommand::Toggle);
    until(&mut model, "a second run", |m| {
        m.session().learned.run != first
    });
    model.apply(DocumentCommand::Undo);
    model.update(0.0);
    assert!(shows(&model, &trained));
    // The run that was left goes on only when it is on screen again.
    model.apply(DocumentCommand::Redo);
    until(&mut model, "the second run", |m| m.view.training.is_some());
}

#[test]
fn a_run_that_gave_way_to_another_goes_on_where_it_was() {
    let mut model = training();
    let first = model.session().learned.run;
    let held = iteration(&model);
    model.apply(TrainingCommand::Retrain);
    until(&mut model, "a second run", |m| {
        m.session().learned.run != first
    });
    model.apply(DocumentCommand::Undo);
    model.update(0.0);
    assert_eq!(model.session().learned.run, first);
    assert!(!model.view.is_training() && iteration(&model) >= held);
    let held = iteration(&model);
    model.apply(TrainingCommand::Toggle);
    until(&mut model, "the first goes on", |m| {
        m.view.is_training() && iteration(m) > held
    });
    assert_eq!(model.session().learned.run, first);
}

#[test]
fn a_table_of_another_scenario_does_not_outlive_a_breakdown() {
    let mut model = model("paper-year");
    until(&mut model, "a full table", |m| !m.view.computing);
    model.asked.run += 1;
    model.hear_event(Event::WorkerPanicked {
        worker: "simulation",
        run: model.asked.run,
        message: "as a test asks".into(),
    });
    assert!(model.outcomes.is_none());
}

#[test]
fn a_trained_policy_makes_the_preset_a_modified_one() {
    let mut model = model("paper-year");
    assert!(!model.view.modified);
    model.apply(TrainingCommand::Toggle);
    until(&mut model, "some iterations", |m| iteration(m) > Some(0));
    assert!(model.view.differences.is_empty());
    assert!(model.view.modified && model.view.policy_is_new);
}

#[test]
fn auto_retrain_works_while_the_hand_rests_and_undo_takes_both_back() {
    let mut model = model("paper-year");
    set(&mut model, "training.iterations", "60");
    set(&mut model, "training.validation_paths", "2000");
    model.apply(TrainingCommand::Automatic(true));
    let before = model.view.learned.policy.clone().unwrap();
    let field = Field::find("market.volatility").unwrap();
    let drag = |x| DocumentCommand::Edit(vec![(field, Value::Number(x))], Grain::Drag);
    model.apply(drag(0.21));
    model.update(0.1);
    model.apply(drag(0.22));
    model.update(0.1);
    assert!(model.view.starting.is_none(), "the hand still moves");
    until(&mut model, "trained under a resting hand", |m| {
        m.view.learned.stale.is_empty() && m.view.policy_is_new && !m.view.is_training()
    });
    model.apply(DocumentCommand::EndDrag);
    model.apply(DocumentCommand::Undo);
    model.update(0.0);
    assert_eq!(model.view.scenario.market.volatility, 0.1898);
    assert!(shows(&model, &before));
}

#[test]
fn a_start_that_fails_leaves_the_run_running() {
    let mut model = training();
    let _told = model.notices();
    // Only the reference can train these, and not in so large batches.
    set(&mut model, "contract.shares", "1e11");
    set(&mut model, "order_book.depth", "1e11");
    set(&mut model, "training.batch", "1000000");
    let _told = model.notices();
    model.apply(TrainingCommand::Afresh);
    assert!(model.session.run.is_starting());
    until(&mut model, "the refusal", |m| !m.session.run.is_starting());
    let told = model.notices();
    assert!(
        told.iter()
            .any(|notice| notice.is_error && notice.details.contains("memory"))
    );
    assert_eq!(model.session.run.live(), Some(Phase::Running));
    let before = iteration(&model);
    until(&mut model, "more iterations", |m| iteration(m) > before);
}

#[test]
fn retraining_from_another_shape_starts_afresh_and_says_so() {
    let mut model = training();
    until(&mut model, "a network that is better than its base", |m| {
        let policy = m.view.learned.policy.as_ref();
        policy.is_some_and(|policy| !policy.is_untrained())
    });
    let before = model.session.run.number();
    set(&mut model, "training.hidden", "8,8");
    let _told = model.notices();
    model.apply(TrainingCommand::Retrain);
    until(&mut model, "the new run", |m| !m.session.run.is_starting());
    assert!(model.session.run.number() > before);
    until(&mut model, "a note", |m| !m.notices.is_empty());
    let told = model.notices();
    assert!(told.iter().all(|notice| !notice.is_error));
    assert!(told.iter().any(|notice| notice.title.contains("afresh")));
    until(&mut model, "it goes on", |m| iteration(m) > Some(0));
}
