//! The figures of every strategy, a row each, every one with its standard error.

mod columns;
mod titles;

use super::untrained;
use crate::app::command::{Commands, Hover, ViewCommand};
use crate::app::format;
use crate::app::panels::whose;
use crate::app::theme::{self, Tokens, name_of, place};
use crate::app::view::{PinView, ViewModel, short};
use crate::app::widgets::{ghost_label, strategy_label};
use crate::engine::{Outcomes, StrategyOutcome};
use crate::outcome::{Estimate, Goal, Measure};
use crate::quantity;
use crate::scenario::Strategy;
use columns::Columns;
use egui::{Align, Label, Layout, Response, RichText, Role, Sense, Ui, WidgetInfo, vec2};
use titles::{Column, without_twins};

/// Longest name of a pin beside figures (characters).
const NAME: usize = 20;

/// What one line of the table is about.
struct Line<'a> {
    row: &'a StrategyOutcome,
    /// Of which pinned scenario.
    pin: Option<&'a PinView>,
    figures: Vec<Option<Estimate>>,
}

/// The table, measured for the room there is.
pub(super) struct Table<'a> {
    lines: Vec<Line<'a>>,
    titles: Vec<Column>,
    columns: Columns,
    goal: Goal,
    paths: u64,
    untrained: bool,
}

impl<'a> Table<'a> {
    /// The figures of an answer, in rows that are closer where it would be higher than `most`.
    pub fn of(
        ui: &Ui,
        view: &'a ViewModel,
        outcomes: &'a Outcomes,
        measures: [Measure; 2],
        most: f32,
    ) -> Self {
        let measures = without_twins(outcomes.goal, measures);
        let lines = lines(view, outcomes, measures);
        let titles = Column::all(view, outcomes, measures);
        let columns = Columns::for_lines(ui, &titles, &lines);
        let mut table = Self {
            lines,
            titles,
            columns,
            goal: outcomes.goal,
            paths: outcomes.paths,
            untrained: untrained(view),
        };
        let beside = table.height() - table.rows() * table.columns.row;
        table
            .columns
            .close(((most - beside) / table.rows()).floor());
        table
    }

    fn rows(&self) -> f32 {
        (self.lines.len() + usize::from(self.untrained)) as f32
    }

    /// Height of the whole table (points).
    pub fn height(&self) -> f32 {
        self.rows() * self.columns.row + columns::TITLES + 4.0
    }

    /// Draws it.
    pub fn ui(
        &self,
        ui: &mut Ui,
        view: &ViewModel,
        measures: &mut [Measure; 2],
        commands: &mut Commands,
    ) {
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        ui.spacing_mut().interact_size.y = self.columns.row;
        self.titles(ui, measures);
        if self.untrained {
            ui.horizontal(|ui| {
                strategy_label(ui, &Strategy::Learned.into(), false, "not trained yet");
            });
        }
        for line in &self.lines {
            let shown = self.row(ui, view, line);
            if line.pin.is_some() {
                continue;
            }
            if shown.clicked() {
                commands.push(ViewCommand::Focus(line.row.policy.who.clone()));
            }
            if shown.hovered() {
                commands.push(ViewCommand::Hover(Hover {
                    who: Some(line.row.policy.who.clone()),
                    ..Hover::default()
                }));
            }
        }
    }

    fn titles(&self, ui: &mut Ui, measures: &mut [Measure; 2]) {
        let tokens = Tokens::of(ui.visuals());
        let caption = |text: &str| {
            RichText::new(text)
                .size(theme::CAPTION)
                .color(tokens.subdued)
        };
        ui.horizontal(|ui| {
            let paths = format!("{} paths", format::count(self.paths));
            let size = vec2(self.columns.first, columns::TITLES);
            ui.allocate_ui(size, |ui| {
                ui.set_min_size(size);
                ui.label(caption(&paths));
            });
            for (column, width) in self.titles.iter().zip(&self.columns.widths) {
                let size = vec2(*width, columns::TITLES);
                let about = format!("{}; ± standard error", column.meaning);
                match column.choice {
                    Some(place) => {
                        let measure = &mut measures[place];
                        titles::choice(ui, size, column, measure, self.goal);
                    }
                    None => {
                        cell(ui, size, &[caption(&column.title)]).on_hover_text(about);
                    }
                }
            }
        });
    }

    fn row(&self, ui: &mut Ui, view: &ViewModel, line: &Line<'_>) -> Response {
        let tokens = Tokens::of(ui.visuals());
        let columns = &self.columns;
        let who = &line.row.policy.who;
        let ground = ui.painter().add(egui::Shape::Noop);
        let colour = if line.pin.is_some() {
            tokens.subdued
        } else {
            tokens.text
        };
        let inner = ui.horizontal(|ui| {
            name(ui, view, line, columns);
            for (column, width) in columns.widths.iter().enumerate() {
                let texts = line.cell(&self.titles, column, columns.stacked);
                let sizes = [columns.size, columns.size - 1.5];
                let texts: Vec<RichText> = texts
                    .into_iter()
                    .zip(sizes)
                    .map(|(text, size)| RichText::new(text).size(size).color(colour))
                    .collect();
                cell(ui, vec2(*width, columns.row), &texts);
            }
        });
        let rect = inner.response.rect;
        let id = ui.scope_id().with(("row", name_of(who), line.pin_name()));
        let sense = if line.pin.is_some() {
            Sense::hover()
        } else {
            Sense::click()
        };
        let response = ui.interact(rect, id, sense);
        response.widget_info(|| WidgetInfo::labeled(Role::Row, true, line.spoken(&self.titles)));
        if response.hovered() || view.hover.who.as_ref() == Some(who) {
            let shape = egui::Shape::rect_filled(rect, 3.0, tokens.raised);
            ui.painter().set(ground, shape);
        }
        response
    }
}

