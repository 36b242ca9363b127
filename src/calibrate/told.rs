//! A calibration in words, for people: the same in a terminal and in the window.

use super::preset::Moved;
use super::{Aftermath, BASIS, Calibration, Estimate, FEW_TRADES, Fit, Refill, Sides};
use crate::quantity::digits;
use crate::quantity::write::{NOTHING, grouped, plural, significant};
use crate::quotes::Counts;
use std::fmt::Write;

/// A family explains too little that explains less than this of the variance of log prices.
const BAD: f64 = 0.8;

/// What is told of each family and side.
pub const FAMILY: [&str; 7] = [
    "family",
    "half-spread (bp)",
    "exponent - 1 (bp)",
    "depth (shares)",
    "slope (bp/share)",
    "R²",
    "residual (bp)",
];
/// What is told of each time after large trades.
pub const MISSING: [&str; 4] = [
    "seconds after",
    "ask depth missing (%)",
    "bid depth missing (%)",
    "mid moved (bp)",
];

impl Calibration {
    /// What was read and what was left out, and what was fitted.
    #[must_use]
    pub fn counts_told(&self) -> [String; 2] {
        let fitted = self.books.len() as u64;
        let fitted = format!(
            "fitted {} book{} over {}, mid {}",
            grouped(fitted),
            plural(fitted),
            seconds(self.span),
            significant(self.mid, 6),
        );
        [counts(&self.counts), fitted]
    }

    /// A row for each family and side, as [`FAMILY`] heads them.
    #[must_use]
    pub fn families_told(&self) -> Vec<[String; 7]> {
        let (families, residuals) = (&self.families, &self.residuals);
        let all = [
            ("paper", &families.paper, residuals.paper),
            (
                "spread_exponent",
                &families.spread_exponent,
                residuals.spread_exponent,
            ),
            (
                "spread_slope",
                &families.spread_slope,
                residuals.spread_slope,
            ),
        ];
        let both = |(name, sides, [ask, bid]): (&str, &Sides, [f64; 2])| {
            [("ask", sides.ask, ask), ("bid", sides.bid, bid)]
                .map(|(side, fit, left)| row(&format!("{name}, {side}"), &fit, left))
        };
        all.into_iter().flat_map(both).collect()
    }

    /// The book with one depth for both sides, as [`super::with_book()`] puts it into a scenario.
    #[must_use]
    pub fn book_told(&self) -> String {
        let book = &self.common.spread_exponent;
        let basis = |x: f64| significant(BASIS * x, 4);
        let moved = Moved::of(&self.aftermath.mid).map_or_else(String::new, |moved| {
            let rest = moved.half_life.map_or_else(String::new, |half_life| {
                format!(", the rest with a half-life of {}", seconds(half_life))
            });
            format!(
                "; a share moves the mid by {} bp, {}% of it for good{rest}, by whose slope the exponents are lowered",
                basis(moved.per_share),
                significant(100.0 * moved.permanent, 3),
            )
        });
        format!(
            "The book, with one depth for both sides: half-spreads {} and {} bp, exponents 1 + {} and 1 − {} bp, depth {} shares{moved}",
            basis(book.ask_half_spread),
            basis(book.bid_half_spread),
            basis(book.ask_exponent - 1.0),
            basis(1.0 - book.bid_exponent),
            significant(book.depth, 4),
        )
    }

    /// What must be known of the fits.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let families = &self.families;
        let line = &families.spread_slope;
        let quoted = line.ask.half_spread.value + line.bid.half_spread.value;
        for (name, sides) in [
            ("paper", &families.paper),
            ("spread_exponent", &families.spread_exponent),
            ("spread_slope", &families.spread_slope),
        ] {
            notes.extend(bad(name, sides, quoted));
        }
        if self.shallow > 0 {
            notes.push(format!(
                "{} books at even times had fewer than 4 levels near the best price of a side and were not fitted",
                grouped(self.shallow)
            ));
        }
        let after = &self.aftermath;
        let slow = |refill: &Refill| refill.told_from_infinity == Some(true);
        if slow(&after.ask) != slow(&after.bid) {
            notes.push("one side refills before the next hedge and the other does not".into());
        }
        notes.extend(untold(after));
        notes
    }
}

