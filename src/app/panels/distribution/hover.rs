//! What the curves say under the pointer.

use super::choice::percent;
use super::{Sight, bins};
use crate::app::format;
use crate::app::theme::name_of;
use crate::app::view::{Shape, ViewModel};
use crate::engine::Outcomes;

/// Every strategy's value at a place of the horizontal axis, the one in focus with its bin.
pub(super) fn text(view: &ViewModel, outcomes: &Outcomes, sight: Sight, x: f64) -> String {
    let mut lines = Vec::new();
    match sight.shape {
        Shape::Density | Shape::Histogram => {}
        Shape::Cumulative => lines.push(format!("below {}:", view.digits.money(x))),
        Shape::Quantile => lines.push(format!("{}% of paths stay below:", format::fixed(x, 1))),
    }
    let shown = sight.picture(view).densities.iter();
    for density in shown {
        let row = outcomes.row(&density.who);
        let Some(of) = row.and_then(|row| sight.of(row)) else {
            continue;
        };
        let figure = match sight.shape {
            Shape::Density | Shape::Histogram => None,
            Shape::Cumulative => of.histogram.share_below(x).map(|share| percent(&share)),
            Shape::Quantile => of
                .histogram
                .quantile(x / 100.0)
                .map(|error| format::estimate(&error, true)),
        };
        if let Some(figure) = figure {
            lines.push(format!("{} {figure}", name_of(&density.who)));
        }
    }
    if let Some(of) = sight.shown(view, outcomes)
        && let Some(bin) = bins::under(sight, of, x)
    {
        lines.push(bins::text(view, outcomes, sight, of, bin));
        lines.push("click: see one of them".into());
    }
    lines.join("\n")
}
