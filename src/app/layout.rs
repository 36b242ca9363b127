//! The arrangement of the views, which a person can change and which is kept.

use super::command::Command;
use super::panels::distribution::DistributionPanel;
use super::panels::liquidity::LiquidityPanel;
use super::panels::policy::PolicyPanel;
use super::panels::{book, path, training};
use super::theme::Tokens;
use super::view::ViewModel;
use egui::{Color32, Frame, Margin, RichText, Stroke, Style, Ui, Visuals, WidgetText};
use egui_tiles::{
    Behavior, Container, Linear, LinearDir, ResizeState, SimplificationOptions, TabState, Tile,
    TileId, Tiles, Tree, UiResponse,
};

/// A view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Pane {
    Book,
    Liquidity,
    Policy,
    Path,
    Distribution,
    Training,
}

impl Pane {
    const ALL: [Self; 6] = [
        Self::Book,
        Self::Liquidity,
        Self::Policy,
        Self::Path,
        Self::Distribution,
        Self::Training,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Book => "Order book now",
            Self::Liquidity => "Liquidity through time",
            Self::Policy => "Policy",
            Self::Path => "Price and positions",
            Self::Distribution => "Hedging error",
            Self::Training => "Training",
        }
    }
}

/// The arrangement at the first start.
#[must_use]
pub fn default_tree() -> Tree<Pane> {
    let mut tiles = Tiles::default();
    let mut tab = |pane: Pane| {
        let id = tiles.insert_pane(pane);
        tiles.insert_tab_tile(vec![id])
    };
    let (book, liquidity, policy) = (tab(Pane::Book), tab(Pane::Liquidity), tab(Pane::Policy));
    let (path, errors, training) = (
        tab(Pane::Path),
        tab(Pane::Distribution),
        tab(Pane::Training),
    );
    let mut column = |parts: [(TileId, f32); 3]| {
        let mut linear = Linear::new(LinearDir::Vertical, parts.iter().map(|p| p.0).collect());
        for (id, share) in parts {
            linear.shares.set_share(id, share);
        }
        tiles.insert_new(Tile::Container(Container::Linear(linear)))
    };
    let left = column([(book, 0.40), (liquidity, 0.28), (policy, 0.32)]);
    let right = column([(path, 0.37), (errors, 0.38), (training, 0.25)]);
    let root = Linear::new_binary(LinearDir::Horizontal, [left, right], 0.41);
    let root = tiles.insert_new(Tile::Container(Container::Linear(root)));
    Tree::new(egui::Id::unique("views"), root, tiles)
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
        let mut group = |panes: &[Pane]| {
            let ids = panes.iter().map(|pane| tiles.insert_pane(*pane)).collect();
            tiles.insert_tab_tile(ids)
        };
        if self == Self::One {
            use Pane::{Book, Distribution, Liquidity, Path, Policy, Training};
            let all = group(&[Path, Book, Distribution, Liquidity, Policy, Training]);
            return Tree::new(egui::Id::unique("one view"), all, tiles);
        }
        let left = group(&[Pane::Book, Pane::Liquidity, Pane::Policy]);
        let right = group(&[Pane::Path, Pane::Distribution, Pane::Training]);
        let root = Linear::new_binary(LinearDir::Horizontal, [left, right], 0.45);
        let root = tiles.insert_new(Tile::Container(Container::Linear(root)));
        Tree::new(egui::Id::unique("two views"), root, tiles)
    }
}

/// Whether a kept arrangement still shows every view once.
#[must_use]
pub fn is_whole(tree: &Tree<Pane>) -> bool {
    Pane::ALL.iter().all(|pane| {
        tree.tiles
            .tiles()
            .filter(|tile| **tile == Tile::Pane(*pane))
            .count()
            == 1
    })
}

/// The panels behind the views.
#[derive(Default)]
pub struct Panels {
    liquidity: LiquidityPanel,
    policy: PolicyPanel,
    distribution: DistributionPanel,
}

impl Panels {
    /// Draws the arrangement.
    pub fn ui(
        &mut self,
        ui: &mut Ui,
        tree: &mut Tree<Pane>,
        view: &ViewModel,
        commands: &mut Vec<Command>,
    ) {
        let mut drawing = Drawing {
            panels: self,
            view,
            commands,
        };
        tree.ui(&mut drawing, ui);
    }
}

struct Drawing<'a> {
    panels: &'a mut Panels,
    view: &'a ViewModel,
    commands: &'a mut Vec<Command>,
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
                match pane {
                    Pane::Book => book::ui(ui, view, commands),
                    Pane::Liquidity => panels.liquidity.ui(ui, view, commands),
                    Pane::Policy => panels.policy.ui(ui, view, commands),
                    Pane::Path => path::ui(ui, view, commands),
                    Pane::Distribution => panels.distribution.ui(ui, view, commands),
                    Pane::Training => training::ui(ui, view, commands),
                }
            });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        RichText::new(pane.title()).size(12.5).into()
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
