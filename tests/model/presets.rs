//! Presets: what is built in, what is saved, and what bad files are told.

use hedgelab::presets::{self, BUILT_IN};
use hedgelab::scenario::fields::{FIELDS, Field};
use hedgelab::scenario::{Parameters, Scenario};
use proptest::prelude::*;
use std::fs;

fn year() -> &'static str {
    BUILT_IN
        .iter()
        .find(|(name, _)| *name == "paper-year")
        .unwrap()
        .1
}

fn complaint(text: &str) -> String {
    presets::parse(text, "mine.ron").unwrap_err().to_string()
}

#[test]
fn every_built_in_preset_loads_and_survives_saving() {
    assert!(BUILT_IN.len() >= 11);
    for (name, text) in BUILT_IN {
        let scenario = presets::parse(text, name).unwrap();
        assert_eq!(
            presets::parse(&presets::text(&scenario).unwrap(), name).unwrap(),
            scenario
        );
    }
}

#[test]
fn the_papers_cells_have_the_papers_numbers() {
    for (name, maturity, steps, impact) in [
        ("paper-year", 1.0, 12, 0.01),
        ("paper-month", 30.0 / 252.0, 30, 0.01),
        ("paper-day", 1.0 / 252.0, 8, 0.001),
    ] {
        let cell = presets::built_in(name).unwrap();
        assert_eq!((cell.market.drift, cell.market.volatility), (0.10, 0.1898));
        assert_eq!((cell.contract.maturity, cell.steps), (maturity, steps));
        assert!((cell.order_book.ask_exponent - 1.0 - impact).abs() < 1e-15);
        assert!((1.0 - cell.order_book.bid_exponent - impact).abs() < 1e-15);
        assert_eq!(
            (cell.order_book.ask_decay, cell.order_book.bid_decay),
            (0.0, 0.0)
        );
    }
}

#[test]
fn a_bad_file_is_told_where_what_and_what_is_allowed() {
    let replaced = |from: &str, to: &str| complaint(&year().replace(from, to));
    let cases = [
        (
            replaced("volatility: 0.1898", "volatility: -0.2"),
            "mine.ron:9:9: market.volatility is -0.2; allowed: 0 to 5 (per square-root year)",
        ),
        (
            replaced("volatility: 0.1898", "volatility: NaN"),
            "mine.ron:9:9: market.volatility is NaN",
        ),
        (replaced("spot: 1000.0", "spot: \"high\""), "mine.ron:7:"),
        (replaced("spot: 1000.0", "spott: 1000.0"), "`spott`"),
        (replaced("        spot: 1000.0,\n", ""), "`spot`"),
        (
            replaced("version: 1", "version: 7"),
            "mine.ron:2:5: version is 7; allowed: 1",
        ),
        (
            replaced("steps: 12", "steps: 0"),
            "steps is 0; allowed: a whole number from 1 to 100000",
        ),
        (replaced("steps: 12", "steps: 12.5"), "mine.ron:26:"),
        (replaced("steps: 12,", "steps: 12"), "mine.ron:27:"),
        (
            replaced("ask_decay: 0.0", "ask_decay: \"never\""),
            "a rate per year or inf",
        ),
        (
            replaced("ask_exponent: 1.01", "ask_exponent: 0.99"),
            "order_book.ask_exponent is 0.99; allowed: 1 to 10",
        ),
        (replaced("kind: call", "kind: straddle"), "straddle"),
        (
            replaced(
                "selected: [delta, leland, learned]",
                "selected: [delta, delta]",
            ),
            "strategies.selected is delta,delta",
        ),
        (
            replaced("seed: 1,", "seed: 1,\n    shown_path: [1000.0, 1.0],"),
            "shown_path is 2 prices; allowed: 13 prices",
        ),
        (
            replaced(
                "title: \"Paper: one year, monthly, impact 0.01\"",
                "title: \"\"",
            ),
            "title is \"\"; allowed: one line",
        ),
        (complaint(""), "mine.ron:1:1: is empty"),
        (complaint("   \n"), "is empty"),
        (complaint("hello"), "mine.ron:1:1"),
        (complaint(&"(".repeat(100_000)), "mine.ron:1:"),
    ];
    for (message, expected) in cases {
        assert!(
            message.contains(expected),
            "{message}\nshould hold\n{expected}"
        );
        assert!(message.starts_with("mine.ron:"), "{message}");
    }
}

