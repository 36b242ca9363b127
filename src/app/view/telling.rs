//! A path that shows at a glance what a network does otherwise.

use crate::engine::Replay;
use crate::policy::{LearnedPolicy, Policy, Tuned, Who};
use crate::scenario::{Scenario, Strategy};
use crate::simulate::Played;

/// Paths looked at.
const PATHS: u64 = 64;
/// Most dates of both strategies on all these paths that are replayed before a window opens.
const DATES: usize = 20_000;

/// Of the first paths, the one on which the learned policy does better than delta and their positions
/// are furthest apart on average, and the date at which they are furthest apart there. Nothing where
/// either does not take part, the learned one never does better, or this would take time.
#[must_use]
pub fn telling(scenario: &Scenario, learned: &LearnedPolicy) -> Option<(u64, usize)> {
    let dates = 2 * scenario.steps as u64 * PATHS;
    if dates > DATES as u64 {
        return None;
    }
    let both = [("strategies.selected", "delta,learned")];
    let scenario = scenario.with(both).ok()?;
    let gaps = (0..PATHS).filter_map(|number| {
        let replay = Replay::new(
            &scenario,
            std::slice::from_ref(learned),
            Tuned::GUESS,
            Some(number),
        );
        let of = |who: Who| replay.strategies.iter().find(|s| s.policy.who == who);
        let (learned, delta) = (of(learned.who())?, of(Strategy::Delta.into())?);
        let better = learned.settlement.error < delta.settlement.error;
        let (total, date) = apart(learned, delta);
        better.then_some((total, number, date))
    });
    let most = gaps.max_by(|one, other| one.0.total_cmp(&other.0));
    most.map(|(_, number, date)| (number, date))
}

/// How far the positions of two strategies are apart, all dates together (shares), and the date at
/// which they are furthest apart.
fn apart(one: &Played, other: &Played) -> (f64, usize) {
    let lines = one.ledger.iter().zip(&other.ledger);
    let gaps = lines.map(|(one, other)| (one.position - other.position).abs());
    let (mut total, mut most) = (0.0, (0.0, 0));
    for (date, gap) in gaps.enumerate() {
        total += gap;
        // At the sale nothing was taken from the book yet, and there is less to see.
        if date > 0 && gap > most.0 {
            most = (gap, date);
        }
    }
    (total, most.1)
}
