//! What the waterfalls say: amounts, the pointer's words, and those for who cannot see them.

use crate::app::format;
use crate::app::theme::name_of;
use crate::app::view::{Bar, ViewModel, Waterfall, capital};
use crate::outcome::Estimate;

/// An amount with its sign and, where there is one, its standard error.
pub(super) fn amount(view: &ViewModel, amount: Estimate, on_average: bool) -> String {
    match amount.value {
        Some(_) if on_average => format::estimate(&amount, true),
        Some(x) => view.digits.finer(1).cash(x),
        None => format::NOTHING.into(),
    }
}

/// `lost 16.93 ± 0.03`, `gained 75.61`.
fn in_words(view: &ViewModel, of: Estimate, on_average: bool) -> String {
    let x = of.value.unwrap_or(0.0);
    let size = Estimate {
        value: of.value.map(f64::abs),
        se: of.se,
    };
    let word = if x > 0.0 {
        "lost"
    } else if x < 0.0 {
        "gained"
    } else {
        return "nothing".into();
    };
    format!("{word} {}", amount(view, size, on_average))
}

/// What stands in a row, and what it means.
pub(super) fn told(
    view: &ViewModel,
    waterfall: &Waterfall,
    row: usize,
    on_average: bool,
) -> String {
    let name = name_of(&waterfall.who);
    match waterfall.bars.get(row) {
        Some(bar) => format!(
            "{} · {name} {}\n{}",
            bar.name,
            in_words(view, bar.amount, on_average),
            meaning(bar)
        ),
        None => format!(
            "hedging error · {name} {}\nThe sum of all parts",
            in_words(view, waterfall.error, on_average)
        ),
    }
}

/// What a cause is.
fn meaning(bar: &Bar) -> &'static str {
    match bar.name {
        "premium" => "The option's price, at the sale",
        "payoff" => "What the option is worth at the end by the mid price",
        "settlement" => "What exercise and delivery change in the payoff",
        "initial" => "Shares held at the beginning, at the first mid price",
        "spread" => "Crossing the spread of a full book, in every trade",
        "depth" => "Walking into the book, in every trade",
        "memory" => "Finding the book depleted by one's own trades before",
        "mid" => "Trading at mids that one's own trades have moved",
        "carry" => "Interest paid for debts, less what balances earned",
        "dividends" => "Dividends paid on shares owed, less what shares held brought",
        "position" => "What the shares held lost as the mid price moved",
        _ => "",
    }
}

/// What a screen reader says of all that are shown.
pub(super) fn spoken(view: &ViewModel, shown: &[&Waterfall], on_average: bool) -> String {
    let of = |waterfall: &&Waterfall| {
        let bars = waterfall.bars.iter();
        let mut parts: Vec<String> = bars
            .map(|bar| format!("{} {}", bar.name, in_words(view, bar.amount, on_average)))
            .collect();
        let error = in_words(view, waterfall.error, on_average);
        parts.push(format!("together {error}"));
        format!("{}: {}", name_of(&waterfall.who), parts.join(", "))
    };
    let text: Vec<String> = shown.iter().map(of).collect();
    capital(&text.join("; "))
}