impl Aftermath {
    /// Which trades are meant.
    #[must_use]
    pub fn heading_told(&self) -> String {
        let how = if self.trades_told {
            "as the file tells them"
        } else {
            "told by what is gone from the best prices, taken or taken back"
        };
        format!(
            "After large trades ({}% or more of the shares within {} bp of the mid, {how}):",
            significant(100.0 * self.large, 3),
            significant(BASIS * self.radius, 3),
        )
    }

    /// A row for each time, as [`MISSING`] heads them.
    #[must_use]
    pub fn rows_told(&self) -> Vec<[String; 4]> {
        let row = |(place, lag): (usize, &f64)| {
            [
                significant(*lag, 3),
                told(self.ask.missing[place], 100.0),
                told(self.bid.missing[place], 100.0),
                told(self.mid.displacement[place], BASIS),
            ]
        };
        self.lags.iter().enumerate().map(row).collect()
    }

    /// How each side refills against the steps of a preset, and what the mid keeps, where that is known.
    #[must_use]
    pub fn told(&self, preset: &str) -> Vec<String> {
        let sides = [("ask", &self.ask), ("bid", &self.bid)];
        let mut lines: Vec<String> = sides
            .map(|(side, refill)| format!("{side}: {}", refilled(refill, self.step, preset)))
            .to_vec();
        let mid = &self.mid;
        if mid.permanent.is_some() {
            let half_life = mid.half_life.map_or_else(
                || "nothing that passes can be told from nothing".to_owned(),
                |_| format!("half-life of what passes {} s", told(mid.half_life, 1.0)),
            );
            lines.push(format!(
                "mid: {} bp last, {} bp pass; {half_life}; {} and {} bp a share",
                told(mid.permanent, BASIS),
                told(mid.transient, BASIS),
                told(mid.permanent_per_share, BASIS),
                told(mid.transient_per_share, BASIS),
            ));
        }
        lines
    }
}

fn counts(counts: &Counts) -> String {
    let mut text = format!(
        "{} records, {} books",
        grouped(counts.records),
        grouped(counts.books)
    );
    if counts.trades > 0 {
        let _infallible = write!(text, ", {} trades", grouped(counts.trades));
    }
    let dropped = &counts.dropped;
    let left_out = [
        (dropped.crossed, "crossed"),
        (dropped.empty, "empty"),
        (dropped.halted, "halted"),
        (dropped.stale, "stale"),
    ];
    let told = left_out.map(|(count, why)| format!("{} {why}", grouped(count)));
    let _infallible = write!(text, "; left out: {}", told.join(", "));
    for (count, what) in [
        (counts.stale_levels, "levels that newer ones crossed"),
        (counts.other_instruments, "records of other instruments"),
        (counts.hidden_trades, "trades outside the book"),
    ] {
        if count > 0 {
            let _infallible = write!(text, ", {} {what}", grouped(count));
        }
    }
    text
}

fn row(name: &str, fit: &Fit, left: f64) -> [String; 7] {
    let gain = fit.exponent.map(|exponent| Estimate {
        value: exponent.value - 1.0,
        ..exponent
    });
    [
        name.to_owned(),
        told(Some(fit.half_spread), BASIS),
        told(gain, BASIS),
        told(fit.depth, 1.0),
        told(Some(fit.slope), BASIS),
        format!("{:.3}", fit.r2),
        significant(BASIS * left, 3),
    ]
}

