//! What was published of the paper's cells.

use super::{Cell, Refill};
use crate::outcome::{Estimate, Measure};
use crate::scenario::Named;
use std::collections::BTreeMap;

/// Paths behind each published figure, about.
pub const PUBLISHED_PATHS: f64 = 1e6;

/// `assets/README.md` says where it is from.
const TABLE: &str = include_str!("../../assets/published.csv");

/// Published figures, by cell, strategy and measure.
#[derive(Clone, Debug, Default)]
pub struct Published(BTreeMap<(String, String), BTreeMap<String, f64>>);

impl Published {
    /// The figures that are known.
    #[must_use]
    pub fn read() -> Self {
        let mut lines = TABLE
            .lines()
            .map(|line| line.split(',').collect::<Vec<_>>());
        let heading = lines.next().unwrap_or_default();
        let mut all = BTreeMap::new();
        for line in lines {
            let row: BTreeMap<&str, &str> = heading.iter().copied().zip(line).collect();
            let text = |name: &str| row.get(name).copied().unwrap_or_default();
            let cell = Cell::all().into_iter().find(|cell| is_row(cell, &text));
            let Some(cell) = cell else { continue };
            let strategy = match text("strategy") {
                "learned_paper" => "feed_forward",
                rule => rule,
            };
            let figures = row
                .iter()
                .filter_map(|(name, figure)| Some(((*name).to_owned(), figure.parse().ok()?)));
            all.insert((cell.to_string(), strategy.to_owned()), figures.collect());
        }
        Self(all)
    }

    /// What is published of a measure of a strategy in a cell, the paper's network standing in the
    /// place of the fully connected one.
    #[must_use]
    pub fn of(&self, cell: &Cell, strategy: &str, measure: Measure) -> Option<f64> {
        let figures = self.0.get(&(cell.to_string(), strategy.to_owned()))?;
        figures.get(column(measure)?).copied()
    }
}

/// Whether a row is of this cell.
fn is_row<'a>(cell: &Cell, text: &dyn Fn(&str) -> &'a str) -> bool {
    let close = |name: &str, wanted: f64| {
        text(name)
            .parse()
            .is_ok_and(|found: f64| (found - wanted).abs() < 1e-9)
    };
    let impact: f64 = cell.impact.parse().unwrap_or(f64::NAN);
    let refill = match cell.refill {
        Refill::Never => "0",
        Refill::Half => "half",
        Refill::AtOnce => "inf",
    };
    text("cell") == cell.horizon.name() && close("alpha", 1.0 + impact) && text("memory") == refill
}

/// The column of a measure.
fn column(measure: Measure) -> Option<&'static str> {
    Some(match measure {
        Measure::Mean => "mean",
        Measure::Rmse => "rmse",
        Measure::Rsmse => "rsmse",
        Measure::Var95 => "var95",
        Measure::Cvar95 => "cvar95",
        Measure::Var99 => "var99",
        Measure::Cvar99 => "cvar99",
        Measure::Skewness => "skew",
        Measure::ExcessKurtosis => "kurt",
        Measure::Turnover => "turnover",
        _ => return None,
    })
}

/// How far an estimate of `paths` paths is from a published figure, in standard errors of their
/// difference, the published one having that of [`PUBLISHED_PATHS`].
#[must_use]
pub fn apart(ours: Estimate, paths: u64, published: f64) -> Option<f64> {
    let (value, error) = (ours.value?, ours.se?);
    let theirs = error * (paths as f64 / PUBLISHED_PATHS).sqrt();
    let joint = error.hypot(theirs);
    (joint > 0.0).then(|| (value - published) / joint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_row_is_found() {
        let published = Published::read();
        let rows = TABLE.lines().count() - 1;
        assert_eq!(published.0.len(), rows);
        let cells = Cell::all();
        let year = cells.iter().find(|c| c.to_string() == "year-0.01-never");
        let of = |who| published.of(year.unwrap(), who, Measure::Rsmse);
        assert_eq!(of("feed_forward"), Some(23.7409));
        assert_eq!(of("delta"), Some(32.299));
        assert_eq!(of("gru"), None);
    }

    #[test]
    fn a_difference_is_told_in_joint_standard_errors() {
        let ours = Estimate {
            value: Some(11.0),
            se: Some(0.3),
        };
        let apart = apart(ours, 1_000_000, 10.0).unwrap();
        assert!((apart - 1.0 / (0.3 * 2f64.sqrt())).abs() < 1e-12);
    }
}
