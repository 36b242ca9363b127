//! How far from the best what is made at once is: the whole distribution over the scenarios in which it was
//! measured, and what that lets expect elsewhere, in words.

use super::look::look;
use super::{About, Of, told};
use crate::figure::{Axis, Cell, Dash, Figure, Fill, Layer, Panel, Sign, Stroke, Table, ink};
use crate::policy::Base;
use crate::quantity::digits;
use crate::quantity::write::fixed;
use crate::scenario::{Named, Strategy};
use crate::training::conditioned::Standing;
use crate::training::conditioned::gaps::{COLUMNS, Excess, Expected, Gap, GapTable, Hedge};

/// Opacity of what lies within a standard error, and of the range that is expected.
const WITHIN: f64 = 0.22;

/// `0.2% (0.0 to 0.6%)`: the middle and the range of what is expected.
#[must_use]
pub fn expected_words(expected: &Expected) -> String {
    let percent = |share: f64| fixed(100.0 * share, 1);
    format!(
        "{}% ({} to {}%)",
        percent(expected.middle),
        percent(expected.low),
        percent(expected.high)
    )
}

/// `0.61 ± 0.10%`.
#[must_use]
pub fn excess_words(excess: Excess) -> String {
    let (share, error) = digits::estimate(100.0 * excess.share, Some(100.0 * excess.error));
    match error {
        Some(error) if excess.error > 0.0 => format!("{share} ± {error}%"),
        _ => format!("{share}%"),
    }
}

/// What the better of delta and Leland's hedge is called.
#[must_use]
pub fn rule_words(standing: &Standing) -> &'static str {
    match standing.rule {
        Base::Delta => "delta",
        _ => "Leland",
    }
}

/// What is better where nothing was promised: `Leland is better here (−3.10 ± 0.20%)`, or that the policy
/// holds; the figure is by how much the rule's objective lies above the policy's.
#[must_use]
pub fn standing_words(standing: &Standing) -> String {
    let rule = rule_words(standing);
    let by = excess_words(standing.excess);
    if !standing.excess.is_beyond_chance() {
        return format!("{rule} does as well here ({by})");
    }
    if standing.prefers_rule() {
        format!("{rule} is better here ({by})")
    } else {
        format!("still better here than delta and Leland (the better of them +{by})")
    }
}

/// What a refinement gained: `0.30 ± 0.10% better`; `gained` is by how much the objective fell.
#[must_use]
pub fn gained_words(gained: Excess) -> String {
    let size = Excess {
        share: gained.share.abs(),
        ..gained
    };
    let by = excess_words(size);
    if !gained.is_beyond_chance() {
        let by = excess_words(gained);
        format!("no better beyond chance ({by})")
    } else if gained.share > 0.0 {
        format!("{by} better")
    } else {
        format!("{by} worse")
    }
}

/// The look of a hedge whose gaps are shown.
#[must_use]
pub fn gap_stroke(hedge: Hedge) -> Stroke {
    let learned = look(Strategy::Learned).stroke;
    match hedge {
        Hedge::AtOnce => learned,
        Hedge::Refined => Stroke::new(learned.ink, 1.5).dashed(Dash::Dashed(5.0)),
        Hedge::Rule => look(Strategy::Leland).stroke,
    }
}

/// Gaps of some scenarios from the least to the largest: share of the scenarios that leave no more (percent),
/// gap and its standard error (percent).
#[must_use]
pub fn gap_quantiles<'a>(gaps: impl Iterator<Item = &'a Gap>, hedge: Hedge) -> Vec<[f64; 3]> {
    let mut sorted: Vec<Excess> = gaps.map(|gap| gap.excess(hedge)).collect();
    sorted.sort_unstable_by(|a, b| a.share.total_cmp(&b.share));
    let count = sorted.len() as f64;
    let of = |(place, gap): (usize, &Excess)| {
        let share = (place as f64 + 0.5) / count;
        [100.0 * share, 100.0 * gap.share, 100.0 * gap.error]
    };
    sorted.iter().enumerate().map(of).collect()
}

