//! What the panels draw, built from the scenario when something changed and not each frame.

mod book;
mod books;
mod costs;
mod distribution;
mod explorer;
mod gap;
mod hand;
mod ledger;
mod lesson;
mod liquidity;
mod path;
mod pins;
mod policy;
mod price;
mod prices;
mod sentence;
mod sweep;
mod telling;
mod training;
mod why;

pub use crate::gallery::{Bite, Side};
pub use book::{BookView, Passage, Quote, Standing, TradeNow};
pub use books::{BooksView, LadderView};
pub use costs::{Bar, CostsView, Waterfall};
pub use distribution::{Density, DistributionView, Mark, Shape};
pub use explorer::{ExplorerView, Lever, Picture as ExplorerPicture, Source as ExplorerSource};
pub use gap::{GapView, measured_words};
pub use hand::{EndView, HandView};
pub use ledger::{Account, Column, LedgerView, Totals, aligned, settled, tab_separated};
pub use lesson::{Canvas, Goal, LessonView, Stand};
pub use liquidity::LiquidityView;
pub use path::{PathView, StrategyPath};
pub use pins::{PinView, short};
pub use policy::{
    Choice, Curve, Isoline, PolicyChart, PolicyMap, PolicyView, Probe, Quantity, Reading,
    Source as PolicySource, State, map_colours,
};
pub use price::{PriceLine, PriceMark, PriceView};
pub use prices::{FitView, PricesView};
pub use sentence::{
    Facts, Figures, LearnedIs, Moved, Other, Said, capital, change, goal_name, in_words, verdict,
};
pub use sweep::{Lever as SweepLever, Picture as SweepPicture, SweepView, named as sweep_figure};
pub use telling::telling;
pub use training::{Bend, Check, TrainingView};
pub use why::{Taken, WhyView};

use super::command::Hover;
use crate::engine::{Outcomes, OwnPresets, Phase, Progress};
use crate::lessons::Listed;
use crate::policy::{LearnedPolicy, Who};
use crate::quantity::Digits;
use crate::scenario::Scenario;
use crate::scenario::fields::Field;
use crate::training::conditioned::gaps::Expected;
use crate::units::ContentHash;
use std::sync::Arc;

/// Everything on screen that is not the panels' own.
#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
pub struct ViewModel {
    /// What is said over the views.
    pub said: Arc<Said>,
    /// Name of the preset, and whether it was modified.
    pub preset: String,
    pub read_only: bool,
    pub modified: bool,
    /// Whether the learned policy is another than the one that was opened or saved.
    pub policy_is_new: bool,
    /// Undo and redo.
    pub can: (bool, bool),
    /// Fields that differ from the preset, as `(label, preset's value, present value)`.
    pub differences: Arc<Vec<Difference>>,
    pub scenario: Arc<Scenario>,
    /// Decimals of its prices, amounts and shares.
    pub digits: Digits,
    pub base: Arc<Scenario>,
    pub recent: Vec<std::path::PathBuf>,
    /// Names of the user's own presets.
    pub own_presets: Arc<OwnPresets>,
    /// Which lessons there are, and the one that is being taken.
    pub lessons: Arc<Vec<Listed>>,
    pub lesson: Option<Arc<LessonView>>,

    /// Date under the time cursor, from 0 to `steps`.
    pub step: usize,
    pub playing: bool,
    pub speed: f64,
    pub focus: Who,
    pub hover: Hover,
    pub linked_sides: bool,
    pub relative_prices: bool,

    pub path: Arc<PathView>,
    pub book: Arc<BookView>,
    pub liquidity: Arc<LiquidityView>,
    pub ledger: Arc<LedgerView>,
    pub policy: Arc<PolicyView>,
    /// Where the money went, and whether averages are still to come.
    pub costs: Arc<CostsView>,
    pub averaging: bool,
    /// What the option costs to hedge against a parameter, and whether values are still to come.
    pub price: Arc<PriceView>,
    pub pricing: bool,
    /// Why the strategy in focus trades.
    pub why: Arc<WhyView>,
    /// The policy over two axes.
    pub explorer: Arc<ExplorerView>,
    /// The sweep that is looked at.
    pub sweep: Arc<SweepView>,
    pub swept: &'static Field,
    pub distribution: Arc<DistributionView>,
    /// The same of the differences from the strategy that all are compared with.
    pub gaps: Arc<DistributionView>,
    pub outcomes: Option<Arc<Outcomes>>,
    /// Whether the distribution is that of another scenario than the present one.
    pub computing: bool,

