//! Why this trade: the trade at the time cursor built up part by part, beside the parts of every trade of
//! the path.

mod bars;
mod words;

use super::book::empty;
use super::motion::Motion;
use super::{focus_choice, instead, tip, whose};
use crate::app::command::Commands;
use crate::app::theme::{CAPTION, GAP, LABEL, Tokens, name_of};
use crate::app::view::{Taken, ViewModel};
use crate::app::widgets::{Ruler, describe, grid, hatched, number};
use crate::figure::Fill;
use crate::gallery::{reason_fill, reason_meaning, reason_name, reason_steps, why_sentence};
use egui::{
    Align, Align2, ComboBox, CornerRadius, Label, Layout, Rect, RichText, ScrollArea, Sense,
    Stroke, Ui, UiBuilder, Vec2, pos2, vec2,
};

/// Height of a part (points), at least and at most.
const ROW: (f32, f32) = (13.0, 40.0);
/// Room for a part's sign and name, and for its amount.
const NAMES: f32 = 74.0;
const AMOUNTS: f32 = 50.0;
/// Width of the waterfall, at least and at most, and least width of the bars beside it.
const WATERFALL: (f32, f32) = (196.0, 440.0);
const BARS: f32 = 120.0;
/// Height from which on there is room below the waterfall to say what each part is.
const MEANINGS: f32 = 250.0;
/// Least height of the bars where they stand below it.
const LEAST: f32 = 90.0;

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, motion: &Motion, commands: &mut Commands) {
    if view.path.strategies.is_empty() {
        let text = if view.scenario.strategies.selected.is_empty() {
            "Select a strategy under Strategies on the left to see why it trades."
        } else if view.path.prices.is_empty() {
            "Replaying the path …"
        } else {
            "The strategies selected are not trained yet: train one, or select another."
        };
        empty(ui, ui.available_height(), text);
        return;
    }
    head(ui, view, commands);
    if view.why.through.is_empty() {
        empty(ui, ui.available_height(), "Taking the trades apart …");
        return;
    }
    match &view.why.now {
        Some(now) => sentence(ui, view, now),
        None => caption(
            ui,
            "Maturity: nobody decides. What is left is sold, what is missing is bought.",
        ),
    }
    let area = ui.available_rect_before_wrap();
    let rows = view.why.shown.len() + 1;
    let least = ROW.0 * rows as f32;
    if area.width() >= WATERFALL.0 + BARS {
        let width = (0.54 * area.width()).clamp(WATERFALL.0, WATERFALL.1);
        ui.horizontal_top(|ui| {
            now(ui, view, vec2(width, area.height()), least);
            bars::ui(ui, view, motion, ui.available_size(), commands);
        });
    } else {
        let below = area.height() - least;
        let height = if below >= LEAST { least } else { area.height() };
        now(ui, view, vec2(area.width(), height), least);
        if below >= LEAST {
            bars::ui(ui, view, motion, vec2(area.width(), below - 4.0), commands);
        }
    }
}

/// Whose trades, at which date, and what takes them apart.
fn head(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    ui.horizontal(|ui| {
        let name = name_of(&whose(view)).to_owned();
        let choice = ComboBox::from_id_salt("reasons of")
            .selected_text(RichText::new(name).size(LABEL))
            .width(84.0);
        focus_choice(ui, view, commands, choice).accessible_name("Whose trades");
        let date = view
            .why
            .now
            .map_or("maturity".to_owned(), |now| format!("date {}", now.date));
        let text = if view.why.tuning {
            "tuning the soft band …".to_owned()
        } else {
            format!("{date}{} · shares, + buys", instead(view))
        };
        let tokens = Tokens::of(ui.visuals());
        let text = RichText::new(text).size(CAPTION).color(tokens.subdued);
        ui.add(Label::new(text).truncate())
            .on_hover_text(words::about(view));
    });
}

fn sentence(ui: &mut Ui, view: &ViewModel, now: &Taken) {
    let tokens = Tokens::of(ui.visuals());
    let text = why_sentence(&whose(view), view.digits, &now.reasons, now.trade);
    let text = RichText::new(text).size(LABEL).color(tokens.strong);
    ui.add(Label::new(text).wrap());
}

fn caption(ui: &mut Ui, text: &str) {
    let tokens = Tokens::of(ui.visuals());
    let text = RichText::new(text).size(LABEL).color(tokens.subdued);
    ui.add(Label::new(text).wrap());
}

/// The trade at the cursor, in a room of this size; scrolled where that is too low.
fn now(ui: &mut Ui, view: &ViewModel, size: Vec2, least: f32) {
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let Some(now) = &view.why.now else { return };
    let column = UiBuilder::new().id_salt("now").max_rect(rect);
    let mut ui = ui.new_child(column.layout(Layout::top_down(Align::Min)));
    ScrollArea::vertical()
        .id_salt("parts of the trade")
        .auto_shrink([false, false])
        .show(&mut ui, |ui| {
            let most = least / ROW.0 * ROW.1;
            let below = size.y - most >= MEANINGS;
            let height = if below { most } else { size.y.max(least) };
            waterfall(ui, view, now, vec2(size.x - 4.0, height));
            if below {
                ui.add_space(GAP);
                meanings(ui, view);
            }
        });
}

