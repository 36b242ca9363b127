//! What is drawn in a panel.

use crate::figure::layer::{Along, Bar, Heat, Layer, Marks, Note, Stroke};
use crate::figure::layout::Scale;
use crate::figure::paper::{Anchor, Paper, Rect, px};
use std::collections::BTreeMap;

/// A panel's place on the sheet.
pub(super) struct Place<'a> {
    pub across: &'a Scale,
    pub up: &'a Scale,
    pub rect: &'a Rect,
}

impl Place<'_> {
    fn at(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        // Far outside it is all the same where.
        let far = |place: f64| place.clamp(-1e5, 1e5);
        [far(self.across.at(x)), far(self.up.at(y))]
    }

    fn holds(&self, [x, y]: [f64; 2]) -> bool {
        let near = |scale: &Scale, x: f64| {
            let room = 1e-9 * (scale.high - scale.low);
            x >= scale.low - room && x <= scale.high + room
        };
        near(self.across, x) && near(self.up, y)
    }

    /// What ends at the panel's edge.
    pub fn clipped(&self, paper: &mut Paper, layer: &Layer) {
        match layer {
            Layer::Line(line) => self.line(paper, &line.points, line.stroke),
            Layer::Area(area) => {
                let upper = self.thinned(&area.upper);
                let lower = self.thinned(&area.lower);
                let all: Vec<String> = upper.iter().chain(lower.iter().rev()).map(pair).collect();
                if !all.is_empty() {
                    let look = paper.fill(area.fill);
                    paper.put(&format!("<path d=\"M{}Z\" {look}/>", all.join("L")));
                }
            }
            Layer::Bars(bars) => bars.iter().for_each(|bar| self.bar(paper, bar)),
            Layer::Heat(heat) => self.heat(paper, heat),
            Layer::Rule(rule) => {
                let ends = match rule.along {
                    Along::Up => {
                        let x = self.across.at(rule.at);
                        [[x, self.rect.top], [x, self.rect.bottom]]
                    }
                    Along::Across => {
                        let y = self.up.at(rule.at);
                        [[self.rect.left, y], [self.rect.right, y]]
                    }
                };
                if ends.iter().flatten().all(|end| end.is_finite()) {
                    paper.segment(ends[0], ends[1], rule.stroke);
                }
            }
            Layer::Marks(_) | Layer::Notes(_) => {}
        }
    }

    /// What may lie over the panel's edge: marks and notes.
    pub fn free(&self, paper: &mut Paper, layer: &Layer, size: f64) {
        match layer {
            Layer::Marks(marks) => self.marks(paper, marks),
            Layer::Notes(notes) => {
                let mut notes: Vec<&Note> = notes.iter().collect();
                // Where two have no room, the one farther left stays.
                notes.sort_by(|a, b| a.at[0].total_cmp(&b.at[0]));
                for note in notes {
                    self.note(paper, note, size);
                }
            }
            _ => {}
        }
    }

    fn note(&self, paper: &mut Paper, note: &Note, size: f64) {
        if !self.holds(note.at) {
            return;
        }
        let size = 0.92 * size;
        let [x, y] = self.at(note.at);
        let y = if note.over {
            y - 0.35 * size
        } else {
            y + 1.05 * size
        };
        let room = Rect {
            top: self.rect.top - 0.3 * size,
            bottom: self.rect.bottom - 0.1 * size,
            left: self.rect.left - 0.5 * size,
            right: self.rect.right + size,
        };
        paper.text_if_free(
            ([x, y], Anchor::Middle),
            (size, note.ink),
            &note.text,
            &room,
        );
    }

    fn line(&self, paper: &mut Paper, points: &[[f64; 2]], stroke: Stroke) {
        let mut path = String::new();
        for run in points.split(|point| !point.iter().all(|x| x.is_finite())) {
            let run: Vec<String> = self.thinned(run).iter().map(pair).collect();
            if run.len() > 1 {
                path.push('M');
                path.push_str(&run.join("L"));
            }
        }
        if !path.is_empty() {
            let look = paper.stroke(stroke);
            paper.put(&format!("<path d=\"{path}\" {look}/>"));
        }
    }

    /// Points on the sheet; of very many, those that a line as wide as a hair can show.
    fn thinned(&self, points: &[[f64; 2]]) -> Vec<[f64; 2]> {
        let placed: Vec<[f64; 2]> = points
            .iter()
            .filter(|point| point.iter().all(|x| x.is_finite()))
            .map(|point| self.at(*point))
            .collect();
        let most = 6.0 * self.rect.width();
        if (placed.len() as f64) < most || !placed.is_sorted_by(|a, b| a[0] <= b[0]) {
            return placed;
        }
        // First, least, greatest and last of each half pixel.
        let mut few: Vec<[f64; 2]> = Vec::new();
        for column in placed.chunk_by(|a, b| (2.0 * a[0]).floor() == (2.0 * b[0]).floor()) {
            let by = |a: &&[f64; 2], b: &&[f64; 2]| a[1].total_cmp(&b[1]);
            let ends = [
                column.first(),
                column.iter().min_by(by),
                column.iter().max_by(by),
                column.last(),
            ];
            few.extend(ends.into_iter().flatten());
        }
        few
    }

    fn bar(&self, paper: &mut Paper, bar: &Bar) {
        let [left, right] = bar.across;
        let [from, to] = bar.up;
        let (one, other) = (self.at([left, from]), self.at([right, to]));
        let rect = Rect {
            left: one[0].min(other[0]),
            right: one[0].max(other[0]),
            top: one[1].min(other[1]),
            bottom: one[1].max(other[1]),
        };
        if [one, other].iter().flatten().all(|x| x.is_finite()) {
            paper.rect(&rect, bar.fill);
        }
    }

    fn marks(&self, paper: &mut Paper, marks: &Marks) {
        let stroke = Stroke::new(marks.ink, 1.1);
        for (i, point) in marks.points.iter().enumerate() {
            if !self.holds(*point) {
                continue;
            }
            let at = self.at(*point);
            if let Some(error) = marks.errors.get(i).filter(|error| error.is_finite()) {
                self.error_bar(paper, (*point, *error), marks.along, stroke);
            }
            paper.mark(at, marks.mark, (marks.ink, marks.open), marks.size);
        }
    }

    fn error_bar(
        &self,
        paper: &mut Paper,
        (point, error): ([f64; 2], f64),
        along: Along,
        stroke: Stroke,
    ) {
        let place = usize::from(along == Along::Up);
        let [from, to] = [-error, error].map(|error| {
            let mut end = point;
            end[place] += error;
            let [x, y] = self.at(end);
            let Rect {
                left,
                right,
                top,
                bottom,
            } = *self.rect;
            [x.clamp(left, right), y.clamp(top, bottom)]
        });
        paper.segment(from, to, stroke);
        let cap = 3.0 * paper.unit;
        for end in [from, to] {
            let (mut one, mut other) = (end, end);
            one[1 - place] -= cap;
            other[1 - place] += cap;
            paper.segment(one, other, stroke);
        }
    }

    /// Cells, those of one colour as one path, neighbours in a row as one box.
    fn heat(&self, paper: &mut Paper, heat: &Heat) {
        let columns = heat.across.len().saturating_sub(1);
        let Some(last) = heat.colours.len().checked_sub(1) else {
            return;
        };
        let [low, high] = heat.range;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the colours"
        )]
        let colour = |value: f64| {
            let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
            value
                .is_finite()
                .then(|| (share * last as f64).round() as usize)
        };
        let mut paths: BTreeMap<usize, String> = BTreeMap::new();
        for (row, values) in heat.values.chunks(columns.max(1)).enumerate() {
            let Some(edges) = heat.up.get(row..row + 2) else {
                break;
            };
            let mut from = 0;
            while from < values.len() {
                let of = colour(values[from]);
                let same = values[from..].iter().take_while(|x| colour(**x) == of);
                let to = from + same.count().max(1);
                if let Some(of) = of {
                    let (a, b) = (
                        self.at([heat.across[from], edges[1]]),
                        self.at([heat.across[to], edges[0]]),
                    );
                    let path = paths.entry(of).or_default();
                    let (right, bottom) = (px(b[0]), px(b[1]));
                    path.push_str(&format!("M{}H{right}V{bottom}H{}Z", pair(&a), px(a[0])));
                }
                from = to;
            }
        }
        paper.put("<g shape-rendering=\"crispEdges\">");
        for (of, path) in paths {
            let look = paper.fill(crate::figure::Fill::new(heat.colours[of], 1.0));
            paper.put(&format!("<path d=\"{path}\" {look}/>"));
        }
        paper.put("</g>");
    }
}

fn pair(at: &[f64; 2]) -> String {
    format!("{} {}", px(at[0]), px(at[1]))
}
