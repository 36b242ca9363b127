//! A sweep in the window: opened, drawn as the domain has it, cells as they come, a click that loads one, and the
//! work that is started, held and stopped there.

use crate::common::{Test, click, open, press, push, settle, until, until_drawn};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, pos2};
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::{DocumentCommand, ExportAs, FileCommand, LayoutCommand, SweepCommand};
use hedgelab::app::format;
use hedgelab::app::view::SweepPicture;
use hedgelab::engine::{Form, SweepPhase};
use hedgelab::figure::Sheet;
use hedgelab::gallery::{self, Shape, View};
use hedgelab::scenario::Scenario;
use hedgelab::sweep::{Folder, Found, Plan, Results, Run, Share, Wish};
use hedgelab::training::Interrupt;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Twelve places, one left out, each a few hundredths of a second; with `ITERATIONS` longer.
const GRID: &str = r#"(
    version: 1,
    title: "Tiny",
    preset: "paper-year",
    changes: {"training.validation_paths": "64", "training.hidden": "4", "training.batch": "32"},
    axes: [
        (name: "impact", fields: [
            (field: "order_book.ask_exponent", values: list([1.005, 1.01, 1.02])),
            (field: "order_book.bid_exponent", values: list([0.995, 0.99, 0.98])),
        ]),
        (name: "refilling", fields: [
            (field: "order_book.ask_decay", values: list([0, 4])),
            (field: "order_book.bid_decay", values: same),
        ]),
        (name: "drift", fields: [(field: "market.drift", values: list([0, 0.1]))]),
    ],
    leave_out: [[
        (field: "order_book.ask_exponent", is: below(1.008)),
        (field: "order_book.ask_decay", is: equal(4)),
        (field: "market.drift", is: equal(0)),
    ]],
    strategies: [delta, leland, learned],
    training: (iterations: ITERATIONS),
    measures: [mean, rsmse],
    paths: 256,
    seed: 7,
    probes: [(name: "pin risk", date: last, price: moneyness(1.0), position: 0.5)],
)"#;

const CELLS: usize = 11;

fn spec(folder: &Path, iterations: u64) -> PathBuf {
    let file = folder.join("tiny.ron");
    fs::write(&file, GRID.replace("ITERATIONS", &iterations.to_string())).unwrap();
    file
}

/// Computes a share of a sweep in a folder.
fn compute(spec: &Path, out: &Path, share: Share) {
    let plan = Plan::load(spec).unwrap();
    let folder = Folder::prepare(out, &plan, false).unwrap();
    let begun = Instant::now();
    Run {
        plan: &plan,
        folder: &folder,
        chains: &share.of(&plan.chains().unwrap()),
        threads: 1,
        stop: &Interrupt::default(),
        clock: &|| begun.elapsed().as_secs_f64(),
        told: &|_| {},
    }
    .go()
    .unwrap();
}

/// A window with this sweep large in it.
fn looking_at(path: &Path) -> Test {
    let mut test = open(None, Some("paper-year"));
    push(&mut test, FileCommand::OpenFile(path.to_owned()));
    until_drawn(&mut test, "a sweep", |test| {
        test.state().view().sweep.seen.is_some()
    });
    push(&mut test, LayoutCommand::Large("sweep"));
    test.run_steps(4);
    test
}

fn there(test: &Test) -> usize {
    let seen = test.state().view().sweep.seen.clone();
    seen.map_or(0, |seen| seen.results.there())
}

fn until_there(test: &mut Test, cells: usize) {
    until_drawn(test, "all cells", |test| there(test) >= cells);
    settle(test);
}

/// The grid with all its cells, the folder of its results, and a window that shows them.
fn finished(here: &Path) -> (PathBuf, PathBuf, Test) {
    let (file, out) = (spec(here, 4), here.join("out"));
    compute(&file, &out, Share::ALL);
    let mut test = looking_at(&out);
    until_there(&mut test, CELLS);
    (file, out, test)
}

