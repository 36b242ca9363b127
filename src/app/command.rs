//! What panels ask for, in groups: each is matched whole where it is done, so that a forgotten
//! command does not compile.

use super::document::{Change, Grain};
use super::layout::Purpose;
use super::session::Compared;
use super::view::{PolicyChart, Probe};
use crate::engine::{Form, OwnJob};
use crate::explore::Look;
use crate::figure::Sheet;
use crate::gallery::{Shape, View};
use crate::history::Reading;
use crate::history::fit::Model;
use crate::lessons::Answer;
use crate::policy::Who;
use crate::scenario::fields::Field;
use crate::scenario::{Process, Strategy, Tint};
use crate::sweep::Wish;
use std::path::PathBuf;

/// A wish of the person at the window.
#[derive(Clone, Debug)]
pub enum Command {
    Document(DocumentCommand),
    View(ViewCommand),
    Pin(PinCommand),
    Time(TimeCommand),
    Training(TrainingCommand),
    File(FileCommand),
    Window(WindowCommand),
    Lesson(LessonCommand),
    Hand(HandCommand),
    Sweep(SweepCommand),
    Prices(PricesCommand),
    Books(BooksCommand),
}

/// The scenario and its history.
#[derive(Clone, Debug)]
pub enum DocumentCommand {
    /// Change fields together.
    Edit(Vec<Change>, Grain),
    /// The hand let go of a control.
    EndDrag,
    /// A field back to the preset's value.
    ResetField(&'static Field),
    Undo,
    Redo,
    /// Back to the preset.
    Revert,
    /// Take part in the comparison, or no more.
    ToggleStrategy(Strategy),
}

/// What the views show of it.
#[derive(Clone, Debug)]
pub enum ViewCommand {
    /// Whose book, bins and bubbles are shown.
    Focus(Who),
    /// With whom policies are compared.
    Compare(Compared),
    /// What the pointer rests on, this frame.
    Hover(Hover),
    /// What the policy view shows.
    Policy(PolicyChart),
    /// The state that the policy is looked at in.
    Probe(Probe),
    /// Whether the heat map's prices are relative to the mid price.
    RelativePrices(bool),
    /// Against which parameter the price is shown.
    Vary(&'static Field),
    /// Whether ask and bid move together.
    LinkSides(bool),
    /// Over what, in which colours and in which state the explorer shows the policy.
    Explore(Look),
}

/// Scenarios laid beside the present one, by their place.
#[derive(Clone, Debug, PartialEq)]
pub enum PinCommand {
    /// Lay the present one beside itself.
    Add,
    Rename(usize, String),
    Colour(usize, Tint),
    /// Keep it aside, or compare with it again.
    Hide(usize, bool),
    Remove(usize),
    RemoveAll,
    /// Put its values and its policy in the place of the present ones.
    Take(usize),
}

/// The time cursor and the path on screen.
#[derive(Clone, Copy, Debug)]
pub enum TimeCommand {
    /// The time cursor, to a date.
    GoTo(usize),
    /// The time cursor, by some dates.
    StepBy(isize),
    TogglePlay,
    /// Dates a second while playing.
    Speed(f64),
    /// Show a path by its number.
    ShowPath(u64),
    /// Show the path of a rank of the strategy in focus.
    ShowRank(Rank),
    NextPath,
    PreviousPath,
    RandomPath,
    /// The path that the preset brings.
    RecordedPath,
}

/// The training run.
#[derive(Clone, Copy, Debug)]
pub enum TrainingCommand {
    /// Start, pause or go on.
    Toggle,
    /// From the present weights.
    Retrain,
    /// From the beginning.
    Afresh,
    Stop,
    Reset,
    /// Whether to retrain by itself.
    Automatic(bool),
    /// Whether the learned policy is made for whatever is on screen, where nobody trained one.
    AtOnce(bool),
    /// Measure how far from the best what was made at once is.
    MeasureGap,
    /// Give that up.
    StopMeasuring,
    /// Look at what was kept at an iteration of the run on screen, or at what is kept now.
    LookBack(Option<u64>),
}

/// The sweep that is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SweepCommand {
    /// Which figure is shown, and how its axes lie.
    Show(Wish),
    /// Put a cell, by its number, in the place of what is on screen.
    Take(usize),
    /// Lay a cell, by its number, beside what is on screen.
    Pin(usize),
    /// Compute what is missing, in a folder.
    Start(PathBuf),
    /// Hold on.
    Pause,
    /// Go on.
    Resume,
    /// End the work; what is done stays.
    Stop,
    /// Look at no sweep any more.
    Close,
}

/// A file of recorded prices; nothing is changed by it before it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PricesCommand {
    /// Read a file and look at it.
    Look(PathBuf),
    /// Read a file in place of the one that a preset names, and look at it.
    LookFor {
        /// The preset.
        preset: PathBuf,
        /// The file of prices.
        prices: PathBuf,
    },
    /// Read the same file in another way.
    Read(Reading),
    /// Make paths of it, by the bootstrap or as they were recorded.
    Use(Process),
    /// Fit a process to it.
    Fit(Model),
    /// Leave the fit, and look at the prices again.
    LeaveFit,
    /// Make paths of the process that was fitted.
    UseFit,
    /// Leave it.
    Leave,
}

