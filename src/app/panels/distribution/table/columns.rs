//! How wide the columns of the table are: figures move closer and become smaller, or their standard
//! errors take a second line, before one would be left out.

use super::{Column, Line};
use crate::app::theme::{CAPTION, name_of};
use egui::{FontId, Ui};

/// Height of the titles (points).
pub(super) const TITLES: f32 = 18.0;
/// Size of figures, room between two columns, height of a row, and whether standard errors stand in
/// a second line: from what looks best to what takes the least room.
const FORMS: [(f32, f32, f32, bool); 6] = [
    (12.0, 14.0, 20.0, false),
    (12.0, 9.0, 19.0, false),
    (11.0, 7.0, 18.0, false),
    (10.5, 5.0, 18.0, false),
    (11.0, 10.0, 29.0, true),
    (10.5, 6.0, 28.0, true),
];

/// Room that a name's line and the gaps take (points).
const BESIDE_NAME: f32 = 30.0;

/// The layout of the columns (points).
pub(super) struct Columns {
    pub first: f32,
    pub widths: Vec<f32>,
    /// Height of a row.
    pub row: f32,
    /// Size of figures.
    pub size: f32,
    /// Whether standard errors stand in a second line.
    pub stacked: bool,
}

impl Columns {
    /// The best form for which there is room; the closest one where there is none for any.
    pub fn for_lines(ui: &Ui, titles: &[Column], lines: &[Line<'_>]) -> Self {
        let name =
            |line: &Line<'_>| format!("{} {}", name_of(&line.row.policy.who), line.pin_name());
        let names = lines.iter().map(name);
        let widest = names.fold(0.0, |most: f32, name| {
            most.max(width(ui, name.trim(), 12.0))
        });
        let first = (widest + BESIDE_NAME).max(104.0);
        let room = ui.available_width() - first;
        let mut forms = FORMS
            .iter()
            .map(|form| Self::in_form(ui, titles, lines, first, *form));
        let fits = |columns: &Self| columns.widths.iter().sum::<f32>() <= room;
        let mut columns = forms
            .find(fits)
            .unwrap_or_else(|| Self::in_form(ui, titles, lines, first, FORMS[FORMS.len() - 1]));
        let count = columns.widths.len().max(1) as f32;
        let spare = (room - columns.widths.iter().sum::<f32>()).max(0.0) / count;
        for width in &mut columns.widths {
            *width += spare.floor();
        }
        columns
    }

    /// Rows of that height, if they are to be closer, and as close as they can be read.
    pub fn close(&mut self, row: f32) {
        let least = if self.stacked { 27.0 } else { 16.0 };
        self.row = row.clamp(least, self.row.max(least));
    }

    fn in_form(
        ui: &Ui,
        titles: &[Column],
        lines: &[Line<'_>],
        first: f32,
        (size, gap, row, stacked): (f32, f32, f32, bool),
    ) -> Self {
        let count = lines.first().map_or(0, |line| line.figures.len());
        let widest = |column: usize| {
            let title = &titles[column];
            // Room for the sign that there is a choice.
            let sign = if title.choice.is_some() { 14.0 } else { 0.0 };
            let title = width(ui, &title.title, CAPTION) + sign;
            let cells = |line: &Line<'_>| line.cell(titles, column, stacked);
            let texts = lines.iter().flat_map(cells);
            texts.fold(title, |most, text| most.max(width(ui, &text, size))) + gap
        };
        Self {
            first,
            widths: (0..count).map(widest).collect(),
            row,
            size,
            stacked,
        }
    }
}

fn width(ui: &Ui, text: &str, size: f32) -> f32 {
    let font = FontId::proportional(size);
    let colour = ui.visuals().text_color();
    ui.painter()
        .layout_no_wrap(text.to_owned(), font, colour)
        .size()
        .x
}