fn picture(test: &Test) -> SweepPicture {
    test.state().view().sweep.picture.clone().unwrap()
}

fn map(test: &Test) -> Rect {
    test.get_by_role_and_label(Role::GraphicsDocument, "Sweep map")
        .rect()
}

fn said(test: &Test) -> String {
    let node = test.get_by_role_and_label(Role::GraphicsDocument, "Sweep map");
    node.accesskit_node().value().unwrap_or_default()
}

/// About the middle of a cell of the map.
fn middle(test: &Test, [row, column]: [f32; 2]) -> Pos2 {
    let (rect, picture) = (map(test), picture(test));
    let columns = picture.surface.columns as f32;
    let rows = picture.surface.rows() as f32;
    // The axes stand to the left and below.
    let inside = Rect::from_min_max(
        pos2(rect.left() + 4.0, rect.top() + 4.0),
        pos2(rect.right() - 4.0, rect.bottom() - 4.0),
    );
    pos2(
        inside.left() + (column + 0.5) / columns * inside.width(),
        inside.top() + (row + 0.5) / rows * inside.height(),
    )
}

fn point_at(test: &mut Test, at: Pos2) {
    test.event(Event::PointerMoved(at));
    test.run_steps(3);
}

fn press_at(test: &mut Test, at: Pos2, modifiers: Modifiers) {
    point_at(test, at);
    for pressed in [true, false] {
        test.event(Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers,
        });
    }
    test.run_steps(3);
}

fn against_delta() -> Wish {
    Wish {
        against: Some("delta".into()),
        at: vec!["drift=0.1".into()],
        ..Wish::default()
    }
}

#[test]
fn what_is_drawn_is_what_is_in_the_folder_and_follows_what_is_chosen() {
    let here = tempfile::tempdir().unwrap();
    let (_, out, mut test) = finished(here.path());
    let mut results = Results::open(&out).unwrap();
    let wrong = results.look(&|_| true, &mut |_| ControlFlow::Continue(()));
    assert!(wrong.is_empty());
    let mut hatched = 0;
    for wish in [
        Wish::default(),
        against_delta(),
        Wish {
            strategy: Some("leland".into()),
            measure: Some("mean".into()),
            ..against_delta()
        },
        Wish {
            probe: Some("pin risk".into()),
            ..Wish::default()
        },
        Wish {
            down: Some("drift".into()),
            across: Some("refilling".into()),
            at: vec!["impact=1.02".into()],
            ..Wish::default()
        },
    ] {
        push(&mut test, SweepCommand::Show(wish.clone()));
        let view = test.state().view().sweep.clone();
        let (shown, laid) = view.what.clone().unwrap();
        assert_eq!(shown, wish.shown(results.plan()).unwrap());
        let held = laid.combinations(results.plan());
        assert_eq!(held.len(), 1);
        let surface = results.surface(&shown, &laid, &held[0]);
        let picture = picture(&test);
        assert_eq!(picture.surface, surface);
        for (place, point) in surface.points.iter().enumerate() {
            let found = point.found.estimate();
            let drawn = picture.image.pixels[place].a() > 0;
            assert_eq!(drawn, found.is_some());
            let chance = found.is_some_and(|found| shown.is_by_chance(found));
            assert_eq!(picture.by_chance[place], chance);
        }
        let chance = picture.by_chance.iter().filter(|chance| **chance).count();
        let words = format!("{chance} cells hatched");
        assert_eq!(said(&test).contains(&words), chance > 0, "{}", said(&test));
        assert!(said(&test).contains(&shown.title()), "{}", said(&test));
        hatched += chance;
    }
    assert!(hatched > 0, "nothing by chance on 256 paths");
    // The one that is left out is empty.
    push(&mut test, SweepCommand::Show(Wish::default()));
    let surface = picture(&test).surface;
    let out = surface.points.iter().filter(|p| p.found == Found::LeftOut);
    assert_eq!(out.count(), 1);
}

