//! What training and tuning make small, as a function of hedging errors `e` (positive is a loss).

use crate::scenario::{Objective, Scenario};

/// The objective with its parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// `sqrt(mean(max(e,0)²))`.
    Rsmse,
    /// `sqrt(mean(e²))`.
    Rmse,
    /// Mean of the worst `1 − q` of `e`; for its gradient the form of R. T. Rockafellar and
    /// S. Uryasev (*Optimization of conditional value-at-risk*, 2000),
    /// `min over w of w + mean((e − w)⁺)/(1 − q)`, with its kink rounded off.
    Cvar {
        /// `q`.
        level: f64,
    },
    /// `log(mean(exp(γ e)))/γ`.
    Entropic {
        /// `γ` (per currency).
        aversion: f64,
    },
}

impl Goal {
    /// The objective of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let training = &scenario.training;
        match training.objective {
            Objective::Rsmse => Self::Rsmse,
            Objective::Rmse => Self::Rmse,
            Objective::Cvar => Self::Cvar {
                level: training.cvar_level,
            },
            Objective::Entropic => Self::Entropic {
                aversion: training.risk_aversion,
            },
        }
    }

    /// The objective of a set of errors (currency); NaN if there are none or one is not finite.
    #[must_use]
    pub fn value(self, errors: &[f64]) -> f64 {
        self.measure(errors).0
    }

    /// The objective and each error's influence on it: how fast the objective moves when a little
    /// weight goes to that error. The variance of the objective is that of the influence over `n`.
    #[must_use]
    pub fn influences(self, errors: &[f64]) -> (f64, Vec<f64>) {
        let (value, influence) = self.measure(errors);
        (value, errors.iter().map(|e| influence.of(*e)).collect())
    }

    fn measure(self, errors: &[f64]) -> (f64, Influence) {
        // `max(NaN, 0)` is 0: an error that is not a number would pass for a perfect hedge.
        if !errors.iter().all(|e| e.is_finite()) {
            return (f64::NAN, Influence::Undefined);
        }
        let mean = |f: &dyn Fn(f64) -> f64| {
            errors.iter().map(|e| f(*e)).sum::<f64>() / errors.len() as f64
        };
        match self {
            Self::Rsmse => {
                let root = mean(&|e| e.max(0.0).powi(2)).sqrt();
                (root, Influence::Loss(root))
            }
            Self::Rmse => {
                let root = mean(&|e| e * e).sqrt();
                (root, Influence::Square(root))
            }
            Self::Cvar { level } => {
                let (threshold, value) = tail(errors, level);
                (
                    value,
                    Influence::Tail {
                        level,
                        threshold,
                        value,
                    },
                )
            }
            Self::Entropic { aversion } => {
                // Counted from the largest error nothing overflows, and `exp_m1` and `ln_1p` keep
                // their accuracy where the aversion is next to nothing.
                let top = errors.iter().fold(f64::NEG_INFINITY, |top, e| top.max(*e));
                let rest = mean(&|e| (aversion * (e - top)).exp_m1()).ln_1p() / aversion;
                let value = top + rest;
                (value, Influence::Exponential { aversion, value })
            }
        }
    }

    /// The value at risk and the CVaR at this objective's level, 0.95 if it has none.
    #[must_use]
    pub fn threshold(self, errors: &[f64]) -> f64 {
        match self {
            Self::Cvar { level } => tail(errors, level).0,
            _ => tail(errors, 0.95).0,
        }
    }
}

/// The element at `⌊q·n⌋` of the sorted errors, and the mean from it up.
fn tail(errors: &[f64], level: f64) -> (f64, f64) {
    if errors.is_empty() {
        return (f64::NAN, f64::NAN);
    }
    let mut sorted = errors.to_vec();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank is non-negative and far below 2^52"
    )]
    let rank = ((level * errors.len() as f64) as usize).min(errors.len() - 1);
    let (_, &mut threshold, above) = sorted.select_nth_unstable_by(rank, f64::total_cmp);
    let sum = threshold + above.iter().sum::<f64>();
    (threshold, sum / (above.len() + 1) as f64)
}

#[derive(Clone, Copy, Debug)]
enum Influence {
    Undefined,
    Loss(f64),
    Square(f64),
    Tail {
        level: f64,
        threshold: f64,
        value: f64,
    },
    Exponential {
        aversion: f64,
        value: f64,
    },
}

