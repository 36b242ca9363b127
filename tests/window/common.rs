//! A window driven through its widget tree, as a person or a screen reader would.

use egui::accesskit::Role;
use egui::vec2;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use hedgelab::app::command::{Command, DocumentCommand};
use hedgelab::app::document::{Grain, Value};
use hedgelab::app::window::{Setup, Window};
use hedgelab::scenario::fields::Field;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub type Test = Harness<'static, Window>;

/// A window of 1280 by 800 points, on a preset and in a folder, or as at the first start.
pub fn open(folder: Option<&Path>, preset: Option<&str>) -> Test {
    let setup = Setup {
        folder: folder.map(Path::to_owned),
        preset: preset.map(str::to_owned),
    };
    let mut test = Harness::builder()
        .with_size(vec2(1280.0, 800.0))
        .with_max_steps(60)
        .build_eframe(move |creation| Window::new(&creation.egui_ctx, &setup).unwrap());
    test.run_steps(2);
    test
}

/// Lets frames and workers go on until something holds.
pub fn until(test: &mut Test, what: &str, mut holds: impl FnMut(&mut Test) -> bool) {
    let began = Instant::now();
    while !holds(test) {
        assert!(began.elapsed() < Duration::from_mins(1), "never: {what}");
        std::thread::sleep(Duration::from_millis(4));
        test.step();
    }
}

/// The same, and two frames more, for what follows from it.
pub fn until_drawn(test: &mut Test, what: &str, holds: impl Fn(&Test) -> bool) {
    until(test, what, |test| holds(test));
    test.run_steps(2);
}

/// Lets them go on until the distribution is there on all paths.
pub fn settle(test: &mut Test) {
    test.run_steps(2);
    until(test, "a full distribution", |test| {
        !test.state().view().computing
    });
}

pub fn press(test: &mut Test, modifiers: Modifiers, key: Key) {
    test.key_press_modifiers(modifiers, key);
    test.run_steps(2);
}

pub fn click(test: &mut Test, name: &str) {
    test.get_by_label(name).click();
    test.run_steps(3);
}

/// Writes a text into a field of the scenario, as if it were typed.
pub fn set(test: &mut Test, field: &str, value: &str) {
    let change = (Field::find(field).unwrap(), Value::Text(value.into()));
    push(test, DocumentCommand::Edit(vec![change], Grain::Whole));
}

pub fn push(test: &mut Test, command: impl Into<Command>) {
    test.state_mut().push(command);
    test.run_steps(2);
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }
    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

/// Drops a file onto the window.
pub fn drop_file(test: &mut Test, path: &Path) {
    drop_files(test, &[path]);
}

/// Drops files onto the window, together.
pub fn drop_files(test: &mut Test, paths: &[&Path]) {
    for path in paths {
        let file = Arc::new(Dropped((*path).to_owned()));
        test.input_mut().dropped_files.push(file);
    }
    test.step();
}

/// Types a text into a field in place of what is there, and Enter.
pub fn type_into(test: &mut Test, name: &str, text: &str) {
    test.get_by_label(name).focus();
    test.run_steps(2);
    test.key_press_modifiers(Modifiers::COMMAND, Key::A);
    test.run_steps(1);
    test.get_by_label(name).type_text(text);
    test.run_steps(2);
    test.key_press(Key::Enter);
    test.run_steps(3);
}

/// What a screen reader says of a picture.
pub fn said(test: &Test, name: &str) -> String {
    let node = test.get_by_role_and_label(Role::GraphicsDocument, name);
    node.accesskit_node().value().unwrap_or_default()
}
