//! The pinned scenarios, side by side: each a chip in its colour, with a menu of what can be done to it.

use crate::app::command::{Commands, PinCommand, ViewCommand};
use crate::app::session::Compared;
use crate::app::theme::{self, Tokens};
use crate::app::view::{PinView, ViewModel};
use crate::scenario::{MOST_PINS, Tint};
use egui::{Button, Color32, Key, Rect, Response, RichText, Sense, Stroke, TextEdit, Ui, vec2};

/// The strip, and the name that is typed in it.
#[derive(Default)]
pub struct Pins {
    /// Which pin is being renamed, and the text so far.
    renaming: Option<(usize, String)>,
}

/// Height of the strip where there are pins (points).
pub const HEIGHT: f32 = 26.0;

impl Pins {
    /// Draws them in a row.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let tokens = Tokens::of(ui.visuals());
        egui::ScrollArea::horizontal().show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let caption = RichText::new("Pinned").size(theme::CAPTION);
                ui.label(caption.color(tokens.subdued));
                for (place, pin) in view.pins.iter().enumerate() {
                    self.chip(ui, place, pin, commands);
                }
                if view.pins.len() > 1 && ui.button("Remove all").clicked() {
                    commands.push(PinCommand::RemoveAll);
                }
            });
        });
    }

    fn chip(&mut self, ui: &mut Ui, place: usize, pin: &PinView, commands: &mut Commands) {
        let tokens = Tokens::of(ui.visuals());
        let hidden = pin.label.hidden;
        let tint = tokens.tint(pin.label.tint);
        let colour = if hidden { tokens.subdued } else { tokens.text };
        sample(ui, tint, hidden);
        let mut face = RichText::new(&pin.label.name).color(colour);
        if hidden {
            face = face.strikethrough();
        }
        let menu = ui.menu_button(face, |ui| {
            ui.set_min_width(210.0);
            self.menu(ui, place, pin, commands);
        });
        let state = if hidden { ", kept aside" } else { "" };
        menu.response
            .on_hover_text(format!("{}\nClick for more.", pin.about()))
            .accessible_name(format!("Pin {}{state}", pin.label.name));
    }

    fn menu(&mut self, ui: &mut Ui, place: usize, pin: &PinView, commands: &mut Commands) {
        let mut do_it = |ui: &Ui, command: PinCommand| {
            commands.push(command);
            ui.close();
        };
        if let Some(name) = self.name(ui, place, &pin.label.name) {
            do_it(ui, PinCommand::Rename(place, name));
        }
        ui.horizontal(|ui| {
            for tint in Tint::ALL {
                if swatch(ui, tint, tint == pin.label.tint).clicked() {
                    do_it(ui, PinCommand::Colour(place, tint));
                }
            }
        });
        ui.separator();
        let hidden = pin.label.hidden;
        let word = if hidden {
            "Compare with it again"
        } else {
            "Keep aside"
        };
        if ui.button(word).clicked() {
            do_it(ui, PinCommand::Hide(place, !hidden));
        }
        let take = ui.button("Put its values on screen");
        if take
            .on_hover_text("Its parameters and its policy; undo brings back the present ones")
            .clicked()
        {
            do_it(ui, PinCommand::Take(place));
        }
        if ui
            .button("Remove")
            .on_hover_text("Undo brings it back")
            .clicked()
        {
            do_it(ui, PinCommand::Remove(place));
        }
        if !hidden {
            ui.separator();
            reference(ui, &pin.label.name, commands);
        }
    }

    /// The field for its name; a new one once it is entered.
    fn name(&mut self, ui: &mut Ui, place: usize, present: &str) -> Option<String> {
        let typed = match &mut self.renaming {
            Some((known, typed)) if *known == place => typed,
            other => &mut other.insert((place, present.to_owned())).1,
        };
        let field = TextEdit::singleline(typed).desired_width(200.0);
        let response = ui.add(field).accessible_name("Name of the pin");
        let entered = ui.input(|input| input.key_pressed(Key::Enter));
        let done = response.lost_focus() && entered;
        let name = done.then(|| typed.clone()).filter(|name| name != present);
        if done || !(response.has_focus() || response.lost_focus() || *typed != present) {
            self.renaming = None;
        }
        name
    }
}

/// Policies compared with those in a pin, as entries of a menu.
fn reference(ui: &mut Ui, pin: &str, commands: &mut Commands) {
    if ui
        .button("Compare each strategy with its own here")
        .on_hover_text(
            "Every figure less that of the same strategy in this pin, on the same random numbers",
        )
        .clicked()
    {
        commands.push(ViewCommand::Compare(Compared {
            pin: Some(pin.to_owned()),
            who: None,
        }));
        ui.close();
    }
}

/// A piece of a pin's line.
fn sample(ui: &mut Ui, colour: Color32, hidden: bool) {
    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 10.0), Sense::hover());
    let width = if hidden { 1.0 } else { 3.0 };
    let stroke = Stroke::new(width, colour);
    ui.painter().hline(rect.x_range(), rect.center().y, stroke);
}

/// A colour to choose.
fn swatch(ui: &mut Ui, tint: Tint, chosen: bool) -> Response {
    let tokens = Tokens::of(ui.visuals());
    let button = Button::selectable(chosen, "").min_size(vec2(26.0, 20.0));
    let response = ui.add(button);
    let field = Rect::from_center_size(response.rect.center(), vec2(14.0, 10.0));
    ui.painter().rect_filled(field, 2.0, tokens.tint(tint));
    response.accessible_name(format!("Colour {}", tint.name()))
}

/// The button that pins what is on screen.
pub fn button(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let room = view.pins.len() < MOST_PINS;
    let about = if room {
        "Keep the present scenario with its policy beside what follows, to compare"
    } else {
        "Six scenarios are pinned, and there is room for no more; remove one first"
    };
    let button = ui.add_enabled(room, Button::new("Pin"));
    if button
        .on_hover_text(about)
        .on_disabled_hover_text(about)
        .clicked()
    {
        commands.push(PinCommand::Add);
    }
}
