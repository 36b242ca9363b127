//! Where the money went: the hedging error by its causes, on the path on screen or on average.

mod words;

use super::book::empty;
use super::{focus_choice, tip, whose};
use crate::app::command::Commands;
use crate::app::format;
use crate::app::theme::{CAPTION, LABEL, Tokens, name_of};
use crate::app::view::{ViewModel, Waterfall};
use crate::app::widgets::{MARK, Ruler, describe, number, paint_level, paint_mark, ticks};
use egui::{
    Align2, Color32, ComboBox, CornerRadius, Label, Pos2, Rect, RichText, ScrollArea, Sense,
    Stroke, Ui, pos2, vec2,
};
use words::{amount, spoken, told};

/// The panel.
pub struct CostsPanel {
    /// On average, or on the path on screen; kept.
    pub on_average: bool,
}

impl Default for CostsPanel {
    fn default() -> Self {
        Self { on_average: true }
    }
}

/// Height of a cause (points), at least and at most.
const ROW: (f32, f32) = (15.0, 46.0);
/// Room for the axis below.
const AXIS: f32 = 16.0;
/// Room for a strategy's name above its waterfall.
const NAME: f32 = 18.0;
/// Room for the names of causes, and for amounts.
const CAUSES: f32 = 78.0;
const AMOUNTS: f32 = 92.0;
/// Least width of a waterfall, amounts included.
const LEAST: f32 = 280.0;

impl CostsPanel {
    /// Draws it; whether averages are looked at.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) -> bool {
        if view.path.strategies.is_empty() {
            let text = "Select a strategy to compare under Strategies on the left.";
            empty(ui, ui.available_height(), text);
            return self.on_average;
        }
        self.head(ui, view, commands);
        let all = if self.on_average {
            &view.costs.average
        } else {
            &view.costs.here
        };
        let shown = in_focus_first(all, view);
        if shown.is_empty() {
            empty(ui, ui.available_height(), "Hedging path after path …");
            return self.on_average;
        }
        let rows = shown[0].bars.len() + 1;
        let least = ROW.0 * rows as f32 + AXIS + NAME;
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(ui, |ui| {
                let height = ui.available_height().max(least);
                waterfalls(ui, view, &shown, height, self.on_average);
            });
        self.on_average
    }

    fn head(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let tokens = Tokens::of(ui.visuals());
        ui.horizontal(|ui| {
            for (name, on_average) in [("on average", true), ("this path", false)] {
                let face = RichText::new(name).size(LABEL);
                let chosen = self.on_average == on_average;
                if ui
                    .selectable_label(chosen, face)
                    .accessible_name(format!("Where the money went {name}"))
                    .clicked()
                {
                    self.on_average = on_average;
                }
            }
            let name = name_of(&whose(view)).to_owned();
            let choice = ComboBox::from_id_salt("costs of")
                .selected_text(RichText::new(name).size(LABEL))
                .width(84.0);
            focus_choice(ui, view, commands, choice).accessible_name("Whose money");
            let about = RichText::new(self.about(view)).size(CAPTION);
            ui.add(Label::new(about.color(tokens.subdued)).truncate())
                .on_hover_text(
                    "The parts of the hedging error, with its sign: positive was lost, negative was gained. \
                     One after the other they add up to it, to the last bit",
                );
        });
    }

    /// What it is of, and which way is which.
    fn about(&self, view: &ViewModel) -> String {
        let of = if self.on_average {
            match view.costs.paths {
                Some((paths, _)) if view.averaging => {
                    format!("{} paths, more to come", format::count(paths))
                }
                Some((paths, _)) => format!("{} paths", format::count(paths)),
                None => "not there yet".into(),
            }
        } else {
            view.path.title()
        };
        format!("right lost, left gained · currency · {of}")
    }
}

/// The waterfall of the strategy in focus, then the others.
fn in_focus_first<'a>(all: &'a [Waterfall], view: &ViewModel) -> Vec<&'a Waterfall> {
    let first = whose(view);
    let mut shown: Vec<&Waterfall> = all.iter().collect();
    shown.sort_by_key(|waterfall| waterfall.who != first);
    shown
}

/// As many side by side as there is room for, on one scale.
fn waterfalls(ui: &mut Ui, view: &ViewModel, all: &[&Waterfall], height: f32, on_average: bool) {
    let width = ui.available_width() - CAUSES;
    let fit = (1..=all.len()).rev().find(|n| width / *n as f32 >= LEAST);
    let shown = &all[..fit.unwrap_or(1)];
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let rows = Rows::of(rect, shown[0]);
    let range = shown.iter().map(|waterfall| waterfall.range());
    let range = range.fold((0.0, 0.0), |(low, high): (f64, f64), (a, b)| {
        (low.min(a), high.max(b))
    });
    let each = (rect.width() - CAUSES) / shown.len() as f32;
    let pointer = response.hover_pos();
    let row = pointer.and_then(|at| rows.at(at.y));
    names(ui, rect, &rows, shown[0], row, on_average);
    for (place, waterfall) in shown.iter().enumerate() {
        let left = rect.left() + CAUSES + each * place as f32;
        let area = Rect::from_x_y_ranges(left..=left + each, rect.y_range());
        one(ui, view, area, &rows, waterfall, range, on_average);
    }
    describe(&response, "Where the money went", || {
        spoken(view, shown, on_average)
    });
    if let (Some(row), Some(at)) = (row, pointer) {
        let place = ((at.x - rect.left() - CAUSES) / each).max(0.0);
        let waterfall = shown
            .iter()
            .enumerate()
            .find(|(i, _)| place < *i as f32 + 1.0);
        let waterfall = waterfall.map_or(shown[0], |(_, waterfall)| waterfall);
        tip(ui, &response, told(view, waterfall, row, on_average));
    }
}

