//! Where everything stands on the sheet.

mod scale;
mod texts;

pub(super) use scale::Scale;
pub(super) use scale::name_lines;
pub(super) use texts::{BESIDE, SIGN, Sizes, Texts};

use super::axis::Kind;
use super::font;
use super::layer::{Along, Layer};
use super::paper::Rect;
use super::{Figure, FigureError, Panel, Sheet};

/// The least height of a panel (px on a sheet of the usual size).
const LEAST: f64 = 30.0;
/// Between panels, and around the axes' numbers.
pub(super) const GAP: f64 = 10.0;
pub(super) const TICK: f64 = 5.0;
/// Width of the scale of a map's colours.
pub(super) const SCALE: f64 = 10.0;

/// Where everything stands.
pub(super) struct Layout {
    pub sizes: Sizes,
    pub texts: Texts,
    /// The axis across.
    pub across: Scale,
    /// Base lines of the numbers across and of their name.
    pub numbers_across: f64,
    pub name_across: f64,
    pub frames: Vec<Frame>,
}

/// Where a panel stands.
pub(super) struct Frame {
    /// The picture itself.
    pub rect: Rect,
    pub up: Scale,
    /// What stands over it, and the base line of that.
    pub heading: Option<(String, f64)>,
    /// The name of the axis that runs up beside it, and where.
    pub name: Option<(String, f64)>,
    /// Names of lines from bottom to top: the place of the layer, the middle and the base line.
    pub labels: Vec<(usize, [f64; 2])>,
}

/// Names over a panel: for each the place of its layer, its middle and its base line; and how high they are
/// together.
pub(super) type Band = (Vec<(usize, [f64; 2])>, f64);

/// What is known of a panel before it has its place.
struct Draft {
    heading: Option<String>,
    name: Option<String>,
    up: Scale,
}

impl Layout {
    /// # Errors
    /// Where texts leave no room for the picture.
    pub fn of(figure: &Figure, sheet: &Sheet) -> Result<Self, FigureError> {
        let fits = |sheet: &Sheet| Self::fitted(figure, sheet).is_some();
        Self::fitted(figure, sheet).ok_or_else(|| sheet.no_room(fits))
    }

    /// The same; `None` where there is no room.
    fn fitted(figure: &Figure, sheet: &Sheet) -> Option<Self> {
        let sizes = Sizes::of(sheet);
        let texts = Texts::of(figure, sheet, &sizes);
        let unit = sizes.unit;
        let names = scale::lines_of_names(&figure.x, sheet.width(), &sizes);
        let numbers = sizes.tick * (1.2 + 1.15 * (names - 1) as f64);
        let bottom = texts.caption_top - GAP * unit;
        let name = if figure.x.title().is_empty() {
            0.0
        } else {
            1.5 * sizes.label
        };
        let floor = bottom - name - numbers - TICK * unit;
        let room = floor - texts.below;
        let drafts = drafts(figure, &sizes, room);
        let gutters = gutters(figure, &drafts, &sizes);
        let edges = [gutters[0], sheet.width() - gutters[1]];
        if edges[1] - edges[0] < 60.0 * unit {
            return None;
        }
        let across = Scale::across(figure, edges, &sizes);
        let frames = Self::frames(figure, drafts, &across, [texts.below, floor], &sizes)?;
        Some(Self {
            across,
            numbers_across: floor + TICK * unit + 0.9 * sizes.tick,
            name_across: bottom - 0.35 * sizes.label,
            frames,
            texts,
            sizes,
        })
    }

