//! Where the money went on average: each part of the hedging errors of many paths.
//!
//! A run of its own, on the paths of the evaluation: the parts of costs take as many logarithms and
//! exponentials again as the ledger, and an evaluation does not need them.

use super::block::{self, Ended, Row, State, Watch, met_over_unaffected};
use super::rules::Rules;
use super::{path_work, task_paths};
use crate::episode::Money;
use crate::market::{LANES, PathBlock, Paths, Sampling};
use crate::outcome::{Estimate, Tally, average};
use crate::policy::Policy;
use crate::scenario::Scenario;
use multiversion::multiversion;
use rayon::prelude::*;
use std::ops::{ControlFlow, Range};

/// Parts that differ from path to path: payoff, settlement, spread, depth, memory, mid, carry,
/// dividends, position.
const PARTS: usize = 9;
/// Work between two calls of the watcher, about (path-steps of delta).
const ROUND_WORK: u64 = 1 << 22;

/// Means of the parts of each policy's hedging errors on the paths `0..paths`, with standard errors.
///
/// `means` are the mean errors of the same policies on the same paths, as an evaluation has them: in their
/// order the parts add up to them, to the last bit. As on one path it is the position's mean that is what
/// the others leave; its standard error is its own. Neighbours form one draw where paths come in antithetic
/// pairs. `None` where `watch`, told after each round how many paths there are, broke off. The same bits
/// for any number of threads.
pub fn mean_money(
    scenario: &Scenario,
    policies: &[Box<dyn Policy>],
    sampling: Sampling,
    paths: u64,
    means: &[f64],
    watch: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Option<Vec<Money<Estimate>>> {
    let run = Run {
        rules: Rules::of(scenario),
        source: Paths::new(scenario, sampling),
        policies,
        antithetic: sampling.antithetic,
    };
    let task_paths = task_paths(scenario);
    let work = task_paths * path_work(scenario.steps, policies);
    let threads = rayon::current_num_threads() as u64;
    let of_round = task_paths * (ROUND_WORK / work).max(threads);
    let mut sums = vec![[Tally::default(); PARTS]; policies.len()];
    let mut done = 0;
    while done < paths {
        let end = paths.min(done + of_round);
        let tasks = (end - done).div_ceil(task_paths);
        let parts: Vec<Vec<[Tally; PARTS]>> = (0..tasks)
            .into_par_iter()
            .map(|task| {
                let first = done + task * task_paths;
                run.task(first..end.min(first + task_paths))
            })
            .collect();
        // In the order of the paths, whoever ran them and however many there are in a round.
        for part in &parts {
            for (sum, part) in sums.iter_mut().zip(part) {
                add(sum, part);
            }
        }
        done = end;
        if watch(done).is_break() && done < paths {
            return None;
        }
    }
    let begun = Money::begun(scenario);
    let rules = &run.rules;
    let has = [rules.mid_impact.moves(), rules.carry.pays()];
    let both = sums.iter().zip(means);
    Some(
        both.map(|(sums, mean)| told(&begun, sums, *mean, has))
            .collect(),
    )
}

fn add(sums: &mut [Tally; PARTS], more: &[Tally; PARTS]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        sum.add(*more);
    }
}

/// The means, closed so that they add up to `mean`; `has` says whether there are displaced mids and dividends.
fn told(begun: &Money, sums: &[Tally; PARTS], mean: f64, has: [bool; 2]) -> Money<Estimate> {
    let figures = sums.map(average);
    let [
        payoff,
        settlement,
        spread,
        depth,
        memory,
        mid,
        carry,
        dividends,
        position,
    ] = figures;
    let [moves, pays] = has;
    let if_there = |there: bool, part: Estimate| if there { part } else { Estimate::default() };
    let value = |estimate: Estimate| estimate.value.unwrap_or(f64::NAN);
    let closed = Money {
        payoff: value(payoff),
        settlement: value(settlement),
        spread: value(spread),
        depth: value(depth),
        memory: value(memory),
        mid: value(mid),
        carry: value(carry),
        dividends: value(dividends),
        ..*begun
    }
    .closed(mean);
    Money {
        premium: Estimate::exact(closed.premium),
        payoff,
        settlement,
        initial: Estimate::exact(closed.initial),
        spread,
        depth,
        memory,
        mid: if_there(moves, mid),
        carry,
        dividends: if_there(pays, dividends),
        position: Estimate {
            value: Some(closed.position),
            ..position
        },
        rounding: Estimate::exact(closed.rounding),
    }
}

/// Everything that a task needs to know.
struct Run<'a> {
    rules: Rules,
    source: Paths,
    policies: &'a [Box<dyn Policy>],
    antithetic: bool,
}

impl Run<'_> {
    /// Sums over a range of paths, for each policy.
    fn task(&self, paths: Range<u64>) -> Vec<[Tally; PARTS]> {
        let mut sums = vec![[Tally::default(); PARTS]; self.policies.len()];
        let mut block = PathBlock::new(self.source.steps());
        let mut next = paths.start;
        while next < paths.end {
            self.source.fill(next, &mut block);
            let count = usize::try_from(paths.end - next).map_or(LANES, |left| left.min(LANES));
            for (policy, sums) in self.policies.iter().zip(&mut sums) {
                let mut till = Till::empty();
                block::run_watched(&self.rules, policy.as_ref(), &block, &mut till);
                let tally = |row: Row| Tally::of(&row[..count], self.antithetic);
                add(sums, &till.parts().map(tally));
            }
            next += LANES as u64;
        }
        sums
    }
}

