//! Figures that are taken away: every view in every form, read again by programs that know nothing of
//! how they were written.

use resvg::tiny_skia::Pixmap;
use resvg::usvg::{Group, Node, Options, Rect, TextChunk, Tree, fontdb, roxmltree};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;

fn hedgelab(home: &Path, line: &str) -> Output {
    let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
    command
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("DISPLAY", "")
        .current_dir(home);
    command.args(line.split_whitespace()).output().unwrap()
}

/// What a command prints that must end well.
fn ran(home: &Path, line: &str) -> Vec<u8> {
    let output = hedgelab(home, line);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{line}: {complaint}");
    output.stdout
}

fn text(home: &Path, line: &str) -> String {
    String::from_utf8(ran(home, line)).unwrap()
}

fn json(home: &Path, line: &str) -> Value {
    serde_json::from_str(&text(home, line)).unwrap()
}

/// The bundled fonts alone, as every machine has them.
fn fonts() -> Options<'static> {
    let mut known = fontdb::Database::new();
    known.load_font_data(epaint_default_fonts::UBUNTU_LIGHT.to_vec());
    known.load_font_data(epaint_default_fonts::HACK_REGULAR.to_vec());
    known.set_serif_family("Ubuntu");
    known.set_sans_serif_family("Ubuntu");
    let family = known.faces().next().unwrap().families[0].0.clone();
    known.set_sans_serif_family(family);
    Options {
        fontdb: Arc::new(known),
        ..Options::default()
    }
}

/// Each text of a picture with the box that its letters fill.
fn boxes(group: &Group, found: &mut Vec<(String, Rect)>) {
    for node in group.children() {
        match node {
            Node::Group(group) => boxes(group, found),
            Node::Text(text) => {
                let words: String = text.chunks().iter().map(TextChunk::text).collect();
                found.push((words, text.abs_bounding_box()));
            }
            _ => {}
        }
    }
}

/// Reads a picture: its texts, of which none may leave the sheet or lie on another.
fn texts(svg: &str, what: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let root = document.root_element();
    let number = |name: &str| root.attribute(name).unwrap().parse::<f32>().unwrap();
    let (width, height) = (number("width"), number("height"));
    assert_eq!(
        root.attribute("viewBox").unwrap(),
        format!("0 0 {width} {height}")
    );
    let tree = Tree::from_str(svg, &fonts()).unwrap();
    let mut found = Vec::new();
    boxes(tree.root(), &mut found);
    assert!(found.len() > 6, "{what}: {found:?}");
    for (words, rect) in &found {
        let inside = rect.left() >= 0.0
            && rect.top() >= 0.0
            && rect.right() <= width
            && rect.bottom() <= height;
        assert!(inside, "{what}: {words:?} leaves the sheet: {rect:?}");
    }
    for (i, (one, a)) in found.iter().enumerate() {
        for (other, b) in &found[..i] {
            let apart = a.left() >= b.right()
                || b.left() >= a.right()
                || a.top() >= b.bottom()
                || b.top() >= a.bottom();
            assert!(apart, "{what}: {one:?} lies on {other:?}: {a:?} {b:?}");
        }
    }
    let of_text = |node: roxmltree::Node<'_, '_>| node.text().unwrap_or_default().to_owned();
    let all = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    all.map(of_text).collect()
}

/// A table behind a figure: what stands above it, its headings, and its rows by heading.
struct Read {
    about: BTreeMap<String, String>,
    rows: Vec<BTreeMap<String, String>>,
}

impl Read {
    fn of(csv: &str) -> Self {
        let about = csv.lines().filter_map(|line| line.strip_prefix("# "));
        let about = about.map(|line| line.split_once(": ").unwrap_or((line, "")));
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(csv.as_bytes());
        Self {
            about: about
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            rows: reader.deserialize().map(Result::unwrap).collect(),
        }
    }

    fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
        row[column].parse().unwrap()
    }

    fn of_strategy(&self, name: &str) -> impl Iterator<Item = &BTreeMap<String, String>> {
        let name = name.to_owned();
        self.rows.iter().filter(move |row| row["strategy"] == name)
    }
}

