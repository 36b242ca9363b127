//! Digits that stand below one another: all have one width.

use super::{BODY, CAPTION, FINE, HEADING, HEADLINE, LABEL, install};
use egui::{Context, FontId, TextStyle};

#[test]
fn every_digit_is_as_wide_as_the_others_in_every_text_style() {
    let ctx = Context::default();
    install(&ctx);
    // The fonts are there from the first frame on.
    let _ = ctx.run_ui(egui::RawInput::default(), |_| {});
    let styles = ctx.global_style().text_styles.clone();
    let sizes = [HEADLINE, HEADING, BODY, LABEL, CAPTION, FINE].map(FontId::proportional);
    let fonts: Vec<FontId> = styles.into_values().chain(sizes).collect();
    assert!(fonts.len() > TextStyle::Body.to_string().len());
    for font in fonts {
        let widths: Vec<f32> = ('0'..='9')
            .map(|digit| ctx.fonts_mut(|fonts| fonts.glyph_width(&font, digit)))
            .collect();
        assert!(widths[0] > 0.3 * font.size, "{font:?}: {widths:?}");
        for width in &widths {
            assert!((width - widths[0]).abs() < 1e-4, "{font:?}: {widths:?}");
        }
    }
}
