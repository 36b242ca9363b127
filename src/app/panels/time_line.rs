//! The time line: play, the time cursor, which path is shown.

use crate::app::command::{Commands, Rank, TimeCommand};
use crate::app::format;
use crate::app::theme::{LABEL, Tokens, name_of};
use crate::app::view::ViewModel;
use crate::app::widgets::{Icon, icon_button};
use crate::engine::StrategyOutcome;
use crate::history::date_text;
use crate::quantity;
use egui::{
    Align, Button, ComboBox, DragValue, Layout, Response, RichText, Slider, Ui, remap_clamp, vec2,
};

/// Dates a second.
const SPEEDS: [f64; 6] = [0.5, 1.0, 2.0, 4.0, 10.0, 30.0];

/// What no path is called, so that any number typed is another.
const NONE: u64 = 1 << 53;

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    ui.horizontal_centered(|ui| {
        let narrow = ui.available_width() < 980.0;
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
    let response = ui.add(slider).accessible_name("Time");
    let spoken = place(view);
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_value(spoken));
    if response.changed() {
        commands.push(TimeCommand::GoTo(step));
    }
    pointed(ui, view, &response, commands);
}

/// The date under the pointer is that of all views, and theirs is marked here.
fn pointed(ui: &Ui, view: &ViewModel, response: &Response, commands: &mut Commands) {
    // The handle's middle stops this far from the ends.
    let margin = response.rect.height() / 2.5;
    let dates = response.rect.shrink2(vec2(margin, 0.0)).x_range();
    let last = view.scenario.steps as f32;
    if let Some(pointer) = response.hover_pos() {
        let date = remap_clamp(pointer.x, dates.min..=dates.max, 0.0..=last).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the dates"
        )]
        let date = date as usize;
        super::point_at_date(commands, date);
        super::tip(ui, response, format!("date {date}"));
    }
    if let Some(step) = view.hover.step.filter(|step| *step != view.step) {
        let x = remap_clamp(step as f32, 0.0..=last, dates.min..=dates.max);
        let tokens = Tokens::of(ui.visuals());
        let middle = response.rect.center().y;
        ui.painter()
            .vline(x, middle - 7.0..=middle + 7.0, (1.5, tokens.subdued));
    }
}

fn date(ui: &mut Ui, view: &ViewModel, narrow: bool) {
    let tokens = Tokens::of(ui.visuals());
    let time = view.step as f64 * view.scenario.step_length();
    let (text, width) = if narrow {
        (place(view), 84.0)
    } else {
        (format!("{} · {}", place(view), format::years(time)), 140.0)
    };
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(width, 24.0), layout, |ui| {
        ui.set_min_width(width);
        ui.label(RichText::new(text).size(LABEL).color(tokens.text));
    });
}

