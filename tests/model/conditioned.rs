//! The conditioned policy: its weights follow from the scenario, in numbers without units; how it is
//! trained, kept and gone on with; and what one can prove of it.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

use hedgelab::contract::opening_cash;
use hedgelab::episode::Observation;
use hedgelab::market::Sampling;
use hedgelab::order_book::Memory;
use hedgelab::policy::conditioned::{Measures, OBJECTIVES, RANGES, context, outside, shaped};
use hedgelab::policy::{Base, Conditioned, LearnedPolicy, Policy};
use hedgelab::presets;
use hedgelab::scenario::{Objective, Process, Scenario};
use hedgelab::simulate::{Lot, errors_of};
use hedgelab::training::conditioned::draw::{self, Mix};
use hedgelab::training::conditioned::{ConditionedFile, ConditionedTrainer, gaps, policy_of_file};
use hedgelab::training::objective::Goal;
use hedgelab::training::{Checkpoint, Interrupt, Start, Trainer, conditioned_policy, refinement};

fn year(changes: &[(&str, &str)]) -> Scenario {
    let year = presets::built_in("paper-year").unwrap();
    year.with(changes.iter().copied()).unwrap()
}

fn made(scenario: &Scenario) -> LearnedPolicy {
    conditioned_policy().policy(scenario).unwrap()
}

/// Errors of a policy on common paths.
fn errors(scenario: &Scenario, policy: &dyn Policy, paths: usize) -> Vec<f64> {
    let sampling = Sampling::evaluation(31);
    let lot = Lot {
        scenario,
        policy,
        sampling,
        paths,
    };
    errors_of(&[lot]).remove(0)
}

/// States along the way of `scenario`, in its units.
fn states(scenario: &Scenario) -> Vec<Observation> {
    let (shares, strike) = (scenario.contract.shares, scenario.contract.strike);
    let step = scenario.step_length();
    let mut states = Vec::new();
    for (number, date) in (0..scenario.steps).step_by(3).enumerate() {
        let x = number as f64;
        states.push(Observation {
            step: date,
            time: date as f64 * step,
            remaining: scenario.contract.maturity - date as f64 * step,
            spot: strike * (1.0 + 0.1 * x.sin()),
            position: shares * (0.4 + 0.3 * (2.0 * x).cos()),
            value: opening_cash(scenario) * (1.0 + 0.2 * (3.0 * x).sin()),
            memory: Memory {
                ask: shares * 0.3 * x.cos().abs(),
                bid: shares * 0.1 * x,
                ..Memory::default()
            },
            factors: Default::default(),
        });
    }
    states
}

#[test]
fn currency_and_shares_drop_out() {
    for (number, objective) in [Objective::Rsmse, Objective::Rmse, Objective::Cvar]
        .into_iter()
        .enumerate()
    {
        let scenario = draw::scenario(5, number as u64, Mix::Usual(objective));
        let mut parameters = scenario.clone().into_parameters();
        parameters.market.spot *= 1000.0;
        parameters.contract.strike *= 1000.0;
        let dear = Scenario::new(parameters.clone()).unwrap();
        parameters.contract.shares *= 1000.0;
        parameters.order_book.depth *= 1000.0;
        let many = Scenario::new(parameters).unwrap();
        let policies = [&scenario, &dear, &many].map(made);
        let contexts = [&scenario, &dear, &many].map(|s| context(s, &Measures::of(s)));
        for other in &contexts[1..] {
            let apart = contexts[0].iter().zip(other).map(|(x, y)| (x - y).abs());
            assert!(apart.fold(0.0, f64::max) < 1e-9, "{contexts:?}");
        }
        let all = states(&scenario)
            .into_iter()
            .zip(states(&dear))
            .zip(states(&many));
        for ((one, dear), many) in all {
            let held = policies[0].target(&one, &mut []);
            let of_dear = policies[1].target(&dear, &mut []);
            let of_many = policies[2].target(&many, &mut []) / 1000.0;
            assert!((held - of_dear).abs() < 1e-4, "{held} {of_dear}");
            assert!((held - of_many).abs() < 1e-4, "{held} {of_many}");
        }
    }
}

