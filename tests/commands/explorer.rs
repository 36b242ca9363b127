//! Maps of the policy over two axes: the same as point by point, for any number of threads, honest about
//! what the policy does not know; and as the command line writes them.

use hedgelab::episode::{Bounds, Factors, Observation};
use hedgelab::explore::{Ask, Dimension, FULL, Map, Refusal, STILL, State, Wanted, Whose, steps};
use hedgelab::policy::conditioned::outside;
use hedgelab::policy::{Delta, LearnedPolicy, Policy};
use hedgelab::presets;
use hedgelab::scenario::{Named, Scenario, Variation};
use hedgelab::training::{conditioned_policy, shipped};
use std::ops::ControlFlow;
use std::sync::Arc;

fn ask(scenario: &Scenario, axes: [Dimension; 2]) -> Ask {
    Ask {
        scenario: Arc::new(scenario.clone()),
        state: State {
            step: 3,
            spot: 1.03 * scenario.market.spot,
            position: 0.4 * scenario.contract.shares,
            gain: -5.0,
            ..State::at_sale(scenario)
        },
        whose: Whose::Made(conditioned_policy()),
        axes: axes.map(Wanted::from),
        both_sides: true,
        band: false,
    }
}

fn map(ask: &Ask, cells: usize) -> Map {
    let go_on = || ControlFlow::Continue(());
    Map::of(ask, cells, &go_on).unwrap().unwrap()
}

/// What is held after the trade in a state, as the readable form of the policy says.
fn held(scenario: &Scenario, policy: &LearnedPolicy, state: &State) -> f64 {
    let step = state.step.min(scenario.steps - 1);
    let time = step as f64 * scenario.step_length();
    let remaining = scenario.contract.maturity - time;
    let delta = Delta::of(scenario);
    let (option, model) = (scenario.contract.first(), delta.model());
    let owed = option.sign() * option.shares * model.price(option.kind, state.spot, remaining);
    let seen = Observation {
        step,
        time,
        remaining,
        spot: state.spot,
        position: state.position,
        value: state.gain + owed,
        memory: state.memory,
        factors: Factors::default(),
    };
    let target = policy.target(&seen, &mut vec![0.0; policy.state_size()]);
    Bounds::of(scenario).nearest(state.position, target)
}

/// The scenario and the state at a point.
fn moved(ask: &Ask, at: [f64; 2]) -> Option<(Scenario, State)> {
    let (mut scenario, mut state) = ((*ask.scenario).clone(), ask.state);
    for (wanted, x) in ask.axes.iter().zip(at) {
        let dimension = wanted.dimension;
        if dimension.is_of_state() {
            state = state.with(dimension, x, &ask.scenario);
        } else {
            let variation = Variation::named(dimension.name(), ask.both_sides).unwrap();
            scenario = variation
                .at(&scenario, dimension.held(x, &ask.scenario))
                .ok()?;
        }
    }
    Some((scenario, state))
}

/// That some points of a map are what the policy says there.
fn is_point_by_point(ask: &Ask, cells: usize) {
    let map = map(ask, cells);
    let [across, up] = &map.axes;
    let shares = ask.scenario.contract.shares;
    let mut compared = 0;
    for (row, y) in up.values.iter().enumerate() {
        for (column, x) in across.values.iter().enumerate() {
            if (7 * row + 3 * column) % 11 != 0 {
                continue;
            }
            let point = map.points[row * across.values.len() + column];
            assert_eq!(map.at([*x, *y]), point.as_ref());
            let Some((scenario, state)) = moved(ask, [*x, *y]) else {
                assert!(point.is_none());
                continue;
            };
            let point = point.unwrap();
            let (policy, known) = match &ask.whose {
                Whose::Trained(policy, _) => (policy.clone(), true),
                Whose::Made(made) => {
                    let known = outside(&scenario).is_empty();
                    (made.policy(&scenario).unwrap(), known)
                }
            };
            let own = held(&scenario, &policy, &state);
            let names = [across, up].map(|axis| axis.dimension.name());
            assert!(
                (point.held - own).abs() < 2e-4 * shares,
                "{names:?} {x} {y}: {} {own}",
                point.held
            );
            let step = state.step.min(scenario.steps - 1);
            let remaining = scenario.contract.maturity - step as f64 * scenario.step_length();
            let delta = Delta::of(&scenario).position(state.spot, remaining);
            assert!((point.delta - delta).abs() < 1e-9 * shares.max(1.0));
            assert_eq!((point.before, point.known), (state.position, known));
            compared += 1;
        }
    }
    assert!(compared > 10, "{compared}");
}

