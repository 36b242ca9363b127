//! The controls: every parameter of the scenario, by section.

mod choice;
mod costs;
mod knobs;
mod market;
mod number;
mod row;

use crate::app::command::{Commands, DocumentCommand, TrainingCommand, ViewCommand};
use crate::app::document::{Grain, Value};
use crate::app::link;
use crate::app::theme::{BODY, CAPTION, LABEL, ORDER, ROW, Tokens, strategy_name};
use crate::app::view::ViewModel;
use crate::app::widgets::line_sample;
use crate::quantity::write::{keyboard, significant};
use crate::quantity::{TimeUnit, tidy};
use crate::scenario::fields::Field;
use crate::scenario::legs::TEMPLATES;
use crate::scenario::{
    Activation, BaseChoice, Form, Named, Network, Objective, OptionKind, Premium, Schedule,
    SettledBy, Side, Strategy, Variance,
};
use crate::units::plain;
use egui::{Checkbox, CollapsingHeader, Id, RichText, ScrollArea, Ui};
use knobs::Knob;

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            section(ui, "Market", true, |ui| market::ui(ui, view, commands));
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

/// Draws the control of one field, by the field's name.
pub fn one(ui: &mut Ui, view: &ViewModel, commands: &mut Commands, path: &str) {
    if let Some(knob) = knobs::find(path) {
        row::knob(ui, view, commands, knob, lives(ui));
    } else if let Ok(field) = Field::find(path) {
        row::text(
            ui,
            view,
            commands,
            field.path,
            &row::capitalised(field.label),
        );
    }
}

fn section(ui: &mut Ui, title: &str, open: bool, contents: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui.visuals());
    let heading = RichText::new(title).size(BODY).color(tokens.strong);
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
    let lives = lives(ui);
    for knob in knobs.iter().filter(|knob| shown(knob.path, view).is_some()) {
        row::knob(ui, view, commands, knob, lives);
    }
}

/// A field that means something under the present price process.
fn shown(path: &str, view: &ViewModel) -> Option<&'static Field> {
    let field = Field::find(path).ok()?;
    field.applies(&view.scenario).then_some(field)
}

fn book(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    knobs(ui, view, commands, knobs::EXPONENTS);
    costs::ui(ui, view);
    link(ui, view, commands);
    ui.horizontal(|ui| {
        ui.set_min_height(ROW);
        let about = "Half-lives are shown in these, and a number typed without a unit counts them";
        let label = RichText::new("Half-lives in").size(LABEL);
        ui.label(label).on_hover_text(about);
        let words = LIVES.map(|unit| (unit.name(""), unit.name("")));
        let (id, present) = (lives_id(), lives(ui).name(""));
        if let Some(word) = choice::choose(ui, id, "Half-lives in", present, &words)
            && let Some(unit) = LIVES.into_iter().find(|unit| unit.name("") == word)
        {
            ui.data_mut(|data| data.insert_temp(id, unit));
        }
    });
    knobs(ui, view, commands, knobs::BOOK);
    // What comes back of nothing needs no room.
    let moves = view.scenario.order_book.mid_impact != 0.0;
    knobs(ui, view, commands, &knobs::MID[..if moves { 4 } else { 1 }]);
}

/// What half-lives may be told in.
const LIVES: [TimeUnit; 3] = [TimeUnit::Step, TimeUnit::Day, TimeUnit::Year];

fn lives_id() -> Id {
    Id::unique("half-lives in")
}

/// What half-lives are told in.
fn lives(ui: &Ui) -> TimeUnit {
    let chosen = ui.data(|data| data.get_temp(lives_id()));
    chosen.unwrap_or(TimeUnit::Step)
}

