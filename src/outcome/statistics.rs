//! Figures of a sample of hedging errors, each with its standard error.
//!
//! Standard errors are asymptotic. A statistic with influence function `f` (its derivative when a
//! little weight moves to one observation) has the standard error `sqrt(mean(f²)/n)`; with
//! antithetic paths the sum over a pair takes the place of each `f`. VaR has no smooth influence:
//! its standard error is half the distance between the order statistics one standard deviation of
//! the binomial count to either side.

use super::estimate::Estimate;
use super::moments::Moments;
use super::sample::{Sample, Tally};
use super::tail::{Tail, conditional_value_at_risk, value_at_risk};
use super::upper_tail::UpperTail;
use serde::{Deserialize, Serialize};

/// The specification's list, for one strategy. Currency, except skewness, excess kurtosis and
/// exercise rate (numbers) and turnover (shares).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    /// Mean hedging error; positive is a loss.
    pub mean: Estimate,
    /// Standard deviation.
    pub std: Estimate,
    /// `sqrt(mean(e²))`.
    pub rmse: Estimate,
    /// `sqrt(mean(max(e,0)²))`.
    pub rsmse: Estimate,
    /// The sorted errors' element at `⌊0.95·n⌋`.
    pub var95: Estimate,
    /// Mean from that element up.
    pub cvar95: Estimate,
    /// The sorted errors' element at `⌊0.99·n⌋`.
    pub var99: Estimate,
    /// Mean from that element up.
    pub cvar99: Estimate,
    /// Third standardised moment.
    pub skewness: Estimate,
    /// Fourth standardised moment less 3.
    pub excess_kurtosis: Estimate,
    /// Smallest error: the largest gain.
    pub min: Estimate,
    /// Largest error: the largest loss.
    pub max: Estimate,
    /// Shares traded after the first trade.
    pub turnover: Estimate,
    /// Share of episodes in which the holder exercised.
    pub exercise_rate: Estimate,
    /// What all trades of an episode cost against the mid price; absent in older records.
    #[serde(default)]
    pub cost: Estimate,
}

impl Statistics {
    /// The figures of a sample; `None` if it is empty.
    #[must_use]
    pub fn of(sample: &Sample) -> Option<Self> {
        let (errors, draw) = (sample.errors(), sample.draw_size());
        let moments = Moments::of(errors, draw)?;
        let tail = UpperTail::of(errors, draw, 0.95)?;
        Some(Self::from_parts(
            &moments,
            &tail,
            [sample.turnover(), sample.exercised(), sample.cost()],
        ))
    }

    /// The figures that these sums and this tail hold.
    pub(super) fn from_parts(
        moments: &Moments,
        tail: &impl Tail,
        [turnover, exercised, cost]: [Tally; 3],
    ) -> Self {
        Self {
            mean: moments.mean(),
            std: moments.std(),
            rmse: moments.rmse(),
            rsmse: moments.rsmse(),
            var95: value_at_risk(tail, 0.95),
            cvar95: conditional_value_at_risk(tail, 0.95),
            var99: value_at_risk(tail, 0.99),
            cvar99: conditional_value_at_risk(tail, 0.99),
            skewness: moments.skewness(),
            excess_kurtosis: moments.excess_kurtosis(),
            min: Estimate::exact(moments.min),
            max: Estimate::exact(moments.max),
            turnover: average(turnover),
            exercise_rate: average(exercised),
            cost: average(cost),
        }
    }
}

/// Mean of a tally with its standard error.
#[must_use]
pub fn average(tally: Tally) -> Estimate {
    let count = tally.count as f64;
    let mean = tally.sum / count;
    let draws = tally.draws as f64;
    let spread = (tally.squares - tally.sum * tally.sum / draws).max(0.0);
    Estimate {
        value: Some(mean),
        se: (tally.draws >= 2).then(|| spread.sqrt() / count),
    }
}
