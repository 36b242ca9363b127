//! The line that offers the first lesson, until it is dismissed for good.

use crate::app::command::{Commands, LessonCommand, WindowCommand};
use crate::app::theme::{LABEL, Tokens};
use crate::app::view::ViewModel;
use crate::app::widgets::{Icon, icon_button};
use crate::lessons::BUILT_IN;
use egui::{Align, Layout, RichText, Ui};

/// Height of the line.
pub const HEIGHT: f32 = 28.0;

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let Some((first, _)) = BUILT_IN.first() else {
        return;
    };
    let listed = view.lessons.iter().find(|lesson| lesson.name == *first);
    ui.horizontal_centered(|ui| {
        let text = RichText::new("New here? Begin with a lesson:").size(LABEL);
        ui.label(text.color(tokens.subdued));
        if let Some(lesson) = listed {
            let face = format!("{} ({} min)", lesson.title, lesson.minutes);
            if ui.link(RichText::new(face).size(LABEL)).clicked() {
                commands.push(LessonCommand::Begin(lesson.name.clone()));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let name = "Do not offer this again";
            if icon_button(ui, Icon::Close, name, true).clicked() {
                commands.push(WindowCommand::DismissOffer);
            }
        });
    });
}
