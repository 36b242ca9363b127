//! Why it trades: the parts of each trade on a path as stacked bars, or of one trade as a waterfall.

mod words;

use super::look::{look, name_of};
use super::path::dates;
use super::{About, Hedged, Of, told};
use crate::contract::digits;
use crate::figure::{
    Axis, Bar, Cell, Figure, Fill, Ink, Layer, Mark, Note, Panel, Sign, Stroke, Table, ink,
};
use crate::policy::{Reasons, SoftBand, Who};
use crate::quantity::write::{signed, significant};
use crate::scenario::Strategy;

pub use words::{reason_meaning, reason_name, why_sentence};

/// Parts that are told whatever they are: delta, drift, waiting, damping, memory and the policy's own.
const ALWAYS: usize = 6;
/// The place of the limits, which are told where they bind.
const LIMITS: usize = 6;
/// Half of a bar's width (dates, or places of the waterfall).
const HALF: f64 = 0.36;
/// Most marks at trades: more would hide the bars.
const MARKS: usize = 60;
/// The drift's pull.
const DRIFT: Ink = Ink::new(0x002f_5a1f, 0x00b5_d47a);
/// What trading costs, whatever of it.
const COSTS: Ink = Ink::new(0x004a_1a6b, 0x00b6_48f5);

/// The unit of trades.
const SHARES: &str = "shares";

/// How a part of a trade is filled, everywhere, by its place in [`Reasons::parts`]: delta and the policy's
/// own in the colours of those strategies; what crossing, depth and memory take in one colour, pale, full and
/// hatched.
#[must_use]
pub fn reason_fill(place: usize) -> Fill {
    let of = |strategy| look(strategy).stroke.ink;
    match place {
        0 => Fill::new(of(Strategy::Delta), 0.9),
        1 => Fill::new(DRIFT, 0.9),
        2 => Fill::new(COSTS, 0.4),
        3 => Fill::new(COSTS, 0.95),
        4 => Fill::new(COSTS, 1.0).hatched(),
        5 => Fill::new(of(Strategy::Learned), 0.9),
        _ => Fill::new(ink::SUBDUED, 1.0).hatched(),
    }
}

/// Which parts of some trades are told, by their places: limits only where they bind, and never what double
/// precision leaves.
#[must_use]
pub fn told_reasons(reasons: &[Reasons]) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..ALWAYS).collect();
    if reasons.iter().any(|reasons| reasons.limits != 0.0) {
        shown.push(LIMITS);
    }
    shown
}

/// Why the strategy in focus trades as it does on a path, taken apart by `soft_band`: at one date as a
/// waterfall, or at all of them as bars that stand on each other.
#[must_use]
pub fn why(
    about: &About<'_>,
    path: &Hedged,
    focus: Option<&Who>,
    date: Option<usize>,
    soft_band: &SoftBand,
) -> Figure {
    let Some(hedge) = path.whose(focus) else {
        return told(
            Figure::new("Why it trades", Axis::default()),
            about,
            Of::Path(path.number),
            "",
        );
    };
    let reasons = hedge.why(about.scenario, soft_band);
    let trades: Vec<f64> = hedge.ledger.iter().map(|line| line.trade).collect();
    let all = Trades {
        who: &hedge.who,
        shown: told_reasons(&reasons),
        reasons: &reasons,
        made: &trades,
    };
    let settings = soft_band.settings();
    let apart = format!(
        "Taken apart by the soft band, risk aversion {}, volatility factor {}.",
        significant(settings.risk_aversion, 3),
        significant(settings.volatility_factor, 3)
    );
    let last = trades.len().saturating_sub(1);
    let (figure, of, words) = match date.map(|date| date.min(last)) {
        Some(date) if !trades.is_empty() => {
            let of = Of::Date(path.number, date);
            let sentence = why_sentence(
                &hedge.who,
                digits(about.scenario),
                &reasons[date],
                trades[date],
            );
            (all.at(date), of, format!("{sentence}. {apart}"))
        }
        _ => (all.through_time(about), Of::Path(path.number), apart),
    };
    told(figure, about, of, &words)
        .with_about("trades of", hedge.who.to_string())
        .with_about("risk aversion", format!("{:?}", settings.risk_aversion))
        .with_about(
            "volatility factor",
            format!("{:?}", settings.volatility_factor),
        )
}

/// The trades of a strategy, with their parts.
struct Trades<'a> {
    who: &'a Who,
    /// The parts that are told.
    shown: Vec<usize>,
    reasons: &'a [Reasons],
    made: &'a [f64],
}

