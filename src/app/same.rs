//! When two things are the same, so that what was made or asked for of the one need not be made or
//! asked for again.

use super::session::Session;
use crate::engine::{Pinned, Reference};
use crate::policy::{LearnedPolicy, Tuned};
use crate::scenario::Scenario;
use std::sync::Arc;

/// Something compared by what it is, not by what it holds.
#[derive(Debug)]
pub struct Same<T>(pub Arc<T>);

impl<T> Same<T> {
    /// That very thing.
    #[must_use]
    pub fn of(value: &Arc<T>) -> Self {
        Self(value.clone())
    }

    /// The same where there is one.
    #[must_use]
    pub fn maybe(value: Option<&Arc<T>>) -> Option<Self> {
        value.map(Self::of)
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// All that the path on screen is made from.
#[derive(Debug, PartialEq)]
pub struct PathKey {
    pub scenario: Same<Scenario>,
    pub learned: Vec<LearnedPolicy>,
    pub pinned: Vec<Same<Pinned>>,
    /// Parameters of the tuned strategies, first live, then of the pinned scenarios.
    pub tuned: Vec<Tuned>,
    pub number: Option<u64>,
}

impl PathKey {
    /// That of a session.
    #[must_use]
    pub fn of(session: &Session, tuned: Vec<Tuned>) -> Self {
        Self {
            scenario: Same::of(session.scenario()),
            learned: session.learned().to_vec(),
            pinned: pinned(session),
            tuned,
            number: session.place.shown,
        }
    }
}

/// All that the distribution on screen is made from but the learned policies, which change while one
/// looks.
#[derive(Debug, PartialEq)]
pub struct DistributionKey {
    pub scenario: Same<Scenario>,
    pub pinned: Vec<Same<Pinned>>,
    /// With whom policies are compared.
    pub reference: Reference,
    pub paths: u64,
}

/// The pinned scenarios that are compared with.
#[must_use]
pub fn pinned(session: &Session) -> Vec<Same<Pinned>> {
    let shown = session.shown_pins();
    shown.map(|pin| Same::of(&pin.pinned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::document::Document;
    use crate::policy::{Base, Scales};
    use crate::presets;

    #[test]
    fn a_path_is_another_when_scenario_policy_name_pin_parameters_or_number_are() {
        let session = || {
            let brought = crate::training::shipped("paper-year");
            Session::new(Document::built_in("paper-year").unwrap(), brought, None)
        };
        let base = session();
        let key = |session: &Session| PathKey::of(session, vec![Tuned::GUESS; 2]);
        assert_eq!(key(&base), key(&base));
        let changed = |change: &dyn Fn(&mut Session)| {
            let mut other = session();
            other.place = base.place.clone();
            other.learned = base.learned.clone();
            change(&mut other);
            key(&other) == key(&base)
        };
        assert!(changed(&|_| {}));
        let policy = base.learned.policy.clone().unwrap();
        let scenario = presets::built_in("paper-year").unwrap();
        let untrained = LearnedPolicy::untrained(
            &scenario,
            Base::Delta,
            Base::Delta,
            Scales::of(&scenario, 0.0),
        );
        assert!(!changed(&|s| s.learned.policy = None));
        assert!(!changed(&|s| s.learned.policy = Some(untrained.clone())));
        assert!(!changed(
            &|s| s.learned.policy = Some(policy.clone().called("mine"))
        ));
        let pin = |s: &mut Session| {
            assert!(s.pin("one"));
        };
        assert!(!changed(&pin));
        assert!(changed(&|s| {
            pin(s);
            s.change_pins(|pins| pins[0].label.hidden = true);
        }));
        assert!(!changed(&|s| s.place.shown = Some(3)));
        let tuned = Tuned {
            band: 2.0,
            ..Tuned::GUESS
        };
        assert_ne!(PathKey::of(&base, vec![Tuned::GUESS, tuned]), key(&base));
    }
}
