//! A figure as SVG: lines as vectors, texts as texts.

mod marks;

use super::axis::Kind;
use super::font;
use super::ink;
use super::layer::{Along, Fill, Layer, Stroke};
use super::layout::{Frame, GAP, Layout, SCALE, Scale, TICK, name_lines};
use super::paper::{Anchor, LINE, Paper, Rect, escaped, px};
use super::{Figure, FigureError, Sheet, Sign};

/// The font of the picture, and what may stand in for it elsewhere: fonts about as wide.
const FONT: &str = "'Ubuntu Light', Ubuntu, Inter, 'Helvetica Neue', Helvetica, Arial, sans-serif";

pub(super) fn written(figure: &Figure, sheet: &Sheet) -> Result<String, FigureError> {
    if !figure.is_drawn() {
        return Err(FigureError::NotDrawn);
    }
    let layout = Layout::of(figure, sheet)?;
    let mut paper = Paper::new(sheet.theme(), layout.sizes.unit);
    let whole = Rect {
        left: 0.0,
        top: 0.0,
        right: sheet.width(),
        bottom: sheet.height(),
    };
    paper.rect(&whole, Fill::new(ink::GROUND, 1.0));
    let drawing = Drawing { figure, layout };
    drawing.around(&mut paper);
    drawing.axis_across(&mut paper);
    for (panel, frame) in figure.panels.iter().zip(&drawing.layout.frames) {
        drawing.axis_up(&mut paper, panel, frame);
    }
    for (panel, frame) in figure.panels.iter().zip(&drawing.layout.frames) {
        drawing.panel(&mut paper, panel, frame);
    }
    let (width, height) = (px(sheet.width()), px(sheet.height()));
    let (title, told) = (
        escaped(&figure.title),
        escaped(&figure.caption.replace(font::UNBROKEN, " ")),
    );
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"{FONT}\" font-weight=\"300\" \
         style=\"font-variant-numeric:tabular-nums\" role=\"img\">\n\
         <title>{title}</title>\n<desc>{told}</desc>\n<defs>\n{}</defs>\n{}</svg>\n",
        paper.definitions, paper.body
    ))
}

struct Drawing<'a> {
    figure: &'a Figure,
    layout: Layout,
}

