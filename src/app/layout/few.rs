//! A few views, as a lesson shows them or a class sees them.

use crate::app::panes::{PANES, Pane};
use egui_tiles::{Linear, LinearDir, Tile, TileId, Tiles, Tree};

/// Views beside one another, by their keys: the first one large, the others in a column beside it.
pub(super) fn tree(keys: &[&'static str]) -> Tree<Pane> {
    let mut tiles = Tiles::default();
    let entries = keys
        .iter()
        .filter_map(|key| PANES.iter().find(|entry| entry.key == *key));
    let tabs: Vec<TileId> = entries
        .map(|entry| {
            let pane = tiles.insert_pane(Pane::of(entry));
            tiles.insert_tab_tile(vec![pane])
        })
        .collect();
    let id = egui::Id::unique("few views");
    let Some((first, others)) = tabs.split_first() else {
        return Tree::empty(id);
    };
    if others.is_empty() {
        return Tree::new(id, *first, tiles);
    }
    let column = match others {
        [other] => *other,
        _ => tiles.insert_vertical_tile(others.to_vec()),
    };
    let root = Linear::new_binary(LinearDir::Horizontal, [*first, column], 0.56);
    let root = tiles.insert_new(Tile::Container(egui_tiles::Container::Linear(root)));
    Tree::new(id, root, tiles)
}
