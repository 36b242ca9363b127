//! `hedgelab price --over`: what an option costs to hedge against one parameter.

use super::learned::about;
use super::price::Form;
use super::table::{Table, estimate, figure, grouped};
use super::{Failure, print, print_csv, print_json, stop};
use crate::market::{Paths, Sampling};
use crate::outcome::Estimate;
use crate::policy::LearnedPolicy;
use crate::record::{PROGRAM, PolicyRecord};
use crate::scenario::{Scenario, Variation};
use crate::simulate::{PRICE_RULES, PriceCurve, StrategyPrices, price_point};
use anyhow::anyhow;
use clap::Args;
use serde::Serialize;
use std::fmt::Write;

/// Against which parameter.
#[derive(Debug, Args)]
pub(super) struct Over {
    /// Against this parameter (see: hedgelab presets fields)
    #[arg(long = "over", value_name = "FIELD")]
    field: Option<String>,
    /// From this value on [default: half of what it is]
    #[arg(
        long,
        value_name = "A",
        requires = "to",
        requires = "field",
        allow_negative_numbers = true
    )]
    from: Option<f64>,
    /// Up to this value [default: twice what it is]
    #[arg(
        long,
        value_name = "B",
        requires = "from",
        allow_negative_numbers = true
    )]
    to: Option<f64>,
    /// Number of values
    #[arg(long, default_value_t = 9, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=101))]
    points: u16,
    /// Move the other side of the book alike
    #[arg(long, requires = "field")]
    both_sides: bool,
}

/// Who hedges, and where.
pub(super) struct Hedged<'a> {
    pub preset: &'a str,
    pub learned: &'a [LearnedPolicy],
    pub records: &'a [PolicyRecord],
}

/// What the command prints as JSON.
#[derive(Serialize)]
struct Report<'a> {
    program: &'static str,
    preset: &'a str,
    field: &'static str,
    both_sides: bool,
    paths: usize,
    seed: u64,
    antithetic: bool,
    /// What the field holds.
    present: Option<f64>,
    points: Vec<PointReport>,
}

#[derive(Serialize)]
struct PointReport {
    value: f64,
    black_scholes: f64,
    strategies: Vec<StrategyReport>,
}

#[derive(Serialize)]
struct StrategyReport {
    name: String,
    mean: Estimate,
    cvar: Estimate,
    entropic: Estimate,
    trained_elsewhere: bool,
}

/// One row of the CSV.
#[derive(Serialize)]
struct Row<'a> {
    field: &'static str,
    value: f64,
    strategy: &'a str,
    price: &'static str,
    premium: Option<f64>,
    standard_error: Option<f64>,
    black_scholes: f64,
    trained_elsewhere: bool,
}

impl Over {
    /// What is swept, if anything is.
    pub(super) fn variation(&self) -> Result<Option<Variation>, Failure> {
        let Some(path) = &self.field else {
            return Ok(None);
        };
        Ok(Some(Variation::named(path, self.both_sides)?))
    }

