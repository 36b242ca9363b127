//! The chapter on impact and memory near maturity says what its table says; `BLESS=1` writes the chapter's tables anew.

#![cfg(unix)]

use crate::sweeps::{Read, read};
use std::fs;
use std::path::Path;

const TABLE: &str = "assets/sweeps/impact-and-memory.csv";
const CHAPTER: &str = "docs/impact-and-memory.md";
/// Distances from 1 of the exponents of the book.
const IMPACTS: [f64; 5] = [0.0005, 0.001, 0.002, 0.005, 0.01];
/// How the book refills: decay rates (per year) and what they are called.
const MEMORIES: [(f64, &str); 7] = [
    (f64::INFINITY, "at once"),
    (350.0, "½ day"),
    (175.0, "1 day"),
    (87.0, "2 days"),
    (44.0, "4 days"),
    (22.0, "8 days"),
    (0.0, "never"),
];
const AT_ONCE: f64 = f64::INFINITY;
const DAY: f64 = 175.0;
const NEVER: f64 = 0.0;

/// A figure with its standard error.
#[derive(Clone, Copy, Debug)]
struct Known {
    value: f64,
    se: f64,
}

impl Known {
    fn told(self, digits: usize) -> String {
        let value = format!("{:.digits$}", self.value).replace('-', "−");
        // An error that rounds to nothing is told as the last digit.
        let least = [0.5, 0.05, 0.005, 0.0005][digits];
        format!("{value} ± {:.digits$}", self.se.max(least))
    }

    /// The difference to a figure that is taken to know nothing of this one.
    fn less(self, other: Self) -> Self {
        Self {
            value: self.value - other.value,
            se: self.se.hypot(other.se),
        }
    }

    fn middle(self, other: Self) -> Self {
        Self {
            value: f64::midpoint(self.value, other.value),
            se: 0.5 * self.se.hypot(other.se),
        }
    }

    /// By how much more than another, in percent of that.
    fn percent_over(self, other: Self) -> Self {
        let ratio = self.value / other.value;
        let relative = (self.se / self.value).hypot(other.se / other.value);
        Self {
            value: 100.0 * (ratio - 1.0),
            se: 100.0 * ratio * relative,
        }
    }
}

/// The figures of the sweep.
struct Answer(Read);

impl Answer {
    fn of(&self, drift: f64, impact: f64, decay: f64, who: &str, title: &str) -> Known {
        let table = &self.0;
        let row = table.rows.iter().find(|row| {
            table.word(row, "strategy") == who
                && table.number(row, "market.drift (per year)") == drift
                && (table.number(row, "order_book.ask_exponent") - 1.0 - impact).abs() < 1e-9
                && table.number(row, "order_book.ask_decay (per year)") == decay
        });
        let row = row.unwrap_or_else(|| panic!("{drift} {impact} {decay} {who}"));
        Known {
            value: table.number(row, title),
            se: table.number(row, &format!("standard error of {title}")),
        }
    }

    /// Of the learned hedge without drift.
    fn learned(&self, impact: f64, decay: f64, title: &str) -> Known {
        self.of(0.0, impact, decay, "learned", title)
    }

    fn rsmse(&self, impact: f64, decay: f64, who: &str) -> Known {
        self.of(0.0, impact, decay, who, "RSMSE (currency)")
    }

    /// Lower and upper edge of where next to nothing is traded.
    fn edges(&self, drift: f64, impact: f64, decay: f64, left: &str) -> [Known; 2] {
        let edge = |side| {
            let title = format!("{side}, {left} left (shares)");
            self.of(drift, impact, decay, "learned", &title)
        };
        [edge("low"), edge("high")]
    }

    fn width(&self, impact: f64, decay: f64, left: &str) -> Known {
        let [low, high] = self.edges(0.0, impact, decay, left);
        high.less(low)
    }

    fn middle(&self, drift: f64, impact: f64, decay: f64, left: &str) -> Known {
        let [low, high] = self.edges(drift, impact, decay, left);
        low.middle(high)
    }
}

