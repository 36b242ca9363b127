//! What a scenario is expected to leave in which nothing was measured: what those like it in the table do.

use super::{Gap, GapTable, Hedge};
use crate::policy::conditioned::{Measures, outside};
use crate::scenario::{Named, Objective, OptionKind, Premium, Scenario, Side};
use serde::{Deserialize, Serialize};

/// How many of the nearest scenarios are asked, and how many where a table has fewer. With these, four in
/// five of the next ones lie from the second to the last but one of nineteen, or from the first to the last
/// of nine: `(18 − 2)/20` and `(9 − 1)/10`, if they are of one kind (order statistics of exchangeable
/// numbers).
pub const NEAREST: [usize; 2] = [19, 9];

/// What of two scenarios is compared, and how far apart they are at a distance of 1 in that alone; the squares
/// of all distances add up.
pub const WEIGHTS: [(&str, f64); 11] = [
    ("call against put", 1.4),
    ("sold against bought", 1.4),
    ("logarithm of the trading dates", 1.2),
    ("logarithm of the width σ√T", 1.5),
    ("drift (μ − r)√T/σ", 0.6),
    ("ln(1 + κ/0.003) of buying, κ its cost over the width", 2.0),
    ("the same of selling", 2.0),
    ("ln(0.3 + n/D)", 1.5),
    ("what a step leaves of the memory of asks", 0.8),
    ("the same of bids", 0.8),
    ("log-moneyness over the width", 0.9),
];

/// What is expected above a training for the scenario alone, as shares of that one's objective.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// The middle of what the nearest scenarios leave.
    pub middle: f64,
    /// Four in five leave no less than this and no more than `high`.
    pub low: f64,
    /// See `low`.
    pub high: f64,
    /// How many scenarios were asked.
    pub nearest: usize,
}

/// Where a scenario stands among others: its [`WEIGHTS`] apart, one counts as another's neighbour.
type Place = [f64; WEIGHTS.len()];

impl GapTable {
    /// What is expected of a hedge in `scenario`: the middle and the range of the nearest scenarios with the
    /// same objective. `None` where the table has too few of them, outside of the conditioned policy's
    /// ranges, and where a scenario has limits, positions, memories or a premium to begin with, of which the
    /// table knows nothing.
    #[must_use]
    pub fn expected(&self, scenario: &Scenario, of: Hedge) -> Option<Expected> {
        if !is_usual(scenario) || !outside(scenario).is_empty() {
            return None;
        }
        let objective = scenario.training.objective;
        let alike = self.gaps().iter();
        let alike = alike.filter(|gap| gap.objective == objective.name());
        expected(alike, &place(scenario), of)
    }

    /// Each scenario of an objective with what the others would have let expect of it.
    #[must_use]
    pub fn left_out(&self, objective: Objective, of: Hedge) -> Vec<(&Gap, Expected)> {
        let alike = || {
            let all = self.gaps().iter();
            all.filter(|gap| gap.objective == objective.name())
        };
        let others = |gap: &Gap| {
            let others = alike().filter(|other| other.name != gap.name);
            expected(others, &place_of(gap), of)
        };
        alike()
            .filter_map(|gap| Some((gap, others(gap)?)))
            .collect()
    }
}

fn expected<'a>(
    alike: impl Iterator<Item = &'a Gap>,
    place: &Place,
    of: Hedge,
) -> Option<Expected> {
    let mut all: Vec<(f64, f64)> = alike
        .map(|gap| (apart(place, &place_of(gap)), gap.excess(of).share))
        .collect();
    let count = NEAREST.into_iter().find(|count| *count <= all.len())?;
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut shares: Vec<f64> = all[..count].iter().map(|(_, share)| *share).collect();
    shares.sort_unstable_by(f64::total_cmp);
    // The first and the last rank of a tenth at either end.
    let end = (count + 1) / 10;
    Some(Expected {
        middle: shares[count / 2],
        low: shares[end - 1],
        high: shares[count - end],
        nearest: count,
    })
}

/// Whether it is of the kind that the table's scenarios are.
fn is_usual(scenario: &Scenario) -> bool {
    let (start, limits) = (&scenario.initial, &scenario.limits);
    let starts = [start.position, start.ask_memory, start.bid_memory];
    let limited = [limits.min_position, limits.max_position, limits.max_trade];
    starts == [0.0; 3] && limited == [None; 3] && scenario.contract.premium == Premium::BlackScholes
}

fn place(scenario: &Scenario) -> Place {
    let measures = Measures::of(scenario);
    let contract = &scenario.contract;
    told(
        (contract.kind, contract.position),
        [measures.dates, measures.width],
        measures.drift,
        measures.friction(),
        measures.size,
        measures.kept,
        measures.moneyness,
    )
}

fn place_of(gap: &Gap) -> Place {
    let kind = OptionKind::from_name(&gap.kind).unwrap_or(OptionKind::Call);
    let side = Side::from_name(&gap.position).unwrap_or(Side::Short);
    told(
        (kind, side),
        [gap.dates, gap.width],
        gap.drift,
        [gap.ask_cost, gap.bid_cost],
        gap.size,
        [gap.ask_kept, gap.bid_kept],
        gap.moneyness,
    )
}

/// The numbers that [`WEIGHTS`] names, in its order.
fn told(
    (kind, side): (OptionKind, Side),
    [dates, width]: [f64; 2],
    drift: f64,
    costs: [f64; 2],
    size: f64,
    [ask_kept, bid_kept]: [f64; 2],
    moneyness: f64,
) -> Place {
    let [buying, selling] = costs.map(|cost| (cost.max(0.0) / 0.003).ln_1p());
    [
        f64::from(u8::from(kind == OptionKind::Put)),
        f64::from(u8::from(side == Side::Long)),
        dates.ln(),
        width.ln(),
        drift,
        buying,
        selling,
        (0.3 + size).ln(),
        ask_kept,
        bid_kept,
        moneyness,
    ]
}

/// The square of the distance.
fn apart(one: &Place, other: &Place) -> f64 {
    let parts = one.iter().zip(other).zip(WEIGHTS);
    parts
        .map(|((a, b), (_, unit))| ((a - b) / unit).powi(2))
        .sum()
}