    /// The panels between two heights; `None` where there is no room.
    fn frames(
        figure: &Figure,
        drafts: Vec<Draft>,
        across: &Scale,
        [top, floor]: [f64; 2],
        sizes: &Sizes,
    ) -> Option<Vec<Frame>> {
        let bands: Vec<Band> = figure
            .panels
            .iter()
            .map(|panel| texts::labels(panel, across, sizes))
            .collect();
        let heading = |draft: &Draft| match draft.heading {
            Some(_) => 1.5 * sizes.heading,
            None => 0.0,
        };
        let over: f64 = drafts
            .iter()
            .zip(&bands)
            .map(|(draft, (_, band))| heading(draft) + band)
            .sum();
        let gaps = GAP * sizes.unit * drafts.len().saturating_sub(1) as f64;
        let room = floor - top - over - gaps;
        let weights: f64 = figure.panels.iter().map(|panel| panel.weight).sum();
        let least = figure.panels.iter().map(|panel| panel.weight);
        let least = least.fold(f64::INFINITY, f64::min);
        if room * least / weights < LEAST * sizes.unit {
            return None;
        }
        let mut y = top;
        let mut frames = Vec::with_capacity(drafts.len());
        for ((panel, draft), (labels, band)) in figure.panels.iter().zip(drafts).zip(bands) {
            let (band_top, height) = (y + heading(&draft), room * panel.weight / weights);
            let rect = Rect {
                left: across.from,
                right: across.to,
                top: band_top + band,
                bottom: band_top + band + height,
            };
            let base = y + sizes.heading;
            let shifted = |(layer, [x, row]): (usize, [f64; 2])| (layer, [x, band_top + row]);
            frames.push(Frame {
                up: draft.up.placed(&rect),
                heading: draft.heading.map(|text| (text, base)),
                name: draft
                    .name
                    .map(|text| (text, 0.5 * (rect.top + rect.bottom))),
                labels: labels.into_iter().map(shifted).collect(),
                rect,
            });
            y = rect.bottom + GAP * sizes.unit;
        }
        Some(frames)
    }
}

/// Headings, names and numbers of the axes up, for panels of about their share of `room`.
fn drafts(figure: &Figure, sizes: &Sizes, room: f64) -> Vec<Draft> {
    let weights: f64 = figure.panels.iter().map(|panel| panel.weight).sum();
    let over = 1.5 * sizes.heading + GAP * sizes.unit;
    let headed = figure.panels.len() > 1;
    let room = room
        - if headed {
            over * figure.panels.len() as f64
        } else {
            0.0
        };
    let draft = |panel: &Panel| {
        let height = room * panel.weight / weights;
        let title = panel.y.title();
        let given = panel.heading.as_ref().map(|(text, _)| text.clone());
        let fits = font::width(&title, sizes.label) <= 0.98 * height;
        let (heading, name) = match given {
            _ if title.is_empty() => (given, None),
            None if headed || !fits => (Some(title), None),
            Some(text) if !fits => (Some(format!("{text}: {title}")), None),
            given => (given, Some(title)),
        };
        Draft {
            heading,
            name,
            up: Scale::up(panel, height, sizes),
        }
    };
    figure.panels.iter().map(draft).collect()
}

/// Widths to the left and to the right of the panels (px).
fn gutters(figure: &Figure, drafts: &[Draft], sizes: &Sizes) -> [f64; 2] {
    let (unit, margin) = (sizes.unit, sizes.margin);
    let named = drafts.iter().any(|draft| draft.name.is_some());
    let widest = drafts.iter().map(|draft| draft.up.widest(sizes.tick));
    let left = margin
        + if named { 1.5 * sizes.label } else { 0.0 }
        + widest.fold(0.0, f64::max)
        + (TICK + 2.0) * unit;
    let layers = figure.panels.iter().flat_map(|panel| &panel.layers);
    let beside = layers.map(|layer| match layer {
        Layer::Rule(rule) if rule.along == Along::Across => {
            let label = rule.label.as_deref().unwrap_or_default();
            font::width(label, sizes.tick) + 4.0 * unit
        }
        Layer::Heat(heat) => {
            let widest = Scale::of_colours(heat, sizes).widest(sizes.tick);
            (SCALE + 18.0) * unit + widest + 1.5 * sizes.label
        }
        _ => 0.0,
    });
    let right = margin + beside.fold(0.0, f64::max).max(8.0 * unit);
    let few = matches!(figure.x.kind, Kind::Categories(_));
    [left, if few { right.max(margin) } else { right }]
}
