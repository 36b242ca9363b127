//! Training orders and what becomes of the learned policy.

use super::Model;
use crate::app::command::TrainingCommand;
use crate::app::document::Grain;
use crate::app::session::{Cause, Learned, Run};
use crate::engine::{Beginning, Order, Phase};
use crate::policy::LearnedPolicy;
use crate::scenario::Scenario;
use crate::training::{RETRAIN_ITERATIONS, refinement, short_training};
use std::sync::Arc;

/// Seconds for which a hand must rest on a control before training starts by itself.
const REST: f64 = 0.25;

impl Model {
    pub(super) fn apply_training(&mut self, command: TrainingCommand) {
        match command {
            TrainingCommand::Toggle => self.toggle_training(),
            TrainingCommand::Afresh => self.train_afresh(),
            TrainingCommand::Retrain => self.retrain(Cause::Asked),
            TrainingCommand::Stop => self.stop(),
            TrainingCommand::Reset => self.reset_training(),
            TrainingCommand::LookBack(iteration) => self.session.look_back(iteration),
            TrainingCommand::MeasureGap => self.measure_gap(),
            TrainingCommand::StopMeasuring => self.stop_measuring(),
            TrainingCommand::AtOnce(on) => self.session.answer_at_once(on),
            TrainingCommand::Automatic(on) => {
                self.session.auto_retrain = on;
                self.retrain_after(Grain::Whole);
            }
        }
    }

    fn toggle_training(&mut self) {
        match self.session.shown_phase() {
            _ if self.session.run.is_starting() => self.stop(),
            Some(Phase::Running) => self.order(|run| Order::Pause { run }),
            Some(Phase::Paused) if self.session.shown_is_parked() => self.take_up(),
            Some(Phase::Paused) => self.order(|run| Order::Resume { run }),
            _ => self.train_afresh(),
        }
    }

    fn train_afresh(&mut self) {
        let scenario = self.session.scenario().clone();
        self.start(scenario, Beginning::Delta, Cause::Asked);
    }

    /// From the weights on screen, for the present parameters.
    pub(super) fn retrain(&mut self, cause: Cause) {
        let Some(policy) = self.session.learned.policy.clone() else {
            self.train_afresh();
            return;
        };
        if self.session.learned.made {
            self.refine(policy, cause);
            return;
        }
        let scenario = self.session.scenario();
        let mut parameters = scenario.as_ref().clone().into_parameters();
        let iterations = parameters.training.iterations.min(RETRAIN_ITERATIONS);
        parameters.training.iterations = iterations;
        // Fewer iterations of an allowed scenario are allowed.
        let scenario = Scenario::new(parameters).map_or_else(|_| scenario.clone(), Arc::new);
        self.start(scenario, Beginning::Weights(policy), cause);
    }

    /// From a policy that was made at once, for the scenario that it was made for.
    fn refine(&mut self, policy: LearnedPolicy, cause: Cause) {
        let cause = match cause {
            Cause::Edit => Cause::RefineEdit,
            _ => Cause::Refine,
        };
        let scenario = self.session.scenario();
        // Where a rule stands in, there is no network to go on from.
        let (goal, from) = if policy.is_untrained() {
            (short_training(scenario), Beginning::Delta)
        } else {
            (refinement(scenario), Beginning::Made(policy.clone()))
        };
        if let Ok(goal) = goal {
            self.start(Arc::new(goal), from, cause);
            self.refines(self.training_runs, policy);
        }
    }

    fn start(&mut self, scenario: Arc<Scenario>, from: Beginning, cause: Cause) {
        self.training_runs += 1;
        self.engine.train(Order::Start {
            run: self.training_runs,
            scenario: Box::new(scenario.as_ref().clone()),
            from,
        });
        self.session.run.start(self.training_runs, cause, scenario);
    }

    /// Goes on with the run on screen, which had given way to another one.
    fn take_up(&mut self) {
        let Some(progress) = self.session.shown_run().cloned() else {
            return;
        };
        let (run, goal) = (progress.run, progress.scenario.clone());
        self.engine.train(Order::Start {
            run,
            scenario: Box::new(goal.as_ref().clone()),
            from: Beginning::Parked,
        });
        self.session.run.start(run, Cause::Parked, goal);
    }

    /// Gives an order about the run that is asked for, or else the one there is.
    pub(super) fn order(&self, order: impl FnOnce(u64) -> Order) {
        if let Some(run) = self.session.run.number() {
            self.engine.train(order(run));
        }
    }

    /// Takes up the run that an earlier session left: it goes on if it was running.
    pub fn resume_earlier(&mut self) {
        let scenario = self.session.scenario().clone();
        self.start(scenario, Beginning::Checkpoint, Cause::Earlier);
    }

    /// How far the preparation of a run is that was asked for.
    pub(super) fn starting(&self) -> Option<f64> {
        let run = self
            .session
            .run
            .is_starting()
            .then_some(self.session.run.number())?;
        let known = self
            .engine
            .starting()
            .filter(|known| Some(known.run) == run);
        Some(known.map_or(0.0, |known| known.share))
    }

    /// Ends the run on screen; its policy stays.
    fn stop(&mut self) {
        self.order(|run| Order::Stop { run });
        self.session.run.give_up_waiting();
    }

    /// A run whose policy has left the screen waits, until undo brings it back or another is
    /// started.
    pub(super) fn leave_run(&mut self) {
        let shown = self.session.shown_run().is_some();
        if self.session.run.is_starting() {
            self.stop();
        } else if !shown && self.session.run.live() == Some(Phase::Running) {
            self.order(|run| Order::Pause { run });
        }
    }

    /// A refinement that is only being prepared is for a scenario that has left the screen.
    pub(super) fn leave_refinement(&mut self) {
        let Run::Starting { cause, goal, .. } = &self.session.run else {
            return;
        };
        let refines = matches!(cause, Cause::Refine | Cause::RefineEdit);
        if refines && !self.session.differs_from(goal).is_empty() {
            self.stop();
        }
    }

    /// Forgets the run; the policy that the preset brought is on screen again.
    fn reset_training(&mut self) {
        self.engine.train(Order::Reset);
        self.session.run = Run::Idle;
        if self.session.policy_is_new() {
            let brought = Learned::still(self.session.place.brought.clone());
            self.session.take_policy(brought, false);
        }
        self.session.learned.run = None;
    }

    /// A look is due at whether the policy still fits: at once, or once the hand rests.
    pub(super) fn retrain_after(&mut self, grain: Grain) {
        let rest = if grain == Grain::Drag { REST } else { 0.0 };
        self.retrain_at = Some(self.clock + rest);
    }

    /// Trains by itself for what is on screen, if that is wanted and the policy is for something
    /// else.
    pub(super) fn retrain_if_due(&mut self) {
        if self.retrain_at.is_none_or(|at| at > self.clock) {
            return;
        }
        self.retrain_at = None;
        if self.session.learned.policy.is_none() || !self.session.auto_retrain {
            return;
        }
        // What is being trained for already needs no second start.
        let learned = &self.session.learned;
        let due = match self.session.run.goal() {
            Some(goal) => !self.session.differs_from(goal).is_empty(),
            // One that was made and not refined yet is to be; beyond what it knows it is, by itself.
            None if learned.made && learned.run.is_none() => !self.is_beyond(),
            None => !self.session.differs().is_empty(),
        };
        if due {
            self.retrain(Cause::Edit);
        }
    }
}
