//! Messages that come up in a corner of the window and can be copied.

use super::theme::{CAPTION, GAP, Tokens};
use egui::{Align2, Area, Frame, Id, Margin, Order, RichText, Stroke, Ui, vec2};
use std::time::Duration;

/// Seconds for which good news stay.
const STAY: f64 = 4.0;
/// Messages shown at once.
const MOST: usize = 4;

/// Something to tell.
#[derive(Clone, Debug)]
pub struct Notice {
    pub title: String,
    /// What to copy into a report; empty where the title says it all.
    pub details: String,
    pub is_error: bool,
}

impl Notice {
    /// Good news; it goes by itself.
    pub fn info(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            details: String::new(),
            is_error: false,
        }
    }

    /// An error; it stays until it is closed.
    pub fn error(title: impl Into<String>, details: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            details: details.into(),
            is_error: true,
        }
    }
}

/// The messages on screen.
#[derive(Default)]
pub struct Notices {
    shown: Vec<(Notice, f64)>,
}

impl Notices {
    /// Adds a message, unless the same one is on screen.
    pub fn add(&mut self, notice: Notice, now: f64) {
        let same =
            |(old, _): &(Notice, f64)| old.title == notice.title && old.details == notice.details;
        self.shown.retain(|old| !same(old));
        self.shown.push((notice, now));
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// Draws the messages above everything else.
    pub fn ui(&mut self, ui: &Ui, bottom: f32) {
        let now = ui.input(|input| input.time);
        self.shown
            .retain(|(notice, since)| notice.is_error || now - since < STAY);
        if self.shown.is_empty() {
            return;
        }
        let mut closed = None;
        Area::new(Id::unique("notices"))
            .order(Order::Foreground)
            .anchor(Align2::RIGHT_BOTTOM, vec2(-12.0, -bottom - 12.0))
            .show(ui.ctx(), |ui| {
                for (place, (notice, _)) in self.shown.iter().enumerate() {
                    if one(ui, notice) {
                        closed = Some(place);
                    }
                    ui.add_space(GAP);
                }
            });
        if let Some(place) = closed {
            self.shown.remove(place);
        }
        if let Some(oldest) = self
            .shown
            .iter()
            .filter(|(n, _)| !n.is_error)
            .map(|(_, t)| t)
            .next()
        {
            let left = (oldest + STAY - now).max(0.0) + 0.02;
            ui.ctx()
                .request_repaint_after(Duration::from_secs_f64(left));
        }
    }
}

/// Draws one message and says whether it was closed.
fn one(ui: &mut Ui, notice: &Notice) -> bool {
    let tokens = Tokens::of(ui.visuals());
    let colour = if notice.is_error {
        tokens.error
    } else {
        tokens.good
    };
    Frame::new()
        .fill(tokens.raised)
        .stroke(Stroke::new(1.0, colour))
        .corner_radius(6.0)
        .inner_margin(Margin::same(10))
        .show(ui, |ui| {
            ui.set_width(380.0);
            ui.label(RichText::new(&notice.title).color(tokens.strong));
            if !notice.details.is_empty() {
                ui.label(RichText::new(&notice.details).monospace().size(CAPTION));
            }
            ui.horizontal(|ui| {
                if notice.is_error && ui.button("Copy details").clicked() {
                    let text = format!("{}\n{}", notice.title, notice.details);
                    ui.ctx().copy_text(text);
                }
                ui.button("Close").clicked()
            })
            .inner
        })
        .inner
}
