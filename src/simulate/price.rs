//! The premium at which hedging an option through a book is neither a loss nor a gain.
//!
//! Cash received at the sale earns interest, and whoever looks at the portfolio value trades otherwise
//! with more of it. So the premium is a fixed point: policy and ledger are run again with each premium
//! that is tried, on common random numbers, until what is left of the risk is a small part of its own
//! standard error. For policies that do not look at the value, with one rate for debts and balances, the
//! error moves by `Δp·(1+r)^T` exactly, and the second try is the last.

use super::block;
use super::rules::Rules;
use crate::market::{LANES, PathBlock, Paths, Sampling};
use crate::outcome::{Estimate, Goal};
use crate::policy::Policy;
use crate::scenario::{Scenario, Side};
use rayon::prelude::*;

/// Tries after which a premium counts as not to be found.
const MOST_TRIES: usize = 40;
/// What may be left of the risk, in its standard errors.
const LEFT: f64 = 1e-3;
/// The same where there is none, as a share of what the contract's shares cost.
const ROUNDING: f64 = 1e-13;
/// Largest standard error of an exponential average, as a share of it, at which it is known at all.
const KNOWN: f64 = 0.2;
/// Farthest that the risk's slope in the cash may be from interest alone, as a factor, to be followed.
const STEEPEST: f64 = 20.0;

/// What has to be zero for a premium to be a price. Each of them moves by `−c` where all errors do, and
/// is 0 without an option and without a hedge, so that it compares the hedged option with doing nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PriceRule {
    /// The mean error: on average nothing is lost.
    Mean,
    /// The mean of the worst `1 − q` of errors, a coherent risk measure: with this premium the hedged
    /// option needs no capital (P. Artzner, F. Delbaen, J.-M. Eber and D. Heath, *Coherent measures of
    /// risk*, 1999).
    Cvar {
        /// `q`.
        level: f64,
    },
    /// `log(mean(exp(γ e)))/γ`: exponential utility is as large as that of doing nothing (S. Hodges and
    /// A. Neuberger, *Optimal replication of contingent claims under transaction costs*, 1989).
    Entropic {
        /// `γ` (per currency).
        aversion: f64,
    },
}

impl PriceRule {
    /// All of them, with the parameters of a scenario.
    #[must_use]
    pub fn all(scenario: &Scenario) -> [Self; 3] {
        let training = &scenario.training;
        [
            Self::Mean,
            Self::Cvar {
                level: training.cvar_level,
            },
            Self::Entropic {
                aversion: training.risk_aversion,
            },
        ]
    }

    /// The risk of these errors (currency), `draw` neighbours of which belong together; its standard
    /// error is absent with fewer than two draws, all of it where an error is not finite.
    #[must_use]
    pub fn risk(self, errors: &[f64], draw: usize) -> Estimate {
        let (value, influences) = self.influences(errors);
        if !value.is_finite() {
            return Estimate::default();
        }
        Estimate {
            value: Some(value),
            se: spread(&influences, draw),
        }
    }

    /// Whether a risk with this standard error is that of many paths. An average of `exp(γ e)` may be that
    /// of its few worst: with `m` of them in equal parts, the standard error of its logarithm is `1/√m`,
    /// and with fewer than 25 neither it nor the figure means anything.
    fn is_known(self, se: f64) -> bool {
        match self {
            Self::Mean | Self::Cvar { .. } => true,
            Self::Entropic { aversion } => aversion * se <= KNOWN,
        }
    }

    fn influences(self, errors: &[f64]) -> (f64, Vec<f64>) {
        let goal = match self {
            Self::Mean => {
                let mean = errors.iter().sum::<f64>() / errors.len() as f64;
                return (mean, errors.iter().map(|e| e - mean).collect());
            }
            Self::Cvar { level } => Goal::Cvar { level },
            Self::Entropic { aversion } => Goal::Entropic { aversion },
        };
        goal.influences(errors)
    }
}

/// The price of an option to one hedger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Price {
    /// By what.
    pub rule: PriceRule,
    /// The premium at which that is zero (currency, for the whole contract): the least at which to sell,
    /// or the most at which to buy. Negative where even as a gift the option costs more to hedge than it
    /// brings; absent where none was found, and where an entropic one hangs on a handful of paths.
    pub premium: Estimate,
    /// How often the hedge was run to find it.
    pub tries: usize,
}

/// How much more an option costs to hedge in one market than in another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriceDifference {
    /// By what.
    pub rule: PriceRule,
    /// The premium in the one less that in the other (currency), with its paired standard error: on the
    /// same random numbers most of what is uncertain in either is the same in both.
    pub less: Estimate,
}

/// The price of the scenario's option to `policy`, by each of `rules`, on the paths `0..paths`.
///
/// The policy is taken as it stands; it is not trained or tuned again for each premium. The same bits
/// for any number of threads.
#[must_use]
pub fn price(
    scenario: &Scenario,
    policy: &dyn Policy,
    sampling: Sampling,
    paths: usize,
    rules: &[PriceRule],
) -> Vec<Price> {
    let priced = solved(scenario, policy, sampling, paths, rules).into_iter();
    priced.map(|(price, _)| price).collect()
}

