//! What was found, row by row as it is told.

use super::{Chance, Compared, Fit};
use crate::history::Measured;
use crate::quantity::digits;
use crate::quantity::write::significant;
use crate::scenario::fields::Field;

/// Lags of which is told.
const TOLD: [usize; 5] = [1, 2, 5, 10, 20];

/// A figure with its error in two cells.
fn cells(value: f64, se: Option<f64>) -> [String; 2] {
    let (value, se) = digits::estimate(value, se.filter(|se| se.is_finite()));
    [value, se.unwrap_or_default()]
}

fn p(chance: Chance) -> String {
    if chance.p < 1e-4 {
        "less than 0.0001".to_owned()
    } else {
        significant(chance.p, 2)
    }
}

impl Fit {
    /// Each parameter and what follows from them: its name with its unit, its value, its standard error or nothing.
    #[must_use]
    pub fn parameters_told(&self) -> Vec<[String; 3]> {
        let row = |name: String, value, se| {
            let [value, se] = cells(value, se);
            [name, value, se]
        };
        let parameter = |field: &str| {
            let unit = Field::find(field).map_or("", |field| field.unit);
            match unit {
                "" => field.to_owned(),
                unit => format!("{field} ({unit})"),
            }
        };
        let parameters = self.parameters.iter();
        let parameters = parameters.map(|found| row(parameter(found.field), found.value, found.se));
        let derived = self.derived.iter();
        parameters
            .chain(derived.map(|found| row(found.name.to_owned(), found.value, found.se)))
            .collect()
    }

    /// What speaks for the process and what does not, each in a line.
    #[must_use]
    pub fn tests_told(&self) -> String {
        let mut lines = Vec::new();
        if let Some(likelihood) = self.log_likelihood {
            lines.push(format!(
                "log-likelihood {}, {} more than under a variance that stays\n",
                significant(likelihood.fitted, 7),
                significant(likelihood.fitted - likelihood.constant, 3)
            ));
        }
        lines.push(format!(
            "large returns come together: Q of ten lags is {}, by chance with probability {}\n",
            significant(self.clusters.statistic, 3),
            p(self.clusters)
        ));
        if let Some(chance) = self.leverage {
            lines.push(format!(
                "falls raise the variance more than rises: by {} standard errors, by chance with probability {}\n",
                significant(chance.statistic, 2),
                p(chance)
            ));
        }
        lines.concat()
    }

    /// What a return does: in words, as realised, its standard error, and under the process.
    #[must_use]
    pub fn returns_told(&self) -> Vec<[String; 4]> {
        let row = |name: String, compared: Compared, unit: f64| {
            let Measured { value, se } = compared.realised;
            let [value, se] = cells(unit * value, Some(unit * se));
            let fitted = compared.fitted.map(|x| significant(unit * x, 3));
            [name, value, se, fitted.unwrap_or("-".into())]
        };
        let mut rows = vec![
            row("volatility (% per √year)".into(), self.volatility, 100.0),
            row("excess kurtosis".into(), self.excess_kurtosis, 1.0),
        ];
        for lag in TOLD {
            if let Some(compared) = self.squares.get(lag - 1) {
                let name = format!("autocorrelation of squares, lag {lag}");
                rows.push(row(name, *compared, 1.0));
            }
        }
        rows
    }
}
