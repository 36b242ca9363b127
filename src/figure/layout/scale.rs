//! From the units of an axis to the sheet, and the numbers along it.

use super::super::axis::{Axis, Kind, Told};
use super::super::font;
use super::super::layer::{Along, Heat, Layer};
use super::super::paper::Rect;
use super::super::ticks::{self, Tick};
use super::super::{Figure, Panel};
use super::Sizes;
use crate::quantity::write::keyboard;

/// An axis on the sheet.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    pub low: f64,
    pub high: f64,
    log: bool,
    /// Whether the first name stands on top.
    downward: bool,
    /// Where it begins and ends (px).
    pub from: f64,
    pub to: f64,
    pub ticks: Vec<Tick>,
    /// Whether it has names instead of numbers.
    pub named: bool,
}

impl Scale {
    /// The place of a number (px).
    pub fn at(&self, x: f64) -> f64 {
        let share = if self.log {
            (x / self.low).ln() / (self.high / self.low).ln()
        } else {
            (x - self.low) / (self.high - self.low)
        };
        share.mul_add(self.to - self.from, self.from)
    }

    /// Whether a number lies on it.
    pub fn holds(&self, x: f64) -> bool {
        (self.low..=self.high).contains(&x)
    }

    /// The axis that all panels share, between two edges.
    pub fn across(figure: &Figure, [from, to]: [f64; 2], sizes: &Sizes) -> Self {
        let layers: Vec<&Layer> = figure.panels.iter().flat_map(|p| &p.layers).collect();
        let mut scale = Self::over(&figure.x, &layers, Along::Across);
        (scale.from, scale.to) = (from, to);
        if !scale.named {
            scale.ticks = scale.numbers_across(&figure.x, sizes);
        }
        scale
    }

    /// The axis of a panel that is about `height` high.
    pub fn up(panel: &Panel, height: f64, sizes: &Sizes) -> Self {
        let layers: Vec<&Layer> = panel.layers.iter().collect();
        let mut scale = Self::over(&panel.y, &layers, Along::Up);
        if scale.named {
            scale.downward = true;
            for tick in &mut scale.ticks {
                tick.text = font::fitted(&tick.text, sizes.tick, 150.0 * sizes.unit);
            }
        } else {
            let room = whole(height / (18.0 * sizes.unit)).clamp(2, 8);
            // One number alone does not say how far it is to another.
            let more = (room..room + 4).map(|most| scale.numbers(&panel.y, most));
            let enough = more.into_iter().find(|ticks| ticks.len() >= 2);
            scale.ticks = enough.unwrap_or_default();
        }
        scale
    }

    /// The scale of a map's colours.
    pub fn of_colours(heat: &Heat, sizes: &Sizes) -> Self {
        let axis = Axis::new("", "").between(heat.range[0], heat.range[1]);
        let panel = Panel::new(axis);
        Self::up(&panel, 150.0 * sizes.unit, sizes)
    }

    /// The same beside a panel.
    pub fn placed(mut self, rect: &Rect) -> Self {
        (self.from, self.to) = if self.downward {
            (rect.top, rect.bottom)
        } else {
            (rect.bottom, rect.top)
        };
        self
    }

    /// Width of its widest text.
    pub fn widest(&self, size: f64) -> f64 {
        let widths = self.ticks.iter().map(|tick| font::width(&tick.text, size));
        widths.fold(0.0, f64::max)
    }

    fn over(axis: &Axis, layers: &[&Layer], along: Along) -> Self {
        let mut scale = Self {
            low: 0.0,
            high: 1.0,
            log: axis.kind == Kind::Log,
            downward: false,
            from: 0.0,
            to: 1.0,
            ticks: Vec::new(),
            named: false,
        };
        if let Kind::Categories(names) = &axis.kind {
            scale.named = true;
            (scale.low, scale.high) = (-0.5, names.len().max(1) as f64 - 0.5);
            let tick = |(i, name): (usize, &super::super::Category)| Tick {
                at: i as f64,
                text: name.text.clone(),
            };
            // One without a text has no place to be told at.
            let told = names.iter().enumerate().map(tick);
            scale.ticks = told.filter(|tick| !tick.text.is_empty()).collect();
            return scale;
        }
        [scale.low, scale.high] = range(axis, layers, along);
        scale
    }

