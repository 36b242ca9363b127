//! The course of a training: what validation said, and the loss on each batch.

use super::look::{look, strategy_name};
use super::{About, MONEY, Of, told};
use crate::figure::{
    Along, Axis, Cell, Dash, Figure, Layer, Mark, Marks, Panel, Sign, Stroke, Table, ink,
};
use crate::scenario::{Objective, Strategy};
use crate::training::Checked;

/// The course of a training.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Every validation, in order.
    pub checks: Vec<Checked>,
    /// Loss on a batch by iteration (currency).
    pub losses: Vec<(f64, f64)>,
    /// Objectives of hedges that need no training (currency).
    pub marks: Vec<(Strategy, f64)>,
}

/// Validation and loss by iteration, beside the hedges that need no training.
#[must_use]
pub fn training(about: &About<'_>, course: &Course) -> Figure {
    let objective = about.scenario.training.objective;
    let name = match objective {
        Objective::Rsmse => "RSMSE",
        Objective::Rmse => "RMSE",
        Objective::Cvar => "CVaR",
        Objective::Entropic => "entropic risk",
    };
    let learned = look(Strategy::Learned).stroke.ink;
    let losses: Vec<[f64; 2]> = course
        .losses
        .iter()
        .map(|(at, loss)| [*at, *loss])
        .collect();
    let at = |check: &Checked| [check.iteration as f64, check.objective];
    let checked: Vec<[f64; 2]> = course.checks.iter().map(at).collect();
    let mut figure = Figure::new("Course of the training", Axis::new("iteration", "").whole());
    let positive = losses.iter().chain(&checked).all(|point| point[1] > 0.0);
    let axis = Axis::new(name, MONEY);
    let axis = if positive { axis.log() } else { axis };
    let faint = Stroke::new(ink::GROUND.toward(learned, 0.45), 0.9);
    let mut panel = Panel::new(axis).with(Layer::line(losses.clone(), faint));
    for (strategy, objective) in &course.marks {
        let label = Some(strategy_name(*strategy).to_owned());
        panel = panel.with(Layer::level(*objective, look(*strategy).stroke, label));
    }
    if course.marks.is_empty()
        && let Some(first) = course.checks.first()
    {
        let dashed = Stroke::new(ink::SUBDUED, 1.2).dashed(Dash::Dashed(5.0));
        let label = Some("best without training".to_owned());
        panel = panel.with(Layer::level(first.objective + first.gain, dashed, label));
    }
    panel = panel
        .with(Layer::line(checked, Stroke::new(learned, 1.6)))
        .with(marks(course, false))
        .with(marks(course, true));
    if !losses.is_empty() {
        figure = figure.with_entry("loss on a batch", Sign::Line(faint, None));
    }
    let figure = figure
        .with_panel(panel)
        .with_entry("validation", Sign::Line(Stroke::new(learned, 1.6), None))
        .with_entry("kept", Sign::Mark(Mark::Disc, learned, false))
        .with_entry("not kept", Sign::Mark(Mark::Disc, learned, true))
        .with_data(table(course));
    let words = "Validation on paths that training never sees; error bars: one standard error of the gain \
                 over the best hedge without training, on common paths.";
    let mut figure = told(figure, about, Of::Scenario, words);
    figure = figure.with_about("objective", name);
    for (strategy, objective) in &course.marks {
        let name = format!("objective of {} (currency)", strategy_name(*strategy));
        figure = figure.with_about(name, format!("{objective:?}"));
    }
    figure
}

fn marks(course: &Course, kept: bool) -> Layer {
    let of = course.checks.iter().filter(|check| check.kept == kept);
    Layer::Marks(Marks {
        points: of
            .clone()
            .map(|check| [check.iteration as f64, check.objective])
            .collect(),
        errors: of.map(|check| check.gain_se).collect(),
        along: Along::Up,
        mark: Mark::Disc,
        ink: look(Strategy::Learned).stroke.ink,
        size: 5.5,
        open: !kept,
    })
}

/// A row for each validation and for each batch whose loss is remembered.
fn table(course: &Course) -> Table {
    let mut table = Table::new(&[
        ("event", ""),
        ("iteration", ""),
        ("objective", MONEY),
        ("RSMSE", MONEY),
        ("standard error of RSMSE", MONEY),
        ("gain over the best hedge without training", MONEY),
        ("standard error of the gain", MONEY),
        ("kept", ""),
    ]);
    for check in &course.checks {
        table.row([
            "validation".into(),
            check.iteration.into(),
            check.objective.into(),
            check.rsmse.into(),
            check.rsmse_se.into(),
            check.gain.into(),
            check.gain_se.into(),
            if check.kept { "true" } else { "false" }.into(),
        ]);
    }
    for (at, loss) in &course.losses {
        let empty = || Cell::Empty;
        table.row([
            "batch".into(),
            (*at).into(),
            (*loss).into(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
        ]);
    }
    table
}
