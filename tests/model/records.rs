//! What names a market and a run.

use hedgelab::market::Sampling;
use hedgelab::policy::Policy;
use hedgelab::presets;
use hedgelab::record::{PolicyRecord, Question, Record};
use hedgelab::scenario::fields::{Access, FIELDS, Field};
use hedgelab::scenario::{Named, Scenario, Strategy};
use hedgelab::simulate::{baselines, evaluate};
use hedgelab::training::shipped;
use hedgelab::units::ContentHash;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// A scenario in which every field can be changed by [`other_value`].
fn year() -> Scenario {
    presets::built_in("paper-year").unwrap()
}

/// Another value for a field, as text.
fn other_value(field: &Field, scenario: &Scenario) -> String {
    match field.access {
        Access::Number { get, .. } => {
            let now = get(scenario);
            if now == 1.0 {
                "0.9".into()
            } else {
                (0.98 * now + 0.0013).to_string()
            }
        }
        Access::Optional { .. } => match field.path {
            "limits.min_position" => "-3".into(),
            "order_book.ask_half_spread" | "order_book.bid_half_spread" => "0.3".into(),
            _ => "3".into(),
        },
        Access::Whole { get, .. } => (get(scenario) + 1).to_string(),
        Access::Choice { words, get, .. } => {
            let words = words();
            let other = words.split(", ").find(|word| *word != get(scenario));
            other.unwrap_or_default().into()
        }
        Access::Text { .. } => match field.path {
            "contract.premium" => "75".into(),
            "contract.legs" => "straddle".into(),
            "strategies.selected" => "none".into(),
            _ => "8,8".into(),
        },
    }
}

#[test]
fn a_market_is_another_exactly_when_a_field_of_the_market_is() {
    let base = year();
    let mut of_market = 0;
    for field in FIELDS {
        if field.path.starts_with("market.recorded.") {
            continue; // Recorded prices: `tests/commands/recorded.rs` has them.
        }
        let base = match field.only.last() {
            Some(process) => base.with([("market.process", process.name())]).unwrap(),
            None => base.clone(),
        };
        // What is said of the mid means something where trades move it.
        let moves = ["order_book.mid_permanent", "order_book.mid_decay"].contains(&field.path);
        let base = if moves {
            base.with([("order_book.mid_impact", "0.01")]).unwrap()
        } else {
            base
        };
        let value = other_value(field, &base);
        if value.is_empty() {
            continue; // A choice with one word.
        }
        let value = if field.path == "order_book.ask_exponent" {
            "1.5".into()
        } else {
            value
        };
        let changed = base.with([(field.path, value.as_str())]).unwrap();
        assert_ne!(changed, base, "{}", field.path);
        let expected = ["training.", "strategies.", "seed"]
            .iter()
            .all(|group| !field.path.starts_with(group));
        of_market += usize::from(expected);
        assert_eq!(
            changed.market_hash() != base.market_hash(),
            expected,
            "{}",
            field.path
        );
        assert_eq!(
            !changed.market_differences(&base).is_empty(),
            expected,
            "{}",
            field.path
        );
    }
    assert!(of_market > 15);
}

#[test]
fn presentation_and_what_says_nothing_new_leave_the_market_the_same() {
    let base = year();
    let mut parameters = base.clone().into_parameters();
    parameters.title = "another title".into();
    parameters.description = "and another text".into();
    parameters.shown_path = Some(vec![1000.0; 13]);
    parameters.contract.model_volatility = Some(parameters.market.volatility);
    parameters.initial.position = -0.0;
    let same = Scenario::new(parameters).unwrap();
    assert_eq!(same.market_identity(), base.market_identity());
    assert!(same.market_differences(&base).is_empty());
}

#[test]
fn the_identity_of_a_market_is_the_same_in_every_version() {
    // It names records that are kept: a change here orphans them.
    let hash = year().market_hash().to_string();
    assert_eq!(&hash[..12], "43f037a7c2c4", "{}", year().market_identity());
}

fn record(scenario: &Scenario, strategies: &[Strategy], sampling: Sampling, paths: u64) -> Record {
    let policies = baselines(scenario, strategies);
    let go_on = &mut |_| ControlFlow::Continue(());
    let evaluation = evaluate(scenario, &policies, sampling, paths, go_on);
    let records: Vec<_> = policies
        .iter()
        .map(|p| PolicyRecord::of(p.as_ref()))
        .collect();
    let question = Question {
        preset: "any",
        scenario,
        sampling,
        paths,
        policies: &records,
    };
    Record::new(question, &evaluation, 0.5)
}

const TWO: [Strategy; 2] = [Strategy::Delta, Strategy::Leland];

