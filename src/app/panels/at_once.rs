//! The mark of a learned policy that was made for these parameters at once, and what opens behind it: whether it
//! knows them, how far from the best it is, and the measurement of that.

mod picture;

use crate::app::command::{Commands, TrainingCommand};
use crate::app::format;
use crate::app::theme::{CAPTION, LABEL, Tokens};
use crate::app::view::ViewModel;
use crate::app::widgets::{Icon, icon_label};
use crate::scenario::Objective;
use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Align, Button, Color32, Label, Layout, PopupCloseBehavior, ProgressBar, RichText, Ui};

/// Room (points) that the bar keeps for what stands to the right of the mark.
const RIGHT: f32 = 420.0;
/// Least room for a mark at all.
const LEAST: f32 = 480.0;
/// Width of what opens behind the mark.
const WIDTH: f32 = 340.0;

/// The mark in the bar; what is behind it opens with a click.
pub(super) fn mark(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let about = told(view);
    let beyond = !view.learned.outside.is_empty();
    let colour = if beyond { tokens.warning } else { tokens.text };
    if beyond {
        icon_label(ui, Icon::Warning, colour).on_hover_text(&about);
    }
    let room = ui.available_width();
    let short = view.learned.short_mark();
    let face = if room > LEAST {
        let marks = view.learned.marks(is_refining(view));
        let fits = |mark: &String| width(ui, mark, colour) < room - RIGHT;
        marks.into_iter().find(fits).unwrap_or_else(|| short.into())
    } else {
        "…".into()
    };
    let button = Button::new(RichText::new(face).color(colour).size(LABEL));
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::from_button(button).config(config).ui(ui, |ui| {
        // A menu would stretch its words.
        ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
            self::about(ui, view, commands);
        });
    });
    // The words of the button are its name, where there is room for them.
    let response = if room > LEAST {
        response
    } else {
        response.accessible_name(short)
    };
    response.on_hover_text(about);
}

/// All that is known of it.
pub(super) fn about(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    ui.set_max_width(WIDTH);
    ui.set_min_width(WIDTH);
    let tokens = Tokens::of(ui.visuals());
    let small = |text: String, colour: Color32| RichText::new(text).size(CAPTION).color(colour);
    ui.label(RichText::new("How far from the best").size(LABEL).strong());
    ui.add(Label::new(small(told(view), tokens.text)).wrap());
    let objective = view.scenario.training.objective;
    picture::ui(ui, objective, view.learned.expected);
    let caption = format!(
        "What it leaves above a training for the scenario alone, in {} where that was measured: share of them that leave no \
         more (across) and how much that is (up, %). Solid at once, dashed refined; shaded what is expected here.",
        scenarios(objective)
    );
    ui.add(Label::new(small(caption, tokens.subdued)).wrap());
    ui.separator();
    if let Some(words) = view.learned.measured_words() {
        ui.add(Label::new(small(words, tokens.strong)).wrap());
    }
    measure(ui, view, commands);
}

/// The button that measures the gap, or how far that is.
fn measure(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let Some(share) = view.learned.gap.measuring else {
        let about = "Train for this scenario alone, with the usual budget, and let all hedge the same 100 000 paths; \
                     takes some seconds, in the background";
        let button = Button::new("Measure the gap").fill(tokens.raised);
        if ui.add(button).on_hover_text(about).clicked() {
            commands.push(TrainingCommand::MeasureGap);
        }
        return;
    };
    ui.horizontal(|ui| {
        #[expect(clippy::cast_possible_truncation, reason = "a share on screen")]
        let bar = ProgressBar::new(share as f32)
            .desired_width(120.0)
            .desired_height(8.0)
            .fill(tokens.accent);
        ui.add(bar).accessible_name("Progress of the measurement");
        let text = format!("measuring, {}%", format::fixed(100.0 * share, 0));
        ui.label(RichText::new(text).size(CAPTION));
        let button = Button::new("Give up measuring").fill(tokens.raised);
        if ui.add(button).clicked() {
            commands.push(TrainingCommand::StopMeasuring);
        }
    });
}

/// What it is, whether it knows these parameters, and how far from the best it is expected to be.
pub(super) fn told(view: &ViewModel) -> String {
    let learned = &view.learned;
    let mut lines = Vec::new();
    let made = if learned.refined {
        "The learned policy was made for these parameters at once, and trained on them since."
    } else {
        "The learned policy is made for whatever is on screen, without training: by a network over whole ranges of \
         markets."
    };
    lines.push(made.to_owned());
    if !learned.outside.is_empty() {
        let outside = learned.outside.join(";\n");
        lines.push(format!(
            "These lie outside of what that one answers for:\n{outside}."
        ));
        if let Some(standing) = &learned.gap.standing {
            lines.push(format!(
                "On 20 000 paths: {}. {}",
                crate::gallery::standing_words(standing),
                if standing.prefers_rule() {
                    "That hedge stood in for it until it was trained."
                } else {
                    "It is trained here by itself."
                }
            ));
        }
        lines.push("Train makes one of their own.".into());
    }
    if let Some(gained) = learned.gap.gained.filter(|_| learned.refined) {
        lines.push(format!(
            "What the training gained, on 100 000 common paths: {}.",
            crate::gallery::gained_words(gained)
        ));
    }
    match learned.expected_words() {
        Some(words) => lines.push(format!("Expected: {words}.")),
        None if learned.outside.is_empty() => lines.push(
            "Nothing is expected of how far from the best it is: no scenarios like this were measured.".into(),
        ),
        None => {}
    }
    lines.join("\n")
}

/// Whether it is being trained, or about to be.
fn is_refining(view: &ViewModel) -> bool {
    view.is_training() || view.starting.is_some()
}

fn scenarios(objective: Objective) -> &'static str {
    match objective {
        Objective::Rsmse => "the cells of the paper and random scenarios",
        Objective::Rmse | Objective::Cvar | Objective::Entropic => {
            "random scenarios of this objective"
        }
    }
}

fn width(ui: &Ui, text: &str, colour: Color32) -> f32 {
    let font = egui::FontId::proportional(LABEL);
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, colour);
    galley.size().x
}