#[test]
fn the_scenarios_drawn_lie_inside_the_ranges_and_reach_their_ends() {
    let scenarios: Vec<Scenario> = (0..40_000)
        .map(|number| {
            let objective = OBJECTIVES[usize::try_from(number).unwrap() % OBJECTIVES.len()];
            draw::scenario(1, number, Mix::All(objective))
        })
        .collect();
    for range in RANGES {
        let [low, high] = range.ends;
        let values: Vec<f64> = scenarios
            .iter()
            .filter_map(|s| (range.of)(s, &Measures::of(s)))
            .collect();
        assert!(values.len() > 100, "{}: {}", range.name, values.len());
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert!(least >= low - 1e-6 && most <= high + 1e-6, "{}", range.name);
        if high.is_finite() {
            let reach = (most - least) / (high - low);
            assert!(reach > 0.8, "{}: only {reach:.2} of its range", range.name);
        }
    }
    let mut extremes = [false; 4];
    for scenario in &scenarios {
        let [ask, _] = Measures::of(scenario).kept;
        extremes[0] |= ask == 0.0;
        extremes[1] |= ask == 1.0;
        extremes[2] |= scenario.order_book.ask_exponent == 1.0;
        extremes[3] |= scenario.limits.max_trade.is_some();
    }
    assert_eq!(extremes, [true; 4]);
    // The same number is the same scenario, whatever else is drawn.
    assert_eq!(
        scenarios[77],
        draw::scenario(1, 77, Mix::All(OBJECTIVES[77 % OBJECTIVES.len()]))
    );
}

#[test]
fn what_lies_outside_is_named_with_what_was_trained_on() {
    assert!(outside(&year(&[])).is_empty());
    for (field, value, word) in [
        ("market.volatility", "0.9", "volatility"),
        ("steps", "252", "trading dates"),
        ("contract.strike", "2500", "moneyness"),
        ("contract.model_volatility", "0.3", "model volatility"),
        // Shares that nobody paid for.
        ("initial.position", "0.5", "cash and shares"),
    ] {
        let outside = outside(&year(&[(field, value)]));
        let named = outside.iter().find(|o| o.name.contains(word));
        let named = named.unwrap_or_else(|| panic!("{field}: {outside:?}"));
        assert!(named.to_string().contains("answers for"), "{named}");
    }
    // Bought far out of the money, where trading is dear: nothing is to be hedged.
    let little = |side| {
        outside(&year(&[
            ("contract.position", side),
            ("contract.strike", "1150"),
            ("order_book.ask_exponent", "1.04"),
            ("order_book.bid_exponent", "0.96"),
        ]))
    };
    assert_eq!(little("short"), []);
    assert!(little("long")[0].name.contains("a bought option"));
    // Nothing is clamped, and nothing breaks.
    let far = year(&[("market.volatility", "0.9"), ("steps", "252")]);
    let errors = errors(&far, &made(&far), 64);
    assert!(errors.iter().all(|e| e.is_finite()));
}

#[test]
fn every_built_in_preset_is_inside_but_for_none() {
    for (name, _) in presets::BUILT_IN {
        let set = presets::built_in(name).unwrap();
        let pins = set.pinned().into_iter().map(|pin| pin.scenario);
        for scenario in std::iter::once(set.clone()).chain(pins) {
            let outside = outside(&scenario);
            let usual = scenario.market.process == Process::GeometricBrownian;
            let answered = scenario.training.objective != Objective::Cvar;
            let known = usual && answered && !scenario.contract.is_portfolio();
            assert_eq!(outside.is_empty(), known, "{name}: {outside:?}");
        }
    }
}

