//! How the policy's curve bends: a fading trail of what was kept on the way.

use crate::app::format;
use crate::app::theme::{CAPTION, Mark, Tokens};
use crate::app::view::ViewModel;
use crate::app::widgets::{
    End, Frame, Strand, chart, describe, height_at, paint_ends, reading, ticks, x_axis, y_axis,
};
use crate::scenario::Strategy;
use egui::{FontId, Ui};
use egui_plot::{LineStyle, VLine};

/// Room for the names at the lines' ends (points).
const NAMES: f32 = 52.0;

/// Draws it.
pub(super) fn ui(ui: &mut Ui, view: &ViewModel) {
    let tokens = Tokens::of(ui.visuals());
    let curves = &view.curves;
    let look = tokens.look(Strategy::Learned);
    let frame = Frame {
        height: ui.available_height(),
        left: 34.0,
    };
    let last = curves.trail.len().saturating_sub(1);
    let looks = (0..curves.trail.len()).map(|i| {
        let age = (last - i) as f32 / last.max(1) as f32;
        let mut look = look.faded(1.0, if i == last { 1.0 } else { 0.6 });
        look.color = look.color.lerp_to_gamma(tokens.faint(look.color), age);
        look.style = LineStyle::Solid;
        look.mark = Mark::Disc;
        look
    });
    let looks: Vec<_> = looks.collect();
    let plot = chart(ui, "policy trail", frame)
        .width(ui.available_width() - NAMES)
        .custom_x_axes(x_axis(ui, "spot (currency)", ticks::number))
        .custom_y_axes(y_axis(ui, frame, "shares", ticks::number))
        .set_margin_fraction(egui::vec2(0.0, 0.06))
        .show(ui, |plot| {
            for (bend, look) in curves.trail.iter().zip(&looks) {
                plot.add(Strand::new("trail", &bend.points, *look));
            }
            if let Some(here) = curves.here {
                let spot = VLine::new("spot", here.x);
                plot.vline(spot.color(tokens.accent).width(1.0));
            }
        });
    let painter = ui.painter_at(ui.max_rect());
    painter.text(
        plot.transform.frame().left_top() + egui::vec2(4.0, 0.0),
        egui::Align2::LEFT_TOP,
        "kept at iteration …",
        FontId::proportional(CAPTION),
        tokens.subdued,
    );
    let trail = curves.trail.iter().zip(&looks).enumerate();
    let ends = trail.filter_map(|(i, (bend, look))| {
        Some(End {
            at: height_at(&bend.points, &plot.transform)?,
            name: format::count(bend.iteration),
            colour: look.color,
            weight: u8::from(i == last || i == 0),
        })
    });
    paint_ends(&painter, tokens, *plot.transform.frame(), ends.collect());
    let read = |spot: f64| {
        let mut lines = vec![format!("spot {}", view.digits.price(spot))];
        for bend in &curves.trail {
            if let Some(held) = reading(&bend.points, spot) {
                let at = format::count(bend.iteration);
                lines.push(format!("iteration {at}: {}", view.digits.shares(held)));
            }
        }
        lines.join("\n")
    };
    let here = curves.here.map_or(f64::NAN, |here| here.x);
    describe(&plot.response, "Policy while it learns", || read(here));
    if let Some(pointer) = plot.response.hover_pos() {
        let spot = plot.transform.value_from_position(pointer).x;
        plot.response.on_hover_text_at_pointer(read(spot));
    }
}