/// What the option of the one scenario costs more than that of the other, each to a policy of its own,
/// by each of `rules`, on the same random numbers.
#[must_use]
pub fn price_difference(
    one: (&Scenario, &dyn Policy),
    other: (&Scenario, &dyn Policy),
    sampling: Sampling,
    paths: usize,
    rules: &[PriceRule],
) -> Vec<PriceDifference> {
    let priced = |(scenario, policy)| solved(scenario, policy, sampling, paths, rules);
    let draw = if sampling.antithetic { 2 } else { 1 };
    let less = |((one, of_one), (other, of_other)): (Solved, Solved)| {
        let value = one.premium.value.zip(other.premium.value);
        let both = of_one.iter().zip(&of_other);
        let influences: Vec<f64> = both.map(|(one, other)| one - other).collect();
        PriceDifference {
            rule: one.rule,
            less: Estimate {
                value: value.map(|(one, other)| one - other),
                se: value.and_then(|_| spread(&influences, draw)),
            },
        }
    };
    priced(one)
        .into_iter()
        .zip(priced(other))
        .map(less)
        .collect()
}

/// A price, and how much each path moves it (currency); empty where there is none.
type Solved = (Price, Vec<f64>);

fn solved(
    scenario: &Scenario,
    policy: &dyn Policy,
    sampling: Sampling,
    paths: usize,
    rules: &[PriceRule],
) -> Vec<Solved> {
    let hedge = Hedge {
        rules: Rules::of(scenario),
        source: Paths::new(scenario, sampling),
        policy,
        paths,
        draw: if sampling.antithetic { 2 } else { 1 },
        growth: (scenario.contract.maturity * scenario.financing.lend_rate.ln_1p()).exp(),
        rounding: ROUNDING * scenario.contract.shares * scenario.market.spot,
    };
    let sign = match scenario.contract.position {
        Side::Short => 1.0,
        Side::Long => -1.0,
    };
    let start = hedge.rules.opening_cash;
    let first = hedge.errors(start);
    let of_rule = |rule: &PriceRule| {
        let found = hedge.solve(*rule, start, first.clone());
        let premium = Estimate {
            // Not `−0`.
            value: found.cash.value.map(|cash| sign * cash + 0.0),
            se: found.cash.se,
        };
        let price = Price {
            rule: *rule,
            premium,
            tries: found.tries,
        };
        let influences = found.influences.into_iter();
        (
            price,
            influences.map(|influence| sign * influence).collect(),
        )
    };
    rules.iter().map(of_rule).collect()
}

/// The standard error of what so many paths move by so much each, `draw` neighbours of which belong
/// together; absent with fewer than two draws.
fn spread(influences: &[f64], draw: usize) -> Option<f64> {
    let draws = influences.chunks(draw).map(|draw| draw.iter().sum::<f64>());
    let squares: f64 = draws.map(|influence| influence * influence).sum();
    (influences.len() > draw).then(|| squares.sqrt() / influences.len() as f64)
}

/// The cash that was found.
#[derive(Default)]
struct Found {
    cash: Estimate,
    tries: usize,
    /// How much each path moves it (currency).
    influences: Vec<f64>,
}

/// A policy on paths, to be run with any cash at the sale.
struct Hedge<'a> {
    rules: Rules,
    source: Paths,
    policy: &'a dyn Policy,
    paths: usize,
    /// Neighbouring paths that form one draw.
    draw: usize,
    /// `(1 + r_lend)^T`.
    growth: f64,
    /// Amounts up to this are 0 (currency).
    rounding: f64,
}

impl Hedge<'_> {
    /// Hedging errors by path number where the hedger begins with `cash` (currency).
    fn errors(&self, cash: f64) -> Vec<f64> {
        let rules = Rules {
            opening_cash: cash,
            ..self.rules.clone()
        };
        let mut errors = vec![0.0; self.paths];
        let blocks = errors.par_chunks_mut(LANES).enumerate();
        let room = || PathBlock::new(0);
        blocks.for_each_init(room, |block, (number, errors)| {
            self.source.fill((number * LANES) as u64, block);
            let ended = block::run(&rules, self.policy, block);
            errors.copy_from_slice(&ended.errors[..errors.len()]);
        });
        errors
    }

    /// The cash at which the risk is zero, by secants from the cash at which one begins and the errors
    /// there.
    fn solve(&self, rule: PriceRule, mut cash: f64, mut errors: Vec<f64>) -> Found {
        let mut slope = self.growth;
        let mut risk = rule.risk(&errors, self.draw);
        for tries in 1..=MOST_TRIES {
            let Some(value) = risk.value else {
                break;
            };
            if value.abs() <= (LEFT * risk.se.unwrap_or(0.0)).max(self.rounding) {
                if !risk.se.is_none_or(|se| rule.is_known(se)) {
                    return Found {
                        tries,
                        ..Found::default()
                    };
                }
                let influences = rule.influences(&errors).1.into_iter();
                return Found {
                    cash: self.found(cash, risk, slope),
                    tries,
                    influences: influences.map(|influence| influence / slope).collect(),
                };
            }
            let next = cash + value / slope;
            errors = self.errors(next);
            let there = rule.risk(&errors, self.draw);
            let fall = there.value.map(|there| (value - there) / (next - cash));
            slope = self.followed(fall);
            (cash, risk) = (next, there);
        }
        Found {
            tries: MOST_TRIES,
            ..Found::default()
        }
    }

    /// The slope to go on with: that of the last step, or of interest alone where that leads astray.
    fn followed(&self, fall: Option<f64>) -> f64 {
        let allowed = self.growth / STEEPEST..self.growth * STEEPEST;
        fall.filter(|fall| allowed.contains(fall))
            .unwrap_or(self.growth)
    }

    /// The cash that was found, which is as uncertain as the risk is in its units.
    fn found(&self, cash: f64, risk: Estimate, slope: f64) -> Estimate {
        Estimate {
            // What rounding leaves of nothing is nothing.
            value: Some(if cash.abs() <= self.rounding {
                0.0
            } else {
                cash
            }),
            se: risk.se.map(|se| se / slope),
        }
    }
}
