//! The time cursor, playing, and which path is shown.

use super::{Model, PATHS};
use crate::app::command::{Rank, TimeCommand};
use crate::app::format::count;
use crate::app::notice::Notice;
use crate::app::view::telling;

/// Longest time that a frame may stand for while playing (seconds).
const LONGEST_FRAME: f64 = 1.0;

impl Model {
    pub(super) fn apply_time(&mut self, command: TimeCommand) {
        match command {
            TimeCommand::GoTo(step) => self.go_to(step),
            TimeCommand::StepBy(steps) => {
                self.session.playing = false;
                self.go_to(self.session.step.saturating_add_signed(steps));
            }
            TimeCommand::TogglePlay => {
                self.session.playing = !self.session.playing;
                self.played = None;
                if self.session.playing && self.session.step >= self.session.scenario().steps {
                    self.go_to(0);
                }
            }
            TimeCommand::Speed(speed) => self.session.speed = speed,
            TimeCommand::ShowPath(number) => self.show_path(Some(number)),
            TimeCommand::NextPath => self.show_path(Some(self.number().map_or(0, |n| n + 1))),
            TimeCommand::PreviousPath => {
                self.show_path(Some(self.number().map_or(0, |n| n.saturating_sub(1))));
            }
            TimeCommand::RandomPath => {
                self.dice ^= self.dice << 13;
                self.dice ^= self.dice >> 7;
                self.dice ^= self.dice << 17;
                let there = self.session.paths().at_most(PATHS);
                self.show_path(Some(self.dice % there.max(1)));
            }
            TimeCommand::RecordedPath => self.show_path(None),
            TimeCommand::ShowRank(rank) => self.show_rank(rank),
        }
    }

    /// Puts a path on screen on which one sees at a glance what the network does otherwise, where there
    /// is one.
    pub fn show_telling_path(&mut self) {
        let session = &mut self.session;
        let learned = session.learned.policy.as_ref();
        let found = learned.and_then(|learned| telling(session.scenario(), learned));
        if let Some((number, date)) = found {
            session.place.shown = Some(number);
            session.step = date;
        }
    }

    fn number(&self) -> Option<u64> {
        self.session.path_number()
    }

    fn go_to(&mut self, step: usize) {
        self.session.step = step.min(self.session.scenario().steps);
    }

    /// Shows a path by its number, or the last one, where they are counted and there are not so many.
    fn show_path(&mut self, number: Option<u64>) {
        let within = number.map(|number| self.session.paths().within(number));
        if within != number
            && let Some(last) = within
        {
            self.tell(Notice::info(format!(
                "The prices have {} windows for evaluation: path #{} is the last",
                count(last + 1),
                count(last)
            )));
        }
        self.session.place.shown = within;
    }

    fn show_rank(&mut self, rank: Rank) {
        let focus = &self.session.focus;
        let row = self
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
        if !self.session.playing {
            return;
        }
        // The time since the last frame may lie before the start of playing.
        let Some(played) = &mut self.played else {
            self.played = Some(0.0);
            return;
        };
        // After a halt of the whole program the cursor goes on from where it was.
        *played += seconds.min(LONGEST_FRAME) * self.session.speed;
        let dates = played.floor();
        *played -= dates;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few dates, not below 0"
        )]
        self.go_to(self.session.step.saturating_add(dates as usize));
        if self.session.step >= self.session.scenario().steps {
            self.session.playing = false;
        }
    }

    /// Seconds until something happens by itself: the time cursor moves, or training starts.
    #[must_use]
    pub fn next_tick(&self) -> Option<f64> {
        let date = (1.0 - self.played.unwrap_or(0.0)).max(0.0) / self.session.speed.max(0.1);
        let date = self.session.playing.then_some(date);
        let training = self.retrain_at.map(|at| (at - self.clock).max(0.0));
        match (date, training) {
            (Some(date), Some(training)) => Some(date.min(training)),
            (one, other) => one.or(other),
        }
    }
}