/// A table as the chapter has it.
fn drawn(headings: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!(
        "| {} |\n|{}\n",
        headings.join(" | "),
        "---|".repeat(headings.len())
    );
    for row in rows {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    text
}

const ENDS: [(f64, &str); 2] = [(AT_ONCE, "at once"), (NEVER, "never")];
const DRIFTS: [f64; 3] = [-0.2, 0.0, 0.2];

/// The tables, by name.
fn tables(answer: &Answer) -> [(&'static str, String); 5] {
    [
        ("band", band(answer)),
        ("time", time(answer)),
        ("risk", risk(answer)),
        ("ignoring", ignoring(answer)),
        ("drift", drift(answer)),
    ]
}

fn band(answer: &Answer) -> String {
    let line = |impact: &f64| {
        let cell = |decay: f64| {
            let edges = answer.edges(0.0, *impact, decay, "1 day");
            edges.map(|edge| edge.told(3)).join(" to ")
        };
        let cells = [AT_ONCE, DAY, 44.0, NEVER].map(cell);
        std::iter::once(impact.to_string()).chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = IMPACTS.iter().map(line).collect();
    let headings = [
        "impact",
        "refilled at once",
        "half-life 1 day",
        "4 days",
        "never",
    ];
    drawn(&headings, &rows)
}

fn time(answer: &Answer) -> String {
    let line = |(impact, decay, name): (f64, f64, &str)| {
        let width = |left: &str| answer.width(impact, decay, left).told(3);
        let cells = ["5 days", "3 days", "2 days", "1 day"].map(width);
        let head = [impact.to_string(), name.to_owned()];
        head.into_iter().chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = at_the_ends().map(line).collect();
    drawn(&["impact", "refilled", "5 days left", "3", "2", "1"], &rows)
}

fn risk(answer: &Answer) -> String {
    let line = |impact: &f64| {
        let cells = MEMORIES.map(|(decay, _)| answer.rsmse(*impact, decay, "learned").told(2));
        std::iter::once(impact.to_string()).chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = IMPACTS.iter().map(line).collect();
    let names = MEMORIES.iter().map(|(_, name)| *name);
    let headings: Vec<&str> = std::iter::once("impact").chain(names).collect();
    drawn(&headings, &rows)
}

fn ignoring(answer: &Answer) -> String {
    let line = |(impact, decay, name): (f64, f64, &str)| {
        let rsmse = |who: &str| answer.rsmse(impact, decay, who).told(2);
        let traded = |who: &str| {
            let turnover = answer.of(0.0, impact, decay, who, "turnover (shares)");
            turnover.told(3)
        };
        let head = [impact.to_string(), name.to_owned()];
        let cells = ["delta", "leland", "soft_band", "learned"].map(rsmse);
        let cells = head.into_iter().chain(cells);
        cells.chain(["delta", "learned"].map(traded)).collect()
    };
    let rows: Vec<Vec<String>> = at_the_ends().map(line).collect();
    let headings = [
        "impact",
        "refilled",
        "delta",
        "Leland",
        "soft band",
        "learned",
        "delta trades",
        "learned trades",
    ];
    drawn(&headings, &rows)
}

fn drift(answer: &Answer) -> String {
    let line = |impact: &f64| {
        let sale = |drift| {
            let held = answer.of(drift, *impact, DAY, "learned", "sale (shares)");
            held.told(3)
        };
        let middle = |drift| answer.middle(drift, *impact, DAY, "1 day").told(3);
        let head = std::iter::once(impact.to_string());
        let cells = head.chain(DRIFTS.map(sale));
        cells.chain(DRIFTS.map(middle)).collect()
    };
    let rows: Vec<Vec<String>> = IMPACTS.iter().map(line).collect();
    let headings = [
        "impact",
        "at the sale, drift −0.2",
        "0",
        "0.2",
        "middle of the band on the last day, drift −0.2",
        "0",
        "0.2",
    ];
    drawn(&headings, &rows)
}

/// Every impact where the book refills at once and where it never does.
fn at_the_ends() -> impl Iterator<Item = (f64, f64, &'static str)> {
    let both = |impact: f64| ENDS.map(|(decay, name)| (impact, decay, name));
    IMPACTS.into_iter().flat_map(both)
}

/// What the chapter says in words, with its numbers.
fn sentences(answer: &Answer) -> Vec<String> {
    let mut all = of_positions(answer);
    all.extend(of_figures(answer));
    all
}

fn of_positions(answer: &Answer) -> Vec<String> {
    let width = |impact| answer.width(impact, AT_ONCE, "1 day").told(2);
    let edges = |decay| {
        answer
            .edges(0.0, 0.005, decay, "1 day")
            .map(|edge| edge.told(2))
    };
    let ([low, high], [low_never, high_never]) = (edges(AT_ONCE), edges(NEVER));
    let sale = |impact, decay| answer.learned(impact, decay, "sale (shares)").told(3);
    let half = |impact, side: &str| {
        let title = format!("half, 1% {side} (shares)");
        answer.learned(impact, AT_ONCE, &title).told(2)
    };
    let moved = |drift| {
        let middle = |drift| answer.middle(drift, 0.001, DAY, "1 day");
        middle(drift).less(middle(0.0)).told(2)
    };
    vec![
        format!(
            "{} shares at an impact of 0.0005, {} at 0.002, {} at 0.01",
            width(0.0005),
            width(0.002),
            width(0.01)
        ),
        format!(
            "from {low} to {high} where the book refills at once, from {low_never} to {high_never} where it never does"
        ),
        format!(
            "at an impact of 0.01 is {} shares instead of {} at 0.0005",
            sale(0.01, AT_ONCE),
            sale(0.0005, AT_ONCE)
        ),
        format!("{} in a book that never refills", sale(0.01, NEVER)),
        format!(
            "up to {} shares at an impact of 0.0005 and to {} at 0.01",
            half(0.0005, "above"),
            half(0.01, "above")
        ),
        format!(
            "down to {} and {}",
            half(0.0005, "below"),
            half(0.01, "below")
        ),
        format!(
            "by {} with a drift of −0.2 and by {} with one of 0.2",
            moved(-0.2),
            moved(0.2)
        ),
    ]
}

fn of_figures(answer: &Answer) -> Vec<String> {
    let over = |impact| {
        let rsmse = |decay| answer.rsmse(impact, decay, "learned");
        rsmse(NEVER).percent_over(rsmse(AT_ONCE)).told(1)
    };
    // Of what a book that never refills costs more than one that does at once, the share at a half-life.
    let share = |decay| {
        let more = |decay| {
            let rsmse = |decay| answer.rsmse(0.005, decay, "learned");
            rsmse(decay).less(rsmse(AT_ONCE))
        };
        let (part, whole) = (more(decay), more(NEVER));
        let value = 100.0 * part.value / whole.value;
        let se = value * (part.se / part.value).hypot(whole.se / whole.value);
        Known { value, se }.told(0)
    };
    let less = |impact, decay| {
        let gained = answer.learned(impact, decay, "RSMSE less delta (currency)");
        gained.told(2)
    };
    let behind = |decay| {
        let rsmse = |who| answer.rsmse(0.01, decay, who);
        rsmse("soft_band").percent_over(rsmse("learned")).told(1)
    };
    let traded = |decay| answer.learned(0.005, decay, "turnover (shares)").told(3);
    vec![
        format!(
            "by {}% at an impact of 0.0005, {}% at 0.002 and {}% at 0.01",
            over(0.0005),
            over(0.002),
            over(0.01)
        ),
        format!(
            "a half-life of half a day brings {}% of it, of two days {}%, of eight days {}%",
            share(350.0),
            share(87.0),
            share(22.0)
        ),
        format!(
            "{} at an impact of 0.0005 and {} at 0.01 where the book refills at once, by {} and {} in a book that never refills",
            less(0.0005, AT_ONCE),
            less(0.01, AT_ONCE),
            less(0.0005, NEVER),
            less(0.01, NEVER)
        ),
        format!(
            "{}% and {}% behind the learned hedge at 0.01, where the book refills at once and where it never does",
            behind(AT_ONCE),
            behind(NEVER)
        ),
        format!(
            "{} shares after the sale instead of {} in a book that refills at once",
            traded(NEVER),
            traded(AT_ONCE)
        ),
    ]
}

/// A text in which every blank is one.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_chapter_says_what_its_table_says() {
    let answer = Answer(read(Path::new(TABLE)));
    let mut chapter = fs::read_to_string(CHAPTER).unwrap();
    for (name, table) in tables(&answer) {
        let (begin, end) = (format!("<!-- made: {name} -->\n"), "<!-- end -->");
        let from = chapter
            .find(&begin)
            .unwrap_or_else(|| panic!("no table {name}"))
            + begin.len();
        let to = from + chapter[from..].find(end).unwrap();
        if std::env::var_os("BLESS").is_some() {
            chapter.replace_range(from..to, &format!("\n{table}\n"));
            fs::write(CHAPTER, &chapter).unwrap();
        } else {
            assert_eq!(chapter[from..to].trim(), table.trim(), "{name}");
        }
    }
    let prose: Vec<&str> = chapter
        .lines()
        .filter(|line| !line.starts_with('|'))
        .collect();
    let prose = flowing(&prose.join("\n"));
    let sentences = sentences(&answer);
    let missing: Vec<&String> = sentences
        .iter()
        .filter(|one| !prose.contains(*one))
        .collect();
    assert!(missing.is_empty(), "the chapter should say: {missing:#?}");
    // And no number with an error stands there that nobody looks after.
    let count = |text: &str| text.matches('±').count();
    assert_eq!(
        count(&prose),
        sentences.iter().map(|one| count(one)).sum::<usize>()
    );
}

/// What the words say without numbers.
#[test]
fn what_is_said_in_words_holds() {
    let answer = Answer(read(Path::new(TABLE)));
    let less = |one: Known, other: Known| other.less(one).value > 3.0 * other.less(one).se;
    for (decay, name) in MEMORIES {
        for pair in IMPACTS.windows(2) {
            let width = |impact| answer.width(impact, decay, "1 day");
            assert!(
                width(pair[0]).value < width(pair[1]).value,
                "{pair:?} {name}"
            );
            let sale = |impact| answer.learned(impact, decay, "sale (shares)");
            assert!(less(sale(pair[1]), sale(pair[0])), "{pair:?} {name}");
            let traded = |impact| answer.learned(impact, decay, "turnover (shares)");
            assert!(less(traded(pair[1]), traded(pair[0])), "{pair:?} {name}");
        }
        for impact in IMPACTS {
            let rsmse = |who| answer.rsmse(impact, decay, who).value;
            assert!(rsmse("learned") < rsmse("soft_band"), "{impact} {name}");
            assert!(rsmse("soft_band") < rsmse("leland"), "{impact} {name}");
            assert!(rsmse("leland") < rsmse("delta"), "{impact} {name}");
            let gained = answer.learned(impact, decay, "RSMSE less delta (currency)");
            assert!(gained.value < -3.0 * gained.se, "{impact} {name}");
        }
    }
    for impact in IMPACTS {
        for pair in MEMORIES.windows(2) {
            let rsmse = |(decay, _): (f64, &str)| answer.rsmse(impact, decay, "learned").value;
            assert!(rsmse(pair[0]) < rsmse(pair[1]), "{impact} {pair:?}");
        }
    }
}

#[test]
fn the_table_is_whole_and_of_the_sweep_that_comes_with_the_program() {
    let answer = Answer(read(Path::new(TABLE)));
    assert_eq!(answer.0.rows.len(), 3 * 5 * 7 * 4);
    let cells = answer
        .0
        .rows
        .iter()
        .map(|row| answer.0.number(row, "cells"));
    assert!(cells.into_iter().all(|cells| cells == 3.0));
    let stand_ins = answer
        .0
        .rows
        .iter()
        .filter(|row| !answer.0.word(row, "stands in").is_empty());
    assert_eq!(stand_ins.count(), 0);
    let text = fs::read_to_string(TABLE).unwrap();
    let (_, spec) = hedgelab::sweep::BUILT_IN[1];
    let plan = hedgelab::sweep::Plan::parse(spec, "test", None).unwrap();
    for (name, value) in hedgelab::sweep::about(&plan) {
        assert!(text.contains(&format!("# {name}: {value}\n")), "{name}");
    }
}
