//! `hedgelab prices --fit` and `hedgelab plot prices --fit`, as they are called.

use crate::program::{ran, ran_quietly, refused};
use hedgelab::history::{date_text, parse_day};
use hedgelab::presets;
use hedgelab::scenario::Process;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Prices of a simulated path of a preset's market, so many business days, as a file.
fn write_prices(here: &Path, preset: &str, changes: &str, days: usize) {
    let years = days as f64 / 261.0;
    let line = format!(
        "paths {preset} --paths 1 --csv --set steps={days} --set contract.maturity={years}{changes}"
    );
    let mut text = String::from("date,close\n");
    let mut day = parse_day("2005-01-03").unwrap();
    for line in ran(here, &line).lines().skip(1) {
        let price = line.split(',').nth(3).unwrap();
        text.push_str(&format!("{},{price}\n", date_text(day)));
        // 1970-01-01 was a Thursday.
        day += 86_400_000_000;
        while matches!(day.div_euclid(86_400_000_000).rem_euclid(7), 2 | 3) {
            day += 86_400_000_000;
        }
    }
    fs::write(here.join("x.csv"), text).unwrap();
}

#[test]
fn a_fitted_market_is_printed_saved_and_hedged_in() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    write_prices(here, "garch-month", "", 2600);
    let told = ran_quietly(here, "prices x.csv --fit gjr_garch --out fit.ron");
    for said in [
        "x.csv: GJR-GARCH by quasi-maximum likelihood",
        "2 600 returns, 2005-01-03 to",
        "(all prices)",
        "market.variance_persistence",
        "log-likelihood",
        "falls raise the variance more than rises: by",
        "autocorrelation of squares, lag 10",
        "saved fit.ron",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    let fit = presets::load_file(&here.join("fit.ron")).unwrap();
    let base = presets::built_in("paper-month").unwrap();
    assert_eq!(fit.market.process, Process::GjrGarch);
    assert_eq!((fit.steps, &fit.contract), (base.steps, &base.contract));
    assert_eq!(fit.title, "GJR-GARCH fitted to x.csv");
    ran(
        here,
        "evaluate ./fit.ron --paths 500 --strategies delta,instant_delta",
    );
    let taken = refused(here, "prices x.csv --fit gjr_garch --out fit.ron", 1);
    assert!(
        taken.contains("exists already; --force replaces it"),
        "{taken}"
    );
    ran_quietly(here, "prices x.csv --fit gjr_garch --out fit.ron --force");
    let json = "prices x.csv --fit gjr_garch --for paper-month --json";
    let json: Value = serde_json::from_str(&ran_quietly(here, json)).unwrap();
    let fit = &json["fit"];
    assert_eq!(fit["only_training"], true);
    assert_eq!(fit["last"], json["ranges"]["training"]["last"]);
    assert_eq!(fit["returns"], 1560);
    assert_eq!(fit["parameters"][1]["field"], "market.volatility");
    assert!(fit["parameters"][1]["se"].as_f64().unwrap() > 0.0);
    assert_eq!(fit["squares"].as_array().unwrap().len(), 40);
    let told = ran_quietly(here, "prices x.csv --fit gjr_garch --for paper-month");
    assert!(told.contains("(the range for training alone)"), "{told}");
}

#[test]
fn heston_is_fitted_and_drawn_or_said_to_be_untold() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let wild = " --set market.mean_reversion=8 --set market.volatility_of_variance=0.8";
    write_prices(here, "heston-year", wild, 4000);
    let told = ran_quietly(
        here,
        "prices x.csv --fit heston --from paper-year --out ./h.ron",
    );
    for said in [
        "Heston's variance by moments",
        "market.mean_reversion (per year)",
        "half-life of the variance (years)",
        "saved ./h.ron",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    ran(
        here,
        "evaluate h.ron --paths 200 --strategies minimum_variance",
    );
    for (line, said) in [
        (
            "--fit heston --out h.svg",
            "Heston's variance fitted to x.csv: quantiles",
        ),
        (
            "--fit heston --show squares --out s.svg",
            "fitted to x.csv: squared returns",
        ),
    ] {
        let printed = ran(here, &format!("plot prices x.csv {line}"));
        assert!(printed.contains(said), "{printed}");
    }
    ran(
        here,
        "plot prices x.csv --fit gjr_garch --show squares --out s.csv",
    );
    let table = fs::read_to_string(here.join("s.csv")).unwrap();
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert_eq!(rows.len(), 41, "{table}");
    assert!(
        rows[0].starts_with("lag (returns),of the returns,"),
        "{table}"
    );
    ran(here, "plot prices x.csv --fit heston --out q.csv");
    let table = fs::read_to_string(here.join("q.csv")).unwrap();
    // The returns lie within the band of what they were drawn from, nearly everywhere.
    let inside = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter(|line| {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            (cells[2]..=cells[3]).contains(&cells[4])
        });
    assert!(inside.count() > 110, "{table}");
    write_prices(here, "paper-year", "", 1000);
    let untold = refused(here, "prices x.csv --fit heston", 1);
    assert!(
        untold.contains("x.csv: these returns do not tell Heston's variance"),
        "{untold}"
    );
    let told = ran_quietly(here, "prices x.csv --fit gjr_garch");
    assert!(
        told.contains("note: no persistence and no leverage found"),
        "{told}"
    );
    write_prices(here, "paper-year", "", 60);
    let few = refused(here, "prices x.csv --fit gjr_garch", 1);
    assert!(
        few.contains("there are 60 returns to fit to; allowed: at least 250"),
        "{few}"
    );
    refused(here, "prices x.csv --fit gjr_garch --out a.txt/b", 2);
}