/// Whether a number of a table is one of JSON, whose reader may miss the last bit.
fn same(x: f64, json: &Value) -> bool {
    let other = json.as_f64().unwrap();
    (x - other).abs() <= 1e-15 * other.abs()
}

/// Every view that is drawn, with what its picture must say besides the caption.
const DRAWN: [(&str, &[&str]); 10] = [
    (
        "gaps",
        &[
            "How far from a training for each scenario alone",
            "gap (%)",
            "gap of the best rule (%)",
            "share of scenarios that leave no more (%)",
            "at once",
            "refined",
            "best rule",
        ],
    ),
    (
        "book",
        &[
            "Order book of Learned before its trade, by size",
            "sold to the left, bought to the right (shares)",
            "price of the next share − mid (currency)",
            "ask",
            "bid",
            "cost of spread",
            "of depth",
        ],
    ),
    (
        "liquidity",
        &[
            "Liquidity through time, after the trades of Learned",
            "Ask: distance from mid (bp of mid)",
            "Bid: distance from mid (bp of mid)",
            "eaten",
            "trade",
        ],
    ),
    (
        "policy",
        &[
            "spot (currency)",
            "position after the trade (shares)",
            "held before",
            "spot now",
            "Learned",
            "Delta",
        ],
    ),
    (
        "path",
        &[
            "Price, positions and costs on one path",
            "Price (currency)",
            "Positions (shares)",
            "Cost so far (currency)",
            "strike",
            "Learned",
            "Delta",
            "Leland",
        ],
    ),
    (
        "distribution",
        &[
            "Hedging errors: densities",
            "hedging error (currency; losses to the right)",
            "density (1/currency)",
            "Learned",
            "mean",
            "VaR 95%",
            "CVaR 95%",
        ],
    ),
    (
        "costs",
        &[
            "Where the money went, on average",
            "parts of the hedging error (currency; positive was lost)",
            "premium",
            "payoff",
            "lost",
            "gained",
            "Delta",
        ],
    ),
    (
        "why",
        &[
            "Why Learned trades, date by date",
            "parts of each trade (shares; positive buys)",
            "delta",
            "drift",
            "waiting",
            "damping",
            "memory",
            "network",
            "trade",
        ],
    ),
    (
        "why --date 3",
        &[
            "Why Learned trades at date 3",
            "parts of the trade",
            "waiting",
            "network",
            "trade",
        ],
    ),
    (
        "explorer --cells 24",
        &[
            "Position after the trade of Learned: ask exponent, bid alike against spot",
            "spot (currency)",
            "ask exponent, bid alike",
            "position after the trade (shares)",
            "here",
        ],
    ),
];

#[test]
fn every_view_says_what_it_shows_and_where_it_comes_from_and_no_text_lies_on_another() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    for (view, said) in DRAWN {
        let many = matches!(view, "distribution" | "costs");
        let svg = text(
            home,
            &format!("plot {view} paper-year --paths 2000 --seed 11 --out - --format svg"),
        );
        let found = texts(&svg, view);
        for words in said {
            assert!(
                found.iter().any(|text| text == words),
                "{view}: {words:?} in {found:?}"
            );
        }
        let all = found.join(" ");
        let of = match view {
            _ if many => "2\u{2009}000 paths",
            "gaps" => "scenarios of the same objective",
            _ => "path 0",
        };
        for words in ["(paper-year)", "seed 11", of, "hedgelab 0.1.0"] {
            assert!(all.contains(words), "{view}: {words:?} in {all}");
        }
        let document = roxmltree::Document::parse(&svg).unwrap();
        let named = |tag: &str| document.descendants().find(|node| node.has_tag_name(tag));
        assert!(named("title").unwrap().text().is_some());
        assert!(named("desc").unwrap().text().unwrap().contains("seed 11"));
    }
}

