//! A price path, and what each policy did on it.

use super::look::{name_of, place};
use crate::market::Path;
use crate::policy::{Policy, Who};
use crate::scenario::Scenario;
use crate::simulate::{Played, Spent};
use std::ops::{ControlFlow, Deref};

/// A price path with the hedges on it.
#[derive(Clone, Debug, Default)]
pub struct Hedged {
    /// Its number among the simulated paths; absent for one that the scenario brings.
    pub number: Option<u64>,
    /// Prices at the dates `0..=steps` (currency).
    pub prices: Path,
    /// Each policy, in the order in which strategies stand everywhere.
    pub hedges: Vec<Hedge>,
}

/// What one policy did on a path.
#[derive(Clone, Debug)]
pub struct Hedge {
    /// Which.
    pub who: Who,
    /// What it did.
    pub played: Played,
}

/// What it did.
impl Deref for Hedge {
    type Target = Played;

    fn deref(&self) -> &Played {
        &self.played
    }
}

/// Under the name that the policy has.
impl From<Played> for Hedge {
    fn from(played: Played) -> Self {
        Self {
            who: played.policy.who.clone(),
            played,
        }
    }
}

impl Hedged {
    /// What policies do on a path of `scenario`.
    #[must_use]
    pub fn new(
        scenario: &Scenario,
        policies: &[Box<dyn Policy>],
        number: Option<u64>,
        prices: impl Into<Path>,
    ) -> Self {
        let prices = prices.into();
        let go_on = &mut || ControlFlow::Continue(());
        let rules = policies.iter().map(AsRef::as_ref);
        let played = rules.filter_map(|rule| Played::watched(scenario, rule, &prices, go_on));
        let mut hedges: Vec<Hedge> = played.map(Hedge::from).collect();
        hedges.sort_by_key(|hedge| place(hedge.who.kind));
        Self {
            number,
            prices,
            hedges,
        }
    }

    /// The same with what `focus` did in another scenario, laid beside this one under a name.
    #[must_use]
    pub fn with_pinned(mut self, name: &str, other: &Self, focus: Option<&Who>) -> Self {
        if let Some(hedge) = other.whose(focus) {
            let mut hedge = hedge.clone();
            hedge.who = in_pin(&hedge.who, name);
            self.hedges.push(hedge);
            // Behind those of its kind that are there.
            self.hedges.sort_by_key(|hedge| place(hedge.who.kind));
        }
        self
    }

    /// Whose book and policy are shown: those of `focus`, or of the first where nobody is called so.
    #[must_use]
    pub fn whose(&self, focus: Option<&Who>) -> Option<&Hedge> {
        let named = focus.and_then(|who| self.hedges.iter().find(|hedge| hedge.who == *who));
        named.or(self.hedges.first())
    }

    /// Where the money of each hedge in `scenario` went.
    #[must_use]
    pub fn spent(&self, scenario: &Scenario) -> Vec<Spent> {
        let hedges = self.hedges.iter();
        hedges
            .map(|hedge| Spent::on_path(hedge.who.clone(), scenario, hedge))
            .collect()
    }

    /// Smallest and largest price.
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        let prices = || self.prices.iter().copied();
        (
            prices().fold(f64::INFINITY, f64::min),
            prices().fold(f64::NEG_INFINITY, f64::max),
        )
    }
}

/// A policy in a scenario that is laid beside another one.
#[must_use]
pub fn in_pin(who: &Who, pin: &str) -> Who {
    Who::called(&format!("{}, {pin}", name_of(who)), who.kind)
}
