//! The time cursor, playing, and which path is shown.

use super::{Dirty, Model, PATHS};
use crate::app::command::{Command, Rank};

impl Model {
    pub(super) fn apply_time(&mut self, command: Command) -> Option<Command> {
        match command {
            Command::GoTo(step) => self.go_to(step),
            Command::StepBy(steps) => {
                self.view.playing = false;
                self.go_to(self.view.step.saturating_add_signed(steps));
            }
            Command::TogglePlay => {
                self.view.playing = !self.view.playing;
                self.played = 0.0;
                if self.view.playing && self.view.step >= self.view.scenario.steps {
                    self.go_to(0);
                }
            }
            Command::Speed(speed) => self.view.speed = speed,
            Command::ShowPath(number) => self.show_path(Some(number)),
            Command::NextPath => self.show_path(Some(self.number().map_or(0, |n| n + 1))),
            Command::PreviousPath => {
                self.show_path(Some(self.number().map_or(0, |n| n.saturating_sub(1))));
            }
            Command::RandomPath => {
                self.dice ^= self.dice << 13;
                self.dice ^= self.dice >> 7;
                self.dice ^= self.dice << 17;
                self.show_path(Some(self.dice % PATHS));
            }
            Command::RecordedPath => self.show_path(None),
            Command::ShowRank(rank) => self.show_rank(rank),
            other => return self.apply_training(other),
        }
        None
    }

    fn number(&self) -> Option<u64> {
        self.view.path.number
    }

    fn go_to(&mut self, step: usize) {
        let step = step.min(self.view.scenario.steps);
        if step != self.view.step {
            self.view.step = step;
            self.dirty.add(Dirty::STEP);
        }
    }

    fn show_path(&mut self, number: Option<u64>) {
        self.shown = number;
        self.dirty.add(Dirty::PATH);
    }

    fn show_rank(&mut self, rank: Rank) {
        let focus = self.view.focus;
        let row = self
            .view
            .outcomes
            .as_ref()
            .and_then(|outcomes| outcomes.row(focus).or(outcomes.rows.first()));
        if let Some(row) = row {
            let number = match rank {
                Rank::Worst => row.representatives.worst,
                Rank::Median => row.representatives.median,
                Rank::Best => row.representatives.best,
            };
            self.show_path(Some(number));
        }
    }

    pub(super) fn play(&mut self, seconds: f64) {
        if !self.view.playing {
            return;
        }
        // A frame that came late counts as little more than one date.
        self.played += (seconds * self.view.speed).min(1.2);
        while self.played >= 1.0 {
            self.played -= 1.0;
            self.go_to(self.view.step + 1);
        }
        if self.view.step >= self.view.scenario.steps {
            self.view.playing = false;
        }
    }

    /// Seconds until the time cursor moves by itself.
    #[must_use]
    pub fn next_tick(&self) -> Option<f64> {
        let left = (1.0 - self.played).max(0.0) / self.view.speed.max(0.1);
        self.view.playing.then_some(left)
    }
}
