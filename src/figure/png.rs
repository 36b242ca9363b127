//! The picture in pixels.

use super::font::FONTS;
use super::{FigureError, Sheet};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::sync::{Arc, LazyLock};

/// The bundled fonts and no others: the same picture on every machine.
static KNOWN: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for font in FONTS {
        fonts.load_font_data(font.to_vec());
    }
    let first = fonts.faces().next().and_then(|face| face.families.first());
    if let Some((family, _)) = first.cloned() {
        fonts.set_sans_serif_family(&family);
        fonts.set_serif_family(family);
    }
    Arc::new(fonts)
});

/// As a file.
pub(super) fn drawn(svg: &str, sheet: &Sheet) -> Result<Vec<u8>, FigureError> {
    let picture = pixels(svg, sheet)?;
    picture.encode_png().map_err(|error| wrong(&error))
}

fn wrong(error: &dyn std::fmt::Display) -> FigureError {
    FigureError::Drawing(error.to_string())
}

/// On a ground that covers all of it.
pub(super) fn pixels(svg: &str, sheet: &Sheet) -> Result<Pixmap, FigureError> {
    let options = Options {
        fontdb: KNOWN.clone(),
        font_family: "sans-serif".into(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| wrong(&error))?;
    let (width, height) = sheet.pixels();
    let mut picture = Pixmap::new(width, height).ok_or_else(|| wrong(&"no memory"))?;
    #[expect(clippy::cast_possible_truncation, reason = "pixels are few")]
    let scale = |pixels: u32, length: f64| (f64::from(pixels) / length) as f32;
    let to_pixels =
        Transform::from_scale(scale(width, sheet.width()), scale(height, sheet.height()));
    resvg::render(&tree, to_pixels, &mut picture.as_mut());
    Ok(picture)
}
