//! Strips of lines: the price, what each strategy holds, what its trades have cost, what it is worth.

use super::{Place, Strip};
use crate::app::panels::fade;
use crate::app::theme::{Look, Mark, Tokens};
use crate::app::view::{StrategyPath, ViewModel};
use crate::app::widgets::{
    MARK, Ruler, nearest, paint_mark, paint_strikes, paint_upright, styled, ticks,
};
use crate::policy::Who;
use egui::{Painter, Pos2, Rect, Stroke, Ui, pos2};
use egui_plot::{LineStyle, PlotPoint};

/// More trades than this are not drawn as bars.
const BARS: usize = 500;

/// Draws a strip; gives back the strategy whose line is under the pointer.
pub(super) fn ui(
    ui: &Ui,
    view: &ViewModel,
    strip: Strip,
    place: Place,
    pointer: Option<Pos2>,
) -> Option<Who> {
    let up = scale(view, strip, place.rect);
    paint_upright(ui, place.rect, &up, ticks::number);
    let painter = ui.painter_at(place.rect);
    let canvas = Canvas {
        view,
        painter: &painter,
        place,
        up,
        tokens: Tokens::of(ui.visuals()),
    };
    if strip == Strip::Price {
        canvas.price(ui);
        return None;
    }
    canvas.strategies(strip);
    pointer.and_then(|at| canvas.nearest(strip, at))
}

/// A strategy's line in a strip.
fn line(strip: Strip, path: &StrategyPath) -> &[PlotPoint] {
    match strip {
        Strip::Cost => &path.costs,
        Strip::Value => &path.values,
        _ => &path.positions,
    }
}

/// The scale that holds all lines of a strip, pinned ones too, over the whole path.
fn scale(view: &ViewModel, strip: Strip, rect: Rect) -> Ruler {
    let ghosts = view.ghosts();
    let paths = std::iter::once(view.path.as_ref()).chain(&view.path.ghosts);
    let heights = |points: &[PlotPoint]| bounds(points.iter().map(|point| point.y));
    let (low, high) = if strip == Strip::Price {
        let strikes = bounds(view.scenario.contract.strikes().into_iter());
        let mids = view.path.strategies.iter().map(|path| heights(&path.mids));
        let lines = paths.map(|path| heights(&path.line));
        lines.chain(mids).fold(strikes, hull)
    } else {
        let of_ghosts = ghosts
            .iter()
            .flat_map(|(_, strategies)| strategies.iter().copied());
        let strategies = view.path.strategies.iter().chain(of_ghosts);
        let lines = strategies.map(|path| heights(line(strip, path)));
        let bars = view.path.whose(&view.focus);
        let bars = bars.filter(|_| strip == Strip::Positions);
        let bars = bars.map(|path| bounds(path.trades.iter().map(|(_, size)| *size)));
        lines.chain(bars).fold((0.0, 0.0), hull)
    };
    let unit = unit(view, strip);
    let margin = if high - low > 1e-6 * unit {
        0.07 * (high - low)
    } else {
        // A level line.
        0.5 * unit
    };
    Ruler::up(rect, low - margin, high + margin)
}

/// An amount of the size that a strip is about.
fn unit(view: &ViewModel, strip: Strip) -> f64 {
    let contract = &view.scenario.contract;
    match strip {
        Strip::Liquidity | Strip::Price => contract.strike,
        Strip::Positions => contract.size(),
        Strip::Cost | Strip::Value => 0.01 * contract.strike * contract.size(),
    }
}

/// The smallest and the largest number.
fn bounds(numbers: impl Iterator<Item = f64>) -> (f64, f64) {
    let nothing = (f64::INFINITY, f64::NEG_INFINITY);
    numbers.fold(nothing, |(low, high), x| (low.min(x), high.max(x)))
}

/// What holds two ranges.
fn hull(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (one.0.min(other.0), one.1.max(other.1))
}

/// A strip being drawn.
struct Canvas<'a> {
    view: &'a ViewModel,
    painter: &'a Painter,
    place: Place,
    up: Ruler,
    tokens: &'static Tokens,
}