#[test]
fn texts_stand_apart_on_every_sheet_in_every_market_and_for_everybody() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let everybody = "--strategies delta,leland,band,soft_band,static,none";
    let cases = [
        ("paper-year", "--width 1280 --height 800 --theme dark"),
        ("paper-day", "--width 1280 --height 800"),
        ("thin-book", ""),
        ("paper-frictionless", ""),
        ("figure-3", "--width 900 --height 1400"),
        (
            "paper-year",
            "--set contract.kind=put --set contract.position=long --set steps=250",
        ),
        (
            "paper-year",
            "--set contract.shares=1e7 --set order_book.depth=1e7",
        ),
        (
            "paper-month",
            "--set market.spot=1e-4 --set contract.strike=1e-4",
        ),
    ];
    for (preset, more) in cases {
        for (view, _) in DRAWN {
            let line =
                format!("plot {view} {preset} {more} {everybody} --paths 640 --out - --format svg");
            let output = hedgelab(home, &line);
            let complaint = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{line}: {complaint}");
            texts(&String::from_utf8(output.stdout).unwrap(), &line);
        }
    }
    for chart in [
        "by-position",
        "by-date",
        "paper",
        "map",
        "map-less-delta",
        "time-map",
    ] {
        let line = format!("plot policy paper-year --chart {chart} --out - --format svg");
        texts(&text(home, &line), &line);
    }
    for axes in [
        "--x position --y contract.maturity --colour less-delta",
        "--x market.volatility --y order_book.ask_decay --colour band",
        "--x date --y gain --colour trade",
        "--x market.drift:-0.5:0.5 --y steps",
    ] {
        let line = format!("plot explorer paper-year {axes} --cells 12 --out - --format svg");
        texts(&text(home, &line), &line);
    }
    for shape in ["histogram", "cumulative", "quantiles"] {
        let line = format!(
            "plot distribution paper-year --shape {shape} --paths 640 --out - --format svg"
        );
        texts(&text(home, &line), &line);
    }
}

#[test]
fn a_sheet_without_room_is_refused_with_one_that_has_room() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    for (view, size) in [
        ("path", "--width 300 --height 200"),
        ("path", "--width 200 --height 220"),
        ("costs --path 3", "--width 640 --height 200"),
    ] {
        let line = format!("plot {view} paper-year --out - --format svg");
        let output = hedgelab(home, &format!("{line} {size}"));
        assert_eq!(output.status.code(), Some(2));
        let complaint = String::from_utf8(output.stderr).unwrap();
        let allowed = complaint.split("allowed: ").nth(1).unwrap();
        let mut words = allowed.split_whitespace();
        let (width, height) = (words.next().unwrap(), words.nth(1).unwrap());
        let svg = text(home, &format!("{line} --width {width} --height {height}"));
        texts(&svg, &format!("{view} {width} × {height}"));
    }
}

#[test]
fn a_picture_in_pixels_has_exactly_the_size_that_was_asked_for_and_the_ground_of_its_theme() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    for (view, _) in DRAWN {
        for (asked, pixels, ground) in [
            ("--scale 1", None, [255, 255, 255]),
            (
                "--width 500 --height 640 --scale 1.5",
                Some((750, 960)),
                [255, 255, 255],
            ),
            (
                "--width 700 --height 700 --scale 1 --theme dark",
                Some((700, 700)),
                [17, 20, 24],
            ),
        ] {
            let line = format!("plot {view} paper-year --paths 640 {asked} --out - --format png");
            let bytes = ran(home, &line);
            assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
            let picture = Pixmap::decode_png(&bytes).unwrap();
            if let Some(pixels) = pixels {
                assert_eq!((picture.width(), picture.height()), pixels, "{line}");
            } else {
                assert_eq!(picture.width(), 640, "{line}");
            }
            let corner = picture.pixel(1, 1).unwrap();
            assert_eq!(
                [corner.red(), corner.green(), corner.blue()],
                ground,
                "{line}"
            );
            let others = picture
                .pixels()
                .iter()
                .filter(|pixel| **pixel != corner)
                .count();
            assert!(others > 4000, "{line}: {others} pixels are drawn on");
        }
    }
}

