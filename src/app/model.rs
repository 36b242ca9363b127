//! The window's work without a window: commands in, a [`ViewModel`] out.

mod books;
mod distribution;
mod export;
mod files;
mod gap;
mod hand;
mod lesson;
mod news;
mod pins;
mod prices;
mod recording;
mod records;
mod replay;
mod sweep;
mod time;
mod training;
mod wants;

use super::command::{Command, DocumentCommand, ViewCommand, WindowCommand};
use super::derived::{Derived, Surroundings};
use super::document::{Change, Document, Grain, Value, preset_value};
use super::keep::Kept;
use super::notice::Notice;
use super::session::{Compared, Learned, Session};
use super::view::{GapView, ViewModel};
use crate::crash;
use crate::engine::{Engine, Exported, FileJob, Outcomes, OwnJob, OwnPresets, TutorJob};
use crate::lessons::Listed;
use crate::policy::{LearnedPolicy, Who};
use crate::scenario::fields::Field;
use crate::scenario::{Named, Scenario, Strategy};
pub use books::Ladders;
use distribution::Asked;
pub use export::Copied;
use replay::AskedPath;
pub use replay::PathSource;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
pub use wants::Wants;

/// Paths of a full distribution.
pub const PATHS: u64 = 100_000;

/// What is true, what is drawn from it, and the workers.
pub struct Model {
    /// What the panels draw.
    pub view: ViewModel,
    session: Session,
    derived: Derived,
    engine: Engine,
    /// The distribution that was asked for last.
    asked: Asked,
    asked_path: AskedPath,
    outcomes: Option<Arc<Outcomes>>,
    training_runs: u64,
    /// When to look whether the policy is to be trained anew (seconds of the window's clock).
    retrain_at: Option<f64>,
    clock: f64,
    /// Part of a date that has passed while playing; absent before the first frame of it.
    played: Option<f64>,
    dice: u64,
    dark: bool,
    own_presets: Arc<OwnPresets>,
    lessons: Arc<Vec<Listed>>,
    tutoring: lesson::Tutoring,
    notices: Vec<Notice>,
    /// Counts the hedges by hand.
    hands: u64,
    /// Where what the person does is recorded.
    record: Option<PathBuf>,
    /// The record that is being written.
    recording: Option<records::Recording>,
    /// Exports that are being drawn.
    exports: Vec<Receiver<Exported>>,
    /// What is for the system's clipboard.
    copied: Vec<Copied>,
    asked_wants: wants::AskedWants,
    gaps: gap::Questions,
    /// The file of recorded prices that is read or looked at.
    prices: prices::Looking,
    /// The files of quoted books, and the ladders that are kept of them.
    books: books::Books,
    /// The preset whose prices are to be asked for, and what it calls them.
    asks_for_prices: Option<(PathBuf, String)>,
    /// The view that is to be shown, by its key, for something was opened in it.
    to_show: Option<&'static str>,
}

impl Model {
    /// The state of a window that shows `document`.
    #[must_use]
    pub fn new(document: Document, engine: Engine) -> Self {
        let mut notices = Vec::new();
        let brought = files::policy_of(document.origin(), &mut notices);
        let pins = files::pins_of(&document, &mut notices);
        let session = Session::new(document, brought, pins);
        let own_presets = Arc::new(OwnPresets::default());
        engine.files().ask(FileJob::Own(OwnJob::List));
        engine.tutor().ask(TutorJob::List);
        let mut derived = Derived::default();
        let view = derived.view(
            &session,
            Surroundings {
                outcomes: None,
                present: false,
                path: PathSource::AtOnce,
                tuned: replay::tuned(&session, None),
                computing: true,
                starting: None,
                own_presets: &own_presets,
                lessons: &Arc::default(),
                prices: None,
                books: None,
                ladders: None,
                costs: (None, true),
                priced: (None, true),
                soft_band: None,
                explored: None,
                gap: GapView::default(),
                sweep: None,
                dark: true,
            },
        );
        Self {
            view,
            session,
            derived,
            engine,
            asked: Asked::default(),
            asked_path: AskedPath::default(),
            outcomes: None,
            training_runs: 0,
            retrain_at: None,
            clock: 0.0,
            played: None,
            dice: 0x9e37_79b9_7f4a_7c15,
            dark: true,
            own_presets,
            lessons: Arc::default(),
            tutoring: lesson::Tutoring::default(),
            notices,
            hands: 0,
            record: None,
            recording: None,
            exports: Vec::new(),
            copied: Vec::new(),
            asked_wants: wants::AskedWants::default(),
            gaps: gap::Questions::default(),
            prices: prices::Looking::default(),
            books: books::Books::default(),
            asks_for_prices: None,
            to_show: None,
        }
    }

