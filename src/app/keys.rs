//! The keyboard map.

use super::command::{
    Command, Commands, DocumentCommand, FileCommand, LayoutCommand, LessonCommand, TimeCommand,
    TrainingCommand, WindowCommand, ZoomBy,
};
use super::layout::Purpose;
use super::panes::PANES;
use egui::{Context, InputState, Key, KeyboardShortcut, Modifiers};

/// Every key, as `(keys, what it does)`, for the help sheet.
pub const SHEET: &[(&str, &str)] = &[
    ("Space", "play, pause"),
    ("← →", "one date back, on"),
    ("Home, End", "to the sale, to maturity"),
    ("N, Shift+N", "next path, previous path"),
    ("T", "train, pause training"),
    ("Ctrl+O", "open a preset"),
    ("Ctrl+P", "open recorded prices"),
    ("Ctrl+S, Ctrl+Shift+S", "save, save as"),
    ("Ctrl+E", "export a view"),
    ("Ctrl+Z; Ctrl+Shift+Z, Ctrl+Y", "undo; redo"),
    ("Ctrl +, Ctrl −, Ctrl 0", "zoom"),
    ("Ctrl+Q", "close"),
    ("F1", "this sheet"),
    ("F2", "show or hide the controls"),
    ("F5", "large, for a class; Esc or F5 leads back"),
    ("Page Up, Page Down", "in a lesson: one step back, on"),
    ("Alt+1 … Alt+9, Alt+0", "a view large, and back"),
    ("Esc", "from a large view back to all"),
    ("Ctrl+1, Ctrl+2, Ctrl+3", "layout: explore, compare, teach"),
    ("Enter, Delete", "on a view's title: in front; hide it"),
    (
        "↑ ↓, Page Up, Page Down; Enter; Esc",
        "hedging by hand: choose the next position; take it; leave",
    ),
    ("Tab, Shift+Tab", "from control to control"),
    (
        "← →, Enter in the distribution",
        "from bin to bin; one of its paths",
    ),
    (
        "Arrows, Enter, Shift+Enter in the sweep",
        "from cell to cell; on screen; pinned beside it",
    ),
    (
        "← →, Esc in the order book",
        "ask for another size; back to the trade made",
    ),
    (
        "Up, Down, Page Up, Page Down",
        "in the field of a number: move it; Enter in the empty field: back to the preset",
    ),
    (
        "Double click",
        "on a control: back to the preset; on a plot: whole view; on a view's title: large, and back",
    ),
    ("Ctrl + wheel", "zoom a plot, the dates or the book"),
];

const CTRL: Modifiers = Modifiers::COMMAND;
const BOTH: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
const PLAIN: Modifiers = Modifiers::NONE;

/// Keys that always count; of two that could be one, the longer first.
fn always() -> [(Modifiers, Key, Command); 13] {
    [
        (BOTH, Key::S, WindowCommand::AskSaveAs.into()),
        (CTRL, Key::S, FileCommand::Save.into()),
        (CTRL, Key::O, WindowCommand::AskOpen.into()),
        (CTRL, Key::P, WindowCommand::AskPrices.into()),
        (CTRL, Key::E, WindowCommand::AskExport(None).into()),
        (CTRL, Key::Plus, WindowCommand::Zoom(ZoomBy::In).into()),
        (CTRL, Key::Equals, WindowCommand::Zoom(ZoomBy::In).into()),
        (CTRL, Key::Minus, WindowCommand::Zoom(ZoomBy::Out).into()),
        (CTRL, Key::Num0, WindowCommand::Zoom(ZoomBy::Reset).into()),
        (CTRL, Key::Q, WindowCommand::Quit.into()),
        (PLAIN, Key::F1, WindowCommand::Help.into()),
        (PLAIN, Key::F2, WindowCommand::ToggleControls.into()),
        (PLAIN, Key::F5, WindowCommand::Present.into()),
    ]
}

/// Keys that a text field keeps for itself.
fn outside_text() -> [(Modifiers, Key, Command); 3] {
    [
        (BOTH, Key::Z, DocumentCommand::Redo.into()),
        (CTRL, Key::Z, DocumentCommand::Undo.into()),
        (CTRL, Key::Y, DocumentCommand::Redo.into()),
    ]
}

/// The number keys: a view, or what the views are laid out for.
fn views() -> impl Iterator<Item = (Modifiers, Key, Command)> {
    let large = PANES.iter().zip(NUMBERS);
    let large =
        large.map(|(entry, key)| (Modifiers::ALT, key, LayoutCommand::Large(entry.key).into()));
    let purposes = Purpose::ALL.into_iter().zip(NUMBERS);
    let purposes = purposes.map(|(purpose, key)| (CTRL, key, LayoutCommand::For(purpose).into()));
    large.chain(purposes)
}

const NUMBERS: [Key; 10] = [
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
    Key::Num0,
];

/// Keys that a focused widget keeps for itself: a slider moves with the arrows, a button clicks
/// with the space bar.
fn without_focus() -> [(Modifiers, Key, Command); 10] {
    [
        (Modifiers::SHIFT, Key::N, TimeCommand::PreviousPath.into()),
        (PLAIN, Key::N, TimeCommand::NextPath.into()),
        (PLAIN, Key::Space, TimeCommand::TogglePlay.into()),
        (PLAIN, Key::ArrowLeft, TimeCommand::StepBy(-1).into()),
        (PLAIN, Key::ArrowRight, TimeCommand::StepBy(1).into()),
        (PLAIN, Key::Home, TimeCommand::GoTo(0).into()),
        (PLAIN, Key::End, TimeCommand::GoTo(usize::MAX).into()),
        (PLAIN, Key::T, TrainingCommand::Toggle.into()),
        (PLAIN, Key::PageUp, LessonCommand::Back.into()),
        (PLAIN, Key::PageDown, LessonCommand::Next.into()),
    ]
}

/// Commands of the keys pressed in this frame.
pub fn pressed(ctx: &Context, commands: &mut Commands) {
    let shortcut = |input: &mut InputState, modifiers, key| {
        input.consume_shortcut(&KeyboardShortcut::new(modifiers, key))
    };
    take(ctx, commands, always(), shortcut);
    if ctx.text_edit_focused() {
        return;
    }
    take(ctx, commands, outside_text(), shortcut);
    take(ctx, commands, views(), shortcut);
    if ctx.memory(|memory| memory.focused().is_some()) {
        return;
    }
    take(ctx, commands, without_focus(), InputState::consume_key);
}

/// Commands of the keys pressed in this frame while a path is hedged by hand: those of the window alone.
pub fn in_game(ctx: &Context, commands: &mut Commands) {
    let of_window = |command: &Command| {
        matches!(
            command,
            Command::Window(
                WindowCommand::Zoom(_)
                    | WindowCommand::Quit
                    | WindowCommand::Help
                    | WindowCommand::AskOpen
            )
        )
    };
    let keys = always()
        .into_iter()
        .filter(|(.., command)| of_window(command));
    take(ctx, commands, keys, |input, modifiers, key| {
        input.consume_shortcut(&KeyboardShortcut::new(modifiers, key))
    });
}

fn take(
    ctx: &Context,
    commands: &mut Commands,
    keys: impl IntoIterator<Item = (Modifiers, Key, Command)>,
    consume: fn(&mut InputState, Modifiers, Key) -> bool,
) {
    for (modifiers, key, command) in keys {
        if ctx.input_mut(|input| consume(input, modifiers, key)) {
            commands.push(command);
        }
    }
}
