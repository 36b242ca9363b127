use super::*;
use crate::engine::StrategyReplay;
use crate::market::{Paths, Sampling};
use crate::presets;
use crate::scenario::Strategy;
use crate::scenario::fields::Field;
use std::ops::ControlFlow;

fn of(preset: &str, changes: &[(&str, &str)]) -> Scenario {
    let mut parameters = presets::built_in(preset).unwrap().into_parameters();
    for (path, text) in changes {
        let field = Field::find(path).unwrap();
        field.set(&mut parameters, text).unwrap();
    }
    Scenario::new(parameters).unwrap()
}

struct Case {
    scenario: Scenario,
    learned: Option<LearnedPolicy>,
}

fn cases() -> Vec<Case> {
    let every = "learned,delta,leland,band,static,none";
    let all = ("strategies.selected", every);
    let case = |preset: &str, changes: &[(&str, &str)]| {
        let mut changes = changes.to_vec();
        changes.push(all);
        Case {
            scenario: of(preset, &changes),
            learned: crate::training::shipped(preset),
        }
    };
    vec![
        case("paper-year", &[]),
        case("paper-day", &[]),
        case("thin-book", &[]),
        case("paper-month", &[("contract.kind", "put")]),
        case("paper-year", &[("contract.position", "long")]),
        case("paper-year", &[("limits.max_trade", "0.1")]),
        case(
            "paper-year",
            &[("limits.max_position", "0.6"), ("initial.position", "0.3")],
        ),
    ]
}

fn view(
    case: &Case,
    path: &PathView,
    step: usize,
    focus: impl Into<Who>,
    chart: PolicyChart,
) -> PolicyView {
    PolicyView::new(&Source {
        scenario: &case.scenario,
        learned: case.learned.as_slice(),
        pinned: None,
        path,
        step,
        focus: focus.into(),
        chart,
        probe: Probe::default(),
        dark: true,
        version: 1,
    })
}

/// Path numbers that have nothing to do with one another.
fn numbers() -> impl Iterator<Item = u64> {
    (0..12_u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 1_000_000)
}

#[test]
fn the_curve_of_this_path_goes_through_the_trade_that_the_ledger_holds() {
    for case in cases() {
        let steps = case.scenario.steps;
        for number in numbers() {
            let path = PathView::new(
                &case.scenario,
                case.learned.as_slice(),
                Some(number),
                None,
                [Tuned::GUESS; 2],
            );
            assert!(path.strategies.len() >= 5);
            let step = usize::try_from(number).unwrap() % (steps + 1);
            for strategy in &path.strategies {
                let view = view(&case, &path, step, &strategy.who, PolicyChart::Curves);
                let name = format!("{} path {number} date {step}", strategy.who);
                let line = strategy.ledger[step.min(steps - 1)];
                let point = view.point.unwrap();
                assert_eq!((point.x, point.y), (line.spot, line.position), "{name}");
                assert_eq!(view.position.to_bits(), line.position_before.to_bits());
                if let Some(value) = view.value {
                    assert_eq!(value.to_bits(), line.value_before.to_bits());
                }
                let on_curve = view.own.iter().find(|on| on.x == point.x);
                let on_curve = on_curve.unwrap_or_else(|| panic!("{name}: not on the curve"));
                let gap = (on_curve.y - point.y).abs();
                // One call rounds otherwise than many at a time.
                assert!(gap < 1e-7 * case.scenario.contract.shares, "{name}: {gap}");
                assert!(
                    view.own.windows(2).all(|pair| pair[0].x < pair[1].x),
                    "{name}"
                );
            }
        }
    }
}

/// Holds delta less a share of it for each date it remembers.
struct Tiring(Delta);

impl Policy for Tiring {
    fn strategy(&self) -> Strategy {
        Strategy::Delta
    }

    fn state_size(&self) -> usize {
        1
    }

    fn target(&self, seen: &Observation, state: &mut [f64]) -> f64 {
        state[0] += 1.0;
        self.0.position(seen.spot, seen.remaining) * 0.9f64.powf(state[0])
    }
}

#[test]
fn a_policy_that_remembers_is_asked_with_what_it_had_remembered_by_the_date() {
    let scenario = of("paper-year", &[]);
    let policy = Tiring(Delta::of(&scenario));
    let prices = Paths::new(&scenario, Sampling::evaluation(1)).path(4);
    let go_on = &mut || ControlFlow::Continue(());
    let replay = StrategyReplay::watched(&scenario, &policy, &prices, go_on).unwrap();
    let asked = Asked {
        policy: &policy,
        carried: Some(&replay.carried),
    };
    for line in &replay.ledger {
        let seen = Observation {
            step: line.step,
            time: line.time,
            remaining: scenario.contract.maturity - line.time,
            spot: 0.0,
            position: line.position_before,
            value: line.value_before,
            memory: line.memory_before,
            factors: Factors::default(),
        };
        let held = across(asked, &Bounds::of(&scenario), &[line.spot], seen);
        assert!((held[0] - line.position).abs() < 1e-12, "{}", line.step);
    }
}

#[test]
fn the_axes_hold_wherever_the_path_goes() {
    for case in cases() {
        for number in numbers() {
            let path = PathView::new(
                &case.scenario,
                case.learned.as_slice(),
                Some(number),
                None,
                [Tuned::GUESS; 2],
            );
            let mut first = None;
            for step in 0..=case.scenario.steps {
                let chart = PolicyChart::SpotPosition;
                let view = view(&case, &path, step, Strategy::Learned, chart);
                let (low, high) = view.spots;
                assert!(low < view.here && view.here < high, "{number} {step}");
                let (bottom, top) = view.map.unwrap().vertical;
                assert!(bottom < view.position && view.position < top);
                // They stand still while time goes on.
                let spots = *first.get_or_insert(view.spots);
                assert_eq!(spots, view.spots);
            }
        }
    }
}

#[test]
fn another_state_than_the_paths_has_a_curve_and_no_point() {
    let case = &cases()[0];
    let path = PathView::new(
        &case.scenario,
        case.learned.as_slice(),
        Some(3),
        None,
        [Tuned::GUESS; 2],
    );
    let of = |probe: Probe| {
        PolicyView::new(&Source {
            scenario: &case.scenario,
            learned: case.learned.as_slice(),
            pinned: None,
            path: &path,
            step: 6,
            focus: Strategy::Learned.into(),
            chart: PolicyChart::Curves,
            probe,
            dark: true,
            version: 1,
        })
    };
    let plain = of(Probe::default());
    let poor = of(Probe {
        value: Some(-181.0),
        position: Some(0.0),
    });
    assert_eq!((poor.value, poor.position), (Some(-181.0), 0.0));
    assert!(poor.point.is_none() && plain.point.is_some());
    let apart = plain.own.iter().zip(&poor.own);
    let apart = apart.fold(0.0, |most: f64, (a, b)| most.max((a.y - b.y).abs()));
    assert!(apart > 0.05, "{apart}");
}