#[test]
fn a_map_is_what_the_policy_says_point_by_point_over_all_kinds_of_axes() {
    use Dimension::{
        AskExponent, AskHalfLife, AskMemory, BidMemory, Date, Dates, Depth, Drift, Gain, Maturity,
        Position, Shares, Spot, Strike, Volatility,
    };
    let year = presets::built_in("paper-year").unwrap().alone();
    let put = year
        .with([
            ("contract.kind", "put"),
            ("contract.position", "long"),
            ("limits.max_trade", "0.3"),
            ("order_book.ask_decay", "6"),
        ])
        .unwrap();
    for scenario in [&year, &put] {
        for axes in [
            [Spot, Position],
            [Position, Spot],
            [Date, Gain],
            [Gain, Date],
            [AskMemory, BidMemory],
            [Spot, AskExponent],
            [AskExponent, Spot],
            [Date, Maturity],
            [Dates, Date],
            [AskHalfLife, AskExponent],
            [Volatility, Drift],
            [Strike, Depth],
            [Shares, Position],
        ] {
            is_point_by_point(&ask(scenario, axes), 14);
        }
    }
    let trained = shipped("paper-year").unwrap();
    for axes in [[Spot, Position], [Gain, Date]] {
        let ask = Ask {
            whose: Whose::Trained(trained.clone(), Vec::new()),
            ..ask(&year, axes)
        };
        is_point_by_point(&ask, 30);
    }
}

#[test]
fn a_map_has_the_same_bits_on_any_number_of_threads() {
    let year = presets::built_in("paper-year").unwrap().alone();
    for (axes, band) in [
        ([Dimension::Spot, Dimension::Gain], true),
        ([Dimension::Volatility, Dimension::Spot], false),
        ([Dimension::Volatility, Dimension::AskExponent], false),
    ] {
        let ask = Ask {
            band,
            ..ask(&year, axes)
        };
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build().unwrap().install(|| map(&ask, 24))
        };
        let one = on(1);
        assert_eq!(one, on(2));
        assert_eq!(one, on(5));
    }
}

#[test]
fn a_band_is_where_next_to_nothing_is_traded() {
    let year = presets::built_in("paper-year").unwrap().alone();
    let frictionless = presets::built_in("paper-frictionless").unwrap().alone();
    for (scenario, wide) in [(&year, true), (&frictionless, false)] {
        let ask = Ask {
            band: true,
            ..ask(scenario, [Dimension::Spot, Dimension::Gain])
        };
        let map = map(&ask, 9);
        let shares = scenario.contract.shares;
        for point in map.points.iter().flatten() {
            let band = point.band.unwrap();
            assert!(band > 0.0);
            // Who does not mind what it holds trades next to nothing within twice what counts as none.
            if !wide {
                assert!((band - 2.0 * STILL * shares).abs() < 5e-4, "{band}");
            }
        }
        if wide {
            let widest = map.range(hedgelab::explore::Colour::Band)[1];
            assert!(widest > 8.0 * STILL * shares, "{widest}");
        }
        // The middle of the band of one state: the trades at its ends are as small as that.
        let policy = conditioned_policy().policy(scenario).unwrap();
        let trade = |position: f64| {
            let state = State {
                position,
                ..ask.state
            };
            held(scenario, &policy, &state) - position
        };
        let band = map.at_here.unwrap().band.unwrap();
        let within = STILL * shares;
        let all = (0..=8000).map(|i| -shares + f64::from(i) / 8000.0 * 3.0 * shares);
        let still: Vec<f64> = all.filter(|x| trade(*x).abs() <= within).collect();
        let found = still.last().unwrap() - still[0];
        assert!((found - band).abs() < 2e-3 * shares, "{found} {band}");
    }
}

#[test]
fn an_axis_ends_where_the_policy_knows_no_more_and_beyond_it_is_said_so() {
    let year = presets::built_in("paper-year").unwrap().alone();
    for (_, dimension) in Dimension::ALL {
        if dimension.is_of_state() || !dimension.applies(&year) {
            continue;
        }
        let ask = ask(&year, [*dimension, Dimension::Spot]);
        let map = map(&ask, 9);
        let known = map.points.iter().flatten().filter(|point| point.known);
        let name = dimension.name();
        let there = map.points.iter().flatten().count();
        assert!(there > 0, "{name}");
        if *dimension == Dimension::LendRate {
            // Nothing but the borrow rate is allowed for it: the whole axis is shown.
            assert!(known.count() < there, "{name}");
            continue;
        }
        assert_eq!(known.count(), there, "{name}");
        let [low, high] = map.axes[0].ends();
        let now = dimension.present(&year, &ask.state);
        assert!(!now.is_finite() || (low..=high).contains(&now), "{name}");
    }
    let mut ask = ask(&year, [Dimension::Volatility, Dimension::Spot]);
    ask.axes[0].ends = Some([0.1, 1.0]);
    let map = map(&ask, 18);
    for x in &map.axes[0].values {
        let point = map.at([*x, map.axes[1].values[0]]).unwrap();
        assert_eq!(point.known, *x <= 0.6, "{x}");
        let why = ask.unknown_at([*x, 1000.0]);
        assert_eq!(why.is_empty(), point.known);
    }
    // What is not known takes no part in the colours.
    let colour = hedgelab::explore::Colour::Held;
    let known = map.points.iter().flatten().filter(|point| point.known);
    let most = known.fold(f64::MIN, |most, point| most.max(point.held));
    assert_eq!(map.range(colour)[1], most);
}

