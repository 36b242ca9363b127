//! Tuned parameters of the scenarios looked at last, so that a scenario is tuned once.

use crate::policy::Tuned;
use crate::scenario::parameters::Training;
use crate::scenario::{Parameters, Scenario};
use crate::simulate::{needs_tuning, tune_watched};
use std::collections::VecDeque;
use std::ops::ControlFlow;

/// Scenarios remembered.
const MOST: usize = 16;

/// The tunings made last, the latest at the end.
#[derive(Debug, Default)]
pub(super) struct Tunings(VecDeque<(Parameters, Tuned)>);

impl Tunings {
    /// The parameters in `scenario` if they are known; until they are, the last ones found will do.
    pub fn at_once(&self, scenario: &Scenario) -> Tuned {
        let last = self.0.back().map_or(Tuned::GUESS, |(_, tuned)| *tuned);
        self.known(scenario).unwrap_or(last)
    }

    /// The parameters in `scenario`: tens of milliseconds, or more on long paths, where they are not
    /// known. `None` once `go_on` says no.
    pub fn of(
        &mut self,
        scenario: &Scenario,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Option<Tuned> {
        if let Some(known) = self.known(scenario) {
            return Some(known);
        }
        let tuned = tune_watched(scenario, &scenario.strategies.selected, go_on)?;
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back((key(scenario), tuned));
        Some(tuned)
    }

    fn known(&self, scenario: &Scenario) -> Option<Tuned> {
        if !needs_tuning(scenario, &scenario.strategies.selected) {
            return Some(Tuned::GUESS);
        }
        let key = key(scenario);
        let mut all = self.0.iter();
        all.find(|(known, _)| *known == key)
            .map(|(_, tuned)| *tuned)
    }
}

/// The scenario without what tuning does not depend on.
fn key(scenario: &Scenario) -> Parameters {
    let mut key = scenario.clone().into_parameters();
    key.title.clear();
    key.description.clear();
    key.shown_path = None;
    key.pins.clear();
    key.strategies.selected.sort_unstable();
    key.training = Training {
        objective: key.training.objective,
        cvar_level: key.training.cvar_level,
        risk_aversion: key.training.risk_aversion,
        ..Training::default()
    };
    key
}