#[test]
fn the_data_of_a_distribution_has_the_figures_of_evaluate_and_densities_of_all_paths() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let common = "paper-year --paths 3000 --seed 5 --strategies delta,leland,none";
    let read = Read::of(&text(
        home,
        &format!("plot distribution {common} --out - --format csv"),
    ));
    let report = json(home, &format!("evaluate {common} --json"));
    assert_eq!(read.about["paths"], "3000");
    assert_eq!(read.about["seed"], "5");
    assert_eq!(read.about["market"], report["market"].as_str().unwrap());
    for strategy in report["strategies"].as_array().unwrap() {
        let name = strategy["name"].as_str().unwrap();
        for (measure, key) in [("mean", "mean"), ("RSMSE", "rsmse"), ("CVaR 95%", "cvar95")] {
            let told = &read.about[&format!("{name}, {measure}")];
            let (value, error) = told.split_once(", se ").unwrap();
            assert!(same(value.parse().unwrap(), &strategy[key]["value"]));
            assert!(same(error.parse().unwrap(), &strategy[key]["se"]));
        }
        let rows: Vec<_> = read.of_strategy(name).collect();
        let paths: f64 = rows.iter().map(|row| Read::number(row, "paths")).sum();
        assert_eq!(paths, 3000.0);
        let inner = &rows[1..rows.len() - 1];
        let within: f64 = inner
            .iter()
            .map(|row| {
                let width =
                    Read::number(row, "to (currency)") - Read::number(row, "from (currency)");
                width * Read::number(row, "density (1/currency)")
            })
            .sum();
        let beyond: f64 = [rows[0], rows[rows.len() - 1]]
            .iter()
            .map(|row| Read::number(row, "share (1)"))
            .sum();
        assert!(
            (within + beyond - 1.0).abs() < 1e-9,
            "{name}: {within} {beyond}"
        );
        // The mean to within a bin's width, where none lies beyond.
        if beyond < 0.01 {
            let mean: f64 = inner
                .iter()
                .map(|row| {
                    let middle = 0.5
                        * (Read::number(row, "to (currency)")
                            + Read::number(row, "from (currency)"));
                    middle * Read::number(row, "share (1)")
                })
                .sum();
            let exact = strategy["mean"]["value"].as_f64().unwrap();
            assert!((mean - exact).abs() < 1.0, "{name}: {mean} {exact}");
        }
    }
}

#[test]
fn differences_are_those_that_evaluate_tells() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let common = "paper-year --paths 3000 --seed 5 --strategies delta,leland";
    let line = format!("plot distribution {common} --against delta --out -");
    let read = Read::of(&text(home, &format!("{line} --format csv")));
    let report = json(home, &format!("evaluate {common} --json"));
    let (value, error) = read.about["leland, mean"].split_once(", se ").unwrap();
    let paired = &report["paired"][0];
    assert_eq!(
        (&paired["strategy"], &paired["against"]),
        (&"leland".into(), &"delta".into())
    );
    assert!(same(value.parse().unwrap(), &paired["mean"]["value"]));
    assert!(same(error.parse().unwrap(), &paired["mean"]["se"]));
    let shares = read
        .of_strategy("leland")
        .map(|row| Read::number(row, "share (1)"));
    assert!((shares.sum::<f64>() - 1.0).abs() < 1e-9);
    assert_eq!(read.of_strategy("delta").count(), 0);
    let found = texts(&text(home, &format!("{line} --format svg")), "differences");
    let name = "hedging error less that of Delta (currency; losses to the right)";
    assert!(found.iter().any(|text| text == name), "{found:?}");
}

#[test]
fn the_data_of_a_path_and_its_ledger_are_those_of_replay_to_the_bit() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let common = "figure-3 --path 17 --seed 3";
    let path = Read::of(&text(
        home,
        &format!("plot path {common} --out - --format csv"),
    ));
    let ledger = Read::of(&text(
        home,
        &format!("plot ledger {common} --out - --format csv"),
    ));
    let report = json(home, &format!("replay {common} --json"));
    for strategy in report["strategies"].as_array().unwrap() {
        let name = strategy["name"].as_str().unwrap();
        let lines = strategy["ledger"].as_array().unwrap();
        let rows: Vec<_> = path.of_strategy(name).collect();
        assert_eq!(rows.len(), lines.len() + 1);
        let mut cost = 0.0;
        for (row, line) in rows.iter().zip(lines) {
            assert!(same(Read::number(row, "spot (currency)"), &line["spot"]));
            assert!(same(
                Read::number(row, "position (shares)"),
                &line["position"]
            ));
            assert!(same(Read::number(row, "trade (shares)"), &line["trade"]));
            assert!(same(
                Read::number(row, "portfolio value (currency)"),
                &line["value_before"]
            ));
            let parts = ["spread", "depth", "memory"];
            cost += parts
                .map(|part| line["cost"][part].as_f64().unwrap())
                .iter()
                .sum::<f64>();
            assert!((Read::number(row, "cost so far (currency)") - cost).abs() < 1e-9);
        }
        let rows: Vec<_> = ledger.of_strategy(name).collect();
        for (row, line) in rows.iter().zip(lines) {
            for (column, key) in [
                ("position after (shares)", "position"),
                ("cash (currency)", "cash"),
                ("cash flow (currency)", "cash_flow"),
            ] {
                assert!(
                    same(Read::number(row, column), &line[key]),
                    "{name} {column}"
                );
            }
        }
        let end = rows[lines.len()];
        let settlement = &strategy["settlement"];
        assert!(same(
            Read::number(end, "hedging error (currency)"),
            &settlement["error"]
        ));
        assert!(same(
            Read::number(end, "strike cash (currency)"),
            &settlement["strike_cash"]
        ));
    }
}

