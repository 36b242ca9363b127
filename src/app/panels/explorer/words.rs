//! The explorer in words.

use crate::app::format;
use crate::app::view::{ExplorerPicture, ViewModel};
use crate::explore::{Colour, Dimension, STILL, Whose};
use crate::gallery::axis_name;
use crate::quantity::write::{fixed, signed, significant};

/// How a number of the state is written.
pub(super) fn symbol(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Spot => "S",
        Dimension::Date => "date",
        Dimension::Position => "X",
        Dimension::Gain => "gain",
        Dimension::AskMemory => "A",
        Dimension::BidMemory => "B",
        _ => "",
    }
}

/// What is coloured, in a word or two.
pub(super) fn short(colour: Colour) -> &'static str {
    match colour {
        Colour::Held => "position",
        Colour::LessDelta => "minus delta's",
        Colour::Trade => "trade",
        Colour::Band => "no-trade band",
    }
}

/// A number, without its unit.
pub(super) fn number(view: &ViewModel, dimension: Dimension, x: f64) -> String {
    match dimension {
        Dimension::Spot => view.digits.price(x),
        Dimension::Gain => view.digits.money(x),
        Dimension::Date | Dimension::Dates => fixed(x, 0),
        Dimension::Position | Dimension::AskMemory | Dimension::BidMemory => view.digits.shares(x),
        _ => significant(x, 4),
    }
}

/// The same with its name and its unit.
fn told(view: &ViewModel, picture: &ExplorerPicture, dimension: Dimension, x: f64) -> String {
    let name = axis_name(dimension, picture.explored().ask.both_sides);
    let text = number(view, dimension, x);
    match dimension.unit() {
        "" => format!("{name}: {text}"),
        unit => format!("{name}: {text} {unit}"),
    }
}

/// Whose policy the map is of.
pub(super) fn whose(picture: &ExplorerPicture) -> &'static str {
    match picture.explored().ask.whose {
        Whose::Made(_) => "made at once for each point",
        Whose::Trained(..) => "the policy on screen",
    }
}

/// Why there is no map, and what to do.
pub(super) fn what_to_do(view: &ViewModel, refused: &str) -> String {
    let way = if view.answers_at_once {
        "Choose axes of the state, or open the preset anew"
    } else {
        "Choose axes of the state, or switch on `Learned answers at once` among the controls of training"
    };
    format!("There is no such map: {refused}. {way}.")
}

/// The map at a place.
pub(super) fn read(view: &ViewModel, picture: &ExplorerPicture, at: [f64; 2]) -> Option<String> {
    let axes = picture.axes()?;
    // What is told is the cell, not the place in it.
    let cells = [0, 1].map(|i| {
        let axis = &axes[i];
        axis.cell(at[i])
            .and_then(|cell| axis.values.get(cell).copied())
    });
    let [Some(x), Some(y)] = cells else {
        return None;
    };
    let mut lines = vec![
        told(view, picture, axes[0].dimension, x),
        told(view, picture, axes[1].dimension, y),
    ];
    let shares = |x: f64| view.digits.shares(x);
    match picture.at(at) {
        Some(point) => {
            let (held, delta) = (point.held, point.delta);
            lines.push(format!("held after: {} shares", shares(held)));
            let trade = format::signed(&shares(held - point.before));
            lines.push(format!("trade: {trade}"));
            lines.push(format!("delta: {}", shares(delta)));
            lines.push(format!(
                "minus delta's: {}",
                format::signed(&shares(held - delta))
            ));
            if let Some(band) = point.band {
                lines.push(format!(
                    "no-trade band: {} wide, trading under {}% of the contract",
                    shares(band),
                    significant(100.0 * STILL, 2)
                ));
            }
            if !point.known {
                lines.push("Not trained there:".into());
                lines.extend(picture.unknown_at([x, y]));
            }
        }
        None => lines.push("There is no such scenario.".into()),
    }
    Some(lines.join("\n"))
}

/// The picture in words.
pub(super) fn spoken(view: &ViewModel, picture: &ExplorerPicture) -> String {
    let (Some(map), Some([across, up])) = (picture.map(), picture.axes()) else {
        return String::new();
    };
    let both = picture.explored().ask.both_sides;
    let [across, up] = [across, up].map(|axis| axis_name(axis.dimension, both));
    let [low, high] = picture.range.map(|x| view.digits.shares(x));
    let here = map.at_here.map_or_else(String::new, |point| {
        let shares = |x: f64| view.digits.shares(x);
        format!(
            "; here it holds {} after its trade, {} against delta",
            shares(point.held),
            signed(&shares(point.held - point.delta))
        )
    });
    let off = if off_the_map(picture) {
        "; the present place lies off the map"
    } else {
        ""
    };
    let unknown = if picture.unknown.is_empty() {
        ""
    } else {
        "; where it is hatched the policy was not trained"
    };
    let coarse = if picture.coarse { "; coarse yet" } else { "" };
    format!(
        "{} from {low} to {high} shares over {up} and {across}, {}{here}{off}{unknown}{coarse}",
        picture.colour.label(),
        whose(picture)
    )
}

/// Whether what is on screen lies beyond an axis.
pub(super) fn off_the_map(picture: &ExplorerPicture) -> bool {
    picture.map().is_some_and(|map| {
        let mut all = map.axes.iter().zip(map.here);
        all.any(|(axis, here)| axis.cell(here).is_none())
    })
}
