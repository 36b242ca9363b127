//! A calibration as a text for people.

use super::super::table::{Table, grouped, with_error};
use crate::calibrate::{Aftermath, BASIS, Calibration, Estimate, FEW_TRADES, Fit, Refill, Sides};
use crate::quantity::write::{NOTHING, plural, significant};
use crate::quotes::Counts;
use std::fmt::Write;
use std::path::PathBuf;

/// A family explains too little that explains less than this of the variance of log prices.
const BAD: f64 = 0.8;

/// All of it.
pub(super) fn report(files: &[PathBuf], found: &Calibration, preset: &str) -> String {
    let names: Vec<String> = files
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let mut text = format!("{}: {}\n", names.join(", "), found.format);
    text.push_str(&counts(&found.counts));
    let _infallible = writeln!(
        text,
        "fitted {} book{} over {}, mid {}\n",
        grouped(found.fitted as u64),
        plural(found.fitted as u64),
        seconds(found.span),
        significant(found.mid, 6),
    );
    text.push_str(&families(found));
    text.push('\n');
    text.push_str(&aftermath(&found.aftermath, preset));
    for note in notes(found) {
        let _infallible = writeln!(text, "note: {note}");
    }
    text
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
    text.push('\n');
    text
}

fn families(found: &Calibration) -> String {
    let mut table = Table::new(&[
        "family",
        "half-spread (bp)",
        "exponent - 1 (bp)",
        "depth (shares)",
        "slope (bp/share)",
        "R²",
        "residual (bp)",
    ]);
    let families = &found.families;
    for (name, sides, left) in [
        ("paper", &families.paper, found.residuals.paper),
        (
            "spread_exponent",
            &families.spread_exponent,
            found.residuals.spread_exponent,
        ),
        (
            "spread_slope",
            &families.spread_slope,
            found.residuals.spread_slope,
        ),
    ] {
        for (side, fit, left) in [("ask", &sides.ask, left[0]), ("bid", &sides.bid, left[1])] {
            table.row(row(&format!("{name}, {side}"), fit, left));
        }
    }
    table.text()
}

fn row(name: &str, fit: &Fit, left: f64) -> Vec<String> {
    let gain = fit.exponent.map(|exponent| Estimate {
        value: exponent.value - 1.0,
        ..exponent
    });
    vec![
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
    with_error(unit * estimate.value, estimate.se.map(|se| unit * se))
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

fn aftermath(after: &Aftermath, preset: &str) -> String {
    let how = if after.trades_told {
        "as the file tells them"
    } else {
        "told by what is gone from the best prices, taken or taken back"
    };
    let mut text = format!(
        "After large trades ({}% or more of the shares within {} bp of the mid, {how}):\n",
        significant(100.0 * after.large, 3),
        significant(BASIS * after.radius, 3),
    );
    let mut table = Table::new(&[
        "seconds after",
        "ask depth missing (%)",
        "bid depth missing (%)",
        "mid moved (bp)",
    ]);
    for (place, lag) in after.lags.iter().enumerate() {
        table.row(vec![
            significant(*lag, 3),
            told(after.ask.missing[place], 100.0),
            told(after.bid.missing[place], 100.0),
            told(after.mid.displacement[place], BASIS),
        ]);
    }
    text.push_str(&table.text());
    for (side, refill) in [("ask", &after.ask), ("bid", &after.bid)] {
        let _infallible = writeln!(text, "{side}: {}", refilled(refill, after.step, preset));
    }
    let mid = &after.mid;
    if mid.permanent.is_some() {
        let half_life = mid.half_life.map_or_else(
            || "nothing that passes can be told from nothing".to_owned(),
            |_| format!("half-life of what passes {} s", told(mid.half_life, 1.0)),
        );
        let _infallible = writeln!(
            text,
            "mid: {} bp last, {} bp pass; {half_life}; {} and {} bp a share",
            told(mid.permanent, BASIS),
            told(mid.transient, BASIS),
            told(mid.permanent_per_share, BASIS),
            told(mid.transient_per_share, BASIS),
        );
    }
    text
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

/// What must be known of the fits.
pub(super) fn notes(found: &Calibration) -> Vec<String> {
    let mut notes = Vec::new();
    let families = &found.families;
    let quoted =
        families.spread_slope.ask.half_spread.value + families.spread_slope.bid.half_spread.value;
    for (name, sides) in [
        ("paper", &families.paper),
        ("spread_exponent", &families.spread_exponent),
        ("spread_slope", &families.spread_slope),
    ] {
        if let Some(note) = bad(name, sides, quoted) {
            notes.push(note);
        }
    }
    if found.shallow > 0 {
        notes.push(format!(
            "{} books at even times had fewer than 4 levels near the best price of a side and were not fitted",
            grouped(found.shallow)
        ));
    }
    let after = &found.aftermath;
    let slow = |refill: &Refill| refill.told_from_infinity == Some(true);
    if slow(&after.ask) != slow(&after.bid) {
        notes.push("one side refills before the next hedge and the other does not".into());
    }
    notes.extend(untold(after));
    notes
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
