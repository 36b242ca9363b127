//! Processes fitted to prices that the simulator drew from them: parameters and errors as they must be, and what cannot be
//! told said so.

use hedgelab::history::fit::{Fit, FitError, LAGS, Model, Taken, fit};
use hedgelab::history::{History, Reading, read_text};
use hedgelab::market::{LANES, PathBlock, Paths, Sampling};
use hedgelab::presets;
use hedgelab::scenario::fields::Field;
use hedgelab::scenario::{Process, Scenario};
use rayon::prelude::*;
use std::ops::ControlFlow;

const DAY: i64 = 86_400_000_000;
const GARCH: &[(&str, &str)] = &[
    ("market.process", "gjr_garch"),
    ("market.volatility", "0.2"),
    ("market.variance_persistence", "0.9"),
    ("market.variance_reaction", "0.03"),
    ("market.variance_asymmetry", "0.1"),
];
const HESTON: &[(&str, &str)] = &[
    ("market.process", "heston"),
    ("market.mean_reversion", "6"),
    ("market.volatility_of_variance", "0.6"),
    ("market.correlation", "-0.5"),
];

/// A market with as many days as that; a trading date has a day of a year of 365.25.
fn days(count: usize, changes: &[(&str, &str)]) -> Scenario {
    let base = presets::built_in("paper-month").unwrap();
    let mut parameters = base.into_parameters();
    parameters.steps = count;
    parameters.contract.maturity = count as f64 / 365.25;
    let scenario = Scenario::new(parameters).unwrap();
    scenario.with(changes.iter().copied()).unwrap()
}

/// The daily prices of the first paths of a market.
fn histories(scenario: &Scenario, count: usize) -> Vec<History> {
    let paths = Paths::new(scenario, Sampling::evaluation(77));
    let mut block = PathBlock::new(scenario.steps);
    let mut all = Vec::new();
    for first in (0..count).step_by(LANES) {
        paths.fill(first as u64, &mut block);
        let lanes = 0..LANES.min(count - first);
        all.extend(lanes.map(|lane| history(block.rows().iter().map(|row| row[lane]))));
    }
    all
}

fn history(prices: impl IntoIterator<Item = f64>) -> History {
    let text = "date,close\n2020-01-01,1\n2020-01-02,2\n";
    let mut history = read_text(text.as_bytes(), "x.csv", &Reading::default()).unwrap();
    history.prices = prices.into_iter().collect();
    let count = i64::try_from(history.prices.len()).unwrap();
    history.times = (0..count).map(|day| day * DAY).collect();
    history
}

fn fitted(history: &History, model: Model) -> Result<Fit, FitError> {
    let go_on = &mut |_| ControlFlow::Continue(());
    fit(history, &Taken::all(history), model, go_on)
}

fn all_fitted(histories: &[History], model: Model) -> Vec<Result<Fit, FitError>> {
    let each = histories.par_iter();
    each.map(|history| fitted(history, model)).collect()
}

/// A parameter with its error in each fit, beside what the scenario has.
fn held(fits: &[Fit], scenario: &Scenario, field: &str) -> (f64, Vec<(f64, f64)>) {
    let truth = Field::find(field).unwrap().number(scenario).unwrap();
    let of = |fit: &Fit| {
        let found = fit.parameters.iter().find(|e| e.field == field).unwrap();
        found.se.map(|se| (found.value, se))
    };
    (truth, fits.iter().filter_map(of).collect())
}

