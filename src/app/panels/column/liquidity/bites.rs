//! Trades on the liquidity strip: bars over what they ate, bubbles by their size.

use super::Field;
use crate::app::panels::book::parts;
use crate::app::theme::{Tokens, name_of};
use crate::app::view::{Bite, ViewModel};
use egui::{Pos2, Stroke, Ui};

/// Largest and smallest radius of a bubble (points).
const LARGEST: f32 = 8.0;
const SMALLEST: f32 = 1.8;
/// Between two bubbles (points).
const APART: f32 = 3.0;
/// Trades of less than this share of the largest one get no bubble.
const TINY: f64 = 1e-3;

/// A trade that is shown as a bubble.
#[derive(Clone, Copy)]
pub(super) struct Bubble {
    bite: Bite,
    at: Pos2,
    radius: f32,
}

/// The bubbles: of trades that would stand too close the larger one.
pub(super) fn shown(view: &ViewModel, fields: &[Field<'_>; 2]) -> Vec<Bubble> {
    let bites = &view.liquidity.bites;
    let largest = bites
        .iter()
        .fold(0.0, |most: f64, bite| most.max(bite.size.abs()));
    let mut sorted: Vec<&Bite> = bites.iter().collect();
    sorted.retain(|bite| bite.size.abs() > TINY * largest);
    sorted.sort_by(|one, other| other.size.abs().total_cmp(&one.size.abs()));
    let mut shown: Vec<Bubble> = Vec::new();
    for bite in sorted {
        let field = &fields[usize::from(bite.size < 0.0)];
        let room = (0.13 * field.rect.height()).clamp(3.0, LARGEST);
        #[expect(clippy::cast_possible_truncation, reason = "a radius on screen")]
        let share = (bite.size.abs() / largest).sqrt() as f32;
        let radius = (room * share).max(SMALLEST);
        let at = field.at(bite.step as f64, bite.to);
        let covers = |other: &Bubble| other.at.distance(at) < other.radius + radius + APART;
        if !shown.iter().any(covers) {
            shown.push(Bubble {
                bite: *bite,
                at,
                radius,
            });
        }
    }
    shown
}

/// Bars of all trades of a side, and its bubbles.
pub(super) fn paint(ui: &Ui, view: &ViewModel, field: &Field<'_>, bubbles: &[Bubble]) {
    let tokens = Tokens::of(ui.visuals());
    let Some(of) = &view.liquidity.of else {
        return;
    };
    let colour = tokens.look(of.kind).color;
    let bars = ui.painter_at(field.rect);
    let step = field.dates.at(1.0) - field.dates.at(0.0);
    let bar = Stroke::new((0.2 * step).clamp(1.0, 3.0), colour);
    let own = |bite: &Bite| (bite.size > 0.0) == field.side.ask;
    for bite in view.liquidity.bites.iter().filter(|bite| own(bite)) {
        let date = bite.step as f64;
        bars.line_segment([field.at(date, bite.from), field.at(date, bite.to)], bar);
    }
    let painter = ui.painter_at(field.rect.expand2(egui::vec2(0.0, 3.0)));
    for bubble in bubbles.iter().filter(|bubble| own(&bubble.bite)) {
        painter.circle_filled(bubble.at, bubble.radius + 1.2, tokens.panel);
        painter.circle(
            bubble.at,
            bubble.radius,
            colour,
            Stroke::new(1.0, tokens.strong),
        );
    }
}

/// The trade under the pointer: its size, price and cost.
pub(super) fn told(
    view: &ViewModel,
    fields: &[Field<'_>; 2],
    bubbles: &[Bubble],
    at: Pos2,
) -> Option<String> {
    let over = |bubble: &&Bubble| bubble.at.distance(at) <= bubble.radius + 3.0;
    let bite = bubbles.iter().find(over)?.bite;
    let ask = &fields[usize::from(bite.size < 0.0)].side.ask;
    let verb = if *ask { "buys" } else { "sells" };
    Some(format!(
        "date {}: {} {verb} {} at {} on average\n{}",
        bite.step,
        view.liquidity.of.as_ref().map_or("", name_of),
        view.digits.shares(bite.size.abs()),
        view.digits.price(bite.price),
        parts(view, &bite.cost),
    ))
}
