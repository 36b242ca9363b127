//! The parts of a trade in words.

use crate::gallery::name_of;
use crate::policy::{Reasons, Who};
use crate::quantity::Digits;
use crate::quantity::write::signed;
use crate::scenario::Strategy;

/// Of the largest part: less is not worth a word.
const WORTH: f64 = 0.03;

/// What a part of a trade is called, by its place in [`Reasons::parts`], where a strategy of a kind trades.
#[must_use]
pub fn reason_name(place: usize, kind: Strategy) -> &'static str {
    match (place, kind) {
        (0, _) => "delta",
        (1, _) => "drift",
        (2, _) => "waiting",
        (3, _) => "damping",
        (4, _) => "memory",
        (5, Strategy::Learned) => "network",
        (5, _) => "own rule",
        (6, _) => "limits",
        _ => "rounding",
    }
}

/// What a part of a trade is.
#[must_use]
pub fn reason_meaning(place: usize, kind: Strategy) -> &'static str {
    match (place, kind) {
        (0, _) => {
            "From the position held to the delta of the option, at the soft band's own volatility"
        }
        (1, _) => "A share that grows faster than cash is worth holding beyond delta",
        (2, _) => {
            "Crossing the spread of a full book costs: what is next to the aim is left where it is"
        }
        (3, _) => {
            "Size costs more than proportionally: it goes a part of the way now, and more of it later"
        }
        (4, _) => {
            "What was lately taken from the book is not back yet: trading now is dearer than in a full book"
        }
        (5, Strategy::Learned) => {
            "What only the network knows: what it asks for, less what the soft band would hold here"
        }
        (5, Strategy::SoftBand) => "Nothing: the soft band is what takes trades apart",
        (5, _) => "What this strategy's own rule asks for, less what the soft band would hold here",
        (6, _) => "What limits on position and trade leave of what was asked for",
        _ => "What double precision leaves",
    }
}

/// `Learned buys 0.040: delta asks for +0.120, the spread makes it wait −0.050, …`: the parts that weigh, in
/// the order in which they add up.
#[must_use]
pub fn why_sentence(who: &Who, digits: Digits, reasons: &Reasons, traded: f64) -> String {
    let shares = |x: f64| digits.shares(x);
    let size = shares(traded.abs());
    let verb = if !size.contains(|c: char| c.is_ascii_digit() && c != '0') {
        "does not trade".to_owned()
    } else if traded > 0.0 {
        format!("buys {size}")
    } else {
        format!("sells {size}")
    };
    let parts = reasons.parts();
    let largest = parts
        .iter()
        .fold(0.0f64, |most, (_, part)| most.max(part.abs()));
    let weighs = |(_, (_, part)): &(usize, (&str, f64))| part.abs() > WORTH * largest;
    let clauses = parts.into_iter().enumerate().filter(weighs);
    let clauses: Vec<String> = clauses
        .map(|(place, (_, part))| {
            let text = signed(&shares(part));
            clause(place, who.kind).replacen('#', &text, 1)
        })
        .collect();
    let name = name_of(who);
    if clauses.is_empty() {
        return format!("{name} {verb}: nothing asks for it");
    }
    format!("{name} {verb}: {}", clauses.join(", "))
}

/// What a part does, with `#` for how much.
fn clause(place: usize, kind: Strategy) -> &'static str {
    match (place, kind) {
        (0, _) => "delta asks for #",
        (1, _) => "the drift pulls by #",
        (2, _) => "the spread makes it wait #",
        (3, _) => "depth damps #",
        (4, _) => "the worn book holds back #",
        (5, Strategy::Learned) => "the network alone adds #",
        (5, _) => "its own rule adds #",
        (6, _) => "limits leave out #",
        _ => "rounding #",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_tells_what_weighs_with_its_sign() {
        let reasons = Reasons {
            delta: 0.12,
            drift: 0.03,
            waiting: -0.05,
            damping: -0.04,
            memory: -0.001,
            own: -0.019,
            ..Reasons::default()
        };
        let of = |kind: Strategy, traded| {
            why_sentence(&kind.into(), Digits::default(), &reasons, traded)
        };
        assert_eq!(
            of(Strategy::Learned, 0.04),
            "Learned buys 0.040: delta asks for +0.120, the drift pulls by +0.030, the spread makes it wait \
             −0.050, depth damps −0.040, the network alone adds −0.019"
        );
        assert!(of(Strategy::Leland, -0.3).ends_with("its own rule adds −0.019"));
        assert!(of(Strategy::Delta, 1e-9).starts_with("Delta does not trade: delta asks"));
        let nothing = why_sentence(
            &Strategy::None.into(),
            Digits::default(),
            &Reasons::default(),
            0.0,
        );
        assert_eq!(nothing, "No hedge does not trade: nothing asks for it");
    }
}