/// The distribution of gaps over the scenarios of `table` with the objective of the scenario, and what is
/// expected there.
#[must_use]
pub fn gaps(about: &About<'_>, table: &GapTable) -> Figure {
    let objective = about.scenario.training.objective.name();
    let own = || {
        let all = table.gaps().iter();
        all.filter(|gap| gap.objective == objective)
    };
    let expected = table.expected(about.scenario, Hedge::AtOnce);
    let mut upper = Panel::new(Axis::new("gap", "%").from_zero()).weighing(2.0);
    let learned = gap_stroke(Hedge::AtOnce).ink;
    if let Some(expected) = expected {
        let level = |share: f64| vec![[0.0, 100.0 * share], [100.0, 100.0 * share]];
        let fill = Fill::new(ink::ACCENT, 0.6 * WITHIN);
        upper = upper
            .with(Layer::area(level(expected.high), level(expected.low), fill))
            .with(Layer::level(
                100.0 * expected.middle,
                Stroke::new(ink::ACCENT, 1.0),
                Some("here".into()),
            ));
    }
    for hedge in [Hedge::Refined, Hedge::AtOnce] {
        upper = upper.with_all(curve(&gap_quantiles(own(), hedge), gap_stroke(hedge)));
    }
    let rule = gap_quantiles(own(), Hedge::Rule);
    let lower = Panel::new(Axis::new("gap of the best rule", "%").from_zero())
        .with_all(curve(&rule, gap_stroke(Hedge::Rule)));
    let across = Axis::new("share of scenarios that leave no more", "%").between(0.0, 100.0);
    let mut figure = Figure::new("How far from a training for each scenario alone", across)
        .with_panel(upper)
        .with_panel(lower);
    for (name, hedge) in Hedge::ALL {
        figure = figure.with_entry(*name, Sign::Line(gap_stroke(*hedge), None));
    }
    figure = figure.with_entry("standard error", Sign::Fill(Fill::new(learned, WITHIN)));
    let count = own().count();
    let mut words = format!("Over {count} scenarios of the same objective.");
    if let Some(expected) = expected {
        let fill = Fill::new(ink::ACCENT, 0.6 * WITHIN);
        figure = figure.with_entry("expected here", Sign::Fill(fill));
        words += &format!(" Expected here: {}.", expected_words(&expected));
    }
    told(figure.with_data(data(table)), about, Of::Scenario, &words)
        .with_about("objective", objective)
}

/// A curve of quantiles over what lies within a standard error.
fn curve(quantiles: &[[f64; 3]], stroke: Stroke) -> [Layer; 2] {
    let edge = |sign: f64| {
        let points = quantiles.iter();
        points
            .map(|[at, gap, error]| [*at, sign.mul_add(*error, *gap)])
            .collect()
    };
    let fill = Fill::new(stroke.ink, WITHIN);
    [
        Layer::area(edge(1.0), edge(-1.0), fill),
        Layer::line(edge(0.0), stroke),
    ]
}

/// Every scenario of the table, as it is kept.
fn data(table: &GapTable) -> Table {
    let columns: Vec<(&str, &str)> = COLUMNS.iter().map(|name| (*name, "")).collect();
    let mut data = Table::new(&columns);
    for gap in table.gaps() {
        let words = [&gap.name, &gap.objective, &gap.kind, &gap.position];
        let numbers = [
            gap.dates,
            gap.width,
            gap.drift,
            gap.ask_cost,
            gap.bid_cost,
            gap.size,
            gap.ask_kept,
            gap.bid_kept,
            gap.moneyness,
            gap.dedicated,
            gap.at_once,
            gap.at_once_error,
            gap.refined,
            gap.refined_error,
            gap.rule,
            gap.rule_error,
        ];
        let words = words.into_iter().map(|word| Cell::from(word.as_str()));
        data.row(words.chain(numbers.into_iter().map(Cell::from)));
    }
    data
}
