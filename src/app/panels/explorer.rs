//! The explorer: the learned policy over any two of what it sees and what it is for.

mod picture;
mod words;

use super::book::empty;
use super::levers::{self, Lever, Wish, small};
use super::policy::ramp;
use crate::app::command::{Commands, ViewCommand};
use crate::app::theme::LABEL;
use crate::app::view::{ExplorerPicture, ViewModel};
use crate::app::widgets::Picture;
use crate::explore::{Chosen, Colour, Dimension, Look};
use crate::gallery::axis_name;
use crate::scenario::Named;
use egui::{ComboBox, RichText, Ui, vec2};

/// The panel.
#[derive(Default)]
pub struct ExplorerPanel {
    picture: Picture,
}

/// Least and largest width of a choice (points).
const CHOICE: (f32, f32) = (70.0, 168.0);
/// Room for the words between them, and for the gaps.
const WORDS: f32 = 66.0;

impl ExplorerPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        header(ui, view, commands);
        let explorer = &view.explorer;
        let Some(picture) = &explorer.picture else {
            let text = match &explorer.refused {
                Some(refused) => words::what_to_do(view, refused),
                None if view.learned.policy.is_none() => {
                    "There is no learned policy yet: train one, or let it answer at once.".into()
                }
                None => "Drawing the map …".into(),
            };
            empty(ui, ui.available_height(), &text);
            return;
        };
        key(ui, view, picture);
        let texts: Vec<_> = explorer
            .levers
            .iter()
            .map(|lever| move |x: f64| words::number(view, lever.dimension, x))
            .collect();
        let levers: Vec<Lever<'_>> = explorer
            .levers
            .iter()
            .zip(&texts)
            .map(|(lever, text)| Lever {
                of: "Explorer",
                symbol: words::symbol(lever.dimension),
                meaning: lever.dimension.meaning(),
                present: lever.present,
                range: lever.range,
                whole: lever.dimension.is_whole(),
                text,
            })
            .collect();
        let look = explorer.look;
        let back = (look.chosen != Chosen::default()).then_some((
            "this path's",
            "Back to the state of the path on screen at the time cursor",
        ));
        let texture = &mut self.picture;
        let wish = levers::beside(ui, &levers, back, |ui| {
            picture::ui(ui, view, picture, texture, commands);
        });
        let chosen = match wish {
            Some(Wish::Put(place, x)) => look.chosen.with(explorer.levers[place].dimension, x),
            Some(Wish::Back) => Chosen::default(),
            None => return,
        };
        if chosen != look.chosen {
            commands.push(ViewCommand::Explore(Look { chosen, ..look }));
        }
    }
}

/// The choices: what is coloured, what is up, what is across.
fn header(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let look = view.explorer.look;
    let mut wanted = look;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let width = (ui.available_width() - WORDS) / 3.0;
        let width = width.clamp(CHOICE.0, CHOICE.1);
        within(ui, width, |ui| choose_colour(ui, width, &mut wanted.colour));
        ui.label(small(ui, "over"));
        within(ui, width, |ui| {
            choose_axis(
                ui,
                view,
                ("Explorer up", width),
                &mut wanted.up,
                look.across,
            );
        });
        ui.label(small(ui, "and"));
        within(ui, width, |ui| {
            choose_axis(
                ui,
                view,
                ("Explorer across", width),
                &mut wanted.across,
                look.up,
            );
        });
    });
    if wanted != look {
        commands.push(ViewCommand::Explore(wanted));
    }
}

/// In no more than this width.
fn within(ui: &mut Ui, width: f32, contents: impl FnOnce(&mut Ui)) {
    let size = vec2(width, ui.spacing().interact_size.y);
    ui.allocate_ui(size, |ui| {
        ui.set_max_width(width);
        contents(ui);
    });
}

fn choose_colour(ui: &mut Ui, width: f32, colour: &mut Colour) {
    ComboBox::from_id_salt("explorer colour")
        .selected_text(RichText::new(words::short(*colour)).size(LABEL))
        .width(width)
        .truncate()
        .show_ui(ui, |ui| {
            for (_, other) in Colour::ALL {
                ui.selectable_value(colour, *other, other.label());
            }
        })
        .response
        .accessible_name("Explorer colour");
}

/// The other axis is not offered.
fn choose_axis(
    ui: &mut Ui,
    view: &ViewModel,
    (name, width): (&'static str, f32),
    axis: &mut Dimension,
    other: Dimension,
) {
    let called = |dimension| axis_name(dimension, view.linked_sides);
    ComboBox::from_id_salt(name)
        .selected_text(RichText::new(called(*axis)).size(LABEL))
        .width(width)
        .height(420.0)
        .truncate()
        .show_ui(ui, |ui| {
            let all = Dimension::ALL.iter().map(|(_, dimension)| *dimension);
            let offered =
                |dimension: &Dimension| *dimension != other && dimension.applies(&view.scenario);
            let mut of_state = true;
            for dimension in all.filter(offered) {
                if of_state && !dimension.is_of_state() {
                    ui.separator();
                    of_state = false;
                }
                ui.selectable_value(axis, dimension, called(dimension))
                    .on_hover_text(dimension.meaning());
            }
        })
        .response
        .accessible_name(name);
}

/// What the colours are, and whose policy it is.
fn key(ui: &mut Ui, view: &ViewModel, picture: &ExplorerPicture) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let [low, high] = picture.range;
        let what = format!("{}, shares", picture.colour.label());
        ui.label(small(ui, what));
        ui.label(small(ui, view.digits.shares(low)));
        ramp(ui, &picture.scale);
        ui.label(small(ui, view.digits.shares(high)));
        ui.label(small(ui, format!("· {}", words::whose(picture))));
        if !picture.unknown.is_empty() {
            ui.label(small(ui, "· hatched: not trained there"));
        }
    });
}
