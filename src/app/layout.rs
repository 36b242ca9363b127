//! The arrangement of the views, which a person can change and which is kept.

mod arrangements;
mod drawing;
mod few;
mod purpose;

pub use arrangements::Arrangements;
pub use drawing::ui;
pub use purpose::Purpose;

use super::panes::{Entry, HIDDEN, PANES, Pane, Place, Side};
use egui_tiles::{Container, Linear, LinearDir, Tile, TileId, Tiles, Tree};

/// The arrangement at the first start: two columns.
#[must_use]
pub fn default_tree() -> Tree<Pane> {
    let mut tiles = Tiles::default();
    let columns = [Side::Left, Side::Right].map(|side| {
        let mut column = Linear::new(LinearDir::Vertical, Vec::new());
        for entry in on(side) {
            let pane = tiles.insert_pane(Pane::of(entry));
            tiles.set_visible(pane, !HIDDEN.contains(&entry.key));
            let tabs = match entry.place {
                Place::Own(_) => None,
                Place::Behind => column.children.last().copied(),
                Place::With(key) => tabs_of(&tiles, key),
            };
            if let Some(Tile::Container(tabs)) = tabs.and_then(|tabs| tiles.get_mut(tabs)) {
                tabs.add_child(pane);
            } else {
                let tab = tiles.insert_tab_tile(vec![pane]);
                column.add_child(tab);
                if let Place::Own(share) = entry.place {
                    column.shares.set_share(tab, share);
                }
            }
        }
        tiles.insert_new(Tile::Container(Container::Linear(column)))
    });
    let root = Linear::new_binary(LinearDir::Horizontal, columns, 0.595);
    let root = tiles.insert_new(Tile::Container(Container::Linear(root)));
    Tree::new(egui::Id::unique("views"), root, tiles)
}

fn on(side: Side) -> impl Iterator<Item = &'static Entry> {
    PANES.iter().filter(move |entry| entry.side == side)
}

/// How much room there is for the views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// For the arrangement of one's own.
    Ample,
    /// For two views at a time.
    Two,
    /// For one view at a time.
    One,
}

impl Room {
    /// The room in an area of this size, as at large zoom or in a small window.
    #[must_use]
    pub fn of(size: egui::Vec2) -> Self {
        if size.x >= 700.0 && size.y >= 500.0 {
            Self::Ample
        } else if size.x >= 620.0 {
            Self::Two
        } else {
            Self::One
        }
    }

    /// The arrangement for little room: views behind tabs.
    #[must_use]
    pub fn tabs(self) -> Tree<Pane> {
        let mut tiles = Tiles::default();
        let mut group = |entries: &mut dyn Iterator<Item = &'static Entry>| {
            let ids = entries.map(|entry| tiles.insert_pane(Pane::of(entry)));
            let ids = ids.collect();
            tiles.insert_tab_tile(ids)
        };
        if self == Self::One {
            let all = group(&mut PANES.iter());
            return Tree::new(egui::Id::unique("one view"), all, tiles);
        }
        let groups = [group(&mut on(Side::Left)), group(&mut on(Side::Right))];
        let root = Linear::new_binary(LinearDir::Horizontal, groups, 0.55);
        let root = tiles.insert_new(Tile::Container(Container::Linear(root)));
        Tree::new(egui::Id::unique("two views"), root, tiles)
    }
}

