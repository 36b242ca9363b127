//! Hedging by hand: a person decides at each date what to hold, on a price path that only shows itself
//! as it goes, and is measured beside the strategies on the same path.
//!
//! A [`Challenge`] says what is hedged, a [`Game`] is one path of it, [`Rivals`] are the strategies that
//! one is measured against, and an [`Outcome`] is what came of it.

mod built_in;
mod challenge;
mod game;
mod outcome;
mod rivals;

pub use built_in::{BUILT_IN, built_in, load};
pub use challenge::{Challenge, ChallengeError};
pub use game::{Game, Seen};
pub use outcome::{Outcome, Played, Worse};
pub use rivals::{PATHS, RULES, Rivals};
