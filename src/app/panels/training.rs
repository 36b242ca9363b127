//! Training as it happens: a line at rest; loss, validation and the policy's curve while it runs.

mod bend;
mod course;
mod words;

pub use words::{preparing, summary};

use crate::app::command::{Commands, TrainingCommand};
use crate::app::fold::Fold;
use crate::app::panes::{Pane, TRAINING};
use crate::app::theme::{CAPTION, Tokens};
use crate::app::view::ViewModel;
use crate::app::widgets::{Icon, Slider, Travel, icon_button};
use crate::engine::Phase;
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId, Id, Rect, RichText, Ui, UiBuilder, vec2};
use egui_tiles::Tree;

/// Least height in which curves are drawn (points).
const LEAST: f32 = 96.0;
/// Width from which the policy's curve stands beside the losses (points).
const WIDE: f32 = 430.0;

/// Room for what is looked at with its iteration, rather than its figure alone (points).
const SENTENCE: f32 = 280.0;

/// By what the course of a run is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Axis {
    #[default]
    Iterations,
    Seconds,
}

/// The panel.
#[derive(Default)]
pub struct TrainingPanel {
    axis: Axis,
    /// What a person chose against what it would do by itself: open, or closed.
    by_hand: Option<bool>,
    /// Its place in the arrangement.
    fold: Fold,
    /// Height of the words below the buttons, where there is no room beside them.
    below: f32,
    /// Whether the pointer rests on its curves, which then stay.
    looked_at: bool,
}

impl TrainingPanel {
    /// Takes its height in an arrangement, or gives it back.
    pub fn arrange(&mut self, tree: &mut Tree<Pane>, view: &ViewModel) {
        let open = self.is_open(view);
        self.fold.arrange(tree, TRAINING, open, self.below);
    }

    /// Its height before it was folded is another one's now.
    pub fn unfold(&mut self) {
        self.fold = Fold::default();
    }

    /// Whether it has its room: while a run that somebody asked for is under way or looked at,
    /// unless a person wants it otherwise.
    fn is_open(&self, view: &ViewModel) -> bool {
        let by_itself = calls(view) || self.looked_at;
        self.by_hand.unwrap_or(by_itself)
    }

    fn toggle(&mut self, view: &ViewModel) {
        let wanted = !self.is_open(view);
        self.by_hand = (wanted != calls(view)).then_some(wanted);
        self.looked_at = false;
    }

    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        self.head(ui, view, commands);
        let room = ui.available_height() >= LEAST;
        let pointed = ui.rect_contains_pointer(ui.max_rect());
        self.looked_at = pointed && room && (self.looked_at || calls(view));
        match &view.training {
            Some(_) if room => self.course(ui, view, commands),
            None if room => super::book::empty(ui, ui.available_height(), words::idle(view)),
            _ => {}
        }
    }

    fn head(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let text = words::line(view);
        let words = job(&text, Tokens::of(ui.visuals()).subdued);
        let width = ui.painter().layout_job(words.clone()).size().x;
        let beside = ui.horizontal(|ui| {
            buttons(ui, view, commands);
            let fold = if self.fold.possible { 32.0 } else { 0.0 };
            let room = (ui.available_width() - fold).max(0.0);
            let beside = width <= room;
            ui.allocate_ui(vec2(room, ui.available_height()), |ui| {
                ui.set_min_width(room);
                if beside {
                    ui.label(words.clone());
                }
            });
            self.button(ui, view);
            beside
        });
        let mut below = 0.0;
        if !beside.inner {
            let label = ui.add(egui::Label::new(words).wrap()).on_hover_text(text);
            below = label.rect.height() + ui.spacing().item_spacing.y;
        }
        if (below - self.below).abs() > 0.5 {
            // The view takes or gives back a line in the frame that follows.
            self.below = below;
            ui.ctx().request_repaint();
        }
    }

    fn button(&mut self, ui: &mut Ui, view: &ViewModel) {
        if self.fold.possible {
            let (icon, name) = if self.is_open(view) {
                (Icon::Down, "Fold the training away")
            } else {
                (Icon::Up, "Show the training's curves")
            };
            if icon_button(ui, icon, name, true).clicked() {
                self.toggle(view);
            }
        }
    }

    fn course(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let area = ui.available_rect_before_wrap();
        let foot = 24.0;
        let top = Rect::from_min_max(area.min, area.max - vec2(0.0, foot));
        let split = if area.width() >= WIDE && !view.curves.trail.is_empty() {
            0.6f32.mul_add(top.width(), top.left())
        } else {
            top.right()
        };
        let left = Rect::from_x_y_ranges(top.left()..=split, top.y_range());
        ui.scope_builder(UiBuilder::new().max_rect(left), |ui| {
            course::ui(ui, view, self.axis == Axis::Seconds, commands);
        });
        if split < top.right() {
            let right = Rect::from_x_y_ranges(split + 6.0..=top.right(), top.y_range());
            ui.scope_builder(UiBuilder::new().max_rect(right), |ui| bend::ui(ui, view));
        }
        let below = Rect::from_min_max(egui::pos2(area.left(), top.bottom()), area.max);
        ui.scope_builder(UiBuilder::new().max_rect(below), |ui| {
            ui.horizontal(|ui| {
                self.axes(ui);
                look_back(ui, view, commands);
            });
        });
    }

    fn axes(&mut self, ui: &mut Ui) {
        for (axis, name) in [(Axis::Iterations, "iterations"), (Axis::Seconds, "seconds")] {
            let text = RichText::new(name).size(CAPTION);
            if ui.selectable_label(self.axis == axis, text).clicked() {
                self.axis = axis;
            }
        }
    }
}

