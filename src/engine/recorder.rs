//! Keeping what is on screen as a record: the same run as that of the command line, in a folder.

use crate::market::{Paths, Sampling};
use crate::policy::{LearnedPolicy, line_up};
use crate::record::{PolicyRecord, Question, Record, RecordDraft};
use crate::scenario::{Scenario, Strategy};
use crate::simulate::{evaluate, tune};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

/// A run to be recorded.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The folder that is to hold it.
    pub folder: PathBuf,
    /// What the scenario is called.
    pub preset: String,
    /// The scenario.
    pub scenario: Scenario,
    /// The trained policies, each with what it came from.
    pub learned: Vec<(LearnedPolicy, String)>,
    /// How many paths.
    pub paths: u64,
}

impl Recording {
    /// Runs it and writes the record; takes as long as the distribution took.
    ///
    /// # Errors
    /// Why nothing was written.
    pub fn perform(&self) -> Result<Record, String> {
        let text = |error: &dyn std::error::Error| error.to_string();
        // A place where it cannot lie is told before the run.
        let draft = RecordDraft::begin(&self.folder).map_err(|error| text(&error))?;
        let began = Instant::now();
        let scenario = &self.scenario;
        let strategies: &[Strategy] = &scenario.strategies.selected;
        let learned: Vec<LearnedPolicy> = self.learned.iter().map(|(p, _)| p.clone()).collect();
        let policies = line_up(strategies, scenario, &tune(scenario, strategies), &learned);
        if policies.is_empty() {
            return Err("nobody hedges: choose a strategy first".into());
        }
        let trained = self.learned.iter();
        let trained = trained.map(|(policy, origin)| (policy, origin.as_str()));
        let records = PolicyRecord::all(&policies, trained, scenario);
        let sampling = Sampling::evaluation(scenario.seed);
        let go_on = &mut |_| ControlFlow::Continue(());
        let paths = Paths::new(scenario, sampling).at_most(self.paths);
        let evaluation = evaluate(scenario, &policies, sampling, paths, go_on);
        let question = Question {
            preset: &self.preset,
            scenario,
            sampling,
            paths,
            policies: &records,
        };
        let record = Record::new(question, &evaluation, began.elapsed().as_secs_f64());
        draft
            .finish(&record, &learned)
            .map_err(|error| text(&error))?;
        Ok(record)
    }
}
