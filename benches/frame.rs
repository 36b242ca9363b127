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
use hedgelab::app::command::Command;
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::window::{Setup, Window};
use hedgelab::scenario::fields::Field;
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

    fn volatility(&mut self, x: f64) {
        let field = Field::find("market.volatility").unwrap();
        let change = vec![(field, Value::Number(x))];
        self.window.push(Command::Edit(change, Grain::Drag));
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
    while stage.window.view().computing {
        stage.frame(Vec::new());
        std::thread::sleep(Duration::from_millis(2));
    }
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
    let rest = Instant::now();
    while stage.window.view().computing {
        stage.frame(Vec::new());
        std::thread::sleep(Duration::from_millis(1));
    }
    println!(
        "full distribution {:.1?} after the last change",
        rest.elapsed()
    );
    train(&mut stage);
}

/// Frames while training runs, and the training's speed with and without them.
fn train(stage: &mut Stage) {
    stage.key(Key::T);
    while stage.iterations() == 0 {
        stage.frame(Vec::new());
        std::thread::sleep(Duration::from_millis(5));
    }
    let seconds = Duration::from_secs(4);
    let (before, start) = (stage.iterations(), Instant::now());
    let mut frames = Vec::new();
    while start.elapsed() < seconds {
        frames.push(stage.frame(Vec::new()));
        std::thread::sleep(Duration::from_millis(28));
    }
    let watched = (stage.iterations() - before) as f64 / start.elapsed().as_secs_f64();
    report("training and re-evaluating", frames);
    let (before, start) = (stage.iterations(), Instant::now());
    std::thread::sleep(seconds);
    stage.frame(Vec::new());
    let alone = (stage.iterations() - before) as f64 / start.elapsed().as_secs_f64();
    println!("training: {watched:.0} iterations a second watched, {alone:.0} unwatched");
}
