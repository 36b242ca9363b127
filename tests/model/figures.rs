//! Figures 3 to 5 of the paper as statements, with margins, on the policies that come with their sets.
//! (Figures 1 and 2 are in `policy_view`.)

use hedgelab::episode::LedgerLine;
use hedgelab::market::{Paths, Sampling};
use hedgelab::policy::{LearnedPolicy, Policy, Tuned, line_up};
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::replay;
use hedgelab::training::{shipped, shipped_for_pin};

/// A set: its own scenario, and one pinned in it by its name.
struct Set {
    name: &'static str,
    scenario: Scenario,
}

impl Set {
    fn open(name: &'static str) -> Self {
        Self {
            name,
            scenario: presets::built_in(name).unwrap(),
        }
    }

    fn path(&self) -> &[f64] {
        self.scenario.shown_path.as_ref().unwrap()
    }

    fn own(&self) -> (Scenario, LearnedPolicy) {
        (self.scenario.alone(), shipped(self.name).unwrap())
    }

    fn pinned(&self, name: &str) -> (Scenario, LearnedPolicy) {
        let mut pins = self.scenario.pinned().into_iter();
        let pin = pins.find(|pin| pin.label.name == name).unwrap();
        let policy = shipped_for_pin(self.name, &pin.policy.unwrap());
        (pin.scenario, policy.unwrap())
    }
}

fn ledger(scenario: &Scenario, policy: &dyn Policy, path: &[f64]) -> Vec<LedgerLine> {
    replay(scenario, policy, path).0.ledger().to_vec()
}

/// Shares held after each trade.
fn positions((scenario, policy): &(Scenario, LearnedPolicy), path: &[f64]) -> Vec<f64> {
    let ledger = ledger(scenario, policy, path);
    ledger.iter().map(|line| line.position).collect()
}

fn baseline(scenario: &Scenario, strategy: Strategy, path: &[f64]) -> Vec<f64> {
    let policies = line_up(&[strategy], scenario, &Tuned::GUESS, &[]);
    let ledger = ledger(scenario, policies[0].as_ref(), path);
    ledger.iter().map(|line| line.position).collect()
}

#[test]
fn figure_3_the_larger_the_impact_the_smaller_the_first_position_and_the_later_the_changes() {
    let set = Set::open("figure-3");
    let path = set.path();
    let none = positions(&set.pinned("no impact"), path);
    let one = positions(&set.own(), path);
    let two = positions(&set.pinned("impact 0.02"), path);
    assert!(none[0] > one[0] + 0.03 && one[0] > two[0] + 0.015);
    let delta = baseline(&set.scenario, Strategy::Delta, path);
    let leland = baseline(&set.scenario, Strategy::Leland, path);
    assert!(one[0] < delta[0].min(leland[0]) - 0.02);
    // The price turns at date 6; by date 9 it has fallen from 1250 to 990.
    let (peak, fallen) = (6, 9);
    assert!(two[fallen] > one[fallen] + 0.05 && one[fallen] > none[fallen] + 0.05);
    assert!(one[fallen] > delta[fallen] + 0.05);
    // The change of direction: what is sold by the date after it.
    let sold = |held: &[f64]| held[peak] - held[peak + 1];
    assert!(sold(&none) > sold(&one) + 0.02 && sold(&one) >= sold(&two) - 1e-3);
}

#[test]
fn figure_4_the_longer_the_memory_the_later_the_hedge_is_taken_down() {
    let set = Set::open("figure-4");
    let path = set.path();
    let never = positions(&set.pinned("never refills"), path);
    let half = positions(&set.own(), path);
    let at_once = positions(&set.pinned("refills at once"), path);
    for date in [8, 9] {
        assert!(never[date] > half[date] + 0.005, "{date}");
        assert!(half[date] > at_once[date], "{date}");
        assert!(never[date] > at_once[date] + 0.015, "{date}");
    }
    let delta = baseline(&set.scenario, Strategy::Delta, path);
    assert!(at_once[9] > delta[9] + 0.05);
}

#[test]
fn figure_5_at_the_strike_learned_hedges_stay_well_under_delta_and_hardly_trade() {
    let set = Set::open("figure-5");
    let path = set.path();
    let delta = baseline(&set.scenario, Strategy::Delta, path);
    for hedge in [
        set.own(),
        set.pinned("half-life of a step"),
        set.pinned("refills at once"),
    ] {
        let held = positions(&hedge, path);
        assert!(held[0] < delta[0] - 0.05 && held[0] > 0.4, "{held:?}");
        let traded: f64 = held.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum();
        assert!(traded < 0.1, "{traded}");
    }
}

/// Shares that a hedge trades on each path from a date on, on paths that end near the strike.
fn late((scenario, policy): &(Scenario, LearnedPolicy), from: usize) -> Vec<f64> {
    let paths = Paths::new(scenario, Sampling::evaluation(777));
    let width = scenario.market.volatility * scenario.contract.maturity.sqrt();
    let near = |path: &hedgelab::market::Path| {
        let end = path[path.len() - 1] / scenario.contract.strike;
        end.ln().abs() < 0.25 * width
    };
    let paths = (0..8000).map(|number| paths.path(number)).filter(near);
    paths
        .map(|path| {
            let ledger = ledger(scenario, policy, &path);
            ledger[from..].iter().map(|line| line.trade.abs()).sum()
        })
        .collect()
}

/// The mean of what one hedge trades less another on the same paths, and its standard error.
fn less(one: &[f64], other: &[f64]) -> (f64, f64) {
    let gaps: Vec<f64> = one.iter().zip(other).map(|(a, b)| a - b).collect();
    let count = gaps.len() as f64;
    let mean = gaps.iter().sum::<f64>() / count;
    let square = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>();
    (mean, (square / (count - 1.0) / count).sqrt())
}

#[test]
fn figure_5_the_longer_the_memory_the_less_is_traded_near_maturity_over_paths_that_end_at_the_strike()
 {
    let set = Set::open("figure-5");
    let never = late(&set.own(), 5);
    let half = late(&set.pinned("half-life of a step"), 5);
    let at_once = late(&set.pinned("refills at once"), 5);
    for (one, other) in [(&never, &half), (&half, &at_once), (&never, &at_once)] {
        let (mean, error) = less(one, other);
        assert!(mean < -3.0 * error, "{mean} ± {error}");
    }
}
