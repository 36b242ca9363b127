//! The arrangement of the views, which a person can change and which is kept.

use super::command::Commands;
use super::panes::{Entry, PANES, Pane, Panels, Place, Side};
use super::theme::Tokens;
use super::view::ViewModel;
use egui::{Color32, Frame, Margin, RichText, Stroke, Style, Ui, Visuals, WidgetText};
use egui_tiles::{
    Behavior, Container, Linear, LinearDir, ResizeState, SimplificationOptions, TabState, Tile,
    TileId, Tiles, Tree, UiResponse,
};

/// The arrangement at the first start: two columns.
#[must_use]
pub fn default_tree() -> Tree<Pane> {
    let mut tiles = Tiles::default();
    let columns = [Side::Left, Side::Right].map(|side| {
        let mut column = Linear::new(LinearDir::Vertical, Vec::new());
        for entry in on(side) {
            let pane = tiles.insert_pane(Pane::of(entry));
            match (entry.place, column.children.last()) {
                (Place::Behind, Some(tabs)) => {
                    if let Some(Tile::Container(tabs)) = tiles.get_mut(*tabs) {
                        tabs.add_child(pane);
                    }
                }
                (Place::Own(_) | Place::Behind, _) => {
                    let tab = tiles.insert_tab_tile(vec![pane]);
                    column.add_child(tab);
                    if let Place::Own(share) = entry.place {
                        column.shares.set_share(tab, share);
                    }
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
/// taken out; views that it lacks are added at its end. What a person arranged stays.
#[must_use]
pub fn mended(mut tree: Tree<Pane>) -> Tree<Pane> {
    if is_former(&tree) {
        return default_tree();
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
        return default_tree();
    };
    let missing = PANES
        .iter()
        .map(Pane::of)
        .filter(|pane| !seen.contains(pane));
    let mut added: Vec<TileId> = Vec::new();
    for pane in missing.collect::<Vec<_>>() {
        let pane = tree.tiles.insert_pane(pane);
        added.push(tree.tiles.insert_tab_tile(vec![pane]));
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

/// Draws the arrangement.
pub fn ui(
    tree: &mut Tree<Pane>,
    panels: &mut Panels,
    ui: &mut Ui,
    view: &ViewModel,
    commands: &mut Commands,
) {
    panels.motion.update(ui.ctx(), view);
    let mut drawing = Drawing {
        panels,
        view,
        commands,
    };
    tree.ui(&mut drawing, ui);
}

struct Drawing<'a> {
    panels: &'a mut Panels,
    view: &'a ViewModel,
    commands: &'a mut Commands,
}

impl Behavior<Pane> for Drawing<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile: TileId, pane: &mut Pane) -> UiResponse {
        let Self {
            panels,
            view,
            commands,
        } = self;
        let tokens = Tokens::of(ui.visuals());
        Frame::new()
            .fill(tokens.panel)
            .inner_margin(Margin {
                left: 10,
                right: 10,
                top: 4,
                bottom: 4,
            })
            .show(ui, |ui| {
                ui.set_min_size(ui.available_size());
                ui.spacing_mut().item_spacing.y = 3.0;
                if let Some(entry) = pane.entry() {
                    (entry.draw)(panels, ui, view, commands);
                }
            });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        let title = pane.entry().map_or("", |entry| entry.title);
        RichText::new(title).size(12.5).into()
    }

    fn tab_bar_height(&self, _style: &Style) -> f32 {
        24.0
    }

    fn gap_width(&self, _style: &Style) -> f32 {
        4.0
    }

    fn min_size(&self) -> f32 {
        90.0
    }

    fn tab_bar_color(&self, visuals: &Visuals) -> Color32 {
        Tokens::of(visuals).panel
    }

    fn tab_bg_color(
        &self,
        visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        _state: &TabState,
    ) -> Color32 {
        Tokens::of(visuals).panel
    }

    fn tab_outline_stroke(
        &self,
        _visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        _state: &TabState,
    ) -> Stroke {
        Stroke::NONE
    }

    fn tab_bar_hline_stroke(&self, visuals: &Visuals) -> Stroke {
        Stroke::new(1.0, Tokens::of(visuals).hairline)
    }

    fn tab_text_color(
        &self,
        visuals: &Visuals,
        _tiles: &Tiles<Pane>,
        _tile: TileId,
        state: &TabState,
    ) -> Color32 {
        let tokens = Tokens::of(visuals);
        if state.active {
            tokens.strong
        } else {
            tokens.subdued
        }
    }

    fn resize_stroke(&self, style: &Style, state: ResizeState) -> Stroke {
        let tokens = Tokens::of(&style.visuals);
        match state {
            ResizeState::Idle => Stroke::NONE,
            ResizeState::Hovering => Stroke::new(2.0, tokens.hovered),
            ResizeState::Dragging => Stroke::new(2.0, tokens.accent),
        }
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: true,
            ..SimplificationOptions::default()
        }
    }
}

#[cfg(test)]
mod tests;
