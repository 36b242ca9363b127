//! What is said over the views: one strategy against another over all paths, and what a change did.
//! Words are made from numbers alone, and say no more than these know: what lies within two standard
//! errors is no difference.

mod change;
mod words;

pub use change::{Moved, change};
pub use words::{capital, goal_name, in_words};

use crate::app::format;
use crate::outcome::{Estimate, Goal};
use words::{listed, percent, times};

/// The line over the views.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// How one strategy does against another.
    pub verdict: String,
    /// What the last change did; absent where nothing changed.
    pub change: Option<String>,
    /// Whether the verdict is that of before a change, for its figures are being computed.
    pub of_before: bool,
}

/// What one strategy comes to over all paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// What it is called amid a sentence.
    pub name: String,
    /// What learned policies are trained for, of its errors (currency).
    pub risk: Estimate,
    /// Shares traded after the first trade.
    pub turnover: Estimate,
}

/// Another strategy on the same paths.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    pub figures: Figures,
    /// How much larger the subject's risk is, with its paired standard error (currency).
    pub more: Estimate,
}

/// How the learned policy stands to what is on screen.
#[derive(Clone, Debug, PartialEq)]
pub enum LearnedIs {
    /// It is trained for this, or is not what the sentence is about.
    Fit,
    /// The sentence is about it, and it was trained for other values of these.
    Stale(Vec<&'static str>),
    /// The sentence is about it, and it is being trained.
    Learning,
    /// It is asked for, and there is none.
    Untrained,
}

/// All that the verdict is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    pub goal: Goal,
    /// Whom it is about; absent where nobody hedges.
    pub subject: Option<Figures>,
    /// Against whom; absent where there is nobody else.
    pub other: Option<Other>,
    pub learned: LearnedIs,
}

/// How the subject does against the other: `Learned loses 27% less than delta (RSMSE 23.55 ± 0.09
/// against 32.10): it trades 43% less.`
#[must_use]
pub fn verdict(facts: &Facts) -> String {
    let untrained = facts.learned == LearnedIs::Untrained;
    let said = match (&facts.subject, &facts.other) {
        (None, _) if untrained => return "Learned is not trained yet: press Train.".into(),
        (None, _) => return "Select a strategy under Strategies on the left.".into(),
        (Some(subject), None) => alone(subject, facts.goal),
        (Some(subject), Some(other)) => compared(facts, subject, other),
    };
    if untrained {
        format!("{said} Learned is not trained yet.")
    } else {
        said
    }
}

fn alone(subject: &Figures, goal: Goal) -> String {
    let name = capital(&subject.name);
    let risk = format::estimate(&subject.risk, true);
    let measure = goal_name(goal);
    match subject.risk.value {
        Some(_) => format!("{name} alone: {measure} {risk}. Select another strategy to compare."),
        None => format!("{name} alone: its {measure} is not defined."),
    }
}

fn compared(facts: &Facts, subject: &Figures, other: &Other) -> String {
    let name = capital(&subject.name);
    let theirs = &other.figures;
    let measure = goal_name(facts.goal);
    let defined = subject.risk.value.zip(theirs.risk.value);
    let (Some((own, reference)), Some(more)) = (defined, other.more.value) else {
        return format!(
            "{name} and {} cannot be compared: {measure} is not defined.",
            theirs.name
        );
    };
    let figures = format!(
        "({measure} {} against {})",
        format::estimate(&subject.risk, true),
        format::estimate(&theirs.risk, false)
    );
    let trades = trades(subject, theirs);
    let who = match &facts.learned {
        LearnedIs::Stale(labels) => {
            format!("{name}, trained for another {},", listed(labels))
        }
        LearnedIs::Learning => format!("{name}, still learning,"),
        _ => name,
    };
    if !other.more.is_beyond_chance() {
        let trades = trades.map_or_else(String::new, |trades| format!("; it {}", trades.words));
        return format!(
            "{who} and {}: no difference beyond chance {figures}{trades}.",
            theirs.name
        );
    }
    let better = more < 0.0;
    let stale = matches!(facts.learned, LearnedIs::Stale(_));
    let still = if stale && better { "still " } else { "" };
    let does = does(facts.goal, &other.more, (own, reference), &theirs.name);
    let why = trades.map_or_else(String::new, |trades| {
        let link = if trades.less == better {
            ": it"
        } else {
            ", although it"
        };
        format!("{link} {}", trades.words)
    });
    format!("{who} {still}{does} {figures}{why}.")
}

/// `loses 27% less than delta`, in the words of the measure.
fn does(goal: Goal, more: &Estimate, (own, reference): (f64, f64), other: &str) -> String {
    let (verb, of, tail) = match goal {
        Goal::Rsmse => ("loses", "", String::new()),
        Goal::Rmse => ("errs", "", String::new()),
        Goal::Cvar { level } => {
            let worst = format::trimmed(100.0 * (1.0 - level), 2);
            ("loses", "", format!(" on the worst {worst}% of paths"))
        }
        Goal::Entropic { .. } => ("carries", " risk", String::new()),
    };
    let amount = more.value.unwrap_or(0.0);
    let sense = if amount < 0.0 { "less" } else { "more" };
    // Of what is a gain, or nothing, there are no percent.
    if own <= 0.0 || reference <= 0.0 {
        let by = Estimate {
            value: Some(amount.abs()),
            ..*more
        };
        let by = format::estimate(&by, true);
        return format!("{verb} {by} {sense}{of} than {other}{tail}");
    }
    let share = amount / reference;
    if share > 1.0 {
        let times = times(own / reference);
        return format!("{verb} {times} times as much{of} as {other}{tail}");
    }
    let percent = percent(share, more.se.unwrap_or(0.0) / reference);
    format!("{verb} {percent}% {sense}{of} than {other}{tail}")
}

/// How much more or less one trades.
struct Trades {
    less: bool,
    /// What follows on `it`.
    words: String,
}

/// Turnover against turnover; nothing where they differ by chance alone. The errors of the two are
/// taken as independent, which is on the safe side: on the same paths they rise and fall together.
fn trades(subject: &Figures, other: &Figures) -> Option<Trades> {
    let gap = subject.turnover.less(&other.turnover);
    let (own, theirs) = subject.turnover.value.zip(other.turnover.value)?;
    if !gap.is_beyond_chance() {
        return None;
    }
    let less = own < theirs;
    let words = if own == 0.0 {
        "never trades after the first date".into()
    } else if theirs == 0.0 {
        "trades after the first date".into()
    } else if own > 2.0 * theirs {
        format!("trades {} times as much", times(own / theirs))
    } else {
        let sense = if less { "less" } else { "more" };
        let share = percent(
            (own - theirs) / theirs,
            gap.se.unwrap_or(0.0) / theirs.abs(),
        );
        format!("trades {share}% {sense}")
    };
    Some(Trades { less, words })
}
