//! What the last change did.

use super::words::{capital, goal_name, of_both_sides, percent, times};
use crate::app::format;
use crate::app::view::Difference;
use crate::outcome::{Estimate, Goal};

/// What was changed, and what of the strategy in focus before and after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moved {
    /// Parameters: label, value before, value now.
    pub fields: Vec<Difference>,
    /// Whether these say only how a network is trained the next time.
    pub for_training_only: bool,
    /// Strategies that joined the comparison, and that left it.
    pub joined: Vec<&'static str>,
    pub left: Vec<&'static str>,
    /// Whether there is another learned policy.
    pub trained: bool,
    /// Shares held after the first trade.
    pub first: Option<(f64, f64)>,
    /// Cost of all trades of a path, on average (currency); absent until it is computed.
    pub cost: Option<(Estimate, Estimate)>,
    /// What learned policies are trained for, before and now (currency).
    pub risk: Option<(Goal, Estimate, Estimate)>,
}

/// `Ask exponent 1.01 → 1.02: first position 0.57 → 0.52, cost per path +61%`; nothing where nothing
/// was changed.
#[must_use]
pub fn change(moved: &Moved) -> Option<String> {
    let cause = cause(moved)?;
    let moves_figures = !moved.fields.is_empty() || moved.trained;
    if !moves_figures {
        return Some(format!("{cause}."));
    }
    if moved.for_training_only && !moved.trained {
        return Some(format!("{cause}: counts from the next training on."));
    }
    let effects: Vec<String> = [first(moved), cost(moved), risk(moved)]
        .into_iter()
        .flatten()
        .collect();
    let computed = moved.cost.is_some();
    Some(match (effects.is_empty(), computed) {
        (true, true) => format!("{cause}: no difference beyond chance."),
        (true, false) => format!("{cause} …"),
        (false, true) => format!("{cause}: {}.", effects.join(", ")),
        (false, false) => format!("{cause}: {} …", effects.join(", ")),
    })
}

/// What was changed.
fn cause(moved: &Moved) -> Option<String> {
    let mut parts = Vec::new();
    match moved.fields.as_slice() {
        [] => {}
        [one] => parts.push(field(one)),
        [one, two] => match both_sides(one, two) {
            Some(both) => parts.push(both),
            None => parts.extend([field(one), field(two)]),
        },
        [one, rest @ ..] => parts.push(format!("{} and {} more", field(one), rest.len())),
    }
    parts.extend(who(&moved.joined, "joins", "join"));
    parts.extend(who(&moved.left, "leaves", "leave"));
    if moved.trained {
        parts.push("learned trained anew".into());
    }
    (!parts.is_empty()).then(|| capital(&parts.join(", ")))
}

/// `Band joins the comparison`, `Band and Leland join the comparison`.
fn who(names: &[&str], does: &str, do_so: &str) -> Option<String> {
    match names {
        [] => None,
        [one] => Some(format!("{one} {does} the comparison")),
        [rest @ .., last] => Some(format!(
            "{} and {last} {do_so} the comparison",
            rest.join(", ")
        )),
    }
}

fn field((label, before, now): &Difference) -> String {
    format!("{label} {before} → {now}")
}

/// `ask/bid exponent 1.01/0.99 → 1.02/0.98`, where one field is the other one's of the other side.
fn both_sides(one: &Difference, two: &Difference) -> Option<String> {
    let label = of_both_sides(one.0, two.0)?;
    let (ask, bid) = if one.0.starts_with("ask ") {
        (one, two)
    } else {
        (two, one)
    };
    let pair = |ask: &str, bid: &str| {
        if ask == bid {
            ask.to_owned()
        } else {
            format!("{ask}/{bid}")
        }
    };
    let (before, now) = (pair(&ask.1, &bid.1), pair(&ask.2, &bid.2));
    Some(format!("{label} {before} → {now}"))
}

/// The position after the first trade, which is no matter of chance.
fn first(moved: &Moved) -> Option<String> {
    let (before, now) = moved.first?;
    let apart = |decimals: &usize| {
        let (before, now) = (
            format::fixed(before, *decimals),
            format::fixed(now, *decimals),
        );
        (before != now).then(|| format!("first position {before} → {now}"))
    };
    (2..=4).find_map(|decimals| apart(&decimals))
}

fn cost(moved: &Moved) -> Option<String> {
    let (before, now) = moved.cost?;
    grown("cost per path", &before, &now)
}

fn risk(moved: &Moved) -> Option<String> {
    let (goal, before, now) = moved.risk?;
    grown(&goal_name(goal), &before, &now)
}

/// `cost per path +61%`; nothing where it is the same but for chance. The errors of the two are taken
/// as independent, which is on the safe side: the random numbers are the same.
fn grown(what: &str, before: &Estimate, now: &Estimate) -> Option<String> {
    let gap = now.less(before);
    let (old, new) = before.value.zip(now.value)?;
    if !gap.is_beyond_chance() {
        return None;
    }
    if old <= 0.0 || new < 0.0 {
        let [old, new] = [before, now].map(|figure| format::estimate(figure, false));
        return Some(format!("{what} {old} → {new}"));
    }
    let share = (new - old) / old;
    if share > 9.0 {
        return Some(format!("{what} × {}", times(new / old)));
    }
    let sign = if share < 0.0 { '−' } else { '+' };
    let size = percent(share, gap.se.unwrap_or(0.0) / old);
    Some(format!("{what} {sign}{size}%"))
}
