//! Names, shares and lists as they stand in a sentence.

use crate::app::format;
use crate::outcome::Goal;
use crate::policy::Who;
use crate::quantity::write::significant;
use crate::scenario::Strategy;

/// What a policy is called amid a sentence: as its strategy, unless it has a name of its own.
#[must_use]
pub fn in_words(who: &Who) -> &str {
    if !who.is_plain() {
        return &who.name;
    }
    match who.kind {
        Strategy::None => "no hedge",
        Strategy::Delta => "delta",
        Strategy::InstantDelta => "the instant delta",
        Strategy::MinimumVariance => "the minimum-variance hedge",
        Strategy::Leland => "Leland",
        Strategy::Band => "the band",
        Strategy::SoftBand => "the soft band",
        Strategy::Static => "the static hedge",
        Strategy::Learned => "learned",
    }
}

/// What learned policies are trained for, as the title of a column.
#[must_use]
pub fn goal_name(goal: Goal) -> String {
    match goal {
        Goal::Rsmse => "RSMSE".into(),
        Goal::Rmse => "RMSE".into(),
        Goal::Cvar { level } => format!("CVaR {}%", format::trimmed(100.0 * level, 3)),
        Goal::Entropic { aversion } => format!("entropic risk γ = {}", significant(aversion, 3)),
    }
}

/// The text with a capital letter in front.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// `a`, `a and b`, `a, b and 3 more`; `ask/bid a` for the same of both sides.
pub(super) fn listed(labels: &[&str]) -> String {
    match labels {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, two] => of_both_sides(one, two).unwrap_or_else(|| format!("{one} and {two}")),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}

/// `ask/bid exponent`, where one label is the other one's of the other side.
pub(super) fn of_both_sides(one: &str, two: &str) -> Option<String> {
    let side = |of: &str, label: &str| label.strip_prefix(of).map(str::to_owned);
    let ask = side("ask ", one).or(side("ask ", two))?;
    let bid = side("bid ", one).or(side("bid ", two))?;
    (ask == bid).then(|| format!("ask/bid {ask}"))
}

/// The size of a share in percent, to no more digits than its standard error leaves.
pub(super) fn percent(share: f64, error: f64) -> String {
    let (percent, error) = (100.0 * share.abs(), 100.0 * error);
    if percent > 99.0 && percent < 100.0 {
        significant(percent, 3)
    } else if percent >= 10.0 {
        format::fixed(percent, 0)
    } else {
        significant(percent, if error > 0.1 * percent { 1 } else { 2 })
    }
}

/// How many times as much.
pub(super) fn times(ratio: f64) -> String {
    significant(ratio, 2)
}
