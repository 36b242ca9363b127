//! What the parts of a trade say: amounts, the pointer's words, and those for who cannot see them.

use crate::app::format::{self, signed};
use crate::app::panels::{instead, whose};
use crate::app::theme::name_of;
use crate::app::view::{Taken, ViewModel};
use crate::gallery::{reason_meaning, reason_name, why_sentence};

/// Shares with their sign.
pub(super) fn moved(view: &ViewModel, shares: f64) -> String {
    signed(&view.digits.shares(shares))
}

/// What takes trades apart.
pub(super) fn about(view: &ViewModel) -> String {
    let settings = view.why.settings.map_or_else(String::new, |settings| {
        format!(
            " (risk aversion {} per currency, volatility factor {})",
            format::short(settings.risk_aversion),
            format::short(settings.volatility_factor)
        )
    });
    format!(
        "Trades are taken apart by the soft band{settings}, a rule in closed form that knows spread, depth, memory and \
         drift, each by a term of its own. One after the other the parts add up to the trade, to the last bit"
    )
}

/// What stands in a row, and what it means.
pub(super) fn told(view: &ViewModel, now: &Taken, row: usize) -> String {
    let who = whose(view);
    match view.why.shown.get(row) {
        Some(place) => format!(
            "{} {}\n{}",
            reason_name(*place, who.kind),
            moved(view, now.reasons.parts()[*place].1),
            reason_meaning(*place, who.kind)
        ),
        None => format!(
            "{} trades {}\nThe sum of all parts",
            name_of(&who),
            moved(view, now.trade)
        ),
    }
}

/// `delta +0.120, drift +0.030, …, trade +0.040`.
fn parts(view: &ViewModel, taken: &Taken, between: &str) -> String {
    let who = whose(view);
    let parts = taken.reasons.parts();
    let told = view.why.shown.iter().map(|place| {
        let name = reason_name(*place, who.kind);
        format!("{name} {}", moved(view, parts[*place].1))
    });
    let all: Vec<String> = told
        .chain([format!("trade {}", moved(view, taken.trade))])
        .collect();
    all.join(between)
}

/// A date of the path, beside the pointer.
pub(super) fn at(view: &ViewModel, taken: &Taken) -> String {
    format!("date {}\n{}", taken.date, parts(view, taken, "\n"))
}

/// The trade at the cursor, as a screen reader says it.
pub(super) fn spoken(view: &ViewModel, now: &Taken) -> String {
    let sentence = why_sentence(&whose(view), view.digits, &now.reasons, now.trade);
    format!(
        "date {}{}: {sentence}. {}",
        now.date,
        instead(view),
        parts(view, now, ", ")
    )
}

/// All trades of the path, as a screen reader says them.
pub(super) fn through(view: &ViewModel) -> String {
    let name = name_of(&whose(view)).to_owned();
    let every = match view.why.stride {
        1 => "every date".to_owned(),
        stride => format!("one date of {stride}"),
    };
    let here = view.why.now.as_ref().map_or_else(
        || "maturity".to_owned(),
        |now| format!("date {}: {}", now.date, parts(view, now, ", ")),
    );
    format!("{name}, {every}; {here}")
}
