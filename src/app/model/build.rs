//! Building anew what changed, and asking for the distribution.

use super::{Model, PATHS, PATHS_WHILE_TRAINING};
use crate::app::theme::Tokens;
use crate::app::view::{
    BookView, Learned, LiquidityView, Palette, PathView, PolicySource, PolicyView, differences,
    stale,
};
use crate::engine::Request;

impl Model {
    pub(super) fn rebuild(&mut self) {
        let dirty = std::mem::take(&mut self.dirty);
        if dirty.path {
            self.rebuild_learned();
            let view = &self.view;
            self.view.path = PathView::new(
                &view.scenario,
                self.learned.as_ref(),
                self.shown,
                view.pinned.as_deref(),
            );
        }
        let view = &mut self.view;
        if dirty.book {
            let pinned = view.pinned.as_deref();
            view.book = BookView::new(&view.scenario, &view.path, view.step, view.focus, pinned);
        }
        if dirty.liquidity {
            self.version += 1;
            view.liquidity = LiquidityView::new(
                &view.scenario,
                &view.path,
                view.focus,
                view.pinned.as_deref(),
                view.relative_prices,
                (palette(self.dark), self.version),
            );
        }
        if dirty.policy {
            self.version += 1;
            view.policy = PolicyView::new(&PolicySource {
                scenario: &view.scenario,
                learned: self.learned.as_ref(),
                pinned: view.pinned.as_deref(),
                path: &view.path,
                step: view.step,
                focus: view.focus,
                chart: view.policy.chart,
                dark: self.dark,
                version: self.version,
            });
        }
        if dirty.distribution {
            self.ask_distribution();
        }
    }

    fn rebuild_learned(&mut self) {
        let view = &mut self.view;
        view.learned = Learned {
            stale: self.learned.as_ref().map_or_else(Vec::new, |policy| {
                stale(policy.trained_for(), &view.scenario)
            }),
            policy: self.learned.clone(),
        };
        view.pinned_differences = view.pinned.as_ref().map_or_else(Vec::new, |pinned| {
            differences(&pinned.scenario, &view.scenario)
        });
    }

    fn ask_distribution(&mut self) {
        self.simulation_run += 1;
        self.asked_at = self.clock;
        self.view.computing = true;
        let paths = if self.view.is_training() {
            PATHS_WHILE_TRAINING
        } else {
            PATHS
        };
        self.engine.simulate(Request {
            run: self.simulation_run,
            scenario: self.view.scenario.clone(),
            learned: self.learned.clone(),
            pinned: self.view.pinned.clone(),
            paths,
        });
    }
}

fn palette(dark: bool) -> Palette {
    let visuals = if dark {
        egui::Visuals::dark()
    } else {
        egui::Visuals::light()
    };
    let tokens = Tokens::of(&visuals);
    Palette {
        ground: tokens.panel,
        bid: tokens.bid,
        ask: tokens.ask,
    }
}
