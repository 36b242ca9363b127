//! The keyboard map.

use super::command::{Command, ZoomBy};
use egui::{Context, Key, KeyboardShortcut, Modifiers};

/// Every key, as `(keys, what it does)`, for the help sheet.
pub const SHEET: &[(&str, &str)] = &[
    ("Space", "play, pause"),
    ("← →", "one date back, on"),
    ("Home, End", "to the sale, to maturity"),
    ("N, Shift+N", "next path, previous path"),
    ("T", "train, pause training"),
    ("Ctrl+O", "open a preset"),
    ("Ctrl+S", "save"),
    ("Ctrl+Shift+S", "save as"),
    ("Ctrl+Z", "undo"),
    ("Ctrl+Shift+Z, Ctrl+Y", "redo"),
    ("Ctrl +, Ctrl −, Ctrl 0", "zoom"),
    ("Ctrl+Q", "close"),
    ("F1", "this sheet"),
    ("F2", "show or hide the controls"),
    ("Tab, Shift+Tab", "from control to control"),
    (
        "Double click",
        "on a control: back to the preset; on a plot: whole view",
    ),
    ("Ctrl + wheel", "zoom a plot"),
];

/// Commands of the keys pressed in this frame.
pub fn pressed(ctx: &Context, commands: &mut Vec<Command>) {
    let ctrl = Modifiers::COMMAND;
    let both = Modifiers::COMMAND | Modifiers::SHIFT;
    // The longer combination first: a shorter one would swallow it.
    for (modifiers, key, command) in [
        (both, Key::S, Command::AskSaveAs),
        (ctrl, Key::S, Command::Save),
        (ctrl, Key::O, Command::AskOpen),
        (ctrl, Key::Plus, Command::Zoom(ZoomBy::In)),
        (ctrl, Key::Equals, Command::Zoom(ZoomBy::In)),
        (ctrl, Key::Minus, Command::Zoom(ZoomBy::Out)),
        (ctrl, Key::Num0, Command::Zoom(ZoomBy::Reset)),
        (ctrl, Key::Q, Command::Quit),
        (Modifiers::NONE, Key::F1, Command::Help),
        (Modifiers::NONE, Key::F2, Command::ToggleControls),
    ] {
        if ctx.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, key))) {
            commands.push(command);
        }
    }
    if ctx.text_edit_focused() {
        return;
    }
    for (modifiers, key, command) in [
        (both, Key::Z, Command::Redo),
        (ctrl, Key::Z, Command::Undo),
        (ctrl, Key::Y, Command::Redo),
    ] {
        if ctx.input_mut(|input| input.consume_shortcut(&KeyboardShortcut::new(modifiers, key))) {
            commands.push(command);
        }
    }
    // A focused slider moves with the arrows, a focused button clicks with the space bar.
    if ctx.memory(|memory| memory.focused().is_some()) {
        return;
    }
    for (modifiers, key, command) in [
        (Modifiers::SHIFT, Key::N, Command::PreviousPath),
        (Modifiers::NONE, Key::N, Command::NextPath),
        (Modifiers::NONE, Key::Space, Command::TogglePlay),
        (Modifiers::NONE, Key::ArrowLeft, Command::StepBy(-1)),
        (Modifiers::NONE, Key::ArrowRight, Command::StepBy(1)),
        (Modifiers::NONE, Key::Home, Command::GoTo(0)),
        (Modifiers::NONE, Key::End, Command::GoTo(usize::MAX)),
        (Modifiers::NONE, Key::T, Command::ToggleTraining),
    ] {
        if ctx.input_mut(|input| input.consume_key(modifiers, key)) {
            commands.push(command);
        }
    }
}
