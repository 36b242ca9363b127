//! The hedge by hand in progress: its game, the position chosen and not yet taken, what it is measured
//! against.

use crate::engine::RivalsReady;
use crate::hand::{Challenge, Game, Outcome, Rivals};
use crate::scenario::Strategy;
use crate::units::FieldError;
use std::sync::Arc;

/// A game, with all that stands beside it.
pub struct Hand {
    game: Game,
    chosen: f64,
    /// Number of the request for rivals.
    run: u64,
    rivals: Option<Arc<Rivals>>,
    outcome: Option<Arc<Outcome>>,
    /// Counts what was done: another number whenever something else is to be shown.
    turn: u64,
}

/// A path that was hedged to its end (errors in currency).
#[derive(Clone, Debug, PartialEq)]
pub struct Hedged {
    /// Number of the path.
    pub path: u64,
    pub error: f64,
    pub delta: f64,
    pub learned: Option<f64>,
}

impl Hand {
    /// A path of a challenge, whose rivals come with the answer to request `run`.
    ///
    /// # Errors
    /// When the challenge has no such path.
    pub fn start(challenge: &Challenge, path: u64, run: u64) -> Result<Self, FieldError> {
        let game = Game::start(challenge, path)?;
        Ok(Self {
            chosen: game.seen().position,
            game,
            run,
            rivals: None,
            outcome: None,
            turn: 0,
        })
    }

    #[must_use]
    pub fn game(&self) -> &Game {
        &self.game
    }

    /// The position chosen for the next date (shares).
    #[must_use]
    pub fn chosen(&self) -> f64 {
        self.chosen
    }

    /// Strategies on many paths, once they are computed.
    #[must_use]
    pub fn rivals(&self) -> Option<&Arc<Rivals>> {
        self.rivals.as_ref()
    }

    /// What came of it, once it is over and the rivals are there.
    #[must_use]
    pub fn outcome(&self) -> Option<&Arc<Outcome>> {
        self.outcome.as_ref()
    }

    /// Which game it is, and another number whenever something else is to be shown of it.
    #[must_use]
    pub fn turn(&self) -> (u64, u64) {
        (self.run, self.turn)
    }

    /// Another path of the same challenge, or the same once more.
    ///
    /// # Errors
    /// When the challenge has no such path; nothing is changed then.
    pub fn restart(&mut self, path: u64) -> Result<(), FieldError> {
        let game = Game::start(self.game.challenge(), path)?;
        self.chosen = game.seen().position;
        self.game = game;
        self.outcome = None;
        self.turn += 1;
        Ok(())
    }

    /// Chooses what to hold next; nothing is traded yet.
    ///
    /// # Errors
    /// When it may not be held.
    pub fn choose(&mut self, position: f64) -> Result<(), FieldError> {
        self.game.preview(position)?;
        self.chosen = position;
        self.turn += 1;
        Ok(())
    }

    /// Takes the position chosen, for good.
    ///
    /// # Errors
    /// When it may not be held, or when the path is at its end.
    pub fn commit(&mut self) -> Result<(), FieldError> {
        self.game.commit(self.chosen)?;
        self.turn += 1;
        Ok(())
    }

    /// Takes in the rivals, if they are those that were asked for.
    pub fn hear(&mut self, ready: &RivalsReady) {
        if ready.run == self.run && self.rivals.is_none() {
            self.rivals = Some(ready.rivals.clone());
            self.turn += 1;
        }
    }

    /// What came of it, the first time that it can be told.
    pub fn settle(&mut self) -> Option<Arc<Outcome>> {
        if self.outcome.is_some() {
            return None;
        }
        let outcome = Arc::new(self.game.finish(self.rivals.as_ref()?)?);
        self.outcome = Some(outcome.clone());
        self.turn += 1;
        Some(outcome)
    }
}

impl Hedged {
    /// The gist of an outcome.
    #[must_use]
    pub fn of(path: u64, outcome: &Outcome) -> Self {
        let error = |kind| outcome.of_kind(kind).map(|played| played.error);
        Self {
            path,
            error: outcome.you.error,
            delta: error(Strategy::Delta).unwrap_or(f64::NAN),
            learned: error(Strategy::Learned),
        }
    }
}

/// The path after `from`, the first that was not hedged yet if there is one.
#[must_use]
pub fn next_path(challenge: &Challenge, from: u64, hedged: &[Hedged]) -> u64 {
    let paths = challenge.paths();
    let mut after = (from..from + paths).map(|number| number % paths + 1);
    let is_new = |number: &u64| !hedged.iter().any(|hedged| hedged.path == *number);
    after.find(is_new).unwrap_or(from % paths + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hand;

    #[test]
    fn the_next_path_is_one_that_was_not_hedged_and_the_first_follows_the_last() {
        let challenge = hand::built_in("pin").unwrap();
        let hedged = |paths: &[u64]| -> Vec<Hedged> {
            let one = |path| Hedged {
                path,
                error: 0.0,
                delta: 0.0,
                learned: None,
            };
            paths.iter().copied().map(one).collect()
        };
        assert_eq!(next_path(&challenge, 0, &[]), 1);
        assert_eq!(next_path(&challenge, 1, &hedged(&[1, 2])), 3);
        assert_eq!(next_path(&challenge, 10, &hedged(&[10])), 1);
        let all: Vec<u64> = (1..=10).collect();
        assert_eq!(next_path(&challenge, 4, &hedged(&all)), 5);
        assert_eq!(next_path(&challenge, 10, &hedged(&all)), 1);
    }
}
