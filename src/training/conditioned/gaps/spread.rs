//! How gaps are spread over many scenarios: not their middle alone.

use super::{Excess, Gap};
use crate::scenario::{Named, Objective, OptionKind, Side};

/// Whose gap is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hedge {
    /// What is made at once.
    AtOnce,
    /// The same after a refinement.
    Refined,
    /// The best hedge without training.
    Rule,
}

impl Named for Hedge {
    const ALL: &'static [(&'static str, Self)] = &[
        ("at once", Self::AtOnce),
        ("refined", Self::Refined),
        ("best rule", Self::Rule),
    ];
}

/// Scenarios that are told of together.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// What they have in common, in words.
    pub name: String,
    /// Whether they are drawn at random, and so stand for others.
    pub drawn: bool,
    /// The scenarios.
    pub gaps: Vec<&'a Gap>,
}

/// The cells of the paper, the random scenarios of each objective, and those of each option for the RSMSE;
/// groups of which there is nothing are left out.
#[must_use]
pub fn groups(gaps: &[Gap]) -> Vec<Group<'_>> {
    let mut all = vec![group(
        "cells of the paper",
        false,
        gaps,
        &Gap::is_of_the_paper,
    )];
    for (word, objective) in Objective::ALL {
        let of = |gap: &Gap| !gap.is_of_the_paper() && gap.objective == *word;
        all.push(group(called(*objective), true, gaps, &of));
    }
    for (side, _) in Side::ALL {
        for (kind, _) in OptionKind::ALL {
            let of = |gap: &Gap| {
                let rsmse = !gap.is_of_the_paper() && gap.objective == Objective::Rsmse.name();
                rsmse && gap.position == *side && gap.kind == *kind
            };
            let name = format!("{}, {side} {kind}s", called(Objective::Rsmse));
            all.push(group(&name, true, gaps, &of));
        }
    }
    all.retain(|group| !group.gaps.is_empty());
    all
}

fn group<'a>(name: &str, drawn: bool, gaps: &'a [Gap], of: &dyn Fn(&Gap) -> bool) -> Group<'a> {
    Group {
        name: name.to_owned(),
        drawn,
        gaps: gaps.iter().filter(|gap| of(gap)).collect(),
    }
}

/// An objective as it is written.
fn called(objective: Objective) -> &'static str {
    match objective {
        Objective::Rsmse => "RSMSE",
        Objective::Rmse => "RMSE",
        Objective::Cvar => "CVaR",
        Objective::Entropic => "entropic risk",
    }
}

/// How the gaps of a hedge are spread over some scenarios.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Half of the scenarios leave no more.
    pub median: Excess,
    /// Nine in ten.
    pub nine_tenths: Excess,
    /// Nineteen in twenty.
    pub nineteen_twentieths: Excess,
    /// All of them.
    pub worst: Excess,
}

impl Spread {
    /// That of a hedge over a group; `None` of no scenario.
    ///
    /// The error of a quantile is that of the scenario's measurement at its rank, or, of scenarios that were
    /// drawn and stand for others, half the distance between the ranks `qn ± √(q(1−q)n)` where that is more
    /// (order statistics; H. A. David and H. N. Nagaraja, *Order Statistics*, 2003, section 7.1). The worst is
    /// that of the scenarios there are.
    #[must_use]
    pub fn of(group: &Group<'_>, hedge: Hedge) -> Option<Self> {
        let mut sorted: Vec<Excess> = group.gaps.iter().map(|gap| gap.excess(hedge)).collect();
        sorted.sort_unstable_by(|a, b| a.share.total_cmp(&b.share));
        let worst = *sorted.last()?;
        let at = |share| quantile(&sorted, share, group.drawn);
        Some(Self {
            median: at(0.5),
            nine_tenths: at(0.9),
            nineteen_twentieths: at(0.95),
            worst,
        })
    }

    /// All of it, from the middle to the worst.
    #[must_use]
    pub fn all(&self) -> [Excess; 4] {
        [
            self.median,
            self.nine_tenths,
            self.nineteen_twentieths,
            self.worst,
        ]
    }
}

/// The value at a share of the ranks of sorted ones, which are not empty.
fn quantile(sorted: &[Excess], share: f64, drawn: bool) -> Excess {
    let count = sorted.len() as f64;
    let found = sorted[rank(sorted.len(), share * (count - 1.0))];
    if !drawn {
        return found;
    }
    let width = (share * (1.0 - share) * count).sqrt();
    let [low, high] = [-width, width].map(|by| rank(sorted.len(), share * (count - 1.0) + by));
    let apart = 0.5 * (sorted[high].share - sorted[low].share);
    Excess {
        error: found.error.max(apart),
        ..found
    }
}

/// The nearest of `count` places.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank between 0 and the last"
)]
fn rank(count: usize, place: f64) -> usize {
    place.round().clamp(0.0, count.saturating_sub(1) as f64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_ranks_and_their_errors_those_of_what_stands_there_or_around() {
        let sorted: Vec<Excess> = (0..=100)
            .map(|place| Excess {
                share: f64::from(place) / 100.0,
                error: 0.001,
            })
            .collect();
        let known = quantile(&sorted, 0.95, false);
        assert_eq!((known.share, known.error), (0.95, 0.001));
        let drawn = quantile(&sorted, 0.5, true);
        // √(n/4) ranks of a hundredth each.
        assert!((drawn.error - 0.05).abs() < 0.006, "{drawn:?}");
        let end = quantile(&sorted[..1], 0.95, true);
        assert_eq!((end.share, end.error), (0.0, 0.001));
    }
}
