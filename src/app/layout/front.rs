//! Which view stands in front of others in their place.

use super::panes;
use crate::app::panes::Pane;
use egui_tiles::{Container, Tile, TileId, Tree};

/// Shows a training run in front of what it stands behind while it runs, and gives the place back.
#[derive(Default)]
pub struct Front {
    running: bool,
    /// What stood there before.
    before: Option<TileId>,
}

impl Front {
    /// Brings the run's view to the front, or takes it back.
    pub fn follow(&mut self, tree: &mut Tree<Pane>, running: bool) {
        if running == self.running {
            return;
        }
        self.running = running;
        let run = panes(tree).find(|id| tree.tiles.get_pane(id).is_some_and(Pane::is_training));
        let parent = run.and_then(|run| tree.tiles.parent_of(run));
        let tabs = parent.and_then(|id| tree.tiles.get_mut(id));
        let Some(Tile::Container(Container::Tabs(tabs))) = tabs else {
            return;
        };
        if running {
            self.before = std::mem::replace(&mut tabs.active, run);
        } else if tabs.active == run {
            tabs.active = self.before.take();
        }
    }
}
