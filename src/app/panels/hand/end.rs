//! What came of a path: one's hedging error beside those of the strategies, and what to do next.

use super::rows::Rows;
use super::{LEVELS, errors, list, own_look};
use crate::app::command::{Commands, HandCommand};
use crate::app::format;
use crate::app::panels::outcome;
use crate::app::theme::{GAP, HEADING, LABEL, Tokens, strategy_name};
use crate::app::view::{EndView, HandView};
use crate::app::widgets::line_sample;
use crate::hand::Played;
use crate::outcome::Estimate;
use crate::scenario::Strategy;
use egui::{Button, Label, RichText, Ui};

/// Draws it.
pub(super) fn ui(ui: &mut Ui, hand: &HandView, commands: &mut Commands) {
    headline(ui, hand);
    if let Some(end) = &hand.end {
        table(ui, hand, end);
        landed(ui, end);
        errors::ui(ui, end);
    } else {
        ui.label("Computing what the strategies do …");
    }
    buttons(ui, hand, commands);
    list::ui(ui, hand);
}

fn headline(ui: &mut Ui, hand: &HandView) {
    let tokens = Tokens::of(ui.visuals());
    let Some(settled) = &hand.settlement else {
        return;
    };
    let money = hand.digits.money(settled.error.abs());
    let told = if settled.error > 0.0 {
        format!("You lost {money}")
    } else {
        format!("You gained {money}")
    };
    ui.label(RichText::new(told).size(HEADING).color(tokens.strong));
    let how = outcome::ended(settled, &hand.scenario, hand.digits);
    let how = RichText::new(how).size(LABEL).color(tokens.text);
    ui.add(Label::new(how).wrap());
    ui.add_space(4.0);
}

fn table(ui: &mut Ui, hand: &HandView, end: &EndView) {
    let rows = Rows {
        name: "outcome",
        heads: &["error", "turnover", "cost", "spread", "depth", "memory"],
    };
    let outcome = &end.outcome;
    rows.ui(ui, |ui| {
        for played in std::iter::once(&outcome.you).chain(&outcome.others) {
            row(ui, &rows, hand, played, outcome.learned_is_exact);
        }
    });
}

fn row(ui: &mut Ui, rows: &Rows<'_>, hand: &HandView, played: &Played, exact: Option<bool>) {
    let tokens = Tokens::of(ui.visuals());
    let (look, name, colour) = match played.kind {
        None => (own_look(tokens), "You", tokens.strong),
        Some(kind) => (tokens.look(kind), strategy_name(kind), tokens.text),
    };
    let other = played.kind == Some(Strategy::Learned) && exact == Some(false);
    let (digits, cost) = (hand.digits, &played.cost);
    let cells = [
        digits.money(played.error),
        digits.shares(played.turnover),
        digits.money(cost.total()),
        digits.money(cost.spread),
        digits.money(cost.depth),
        digits.money(cost.memory),
    ];
    let label = |ui: &mut Ui| {
        ui.spacing_mut().item_spacing.x = 5.0;
        line_sample(ui, look);
        let star = if other { "*" } else { "" };
        let face = RichText::new(format!("{name}{star}")).size(LABEL);
        let label = ui.label(face.color(colour));
        if other {
            label.on_hover_text("Trained for another market");
        }
    };
    rows.row(ui, name, label, (&cells, colour));
}

/// Where one landed among the paths of the strategies.
fn landed(ui: &mut Ui, end: &EndView) {
    let tokens = Tokens::of(ui.visuals());
    let shown = [Strategy::Delta, Strategy::Learned];
    let worse = end.outcome.worse.iter();
    let worse = worse.filter(|worse| shown.contains(&worse.kind));
    let told: Vec<String> = worse
        .map(|worse| {
            let percent = Estimate {
                value: worse.share.value.map(|share| 100.0 * share),
                se: worse.share.se.map(|se| 100.0 * se),
            };
            let share = format::estimate(&percent, true);
            format!("{} on {share} %", strategy_name(worse.kind))
        })
        .collect();
    let text = format!(
        "Worse than you here, over {} paths: {}",
        format::count(end.outcome.paths),
        told.join(", ")
    );
    ui.add_space(4.0);
    let text = RichText::new(text).size(LABEL).color(tokens.text);
    ui.add(Label::new(text).wrap());
}

/// What to do next.
fn buttons(ui: &mut Ui, hand: &HandView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    ui.add_space(GAP);
    ui.horizontal_wrapped(|ui| {
        let next = RichText::new(format!("Next: path {}", hand.next)).color(tokens.on_accent);
        let next = ui.add(Button::new(next).fill(tokens.accent));
        if next.accessible_name("Next path").clicked() {
            commands.push(HandCommand::Path(hand.next));
        }
        if ui.button("Same path again").clicked() {
            commands.push(HandCommand::Path(hand.seen.path));
        }
        let mut levels = LEVELS.iter().map(|(name, ..)| *name);
        let _this = levels.find(|name| *name == hand.seen.challenge);
        if let Some(harder) = levels.next()
            && ui.button("Next level").clicked()
        {
            commands.push(HandCommand::Start(harder.to_owned()));
        }
        if ui.button("Back to the views").clicked() {
            commands.push(HandCommand::Leave);
        }
    });
}