/// Where the rows stand.
struct Rows {
    top: f32,
    height: f32,
    count: usize,
}

impl Rows {
    fn of(rect: Rect, waterfall: &Waterfall) -> Self {
        let count = waterfall.bars.len() + 1;
        let room = rect.height() - AXIS - NAME;
        Self {
            top: rect.top() + NAME,
            height: (room / count as f32).clamp(ROW.0, ROW.1),
            count,
        }
    }

    fn middle(&self, row: usize) -> f32 {
        self.top + self.height * (row as f32 + 0.5)
    }

    fn bottom(&self) -> f32 {
        self.top + self.height * self.count as f32
    }

    fn at(&self, y: f32) -> Option<usize> {
        (0..self.count).find(|row| (y - self.middle(*row)).abs() <= self.height / 2.0)
    }
}

fn names(
    ui: &Ui,
    rect: Rect,
    rows: &Rows,
    waterfall: &Waterfall,
    row: Option<usize>,
    on_average: bool,
) {
    let tokens = Tokens::of(ui.visuals());
    for place in 0..rows.count {
        let name = waterfall.bars.get(place).map(|bar| bar.name);
        let name = name.unwrap_or(if on_average { "mean error" } else { "error" });
        let strong = row == Some(place) || place + 1 == rows.count;
        let colour = if strong { tokens.strong } else { tokens.text };
        let at = pos2(rect.left(), rows.middle(place));
        number(
            ui.painter(),
            at,
            Align2::LEFT_CENTER,
            name.to_owned(),
            colour,
        );
    }
}

/// The waterfall of one strategy.
fn one(
    ui: &Ui,
    view: &ViewModel,
    area: Rect,
    rows: &Rows,
    waterfall: &Waterfall,
    (low, high): (f64, f64),
    on_average: bool,
) {
    let tokens = Tokens::of(ui.visuals());
    let look = tokens.look(waterfall.who.kind);
    let chart = Rect::from_min_max(
        pos2(area.left() + 8.0, rows.top),
        pos2(area.right() - AMOUNTS, rows.bottom()),
    );
    let margin = 0.02 * (high - low).max(f64::MIN_POSITIVE);
    let across = Ruler::across(chart, low - margin, high + margin);
    paint_level(ui, chart, &across, ticks::number);
    let painter = ui.painter();
    paint_mark(
        painter,
        pos2(chart.left() + MARK, area.top() + NAME / 2.0),
        MARK,
        look,
        tokens.panel,
    );
    let title = pos2(chart.left() + 3.0 * MARK, area.top() + NAME / 2.0);
    let name = name_of(&waterfall.who).to_owned();
    number(painter, title, Align2::LEFT_CENTER, name, tokens.strong);
    painter.vline(
        across.at(0.0),
        chart.y_range(),
        Stroke::new(1.0, tokens.subdued),
    );
    let thick = (0.62 * rows.height).min(24.0);
    let amount_at = |row: usize| pos2(area.right() - 6.0, rows.middle(row));
    for (row, bar) in waterfall.bars.iter().enumerate() {
        let colour = match bar.amount.value {
            Some(x) if x > 0.0 => tokens.lost(),
            Some(x) if x < 0.0 => tokens.gained(),
            _ => tokens.grid,
        };
        let y = rows.middle(row);
        let ends = bar.sums.map(|sum| across.at(sum));
        paint_bar(painter, ends, y, thick, colour);
        if row + 1 < rows.count {
            // The next one begins where this one ends.
            let down = y..=rows.middle(row + 1);
            painter.vline(ends[1], down, Stroke::new(1.0, tokens.grid));
        }
        if let Some(se) = bar.amount.se {
            paint_error(painter, &across, bar.sums[1], se, y, tokens);
        }
        let text = amount(view, bar.amount, on_average);
        number(
            painter,
            amount_at(row),
            Align2::RIGHT_CENTER,
            text,
            tokens.text,
        );
    }
    let last = rows.count - 1;
    let error = waterfall.error.value.unwrap_or(0.0);
    let ends = [across.at(0.0), across.at(error)];
    // Neither colour: it is what both leave.
    paint_bar(painter, ends, rows.middle(last), thick, tokens.text);
    let text = amount(view, waterfall.error, on_average);
    number(
        painter,
        amount_at(last),
        Align2::RIGHT_CENTER,
        text,
        tokens.strong,
    );
}

fn paint_bar(painter: &egui::Painter, ends: [f32; 2], y: f32, thick: f32, colour: Color32) {
    let (left, right) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
    // What is next to nothing is still seen.
    let right = right.max(left + 1.0);
    let half = vec2(0.0, thick / 2.0);
    let rect = Rect::from_min_max(pos2(left, y) - half, pos2(right, y) + half);
    painter.rect_filled(rect, CornerRadius::same(1), colour);
}

/// One standard error to either side of where a bar ends.
fn paint_error(painter: &egui::Painter, across: &Ruler, at: f64, se: f64, y: f32, tokens: &Tokens) {
    let ends: [Pos2; 2] = [at - se, at + se].map(|x| pos2(across.at(x), y));
    if ends[1].x - ends[0].x > 2.0 {
        painter.line_segment(ends, Stroke::new(1.5, tokens.strong));
    }
}
