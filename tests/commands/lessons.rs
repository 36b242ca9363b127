//! Lessons: those that come with the program are true and ask before they show; bad files are told
//! where and why; one's own on the command line.

use hedgelab::lessons::{self, BUILT_IN, Quantity, Question, Ready, Scene, Setup, Truth, View};
use hedgelab::outcome::Measure;
use hedgelab::scenario::Strategy;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const NEW: &str = include_str!("../../assets/lessons/new.ron");

/// One step with a question, to be changed.
const SMALL: &str = r#"(
    version: 1,
    title: "small",
    aim: "Say how wide the spread is.",
    minutes: 1,
    steps: [
        (
            text: "A book.",
            setup: (preset: "paper-year", views: [book]),
            question: Number(
                ask: "How wide?",
                unit: "currency",
                range: (0.0, 50.0),
                truth: (what: Spread()),
                tolerance: 1.0,
            ),
        ),
    ],
)
"#;

fn all() -> impl Iterator<Item = Ready> {
    BUILT_IN
        .iter()
        .map(|(name, _)| lessons::built_in(name).unwrap())
}

/// What is said about a text: while it is read, or while what it asks and claims is measured.
fn complaint(text: &str) -> String {
    let examined = lessons::parse(text, "mine.ron").and_then(|ready| ready.examine());
    examined.unwrap_err().to_string()
}

fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn every_claim_of_every_lesson_holds_and_every_answer_can_be_given() {
    for ready in all() {
        let findings = ready.examine().unwrap();
        let failed: Vec<_> = findings.iter().filter(|finding| !finding.holds).collect();
        assert!(failed.is_empty(), "{}: {failed:?}", ready.name);
        assert!(findings.len() >= ready.lesson.steps.len(), "{}", ready.name);
    }
}

#[test]
fn lessons_are_short_and_begin_with_a_question() {
    assert_eq!(BUILT_IN.len(), 13);
    for ready in all() {
        let (name, lesson) = (&ready.name, &ready.lesson);
        assert!(lesson.minutes < 10, "{name}");
        assert!((3..=6).contains(&lesson.steps.len()), "{name}");
        assert!(
            lesson.aim.ends_with('.') && !lesson.title.ends_with('.'),
            "{name}"
        );
        // Each step asks something, and says afterwards what it was.
        for (place, step) in lesson.steps.iter().enumerate() {
            assert!(step.asks() && step.reveal.is_some(), "{name}, step {place}");
            assert!(!step.claims.is_empty(), "{name}, step {place}");
            // Markdown as the panel draws it: no tables, no formulas, nothing indented, small headings.
            for text in [Some(&step.text), step.reveal.as_ref()]
                .into_iter()
                .flatten()
            {
                let odd = |line: &str| {
                    line.starts_with(' ') || line.starts_with('|') || line.starts_with("####")
                };
                assert!(
                    !text.lines().any(odd) && !text.contains('$'),
                    "{name}, step {place}"
                );
            }
        }
    }
}

#[test]
fn all_kinds_of_questions_are_asked_and_the_right_choice_stands_anywhere() {
    let mut kinds = HashSet::new();
    let mut right = HashSet::new();
    let mut tasks = 0;
    for ready in all() {
        for step in &ready.lesson.steps {
            if let Some(question) = &step.question {
                kinds.insert(std::mem::discriminant(question));
            }
            if let Some(Question::Choice { right: place, .. }) = &step.question {
                right.insert(*place);
            }
            tasks += usize::from(step.task.is_some());
        }
    }
    assert_eq!((kinds.len(), right.len() >= 3), (4, true));
    assert!(tasks >= BUILT_IN.len() - 1, "{tasks}");
}

/// Steps whose view may be looked at while one answers: it does not show what is asked.
const OPEN: &[(&str, usize)] = &[
    // Asks for a month's drift; shows the book.
    ("portfolio-value-impact", 2),
    // Asks for a share of all paths; shows one.
    ("not-always", 2),
];