#[test]
fn it_answers_nearly_as_well_as_training_where_the_paper_looks() {
    // Against the networks that were trained for these presets alone, three times as long as usual, on
    // common paths.
    for name in [
        "paper-year",
        "paper-month",
        "paper-day",
        "paper-frictionless",
    ] {
        let scenario = presets::built_in(name).unwrap();
        let trained = hedgelab::training::shipped(name).unwrap();
        let goal = Goal::Rsmse;
        let (own, of_own) = goal.influences(&errors(&scenario, &made(&scenario), 40_000));
        let (best, of_best) = goal.influences(&errors(&scenario, &trained, 40_000));
        let gaps: Vec<f64> = of_own.iter().zip(&of_best).map(|(x, y)| x - y).collect();
        let square: f64 = gaps.iter().map(|x| x * x).sum();
        let error = square.sqrt() / gaps.len() as f64;
        let gap = (own - best) / best;
        println!(
            "{name}: {:+.2}% ± {:.2}%",
            100.0 * gap,
            100.0 * error / best
        );
        assert!(gap < 0.008 + 3.0 * error / best, "{name}: {gap:.4}");
    }
}

#[test]
fn without_impact_it_tends_to_the_frictionless_optimum_and_sees_no_memory() {
    let free = year(&[
        ("order_book.ask_exponent", "1"),
        ("order_book.bid_exponent", "1"),
    ]);
    let nearly = year(&[
        ("order_book.ask_exponent", "1.0000001"),
        ("order_book.bid_exponent", "0.9999999"),
    ]);
    let rsmse = |s: &Scenario| Goal::Rsmse.value(&errors(s, &made(s), 40_000));
    let (at, near) = (rsmse(&free), rsmse(&nearly));
    assert!((at / near - 1.0).abs() < 1e-3, "{at} {near}");
    // Position and memory are of no matter, exactly.
    let policy = made(&free);
    for mut state in states(&free) {
        let held = policy.target(&state, &mut []);
        state.position *= -2.0;
        state.memory.ask += 1.0;
        assert_eq!(policy.target(&state, &mut []).to_bits(), held.to_bits());
    }
}

#[test]
fn a_rising_market_is_held_more_of_than_a_falling_one() {
    let held = |drift: &str| {
        let scenario = year(&[("market.drift", drift)]);
        let policy = made(&scenario);
        let states = states(&scenario);
        states
            .iter()
            .map(|s| policy.target(s, &mut []))
            .sum::<f64>()
            / states.len() as f64
    };
    let [falling, still, rising] = ["-0.1", "0", "0.1"].map(held);
    assert!(
        falling < still && still < rising,
        "{falling} {still} {rising}"
    );
}

#[test]
fn training_goes_on_to_the_same_bits_on_any_number_of_threads() {
    let on = |threads: usize, work: &(dyn Fn() -> Vec<u8> + Sync)| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(work)
    };
    let never = Interrupt::default();
    let whole = || {
        let mut trainer = ConditionedTrainer::new(3, 12, &never).unwrap();
        while !trainer.is_finished() {
            trainer.step().unwrap();
        }
        trainer.file().to_bytes().unwrap()
    };
    let halves = || {
        let mut trainer = ConditionedTrainer::new(3, 12, &never).unwrap();
        // The RSMSE's turns are over, and another's generator has begun.
        for _ in 0..9 {
            trainer.step().unwrap();
        }
        let bytes = trainer.file().to_bytes().unwrap();
        let file = ConditionedFile::from_bytes(&bytes, "half").unwrap();
        let mut trainer = ConditionedTrainer::resume(file, &never).unwrap();
        while !trainer.is_finished() {
            trainer.step().unwrap();
        }
        trainer.file().to_bytes().unwrap()
    };
    let one = on(1, &whole);
    assert!(one == on(3, &whole), "threads");
    assert!(one == on(2, &halves), "resumed");
}

#[test]
fn each_objective_has_a_generator_of_its_own_and_the_others_begin_where_the_first_has_come_to() {
    let weights = |iterations: u64, steps: usize| {
        let mut trainer = ConditionedTrainer::new(3, iterations, &Interrupt::default()).unwrap();
        for _ in 0..steps {
            trainer.step().unwrap();
        }
        trainer.current().unwrap()
    };
    let of = |policy: &Conditioned, objective: Objective| {
        policy.weights()[Conditioned::place(objective)].to_vec()
    };
    let (before, after) = (weights(10, 5), weights(10, 6));
    let rsmse = of(&before, Objective::Rsmse);
    assert_eq!(of(&after, Objective::Rsmse), rsmse, "its turns are over");
    let first = of(&before, Objective::Rmse);
    assert_eq!(of(&before, Objective::Cvar), first, "none has had a turn");
    assert_eq!(of(&after, Objective::Rmse), first, "not its turn");
    assert_ne!(first, rsmse);
    assert_ne!(of(&after, Objective::Cvar), first);
}