/// Files of quoted books; nothing is changed by them before they are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BooksCommand {
    /// Read files, one after the other, and fit the order book to them.
    Look(Vec<PathBuf>),
    /// The same files with levels so far from the best price (basis points of the mid).
    Within(u32),
    /// Put the book that was found into the scenario, and show the ladders behind it.
    Use,
    /// Show the ladders behind the book, which stays.
    Compare,
    /// Leave the files.
    Leave,
    /// The ladder of a moment behind the book, by its place among those kept.
    Moment(usize),
    /// Whether a ladder is drawn behind the book.
    Show(bool),
    /// Keep the ladders no more.
    Forget,
}

/// Presets and their files.
#[derive(Clone, Debug)]
pub enum FileCommand {
    /// A built-in preset, or one of the user's, by name.
    OpenPreset(String),
    /// A preset file, a record, or a file of weights.
    OpenFile(PathBuf),
    /// Files that were given together: quoted books together, of all else the first.
    OpenFiles(Vec<PathBuf>),
    /// To the file it came from; asks where there is none.
    Save,
    /// To a file that was named.
    SaveTo(SaveAs),
    /// See to the presets of one's own.
    Own(OwnJob),
    /// Keep what is on screen as a record, in a folder.
    Record(PathBuf),
    /// Take a view away, as a figure or as a table.
    Export(Box<ExportAs>),
}

/// Which view to take away, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportAs {
    pub view: View,
    /// How the distribution is drawn.
    pub shape: Shape,
    /// Of the distribution: whether differences are shown instead of errors.
    pub gaps: bool,
    /// Of costs: on average over many paths, or on the one on screen.
    pub on_average: bool,
    /// Of why it trades: at the date under the cursor alone.
    pub at_date: bool,
    /// Of prices: by what, a place among [`crate::simulate::PRICE_RULES`].
    pub rule: usize,
    pub form: Form,
    pub sheet: Sheet,
}

/// Where to save, and under which title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveAs {
    /// The preset's file.
    pub path: PathBuf,
    /// Whether what is there, preset and policy, is to be replaced.
    pub replace: bool,
    /// Whether the pins are saved with it, as a set.
    pub pins: bool,
    pub title: String,
    pub description: String,
}

/// The window itself.
#[derive(Clone, Debug)]
pub enum WindowCommand {
    /// Ask for a file to open.
    AskOpen,
    /// Ask for a file of recorded prices.
    AskPrices,
    /// Ask for files of quoted books.
    AskBooks,
    /// Ask for the prices that a preset names and that are not there.
    AskPricesFor {
        /// The preset.
        preset: PathBuf,
        /// The prices, as it calls them.
        prices: String,
    },
    /// Ask for a file to save to.
    AskSaveAs,
    /// Ask for a folder to keep a record in.
    AskRecord,
    /// Ask which view to take away, and how; the one named, or the one that is large.
    AskExport(Option<View>),
    /// Ask for another name of a preset of one's own.
    AskRename(String),
    SetTheme(egui::ThemePreference),
    Zoom(ZoomBy),
    /// What is seen of the views.
    Layout(LayoutCommand),
    ResetLayout,
    ToggleControls,
    /// Large type and few views, for a class; or back.
    Present,
    /// Offer the first lesson no more.
    DismissOffer,
    Help,
    About,
    CopyText(String),
    Quit,
}

/// The lesson that is being taken, or one that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum LessonCommand {
    /// Begin one, by its name or file.
    Begin(String),
    /// What one is about to answer.
    Draft(Answer),
    /// Answer with that.
    Answer,
    /// See what is true without an answer, or go on without doing the task.
    Skip,
    Next,
    Back,
    /// Put on screen again what the step is about.
    SetUp,
    /// See the view in whose place one drew, or the drawing again.
    Uncover(bool),
    /// Back to one's own work.
    Leave,
    /// Out of the lesson, with what it shows.
    Take,
}

