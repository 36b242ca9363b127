//! What stands in the columns of the table, and the choice of two of them.

use crate::app::theme::{self, Tokens};
use crate::app::view::{ViewModel, goal_name};
use crate::app::widgets::{Icon, paint_icon};
use crate::engine::Outcomes;
use crate::outcome::{Goal, Measure};
use egui::{Align, Layout, RichText, Ui, Vec2, vec2};

/// A column: its title, what it means, and what may be chosen there.
pub(super) struct Column {
    pub title: String,
    pub meaning: String,
    /// Place among the measures that a person chooses.
    pub choice: Option<usize>,
    /// Whether figures are told with their sign.
    pub signed: bool,
}

impl Column {
    fn fixed(title: impl Into<String>, meaning: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            meaning: meaning.into(),
            choice: None,
            signed: false,
        }
    }

    fn chosen(measure: Measure, place: usize) -> Self {
        Self {
            choice: Some(place),
            ..Self::fixed(measure.name(), measure.meaning())
        }
    }

    fn less(title: String, meaning: String) -> Self {
        Self {
            signed: true,
            ..Self::fixed(title, meaning)
        }
    }

    /// The columns of an answer.
    pub fn all(view: &ViewModel, outcomes: &Outcomes, measures: [Measure; 2]) -> Vec<Self> {
        let goal = goal_name(outcomes.goal);
        let trained_for = match measure_of(outcomes.goal) {
            Some(measure) => measure.meaning().to_owned(),
            None => format!("{goal} of hedging errors (currency)"),
        };
        let mut columns = vec![
            Self::chosen(measures[0], 0),
            Self::fixed(
                goal.clone(),
                format!("{trained_for}; what networks are trained for"),
            ),
            Self::chosen(measures[1], 1),
            Self::fixed(Measure::Turnover.name(), Measure::Turnover.meaning()),
        ];
        let other = view.compared_with(outcomes);
        columns.push(Self::less(
            format!("− {other}"),
            format!(
                "{goal} less that of {other} on the same random numbers, with its paired standard error"
            ),
        ));
        columns
    }
}

/// The measure that is a goal.
fn measure_of(goal: Goal) -> Option<Measure> {
    match goal {
        Goal::Rsmse => Some(Measure::Rsmse),
        Goal::Rmse => Some(Measure::Rmse),
        Goal::Cvar { .. } | Goal::Entropic { .. } => None,
    }
}

/// The measures that a person chose, without what is there already.
pub(super) fn without_twins(goal: Goal, wanted: [Measure; 2]) -> [Measure; 2] {
    let goal = measure_of(goal);
    let spare = [
        Measure::Mean,
        Measure::Cvar95,
        Measure::Rsmse,
        Measure::Rmse,
    ];
    let free = |taken: Option<Measure>, wanted: Measure| {
        let fits = |measure: &Measure| Some(*measure) != goal && Some(*measure) != taken;
        let choices = std::iter::once(wanted).chain(spare);
        choices.into_iter().find(fits).unwrap_or(wanted)
    };
    let first = free(None, wanted[0]);
    [first, free(Some(first), wanted[1])]
}

/// The title of a column whose measure a person chooses.
pub(super) fn choice(ui: &mut Ui, size: Vec2, column: &Column, measure: &mut Measure, goal: Goal) {
    let tokens = Tokens::of(ui.visuals());
    let face = RichText::new(format!("{}    ", column.title)).size(theme::CAPTION);
    ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.visuals_mut().button_frame = false;
        ui.spacing_mut().button_padding = vec2(0.0, 0.0);
        let menu = ui.menu_button(face.color(tokens.text), |ui| {
            let taken =
                |other: &Measure| Some(*other) != measure_of(goal) && *other != Measure::Turnover;
            for other in Measure::ALL.into_iter().filter(taken) {
                let chosen = other.name() == column.title;
                let button = ui.selectable_label(chosen, other.name());
                if button.on_hover_text(other.meaning()).clicked() {
                    *measure = other;
                    ui.close();
                }
            }
        });
        let about = format!("{}; ± standard error. Click for another.", column.meaning);
        let at = menu.response.rect.right_center() - vec2(5.0, 0.0);
        paint_icon(ui.painter(), at, Icon::Down, tokens.subdued);
        menu.response
            .on_hover_text(about)
            .accessible_name(format!("Column: {}", column.title));
    });
}