#[test]
fn a_put_is_shown_the_base_hedge_of_the_call() {
    // Put–call parity: what a put's hedge lacks is the whole contract.
    for side in ["short", "long"] {
        let of = |kind: &str| year(&[("contract.kind", kind), ("contract.position", side)]);
        let inputs = |scenario: &Scenario| -> Vec<Vec<f64>> {
            let features =
                hedgelab::policy::conditioned::features(scenario, &Measures::of(scenario));
            let states = states(&year(&[]));
            states.iter().map(|state| features.see(state).0).collect()
        };
        let base = 6;
        for (call, put) in inputs(&of("call")).iter().zip(inputs(&of("put"))) {
            assert!((call[base] - put[base]).abs() < 1e-12, "{call:?} {put:?}");
        }
    }
}

#[test]
fn a_short_training_beats_its_start() {
    let mut trainer = ConditionedTrainer::new(2, 500, &Interrupt::default()).unwrap();
    let start = trainer.current().unwrap();
    while !trainer.is_finished() {
        trainer.step().unwrap();
    }
    let trained = trainer.current().unwrap();
    let year = year(&[]);
    let rsmse = |by: &Conditioned| {
        let policy = by.policy(&year).unwrap();
        Goal::Rsmse.value(&errors(&year, &policy, 20_000))
    };
    let (before, after) = (rsmse(&start), rsmse(&trained));
    assert!(after < 0.95 * before, "{before} {after}");
}

#[test]
fn a_file_is_whole_or_refused_and_none_is_taken_for_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.safetensors");
    let file = ConditionedFile {
        policy: conditioned_policy(),
        training: None,
    };
    file.write(&path).unwrap();
    let year = year(&[]);
    let read = policy_of_file(&path, &year).unwrap();
    assert!(read.is_same(&made(&year)));
    // As a policy of one scenario it is not taken.
    let refused = Checkpoint::read(&path).unwrap_err().to_string();
    assert!(refused.contains("conditioned policy"), "{refused}");
    // What it made is one, and keeps every bit.
    let one = folder.path().join("one.safetensors");
    let checkpoint = Checkpoint {
        policy: made(&year),
        validation: None,
        training: None,
    };
    checkpoint.write(&one).unwrap();
    let again = Checkpoint::read(&one).unwrap().policy;
    assert!(again.is_same(&made(&year)) && again.hash() == made(&year).hash());
    // A put's base is counted from elsewhere, which is kept too.
    let put = self::year(&[("contract.kind", "put")]);
    let checkpoint = Checkpoint {
        policy: made(&put),
        validation: None,
        training: None,
    };
    checkpoint.write(&one).unwrap();
    let again = Checkpoint::read(&one).unwrap().policy;
    assert!(again.is_same(&made(&put)) && !again.is_same(&made(&year)));
    let refused = ConditionedFile::read(&one).unwrap_err().to_string();
    assert!(refused.contains("is no conditioned policy"), "{refused}");
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let refused = ConditionedFile::from_bytes(&bytes, "broken")
        .unwrap_err()
        .to_string();
    assert!(refused.contains("damaged"), "{refused}");
    assert!(ConditionedFile::from_bytes(&bytes[..999], "short").is_err());
}

#[test]
fn a_refinement_begins_with_what_was_made_and_ends_no_worse() {
    let scenario = refinement(&year(&[("market.volatility", "0.3")])).unwrap();
    let start = made(&scenario);
    let mut trainer = Trainer::new(&scenario, &Start::Refined(start.clone()), 4).unwrap();
    assert!(trainer.current_policy().unwrap().is_same(&start));
    let first = trainer.report().history[0].objective;
    for _ in 0..200 {
        trainer.step().unwrap();
    }
    let refined = trainer.policy();
    assert_eq!(refined.features().scales(), start.features().scales());
    let kept = trainer.report().kept;
    assert!(
        kept.objective < first + 2.0 * kept.gain_se,
        "{first} {kept:?}"
    );
    assert_eq!(shaped(&scenario).unwrap(), scenario);
}

