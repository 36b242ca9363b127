//! Training in any scenario: random ones over the documented ranges, from an hour to ten years, calm
//! to wild, deep in to far out of the money, with and without costs, memory, rates and limits.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, a long one says how it went"
)]

use hedgelab::market::Sampling;
use hedgelab::outcome::Sample;
use hedgelab::policy::Policy;
use hedgelab::presets;
use hedgelab::scenario::{Scenario, Strategy};
use hedgelab::simulate::{baselines, simulate};
use hedgelab::training::objective::Goal;
use hedgelab::training::{Budget, Start, Trainer, train};
use std::ops::ControlFlow;
use std::time::Instant;

/// Numbers that look random, the same in every run.
struct Dice(u64);

impl Dice {
    /// Uniform on `[0, 1)`.
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        (high - low).mul_add(self.roll(), low)
    }

    /// Every order of magnitude as likely as any other.
    fn ratio(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    fn chance(&mut self, share: f64) -> bool {
        self.roll() < share
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let place = self.roll() * words.len() as f64;
        words
            .iter()
            .enumerate()
            .find(|(i, _)| *i as f64 + 1.0 > place)
            .unwrap()
            .1
    }
}

/// The scenario of a number.
fn scenario(number: u64) -> Scenario {
    let mut dice = Dice(number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let mut changes: Vec<(&str, String)> = Vec::new();
    let spot = dice.ratio(1e-3, 1e5);
    let maturity = dice.ratio(1.0 / 8760.0, 10.0);
    let volatility = dice.ratio(0.01, 3.0);
    let width = volatility * maturity.sqrt();
    let shares = dice.ratio(0.01, 1e5);
    let steps = dice.ratio(1.0, 250.999).floor();
    let depth = shares * dice.ratio(0.1, 1e4);
    let strike = spot * (width * dice.between(-5.0, 5.0)).exp();
    changes.push(("market.spot", spot.to_string()));
    changes.push(("market.volatility", volatility.to_string()));
    changes.push(("market.drift", dice.between(-0.3, 0.4).to_string()));
    changes.push(("contract.maturity", maturity.to_string()));
    changes.push(("contract.strike", strike.to_string()));
    changes.push(("contract.shares", shares.to_string()));
    changes.push(("contract.kind", dice.one_of(&["call", "put"]).into()));
    changes.push((
        "contract.position",
        dice.one_of(&["short", "short", "long"]).into(),
    ));
    changes.push(("steps", steps.to_string()));
    if dice.chance(0.15) {
        let premium = shares * spot * width.min(1.0) * dice.ratio(1e-6, 1.0);
        changes.push(("contract.premium", premium.to_string()));
    }
    let (ask, bid) = if dice.chance(0.15) {
        (1.0, 1.0)
    } else {
        (1.0 + dice.ratio(1e-4, 0.5), 1.0 - dice.ratio(1e-4, 0.4))
    };
    changes.push(("order_book.ask_exponent", ask.to_string()));
    changes.push(("order_book.bid_exponent", bid.to_string()));
    changes.push(("order_book.depth", depth.to_string()));
    for side in ["order_book.ask_decay", "order_book.bid_decay"] {
        let decay = match dice.one_of(&["never", "at once", "some", "some"]) {
            "never" => "0".into(),
            "at once" => "inf".into(),
            _ => (steps / maturity * dice.ratio(0.03, 3.0)).to_string(),
        };
        changes.push((side, decay));
    }
    if dice.chance(0.5) {
        changes.push(("financing.lend_rate", dice.between(-0.01, 0.06).to_string()));
        changes.push(("financing.borrow_rate", dice.between(0.0, 0.15).to_string()));
    }
    if dice.chance(0.2) {
        changes.push((
            "limits.max_trade",
            (shares * dice.ratio(0.03, 1.0)).to_string(),
        ));
    }
    if dice.chance(0.15) {
        changes.push((
            "limits.min_position",
            (-shares * dice.between(0.0, 1.0)).to_string(),
        ));
        changes.push((
            "limits.max_position",
            (shares * dice.between(0.1, 1.0)).to_string(),
        ));
    }
    if dice.chance(0.25) {
        changes.push((
            "initial.ask_memory",
            (depth * dice.ratio(0.01, 100.0)).to_string(),
        ));
        changes.push((
            "initial.bid_memory",
            (depth * dice.ratio(0.01, 100.0)).to_string(),
        ));
    }
    let objectives = ["rsmse", "rsmse", "rmse", "cvar", "entropic"];
    changes.push(("training.objective", dice.one_of(&objectives).into()));
    // An aversion that knows the size of what may be lost.
    let aversion = dice.ratio(0.03, 3.0) / (shares * spot * width.min(1.0));
    changes.push((
        "training.risk_aversion",
        aversion.clamp(1e-300, 1e6).to_string(),
    ));
    let forms = ["residual", "residual", "residual", "residual", "paper"];
    changes.push(("training.form", dice.one_of(&forms).into()));
    changes.push(("training.activation", dice.one_of(&["relu", "silu"]).into()));
    changes.push(("training.batch", dice.one_of(&["64", "256", "1024"]).into()));
    changes.push(("training.validation_paths", "3000".into()));
    let year = presets::built_in("paper-year").unwrap();
    year.with(changes.iter().map(|(path, value)| (*path, value.as_str())))
        .unwrap()
}

/// The objective of one sample less that of another on common paths, in standard errors.
fn apart(goal: Goal, one: &Sample, other: &Sample) -> f64 {
    let (one, of_one) = goal.influences(one.errors());
    let (two, of_two) = goal.influences(other.errors());
    let count = of_one.len() as f64;
    let pairs = of_one.iter().zip(&of_two);
    let squares: f64 = pairs.map(|(a, b)| (a - b).powi(2)).sum();
    let se = squares.sqrt() / count;
    // Where both are the same policy there is nothing but rounding, of its parameters to six digits too.
    (one - two) / se.max(1e-6 * two.abs()).max(1e-300)
}

/// By how much the first sample is worse than the best of the others, in standard errors.
fn worse_than_any(goal: Goal, samples: &[Sample]) -> f64 {
    let finite = |other: &&Sample| goal.value(other.errors()).is_finite();
    let others = samples[1..].iter().filter(finite);
    let apart = others.map(|other| apart(goal, &samples[0], other));
    apart.fold(f64::NEG_INFINITY, f64::max)
}

/// Trains in a scenario; says what is wrong with how it went.
fn tried(number: u64, budget: Budget) -> Result<(), String> {
    let scenario = scenario(number);
    let start = Instant::now();
    let clock = || start.elapsed().as_secs_f64();
    let mut trainer =
        Trainer::new(&scenario, &Start::Fresh, number).map_err(|error| error.to_string())?;
    let go_on = &mut |_: &Trainer| ControlFlow::Continue(());
    train(&mut trainer, budget, &clock, go_on).map_err(|error| error.to_string())?;
    let report = trainer.report();
    let mut policies: Vec<Box<dyn Policy>> = vec![Box::new(trainer.policy())];
    let hedges = [Strategy::Delta, Strategy::Leland, Strategy::SoftBand];
    policies.extend(baselines(&scenario, &hedges));
    let samples = simulate(&scenario, &policies, Sampling::evaluation(4711), 6000);
    let goal = Goal::of(&scenario);
    let [learned, delta, leland, band] = [0, 1, 2, 3].map(|i| goal.value(samples[i].errors()));
    eprintln!(
        "{number}: {:.6e} against delta {:.6e}, leland {:.6e}, soft band {:.6e}; {} iterations, {}, kept from {}, {} recoveries",
        learned,
        delta,
        leland,
        band,
        report.iteration,
        report.rollout.name(),
        report.kept.iteration,
        report.recoveries
    );
    if !learned.is_finite() {
        return Err(format!("objective {learned}"));
    }
    let mut worse = worse_than_any(goal, &samples);
    if worse > 4.5 {
        // Losses may be so rare that a few thousand paths have none, nor an idea of their error.
        let more = simulate(&scenario, &policies, Sampling::evaluation(4711), 100_000);
        worse = worse_than_any(goal, &more);
    }
    if worse > 4.5 {
        return Err(format!(
            "worse than a baseline by {worse:.1} standard errors"
        ));
    }
    let rsmse = Goal::Rsmse.influences(samples[0].errors());
    let square: f64 = rsmse.1.iter().map(|x| x * x).sum();
    let se = (square.sqrt() / rsmse.1.len() as f64).hypot(report.kept.rsmse_se);
    let gap = (rsmse.0 - report.kept.rsmse).abs() / se.max(1e-9 * rsmse.0).max(1e-300);
    // Of heavy tails a few thousand paths do not even know their own error.
    let width = scenario.market.volatility * scenario.contract.maturity.sqrt();
    if gap > 5.0 && width < 1.0 {
        return Err(format!(
            "evaluation {} and validation {} are {gap:.1} standard errors apart",
            rsmse.0, report.kept.rsmse
        ));
    }
    Ok(())
}

fn all(numbers: impl Iterator<Item = u64>, budget: Budget) {
    let mut wrong = Vec::new();
    for number in numbers {
        if let Err(what) = tried(number, budget) {
            eprintln!("{number}: {what}");
            wrong.push(format!("{number}: {what}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_dozen_random_scenarios_train_without_complaint() {
    all(0..12, Budget::Iterations(40));
}

#[test]
#[ignore = "ten minutes: three hundred scenarios, two seconds each"]
fn three_hundred_random_scenarios_train_without_complaint() {
    let seconds = std::env::var("HEDGELAB_SECONDS").map_or(2.0, |text| text.parse().unwrap());
    all(0..300, Budget::Seconds(seconds));
}