#[test]
fn the_pointer_reads_a_cell_a_click_loads_it_and_with_shift_pins_it() {
    let here = tempfile::tempdir().unwrap();
    let (file, out, mut test) = finished(here.path());
    push(&mut test, SweepCommand::Show(against_delta()));
    let at = middle(&test, [2.0, 0.0]);
    point_at(&mut test, at);
    let sweep = test.state().view().sweep.clone();
    let (shown, _) = sweep.what.as_ref().unwrap();
    let point = picture(&test).surface.points[4];
    let found = point.found.estimate().unwrap();
    let told = format!(
        "impact 1.02, refilling 0, drift 0.1\n{} {}: {}",
        shown.name(),
        shown.whose(),
        format::estimate(&found, true)
    );
    assert!(test.query_by_label_contains(&told).is_some(), "{told}");
    let before: Scenario = test.state().view().scenario.as_ref().clone();
    press_at(&mut test, at, Modifiers::NONE);
    until_drawn(&mut test, "the cell", |test| {
        (test.state().view().scenario.order_book.ask_exponent - 1.02).abs() < 1e-12
    });
    let view = test.state().view();
    assert!((view.scenario.market.drift - 0.1).abs() < 1e-12);
    let (plan, folder) = (Plan::load(&file).unwrap(), Folder::open(&out).unwrap().0);
    let cells = plan.chains().unwrap();
    let cell = cells.iter().flat_map(|chain| &chain.cells);
    let cell = cell
        .into_iter()
        .find(|cell| plan.place(cell.index) == [2, 0, 1]);
    let network = folder
        .network(cell.unwrap().policy.unwrap())
        .unwrap()
        .unwrap()
        .0;
    assert!(view.learned.policy.as_ref().unwrap().is_same(&network));
    assert!(
        said(&test).contains("on screen: impact 1.02"),
        "{}",
        said(&test)
    );
    // Another one beside it.
    let other = middle(&test, [0.0, 0.0]);
    press_at(&mut test, other, Modifiers::SHIFT);
    until_drawn(&mut test, "a pin", |test| {
        !test.state().view().pins.is_empty()
    });
    let pins = test.state().view().pins.clone();
    assert_eq!(pins[0].label.name, "impact 1.005, refilling 0, drift 0.1");
    // Back in two steps.
    push(&mut test, DocumentCommand::Undo);
    assert!(test.state().view().pins.is_empty());
    push(&mut test, DocumentCommand::Undo);
    assert_eq!(*test.state().view().scenario, before);
}

#[test]
fn the_arrows_lead_from_cell_to_cell_enter_loads_one_and_with_shift_pins_it() {
    let here = tempfile::tempdir().unwrap();
    let (_, _, mut test) = finished(here.path());
    push(&mut test, SweepCommand::Show(against_delta()));
    let map = test.get_by_role_and_label(Role::GraphicsDocument, "Sweep map");
    map.focus();
    test.run_steps(2);
    let at = |test: &Test, cell: &str| {
        let said = said(test);
        assert!(said.starts_with(&format!("{cell}, drift 0.1; ")), "{said}");
    };
    at(&test, "impact 1.005, refilling 0");
    assert!(said(&test).contains("Enter: on screen"));
    // Beside the picture there is nothing.
    press(&mut test, Modifiers::NONE, Key::ArrowUp);
    press(&mut test, Modifiers::NONE, Key::ArrowLeft);
    at(&test, "impact 1.005, refilling 0");
    let date = test.state().view().step;
    press(&mut test, Modifiers::NONE, Key::ArrowRight);
    at(&test, "impact 1.005, refilling 4");
    press(&mut test, Modifiers::NONE, Key::ArrowDown);
    at(&test, "impact 1.01, refilling 4");
    assert_eq!(test.state().view().step, date, "the arrows are the map's");
    let is_at = |test: &Test, impact: f64| {
        (test.state().view().scenario.order_book.ask_exponent - impact).abs() < 1e-12
    };
    press(&mut test, Modifiers::NONE, Key::Enter);
    until_drawn(&mut test, "the cell", |test| is_at(test, 1.01));
    // A second time from the cell that the keyboard is at.
    press(&mut test, Modifiers::NONE, Key::ArrowDown);
    press(&mut test, Modifiers::SHIFT, Key::Enter);
    until_drawn(&mut test, "a pin", |test| {
        !test.state().view().pins.is_empty()
    });
    let pins = test.state().view().pins.clone();
    assert_eq!(pins[0].label.name, "impact 1.02, refilling 4, drift 0.1");
    assert!(is_at(&test, 1.01));
    at(&test, "impact 1.02, refilling 4");
    // One that is left out can be read, and nothing more.
    push(&mut test, SweepCommand::Show(Wish::default()));
    for key in [Key::ArrowUp, Key::ArrowUp] {
        press(&mut test, Modifiers::NONE, key);
    }
    assert!(
        said(&test).starts_with("impact 1.005, refilling 4, drift 0; left out of the sweep"),
        "{}",
        said(&test)
    );
    press(&mut test, Modifiers::NONE, Key::Enter);
    assert!(is_at(&test, 1.01));
}

