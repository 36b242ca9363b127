//! The window's state without a window: commands in, a [`ViewModel`] out.

mod build;
mod news;
mod presets_menu;
mod time;
mod training;

use super::command::{Command, Hover};
use super::document::{Document, Grain, Origin, preset_value};
use super::notice::Notice;
use super::view::{
    BookView, DistributionView, Learned, LiquidityView, PathView, PolicyView, ViewModel,
};
use crate::engine::{Engine, Pinned};
use crate::policy::LearnedPolicy;
use crate::scenario::fields::Field;
use crate::scenario::{Named, Strategy};
use std::sync::Arc;

/// Paths of a full distribution.
pub const PATHS: u64 = 100_000;
/// Paths of a distribution while training runs.
const PATHS_WHILE_TRAINING: u64 = 16_384;
/// Seconds between two distributions while training runs.
const REFRESH: f64 = 1.0;

/// The state behind the window.
pub struct Model {
    /// What the panels draw.
    pub view: ViewModel,
    document: Document,
    engine: Engine,
    /// Chosen path; absent: the preset's own, or the first.
    shown: Option<u64>,
    /// The policy on screen.
    learned: Option<LearnedPolicy>,
    /// The policy that the preset brought.
    shipped: Option<LearnedPolicy>,
    /// Whether the policy on screen was trained here.
    trained: bool,
    simulation_run: u64,
    training_run: u64,
    /// When the last distribution was asked for (seconds of the window's clock).
    asked_at: f64,
    clock: f64,
    /// Part of a date that has passed while playing.
    played: f64,
    dice: u64,
    version: u64,
    dark: bool,
    dirty: Dirty,
    notices: Vec<Notice>,
}

/// What must be built anew.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
struct Dirty {
    path: bool,
    book: bool,
    liquidity: bool,
    policy: bool,
    distribution: bool,
}

impl Dirty {
    const ALL: Self = Self {
        path: true,
        book: true,
        liquidity: true,
        policy: true,
        distribution: true,
    };
    /// A new path for the same scenario.
    const PATH: Self = Self {
        distribution: false,
        ..Self::ALL
    };
    /// The time cursor moved.
    const STEP: Self = Self {
        path: false,
        liquidity: false,
        ..Self::PATH
    };

    fn add(&mut self, other: Self) {
        self.path |= other.path;
        self.book |= other.book;
        self.liquidity |= other.liquidity;
        self.policy |= other.policy;
        self.distribution |= other.distribution;
    }
}

impl Model {
    /// The state of a window that shows `document`.
    #[must_use]
    pub fn new(document: Document, engine: Engine) -> Self {
        let scenario = document.scenario().clone();
        let view = ViewModel {
            preset: String::new(),
            read_only: true,
            modified: false,
            can: (false, false),
            differences: Vec::new(),
            base: scenario.clone(),
            scenario,
            recent: Vec::new(),
            own_presets: crate::presets::own_names(),
            step: 0,
            playing: false,
            speed: 2.0,
            focus: Strategy::Learned,
            hover: Hover::default(),
            linked_sides: true,
            relative_prices: true,
            path: PathView::default(),
            book: BookView::default(),
            liquidity: LiquidityView::default(),
            policy: PolicyView::default(),
            distribution: DistributionView::default(),
            outcomes: None,
            computing: true,
            training: None,
            learned: Learned::default(),
            auto_retrain: false,
            pinned: None,
            pinned_differences: Vec::new(),
        };
        let mut model = Self {
            view,
            document: document.clone(),
            engine,
            shown: None,
            learned: None,
            shipped: None,
            trained: false,
            simulation_run: 0,
            training_run: 0,
            asked_at: 0.0,
            clock: 0.0,
            played: 0.0,
            dice: 0x9e37_79b9_7f4a_7c15,
            version: 0,
            dark: true,
            dirty: Dirty::ALL,
            notices: Vec::new(),
        };
        model.open(document);
        model
    }

    /// The scenario being edited.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// What to tell the person, since the last call.
    pub fn notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Adds something to tell.
    pub fn tell(&mut self, notice: Notice) {
        self.notices.push(notice);
    }

    /// The engine, to set its pace.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Pictures are drawn in the theme's colours.
    pub fn set_dark(&mut self, dark: bool) {
        if self.dark != dark {
            self.dark = dark;
            self.dirty.add(Dirty::PATH);
        }
    }

