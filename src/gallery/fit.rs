//! A fitted process beside the returns: their quantiles, or the autocorrelations of their squares, in the band of samples that
//! the process makes.

use crate::figure::{
    Along, Axis, Dash, Figure, Fill, Layer, Mark, Marks, Panel, Sign, Stroke, Table, ink,
};
use crate::history::History;
use crate::history::fit::{Fit, LAGS};
use crate::market::{LANES, PathBlock, Paths, Sampling};
use crate::quantity::write::fixed;
use crate::record::PROGRAM;
use crate::scenario::{FieldError, Scenario};

/// Samples of the process.
const SAMPLES: usize = 128;
/// Most returns of a sample.
const LONGEST: usize = 20_000;
/// Most years of one.
const YEARS: f64 = 99.0;
/// Seed of the samples.
const SEED: u64 = 1;
/// Quantiles that are shown.
const POINTS: usize = 161;
/// Share of the samples below the band, and above it.
const OUTSIDE: f64 = 0.025;

/// What is drawn of a fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FitChart {
    /// Quantiles of the returns against those of the process.
    #[default]
    Quantiles,
    /// Autocorrelations of squared returns.
    Squares,
}

impl FitChart {
    /// Every one with its name.
    pub const ALL: [(Self, &'static str); 2] =
        [(Self::Quantiles, "quantiles"), (Self::Squares, "squares")];
}

/// The middle of the samples and the ends of their band, at a place.
type Band = [f64; 3];

/// The returns of a file called `name` beside the process fitted to them; `base` lends what a scenario needs besides a market.
///
/// # Errors
/// Where the process is none that paths can be drawn of.
pub fn fit(
    name: &str,
    history: &History,
    (fit, chart): (&Fit, FitChart),
    base: &Scenario,
) -> Result<Figure, FieldError> {
    let samples = samples(fit, base)?;
    let own = standardised(&fit.log_returns);
    let figure = match chart {
        FitChart::Quantiles => quantiles(own, samples.clone()),
        FitChart::Squares => squares(fit, &samples),
    };
    let process = fit.model.process().title();
    let length = samples.first().map_or(0, Vec::len);
    let caption = format!(
        "{name}: {} returns, {}; {process} {}. Band: 95% of {SAMPLES} samples of {} returns that the fitted process makes. \
         Each is taken less its mean and over its standard deviation. Content {}. {PROGRAM}.",
        fixed(fit.returns as f64, 0),
        fit.dates_told(),
        fit.model.method(),
        fixed(length as f64, 0),
        history.hash.short()
    );
    let what = match chart {
        FitChart::Quantiles => "quantiles",
        FitChart::Squares => "squared returns",
    };
    let mut figure = figure
        .with_caption(caption)
        .with_about("program", PROGRAM)
        .with_about("file", name)
        .with_about("content", history.hash.to_string())
        .with_about("process", process)
        .with_about("returns", fit.dates_told());
    for estimate in &fit.parameters {
        let se = estimate.se.map_or(String::new(), |se| format!(" ± {se}"));
        figure = figure.with_about(estimate.field, format!("{}{se}", estimate.value));
    }
    figure.title = format!("{process} fitted to {name}: {what}");
    Ok(figure)
}

/// Samples of log returns of the process, as many in each as there are recorded ones, or as there may be.
fn samples(fit: &Fit, base: &Scenario) -> Result<Vec<Vec<f64>>, FieldError> {
    let year = fit.per_year / fit.together as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of returns"
    )]
    let steps = fit.returns.min(LONGEST).min((YEARS * year) as usize).max(1);
    let mut parameters = base.clone().into_parameters();
    parameters.steps = steps;
    parameters.contract.maturity = steps as f64 * fit.together as f64 / fit.per_year;
    parameters.shown_path = None;
    parameters.pins.clear();
    let mut fit = fit.clone();
    fit.taken.together = fit.together;
    let scenario = fit.adopted(&Scenario::new(parameters)?)?;
    let paths = Paths::new(&scenario, Sampling::evaluation(SEED));
    let mut block = PathBlock::new(steps);
    let mut samples = Vec::with_capacity(SAMPLES);
    for first in (0..SAMPLES).step_by(LANES) {
        paths.fill(first as u64, &mut block);
        for lane in 0..LANES {
            let pairs = block.rows().windows(2);
            let returns: Vec<f64> = pairs
                .map(|pair| (pair[1][lane] / pair[0][lane]).ln())
                .collect();
            samples.push(standardised(&returns));
        }
    }
    Ok(samples)
}

/// Returns less their mean, over their standard deviation.
fn standardised(returns: &[f64]) -> Vec<f64> {
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean).powi(2)).sum::<f64>() / n;
    let scale = 1.0 / variance.sqrt();
    returns.iter().map(|r| scale * (r - mean)).collect()
}

/// The number at a share of the way through sorted ones, between its neighbours.
fn at(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len() - 1;
    let place = (share * sorted.len() as f64 - 0.5).clamp(0.0, last as f64);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place among them"
    )]
    let low = place as usize;
    let high = (low + 1).min(last);
    (place - low as f64).mul_add(sorted[high] - sorted[low], sorted[low])
}

/// The middle and the band of a figure of all samples.
fn band(samples: &[Vec<f64>], figure: impl Fn(&[f64]) -> f64) -> Band {
    let mut values: Vec<f64> = samples.iter().map(|sample| figure(sample)).collect();
    values.sort_by(f64::total_cmp);
    [0.5, OUTSIDE, 1.0 - OUTSIDE].map(|share| at(&values, share))
}

