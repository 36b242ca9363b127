//! Hedging in one market what was trained in another: what is refused.

use std::process::Command;

#[test]
fn a_preset_that_is_named_twice_is_refused_in_one_line() {
    let output = Command::new(env!("CARGO_BIN_EXE_hedgelab"))
        .args(["transfer", "paper-year", "paper-month", "paper-year"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "hedgelab: paper-year: is named twice; allowed: each preset once\n"
    );
}