/// A kept arrangement, made whole: views that this version does not know, and second copies, are
/// taken out; views that it lacks are added at its end. What a person arranged stays; where no view
/// would be seen, all are.
#[must_use]
pub fn mended(mut tree: Tree<Pane>, purpose: Purpose) -> Tree<Pane> {
    if is_former(&tree) {
        return purpose.tree();
    }
    let mut seen: Vec<Pane> = Vec::new();
    for id in panes(&tree) {
        let known = tree.tiles.get_pane(&id).is_some_and(|pane| {
            let fresh = pane.entry().is_some() && !seen.contains(pane);
            seen.push(pane.clone());
            fresh
        });
        if !known {
            tree.remove_recursively(id);
        }
    }
    let Some(root) = tree.root().filter(|_| panes(&tree).next().is_some()) else {
        return purpose.tree();
    };
    show_containers(&mut tree);
    let missing = PANES
        .iter()
        .map(Pane::of)
        .filter(|pane| !seen.contains(pane));
    let mut added: Vec<TileId> = Vec::new();
    for pane in missing.collect::<Vec<_>>() {
        let tabs = beside(&tree, &pane);
        let shown = !HIDDEN.contains(&pane.key());
        let pane = tree.tiles.insert_pane(pane);
        tree.tiles.set_visible(pane, shown);
        match tabs.and_then(|tabs| tree.tiles.get_mut(tabs)) {
            Some(Tile::Container(Container::Tabs(tabs))) => tabs.add_child(pane),
            _ => added.push(tree.tiles.insert_tab_tile(vec![pane])),
        }
    }
    if added.is_empty() {
        return tree;
    }
    let column = tree.tiles.insert_vertical_tile(added);
    let share = Linear::new_binary(LinearDir::Horizontal, [root, column], 0.7);
    let root = tree
        .tiles
        .insert_new(Tile::Container(Container::Linear(share)));
    Tree::new(tree.id(), root, tree.tiles)
}

/// The tabs behind whose views a view stands at first, where it stands behind others.
fn beside(tree: &Tree<Pane>, pane: &Pane) -> Option<TileId> {
    let entry = pane.entry()?;
    let front = match entry.place {
        Place::Own(_) => return None,
        Place::With(key) => key,
        Place::Behind => {
            let before = on(entry.side).take_while(|other| other.key != entry.key);
            let own = |other: &&Entry| matches!(other.place, Place::Own(_));
            before.filter(own).last()?.key
        }
    };
    tabs_of(&tree.tiles, front)
}

/// The tabs that a view stands in.
fn tabs_of(tiles: &Tiles<Pane>, key: &str) -> Option<TileId> {
    let entry = PANES.iter().find(|entry| entry.key == key)?;
    let tabs = tiles.parent_of(tiles.find_pane(&Pane::of(entry))?)?;
    let is_tabs = matches!(tiles.get(tabs), Some(Tile::Container(Container::Tabs(_))));
    is_tabs.then_some(tabs)
}

/// Only views are hidden, and not all of them.
fn show_containers(tree: &mut Tree<Pane>) {
    let all: Vec<TileId> = tree.tiles.tile_ids().collect();
    let none = !panes(tree).any(|id| tree.is_visible(id));
    for id in all {
        if none || tree.tiles.get_pane(&id).is_none() {
            tree.set_visible(id, true);
        }
    }
}

/// The places that hold a view, as the arrangement shows them.
fn panes(tree: &Tree<Pane>) -> impl Iterator<Item = TileId> + use<> {
    let mut ids: Vec<TileId> = tree
        .tiles
        .iter()
        .filter(|(_, tile)| matches!(tile, Tile::Pane(_)))
        .map(|(id, _)| *id)
        .collect();
    ids.sort_by_key(|id| id.0);
    ids.into_iter()
}

/// The views in the first arrangement of earlier versions, in which time had two axes.
const FORMER: [&str; 6] = [
    "book",
    "liquidity",
    "policy",
    "path",
    "distribution",
    "training",
];

/// Whether it is that arrangement, as nobody has changed it but for its shares: two columns.
fn is_former(tree: &Tree<Pane>) -> bool {
    fn keys(tree: &Tree<Pane>, id: TileId, all: &mut Vec<String>) {
        match tree.tiles.get(id) {
            Some(Tile::Pane(pane)) => all.push(pane.key().to_owned()),
            Some(Tile::Container(container)) => {
                container
                    .children()
                    .for_each(|child| keys(tree, *child, all));
            }
            None => {}
        }
    }
    let mut all = Vec::new();
    if let Some(root) = tree.root() {
        keys(tree, root, &mut all);
    }
    all == FORMER
}

#[cfg(test)]
mod tests;
