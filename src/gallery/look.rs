//! How strategies look and what they are called, everywhere: each has one colour, one line and one mark.

use crate::figure::{Dash, Ink, Mark, Stroke};
use crate::policy::Who;
use crate::scenario::{Strategy, Tint};

/// The bid side of the book.
pub const BID: Ink = Ink::new(0x003b_82c4, 0x003b_82c4);
/// The ask side of the book.
pub const ASK: Ink = Ink::new(0x00c4_593b, 0x00c4_593b);

/// Curves of one family, in order: from far from the ground's lightness to near it, or back.
pub const FAMILY: [Ink; 6] = [
    Ink::new(0x0026_0c66, 0x007b_56d8),
    Ink::new(0x004a_1f75, 0x00b5_65c8),
    Ink::new(0x0070_2f7f, 0x00df_7cb2),
    Ink::new(0x0096_4183, 0x00f9_9ca3),
    Ink::new(0x00bb_5582, 0x00fe_c3ab),
    Ink::new(0x00dd_6d7e, 0x00fd_e7cf),
];

/// Of pins, in the order of [`Tint::ALL`].
pub const TINTS: [Ink; 6] = [
    Ink::new(0x00c2_295c, 0x00ff_8fa8),
    Ink::new(0x006b_7d00, 0x00b5_e35c),
    Ink::new(0x003b_1a99, 0x00a0_6bff),
    Ink::new(0x003f_3212, 0x00ff_f5dc),
    Ink::new(0x00a0_5a10, 0x00b0_6a35),
    Ink::new(0x006b_7480, 0x008b_93a0),
];

/// How a strategy is drawn: told apart by line and mark where colours are not seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Colour, width and dashes of its line.
    pub stroke: Stroke,
    /// Its mark.
    pub mark: Mark,
}

/// The look of a strategy.
#[must_use]
pub const fn look(strategy: Strategy) -> Look {
    let (ink, dash, width, mark) = match strategy {
        Strategy::None => (
            Ink::new(0x0066_7080, 0x008b_93a0),
            Dash::Dotted(9.0),
            1.0,
            Mark::Cross,
        ),
        Strategy::Delta => (
            Ink::new(0x00c0_5400, 0x00e6_9f00),
            Dash::Dashed(6.0),
            1.8,
            Mark::Diamond,
        ),
        Strategy::Leland => (
            Ink::new(0x0000_795a, 0x0000_9e73),
            Dash::Dotted(4.5),
            1.3,
            Mark::Square,
        ),
        Strategy::Band => (
            Ink::new(0x00a8_4d83, 0x00cc_79a7),
            Dash::Dashed(3.0),
            1.8,
            Mark::Triangle,
        ),
        Strategy::Static => (
            Ink::new(0x006f_6400, 0x00f0_e442),
            Dash::Dashed(12.0),
            1.8,
            Mark::Plus,
        ),
        Strategy::Learned => (
            Ink::new(0x0000_72b2, 0x0056_b4e9),
            Dash::Solid,
            2.5,
            Mark::Disc,
        ),
        Strategy::InstantDelta => (
            Ink::new(0x008a_1c1c, 0x00ff_6f5e),
            Dash::Dashed(9.0),
            1.8,
            Mark::Down,
        ),
        Strategy::MinimumVariance => (
            Ink::new(0x003f_7a00, 0x008f_d94e),
            Dash::Dotted(6.0),
            1.8,
            Mark::Bar,
        ),
        Strategy::SoftBand => (
            Ink::new(0x005b_3fb5, 0x00b3_9dff),
            Dash::Dotted(7.0),
            2.4,
            Mark::Hexagon,
        ),
    };
    let stroke = Stroke::new(ink, width).dashed(dash);
    Look { stroke, mark }
}

/// The look of each of some policies: the first of a kind has that of its strategy, others the colour of
/// a pin.
#[must_use]
pub fn looks<'a>(all: impl IntoIterator<Item = &'a Who>) -> Vec<Look> {
    let mut seen: Vec<Strategy> = Vec::new();
    let of = |who: &Who| {
        let before = seen.iter().filter(|kind| **kind == who.kind).count();
        seen.push(who.kind);
        let mut look = look(who.kind);
        if let Some(other) = before.checked_sub(1) {
            look.stroke.ink = TINTS[other % TINTS.len()];
            look.stroke.dash = Dash::Dashed(9.0 + 3.0 * other as f64);
        }
        look
    };
    all.into_iter().map(of).collect()
}

/// The colour of a curve among `count` of a family, spread over all there are.
#[must_use]
pub fn family(place: usize, count: usize) -> Ink {
    let last = FAMILY.len() - 1;
    FAMILY[(place * last / count.saturating_sub(1).max(1)).min(last)]
}

/// The colour of a pin.
#[must_use]
pub fn tint(tint: Tint) -> Ink {
    let place = Tint::ALL.iter().position(|other| *other == tint);
    TINTS[place.unwrap_or(0)]
}

/// The order in which strategies stand, everywhere.
pub const ORDER: [Strategy; 9] = [
    Strategy::Learned,
    Strategy::Delta,
    Strategy::InstantDelta,
    Strategy::MinimumVariance,
    Strategy::Leland,
    Strategy::Band,
    Strategy::SoftBand,
    Strategy::Static,
    Strategy::None,
];

/// A strategy's place in the order.
#[must_use]
pub fn place(strategy: Strategy) -> usize {
    let known = ORDER.iter().position(|other| *other == strategy);
    known.unwrap_or(ORDER.len())
}

/// What a strategy is called.
#[must_use]
pub fn strategy_name(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::None => "No hedge",
        Strategy::Delta => "Delta",
        Strategy::InstantDelta => "Instant delta",
        Strategy::MinimumVariance => "Minimum variance",
        Strategy::Leland => "Leland",
        Strategy::Band => "Band",
        Strategy::SoftBand => "Soft band",
        Strategy::Static => "Static",
        Strategy::Learned => "Learned",
    }
}

/// What a policy is called: as its strategy, unless it has a name of its own.
#[must_use]
pub fn name_of(who: &Who) -> &str {
    if who.is_plain() {
        strategy_name(who.kind)
    } else {
        &who.name
    }
}

/// Names in a sentence: `Delta, Leland and Learned`.
#[must_use]
pub fn words<'a>(all: impl IntoIterator<Item = &'a Who>) -> String {
    let names: Vec<&str> = all.into_iter().map(name_of).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => (*last).to_owned(),
        None => "nobody".into(),
    }
}
