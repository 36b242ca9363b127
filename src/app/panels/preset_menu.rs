//! The menu of presets: one's own, what can be brought back, the built-in ones and recent files.

use crate::app::command::{Commands, FileCommand, WindowCommand};
use crate::app::theme::{CAPTION, Tokens};
use crate::app::view::ViewModel;
use crate::app::widgets::{Icon, paint_icon};
use crate::engine::OwnJob;
use crate::presets;
use egui::{Align, Label, Layout, RichText, ScrollArea, Ui};
use std::sync::LazyLock;

/// Width of the menu (points); titles that are longer are cut, and told in full under the pointer.
const WIDTH: f32 = 440.0;
/// Deleted presets that the menu offers to bring back.
const TRASHED: usize = 5;

/// Draws its button, and the menu when it is open.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let name = format!("{}        ", view.preset);
    let response = ui.menu_button(RichText::new(name), |ui| {
        let height = ui.ctx().content_rect().height() - 60.0;
        ScrollArea::vertical()
            .max_height(height)
            .min_scrolled_height(height)
            .show(ui, |ui| list(ui, view, commands));
    });
    let place = response.response.rect.right_center() - egui::vec2(13.0, 0.0);
    let colour = ui.visuals().text_color();
    paint_icon(ui.painter(), place, Icon::Down, colour);
    response
        .response
        .accessible_name("Preset")
        .on_hover_text(format!(
            "{}\n{}",
            view.scenario.title, view.scenario.description
        ));
}

/// What the built-in presets are called in words.
static TITLES: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    let title = |name| presets::built_in(name).map_or_else(|_| String::new(), |s| s.title.clone());
    let named = presets::BUILT_IN.iter();
    named.map(|(name, _)| (*name, title(name))).collect()
});

fn list(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let caption = |text: &str| RichText::new(text).size(CAPTION).color(tokens.subdued);
    ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 40.0));
    let own = &view.own_presets;
    if !own.presets.is_empty() || !own.trashed.is_empty() {
        ui.label(caption("yours"));
        for (name, title) in &own.presets {
            ui.horizontal(|ui| own_preset(ui, view, (name, title), commands));
        }
        for name in own.trashed.iter().take(TRASHED) {
            let face = RichText::new(format!("Bring back {name}")).color(tokens.subdued);
            if ui.button(face).clicked() {
                commands.push(FileCommand::Own(OwnJob::Restore(name.clone())));
                ui.close();
            }
        }
        ui.separator();
    }
    ui.label(caption("built in, read-only"));
    for (name, title) in TITLES.iter() {
        ui.horizontal(|ui| open(ui, view, (name, title), commands));
    }
    ui.separator();
    let lessons = ui.menu_button("Lessons", |ui| {
        ui.set_width(WIDTH - 60.0);
        super::lesson::list(ui, view, commands);
    });
    lessons
        .response
        .accessible_name("Lessons, instead of a preset");
    let about = "A file of recorded prices, to look at and to make paths of; Ctrl+P";
    if ui
        .button("Recorded prices …")
        .on_hover_text(about)
        .clicked()
    {
        commands.push(WindowCommand::AskPrices);
        ui.close();
    }
    let about = "Files of order books as a market quoted them, to find this one's exponents, depth and memory in";
    if ui.button("Quoted books …").on_hover_text(about).clicked() {
        commands.push(WindowCommand::AskBooks);
        ui.close();
    }
    if !view.recent.is_empty() {
        ui.separator();
        ui.label(caption("recent files"));
    }
    for path in &view.recent {
        if ui.button(path.display().to_string()).clicked() {
            commands.push(FileCommand::OpenFile(path.clone()));
            ui.close();
        }
    }
}

/// A preset by its name, which opens it, and its title.
fn open(ui: &mut Ui, view: &ViewModel, (name, title): (&str, &str), commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let chosen = ui.selectable_label(view.preset == name, name);
    let title = RichText::new(title).size(CAPTION).color(tokens.subdued);
    ui.add(Label::new(title).truncate());
    if chosen.clicked() {
        commands.push(FileCommand::OpenPreset(name.to_owned()));
        ui.close();
    }
}

/// A preset of one's own, and what can be done to it.
fn own_preset(ui: &mut Ui, view: &ViewModel, named: (&str, &str), commands: &mut Commands) {
    let name = named.0;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let menu = ui.menu_button("…", |ui| {
            if ui.button("Rename").clicked() {
                commands.push(WindowCommand::AskRename(name.to_owned()));
                ui.close();
            }
            if ui.button("Duplicate").clicked() {
                commands.push(FileCommand::Own(OwnJob::Duplicate(name.to_owned())));
                ui.close();
            }
            if ui.button("Delete").clicked() {
                commands.push(FileCommand::Own(OwnJob::Delete(name.to_owned())));
                ui.close();
            }
        });
        menu.response.accessible_name(format!("Manage {name}"));
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            open(ui, view, named, commands);
        });
    });
}
