//! The controls: every parameter of the scenario, by section.

mod knobs;
mod row;

use crate::app::command::{Commands, DocumentCommand, ViewCommand};
use crate::app::document::{Grain, Value};
use crate::app::theme::{ORDER, Tokens, strategy_name};
use crate::app::view::ViewModel;
use crate::app::widgets::line_sample;
use crate::scenario::fields::Field;
use crate::scenario::{
    Activation, Form, Named, Objective, OptionKind, Premium, Schedule, Side, Strategy,
};
use egui::{Align, CollapsingHeader, Layout, RichText, ScrollArea, Ui};
use knobs::Knob;

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            section(ui, "Market", true, |ui| {
                knobs(ui, view, commands, knobs::MARKET);
            });
            section(ui, "Order book", true, |ui| book(ui, view, commands));
            section(ui, "Option", true, |ui| option(ui, view, commands));
            section(ui, "Strategies", true, |ui| strategies(ui, view, commands));
            section(ui, "Training", false, |ui| training(ui, view, commands));
            section(ui, "Financing", false, |ui| {
                knobs(ui, view, commands, knobs::FINANCING);
            });
            section(ui, "Start and limits", false, |ui| {
                knobs(ui, view, commands, knobs::START);
            });
            ui.add_space(12.0);
        });
}

fn section(ui: &mut Ui, title: &str, open: bool, contents: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui.visuals());
    let heading = RichText::new(title).size(13.0).color(tokens.strong);
    ui.add_space(4.0);
    let shown = CollapsingHeader::new(heading)
        .id_salt(title)
        .default_open(open)
        .show_unindented(ui, |ui| {
            contents(ui);
            ui.add_space(4.0);
        });
    shown
        .header_response
        .accessible_name(format!("{title} section"));
}

fn knobs(ui: &mut Ui, view: &ViewModel, commands: &mut Commands, knobs: &[Knob]) {
    for knob in knobs {
        row::knob(ui, view, commands, knob);
    }
}

fn book(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    knobs(ui, view, commands, knobs::EXPONENTS);
    let mut linked = view.linked_sides;
    let about = "Ask and bid move together: β = 2 − α, and one decay for both sides";
    let link = ui.checkbox(&mut linked, RichText::new("link ask and bid").size(12.0));
    if link.on_hover_text(about).changed() {
        commands.push(ViewCommand::LinkSides(linked));
    }
    knobs(ui, view, commands, knobs::BOOK);
}

fn option(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    choice(
        ui,
        view,
        commands,
        "contract.position",
        &[
            (Side::Short.name(), "short (sold)"),
            (Side::Long.name(), "long (bought)"),
        ],
    );
    choice(
        ui,
        view,
        commands,
        "contract.kind",
        &[
            (OptionKind::Call.name(), "call"),
            (OptionKind::Put.name(), "put"),
        ],
    );
    knobs(ui, view, commands, knobs::OPTION);
    let fair = view.scenario.contract.premium == Premium::BlackScholes;
    let mut checked = fair;
    let about = "The option is sold at the Black–Scholes price; otherwise at a premium of your own";
    let label = RichText::new("premium: Black–Scholes price").size(12.0);
    if ui
        .checkbox(&mut checked, label)
        .on_hover_text(about)
        .changed()
    {
        let text = if checked {
            "black_scholes".to_owned()
        } else {
            let cash = crate::contract::opening_cash(&view.scenario).abs();
            crate::units::plain((cash * 100.0).round() / 100.0)
        };
        edit(commands, "contract.premium", text);
    }
    if !fair {
        row::text(ui, view, commands, "contract.premium", "Premium");
    }
}

fn edit(commands: &mut Commands, path: &str, text: String) {
    if let Ok(field) = Field::find(path) {
        let change = (field, Value::Text(text));
        commands.push(DocumentCommand::Edit(vec![change], Grain::Whole));
    }
}

