//! The worker that replays one path with every strategy, date by date, where that takes longer than
//! a frame.

use super::mailbox::Mailbox;
use super::{Asked, Pinned, Report};
use crate::market::{Path, Paths, Sampling};
use crate::policy::{LearnedPolicy, Tuned, line_up};
use crate::scenario::Scenario;
use crate::simulate::Played;
use arc_swap::ArcSwapOption;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A question: what every selected strategy does on one path.
#[derive(Clone, Debug)]
pub struct ReplayRequest {
    /// Comes back with the answer.
    pub run: u64,
    /// Where the strategies are to be tried.
    pub scenario: Scenario,
    /// The learned policies, each under a name of its own.
    pub learned: Vec<LearnedPolicy>,
    /// Other scenarios to show behind, on the same path.
    pub pinned: Vec<Arc<Pinned>>,
    /// Parameters of the tuned strategies, first there, then in the pinned scenarios.
    pub tuned: Vec<Tuned>,
    /// Number of the path; absent: the one that the scenario brings, or the first.
    pub number: Option<u64>,
}

impl Asked for ReplayRequest {
    fn run(&self) -> u64 {
        self.run
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The request answered.
    pub run: u64,
    /// The path asked for.
    pub path: Replay,
    /// The same on the path of each pinned scenario.
    pub pinned: Vec<Replay>,
}

/// A price path and what every selected strategy does on it.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    /// Its number among the simulated paths; absent for a path that the scenario brings.
    pub number: Option<u64>,
    /// Prices at the dates `0..=steps` (currency).
    pub prices: Path,
    /// Each policy, in the order of the scenario's strategies.
    pub strategies: Vec<Played>,
}

impl Replay {
    /// Replays path `number` of `scenario`, or the path that it brings, or the first.
    #[must_use]
    pub fn new(
        scenario: &Scenario,
        learned: &[LearnedPolicy],
        tuned: Tuned,
        number: Option<u64>,
    ) -> Self {
        let go_on = &mut || ControlFlow::Continue(());
        let shown = Shown::of(scenario, number);
        Self::watched(scenario, learned, tuned, shown, go_on).unwrap_or_default()
    }

    /// Path `number` of `scenario`, or the path that it brings, or the first: its number, unless it is
    /// brought, and its prices.
    #[must_use]
    pub fn prices_of(scenario: &Scenario, number: Option<u64>) -> (Option<u64>, Path) {
        Shown::of(scenario, number).prices(scenario)
    }

    /// The prices of a scenario laid beside `live`, on the path that is shown there.
    #[must_use]
    pub fn prices_beside(live: &Scenario, number: Option<u64>, scenario: &Scenario) -> Path {
        Shown::of(live, number).prices(scenario).1
    }

    /// The same in a pinned scenario, on the path that `live` shows: one that it brings where that
    /// fits, or the one of the same random numbers.
    #[must_use]
    pub fn beside(live: &Scenario, number: Option<u64>, pinned: &Pinned, tuned: Tuned) -> Self {
        let go_on = &mut || ControlFlow::Continue(());
        let (shown, learned) = (Shown::of(live, number), pinned.learned.as_slice());
        Self::watched(&pinned.scenario, learned, tuned, shown, go_on).unwrap_or_default()
    }

    /// The same; `None` once `go_on`, asked every few hundred dates, says no.
    fn watched(
        scenario: &Scenario,
        learned: &[LearnedPolicy],
        tuned: Tuned,
        shown: Shown<'_>,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Option<Self> {
        let (number, prices) = shown.prices(scenario);
        let policies = line_up(&scenario.strategies.selected, scenario, &tuned, learned);
        let replays = policies
            .iter()
            .map(|policy| Played::watched(scenario, policy.as_ref(), &prices, go_on));
        let strategies = replays.collect::<Option<Vec<_>>>()?;
        Some(Self {
            number,
            prices,
            strategies,
        })
    }
}

/// Which path is shown.
#[derive(Clone, Copy)]
struct Shown<'a> {
    seed: u64,
    number: Option<u64>,
    /// A path that the scenario on screen brings, unless another is asked for by its number.
    brought: Option<&'a Vec<f64>>,
}

