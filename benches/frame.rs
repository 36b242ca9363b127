//! Time of a frame: the real state of the window at 1280×800, drawn without a screen, idle, under
//! a moving slider, and while it trains and re-evaluates; and what drawing costs the training.
//!
//! `cargo bench --bench frame`; the limits of the specification are a median of 4 ms and a 99th
//! percentile of 8 ms of UI code, and at most 10% of the training's throughput.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures and fails by panicking"
)]

use egui::{Event, Key, Modifiers, RawInput, Rect, pos2, vec2};
use hedgelab::app::command::{
    DocumentCommand, LayoutCommand, PinCommand, TimeCommand, ViewCommand,
};
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::view::PolicyChart;
use hedgelab::app::window::{Setup, Window};
use hedgelab::explore::{Ask, Dimension, FULL, Look, Map, State, Wanted, Whose};
use hedgelab::scenario::Strategy;
use hedgelab::scenario::fields::Field;
use hedgelab::training::conditioned_policy;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// One window without a screen.
struct Stage {
    ctx: egui::Context,
    window: Window,
    began: Instant,
}

impl Stage {
    fn new() -> Self {
        let ctx = egui::Context::default();
        let window = Window::new(&ctx, &Setup::default()).unwrap();
        Self {
            ctx,
            window,
            began: Instant::now(),
        }
    }

    /// One frame; gives back the time of the UI code and of tessellation.
    fn frame(&mut self, events: Vec<Event>) -> (Duration, Duration) {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1280.0, 800.0))),
            time: Some(self.began.elapsed().as_secs_f64()),
            events,
            ..RawInput::default()
        };
        let start = Instant::now();
        let window = &mut self.window;
        let output = self.ctx.run_ui(input, |ui| {
            window.logic(ui.ctx(), None);
            window.ui(ui);
        });
        let code = start.elapsed();
        let start = Instant::now();
        let meshes = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        std::hint::black_box(meshes);
        (code, start.elapsed())
    }

    fn key(&mut self, key: Key) {
        for pressed in [true, false] {
            let event = Event::Key {
                key,
                physical_key: None,
                pressed,
                repeat: false,
                modifiers: Modifiers::NONE,
            };
            self.frame(vec![event]);
        }
    }

    /// Iterations that the training run has made.
    fn iterations(&self) -> u64 {
        let training = &self.window.view().training;
        training.as_ref().map_or(0, |p| p.report.iteration)
    }

    /// Iterations, straight from the engine, with a fresh snapshot.
    fn newest_iteration(&self) -> u64 {
        let engine = self.window.model().engine();
        let before = engine.progress().unwrap().report.iteration;
        loop {
            std::thread::sleep(Duration::from_millis(1));
            let now = engine.progress().unwrap().report.iteration;
            if now > before {
                return now;
            }
        }
    }

    /// Draws until the full distribution is there.
    fn settle(&mut self) {
        self.frame(Vec::new());
        while self.window.view().computing {
            std::thread::sleep(Duration::from_millis(4));
            self.frame(Vec::new());
        }
    }

    fn toggle(&mut self, strategy: Strategy) {
        self.window.push(DocumentCommand::ToggleStrategy(strategy));
        self.settle();
    }

    fn volatility(&mut self, x: f64) {
        let field = Field::find("market.volatility").unwrap();
        let change = vec![(field, Value::Number(x))];
        self.window.push(DocumentCommand::Edit(change, Grain::Drag));
    }
}

fn report(name: &str, mut times: Vec<(Duration, Duration)>) {
    let show = |times: &mut Vec<Duration>| {
        times.sort();
        let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
        format!(
            "{:>8.2?} {:>8.2?} {:>8.2?}",
            at(50),
            at(99),
            times[times.len() - 1]
        )
    };
    let mut code: Vec<Duration> = times.iter().map(|t| t.0).collect();
    let mut meshes: Vec<Duration> = times.iter_mut().map(|t| t.1).collect();
    println!(
        "{name:<34} code {}   tessellation {}",
        show(&mut code),
        show(&mut meshes)
    );
}