#[test]
fn what_gives_an_answer_away_is_covered_until_it_is_given() {
    for ready in all() {
        for (place, step) in ready.lesson.steps.iter().enumerate() {
            let Some(question) = &step.question else {
                continue;
            };
            let here = format!("{}, step {place}", ready.name);
            let veiled = step.veiled();
            let shown = &ready.stage(place).unwrap().setup.views;
            let bare: Vec<&View> = shown.iter().filter(|view| !veiled.contains(view)).collect();
            let open = OPEN.contains(&(ready.name.as_str(), place));
            assert_eq!(bare.is_empty(), !open, "{here}: {bare:?}");
            // Nor does the text: no number that is asked for stands in it.
            if let Question::Number { .. } = question {
                let truth = Truth::of(question, ready.stage(place), ready.date(place)).unwrap();
                let told = question.told(&truth.as_answer());
                let numbers = step.text.split(|c: char| !c.is_ascii_digit() && c != '.');
                assert!(
                    !numbers.into_iter().any(|number| number == told),
                    "{here}: {told}"
                );
            }
        }
    }
}

/// Nobody draws what an earlier step of the lesson has shown.
#[test]
fn what_is_drawn_was_not_on_screen_before() {
    for ready in all() {
        let steps = ready.lesson.steps.iter().enumerate();
        let drawn =
            steps.filter_map(|(place, step)| Some((place, step.question.as_ref()?.canvas()?)));
        for (place, canvas) in drawn {
            let here = ready.stage(place).unwrap();
            for before in (0..place).filter_map(|before| ready.stages[before].as_ref()) {
                let same =
                    before.scenario == here.scenario && before.setup.chart == here.setup.chart;
                let shown = before.setup.views.contains(&canvas);
                assert!(!(same && shown), "{}, step {place}", ready.name);
            }
        }
    }
}

#[test]
fn no_task_is_done_before_it_is_begun() {
    for ready in all() {
        for (place, step) in ready.lesson.steps.iter().enumerate() {
            let Some(task) = &step.task else { continue };
            let stage = ready.stage(place).unwrap();
            let scene = Scene::of(stage, None).unwrap();
            let done = task.goals.iter().all(|goal| {
                let measured = scene.measure(&goal.what).unwrap();
                goal.holds(measured.value.unwrap())
            });
            assert!(!done, "{}, step {place}", ready.name);
        }
    }
}

#[test]
fn what_is_measured_of_two_agrees_with_what_is_measured_of_each() {
    use Quantity::{
        Difference, Objective, ObjectiveDifference, ShareBetter, StandardError, Statistic,
    };
    use Strategy::{Delta, Learned};
    let stage = Setup::of("objectives").ready().unwrap();
    let scene = Scene::of(&stage, None).unwrap();
    let value = |what: &Quantity| scene.measure(what).unwrap().value.unwrap();
    for measure in [
        Measure::Mean,
        Measure::Rmse,
        Measure::Rsmse,
        Measure::Cvar95,
        Measure::Std,
    ] {
        let [one, other] = [Learned, Delta].map(|of| value(&Statistic { of, measure }));
        let gap = |other| Difference {
            of: Learned,
            from: Delta,
            measure,
            other,
        };
        assert!(
            (value(&gap(None)) - (one - other)).abs() < 1e-9,
            "{measure:?}"
        );
        // In a setup that is the same the other one is the same.
        let there = gap(Some(Box::new(Setup::of("paper-year"))));
        assert!((value(&there) - (one - other)).abs() < 1e-9, "{measure:?}");
        let error = StandardError(Box::new(there.clone()));
        assert_eq!(
            scene.measure(&there).unwrap().se,
            scene.measure(&error).unwrap().value
        );
        assert_eq!(scene.measure(&error).unwrap().se, None);
    }
    // This scenario is trained for RSMSE.
    let rsmse = value(&Statistic {
        of: Learned,
        measure: Measure::Rsmse,
    });
    assert!((value(&Objective { of: Learned }) - rsmse).abs() < 1e-9);
    let gap = value(&ObjectiveDifference {
        of: Learned,
        from: Delta,
        other: None,
    });
    assert!((gap + value(&Objective { of: Delta }) - rsmse).abs() < 1e-9);
    let shares =
        [(Learned, Delta), (Delta, Learned)].map(|(of, from)| value(&ShareBetter { of, from }));
    assert!(
        shares[0] > 0.8 && (shares[0] + shares[1] - 1.0).abs() < 1e-9,
        "{shares:?}"
    );
    let near = |other| Quantity::TradedNearStrike {
        of: Delta,
        from: 9,
        within: 0.05,
        other,
    };
    assert!(value(&near(None)) > 0.0);
    assert_eq!(value(&near(Some(Box::new(Setup::of("paper-year"))))), 0.0);
}

