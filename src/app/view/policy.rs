//! The policy itself: what it would hold, over price, position, value, memory and time.

mod curves;
mod isolines;
mod map;
mod reading;

pub use crate::gallery::{PolicyChart, Probe, Quantity, State};
pub use curves::Curve;
pub use isolines::Grid;
pub use map::{Isoline, PolicyMap, colour_at, scale as map_colours};
pub use reading::Reading;

use super::PathView;
use crate::contract::opening_cash;
use crate::engine::{Milestone, Pinned};
use crate::episode::LedgerLine;
use crate::gallery;
use crate::market::LANES;
use crate::policy::{Delta, LearnedPolicy, Policy, Tuned, Who, line_up};
use crate::scenario::{Scenario, Strategy};
use crate::simulate::Carried;
use egui_plot::PlotPoint;

/// A policy.
#[derive(Clone, Debug, Default)]
pub struct PolicyView {
    pub chart: PolicyChart,
    /// Whose policy it is.
    pub who: Option<Who>,
    /// Iteration of the training at which it is looked at, if that is not now.
    pub looking_back: Option<u64>,
    /// The state on the path, at the time cursor or else at the last trade.
    pub on_path: State,
    /// The state that the family or the map is drawn for.
    pub state: State,
    pub probe: Probe,
    /// What can be chosen beside the picture.
    pub choices: Vec<Choice>,
    /// Whether the policy looks at the portfolio value.
    pub uses_value: bool,
    pub spots: (f64, f64),
    /// Lower and upper end of the axis of shares, where the picture says what they are.
    pub shares: Option<(f64, f64)>,
    /// Where the shown path stands at this date.
    pub here: f64,
    /// What is held there after the trade, as in the ledger.
    pub point: Option<PlotPoint>,
    /// The position by spot in the path's own state: through the point.
    pub own: Vec<PlotPoint>,
    /// The position by spot in the chosen state, for some values of one quantity.
    pub curves: Vec<Curve>,
    pub delta: Vec<PlotPoint>,
    /// The same policy in each pinned scenario: in the path's own state, or in a map where it would
    /// not trade.
    pub ghosts: Vec<Vec<Vec<PlotPoint>>>,
    pub map: Option<PolicyMap>,
    /// What the paper's figure shows, and what is seen here.
    pub reading: Option<Reading>,
}

/// A quantity to choose, and where a slider for it begins and ends.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    pub quantity: Quantity,
    pub present: f64,
    pub range: (f64, f64),
}

/// What the policy view is made from.
pub struct Source<'a> {
    pub scenario: &'a Scenario,
    pub learned: &'a [LearnedPolicy],
    /// The learned policy as it was at a validation, to be looked at instead.
    pub looking_back: Option<&'a Milestone>,
    pub pinned: Vec<&'a Pinned>,
    pub path: &'a PathView,
    pub step: usize,
    pub focus: Who,
    pub chart: PolicyChart,
    pub probe: Probe,
    pub dark: bool,
    pub version: u64,
}

/// A policy in its scenario.
#[derive(Clone, Copy)]
struct Whole<'a> {
    scenario: &'a Scenario,
    asked: Asked<'a>,
    /// 1 where a hedge holds shares, −1 where it owes them.
    side: f64,
}

impl PolicyView {
    /// The policy in focus at the time cursor, remembering what it had remembered on the path by the
    /// date that it is looked at.
    #[must_use]
    pub fn new(source: &Source<'_>) -> Self {
        let Source { scenario, path, .. } = *source;
        let step = source.step.min(scenario.steps.saturating_sub(1));
        let whose = path.whose(&source.focus);
        let line = whose.and_then(|s| s.ledger.get(step));
        let of_learned = whose.is_some_and(|s| s.who.kind == Strategy::Learned);
        let back = source.looking_back.filter(|_| of_learned);
        let policy: Option<Box<dyn Policy>> = match back {
            Some(back) => Some(Box::new(back.policy.clone())),
            None => whose.and_then(|s| policy_of(&s.who, scenario, source.learned, &path.tuned)),
        };
        let mut view = Self {
            chart: source.chart,
            who: whose.filter(|_| policy.is_some()).map(|s| s.who.clone()),
            looking_back: back.map(|back| back.checked.iteration),
            probe: source.probe,
            spots: spots(scenario, path),
            here: path.prices.get(step).copied().unwrap_or(f64::NAN),
            on_path: line.map_or_else(State::default, State::before),
            ..Self::default()
        };
        let Some(policy) = policy else { return view };
        let maturity = scenario.contract.maturity;
        let held = Delta::of(scenario).position(scenario.market.spot, maturity);
        let whole = Whole {
            scenario,
            asked: Asked {
                policy: policy.as_ref(),
                carried: whose.map(|s| &s.carried),
            },
            side: if held < 0.0 { -1.0 } else { 1.0 },
        };
        view.draw(source, &whole, line);
        view
    }

