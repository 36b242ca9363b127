//! The worker that replays one path with every strategy, date by date, where that takes longer than
//! a frame.

use super::mailbox::Mailbox;
use super::{Event, Pinned, Report, panic_message};
use crate::episode::{Episode, LedgerLine, Settlement};
use crate::market::{Paths, Sampling};
use crate::policy::{LearnedPolicy, Policy, Tuned, build};
use crate::scenario::{Scenario, Strategy};
use arc_swap::ArcSwapOption;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Dates between two looks for a newer request.
const STRIDE: usize = 256;

/// A question: what every selected strategy does on one path.
#[derive(Clone, Debug)]
pub struct ReplayRequest {
    /// Comes back with the answer.
    pub run: u64,
    /// Where the strategies are to be tried.
    pub scenario: Scenario,
    /// The learned policy, if there is one.
    pub learned: Option<LearnedPolicy>,
    /// Another scenario to show behind, on its path of the same number.
    pub pinned: Option<Arc<Pinned>>,
    /// Parameters of the tuned strategies there and in the pinned scenario.
    pub tuned: [Tuned; 2],
    /// Number of the path; absent: the one that the scenario brings, or the first.
    pub number: Option<u64>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The request answered.
    pub run: u64,
    /// The path asked for.
    pub path: Replay,
    /// The pinned scenario's path.
    pub pinned: Option<Replay>,
}

/// A price path and what every selected strategy does on it.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    /// Its number among the simulated paths; absent for a path that the scenario brings.
    pub number: Option<u64>,
    /// Prices at the dates `0..=steps` (currency).
    pub prices: Vec<f64>,
    /// Each strategy, in the scenario's order.
    pub strategies: Vec<StrategyReplay>,
}

/// What one strategy does on a path.
#[derive(Clone, Debug)]
pub struct StrategyReplay {
    /// Which.
    pub strategy: Strategy,
    /// Its trades, date by date.
    pub ledger: Vec<LedgerLine>,
    /// Its end.
    pub settlement: Settlement,
}

impl Replay {
    /// Replays path `number` of `scenario`, or the path that it brings, or the first.
    #[must_use]
    pub fn new(
        scenario: &Scenario,
        learned: Option<&LearnedPolicy>,
        tuned: Tuned,
        number: Option<u64>,
    ) -> Self {
        let go_on = &mut || ControlFlow::Continue(());
        Self::watched(scenario, learned, tuned, number, go_on).unwrap_or_default()
    }

    /// The same; `None` once `go_on`, asked every few hundred dates, says no.
    fn watched(
        scenario: &Scenario,
        learned: Option<&LearnedPolicy>,
        tuned: Tuned,
        number: Option<u64>,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Option<Self> {
        let recorded = scenario.shown_path.clone().filter(|_| number.is_none());
        let number = recorded.is_none().then(|| number.unwrap_or(0));
        let prices = recorded.unwrap_or_else(|| {
            let sampling = Sampling::evaluation(scenario.seed);
            Paths::new(scenario, sampling).path(number.unwrap_or(0))
        });
        let mut strategies = Vec::new();
        for strategy in &scenario.strategies.selected {
            let policy = match (strategy, learned) {
                (Strategy::Learned, Some(learned)) => {
                    Some(Box::new(learned.clone()) as Box<dyn Policy>)
                }
                _ => build(*strategy, scenario, &tuned),
            };
            if let Some(policy) = policy {
                let replay = StrategyReplay::new(scenario, policy.as_ref(), &prices, go_on)?;
                strategies.push(replay);
            }
        }
        Some(Self {
            number,
            prices,
            strategies,
        })
    }
}

impl StrategyReplay {
    fn new(
        scenario: &Scenario,
        policy: &dyn Policy,
        prices: &[f64],
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Option<Self> {
        let mut episode = Episode::start(scenario, prices);
        while let Some(seen) = episode.observe() {
            if seen.step % STRIDE == 0 && go_on().is_break() {
                return None;
            }
            episode.trade_to(policy.target(&seen));
        }
        Some(Self {
            strategy: policy.strategy(),
            settlement: episode.settle(),
            ledger: episode.ledger().to_vec(),
        })
    }
}

pub(super) struct Worker {
    pub requests: Arc<Mailbox<ReplayRequest>>,
    pub slot: Arc<ArcSwapOption<Replayed>>,
    pub report: Report,
}

impl Worker {
    pub fn run(self) {
        while let Some(request) = self.requests.take() {
            let served = catch_unwind(AssertUnwindSafe(|| {
                if let Some(replayed) = self.answer(&request) {
                    self.slot.store(Some(Arc::new(replayed)));
                    self.report.wake.call();
                }
            }));
            if let Err(payload) = served {
                self.report.event(Event::WorkerPanicked {
                    worker: "replay",
                    run: request.run,
                    message: panic_message(payload.as_ref()),
                });
            }
        }
    }

    /// `None` once there is a newer request.
    fn answer(&self, request: &ReplayRequest) -> Option<Replayed> {
        #[cfg(test)]
        assert_ne!(request.run, super::tests::BROKEN, "as a test asks");
        let go_on = &mut || {
            if self.requests.has_news() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let (scenario, learned) = (&request.scenario, request.learned.as_ref());
        let [tuned, of_pinned] = request.tuned;
        let path = Replay::watched(scenario, learned, tuned, request.number, go_on)?;
        let pinned = match &request.pinned {
            None => None,
            Some(pinned) => {
                let learned = pinned.learned.as_ref();
                let (scenario, number) = (&pinned.scenario, request.number);
                let replay = Replay::watched(scenario, learned, of_pinned, number, go_on)?;
                Some(replay)
            }
        };
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
    use crate::presets;

    #[test]
    fn a_request_breaks_a_long_replay_off() {
        let scenario = presets::built_in("paper-year").unwrap();
        let scenario = scenario.with([("steps", "100000")]).unwrap();
        let mut looks = 0;
        let broken = Replay::watched(&scenario, None, Tuned::GUESS, Some(0), &mut || {
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
