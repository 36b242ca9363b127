//! Pictures for paper and screen as plain data, and how they are written: SVG, PNG and CSV.
//!
//! A [`Figure`] knows neither finance nor a window. Its panels stand under each other on one axis; what
//! is drawn in them are [`Layer`]s in the units of the axes. The [`Table`] behind it is written in full
//! resolution, whatever was drawn. [`Figure::svg`] writes vectors with texts as texts, laid out by the
//! widths of the bundled font so that none is cut off and none lies on another; [`Figure::png`] draws
//! the same with that font alone, so that its bytes are the same on every machine.
//!
//! ```
//! use hedgelab::figure::{Axis, Figure, Layer, Panel, Sheet, Stroke, ink};
//! let curve: Vec<[f64; 2]> = (0..50).map(|i| [f64::from(i), f64::from(i * i)]).collect();
//! let panel = Panel::new(Axis::new("area", "m²")).with(Layer::line(curve, Stroke::new(ink::ACCENT, 1.5)));
//! let figure = Figure::new("Squares", Axis::new("side", "m")).with_panel(panel);
//! assert!(figure.svg(&Sheet::default()).unwrap().contains("side (m)"));
//! ```

mod axis;
mod font;
pub mod ink;
mod layer;
mod layout;
mod paper;
mod png;
mod sheet;
mod svg;
mod table;
mod ticks;

pub use axis::{Axis, Category, Kind};
pub use ink::{Ink, Theme};
pub use layer::{
    Along, Area, Bar, Dash, Fill, Heat, Layer, Line, Mark, Marks, Note, Rule, Stroke, steps,
};
pub use sheet::{FigureError, Sheet};
pub use table::{Cell, Column, Table, csv_head, csv_line};

/// A picture with the data behind it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// What it shows, in a line.
    pub title: String,
    /// What one must know to find it back: told beneath, wrapped.
    pub caption: String,
    /// The axis across, which all panels share.
    pub x: Axis,
    /// From top to bottom.
    pub panels: Vec<Panel>,
    /// What the marks mean.
    pub legend: Vec<Entry>,
    /// The data in full resolution.
    pub data: Table,
    /// What stands above the data as `# name: value`.
    pub about: Vec<(String, String)>,
}

/// A part of a figure, with an axis up of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// What stands over it, in a colour; where panels are stacked, the axis up is named there.
    pub heading: Option<(String, Ink)>,
    /// The axis up.
    pub y: Axis,
    /// What is drawn, from back to front.
    pub layers: Vec<Layer>,
    /// Share of the height, against the others.
    pub weight: f64,
}

/// A line of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it means.
    pub text: String,
    /// What it looks like.
    pub sign: Sign,
}

/// What stands beside the text of a legend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sign {
    /// A piece of line, with the mark that stands on it.
    Line(Stroke, Option<Mark>),
    /// A piece of area.
    Fill(Fill),
    /// A mark alone, filled or open.
    Mark(Mark, Ink, bool),
}

impl Figure {
    /// A figure without panels yet.
    #[must_use]
    pub fn new(title: impl Into<String>, x: Axis) -> Self {
        Self {
            title: title.into(),
            x,
            ..Self::default()
        }
    }

    /// The same with another panel below.
    #[must_use]
    pub fn with_panel(mut self, panel: Panel) -> Self {
        self.panels.push(panel);
        self
    }

    /// The same with another line in its legend.
    #[must_use]
    pub fn with_entry(mut self, text: impl Into<String>, sign: Sign) -> Self {
        let text = text.into();
        self.legend.push(Entry { text, sign });
        self
    }

    /// The same with what one must know to find it back.
    #[must_use]
    pub fn with_caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = caption.into();
        self
    }

    /// The same with another line above its data.
    #[must_use]
    pub fn with_about(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.about.push((name.into(), value.into()));
        self
    }

    /// The same with the data behind it.
    #[must_use]
    pub fn with_data(mut self, data: Table) -> Self {
        self.data = data;
        self
    }

    /// Whether there is anything to draw; a table alone can be written as text only.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        !self.panels.is_empty()
    }

    /// Width and height that suit it on paper (px): a third column more for each panel beyond two.
    #[must_use]
    pub fn usual_size(&self) -> (u32, u32) {
        let weights: f64 = self.panels.iter().map(|panel| panel.weight).sum();
        let first = self.panels.first().map_or(1.0, |panel| panel.weight);
        let more = (weights / first.max(1e-9) - 2.0).max(0.0) * 90.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few hundred"
        )]
        let more = more.min(1200.0) as u32;
        (640, 400 + more)
    }

    /// The picture as vectors.
    ///
    /// # Errors
    /// Where there is nothing to draw or no room for it on the sheet.
    pub fn svg(&self, sheet: &Sheet) -> Result<String, FigureError> {
        svg::written(self, sheet)
    }

    /// The picture in pixels, as many as the sheet's size times its scale.
    ///
    /// # Errors
    /// Where there is nothing to draw or no room for it on the sheet.
    pub fn png(&self, sheet: &Sheet) -> Result<Vec<u8>, FigureError> {
        png::drawn(&self.svg(sheet)?, sheet)
    }

    /// The same as rows of red, green, blue and opacity, a byte each, with its width and height.
    ///
    /// # Errors
    /// Where there is nothing to draw or no room for it on the sheet.
    pub fn pixels(&self, sheet: &Sheet) -> Result<([usize; 2], Vec<u8>), FigureError> {
        let (width, height) = sheet.pixels();
        let picture = png::pixels(&self.svg(sheet)?, sheet)?;
        Ok(([width as usize, height as usize], picture.take()))
    }

    /// The data behind it, in full resolution: lines that begin with `#` say what it is, the first
    /// other line names the columns with their units.
    #[must_use]
    pub fn csv(&self) -> String {
        let title = [("figure".to_owned(), self.title.clone())];
        let lines = title.iter().chain(&self.about);
        self.data.csv(lines)
    }

    /// The same as a table of tabs, to be put into a spreadsheet or a text.
    #[must_use]
    pub fn text(&self) -> String {
        self.data.tab_separated()
    }
}

impl Panel {
    /// An empty panel with an axis up.
    #[must_use]
    pub fn new(y: Axis) -> Self {
        Self {
            y,
            weight: 1.0,
            ..Self::default()
        }
    }

    /// The same with another layer in front.
    #[must_use]
    pub fn with(mut self, layer: Layer) -> Self {
        self.layers.push(layer);
        self
    }

    /// The same with more layers in front.
    #[must_use]
    pub fn with_all(mut self, layers: impl IntoIterator<Item = Layer>) -> Self {
        self.layers.extend(layers);
        self
    }

    /// The same under a heading.
    #[must_use]
    pub fn headed(mut self, text: impl Into<String>, ink: Ink) -> Self {
        self.heading = Some((text.into(), ink));
        self
    }

    /// The same with another share of the height.
    #[must_use]
    pub fn weighing(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }
}
