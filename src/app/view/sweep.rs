//! A sweep over two of its axes: the picture, and what can be chosen of it.

use super::policy::{colour_at, map_colours};
use crate::engine::SweepSeen;
use crate::gallery::{
    Isoline, axis_unit, colour_range, figure_told, isolines, names_along, value_told,
};
use crate::scenario::Scenario;
use crate::sweep::{Found, Laid, Quantity, Shown, Surface, Wish, strategies};
use egui::{Color32, ColorImage};
use std::sync::Arc;

/// Names along an axis, at most.
const NAMES: [usize; 2] = [14, 24];

/// The sweep that is looked at.
#[derive(Clone, Debug, Default)]
pub struct SweepView {
    /// What is known of it; absent where none is looked at.
    pub seen: Option<Arc<SweepSeen>>,
    /// What was wished, as far as the sweep has it.
    pub wish: Wish,
    /// Which figure is shown, and how the axes lie: all but two of them held.
    pub what: Option<(Shown, Laid)>,
    /// Figures that can be shown: what they are called, and how they are wished for.
    pub figures: Vec<(String, Wish)>,
    pub strategies: Vec<&'static str>,
    /// Names of the axes.
    pub axes: Vec<String>,
    /// The axes that are held.
    pub levers: Vec<Lever>,
    pub picture: Option<Picture>,
}

/// An axis that is held at one of its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Lever {
    pub name: String,
    pub unit: &'static str,
    /// The values as they are written, and as they are told.
    pub values: Vec<(String, String)>,
    /// The place of the present one.
    pub at: usize,
}

/// The map, as it is drawn.
#[derive(Clone, Debug)]
pub struct Picture {
    pub version: u64,
    pub surface: Surface,
    /// The colours of its cells, from the top; nothing where there is no figure.
    pub image: ColorImage,
    pub range: [f64; 2],
    pub scale: Vec<Color32>,
    pub lines: Vec<Isoline>,
    /// The figure in each cell, in a few digits.
    pub texts: Vec<Option<String>>,
    /// Cells whose difference chance explains, by their place in the picture.
    pub by_chance: Vec<bool>,
    /// Names across and down, empty where none is told; and the titles of both axes.
    pub names: [Vec<String>; 2],
    pub titles: [String; 2],
    /// The cell whose scenario is on screen, by its place in the picture.
    pub here: Option<usize>,
}

impl SweepView {
    /// The sweep as it is wished for; what it does not have is chosen as at first.
    #[must_use]
    pub fn new(
        seen: Option<&Arc<SweepSeen>>,
        wish: &Wish,
        scenario: &Scenario,
        (dark, version): (bool, u64),
    ) -> Self {
        let Some(seen) = seen else {
            return Self::default();
        };
        let plan = seen.results.plan();
        let (wish, shown, mut laid) = match (wish.shown(plan), wish.laid(plan)) {
            (Ok(shown), Ok(laid)) => (wish.clone(), shown, laid),
            _ => match (Wish::default().shown(plan), Wish::default().laid(plan)) {
                (Ok(shown), Ok(laid)) => (Wish::default(), shown, laid),
                _ => return Self::default(),
            },
        };
        let others: Vec<usize> = laid.others(plan).collect();
        for axis in &others {
            laid.held.entry(*axis).or_insert(0);
        }
        let lever = |axis: &usize| {
            let swept = &plan.axes()[*axis];
            let values = (0..swept.count()).map(|place| swept.value(place));
            let told = |value: &str| (value.to_owned(), value_told(value));
            Lever {
                name: swept.name.clone(),
                unit: axis_unit(swept),
                values: values.map(told).collect(),
                at: laid.held.get(axis).copied().unwrap_or(0),
            }
        };
        Self {
            figures: figures(seen, &wish),
            strategies: strategies(plan),
            axes: plan.axes().iter().map(|axis| axis.name.clone()).collect(),
            levers: others.iter().map(lever).collect(),
            picture: Picture::of(seen, &shown, &laid, scenario, (dark, version)),
            seen: Some(seen.clone()),
            what: Some((shown, laid)),
            wish,
        }
    }
}

