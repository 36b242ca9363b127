//! How far from the best what was made at once is, in words.

use super::LearnedView;
use crate::gallery::{excess_words, expected_words, gained_words, rule_words, standing_words};
use crate::training::conditioned::Standing;
use crate::training::conditioned::gaps::{Excess, Gap, Hedge};
use std::sync::Arc;

/// What was found of the gap on screen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GapView {
    /// Share of a measurement under way that is done.
    pub measuring: Option<f64>,
    /// The gap as it was measured for this scenario.
    pub measured: Option<Arc<Gap>>,
    /// Beyond what the conditioned policy knows: how it stands to delta and Leland.
    pub standing: Option<Standing>,
    /// What the refinement on screen gained.
    pub gained: Option<Excess>,
}

impl LearnedView {
    /// What the mark of a policy says that was made at once: `refined: 0.30 ± 0.10% better`.
    #[must_use]
    pub fn mark(&self, in_training: bool) -> String {
        let gained = self.gap.gained.filter(|_| self.refined);
        let standing = self.gap.standing.as_ref();
        match (self.outside.is_empty(), gained) {
            (true, None) if self.refined => "refined".into(),
            (true, None) => "answers at once".into(),
            (true, Some(gained)) => format!("refined: {}", gained_words(gained)),
            (false, Some(gained)) => {
                format!(
                    "beyond what it knows, trained since: {}",
                    gained_words(gained)
                )
            }
            (false, None) => {
                let standing = standing.map_or_else(String::new, |standing| {
                    format!(": {}", standing_words(standing))
                });
                let training = if in_training { ", training …" } else { "" };
                format!("beyond what it knows{standing}{training}")
            }
        }
    }

    /// The same in a few words, where there is little room.
    #[must_use]
    pub fn short_mark(&self) -> &'static str {
        match (self.outside.is_empty(), self.refined) {
            (true, false) => "answers at once",
            (true, true) => "refined",
            (false, _) => "beyond what it knows",
        }
    }

    /// Words for the mark, from all of them to the fewest.
    #[must_use]
    pub fn marks(&self, in_training: bool) -> [String; 3] {
        let gained = self.gap.gained.filter(|_| self.refined);
        let better = self
            .gap
            .standing
            .filter(|s| s.prefers_rule() && !self.refined);
        let few = match (gained, better) {
            (Some(gained), _) if self.outside.is_empty() => gained_words(gained),
            (None, Some(standing)) => format!("{} is better here", rule_words(&standing)),
            _ => self.short_mark().into(),
        };
        [self.mark(in_training), few, self.short_mark().into()]
    }

    /// What is expected of it: `about 0.2% (0.0 to 0.6%) above training for this scenario`.
    #[must_use]
    pub fn expected_words(&self) -> Option<String> {
        let expected = self.expected.as_ref()?;
        let words = expected_words(expected);
        Some(format!("about {words} above training for this scenario"))
    }

    /// What was measured.
    #[must_use]
    pub fn measured_words(&self) -> Option<String> {
        self.gap.measured.as_deref().map(measured_words)
    }
}

/// What was measured, in a sentence.
#[must_use]
pub fn measured_words(gap: &Gap) -> String {
    let of = |hedge| excess_words(gap.excess(hedge));
    format!(
        "Above a training for this scenario alone, measured: at once {}, refined {}, best rule {}",
        of(Hedge::AtOnce),
        of(Hedge::Refined),
        of(Hedge::Rule)
    )
}