fn main() {
    println!("median, 99th percentile, largest");
    let mut stage = Stage::new();
    let start = Instant::now();
    stage.frame(Vec::new());
    println!("first frame after {:.1?}", start.elapsed());
    stage.settle();
    println!("full distribution after {:.1?}", start.elapsed());
    let still = (0..300).map(|_| stage.frame(Vec::new())).collect();
    report("nothing changes", still);
    let mut moved = Vec::new();
    for i in 0..300 {
        stage.volatility(0.15 + 0.0005 * f64::from(i));
        moved.push(stage.frame(Vec::new()));
        std::thread::sleep(Duration::from_millis(8));
    }
    report("a slider moves", moved);
    stage.settle();
    for (chart, name) in [
        (PolicyChart::Curves, "the date changes, curves"),
        (PolicyChart::SpotPosition, "the date changes, map"),
        (
            PolicyChart::SpotTimeLessDelta,
            "the date changes, map by date",
        ),
    ] {
        stage.window.push(ViewCommand::Policy(chart));
        let moved = (0..300).map(|i| {
            stage.window.push(TimeCommand::GoTo(i % 12));
            stage.frame(Vec::new())
        });
        let moved = moved.collect();
        report(name, moved);
    }
    stage.window.push(ViewCommand::Policy(PolicyChart::Curves));
    through_time(&mut stage);
    slider_to_answer(&mut stage, "delta, Leland and learned");
    stage.toggle(Strategy::Learned);
    slider_to_answer(&mut stage, "delta and Leland");
    stage.toggle(Strategy::Learned);
    maps(&stage);
    explorer(&mut stage);
    pinned(&mut stage);
    train(&mut stage);
}

/// Time of maps of the learned policy alone, against a frame of 8 ms.
fn maps(stage: &Stage) {
    use Dimension::{AskExponent, AskMemory, Date, Gain, Position, Spot, Volatility};
    let scenario = stage.window.view().scenario.clone();
    for (name, axes, band, cells) in [
        ("spot × position", [Spot, Position], false, FULL),
        ("spot × date", [Spot, Date], false, FULL),
        ("position × memory", [Position, AskMemory], false, FULL),
        ("spot × impact", [Spot, AskExponent], false, FULL),
        ("volatility × impact", [Volatility, AskExponent], false, 32),
        (
            "volatility × impact",
            [Volatility, AskExponent],
            false,
            FULL,
        ),
        ("band over spot × profit", [Spot, Gain], true, 32),
        ("band over spot × profit", [Spot, Gain], true, FULL),
    ] {
        let ask = Ask {
            state: State::at_sale(&scenario),
            scenario: scenario.clone(),
            whose: Whose::Made(conditioned_policy()),
            axes: axes.map(Wanted::from),
            both_sides: true,
            band,
        };
        let go_on = || ControlFlow::Continue(());
        let mut times: Vec<Duration> = (0..40)
            .map(|_| {
                let start = Instant::now();
                std::hint::black_box(Map::of(&ask, cells, &go_on)).unwrap();
                start.elapsed()
            })
            .collect();
        times.sort();
        let share = 100.0 * times[20].as_secs_f64() / 0.008;
        let name = format!("map of {name}, {cells} × {cells}");
        println!(
            "{name:<42} {:>8.2?} at best {:>8.2?}: {share:.0}% of a frame",
            times[20], times[0]
        );
    }
}

/// The explorer on screen while a slider moves, and how long it takes to be on the map.
fn explorer(stage: &mut Stage) {
    stage.window.push(LayoutCommand::Large("explorer"));
    let shown = |stage: &Stage| {
        let view = stage.window.view();
        let picture = view.explorer.picture.as_ref();
        picture.is_some_and(|picture| picture.explored().ask.scenario == view.scenario)
    };
    for (name, across, up) in [
        ("spot × position", Dimension::Spot, Dimension::Position),
        ("spot × impact", Dimension::Spot, Dimension::AskExponent),
        ("drift × impact", Dimension::Drift, Dimension::AskExponent),
    ] {
        stage.window.push(ViewCommand::Explore(Look {
            across,
            up,
            ..Look::default()
        }));
        let (mut frames, mut waits) = (Vec::new(), Vec::new());
        for i in 0..100 {
            let start = Instant::now();
            stage.volatility(0.15 + 0.0015 * f64::from(i));
            frames.push(stage.frame(Vec::new()));
            while !shown(stage) {
                frames.push(stage.frame(Vec::new()));
            }
            waits.push((start.elapsed(), Duration::ZERO));
        }
        report(&format!("frames, explorer, {name}"), frames);
        report(&format!("slider to map, {name}"), waits);
    }
    stage.window.push(DocumentCommand::EndDrag);
    stage.window.push(LayoutCommand::Back);
    stage.settle();
}

