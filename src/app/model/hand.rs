//! What is done in a hedge by hand. The document behind it is left alone.

use super::Model;
use crate::app::command::HandCommand;
use crate::app::notice::Notice;
use crate::app::session::{Hand, Hedged, next_path};
use crate::engine::RivalsRequest;
use crate::hand::{self, Challenge, Game, Outcome};
use crate::logbook::{self, Done};
use crate::units::FieldError;

impl Model {
    pub(super) fn apply_hand(&mut self, command: HandCommand) {
        match command {
            HandCommand::Start(name) => match hand::built_in(&name) {
                Ok(challenge) => self.begin_hand(&challenge),
                Err(error) => self.tell(Notice::error(
                    format!("{name} cannot be hedged"),
                    error.to_string(),
                )),
            },
            HandCommand::Choose(position) => self.in_hand(|hand| hand.choose(position)),
            HandCommand::Commit => self.in_hand(Hand::commit),
            HandCommand::Path(number) => {
                self.tell_unfinished();
                self.in_hand(|hand| hand.restart(number));
            }
            HandCommand::Leave => self.leave_hand(),
        }
    }

    /// The first path of a challenge that was not hedged yet.
    pub(super) fn begin_hand(&mut self, challenge: &Challenge) {
        self.tell_unfinished();
        self.hands += 1;
        let path = next_path(challenge, 0, self.session.hedged(challenge));
        match Hand::start(challenge, path, self.hands) {
            Ok(hand) => {
                self.session.playing = false;
                self.session.hand = Some(hand);
                self.engine.prepare_rivals(RivalsRequest {
                    run: self.hands,
                    challenge: challenge.clone(),
                });
            }
            Err(refused) => self.refuse(&refused),
        }
    }

    /// Back to the document.
    pub(super) fn leave_hand(&mut self) {
        self.tell_unfinished();
        self.session.hand = None;
    }

    fn in_hand(&mut self, change: impl FnOnce(&mut Hand) -> Result<(), FieldError>) {
        if let Some(hand) = &mut self.session.hand
            && let Err(refused) = change(hand)
        {
            self.refuse(&refused);
        }
    }

    fn refuse(&mut self, refused: &FieldError) {
        self.tell(Notice::error("That cannot be held", refused.to_string()));
    }

    /// A path that is left before its end is not counted.
    fn tell_unfinished(&mut self) {
        let Some(game) = self.session.hand.as_ref().map(Hand::game) else {
            return;
        };
        if !game.is_over() {
            let (path, steps) = (game.number(), game.scenario().steps);
            let told = format!(
                "Path {path} was not finished: left at date {} of {steps}",
                game.step()
            );
            self.tell(Notice::info(told));
        }
    }

    /// Hears whether the rivals are there, and settles a path that is at its end.
    pub(super) fn hear_hand(&mut self) {
        let Some(hand) = &mut self.session.hand else {
            return;
        };
        if let Some(ready) = self.engine.rivals() {
            hand.hear(&ready);
        }
        let Some(outcome) = hand.settle() else {
            return;
        };
        let game = hand.game();
        let (challenge, number) = (game.challenge().clone(), game.number());
        let entry = entry(game, &outcome);
        let hedged = Hedged::of(number, &outcome);
        self.session.remember_hedged(&challenge, hedged);
        self.record(entry);
    }
}

/// A finished path as the record has it.
fn entry(game: &Game, outcome: &Outcome) -> Done {
    let hedged = Hedged::of(game.number(), outcome);
    let cost = outcome.you.cost;
    Done::Hedge(logbook::Hedge {
        challenge: game.challenge().name().to_owned(),
        path: game.number(),
        seed: game.challenge().seed(),
        scenario: game.scenario().market_hash(),
        positions: game.positions().to_vec(),
        error: hedged.error,
        delta: hedged.delta,
        learned: hedged.learned,
        spread: cost.spread,
        depth: cost.depth,
        memory: cost.memory,
    })
}
