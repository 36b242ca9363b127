//! Views that are covered until one has answered, and what is to be looked at.

use super::canvas;
use crate::app::command::Commands;
use crate::app::theme::{BODY, Tokens};
use crate::app::view::{LessonView, ViewModel};
use crate::lessons::{Look, View};
use crate::scenario::Named;
use egui::{Rect, RichText, Stroke, StrokeKind, Ui};

/// Draws what stands in a view's place while a lesson asks; whether anything does.
pub fn instead(ui: &mut Ui, view: &ViewModel, key: &str, commands: &mut Commands) -> bool {
    let Some(lesson) = &view.lesson else {
        return false;
    };
    let drawn_here = lesson.canvas.as_ref().filter(|canvas| is(canvas.view, key));
    if let Some(canvas) = drawn_here {
        canvas::ui(ui, canvas, commands);
        return true;
    }
    // The explorer would tell what the policy's view does.
    let told_by = if key == "explorer" { "policy" } else { key };
    let covered = lesson.veiled.iter().any(|view| is(*view, told_by));
    if covered {
        cover(ui);
    }
    covered
}

fn is(view: View, key: &str) -> bool {
    view.name() == key
}

fn cover(ui: &mut Ui) {
    let tokens = Tokens::of(ui.visuals());
    let text = "Covered until you have answered: it would tell you.";
    ui.centered_and_justified(|ui| {
        ui.label(RichText::new(text).size(BODY).color(tokens.subdued));
    });
}

/// Outlines a view that is to be looked at.
pub fn outline(ui: &Ui, view: &ViewModel, key: &str, rect: Rect) {
    let looked_at = |lesson: &LessonView| {
        let mut look = lesson.look.iter();
        look.any(|look| matches!(look, Look::View(view) if is(*view, key)))
    };
    if view.lesson.as_deref().is_some_and(looked_at) {
        ring(ui, rect.shrink(1.0));
    }
}

/// A ring around what is to be looked at.
pub(super) fn ring(ui: &Ui, rect: Rect) {
    let tokens = Tokens::of(ui.visuals());
    let stroke = Stroke::new(2.0, tokens.accent);
    ui.painter()
        .rect_stroke(rect, 4.0, stroke, StrokeKind::Inside);
}
