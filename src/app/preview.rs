//! What sheets share that show a file before it is used: its figure, drawn beside the window, its tables, and a scroll that
//! leaves the buttons in sight.

use super::theme::{CAPTION, Tokens};
use crate::engine::{Wake, aside};
use crate::figure::{Figure, FigureError, Sheet, Theme};
use egui::{
    ColorImage, Grid, ProgressBar, RichText, ScrollArea, TextureHandle, TextureOptions, Ui, vec2,
};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// Height of a figure (points).
const HEIGHT: u32 = 280;

/// A figure on a sheet, drawn on a thread of its own.
#[derive(Default)]
pub struct Drawn(Option<Picture>);

/// A figure as it is drawn for one size and theme.
struct Picture {
    of: (Arc<Figure>, Sheet),
    drawing: Option<Receiver<Result<ColorImage, FigureError>>>,
    drawn: Option<Result<TextureHandle, FigureError>>,
}

impl Drawn {
    /// Shows a figure as wide as there is room; `about` says what it is.
    pub fn ui(&mut self, ui: &mut Ui, figure: &Arc<Figure>, about: &str) {
        let size = vec2(ui.available_width().floor(), HEIGHT as f32);
        let theme = if ui.visuals().dark_mode {
            Theme::Dark
        } else {
            Theme::Light
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a width on screen"
        )]
        let width = size.x as u32;
        let scale = f64::from(ui.pixels_per_point()).clamp(0.5, 4.0);
        let Ok(sheet) = Sheet::new(width, HEIGHT, scale, theme) else {
            return;
        };
        let same = |known: &Picture| Arc::ptr_eq(&known.of.0, figure) && known.of.1 == sheet;
        if !self.0.as_ref().is_some_and(same) {
            self.0 = Some(Picture::begin(ui, figure, sheet));
        }
        let Some(picture) = &mut self.0 else {
            return;
        };
        picture.hear(ui);
        match &picture.drawn {
            Some(Ok(texture)) => {
                let image = egui::Image::new((texture.id(), size));
                ui.add(image.alt_text(about));
            }
            Some(Err(error)) => caption(ui, &error.to_string()),
            None => {
                ui.allocate_space(size);
            }
        }
    }
}

impl Picture {
    fn begin(ui: &Ui, figure: &Arc<Figure>, sheet: Sheet) -> Self {
        let (ctx, drawn) = (ui.ctx().clone(), figure.clone());
        let wake = Wake::new(move || ctx.request_repaint());
        let drawing = aside("picture", wake, move || {
            let (size, pixels) = drawn.pixels(&sheet)?;
            Ok(ColorImage::from_rgba_premultiplied(size, &pixels))
        });
        Self {
            of: (figure.clone(), sheet),
            drawing,
            drawn: None,
        }
    }

    fn hear(&mut self, ui: &Ui) {
        let answer = self.drawing.as_ref().map(Receiver::try_recv);
        let Some(Ok(answer)) = answer else { return };
        self.drawing = None;
        let load = |image| {
            ui.ctx()
                .load_texture("preview", image, TextureOptions::LINEAR)
        };
        self.drawn = Some(answer.map(load));
    }
}

/// How much of a file is read.
pub fn progress(ui: &mut Ui, share: f64, name: &str) {
    #[expect(clippy::cast_possible_truncation, reason = "a share on screen")]
    let bar = ProgressBar::new(share as f32).show_percentage();
    ui.add(bar).accessible_name(name);
    ui.add_space(8.0);
}

/// A line that explains.
pub fn caption(ui: &mut Ui, text: &str) {
    let tokens = Tokens::of(ui.visuals());
    ui.label(RichText::new(text).size(CAPTION).color(tokens.subdued));
}

/// A line that says why something cannot be.
pub fn refusal(ui: &mut Ui, text: &str) {
    let tokens = Tokens::of(ui.visuals());
    ui.label(RichText::new(text).size(CAPTION).color(tokens.error));
}

/// What may be longer than the window: what stands below it stays in sight.
pub fn scrolled(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    let height = (ui.ctx().content_rect().height() - 230.0).max(120.0);
    ScrollArea::vertical()
        .max_height(height)
        .min_scrolled_height(height)
        .auto_shrink([false, true])
        .show(ui, contents);
}

/// A table of words.
pub fn rows(ui: &mut Ui, name: &str, titles: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    Grid::new(("preview", name))
        .num_columns(titles.len())
        .spacing([14.0, 1.0])
        .min_row_height(14.0)
        .show(ui, |ui| {
            for title in titles {
                caption(ui, title);
            }
            ui.end_row();
            for row in rows {
                for cell in row {
                    ui.label(RichText::new(cell).size(CAPTION));
                }
                ui.end_row();
            }
        });
}
