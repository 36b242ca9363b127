//! The sheet as it is written: elements of SVG, and where texts stand already.

use super::font;
use super::ink::{Ink, Theme};
use super::layer::{Dash, Fill, Mark, Stroke};
use std::fmt::Write;

/// A box on the sheet (px).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn holds(&self, other: &Self) -> bool {
        self.left <= other.left
            && self.right >= other.right
            && self.top <= other.top
            && self.bottom >= other.bottom
    }
}

/// Which end of a text stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Over and under the base line, shares of a text's size.
const ASCENT: f64 = 0.76;
const DESCENT: f64 = 0.22;
/// From one line of a text to the next, over its size.
pub(super) const LINE: f64 = 1.32;

/// What is written so far.
pub(super) struct Paper {
    theme: Theme,
    /// How much larger everything is than on a sheet of the usual size.
    pub unit: f64,
    /// Elements of the picture.
    pub body: String,
    /// Patterns and clips.
    pub definitions: String,
    texts: Vec<Rect>,
    hatches: Vec<Ink>,
    clips: usize,
}

/// A number with at most two decimals.
pub(super) fn px(x: f64) -> String {
    let text = format!("{x:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

/// A text in which nothing is taken for markup.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

impl Paper {
    pub fn new(theme: Theme, unit: f64) -> Self {
        Self {
            theme,
            unit,
            body: String::new(),
            definitions: String::new(),
            texts: Vec::new(),
            hatches: Vec::new(),
            clips: 0,
        }
    }

    /// Adds an element.
    pub fn put(&mut self, element: &str) {
        self.body.push_str(element);
        self.body.push('\n');
    }

    /// A text with its base line at `at`.
    pub fn text(&mut self, at: [f64; 2], anchor: Anchor, size: f64, ink: Ink, text: &str) {
        if text.is_empty() {
            return;
        }
        self.texts.push(around(at, anchor, size, text));
        self.put_text(at, anchor, (size, ink), text, "");
    }

    fn put_text(
        &mut self,
        at: [f64; 2],
        anchor: Anchor,
        (size, ink): (f64, Ink),
        text: &str,
        halo: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let [x, y] = at.map(px);
        let (size, colour, text) = (px(size), ink.hex(self.theme), escaped(text));
        self.put(&format!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor} fill=\"{colour}\"{halo}>{text}</text>"
        ));
    }

    /// The same with the ground around its letters, where it lies within `room` and on no other text.
    pub fn text_if_free(
        &mut self,
        (at, anchor): ([f64; 2], Anchor),
        (size, ink): (f64, Ink),
        text: &str,
        room: &Rect,
    ) {
        let its = around(at, anchor, size, text);
        if room.holds(&its) && !self.texts.iter().any(|other| other.meets(&its)) {
            self.texts.push(its);
            let (ground, width) = (super::ink::GROUND.hex(self.theme), px(0.28 * size));
            let halo = format!(
                " stroke=\"{ground}\" stroke-width=\"{width}\" stroke-linejoin=\"round\" paint-order=\"stroke\""
            );
            self.put_text(at, anchor, (size, ink), text, &halo);
        }
    }

    /// A text that runs up, its middle at `at`.
    pub fn text_up(&mut self, at: [f64; 2], size: f64, ink: Ink, text: &str) {
        let half = 0.5 * font::width(text, size);
        self.texts.push(Rect {
            left: at[0] - ASCENT * size,
            right: at[0] + DESCENT * size,
            top: at[1] - half,
            bottom: at[1] + half,
        });
        let [x, y] = at.map(px);
        let (size, colour, text) = (px(size), ink.hex(self.theme), escaped(text));
        self.put(&format!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"middle\" fill=\"{colour}\" \
             transform=\"rotate(-90 {x} {y})\">{text}</text>"
        ));
    }

    /// How a line is drawn.
    pub fn stroke(&self, stroke: Stroke) -> String {
        let colour = stroke.ink.hex(self.theme);
        let scaled = |length: f64| px(length * self.unit);
        let (width, dashes) = match stroke.dash {
            Dash::Solid => (stroke.width, String::new()),
            Dash::Dashed(length) => {
                let (length, gap) = (scaled(length), scaled(0.8 * length));
                (
                    stroke.width,
                    format!(" stroke-dasharray=\"{length} {gap}\""),
                )
            }
            Dash::Dotted(apart) => (
                1.4 * stroke.width,
                format!(
                    " stroke-dasharray=\"0.01 {}\" stroke-linecap=\"round\"",
                    scaled(apart)
                ),
            ),
        };
        let width = scaled(width);
        format!(
            "fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"{dashes}"
        )
    }

    /// How an area is filled.
    pub fn fill(&mut self, fill: Fill) -> String {
        let opacity = px(fill.opacity);
        if !fill.hatched {
            let colour = fill.ink.hex(self.theme);
            return format!("fill=\"{colour}\" fill-opacity=\"{opacity}\"");
        }
        let known = self.hatches.iter().position(|ink| *ink == fill.ink);
        let number = known.unwrap_or_else(|| self.hatch(fill.ink));
        format!("fill=\"url(#hatch{number})\" fill-opacity=\"{opacity}\"")
    }

    fn hatch(&mut self, ink: Ink) -> usize {
        self.hatches.push(ink);
        let number = self.hatches.len() - 1;
        let (side, width) = (px(4.5 * self.unit), px(1.1 * self.unit));
        let colour = ink.hex(self.theme);
        let _infallible = writeln!(
            self.definitions,
            "<pattern id=\"hatch{number}\" width=\"{side}\" height=\"{side}\" \
             patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"{side}\" stroke=\"{colour}\" stroke-width=\"{width}\"/></pattern>"
        );
        number
    }

    /// Begins a group of which nothing is seen outside a box; [`Paper::unclip`] ends it.
    pub fn clip(&mut self, rect: &Rect) {
        let number = self.clips;
        self.clips += 1;
        let _infallible = writeln!(
            self.definitions,
            "<clipPath id=\"clip{number}\">{}</clipPath>",
            boxed(rect, "")
        );
        self.put(&format!("<g clip-path=\"url(#clip{number})\">"));
    }

    pub fn unclip(&mut self) {
        self.put("</g>");
    }

    /// A straight line.
    pub fn segment(&mut self, from: [f64; 2], to: [f64; 2], stroke: Stroke) {
        let [from, to] = [from, to].map(|at| at.map(px));
        let look = self.stroke(stroke);
        self.put(&format!(
            "<path d=\"M{} {}L{} {}\" {look}/>",
            from[0], from[1], to[0], to[1]
        ));
    }

    /// A box that is filled.
    pub fn rect(&mut self, rect: &Rect, fill: Fill) {
        let look = self.fill(fill);
        self.put(&boxed(rect, &look));
    }

    /// A mark around a point, `size` wide.
    pub fn mark(&mut self, at: [f64; 2], mark: Mark, (ink, open): (Ink, bool), size: f64) {
        let half = 0.5 * size * self.unit;
        let colour = ink.hex(self.theme);
        let ground = super::ink::GROUND.hex(self.theme);
        let width = px(1.3 * self.unit);
        let look = if open {
            format!("fill=\"{ground}\" stroke=\"{colour}\" stroke-width=\"{width}\"")
        } else {
            format!("fill=\"{colour}\"")
        };
        let [x, y] = at;
        if mark == Mark::Disc {
            let (x, y, half) = (px(x), px(y), px(half));
            self.put(&format!(
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"{half}\" {look}/>"
            ));
            return;
        }
        let corners: &[[f64; 2]] = match mark {
            Mark::Square => &[[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
            Mark::Diamond => &[[0.0, -1.2], [1.2, 0.0], [0.0, 1.2], [-1.2, 0.0]],
            Mark::Triangle => &[[0.0, -1.15], [1.1, 0.85], [-1.1, 0.85]],
            Mark::Down => &[[0.0, 1.15], [1.1, -0.85], [-1.1, -0.85]],
            Mark::Bar => &[[-0.5, -1.2], [0.5, -1.2], [0.5, 1.2], [-0.5, 1.2]],
            Mark::Hexagon => &[
                [-1.05, 0.0],
                [-0.52, -0.95],
                [0.52, -0.95],
                [1.05, 0.0],
                [0.52, 0.95],
                [-0.52, 0.95],
            ],
            Mark::Cross | Mark::Plus | Mark::Disc => &[],
        };
        let at = |corner: &[f64; 2]| {
            let (x, y) = (corner[0].mul_add(half, x), corner[1].mul_add(half, y));
            format!("{} {}", px(x), px(y))
        };
        if !corners.is_empty() {
            let corners: Vec<String> = corners.iter().map(at).collect();
            self.put(&format!("<path d=\"M{}Z\" {look}/>", corners.join("L")));
            return;
        }
        let ends: [[f64; 2]; 4] = if mark == Mark::Cross {
            [[-0.9, -0.9], [0.9, 0.9], [-0.9, 0.9], [0.9, -0.9]]
        } else {
            [[-1.1, 0.0], [1.1, 0.0], [0.0, -1.1], [0.0, 1.1]]
        };
        let ends: Vec<String> = ends.iter().map(at).collect();
        let look = self.stroke(Stroke::new(ink, 1.6));
        self.put(&format!(
            "<path d=\"M{}L{}M{}L{}\" {look}/>",
            ends[0], ends[1], ends[2], ends[3]
        ));
    }
}

/// The box of a text.
fn around([x, y]: [f64; 2], anchor: Anchor, size: f64, text: &str) -> Rect {
    let width = font::width(text, size);
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - 0.5 * width,
        Anchor::End => x - width,
    };
    Rect {
        left,
        right: left + width,
        top: y - ASCENT * size,
        bottom: y + DESCENT * size,
    }
}

/// A box as an element.
fn boxed(rect: &Rect, look: &str) -> String {
    let (x, y) = (px(rect.left), px(rect.top));
    let (width, height) = (px(rect.width().max(0.0)), px(rect.height().max(0.0)));
    format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {look}/>")
}