/// A figure in a unit with its error.
fn told(estimate: Option<Estimate>, unit: f64) -> String {
    let Some(estimate) = estimate else {
        return NOTHING.into();
    };
    let error = estimate.se.map(|se| unit * se);
    let (value, error) = digits::estimate(unit * estimate.value, error);
    error.map_or(value.clone(), |error| format!("{value} ± {error}"))
}

/// A time that is short or long.
fn seconds(x: f64) -> String {
    for (unit, sign) in [(86_400.0, "d"), (3600.0, "h"), (60.0, "min")] {
        if x >= 2.0 * unit {
            return format!("{} {sign}", significant(x / unit, 3));
        }
    }
    format!("{} s", significant(x, 3))
}

/// How a side refills, in a sentence.
fn refilled(refill: &Refill, step: f64, preset: &str) -> String {
    let count = refill.trades;
    let trades = format!("{} large trade{}", grouped(count), plural(count));
    let share = refill.share.map_or(String::new(), |share| {
        format!(" that typically took {}%", significant(100.0 * share, 3))
    });
    let Some(told_from_infinity) = refill.told_from_infinity else {
        return format!("{trades}: too few to say how fast it refills");
    };
    let step = seconds(step);
    let Some(half_life) = refill.half_life else {
        return format!(
            "{trades}{share}; no hole is seen that closes: the decay cannot be told from infinity at a step of {step} ({preset})"
        );
    };
    let left = told(refill.left, 100.0);
    let verdict = if told_from_infinity {
        format!("{left}% of a hole are left after a step of {step} ({preset})")
    } else {
        format!("the decay cannot be told from infinity at a step of {step} ({preset})")
    };
    format!(
        "{trades}{share}; half-life {} s; {verdict}",
        told(Some(half_life), 1.0)
    )
}

/// Of what too little is told, and why.
fn untold(after: &Aftermath) -> Vec<String> {
    let too_few = |count: u64| {
        let trades = format!("{} large trade{}", grouped(count), plural(count));
        if count < FEW_TRADES {
            format!("{trades}, and it takes {FEW_TRADES}")
        } else {
            format!("hardly any book within two minutes of {trades}")
        }
    };
    let mut notes = Vec::new();
    for (side, refill) in [("ask", &after.ask), ("bid", &after.bid)] {
        if refill.told_from_infinity.is_none() {
            let why = too_few(refill.trades);
            notes.push(format!("how the {side} side refills is not told: {why}"));
        } else if refill.half_life.is_none() {
            notes.push(format!(
                "how the {side} side refills is not told: no hole stands out from its error after {} large trades",
                grouped(refill.trades)
            ));
        }
    }
    let mid = &after.mid;
    let trades = after.ask.trades + after.bid.trades;
    match (mid.permanent, mid.transient) {
        (Some(permanent), Some(transient)) => {
            if !permanent.is_seen() && !transient.is_seen() {
                notes.push(format!(
                    "what the mid keeps is not told: no move stands out from its error after {} large trades",
                    grouped(trades)
                ));
            }
        }
        _ => notes.push(format!(
            "what the mid keeps is not told: {}",
            too_few(trades)
        )),
    }
    notes
}

/// That a family fits badly, and what spread it wants.
fn bad(name: &str, sides: &Sides, quoted: f64) -> Option<String> {
    let (ask, bid) = (&sides.ask, &sides.bid);
    if ask.r2 >= BAD && bid.r2 >= BAD {
        return None;
    }
    let wanted = 0.5 * (ask.half_spread.value + bid.half_spread.value);
    let half = 0.5 * quoted;
    let spread = if (wanted / half - 1.0).abs() > 0.5 {
        format!(
            ": it wants a half-spread of {} bp where {} are quoted",
            significant(BASIS * wanted, 3),
            significant(BASIS * half, 3)
        )
    } else {
        String::new()
    };
    Some(format!(
        "{name} fits badly, R² {:.2} and {:.2}{spread}",
        ask.r2, bid.r2
    ))
}