/// Every measure and probe, each as a wish that differs from the present one in that alone.
fn figures(seen: &SweepSeen, wish: &Wish) -> Vec<(String, Wish)> {
    let spec = seen.results.plan().spec();
    let measures = spec.measures.iter().map(|asked| {
        let measure = Some(asked.0.word().to_owned());
        let probe = None;
        let wish = wish.clone();
        (
            asked.0.name().to_owned(),
            Wish {
                measure,
                probe,
                ..wish
            },
        )
    });
    let probes = spec.probes.iter().map(|probe| {
        let named = Some(probe.name.clone());
        let wish = wish.clone();
        (
            format!("{} (position)", probe.name),
            Wish {
                measure: None,
                probe: named,
                ..wish
            },
        )
    });
    measures.chain(probes).collect()
}

impl Picture {
    fn of(
        seen: &SweepSeen,
        shown: &Shown,
        laid: &Laid,
        scenario: &Scenario,
        (dark, version): (bool, u64),
    ) -> Option<Self> {
        let results = &seen.results;
        let plan = results.plan();
        let held = laid.combinations(plan).into_iter().next()?;
        let surface = results.surface(shown, laid, &held);
        let range = colour_range(shown, [&surface]);
        let scale = map_colours(shown.is_difference(), dark);
        let estimates = || surface.points.iter().map(|point| point.found.estimate());
        let by_chance = estimates().map(|it| it.is_some_and(|it| shown.is_by_chance(it)));
        let texts = estimates().map(|it| it.and_then(figure_told));
        let here = results.of_scenario(scenario);
        let here = here.and_then(|cell| surface.points.iter().position(|p| p.index == cell));
        let along = |axis: Option<&crate::sweep::Axis>, most: usize| match axis {
            Some(axis) => (names_along(axis, most), title(axis)),
            None => (vec![String::new()], String::new()),
        };
        let (across, down) = (
            along(laid.across(plan), NAMES[0]),
            along(laid.down(plan), NAMES[1]),
        );
        Some(Self {
            version,
            image: image(&surface, range, &scale),
            range,
            scale,
            lines: isolines(&surface),
            texts: texts.collect(),
            by_chance: by_chance.collect(),
            names: [across.0, down.0],
            titles: [across.1, down.1],
            here,
            surface,
        })
    }

    /// The place of a cell in the picture, by its column and line.
    #[must_use]
    pub fn place(&self, column: usize, row: usize) -> Option<usize> {
        let inside = column < self.surface.columns && row < self.surface.rows();
        inside.then(|| row * self.surface.columns + column)
    }

    /// How many cells are not there yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let points = self.surface.points.iter();
        points.filter(|point| point.found == Found::Waiting).count()
    }
}

fn title(axis: &crate::sweep::Axis) -> String {
    match axis_unit(axis) {
        "" => axis.name.clone(),
        unit => format!("{} ({unit})", axis.name),
    }
}

/// What a figure is called with its unit.
#[must_use]
pub fn named(shown: &Shown) -> String {
    match &shown.quantity {
        Quantity::Measure(measure) => measure.name().to_owned(),
        Quantity::Probe(name) => format!("{name} (position)"),
    }
}

fn image(surface: &Surface, [low, high]: [f64; 2], scale: &[Color32]) -> ColorImage {
    let size = [surface.columns, surface.rows()];
    let mut image = ColorImage::filled(size, Color32::TRANSPARENT);
    for (pixel, point) in image.pixels.iter_mut().zip(&surface.points) {
        if let Some(x) = point.found.value() {
            *pixel = colour_at(scale, (x - low) / (high - low));
        }
    }
    image
}
