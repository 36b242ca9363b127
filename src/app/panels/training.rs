//! Training as it happens: loss and validation against the baselines.

use crate::app::command::{Commands, TrainingCommand};
use crate::app::format;
use crate::app::theme::Tokens;
use crate::app::view::ViewModel;
use crate::app::widgets::{Frame, Scale, chart, describe, ticks, x_axis, y_axis};
use crate::engine::{Phase, Progress};
use crate::scenario::{Objective, Strategy};
use egui::{RichText, Ui, vec2};
use egui_plot::{HLine, Line, PlotPoints, Points};

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    ui.horizontal(|ui| buttons(ui, view, commands));
    if let Some(progress) = &view.training {
        plot(ui, progress);
    } else {
        let text = if view.learned.policy.is_some() {
            "The learned policy on screen came with the preset. Train starts a new one from the delta hedge; Retrain goes on from the present weights."
        } else {
            "No learned policy for these parameters yet. Train starts from the delta hedge and shows the policy as it learns."
        };
        super::book::empty(ui, ui.available_height(), text);
    }
}

fn buttons(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let phase = view.training.as_ref().map(|progress| progress.phase);
    let active = matches!(phase, Some(Phase::Running | Phase::Paused));
    let toggle = match phase {
        Some(Phase::Running) => "Pause",
        Some(Phase::Paused) => "Continue",
        _ => "Train",
    };
    if ui.button(toggle).on_hover_text("T").clicked() {
        commands.push(TrainingCommand::Toggle);
    }
    let retrain = ui.add_enabled(view.learned.policy.is_some(), egui::Button::new("Retrain"));
    if retrain
        .on_hover_text("For the present parameters, from the present weights")
        .clicked()
    {
        commands.push(TrainingCommand::Retrain);
    }
    if ui.add_enabled(active, egui::Button::new("Stop")).clicked() {
        commands.push(TrainingCommand::Stop);
    }
    let reset = ui.add_enabled(view.training.is_some(), egui::Button::new("Reset"));
    if reset
        .on_hover_text("Forget this run; back to the policy that came with the preset")
        .clicked()
    {
        commands.push(TrainingCommand::Reset);
    }
    let mut auto = view.auto_retrain;
    let about = "Retrain from the present weights whenever parameters change";
    if ui
        .checkbox(&mut auto, "auto-retrain")
        .on_hover_text(about)
        .changed()
    {
        commands.push(TrainingCommand::Automatic(auto));
    }
    if let Some(progress) = &view.training {
        let text = RichText::new(brief(progress))
            .size(11.0)
            .color(tokens.subdued);
        ui.add(egui::Label::new(text).truncate());
    }
}

/// What fits beside the buttons; the status bar says more.
fn brief(progress: &Progress) -> String {
    let report = &progress.report;
    let end = end(progress).unwrap_or_else(|| "starting".into());
    let count = format::count;
    format!(
        "{} / {} · {end}",
        count(report.iteration),
        count(report.iterations)
    )
}

/// Progress in a line.
#[must_use]
pub fn summary(progress: &Progress) -> String {
    let report = &progress.report;
    let mut parts = vec![format!(
        "{} / {} iterations",
        format::count(report.iteration),
        format::count(report.iterations)
    )];
    if let Some(speed) = progress.throughput {
        parts.push(format!("{} path-steps/s", format::compact(speed)));
    }
    parts.extend(end(progress));
    parts.join(" · ")
}

/// How long it will take, or how it ended; absent until a running one's speed is known.
fn end(progress: &Progress) -> Option<String> {
    match progress.phase {
        Phase::Running => Some(format!("{} left", format::duration(progress.left?))),
        Phase::Paused => Some("paused".into()),
        Phase::Stopped => Some("stopped".into()),
        Phase::Finished => Some(format!("done in {}", format::duration(progress.elapsed))),
        Phase::Failed => Some("ended by an error".into()),
    }
}