/// A hedge by hand, instead of the views.
#[derive(Clone, Debug, PartialEq)]
pub enum HandCommand {
    /// A built-in challenge, by name.
    Start(String),
    /// What to hold next (shares); nothing is traded yet.
    Choose(f64),
    /// Take the position chosen, and go on to the next date.
    Commit,
    /// A path of the same challenge, from its beginning.
    Path(u64),
    /// Back to the views.
    Leave,
}

/// Which views are seen, and how large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutCommand {
    /// Show or hide a view, by its key.
    Show(&'static str, bool),
    /// Give a view all the room, or take it back.
    Large(&'static str),
    /// All views, as they were before one had all the room.
    Back,
    /// The arrangement for a purpose.
    For(Purpose),
}

impl From<LayoutCommand> for Command {
    fn from(command: LayoutCommand) -> Self {
        WindowCommand::Layout(command).into()
    }
}

/// Commands of a frame, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub struct Commands(Vec<Command>);

impl Commands {
    /// Adds one.
    pub fn push(&mut self, command: impl Into<Command>) {
        self.0.push(command.into());
    }

    /// Adds those of another list behind these.
    pub fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// Takes out those that must not be done now; whether there were any.
    pub fn hold_back(&mut self, must_wait: impl Fn(&Command) -> bool) -> bool {
        let before = self.0.len();
        self.0.retain(|command| !must_wait(command));
        self.0.len() < before
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Replaces what the views said of the pointer in this frame by one word: where it rests, or
    /// that it rests nowhere; and by none if that is what was known `before`.
    pub fn settle_hover(&mut self, before: &Hover) {
        let mut hover = Hover::default();
        self.0.retain(|command| {
            let Command::View(ViewCommand::Hover(seen)) = command else {
                return true;
            };
            hover.step = seen.step.or(hover.step);
            hover.who = seen.who.clone().or(hover.who.take());
            false
        });
        if hover != *before {
            self.push(ViewCommand::Hover(hover));
        }
    }
}

impl IntoIterator for Commands {
    type Item = Command;
    type IntoIter = std::vec::IntoIter<Command>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

macro_rules! group {
    ($($variant:ident($group:ident)),*) => {
        $(impl From<$group> for Command {
            fn from(command: $group) -> Self {
                Self::$variant(command)
            }
        })*
    };
}

group!(
    Document(DocumentCommand),
    View(ViewCommand),
    Pin(PinCommand),
    Time(TimeCommand),
    Training(TrainingCommand),
    File(FileCommand),
    Window(WindowCommand),
    Lesson(LessonCommand),
    Hand(HandCommand),
    Sweep(SweepCommand),
    Prices(PricesCommand),
    Books(BooksCommand)
);

/// Of the paths shown, the one of a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    Worst,
    Median,
    Best,
}

/// How to change the zoom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoomBy {
    In,
    Out,
    Reset,
}

/// What the pointer rests on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hover {
    /// A date.
    pub step: Option<usize>,
    /// A policy.
    pub who: Option<Who>,
}

impl Command {
    /// Whether it puts other values into the controls than the person typed there.
    #[must_use]
    pub fn replaces_values(&self) -> bool {
        match self {
            Self::Document(command) => !matches!(
                command,
                DocumentCommand::Edit(..)
                    | DocumentCommand::EndDrag
                    | DocumentCommand::ToggleStrategy(_)
            ),
            Self::File(command) => matches!(
                command,
                FileCommand::OpenPreset(_) | FileCommand::OpenFile(_) | FileCommand::OpenFiles(_)
            ),
            Self::Pin(command) => matches!(command, PinCommand::Take(_)),
            Self::Lesson(command) => !matches!(
                command,
                LessonCommand::Draft(_)
                    | LessonCommand::Answer
                    | LessonCommand::Skip
                    | LessonCommand::Uncover(_)
            ),
            Self::Hand(command) => !matches!(command, HandCommand::Choose(_)),
            Self::Sweep(command) => matches!(command, SweepCommand::Take(_)),
            Self::Prices(command) => {
                matches!(command, PricesCommand::Use(_) | PricesCommand::UseFit)
            }
            Self::Books(command) => matches!(command, BooksCommand::Use),
            Self::View(_) | Self::Time(_) | Self::Training(_) | Self::Window(_) => false,
        }
    }
}
