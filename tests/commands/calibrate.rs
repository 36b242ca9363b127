//! Quoted books from the command line: what is told, kept in a preset and drawn; and a real half hour where it can be had.

#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

use crate::program::{ran, ran_quietly, refused};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The folder with the made-up snapshots in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = ran_quietly(folder.path(), "calibrate --example");
    fs::write(folder.path().join("book.csv"), text).unwrap();
    folder
}

#[test]
fn a_calibration_is_told_and_printed_as_json() {
    let folder = folder();
    let text = ran_quietly(folder.path(), "calibrate book.csv");
    for part in [
        "book.csv: snapshots",
        "left out: 0 crossed",
        "spread_slope, bid",
        "After large trades",
        "cannot be told from infinity",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let json: Value =
        serde_json::from_str(&ran_quietly(folder.path(), "calibrate book.csv --json")).unwrap();
    for family in ["paper", "spread_exponent", "spread_slope"] {
        for side in ["ask", "bid"] {
            let fit = &json["families"][family][side];
            let mut names: Vec<&String> = fit.as_object().unwrap().keys().collect();
            names.sort();
            assert_eq!(names, ["depth", "exponent", "half_spread", "r2", "slope"]);
            assert!(fit["slope"]["value"].as_f64().unwrap() > 0.0);
            assert!(fit["slope"]["se"].as_f64().unwrap() >= 0.0);
        }
    }
    assert_eq!(json["counts"]["books"], 3000);
    // A book of which all is known: what follows its trades is told and needs no note.
    let figure = |figure: &Value| ["value", "se"].map(|part| figure[part].as_f64().unwrap());
    let study = &json["event_study"];
    for (found, known) in [
        (&study["ask"]["half_life"], 3.976),
        (&study["bid"]["half_life"], 3.976),
        (&study["mid"]["permanent"], 0.6e-4),
        (&study["mid"]["transient"], 1.2e-4),
        (&study["mid"]["half_life"], 9.551),
    ] {
        let [value, error] = figure(found);
        assert!((value - known).abs() < 3.0 * error, "{known}: {found}");
    }
    assert!(!json["notes"].to_string().contains("not told"), "{json}");
    assert_eq!(json["event_study"]["step"], 3600.0);
}

#[test]
fn where_too_little_is_known_of_what_follows_trades_a_note_says_so() {
    let folder = folder();
    let text = fs::read_to_string(folder.path().join("book.csv")).unwrap();
    // A heading and ten minutes, with five trades.
    let short: Vec<&str> = text.lines().take(601).collect();
    fs::write(folder.path().join("short.csv"), short.join("\n")).unwrap();
    let text = ran_quietly(folder.path(), "calibrate short.csv");
    for part in [
        "note: how the ask side refills is not told: 3 large trades, and it takes 8",
        "note: how the bid side refills is not told: 2 large trades, and it takes 8",
        "note: what the mid keeps is not told: 5 large trades, and it takes 8",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_preset_with_the_book_found_is_written_and_opens() {
    let folder = folder();
    let text = ran_quietly(
        folder.path(),
        "calibrate book.csv --from paper-month --out found.ron",
    );
    assert!(text.ends_with("saved found.ron\n"), "{text}");
    let json: Value =
        serde_json::from_str(&ran_quietly(folder.path(), "calibrate book.csv --json")).unwrap();
    let preset = fs::read_to_string(folder.path().join("found.ron")).unwrap();
    let depth = json["common"]["spread_exponent"]["depth"].as_f64().unwrap();
    assert!(preset.contains(&format!("depth: {depth}")), "{preset}");
    assert!(preset.contains("ask_decay: \"inf\""), "{preset}");
    assert!(preset.contains("book of book.csv"), "{preset}");
    // What the mid keeps is in it, and the slope of the ladder is that of the book and that of the mid together.
    let mid = |what: &str| json["event_study"]["mid"][what]["value"].as_f64().unwrap();
    let (lasts, passes) = (mid("permanent_per_share"), mid("transient_per_share"));
    let found = hedgelab::presets::parse(&preset, "found.ron").unwrap();
    let book = &found.order_book;
    let close = |x: f64, y: f64| assert!((x / y - 1.0).abs() < 1e-9, "{x} against {y}");
    close(book.mid_impact, lasts + passes);
    close(book.mid_permanent, lasts / (lasts + passes));
    let seconds = 252.0 * 8.0 * 3600.0;
    close(book.mid_decay * mid("half_life"), 2f64.ln() * seconds);
    let common = &json["common"]["spread_exponent"];
    let slope = |half: &str, bend: f64, sign: f64| {
        (1.0 + sign * common[half].as_f64().unwrap()) * bend / depth
    };
    for (half, exponent, sign, now) in [
        ("ask_half_spread", "ask_exponent", 1.0, book.ask_exponent),
        ("bid_half_spread", "bid_exponent", -1.0, book.bid_exponent),
    ] {
        let quoted = slope(half, (common[exponent].as_f64().unwrap() - 1.0).abs(), sign);
        let own = slope(half, (now - 1.0).abs(), sign);
        assert!(
            (own - (quoted - book.mid_impact).max(0.0)).abs() < 1e-9 * quoted,
            "{own} {quoted}"
        );
    }
    ran(
        folder.path(),
        "evaluate found.ron --strategies delta --paths 200",
    );
    assert!(refused(folder.path(), "calibrate book.csv --out found.ron", 1).contains("--force"));
    ran_quietly(folder.path(), "calibrate book.csv --out found.ron --force");
}

#[test]
fn figures_are_drawn_and_have_their_data() {
    let folder = folder();
    for (flag, heading) in [
        ("", "shares in front"),
        (" --aftermath", "time after the trade"),
    ] {
        ran(
            folder.path(),
            &format!("plot calibration book.csv -o x.svg{flag}"),
        );
        assert!(
            fs::read_to_string(folder.path().join("x.svg"))
                .unwrap()
                .starts_with("<svg")
        );
        let table = ran_quietly(
            folder.path(),
            &format!("plot calibration book.csv --out - --format csv{flag}"),
        );
        assert!(table.contains(heading), "{table}");
    }
    refused(folder.path(), "plot prices book.csv book.csv -o x.svg", 2);
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    let folder = folder();
    fs::write(
        folder.path().join("bad.csv"),
        "time,bid_price_1,bid_size_1,ask_price_1,ask_size_1\n1,x,1,2,1\n",
    )
    .unwrap();
    let few = "time,bid_price_1,bid_size_1,ask_price_1,ask_size_1\n1,1,1,2,1\n";
    fs::write(folder.path().join("few.csv"), few).unwrap();
    for (line, code, told) in [
        (
            "calibrate bad.csv",
            1,
            "bad.csv: line 2, bid_price_1: is \"x\"",
        ),
        ("calibrate few.csv", 1, "0 with 4 levels or more"),
        ("calibrate none.csv", 2, "none.csv"),
        ("calibrate book.csv --within 0", 2, "--within 0: allowed"),
        ("calibrate book.csv --from nothing", 2, "nothing"),
        ("calibrate book.csv --format dbn", 1, "is no DBN"),
    ] {
        let complaint = refused(folder.path(), line, code);
        assert!(complaint.contains(told), "{line}: {complaint}");
    }
}

/// Order events of half an hour of a coin, which a package of the Python index brings under the GPL: not kept here,
/// but fetched where that is possible.
#[test]
#[ignore = "needs the Python index"]
fn a_real_half_hour_has_a_thin_spread_and_a_steep_book() {
    let folder = tempfile::tempdir().unwrap();
    let Some(text) = real(folder.path()) else {
        return;
    };
    fs::write(folder.path().join("real.csv"), text).unwrap();
    let json: Value =
        serde_json::from_str(&ran_quietly(folder.path(), "calibrate real.csv --json")).unwrap();
    let r2 = |family: &str, side: &str| json["families"][family][side]["r2"].as_f64().unwrap();
    for side in ["ask", "bid"] {
        assert!(r2("paper", side) < 0.8, "{json}");
        assert!(
            r2("spread_exponent", side) > 0.85 && r2("spread_slope", side) > 0.85,
            "{json}"
        );
    }
    // Near-empty books before a trade do not make shares of thousands of percent, and what is not known is said.
    let study = &json["event_study"];
    for side in ["ask", "bid"] {
        assert!(study[side]["trades"].as_u64().unwrap() > 300, "{study}");
        for missing in study[side]["missing"].as_array().unwrap() {
            assert!(missing["value"].as_f64().unwrap().abs() < 1.0, "{study}");
        }
        let at_once = &study[side]["missing"][0];
        let [share, error] = ["value", "se"].map(|part| at_once[part].as_f64().unwrap());
        assert!(share > 3.0 * error, "{study}");
        let untold = format!("how the {side} side refills is not told");
        assert!(json["notes"].to_string().contains(&untold), "{json}");
    }
}

/// The events as changes of levels, in Tardis's columns; `None`, with a word, where they cannot be had.
fn real(folder: &Path) -> Option<String> {
    let script = "import gzip, csv, sys, os, collections\n\
        rows = csv.DictReader(gzip.open(sys.argv[1], 'rt'))\n\
        rows = sorted(rows, key=lambda row: int(row['timestamp']))\n\
        size, live = collections.Counter(), {}\n\
        print('timestamp,side,price,amount')\n\
        for row in rows:\n    \
            key, price = row['id'], row['price']\n    \
            if float(price) <= 0: continue\n    \
            old = live.pop(key, None)\n    \
            sides = set()\n    \
            if old: size[old[:2]] -= old[2]; sides.add(old[:2])\n    \
            if row['action'] != 'deleted':\n        \
                side = 'bid' if row['direction'] == 'bid' else 'ask'\n        \
                live[key] = (side, price, round(1e8 * float(row['volume'])))\n        \
                size[(side, price)] += live[key][2]; sides.add((side, price))\n    \
            for side in sorted(sides): print(f\"{row['timestamp']},{side[0]},{side[1]},{max(size[side], 0) / 1e8:.8f}\")\n";
    let get = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
        .args([
            folder.join("package").as_os_str(),
            "ob-analytics==0.1.0".as_ref(),
        ])
        .output();
    if !get.is_ok_and(|output| output.status.success()) {
        println!("skipped: the package ob-analytics cannot be had");
        return None;
    }
    let events = folder.join("package/ob_analytics/_sample_data/orders.csv.gz");
    let output = Command::new("python3")
        .args(["-c", script])
        .arg(events)
        .output()
        .ok()?;
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).ok()
}
