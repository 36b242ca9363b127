//! A view that gives its height back: a line of its column while there is little to see.

use super::panes::Pane;
use egui::Id;
use egui_tiles::{Container, Linear, LinearDir, Tile, TileId, Tree};

/// Height of a view that is folded: its title and a line (points).
const FOLDED: f32 = 64.0;
/// Least share of the column's height that it has when it is open.
const OPEN: f32 = 0.38;
/// Height between two views (points).
const GAP: f32 = 4.0;

/// Whether a view can be folded, and what it had before it was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fold {
    /// Whether it stands in a column with others, which take what it gives back.
    pub possible: bool,
    /// By arrangement, its share of the column before it was folded; absent while it is open.
    before: Vec<(Id, Option<f32>)>,
}

impl Fold {
    /// Gives the view of that name its height, open or folded; `below` is that of words below the line.
    pub fn arrange(&mut self, tree: &mut Tree<Pane>, key: &str, open: bool, below: f32) {
        let place = place(tree, key);
        self.possible = place.is_some();
        let Some((column, tile)) = place else { return };
        let hidden = hidden(tree);
        let of = tree.id();
        let height = tree.tiles.rect(column).map(|rect| rect.height());
        let Some(column) = column_mut(tree, column) else {
            return;
        };
        let others = column.children.iter();
        let others = others.filter(|child| **child != tile && !hidden.contains(child));
        let others: Vec<f32> = others.map(|child| column.shares[*child]).collect();
        let (count, others): (usize, f32) = (others.len(), others.iter().sum());
        if open {
            if let Some(before) = self.before(of, column.shares[tile]).take() {
                let least = others * OPEN / (1.0 - OPEN);
                column.shares.set_share(tile, before.max(least));
            }
        } else {
            let share = column.shares[tile];
            self.before(of, share).get_or_insert(share);
            let gaps = GAP * count as f32;
            let folded = FOLDED + below;
            let rest = height.unwrap_or(700.0) - gaps - folded;
            column
                .shares
                .set_share(tile, others * folded / rest.max(folded));
        }
    }

    /// Its share in an arrangement before it was folded; `present` where that was not seen before.
    fn before(&mut self, tree: Id, present: f32) -> &mut Option<f32> {
        let known = self.before.iter().position(|(other, _)| *other == tree);
        let place = known.unwrap_or_else(|| {
            self.before.push((tree, Some(present)));
            self.before.len() - 1
        });
        &mut self.before[place].1
    }
}

/// The column that a view alone behind its tab stands in with others, and its place there.
fn place(tree: &Tree<Pane>, key: &str) -> Option<(TileId, TileId)> {
    let tiles = &tree.tiles;
    let named = |tile: &Tile<Pane>| match tile {
        Tile::Pane(pane) => pane.entry().is_some_and(|entry| entry.key == key),
        Tile::Container(_) => false,
    };
    let (id, _) = tiles.iter().find(|(_, tile)| named(tile))?;
    let mut tile = *id;
    loop {
        let parent = tiles.parent_of(tile)?;
        match tiles.get_container(parent)? {
            Container::Tabs(tabs) if tabs.children.len() == 1 => tile = parent,
            Container::Linear(linear) => {
                let seen = |child: &&TileId| tiles.is_visible_in_layout(**child);
                let column = linear.dir == LinearDir::Vertical
                    && seen(&&tile)
                    && linear.children.iter().filter(seen).count() > 1;
                return column.then_some((parent, tile));
            }
            _ => return None,
        }
    }
}

/// What takes no room.
fn hidden(tree: &Tree<Pane>) -> Vec<TileId> {
    let all = tree.tiles.tile_ids();
    all.filter(|id| !tree.is_visible_in_layout(*id)).collect()
}

fn column_mut(tree: &mut Tree<Pane>, id: TileId) -> Option<&mut Linear> {
    match tree.tiles.get_mut(id)? {
        Tile::Container(Container::Linear(linear)) => Some(linear),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::layout::{Purpose, Room, default_tree};
    use crate::app::panes::PANES;

    /// The view's share of its column.
    fn share(tree: &mut Tree<Pane>) -> f32 {
        let (column, tile) = place(tree, "training").unwrap();
        let column = column_mut(tree, column).unwrap();
        let whole: f32 = column.children.iter().map(|id| column.shares[*id]).sum();
        column.shares[tile] / whole
    }

    #[test]
    fn folded_it_has_a_line_and_open_its_share_of_the_column() {
        let mut tree = default_tree();
        let mut fold = Fold::default();
        fold.arrange(&mut tree, "training", false, 0.0);
        assert!(fold.possible && share(&mut tree) < 0.12);
        let folded = tree.clone();
        fold.arrange(&mut tree, "training", false, 0.0);
        assert_eq!(tree, folded);
        fold.arrange(&mut tree, "training", true, 0.0);
        assert!(share(&mut tree) >= OPEN - 1e-3);
        // What a person then gives it stays.
        let open = tree.clone();
        fold.arrange(&mut tree, "training", true, 0.0);
        assert_eq!(tree, open);
    }

    #[test]
    fn an_arrangement_kept_while_it_was_folded_opens_all_the_same() {
        let mut tree = default_tree();
        Fold::default().arrange(&mut tree, "training", false, 0.0);
        let mut fold = Fold::default();
        fold.arrange(&mut tree, "training", false, 0.0);
        fold.arrange(&mut tree, "training", true, 0.0);
        assert!(share(&mut tree) >= OPEN - 1e-3);
    }

    #[test]
    fn each_arrangement_opens_to_what_it_had() {
        let mut trees = [Purpose::Explore.tree(), Purpose::Compare.tree()];
        let mut fold = Fold::default();
        let (column, tile) = place(&trees[0], "training").unwrap();
        let column = column_mut(&mut trees[0], column).unwrap();
        let others: f32 = column.children.iter().map(|id| column.shares[*id]).sum();
        column.shares.set_share(tile, others);
        let before = share(&mut trees[0]);
        for tree in &mut trees {
            fold.arrange(tree, "training", false, 0.0);
        }
        for tree in &mut trees {
            fold.arrange(tree, "training", true, 0.0);
        }
        assert!((share(&mut trees[0]) - before).abs() < 1e-3);
        assert!((share(&mut trees[1]) - OPEN).abs() < 1e-3);
    }

    #[test]
    fn hidden_neighbours_give_it_no_room_and_a_hidden_view_is_left_alone() {
        let mut tree = default_tree();
        for entry in PANES {
            if ["book", "policy", "explorer", "why"].contains(&entry.key) {
                let id = tree.tiles.find_pane(&Pane::of(entry)).unwrap();
                tree.set_visible(id, false);
            }
        }
        let before = tree.clone();
        let mut fold = Fold::default();
        fold.arrange(&mut tree, "training", false, 0.0);
        assert!(!fold.possible);
        assert_eq!(tree, before);
        let mut tree = default_tree();
        let training = PANES.iter().find(|entry| entry.key == "training").unwrap();
        let id = tree.tiles.find_pane(&Pane::of(training)).unwrap();
        tree.set_visible(id, false);
        fold.arrange(&mut tree, "training", false, 0.0);
        assert!(!fold.possible);
    }

    #[test]
    fn behind_tabs_with_others_there_is_nothing_to_give_back() {
        let mut tree = Room::Two.tabs();
        let before = tree.clone();
        let mut fold = Fold::default();
        fold.arrange(&mut tree, "training", false, 0.0);
        assert!(!fold.possible);
        assert_eq!(tree, before);
    }
}