    fn draw(&mut self, source: &Source<'_>, whole: &Whole<'_>, line: Option<&LedgerLine>) {
        let Whole {
            scenario, asked, ..
        } = *whole;
        let paper = self.chart == PolicyChart::PaperFigure;
        let begin = if paper {
            self.spots = reading::SPOTS.map(|x| x * scenario.market.spot).into();
            self.shares = Some(reading::shares(whole));
            State::of_paper(scenario, whole.side)
        } else {
            self.on_path
        };
        self.state = begin.probed(self.probe, scenario);
        self.uses_value = asked.policy.uses_value();
        self.choices = self.choices(source, whole);
        let pinned = self.pinned(source);
        let ghosts = |of: &dyn Fn(&Scenario, Asked<'_>) -> Vec<Vec<PlotPoint>>| {
            let lines = |ghost: &Option<Ghost<'_>>| {
                let (scenario, policy, carried) = ghost.as_ref()?;
                let (policy, carried) = (policy.as_ref(), *carried);
                Some(of(scenario, Asked { policy, carried }))
            };
            let all = pinned.iter().map(|ghost| lines(ghost).unwrap_or_default());
            all.collect()
        };
        let (low, high) = self.spots;
        let spots = curves::spots(low, high, points_of(asked), self.here);
        self.own = curves::curve(asked, scenario, self.on_path, &spots);
        let on_own = || self.own.iter().find(|point| point.x == self.here);
        self.point = match line {
            Some(line) if self.looking_back.is_none() => {
                Some(PlotPoint::new(self.here, line.position))
            }
            _ => on_own().copied(),
        };
        if let Some(quantity) = self.chart.family() {
            let chart = self.chart;
            self.curves = curves::family(whole, chart, quantity, self.state, self.spots);
            self.delta = curves::delta(scenario, self.state, &spots);
            self.ghosts = ghosts(&|scenario, asked| {
                vec![curves::curve(asked, scenario, self.on_path, &spots)]
            });
            self.reading = paper.then(|| Reading::new(scenario, self));
        } else {
            let map = map::map(source, whole, self);
            self.ghosts = ghosts(&|scenario, asked| map.still_of(asked, scenario, self));
            self.map = Some(map);
        }
    }

    /// Each pinned scenario with the same policy in it, and what that carried on its path.
    fn pinned<'a>(&self, source: &Source<'a>) -> Vec<Option<Ghost<'a>>> {
        let pinned = source.pinned.iter().zip(&source.path.ghosts);
        pinned
            .map(|(pinned, path)| {
                let who = self.who.as_ref()?;
                let learned = pinned.learned.as_slice();
                let policy = policy_of(who, &pinned.scenario, learned, &path.tuned)?;
                let there = path.of(who);
                Some((&pinned.scenario, policy, there.map(|s| &s.carried)))
            })
            .collect()
    }

    /// The quantities that the picture does not show itself.
    fn choices(&self, source: &Source<'_>, whole: &Whole<'_>) -> Vec<Choice> {
        let scenario = source.scenario;
        let shares = scenario.contract.shares;
        let premium = opening_cash(scenario).abs();
        let range = |quantity| match quantity {
            Quantity::Position if whole.side < 0.0 => (-1.5 * shares, 0.5 * shares),
            Quantity::Position => (-0.5 * shares, 1.5 * shares),
            Quantity::Value => (-3.0 * premium, 6.0 * premium),
            Quantity::AskMemory | Quantity::BidMemory => (0.0, 4.0 * shares),
            Quantity::Date => (0.0, scenario.steps.saturating_sub(1) as f64),
        };
        let seen = |quantity: &Quantity| {
            *quantity != self.chart.shows() && (self.uses_value || *quantity != Quantity::Value)
        };
        let all = Quantity::ALL.into_iter().filter(seen);
        all.map(|quantity| {
            let present = self.state.get(quantity);
            let (low, high) = range(quantity);
            Choice {
                quantity,
                present,
                range: (low.min(present), high.max(present)),
            }
        })
        .collect()
    }
}

fn policy_of(
    who: &Who,
    scenario: &Scenario,
    learned: &[LearnedPolicy],
    tuned: &Tuned,
) -> Option<Box<dyn Policy>> {
    let mut policies = line_up(&[who.kind], scenario, tuned, learned).into_iter();
    policies.find(|policy| policy.who() == *who)
}

/// A scenario, a policy in it, and what that carried to each date of its path.
type Ghost<'a> = (&'a Scenario, Box<dyn Policy>, Option<&'a Carried>);

/// Who is asked, with what it had remembered at each date of the path.
#[derive(Clone, Copy)]
struct Asked<'a> {
    policy: &'a dyn Policy,
    carried: Option<&'a Carried>,
}

impl<'a> Asked<'a> {
    /// One that remembers nothing.
    fn plain(policy: &'a dyn Policy) -> Self {
        Self {
            policy,
            carried: None,
        }
    }

    /// Its state at a date.
    fn at(&self, step: usize) -> &'a [f64] {
        self.carried.map_or(&[][..], |carried| carried.at(step))
    }
}

/// Points of a curve and of a map's row, in whole blocks: fewer of a policy that takes long.
fn points_of(asked: Asked<'_>) -> usize {
    gallery::points_of(asked.policy)
}

/// Learned policies by spot in a state, with what is carried on the path: how the curve bends as training goes on.
#[must_use]
pub fn bends<'a>(
    scenario: &Scenario,
    policies: impl Iterator<Item = &'a LearnedPolicy>,
    carried: &Carried,
    state: State,
    (low, high): (f64, f64),
) -> Vec<Vec<PlotPoint>> {
    let spots: Vec<f64> = super::spaced(low, high, LANES).collect();
    policies
        .map(|policy| {
            let asked = Asked {
                policy,
                carried: Some(carried),
            };
            curves::curve(asked, scenario, state, &spots)
        })
        .collect()
}

/// What would be held after the trade over spots, within the limits, in a state.
fn across(asked: Asked<'_>, scenario: &Scenario, state: State, spots: &[f64]) -> Vec<f64> {
    let carried = asked.at(state.seen(scenario).step);
    gallery::across(asked.policy, carried, scenario, state, spots)
}

/// Spots worth looking at: one and a half standard deviations to either side and all that the path
/// comes to, the same at every date.
pub(super) fn spots(scenario: &Scenario, path: &PathView) -> (f64, f64) {
    gallery::spots(scenario, path.range())
}

#[cfg(test)]
mod tests;
