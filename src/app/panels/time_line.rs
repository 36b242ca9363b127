//! The time line: play, the time cursor, which path is shown.

use crate::app::command::{Commands, Rank, TimeCommand};
use crate::app::format;
use crate::app::theme::Tokens;
use crate::app::view::ViewModel;
use crate::app::widgets::{Icon, icon_button};
use egui::{Align, Button, ComboBox, Layout, RichText, Slider, Ui, vec2};

/// Dates a second.
const SPEEDS: [f64; 6] = [0.5, 1.0, 2.0, 4.0, 10.0, 30.0];

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    ui.horizontal_centered(|ui| {
        let narrow = ui.available_width() < 860.0;
        buttons(ui, view, commands);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if !narrow {
                speed(ui, view, commands);
            }
            paths(ui, view, commands, narrow);
            date(ui, view, narrow);
            slider(ui, view, commands);
        });
    });
}

fn icon(ui: &mut Ui, icon: Icon, name: &str) -> bool {
    icon_button(ui, icon, name, true).clicked()
}

fn buttons(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    ui.spacing_mut().item_spacing.x = 4.0;
    if icon(ui, Icon::First, "To the sale (Home)") {
        commands.push(TimeCommand::GoTo(0));
    }
    let (face, name) = if view.playing {
        (Icon::Pause, "Pause (Space)")
    } else {
        (Icon::Play, "Play (Space)")
    };
    if icon(ui, face, name) {
        commands.push(TimeCommand::TogglePlay);
    }
    if icon(ui, Icon::Last, "To maturity (End)") {
        commands.push(TimeCommand::GoTo(view.scenario.steps));
    }
}

fn slider(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let last = view.scenario.steps;
    let mut step = view.step;
    ui.spacing_mut().slider_width = (ui.available_width() - 16.0).max(40.0);
    let slider = Slider::new(&mut step, 0..=last).show_value(false);
    if ui.add(slider).accessible_name("Time").changed() {
        commands.push(TimeCommand::GoTo(step));
    }
}

fn date(ui: &mut Ui, view: &ViewModel, narrow: bool) {
    let tokens = Tokens::of(ui.visuals());
    let time = view.step as f64 * view.scenario.step_length();
    let place = format!("date {} / {}", view.step, view.scenario.steps);
    let (text, width) = if narrow {
        (place, 84.0)
    } else {
        (format!("{place} · {}", format::years(time)), 140.0)
    };
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(width, 24.0), layout, |ui| {
        ui.set_min_width(width);
        ui.label(RichText::new(text).size(12.0).color(tokens.text));
    });
}

fn paths(ui: &mut Ui, view: &ViewModel, commands: &mut Commands, narrow: bool) {
    // Right to left.
    ui.spacing_mut().item_spacing.x = 4.0;
    if narrow {
        ui.menu_button("pick", |ui| ranks(ui, view, commands));
    } else {
        ranks(ui, view, commands);
    }
    number(ui, view, commands);
    ui.add_space(8.0);
}

/// Paths by their rank, and one at random.
fn ranks(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let known = view.outcomes.as_ref().is_some_and(|o| !o.rows.is_empty());
    for (name, rank, about) in [
        ("best", Rank::Best, "Largest gain of the strategy in focus"),
        ("median", Rank::Median, "Its typical path"),
        ("worst", Rank::Worst, "Its largest loss"),
    ] {
        if ui
            .add_enabled(known, Button::new(name))
            .on_hover_text(about)
            .clicked()
        {
            commands.push(TimeCommand::ShowRank(rank));
        }
    }
    if ui
        .button("random")
        .on_hover_text("A path at random")
        .clicked()
    {
        commands.push(TimeCommand::RandomPath);
    }
}

/// The path's number, with its neighbours.
fn number(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    if icon(ui, Icon::On, "Next path (N)") {
        commands.push(TimeCommand::NextPath);
    }
    let tokens = Tokens::of(ui.visuals());
    let text = match view.path.number {
        Some(number) => format!("path #{}", format::count(number)),
        None => "the preset's path".into(),
    };
    let layout = Layout::centered_and_justified(egui::Direction::LeftToRight);
    ui.allocate_ui_with_layout(vec2(96.0, 24.0), layout, |ui| {
        let text = RichText::new(text).size(12.0).color(tokens.text);
        let about = if view.scenario.shown_path.is_some() {
            "Click: the path that the preset brings"
        } else {
            "Paths are numbered; the same number is the same random numbers"
        };
        let label = egui::Label::new(text).sense(egui::Sense::click());
        if ui.add(label).on_hover_text(about).clicked() {
            commands.push(TimeCommand::RecordedPath);
        }
    });
    if icon(ui, Icon::Back, "Previous path (Shift+N)") {
        commands.push(TimeCommand::PreviousPath);
    }
}

fn speed(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let name = |speed: f64| format!("{} dates/s", format::trimmed(speed, 1));
    ComboBox::from_id_salt("speed")
        .selected_text(RichText::new(name(view.speed)).size(12.0))
        .width(92.0)
        .show_ui(ui, |ui| {
            for speed in SPEEDS {
                if ui
                    .selectable_label(speed == view.speed, name(speed))
                    .clicked()
                {
                    commands.push(TimeCommand::Speed(speed));
                }
            }
        })
        .response
        .accessible_name("Speed");
    ui.add_space(8.0);
}
