//! What must come back at the next start, and when it is written.

use super::Window;
use crate::app::keep::{Kept, KeptReference, Work};
use crate::app::layout::Purpose;
use egui::Context;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// Seconds between two looks at what must be kept.
const KEEP_EVERY: f64 = 3.0;

impl Window {
    /// Does `work`; where that breaks down, what must come back is kept before the window goes.
    pub fn survive(&mut self, work: impl FnOnce(&mut Self)) {
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| work(self))) {
            self.keep();
            resume_unwind(panic);
        }
    }

    /// Keeps what changed some seconds after it did, so that little is lost in a crash.
    pub(super) fn keep_in_time(&mut self, ctx: &Context, now: f64) {
        if !self.unkept {
            self.looked_at = now;
            return;
        }
        let left = self.looked_at + KEEP_EVERY - now;
        if left > 0.0 {
            ctx.request_repaint_after(Duration::from_secs_f64(left + 0.01));
        } else {
            self.unkept = false;
            self.keep();
        }
    }

    /// Has written what must come back at the next start, if it changed.
    pub fn keep(&self) {
        let Some(folder) = self.home.folder() else {
            return;
        };
        let own = self.model.session().own();
        let document = &own.place.document;
        let work = Work {
            edited: document.is_modified().then(|| document.scenario().clone()),
            trained: self.model.new_policy().cloned(),
            pins: own.pins.to_vec(),
        };
        let order = self.kept_now().order(folder, work);
        self.model.engine().files().ask(order);
    }

    fn kept_now(&self) -> Kept {
        let session = self.model.session();
        let own = session.own();
        let document = &own.place.document;
        let mut kept = Kept {
            origin: document.origin().clone(),
            trained: None,
            edited: None,
            recent: session.recent.clone(),
            theme: self.theme,
            zoom: self.zoom,
            controls: self.show_controls,
            purpose: self.views.purpose(),
            layout: Some(self.views.of(Purpose::Explore).clone()),
            compare: Some(self.views.of(Purpose::Compare).clone()),
            teach: Some(self.views.of(Purpose::Teach).clone()),
            large: self.views.large().cloned(),
            step: own.step,
            focus: own.focus.kind,
            reference: KeptReference {
                pin: own.reference.pin.clone(),
                strategy: own.reference.who.as_ref().map(|who| who.kind),
            },
            chart: own.look.0,
            probe: own.look.1,
            linked_sides: own.linked_sides,
            relative_prices: session.relative_prices,
            auto_retrain: own.auto_retrain,
            answers_at_once: session.answers_at_once,
            shown: own.place.shown,
            speed: session.speed,
            swept: session.swept.path.to_owned(),
            explored: session.explored,
            sweep: self.model.sweep_source(),
            sweep_wish: session.sweep_wish.clone(),
            pins: Vec::new(),
            offers_lesson: self.offers,
            training: session.own_run().is_some(),
            ..Kept::default()
        };
        self.panels.keep(&mut kept);
        kept
    }
}
