//! Hedging errors over many paths: densities, marks and the table.

mod table;

use super::book::empty;
use super::legend;
use crate::app::command::{Commands, TimeCommand};
use crate::app::format;
use crate::app::theme::{Tokens, strategy_name};
use crate::app::view::{Density, ViewModel};
use crate::app::widgets::{Frame, chart, x_axis, y_axis};
use crate::engine::Outcomes;
use crate::scenario::Strategy;
use egui::{Color32, ScrollArea, Ui, vec2};
use egui_plot::{Line, LineStyle, PlotPoints, VLine};

/// The panel.
#[derive(Default)]
pub struct DistributionPanel {
    /// Which of a bin's paths comes next.
    turn: usize,
}

/// Height of a row of the table.
const ROW: f32 = 20.0;
/// Height that the table leaves to the plot.
const LEAST_PLOT: f32 = 110.0;

/// Whether the learned policy is asked for and there is none.
fn untrained(view: &ViewModel) -> bool {
    let selected = &view.scenario.strategies.selected;
    selected.contains(&Strategy::Learned) && view.learned.policy.is_none()
}

impl DistributionPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
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
        let room = ui.available_height();
        let untrained = usize::from(untrained(view));
        let wanted = (lines + untrained + 1) as f32 * ROW + 6.0;
        let table = wanted.min((room - LEAST_PLOT).max(0.45 * room));
        self.plot(ui, view, outcomes, room - table, commands);
        ScrollArea::both()
            .auto_shrink([false, false])
            .show(ui, |ui| table::ui(ui, view, outcomes, commands));
    }

    fn plot(
        &mut self,
        ui: &mut Ui,
        view: &ViewModel,
        outcomes: &Outcomes,
        height: f32,
        commands: &mut Commands,
    ) {
        let tokens = Tokens::of(ui.visuals());
        let distribution = &view.distribution;
        let holds = |x: f64| distribution.bin(x).is_some();
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
                for mark in distribution.marks.iter().filter(|m| holds(m.at)) {
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
                if let Some(at) = of_path(view).filter(|at| holds(*at)) {
                    plot.vline(VLine::new("this path", at).color(tokens.accent).width(1.5));
                }
            });
        let painter = ui.painter_at(*plot.transform.frame());
        let top = plot.transform.frame().top();
        let place = |x: f64| plot.transform.position_from_point_x(x);
        for mark in &distribution.marks {
            if mark.strategy == view.focus && holds(mark.at) {
                let lift = if mark.name.starts_with('C') {
                    30.0
                } else {
                    16.0
                };
                let colour = tokens.look(mark.strategy).color;
                tag(&painter, top + lift, place(mark.at), mark.name, colour);
            }
        }
        if let Some(error) = of_path(view) {
            let (low, width, count) = distribution.bins;
            let high = width.mul_add(count as f64, low);
            let beyond = if holds(error) { "" } else { ", beyond" };
            let text = format!("this path {}{beyond}", format::money(error));
            let x = place(error.clamp(low, high));
            tag(&painter, top + 2.0, x, &text, tokens.accent);
        }
        self.pick(view, outcomes, &plot, commands);
    }

    /// A click on a bin shows one of its paths, another one with every click.
    fn pick<R>(
        &mut self,
        view: &ViewModel,
        outcomes: &Outcomes,
        plot: &egui_plot::PlotResponse<R>,
        commands: &mut Commands,
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
            commands.push(TimeCommand::ShowPath(members[self.turn % members.len()]));
            self.turn += 1;
        }
        let (low, width, _) = view.distribution.bins;
        let from = (bin as f64).mul_add(width, low);
        let count = row.histogram.counts.get(bin).copied().unwrap_or(0);
        plot.response.clone().on_hover_text_at_pointer(format!(
            "{}: {} of {} paths {}\nclick: see one of them",
            strategy_name(row.strategy),
            format::count(count),
            format::count(outcomes.paths),
            range_text(from, from + width)
        ));
    }
}

/// The error of the path on screen, for the strategy in focus.
fn of_path(view: &ViewModel) -> Option<f64> {
    view.path.of(view.focus).map(|path| path.settlement.error)
}

/// A small label to the right of `x`, or to its left where there is no room.
fn tag(painter: &egui::Painter, top: f32, x: f32, text: &str, colour: Color32) {
    let font = egui::FontId::proportional(10.5);
    let galley = painter.layout_no_wrap(text.to_owned(), font, colour);
    let beyond = x + 8.0 + galley.size().x > painter.clip_rect().right();
    let left = if beyond {
        x - 6.0 - galley.size().x
    } else {
        x + 5.0
    };
    painter.galley(egui::pos2(left, top), galley, colour);
}

/// `gain 3.00 to 4.00`, `lose 1.00 to 2.00`.
fn range_text(from: f64, to: f64) -> String {
    let money = format::money;
    if to <= 0.0 {
        format!("gain {} to {}", money(-to), money(-from))
    } else if from >= 0.0 {
        format!("lose {} to {}", money(from), money(to))
    } else {
        format!("gain up to {} or lose up to {}", money(-from), money(to))
    }
}

fn outline<'a>(density: &'a Density, tokens: &Tokens, shade: f32) -> Line<'a> {
    let look = tokens.look(density.strategy);
    Line::new("density", PlotPoints::Borrowed(&density.outline))
        .allow_band(false)
        .color(look.color.gamma_multiply(shade))
        .style(look.style)
        .width(look.width * 0.8)
}