#[test]
fn cells_appear_as_they_are_finished_elsewhere() {
    let here = tempfile::tempdir().unwrap();
    let (file, out) = (spec(here.path(), 4), here.path().join("out"));
    compute(&file, &out, Share::new(1, 2).unwrap());
    let mut test = looking_at(&out.join("sweep.ron"));
    until_drawn(&mut test, "half of it", |test| there(test) == 6);
    assert!(said(&test).contains("not there yet"), "{}", said(&test));
    compute(&file, &out, Share::new(2, 2).unwrap());
    until_there(&mut test, CELLS);
    assert!(!said(&test).contains("not there yet"));
    let label = format!("{CELLS} of {CELLS} cells");
    assert!(test.query_by_label(&label).is_some());
}

#[test]
fn a_sweep_is_started_held_and_stopped_here_and_goes_on_later_from_what_is_there() {
    let here = tempfile::tempdir().unwrap();
    let file = spec(here.path(), 1200);
    let phase = |test: &Test| {
        let seen = test.state().view().sweep.seen.clone().unwrap();
        seen.work.map(|work| work.phase)
    };
    let out = here.path().join("tiny");
    {
        let mut test = looking_at(&file);
        assert_eq!((there(&test), out.exists()), (0, false));
        until_drawn(&mut test, "a time", |test| {
            let seen = test.state().view().sweep.seen.clone().unwrap();
            seen.seconds.is_some()
        });
        assert!(
            test.query_by_label_contains("0 of 11 cells; the rest about")
                .is_some()
        );
        click(&mut test, "Start the sweep");
        until(&mut test, "a first cell", |test| there(test) > 0);
        click(&mut test, "Pause the sweep");
        until(&mut test, "a pause", |test| {
            phase(test) == Some(SweepPhase::Paused)
        });
        let began = Instant::now();
        // One that was finished meanwhile is still to be read.
        until(&mut test, "a while", |_| {
            began.elapsed().as_secs_f64() > 1.5
        });
        let held = there(&test);
        let began = Instant::now();
        until(&mut test, "a while", |_| {
            began.elapsed().as_secs_f64() > 1.5
        });
        assert_eq!(there(&test), held);
        assert!(held < CELLS);
        click(&mut test, "Continue the sweep");
        until(&mut test, "another cell", |test| there(test) > held);
        click(&mut test, "Stop the sweep");
        until(&mut test, "its end", |test| {
            matches!(
                phase(test),
                Some(SweepPhase::Stopped | SweepPhase::Finished)
            )
        });
    }
    // Another window goes on.
    let mut test = looking_at(&out);
    until(&mut test, "what is there", |test| there(test) > 1);
    if test.query_by_label("Start the sweep").is_some() {
        click(&mut test, "Start the sweep");
    }
    until_there(&mut test, CELLS);
    let mut whole = Results::open(&out).unwrap();
    let wrong = whole.look(&|_| true, &mut |_| ControlFlow::Continue(()));
    assert!(wrong.is_empty());
    assert_eq!(whole.there(), CELLS);
}

