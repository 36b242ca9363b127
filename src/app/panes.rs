//! The registry of views: a new view is one entry here.

use super::command::Commands;
use super::keep::Kept;
use super::model::Wants;
use super::panels::book::BookPanel;
use super::panels::column::Column;
use super::panels::costs::CostsPanel;
use super::panels::distribution::DistributionPanel;
use super::panels::explorer::ExplorerPanel;
use super::panels::ledger::LedgerPanel;
use super::panels::lesson::Lesson;
use super::panels::motion::Motion;
use super::panels::pins::Pins;
use super::panels::policy::PolicyPanel;
use super::panels::price::PricePanel;
use super::panels::sweep::SweepPanel;
use super::panels::training::TrainingPanel;
use super::panels::why;
use super::view::ViewModel;
use crate::gallery::Shape;
use crate::simulate::PRICE_RULES;
use egui::Ui;

/// A column of the arrangement at the first start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// Where a view stands in its column at the first start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// In a place of its own, of this share of the column's height.
    Own(f32),
    /// Behind the view before it, as a tab.
    Behind,
    /// Behind the view of this key, as a tab.
    With(&'static str),
}

/// A view: what it is called, where it stands at first, and how it is drawn.
pub struct Entry {
    /// Its name in kept arrangements; never changed once released.
    pub key: &'static str,
    pub title: &'static str,
    pub side: Side,
    pub place: Place,
    pub draw: fn(&mut Panels, &mut Ui, &ViewModel, &mut Commands),
}

/// Every view, in reading order.
pub static PANES: &[Entry] = &[
    Entry {
        key: "path",
        title: "Through time",
        side: Side::Left,
        place: Place::Own(0.568),
        draw: |panels, ui, view, commands| panels.column.ui(ui, view, &panels.motion, commands),
    },
    Entry {
        key: "ledger",
        title: "Ledger",
        side: Side::Left,
        place: Place::Behind,
        draw: |panels, ui, view, commands| panels.ledger.ui(ui, view, commands),
    },
    Entry {
        key: "distribution",
        title: "Hedging error",
        side: Side::Left,
        place: Place::Own(0.432),
        draw: |panels, ui, view, commands| panels.distribution.ui(ui, view, commands),
    },
    Entry {
        key: "book",
        title: "Order book now",
        side: Side::Right,
        place: Place::Own(0.50),
        draw: |panels, ui, view, commands| panels.book.ui(ui, view, &panels.motion, commands),
    },
    Entry {
        key: "policy",
        title: "Policy",
        side: Side::Right,
        place: Place::Own(0.30),
        draw: |panels, ui, view, commands| panels.policy.ui(ui, view, commands),
    },
    Entry {
        key: TRAINING,
        title: "Training",
        side: Side::Right,
        place: Place::Own(0.20),
        draw: |panels, ui, view, commands| panels.training.ui(ui, view, commands),
    },
    Entry {
        key: COSTS,
        title: "Where the money went",
        side: Side::Left,
        place: Place::Behind,
        draw: |panels, ui, view, commands| {
            panels.wants.costs = panels.costs.ui(ui, view, commands);
        },
    },
    Entry {
        key: PRICE,
        title: "What liquidity is worth",
        side: Side::Left,
        place: Place::Behind,
        draw: |panels, ui, view, commands| {
            panels.wants.price = true;
            panels.price.ui(ui, view, commands);
        },
    },
    Entry {
        key: "why",
        title: "Why this trade",
        side: Side::Right,
        place: Place::With("policy"),
        draw: |panels, ui, view, commands| {
            panels.wants.why = true;
            why::ui(ui, view, &panels.motion, commands);
        },
    },
    Entry {
        key: "explorer",
        title: "Explorer",
        side: Side::Right,
        place: Place::With("policy"),
        draw: |panels, ui, view, commands| {
            panels.wants.explorer = true;
            panels.explorer.ui(ui, view, commands);
        },
    },
    Entry {
        key: SWEEP,
        title: "Sweep",
        side: Side::Right,
        place: Place::With("policy"),
        draw: |panels, ui, view, commands| panels.sweep.ui(ui, view, commands),
    },
];

/// Key of the view of a sweep.
pub const SWEEP: &str = "sweep";

/// Views that stay hidden until something is opened in them.
pub const HIDDEN: [&str; 1] = [SWEEP];

/// Keys of the views for which something is computed only while they are looked at.
pub const COSTS: &str = "costs";
/// See [`COSTS`].
pub const PRICE: &str = "price";

/// Key of the view of a training run.
pub const TRAINING: &str = "training";

/// What the views keep for themselves while the window is open.
#[derive(Default)]
pub struct Panels {
    pub motion: Motion,
    pub column: Column,
    pub pins: Pins,
    pub lesson: Lesson,
    book: BookPanel,
    policy: PolicyPanel,
    explorer: ExplorerPanel,
    sweep: SweepPanel,
    ledger: LedgerPanel,
    distribution: DistributionPanel,
    training: TrainingPanel,
    costs: CostsPanel,
    price: PricePanel,
    /// What was looked at in this frame that is computed only then.
    pub wants: Wants,
}

impl Panels {
    /// Takes back how an earlier session looked at things.
    pub fn restore(&mut self, kept: &Kept) {
        self.column.strips = kept.strips.clone();
        self.book.by_price = kept.book_by_price;
        self.distribution.sight.shape = kept.shape;
        self.distribution.sight.gaps = kept.differences;
        self.distribution.measures = kept.measures;
        self.costs.on_average = kept.costs_on_average;
        self.price.rule = kept.price_rule.min(PRICE_RULES.len() - 1);
    }

    /// By which rule prices are shown.
    #[must_use]
    pub fn price_rule(&self) -> usize {
        self.price.rule
    }

    /// How the distribution is drawn, and whether differences are instead of errors.
    #[must_use]
    pub fn shape(&self) -> (Shape, bool) {
        let sight = &self.distribution.sight;
        (sight.shape, sight.gaps)
    }

    /// Writes down how they are looked at.
    pub fn keep(&self, kept: &mut Kept) {
        kept.strips = self.column.strips.clone();
        kept.book_by_price = self.book.by_price;
        kept.shape = self.distribution.sight.shape;
        kept.differences = self.distribution.sight.gaps;
        kept.measures = self.distribution.measures;
        kept.costs_on_average = self.costs.on_average;
        kept.price_rule = self.price.rule;
    }

    /// Forgets what height the training view had before it was folded.
    pub fn unfold(&mut self) {
        self.training.unfold();
    }

    /// Gives the training view its height in an arrangement.
    pub fn fold(&mut self, tree: &mut egui_tiles::Tree<Pane>, view: &ViewModel) {
        self.training.arrange(tree, view);
    }
}

/// A place in an arrangement, known by its view's key.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Pane(String);

impl Pane {
    /// The place of a view.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self(entry.key.into())
    }

    /// Its view's key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.0
    }

    /// Its view; absent for one that this version does not know.
    #[must_use]
    pub fn entry(&self) -> Option<&'static Entry> {
        PANES.iter().find(|entry| entry.key == self.0)
    }
}