impl Canvas<'_> {
    fn at(&self, point: &PlotPoint) -> Pos2 {
        pos2(self.place.dates.at(point.x), self.up.at(point.y))
    }

    /// The part of a line that is in sight, and what leads to it.
    fn seen(&self, points: &[PlotPoint]) -> Vec<Pos2> {
        let [from, to] = self.place.dates.values;
        let margin = 0.05 * (to - from);
        let first = points.partition_point(|point| point.x < from - margin);
        let end = points.partition_point(|point| point.x <= to + margin);
        let first = first.saturating_sub(1);
        let end = (end + 1).min(points.len());
        points[first..end]
            .iter()
            .map(|point| self.at(point))
            .collect()
    }

    fn draw(&self, points: &[PlotPoint], look: Look) {
        self.painter.extend(styled(&self.seen(points), look));
    }

    fn price(&self, ui: &Ui) {
        let Self { view, tokens, .. } = self;
        let strikes = view.scenario.contract.strikes();
        paint_strikes(ui, self.place.rect, &self.up, &strikes);
        let solid = |width| Look {
            color: tokens.strong,
            style: LineStyle::Solid,
            width,
            mark: Mark::Disc,
        };
        for (pin, ghost) in view.shown_pins().zip(&view.path.ghosts) {
            let color = tokens.tint(pin.label.tint);
            self.draw(
                &ghost.line,
                Look {
                    color,
                    ..solid(1.2)
                },
            );
        }
        self.draw(&view.path.line, solid(1.6));
        // Where trades move the mid each strategy sees a price of its own.
        for path in view.path.strategies.iter().rev() {
            let look = tokens.look(path.who.kind).faded(fade(view, &path.who), 1.0);
            self.draw(&path.mids, look);
        }
        if let Some(price) = view.path.prices.get(view.step) {
            let at = self.at(&PlotPoint::new(view.step as f64, *price));
            paint_mark(self.painter, at, MARK, solid(1.6), tokens.panel);
        }
    }

    fn strategies(&self, strip: Strip) {
        let Self { view, tokens, .. } = self;
        let zero = self.up.at(0.0);
        let stroke = Stroke::new(1.0, tokens.hairline);
        self.painter.hline(self.place.rect.x_range(), zero, stroke);
        if strip == Strip::Positions {
            self.bars();
        }
        for (pin, strategies) in view.ghosts() {
            for path in strategies {
                let look = tokens.ghost(pin.label.tint, path.who.kind);
                self.draw(line(strip, path), look.faded(fade(view, &path.who), 1.0));
            }
        }
        // The first stands in front.
        for path in view.path.strategies.iter().rev() {
            let mut look = tokens.look(path.who.kind);
            look = look.faded(fade(view, &path.who), 1.0);
            if view.hover.who.as_ref() == Some(&path.who) {
                look.width += 1.0;
            }
            self.draw(line(strip, path), look);
        }
        for path in view.path.strategies.iter().rev() {
            let look = tokens.look(path.who.kind).faded(fade(view, &path.who), 1.0);
            let value = match strip {
                Strip::Cost => path.cost_so_far(view.step),
                Strip::Value => path.value(view.step),
                _ => path.held(view.step),
            };
            let at = self.at(&PlotPoint::new(view.step as f64, value));
            paint_mark(self.painter, at, MARK, look, tokens.panel);
        }
    }

    /// The trades of the strategy in focus.
    fn bars(&self) {
        let Some(path) = self.view.path.whose(&self.view.focus) else {
            return;
        };
        if path.trades.len() > BARS {
            return;
        }
        let step = self.place.dates.at(1.0) - self.place.dates.at(0.0);
        let half = (0.18 * step).clamp(0.75, 7.0);
        let colour = self.tokens.faint(self.tokens.look(path.who.kind).color);
        let zero = self.up.at(0.0);
        for (date, size) in &path.trades {
            let at = self.at(&PlotPoint::new(*date, *size));
            let ends = [pos2(at.x - half, at.y), pos2(at.x + half, zero)];
            let bar = Rect::from_two_pos(ends[0], ends[1]);
            self.painter.rect_filled(bar, 0.0, colour);
        }
    }

    /// The strategy whose line runs through a place on screen.
    fn nearest(&self, strip: Strip, at: Pos2) -> Option<Who> {
        let strategies = self.view.path.strategies.iter();
        let lines = strategies.map(|path| (&path.who, self.seen(line(strip, path))));
        nearest(lines, at).cloned()
    }
}
