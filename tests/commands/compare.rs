//! Sets on the command line: compared as a whole, and each of their scenarios by its name.

use std::process::Command;

/// Standard output of a command that must succeed.
fn ran(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_hedgelab"))
        .args(arguments)
        .output()
        .unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a command says that must be refused as not understood.
fn refused(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_hedgelab"))
        .args(arguments)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn json(arguments: &[&str]) -> serde_json::Value {
    serde_json::from_str(&ran(arguments)).unwrap()
}

#[test]
fn a_set_is_compared_in_one_table_and_its_figures_are_those_of_each_scenario_alone() {
    let few = ["--paths", "3000", "--json"];
    let set = json(&[&["compare", "figure-3"], &few[..]].concat());
    let rows = set["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 5);
    assert_eq!(set["compared_with"]["policy"], "delta");
    for name in ["no impact", "impact 0.02"] {
        let mine = rows.iter().find(|row| row["pin"] == name).unwrap();
        let alone = json(&[&["evaluate", "figure-3", "--pin", name], &few[..]].concat());
        let alone = &alone["strategies"][0];
        assert_eq!(alone["name"], "learned");
        for measure in ["mean", "rsmse", "turnover"] {
            let of_set = mine["statistics"][measure]["value"].as_f64().unwrap();
            let of_one = alone[measure]["value"].as_f64().unwrap();
            assert!(
                (of_set - of_one).abs() < 1e-9 * of_one.abs().max(1.0),
                "{name} {measure}"
            );
        }
        assert!(mine["less"]["rsmse"]["se"].as_f64().unwrap() > 0.0);
    }
    let text = ran(&["compare", "figure-3", "--paths", "640", "--in", "no impact"]);
    assert!(text.contains("- the same in no impact"), "{text}");
    let text = ran(&["compare", "figure-4", "--paths", "640", "--with", "leland"]);
    assert!(
        text.contains("learned in refills at once") && text.contains("- leland"),
        "{text}"
    );
}

#[test]
fn a_pin_is_shown_on_the_path_of_its_set() {
    let path = |arguments: &[&str]| json(arguments)["spot"].clone();
    let set = path(&["replay", "figure-5", "--path", "shown", "--json"]);
    let pin = ["--pin", "refills at once", "--path", "shown", "--json"];
    assert_eq!(path(&[&["replay", "figure-5"], &pin[..]].concat()), set);
}

#[test]
fn a_name_that_is_none_is_refused_with_those_there_are() {
    let told = refused(&["evaluate", "figure-3", "--pin", "impact"]);
    assert!(told.contains("no impact, impact 0.02"), "{told}");
    let told = refused(&["evaluate", "paper-year", "--pin", "x"]);
    assert!(told.contains("no pins"), "{told}");
    let told = refused(&["compare", "figure-3", "--in", "x"]);
    assert!(told.contains("no impact, impact 0.02"), "{told}");
    let told = refused(&["compare", "figure-3", "--with", "x", "--paths", "64"]);
    assert!(told.contains("delta, leland, learned"), "{told}");
}
