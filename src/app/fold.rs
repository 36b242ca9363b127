//! A view that gives its height back: a line of its column while there is little to see.

use super::panes::Pane;
use egui_tiles::{Container, Linear, LinearDir, Tile, TileId, Tree};

/// Height of a view that is folded: its title and a line (points).
const FOLDED: f32 = 64.0;
/// Least share of the column's height that it has when it is open.
const OPEN: f32 = 0.36;
/// Height between two views (points).
const GAP: f32 = 4.0;

/// Whether a view can be folded, and what it had before it was.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fold {
    /// Whether it stands in a column with others, which take what it gives back.
    pub possible: bool,
    /// Its share of the column, while it is folded.
    before: Option<f32>,
}

impl Fold {
    /// Gives the view of that name its height, open or folded.
    pub fn arrange(&mut self, tree: &mut Tree<Pane>, key: &str, open: bool) {
        let place = place(tree, key);
        self.possible = place.is_some();
        let Some((column, tile)) = place else { return };
        let height = tree.tiles.rect(column).map(|rect| rect.height());
        let Some(column) = column_mut(tree, column) else {
            return;
        };
        let others = column.children.iter().filter(|child| **child != tile);
        let others: f32 = others.map(|child| column.shares[*child]).sum();
        if open {
            if let Some(before) = self.before.take() {
                let least = others * OPEN / (1.0 - OPEN);
                column.shares.set_share(tile, before.max(least));
            }
        } else {
            self.before.get_or_insert(column.shares[tile]);
            let gaps = GAP * (column.children.len() - 1) as f32;
            let rest = height.unwrap_or(700.0) - gaps - FOLDED;
            column
                .shares
                .set_share(tile, others * FOLDED / rest.max(FOLDED));
        }
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
                let column = linear.dir == LinearDir::Vertical && linear.children.len() > 1;
                return column.then_some((parent, tile));
            }
            _ => return None,
        }
    }
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
    use crate::app::layout::{Room, default_tree};

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
        fold.arrange(&mut tree, "training", false);
        assert!(fold.possible && share(&mut tree) < 0.12);
        let folded = tree.clone();
        fold.arrange(&mut tree, "training", false);
        assert_eq!(tree, folded);
        fold.arrange(&mut tree, "training", true);
        assert!(share(&mut tree) >= OPEN - 1e-3);
        // What a person then gives it stays.
        let open = tree.clone();
        fold.arrange(&mut tree, "training", true);
        assert_eq!(tree, open);
    }

    #[test]
    fn an_arrangement_kept_while_it_was_folded_opens_all_the_same() {
        let mut tree = default_tree();
        Fold::default().arrange(&mut tree, "training", false);
        let mut fold = Fold::default();
        fold.arrange(&mut tree, "training", false);
        fold.arrange(&mut tree, "training", true);
        assert!(share(&mut tree) >= OPEN - 1e-3);
    }

    #[test]
    fn behind_tabs_with_others_there_is_nothing_to_give_back() {
        let mut tree = Room::Two.tabs();
        let before = tree.clone();
        let mut fold = Fold::default();
        fold.arrange(&mut tree, "training", false);
        assert!(!fold.possible);
        assert_eq!(tree, before);
    }
}