/// What each part is.
fn meanings(ui: &mut Ui, view: &ViewModel) {
    let tokens = Tokens::of(ui.visuals());
    let kind = whose(view).kind;
    for place in &view.why.shown {
        let (name, meaning) = (reason_name(*place, kind), reason_meaning(*place, kind));
        let text = RichText::new(format!("{name}: {meaning}")).size(CAPTION);
        ui.add(Label::new(text.color(tokens.subdued)).wrap());
    }
}

/// A row of the waterfall: a part, or at the end the trade.
struct Row {
    name: &'static str,
    /// Shares; positive buys.
    amount: f64,
    /// From where to where it goes (shares).
    ends: [f64; 2],
    /// How it is filled; absent for the trade.
    fill: Option<Fill>,
}

fn rows(view: &ViewModel, now: &Taken) -> Vec<Row> {
    let kind = whose(view).kind;
    let parts = now.reasons.parts();
    let steps = reason_steps(&now.reasons, &view.why.shown).into_iter();
    let part = |(place, ends): (usize, [f64; 2])| Row {
        name: reason_name(place, kind),
        amount: parts[place].1,
        ends,
        fill: Some(reason_fill(place)),
    };
    let trade = Row {
        name: "trade",
        amount: now.trade,
        ends: [0.0, now.trade],
        fill: None,
    };
    steps.map(part).chain([trade]).collect()
}

/// Where a row stands.
struct Place {
    rect: Rect,
    /// Whether the pointer rests on it.
    pointed: bool,
}

fn waterfall(ui: &mut Ui, view: &ViewModel, now: &Taken, size: Vec2) {
    let tokens = Tokens::of(ui.visuals());
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let rows = rows(view, now);
    let height = (rect.height() / rows.len() as f32).clamp(ROW.0, ROW.1);
    let place = |row: usize| {
        let top = pos2(rect.left(), rect.top() + height * row as f32);
        Rect::from_min_size(top, vec2(rect.width(), height))
    };
    let all = place(0).union(place(rows.len() - 1));
    let chart = Rect::from_min_max(
        pos2(rect.left() + NAMES, all.top()),
        pos2(rect.right() - AMOUNTS, all.bottom()),
    );
    let ends = rows.iter().flat_map(|row| row.ends);
    let (low, high) = ends.fold((0.0f64, 0.0f64), |(low, high), x| (low.min(x), high.max(x)));
    let margin = 0.03 * (high - low).max(f64::MIN_POSITIVE);
    let across = Ruler::across(chart, low - margin, high + margin);
    let nought = Stroke::new(1.0, tokens.subdued);
    ui.painter().vline(across.at(0.0), chart.y_range(), nought);
    let pointer = response.hover_pos();
    let pointed = (0..rows.len()).find(|row| pointer.is_some_and(|at| place(*row).contains(at)));
    for (at, row) in rows.iter().enumerate() {
        let pointed = pointed == Some(at);
        let rect = place(at);
        one(ui, view, row, &Place { rect, pointed }, &across);
    }
    describe(&response, "Parts of the trade", || words::spoken(view, now));
    if let Some(row) = pointed {
        tip(ui, &response, words::told(view, now, row));
    }
}

fn one(ui: &Ui, view: &ViewModel, row: &Row, place: &Place, across: &Ruler) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter();
    let (rect, y) = (place.rect, place.rect.center().y);
    let thick = (0.66 * rect.height()).min(22.0);
    let [from, to] = row.ends.map(|end| across.at(end));
    let (left, right) = (from.min(to), from.max(to));
    let bar = Rect::from_x_y_ranges(
        // What is next to nothing is still seen.
        left..=right.max(left + 1.0),
        y - thick / 2.0..=y + thick / 2.0,
    );
    if let Some(fill) = row.fill {
        let sign = pos2(rect.left() + 6.0, y);
        paint(ui, Rect::from_center_size(sign, vec2(11.0, 9.0)), fill);
        paint(ui, bar, fill);
        // The next one begins where this one ends.
        let down = bar.bottom()..=rect.bottom() + (rect.height() - thick) / 2.0;
        painter.vline(to, down, Stroke::new(1.0, tokens.grid));
    } else {
        painter.hline(rect.x_range(), rect.top(), grid(tokens));
        painter.rect_filled(bar, CornerRadius::same(1), tokens.text);
    }
    let strong = row.fill.is_none() || place.pointed;
    let colour = if strong { tokens.strong } else { tokens.text };
    let at = pos2(rect.left() + 16.0, y);
    number(
        painter,
        at,
        Align2::LEFT_CENTER,
        row.name.to_owned(),
        colour,
    );
    let at = pos2(rect.right() - 4.0, y);
    let amount = words::moved(view, row.amount);
    number(painter, at, Align2::RIGHT_CENTER, amount, colour);
}

/// A box as its part is filled.
fn paint(ui: &Ui, rect: Rect, fill: Fill) {
    let tokens = Tokens::of(ui.visuals());
    let colour = tokens.colour(fill.ink);
    let painter = ui.painter();
    if fill.hatched {
        painter.rect_filled(rect, 0.0, colour.gamma_multiply(0.2));
        let edge = |y: f32| [pos2(rect.left(), y), pos2(rect.right(), y)];
        let (top, bottom) = (edge(rect.top()), edge(rect.bottom()));
        painter.add(hatched(ui.ctx(), &top, &bottom, colour));
    } else {
        #[expect(clippy::cast_possible_truncation, reason = "a share")]
        let opacity = fill.opacity as f32;
        painter.rect_filled(rect, 0.0, colour.gamma_multiply(opacity));
    }
}