#[test]
fn a_map_that_cannot_be_is_refused_with_the_reason() {
    let year = presets::built_in("paper-year").unwrap().alone();
    let refused = |ask: &Ask| {
        let go_on = || ControlFlow::Continue(());
        Map::of(ask, 4, &go_on).unwrap_err()
    };
    let (spot, drift) = (Dimension::Spot, Dimension::Drift);
    assert_eq!(refused(&ask(&year, [spot, spot])), Refusal::Same(spot));
    let trained = Ask {
        whose: Whose::Trained(shipped("paper-year").unwrap(), Vec::new()),
        ..ask(&year, [spot, drift])
    };
    let refusal = refused(&trained);
    assert_eq!(refusal, Refusal::OneScenario(drift));
    assert!(refusal.to_string().contains("answers at once"));
    let cvar = Dimension::CvarLevel;
    assert_eq!(refused(&ask(&year, [spot, cvar])), Refusal::Idle(cvar));
    for (dimension, ends, allowed) in [
        (drift, [0.3, 0.1], "a smaller number and a larger one"),
        (drift, [-9.0, 0.1], "-5 to 5"),
        (spot, [0.0, 10.0], "above 0"),
        (Dimension::AskMemory, [-1.0, 10.0], "from 0 on"),
        (Dimension::Date, [0.0, 40.0], "0 to 11"),
    ] {
        let mut ask = ask(&year, [dimension, Dimension::Gain]);
        ask.axes[0].ends = Some(ends);
        let words = refused(&ask).to_string();
        assert!(words.contains(allowed), "{words}");
    }
}

#[test]
fn one_who_asks_for_something_else_waits_for_a_line_at_most() {
    let year = presets::built_in("paper-year").unwrap().alone();
    let ask = ask(&year, [Dimension::Volatility, Dimension::Drift]);
    let stop = || ControlFlow::Break(());
    assert_eq!(Map::of(&ask, FULL, &stop), Ok(None));
    assert_eq!(steps(&ask).last(), Some(&FULL));
}

/// What a command prints, and whether it ended well.
fn ran(line: &str) -> (bool, String, String) {
    let home = tempfile::tempdir().unwrap();
    let mut command = assert_cmd::Command::cargo_bin("hedgelab").unwrap();
    command.env("HOME", home.path());
    command.env("XDG_CONFIG_HOME", home.path().join("config"));
    let output = command.args(line.split_whitespace()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn the_command_writes_the_map_in_numbers() {
    let (well, csv, complaint) = ran(
        "plot explorer paper-year --x spot:800:1200 --y market.volatility:0.1:0.5 --colour band \
         --at position=0.3 --cells 6 --format csv --out -",
    );
    assert!(well, "{complaint}");
    assert!(csv.contains("# policy of: Learned") && csv.contains("shares held before 0.3"));
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(csv.as_bytes());
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(rows.len(), 36);
    let year = presets::built_in("paper-year").unwrap().alone();
    for row in rows {
        let number = |i: usize| row[i].parse::<f64>().unwrap();
        let volatility = row[1].clone();
        let scenario = year.with([("market.volatility", &*volatility)]).unwrap();
        assert!((800.0..1200.0).contains(&number(0)) && number(2) == 0.3);
        assert!(number(5) > 0.0 && row[6] == "yes");
        let remaining = 1.0 - 3.0 * scenario.step_length();
        let delta = Delta::of(&scenario).position(number(0), remaining);
        assert!((number(4) - delta).abs() < 1e-9);
    }
}

#[test]
fn the_command_says_in_one_line_what_is_wrong() {
    for (more, words) in [
        ("--x spot --y spot", "both axes are spot"),
        ("--x volatility", "allowed: spot, date, position"),
        ("--x spot:1", "spot:A:B"),
        ("--x market.volatility:0.1:9", "market.volatility"),
        ("--at spot", "WHAT=VALUE"),
        ("--at market.drift=0", "ask_memory"),
        ("--learned preset", "answers at once"),
        ("--date 12", "allowed: 0 to 11"),
        ("--colour red", "less-delta"),
    ] {
        let line = format!("plot explorer paper-year --cells 4 {more} --out - --format csv");
        let (well, out, complaint) = ran(&line);
        assert!(!well && out.is_empty(), "{line}");
        assert!(complaint.contains(words), "{line}: {complaint}");
    }
    let line = "plot explorer paper-year --x spot --y position --learned preset --cells 4 --out - \
                --format csv";
    assert!(ran(line).0);
}