/// Words in two lines at most.
fn job(text: &str, colour: Color32) -> LayoutJob {
    let font = FontId::proportional(CAPTION);
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, colour));
    job.wrap.max_rows = 2;
    job
}

/// Whether a run is prepared, runs or waits.
fn is_active(view: &ViewModel) -> bool {
    let live = view.training.as_ref().is_some_and(|p| p.phase.is_live());
    live || view.starting.is_some()
}

/// Whether there is something to see that somebody asked for.
fn calls(view: &ViewModel) -> bool {
    view.curves.back.is_some() || (is_active(view) && !view.retrains)
}

fn buttons(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let phase = view.training.as_ref().map(|progress| progress.phase);
    let toggle = match phase {
        _ if view.starting.is_some() => "Cancel",
        Some(Phase::Running) => "Pause",
        Some(Phase::Paused) => "Continue",
        _ => "Train",
    };
    if ui.button(toggle).on_hover_text("T").clicked() {
        commands.push(TrainingCommand::Toggle);
    }
    let (again, about) = if view.learned.made {
        (
            "Refine",
            "Train what was made at once on these parameters, for about a second",
        )
    } else {
        (
            "Retrain",
            "For the present parameters, from the present weights",
        )
    };
    let retrain = ui.add_enabled(view.learned.policy.is_some(), egui::Button::new(again));
    if retrain.on_hover_text(about).clicked() {
        commands.push(TrainingCommand::Retrain);
    }
    let stop = ui.add_enabled(is_active(view), egui::Button::new("Stop"));
    if stop.clicked() {
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
}

/// A slider over what the run kept on its way; its right end is now.
fn look_back(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let curves = &view.curves;
    let Some(last) = curves.kept.len().checked_sub(1).filter(|last| *last > 0) else {
        return;
    };
    let label = RichText::new("look back").size(CAPTION);
    ui.label(label.color(Tokens::of(ui.visuals()).subdued));
    let place = curves.back.unwrap_or(last);
    let spoken = words::looked_at(view);
    let slider = Slider {
        id: Id::unique("look back"),
        name: "Look back",
        spoken: &spoken,
        travel: Travel::linear(0.0, last as f64),
        present: place as f64,
        width: (0.3 * ui.available_width()).clamp(60.0, 220.0),
    };
    let (response, moved) = slider.ui(ui, f64::round);
    response.on_hover_text(
        "The policies that validation kept on the way; the run and what is deployed stay as they are",
    );
    let wanted = if moved.reset {
        Some(last as f64)
    } else {
        moved.to
    };
    if let Some(wanted) = wanted {
        let at = (0..last).find(|i| *i as f64 >= wanted);
        let iteration = at.and_then(|i| curves.kept.get(i)).copied();
        commands.push(TrainingCommand::LookBack(iteration));
    }
    if curves.back.is_some() && ui.button(RichText::new("now").size(CAPTION)).clicked() {
        commands.push(TrainingCommand::LookBack(None));
    }
    if curves.back.is_none() && !is_active(view) {
        // The line above says it already.
        return;
    }
    let short = spoken.split(" of iteration").next().unwrap_or(&spoken);
    let room = ui.available_width() >= SENTENCE;
    let text = RichText::new(if room { &spoken } else { short }).size(CAPTION);
    let text = text.color(Tokens::of(ui.visuals()).text);
    ui.add(egui::Label::new(text).truncate())
        .on_hover_text(spoken.clone());
}