/// Whether ask and bid move together. Linking makes them alike; where they cannot be, it is off.
pub fn link(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let alike = link::bid_like_ask(&view.scenario);
    let mut linked = view.linked_sides;
    let about = "Ask and bid move together: β = 2 − α, and one decay for both sides";
    let text = RichText::new("link ask and bid").size(LABEL);
    let tick = ui.add_enabled(alike.is_some(), Checkbox::new(&mut linked, text));
    let tick = tick.on_hover_text(about).on_disabled_hover_text(
        "The bid exponent cannot be as far from 1 as the ask exponent is: β = 2 − α is above 0",
    );
    if tick.changed() {
        if let Some(changes) = alike.filter(|_| linked) {
            commands.push(DocumentCommand::Edit(changes, Grain::Whole));
        }
        commands.push(ViewCommand::LinkSides(linked));
    }
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
    if !view.scenario.contract.is_portfolio() {
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
    }
    legs(ui, view, commands);
    knobs(ui, view, commands, knobs::OPTION);
    let settled = [
        (SettledBy::Delivery.name(), "delivery"),
        (SettledBy::Cash.name(), "cash"),
    ];
    choice(ui, view, commands, "contract.settlement", &settled);
    let fair = view.scenario.contract.premium == Premium::BlackScholes;
    let mut checked = fair;
    let about = "The option is sold at the Black–Scholes price; otherwise at a premium of your own";
    let label = RichText::new("premium: Black–Scholes price").size(LABEL);
    if ui
        .checkbox(&mut checked, label)
        .on_hover_text(about)
        .changed()
    {
        let text = if checked {
            "black_scholes".to_owned()
        } else {
            let cash = crate::contract::opening_cash(&view.scenario);
            let own = view.scenario.contract.first().sign() * cash;
            keyboard(&significant(own, 6))
        };
        edit(commands, "contract.premium", text);
    }
    if !fair {
        row::text(ui, view, commands, "contract.premium", "Premium");
    }
}

/// One option or several: a portfolio by name, and its legs as they may be typed.
fn legs(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let Ok(field) = Field::find("contract.legs") else {
        return;
    };
    let contract = &view.scenario.contract;
    row::labelled(ui, view, commands, field, "Legs", |ui, commands| {
        let present = if contract.is_portfolio() {
            "a portfolio"
        } else {
            "one option"
        };
        let menu = egui::ComboBox::from_id_salt("legs")
            .selected_text(present)
            .show_ui(ui, |ui| {
                let one = ui.selectable_label(!contract.is_portfolio(), "one option");
                if one.clicked() {
                    let center = contract.center();
                    let strike = match contract.moneyness {
                        Some(_) => ("contract.moneyness", center / view.scenario.market.spot),
                        None => ("contract.strike", center),
                    };
                    let strike = (strike.0, plain(tidy(strike.1)));
                    edit_all(commands, [("contract.legs", "none".into()), strike]);
                }
                for (name, about) in TEMPLATES {
                    let option = ui.selectable_label(false, name.replace('_', " "));
                    let about =
                        format!("{about}: for who is long; the other way round for who is short");
                    if option.on_hover_text(about).clicked() {
                        edit(commands, field.path, name.into());
                    }
                }
            });
        menu.response.accessible_name("Legs");
    });
    if contract.is_portfolio() {
        row::text(ui, view, commands, "contract.legs", "Options");
    }
}

fn edit_all<const N: usize>(commands: &mut Commands, changes: [(&str, String); N]) {
    let changes = changes.into_iter().filter_map(|(path, text)| {
        let field = Field::find(path).ok()?;
        Some((field, Value::Text(text)))
    });
    commands.push(DocumentCommand::Edit(changes.collect(), Grain::Whole));
}

fn edit(commands: &mut Commands, path: &str, text: String) {
    if let Ok(field) = Field::find(path) {
        let change = (field, Value::Text(text));
        commands.push(DocumentCommand::Edit(vec![change], Grain::Whole));
    }
}