impl Trades<'_> {
    fn through_time(&self, about: &About<'_>) -> Figure {
        let title = format!("Why {} trades, date by date", name_of(self.who));
        let across = dates(about.scenario).between(-0.6, self.made.len() as f64 - 0.4);
        let trades = self.made.iter().enumerate();
        let trades: Vec<[f64; 2]> = trades.map(|(date, trade)| [date as f64, *trade]).collect();
        let made = if trades.len() <= MARKS {
            Layer::marks(trades, Mark::Diamond, ink::STRONG, 6.0)
        } else {
            Layer::line(trades, Stroke::new(ink::STRONG, 1.0))
        };
        let up = Axis::new("parts of each trade", "shares; positive buys").from_zero();
        let panel = Panel::new(up)
            .with(Layer::Bars(self.stacked()))
            .with(Layer::level(0.0, Stroke::new(ink::SUBDUED, 0.8), None))
            .with(made);
        let mut figure = Figure::new(title, across).with_panel(panel);
        for place in &self.shown {
            let name = reason_name(*place, self.who.kind);
            figure = figure.with_entry(name, Sign::Fill(reason_fill(*place)));
        }
        let sign = if self.made.len() <= MARKS {
            Sign::Mark(Mark::Diamond, ink::STRONG, false)
        } else {
            Sign::Line(Stroke::new(ink::STRONG, 1.0), None)
        };
        figure.with_entry("trade", sign).with_data(self.table())
    }

    /// What buys stands on what buys, from nought up, what sells hangs below.
    fn stacked(&self) -> Vec<Bar> {
        let mut bars = Vec::new();
        for (date, reasons) in self.reasons.iter().enumerate() {
            for (place, up) in reason_stack(reasons, &self.shown) {
                bars.extend(boxes(date as f64, up, reason_fill(place)));
            }
        }
        bars
    }

    fn at(&self, date: usize) -> Figure {
        let (reasons, trade) = (&self.reasons[date], self.made[date]);
        let title = format!("Why {} trades at date {date}", name_of(self.who));
        let names = self
            .shown
            .iter()
            .map(|place| reason_name(*place, self.who.kind));
        let names = names.chain(["trade"]).map(str::to_owned);
        let steps = reason_steps(reasons, &self.shown);
        let ends = steps.iter().flat_map(|(_, ends)| *ends).chain([trade]);
        let (low, high) = ends.fold((0.0f64, 0.0f64), |(low, high), x| (low.min(x), high.max(x)));
        let room = 0.16 * (high - low).max(1e-9);
        let up = Axis::new("moved", "shares; positive buys").between(low - room, high + room);
        let last = steps.len() as f64;
        let note = |at: f64, [from, to]: [f64; 2]| Note {
            at: [at, to],
            over: to >= from,
            text: signed(&significant(to - from, 3)),
            ink: ink::TEXT,
        };
        let (mut bars, mut notes, mut bridges) = (Vec::new(), Vec::new(), Vec::new());
        for (i, (place, ends)) in steps.iter().enumerate() {
            let at = i as f64;
            bars.extend(boxes(at, *ends, reason_fill(*place)));
            notes.push(note(at, *ends));
            bridges.extend([
                [at + HALF, ends[1]],
                [at + 1.0 - HALF, ends[1]],
                [f64::NAN; 2],
            ]);
        }
        bars.extend(boxes(last, [0.0, trade], Fill::new(ink::STRONG, 0.85)));
        notes.push(note(last, [0.0, trade]));
        let panel = Panel::new(up)
            .with(Layer::level(0.0, Stroke::new(ink::SUBDUED, 0.8), None))
            .with(Layer::line(bridges, Stroke::new(ink::SUBDUED, 0.7)))
            .with(Layer::Bars(bars))
            .with(Layer::Notes(notes));
        Figure::new(title, Axis::of_names("parts of the trade", names))
            .with_panel(panel)
            .with_data(parts_table(reasons, trade))
    }

    /// A row for each date.
    fn table(&self) -> Table {
        let parts = Reasons::default().parts();
        let mut columns = vec![("strategy", ""), ("date", "")];
        columns.extend(parts.iter().map(|(name, _)| (*name, SHARES)));
        columns.push(("trade", SHARES));
        let mut table = Table::new(&columns);
        for (date, (reasons, trade)) in self.reasons.iter().zip(self.made).enumerate() {
            let mut row = vec![Cell::from(&*self.who.name), date.into()];
            row.extend(reasons.parts().map(|(_, part)| Cell::from(part)));
            row.push((*trade).into());
            table.row(row);
        }
        table
    }
}

/// A box around a place, on a ground of its own where it is hatched.
fn boxes(at: f64, up: [f64; 2], fill: Fill) -> impl Iterator<Item = Bar> {
    let ground = fill.hatched.then_some(Fill::new(fill.ink, 0.16));
    let of = move |fill| Bar {
        across: [at - HALF, at + HALF],
        up,
        fill,
    };
    ground.into_iter().chain([fill]).map(of)
}

/// A row for each part, and one for the trade that they add up to.
fn parts_table(reasons: &Reasons, trade: f64) -> Table {
    let mut table = Table::new(&[("part", ""), ("moves", SHARES), ("so far", SHARES)]);
    let mut sum = 0.0;
    for (name, part) in reasons.parts() {
        sum += part;
        table.row([Cell::from(name), part.into(), sum.into()]);
    }
    table.row([Cell::from("trade"), trade.into(), trade.into()]);
    table
}

/// The told parts of a trade one after the other, by their places, each from where the one before ends.
#[must_use]
pub fn reason_steps(reasons: &Reasons, shown: &[usize]) -> Vec<(usize, [f64; 2])> {
    let parts = reasons.parts();
    let add = |sum: &mut f64, place: &usize| {
        let from = *sum;
        *sum += parts[*place].1;
        Some((*place, [from, *sum]))
    };
    shown.iter().scan(0.0, add).collect()
}

/// The told parts of a trade as they stand on each other: what buys from nought up, what sells from nought down.
#[must_use]
pub fn reason_stack(reasons: &Reasons, shown: &[usize]) -> Vec<(usize, [f64; 2])> {
    let parts = reasons.parts();
    let mut ends = [0.0; 2];
    let mut bars = Vec::new();
    for place in shown {
        let part = parts[*place].1;
        if part != 0.0 {
            let end = &mut ends[usize::from(part < 0.0)];
            bars.push((*place, [*end, *end + part]));
            *end += part;
        }
    }
    bars
}
