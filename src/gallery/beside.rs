//! One path in several scenarios: what is held there, laid one over the other.

use super::look::{Look, look, tint};
use super::path::{dates, over_dates, price};
use super::{About, Hedge, Hedged, Of, told};
use crate::figure::{Axis, Cell, Dash, Figure, Panel, Sign, Table};
use crate::scenario::{Strategy, Tint};

/// A scenario of several on the same prices.
#[derive(Clone, Debug)]
pub struct Beside {
    /// What it is called.
    pub name: String,
    /// Its colour; absent for the first, which has those of the strategies.
    pub tint: Option<Tint>,
    /// The path with the hedges there.
    pub path: Hedged,
}

/// Price on one path, and the positions of every policy in each scenario.
#[must_use]
pub fn beside(about: &About<'_>, all: &[Beside]) -> Figure {
    let scenario = about.scenario;
    let hedges = || {
        all.iter()
            .flat_map(|one| one.path.hedges.iter().map(move |hedge| (one, hedge)))
    };
    let looks: Vec<Look> = hedges().map(|(one, hedge)| drawn(one, hedge)).collect();
    let with_looks = || hedges().map(|(_, hedge)| hedge).zip(&looks);
    let held = |hedge: &Hedge| (0..=hedge.ledger.len()).map(|k| hedge.held(k)).collect();
    let lines: Vec<_> = with_looks().collect();
    let positions = over_dates(lines.into_iter(), &held);
    let mut figure = Figure::new("Positions on one path", dates(scenario)).with_data(table(all));
    if let Some(first) = all.first() {
        figure = figure.with_panel(price(scenario, &first.path).weighing(0.7));
    }
    let positions = Panel::new(Axis::new("Positions", "shares").from_zero()).with_all(positions);
    figure = figure.with_panel(positions);
    for ((one, hedge), look) in hedges().zip(&looks) {
        let who = super::name_of(&hedge.who);
        let text = if one.name.is_empty() {
            who.to_owned()
        } else {
            format!("{who}, {}", one.name)
        };
        figure = figure.with_entry(text, Sign::Line(look.stroke, Some(look.mark)));
    }
    let number = all.first().and_then(|one| one.path.number);
    told(figure, about, Of::Path(number), "")
}

/// As its strategy; in another scenario than the first in that one's colour, and dashed.
fn drawn(one: &Beside, hedge: &Hedge) -> Look {
    let mut look = look(hedge.who.kind);
    if let Some(colour) = one.tint {
        look.stroke.ink = tint(colour);
        if hedge.who.kind == Strategy::Learned {
            let place = Tint::ALL.iter().position(|other| *other == colour);
            look.stroke.dash = Dash::Dashed(9.0 + 4.0 * place.unwrap_or(0) as f64);
        }
    }
    look
}

/// A row for each scenario, policy and date.
fn table(all: &[Beside]) -> Table {
    let mut table = Table::new(&[
        ("scenario", ""),
        ("strategy", ""),
        ("date", ""),
        ("spot", super::MONEY),
        ("position", "shares"),
    ]);
    for one in all {
        let name = if one.name.is_empty() {
            "preset"
        } else {
            &one.name
        };
        for hedge in &one.path.hedges {
            for (step, spot) in one.path.prices.iter().enumerate() {
                table.row([
                    Cell::from(name),
                    Cell::from(&*hedge.who.name),
                    step.into(),
                    (*spot).into(),
                    hedge.held(step).into(),
                ]);
            }
        }
    }
    table
}
