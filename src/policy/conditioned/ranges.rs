//! Where a conditioned policy was trained: the ranges of markets, options and starts that it knows.

use super::OBJECTIVES;
use super::measures::Measures;
use crate::order_book::OrderBook;
use crate::scenario::{Named, Objective, OptionKind, Process, Scenario, SettledBy, Side};
use crate::units::plain;
use std::fmt;

/// A quantity and the values of it that were trained on.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// What it is, in words, with its formula.
    pub name: &'static str,
    /// Least and largest value.
    pub ends: [f64; 2],
    /// Its value in a scenario; none where the scenario has no such thing.
    pub of: fn(&Scenario, &Measures) -> Option<f64>,
}

/// All of them.
pub const RANGES: &[Range] = &[
    Range {
        name: "volatility",
        ends: [0.05, 0.6],
        of: |s, _| Some(s.market.long_run_volatility()),
    },
    Range {
        name: "maturity (years)",
        ends: [1.0 / 260.0, 2.0],
        of: |s, _| Some(s.contract.maturity),
    },
    Range {
        name: "trading dates",
        ends: [4.0, 64.0],
        of: |_, m| Some(m.dates),
    },
    Range {
        name: "drift above the rate, (μ − r)·√T/σ",
        ends: [-0.8, 0.8],
        of: |_, m| Some(m.drift),
    },
    Range {
        name: "log-moneyness at the sale, ln(S/K)/(σ√T)",
        ends: [-1.2, 1.2],
        of: |_, m| Some(m.moneyness),
    },
    Range {
        name: "cost of buying the contract's shares, κ_a/(σ√T)",
        ends: [0.0, 0.46],
        of: |_, m| Some(m.friction()[0]),
    },
    Range {
        name: "cost of selling the contract's shares, κ_b/(σ√T)",
        ends: [0.0, 0.46],
        of: |_, m| Some(m.friction()[1]),
    },
    Range {
        name: "shares over depth, n/D",
        ends: [0.0, 10.0],
        of: |_, m| Some(m.size),
    },
    Range {
        name: "rates, r·T/(σ√T)",
        ends: [0.0, 0.5],
        of: |_, m| Some(m.rates[0]),
    },
    Range {
        name: "borrow rate above lend rate, times T/(σ√T)",
        ends: [0.0, 0.25],
        of: |_, m| Some(m.rates[1]),
    },
    Range {
        name: "start position over shares, X₀/n",
        ends: [-1.5, 1.5],
        of: |_, m| Some(m.start[0]),
    },
    Range {
        name: "memory at the start over shares, A₀/n",
        ends: [0.0, 2.0],
        of: |_, m| Some(m.start[1]),
    },
    Range {
        name: "memory at the start over shares, B₀/n",
        ends: [0.0, 2.0],
        of: |_, m| Some(m.start[2]),
    },
    Range {
        name: "cash and shares at the start above the Black–Scholes premium, over 0.4·n·K·σ√T",
        ends: [-0.4, 0.4],
        of: |_, m| Some(m.surplus),
    },
    Range {
        name: "smallest position over shares",
        ends: [-2.0, 0.6],
        of: |_, m| Some(m.limits[0]).filter(|x| x.is_finite()),
    },
    Range {
        name: "largest position over shares",
        ends: [-0.6, 2.0],
        of: |_, m| Some(m.limits[1]).filter(|x| x.is_finite()),
    },
    Range {
        name: "largest trade over shares",
        ends: [0.1, f64::INFINITY],
        of: |_, m| Some(m.limits[2]).filter(|x| x.is_finite()),
    },
    Range {
        name: "level of the CVaR",
        ends: [0.8, 0.99],
        of: |s, _| {
            let training = &s.training;
            (training.objective == Objective::Cvar).then_some(training.cvar_level)
        },
    },
    Range {
        name: "risk aversion times 0.4·n·K·σ√T",
        ends: [0.5, 5.0],
        of: |s, m| {
            let training = &s.training;
            let aversion = training.risk_aversion * m.error_size;
            (training.objective == Objective::Entropic).then_some(aversion)
        },
    },
];

/// Corners that were trained on, too, and are left out, for there it is no good.
const CORNERS: [Range; 5] = [
    // Next to nothing is to be hedged, and what is made trades all the same.
    Range {
        name: "how far a bought option is out of the money, times the cost of trading its shares, both over σ√T",
        ends: [0.0, 0.15],
        of: |s, m| bought_for_little(s, m),
    },
    Range {
        name: "how far a bought option is out of the money, times that cost, for a CVaR",
        ends: [0.0, 0.05],
        of: |s, m| bought_for_little(s, m).filter(|_| is_for(s, Objective::Cvar)),
    },
    Range {
        name: "cost of trading the contract's shares, κ/(σ√T), for a CVaR",
        ends: [0.0, 0.2],
        of: |s, m| is_for(s, Objective::Cvar).then_some(m.dearer()),
    },
    // Where gains count as losses do, there is more to learn of each date.
    Range {
        name: "trading dates, for the RMSE",
        ends: [4.0, 16.0],
        of: |s, m| is_for(s, Objective::Rmse).then_some(m.dates),
    },
    Range {
        name: "trading dates, for the entropic risk",
        ends: [4.0, 24.0],
        of: |s, m| is_for(s, Objective::Entropic).then_some(m.dates),
    },
];

