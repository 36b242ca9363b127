//! What is said over the views. It remembers what stood there before the last change, to say what that
//! changed, and the last verdict that was true, to keep it while the next one is computed.

use crate::app::same::Same;
use crate::app::session::Session;
use crate::app::theme::{place, strategy_name};
use crate::app::view::{
    Facts, Figures, LearnedIs, Moved, Other, PathView, Said, change, in_words, verdict,
};
use crate::engine::{Outcomes, Pin, StrategyOutcome};
use crate::policy::{LearnedPolicy, Policy, Who};
use crate::scenario::{Scenario, Strategy};
use std::sync::Arc;

/// What is on screen.
pub(super) struct Scene<'a> {
    pub session: &'a Session,
    pub path: &'a Arc<PathView>,
    pub outcomes: Option<&'a Arc<Outcomes>>,
    /// Whether the outcomes are those of the present scenario and policy, if not yet on all paths.
    pub present: bool,
    /// Whether they are on all paths too.
    pub complete: bool,
    pub stale: &'a Arc<Vec<&'static str>>,
}

/// What a line is made of.
#[derive(PartialEq)]
struct Key {
    scenario: Same<Scenario>,
    path: Same<PathView>,
    outcomes: Option<Same<Outcomes>>,
    stale: Same<Vec<&'static str>>,
    focus: Who,
    training: bool,
    pins: Vec<Pin>,
    answered: (bool, bool),
    steps: u64,
}

/// A state whose figures are known.
struct Settled {
    scenario: Arc<Scenario>,
    /// The preset that it comes from.
    base: Arc<Scenario>,
    learned: Vec<LearnedPolicy>,
    outcomes: Arc<Outcomes>,
    path: Arc<PathView>,
    /// The step of the session that led there.
    steps: u64,
}

/// The line over the views, with what it remembers.
#[derive(Default)]
pub(super) struct Teller {
    /// The last state that settled in the present step, or before it.
    now: Option<Settled>,
    /// The last that settled in an earlier step than that.
    before: Option<Settled>,
    /// The last verdict that was of what stood on screen.
    verdict: Option<String>,
    said: Option<(Key, Arc<Said>)>,
}

impl Teller {
    /// The line for what is on screen.
    pub fn said(&mut self, scene: &Scene<'_>) -> Arc<Said> {
        let key = Key {
            scenario: Same::of(scene.session.scenario()),
            path: Same::of(scene.path),
            outcomes: Same::maybe(scene.outcomes),
            stale: Same::of(scene.stale),
            focus: scene.session.focus.clone(),
            training: scene.session.is_training(),
            pins: scene.session.pins().to_vec(),
            answered: (scene.present, scene.complete),
            steps: scene.session.steps(),
        };
        if let Some((known, said)) = &self.said
            && *known == key
        {
            return said.clone();
        }
        if scene.complete {
            self.settle(scene);
        }
        let said = Arc::new(self.say(scene));
        self.said = Some((key, said.clone()));
        said
    }

    fn settle(&mut self, scene: &Scene<'_>) {
        let Some(outcomes) = scene.outcomes else {
            return;
        };
        let known = |settled: &Settled| Arc::ptr_eq(&settled.outcomes, outcomes);
        if self.now.as_ref().is_some_and(known) {
            return;
        }
        let session = scene.session;
        let fresh = Settled {
            scenario: session.scenario().clone(),
            base: session.place.document.base().clone(),
            learned: session.learned().to_vec(),
            outcomes: outcomes.clone(),
            path: scene.path.clone(),
            steps: session.steps(),
        };
        // A drag is one step: what stood before it is compared with where it is now.
        let replaced = self.now.replace(fresh);
        if let Some(old) = replaced.filter(|old| old.steps != session.steps()) {
            self.before = Some(old);
        }
    }

    fn say(&mut self, scene: &Scene<'_>) -> Said {
        let of_now = scene.outcomes.filter(|_| scene.present);
        if let Some(outcomes) = of_now {
            self.verdict = Some(verdict(&facts(scene, outcomes)));
        }
        let none = || "Trying the strategies on the first paths …".to_owned();
        Said {
            verdict: self.verdict.clone().unwrap_or_else(none),
            change: self.moved(scene).and_then(|moved| change(&moved)),
            of_before: of_now.is_none() && self.verdict.is_some(),
        }
    }