impl Influence {
    fn of(self, e: f64) -> f64 {
        let root = |square: f64, root: f64| {
            if root > 0.0 {
                (square - root * root) / (2.0 * root)
            } else {
                0.0
            }
        };
        match self {
            Self::Undefined => f64::NAN,
            Self::Loss(value) => root(e.max(0.0).powi(2), value),
            Self::Square(value) => root(e * e, value),
            Self::Tail {
                level,
                threshold,
                value,
            } => threshold + (e - threshold).max(0.0) / (1.0 - level) - value,
            Self::Exponential { aversion, value } => (aversion * (e - value)).exp_m1() / aversion,
        }
    }
}

/// Standard error of the mean of `values`; 0 for fewer than two.
#[must_use]
pub fn standard_error(values: impl Iterator<Item = f64>) -> f64 {
    let (count, sum, squares) = values.fold((0usize, 0.0, 0.0), |(count, sum, squares), x| {
        (count + 1, sum + x, squares + x * x)
    });
    if count < 2 {
        return 0.0;
    }
    let n = count as f64;
    ((squares - sum * sum / n).max(0.0)).sqrt() / n
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Sample, Statistics, Tally};
    use crate::scenario::Strategy;

    fn errors() -> Vec<f64> {
        (0..2000)
            .map(|i| 20.0 * f64::sin(1.3 * f64::from(i)) + 5.0)
            .collect()
    }

    const GOALS: [Goal; 4] = [
        Goal::Rsmse,
        Goal::Rmse,
        Goal::Cvar { level: 0.95 },
        Goal::Entropic { aversion: 0.05 },
    ];

    #[test]
    fn values_are_those_of_the_statistics() {
        let errors = errors();
        let mut sample = Sample::empty(Strategy::Delta.into(), false);
        let none = Tally::default();
        sample.push(&errors, none, none, none);
        let statistics = Statistics::of(&sample).unwrap();
        let same = |a: f64, b: Option<f64>| (a - b.unwrap()).abs() < 1e-10;
        assert!(same(Goal::Rsmse.value(&errors), statistics.rsmse.value));
        assert!(same(Goal::Rmse.value(&errors), statistics.rmse.value));
        let cvar = Goal::Cvar { level: 0.95 }.value(&errors);
        assert!(same(cvar, statistics.cvar95.value));
    }

    #[test]
    fn influences_average_to_zero_and_are_derivatives() {
        let errors = errors();
        for goal in GOALS {
            let (value, influence) = goal.influences(&errors);
            let mean = influence.iter().sum::<f64>() / errors.len() as f64;
            assert!(mean.abs() < 1e-2, "{goal:?}: {mean}");
            // A few more copies of an error move the objective by its influence times their share.
            let mut more = errors.clone();
            more.extend([errors[1]; 20]);
            let moved = (goal.value(&more) - value) * errors.len() as f64 / 20.0;
            assert!((moved - influence[1]).abs() < 0.05 * influence[1].abs().max(1.0));
        }
    }

    #[test]
    fn an_error_that_is_not_finite_is_never_a_good_one() {
        for goal in GOALS {
            for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                let value = goal.value(&[1.0, bad, -3.0]);
                assert!(value.is_nan(), "{goal:?} of {bad}: {value}");
            }
        }
    }

    #[test]
    fn the_entropic_objective_tends_to_the_mean_at_no_aversion_and_the_worst_at_much() {
        let errors = errors();
        let mean = errors.iter().sum::<f64>() / errors.len() as f64;
        for aversion in [1e-300, 1e-16, 1e-9] {
            let value = Goal::Entropic { aversion }.value(&errors);
            assert!(
                (value - mean).abs() < 1e-6,
                "{aversion:e}: {value} and {mean}"
            );
        }
        let worst = errors.iter().fold(f64::NEG_INFINITY, |top, e| top.max(*e));
        let value = Goal::Entropic { aversion: 1e6 }.value(&errors);
        assert!((value - worst).abs() < 1e-4);
    }

    #[test]
    fn the_entropic_objective_does_not_overflow() {
        let goal = Goal::Entropic { aversion: 1.0 };
        let value = goal.value(&[0.0, 5000.0]);
        assert!((value - (5000.0 - 2f64.ln())).abs() < 1e-9);
    }
}