    /// Does what is asked; gives back what is for the window to do.
    pub fn apply(&mut self, command: Command) -> Option<Command> {
        match command {
            Command::Edit(changes, grain) => self.edit(&changes, grain),
            Command::EndDrag => {
                self.document.end_drag();
                self.retrain_if_stale();
            }
            Command::ResetField(field) => {
                let change = preset_value(field, self.document.base());
                self.edit(&[change], Grain::Whole);
            }
            Command::Undo => self.change(Document::undo),
            Command::Redo => self.change(Document::redo),
            Command::Revert => self.change(Document::revert),
            Command::Focus(strategy) => {
                self.view.focus = strategy;
                self.dirty.add(Dirty {
                    path: false,
                    ..Dirty::PATH
                });
            }
            Command::ToggleStrategy(strategy) => self.toggle(strategy),
            Command::Hover(hover) => self.view.hover = hover,
            Command::Policy(chart) => {
                self.view.policy.chart = chart;
                self.dirty.policy = true;
            }
            Command::RelativePrices(relative) => {
                self.view.relative_prices = relative;
                self.dirty.liquidity = true;
            }
            Command::LinkSides(linked) => self.view.linked_sides = linked,
            Command::Pin => self.pin(true),
            Command::Unpin => self.pin(false),
            other => return self.apply_time(other),
        }
        None
    }

    fn edit(&mut self, changes: &[super::document::Change], grain: Grain) {
        match self.document.edit(changes, grain) {
            Ok(()) => self.scenario_changed(),
            // Controls check what is typed; this is what fields must be to each other.
            Err(refused) => {
                let error = refused.to_string();
                self.tell(Notice::error("That value does not fit the others", error));
            }
        }
        if grain == Grain::Whole {
            self.retrain_if_stale();
        }
    }

    fn change(&mut self, how: fn(&mut Document)) {
        how(&mut self.document);
        self.scenario_changed();
        self.retrain_if_stale();
    }

    fn toggle(&mut self, strategy: Strategy) {
        let mut selected = self.view.scenario.strategies.selected.clone();
        match selected.iter().position(|s| *s == strategy) {
            Some(place) => {
                selected.remove(place);
            }
            None => selected.push(strategy),
        }
        selected.sort();
        let text: Vec<_> = selected.iter().map(|s| s.name()).collect();
        if let Ok(field) = Field::find("strategies.selected") {
            let value = super::document::Value::Text(text.join(","));
            self.edit(&[(field, value)], Grain::Whole);
        }
    }

    fn pin(&mut self, pin: bool) {
        self.view.pinned = pin.then(|| {
            Arc::new(Pinned {
                scenario: self.view.scenario.clone(),
                learned: self.learned.clone(),
            })
        });
        self.dirty.add(Dirty::ALL);
    }

    fn scenario_changed(&mut self) {
        self.view.take_document(&self.document);
        self.view.step = self.view.step.min(self.view.scenario.steps);
        self.dirty.add(Dirty::ALL);
    }

    /// Shows another scenario.
    fn open(&mut self, document: Document) {
        self.shipped = match document.origin().clone() {
            Origin::BuiltIn(name) => crate::training::shipped(&name),
            Origin::File(path) => self.policy_beside(&path),
        };
        self.end_training();
        self.learned = self.shipped.clone();
        self.trained = false;
        self.document = document;
        self.shown = None;
        self.view.step = self.document.scenario().steps / 2;
        self.view.playing = false;
        let selected = &self.document.scenario().strategies.selected;
        let focus = [Strategy::Learned, Strategy::Delta];
        let has = |s: &Strategy| {
            selected.contains(s) && (*s != Strategy::Learned || self.learned.is_some())
        };
        let first = focus.iter().find(|s| has(s));
        self.view.focus = *first.or(selected.first()).unwrap_or(&Strategy::Delta);
        self.scenario_changed();
    }

    /// Keeps the policy trained here in `file`; whether there is one.
    pub fn keep_policy(&mut self, file: &std::path::Path) -> bool {
        let policy = self.learned.clone().filter(|_| self.trained);
        let some = policy.is_some();
        if let Some(policy) = policy {
            self.write_policy(policy, file);
        }
        some
    }

    /// Lets time pass, hears what the workers say and builds what changed.
    pub fn update(&mut self, seconds: f64) {
        self.clock += seconds;
        self.play(seconds);
        self.hear();
        self.rebuild();
    }

    /// Takes back what an earlier session left; `place` too, unless another preset is opened.
    pub fn restore(&mut self, kept: &super::keep::Kept, place: bool) {
        if let Some(file) = kept.trained.as_ref().filter(|_| place) {
            self.learned = self.policy_in(file).or(self.learned.take());
            self.trained = self.learned.is_some();
        }
        let view = &mut self.view;
        view.recent.clone_from(&kept.recent);
        view.policy.chart = kept.chart;
        view.linked_sides = kept.linked_sides;
        view.relative_prices = kept.relative_prices;
        view.auto_retrain = kept.auto_retrain;
        if place {
            view.step = kept.step.min(view.scenario.steps);
            let selected = view.scenario.strategies.selected.contains(&kept.focus);
            if selected && (kept.focus != Strategy::Learned || self.learned.is_some()) {
                view.focus = kept.focus;
            }
        }
        self.dirty.add(Dirty::ALL);
    }
}

#[cfg(test)]
mod tests;
