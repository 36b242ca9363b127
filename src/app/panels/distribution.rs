//! Hedging errors over many paths: densities, marks and the table.

use super::book::empty;
use super::legend;
use crate::app::command::{Command, Hover};
use crate::app::format;
use crate::app::theme::Tokens;
use crate::app::view::{Density, ViewModel};
use crate::app::widgets::{Frame, chart, strategy_label, x_axis, y_axis};
use crate::engine::{Outcomes, StrategyOutcome};
use crate::outcome::Estimate;
use crate::scenario::Strategy;
use egui::{Align, Layout, RichText, ScrollArea, Sense, Ui, vec2};
use egui_plot::{Line, LineStyle, PlotPoints, VLine};

/// The panel.
#[derive(Default)]
pub struct DistributionPanel {
    /// Which of a bin's paths comes next.
    turn: usize,
}

/// Height of a row of the table.
const ROW: f32 = 20.0;

impl DistributionPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Vec<Command>) {
        let Some(outcomes) = &view.outcomes else {
            empty(
                ui,
                ui.available_height(),
                "Trying the strategies on the first paths …",
            );
            return;
        };
        if outcomes.rows.is_empty() {
            legend(ui, view, commands, |_| String::new());
            let text = "Select a strategy to compare under Strategies on the left.";
            empty(ui, ui.available_height(), text);
            return;
        }
        let lines = outcomes.rows.len() + outcomes.pinned.len();
        let table = ((lines + 1) as f32 * ROW + 6.0).min(0.55 * ui.available_height());
        let height = ui.available_height() - table;
        self.plot(ui, view, outcomes, height, commands);
        ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(ui, |ui| self::table(ui, view, outcomes, commands));
    }

    fn plot(
        &mut self,
        ui: &mut Ui,
        view: &ViewModel,
        outcomes: &Outcomes,
        height: f32,
        commands: &mut Vec<Command>,
    ) {
        let tokens = Tokens::of(ui.visuals());
        let distribution = &view.distribution;
        let frame = Frame { height, left: 56.0 };
        let label = "hedging error (currency); losses to the right";
        let plot = chart(ui, "distribution", frame)
            .custom_x_axes(x_axis(ui, label, |x| format::trimmed(x, 2)))
            .custom_y_axes(y_axis(ui, frame, "density", |y| format::trimmed(y, 4)))
            .include_y(0.0)
            .include_y(distribution.top * 1.05)
            .set_margin_fraction(vec2(0.0, 0.02))
            .show(ui, |plot| {
                plot.vline(VLine::new("zero", 0.0).color(tokens.grid).width(1.0));
                for ghost in &distribution.ghosts {
                    plot.line(outline(ghost, tokens, 0.4));
                }
                for density in &distribution.densities {
                    let shade = super::fade(view, density.strategy);
                    plot.line(
                        outline(density, tokens, shade)
                            .fill(0.0)
                            .fill_alpha(0.07 * shade),
                    );
                }
                for mark in &distribution.marks {
                    let strong = mark.strategy == view.focus;
                    let look = tokens.look(mark.strategy);
                    let style = if mark.name.starts_with('C') {
                        LineStyle::Solid
                    } else {
                        LineStyle::Dotted { spacing: 4.0 }
                    };
                    let shade = if strong { 0.9 } else { 0.35 };
                    plot.vline(
                        VLine::new(mark.name, mark.at)
                            .color(look.color.gamma_multiply(shade))
                            .width(1.0)
                            .style(style),
                    );
                }
                if let Some(path) = view.path.of(view.focus) {
                    let at = path.settlement.error;
                    plot.vline(VLine::new("this path", at).color(tokens.accent).width(1.5));
                }
            });
        let painter = ui.painter_at(*plot.transform.frame());
        for mark in distribution
            .marks
            .iter()
            .filter(|m| m.strategy == view.focus)
        {
            let lift = if mark.name.starts_with('C') {
                30.0
            } else {
                16.0
            };
            let x = plot.transform.position_from_point_x(mark.at);
            painter.text(
                egui::pos2(x + 3.0, plot.transform.frame().top() + lift),
                egui::Align2::LEFT_TOP,
                mark.name,
                egui::FontId::proportional(10.5),
                tokens.look(mark.strategy).color,
            );
        }
        if let Some(path) = view.path.of(view.focus) {
            let x = plot.transform.position_from_point_x(path.settlement.error);
            let text = format!("this path {}", format::money(path.settlement.error));
            tag(
                &painter,
                plot.transform.frame().top() + 2.0,
                x,
                &text,
                tokens,
            );
        }
        self.pick(view, outcomes, &plot, commands);
    }

    /// A click on a bin shows one of its paths, another one with every click.
    fn pick<R>(
        &mut self,
        view: &ViewModel,
        outcomes: &Outcomes,
        plot: &egui_plot::PlotResponse<R>,
        commands: &mut Vec<Command>,
    ) {
        let Some(pointer) = plot.response.hover_pos() else {
            return;
        };
        let error = plot.transform.value_from_position(pointer).x;
        let row = outcomes.row(view.focus).or(outcomes.rows.first());
        let (Some(row), Some(bin)) = (row, view.distribution.bin(error)) else {
            return;
        };
        let members = row.members.get(bin).map_or(&[][..], Vec::as_slice);
        if plot.response.clicked() && !members.is_empty() {
            commands.push(Command::ShowPath(members[self.turn % members.len()]));
            self.turn += 1;
        }
        let (low, width, _) = view.distribution.bins;
        let from = (bin as f64).mul_add(width, low);
        let count = row.histogram.counts.get(bin).copied().unwrap_or(0);
        plot.response.clone().on_hover_text_at_pointer(format!(
            "{} of {} paths lose {} to {}\nclick: see one of them",
            format::count(count),
            format::count(outcomes.paths),
            format::money(from),
            format::money(from + width)
        ));
    }
}

