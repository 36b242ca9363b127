//! The figures that tables can show, by name.

use super::estimate::Estimate;
use super::statistics::Statistics;

/// A figure of what became of many episodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "each is explained by `meaning`")]
pub enum Measure {
    Mean,
    Std,
    Rmse,
    Rsmse,
    Var95,
    Cvar95,
    Var99,
    Cvar99,
    Skewness,
    ExcessKurtosis,
    Min,
    Max,
    Turnover,
    Cost,
    ExerciseRate,
}

impl Measure {
    /// Every measure, in the order of tables.
    pub const ALL: [Self; 15] = [
        Self::Mean,
        Self::Std,
        Self::Rmse,
        Self::Rsmse,
        Self::Var95,
        Self::Cvar95,
        Self::Var99,
        Self::Cvar99,
        Self::Skewness,
        Self::ExcessKurtosis,
        Self::Min,
        Self::Max,
        Self::Turnover,
        Self::Cost,
        Self::ExerciseRate,
    ];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Std => "standard deviation",
            Self::Rmse => "RMSE",
            Self::Rsmse => "RSMSE",
            Self::Var95 => "VaR 95%",
            Self::Cvar95 => "CVaR 95%",
            Self::Var99 => "VaR 99%",
            Self::Cvar99 => "CVaR 99%",
            Self::Skewness => "skewness",
            Self::ExcessKurtosis => "excess kurtosis",
            Self::Min => "smallest",
            Self::Max => "largest",
            Self::Turnover => "turnover",
            Self::Cost => "cost",
            Self::ExerciseRate => "exercise rate",
        }
    }

    /// Its word in files and on the command line: the name of the figure in a record.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Std => "std",
            Self::Rmse => "rmse",
            Self::Rsmse => "rsmse",
            Self::Var95 => "var95",
            Self::Cvar95 => "cvar95",
            Self::Var99 => "var99",
            Self::Cvar99 => "cvar99",
            Self::Skewness => "skewness",
            Self::ExcessKurtosis => "excess_kurtosis",
            Self::Min => "min",
            Self::Max => "max",
            Self::Turnover => "turnover",
            Self::Cost => "cost",
            Self::ExerciseRate => "exercise_rate",
        }
    }

    /// The measure of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.word() == word)
    }

    /// All words, for a message.
    #[must_use]
    pub fn words() -> String {
        Self::ALL.map(Self::word).join(", ")
    }

    /// The unit of its figures; empty where they have none.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Turnover => "shares",
            Self::Skewness | Self::ExcessKurtosis | Self::ExerciseRate => "",
            _ => "currency",
        }
    }

    /// What it says.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Mean => "Mean hedging error (currency); positive is a loss",
            Self::Std => "Standard deviation of hedging errors (currency)",
            Self::Rmse => "Root mean square of hedging errors (currency)",
            Self::Rsmse => "Root semi-quadratic mean (currency): only losses hurt",
            Self::Var95 => "95% of hedging errors are smaller (currency)",
            Self::Cvar95 => "Mean of the worst 5% of errors (currency)",
            Self::Var99 => "99% of hedging errors are smaller (currency)",
            Self::Cvar99 => "Mean of the worst 1% of errors (currency)",
            Self::Skewness => "Third standardised moment: positive has the longer tail of losses",
            Self::ExcessKurtosis => "Fourth standardised moment less 3: positive has heavy tails",
            Self::Min => "Smallest hedging error: the largest gain (currency)",
            Self::Max => "Largest hedging error: the largest loss (currency)",
            Self::Turnover => "Shares traded after the first trade, on average",
            Self::Cost => {
                "What all trades cost against the mid price, the last one included, on average (currency)"
            }
            Self::ExerciseRate => "Share of paths on which the holder exercises",
        }
    }

    /// The figure.
    #[must_use]
    pub fn of(self, statistics: &Statistics) -> Estimate {
        match self {
            Self::Mean => statistics.mean,
            Self::Std => statistics.std,
            Self::Rmse => statistics.rmse,
            Self::Rsmse => statistics.rsmse,
            Self::Var95 => statistics.var95,
            Self::Cvar95 => statistics.cvar95,
            Self::Var99 => statistics.var99,
            Self::Cvar99 => statistics.cvar99,
            Self::Skewness => statistics.skewness,
            Self::ExcessKurtosis => statistics.excess_kurtosis,
            Self::Min => statistics.min,
            Self::Max => statistics.max,
            Self::Turnover => statistics.turnover,
            Self::Cost => statistics.cost,
            Self::ExerciseRate => statistics.exercise_rate,
        }
    }
}
