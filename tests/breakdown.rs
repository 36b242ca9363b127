//! When a part of the program breaks down by an error of its own: a report is written, what a person
//! made is kept, and the rest goes on.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use eframe::App;
use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use hedgelab::app::command::DocumentCommand;
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::window::{Setup, Window};
use hedgelab::crash;
use hedgelab::engine::{
    Beginning, Engine, Event, FileJob, FileNews, Order, OwnJob, ReplayRequest, Request, Wake,
};
use hedgelab::policy::Tuned;
use hedgelab::presets;
use hedgelab::scenario::Strategy;
use hedgelab::scenario::fields::Field;
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where this process writes its report: one for all tests in it.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    crash::install(Some(folder.path()));
    folder
});

fn report() -> String {
    fs::read_to_string(FOLDER.path().join("crash.txt")).unwrap_or_default()
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

/// An engine each of whose threads breaks down the first time that it has something to say.
fn brittle() -> Engine {
    let broken: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let wake = move || {
        let name = std::thread::current().name().unwrap_or_default().to_owned();
        let first = broken.lock().unwrap().insert(name.clone());
        assert!(!first, "the {name} thread breaks");
    };
    Engine::start(Wake::new(wake), None).unwrap()
}

#[test]
fn each_worker_that_breaks_leaves_a_report_and_does_the_next_thing() {
    let _folder = FOLDER.path();
    let engine = brittle();
    let scenario = presets::built_in("paper-year").unwrap();
    let broke = |worker: &str| {
        wait(|| {
            engine.events().find(|event| match event {
                Event::WorkerPanicked { worker: who, .. } => *who == worker,
                Event::TrainingFailed { message, .. } => message.contains("fault of the program"),
                _ => false,
            })
        });
        assert!(
            report().contains(&format!("error: the {worker} thread breaks")),
            "{worker}"
        );
        assert!(
            report().contains(&format!("thread: {worker}\n")),
            "{worker}"
        );
    };
    let request = |run| Request {
        run,
        scenario: scenario.clone(),
        learned: Vec::new(),
        pinned: Vec::new(),
        reference: Strategy::Delta.into(),
        paths: 1000,
    };
    engine.simulate(request(1));
    broke("simulation");
    engine.simulate(request(2));
    wait(|| engine.outcomes().filter(|o| o.run == 2 && o.paths == 1000));

    let request = |run| ReplayRequest {
        run,
        scenario: scenario.clone(),
        learned: Vec::new(),
        pinned: Vec::new(),
        tuned: vec![Tuned::default()],
        number: Some(3),
    };
    engine.replay(request(1));
    broke("replay");
    engine.replay(request(2));
    wait(|| engine.replayed().filter(|replayed| replayed.run == 2));

    let start = |run| Order::Start {
        run,
        scenario: Box::new(scenario.clone()),
        from: Beginning::Delta,
    };
    engine.train(start(1));
    broke("training");
    engine.train(start(2));
    wait(|| engine.progress().filter(|progress| progress.run == 2));

    engine.files().ask(FileJob::Own(OwnJob::List));
    wait(|| {
        engine
            .files()
            .news()
            .find(|news| matches!(news, FileNews::Panicked { .. }))
    });
    assert!(report().contains("thread: files\n"));
    engine.files().ask(FileJob::Own(OwnJob::List));
    wait(|| {
        engine
            .files()
            .news()
            .find(|news| matches!(news, FileNews::Own(_)))
    });
}

fn open(folder: &Path) -> Harness<'static, Window> {
    let setup = Setup {
        folder: Some(folder.to_owned()),
        preset: None,
    };
    let mut test = Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_max_steps(60)
        .build_eframe(move |creation| Window::new(&creation.egui_ctx, &setup).unwrap());
    test.run_steps(2);
    test
}

#[test]
fn a_window_that_breaks_keeps_what_was_made_in_it_and_the_next_one_says_so() {
    let _folder = FOLDER.path();
    let home = tempfile::tempdir().unwrap();
    let mut test = open(home.path());
    let change = (
        Field::find("market.volatility").unwrap(),
        Value::Text("0.4321".into()),
    );
    test.state_mut()
        .push(DocumentCommand::Edit(vec![change], Grain::Whole));
    test.run_steps(2);
    let broken = catch_unwind(AssertUnwindSafe(|| {
        test.state_mut().survive(|_| panic!("the window breaks"));
    }));
    assert!(broken.is_err());
    drop(test);
    let said = report();
    assert!(said.contains("error: the window breaks"), "{said}");
    assert!(
        said.contains("asked for last: ") && said.contains("Document Edit"),
        "{said}"
    );
    assert!(said.contains(env!("CARGO_PKG_VERSION")) && said.contains("instruction sets"));
    assert!(!said.contains("0.4321"), "a report tells no parameters");

    // The report lies in the window's own folder where a real window breaks.
    fs::write(home.path().join("crash.txt"), said).unwrap();
    let test = open(home.path());
    let volatility = test.state().model().document().scenario().market.volatility;
    assert_eq!(volatility, 0.4321);
    assert!(test.query_by_label_contains("broke down").is_some());
    assert!(home.path().join("crash.txt.told-1").exists());
    drop(test);
    let test = open(home.path());
    assert!(
        test.query_by_label_contains("broke down").is_none(),
        "told once"
    );
}

#[test]
fn a_breakdown_in_a_frame_reaches_whoever_runs_the_window() {
    let _folder = FOLDER.path();
    let home = tempfile::tempdir().unwrap();
    let mut test = open(home.path());
    let _app: &mut dyn App = test.state_mut();
    let passed_on = catch_unwind(AssertUnwindSafe(|| {
        test.state_mut().survive(|_| std::panic::panic_any(7_i32));
    }));
    assert_eq!(*passed_on.unwrap_err().downcast::<i32>().unwrap(), 7);
    drop(test);
    assert!(home.path().join("window.ron").exists());
}
