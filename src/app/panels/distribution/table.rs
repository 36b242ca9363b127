//! The figures of every strategy, a row each.

use super::{ROW, untrained};
use crate::app::command::{Commands, Hover, ViewCommand};
use crate::app::format;
use crate::app::panels::stale_mark;
use crate::app::theme::{Tokens, strategy_name};
use crate::app::view::ViewModel;
use crate::app::widgets::strategy_label;
use crate::engine::{Outcomes, StrategyOutcome};
use crate::outcome::Estimate;
use crate::scenario::Strategy;
use egui::{FontId, Label, Layout, RichText, Sense, Ui, vec2};

/// Column titles and what they mean; the last is there when a scenario is pinned.
const COLUMNS: [(&str, &str); 6] = [
    ("mean", "Mean hedging error (currency); positive is a loss"),
    (
        "RSMSE",
        "Root semi-quadratic mean (currency): only losses hurt",
    ),
    ("CVaR 95%", "Mean of the worst 5% of errors (currency)"),
    (
        "turnover",
        "Shares traded after the first trade, on average",
    ),
    (
        "RSMSE − delta",
        "Difference to delta on the same paths, with its paired standard error",
    ),
    (
        "− pinned",
        "RSMSE less that of the pinned scenario, on the same random numbers",
    ),
];
/// Room between two columns.
const GAP: f32 = 14.0;
/// Columns in the order in which they get room for their standard errors.
const FIRST_WITH_ERRORS: [usize; 6] = [5, 4, 1, 2, 0, 3];
/// Size of figures.
const SIZE: f32 = 12.0;

/// What one line of the table is about.
struct Line<'a> {
    row: &'a StrategyOutcome,
    /// Of the pinned scenario.
    ghost: bool,
    figures: Vec<Option<Estimate>>,
}

/// How the columns are laid out.
struct Columns {
    first: f32,
    widths: Vec<f32>,
    /// Whether there is room for a column's standard errors.
    errors: Vec<bool>,
}

/// Draws it.
pub(super) fn ui(ui: &mut Ui, view: &ViewModel, outcomes: &Outcomes, commands: &mut Commands) {
    let lines = lines(outcomes);
    let columns = Columns::for_lines(ui, &lines, outcomes);
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    ui.spacing_mut().interact_size.y = ROW;
    titles(ui, outcomes, &columns);
    for line in &lines {
        let shown = draw(ui, view, line, &columns);
        if line.ghost {
            continue;
        }
        if shown.clicked() {
            commands.push(ViewCommand::Focus(line.row.strategy));
        }
        if shown.hovered() {
            commands.push(ViewCommand::Hover(Hover {
                strategy: Some(line.row.strategy),
                ..view.hover
            }));
        }
    }
    if untrained(view) {
        ui.horizontal(|ui| {
            strategy_label(ui, Strategy::Learned, false, "not trained yet");
        });
    }
}

/// The learned policy first, as in the controls; the pinned rows last.
fn lines(outcomes: &Outcomes) -> Vec<Line<'_>> {
    let order = |rows: &'_ [StrategyOutcome]| {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|i| rows[*i].strategy != Strategy::Learned);
        order
    };
    let live = order(&outcomes.rows).into_iter();
    let ghosts = order(&outcomes.pinned).into_iter();
    let live = live.map(|i| Line::new(outcomes, &outcomes.rows[i], false));
    live.chain(ghosts.map(|i| Line::new(outcomes, &outcomes.pinned[i], true)))
        .collect()
}

impl<'a> Line<'a> {
    fn new(outcomes: &Outcomes, row: &'a StrategyOutcome, ghost: bool) -> Self {
        let statistics = &row.statistics;
        let mut figures = vec![
            Some(statistics.mean),
            Some(statistics.rsmse),
            Some(statistics.cvar95),
            Some(statistics.turnover),
            row.against_delta.map(|difference| difference.rsmse),
        ];
        if !outcomes.pinned.is_empty() {
            let mut pinned = outcomes.against_pinned.iter();
            let same = pinned.find(|difference| difference.strategy == row.strategy && !ghost);
            figures.push(same.map(|difference| difference.rsmse));
        }
        Self {
            row,
            ghost,
            figures,
        }
    }

    fn text(&self, column: usize, errors: bool) -> String {
        let Some(figure) = &self.figures[column] else {
            return String::new();
        };
        let text = format::estimate(figure, errors);
        if column >= 4 {
            format::signed(&text)
        } else {
            text
        }
    }
}

