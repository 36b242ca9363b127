//! What the views are laid out for.

use super::default_tree;
use crate::app::panes::{PANES, Pane};
use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, Tiles, Tree};

/// What the views are laid out for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Purpose {
    /// Everything at once.
    #[default]
    Explore,
    /// Hedges against each other, over all paths and date by date.
    Compare,
    /// What happens on one path, large.
    Teach,
}

impl Purpose {
    /// Every one, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Explore, Self::Compare, Self::Teach];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Explore => "explore",
            Self::Compare => "compare",
            Self::Teach => "teach",
        }
    }

    /// What it is good for.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Explore => "All views at once",
            Self::Compare => "Hedging errors large, the ledger beside them",
            Self::Teach => "One path through time and its order book, large",
        }
    }

    /// Its arrangement before anybody changed it.
    #[must_use]
    pub fn tree(self) -> Tree<Pane> {
        match self {
            Self::Explore => default_tree(),
            Self::Compare => COMPARE.tree(),
            Self::Teach => TEACH.tree(),
        }
    }
}

/// Views behind one another, by their keys, with their share of a column.
type Group = (f32, &'static [&'static str]);

/// Two columns of views.
struct Plan {
    name: &'static str,
    /// Share of the left column.
    left: f32,
    columns: [&'static [Group]; 2],
    hidden: &'static [&'static str],
}

const COMPARE: Plan = Plan {
    name: "views to compare",
    left: 0.58,
    columns: [
        &[
            (0.62, &["distribution", "costs", "price"]),
            (0.38, &["path"]),
        ],
        &[
            (0.46, &["ledger"]),
            (0.34, &["policy", "book", "why", "explorer", "sweep"]),
            (0.20, &["training"]),
        ],
    ],
    hidden: &["sweep"],
};

const TEACH: Plan = Plan {
    name: "views to teach",
    left: 0.58,
    columns: [
        &[(1.0, &["path", "ledger", "distribution", "costs", "price"])],
        &[(
            1.0,
            &["book", "why", "policy", "explorer", "sweep", "training"],
        )],
    ],
    hidden: &[
        "ledger",
        "distribution",
        "costs",
        "price",
        "why",
        "policy",
        "explorer",
        "sweep",
        "training",
    ],
};

impl Plan {
    fn tree(&self) -> Tree<Pane> {
        let mut tiles = Tiles::default();
        let last = self.columns.len() - 1;
        let mut columns = Vec::new();
        for (place, groups) in self.columns.iter().enumerate() {
            let mut column = Linear::new(LinearDir::Vertical, Vec::new());
            for (i, (share, keys)) in groups.iter().enumerate() {
                let at_the_end = place == last && i + 1 == groups.len();
                let tabs = self.tabs(&mut tiles, keys, at_the_end);
                let tabs = tiles.insert_new(Tile::Container(Container::Tabs(tabs)));
                column.add_child(tabs);
                column.shares.set_share(tabs, *share);
            }
            columns.push(tiles.insert_new(Tile::Container(Container::Linear(column))));
        }
        let mut root = Linear::new(LinearDir::Horizontal, columns.clone());
        for (column, share) in columns.into_iter().zip([self.left, 1.0 - self.left]) {
            root.shares.set_share(column, share);
        }
        let root = tiles.insert_new(Tile::Container(Container::Linear(root)));
        Tree::new(egui::Id::unique(self.name), root, tiles)
    }

    /// Views behind one another; at the end those that the plan does not know, hidden.
    fn tabs(&self, tiles: &mut Tiles<Pane>, keys: &[&'static str], at_the_end: bool) -> Tabs {
        let named = |key: &str| {
            let groups = self.columns.iter().copied().flatten();
            groups
                .flat_map(|(_, keys)| *keys)
                .any(|known| *known == key)
        };
        let of_key = |key: &&'static str| PANES.iter().find(|entry| entry.key == *key);
        let known = keys.iter().filter_map(of_key);
        let unknown = PANES.iter().filter(|entry| at_the_end && !named(entry.key));
        let children = known.chain(unknown).map(|entry| {
            let id = tiles.insert_pane(Pane::of(entry));
            let shown = named(entry.key) && !self.hidden.contains(&entry.key);
            tiles.set_visible(id, shown);
            id
        });
        Tabs::new(children.collect())
    }
}
