//! The price process and the parameters that it has; of recorded prices, what they say and which dates are whose.

use super::{choice, choice_of, edit, knobs, shown};
use crate::app::command::{Commands, WindowCommand};
use crate::app::format;
use crate::app::theme::{CAPTION, LABEL, ROW, Tokens};
use crate::app::view::ViewModel;
use crate::history::date_text;
use crate::scenario::fields::Field;
use crate::scenario::{Named, Process, RecordedDrift, said_by_prices};
use egui::{Align, Label, Layout, RichText, Ui};

/// The processes, as they are chosen.
const PROCESSES: [(Process, &str); 6] = [
    (Process::GeometricBrownian, "Brownian"),
    (Process::Merton, "Merton"),
    (Process::Heston, "Heston"),
    (Process::GjrGarch, "GARCH"),
    (Process::Bootstrap, "Bootstrap"),
    (Process::RecordedPath, "Recorded"),
];

/// Draws it.
pub(super) fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    process(ui, view, commands);
    let said = |path: &str| {
        let field = Field::find(path).ok()?;
        said_by_prices(&view.scenario, field)
    };
    let (facts, own): (Vec<_>, Vec<_>) = super::knobs::MARKET
        .iter()
        .partition(|knob| said(knob.path).is_some());
    for knob in own {
        knobs(ui, view, commands, std::slice::from_ref(knob));
    }
    for knob in facts {
        fact(ui, view, knob.path, knob.label);
    }
    if view.scenario.market.process.is_recorded() {
        recorded(ui, view, commands);
    }
}

/// Which process it is; those of recorded prices ask for a file, where there is none.
fn process(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let path = "market.process";
    let words = PROCESSES.map(|(process, text)| (process.name(), text));
    choice_of(ui, view, commands, (path, &words), |commands, word| {
        let recorded = Process::from_name(word).is_some_and(Process::is_recorded);
        if recorded && view.scenario.market.recorded.prices.is_none() {
            commands.push(WindowCommand::AskPrices);
        } else {
            edit(commands, path, word.into());
        }
    });
}

/// What recorded prices say of a parameter: it cannot be moved.
fn fact(ui: &mut Ui, view: &ViewModel, path: &str, label: &str) {
    let Some(field) = shown(path, view) else {
        return;
    };
    let value = field.number(&view.scenario).unwrap_or(f64::NAN);
    let about = format!(
        "{}\nIt is that of the recorded prices in the range for training",
        field.meaning
    );
    line(
        ui,
        label,
        &format!("{}%", format::fixed(100.0 * value, 2)),
        &about,
    );
}

/// A name, and at the right what is so.
fn line(ui: &mut Ui, label: &str, text: &str, about: &str) {
    ui.horizontal(|ui| {
        ui.set_min_height(ROW);
        ui.label(RichText::new(label).size(LABEL));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(Label::new(RichText::new(text).size(LABEL)).truncate());
        });
    })
    .response
    .on_hover_text(about);
}

/// The file, how paths are made of it, and which dates training, validation and evaluation have.
fn recorded(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let market = &view.scenario.market;
    let bootstrapped = market.process == Process::Bootstrap;
    if bootstrapped {
        let words = [
            (RecordedDrift::Recorded.name(), "recorded"),
            (RecordedDrift::Given.name(), "given"),
        ];
        choice(ui, view, commands, "market.recorded.drift", &words);
    }
    // A window has no blocks.
    let all = &super::knobs::RECORDED[usize::from(!bootstrapped)..];
    knobs(ui, view, commands, all);
    let small = |text: &str| RichText::new(text).size(CAPTION).color(tokens.subdued);
    if let Some(dates) = view.scenario.recorded_dates() {
        for (name, (first, last)) in ["training", "validation", "evaluation"].iter().zip(dates) {
            let (first, last) = (date_text(first), date_text(last));
            ui.label(small(&format!("{name}: {first} to {last}")));
        }
    }
    let window = view
        .path
        .number
        .and_then(|n| view.scenario.recorded_window(n));
    if let Some((first, last)) = window {
        let (first, last) = (date_text(first), date_text(last));
        ui.label(small(&format!("the path shown: {first} to {last}")));
    }
    if let Some(prices) = &market.recorded.prices {
        let name = std::path::Path::new(&prices.file).file_name();
        let name = name.map_or(prices.file.clone(), |name| name.to_string_lossy().into());
        ui.horizontal(|ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let other = ui.small_button("Other prices …");
                if other.clicked() {
                    commands.push(WindowCommand::AskPrices);
                }
                let text = Label::new(small(&name)).truncate();
                ui.add(text).on_hover_text(&prices.file);
            });
        });
    }
}