#[test]
fn the_lesson_to_start_from_is_fine() {
    let findings = lessons::parse(NEW, "new.ron").unwrap().examine().unwrap();
    assert!(!findings.is_empty() && findings.iter().all(|finding| finding.holds));
    assert!(
        lessons::parse(SMALL, "small.ron")
            .unwrap()
            .examine()
            .is_ok()
    );
    // A claim that does not hold is no error of the file: it is found.
    let wrong = changed(NEW, "Number(0.52)", "Number(0.42)");
    let findings = lessons::parse(&wrong, "x").unwrap().examine().unwrap();
    assert!(!findings[0].holds && (findings[0].values[0] - 0.5).abs() < 0.02);
}

/// Complaints, each with what it must say.
type Cases<'a> = &'a [(String, &'a str)];

fn say(cases: Cases<'_>) {
    for (found, expected) in cases {
        assert!(found.contains(expected), "{found}\ninstead of {expected}");
    }
}

fn new(from: &str, to: &str) -> String {
    complaint(&changed(NEW, from, to))
}

fn small(from: &str, to: &str) -> String {
    complaint(&changed(SMALL, from, to))
}

#[test]
fn what_is_not_understood_is_told_with_line_and_field() {
    say(&[
        (
            complaint(""),
            "mine.ron:1:1: is empty; a lesson starts like: (version: 1, ",
        ),
        (
            complaint(&NEW[..NEW.len() / 2]),
            "mine.ron:19:146: Unexpected end of RON",
        ),
        (
            new("version: 1", "version: 2"),
            "mine.ron:4:5: version is 2; allowed: 1",
        ),
        (
            new("    aim:", "    aims:"),
            "mine.ron:6:5: Unexpected field named `aims` in `Lesson`",
        ),
        (
            new("look:", "looks:"),
            "mine.ron:12:13: Unexpected field named `looks` in `Step`",
        ),
        (
            new("ask: \"What does", "asks: \"What does"),
            "mine.ron:15:17: Unexpected field named `asks` in `Choice`, expected one of `ask`, `options`, or `right`",
        ),
        (
            new("\"figure-3\"", "\"figure-33\""),
            "mine.ron:11:21: steps[0].setup.preset is \"figure-33\"; allowed: a preset that is there",
        ),
        (
            new("beside: []", "pin: \"nowhere\""),
            "mine.ron:11:41: steps[0].setup.pin is \"nowhere\"; allowed: one of no impact, impact 0.02",
        ),
        (
            new("beside: []", "beside: [\"nowhere\"]"),
            "mine.ron:11:41: steps[0].setup.beside is \"nowhere\"; allowed: one of no impact, impact 0.02",
        ),
        (
            new(
                "controls: [\"order_book.ask_exponent\"",
                "controls: [\"order_book.ask\"",
            ),
            "mine.ron:31:83: steps[1].setup.controls is \"order_book.ask\"; allowed: names of fields",
        ),
        (
            new(
                "date: 0, focus",
                "changes: {\"market.volatility\": \"9\"}, focus",
            ),
            "mine.ron:11:53: steps[0].setup.changes: market.volatility is 9; allowed: 0 to 5",
        ),
        (
            new("date: 0, focus", "date: 13, focus"),
            "steps[0].setup.date is 13; allowed: 0 to 12",
        ),
    ]);
}

#[test]
fn a_lesson_that_does_not_ask_or_asks_what_cannot_be_answered_is_refused() {
    let from = SMALL.find("            question").unwrap();
    let to = SMALL.find("        ),\n    ],").unwrap();
    let question = &SMALL[from..to];
    let shown = changed(SMALL, question, "            reveal: \"It is 20.\",\n");
    let second = "(text: \"y\", task: (ask: \"z\", goals: [(what: Kept, at_least: 0)]))";
    let shown = changed(
        &shown,
        "        ),\n    ],",
        &format!("        ), {second}\n    ],"),
    );
    let both = format!("            task: (ask: \"x\", goals: []),\n{question}");
    say(&[
        (
            complaint(&shown),
            "mine.ron:10:13: steps[0].reveal is given; allowed: nothing: a step without question or task",
        ),
        (
            small(question, ""),
            "mine.ron:6:5: steps is no question; allowed: a step at least with a question or a task",
        ),
        (
            small(
                "            setup: (preset: \"paper-year\", views: [book]),\n",
                "",
            ),
            "mine.ron:7:9: steps[0].setup is absent; allowed: a setup in the first step",
        ),
        (
            small(question, &both),
            "steps[0].task is given; allowed: a question or a task in a step, not both",
        ),
        (
            new("right: 2", "right: 3"),
            "mine.ron:17:17: steps[0].question.right is 3; allowed: the place of an option, 0 to 2",
        ),
        (
            small("(0.0, 50.0)", "(50.0, 0.0)"),
            "mine.ron:13:17: steps[0].question.range is (50, 0); allowed: two finite numbers, the smaller",
        ),
        (
            small("(0.0, 50.0)", "(0.0, 5.0)"),
            "mine.ron:13:17: steps[0].question.range is 0 to 5; allowed: the answer 20 within 0 to 5",
        ),
    ]);
}

#[test]
fn what_cannot_be_measured_is_told_with_line_and_field() {
    let first = "PositionOnPath(of: learned, date: 0))";
    let network = "\"paper-network\"), claims: [(says: \"x\", less: (what: Number(0)), than: (what: ErrorOnPath(of: learned)))],";
    let monthly =
        "what: Difference(of: delta, from: none, measure: Mean, other: (preset: \"paper-month\"))";
    say(&[
        (
            new("Number(0.52)", "Field(\"market.spit\")"),
            "mine.ron:24:28: steps[0].claims[0].than.what.field is \"market.spit\"; allowed: market.process, ",
        ),
        (
            new(
                &format!("what: {first}"),
                "what: PositionOnPath(of: learned, date: 12))",
            ),
            "mine.ron:23:62: steps[0].claims[0].less.what.date is 12; allowed: a trading date, 0 to 11",
        ),
        (
            new(first, "Kept, pin: \"no impact\")"),
            "steps[0].claims[0].less.pin is \"no impact\"; allowed: nothing: the setup lays no pins beside",
        ),
        (
            small("what: Spread()", monthly),
            "steps[0].question.truth.what.other is 30 steps; allowed: a setup of 12 steps",
        ),
        (
            small("\"paper-year\", views: [book]),", network),
            "steps[0].claims[0].than.what.of is learned; allowed: a strategy that needs no training",
        ),
    ]);
}

#[test]
fn what_is_no_text_of_a_lesson_is_refused_as_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let said = |path: &Path| lessons::read_file(path).unwrap_err().to_string();
    let large = said(&put("large.ron", &vec![b'x'; 10_000_000]));
    assert!(
        large.ends_with("large.ron: has 10000000 bytes; allowed: at most 1048576"),
        "{large}"
    );
    let bytes = said(&put("bytes.ron", b"(version: 1,\n title: \"\xff\")"));
    assert!(
        bytes.ends_with("bytes.ron:2:10: is not UTF-8 text"),
        "{bytes}"
    );
    let place = folder.path().join("folder.ron");
    fs::create_dir(&place).unwrap();
    assert!(said(&place).ends_with("folder.ron: is not a file but a directory"));
    assert!(said(&folder.path().join("absent.ron")).contains("absent.ron"));
    // A mark of the byte order is no mistake.
    assert!(lessons::read_file(&put("mark.ron", format!("\u{feff}{SMALL}").as_bytes())).is_ok());
}

/// An empty home with an empty folder of lessons, and the program in it.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(home.lessons()).unwrap();
        home
    }

    fn lessons(&self) -> PathBuf {
        self.0.path().join("settings/lessons")
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_hedgelab"))
            .env("HOME", self.0.path())
            .env("HEDGELAB_CONFIG_DIR", self.0.path().join("settings"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .current_dir(self.0.path())
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    fn ran(&self, arguments: &[&str]) -> String {
        let (code, out, complaint) = self.run(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {complaint}");
        out
    }

    fn refused(&self, arguments: &[&str], code: i32, expected: &str) {
        let (found, out, complaint) = self.run(arguments);
        assert_eq!(found, Some(code), "{arguments:?}: {out}{complaint}");
        assert!(complaint.contains(expected), "{arguments:?}: {complaint}");
    }
}

#[test]
fn a_broken_lesson_says_why_and_the_others_are_there() {
    let home = Home::new();
    fs::write(home.lessons().join("mine.ron"), SMALL).unwrap();
    fs::write(home.lessons().join("broken.ron"), &SMALL[..SMALL.len() / 2]).unwrap();
    // Called as one that is built in: not reached by its name, which stays the program's.
    fs::write(home.lessons().join("order-book.ron"), SMALL).unwrap();
    let list = home.ran(&["lessons", "list"]);
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), BUILT_IN.len() + 2, "{list}");
    for ((name, _), line) in BUILT_IN.iter().zip(&lines) {
        assert!(
            line.starts_with(name) && line.ends_with(" steps)"),
            "{line}"
        );
    }
    let [broken, mine] = [lines[BUILT_IN.len()], lines[BUILT_IN.len() + 1]];
    assert!(
        broken.starts_with("broken") && broken.contains("does not load: "),
        "{broken}"
    );
    assert!(broken.contains("broken.ron:"), "{broken}");
    assert!(
        mine.starts_with("mine") && mine.ends_with("small (1 min, 1 steps)"),
        "{mine}"
    );
    let json = home.ran(&["lessons", "list", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let json = json.as_array().unwrap();
    assert_eq!(json.len(), lines.len());
    assert_eq!(
        (json[0]["name"].as_str(), json[0]["own"].as_bool()),
        (Some("order-book"), Some(false))
    );
    let last = &json[json.len() - 1];
    assert_eq!(
        (last["title"].as_str(), last["minutes"].as_u64()),
        (Some("small"), Some(1))
    );
    assert_eq!(
        (last["steps"].as_u64(), last["own"].as_bool()),
        (Some(1), Some(true))
    );
    assert_eq!(json[BUILT_IN.len()]["steps"].as_u64(), Some(0));
    home.refused(&["lessons", "check", "mine", "broken"], 1, "1 of 2 lessons");
    assert_eq!(home.ran(&["lessons", "show", "mine"]), SMALL);
    assert!(
        home.ran(&["lessons", "path"])
            .trim_end()
            .ends_with("settings/lessons")
    );
    home.refused(
        &["lessons", "show", "nothing"],
        2,
        "lessons: broken, mine, order-book",
    );
}

#[test]
fn a_lesson_that_is_shown_is_a_file_that_is_fine() {
    let home = Home::new();
    let file = home.0.path().join("again.ron");
    for (name, text) in BUILT_IN {
        let shown = home.ran(&["lessons", "show", name]);
        assert_eq!(&shown, text);
        fs::write(&file, shown).unwrap();
        let again = lessons::read_file(&file).unwrap();
        assert_eq!(again.lesson, lessons::built_in(name).unwrap().lesson);
    }
    // One of them, as quick as any, through the program's own check.
    fs::write(&file, home.ran(&["lessons", "show", "order-book"])).unwrap();
    let told = home.ran(&["lessons", "check", "again.ron"]);
    assert!(
        told.starts_with("again.ron: fine: What an order book is\n"),
        "{told}"
    );
    assert!(!told.contains("DOES NOT HOLD"), "{told}");
}

#[test]
fn a_new_lesson_is_written_once_and_is_fine() {
    let home = Home::new();
    let said = home.ran(&["lessons", "new", "mine.ron"]);
    assert_eq!(
        said,
        "wrote mine.ron; to check it: hedgelab lessons check mine.ron\n"
    );
    let file = home.0.path().join("mine.ron");
    assert_eq!(fs::read_to_string(&file).unwrap(), NEW);
    assert!(
        home.ran(&["lessons", "check", "mine.ron"])
            .contains("holds")
    );
    fs::write(&file, "precious").unwrap();
    home.refused(&["lessons", "new", "mine.ron"], 1, "mine.ron");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    home.refused(&["lessons", "new", "mine.txt"], 2, "ends in .ron");
    home.refused(&["lessons", "new", "no/mine.ron"], 1, "no");
    let wrong = changed(NEW, "Number(0.52)", "Number(0.42)");
    fs::write(&file, wrong).unwrap();
    let (code, out, complaint) = home.run(&["lessons", "check", "mine.ron"]);
    assert_eq!(code, Some(1));
    assert!(
        out.contains("DOES NOT HOLD") && complaint.contains("1 of 1 lessons"),
        "{out}{complaint}"
    );
}