#[test]
fn pinned_scenarios_stand_beside_under_names_of_their_own() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let line = "plot path figure-3 --pins --strategies learned --path shown --out -";
    let found = texts(&text(home, &format!("{line} --format svg")), "with pins");
    let read = Read::of(&text(home, &format!("{line} --format csv")));
    for (name, said, pin) in [
        ("learned", "Learned", None),
        (
            "Learned, no impact",
            "Learned, no impact",
            Some("no impact"),
        ),
        (
            "Learned, impact 0.02",
            "Learned, impact 0.02",
            Some("impact 0.02"),
        ),
    ] {
        assert!(found.iter().any(|text| text == said), "{said} in {found:?}");
        let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
        let replay = [
            "replay",
            "figure-3",
            "--path",
            "shown",
            "--strategies",
            "learned",
            "--json",
        ];
        command.args(replay);
        command.args(pin.iter().flat_map(|pin| ["--pin", pin]));
        let output = command.output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let lines = report["strategies"][0]["ledger"].as_array().unwrap();
        assert_eq!(read.of_strategy(name).count(), lines.len() + 1, "{name}");
        for (row, line) in read.of_strategy(name).zip(lines) {
            assert!(
                same(Read::number(row, "position (shares)"), &line["position"]),
                "{name}"
            );
        }
    }
    let line = "plot distribution figure-3 --pins --paths 640 --out - --format svg";
    let found = texts(&text(home, line), "a distribution with pins");
    assert!(
        found.iter().any(|text| text == "Learned, no impact"),
        "{found:?}"
    );
}

#[test]
fn the_parts_of_costs_add_up_to_the_mean_error_and_to_the_error_of_a_path() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let common = "thin-book --paths 1500 --strategies delta,static";
    let many = Read::of(&text(
        home,
        &format!("plot costs {common} --out - --format csv"),
    ));
    let report = json(home, &format!("evaluate {common} --money --json"));
    let one = Read::of(&text(
        home,
        &format!("plot costs {common} --path 9 --out - --format csv"),
    ));
    let replayed = json(
        home,
        "replay thin-book --path 9 --strategies delta,static --json",
    );
    for place in 0..2 {
        let strategy = &report["strategies"][place];
        let name = strategy["name"].as_str().unwrap();
        let lost = "lost (currency; negative gained)";
        let mut sum = 0.0;
        for row in many
            .of_strategy(name)
            .filter(|row| row["part"] != "hedging error")
        {
            let part = &strategy["costs"][&row["part"]];
            assert!(
                same(Read::number(row, lost), &part["value"]),
                "{name} {}",
                row["part"]
            );
            sum += Read::number(row, lost);
        }
        assert!(same(sum, &strategy["mean"]["value"]), "{name}");
        let of_one = one
            .of_strategy(name)
            .filter(|row| row["part"] != "hedging error");
        let sum = of_one.fold(0.0, |sum, row| sum + Read::number(row, lost));
        let error = &replayed["strategies"][place]["settlement"]["error"];
        assert!(same(sum, error), "{name}");
    }
}