/// A small label on a ground of its own.
fn tag(painter: &egui::Painter, top: f32, x: f32, text: &str, tokens: &Tokens) {
    let font = egui::FontId::proportional(10.5);
    let galley = painter.layout_no_wrap(text.to_owned(), font, tokens.accent);
    let room = painter.clip_rect();
    let left = if x + 8.0 + galley.size().x > room.right() {
        x - 6.0 - galley.size().x
    } else {
        x + 5.0
    };
    let at = egui::pos2(left, top);
    let ground = egui::Rect::from_min_size(at, galley.size()).expand(2.0);
    painter.rect_filled(ground, 3.0, tokens.panel.gamma_multiply(0.85));
    painter.galley(at, galley, tokens.accent);
}

fn outline<'a>(density: &'a Density, tokens: &Tokens, shade: f32) -> Line<'a> {
    let look = tokens.look(density.strategy);
    Line::new("density", PlotPoints::Borrowed(&density.outline))
        .allow_band(false)
        .color(look.color.gamma_multiply(shade))
        .style(look.style)
        .width(look.width * 0.8)
}

/// Column titles and what they mean.
const COLUMNS: [(&str, &str); 6] = [
    ("mean", "Mean hedging error; positive is a loss"),
    (
        "RSMSE",
        "Root semi-quadratic mean: only losses hurt. ± standard error",
    ),
    (
        "CVaR 95%",
        "Mean of the worst 5% of errors. ± standard error",
    ),
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

fn table(ui: &mut Ui, view: &ViewModel, outcomes: &Outcomes, commands: &mut Vec<Command>) {
    let tokens = Tokens::of(ui.visuals());
    let columns = if outcomes.pinned.is_empty() { 5 } else { 6 };
    let first = 92.0;
    let width = ((ui.available_width() - first) / columns as f32).floor();
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    ui.spacing_mut().interact_size.y = ROW;
    ui.horizontal(|ui| {
        let paths = format!("{} paths", format::count(outcomes.paths));
        cell(
            ui,
            first,
            Align::Min,
            RichText::new(paths).size(11.0).color(tokens.subdued),
        );
        for (title, meaning) in &COLUMNS[..columns] {
            let text = RichText::new(*title).size(11.0).color(tokens.subdued);
            cell(ui, width, Align::Max, text).on_hover_text(*meaning);
        }
    });
    for row in &outcomes.rows {
        let shown = self::row(ui, view, outcomes, row, (first, width, columns), false);
        if shown.clicked() {
            commands.push(Command::Focus(row.strategy));
        }
        if shown.hovered() {
            commands.push(Command::Hover(Hover {
                strategy: Some(row.strategy),
                ..view.hover
            }));
        }
    }
    for row in &outcomes.pinned {
        self::row(ui, view, outcomes, row, (first, width, columns), true);
    }
}

fn cell(ui: &mut Ui, width: f32, align: Align, text: RichText) -> egui::Response {
    let layout = match align {
        Align::Max => Layout::right_to_left(Align::Center),
        _ => Layout::left_to_right(Align::Center),
    };
    ui.allocate_ui_with_layout(vec2(width, ROW), layout, |ui| {
        ui.set_min_size(vec2(width, ROW));
        ui.add(egui::Label::new(text).selectable(false).truncate())
    })
    .inner
}

fn row(
    ui: &mut Ui,
    view: &ViewModel,
    outcomes: &Outcomes,
    row: &StrategyOutcome,
    (first, width, columns): (f32, f32, usize),
    ghost: bool,
) -> egui::Response {
    let tokens = Tokens::of(ui.visuals());
    let ground = ui.painter().add(egui::Shape::Noop);
    let colour = if ghost { tokens.subdued } else { tokens.text };
    let inner = ui.horizontal(|ui| {
        ui.allocate_ui(vec2(first, ROW), |ui| {
            ui.set_min_size(vec2(first, ROW));
            ui.horizontal_centered(|ui| {
                let pinned = if ghost { "pinned" } else { "" };
                let focused = !ghost && view.focus == row.strategy;
                let response = strategy_label(ui, row.strategy, focused, pinned);
                if !ghost {
                    super::stale_mark(ui, view, row.strategy);
                }
                response
            })
            .inner
        });
        let figures = &row.statistics;
        let against_delta = row
            .against_delta
            .map_or_else(String::new, |difference| difference_text(&difference.rsmse));
        let against_pinned = against_pinned(outcomes, row.strategy, ghost);
        let texts = [
            format::estimate(&figures.mean, 2),
            format::estimate(&figures.rsmse, 2),
            format::estimate(&figures.cvar95, 2),
            figures.turnover.value.map_or("–".into(), format::shares),
            against_delta,
            against_pinned,
        ];
        for text in &texts[..columns] {
            cell(
                ui,
                width,
                Align::Max,
                RichText::new(text).size(12.0).color(colour),
            );
        }
    });
    let id = ui.scope_id().with(("row", row.strategy.place(), ghost));
    let response = ui.interact(inner.response.rect, id, Sense::click());
    if response.hovered() || (!ghost && view.hover.strategy == Some(row.strategy)) {
        let shape = egui::Shape::rect_filled(inner.response.rect, 3.0, tokens.raised);
        ui.painter().set(ground, shape);
    }
    response
}

/// `+1.23 ± 0.04`.
fn difference_text(estimate: &Estimate) -> String {
    format::signed(&format::estimate(estimate, 2))
}

fn against_pinned(outcomes: &Outcomes, strategy: Strategy, ghost: bool) -> String {
    outcomes
        .against_pinned
        .iter()
        .find(|difference| difference.strategy == strategy && !ghost)
        .map_or_else(String::new, |difference| difference_text(&difference.rsmse))
}

/// A number for each strategy, for identifiers.
trait Place {
    fn place(self) -> u8;
}

impl Place for Strategy {
    fn place(self) -> u8 {
        self as u8
    }
}