#[test]
fn what_is_no_text_file_is_refused_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str| {
        presets::load_file(&folder.path().join(name))
            .unwrap_err()
            .to_string()
    };
    fs::write(
        folder.path().join("binary"),
        b"(version: 1,\n  title: \"\xff\xfe\"",
    )
    .unwrap();
    assert!(
        told("binary").ends_with("binary:2:11: is not UTF-8 text"),
        "{}",
        told("binary")
    );
    assert!(told("missing").contains("missing"));
    fs::create_dir(folder.path().join("folder")).unwrap();
    assert!(told("folder").contains("a directory"));
    // A sparse gigabyte: refused by its size, unread.
    fs::File::create(folder.path().join("huge"))
        .unwrap()
        .set_len(1 << 30)
        .unwrap();
    assert!(told("huge").contains("1073741824 bytes; allowed: at most 4194304"));
    fs::write(folder.path().join("marked"), format!("\u{feff}{}", year())).unwrap();
    assert!(presets::load_file(&folder.path().join("marked")).is_ok());
}

#[test]
fn a_failed_save_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.ron");
    let scenario = presets::built_in("paper-day").unwrap();
    presets::save(&scenario, &path).unwrap();
    let before = fs::read(&path).unwrap();
    // A folder where the file should be.
    assert!(presets::save(&scenario, folder.path()).is_err());
    // A file where a folder should be.
    assert!(presets::save(&scenario, &path.join("below")).is_err());
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn every_field_reads_back_what_it_prints_and_is_found_in_a_file() {
    let scenario = presets::built_in("figure-4").unwrap();
    for field in FIELDS {
        let mut copy = scenario.clone().into_parameters();
        field.set(&mut copy, &field.get(&scenario)).unwrap();
        assert_eq!(&copy, &*scenario, "{}", field.path);
        assert!(!field.meaning.is_empty() && !field.label.is_empty());
    }
    let paths: std::collections::HashSet<_> = FIELDS.iter().map(|field| field.path).collect();
    assert_eq!(paths.len(), FIELDS.len());
}

#[test]
fn typed_values_are_refused_or_mean_what_they_say() {
    let scenario = presets::built_in("paper-year").unwrap();
    for (field, text) in [
        ("market.spot", "1e400"),
        ("market.spot", "-0"),
        ("market.spot", ""),
        ("market.spot", "nan"),
        ("market.spot", "inf"),
        ("order_book.ask_decay", "-1"),
        ("steps", "1.5"),
        ("steps", "-3"),
        ("contract.kind", "Call"),
        ("training.hidden", "32,,32"),
        ("limits.max_trade", "0"),
        ("contract.premium", "cheap"),
        ("limits.max_position", "inf"),
        ("seed", "-1"),
    ] {
        let error = scenario.with([(field, text)]).unwrap_err().to_string();
        assert!(
            error.starts_with(field) && error.contains("allowed: "),
            "{error}"
        );
    }
    let changed = scenario
        .with([
            ("order_book.ask_decay", "inf"),
            ("market.drift", "-0"),
            ("contract.premium", "60"),
            ("limits.max_trade", "none"),
        ])
        .unwrap();
    assert!(changed.order_book.ask_decay.is_infinite() && changed.market.drift.is_sign_positive());
    let names: Vec<_> = changed
        .differences(&scenario)
        .iter()
        .map(|field| field.path)
        .collect();
    assert_eq!(
        names,
        ["market.drift", "order_book.ask_decay", "contract.premium"]
    );
    assert!(
        Field::find("market.spit")
            .unwrap_err()
            .to_string()
            .contains("market.spot")
    );
}

#[test]
fn combinations_that_cannot_be_are_refused() {
    let year = presets::built_in("paper-year").unwrap();
    let refused = |changes: [(&str, &str); 2]| year.with(changes).unwrap_err().field;
    assert_eq!(
        refused([("limits.min_position", "2"), ("limits.max_position", "1")]),
        "limits.min_position"
    );
    assert_eq!(
        refused([("limits.min_position", "0.5"), ("limits.max_position", "1")]),
        "initial.position"
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(cut in 0usize..1400, junk in "\\PC{0,12}") {
        let text = year();
        let cut = (0..=cut.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap();
        let _either = presets::parse(&format!("{}{junk}{}", &text[..cut], &text[cut..]), "x");
        let _either = presets::parse(&text[..cut], "x");
    }

    #[test]
    fn any_scenario_survives_saving_to_the_last_bit(drift in -5.0..5.0f64, spot in 1e-6..1e9f64, infinite: bool) {
        let mut parameters: Parameters = presets::built_in("paper-year").unwrap().into_parameters();
        parameters.market.drift = drift;
        parameters.market.spot = spot;
        if infinite {
            parameters.order_book.bid_decay = f64::INFINITY;
        }
        let scenario = Scenario::new(parameters).unwrap();
        prop_assert_eq!(&presets::parse(&presets::text(&scenario).unwrap(), "x").unwrap(), &scenario);
        let json = serde_json::to_value(&*scenario).unwrap();
        prop_assert_eq!(json["market"]["drift"].as_f64(), Some(drift));
        prop_assert_eq!(json["order_book"]["bid_decay"] == "inf", infinite);
    }
}
