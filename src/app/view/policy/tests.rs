use super::*;
use crate::episode::Observation;
use crate::market::{Paths, Sampling};
use crate::order_book::Memory;
use crate::presets;
use crate::scenario::fields::Field;
use crate::simulate::Played;
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

impl Case {
    fn new(preset: &str, changes: &[(&str, &str)]) -> Self {
        let every = "learned,delta,leland,band,static,none";
        let mut changes = changes.to_vec();
        changes.push(("strategies.selected", every));
        Self {
            scenario: of(preset, &changes),
            learned: crate::training::shipped(preset),
        }
    }

    fn path(&self, number: u64) -> PathView {
        PathView::new(
            &self.scenario,
            self.learned.as_slice(),
            Some(number),
            None,
            &[Tuned::GUESS],
        )
    }

    fn look(
        &self,
        path: &PathView,
        (step, focus): (usize, impl Into<Who>),
        (chart, probe): (PolicyChart, Probe),
    ) -> PolicyView {
        PolicyView::new(&Source {
            scenario: &self.scenario,
            learned: self.learned.as_slice(),
            looking_back: None,
            pinned: Vec::new(),
            path,
            step,
            focus: focus.into(),
            chart,
            probe,
            dark: true,
            version: 1,
        })
    }
}

fn cases() -> Vec<Case> {
    vec![
        Case::new("paper-year", &[]),
        Case::new("paper-day", &[]),
        Case::new("thin-book", &[]),
        Case::new("paper-month", &[("contract.kind", "put")]),
        Case::new("paper-year", &[("contract.position", "long")]),
        Case::new("paper-year", &[("limits.max_trade", "0.1")]),
        Case::new(
            "paper-year",
            &[("limits.max_position", "0.6"), ("initial.position", "0.3")],
        ),
    ]
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
            let path = case.path(number);
            assert!(path.strategies.len() >= 5);
            let step = usize::try_from(number).unwrap() % (steps + 1);
            // Whatever is looked at beside it.
            let chart = PolicyChart::ALL[usize::try_from(number).unwrap() % 5].0;
            let probe = Probe::default().with(Quantity::BidMemory, Some(0.7));
            for strategy in &path.strategies {
                let view = case.look(&path, (step, &strategy.who), (chart, probe));
                let name = format!("{} path {number} date {step}", strategy.who);
                let line = strategy.ledger[step.min(steps - 1)];
                let point = view.point.unwrap();
                assert_eq!((point.x, point.y), (line.spot, line.position), "{name}");
                assert_eq!(view.on_path, State::before(&line));
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
    let replay = Played::watched(&scenario, &policy, &prices, go_on).unwrap();
    let asked = Asked {
        policy: &policy,
        carried: Some(&replay.carried),
    };
    let first = State::before(&replay.ledger[0]);
    for line in &replay.ledger {
        let held = across(asked, &scenario, State::before(line), &[line.spot]);
        assert!((held[0] - line.position).abs() < 1e-12, "{}", line.step);
        // The same where another date is chosen by hand.
        let date = first.with(Quantity::Date, line.step as f64, &scenario);
        let held = across(asked, &scenario, date, &[line.spot]);
        assert!((held[0] - line.position).abs() < 1e-12, "{}", line.step);
    }
}

#[test]
fn the_axes_hold_wherever_the_path_goes() {
    for case in cases() {
        for number in numbers() {
            let path = case.path(number);
            let mut first = None;
            for step in 0..=case.scenario.steps {
                let asked = (PolicyChart::SpotPosition, Probe::default());
                let view = case.look(&path, (step, Strategy::Learned), asked);
                let (low, high) = view.spots;
                assert!(low < view.here && view.here < high, "{number} {step}");
                let (across, (bottom, top)) = view.map.unwrap().edges;
                assert_eq!(across, view.spots);
                assert!(bottom < view.on_path.position && view.on_path.position < top);
                // They stand still while time goes on.
                let spots = *first.get_or_insert(view.spots);
                assert_eq!(spots, view.spots);
            }
        }
    }
}

#[test]
fn each_curve_of_a_family_is_the_policy_in_that_state() {
    let case = &cases()[0];
    let path = case.path(3);
    let policy = case.learned.as_ref().unwrap();
    for (chart, _) in PolicyChart::ALL {
        let probe = Probe::default().with(Quantity::AskMemory, Some(0.4));
        let view = case.look(&path, (6, Strategy::Learned), (chart, probe));
        let Some(quantity) = chart.family() else {
            assert!(view.curves.is_empty());
            continue;
        };
        assert!(view.curves.len() >= 5, "{chart:?}");
        for curve in &view.curves {
            let state = view.state.with(quantity, curve.value, &case.scenario);
            assert!(quantity == Quantity::AskMemory || state.memory.ask == 0.4);
            let point = curve.points[50];
            let seen = Observation {
                spot: point.x,
                ..state.seen(&case.scenario)
            };
            assert!(
                (policy.target(&seen, &mut []) - point.y).abs() < 1e-5,
                "{chart:?}"
            );
        }
        let choices: Vec<Quantity> = view.choices.iter().map(|c| c.quantity).collect();
        assert!(choices.len() == 4 && !choices.contains(&quantity));
    }
}

#[test]
fn a_quantity_that_makes_no_difference_has_no_family() {
    let case = &cases()[0];
    let path = case.path(3);
    for chart in [PolicyChart::Curves, PolicyChart::ByBidMemory] {
        let asked = (chart, Probe::default());
        let view = case.look(&path, (6, Strategy::Delta), asked);
        assert!(view.curves.is_empty() && !view.own.is_empty());
    }
    let asked = (PolicyChart::ByDate, Probe::default());
    assert_eq!(
        case.look(&path, (6, Strategy::Delta), asked).curves.len(),
        6
    );
}

#[test]
fn a_map_holds_what_the_policy_would_and_outlines_where_it_would_not_trade() {
    let case = &cases()[0];
    let path = case.path(3);
    for focus in [Strategy::Learned, Strategy::Band] {
        let asked = (PolicyChart::SpotPosition, Probe::default());
        let view = case.look(&path, (6, focus), asked);
        let map = view.map.unwrap();
        let learned = case.learned.as_slice();
        let policy = policy_of(&focus.into(), &case.scenario, learned, &path.tuned).unwrap();
        let target = |at: &PlotPoint| {
            let state = view.state.with(Quantity::Position, at.y, &case.scenario);
            across(
                Asked::plain(policy.as_ref()),
                &case.scenario,
                state,
                &[at.x],
            )[0]
        };
        assert!(map.band.iter().flatten().count() > 100, "{focus:?}");
        for point in map.band.iter().flatten() {
            let trade = (target(point) - point.y).abs();
            assert!(
                (trade - map.within).abs() < 0.01,
                "{focus:?} {point:?}: {trade}"
            );
        }
        for isoline in &map.isolines {
            let level: f64 = isoline.label.replace('−', "-").parse().unwrap();
            for point in isoline.lines.iter().flatten() {
                let held = target(point);
                assert!((held - level).abs() < 0.01, "{focus:?} {point:?}: {held}");
            }
        }
        let middle = PlotPoint::new(1000.0, 0.5);
        let (held, delta) = map.read((middle.x, middle.y)).unwrap();
        assert!((held - target(&middle)).abs() < 0.01);
        let exact = Delta::of(&case.scenario).position(1000.0, 0.5);
        assert!((delta - exact).abs() < 1e-3);
        assert!(map.read((1e6, 0.5)).is_none());
    }
}

#[test]
fn a_map_over_time_has_the_trading_dates_as_its_rows() {
    for steps in ["1", "2", "12", "700"] {
        let case = Case::new("paper-year", &[("steps", steps)]);
        let path = case.path(5);
        let asked = (PolicyChart::SpotTimeLessDelta, Probe::default());
        let view = case.look(&path, (0, Strategy::Learned), asked);
        let map = view.map.unwrap();
        let rows = case.scenario.steps.min(80);
        assert!(map.image.height() <= rows && map.image.height() * 10 >= rows * 9);
        let last = case.scenario.steps as f64 - 1.0;
        assert!(map.edges.1.0 < 0.0 && map.edges.1.1 > last);
        assert!(map.read((1000.0, last)).is_some());
    }
}

#[test]
fn the_papers_figures_are_one_choice_on_the_papers_axes() {
    for (preset, shows) in [("figure-1", "Figure 1"), ("figure-2", "Figure 2")] {
        let case = Case::new(preset, &[]);
        let path = case.path(0);
        let asked = (PolicyChart::PaperFigure, Probe::default());
        let view = case.look(&path, (3, Strategy::Learned), asked);
        assert_eq!(
            (view.spots, view.shares),
            ((700.0, 1300.0), Some((0.0, 2.2)))
        );
        let state = view.state;
        assert_eq!(
            (state.step, state.position, state.memory),
            (6, 0.5, Memory::default())
        );
        let values: Vec<f64> = view.curves.iter().map(|curve| curve.value).collect();
        assert_eq!(values, [0.0, 40.0, 80.0, 120.0, 160.0, 200.0]);
        assert!(view.reading.unwrap().paper.starts_with(shows));
    }
}
