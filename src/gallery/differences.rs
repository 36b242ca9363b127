//! How policies differ from another one, path by path.

use super::distribution::{Shape, axes, bins, curve, estimate, title};
use super::look::{looks, name_of, place};
use super::{About, Of, told};
use crate::figure::{
    Along, Axis, Category, Figure, Kind, Layer, Mark, Marks, Panel, Sign, Stroke, ink,
};
use crate::outcome::{Estimate, Histogram};
use crate::policy::Who;

/// A policy's errors less another's, on the same paths.
#[derive(Clone, Debug)]
pub struct Gaps {
    /// Whose.
    pub who: Who,
    /// The mean difference, with its paired standard error (currency).
    pub mean: Estimate,
    /// The differences in bins.
    pub histogram: Histogram,
}

/// Hedging errors of `paths` paths less those of `against`, path by path, in a shape.
#[must_use]
pub fn differences(
    about: &About<'_>,
    paths: u64,
    against: &str,
    rows: &[Gaps],
    shape: Shape,
) -> Figure {
    let mut rows: Vec<&Gaps> = rows.iter().collect();
    rows.sort_by_key(|row| place(row.who.kind));
    let looks = looks(rows.iter().map(|row| &row.who));
    let [across, up] = axes(shape, &format!("hedging error less that of {against}"));
    let title = format!("Differences from {against}: {}", title(shape));
    let zero = Stroke::new(ink::SUBDUED, 0.8);
    let curves = rows.iter().zip(&looks).rev();
    let curves = curves.flat_map(|(row, look)| curve(&row.histogram, shape, look));
    let mut panel = Panel::new(up).with_all(curves).weighing(3.0);
    let amounts_across = shape != Shape::Quantile;
    if amounts_across {
        panel = panel.with(Layer::upright(0.0, zero, None));
    }
    let mut figure = Figure::new(title, across).with_panel(panel);
    if amounts_across {
        figure = figure.with_panel(means(&rows));
    }
    for (row, look) in rows.iter().zip(&looks) {
        figure = figure.with_entry(name_of(&row.who), Sign::Line(look.stroke, None));
    }
    if amounts_across {
        figure = figure.with_entry("mean", Sign::Mark(Mark::Disc, ink::TEXT, false));
    }
    let data = bins(rows.iter().map(|row| (&row.who, &row.histogram)));
    let words = format!(
        "Differences on the same paths; to the left of 0 less was lost than with {against}."
    );
    let mut figure = told(figure.with_data(data), about, Of::Paths(paths), &words);
    figure = figure.with_about("less the errors of", against);
    for row in rows {
        figure = figure.with_about(format!("{}, mean", row.who), estimate(row.mean));
    }
    figure
}

/// The mean of each policy, a row each.
fn means(rows: &[&Gaps]) -> Panel {
    let looks = looks(rows.iter().map(|row| &row.who));
    let names = rows.iter().zip(&looks).map(|(row, look)| Category {
        text: name_of(&row.who).to_owned(),
        ink: look.stroke.ink,
    });
    let axis = Axis {
        kind: Kind::Categories(names.collect()),
        ..Axis::default()
    };
    let marks = rows
        .iter()
        .zip(&looks)
        .enumerate()
        .map(|(place, (row, look))| {
            Layer::Marks(Marks {
                points: row
                    .mean
                    .value
                    .map(|x| [x, place as f64])
                    .into_iter()
                    .collect(),
                errors: row.mean.se.into_iter().collect(),
                along: Along::Across,
                mark: Mark::Disc,
                ink: look.stroke.ink,
                size: 6.5,
                open: false,
            })
        });
    Panel::new(axis)
        .with_all(marks)
        .weighing(0.28f64.mul_add(rows.len() as f64, 0.2))
}
