//! Whose turn it is: each iteration trains the generator of one objective. First the RSMSE's; the others begin
//! where that has come to, and take turns.

use crate::scenario::Objective;

/// Objectives whose generators begin with the RSMSE's weights, in the order of their turns: the CVaR looks at few
/// of its paths, and has twice as many.
const OTHERS: [Objective; 4] = [
    Objective::Cvar,
    Objective::Rmse,
    Objective::Cvar,
    Objective::Entropic,
];
/// Share of the iterations that are the RSMSE's.
const FIRST_SHARE: f64 = 0.5;

/// An iteration's part in the training of a generator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Turn {
    /// Number of the iteration, from 0.
    pub iteration: u64,
    /// Whose generator is trained.
    pub objective: Objective,
    /// How many turns it had before.
    pub number: u64,
    /// How many it has in all.
    pub of: u64,
}

impl Turn {
    /// The turn of an iteration, of so many.
    pub fn of(iteration: u64, iterations: u64) -> Self {
        let first = firsts(iterations);
        let Some(later) = iteration.checked_sub(first) else {
            return Self {
                iteration,
                objective: Objective::Rsmse,
                number: iteration,
                of: first,
            };
        };
        let round = OTHERS.len() as u64;
        let objective = OTHERS[place(later % round)];
        // Turns of the objective among the first so many of the others'.
        let turns = |count: u64| {
            let of =
                |others: &[Objective]| others.iter().filter(|o| **o == objective).count() as u64;
            count / round * of(&OTHERS) + of(&OTHERS[..place(count % round)])
        };
        Self {
            iteration,
            objective,
            number: turns(later),
            of: turns(iterations - first),
        }
    }

    /// Whether the generator begins with the weights of the RSMSE's.
    pub fn takes_over(&self) -> bool {
        self.number == 0 && self.objective != Objective::Rsmse
    }

    /// Share of the generator's training that was done before, 0 to 1.
    pub fn share(&self) -> f64 {
        self.number as f64 / self.of as f64
    }
}

/// A place in a round.
fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

fn firsts(iterations: u64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a whole number"
    )]
    let firsts = (iterations as f64 * FIRST_SHARE).ceil() as u64;
    firsts
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn each_generator_has_the_turns_that_it_is_promised() {
        for iterations in [1, 2, 5, 12, 100, 101, 102] {
            let mut had: BTreeMap<&str, u64> = BTreeMap::new();
            let mut last = BTreeMap::new();
            for iteration in 0..iterations {
                let turn = Turn::of(iteration, iterations);
                let name = crate::scenario::Named::name(turn.objective);
                let had = had.entry(name).or_default();
                assert_eq!(turn.number, *had);
                *had += 1;
                last.insert(name, turn);
            }
            for (name, turn) in last {
                assert_eq!(turn.of, had[name], "{name} of {iterations}");
                assert!(turn.share() < 1.0);
            }
        }
    }
}
