//! Stand-in until the trainer arrives.
#![allow(missing_docs, clippy::all, clippy::pedantic, reason = "replaced by the trainer")]

use crate::episode::Observation;
use crate::policy::{Delta, Leland, Policy};
use crate::scenario::{Scenario, Strategy};
use std::path::Path;
use std::sync::Arc;

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TrainingError(pub String);

#[derive(Clone, Debug)]
pub struct LearnedPolicy {
    scenario: Arc<Scenario>,
    mix: f64,
}

impl LearnedPolicy {
    pub fn trained_for(&self) -> &Scenario {
        &self.scenario
    }
}

impl Policy for LearnedPolicy {
    fn strategy(&self) -> Strategy {
        Strategy::Learned
    }
    fn target(&self, seen: &Observation) -> f64 {
        let base = Leland::of(&self.scenario).target(seen);
        let lean = 0.12 * (1.0 - seen.value / 150.0).clamp(-1.0, 1.0) * base;
        let wish = base + lean;
        seen.position + (self.mix * 0.85 + 0.15) * (wish - seen.position)
    }
}

pub enum Start {
    Delta,
    Weights(LearnedPolicy),
}

#[derive(Clone, Debug)]
pub struct Validation {
    pub iteration: usize,
    pub objective: f64,
    pub rsmse: f64,
}

#[derive(Clone, Debug)]
pub struct Report {
    pub iteration: usize,
    pub iterations: usize,
    pub paths: u64,
    pub loss: f64,
    pub learning_rate: f64,
    pub validation: Vec<Validation>,
    pub delta: f64,
    pub leland: f64,
}

pub struct Step {
    pub loss: f64,
    pub finished: bool,
}

pub struct Checkpoint(Scenario, usize);

impl Checkpoint {
    pub fn load(_path: &Path) -> Result<Self, TrainingError> {
        Err(TrainingError("no checkpoint".into()))
    }
    pub fn save(&self, _path: &Path) -> Result<(), TrainingError> {
        Ok(())
    }
}

pub struct Trainer {
    scenario: Arc<Scenario>,
    report: Report,
}

impl Trainer {
    pub fn new(scenario: &Scenario, _start: Start, _seed: u64) -> Result<Self, TrainingError> {
        Ok(Self {
            scenario: Arc::new(scenario.clone()),
            report: Report {
                iteration: 0,
                iterations: scenario.training.iterations,
                paths: 0,
                loss: 40.0,
                learning_rate: 5e-3,
                validation: Vec::new(),
                delta: 30.2,
                leland: 28.4,
            },
        })
    }
    pub fn resume(checkpoint: Checkpoint) -> Result<Self, TrainingError> {
        let mut trainer = Self::new(&checkpoint.0, Start::Delta, 1)?;
        trainer.report.iteration = checkpoint.1;
        Ok(trainer)
    }
    pub fn step(&mut self) -> Result<Step, TrainingError> {
        std::thread::sleep(std::time::Duration::from_millis(1));
        let report = &mut self.report;
        report.iteration += 1;
        report.paths += self.scenario.training.batch as u64;
        let noise = ((report.iteration * 7919) % 97) as f64 / 97.0;
        report.loss = 23.7 + 20.0 * (-(report.iteration as f64) / 300.0).exp() + noise;
        if report.iteration % 100 == 0 {
            let validation = Validation {
                iteration: report.iteration,
                objective: report.loss - noise,
                rsmse: report.loss - noise,
            };
            report.validation.push(validation);
        }
        Ok(Step { loss: report.loss, finished: report.iteration >= report.iterations })
    }
    pub fn report(&self) -> Report {
        self.report.clone()
    }
    pub fn policy(&self) -> LearnedPolicy {
        LearnedPolicy {
            scenario: self.scenario.clone(),
            mix: 1.0 - (-(self.report.iteration as f64) / 500.0).exp(),
        }
    }
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint((*self.scenario).clone(), self.report.iteration)
    }
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }
}

pub fn shipped(name: &str) -> Option<LearnedPolicy> {
    let scenario = crate::presets::built_in(name).ok()?;
    let _baseline = Delta::of(&scenario);
    Some(LearnedPolicy { scenario: Arc::new(scenario), mix: 1.0 })
}
