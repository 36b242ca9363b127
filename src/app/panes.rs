//! The registry of views: a new view is one entry here.

use super::command::Commands;
use super::panels::distribution::DistributionPanel;
use super::panels::ledger::LedgerPanel;
use super::panels::liquidity::LiquidityPanel;
use super::panels::policy::PolicyPanel;
use super::panels::training::TrainingPanel;
use super::panels::{book, path};
use super::view::ViewModel;
use egui::Ui;

/// A column of the arrangement at the first start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// A view: what it is called, where it stands at first, and how it is drawn.
pub struct Entry {
    /// Its name in kept arrangements; never changed once released.
    pub key: &'static str,
    pub title: &'static str,
    pub side: Side,
    /// Share of its column's height at the first start; 0 for one behind the view before it.
    pub share: f32,
    pub draw: fn(&mut Panels, &mut Ui, &ViewModel, &mut Commands),
}

/// Every view, in reading order.
pub static PANES: &[Entry] = &[
    Entry {
        key: "book",
        title: "Order book now",
        side: Side::Left,
        share: 0.40,
        draw: |_, ui, view, commands| book::ui(ui, view, commands),
    },
    Entry {
        key: "liquidity",
        title: "Liquidity through time",
        side: Side::Left,
        share: 0.28,
        draw: |panels, ui, view, commands| panels.liquidity.ui(ui, view, commands),
    },
    Entry {
        key: "policy",
        title: "Policy",
        side: Side::Left,
        share: 0.32,
        draw: |panels, ui, view, commands| panels.policy.ui(ui, view, commands),
    },
    Entry {
        key: "path",
        title: "Price and positions",
        side: Side::Right,
        share: 0.36,
        draw: |_, ui, view, commands| path::ui(ui, view, commands),
    },
    Entry {
        key: "ledger",
        title: "Ledger",
        side: Side::Right,
        share: 0.0,
        draw: |panels, ui, view, commands| panels.ledger.ui(ui, view, commands),
    },
    Entry {
        key: "distribution",
        title: "Hedging error",
        side: Side::Right,
        share: 0.43,
        draw: |panels, ui, view, commands| panels.distribution.ui(ui, view, commands),
    },
    Entry {
        key: "training",
        title: "Training",
        side: Side::Right,
        share: 0.21,
        draw: |panels, ui, view, commands| panels.training.ui(ui, view, commands),
    },
];

/// What the views keep for themselves while the window is open.
#[derive(Default)]
pub struct Panels {
    liquidity: LiquidityPanel,
    policy: PolicyPanel,
    ledger: LedgerPanel,
    distribution: DistributionPanel,
    training: TrainingPanel,
}

impl Panels {
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

    /// Its view; absent for one that this version does not know.
    #[must_use]
    pub fn entry(&self) -> Option<&'static Entry> {
        PANES.iter().find(|entry| entry.key == self.0)
    }
}