#[test]
fn a_gap_is_the_excess_over_a_training_for_the_scenario_alone_on_common_paths() {
    let scenario = year(&[
        ("training.iterations", "40"),
        ("training.batch", "128"),
        ("training.validation_paths", "1000"),
    ]);
    let never = Interrupt::default();
    let policy = conditioned_policy();
    let gap = gaps::measure(&policy, "year", &scenario, 4000, &never).unwrap();
    let unit = Measures::of(&scenario).error_size;
    let objective = |policy: &dyn Policy| {
        let lot = Lot {
            scenario: &scenario,
            policy,
            sampling: Sampling::evaluation(2_000_003),
            paths: 4000,
        };
        Goal::Rsmse.value(&errors_of(&[lot])[0])
    };
    let at_once = objective(&policy.policy(&scenario).unwrap());
    let told = unit * gap.dedicated * (1.0 + gap.at_once);
    assert!((told / at_once - 1.0).abs() < 1e-9, "{told} {at_once}");
    let hedges = [Base::Delta, Base::Leland].map(|base| objective(&*base.hedge(&scenario)));
    let best = unit * gap.dedicated * (1.0 + gap.rule);
    assert!(best <= hedges[0].min(hedges[1]) * (1.0 + 1e-9));
    assert!(gap.at_once_error > 0.0 && gap.rule_error > 0.0 && gap.refined.is_finite());
    let names: Vec<String> = gaps::held_out(6)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names.len(), 6 + 3, "{names:?}");
}

#[test]
fn the_command_line_takes_it_by_its_word_beside_others_and_says_what_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
        let command = command.args(arguments).current_dir(&folder);
        command.env("HOME", folder.path()).output().unwrap()
    };
    let usual = [
        "evaluate",
        "paper-year",
        "--paths",
        "512",
        "--strategies",
        "learned",
        "--json",
    ];
    let with = |more: &[&str]| run(&[&usual[..], more].concat());
    let told = with(&["--learned", "conditioned", "--learned", "preset"]);
    assert!(told.status.success());
    let record: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    let rows = record["strategies"].as_array().unwrap();
    let names: Vec<&str> = rows.iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["conditioned", "preset"]);
    let hash = made(&year(&[])).hash().to_string();
    assert_eq!(rows[0]["hash"].as_str().unwrap(), hash);
    let refused = with(&["--learned", "nowhere"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(
        said.contains("--learned nowhere") && said.contains("conditioned, preset"),
        "{said}"
    );
    // Outside of its ranges it answers, and says so.
    let far = with(&["--learned", "conditioned", "--set", "market.volatility=0.9"]);
    let said = String::from_utf8_lossy(&far.stderr).into_owned();
    assert!(
        far.status.success() && said.contains("volatility is 0.9"),
        "{said}"
    );
    // What was trained is gone on with, and its iterations are kept to.
    let trained = run(&[
        "train",
        "--conditioned",
        "--iterations",
        "3",
        "--out",
        "c.safetensors",
    ]);
    assert!(trained.status.success());
    let refused = run(&[
        "train",
        "--conditioned",
        "--resume",
        "c.safetensors",
        "--iterations",
        "4",
    ]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("allowed: 3"), "{said}");
    let own = with(&["--learned", "mine=c.safetensors"]);
    assert!(own.status.success());
    // One of its own kind is replaced, whatever its name ends in; anything else is not.
    std::fs::copy(
        folder.path().join("c.safetensors"),
        folder.path().join("old.net"),
    )
    .unwrap();
    std::fs::write(folder.path().join("letter.txt"), "dear all").unwrap();
    let onto = |name: &str| run(&["train", "--conditioned", "--iterations", "1", "--out", name]);
    assert!(onto("old.net").status.success());
    let refused = onto("letter.txt");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("letter.txt"), "{said}");
}
