//! What came of a hedge by hand, beside the strategies on the same path.

use super::rivals::Rivals;
use crate::episode::{LedgerLine, Settlement};
use crate::market::Path;
use crate::order_book::Cost;
use crate::outcome::Estimate;
use crate::policy::Who;
use crate::scenario::Strategy;
use crate::simulate::replay;
use serde::Serialize;

/// One hedge, from the sale to maturity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Played {
    /// Who hedged.
    pub name: String,
    /// Of which strategy it is; absent for the person.
    pub kind: Option<Strategy>,
    /// Hedging error: positive is a loss (currency).
    pub error: f64,
    /// Shares traded after the first trade.
    pub turnover: f64,
    /// What all trades cost against the mid price, the last one included, by cause (currency).
    pub cost: Cost,
    /// What was held from each date on (shares).
    pub positions: Vec<f64>,
}

/// How often a strategy does worse, over many paths, than the person did on this one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Worse {
    /// Which strategy.
    pub name: String,
    /// Of which kind.
    pub kind: Strategy,
    /// The share of paths (0 to 1).
    pub share: Estimate,
}

/// A finished hedge by hand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// The person's.
    pub you: Played,
    /// The strategies', on the same path.
    pub others: Vec<Played>,
    /// Where the person landed among the paths of each strategy.
    pub worse: Vec<Worse>,
    /// How many paths those are.
    pub paths: u64,
    /// Whether the trained policy was trained for exactly this market; absent without one.
    pub learned_is_exact: Option<bool>,
    /// How the hedge ended.
    pub settlement: Settlement,
}

impl Outcome {
    pub(super) fn of(
        rivals: &Rivals,
        path: &Path,
        ledger: &[LedgerLine],
        end: &Settlement,
    ) -> Self {
        let policies = || rivals.policies().iter();
        let who = policies().map(|policy| policy.who());
        let worse = who.zip(rivals.worse_than(end.error));
        let others = policies().map(|policy| {
            let (episode, end) = replay(rivals.scenario(), policy.as_ref(), path);
            Played::of(Some(&policy.who()), episode.ledger(), &end)
        });
        Self {
            you: Played::of(None, ledger, end),
            others: others.collect(),
            worse: worse
                .map(|(who, share)| Worse {
                    name: who.to_string(),
                    kind: who.kind,
                    share,
                })
                .collect(),
            paths: rivals
                .samples()
                .first()
                .map_or(0, |sample| sample.errors().len() as u64),
            learned_is_exact: rivals.learned_is_exact(),
            settlement: *end,
        }
    }

    /// The hedge of a strategy, where it is among the others.
    #[must_use]
    pub fn of_kind(&self, kind: Strategy) -> Option<&Played> {
        self.others.iter().find(|played| played.kind == Some(kind))
    }
}

impl Played {
    fn of(who: Option<&Who>, ledger: &[LedgerLine], end: &Settlement) -> Self {
        Self {
            name: who.map_or("you".into(), ToString::to_string),
            kind: who.map(|who| who.kind),
            error: end.error,
            turnover: end.turnover,
            cost: sum(cost(ledger), end.cost),
            positions: ledger.iter().map(|line| line.position).collect(),
        }
    }
}

/// What the trades of a ledger cost, by cause.
pub(super) fn cost(ledger: &[LedgerLine]) -> Cost {
    ledger
        .iter()
        .fold(Cost::default(), |all, line| sum(all, line.cost))
}

fn sum(a: Cost, b: Cost) -> Cost {
    Cost {
        spread: a.spread + b.spread,
        depth: a.depth + b.depth,
        memory: a.memory + b.memory,
        mid: a.mid + b.mid,
    }
}