    pub training: Option<Arc<Progress>>,
    /// Whether it, or the one asked for, follows an edit by itself.
    pub retrains: bool,
    /// The course of that run.
    pub curves: Arc<TrainingView>,
    /// Share of its preparation that is done, of a training run that was asked for and is not there
    /// yet.
    pub starting: Option<f64>,
    pub learned: LearnedView,
    pub auto_retrain: bool,
    /// Whether a learned policy is made for whatever is on screen, where nobody trained one.
    pub answers_at_once: bool,
    /// Scenarios laid beside the present one, those kept aside too.
    pub pins: Arc<Vec<PinView>>,
    /// A file of recorded prices that is read or looked at.
    pub prices: Option<PricesView>,
    /// Files of quoted books that are read or looked at.
    pub books: Option<BooksView>,
    /// A ladder of such files that is kept, to be drawn behind the book.
    pub ladder: Option<Arc<LadderView>>,
    /// The hedge by hand that is played instead of looking at all that.
    pub hand: Option<Arc<HandView>>,
}

/// The learned policy, and whether it fits what is on screen.
#[derive(Clone, Debug, Default)]
pub struct LearnedView {
    /// The policy, if there is one.
    pub policy: Option<LearnedPolicy>,
    /// What differs from the parameters it was trained for; empty when it fits.
    pub stale: Arc<Vec<&'static str>>,
    /// Whether it was made for the scenario at once; and whether it was refined since.
    pub made: bool,
    pub refined: bool,
    /// What of the scenario lies outside of what the conditioned policy was trained on, where it made
    /// this one.
    pub outside: Arc<Vec<String>>,
    /// What it is expected to leave above a training for the scenario alone, where it was made at once.
    pub expected: Option<Expected>,
    /// What was found of that.
    pub gap: GapView,
}

impl ViewModel {
    /// The quoted ladder that is drawn behind the book.
    #[must_use]
    pub fn shown_ladder(&self) -> Option<&LadderView> {
        self.ladder.as_deref().filter(|ladder| ladder.shown)
    }

    /// Whether what is said of the strategies would answer what a lesson asks.
    #[must_use]
    pub fn keeps_quiet(&self) -> bool {
        self.lesson.as_ref().is_some_and(|lesson| lesson.asks())
    }

    /// Whether a training run is stepping.
    #[must_use]
    pub fn is_training(&self) -> bool {
        self.training
            .as_ref()
            .is_some_and(|progress| progress.phase == Phase::Running)
    }
}

/// One field in which two scenarios differ: label, value before, value now.
pub type Difference = (&'static str, String, String);

/// Fields in which two scenarios differ: label, value before, value now.
#[must_use]
pub fn differences(before: &Scenario, now: &Scenario) -> Vec<Difference> {
    now.differences(before)
        .iter()
        .map(|field| {
            let (before, now) = field.told(before, now);
            (field.label, shorter(before), shorter(now))
        })
        .collect()
}

/// The hash of a content by its first digits, any other text as it is.
fn shorter(text: String) -> String {
    ContentHash::from_digits(&text).map_or(text, |content| content.short())
}

/// Parameters that a learned policy depends on besides the market.
const LEARNED_FROM: &[&str] = &[
    "training.form",
    "training.base",
    "training.variance",
    "training.network",
    "training.hidden",
    "training.activation",
    "training.objective",
    "training.cvar_level",
    "training.risk_aversion",
];

/// Labels of the parameters by which `scenario` differs from what a policy was trained for.
#[must_use]
pub fn stale(trained_for: &Scenario, scenario: &Scenario) -> Vec<&'static str> {
    let of_hedgers = scenario.differences(trained_for).into_iter();
    scenario
        .market_differences(trained_for)
        .into_iter()
        .chain(of_hedgers.filter(|field| LEARNED_FROM.contains(&field.path)))
        .map(|field| field.label)
        .collect()
}

/// `count` numbers from `low` to `high`.
pub(super) fn spaced(low: f64, high: f64, count: usize) -> impl Iterator<Item = f64> {
    let gap = (high - low) / (count.max(2) - 1) as f64;
    (0..count).map(move |i| gap.mul_add(i as f64, low))
}
