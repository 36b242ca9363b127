//! Which views are seen, and how they are laid out.

use crate::app::command::{Commands, LayoutCommand, WindowCommand};
use crate::app::layout::{Arrangements, Purpose};
use crate::app::panes::{Entry, PANES};
use crate::app::theme::{CAPTION, LABEL, Tokens};
use crate::app::widgets::{Icon, icon_button};
use egui::{Align, Button, Checkbox, Layout, RichText, ScrollArea, Ui};

/// Draws the menu.
pub(super) fn ui(ui: &mut Ui, views: &Arrangements, commands: &mut Commands) {
    let menu = ui.menu_button("Views", |ui| {
        ui.set_width(250.0);
        let height = ui.ctx().content_rect().height() - 80.0;
        ScrollArea::vertical()
            .max_height(height)
            .min_scrolled_height(height)
            .show(ui, |ui| {
                for (number, entry) in (1..).zip(PANES) {
                    view(ui, views, number, entry, commands);
                }
                ui.separator();
                rest(ui, views, commands);
            });
    });
    menu.response.accessible_name("Views menu");
}

/// A view: whether it is shown, and as large as the window.
fn view(
    ui: &mut Ui,
    views: &Arrangements,
    number: u8,
    entry: &'static Entry,
    commands: &mut Commands,
) {
    ui.horizontal(|ui| {
        let mut shown = views.shows(entry);
        let tick = ui.add_enabled(
            !views.is_last(entry),
            Checkbox::new(&mut shown, entry.title),
        );
        if tick
            .on_disabled_hover_text("The last view that is shown stays")
            .accessible_name(format!("Show {}", entry.title))
            .changed()
        {
            commands.push(LayoutCommand::Show(entry.key, shown));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let large = views.large().is_some_and(|pane| pane.key() == entry.key);
            let (icon, name) = if large {
                (Icon::Smaller, format!("Back from {} view", entry.title))
            } else {
                (Icon::Larger, format!("Maximise {} view", entry.title))
            };
            if icon_button(ui, icon, &name, true).clicked() {
                commands.push(LayoutCommand::Large(entry.key));
                ui.close();
            }
            let tokens = Tokens::of(ui.visuals());
            // There are ten keys with a digit.
            if number <= 10 {
                let keys = RichText::new(format!("Alt+{}", number % 10)).size(CAPTION);
                ui.label(keys.color(tokens.subdued));
            }
        });
    });
}

/// All views, the layouts, and how they were at first.
fn rest(ui: &mut Ui, views: &Arrangements, commands: &mut Commands) {
    let back = Button::new("All views").shortcut_text("Esc");
    let back = ui.add_enabled(views.large().is_some(), back);
    if back.accessible_name("All views").clicked() {
        commands.push(LayoutCommand::Back);
        ui.close();
    }
    let controls = Button::new("Show or hide controls").shortcut_text("F2");
    let controls = ui.add(controls);
    if controls.accessible_name("Show or hide controls").clicked() {
        commands.push(WindowCommand::ToggleControls);
        ui.close();
    }
    ui.separator();
    for (number, purpose) in (1..).zip(Purpose::ALL) {
        let name = format!("Layout to {}", purpose.name());
        let chosen = views.purpose() == purpose;
        let button = Button::selectable(chosen, &name).shortcut_text(format!("Ctrl+{number}"));
        let button = ui.add(button).on_hover_text(purpose.about());
        if button.accessible_name(name).clicked() {
            commands.push(LayoutCommand::For(purpose));
            ui.close();
        }
    }
    if ui.button("Reset layout").clicked() {
        commands.push(WindowCommand::ResetLayout);
        ui.close();
    }
}

/// The layouts side by side; right to left.
pub(super) fn purposes(ui: &mut Ui, views: &Arrangements, commands: &mut Commands) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.visuals_mut().button_frame = true;
        for purpose in Purpose::ALL.into_iter().rev() {
            let chosen = views.purpose() == purpose;
            let face = RichText::new(purpose.name()).size(LABEL);
            let button = ui.selectable_label(chosen, face);
            if button
                .on_hover_text(purpose.about())
                .accessible_name(format!("Layout: {}", purpose.name()))
                .clicked()
            {
                commands.push(LayoutCommand::For(purpose));
            }
        }
    });
}
