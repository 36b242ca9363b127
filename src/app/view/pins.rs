//! Scenarios laid beside the present one: what they are called, and what differs in them.

use super::{Difference, StrategyPath, ViewModel, differences, in_words};
use crate::engine::{Outcomes, Pin, Pinned, Reference};
use crate::scenario::{Label, Scenario};
use std::sync::Arc;

/// A pinned scenario.
#[derive(Clone, Debug)]
pub struct PinView {
    pub label: Label,
    pub pinned: Arc<Pinned>,
    /// Fields in which it differs from the present scenario: label, the present value, its own.
    pub differences: Vec<Difference>,
}

impl PinView {
    /// A pin beside the present scenario.
    #[must_use]
    pub fn new(pin: &Pin, scenario: &Scenario) -> Self {
        Self {
            label: pin.label.clone(),
            pinned: pin.pinned.clone(),
            differences: differences(scenario, &pin.pinned.scenario),
        }
    }

    /// What it is, in a few lines.
    #[must_use]
    pub fn about(&self) -> String {
        let name = &self.label.name;
        if self.differences.is_empty() {
            return format!("{name}: the present values; change something to compare");
        }
        let differ = self.differences.iter();
        let lines: Vec<String> = differ
            .map(|(label, now, own)| format!("{label} {own} (now {now})"))
            .collect();
        format!("{name}: {}", lines.join(", "))
    }
}

impl ViewModel {
    /// The pins that are compared with, in their order.
    pub fn shown_pins(&self) -> impl Iterator<Item = &PinView> {
        self.pins.iter().filter(|pin| !pin.label.hidden)
    }

    /// The pin of a scenario, if it is compared with.
    #[must_use]
    pub fn pin_of(&self, pinned: &Arc<Pinned>) -> Option<&PinView> {
        self.shown_pins()
            .find(|pin| Arc::ptr_eq(&pin.pinned, pinned))
    }

    /// What stands behind the strategies on the path: each pin with its own. All of them where there
    /// is one pin; else those of the strategy in focus alone, to be told apart.
    #[must_use]
    pub fn ghosts(&self) -> Vec<(&PinView, Vec<&StrategyPath>)> {
        let alone = self.path.ghosts.len() == 1;
        let pins = self.shown_pins().zip(&self.path.ghosts);
        pins.map(|(pin, path)| {
            let strategies: Vec<&StrategyPath> = if alone {
                path.strategies.iter().collect()
            } else {
                path.whose(&self.focus).into_iter().collect()
            };
            (pin, strategies)
        })
        .collect()
    }

    /// With whom policies are compared, amid a sentence: `delta`, `delta in no impact`, `the same in
    /// no impact`.
    #[must_use]
    pub fn compared_with(&self, outcomes: &Outcomes) -> String {
        let Some(Reference { pin, who }) = &outcomes.reference else {
            return String::new();
        };
        let pinned = pin.and_then(|place| outcomes.pinned.get(place));
        let name = pinned.and_then(|of| Some(self.pin_of(&of.pinned)?.label.name.as_str()));
        match (name, who) {
            (Some(name), Some(who)) => format!("{} in {name}", in_words(who)),
            (Some(name), None) => format!("the same in {name}"),
            (None, Some(who)) => in_words(who).to_owned(),
            (None, None) => "the same now".into(),
        }
    }
}

/// The name of a pin where there is room for `most` characters.
#[must_use]
pub fn short(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let begin: String = name.chars().take(most - 1).collect();
    format!("{}…", begin.trim_end())
}
