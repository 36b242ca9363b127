//! A table of gaps as a chapter for readers: how the gaps are spread, how well they are foretold, and every
//! scenario.

use crate::gallery::excess_words;
use crate::quantity::write::{fixed, significant};
use crate::record::PROGRAM;
use crate::scenario::{Named, Objective};
use crate::training::conditioned::gaps::{Gap, GapTable, Group, Hedge, Spread, groups};
use std::fmt::Write;

/// The chapter, of gaps on so many paths; `command` made them.
pub(super) fn chapter(table: &GapTable, paths: usize, command: &str) -> String {
    let mut text = format!(
        "# How far from the best\n\nMade by `{command}`, {PROGRAM}.\n\n\
         By how much the objective of what the [conditioned policy](at-once.md) makes at once lies above that of a \
         network that was trained for the scenario alone with its usual budget, in percent of the latter, on {} common \
         paths on which nothing was trained or chosen; below 0 it is the lower one. *Refined* is the same network after \
         about a second of training on the scenario, *best rule* the best of delta, Leland's hedge and the tuned soft \
         band. Where an objective may be 0, less than a tenth of the size of the errors, `0.04·n·K·σ√T`, is not divided \
         by.\n",
        fixed(paths as f64, 0).replace('\u{2009}', " ")
    );
    text.push_str(&distribution(table));
    text.push_str(&foretold(table));
    text.push_str("\n## Every scenario\n");
    let mut parts = groups(table.gaps());
    // Those of each option are among those of the RSMSE.
    parts.retain(|group| !group.name.contains(','));
    for group in &parts {
        text.push_str(&rows(group));
    }
    text
}

/// How the gaps are spread.
fn distribution(table: &GapTable) -> String {
    let mut text = String::from(
        "\n## The distribution\n\n\
         Half, nine in ten and nineteen in twenty of the scenarios leave no more than this, and the worst. The error is \
         that of the measurement at that rank, or, of scenarios drawn at random, that of the rank where it is larger.\n\n\
         | scenarios | number | | median | 90% | 95% | worst |\n|---|---|---|---|---|---|---|\n",
    );
    for group in groups(table.gaps()) {
        for (name, hedge) in Hedge::ALL {
            let Some(spread) = Spread::of(&group, *hedge) else {
                continue;
            };
            let cells = spread.all().map(excess_words).join(" | ");
            let _infallible = writeln!(
                text,
                "| {} | {} | {name} | {cells} |",
                group.name,
                group.gaps.len()
            );
        }
    }
    let all = table.gaps().len();
    let above: Vec<&str> = table
        .gaps()
        .iter()
        .filter(|gap| is_above_rule(gap))
        .map(|gap| gap.name.as_str())
        .collect();
    let named = if above.is_empty() {
        String::new()
    } else {
        format!(": {}", above.join(", "))
    };
    text.push_str(
        "\nFor a CVaR the program does not answer at once: what is made there is where a refinement begins, and that is \
         what counts.\n",
    );
    let _infallible = write!(
        text,
        "\nWhat is made at once is above the best rule by more than two standard errors in {} of {all} scenarios{named}.\n",
        above.len()
    );
    text
}

/// Whether what is made at once is worse than the best rule by more than chance. The errors are taken as
/// independent, which is on the safe side.
fn is_above_rule(gap: &Gap) -> bool {
    gap.at_once - gap.rule > 2.0 * gap.at_once_error.hypot(gap.rule_error)
}

/// How well the others of an objective foretell what a scenario leaves.
fn foretold(table: &GapTable) -> String {
    let mut text = String::from(
        "\n## Foretold by the others\n\n\
         The program says of a scenario of your own what the nearest ones of these leave. Each of them left out in turn \
         and foretold by the others lies in the range that is to hold four in five:\n\n\
         | objective | scenarios | in the range | median distance from what is foretold |\n|---|---|---|---|\n",
    );
    for (name, objective) in Objective::ALL {
        let left_out = table.left_out(*objective, Hedge::AtOnce);
        if left_out.is_empty() {
            continue;
        }
        let within = left_out
            .iter()
            .filter(|(gap, expected)| (expected.low..=expected.high).contains(&gap.at_once));
        let within = within.count();
        let mut apart: Vec<f64> = left_out
            .iter()
            .map(|(gap, expected)| (gap.at_once - expected.middle).abs())
            .collect();
        apart.sort_unstable_by(f64::total_cmp);
        let count = left_out.len();
        let _infallible = writeln!(
            text,
            "| {name} | {count} | {within} ({}%) | {}% |",
            fixed(100.0 * within as f64 / count as f64, 0),
            fixed(100.0 * apart[count / 2], 2)
        );
    }
    text
}

/// A row for each scenario of a group.
fn rows(group: &Group<'_>) -> String {
    let mut text = format!(
        "\n### {}\n\n\
         | scenario | option | dates | σ√T | (μ − r)√T/σ | κ/(σ√T), buying and selling | n/D | kept, asks and bids | \
         ln(S/K)/(σ√T) | at once | refined | best rule |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|\n",
        capital(&group.name)
    );
    for gap in &group.gaps {
        let figure = |x: f64| significant(x, 3);
        let cells = [
            gap.name.clone(),
            format!("{} {}", gap.position, gap.kind),
            figure(gap.dates),
            figure(gap.width),
            figure(gap.drift),
            format!("{}, {}", figure(gap.ask_cost), figure(gap.bid_cost)),
            figure(gap.size),
            format!("{}, {}", figure(gap.ask_kept), figure(gap.bid_kept)),
            figure(gap.moneyness),
            excess_words(gap.excess(Hedge::AtOnce)),
            excess_words(gap.excess(Hedge::Refined)),
            excess_words(gap.excess(Hedge::Rule)),
        ];
        let _infallible = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// The text with a capital letter in front.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
