//! The top bar: preset, files, undo, training, views and help.

use super::{at_once, lesson, preset_menu, views_menu};
use crate::app::command::{
    Commands, DocumentCommand, FileCommand, TrainingCommand, WindowCommand, ZoomBy,
};
use crate::app::layout::Arrangements;
use crate::app::theme::{CAPTION, HEADING, LABEL, Tokens};
use crate::app::view::ViewModel;
use crate::app::widgets::{Icon, icon_button, icon_label, paint_icon};
use crate::engine::Phase;
use egui::{Align, Button, Layout, RichText, ThemePreference, Ui};

/// Widths (points) below which the bar leaves out its title and folds the stale mark into a menu.
const NARROW: f32 = 760.0;

/// Room (points) that the choice of a layout and what stands beside it take.
const PURPOSES: f32 = 280.0;

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, views: &Arrangements, commands: &mut Commands) {
    ui.horizontal_centered(|ui| {
        ui.visuals_mut().button_frame = false;
        let narrow = ui.available_width() < NARROW;
        if !narrow {
            title(ui);
        }
        ui.spacing_mut().item_spacing.x = if narrow { 6.0 } else { 12.0 };
        preset_menu::ui(ui, view, commands);
        if view.modified {
            changes(ui, view, commands);
        }
        ui.separator();
        if ui.available_width() > 640.0 {
            files(ui, view, commands);
        } else {
            let menu = ui.menu_button("File", |ui| files(ui, view, commands));
            menu.response.accessible_name("File");
        }
        ui.separator();
        history(ui, view, commands);
        ui.separator();
        train(ui, view, commands);
        if !view.learned.stale.is_empty() {
            if narrow {
                let tokens = Tokens::of(ui.visuals());
                let mark = RichText::new("stale").color(tokens.warning);
                let menu = ui.menu_button(mark, |ui| stale(ui, view, commands));
                menu.response.accessible_name("Stale policy");
            } else {
                stale(ui, view, commands);
            }
        } else if view.learned.made {
            if narrow {
                let menu = ui.menu_button("at once", |ui| {
                    at_once::about(ui, view, commands);
                    refine(ui, view, commands);
                });
                menu.response.accessible_name("Policy made at once");
            } else {
                at_once::mark(ui, view, commands);
                refine(ui, view, commands);
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            window_menus(ui, commands);
            ui.separator();
            views_menu::ui(ui, views, commands);
            lesson::menu(ui, view, commands);
            if ui.available_width() > PURPOSES {
                views_menu::purposes(ui, views, commands);
            }
            pin(ui, view, commands);
        });
    });
}

pub(super) fn title(ui: &mut Ui) {
    let tokens = Tokens::of(ui.visuals());
    let text = RichText::new("Hedgelab").size(HEADING).strong();
    ui.label(text.color(tokens.strong));
}

/// The dot of a modified preset and the list of what differs.
fn changes(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let number = view.differences.len();
    let plural = if number == 1 { "change" } else { "changes" };
    let text = match number {
        0 if view.policy_is_new => "       new policy".to_owned(),
        _ => format!("       {number} {plural}"),
    };
    let menu = ui.menu_button(RichText::new(text).color(tokens.accent).size(LABEL), |ui| {
        ui.set_min_width(280.0);
        egui::Grid::new("differences")
            .striped(true)
            .num_columns(3)
            .show(ui, |ui| {
                for title in ["parameter", "preset", "now"] {
                    ui.label(RichText::new(title).size(CAPTION).color(tokens.subdued));
                }
                ui.end_row();
                for (label, before, now) in view.differences.iter() {
                    ui.label(*label);
                    ui.label(RichText::new(before).color(tokens.subdued));
                    ui.label(RichText::new(now).color(tokens.strong));
                    ui.end_row();
                }
            });
        ui.separator();
        if ui.button("Revert to the preset").clicked() {
            commands.push(DocumentCommand::Revert);
            ui.close();
        }
    });
    let place = menu.response.rect.left_center() + egui::vec2(11.0, 0.0);
    paint_icon(ui.painter(), place, Icon::Dot, tokens.accent);
    menu.response
        .accessible_name("Changes")
        .on_hover_text("Modified: what differs from the preset");
}

fn files(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    if ui.button("Open").on_hover_text("Ctrl+O").clicked() {
        commands.push(WindowCommand::AskOpen);
    }
    let save = ui.add_enabled(view.modified, Button::new("Save"));
    if save.on_hover_text("Ctrl+S").clicked() {
        commands.push(FileCommand::Save);
    }
    if ui.button("Save as").on_hover_text("Ctrl+Shift+S").clicked() {
        commands.push(WindowCommand::AskSaveAs);
    }
    let about =
        "Keep what is on screen, policies and figures, in a folder that can be opened and verified";
    if ui.button("Record").on_hover_text(about).clicked() {
        commands.push(WindowCommand::AskRecord);
    }
    let export = ui.add_enabled(!view.keeps_quiet(), Button::new("Export"));
    if export
        .on_hover_text("A view as a figure or a table; Ctrl+E")
        .clicked()
    {
        commands.push(WindowCommand::AskExport(None));
    }
}

