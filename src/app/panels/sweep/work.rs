//! What the sweep is called, how far it is, and the work that is done on it here.

use super::words;
use crate::app::command::{Commands, SweepCommand};
use crate::app::panels::levers::small;
use crate::app::theme::{CAPTION, Tokens};
use crate::engine::{SweepPhase, SweepSeen};
use crate::files;
use egui::{Button, ProgressBar, RichText, TextEdit, Ui};
use std::ffi::OsStr;

/// The field with the folder for results.
#[derive(Default)]
pub(super) struct Field {
    /// For which sweep that was opened, and what stands in it.
    folder: Option<(u64, String)>,
}

impl Field {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, seen: &SweepSeen, commands: &mut Commands) {
        let tokens = Tokens::of(ui.visuals());
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            ui.spacing_mut().interact_size.y = 18.0;
            let title = &seen.results.plan().spec().title;
            let title = RichText::new(title).size(CAPTION).color(tokens.strong);
            let about = format!("{}\nresults in {}", seen.source.display(), seen.folder.display());
            ui.label(title).on_hover_text(about);
            let course = ui.label(small(ui, words::course(seen)));
            course.on_hover_text("How far the sweep is, and the work that is done on it here");
            let work = seen.work.filter(|work| !work.phase.is_over());
            match work {
                Some(work) => {
                    let share = narrow(work.share);
                    ui.add(ProgressBar::new(share).desired_width(70.0).desired_height(8.0));
                    running(ui, work.phase, commands);
                }
                None if seen.results.waiting().next().is_some() => {
                    self.start(ui, seen, commands);
                }
                None => {}
            }
            let close = ui.button(RichText::new("Close").size(CAPTION));
            let about = "Look at no sweep any more; what is computed here stops, and goes on later from what is there";
            if close.on_hover_text(about).accessible_name("Close the sweep").clicked() {
                commands.push(SweepCommand::Close);
            }
        });
    }

    /// What is missing can be computed: in the folder of the sweep, or, of a spec, in one that is named.
    fn start(&mut self, ui: &mut Ui, seen: &SweepSeen, commands: &mut Commands) {
        let tokens = Tokens::of(ui.visuals());
        let own = seen.folder.display().to_string();
        let known = self.folder.take().filter(|(run, _)| *run == seen.run);
        let mut folder = known.map_or_else(|| own.clone(), |(_, folder)| folder);
        let begun = seen.results.folder().is_some();
        if !begun {
            ui.label(small(ui, "results in"));
            let field = TextEdit::singleline(&mut folder).desired_width(170.0);
            ui.add(field).accessible_name("Folder of the sweep");
        }
        let name = if begun { "Go on" } else { "Start" };
        let face = RichText::new(name).size(CAPTION).color(tokens.on_accent);
        let go = ui.add(Button::new(face).fill(tokens.accent));
        let about = "Compute what is missing on this machine, beside the window's own work; it goes on later from what is there";
        if go
            .on_hover_text(about)
            .accessible_name("Start the sweep")
            .clicked()
        {
            let place = if begun { own } else { folder.clone() };
            let place = files::typed(OsStr::new(place.trim()));
            commands.push(SweepCommand::Start(place));
        }
        self.folder = Some((seen.run, folder));
    }
}

/// What can be done to work that goes on.
fn running(ui: &mut Ui, phase: SweepPhase, commands: &mut Commands) {
    let small = |text: &str| RichText::new(text).size(CAPTION);
    match phase {
        SweepPhase::Running => {
            let pause = ui.button(small("Pause"));
            if pause.accessible_name("Pause the sweep").clicked() {
                commands.push(SweepCommand::Pause);
            }
        }
        SweepPhase::Paused => {
            let go_on = ui.button(small("Continue"));
            if go_on.accessible_name("Continue the sweep").clicked() {
                commands.push(SweepCommand::Resume);
            }
        }
        _ => {}
    }
    if phase != SweepPhase::Stopping {
        let stop = ui.button(small("Stop"));
        let about = "Give up the cells at work; what is done stays";
        if stop
            .on_hover_text(about)
            .accessible_name("Stop the sweep")
            .clicked()
        {
            commands.push(SweepCommand::Stop);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a share on screen")]
fn narrow(share: f64) -> f32 {
    share as f32
}