/// Share of the truth within 1.96 errors; spread over seeds over the usual error; mean of the estimates; the farthest in errors.
fn judged(truth: f64, found: &[(f64, f64)]) -> [f64; 4] {
    let n = found.len() as f64;
    let mean = found.iter().map(|(value, _)| value).sum::<f64>() / n;
    let variance = found.iter().map(|(x, _)| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let mut errors: Vec<f64> = found.iter().map(|(_, se)| *se).collect();
    errors.sort_by(f64::total_cmp);
    let usual = errors[errors.len() / 2];
    let apart = found.iter().map(|(value, se)| ((value - truth) / se).abs());
    let covered = apart.clone().filter(|z| *z < 1.96).count() as f64 / n;
    let farthest = apart.fold(0.0, f64::max);
    [covered, variance.sqrt() / usual, mean, farthest]
}

/// `m`, `v`, `a`, `g` and `b` of a return.
fn per_return(fit: &Fit, value: impl Fn(&str) -> f64) -> [f64; 5] {
    [
        value("market.drift") / fit.per_year,
        value("market.volatility").powi(2) / fit.per_year,
        value("market.variance_reaction"),
        value("market.variance_asymmetry"),
        value("market.variance_persistence"),
    ]
}

/// The logarithm of the likelihood of returns under `[m, v, a, g, b]`.
fn likelihood(returns: &[f64], [m, v, a, g, b]: [f64; 5]) -> f64 {
    let mut h = v;
    let mut sum = 0.0;
    for r in returns {
        let z = (r - m + 0.5 * h) / h.sqrt();
        sum -= 0.5 * (std::f64::consts::TAU * h).ln() + 0.5 * z * z;
        let fall = if z < 0.0 { g } else { 0.0 };
        h = v * (1.0 - a - 0.5 * g - b) + (a + fall) * h * z * z + b * h;
    }
    sum
}

#[test]
fn garch_is_found_again_with_errors_that_are_the_spread_over_seeds() {
    let scenario = days(3000, GARCH);
    let fits = all_fitted(&histories(&scenario, 64), Model::GjrGarch);
    let fits: Vec<Fit> = fits.into_iter().map(Result::unwrap).collect();
    for field in [
        "market.drift",
        "market.volatility",
        "market.variance_persistence",
        "market.variance_reaction",
        "market.variance_asymmetry",
    ] {
        let (truth, found) = held(&fits, &scenario, field);
        assert!(found.len() > 58, "{field}: {} have an error", found.len());
        let [covered, ratio, mean, farthest] = judged(truth, &found);
        let told = format!("{field}: {truth} {mean} covered {covered} ratio {ratio} {farthest}");
        assert!(covered > 0.85, "{told}");
        assert!((0.7..1.45).contains(&ratio), "{told}");
        // A sample without a storm has too small a volatility, and too small an error of it.
        let far = if field == "market.volatility" {
            7.0
        } else {
            5.0
        };
        assert!(farthest < far, "{told}");
        let usual = found.iter().map(|(_, se)| se).sum::<f64>() / found.len() as f64;
        assert!((mean - truth).abs() < 0.6 * usual, "{told}");
    }
    for fit in &fits {
        let truth = |field: &str| Field::find(field).unwrap().number(&scenario).unwrap();
        let truth = likelihood(&fit.log_returns, per_return(fit, truth));
        // Twice this has the χ² distribution with five degrees: beyond 30 once in 70 000.
        let more = fit.log_likelihood.unwrap().fitted - truth;
        assert!((0.0..15.0).contains(&more), "{more}");
    }
    let leverage = fits.iter().filter(|fit| fit.leverage.unwrap().p < 0.05);
    assert!(leverage.count() > 60);
    assert!(fits.iter().all(|fit| fit.clusters.p < 1e-4));
}

#[test]
fn the_likelihood_is_that_of_the_recursion_and_nowhere_higher() {
    let scenario = days(2000, GARCH);
    let history = &histories(&scenario, 1)[0];
    let fit = fitted(history, Model::GjrGarch).unwrap();
    let best = per_return(&fit, |field| {
        let found = fit.parameters.iter().find(|e| e.field == field);
        found.unwrap().value
    });
    let returns = &fit.log_returns;
    let likelihood = |at: [f64; 5]| likelihood(returns, at);
    let found = fit.log_likelihood.unwrap();
    let own = likelihood(best);
    assert!((found.fitted - own).abs() < 1e-6, "{found:?} {own}");
    for (i, x) in best.iter().enumerate() {
        for share in [0.99, 1.01] {
            let mut other = best;
            other[i] = share * x;
            assert!(likelihood(other) < own + 1e-3, "{i} {share}");
        }
    }
    let variance = returns.iter().map(|r| r * r).sum::<f64>() / returns.len() as f64;
    let constant = likelihood([0.5 * variance, variance, 0.0, 0.0, 0.0]);
    assert!(found.constant >= constant && found.fitted > found.constant + 50.0);
}

#[test]
fn heston_is_found_again_with_errors_of_the_right_size() {
    let scenario = days(8000, HESTON);
    let fits = all_fitted(&histories(&scenario, 64), Model::Heston);
    let fits: Vec<Fit> = fits.into_iter().map(Result::unwrap).collect();
    for (field, far) in [
        ("market.long_run_variance", 0.1),
        ("market.mean_reversion", 0.2),
        ("market.volatility_of_variance", 0.1),
        ("market.correlation", 0.1),
    ] {
        let (truth, found) = held(&fits, &scenario, field);
        let [covered, ratio, mean, farthest] = judged(truth, &found);
        let told = format!("{field}: {truth} {mean} covered {covered} ratio {ratio} {farthest}");
        // The block bootstrap has errors that are a little too small.
        assert!(found.len() == fits.len() && covered > 0.75, "{told}");
        assert!((0.6..1.6).contains(&ratio), "{told}");
        assert!((mean / truth - 1.0).abs() < far, "{told}");
        assert!(farthest < 6.0, "{told}");
    }
}

#[test]
fn normal_returns_have_no_persistence_and_no_leverage_and_are_not_hestons() {
    let scenario = days(2000, &[("market.process", "geometric_brownian")]);
    let all = histories(&scenario, 40);
    let garch = all_fitted(&all, Model::GjrGarch);
    let told = garch.iter().flatten().filter(|fit| {
        let note = "no persistence and no leverage found";
        fit.notes.iter().any(|told| told.starts_with(note))
    });
    assert!(told.count() >= 37);
    for fit in garch.iter().flatten() {
        if fit.leverage.is_none() {
            let persistence = held(std::slice::from_ref(fit), &scenario, "market.volatility");
            let (truth, found) = persistence;
            assert!((found[0].0 - truth).abs() < 5.0 * found[0].1);
            assert!(
                fit.parameters[2..]
                    .iter()
                    .all(|e| e.value == 0.0 && e.se.is_none())
            );
        }
    }
    for result in all_fitted(&all, Model::Heston) {
        let Err(FitError::Untold(why)) = result else {
            panic!("{result:?}");
        };
        assert!(
            why.starts_with("these returns do not tell Heston's variance: "),
            "{why}"
        );
        assert_eq!(why.lines().count(), 1);
    }
}

#[test]
fn where_falls_and_rises_are_alike_no_leverage_is_found() {
    let changes = [
        ("market.variance_asymmetry", "0"),
        ("market.variance_reaction", "0.08"),
    ];
    let scenario = days(3000, GARCH).with(changes).unwrap();
    let fits = all_fitted(&histories(&scenario, 40), Model::GjrGarch);
    let fits: Vec<Fit> = fits.into_iter().map(Result::unwrap).collect();
    let none = |fit: &&Fit| {
        fit.notes
            .iter()
            .any(|note| note.starts_with("no leverage found"))
    };
    // One in twenty by chance.
    let found = fits.len() - fits.iter().filter(none).count();
    assert!(found <= 6, "{found}");
    for fit in &fits {
        let asymmetry = fit.parameters.last().unwrap();
        assert_eq!(asymmetry.field, "market.variance_asymmetry");
        assert!(asymmetry.value >= 0.0);
        fit.adopted(&scenario).unwrap();
    }
}

#[test]
fn the_fitted_figures_are_those_of_simulated_returns() {
    for (changes, model) in [(GARCH, Model::GjrGarch), (HESTON, Model::Heston)] {
        let calm = [("market.variance_persistence", "0.85")];
        let mut scenario = days(4000, changes);
        if model == Model::GjrGarch {
            scenario = scenario.with(calm).unwrap();
        }
        let fit = fitted(&histories(&scenario, 1)[0], model).unwrap();
        let scenario = fit.adopted(&days(20_000, &[])).unwrap();
        let simulated: Vec<Vec<f64>> = histories(&scenario, 128)
            .iter()
            .map(|history| {
                let pairs = history.prices.windows(2);
                // What the variance begins with is forgotten.
                pairs
                    .skip(1000)
                    .map(|pair| (pair[1] / pair[0]).ln())
                    .collect()
            })
            .collect();
        let mean = |of: &dyn Fn(&[f64]) -> f64| {
            simulated
                .iter()
                .map(|sample| of(sample) / sample.len() as f64)
                .sum::<f64>()
                / simulated.len() as f64
        };
        let centre = mean(&|r| r.iter().sum());
        let variance = mean(&|r| r.iter().map(|x| (x - centre).powi(2)).sum());
        let square = |x: f64| (x - centre).powi(2) / variance - 1.0;
        let own = mean(&|r| r.iter().map(|x| square(*x).powi(2)).sum());
        let volatility = (variance * fit.per_year).sqrt();
        let near = |found: Option<f64>, wanted: f64, far: f64, what: &str| {
            let found = found.unwrap();
            assert!(
                (found - wanted).abs() < far,
                "{model:?} {what}: {found} {wanted}"
            );
        };
        near(
            fit.volatility.fitted,
            volatility,
            0.02 * volatility,
            "volatility",
        );
        near(
            fit.excess_kurtosis.fitted,
            own - 2.0,
            0.15 * own,
            "kurtosis",
        );
        for lag in [1, 3, 10, LAGS] {
            let with = mean(&|r| {
                r.iter()
                    .zip(&r[lag..])
                    .map(|(a, b)| square(*a) * square(*b))
                    .sum()
            });
            let wanted = with / own;
            near(
                fit.squares[lag - 1].fitted,
                wanted,
                0.02,
                &format!("lag {lag}"),
            );
        }
    }
}

#[test]
fn what_is_left_for_validation_and_evaluation_changes_nothing() {
    let scenario = days(2000, GARCH);
    let one = histories(&scenario, 2).swap_remove(0);
    let mut other = one.clone();
    let factor = 1.01_f64;
    for (i, price) in other.prices.iter_mut().enumerate().skip(1300) {
        *price *= factor.powi(i32::try_from(i % 7).unwrap());
    }
    let base = days(30, &[]);
    let fitted = |history: &History| {
        let taken = Taken::for_training(history, &base).unwrap();
        assert_eq!(taken.range, 0..1200);
        fit(history, &taken, Model::GjrGarch, &mut |_| {
            ControlFlow::Continue(())
        })
        .unwrap()
    };
    let (mine, theirs) = (fitted(&one), fitted(&other));
    assert_eq!(mine, theirs);
    let (_, last) = mine.dates;
    assert_eq!(last, 1200 * DAY);
    let all = fit(&other, &Taken::all(&other), Model::GjrGarch, &mut |_| {
        ControlFlow::Continue(())
    });
    assert_ne!(all.unwrap().parameters, mine.parameters);
}

#[test]
fn a_scenario_takes_the_process_at_the_length_of_its_own_dates() {
    let scenario = days(3000, HESTON);
    let history = &histories(&scenario, 1)[0];
    let heston = fitted(history, Model::Heston).unwrap();
    // A year of 340 dates, each of which has one recorded return: all rates are slower by as much.
    let mut parameters = days(30, &[]).into_parameters();
    parameters.contract.maturity = 30.0 / 340.0;
    let adopted = heston.adopted(&Scenario::new(parameters).unwrap()).unwrap();
    assert_eq!(adopted.market.process, Process::Heston);
    let slower = 340.0 / heston.per_year;
    for estimate in &heston.parameters {
        let value = Field::find(estimate.field)
            .unwrap()
            .number(&adopted)
            .unwrap();
        let unit = if estimate.field == "market.correlation" {
            1.0
        } else {
            slower
        };
        assert!(
            (value / (unit * estimate.value) - 1.0).abs() < 1e-9,
            "{estimate:?}"
        );
    }
    // Dates of a week: GARCH is fitted to weeks, Heston to days all the same.
    let mut parameters = days(10, &[]).into_parameters();
    parameters.contract.maturity = 70.0 / 365.25;
    let weeks = Scenario::new(parameters).unwrap();
    let taken = Taken::for_dates(history, &weeks).unwrap();
    assert_eq!((taken.together, taken.range.len()), (7, 3000));
    let go_on = &mut |_| ControlFlow::Continue(());
    let garch = fit(history, &taken, Model::GjrGarch, go_on).unwrap();
    assert_eq!((garch.together, garch.returns), (7, 428));
    let volatility = garch.adopted(&weeks).unwrap().market.volatility;
    assert!(
        (volatility / heston.volatility.realised.value - 1.0).abs() < 0.15,
        "{volatility}"
    );
    let weekly = fit(history, &taken, Model::Heston, go_on).unwrap();
    assert_eq!(weekly.parameters, heston.parameters);
    weekly.adopted(&weeks).unwrap();
    let refused = garch.adopted(&days(30, &[])).unwrap_err().to_string();
    assert!(
        refused.contains("trading dates of 7 recorded returns"),
        "{refused}"
    );
}

#[test]
fn what_cannot_be_fitted_is_refused_in_one_line_and_what_is_stopped_stops() {
    let scenario = days(1000, GARCH);
    let whole = &histories(&scenario, 1)[0];
    let few = history(whole.prices.iter().copied().take(100));
    let error = fitted(&few, Model::GjrGarch).unwrap_err().to_string();
    assert_eq!(
        error,
        "there are 99 returns to fit to; allowed: at least 250"
    );
    for model in Model::ALL {
        let error = fitted(&history([5.0; 1000]), model).unwrap_err();
        assert_eq!(error, FitError::Constant);
        for after in [1, 20] {
            let mut asked = 0;
            let stopped = fit(whole, &Taken::all(whole), model, &mut |share| {
                assert!((0.0..=1.0).contains(&share));
                asked += 1;
                if asked == after {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            if asked == after {
                assert_eq!(stopped.unwrap_err(), FitError::Stopped);
            }
        }
    }
}