fn history(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    if icon_button(ui, Icon::Undo, "Undo (Ctrl+Z)", view.can.0).clicked() {
        commands.push(DocumentCommand::Undo);
    }
    if icon_button(ui, Icon::Redo, "Redo (Ctrl+Shift+Z)", view.can.1).clicked() {
        commands.push(DocumentCommand::Redo);
    }
}

/// The one primary action.
fn train(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let phase = view.training.as_ref().map(|progress| progress.phase);
    let (icon, text, name) = match phase {
        _ if view.starting.is_some() => (Icon::Pause, "Cancel", "Cancel the start of training"),
        Some(Phase::Running) => (Icon::Pause, "Pause", "Pause training"),
        Some(Phase::Paused) => (Icon::Play, "Continue", "Continue training"),
        _ => (Icon::Play, "Train", "Train"),
    };
    ui.scope(|ui| {
        ui.visuals_mut().button_frame = true;
        let face = RichText::new(format!("     {text}")).color(tokens.on_accent);
        let button = Button::new(face).fill(tokens.accent);
        let response = ui.add(button);
        let place = response.rect.left_center() + egui::vec2(15.0, 0.0);
        paint_icon(ui.painter(), place, icon, tokens.on_accent);
        if response.on_hover_text("T").accessible_name(name).clicked() {
            commands.push(TrainingCommand::Toggle);
        }
    });
}

/// The one mark that the learned policy was trained for other parameters, with the way out.
fn stale(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let about = format!(
        "The learned policy was trained for other parameters: {}. Its curves and figures are those of the old training.",
        view.learned.stale.join(", ")
    );
    icon_label(ui, Icon::Warning, tokens.warning).on_hover_text(&about);
    if ui.available_width() > 480.0 {
        let text = "trained for other parameters";
        let text = RichText::new(text).color(tokens.warning).size(LABEL);
        ui.label(text).on_hover_text(about);
    }
    again(
        ui,
        view,
        commands,
        (
            "Retrain",
            "For the present parameters, from the present weights",
        ),
        (
            "Auto-retrain",
            "Retrain by itself whenever parameters change",
        ),
    );
}

/// Trains what was made at once.
fn refine(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    again(
        ui,
        view,
        commands,
        ("Refine", "Train it on these parameters, for about a second"),
        ("Auto-refine", "Refine by itself whenever parameters rest"),
    );
}

/// The button that trains from what is there, and the switch that does so by itself, with what is said
/// of each.
fn again(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    button: (&str, &str),
    switch: (&str, &str),
) {
    ui.visuals_mut().button_frame = true;
    if ui.button(button.0).on_hover_text(button.1).clicked() {
        commands.push(TrainingCommand::Retrain);
    }
    ui.visuals_mut().button_frame = false;
    let mut auto = view.auto_retrain;
    let about = switch.1;
    if ui
        .checkbox(&mut auto, "auto")
        .on_hover_text(about)
        .accessible_name(switch.0)
        .changed()
    {
        commands.push(TrainingCommand::Automatic(auto));
    }
}

fn pin(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    ui.separator();
    super::pins::button(ui, view, commands);
}

/// Right to left: help, theme.
pub(super) fn window_menus(ui: &mut Ui, commands: &mut Commands) {
    ui.menu_button("?", |ui| {
        for (name, command) in [
            ("Keys and help  F1", WindowCommand::Help),
            ("About Hedgelab", WindowCommand::About),
        ] {
            if ui.button(name).clicked() {
                commands.push(command);
                ui.close();
            }
        }
    })
    .response
    .accessible_name("Help");
    ui.menu_button("Look", |ui| {
        ui.set_min_width(220.0);
        look_menu(ui, commands);
    })
    .response
    .accessible_name("Look menu");
    let dark = ui.visuals().dark_mode;
    let (face, name, next) = if dark {
        (Icon::Sun, "Light theme", ThemePreference::Light)
    } else {
        (Icon::Moon, "Dark theme", ThemePreference::Dark)
    };
    if icon_button(ui, face, name, true).clicked() {
        commands.push(WindowCommand::SetTheme(next));
    }
}

fn look_menu(ui: &mut Ui, commands: &mut Commands) {
    let theme = ui.ctx().options(|options| options.theme_preference);
    let zoom = format!("{:.0}%", 100.0 * ui.ctx().zoom_factor());
    for (name, keys, chosen, command) in [
        (
            "Dark",
            "",
            theme == ThemePreference::Dark,
            WindowCommand::SetTheme(ThemePreference::Dark),
        ),
        (
            "Light",
            "",
            theme == ThemePreference::Light,
            WindowCommand::SetTheme(ThemePreference::Light),
        ),
        (
            "As the system",
            "",
            theme == ThemePreference::System,
            WindowCommand::SetTheme(ThemePreference::System),
        ),
        ("Zoom in", "Ctrl +", false, WindowCommand::Zoom(ZoomBy::In)),
        (
            "Zoom out",
            "Ctrl −",
            false,
            WindowCommand::Zoom(ZoomBy::Out),
        ),
        (
            "Zoom 100%",
            "Ctrl 0",
            zoom == "100%",
            WindowCommand::Zoom(ZoomBy::Reset),
        ),
    ] {
        let button = Button::selectable(chosen, name).shortcut_text(keys);
        if ui.add(button).clicked() {
            commands.push(command);
            ui.close();
        }
    }
}
