//! What a strategy does in the scenarios that are pinned in a set, laid beside the set's own.

use super::Plot;
use super::views::until_stopped;
use crate::cli::compare::policies;
use crate::cli::{Failure, note};
use crate::gallery::{About, Hedged, in_pin};
use crate::market::{Paths, Sampling};
use crate::outcome::Sample;
use crate::policy::{Policy, Who, line_up};
use crate::scenario::Scenario;
use crate::simulate::{empty_samples, extend, tune};

/// A strategy in a pinned scenario.
pub(super) struct Beside {
    name: String,
    scenario: Scenario,
    /// The strategy alone.
    policies: Vec<Box<dyn Policy>>,
}

impl Plot {
    /// The strategy in each scenario that is pinned in the preset, where that is asked for.
    pub(super) fn beside(&self, who: Option<&Who>) -> Result<Vec<Beside>, Failure> {
        let Some(who) = who.filter(|_| self.pins) else {
            return Ok(Vec::new());
        };
        let set = self.subject.set()?;
        let (_, pins) = policies(&self.subject.preset, &set)?;
        if pins.is_empty() {
            note("--pins: the preset has no pins");
        }
        let mut beside = Vec::new();
        for pin in pins.into_iter().filter(|pin| !pin.label.hidden) {
            let scenario = pin.pinned.scenario.clone();
            let tuned = tune(&scenario, &[who.kind]);
            let learned = pin.pinned.learned.as_slice();
            let mut policies = line_up(&[who.kind], &scenario, &tuned, learned);
            policies.truncate(1);
            let name = pin.label.name;
            if policies.is_empty() {
                note(&format!("--pins: {name} comes without trained weights"));
            } else {
                beside.push(Beside {
                    name,
                    scenario,
                    policies,
                });
            }
        }
        Ok(beside)
    }
}

impl Beside {
    /// What the strategy is called here.
    pub fn who(&self, who: &Who) -> Who {
        in_pin(who, &self.name)
    }

    /// A path with what the strategy does here, on the path of the same random numbers, or on the one that
    /// is shown where it fits.
    pub fn on_path(&self, path: Hedged, sampling: Sampling) -> Hedged {
        let fits = path.prices.len() == self.scenario.steps + 1
            && path.prices.first() == Some(&self.scenario.market.spot);
        let prices = match path.number {
            None if fits => path.prices.clone(),
            number => Paths::new(&self.scenario, sampling).path(number.unwrap_or(0)),
        };
        let other = Hedged::new(&self.scenario, &self.policies, path.number, prices);
        path.with_pinned(&self.name, &other, None)
    }

    /// Its hedging errors here; `None` once it is not wanted any more.
    pub fn sample(&self, about: &About<'_>, paths: u64) -> Option<Sample> {
        let mut samples = empty_samples(&self.policies, about.sampling);
        let (scenario, policies) = (&self.scenario, self.policies.as_slice());
        let watch = &mut until_stopped();
        let ended = extend(
            scenario,
            policies,
            about.sampling,
            &mut samples,
            paths,
            watch,
        );
        samples.pop().filter(|_| ended.is_continue())
    }
}
