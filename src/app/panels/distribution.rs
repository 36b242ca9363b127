//! Hedging errors over many paths: densities, marks and the table.

mod bins;
mod table;
mod tags;

use super::book::empty;
use super::{legend, whose};
use crate::app::command::Commands;
use crate::app::theme::{Tokens, name_of};
use crate::app::view::{Density, ViewModel};
use crate::app::widgets::{
    Frame, MARK, Strand, chart, describe, paint_mark, ticks, x_axis, y_axis,
};
use crate::engine::Outcomes;
use crate::scenario::Strategy;
use bins::Bins;
use egui::{ScrollArea, Sense, Ui, vec2};
use egui_plot::{Line, LineStyle, PlotPoints, PlotResponse, VLine};
use tags::Tag;

/// The panel.
#[derive(Default)]
pub struct DistributionPanel {
    bins: Bins,
}

/// Height that the table leaves to the plot.
const LEAST_PLOT: f32 = 96.0;

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
        let table = table::Table::of(ui, view, outcomes);
        let room = ui.available_height() - ui.spacing().item_spacing.y;
        let wanted = table.height().min((room - LEAST_PLOT).max(0.45 * room));
        self.plot(ui, view, outcomes, room - wanted, commands);
        ScrollArea::both()
            .auto_shrink([false, false])
            .show(ui, |ui| table.ui(ui, view, commands));
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
        let frame = Frame { height, left: 56.0 };
        let label = "hedging error (currency); losses to the right";
        let chosen = self.bins.chosen();
        let plot = chart(ui, "distribution", frame)
            .sense(Sense::click_and_drag())
            .custom_x_axes(x_axis(ui, label, ticks::number))
            .custom_y_axes(y_axis(ui, frame, "density", ticks::number))
            .include_y(0.0)
            .include_y(distribution.top * 1.05)
            .set_margin_fraction(vec2(0.0, 0.02))
            .show(ui, |plot| {
                plot.vline(VLine::new("zero", 0.0).color(tokens.grid).width(1.0));
                if let Some((from, to)) = chosen.and_then(|bin| distribution.edges(bin)) {
                    for edge in [from, to] {
                        plot.vline(VLine::new("bin", edge).color(tokens.accent).width(1.0));
                    }
                }
                for ghost in distribution.ghosts.iter().rev() {
                    let look = tokens.look(ghost.who.kind).faded(0.4, 0.8);
                    plot.add(Strand::new("pinned", &ghost.outline, look));
                }
                for density in distribution.densities.iter().rev() {
                    curve(plot, view, density, tokens);
                }
                marks(plot, view, tokens);
            });
        describe(&plot.response, "Density of hedging errors", || {
            let mut text = tags::spoken(view);
            if let Some(bin) = self.bins.chosen() {
                text = format!("{}; {text}", bins::text(view, outcomes, bin));
            }
            text
        });
        peaks(ui, view, &plot);
        let tags: Vec<Tag> = tags::of(view, tokens);
        let painter = ui.painter_at(*plot.transform.frame());
        tags::paint(&painter, &plot.transform, &tags, tokens.panel);
        self.bins.pick(view, outcomes, &plot, commands);
    }
}

fn curve<'a>(
    plot: &mut egui_plot::PlotUi<'a>,
    view: &ViewModel,
    density: &'a Density,
    tokens: &Tokens,
) {
    let shade = super::fade(view, &density.who);
    let look = tokens.look(density.who.kind).faded(shade, 0.8);
    plot.line(
        Line::new("area", PlotPoints::Borrowed(&density.outline))
            .allow_band(false)
            .color(look.color)
            .width(0.0)
            .fill(0.0)
            .fill_alpha(0.07 * shade),
    );
    plot.add(Strand::new("density", &density.outline, look));
}

/// `VaR` and `CVaR` of every strategy, and the error of the path on screen.
fn marks(plot: &mut egui_plot::PlotUi<'_>, view: &ViewModel, tokens: &Tokens) {
    let distribution = &view.distribution;
    let holds = |x: f64| distribution.bin(x).is_some();
    for mark in distribution.marks.iter().filter(|m| holds(m.at)) {
        let strong = mark.who == whose(view);
        let look = tokens.look(mark.who.kind);
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
}

/// Each strategy's mark at the top of its curve, to tell them apart without colour.
fn peaks<R>(ui: &Ui, view: &ViewModel, plot: &PlotResponse<R>) {
    let tokens = Tokens::of(ui.visuals());
    let painter = ui.painter_at(*plot.transform.frame());
    for density in view.distribution.densities.iter().rev() {
        let points = density.outline.iter();
        let Some(top) = points.max_by(|a, b| a.y.total_cmp(&b.y)) else {
            continue;
        };
        let shade = super::fade(view, &density.who);
        let look = tokens.look(density.who.kind).faded(shade, 1.0);
        let at = plot.transform.position_from_point(top);
        paint_mark(&painter, at, MARK, look, tokens.panel);
    }
}

/// The error of the path on screen, for whom it is shown.
fn of_path(view: &ViewModel) -> Option<f64> {
    let path = view.path.whose(&view.focus);
    path.map(|path| path.settlement.error)
}

/// `gains 3.00 to 4.00`, `loses 1.00 to 2.00`.
fn range_text(view: &ViewModel, from: f64, to: f64) -> String {
    let money = |x: f64| view.digits.money(x);
    if to <= 0.0 {
        format!("gains {} to {}", money(-to), money(-from))
    } else if from >= 0.0 {
        format!("loses {} to {}", money(from), money(to))
    } else {
        format!("gains up to {} or loses up to {}", money(-from), money(to))
    }
}

/// `Learned`, and why not another.
fn name(view: &ViewModel) -> String {
    format!("{}{}", name_of(&whose(view)), super::instead(view))
}