/// A few words to choose from, with the name of the field.
fn choice(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    path: &str,
    words: &[(&'static str, &str)],
) {
    choice_of(ui, view, commands, (path, words), |commands, word| {
        edit(commands, path, word.into());
    });
}

/// The same, where what is done with the word that is chosen is more than an edit.
fn choice_of(
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
    (path, words): (&str, &[(&'static str, &str)]),
    take: impl FnOnce(&mut Commands, &str),
) {
    let Some(field) = shown(path, view) else {
        return;
    };
    let present = field.get(&view.scenario);
    let label = row::capitalised(field.label);
    row::labelled(ui, view, commands, field, &label, |ui, commands| {
        let id = Id::unique(("choice", field.path));
        if let Some(word) = choice::choose(ui, id, field.label, &present, words) {
            take(commands, word);
        }
    });
}

fn strategies(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let selected = &view.scenario.strategies.selected;
    egui::Grid::new("strategies")
        .num_columns(2)
        .spacing([10.0, 2.0])
        .show(ui, |ui| {
            let process = view.scenario.market.process;
            let all = ORDER.into_iter().filter(|strategy| {
                strategy.means_something_under(process) || selected.contains(strategy)
            });
            for (i, strategy) in all.enumerate() {
                ui.horizontal(|ui| {
                    ui.set_min_width(116.0);
                    let mut on = selected.contains(&strategy);
                    let text = RichText::new(strategy_name(strategy)).size(LABEL);
                    let response = ui
                        .checkbox(&mut on, text)
                        .on_hover_text(about(strategy, view));
                    if response.changed() {
                        commands.push(DocumentCommand::ToggleStrategy(strategy));
                    }
                    super::point_at(
                        commands,
                        (response.hovered() && on).then(|| strategy.into()),
                    );
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
    tuned(ui, view);
}

/// The parameters in use of the strategies that are tuned, whether found or given.
fn tuned(ui: &mut Ui, view: &ViewModel) {
    let (scenario, tuned) = (&view.scenario, &view.path.tuned);
    let selected = &scenario.strategies.selected;
    let mut line = |text: String, meaning: &str| {
        let text = RichText::new(text).size(CAPTION);
        let colour = Tokens::of(ui.visuals()).subdued;
        ui.label(text.color(colour)).on_hover_text(meaning);
    };
    if selected.contains(&Strategy::Band) {
        let a = significant(tuned.band_in(scenario), 3);
        line(
            format!("Band: a = {a}"),
            "Risk aversion a per currency: the larger, the narrower the band",
        );
    }
    if selected.contains(&Strategy::SoftBand) {
        let settings = tuned.soft_band_in(scenario);
        let a = significant(settings.risk_aversion, 3);
        let v = significant(settings.volatility_factor, 3);
        line(
            format!("Soft band: a = {a}, v = {v}"),
            "Pull: the drift adds (μ + q − r)/(a·σ²·S) shares to delta. Band: nothing is traded where \
             crossing the spread costs more than it brings. Damping: where size costs, only part of \
             the way is gone, the larger a the more. v: volatility of its delta over the model's. \
             Both are tuned on paths of their own unless they are given.",
        );
    }
}

fn about(strategy: Strategy, view: &ViewModel) -> String {
    let made = strategy == Strategy::Learned && view.learned.made;
    if made {
        return super::at_once::told(view);
    }
    let meaning = match strategy {
        Strategy::None => "Holds nothing",
        Strategy::Delta => "Black–Scholes delta at every date, whatever it costs",
        Strategy::InstantDelta => {
            "Black–Scholes delta at the instantaneous volatility of the price"
        }
        Strategy::MinimumVariance => {
            "What leaves the least variance where the variance moves against the price: ∂C/∂S + (ρξ/S)·∂C/∂v (Bakshi, Cao and Chen 1997)"
        }
        Strategy::Leland => {
            "Delta at a volatility raised for the cost of trading (Leland 1985, by the cost of one way as in the paper; strategies.leland_convention has his own)"
        }
        Strategy::Band => "Trades only when delta has moved too far (Whalley and Wilmott 1997)",
        Strategy::SoftBand => {
            "Delta plus the drift's pull: does nothing where crossing the spread costs more than it brings (band), and goes part of the way where size costs (damping)"
        }
        Strategy::Static => "Delta once, then hold",
        Strategy::Learned => "A neural network trained in this market",
    };
    meaning.into()
}

/// Whether a learned policy is made for whatever is on screen.
fn at_once(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let mut on = view.answers_at_once;
    let about = "Where nobody trained or loaded a policy, the learned one is made for whatever is on screen, without training";
    if ui
        .checkbox(&mut on, "Learned answers at once")
        .on_hover_text(about)
        .changed()
    {
        commands.push(TrainingCommand::AtOnce(on));
    }
}

fn training(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    at_once(ui, view, commands);
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
        "training.base",
        &[
            (BaseChoice::Auto.name(), "auto"),
            (BaseChoice::Delta.name(), "delta"),
            (BaseChoice::Leland.name(), "Leland"),
            (BaseChoice::SoftBand.name(), "soft band"),
        ],
    );
    choice(
        ui,
        view,
        commands,
        "training.variance",
        &[
            (Variance::Seen.name(), "seen"),
            (Variance::Hidden.name(), "hidden"),
        ],
    );
    choice(
        ui,
        view,
        commands,
        "training.network",
        &[
            (Network::FeedForward.name(), "feed-forward"),
            (Network::Gru.name(), "GRU"),
            (Network::Lstm.name(), "LSTM"),
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
