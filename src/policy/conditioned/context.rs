//! What the generator is told of a scenario: numbers of the order of 1, with no units in them.

use super::measures::Measures;
use crate::scenario::{Objective, OptionKind, Scenario, Side};

/// How many there are.
pub const CONTEXT: usize = 23;
/// How many of them, the last ones, say what the objective is like.
pub const OF_OBJECTIVE: usize = 2;

/// The context of `scenario`. Spot, premium, position and memories at the start are not in it: they
/// are where a path begins, and what the network sees of the path says the rest. Nor is the objective: each
/// has a generator of its own.
#[must_use]
pub fn context(scenario: &Scenario, measures: &Measures) -> [f64; CONTEXT] {
    let Measures {
        width,
        dates,
        drift,
        size,
        kept,
        rates,
        limits: [low, high, most],
        ..
    } = *measures;
    let friction = measures.friction();
    let each = |f: &dyn Fn(f64) -> f64| friction.map(|x| f(x.max(0.0)));
    let [ask_small, bid_small] = each(&|x| (x / 0.003).ln_1p() / 2.3 - 1.0);
    let [ask_large, bid_large] = each(&|x| soft(1.25 * x * dates.sqrt(), 3.0));
    let [ask_lasts, bid_lasts] = kept.map(|kept| 2.0 * kept.powf(0.25 * dates) - 0.5);
    let kind = if scenario.contract.kind == OptionKind::Call {
        1.0
    } else {
        -1.0
    };
    let side = if scenario.contract.position == Side::Short {
        1.0
    } else {
        -1.0
    };
    let [level, aversion] = objective(scenario, measures);
    [
        (dates.ln() - 2.75) / 0.8,
        (width.ln() + 2.6) / 1.3,
        2.0 * width,
        1.5 * drift,
        ask_small,
        bid_small,
        ask_large,
        bid_large,
        (0.3 + size).ln(),
        2.0 * kept[0] - 1.0,
        2.0 * kept[1] - 1.0,
        ask_lasts,
        bid_lasts,
        4.0 * rates[0],
        8.0 * rates[1],
        kind * side,
        kind,
        side,
        2.0 / (1.0 + (-2.0 * low).exp()),
        2.0 / (1.0 + (2.0 * high).exp()),
        1.0 / (1.0 + 2.0 * most),
        level,
        aversion,
    ]
}

/// The tail of a CVaR, and the aversion of an entropic objective.
fn objective(scenario: &Scenario, measures: &Measures) -> [f64; OF_OBJECTIVE] {
    let training = &scenario.training;
    match training.objective {
        Objective::Rsmse | Objective::Rmse => [0.0; OF_OBJECTIVE],
        Objective::Cvar => {
            let tail = -(1.0 - training.cvar_level).ln();
            [0.6 * (tail - 2.3), 0.0]
        }
        Objective::Entropic => {
            let aversion = training.risk_aversion * measures.error_size;
            [0.0, 0.6 * aversion.ln()]
        }
    }
}

/// `x/(1 + |x|/c)`.
fn soft(x: f64, most: f64) -> f64 {
    x / (1.0 + x.abs() / most)
}
