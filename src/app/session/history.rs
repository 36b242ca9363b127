//! Steps that undo takes back.

use super::Learned;
use crate::app::document::{Document, Grain};
use crate::app::view::{PolicyChart, Probe};
use crate::engine::Pin;
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use std::sync::Arc;

/// Steps that undo can take back.
const DEPTH: usize = 200;

/// What is being edited: the document, the policy that it brought, and the path on screen.
#[derive(Clone, Debug)]
pub struct Place {
    pub document: Document,
    /// The policy that was opened or saved with the document.
    pub brought: Option<LearnedPolicy>,
    /// The pins that were opened or saved with it, where it is a set.
    pub brought_pins: Option<Vec<Pin>>,
    /// Number of the path on screen; absent: the preset's own, or the first.
    pub shown: Option<u64>,
}

impl Place {
    /// A document as it is opened.
    #[must_use]
    pub fn new(
        document: Document,
        brought: Option<LearnedPolicy>,
        brought_pins: Option<Vec<Pin>>,
    ) -> Self {
        Self {
            document,
            brought,
            brought_pins,
            shown: None,
        }
    }
}

/// One step: the parts of the session that it changed, as they were before.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub scenario: Option<Arc<Scenario>>,
    pub place: Option<Place>,
    pub learned: Option<Learned>,
    pub step: Option<usize>,
    pub look: Option<(PolicyChart, Probe)>,
    pub pins: Option<Vec<Pin>>,
}

/// The steps taken, and those taken back.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    pub past: Vec<Change>,
    pub future: Vec<Change>,
    /// Steps taken, taken back and done again.
    pub steps: u64,
    /// Field under the hand during a drag.
    dragged: Option<&'static str>,
}

impl History {
    /// A step was taken; what was taken back before can no longer be done again.
    pub fn remember(&mut self, change: Change) {
        self.past.push(change);
        self.future.clear();
        self.steps += 1;
        if self.past.len() > DEPTH {
            self.past.remove(0);
        }
    }

    /// The policy is looked at otherwise; what is chosen within one chart is one step.
    pub fn remember_look(&mut self, before: (PolicyChart, Probe), now: (PolicyChart, Probe)) {
        let within = |change: &Change| {
            change.place.is_none() && change.look.map(|look| look.0) == Some(now.0)
        };
        let goes_on = before.0 == now.0 && self.past.last().is_some_and(within);
        if !goes_on || !self.future.is_empty() {
            self.remember(Change {
                look: Some(before),
                ..Change::default()
            });
        }
    }

    /// A policy gave way to another one.
    pub fn remember_policy(&mut self, before: Learned, by_itself: bool) {
        if by_itself && let Some(last) = self.past.last_mut() {
            // The first policy that stood before the edit is the one to come back with it.
            if last.learned.is_none() {
                last.learned = Some(before);
            }
            return;
        }
        self.remember(Change {
            learned: Some(before),
            ..Change::default()
        });
    }

    /// Whether an edit belongs to the step before it.
    pub fn drag_goes_on(&self, grain: Grain, field: Option<&'static str>) -> bool {
        grain == Grain::Drag && self.dragged.is_some() && self.dragged == field
    }

    /// Notes what is under the hand now.
    pub fn drag(&mut self, grain: Grain, field: Option<&'static str>) {
        self.dragged = field.filter(|_| grain == Grain::Drag);
    }
}