/// What costs depend on.
struct Before {
    position: Row,
    ask: Row,
    bid: Row,
    displaced: Row,
}

impl Before {
    fn of(state: &State) -> Self {
        Self {
            position: state.position,
            ask: state.ask_memory,
            bid: state.bid_memory,
            displaced: state.displacement(),
        }
    }

    /// Shares sold on the way to other positions.
    fn sold(&self, positions: &Row) -> Row {
        let mut sold = self.position;
        for (sold, position) in sold.iter_mut().zip(positions) {
            *sold -= position;
        }
        sold
    }
}

/// Collects the parts of a block's errors while it is run: the fast twin of [`Money::of`].
struct Till {
    payoff: Row,
    settlement: Row,
    spread: Row,
    depth: Row,
    memory: Row,
    mid: Row,
    carry: Row,
    dividends: Row,
    /// By its own formula, `−Σ X_{k+1}(S_{k+1} − S_k)`, so far.
    position: Row,
    /// Before the trades of this date.
    before: Before,
    /// What was held at which price since the date before.
    held: Option<(Row, Row)>,
}

impl Till {
    fn empty() -> Self {
        let row = [0.0; LANES];
        Self {
            payoff: row,
            settlement: row,
            spread: row,
            depth: row,
            memory: row,
            mid: row,
            carry: row,
            dividends: row,
            position: row,
            before: Before {
                position: row,
                ask: row,
                bid: row,
                displaced: row,
            },
            held: None,
        }
    }

    fn parts(&self) -> [Row; PARTS] {
        [
            self.payoff,
            self.settlement,
            self.spread,
            self.depth,
            self.memory,
            self.mid,
            self.carry,
            self.dividends,
            self.position,
        ]
    }

    /// What the shares held lost since the date before, and what they brought.
    fn moved(&mut self, rules: &Rules, spot: &Row) {
        if let Some((held, from)) = &self.held {
            for i in 0..LANES {
                self.position[i] -= held[i] * (spot[i] - from[i]);
                self.dividends[i] -= rules.carry.dividends(held[i], spot[i]);
            }
        }
    }
}

impl Watch for Till {
    fn before(&mut self, state: &State) {
        self.before = Before::of(state);
    }

    fn traded(&mut self, rules: &Rules, spot: &Row, state: &State) {
        self.moved(rules, spot);
        self.held = Some((state.position, *spot));
        let sold = self.before.sold(&state.position);
        costs(rules, self, spot, &sold);
        for i in 0..LANES {
            let cash = state.cash[i];
            let growth = if cash >= 0.0 {
                rules.carry.lend
            } else {
                rules.carry.borrow
            };
            self.carry[i] -= cash - cash / growth;
        }
    }

    fn settled(&mut self, rules: &Rules, spot: &Row, state: &State, ended: &Ended) {
        self.moved(rules, spot);
        let contract = &rules.contract;
        let mut sold = [0.0; LANES];
        for i in 0..LANES {
            sold[i] = state.position[i] + ended.delivered[i];
            self.payoff[i] = contract.payoff(spot[i]);
            self.settlement[i] = ended.owed[i] - self.payoff[i];
        }
        self.before = Before::of(state);
        costs(rules, self, spot, &sold);
    }
}

/// Adds what trades cost against the unaffected price, by cause, as in [`crate::order_book::OrderBook::cost`].
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+fma", "x86_64+avx2+fma"))]
fn costs(rules: &Rules, till: &mut Till, spot: &Row, sold: &Row) {
    let before = &till.before;
    let mut mid = *spot;
    if rules.mid_impact.moves() {
        let over = met_over_unaffected(rules, &before.displaced, sold);
        for (mid, over) in mid.iter_mut().zip(&over) {
            *mid *= over;
        }
    }
    let (mut exponent, mut worn, mut fresh) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    let (mut remembered, mut factor, mut half) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
    for i in 0..LANES {
        let buys = sold[i] <= 0.0;
        factor[i] = if buys {
            rules.ask_factor
        } else {
            rules.bid_factor
        };
        half[i] = rules.half_spreads[usize::from(!buys)];
        exponent[i] = if buys {
            rules.ask_exponent
        } else {
            rules.bid_exponent
        };
        remembered[i] = if buys { before.ask[i] } else { before.bid[i] };
    }
    for i in 0..LANES {
        let growth = rules.growth(exponent[i], sold[i].abs(), 0.0);
        fresh[i] = rules.power_gain(exponent[i], sold[i].abs(), 1.0, growth);
    }
    for i in 0..LANES {
        let power = rules.power(exponent[i], remembered[i]);
        let growth = rules.growth(exponent[i], sold[i].abs(), remembered[i]);
        worn[i] = rules.power_gain(exponent[i], sold[i].abs(), power, growth);
    }
    for i in 0..LANES {
        let shares = sold[i].abs();
        let paid = mid[i] * factor[i];
        let side = if sold[i] <= 0.0 { paid } else { -paid };
        till.mid[i] -= (mid[i] - spot[i]) * sold[i];
        till.spread[i] += (mid[i] * half[i] * shares).max(0.0);
        till.depth[i] += (side * (fresh[i] - exponent[i] * shares)).max(0.0);
        till.memory[i] += (side * (worn[i] - fresh[i])).max(0.0);
    }
}
