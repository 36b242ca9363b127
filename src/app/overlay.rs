//! What is painted over the whole window: the hint while a file hovers, the keyboard's place.

use super::theme::{HEADLINE, PADDING, Tokens};
use egui::{Align2, Context, FontId, Id, LayerId, Order, Stroke, StrokeKind};

/// Says what happens to a file that hovers over the window.
pub fn drop_hint(ctx: &Context) {
    if ctx.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let style = ctx.global_style();
    let tokens = Tokens::of(&style.visuals);
    let rect = ctx.content_rect();
    let layer = LayerId::new(Order::Foreground, Id::unique("drop"));
    let painter = ctx.layer_painter(layer);
    painter.rect_filled(rect, 0.0, tokens.window.gamma_multiply(0.8));
    let stroke = Stroke::new(2.0, tokens.accent);
    painter.rect_stroke(rect.shrink(PADDING), 6.0, stroke, StrokeKind::Inside);
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        "Drop a preset, recorded prices or quoted books to open them",
        FontId::proportional(HEADLINE),
        tokens.strong,
    );
}

/// Shows where the keyboard is; frameless buttons say nothing of it themselves.
pub fn focus_ring(ctx: &Context) {
    let Some(id) = ctx.memory(egui::Memory::focused) else {
        return;
    };
    let Some(response) = ctx.read_response(id) else {
        return;
    };
    if !response.interact_rect.is_positive() {
        return;
    }
    let style = ctx.global_style();
    let stroke = Stroke::new(1.5, Tokens::of(&style.visuals).accent);
    let layer = LayerId::new(Order::Tooltip, Id::unique("focus ring"));
    let rect = response.interact_rect.expand(1.0);
    ctx.layer_painter(layer)
        .rect_stroke(rect, 4.0, stroke, StrokeKind::Outside);
}