impl<'a> Shown<'a> {
    fn of(live: &'a Scenario, number: Option<u64>) -> Self {
        Self {
            seed: live.seed,
            number,
            brought: live.shown_path.as_ref().filter(|_| number.is_none()),
        }
    }

    /// The path in a scenario: its number, unless it is brought, and its prices.
    fn prices(self, scenario: &Scenario) -> (Option<u64>, Path) {
        let fits = |path: &&Vec<f64>| {
            path.len() == scenario.steps + 1 && path.first() == Some(&scenario.market.spot)
        };
        if let Some(path) = self.brought.filter(fits) {
            return (None, path.clone().into());
        }
        let paths = Paths::new(scenario, Sampling::evaluation(self.seed));
        let number = paths.within(self.number.unwrap_or(0));
        (Some(number), paths.path(number))
    }
}

pub(super) struct Worker {
    pub requests: Arc<Mailbox<ReplayRequest>>,
    pub slot: Arc<ArcSwapOption<Replayed>>,
    pub report: Report,
}

impl Worker {
    pub fn run(self) {
        self.report.serve("replay", &self.requests, |request| {
            if let Some(replayed) = self.answer(request) {
                self.report.show(&self.slot, replayed);
            }
        });
    }

    /// `None` once there is a newer request.
    fn answer(&self, request: &ReplayRequest) -> Option<Replayed> {
        #[cfg(test)]
        assert_ne!(request.run, super::tests::BROKEN, "as a test asks");
        let go_on = &mut || self.requests.ask();
        let (scenario, learned) = (&request.scenario, &request.learned);
        let shown = Shown::of(scenario, request.number);
        let mut tuned = request.tuned.iter().copied();
        let mut next = || tuned.next().unwrap_or(Tuned::GUESS);
        let path = Replay::watched(scenario, learned, next(), shown, go_on)?;
        let mut pinned = Vec::with_capacity(request.pinned.len());
        for other in &request.pinned {
            let (scenario, learned) = (&other.scenario, other.learned.as_slice());
            pinned.push(Replay::watched(scenario, learned, next(), shown, go_on)?);
        }
        Some(Replayed {
            run: request.run,
            path,
            pinned,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::episode::Observation;
    use crate::policy::Policy;
    use crate::presets;
    use crate::scenario::Strategy;
    use crate::simulate::Carried;

    /// Counts the dates it has seen, in a state of two numbers.
    struct Counting;

    impl Policy for Counting {
        fn strategy(&self) -> Strategy {
            Strategy::None
        }

        fn state_size(&self) -> usize {
            2
        }

        fn target(&self, seen: &Observation, state: &mut [f64]) -> f64 {
            state[0] += 1.0;
            state[1] = seen.spot;
            0.0
        }
    }

    #[test]
    fn a_replay_keeps_what_was_remembered_at_each_date() {
        let scenario = presets::built_in("paper-year").unwrap();
        let prices = Paths::new(&scenario, Sampling::evaluation(1)).path(4);
        let go_on = &mut || ControlFlow::Continue(());
        let replay = Played::watched(&scenario, &Counting, &prices, go_on).unwrap();
        assert_eq!(replay.carried.at(0), [0.0, 0.0]);
        for step in 1..scenario.steps {
            assert_eq!(replay.carried.at(step), [step as f64, prices[step - 1]]);
        }
        assert_eq!(replay.carried.at(scenario.steps), [0.0; 0]);
        let plain = Replay::new(&scenario, &[], Tuned::GUESS, Some(4));
        assert_eq!(plain.strategies[0].carried, Carried::default());
    }

    #[test]
    fn a_request_breaks_a_long_replay_off() {
        let scenario = presets::built_in("paper-year").unwrap();
        let scenario = scenario.with([("steps", "100000")]).unwrap();
        let mut looks = 0;
        let shown = Shown::of(&scenario, Some(0));
        let broken = Replay::watched(&scenario, &[], Tuned::GUESS, shown, &mut || {
            looks += 1;
            if looks == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert!(broken.is_none() && looks == 3);
    }
}