fn plot(ui: &mut Ui, progress: &Progress) {
    let tokens = Tokens::of(ui.visuals());
    let report = &progress.report;
    let look = tokens.look(Strategy::Learned);
    let frame = Frame {
        height: ui.available_height(),
        left: 56.0,
    };
    let name = match progress.scenario.training.objective {
        Objective::Rsmse => "RSMSE (currency)",
        Objective::Rmse => "RMSE (currency)",
        Objective::Cvar => "CVaR (currency)",
        Objective::Entropic => "entropic (currency)",
    };
    let losses = progress.losses.iter().copied();
    let losses = losses.filter(|(_, loss)| loss.is_finite());
    let checks = report.history.iter();
    let checks = checks.map(|point| (point.iteration as f64, point.objective));
    let amounts = losses.clone().chain(checks.clone()).map(|(_, y)| y);
    let scale = Scale::of(amounts.chain([report.delta, report.leland]));
    let placed = |(x, y): (f64, f64)| [x, scale.height(y)];
    let loss: PlotPoints<'_> = losses.map(placed).collect();
    let validation: Vec<[f64; 2]> = checks.map(placed).collect();
    let response = chart(ui, "training", frame)
        .custom_x_axes(x_axis(ui, "iteration", ticks::whole))
        .custom_y_axes(y_axis(ui, frame, name, move |y, _| scale.text(y)))
        .y_grid_spacer(move |input| scale.marks(&input))
        .include_x(0.0)
        .include_x(1.04 * report.iterations as f64)
        .include_y(scale.height(report.delta))
        .include_y(scale.height(report.leland))
        .set_margin_fraction(vec2(0.0, 0.12))
        .show(ui, |plot| {
            for (strategy, value) in [
                (Strategy::Delta, report.delta),
                (Strategy::Leland, report.leland),
            ] {
                let look = tokens.look(strategy);
                plot.hline(
                    HLine::new("reference", scale.height(value))
                        .color(look.color)
                        .style(look.style)
                        .width(look.width),
                );
            }
            let faint = look.color.gamma_multiply(0.45);
            plot.line(Line::new("loss", loss).color(faint).width(1.0));
            if !validation.is_empty() {
                let marks = Points::new("validation", validation.clone());
                plot.points(marks.color(look.color).radius(2.0));
                plot.line(
                    Line::new("validation", validation)
                        .color(look.color)
                        .width(2.0),
                );
            }
        });
    key(ui, *response.transform.frame());
    describe(&response.response, "Training by iteration", || {
        format!("{}: {}", name, at(progress, f64::INFINITY))
    });
    if let Some(pointer) = response.response.hover_pos() {
        let iteration = response.transform.value_from_position(pointer).x;
        let text = at(progress, iteration);
        response.response.on_hover_text_at_pointer(text);
    }
}

/// Loss and validation nearest to an iteration, beside the baselines.
fn at(progress: &Progress, iteration: f64) -> String {
    let report = &progress.report;
    let nearest = |points: &mut dyn Iterator<Item = (f64, f64)>| {
        let last = report.iteration as f64;
        let gap = |x: f64| (x - iteration.min(last)).abs();
        points.min_by(|a, b| gap(a.0).total_cmp(&gap(b.0)))
    };
    let mut lines = Vec::new();
    if let Some((at, loss)) = nearest(&mut progress.losses.iter().copied()) {
        let at = format::fixed(at, 0);
        lines.push(format!("batch loss {} at {at}", format::money(loss)));
    }
    let checks = report.history.iter();
    let mut checks = checks.map(|check| (check.iteration as f64, check.objective));
    if let Some((at, objective)) = nearest(&mut checks) {
        let at = format::fixed(at, 0);
        lines.push(format!("validation {} at {at}", format::money(objective)));
    }
    lines.push(format!("delta {}", format::money(report.delta)));
    lines.push(format!("Leland {}", format::money(report.leland)));
    lines.join("\n")
}

/// Which line is which, between the baselines above and the losses below.
fn key(ui: &Ui, frame: egui::Rect) {
    let tokens = Tokens::of(ui.visuals());
    let learned = tokens.look(Strategy::Learned).color;
    let painter = ui.painter_at(frame);
    let mut right = frame.right_center() + vec2(-6.0, 0.0);
    for (text, colour) in [
        ("Leland", tokens.look(Strategy::Leland).color),
        ("delta", tokens.look(Strategy::Delta).color),
        ("validation", learned),
        ("loss", learned.gamma_multiply(0.6)),
    ] {
        let font = egui::FontId::proportional(10.5);
        let galley = painter.layout_no_wrap(text.into(), font, colour);
        let drawn = egui::Align2::RIGHT_CENTER.anchor_size(right, galley.size());
        painter.rect_filled(drawn.expand2(vec2(5.0, 1.0)), 0.0, tokens.panel);
        painter.galley(drawn.min, galley, colour);
        right.x = drawn.left() - 10.0;
    }
}
