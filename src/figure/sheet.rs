//! What a figure is put on: its size, its scale and its theme.

use super::ink::Theme;

/// A sheet of a size within bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sheet {
    width: u32,
    height: u32,
    scale: f64,
    theme: Theme,
}

/// Why a figure cannot be put on a sheet.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FigureError {
    /// A number out of bounds.
    #[error("{name} {given}: allowed: {low} to {high}")]
    OutOfBounds {
        /// Which: width, height or scale.
        name: &'static str,
        /// What was asked for.
        given: f64,
        /// The least allowed.
        low: f64,
        /// The most allowed.
        high: f64,
    },
    /// More pixels than a picture may have.
    #[error(
        "{width} × {height} at scale {scale} is {millions:.0} million pixels; allowed: at most 64 million"
    )]
    TooManyPixels {
        /// Width (px).
        width: u32,
        /// Height (px).
        height: u32,
        /// Pixels for each px.
        scale: f64,
        /// How many that would be, in millions.
        millions: f64,
    },
    /// Texts leave no room for the picture.
    #[error(
        "{width} × {height} leaves no room for the picture beside its texts; allowed: {least_width} × {least_height} or more"
    )]
    NoRoom {
        /// Width (px).
        width: u32,
        /// Height (px).
        height: u32,
        /// A width that will do (px).
        least_width: u32,
        /// A height that will do (px).
        least_height: u32,
    },
    /// A table alone.
    #[error("it is a table and has no picture; allowed: a file that ends in .csv")]
    NotDrawn,
    /// The drawn picture could not be made.
    #[error("the picture was not drawn: {0}")]
    Drawing(String),
}

/// Allowed widths and heights (px).
const SIZES: [u32; 2] = [200, 10_000];
/// Allowed scales.
const SCALES: [f64; 2] = [0.25, 10.0];
/// Between two sizes that are tried where there is no room (px), and how many heights are.
const STEP: u32 = 10;
const MOST_STEPS: usize = 160;
/// The usual height (px).
const USUAL: u32 = 400;
/// Most pixels of a picture, in millions.
const MOST: f64 = 64.0;

impl Sheet {
    /// A sheet of a width and a height (px), drawn with `scale` pixels for each px.
    ///
    /// # Errors
    /// Where a number is out of bounds.
    pub fn new(width: u32, height: u32, scale: f64, theme: Theme) -> Result<Self, FigureError> {
        for (name, given) in [("width", width), ("height", height)] {
            let [low, high] = SIZES;
            if !(low..=high).contains(&given) {
                let [low, high] = SIZES.map(f64::from);
                let given = f64::from(given);
                return Err(FigureError::OutOfBounds {
                    name,
                    given,
                    low,
                    high,
                });
            }
        }
        let [low, high] = SCALES;
        if !(low..=high).contains(&scale) {
            return Err(FigureError::OutOfBounds {
                name: "scale",
                given: scale,
                low,
                high,
            });
        }
        let millions = f64::from(width) * f64::from(height) * scale * scale / 1e6;
        if millions > MOST {
            return Err(FigureError::TooManyPixels {
                width,
                height,
                scale,
                millions,
            });
        }
        Ok(Self {
            width,
            height,
            scale,
            theme,
        })
    }

    /// Width (px).
    #[must_use]
    pub fn width(&self) -> f64 {
        f64::from(self.width)
    }

    /// Height (px).
    #[must_use]
    pub fn height(&self) -> f64 {
        f64::from(self.height)
    }

    /// Its colours.
    #[must_use]
    pub fn theme(&self) -> Theme {
        self.theme
    }

    /// Width and height of the picture in pixels.
    #[must_use]
    pub fn pixels(&self) -> (u32, u32) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between a few and a hundred thousand"
        )]
        let pixels = |length: u32| (f64::from(length) * self.scale).round().max(1.0) as u32;
        (pixels(self.width), pixels(self.height))
    }

    /// How much larger texts and lines are than on a sheet of the usual size: they grow with it, and
    /// less than it.
    pub(super) fn unit(&self) -> f64 {
        let side = (self.width() * self.height()).sqrt();
        (side / 506.0).powf(0.6).clamp(0.8, 5.0)
    }

    /// That there is no room, with a size that has; `fits` says whether one does.
    pub(super) fn no_room(&self, fits: impl Fn(&Self) -> bool) -> FigureError {
        let steps = 0..SIZES[1] / STEP;
        let higher = steps.clone().map(|step| Self {
            height: (self.height / STEP + step) * STEP,
            ..*self
        });
        // Where no height will do, it is too narrow.
        let larger = steps.map(|step| Self {
            width: (self.width / STEP + step) * STEP,
            height: self.height.max(USUAL),
            ..*self
        });
        let enough = higher
            .take(MOST_STEPS)
            .chain(larger)
            .find(|sheet| fits(sheet));
        let least = enough.unwrap_or_default();
        FigureError::NoRoom {
            width: self.width,
            height: self.height,
            least_width: least.width,
            least_height: least.height,
        }
    }
}

impl Default for Sheet {
    fn default() -> Self {
        Self {
            width: 640,
            height: USUAL,
            scale: 2.0,
            theme: Theme::Light,
        }
    }
}