/// In the order in which strategies stand everywhere; those of pins last, pin by pin.
fn lines<'a>(view: &'a ViewModel, outcomes: &'a Outcomes, measures: [Measure; 2]) -> Vec<Line<'a>> {
    let of = |rows: &'a [StrategyOutcome], pin: Option<&'a PinView>| {
        let mut lines: Vec<Line<'_>> = rows
            .iter()
            .map(|row| Line::new(measures, row, pin))
            .collect();
        lines.sort_by_key(|line| place(line.row.policy.who.kind));
        lines
    };
    let mut all = of(&outcomes.rows, None);
    for pinned in &outcomes.pinned {
        if let Some(pin) = view.pin_of(&pinned.pinned) {
            all.extend(of(&pinned.rows, Some(pin)));
        }
    }
    all
}

impl<'a> Line<'a> {
    fn new(measures: [Measure; 2], row: &'a StrategyOutcome, pin: Option<&'a PinView>) -> Self {
        let statistics = &row.statistics;
        let figures = vec![
            Some(measures[0].of(statistics)),
            Some(row.goal),
            Some(measures[1].of(statistics)),
            Some(statistics.turnover),
            row.against.as_ref().map(|against| against.goal),
        ];
        Self { row, pin, figures }
    }

    /// The name of its pin, cut to what a table has room for; nothing for one of the present scenario.
    fn pin_name(&self) -> String {
        self.pin
            .map_or_else(String::new, |pin| short(&pin.label.name, NAME))
    }

    /// A figure with its standard error.
    fn text(&self, titles: &[Column], column: usize) -> String {
        let Some(figure) = &self.figures[column] else {
            return String::new();
        };
        let Some(value) = figure.value else {
            return format::NOTHING.into();
        };
        let (value, error) = narrow(value, figure.se);
        let text = error.map_or(value.clone(), |error| format!("{value} ± {error}"));
        if titles[column].signed {
            format::signed(&text)
        } else {
            text
        }
    }

    /// The same in a line, or its standard error in a second one.
    fn cell(&self, titles: &[Column], column: usize, stacked: bool) -> Vec<String> {
        let text = self.text(titles, column);
        match text.split_once(" ± ").filter(|_| stacked) {
            Some((value, error)) => vec![value.into(), format!("± {error}")],
            None => vec![text],
        }
    }

    /// The whole line in words.
    fn spoken(&self, titles: &[Column]) -> String {
        let figures = (0..self.figures.len()).filter(|column| self.figures[*column].is_some());
        let text = |column: usize| {
            let title = &titles[column].title;
            format!("{title} {}", self.text(titles, column))
        };
        let texts = figures.map(text);
        let texts: Vec<String> = texts.collect();
        let name = name_of(&self.row.policy.who);
        let name = match self.pin {
            Some(pin) => format!("{name} in {}", pin.label.name),
            None => name.to_owned(),
        };
        format!("{name}: {}", texts.join(", "))
    }
}

/// A figure and its standard error, in scientific notation where they are too long for a column.
fn narrow(value: f64, error: Option<f64>) -> (String, Option<String>) {
    let (text, error_text) = quantity::digits::estimate(value, error);
    let long = |error: &f64| *error > 0.0 && !(1e-5..1e5).contains(error);
    let told = error.filter(|error| long(error) && value != 0.0);
    let Some(error) = told else {
        return (text, error_text);
    };
    let (size, fine) = (value.abs().log10().floor(), error.log10().floor());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to what a number holds"
    )]
    let digits = (size - fine + 1.0).clamp(1.0, 12.0) as usize;
    let write = quantity::write::scientific;
    (write(value, digits), Some(write(error, 1)))
}

fn cell(ui: &mut Ui, size: egui::Vec2, lines: &[RichText]) -> Response {
    ui.allocate_ui_with_layout(size, Layout::top_down(Align::Max), |ui| {
        ui.set_min_size(size);
        ui.spacing_mut().item_spacing.y = 0.0;
        let text_height: f32 = lines.len() as f32 * 14.0;
        ui.add_space((0.5 * (size.y - text_height)).max(0.0));
        for line in lines {
            ui.add(Label::new(line.clone()).selectable(false).extend());
        }
    })
    .response
}

fn name(ui: &mut Ui, view: &ViewModel, line: &Line<'_>, columns: &Columns) {
    let size = vec2(columns.first, columns.row);
    ui.allocate_ui(size, |ui| {
        ui.set_min_size(size);
        ui.horizontal_centered(|ui| {
            let who = &line.row.policy.who;
            match line.pin {
                None => strategy_label(ui, who, whose(view) == *who, ""),
                Some(pin) => ghost_label(ui, who, pin.label.tint, &line.pin_name()),
            };
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_and_its_error_are_never_too_wide_for_a_column() {
        let told = |value, error| {
            let (value, error) = narrow(value, Some(error));
            format!("{value} ± {}", error.unwrap())
        };
        assert_eq!(told(23.744, 0.081), "23.74 ± 0.08");
        assert_eq!(told(-1.0712e-5, 3.2e-7), "−1.07e−5 ± 3e−7");
        assert_eq!(told(3.4e-4, 1.2e-5), "0.00034 ± 0.00001");
        for power in -12..9 {
            let value = -1.234_567 * 10f64.powi(power);
            let text = told(value, 0.01 * value.abs());
            assert!(text.chars().count() <= 20, "{text}");
        }
    }
}
