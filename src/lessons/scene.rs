//! What is measured: a scenario with its policy, its path on screen and its many paths.

use super::{Setup, Stage};
use crate::episode::{LedgerLine, Settlement};
use crate::market::{Path, Paths, Sampling};
use crate::outcome::Sample;
use crate::policy::{LearnedPolicy, Policy, line_up};
use crate::scenario::{Scenario, Strategy};
use crate::simulate::{replay, simulate, tune};
use crate::units::FieldError;

/// Paths of a Monte-Carlo figure.
const PATHS: u64 = 40_000;

/// What is measured: a scenario with its policy, and the path on screen.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its learned policy.
    pub learned: Option<&'a LearnedPolicy>,
    /// Prices of a path that is shown instead of a simulated one.
    pub shown: Option<&'a [f64]>,
    /// Number of the path on screen; absent: the one shown, or the first.
    pub path: Option<u64>,
}

impl<'a> Scene<'a> {
    /// The present scenario of a stage, or one of its pins.
    ///
    /// # Errors
    /// When there is no such pin.
    pub fn of(stage: &'a Stage, pin: Option<&str>) -> Result<Self, FieldError> {
        let path = stage.setup.path;
        let shown = stage.scenario.shown_path.as_deref();
        let Some(name) = pin else {
            return Ok(Self {
                scenario: &stage.scenario,
                learned: stage.learned.as_ref(),
                shown,
                path,
            });
        };
        let mut pins = stage.pins.iter();
        let pin = pins.find(|pin| pin.label.name == name).ok_or_else(|| {
            let names: Vec<_> = stage.pins.iter().map(|pin| &*pin.label.name).collect();
            let allowed = match names.len() {
                0 => "nothing: the setup lays no pins beside".to_owned(),
                _ => format!("one of {}", names.join(", ")),
            };
            FieldError::new("pin", format!("{name:?}"), allowed)
        })?;
        let fits = |prices: &&[f64]| {
            prices.len() == pin.scenario.steps + 1 && prices[0] == pin.scenario.market.spot
        };
        Ok(Self {
            scenario: &pin.scenario,
            learned: pin.learned.as_ref(),
            shown: shown.filter(fits),
            path,
        })
    }

    /// Prices of the path on screen.
    #[must_use]
    pub fn prices(&self) -> Path {
        match (self.path, self.shown) {
            (None, Some(prices)) => prices.to_vec().into(),
            (number, _) => {
                let sampling = Sampling::evaluation(self.scenario.seed);
                Paths::new(self.scenario, sampling).path(number.unwrap_or(0))
            }
        }
    }

    /// The policies of strategies.
    ///
    /// # Errors
    /// When a learned one is asked for and there is none.
    pub fn policies(&self, of: &[Strategy]) -> Result<Vec<Box<dyn Policy>>, FieldError> {
        if of.contains(&Strategy::Learned) && self.learned.is_none() {
            let allowed = "a strategy that needs no training: the preset brings no policy";
            return Err(FieldError::new("of", "learned", allowed));
        }
        let learned: Vec<LearnedPolicy> = self.learned.into_iter().cloned().collect();
        let tuned = tune(self.scenario, of);
        Ok(line_up(of, self.scenario, &tuned, &learned))
    }

    /// What a strategy does on the path on screen.
    pub(super) fn replayed(
        &self,
        of: Strategy,
    ) -> Result<(Vec<LedgerLine>, Settlement), FieldError> {
        let prices = self.prices();
        let policies = self.policies(&[of])?;
        let (episode, end) = replay(self.scenario, policies[0].as_ref(), &prices);
        Ok((episode.ledger().to_vec(), end))
    }

    /// Hedging errors of strategies over many paths.
    pub(super) fn samples(&self, of: &[Strategy]) -> Result<Vec<Sample>, FieldError> {
        self.samples_on(self.scenario.seed, of)
    }

    fn samples_on(&self, seed: u64, of: &[Strategy]) -> Result<Vec<Sample>, FieldError> {
        let policies = self.policies(of)?;
        Ok(simulate(
            self.scenario,
            &policies,
            Sampling::evaluation(seed),
            PATHS,
        ))
    }

    /// Hedging errors of one strategy here and of another, here or in another setup, on the same
    /// random numbers.
    pub(super) fn pair(
        &self,
        of: Strategy,
        from: Strategy,
        other: Option<&Setup>,
    ) -> Result<[Sample; 2], FieldError> {
        let Some(other) = other else {
            let both = self.samples(&[of, from])?;
            return Ok([both[0].clone(), both[1].clone()]);
        };
        let stage = self.elsewhere(other)?;
        let there = Scene::of(&stage, None)?.samples_on(self.scenario.seed, &[from])?;
        Ok([self.samples(&[of])?.remove(0), there[0].clone()])
    }

    /// Another setup that has as many dates as this one.
    pub(super) fn elsewhere(&self, other: &Setup) -> Result<Stage, FieldError> {
        let stage = other.ready().map_err(|error| error.inside("other"))?;
        let (here, there) = (self.scenario.steps, stage.scenario.steps);
        if here == there {
            Ok(stage)
        } else {
            let allowed = format!("a setup of {here} steps, as the one that it is compared with");
            Err(FieldError::new("other", format!("{there} steps"), allowed))
        }
    }
}
