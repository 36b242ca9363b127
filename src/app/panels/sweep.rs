//! A sweep over two of its axes, and the work that is done on it here.

mod hand;
mod picture;
mod words;
mod work;

use super::book::empty;
use super::levers::small;
use super::policy::ramp;
use crate::app::command::{Commands, SweepCommand};
use crate::app::theme::LABEL;
use crate::app::view::{SweepLever, SweepPicture, SweepView, ViewModel, sweep_figure};
use crate::app::widgets::Picture;
use crate::sweep::{Laid, Shown, Wish};
use egui::{ComboBox, RichText, Slider, Ui};

/// The panel.
#[derive(Default)]
pub struct SweepPanel {
    picture: Picture,
    hand: hand::AtHand,
    work: work::Field,
}

/// What is said where no sweep is looked at.
const NONE: &str = "Open a sweep: the folder that hedgelab sweep run made or is making, or a spec to compute here \
    (Open, or drop it onto the window). hedgelab sweep example prints one.";

impl SweepPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let sweep = &view.sweep;
        let (Some(seen), Some((shown, laid))) = (&sweep.seen, &sweep.what) else {
            return empty(ui, ui.available_height(), NONE);
        };
        self.work.ui(ui, seen, commands);
        choices(ui, sweep, shown, laid, commands);
        levers(ui, sweep, commands);
        if let Some(picture) = &sweep.picture {
            key(ui, shown, picture);
            let panel = (&mut self.picture, &mut self.hand);
            picture::ui(ui, sweep, picture, panel, commands);
        }
    }
}

/// Which figure, whose, and over what.
fn choices(ui: &mut Ui, sweep: &SweepView, shown: &Shown, laid: &Laid, commands: &mut Commands) {
    let mut wanted = sweep.wish.clone();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let present = sweep_figure(shown);
        combo(ui, "Sweep figure", &present, 120.0, |ui| {
            for (name, wish) in &sweep.figures {
                if ui.selectable_label(*name == present, name).clicked() {
                    wanted = wish.clone();
                }
            }
        });
        ui.label(small(ui, "of"));
        combo(ui, "Sweep strategy", &shown.strategy, 72.0, |ui| {
            for name in &sweep.strategies {
                let chosen = **name == shown.strategy;
                if ui.selectable_label(chosen, *name).clicked() {
                    wanted.strategy = Some((*name).to_owned());
                }
            }
        });
        ui.label(small(ui, "less"));
        let less = shown.against.as_deref().unwrap_or("nothing");
        combo(ui, "Sweep against", less, 72.0, |ui| {
            if ui
                .selectable_label(shown.against.is_none(), "nothing")
                .clicked()
            {
                wanted.against = None;
            }
            for name in &sweep.strategies {
                let chosen = Some(*name) == shown.against.as_deref();
                if ui.selectable_label(chosen, *name).clicked() {
                    wanted.against = Some((*name).to_owned());
                }
            }
        });
        if sweep.axes.len() > 1 {
            over(ui, sweep, laid, &mut wanted);
        }
    });
    if wanted != sweep.wish {
        commands.push(SweepCommand::Show(wanted));
    }
}

/// Which axis runs down, and which across; the one that is chosen twice changes its place with the other.
fn over(ui: &mut Ui, sweep: &SweepView, laid: &Laid, wanted: &mut Wish) {
    let name = |place: usize| sweep.axes.get(place).cloned().unwrap_or_default();
    let (down, across) = (name(laid.down), laid.across.map(name).unwrap_or_default());
    let chosen = |wanted: &mut Wish, down: &str, across: &str| {
        wanted.at.retain(|at| {
            let axis = at.split_once('=').map_or("", |(axis, _)| axis);
            axis != down && axis != across
        });
        wanted.down = Some(down.to_owned());
        wanted.across = Some(across.to_owned());
    };
    ui.label(small(ui, "over"));
    combo(ui, "Sweep down", &down, 84.0, |ui| {
        for axis in &sweep.axes {
            if ui.selectable_label(*axis == down, axis).clicked() {
                let other = if *axis == across { &down } else { &across };
                chosen(wanted, axis, other);
            }
        }
    });
    ui.label(small(ui, "and"));
    combo(ui, "Sweep across", &across, 84.0, |ui| {
        for axis in &sweep.axes {
            if ui.selectable_label(*axis == across, axis).clicked() {
                let other = if *axis == down { &across } else { &down };
                chosen(wanted, other, axis);
            }
        }
    });
}

fn combo(ui: &mut Ui, name: &'static str, present: &str, width: f32, offer: impl FnOnce(&mut Ui)) {
    ComboBox::from_id_salt(name)
        .selected_text(RichText::new(present).size(LABEL))
        .width(width)
        .truncate()
        .show_ui(ui, offer)
        .response
        .accessible_name(name);
}

/// The axes that are held, each with a slider over its values.
fn levers(ui: &mut Ui, sweep: &SweepView, commands: &mut Commands) {
    if sweep.levers.is_empty() {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().slider_width = 84.0;
        for lever in &sweep.levers {
            if let Some(value) = held(ui, lever) {
                let mut wanted = sweep.wish.clone();
                let of_other = |at: &String| {
                    let axis = at.split_once('=').map(|(axis, _)| axis);
                    axis != Some(lever.name.as_str())
                };
                wanted.at.retain(of_other);
                wanted.at.push(format!("{}={value}", lever.name));
                commands.push(SweepCommand::Show(wanted));
            }
        }
    });
}

/// Draws one; gives back the value that is chosen instead of the present one.
fn held(ui: &mut Ui, lever: &SweepLever) -> Option<String> {
    let mut at = lever.at;
    let told = lever.values.get(at).map_or("", |(_, told)| told);
    let unit = match lever.unit {
        "" => String::new(),
        unit => format!(" {unit}"),
    };
    let last = lever.values.len().saturating_sub(1);
    let slider = Slider::new(&mut at, 0..=last).show_value(false);
    ui.label(small(ui, lever.name.as_str()));
    let response = ui.add_enabled(last > 0, slider);
    response.accessible_name(format!("Sweep {}", lever.name));
    ui.label(small(ui, format!("{told}{unit}")));
    let chosen = lever.values.get(at).filter(|_| at != lever.at);
    chosen.map(|(value, _)| value.clone())
}

/// What the colours are.
fn key(ui: &mut Ui, shown: &Shown, picture: &SweepPicture) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let [low, high] = picture.range;
        ui.label(small(ui, shown.title()));
        ui.label(small(ui, words::figure(low)));
        ramp(ui, &picture.scale);
        ui.label(small(ui, words::figure(high)));
        if picture.by_chance.iter().any(|chance| *chance) {
            ui.label(small(ui, "· hatched: explained by chance"));
        }
    });
}
