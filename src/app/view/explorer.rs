//! The policy over any two of state and scenario: the picture, and the state that it is drawn for.

use super::PathView;
use super::policy::{colour_at, map_colours};
use crate::engine::Explored;
use crate::explore::{Axis, Colour, Dimension, Look, Map, Point, State};
use crate::scenario::{Scenario, Strategy};
use egui::{Color32, ColorImage};
use std::sync::Arc;

/// Share of the way to the ground of what the policy does not know.
const UNKNOWN: f32 = 0.5;

/// The explorer.
#[derive(Clone, Debug, Default)]
pub struct ExplorerView {
    pub look: Look,
    /// The state that the map is drawn for.
    pub state: State,
    /// What the learned policy remembers of the path there.
    pub carried: Vec<f64>,
    /// What can be chosen beside the picture.
    pub levers: Vec<Lever>,
    pub picture: Option<Picture>,
    /// Why there is none.
    pub refused: Option<String>,
}

/// A number of the state to choose, and where a slider for it begins and ends.
#[derive(Clone, Copy, Debug)]
pub struct Lever {
    pub dimension: Dimension,
    pub present: f64,
    pub range: (f64, f64),
}

/// A map, as it is drawn.
#[derive(Clone, Debug)]
pub struct Picture {
    explored: Arc<Explored>,
    /// What was coloured.
    pub colour: Colour,
    pub version: u64,
    /// The colours of its cells.
    pub image: ColorImage,
    /// Numbers at the lowest and highest colour (shares).
    pub range: [f64; 2],
    /// Colours from lowest to highest.
    pub scale: Vec<Color32>,
    /// Boxes of cells (columns, rows) in which the policy does not know the scenario.
    pub unknown: Vec<[[usize; 2]; 2]>,
    /// Whether it is to become finer yet.
    pub coarse: bool,
}

/// What it is made from.
pub struct Source<'a> {
    pub scenario: &'a Scenario,
    pub path: &'a PathView,
    pub step: usize,
    pub look: Look,
    pub explored: Option<&'a Arc<Explored>>,
    pub dark: bool,
    pub version: u64,
}

impl ExplorerView {
    /// The state of the learned policy on the path at the time cursor, or of another where that one is not on
    /// it, with what a person chose; and the map that was drawn last.
    #[must_use]
    pub fn new(source: &Source<'_>) -> Self {
        let Source { scenario, path, .. } = *source;
        let step = source.step.min(scenario.steps.saturating_sub(1));
        let hedge = path.whose(Strategy::Learned);
        let line = hedge.and_then(|hedge| hedge.ledger.get(step));
        let on_path = line.map_or_else(
            || State::at_sale(scenario),
            |line| State::before(scenario, line),
        );
        let own = hedge.filter(|hedge| hedge.who.kind == Strategy::Learned);
        let look = source.look;
        let state = on_path.chosen(&look.chosen, scenario);
        let answer = source.explored.map(|explored| (explored, &explored.map));
        Self {
            look,
            state,
            carried: own.map_or_else(Vec::new, |hedge| hedge.carried.at(step).to_vec()),
            levers: levers(scenario, &state, look),
            picture: answer.and_then(|(explored, map)| {
                let map = map.as_ref().ok()?;
                Some(Picture::new(source, explored, map))
            }),
            refused: answer.and_then(|(_, map)| map.as_ref().err().map(ToString::to_string)),
        }
    }
}

/// What of the state is not along an axis.
fn levers(scenario: &Scenario, state: &State, look: Look) -> Vec<Lever> {
    let free = Dimension::OF_STATE.into_iter();
    let free = free.filter(|dimension| ![look.across, look.up].contains(dimension));
    free.filter_map(|dimension| {
        let present = state.get(dimension)?;
        let [low, high] = dimension.ends(scenario, state, false);
        Some(Lever {
            dimension,
            present,
            range: (low, high),
        })
    })
    .collect()
}

impl Picture {
    fn new(source: &Source<'_>, explored: &Arc<Explored>, map: &Map) -> Self {
        // A band that was not asked for yet has no colours: what is there is shown until it comes.
        let asked = !explored.ask.band && source.look.colour == Colour::Band;
        let colour = if asked {
            Colour::Held
        } else {
            source.look.colour
        };
        let range = map.range(colour);
        let scale = map_colours(colour.is_diverging(), source.dark);
        Self {
            explored: explored.clone(),
            colour,
            version: source.version,
            image: image(map, colour, range, &scale, source.dark),
            range,
            scale,
            unknown: map.unknown(),
            coarse: !explored.whole,
        }
    }

    /// The axes, from left to right and from bottom to top.
    #[must_use]
    pub fn axes(&self) -> Option<&[Axis; 2]> {
        self.map().map(|map| &map.axes)
    }

    /// The map behind it.
    #[must_use]
    pub fn map(&self) -> Option<&Map> {
        self.explored.map.as_ref().ok()
    }

    /// What was asked.
    #[must_use]
    pub fn explored(&self) -> &Explored {
        &self.explored
    }

    /// What the policy does at a place.
    #[must_use]
    pub fn at(&self, at: [f64; 2]) -> Option<&Point> {
        self.map()?.at(at)
    }

    /// What of the scenario at a place the policy does not know, in words.
    #[must_use]
    pub fn unknown_at(&self, at: [f64; 2]) -> Vec<String> {
        let unknown = self.explored.ask.unknown_at(at).into_iter();
        unknown.map(|outside| outside.to_string()).collect()
    }
}

/// The picture, from its top: a colour for each cell, toward the ground where the policy does not know the
/// scenario.
fn image(
    map: &Map,
    colour: Colour,
    [low, high]: [f64; 2],
    scale: &[Color32],
    dark: bool,
) -> ColorImage {
    let ground = if dark { Color32::BLACK } else { Color32::WHITE };
    let [width, height] = map.axes.each_ref().map(|axis| axis.values.len());
    let mut image = ColorImage::filled([width, height], Color32::TRANSPARENT);
    let rows = map.points.chunks(width.max(1)).rev();
    for (pixels, points) in image.pixels.chunks_mut(width.max(1)).zip(rows) {
        for (pixel, point) in pixels.iter_mut().zip(points) {
            let Some((point, number)) = point.as_ref().and_then(|p| Some((p, colour.of(p)?)))
            else {
                continue;
            };
            let full = colour_at(scale, (number - low) / (high - low));
            *pixel = if point.known {
                full
            } else {
                full.lerp_to_gamma(ground, UNKNOWN)
            };
        }
    }
    image
}