/// The same with four scenarios beside the present one, each with its learned policy.
fn pinned(stage: &mut Stage) {
    for volatility in [0.16, 0.18, 0.2, 0.22] {
        stage.volatility(volatility);
        stage.window.push(DocumentCommand::EndDrag);
        stage.frame(Vec::new());
        stage.window.push(PinCommand::Add);
        stage.settle();
    }
    let mut moved = Vec::new();
    for i in 0..300 {
        stage.volatility(0.15 + 0.0005 * f64::from(i));
        moved.push(stage.frame(Vec::new()));
        std::thread::sleep(Duration::from_millis(8));
    }
    report("a slider moves, four pins", moved);
    stage.settle();
    slider_to_answer(stage, "all three, four pins");
    through_time(stage);
    stage.window.push(PinCommand::RemoveAll);
    stage.settle();
}

/// Frames while the path plays, and while the time cursor is dragged.
fn through_time(stage: &mut Stage) {
    let mut played = Vec::new();
    while played.len() < 300 {
        if !stage.window.view().playing {
            stage.window.push(TimeCommand::TogglePlay);
        }
        played.push(stage.frame(Vec::new()));
        std::thread::sleep(Duration::from_millis(8));
    }
    stage.window.push(TimeCommand::TogglePlay);
    report("the path plays", played);
    let dragged = (0..300).map(|i| {
        stage.window.push(TimeCommand::GoTo(i % 13));
        stage.frame(Vec::new())
    });
    let dragged = dragged.collect();
    report("the time cursor moves", dragged);
}

/// From the last change of a dragged slider to the first and to the full distribution, at 60 frames
/// a second.
fn slider_to_answer(stage: &mut Stage, name: &str) {
    const FRAME: Duration = Duration::from_micros(16_667);
    let (mut coarse, mut full) = (Vec::new(), Vec::new());
    for round in 0..30 {
        // Each change is a run of its own.
        let wanted = stage.window.view().outcomes.as_ref().unwrap().run + 13;
        for i in 0..12 {
            let began = Instant::now();
            stage.volatility(0.15 + 0.01 * f64::from(round) + 0.0005 * f64::from(i));
            stage.frame(Vec::new());
            std::thread::sleep(FRAME.saturating_sub(began.elapsed()));
        }
        stage.volatility(0.17 + 0.01 * f64::from(round));
        let start = Instant::now();
        let mut frames = 0;
        let mut first = None;
        while first.is_none() || stage.window.view().computing {
            let began = Instant::now();
            stage.frame(Vec::new());
            frames += 1;
            let outcomes = &stage.window.view().outcomes;
            if outcomes.as_ref().is_some_and(|o| o.run == wanted) {
                first.get_or_insert(frames);
            }
            if stage.window.view().computing {
                std::thread::sleep(FRAME.saturating_sub(began.elapsed()));
            }
        }
        full.push(start.elapsed());
        coarse.push(first);
    }
    full.sort();
    coarse.sort();
    println!(
        "{name}: first answer in frame {} (most {}), full distribution after {:.0?} (most {:.0?})",
        coarse[15].unwrap(),
        coarse[29].unwrap(),
        full[15],
        full[29]
    );
}

/// Frames while training runs, and the training's speed with and without them.
fn train(stage: &mut Stage) {
    let field = Field::find("training.iterations").unwrap();
    let change = vec![(field, Value::Number(100_000.0))];
    stage
        .window
        .push(DocumentCommand::Edit(change, Grain::Whole));
    stage.key(Key::T);
    while stage.iterations() == 0 {
        stage.frame(Vec::new());
        std::thread::sleep(Duration::from_millis(5));
    }
    let seconds = Duration::from_secs(2);
    let mut frames = Vec::new();
    let mut ratios = Vec::new();
    for _ in 0..6 {
        let speed = [true, false].map(|watched| {
            // The hand-over is part of the cost; a second between two snapshots is next to none.
            let pace = Duration::from_millis(if watched { 0 } else { 1000 });
            stage.window.model().engine().set_pace(pace);
            let (before, start) = (stage.newest_iteration(), Instant::now());
            while start.elapsed() < seconds {
                if watched {
                    frames.push(stage.frame(Vec::new()));
                }
                std::thread::sleep(Duration::from_millis(30));
            }
            (stage.newest_iteration() - before) as f64 / start.elapsed().as_secs_f64()
        });
        ratios.push(speed);
    }
    report("training and re-evaluating", frames);
    ratios.sort_by(|a, b| (a[0] / a[1]).total_cmp(&(b[0] / b[1])));
    for [watched, alone] in ratios {
        let lost = 100.0 * (1.0 - watched / alone);
        println!(
            "training: {watched:.0} iterations a second watched, {alone:.0} unwatched: {lost:.1}% lost"
        );
    }
}