#[test]
fn what_is_no_sweep_is_refused_in_one_line_and_what_is_shown_stays() {
    let here = tempfile::tempdir().unwrap();
    let (file, out) = (spec(here.path(), 4), here.path().join("out"));
    compute(&file, &out, Share::new(1, 4).unwrap());
    let mut test = looking_at(&out);
    let bad = here.path().join("bad");
    fs::create_dir_all(bad.join("rows")).unwrap();
    fs::write(bad.join("sweep.ron"), "(version: 1, axes: [])").unwrap();
    push(&mut test, FileCommand::OpenFile(bad));
    until_drawn(&mut test, "a refusal", |test| {
        test.query_by_label_contains("does not open; nothing was changed")
            .is_some()
    });
    let seen = test.state().view().sweep.seen.clone().unwrap();
    assert_eq!(seen.folder, out);
    assert_eq!(seen.results.plan().spec().title, "Tiny");
    push(&mut test, SweepCommand::Close);
    until_drawn(&mut test, "nothing", |test| {
        test.state().view().sweep.seen.is_none()
    });
    assert!(test.query_by_label_contains("Open a sweep").is_some());
}

#[test]
fn it_is_exported_as_the_command_line_draws_it() {
    let here = tempfile::tempdir().unwrap();
    let (_, out, mut test) = finished(here.path());
    push(&mut test, SweepCommand::Show(against_delta()));
    let written = here.path().join("map.csv");
    let export = ExportAs {
        view: View::Sweep,
        shape: Shape::default(),
        gaps: false,
        on_average: false,
        at_date: false,
        rule: 0,
        form: Form::Csv(written.clone()),
        sheet: Sheet::default(),
    };
    push(&mut test, FileCommand::Export(Box::new(export)));
    until(&mut test, "the file", |_| written.exists());
    let mut results = Results::open(&out).unwrap();
    results.look(&|_| true, &mut |_| ControlFlow::Continue(()));
    let wish = against_delta();
    let (shown, laid) = (
        wish.shown(results.plan()).unwrap(),
        wish.laid(results.plan()).unwrap(),
    );
    let figure = gallery::sweep(&results, &shown, &laid);
    assert_eq!(fs::read_to_string(&written).unwrap(), figure.csv());
    assert_eq!(figure.data.rows.len(), 6);
    let plot = |more: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hedgelab"));
        command
            .current_dir(here.path())
            .args(["plot", "sweep", "out"]);
        command.args(more.split_whitespace()).output().unwrap()
    };
    let drawn = plot("--against delta --at drift=0.1 --out - --format csv");
    assert_eq!(drawn.stdout, fs::read(&written).unwrap());
    // A panel for each value of an axis that is not held, in every form.
    for out in ["both.svg", "both.png"] {
        assert!(
            plot(&format!("--against leland --out {out}"))
                .status
                .success()
        );
    }
    let svg = fs::read_to_string(here.path().join("both.svg")).unwrap();
    for words in [
        "drift 0<",
        "drift 0.1<",
        "RSMSE of learned less leland: impact and refilling",
    ] {
        assert!(svg.contains(words), "{words}");
    }
    for (wrong, allowed) in [
        ("--at drift=7", "--at \"drift=7\": allowed: 0, 0.1"),
        (
            "--down depth",
            "--down \"depth\": allowed: impact, refilling, drift",
        ),
        (
            "--measure skewness",
            "--measure \"skewness\": allowed: mean, rsmse",
        ),
        ("--set steps=3", "--set, --pin: allowed: none"),
    ] {
        let refused = plot(&format!("{wrong} --out no.svg"));
        let said = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(
            said.contains(allowed) && said.lines().count() == 1,
            "{said}"
        );
    }
}
