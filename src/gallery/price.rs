//! What an option costs to hedge against a parameter: the premium at which a hedge is neither a loss nor a
//! gain.

use super::look::{looks, name_of, place};
use super::{About, MONEY, Of, told};
use crate::figure::{
    Along, Axis, Cell, Dash, Figure, Layer, Mark, Marks, Panel, Sign, Stroke, Table, ink,
};
use crate::outcome::Estimate;
use crate::policy::Who;
use crate::scenario::Variation;
use crate::simulate::{PRICE_RULES, PriceCurve, StrategyPrices};

/// Width of a mark (px).
const SIZE: f64 = 6.5;

/// Premiums by a rule (a place among [`PRICE_RULES`]) of everybody on `paths` paths, against what is
/// swept, beside the closed form. The data have every rule.
#[must_use]
pub fn price(
    about: &About<'_>,
    paths: u64,
    variation: &Variation,
    rule: usize,
    curve: &PriceCurve,
) -> Figure {
    let rule = rule.min(PRICE_RULES.len() - 1);
    let field = variation.field();
    let mut policies = curve.policies();
    policies.sort_by_key(|who| place(who.kind));
    let looks = looks(&policies);
    let closed = Stroke::new(ink::SUBDUED, 1.4).dashed(Dash::Dashed(7.0));
    let mut panel = Panel::new(Axis::new("premium", MONEY));
    if let Some(now) = variation
        .present(about.scenario)
        .filter(|now| now.is_finite())
    {
        let stroke = Stroke::new(ink::SUBDUED, 0.8);
        panel = panel.with(Layer::upright(now, stroke, Some("now".into())));
    }
    let points = curve.points.iter();
    let line = points.map(|point| [point.value, point.black_scholes]);
    panel = panel.with(Layer::line(line.collect(), closed));
    for (who, look) in policies.iter().zip(&looks).rev() {
        let known = premiums(curve, who, rule);
        let line = known.iter().map(|(at, _, _)| *at).collect();
        panel = panel.with(Layer::line(line, look.stroke));
        for stale in [false, true] {
            let own: Vec<_> = known.iter().filter(|(_, _, s)| *s == stale).collect();
            panel = panel.with(Layer::Marks(Marks {
                points: own.iter().map(|(at, _, _)| *at).collect(),
                errors: own.iter().map(|(_, error, _)| *error).collect(),
                along: Along::Up,
                mark: look.mark,
                ink: look.stroke.ink,
                size: SIZE,
                open: stale,
            }));
        }
    }
    let title = match PRICE_RULES[rule] {
        "mean" => "Premium at which nothing is lost on average",
        "cvar" => "Premium at which the mean of the worst errors is zero",
        _ => "Premium of indifference",
    };
    let across = Axis::new(field.label, field.unit);
    let mut figure = Figure::new(title, across)
        .with_panel(panel)
        .with_data(table(variation, curve, &policies));
    for (who, look) in policies.iter().zip(&looks) {
        figure = figure.with_entry(name_of(who), Sign::Line(look.stroke, Some(look.mark)));
    }
    figure = figure.with_entry("Black–Scholes", Sign::Line(closed, None));
    let strategies = || curve.points.iter().flat_map(|point| &point.strategies);
    let mut words = String::from("Error bars: one standard error to either side.");
    if variation.moves_both_sides() {
        words.push_str(" The other side of the book moves alike.");
    }
    if strategies().any(|strategy| strategy.stale) {
        figure = figure.with_entry("trained elsewhere", Sign::Mark(Mark::Disc, ink::TEXT, true));
        words.push_str(" Hollow: trained for another value.");
    }
    told(figure, about, Of::Paths(paths), &words).with_about("against", field.path)
}

/// Where a policy has a premium by a rule: the point, its standard error, and whether it was trained for
/// another market.
fn premiums(curve: &PriceCurve, who: &Who, rule: usize) -> Vec<([f64; 2], f64, bool)> {
    let of = |value: f64, strategy: &StrategyPrices| {
        let Estimate { value: premium, se } = strategy.premiums[rule];
        Some(([value, premium?], se.unwrap_or(0.0), strategy.stale))
    };
    let points = curve.points.iter();
    let own = points.filter_map(|point| {
        let mut strategies = point.strategies.iter();
        of(point.value, strategies.find(|s| s.who == *who)?)
    });
    own.collect()
}

/// A row for each value, policy and rule.
fn table(variation: &Variation, curve: &PriceCurve, policies: &[Who]) -> Table {
    let field = variation.field();
    let mut table = Table::new(&[
        (field.path, field.unit),
        ("strategy", ""),
        ("price", ""),
        ("premium", MONEY),
        ("standard error", MONEY),
        ("Black–Scholes", MONEY),
        ("trained elsewhere", ""),
    ]);
    for point in &curve.points {
        for who in policies {
            let own = point.strategies.iter().find(|s| s.who == *who);
            let Some(own) = own else { continue };
            for (rule, premium) in PRICE_RULES.into_iter().zip(own.premiums) {
                table.row([
                    Cell::from(point.value),
                    Cell::from(&*who.name),
                    Cell::from(rule),
                    premium.value.into(),
                    premium.se.into(),
                    point.black_scholes.into(),
                    Cell::from(if own.stale { "yes" } else { "no" }),
                ]);
            }
        }
    }
    table
}