/// A few words to choose from, side by side.
fn choice(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    path: &str,
    words: &[(&'static str, &str)],
) {
    let Ok(field) = Field::find(path) else { return };
    let present = field.get(&view.scenario);
    row::labelled(
        ui,
        view,
        commands,
        field,
        &row::capitalised(field.label),
        |ui, commands| {
            // More words than these take a second line.
            let layout = Layout::left_to_right(Align::Center).with_main_wrap(words.len() > 3);
            ui.with_layout(layout, |ui| {
                ui.spacing_mut().item_spacing = egui::vec2(3.0, 2.0);
                for (word, shown) in words {
                    let text = RichText::new(*shown).size(12.0);
                    let button = egui::Button::selectable(present == *word, text);
                    let response = ui
                        .add(button)
                        .accessible_name(format!("{} {word}", field.label));
                    if response.clicked() && present != *word {
                        edit(commands, path, (*word).into());
                    }
                }
            });
        },
    );
}

fn strategies(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let selected = &view.scenario.strategies.selected;
    egui::Grid::new("strategies")
        .num_columns(2)
        .spacing([10.0, 2.0])
        .show(ui, |ui| {
            for (i, strategy) in ORDER.into_iter().enumerate() {
                ui.horizontal(|ui| {
                    ui.set_min_width(116.0);
                    let mut on = selected.contains(&strategy);
                    let text = RichText::new(strategy_name(strategy)).size(12.5);
                    let response = ui.checkbox(&mut on, text).on_hover_text(about(strategy));
                    if response.changed() {
                        commands.push(DocumentCommand::ToggleStrategy(strategy));
                    }
                    line_sample(ui, tokens.look(strategy));
                });
                if i % 2 == 1 {
                    ui.end_row();
                }
            }
        });
    if selected.contains(&Strategy::Band) {
        knobs(ui, view, commands, knobs::BAND);
    }
    if selected.contains(&Strategy::SoftBand) {
        knobs(ui, view, commands, knobs::SOFT_BAND);
    }
}

fn about(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::None => "Holds nothing",
        Strategy::Delta => "Black–Scholes delta at every date, whatever it costs",
        Strategy::Leland => "Delta at a volatility raised for the cost of trading (Leland 1985)",
        Strategy::Band => "Trades only when delta has moved too far (Whalley and Wilmott 1997)",
        Strategy::SoftBand => {
            "Delta plus the drift's pull: does nothing where crossing the spread costs more than it brings (band), and goes part of the way where size costs (damping)"
        }
        Strategy::Static => "Delta once, then hold",
        Strategy::Learned => "A neural network trained in this market",
    }
}

fn training(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    choice(
        ui,
        view,
        commands,
        "training.objective",
        &[
            (Objective::Rsmse.name(), "RSMSE"),
            (Objective::Rmse.name(), "RMSE"),
            (Objective::Cvar.name(), "CVaR"),
            (Objective::Entropic.name(), "entropic"),
        ],
    );
    match view.scenario.training.objective {
        Objective::Cvar => knobs(ui, view, commands, knobs::CVAR),
        Objective::Entropic => knobs(ui, view, commands, knobs::ENTROPIC),
        _ => {}
    }
    choice(
        ui,
        view,
        commands,
        "training.form",
        &[
            (Form::Residual.name(), "residual"),
            (Form::Paper.name(), "paper"),
        ],
    );
    choice(
        ui,
        view,
        commands,
        "training.activation",
        &[
            (Activation::Silu.name(), "SiLU"),
            (Activation::Relu.name(), "ReLU"),
        ],
    );
    row::text(ui, view, commands, "training.hidden", "Hidden layers");
    knobs(ui, view, commands, knobs::TRAINING);
    choice(
        ui,
        view,
        commands,
        "training.schedule",
        &[
            (Schedule::Cosine.name(), "cosine"),
            (Schedule::Linear.name(), "linear"),
        ],
    );
    row::text(ui, view, commands, "seed", "Seed");
}