    fn numbers(&self, axis: &Axis, most: usize) -> Vec<Tick> {
        let mut ticks = if self.log {
            ticks::by_log(self.low, self.high, most)
        } else {
            ticks::even(self.low, self.high, most, axis.whole)
        };
        for tick in &mut ticks {
            match axis.told {
                Told::Plain => {}
                Told::Unsigned => tick.text = tick.text.trim_start_matches('−').to_owned(),
                Told::Years => tick.text = keyboard(&tick.text),
            }
        }
        ticks
    }

    /// As many numbers as have room beside each other.
    fn numbers_across(&self, axis: &Axis, sizes: &Sizes) -> Vec<Tick> {
        let gap = 9.0 * sizes.unit;
        let half = |tick: &Tick| 0.5 * font::width(&tick.text, sizes.tick);
        let apart = |one: &Tick, other: &Tick| {
            self.at(other.at) - half(other) - self.at(one.at) - half(one) >= gap
        };
        for most in (3..=9).rev() {
            let ticks = self.numbers(axis, most);
            if ticks.windows(2).all(|pair| apart(&pair[0], &pair[1])) {
                return ticks;
            }
        }
        let mut few: Vec<Tick> = Vec::new();
        for tick in self.numbers(axis, 3) {
            if few.last().is_none_or(|last| apart(last, &tick)) {
                few.push(tick);
            }
        }
        few
    }
}

/// The ends of an axis.
fn range(axis: &Axis, layers: &[&Layer], along: Along) -> [f64; 2] {
    let log = axis.kind == Kind::Log;
    if let Some([low, high]) = axis.range
        && low < high
        && low.is_finite()
        && high.is_finite()
        && (low > 0.0 || !log)
    {
        return [low, high];
    }
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for layer in layers {
        layer.reaches(along, &mut |x| {
            if x.is_finite() && (x > 0.0 || !log) {
                low = low.min(x);
                high = high.max(x);
            }
        });
    }
    if low > high {
        return if log { [1.0, 10.0] } else { [0.0, 1.0] };
    }
    if log {
        let factor = (high / low).powf(0.06).max(1.02);
        return [low / factor, high * factor];
    }
    if axis.from_zero {
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    let span = high - low;
    if span <= 1e-12 * low.abs().max(high.abs()).max(1e-300) {
        let half = 0.05 * low.abs().max(high.abs()).max(1e-9);
        return [low - half, high + half];
    }
    let share = if along == Along::Up { 0.07 } else { 0.02 };
    let margin = share * span;
    let low = if axis.from_zero && low == 0.0 {
        0.0
    } else {
        low - margin
    };
    let high = if axis.from_zero && high == 0.0 {
        0.0
    } else {
        high + margin
    };
    [low, high]
}

/// A name in the lines that it takes in a column.
pub(crate) fn name_lines(text: &str, size: f64, room: f64) -> Vec<String> {
    let lines = font::wrapped(text, size, room);
    lines
        .iter()
        .map(|line| font::fitted(line, size, room))
        .collect()
}

/// Lines that the names along an axis take; 1 for numbers.
pub(super) fn lines_of_names(axis: &Axis, width: f64, sizes: &Sizes) -> usize {
    let Kind::Categories(names) = &axis.kind else {
        return 1;
    };
    // About the part of the sheet that the panels take.
    let told = || names.iter().filter(|name| !name.text.is_empty());
    let room = 0.8 * width / told().count().max(1) as f64;
    let lines = told().map(|name| name_lines(&name.text, sizes.tick, room).len());
    lines.max().unwrap_or(1).max(1)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a small count"
)]
fn whole(x: f64) -> usize {
    x.max(0.0) as usize
}