#[test]
fn the_parts_of_trades_are_those_that_replay_prints() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let common = "paper-year --path 7 --strategies delta,learned";
    let report = json(home, &format!("replay {common} --why --json"));
    let plot = format!("plot why {common} --focus delta --out - --format csv");
    let all = Read::of(&text(home, &plot));
    let one = Read::of(&text(home, &format!("{plot} --date 4")));
    let strategy = &report["strategies"][0];
    assert_eq!(all.rows.len(), 12);
    for (date, row) in all.rows.iter().enumerate() {
        let (line, why) = (&strategy["ledger"][date], &strategy["why"][date]);
        let mut sum = 0.0;
        for part in PARTS {
            let told = Read::number(row, &format!("{part} (shares)"));
            assert!(same(told, &why[part]), "{date} {part}");
            sum += told;
        }
        assert!(same(sum, &line["trade"]), "{date}");
        assert!(same(Read::number(row, "trade (shares)"), &line["trade"]));
    }
    for (row, part) in one.rows.iter().zip(PARTS) {
        assert_eq!(row["part"], part);
        let moves = Read::number(row, "moves (shares)");
        assert!(same(moves, &strategy["why"][4][part]));
    }
    assert_eq!(one.about["date"], "4");
    assert_eq!(one.about["trades of"], "delta");
    let settings = &report["soft_band"];
    let told = one.about["risk aversion"].parse().unwrap();
    assert!(same(told, &settings["risk_aversion"]));
}

/// The parts of a trade, in the order in which they add up.
const PARTS: [&str; 8] = [
    "delta", "drift", "waiting", "damping", "memory", "own", "limits", "rounding",
];

#[test]
fn the_book_of_the_data_costs_what_the_trade_of_the_ledger_did() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let common = "paper-year --path 7 --strategies delta";
    let book = Read::of(&text(
        home,
        &format!("plot book {common} --date 4 --out - --format csv"),
    ));
    let report = json(home, &format!("replay {common} --json"));
    let line = &report["strategies"][0]["ledger"][4];
    let told = |name: &str| book.about[name].parse::<f64>().unwrap();
    assert!(same(told("trade (shares)"), &line["trade"]));
    assert!(same(told("mid (currency)"), &line["spot"]));
    for part in ["spread", "depth", "memory"] {
        assert!(same(
            told(&format!("cost of {part} (currency)")),
            &line["cost"][part]
        ));
    }
    // What the next share costs rises from the most sold to the most bought.
    let prices = book
        .rows
        .iter()
        .map(|row| Read::number(row, "price of the next share (currency)"));
    assert!(prices.collect::<Vec<_>>().is_sorted());
}

#[test]
fn prices_against_a_parameter_are_those_that_price_prints() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let over = "paper-year --paths 3000 --seed 5 --over market.volatility --points 3";
    let json = json(home, &format!("price {over} --json"));
    let csv = text(home, &format!("plot price {over} --out - --format csv"));
    let data = Read::of(&csv);
    let points = json["points"].as_array().unwrap();
    assert_eq!(data.rows.len(), points.len() * 3 * 3);
    for row in &data.rows {
        let value = Read::number(row, "market.volatility (per square-root year)");
        let point = points.iter().find(|point| same(value, &point["value"]));
        let point = point.unwrap();
        let mut strategies = point["strategies"].as_array().unwrap().iter();
        let strategy = strategies.find(|s| s["name"] == row["strategy"]).unwrap();
        let premium = &strategy[&row["price"]];
        assert!(same(
            Read::number(row, "premium (currency)"),
            &premium["value"]
        ));
        assert!(same(
            Read::number(row, "standard error (currency)"),
            &premium["se"]
        ));
        assert!(same(
            Read::number(row, "Black–Scholes (currency)"),
            &point["black_scholes"]
        ));
        let stale = strategy["trained_elsewhere"].as_bool().unwrap();
        assert_eq!(row["trained elsewhere"], if stale { "yes" } else { "no" });
    }
    let svg = text(
        home,
        &format!("plot price {over} --rule cvar --out - --format svg"),
    );
    let found = texts(&svg, "price");
    for words in [
        "Premium at which the mean of the worst errors is zero",
        "premium (currency)",
        "Black–Scholes",
        "Learned",
        "now",
        "trained elsewhere",
    ] {
        assert!(
            found.iter().any(|text| text == words),
            "{words:?} in {found:?}"
        );
    }
}