/// Where the time cursor stands.
fn place(view: &ViewModel) -> String {
    format!("date {} / {}", view.step, view.scenario.steps)
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

/// Paths by their rank for one of the strategies, those on which it is furthest apart from
/// another, and one at random.
fn ranks(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let outcomes = view.outcomes.as_ref();
    let row = outcomes.and_then(|outcomes| outcomes.row(super::whose(view)));
    let other = outcomes.map_or_else(String::new, |outcomes| view.compared_with(outcomes));
    apart(ui, row, &other, commands);
    strategy(ui, view, commands);
    let shown = super::whose(view);
    let name = name_of(&shown);
    for (word, rank, about) in [
        ("best", Rank::Best, "largest gain"),
        ("median", Rank::Median, "typical path"),
        ("worst", Rank::Worst, "largest loss"),
    ] {
        let figure = row.map_or_else(String::new, |row| rank_text(view, row, rank));
        if ui
            .add_enabled(row.is_some(), Button::new(word))
            .on_hover_text(format!("{name}'s {about}{figure}"))
            .clicked()
        {
            commands.push(TimeCommand::ShowRank(rank));
        }
    }
    if view.scenario.shown_path.is_some()
        && view.path.number.is_some()
        && ui
            .button("recorded")
            .on_hover_text("The path that the preset brings")
            .clicked()
    {
        commands.push(TimeCommand::RecordedPath);
    }
    if ui
        .button("random")
        .on_hover_text("A path at random")
        .clicked()
    {
        commands.push(TimeCommand::RandomPath);
    }
}

/// The error of a rank's path.
fn rank_text(view: &ViewModel, row: &StrategyOutcome, rank: Rank) -> String {
    let error = match rank {
        Rank::Best => row.statistics.min.value,
        Rank::Worst => row.statistics.max.value,
        Rank::Median => None,
    };
    error.map_or_else(String::new, |error| {
        format!(": {}", super::outcome::error(view, error))
    })
}

/// Whose best, median and worst paths the buttons mean: the strategy in focus.
fn strategy(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let text = RichText::new(format!("of {}", name_of(&super::whose(view)))).size(LABEL);
    let choice = ComboBox::from_id_salt("whose paths")
        .selected_text(text)
        .width(92.0);
    super::focus_choice(ui, view, commands, choice)
        .on_hover_text("Whose best, median and worst path: the strategy in focus")
        .accessible_name("Whose paths");
}

/// Paths on which the strategy comes out furthest apart from the one that all are compared with, either way.
fn apart(ui: &mut Ui, row: Option<&StrategyOutcome>, other: &str, commands: &mut Commands) {
    let found = row.and_then(|row| Some((&row.policy.who, row.against.as_ref()?)));
    ui.add_enabled_ui(found.is_some(), |ui| {
        let menu = ui.menu_button(format!("against {other}"), |ui| {
            let Some((who, against)) = found else {
                return;
            };
            let name = name_of(who);
            for (text, number) in [
                (
                    format!("{name} gains most against {other}"),
                    against.apart.better,
                ),
                (
                    format!("{name} loses most against {other}"),
                    against.apart.worse,
                ),
            ] {
                if ui.button(text).clicked() {
                    commands.push(TimeCommand::ShowPath(number));
                    ui.close();
                }
            }
        });
        menu.response
            .on_hover_text(
                "Paths on which the strategy and the one it is compared with differ most",
            )
            .on_disabled_hover_text("For a strategy other than the one that all are compared with");
    });
}

/// The path's number, with its neighbours.
fn number(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    if icon(ui, Icon::On, "Next path (N)") {
        commands.push(TimeCommand::NextPath);
    }
    let present = view.path.number.unwrap_or(NONE);
    let shown = match view.path.number {
        Some(number) => format!("path #{}", format::count(number)),
        None => "the preset's path".into(),
    };
    let mut wanted = present;
    let entry = DragValue::new(&mut wanted)
        .speed(0.0)
        .update_while_editing(false)
        .custom_formatter(move |_, _| shown.clone())
        .custom_parser(|text| {
            let text = text.trim().trim_start_matches("path").trim_start();
            let number = quantity::read::whole(text.trim_start_matches('#')).ok()?;
            Some(number as f64)
        });
    ui.add_sized(vec2(104.0, 24.0), entry)
        .on_hover_text(about_number(view))
        .accessible_name("Path number");
    if wanted != present {
        commands.push(TimeCommand::ShowPath(wanted));
    }
    if icon(ui, Icon::Back, "Previous path (Shift+N)") {
        commands.push(TimeCommand::PreviousPath);
    }
}

/// What a path's number is; of a window of recorded prices, its dates.
fn about_number(view: &ViewModel) -> String {
    let window = view
        .path
        .number
        .and_then(|n| view.scenario.recorded_window(n));
    match window {
        Some((first, last)) => format!(
            "The recorded prices from {} to {}; the number is the window's, type another",
            date_text(first),
            date_text(last)
        ),
        None => "Type a path's number; the same number is the same random numbers".into(),
    }
}

fn speed(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let name = |speed: f64| format!("{} dates/s", format::trimmed(speed, 1));
    ComboBox::from_id_salt("speed")
        .selected_text(RichText::new(name(view.speed)).size(LABEL))
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
