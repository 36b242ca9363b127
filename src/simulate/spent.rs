//! Where the money of each policy went: the parts of its hedging error, with that error.

use super::{Played, mean_money};
use crate::episode::Money;
use crate::market::Sampling;
use crate::outcome::Estimate;
use crate::policy::{Policy, Who};
use crate::scenario::Scenario;
use std::ops::ControlFlow;

/// What a policy lost and gained, by cause.
#[derive(Clone, Debug)]
pub struct Spent {
    /// Who.
    pub who: Who,
    /// The parts of its error: on a path without standard errors, on average with them (currency).
    pub parts: Money<Estimate>,
    /// The error itself, which they add up to (currency).
    pub error: Estimate,
}

impl Spent {
    /// The parts of the error on one path.
    #[must_use]
    pub fn on_path(who: Who, scenario: &Scenario, played: &Played) -> Self {
        let money = Money::of(scenario, &played.ledger, &played.settlement);
        let exact = Estimate::exact;
        Self {
            who,
            parts: Money {
                premium: exact(money.premium),
                payoff: exact(money.payoff),
                settlement: exact(money.settlement),
                initial: exact(money.initial),
                spread: exact(money.spread),
                depth: exact(money.depth),
                memory: exact(money.memory),
                mid: match played.settlement.mid {
                    Some(_) => exact(money.mid),
                    None => Estimate::default(),
                },
                carry: exact(money.carry),
                dividends: match played.settlement.dividends {
                    Some(_) => exact(money.dividends),
                    None => Estimate::default(),
                },
                position: exact(money.position),
                rounding: exact(money.rounding),
            },
            error: exact(played.settlement.error),
        }
    }
}

/// The parts of mean errors on the paths `0..paths`, of which an evaluation found `errors`: see
/// [`mean_money`].
pub fn mean_spent(
    scenario: &Scenario,
    policies: &[Box<dyn Policy>],
    sampling: Sampling,
    paths: u64,
    errors: &[Estimate],
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Option<Vec<Spent>> {
    let means = errors.iter().map(|mean| mean.value.unwrap_or(f64::NAN));
    let means: Vec<f64> = means.collect();
    let money = mean_money(scenario, policies, sampling, paths, &means, watch)?;
    let rows = policies.iter().zip(money).zip(errors);
    let spent = rows.map(|((policy, parts), error)| Spent {
        who: policy.who(),
        parts,
        error: *error,
    });
    Some(spent.collect())
}
