//! Regions between two lines, filled with colour or with slanted lines; each is one mesh.

use egui::{
    Color32, ColorImage, Context, Id, Mesh, Pos2, Shape, TextureHandle, TextureId, TextureOptions,
    epaint::{Vertex, WHITE_UV},
    pos2,
};

/// Distance from one slanted line to the next along an axis (points), and of the texture (pixels).
const GAP: f32 = 6.0;
const PIXELS: usize = 24;

/// A region between two lines with as many points, point over point.
pub fn filled(one: &[Pos2], other: &[Pos2], colour: Color32) -> Shape {
    let mut mesh = Mesh::default();
    ribbon(&mut mesh, one, other, colour, |_| WHITE_UV);
    Shape::mesh(mesh)
}

/// The same with slanted lines.
pub fn hatched(ctx: &Context, one: &[Pos2], other: &[Pos2], colour: Color32) -> Shape {
    let mut mesh = Mesh::with_texture(texture(ctx));
    // Slanted lines of all regions are parts of the same ones.
    let place = |at: Pos2| pos2(at.x / GAP, at.y / GAP);
    ribbon(&mut mesh, one, other, colour, place);
    Shape::mesh(mesh)
}

/// Adds the region between two lines to a mesh.
fn ribbon(
    mesh: &mut Mesh,
    one: &[Pos2],
    other: &[Pos2],
    colour: Color32,
    uv: impl Fn(Pos2) -> Pos2,
) {
    let Ok(first) = u32::try_from(mesh.vertices.len()) else {
        return;
    };
    let mut pairs = 0;
    for (a, b) in one.iter().zip(other) {
        for at in [*a, *b] {
            mesh.vertices.push(Vertex {
                pos: at,
                uv: uv(at),
                color: colour,
            });
        }
        pairs += 1;
    }
    for pair in 1..pairs {
        let at = first + 2 * pair;
        mesh.add_triangle(at - 2, at - 1, at);
        mesh.add_triangle(at - 1, at + 1, at);
    }
}

/// A tile of slanted lines, kept by the context.
fn texture(ctx: &Context) -> TextureId {
    let id = Id::unique("slanted lines");
    let known: Option<TextureHandle> = ctx.data(|data| data.get_temp(id));
    if let Some(texture) = known {
        return texture.id();
    }
    let texture = ctx.load_texture("slanted lines", tile(), TextureOptions::LINEAR_REPEAT);
    ctx.data_mut(|data| data.insert_temp(id, texture.clone()));
    texture.id()
}

/// White lines that rise to the right, on nothing; its edges fit to each other.
fn tile() -> ColorImage {
    let mut image = ColorImage::filled([PIXELS, PIXELS], Color32::TRANSPARENT);
    for x in 0..PIXELS {
        for y in 0..PIXELS {
            // How far from the middle of a line, along an axis (pixels).
            let place = (x + y) % PIXELS;
            let off = place.min(PIXELS - place) as f32;
            let share = (3.4 - off).clamp(0.0, 1.0);
            image[(x, y)] = Color32::WHITE.gamma_multiply(share);
        }
    }
    image
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_made_of_two_triangles_a_piece_however_far_it_goes() {
        for size in [1.0, 1e3, 1e6] {
            let top = [pos2(0.0, 0.0), pos2(size, 0.0), pos2(2.0 * size, 0.0)];
            let bottom = top.map(|at| at + egui::vec2(0.0, size));
            let mut mesh = Mesh::default();
            ribbon(&mut mesh, &top, &bottom, Color32::RED, |_| WHITE_UV);
            assert_eq!((mesh.vertices.len(), mesh.indices.len()), (6, 12));
            assert!(mesh.is_valid());
        }
        let mut mesh = Mesh::default();
        ribbon(&mut mesh, &[], &[], Color32::RED, |_| WHITE_UV);
        assert!(mesh.is_empty());
    }

    #[test]
    fn the_slanted_lines_go_on_from_tile_to_tile() {
        let tile = tile();
        let lit = |x: usize, y: usize| tile[(x % PIXELS, y % PIXELS)].a();
        for along in 0..PIXELS {
            // One to the right and one up is on the same line, over the edges too.
            assert_eq!(
                lit(along, 2 * PIXELS - along),
                lit(along + 1, 2 * PIXELS - along - 1)
            );
        }
        let bright = tile.pixels.iter().filter(|pixel| pixel.a() > 0).count();
        let share = bright as f64 / (PIXELS * PIXELS) as f64;
        assert!((0.2..0.4).contains(&share), "{share}");
    }
}
