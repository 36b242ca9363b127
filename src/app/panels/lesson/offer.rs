//! The line that offers the first lesson, until it is dismissed for good.

use crate::app::command::{Commands, LessonCommand, WindowCommand};
use crate::app::theme::{LABEL, Tokens};
use crate::app::view::ViewModel;
use crate::app::widgets::{Icon, icon_button};
use crate::lessons::BUILT_IN;
use egui::{RichText, Ui};

/// Room that the line takes (points).
pub const WIDTH: f32 = 400.0;

/// Draws it, from right to left.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let first = BUILT_IN.first().map(|(name, _)| *name);
    let mut lessons = view.lessons.iter();
    let Some(lesson) = lessons.find(|lesson| Some(lesson.name.as_str()) == first) else {
        return;
    };
    let name = "Do not offer this again";
    if icon_button(ui, Icon::Close, name, true).clicked() {
        commands.push(WindowCommand::DismissOffer);
    }
    let face = format!("{} ({} min)", lesson.title, lesson.minutes);
    if ui.link(RichText::new(face).size(LABEL)).clicked() {
        commands.push(LessonCommand::Begin(lesson.name.clone()));
    }
    let text = RichText::new("New here? Begin with a lesson:").size(LABEL);
    ui.label(text.color(tokens.subdued));
}