fn is_for(scenario: &Scenario, objective: Objective) -> bool {
    scenario.training.objective == objective
}

fn bought_for_little(scenario: &Scenario, measures: &Measures) -> Option<f64> {
    let out_of_the_money = match scenario.contract.kind {
        OptionKind::Call => -measures.moneyness,
        OptionKind::Put => measures.moneyness,
    };
    let bought = scenario.contract.position == Side::Long;
    bought.then_some(out_of_the_money.max(0.0) * measures.dearer())
}

/// A quantity of a scenario that lies outside its range.
#[derive(Clone, Debug, PartialEq)]
pub struct Outside {
    /// Which, as in [`RANGES`].
    pub name: &'static str,
    /// What it is.
    pub value: f64,
    /// What it answers for.
    pub ends: [f64; 2],
    /// The same in words, where it is no number: what it is, and what it answers for.
    pub words: Option<[String; 2]>,
}

impl Outside {
    /// Of what is no number.
    fn in_words(name: &'static str, is: String, known: &str) -> Self {
        Self {
            name,
            value: 0.0,
            ends: [0.0, 0.0],
            words: Some([is, known.to_owned()]),
        }
    }
}

impl fmt::Display for Outside {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [low, high] = self.ends;
        if let Some([is, known]) = &self.words {
            return write!(out, "{} is {is}; it answers for {known}", self.name);
        }
        write!(
            out,
            "{} is {:.4}; it answers for {low:.4} to {high:.4}",
            self.name, self.value
        )
    }
}

/// What of a scenario lies outside; nothing where the policy is at home.
#[must_use]
pub fn outside(scenario: &Scenario) -> Vec<Outside> {
    let mut outside = outside_aside_from_objective(scenario);
    if is_for(scenario, Objective::Cvar) {
        let is = Objective::Cvar.name().to_owned();
        let known = OBJECTIVES.into_iter().filter(|o| *o != Objective::Cvar);
        let known: Vec<&str> = known.map(Named::name).collect();
        outside.push(Outside::in_words("objective", is, &known.join(", ")));
    }
    outside
}

/// The same but for what it makes for a CVaR, which is a start for a training and no answer: see the table of gaps.
#[must_use]
pub fn outside_aside_from_objective(scenario: &Scenario) -> Vec<Outside> {
    beyond(scenario, RANGES.iter().chain(&CORNERS))
}

/// What of a scenario lies outside of what is drawn for training.
#[must_use]
pub fn untrained(scenario: &Scenario) -> Vec<Outside> {
    beyond(scenario, RANGES.iter())
}

fn beyond<'a>(scenario: &Scenario, ranges: impl Iterator<Item = &'a Range>) -> Vec<Outside> {
    let measures = Measures::of(scenario);
    // A value at an end stays inside although its formula rounds.
    let slack = |x: f64| 1e-9 * (1.0 + x.abs());
    let mut outside: Vec<Outside> = ranges
        .filter_map(|range| {
            let value = (range.of)(scenario, &measures)?;
            let [low, high] = range.ends;
            let inside = value >= low - slack(low) && value <= high + slack(high);
            (!inside).then_some(Outside {
                name: range.name,
                value,
                ends: range.ends,
                words: None,
            })
        })
        .collect();
    let believed = scenario.model_volatility() / scenario.market.long_run_volatility();
    if believed != 1.0 {
        outside.push(Outside {
            name: "model volatility over the market's",
            value: believed,
            ends: [1.0, 1.0],
            words: None,
        });
    }
    let mut other = |name, is: String, known: &str| {
        outside.push(Outside::in_words(name, is, known));
    };
    let contract = &scenario.contract;
    if contract.is_portfolio() {
        let is = contract.legs.len().to_string();
        other("number of options", is, "one");
    }
    if contract.settlement == SettledBy::Cash {
        other("settlement", "in cash".into(), "delivery");
    }
    if scenario.market.dividend_yield != 0.0 {
        let is = plain(scenario.market.dividend_yield);
        other("dividend yield", is, "none");
    }
    let book = &scenario.order_book;
    let [ask, bid] = OrderBook::of(scenario).half_spreads();
    if ask != book.ask_exponent - 1.0 || bid != 1.0 - book.bid_exponent {
        let is = format!("{} and {}", plain(ask), plain(bid));
        other("half-spreads", is, "those of the exponents");
    }
    if book.mid_impact != 0.0 {
        other("impact on the mid", plain(book.mid_impact), "none");
    }
    let process = scenario.market.process;
    if process != Process::GeometricBrownian {
        let known = Process::GeometricBrownian.name();
        other("price process", process.name().into(), known);
    }
    outside
}
