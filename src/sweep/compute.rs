//! One cell: its network trained, everybody measured and asked, the result put in its place.

use super::cell::Cell;
use super::error::SweepError;
use super::folder::Folder;
use super::plan::Plan;
use super::row::Row;
use super::spec::Start as From;
use crate::market::{Paths, Sampling};
use crate::policy::{LearnedPolicy, line_up};
use crate::scenario::Scenario;
use crate::simulate::{evaluate, tune_watched};
use crate::training::{Checkpoint, Interrupt, Start, Trainer, TrainingError, conditioned_policy};
use crate::units::ContentHash;

/// Where cells are computed, and for whom.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub plan: &'a Plan,
    pub folder: &'a Folder,
    /// Raised when the work is no longer wanted.
    pub stop: &'a Interrupt,
}

impl Site<'_> {
    /// Computes a cell and keeps it; false where it was broken off, and nothing is kept but a network that
    /// was finished. `told` hears which share of the training is done.
    pub fn compute(&self, cell: &Cell, told: &dyn Fn(f64)) -> Result<bool, SweepError> {
        let scenario = self.plan.scenario(cell)?;
        let mut learned = None;
        if let Some(name) = cell.policy {
            learned = self.network(cell, name, &scenario, told)?;
            if learned.is_none() {
                return Ok(false);
            }
        }
        let Some(row) = self.measured(cell, &scenario, learned.as_ref()) else {
            return Ok(false);
        };
        self.folder.put_row(cell, &row)?;
        Ok(true)
    }

    /// The network of a cell: from its file, or trained and put there.
    fn network(
        &self,
        cell: &Cell,
        name: ContentHash,
        scenario: &Scenario,
        told: &dyn Fn(f64),
    ) -> Result<Option<(LearnedPolicy, ContentHash)>, SweepError> {
        if let Some(found) = self.folder.network(name)? {
            return Ok(Some(found));
        }
        let start = self.start(cell, scenario)?;
        let as_it_is = self.plan.spec().training.iterations == Some(0);
        let checkpoint = match start {
            Start::Refined(policy) if as_it_is => Some(Checkpoint {
                policy,
                validation: None,
                training: None,
            }),
            start => self
                .trained(scenario, &start, told)
                .or_else(|source| match source {
                    TrainingError::Interrupted => Ok(None),
                    source => Err(SweepError::Training {
                        cell: self.plan.told(cell.index),
                        source,
                    }),
                })?,
        };
        let Some(checkpoint) = checkpoint else {
            return Ok(None);
        };
        self.folder.put_network(name, &checkpoint)?;
        // As whoever finds it there reads it.
        self.folder.network(name)
    }

    /// What the training of a cell starts from.
    fn start(&self, cell: &Cell, scenario: &Scenario) -> Result<Start, SweepError> {
        if self.plan.spec().start == From::Conditioned {
            let made = conditioned_policy().policy(scenario);
            let made = made.map_err(|source| SweepError::Conditioned {
                cell: self.plan.told(cell.index),
                source,
            })?;
            return Ok(Start::Refined(made));
        }
        let Some(name) = cell.neighbour else {
            return Ok(Start::Fresh);
        };
        match self.folder.network(name)? {
            Some((policy, _)) => Ok(Start::Weights(policy)),
            None => Err(SweepError::Other {
                what: "the network of the cell before",
                reason: "is gone while the next one was to start from it".into(),
            }),
        }
    }

    /// Trains to the end of what is planned; `None` where it was broken off.
    fn trained(
        &self,
        scenario: &Scenario,
        start: &Start,
        told: &dyn Fn(f64),
    ) -> Result<Option<Checkpoint>, TrainingError> {
        let watch = &mut |_| self.stop.ask();
        let mut trainer = Trainer::watched(scenario, start, scenario.seed, watch)?;
        trainer.heed(self.stop);
        while !trainer.is_finished() {
            trainer.step()?;
            told(trainer.share());
            if self.stop.is_raised() {
                return Ok(None);
            }
        }
        trainer.validate()?;
        Ok(Some(trainer.checkpoint().without_training()))
    }

    /// The result of a cell, on as many paths as are asked for or as there are; `None` where it was broken off.
    fn measured(
        &self,
        cell: &Cell,
        scenario: &Scenario,
        learned: Option<&(LearnedPolicy, ContentHash)>,
    ) -> Option<Row> {
        let spec = self.plan.spec();
        let tuned = tune_watched(scenario, &spec.strategies, &mut || self.stop.ask())?;
        let networks: Vec<LearnedPolicy> =
            learned.iter().map(|(policy, _)| policy.clone()).collect();
        let policies = line_up(&spec.strategies, scenario, &tuned, &networks);
        let sampling = Sampling::evaluation(spec.seed);
        let go_on = &mut |_| self.stop.ask();
        let paths = Paths::new(scenario, sampling).at_most(spec.paths);
        let evaluation = evaluate(scenario, &policies, sampling, paths, go_on);
        if evaluation.paths < paths {
            return None;
        }
        let question = self.plan.question(scenario, cell.policy);
        let learned = learned.map(|(policy, file)| (policy, *file));
        Some(Row::new(
            question,
            scenario,
            &policies,
            learned,
            &evaluation,
        ))
    }
}
