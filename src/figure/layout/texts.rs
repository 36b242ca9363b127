//! Texts around the picture: title, legend and caption, and the names of lines that run up.

use super::super::font;
use super::super::layer::{Along, Layer};
use super::super::paper::LINE;
use super::super::{Figure, Panel, Sheet};
use super::{Band, Scale};

/// Sizes of texts (px).
pub(crate) struct Sizes {
    /// How much larger everything is than on a sheet of the usual size.
    pub unit: f64,
    pub margin: f64,
    pub title: f64,
    pub legend: f64,
    pub heading: f64,
    pub label: f64,
    pub tick: f64,
    pub caption: f64,
}

impl Sizes {
    pub fn of(sheet: &Sheet) -> Self {
        let unit = sheet.unit();
        Self {
            unit,
            margin: 14.0 * unit,
            title: 14.5 * unit,
            legend: 11.0 * unit,
            heading: 11.0 * unit,
            label: 11.0 * unit,
            tick: 10.5 * unit,
            caption: 9.6 * unit,
        }
    }
}

/// The texts around the picture.
pub(crate) struct Texts {
    pub title: Vec<String>,
    /// Base line of the title's first line.
    pub title_base: f64,
    /// Rows of the legend: for each entry its number and its left end.
    pub legend: Vec<Vec<(usize, f64)>>,
    /// Base line of its first row.
    pub legend_base: f64,
    /// Where the picture may begin.
    pub below: f64,
    pub caption: Vec<String>,
    pub caption_top: f64,
}

/// Width of a sign of the legend, and between it and its text, and between two entries.
pub(crate) const SIGN: f64 = 24.0;
pub(crate) const BESIDE: f64 = 5.0;
const BETWEEN: f64 = 16.0;

impl Texts {
    pub fn of(figure: &Figure, sheet: &Sheet, sizes: &Sizes) -> Self {
        let room = sheet.width() - 2.0 * sizes.margin;
        let title = font::wrapped(&figure.title, sizes.title, room);
        let title_base = sizes.margin + 0.8 * sizes.title;
        let after_title = sizes.margin + LINE * sizes.title * title.len() as f64;
        let legend = legend(figure, sizes, room);
        let rows = legend.len() as f64;
        let row = 1.45 * sizes.legend;
        let below = if legend.is_empty() {
            0.0
        } else {
            4.0 * sizes.unit + row * rows
        };
        let caption = font::wrapped(&figure.caption, sizes.caption, room);
        let height = LINE * sizes.caption * caption.len() as f64;
        Self {
            legend_base: after_title + 4.0 * sizes.unit + 0.8 * sizes.legend,
            below: after_title + below + 6.0 * sizes.unit,
            caption_top: sheet.height() - sizes.margin - height,
            title,
            title_base,
            legend,
            caption,
        }
    }
}

/// Entries in rows, from left to right.
fn legend(figure: &Figure, sizes: &Sizes, room: f64) -> Vec<Vec<(usize, f64)>> {
    let mut rows: Vec<Vec<(usize, f64)>> = Vec::new();
    let mut x = f64::INFINITY;
    for (number, entry) in figure.legend.iter().enumerate() {
        let width = (SIGN + BESIDE) * sizes.unit + font::width(&entry.text, sizes.legend);
        if x + width > sizes.margin + room {
            rows.push(Vec::new());
            x = sizes.margin;
        }
        if let Some(row) = rows.last_mut() {
            row.push((number, x));
        }
        x += width + BETWEEN * sizes.unit;
    }
    rows
}

/// Names of the lines of a panel that run up: for each the layer's place, its middle and its base line
/// below the top of the band that they stand in, and how high that is.
pub(super) fn labels(panel: &Panel, across: &Scale, sizes: &Sizes) -> Band {
    let mut wanted = Vec::new();
    for (place, layer) in panel.layers.iter().enumerate() {
        let Layer::Rule(rule) = layer else { continue };
        let Some(label) = rule.label.as_deref() else {
            continue;
        };
        if rule.along == Along::Up && across.holds(rule.at) {
            let half = 0.5 * font::width(label, sizes.tick);
            let room = across.from + half..=(across.to - half).max(across.from + half);
            let middle = across.at(rule.at).clamp(*room.start(), *room.end());
            wanted.push((place, middle, half));
        }
    }
    wanted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let row_height = 1.25 * sizes.tick;
    let mut ends: Vec<f64> = Vec::new();
    let mut rows = Vec::new();
    for (_, middle, half) in &wanted {
        let free = ends
            .iter()
            .position(|end| middle - half >= end + 7.0 * sizes.unit);
        let row = free.unwrap_or(ends.len());
        if row == ends.len() {
            ends.push(0.0);
        }
        ends[row] = middle + half;
        rows.push(row);
    }
    let height = row_height * ends.len() as f64;
    let base = |row: usize| height - row_height * row as f64 - 0.35 * sizes.tick;
    let labels = wanted.iter().zip(rows);
    let labels = labels.map(|((place, middle, _), row)| (*place, [*middle, base(row)]));
    (labels.collect(), height)
}