/// The band behind a line through its middle.
fn layers(across: &[f64], bands: &[Band]) -> [Layer; 2] {
    let points = |i: usize| {
        let pairs = across.iter().zip(bands);
        pairs.map(|(x, band)| [*x, band[i]]).collect::<Vec<_>>()
    };
    [
        Layer::area(points(2), points(1), fill()),
        Layer::line(points(0), model()),
    ]
}

fn fill() -> Fill {
    Fill::new(ink::ACCENT, 0.18)
}

fn model() -> Stroke {
    Stroke::new(ink::ACCENT, 1.4)
}

fn quantiles(mut own: Vec<f64>, mut samples: Vec<Vec<f64>>) -> Figure {
    own.sort_by(f64::total_cmp);
    let shortest = samples.iter().map(Vec::len).min().unwrap_or(1);
    for sample in &mut samples {
        sample.sort_by(f64::total_cmp);
    }
    // Evenly in the logit of the share, so that tails have their part.
    let end = (2.0 * own.len().min(shortest) as f64).ln();
    let shares: Vec<f64> = super::spaced(-end, end, POINTS)
        .map(|logit| 1.0 / (1.0 + (-logit).exp()))
        .collect();
    let bands: Vec<Band> = shares
        .iter()
        .map(|share| band(&samples, |sample| at(sample, *share)))
        .collect();
    let across: Vec<f64> = bands.iter().map(|band| band[0]).collect();
    let found: Vec<f64> = shares.iter().map(|share| at(&own, *share)).collect();
    let points = across.iter().zip(&found).map(|(x, y)| [*x, *y]).collect();
    let panel = Panel::new(Axis::new("quantile of the returns", "standard deviations"))
        .with_all(layers(&across, &bands))
        .with(Layer::marks(points, Mark::Disc, ink::STRONG, 3.5));
    let mut table = Table::new(&[
        ("share below", ""),
        ("of the process", "standard deviations"),
        ("band from", "standard deviations"),
        ("band to", "standard deviations"),
        ("of the returns", "standard deviations"),
    ]);
    for ((share, band), own) in shares.iter().zip(&bands).zip(&found) {
        let row = [*share, band[0], band[1], band[2], *own];
        table.rows.push(row.map(Into::into).to_vec());
    }
    let axis = Axis::new("quantile of the process", "standard deviations");
    Figure::new("", axis)
        .with_panel(panel)
        .with_entry("returns", Sign::Mark(Mark::Disc, ink::STRONG, false))
        .with_entry("process", Sign::Line(model(), None))
        .with_entry("95% of its samples", Sign::Fill(fill()))
        .with_data(table)
}

/// Autocorrelation of the squares of a standardised sample.
fn correlation(sample: &[f64], lag: usize) -> f64 {
    let square = |u: &f64| u * u - 1.0;
    let own: f64 = sample.iter().map(|u| square(u).powi(2)).sum();
    let later = &sample[lag.min(sample.len())..];
    let pairs = sample.iter().zip(later);
    pairs.map(|(a, b)| square(a) * square(b)).sum::<f64>() / own
}

fn squares(fit: &Fit, samples: &[Vec<f64>]) -> Figure {
    let lags: Vec<usize> = (1..=LAGS).collect();
    let bands: Vec<Band> = lags
        .iter()
        .map(|lag| band(samples, |sample| correlation(sample, *lag)))
        .collect();
    let across: Vec<f64> = lags.iter().map(|lag| *lag as f64).collect();
    let own = || fit.squares.iter().map(|row| row.realised);
    let data = Layer::Marks(Marks {
        points: across
            .iter()
            .zip(own())
            .map(|(x, m)| [*x, m.value])
            .collect(),
        errors: own()
            .map(|m| if m.se.is_finite() { m.se } else { 0.0 })
            .collect(),
        along: Along::Up,
        mark: Mark::Disc,
        ink: ink::STRONG,
        size: 4.0,
        open: false,
    });
    let none = Stroke::new(ink::SUBDUED, 1.0).dashed(Dash::Dashed(4.0));
    let panel = Panel::new(Axis::new("autocorrelation of squares", "").from_zero())
        .with(Layer::level(0.0, none, None))
        .with_all(layers(&across, &bands))
        .with(data);
    let mut table = Table::new(&[
        ("lag", "returns"),
        ("of the returns", ""),
        ("standard error", ""),
        ("of the process", ""),
        ("band from", ""),
        ("band to", ""),
        ("in the long run", ""),
    ]);
    for ((lag, band), row) in across.iter().zip(&bands).zip(&fit.squares) {
        let measured = row.realised;
        let numbers = [*lag, measured.value, measured.se, band[0], band[1], band[2]];
        let mut cells = numbers.map(Into::into).to_vec();
        cells.push(row.fitted.into());
        table.rows.push(cells);
    }
    Figure::new("", Axis::new("lag", "returns").whole())
        .with_panel(panel)
        .with_entry(
            "returns, with one standard error",
            Sign::Mark(Mark::Disc, ink::STRONG, false),
        )
        .with_entry("process", Sign::Line(model(), None))
        .with_entry("95% of its samples", Sign::Fill(fill()))
        .with_data(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let sorted = [0.0, 1.0, 2.0, 3.0];
        let found = [0.0, 0.125, 0.5, 0.75, 1.0].map(|share| at(&sorted, share));
        assert_eq!(found, [0.0, 0.0, 1.5, 2.5, 3.0]);
    }

    #[test]
    fn squares_that_follow_each_other_are_seen() {
        let sample: Vec<f64> = (0..400)
            .map(|i| if i / 20 % 2 == 0 { 0.2 } else { 1.4 })
            .collect();
        assert!(correlation(&sample, 1) > 0.8 && correlation(&sample, 20) < -0.8);
    }
}