    /// What everybody asks at every value, on so many paths or as many as there are at it.
    pub(super) fn curve(
        &self,
        variation: &Variation,
        scenario: &Scenario,
        hedged: &Hedged<'_>,
        sampling: Sampling,
        paths: usize,
    ) -> Result<PriceCurve, Failure> {
        let points = usize::from(self.points);
        let values = match (self.from, self.to) {
            (Some(from), Some(to)) => variation.between(from, to, points)?,
            _ => variation.around(scenario, points)?,
        };
        let scenario = &who_hedges(scenario, hedged)?;
        let stop = stop::listen();
        let bar = super::progress(values.len() as u64);
        let mut curve = PriceCurve::default();
        for value in values {
            let there = variation.at(scenario, value)?;
            let most = Paths::new(&there, sampling).at_most(paths as u64);
            let most = usize::try_from(most).unwrap_or(paths);
            let point = price_point(value, &there, hedged.learned, sampling, most, &mut || {
                stop.ask()
            });
            let stopped = || anyhow!("stopped before every value was priced");
            curve.add(point.ok_or_else(stopped)?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(curve)
    }

    pub(super) fn run(
        &self,
        variation: &Variation,
        scenario: &Scenario,
        hedged: &Hedged<'_>,
        sampling: Sampling,
        paths: usize,
        form: &Form,
    ) -> Result<(), Failure> {
        let curve = self.curve(variation, scenario, hedged, sampling, paths)?;
        let present = variation.present(scenario);
        if form.json {
            print_json(&self.report(variation, hedged, sampling, paths, present, &curve))
        } else if form.csv {
            print_csv(rows(variation.field().path, &curve))
        } else {
            let head = format!(
                "{}: {} paths × {} steps, seed {}{}\n{}",
                scenario.title,
                grouped(paths as u64),
                scenario.steps,
                sampling.seed,
                if sampling.antithetic {
                    ", antithetic pairs"
                } else {
                    ""
                },
                about(hedged.records.iter(), scenario)
            );
            print(&text(head, variation, present, scenario, &curve))
        }
    }

    fn report<'a>(
        &self,
        variation: &Variation,
        hedged: &Hedged<'a>,
        sampling: Sampling,
        paths: usize,
        present: Option<f64>,
        curve: &PriceCurve,
    ) -> Report<'a> {
        let strategy = |s: &StrategyPrices| StrategyReport {
            name: s.who.to_string(),
            mean: s.premiums[0],
            cvar: s.premiums[1],
            entropic: s.premiums[2],
            trained_elsewhere: s.stale,
        };
        let points = curve.points.iter().map(|point| PointReport {
            value: point.value,
            black_scholes: point.black_scholes,
            strategies: point.strategies.iter().map(strategy).collect(),
        });
        Report {
            program: PROGRAM,
            preset: hedged.preset,
            field: variation.field().path,
            both_sides: self.both_sides,
            paths,
            seed: sampling.seed,
            antithetic: sampling.antithetic,
            present,
            points: points.collect(),
        }
    }
}

/// The scenario with the strategies that were asked for as its own.
fn who_hedges(scenario: &Scenario, hedged: &Hedged<'_>) -> Result<Scenario, Failure> {
    let mut parameters = scenario.clone().into_parameters();
    let selected = &mut parameters.strategies.selected;
    selected.clear();
    for record in hedged.records {
        if !selected.contains(&record.kind) {
            selected.push(record.kind);
        }
    }
    Ok(Scenario::new(parameters)?)
}

fn rows<'a>(field: &'static str, curve: &'a PriceCurve) -> impl Iterator<Item = Row<'a>> {
    curve.points.iter().flat_map(move |point| {
        point.strategies.iter().flat_map(move |strategy| {
            let both = PRICE_RULES.into_iter().zip(strategy.premiums);
            both.map(move |(price, premium)| Row {
                field,
                value: point.value,
                strategy: &strategy.who.name,
                price,
                premium: premium.value,
                standard_error: premium.se,
                black_scholes: point.black_scholes,
                trained_elsewhere: strategy.stale,
            })
        })
    })
}

/// A table for each price: a row for each value, a column for each strategy.
fn text(
    mut text: String,
    variation: &Variation,
    present: Option<f64>,
    scenario: &Scenario,
    curve: &PriceCurve,
) -> String {
    let names: Vec<String> = curve.policies().iter().map(ToString::to_string).collect();
    let mut columns = vec![variation.field().path];
    columns.extend(names.iter().map(String::as_str));
    columns.push("Black–Scholes");
    let training = &scenario.training;
    let titles = [
        "mean error".to_owned(),
        format!("CVaR {}%", figure(100.0 * training.cvar_level)),
        format!("entropic risk, γ {}", figure(training.risk_aversion)),
    ];
    let mut stale = false;
    for (place, title) in titles.into_iter().enumerate() {
        let _infallible = writeln!(
            text,
            "\nPremium at which the {title} is zero, ± standard error\n"
        );
        let mut table = Table::new(&columns);
        for point in &curve.points {
            let now = if Some(point.value) == present {
                " ←"
            } else {
                ""
            };
            let mut cells = vec![format!("{}{now}", figure(point.value))];
            for strategy in &point.strategies {
                stale |= strategy.stale;
                let mark = if strategy.stale { "*" } else { "" };
                cells.push(format!("{}{mark}", estimate(strategy.premiums[place])));
            }
            cells.push(figure(point.black_scholes));
            table.row(cells);
        }
        text.push_str(&table.text());
    }
    text.push_str("\n← as it is");
    text.push_str(if stale {
        "; * weights trained for another market\n"
    } else {
        "\n"
    });
    text
}