impl Columns {
    /// As wide as what stands in them, and wider where there is room; standard errors give way
    /// before a number would be cut.
    fn for_lines(ui: &Ui, lines: &[Line<'_>], outcomes: &Outcomes) -> Self {
        let first = if outcomes.pinned.is_empty() {
            104.0
        } else {
            136.0
        };
        let count = lines.first().map_or(0, |line| line.figures.len());
        let room = ui.available_width() - first;
        let measure = |column: usize, errors: bool| {
            let title = width(ui, COLUMNS[column].0, 11.0);
            let texts = lines.iter().map(|line| line.text(column, errors));
            texts.fold(title, |most, text| most.max(width(ui, &text, SIZE))) + GAP
        };
        let mut widths: Vec<f32> = (0..count).map(|column| measure(column, false)).collect();
        let mut errors = vec![false; count];
        for column in FIRST_WITH_ERRORS.into_iter().filter(|c| *c < count) {
            let more = measure(column, true) - widths[column];
            if widths.iter().sum::<f32>() + more <= room {
                widths[column] += more;
                errors[column] = true;
            }
        }
        let spare = (room - widths.iter().sum::<f32>()).max(0.0) / count.max(1) as f32;
        for width in &mut widths {
            *width += spare.floor();
        }
        Self {
            first,
            widths,
            errors,
        }
    }
}

fn width(ui: &Ui, text: &str, size: f32) -> f32 {
    let font = FontId::proportional(size);
    let colour = ui.visuals().text_color();
    ui.painter()
        .layout_no_wrap(text.to_owned(), font, colour)
        .size()
        .x
}

fn titles(ui: &mut Ui, outcomes: &Outcomes, columns: &Columns) {
    let tokens = Tokens::of(ui.visuals());
    let caption = |text: &str| RichText::new(text).size(11.0).color(tokens.subdued);
    ui.horizontal(|ui| {
        let paths = format!("{} paths", format::count(outcomes.paths));
        ui.allocate_ui(vec2(columns.first, ROW), |ui| {
            ui.set_min_size(vec2(columns.first, ROW));
            ui.label(caption(&paths));
        });
        for (column, width) in columns.widths.iter().enumerate() {
            let (title, meaning) = COLUMNS[column];
            let hidden = if columns.errors[column] {
                "± standard error"
            } else {
                "point at a figure for its standard error"
            };
            cell(ui, *width, caption(title)).on_hover_text(format!("{meaning}; {hidden}"));
        }
    });
}

fn cell(ui: &mut Ui, width: f32, text: RichText) -> egui::Response {
    let layout = Layout::right_to_left(egui::Align::Center);
    ui.allocate_ui_with_layout(vec2(width, ROW), layout, |ui| {
        ui.set_min_size(vec2(width, ROW));
        ui.add(Label::new(text).selectable(false).extend())
    })
    .inner
}

fn draw(ui: &mut Ui, view: &ViewModel, line: &Line<'_>, columns: &Columns) -> egui::Response {
    let tokens = Tokens::of(ui.visuals());
    let strategy = line.row.strategy;
    let ground = ui.painter().add(egui::Shape::Noop);
    let colour = if line.ghost {
        tokens.subdued
    } else {
        tokens.text
    };
    let inner = ui.horizontal(|ui| {
        name(ui, view, line, columns.first);
        for (column, width) in columns.widths.iter().enumerate() {
            let text = RichText::new(line.text(column, columns.errors[column]));
            cell(ui, *width, text.size(SIZE).color(colour));
        }
    });
    let rect = inner.response.rect;
    let id = ui
        .scope_id()
        .with(("row", strategy_name(strategy), line.ghost));
    let mut response = ui.interact(rect, id, Sense::click());
    if columns.errors.contains(&false) {
        response = response.on_hover_text(in_full(line));
    }
    if response.hovered() || (!line.ghost && view.hover.strategy == Some(strategy)) {
        let shape = egui::Shape::rect_filled(rect, 3.0, tokens.raised);
        ui.painter().set(ground, shape);
    }
    response
}

/// All figures of a line with their standard errors.
fn in_full(line: &Line<'_>) -> String {
    let figures = (0..line.figures.len()).filter(|column| line.figures[*column].is_some());
    let texts = figures.map(|column| format!("{}: {}", COLUMNS[column].0, line.text(column, true)));
    texts.collect::<Vec<_>>().join("\n")
}

fn name(ui: &mut Ui, view: &ViewModel, line: &Line<'_>, width: f32) {
    ui.allocate_ui(vec2(width, ROW), |ui| {
        ui.set_min_size(vec2(width, ROW));
        ui.horizontal_centered(|ui| {
            if line.ghost {
                ui.multiply_opacity(0.55);
            }
            let pinned = if line.ghost { "pinned" } else { "" };
            let focused = !line.ghost && view.focus == line.row.strategy;
            strategy_label(ui, line.row.strategy, focused, pinned);
            if !line.ghost {
                stale_mark(ui, view, line.row.strategy);
            }
        });
    });
}
