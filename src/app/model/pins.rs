//! What is done to the scenarios laid beside the present one.

use super::Model;
use crate::app::command::PinCommand;
use crate::app::document::Grain;
use crate::app::keep::KeptPin;
use crate::app::notice::Notice;
use crate::app::session::Learned;
use crate::app::view::differences;
use crate::engine::{Pin, Pinned};
use crate::scenario::{MOST_PINS, Scenario, is_pin_name};
use std::sync::Arc;

/// Longest name that a pin gets by itself (characters).
const LONGEST: usize = 30;

impl Model {
    pub(super) fn apply_pin(&mut self, command: PinCommand) {
        let session = &mut self.session;
        match command {
            PinCommand::Add => {
                let name = self.name_for_pin();
                if !self.session.pin(&name) {
                    self.no_room_for_pins();
                }
            }
            PinCommand::Rename(place, name) => self.rename_pin(place, name.trim()),
            PinCommand::Colour(place, tint) => session.change_pins(|pins| {
                if let Some(pin) = pins.get_mut(place) {
                    pin.label.tint = tint;
                }
            }),
            PinCommand::Hide(place, hidden) => session.change_pins(|pins| {
                if let Some(pin) = pins.get_mut(place) {
                    pin.label.hidden = hidden;
                }
            }),
            PinCommand::Remove(place) => session.change_pins(|pins| {
                if place < pins.len() {
                    pins.remove(place);
                }
            }),
            PinCommand::RemoveAll => session.change_pins(Vec::clear),
            PinCommand::Take(place) => {
                if let Some(pin) = session.pins().get(place) {
                    let pinned = pin.pinned.clone();
                    self.take_pin(&pinned);
                }
            }
        }
    }

    pub(super) fn no_room_for_pins(&mut self) {
        let why = format!("{MOST_PINS} scenarios are pinned, and there is room for no more");
        self.tell(Notice::error(why, "Remove one first."));
    }

    fn rename_pin(&mut self, place: usize, name: &str) {
        let Some(before) = self.session.pins().get(place) else {
            return;
        };
        let before = before.label.name.clone();
        let refused = if !is_pin_name(name) {
            Some("allowed: one line of 1 to 40 characters")
        } else if self.session.is_taken(name, place) {
            Some("another pin is called so")
        } else {
            None
        };
        if let Some(why) = refused {
            let title = format!("{before} was not renamed to {name:?}");
            return self.tell(Notice::error(title, why));
        }
        self.session
            .change_pins(|pins| name.clone_into(&mut pins[place].label.name));
        if self.session.reference.pin.as_ref() == Some(&before) {
            self.session.reference.pin = Some(name.to_owned());
        }
    }

    /// Puts what is pinned in the place of what is on screen; one step for undo.
    fn take_pin(&mut self, pinned: &Pinned) {
        let present = self.session.scenario();
        let mut parameters = pinned.scenario.clone().into_parameters();
        parameters.title.clone_from(&present.title);
        parameters.description.clone_from(&present.description);
        parameters.shown_path = self.document().path_for(&parameters);
        let Ok(scenario) = Scenario::new(parameters) else {
            return;
        };
        let edited = scenario != **present;
        self.session.edit(Arc::new(scenario), Grain::Whole, None);
        let learned = pinned.learned.clone();
        if learned != self.session.learned.policy {
            self.session.take_policy(Learned::still(learned), edited);
        }
        self.moved();
    }

    /// What the present scenario is called beside others: by what differs from the preset, or by its
    /// name.
    fn name_for_pin(&self) -> String {
        let preset = self.document().origin().name();
        let differ = differences(self.document().base(), self.session.scenario());
        let told: Vec<String> = differ
            .iter()
            .map(|(label, _, now)| format!("{label} {now}"))
            .collect();
        let told = told.join(", ");
        let name = match told.chars().count() {
            0 => preset,
            1..=LONGEST => told,
            _ => format!("{preset}, edited"),
        };
        let short: String = name.chars().take(LONGEST).collect();
        short.trim().to_owned()
    }

    /// A pin that an earlier session left; one that does not load is told of.
    pub(super) fn kept_pin(&mut self, kept: &KeptPin) -> Option<Pin> {
        match crate::presets::parse(&kept.scenario, &kept.label.name) {
            Ok(scenario) => {
                let learned = kept.policy.as_ref().and_then(|file| self.policy_in(file));
                Some(Pin {
                    label: kept.label.clone(),
                    pinned: Arc::new(Pinned::new(&scenario, learned)),
                })
            }
            Err(error) => {
                let title = format!("The pinned scenario {} did not come back", kept.label.name);
                self.tell(Notice::error(title, error.to_string()));
                None
            }
        }
    }
}
