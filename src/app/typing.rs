//! A value that is typed and not taken: nothing is saved, trained or closed as if it were.

use super::command::{Command, Commands, FileCommand, HandCommand, TrainingCommand, WindowCommand};
use super::notice::Notice;
use super::widgets::{Draft, Refusal};
use egui::Context;

/// Before the fields of a frame are drawn: what is being typed becomes a value, or is refused, where
/// something is about to be done or the window is to close. Gives back what was refused before.
#[must_use]
pub fn settle(ctx: &Context, nothing_asked: bool) -> Option<Refusal> {
    let closing = ctx.input(|input| input.viewport().close_requested());
    let refused = Draft::refused(ctx);
    if closing || !nothing_asked {
        Draft::settle(ctx);
    }
    refused
}

/// Takes out of `commands` what would pass over a value that was typed and refused, and says why.
/// `before` is what was refused before this frame: who has read it may close the window.
pub fn hold_back(
    ctx: &Context,
    commands: &mut Commands,
    before: Option<&Refusal>,
) -> Option<Notice> {
    let refusal = Draft::refused(ctx)?;
    let is_new = before != Some(&refusal);
    let held_back = commands.hold_back(|command| match command {
        Command::File(
            FileCommand::Save
            | FileCommand::SaveTo(_)
            | FileCommand::Record(_)
            | FileCommand::Export(_),
        )
        | Command::Window(WindowCommand::AskSaveAs | WindowCommand::AskRecord)
        | Command::Hand(HandCommand::Commit) => true,
        Command::Window(WindowCommand::Quit) => is_new,
        Command::Training(command) => {
            is_new
                && !matches!(
                    command,
                    TrainingCommand::Stop
                        | TrainingCommand::Automatic(_)
                        | TrainingCommand::AtOnce(_)
                )
        }
        Command::File(
            FileCommand::OpenPreset(_)
            | FileCommand::OpenFile(_)
            | FileCommand::OpenFiles(_)
            | FileCommand::Own(_),
        )
        | Command::Document(_)
        | Command::View(_)
        | Command::Pin(_)
        | Command::Time(_)
        | Command::Lesson(_)
        | Command::Window(_)
        | Command::Hand(_)
        | Command::Sweep(_)
        | Command::Prices(_)
        | Command::Books(_) => false,
    });
    let details = format!(
        "{} — {}\nCorrect it, or press Escape in the field to leave the value as it was.",
        refusal.name, refusal.why
    );
    held_back.then(|| Notice::error("A value that was typed is not understood", details))
}
