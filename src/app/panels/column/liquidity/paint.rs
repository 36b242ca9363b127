//! One side of the book through time, as meshes and lines.

use super::Field;
use crate::app::theme::{ISOLINE, Look, Mark, Tokens};
use crate::app::widgets::{hatched, styled};
use crate::scenario::Tint;
use egui::{Color32, Context, Mesh, Pos2, Shape, Stroke, pos2};
use egui_plot::LineStyle;

/// How strong the colour is at the best price.
const FAINT: f32 = 0.10;

/// Everything of a side that does not move with the pointer or the cursor.
pub(super) fn shapes(
    ctx: &Context,
    field: &Field<'_>,
    tints: &[Tint],
    tokens: &Tokens,
) -> Vec<Shape> {
    let side = field.side;
    let colour = if side.ask { tokens.ask } else { tokens.bid };
    let row = |row: usize| -> Vec<Pos2> {
        let moments = side.moments.iter();
        moments
            .map(|moment| field.at(moment.date, moment.rows[row]))
            .collect()
    };
    let edge: Vec<Pos2> = side
        .moments
        .iter()
        .map(|moment| field.at(moment.date, moment.edge))
        .collect();
    let best = row(0);
    let mut shapes = vec![
        Shape::mesh(depth(field, tokens.panel, colour)),
        hatched(ctx, &edge, &best, colour.gamma_multiply(0.8)),
        Shape::line(edge, Stroke::new(1.0, tokens.faint(colour))),
    ];
    let line = Stroke::new(1.0, tokens.strong.gamma_multiply(ISOLINE));
    let lines = side
        .lines
        .iter()
        .map(|number| Shape::line(row(*number), line));
    shapes.extend(lines);
    shapes.push(Shape::line(best, Stroke::new(2.0, colour)));
    for (tint, ghost) in tints.iter().zip(&side.ghosts) {
        let look = Look {
            color: tokens.tint(*tint),
            style: LineStyle::Dashed { length: 4.0 },
            width: 1.4,
            mark: Mark::Disc,
        };
        let line: Vec<Pos2> = ghost.iter().map(|[x, y]| field.at(*x, *y)).collect();
        if line.len() > 1 {
            shapes.extend(styled(&line, look));
        }
    }
    shapes
}

/// Depth as colour: from row to row stronger, the last one's to the edge of the picture.
fn depth(field: &Field<'_>, ground: Color32, colour: Color32) -> Mesh {
    let side = field.side;
    let rows = side.sizes.len() + 1;
    let reach = side.sizes[side.sizes.len() - 1];
    let shade = |size: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1")]
        let share = (size / reach).sqrt() as f32;
        ground.lerp_to_gamma(colour, FAINT + (0.95 - FAINT) * share)
    };
    let mut mesh = Mesh::default();
    for moment in &side.moments {
        for (size, distance) in side.sizes.iter().zip(&moment.rows) {
            mesh.colored_vertex(field.at(moment.date, *distance), shade(*size));
        }
        let outermost = field.out.points[1];
        let last = field.at(moment.date, moment.rows[rows - 2]);
        let beyond = if side.ask {
            outermost.min(last.y)
        } else {
            outermost.max(last.y)
        };
        mesh.colored_vertex(pos2(last.x, beyond), shade(reach));
    }
    let (Ok(rows), Ok(columns)) = (u32::try_from(rows), u32::try_from(side.moments.len())) else {
        return Mesh::default();
    };
    for column in 1..columns {
        for row in 1..rows {
            let (here, before) = (column * rows + row, (column - 1) * rows + row);
            mesh.add_triangle(before - 1, before, here - 1);
            mesh.add_triangle(before, here, here - 1);
        }
    }
    mesh
}
