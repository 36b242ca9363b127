//! What is drawn in a panel, in the units of its axes.

use super::ink::Ink;

/// Something drawn; see [`super::Panel::layers`].
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// A line through points; a number that is none breaks it.
    Line(Line),
    /// What lies between two lines.
    Area(Area),
    /// Upright boxes.
    Bars(Vec<Bar>),
    /// Marks at points, with error bars where there are any.
    Marks(Marks),
    /// Cells in the colours of their numbers.
    Heat(Heat),
    /// A straight line across the panel, with its name at the edge.
    Rule(Rule),
    /// Texts at points, left out where they have no room.
    Notes(Vec<Note>),
}

/// A line through points.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The points.
    pub points: Vec<[f64; 2]>,
    /// How it is drawn.
    pub stroke: Stroke,
}

/// What lies between two lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    /// One edge.
    pub upper: Vec<[f64; 2]>,
    /// The other.
    pub lower: Vec<[f64; 2]>,
    /// How it is filled.
    pub fill: Fill,
}

/// A box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Left and right end.
    pub across: [f64; 2],
    /// Where it begins and ends.
    pub up: [f64; 2],
    /// How it is filled.
    pub fill: Fill,
}

/// Marks at points.
#[derive(Clone, Debug, PartialEq)]
pub struct Marks {
    /// The points.
    pub points: Vec<[f64; 2]>,
    /// Half lengths of error bars, for each point; none where it is empty.
    pub errors: Vec<f64>,
    /// Which way the error bars lie.
    pub along: Along,
    /// Which mark.
    pub mark: Mark,
    /// Its colour.
    pub ink: Ink,
    /// Its width (px on a sheet of the usual size).
    pub size: f64,
    /// Whether only its outline is drawn.
    pub open: bool,
}

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// From left to right.
    Across,
    /// From bottom to top.
    Up,
}

/// Cells in the colours of their numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// Edges of the columns, one more than there are columns.
    pub across: Vec<f64>,
    /// Edges of the rows, from the lowest.
    pub up: Vec<f64>,
    /// The numbers, row by row from the lowest.
    pub values: Vec<f64>,
    /// Numbers of the first and of the last colour.
    pub range: [f64; 2],
    /// The colours.
    pub colours: Vec<Ink>,
    /// What the numbers are, with their unit; told beside the scale.
    pub label: String,
}

/// A straight line across the panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Which way it runs: up, at a place of the axis across, or across at one of the axis up.
    pub along: Along,
    /// The place.
    pub at: f64,
    /// How it is drawn.
    pub stroke: Stroke,
    /// Its name.
    pub label: Option<String>,
}

/// A text at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The point.
    pub at: [f64; 2],
    /// Whether it stands over the point rather than under it.
    pub over: bool,
    /// What it says.
    pub text: String,
    /// Its colour.
    pub ink: Ink,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub ink: Ink,
    /// Its width (px on a sheet of the usual size).
    pub width: f64,
    /// Its dashes.
    pub dash: Dash,
}

/// Dashes of a line (px on a sheet of the usual size).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dash {
    /// None.
    Solid,
    /// As long as this, with as much between them.
    Dashed(f64),
    /// Dots, as far apart as this.
    Dotted(f64),
}

/// How an area is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    /// Its colour.
    pub ink: Ink,
    /// How much covers what lies behind, 0 to 1.
    pub opacity: f64,
    /// Whether it is hatched.
    pub hatched: bool,
}

/// A mark, told apart by its form where colours are not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Mark {
    Disc,
    Square,
    Diamond,
    Triangle,
    Down,
    Bar,
    Hexagon,
    Cross,
    Plus,
}

impl Stroke {
    /// A line without dashes.
    #[must_use]
    pub const fn new(ink: Ink, width: f64) -> Self {
        let dash = Dash::Solid;
        Self { ink, width, dash }
    }

    /// The same with dashes.
    #[must_use]
    pub const fn dashed(self, dash: Dash) -> Self {
        Self { dash, ..self }
    }
}

impl Fill {
    /// A plain fill.
    #[must_use]
    pub const fn new(ink: Ink, opacity: f64) -> Self {
        let hatched = false;
        Self {
            ink,
            opacity,
            hatched,
        }
    }

    /// The same hatched.
    #[must_use]
    pub const fn hatched(self) -> Self {
        Self {
            hatched: true,
            ..self
        }
    }
}

impl Layer {
    /// A line through points.
    #[must_use]
    pub fn line(points: Vec<[f64; 2]>, stroke: Stroke) -> Self {
        Self::Line(Line { points, stroke })
    }

    /// What lies between two lines.
    #[must_use]
    pub fn area(upper: Vec<[f64; 2]>, lower: Vec<[f64; 2]>, fill: Fill) -> Self {
        Self::Area(Area { upper, lower, fill })
    }

    /// Marks at points, without error bars.
    #[must_use]
    pub fn marks(points: Vec<[f64; 2]>, mark: Mark, ink: Ink, size: f64) -> Self {
        Self::Marks(Marks {
            points,
            errors: Vec::new(),
            along: Along::Up,
            mark,
            ink,
            size,
            open: false,
        })
    }

    /// A line from bottom to top, with its name.
    #[must_use]
    pub fn upright(at: f64, stroke: Stroke, label: Option<String>) -> Self {
        let along = Along::Up;
        Self::Rule(Rule {
            along,
            at,
            stroke,
            label,
        })
    }

    /// A line from left to right, with its name.
    #[must_use]
    pub fn level(at: f64, stroke: Stroke, label: Option<String>) -> Self {
        let along = Along::Across;
        Self::Rule(Rule {
            along,
            at,
            stroke,
            label,
        })
    }

    /// What it covers of an axis: each number that must be seen.
    pub(super) fn reaches(&self, along: Along, take: &mut dyn FnMut(f64)) {
        let place = usize::from(along == Along::Up);
        match self {
            Self::Line(line) => line.points.iter().for_each(|point| take(point[place])),
            Self::Area(area) => {
                let points = area.upper.iter().chain(&area.lower);
                points.for_each(|point| take(point[place]));
            }
            Self::Bars(bars) => {
                for bar in bars {
                    let ends = [bar.across, bar.up][place];
                    ends.into_iter().for_each(&mut *take);
                }
            }
            Self::Marks(marks) => {
                for (i, point) in marks.points.iter().enumerate() {
                    let error = marks.errors.get(i).filter(|_| marks.along == along);
                    let error = error.copied().unwrap_or(0.0);
                    take(point[place] - error);
                    take(point[place] + error);
                }
            }
            Self::Heat(heat) => {
                let edges = [&heat.across, &heat.up][place];
                for edge in edges {
                    take(*edge);
                }
            }
            Self::Rule(rule) if rule.along != along => take(rule.at),
            Self::Notes(notes) => notes.iter().for_each(|note| take(note.at[place])),
            Self::Rule(_) => {}
        }
    }
}

/// A number that stays from each date to the next, as the corners of its steps.
#[must_use]
pub fn steps(points: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut corners = Vec::with_capacity(2 * points.len());
    for (i, point) in points.iter().enumerate() {
        if i > 0 {
            corners.push([point[0], points[i - 1][1]]);
        }
        corners.push(*point);
    }
    corners
}