    /// What differs from what stood before the last step.
    fn moved(&self, scene: &Scene<'_>) -> Option<Moved> {
        let session = scene.session;
        let settled = |settled: &&Settled| settled.steps != session.steps();
        let before = self.now.as_ref().filter(settled).or(self.before.as_ref())?;
        if !Arc::ptr_eq(&before.base, session.place.document.base()) {
            return None;
        }
        let now = session.scenario();
        let mut differ = now.differences(&before.scenario);
        differ.retain(|field| field.path != "strategies.selected");
        let missing = |these: &Scenario, in_those: &Scenario| {
            let those = &in_those.strategies.selected;
            let these = these.strategies.selected.iter();
            let missing = these.filter(|strategy| !those.contains(strategy));
            missing.map(|strategy| strategy_name(*strategy)).collect()
        };
        let subject = subject(scene)?;
        let rows = scene.outcomes.filter(|_| scene.present);
        let rows = rows.and_then(|outcomes| {
            let old = before.outcomes.row(&subject)?;
            Some((outcomes, old, outcomes.row(&subject)?))
        });
        let first = |path: &PathView| {
            let ledger = &path.of(&subject)?.ledger;
            ledger.first().map(|line| line.position)
        };
        Some(Moved {
            for_training_only: differ.iter().all(|f| f.path.starts_with("training.")),
            fields: differ
                .iter()
                .map(|field| {
                    let (before, now) = field.told(&before.scenario, now);
                    (field.label, before, now)
                })
                .collect(),
            joined: missing(now, &before.scenario),
            left: missing(&before.scenario, now),
            trained: before.learned != session.learned() && !session.made_it_itself(),
            first: first(&before.path).zip(first(scene.path)),
            cost: rows.map(|(_, old, new)| (old.statistics.cost, new.statistics.cost)),
            risk: rows
                .filter(|(outcomes, ..)| outcomes.goal == before.outcomes.goal)
                .map(|(outcomes, old, new)| (outcomes.goal, old.goal, new.goal)),
        })
    }
}

/// Whom the line is about: the one in focus, or the first that is not what all are compared with.
fn subject(scene: &Scene<'_>) -> Option<Who> {
    let focus = scene.path.whose(&scene.session.focus);
    let focus = focus.map(|path| path.who.clone());
    let Some(outcomes) = scene.outcomes else {
        return focus;
    };
    let mut rows: Vec<&Who> = outcomes.rows.iter().map(|row| &row.policy.who).collect();
    rows.sort_by_key(|who| place(who.kind));
    let other = |who: &&Who| outcomes.other(who).is_some();
    let there = |who: &Who| rows.contains(&who) && other(&who);
    let first = rows.iter().copied().find(other).or(rows.first().copied());
    focus.filter(there).or(first.cloned())
}

fn facts(scene: &Scene<'_>, outcomes: &Outcomes) -> Facts {
    let session = scene.session;
    let row = subject(scene).and_then(|who| outcomes.row(who));
    let reference = row.and_then(|row| outcomes.other(&row.policy.who));
    let against = row.and_then(|row| row.against.as_ref());
    let policy = session.learned.policy.as_ref();
    let about_learned = row.is_some_and(|row| policy.is_some_and(|p| p.who() == row.policy.who));
    let wanted = &session.scenario().strategies.selected;
    let learned = match policy {
        None if wanted.contains(&Strategy::Learned) => LearnedIs::Untrained,
        Some(_) if about_learned && session.is_training() => LearnedIs::Learning,
        Some(_) if about_learned && !scene.stale.is_empty() => {
            LearnedIs::Stale(scene.stale.to_vec())
        }
        _ => LearnedIs::Fit,
    };
    Facts {
        goal: outcomes.goal,
        subject: row.map(figures),
        other: reference.zip(against).map(|(reference, against)| Other {
            figures: Figures {
                name: name_of_other(session, outcomes, reference),
                ..figures(reference)
            },
            more: against.goal,
        }),
        learned,
    }
}

/// Whom the subject is compared with, and where that is not here, in which pin.
fn name_of_other(session: &Session, outcomes: &Outcomes, other: &StrategyOutcome) -> String {
    let name = in_words(&other.policy.who);
    let place = outcomes
        .reference
        .as_ref()
        .and_then(|reference| reference.pin);
    let pinned = place.and_then(|place| outcomes.pinned.get(place));
    let pin = pinned.and_then(|of| {
        let mut pins = session.pins().iter();
        pins.find(|pin| Arc::ptr_eq(&pin.pinned, &of.pinned))
    });
    match pin {
        Some(pin) => format!("{name} in {}", pin.label.name),
        None => name.into(),
    }
}

fn figures(row: &StrategyOutcome) -> Figures {
    Figures {
        name: in_words(&row.policy.who).into(),
        risk: row.goal,
        turnover: row.statistics.turnover,
    }
}