#[test]
fn a_record_reads_back() {
    let written = record(&year(), &TWO, Sampling::evaluation(1), 1000);
    let text = serde_json::to_string(&written).unwrap();
    let read = Record::from_json(&text).unwrap();
    assert_eq!(read.scenario, written.scenario);
    assert_eq!(
        Scenario::new(read.scenario.clone()).unwrap().market_hash(),
        written.market
    );
    for (read, written) in read.strategies.iter().zip(&written.strategies) {
        let (policy, known) = (&read.policy, &written.policy);
        assert_eq!(
            (&policy.name, policy.kind, policy.hash, &policy.weights),
            (&known.name, known.kind, known.hash, &known.weights)
        );
        for (read, written) in policy.settings.iter().zip(&known.settings) {
            assert_eq!(read.0, written.0);
            assert!((read.1 - written.1).abs() <= 3e-16 * written.1.abs());
        }
        assert_eq!(policy.settings.len(), known.settings.len());
        assert_eq!(read.representatives, written.representatives);
        let figures = |record: &hedgelab::record::StrategyRecord| {
            let of = record.statistics;
            [
                of.mean,
                of.std,
                of.rsmse,
                of.var99,
                of.cvar95,
                of.skewness,
                of.min,
                of.turnover,
            ]
        };
        for (read, written) in figures(read).iter().zip(figures(written)) {
            let (one, other) = (read.value.unwrap(), written.value.unwrap());
            // The reader of JSON may err in the last bit.
            assert!(
                (one - other).abs() <= 3e-16 * other.abs(),
                "{one} against {other}"
            );
            assert_eq!(read.se.is_some(), written.se.is_some());
        }
    }
    let old = text.replacen("\"version\":1", "\"version\":7", 1);
    let refused = Record::from_json(&old).unwrap_err().to_string();
    assert!(refused.contains("version 7; allowed: 1"), "{refused}");
}

#[test]
fn a_record_of_before_policies_had_names_of_their_own_is_read() {
    let written = record(&year(), &TWO, Sampling::evaluation(1), 500);
    let mut old = serde_json::to_value(&written).unwrap();
    for policy in old["strategies"].as_array_mut().unwrap() {
        let policy = policy.as_object_mut().unwrap();
        assert!(policy.remove("kind").is_some());
        policy.remove("settings");
    }
    // As it was written: the trained one was called learned.
    let text = old.to_string().replace("\"leland\"", "\"learned\"");
    let read = Record::from_json(&text).unwrap();
    let kinds: Vec<Strategy> = read.strategies.iter().map(|s| s.policy.kind).collect();
    assert_eq!(kinds, [Strategy::Delta, Strategy::Learned]);
    assert_eq!(read.record, written.record);
    assert_eq!(read.paired[0].strategy, "learned");
}

#[test]
fn a_record_is_named_by_its_question_and_by_nothing_else() {
    let sampling = Sampling::evaluation(1);
    let name = |scenario: &Scenario, strategies: &[Strategy], sampling, paths| {
        record(scenario, strategies, sampling, paths).record
    };
    let base = year();
    let asked = name(&base, &TWO, sampling, 500);
    let mut parameters = base.clone().into_parameters();
    parameters.title = "another".into();
    parameters.training.batch = 7;
    parameters.strategies.selected = vec![Strategy::None];
    let same = Scenario::new(parameters).unwrap();
    assert_eq!(name(&same, &TWO, sampling, 500), asked);
    assert_eq!(
        name(&base, &[Strategy::Leland, Strategy::Delta], sampling, 500),
        asked
    );
    let with = |field, value| base.with([(field, value)]).unwrap();
    // Nobody in this run has a risk aversion.
    let averse = with("strategies.band_risk_aversion", "3");
    assert_eq!(name(&averse, &TWO, sampling, 500), asked);
    let antithetic = Sampling {
        antithetic: true,
        ..sampling
    };
    let others: BTreeSet<ContentHash> = [
        asked,
        name(&base, &TWO, Sampling::evaluation(2), 500),
        name(&base, &TWO, antithetic, 500),
        name(&base, &TWO, sampling, 501),
        name(&base, &TWO[..1], sampling, 500),
        name(&with("market.drift", "0.2"), &TWO, sampling, 500),
        name(&with("strategies.leland_memory", "2"), &TWO, sampling, 500),
    ]
    .into();
    assert_eq!(others.len(), 7);
}

#[test]
fn policies_with_other_parameters_or_weights_have_other_hashes() {
    let base = year();
    let with = |field, value| base.with([(field, value)]).unwrap();
    let mut hashes = BTreeSet::new();
    let rules = [
        Strategy::None,
        Strategy::Delta,
        Strategy::Leland,
        Strategy::Band,
        Strategy::SoftBand,
        Strategy::Static,
    ];
    for policy in baselines(&base, &rules) {
        assert!(hashes.insert(policy.hash()), "{}", policy.strategy().name());
    }
    let band = baselines(
        &with("strategies.band_risk_aversion", "0.5"),
        &[Strategy::Band],
    );
    assert!(hashes.insert(band[0].hash()));
    for preset in ["paper-year", "paper-month", "thin-book"] {
        assert!(hashes.insert(shipped(preset).unwrap().hash()), "{preset}");
    }
    let again = shipped("paper-year").unwrap();
    assert!(
        !hashes.insert(again.hash()),
        "the same weights have the same hash"
    );
}