impl Drawing<'_> {
    /// Title, legend and caption.
    fn around(&self, paper: &mut Paper) {
        let (sizes, texts) = (&self.layout.sizes, &self.layout.texts);
        for (i, line) in texts.title.iter().enumerate() {
            let y = (LINE * sizes.title).mul_add(i as f64, texts.title_base);
            paper.text(
                [sizes.margin, y],
                Anchor::Start,
                sizes.title,
                ink::STRONG,
                line,
            );
        }
        for (i, row) in texts.legend.iter().enumerate() {
            let y = (1.45 * sizes.legend).mul_add(i as f64, texts.legend_base);
            for (number, x) in row {
                self.entry(paper, *number, [*x, y]);
            }
        }
        for (i, line) in texts.caption.iter().enumerate() {
            let y = texts.caption_top + sizes.caption * (LINE * i as f64 + 0.85);
            paper.text(
                [sizes.margin, y],
                Anchor::Start,
                sizes.caption,
                ink::SUBDUED,
                line,
            );
        }
    }

    fn entry(&self, paper: &mut Paper, number: usize, [x, y]: [f64; 2]) {
        use super::layout::{BESIDE, SIGN};
        let entry = &self.figure.legend[number];
        let sizes = &self.layout.sizes;
        let (width, unit) = (SIGN * sizes.unit, sizes.unit);
        let middle = y - 0.33 * sizes.legend;
        match entry.sign {
            Sign::Line(stroke, mark) => {
                paper.segment([x, middle], [x + width, middle], stroke);
                if let Some(mark) = mark {
                    paper.mark([x + 0.5 * width, middle], mark, (stroke.ink, false), 6.5);
                }
            }
            Sign::Fill(fill) => {
                let rect = Rect {
                    left: x + 4.0 * unit,
                    right: x + width,
                    top: middle - 5.0 * unit,
                    bottom: middle + 5.0 * unit,
                };
                paper.rect(&rect, fill);
            }
            Sign::Mark(mark, ink, open) => {
                paper.mark([x + width - 8.0 * unit, middle], mark, (ink, open), 7.0);
            }
        }
        let at = [x + width + BESIDE * unit, y];
        paper.text(at, Anchor::Start, sizes.legend, ink::TEXT, &entry.text);
    }

    /// Lines at the numbers across, through all panels, with the numbers and their name below.
    fn axis_across(&self, paper: &mut Paper) {
        let Layout { sizes, across, .. } = &self.layout;
        let faint = Stroke::new(ink::GROUND.toward(ink::GRID, 0.45), 0.6);
        if !across.named {
            for frame in &self.layout.frames {
                for tick in &across.ticks {
                    let x = across.at(tick.at);
                    paper.segment([x, frame.rect.top], [x, frame.rect.bottom], faint);
                }
            }
        }
        let room = (across.to - across.from) / across.ticks.len().max(1) as f64;
        for tick in &across.ticks {
            let (x, y) = (across.at(tick.at), self.layout.numbers_across);
            if across.named {
                let lines = name_lines(&tick.text, sizes.tick, room - 3.0 * sizes.unit);
                let colour = category_ink(&self.figure.x.kind, tick.at);
                for (i, line) in lines.iter().enumerate() {
                    let y = y + 1.15 * sizes.tick * i as f64;
                    paper.text([x, y], Anchor::Middle, sizes.tick, colour, line);
                }
            } else {
                paper.text([x, y], Anchor::Middle, sizes.tick, ink::TEXT, &tick.text);
            }
        }
        let middle = 0.5 * (across.from + across.to);
        let at = [middle, self.layout.name_across];
        paper.text(
            at,
            Anchor::Middle,
            sizes.label,
            ink::TEXT,
            &self.figure.x.title(),
        );
    }

    fn axis_up(&self, paper: &mut Paper, panel: &super::Panel, frame: &Frame) {
        let sizes = &self.layout.sizes;
        let Frame { rect, up, .. } = frame;
        let faint = Stroke::new(ink::GROUND.toward(ink::GRID, 0.45), 0.6);
        for tick in &up.ticks {
            let y = up.at(tick.at);
            if !up.named || tick.at > -0.5 {
                paper.segment([rect.left, y], [rect.right, y], faint);
            }
            let at = [rect.left - TICK * sizes.unit, y + 0.34 * sizes.tick];
            let colour = category_ink(&panel.y.kind, tick.at);
            paper.text(at, Anchor::End, sizes.tick, colour, &tick.text);
        }
        if !up.named && up.low < 0.0 && up.high > 0.0 {
            let y = up.at(0.0);
            let stroke = Stroke::new(ink::GRID, 1.0);
            paper.segment([rect.left, y], [rect.right, y], stroke);
        }
        let stroke = Stroke::new(ink::GRID, 1.0);
        paper.segment([rect.left, rect.bottom], [rect.right, rect.bottom], stroke);
        if let Some((text, y)) = &frame.heading {
            let colour = panel.heading.as_ref().map_or(ink::TEXT, |(_, ink)| *ink);
            let text = font::fitted(text, sizes.heading, rect.width());
            paper.text([rect.left, *y], Anchor::Start, sizes.heading, colour, &text);
        }
        if let Some((text, y)) = &frame.name {
            let x = sizes.margin + 0.8 * sizes.label;
            paper.text_up([x, *y], sizes.label, ink::TEXT, text);
        }
    }

    fn panel(&self, paper: &mut Paper, panel: &super::Panel, frame: &Frame) {
        let across = &self.layout.across;
        let place = marks::Place {
            across,
            up: &frame.up,
            rect: &frame.rect,
        };
        paper.clip(&frame.rect);
        for layer in &panel.layers {
            place.clipped(paper, layer);
        }
        paper.unclip();
        for layer in &panel.layers {
            place.free(paper, layer, self.layout.sizes.tick);
        }
        self.names_of_rules(paper, panel, frame);
        for layer in &panel.layers {
            if let Layer::Heat(heat) = layer {
                self.colours(paper, heat, &frame.rect);
            }
        }
    }

    /// Names of lines: over the panel of those that run up, beside it of the others, apart from each
    /// other.
    fn names_of_rules(&self, paper: &mut Paper, panel: &super::Panel, frame: &Frame) {
        let sizes = &self.layout.sizes;
        for (layer, at) in &frame.labels {
            if let Layer::Rule(rule) = &panel.layers[*layer] {
                let label = rule.label.as_deref().unwrap_or_default();
                paper.text(*at, Anchor::Middle, sizes.tick, rule.stroke.ink, label);
            }
        }
        let rules = panel.layers.iter().filter_map(|layer| match layer {
            Layer::Rule(rule) if rule.along == Along::Across && frame.up.holds(rule.at) => Some((
                frame.up.at(rule.at),
                rule.label.as_deref()?,
                rule.stroke.ink,
            )),
            _ => None,
        });
        let mut rules: Vec<_> = rules.collect();
        rules.sort_by(|a, b| a.0.total_cmp(&b.0));
        let row = 1.15 * sizes.tick;
        let half = 0.5 * row;
        let mut heights: Vec<f64> = rules.iter().map(|rule| rule.0).collect();
        for i in 1..heights.len() {
            heights[i] = heights[i].max(heights[i - 1] + row);
        }
        let mut most = frame.rect.bottom + half;
        for height in heights.iter_mut().rev() {
            *height = height.min(most);
            most = *height - row;
        }
        let x = frame.rect.right + 4.0 * sizes.unit;
        for ((_, label, colour), y) in rules.iter().zip(heights) {
            let at = [x, y + 0.34 * sizes.tick];
            paper.text(at, Anchor::Start, sizes.tick, *colour, label);
        }
    }

    /// The scale of a map's colours, to its right.
    fn colours(&self, paper: &mut Paper, heat: &super::Heat, rect: &Rect) {
        let sizes = &self.layout.sizes;
        let unit = sizes.unit;
        let left = rect.right + GAP * unit;
        let bar = Rect {
            left,
            right: left + SCALE * unit,
            ..*rect
        };
        let up = Scale::of_colours(heat, sizes).placed(&bar);
        let count = heat.colours.len().max(1);
        let height = bar.height() / count as f64;
        for (i, colour) in heat.colours.iter().enumerate() {
            let bottom = bar.bottom - height * i as f64;
            let part = Rect {
                bottom,
                // A little over the next, so that no ground is seen between them.
                top: (bottom - 1.3 * height).max(bar.top),
                ..bar
            };
            paper.rect(&part, Fill::new(*colour, 1.0));
        }
        for tick in &up.ticks {
            let at = [bar.right + 4.0 * unit, up.at(tick.at) + 0.34 * sizes.tick];
            paper.text(at, Anchor::Start, sizes.tick, ink::TEXT, &tick.text);
        }
        let x = bar.right + 8.0 * unit + up.widest(sizes.tick) + 0.9 * sizes.label;
        let middle = 0.5 * (rect.top + rect.bottom);
        let label = font::fitted(&heat.label, sizes.label, rect.height());
        paper.text_up([x, middle], sizes.label, ink::TEXT, &label);
    }
}

fn category_ink(kind: &Kind, at: f64) -> super::Ink {
    match kind {
        Kind::Categories(names) => {
            let mut names = (0_u32..).map(f64::from).zip(names);
            let name = names.find(|(place, _)| *place == at);
            name.map_or(ink::TEXT, |(_, name)| name.ink)
        }
        _ => ink::TEXT,
    }
}