    /// What is true.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The scenario being edited.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.session.place.document
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

    /// The view, by its key, in which something was opened since the last call.
    pub fn to_show(&mut self) -> Option<&'static str> {
        self.to_show.take()
    }

    /// Pictures are drawn in the theme's colours.
    pub fn set_dark(&mut self, dark: bool) {
        self.dark = dark;
    }

    /// Does what is asked; gives back what is for the window to do.
    pub fn apply(&mut self, command: impl Into<Command>) -> Option<WindowCommand> {
        let command = command.into();
        if !matches!(command, Command::View(ViewCommand::Hover(_))) {
            crash::note(&command);
        }
        match command {
            Command::Document(command) => self.apply_document(&command),
            Command::View(command) => self.apply_view(command),
            Command::Pin(command) => self.apply_pin(command),
            Command::Time(command) => self.apply_time(command),
            Command::Training(command) => self.apply_training(command),
            Command::File(command) => return self.apply_file(command),
            Command::Lesson(command) => self.apply_lesson(command),
            Command::Window(command) => return Some(command),
            Command::Hand(command) => self.apply_hand(command),
            Command::Sweep(command) => self.apply_sweep(command),
            Command::Prices(command) => self.apply_prices(command),
            Command::Books(command) => self.apply_books(command),
        }
        None
    }

    fn apply_document(&mut self, command: &DocumentCommand) {
        match command {
            DocumentCommand::Edit(changes, grain) => self.edit(changes, *grain),
            DocumentCommand::EndDrag => {
                self.session.end_drag();
                self.retrain_at = self.retrain_at.map(|_| self.clock);
            }
            DocumentCommand::ResetField(field) => {
                let change = preset_value(field, self.document().base());
                self.edit(&[change], Grain::Whole);
            }
            DocumentCommand::Undo => {
                self.session.undo();
                self.moved();
            }
            DocumentCommand::Redo => {
                self.session.redo();
                self.moved();
            }
            DocumentCommand::Revert => {
                self.session.revert();
                self.moved();
            }
            DocumentCommand::ToggleStrategy(strategy) => self.toggle(*strategy),
        }
    }

    fn apply_view(&mut self, command: ViewCommand) {
        let session = &mut self.session;
        match command {
            ViewCommand::Focus(who) => session.focus = who,
            ViewCommand::Compare(who) => session.reference = who,
            ViewCommand::Hover(hover) => session.hover = hover,
            ViewCommand::Policy(chart) => session.look((chart, session.probe)),
            ViewCommand::Probe(probe) => session.look((session.chart, probe)),
            ViewCommand::RelativePrices(relative) => session.relative_prices = relative,
            ViewCommand::Vary(field) => session.swept = field,
            ViewCommand::LinkSides(linked) => session.link_sides(linked),
            ViewCommand::Explore(look) => session.explored = look,
        }
    }

    fn edit(&mut self, changes: &[Change], grain: Grain) {
        match self.document().edited(changes) {
            Ok(scenario) => {
                let field = changes.first().map(|(field, _)| field.path);
                self.session.edit(Arc::new(scenario), grain, field);
                self.leave_refinement();
                self.retrain_after(grain);
            }
            // Controls check what is typed; this is what fields must be to each other.
            Err(refused) => {
                let error = refused.to_string();
                self.tell(Notice::error("That value does not fit the others", error));
            }
        }
    }

    /// Puts a scenario in the place of one's own, as one step that undo takes back.
    fn put_scenario(&mut self, scenario: Scenario, field: &'static str) {
        self.leave_hand();
        self.leave_lesson();
        self.session
            .edit(Arc::new(scenario), Grain::Whole, Some(field));
        self.leave_refinement();
        self.retrain_after(Grain::Whole);
    }

    /// Another scenario, policy or document is on screen.
    fn moved(&mut self) {
        self.leave_run();
        self.retrain_after(Grain::Whole);
    }

    fn toggle(&mut self, strategy: Strategy) {
        let mut selected = self.session.scenario().strategies.selected.clone();
        match selected.iter().position(|s| *s == strategy) {
            Some(place) => {
                selected.remove(place);
            }
            None => selected.push(strategy),
        }
        selected.sort();
        let text: Vec<_> = selected.iter().map(|s| s.name()).collect();
        if let Ok(field) = Field::find("strategies.selected") {
            let value = Value::Text(text.join(","));
            self.edit(&[(field, value)], Grain::Whole);
        }
    }

    /// Lets time pass, hears what the workers say and draws what follows.
    pub fn update(&mut self, seconds: f64) {
        self.clock += seconds;
        self.play(seconds);
        self.hear();
        self.hear_tutor();
        self.ask_tutor();
        self.hear_hand();
        self.hear_record();
        self.hear_exports();
        self.hear_sweep();
        self.hear_prices();
        self.hear_books();
        self.retrain_if_due();
        self.see_to_gaps();
        self.ask();
        self.ask_path();
        self.ask_wants();
        self.view = self.derived.view(
            &self.session,
            Surroundings {
                outcomes: self.outcomes.clone(),
                present: self.is_present(),
                path: self.path_source(),
                tuned: replay::tuned(&self.session, self.outcomes.as_ref()),
                computing: !self.is_answered(),
                starting: self.starting(),
                own_presets: &self.own_presets,
                lessons: &self.lessons,
                prices: self.prices_view(),
                books: self.books_view(),
                ladders: self.books.kept.clone(),
                costs: self.costs(),
                priced: self.priced(),
                soft_band: self.soft_band(),
                explored: self.explored(),
                gap: self.gap_view(),
                sweep: self.engine.sweep_seen(),
                dark: self.dark,
            },
        );
        // Of the state and the path as they are drawn.
        self.ask_explorer();
    }

    /// Takes back what an earlier session left; `place` too, unless another preset is opened.
    pub fn restore(&mut self, kept: &Kept, place: bool) {
        let session = &mut self.session;
        session.recent.clone_from(&kept.recent);
        if place || session.place.document.origin().chart().is_none() {
            session.chart = kept.chart;
        }
        session.link_sides(kept.linked_sides);
        session.relative_prices = kept.relative_prices;
        session.auto_retrain = kept.auto_retrain;
        session.answer_at_once(kept.answers_at_once);
        session.speed = kept.speed;
        session.swept = Field::find(&kept.swept).unwrap_or(session.swept);
        session.explored = kept.explored;
        session.sweep_wish.clone_from(&kept.sweep_wish);
        self.open_again(kept.sweep.as_deref());
        let session = &mut self.session;
        session.reference = Compared {
            pin: kept.reference.pin.clone(),
            who: kept.reference.strategy.map(Who::from),
        };
        if !place {
            return;
        }
        if let Some(policy) = kept.trained.as_ref().and_then(|file| self.policy_in(file)) {
            self.session.learned = Learned::still(Some(policy));
        }
        let pins = kept
            .pins
            .iter()
            .filter_map(|pin| self.kept_pin(pin))
            .collect();
        self.session.restore_pins(pins);
        let session = &mut self.session;
        session.place.shown = kept.shown;
        session.probe = kept.probe;
        session.step = kept.step.min(session.scenario().steps);
        let selected = session.scenario().strategies.selected.contains(&kept.focus);
        let there = kept.focus != Strategy::Learned || session.learned.policy.is_some();
        if selected && there {
            session.focus = kept.focus.into();
        }
    }

    /// The policy of the person's own work, if it is another than the one that was opened or saved.
    #[must_use]
    pub fn new_policy(&self) -> Option<&LearnedPolicy> {
        let own = self.session.own();
        let (learned, place) = (own.learned, own.place);
        learned.new_policy(place.brought.as_ref())
    }
}

#[cfg(test)]
mod tests;
