//! The lessons that there are.

use crate::app::command::{Commands, LessonCommand};
use crate::app::panels::hand;
use crate::app::theme::{CAPTION, Tokens};
use crate::app::view::ViewModel;
use crate::lessons::BUILT_IN;
use egui::{Button, RichText, ScrollArea, Ui};

/// Width of the menu.
const WIDTH: f32 = 380.0;

/// Draws the menu of lessons.
pub fn menu(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let menu = ui.menu_button("Lessons", |ui| {
        let height = ui.ctx().content_rect().height() - 60.0;
        ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 40.0));
        let area = ScrollArea::vertical().max_height(height);
        area.min_scrolled_height(height).show(ui, |ui| {
            list(ui, view, commands);
            ui.separator();
            hand::menu(ui, view, commands);
        });
    });
    menu.response.accessible_name("Lessons menu");
}

/// Draws the list of lessons; a click begins one.
pub fn list(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let caption = |text: &str| RichText::new(text).size(CAPTION).color(tokens.subdued);
    let mut own = false;
    for lesson in view.lessons.iter() {
        if lesson.own && !own {
            ui.separator();
            ui.label(caption("yours"));
            own = true;
        }
        if lesson.steps == 0 {
            let face = RichText::new(&lesson.name).color(tokens.warning);
            let button = ui.add_enabled(false, Button::new(face));
            button.on_disabled_hover_text(&lesson.title);
            continue;
        }
        let minutes = format!("{} min", lesson.minutes);
        let button = Button::new(&lesson.title).truncate().shortcut_text(minutes);
        if ui.add(button).on_hover_text(&lesson.aim).clicked() {
            commands.push(LessonCommand::Begin(lesson.name.clone()));
            ui.close();
        }
    }
    if view.lessons.is_empty() {
        // Rows stand where they will be once the lessons are read.
        for (name, _) in BUILT_IN {
            ui.add_enabled(false, Button::new(*name));
        }
    }
}