#[test]
fn the_same_command_writes_the_same_bytes_on_any_number_of_threads() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    for view in ["distribution", "costs", "policy"] {
        for form in ["svg", "png", "csv"] {
            let line =
                format!("plot {view} paper-year --paths 5000 --scale 1 --out - --format {form}");
            let one = ran(home, &format!("{line} --threads 1"));
            assert_eq!(
                one,
                ran(home, &format!("{line} --threads 8")),
                "{view} {form}"
            );
        }
    }
}

#[test]
fn the_course_of_a_training_is_drawn_from_its_file() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    ran(
        home,
        "train paper-month --iterations 60 --out mine.safetensors",
    );
    let line = "plot training paper-month --weights mine.safetensors --out -";
    let svg = text(home, &format!("{line} --format svg"));
    let found = texts(&svg, "training");
    for words in [
        "Course of the training",
        "iteration",
        "RSMSE (currency)",
        "validation",
    ] {
        assert!(
            found.iter().any(|text| text == words),
            "{words:?} in {found:?}"
        );
    }
    let read = Read::of(&text(home, &format!("{line} --format csv")));
    assert!(read.rows.iter().any(|row| row["event"] == "validation"));
    // A name is taken for nothing but a name.
    fs::copy(
        home.join("mine.safetensors"),
        home.join("other.safetensors"),
    )
    .unwrap();
    let both = "--weights <&>=mine.safetensors --weights #2=other.safetensors";
    let line = format!("plot path paper-month --strategies learned {both} --out -");
    let found = texts(&text(home, &format!("{line} --format svg")), "two networks");
    let read = Read::of(&text(home, &format!("{line} --format csv")));
    for name in ["<&>", "#2"] {
        assert!(found.iter().any(|text| text == name), "{name} in {found:?}");
        assert_eq!(read.of_strategy(name).count(), 31, "{name}");
    }
    for (line, said) in [
        (
            "plot training paper-month --out x.svg",
            "give --weights FILE",
        ),
        (
            "plot ledger paper-month --out x.png",
            "allowed: a file that ends in .csv",
        ),
    ] {
        let output = hedgelab(home, line);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{complaint}");
        assert!(complaint.contains(said), "{complaint}");
    }
}

#[test]
fn what_cannot_be_written_is_told_in_one_line_before_anything_is_computed() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    fs::write(home.join("old.svg"), "old").unwrap();
    for (line, said) in [
        (
            "plot path paper-year --out old.pdf",
            "allowed: a file that ends in .svg, .png or .csv",
        ),
        ("plot path paper-year --out -", "or --format"),
        (
            "plot path paper-year --out nowhere/x.svg",
            "there is no folder nowhere",
        ),
        (
            "plot path paper-year --out old.svg --width 10",
            "--width 10: allowed: 200 to 10000",
        ),
        (
            "plot path paper-year --out old.svg --scale 99",
            "--scale 99: allowed: 0.25 to 10",
        ),
        (
            "plot path paper-year --out old.svg --width 9000 --height 9000",
            "million pixels; allowed: at most 64 million",
        ),
        (
            "plot book paper-year --out old.svg --date 13",
            "--date 13: allowed: 0 to 12",
        ),
        ("plot book paper-year --out old.svg --focus me", "allowed: "),
        ("plot price paper-year --out old.svg", "give --over FIELD"),
        // Only what can be swept is offered.
        (
            "plot price paper-year --over title --out old.svg",
            "field is \"title\"; allowed: market.spot,",
        ),
        (
            "plot path paper-year --out old.svg --path x",
            "--path \"x\": allowed: a whole number",
        ),
    ] {
        let output = hedgelab(home, line);
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {complaint}");
        assert!(complaint.contains(said), "{line}: {complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
    assert_eq!(fs::read_to_string(home.join("old.svg")).unwrap(), "old");
    ran(home, "plot path paper-year --out old.svg");
    texts(
        &fs::read_to_string(home.join("old.svg")).unwrap(),
        "in place of an old file",
    );
    assert_eq!(
        fs::read_dir(home)
            .unwrap()
            .filter(|entry| {
                entry
                    .as_ref()
                    .unwrap()
                    .file_name()
                    .to_string_lossy()
                    .ends_with(".svg")
            })
            .count(),
        1
    );
}
