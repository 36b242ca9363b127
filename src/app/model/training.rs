//! Training orders and what becomes of the learned policy.

use super::{Dirty, Model};
use crate::app::command::Command;
use crate::app::notice::Notice;
use crate::app::view::stale;
use crate::engine::{Beginning, Order, Phase};
use crate::scenario::Scenario;
use crate::training::RETRAIN_ITERATIONS;

impl Model {
    pub(super) fn apply_training(&mut self, command: Command) -> Option<Command> {
        match command {
            Command::ToggleTraining => match self.phase() {
                Some(Phase::Running) => self.engine.train(Order::Pause),
                Some(Phase::Paused) => self.engine.train(Order::Resume),
                _ => self.train_afresh(),
            },
            Command::TrainAfresh => self.train_afresh(),
            Command::Retrain => self.retrain(),
            Command::StopTraining => self.engine.train(Order::Stop),
            Command::ResetTraining => self.reset_training(),
            Command::AutoRetrain(on) => {
                self.view.auto_retrain = on;
                self.retrain_if_stale();
            }
            other => return self.apply_presets(other),
        }
        None
    }

    fn phase(&self) -> Option<Phase> {
        self.view.training.as_ref().map(|progress| progress.phase)
    }

    fn train_afresh(&mut self) {
        self.start(self.view.scenario.clone(), Beginning::Delta, false);
    }

    /// From the weights on screen, for the present parameters.
    fn retrain(&mut self) {
        let Some(policy) = self.learned.clone() else {
            self.train_afresh();
            return;
        };
        let mut parameters = self.view.scenario.clone().into_parameters();
        let iterations = parameters.training.iterations.min(RETRAIN_ITERATIONS);
        parameters.training.iterations = iterations;
        // Fewer iterations of an allowed scenario are allowed.
        let scenario = Scenario::new(parameters).unwrap_or_else(|_| self.view.scenario.clone());
        self.start(scenario, Beginning::Weights(policy), false);
    }

    fn start(&mut self, scenario: Scenario, from: Beginning, paused: bool) {
        self.training_run += 1;
        self.engine.train(Order::Start {
            run: self.training_run,
            scenario: Box::new(scenario),
            from,
            paused,
        });
    }

    /// Shows the run that an earlier session left, waiting to go on.
    pub fn resume_earlier(&mut self) {
        self.start(self.view.scenario.clone(), Beginning::Checkpoint, true);
    }

    /// Ends the run of a document that leaves the screen, and takes its curves off.
    pub(super) fn end_training(&mut self) {
        let Some(phase) = self.phase() else { return };
        if matches!(phase, Phase::Running | Phase::Paused) {
            let preset = &self.view.preset;
            self.tell(Notice::info(format!("Training for {preset} was ended")));
        }
        self.training_run += 1;
        self.engine.train(Order::Reset);
        self.view.training = None;
    }

    fn reset_training(&mut self) {
        self.training_run += 1;
        self.engine.train(Order::Reset);
        self.learned = self.shipped.clone();
        self.trained = false;
        self.dirty.add(Dirty::ALL);
    }

    pub(super) fn retrain_if_stale(&mut self) {
        let Some(policy) = &self.learned else { return };
        if !self.view.auto_retrain {
            return;
        }
        let goal = match (&self.view.training, self.phase()) {
            // What is being trained for already needs no second start.
            (Some(progress), Some(Phase::Running)) => (*progress.scenario).clone(),
            _ => policy.trained_for().clone(),
        };
        if !stale(&goal, &self.view.scenario).is_empty() {
            self.retrain();
        }
    }

    pub(super) fn training_finished(&mut self) {
        self.dirty.add(Dirty::ALL);
        self.retrain_if_stale();
    }
}
