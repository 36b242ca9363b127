//! What names a market and a run.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hedgelab::presets;
use hedgelab::scenario::Scenario;
use hedgelab::scenario::fields::{Access, FIELDS, Field};

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
