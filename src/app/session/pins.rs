//! Scenarios laid beside the present one: made, named, coloured, kept aside and taken away, each a step
//! that undo takes back.

use super::{Change, Session};
use crate::engine::{Pin, Pinned, Reference};
use crate::policy::Who;
use crate::scenario::{Label, MOST_PINS, Strategy, Tint};
use std::sync::Arc;

/// With whom policies are compared: in a pinned scenario by its name, or in the present one; with one
/// policy there, or each with that of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub pin: Option<String>,
    pub who: Option<Who>,
}

impl Default for Compared {
    fn default() -> Self {
        Self::with(Strategy::Delta)
    }
}

impl Compared {
    /// With a policy in the present scenario.
    #[must_use]
    pub fn with(who: impl Into<Who>) -> Self {
        Self {
            pin: None,
            who: Some(who.into()),
        }
    }
}

impl Session {
    /// All of them, those kept aside too.
    #[must_use]
    pub fn pins(&self) -> &[Pin] {
        &self.pins
    }

    /// Those that are compared with.
    pub fn shown_pins(&self) -> impl Iterator<Item = &Pin> {
        self.pins.iter().filter(|pin| !pin.label.hidden)
    }

    /// With whom policies are compared, by the place of the pin among those shown.
    #[must_use]
    pub fn reference(&self) -> Reference {
        let Compared { pin, who } = &self.reference;
        let place = pin.as_ref().map(|name| {
            let mut shown = self.shown_pins();
            shown.position(|pin| pin.label.name == *name)
        });
        match place {
            Some(None) => Strategy::Delta.into(),
            place => Reference {
                pin: place.flatten(),
                who: who.clone(),
            },
        }
    }

    /// Lays the present scenario with its policy beside itself; whether there was room.
    pub fn pin(&mut self, name: &str) -> bool {
        let present = Pinned::new(self.scenario(), self.learned.policy.clone());
        self.pin_other(name, present)
    }

    /// Lays another scenario with its policy beside the present one; whether there was room.
    pub fn pin_other(&mut self, name: &str, pinned: Pinned) -> bool {
        let room = self.pins.len() < MOST_PINS;
        if room {
            let taken = |tint: &Tint| self.pins.iter().any(|pin| pin.label.tint == *tint);
            let tint = Tint::ALL.into_iter().find(|tint| !taken(tint));
            let fresh = Pin {
                label: Label {
                    name: self.free_name(name),
                    tint: tint.unwrap_or_default(),
                    hidden: false,
                },
                pinned: Arc::new(pinned),
            };
            self.change_pins(|pins| pins.push(fresh));
        }
        room
    }

    /// Changes them, as a step of its own.
    pub fn change_pins(&mut self, change: impl FnOnce(&mut Vec<Pin>)) {
        let before = self.pins.clone();
        change(&mut self.pins);
        if before != self.pins {
            self.history.remember(Change {
                pins: Some(before),
                ..Change::default()
            });
        }
    }

    /// Puts those in place that an earlier session left.
    pub fn restore_pins(&mut self, pins: Vec<Pin>) {
        self.pins = pins;
    }

    /// Whether a pin other than the one at `place` has this name.
    #[must_use]
    pub fn is_taken(&self, name: &str, place: usize) -> bool {
        let mut others = self.pins.iter().enumerate();
        others.any(|(other, pin)| other != place && pin.label.name == name)
    }

    /// The pins that no set brought.
    pub(super) fn own_pins(&self) -> Vec<Pin> {
        let brought = self.place.brought_pins.as_deref().unwrap_or_default();
        let of_set = |pin: &Pin| {
            let mut brought = brought.iter();
            brought.any(|other| Arc::ptr_eq(&other.pinned, &pin.pinned))
        };
        let own = self.pins.iter().filter(|pin| !of_set(pin));
        own.cloned().collect()
    }

    /// Whether the pins of a set are others than those that were opened or saved.
    pub(super) fn pins_are_new(&self) -> bool {
        let brought = self.place.brought_pins.as_ref();
        brought.is_some_and(|brought| *brought != self.pins)
    }

    /// The name, with a number where another pin has it.
    fn free_name(&self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        let free = names.find(|name| !self.is_taken(name, usize::MAX));
        free.unwrap_or_else(|| name.to_owned())
    }
}
