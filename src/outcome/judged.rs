//! The objective of a sample, and of one sample against another, with standard errors.

use super::estimate::Estimate;
use super::objective::Goal;
use super::sample::Sample;

impl Goal {
    /// The objective of a sample; undefined where there are no errors, or one is not finite.
    #[must_use]
    pub fn estimate(self, sample: &Sample) -> Estimate {
        let (value, influences) = self.influences(sample.errors());
        estimate(value, &influences, sample.draw_size())
    }

    /// How much larger the objective of one sample is than that of another on the same paths. The
    /// influence on it is that of the one less that of the other. `None` if they are of different size.
    #[must_use]
    pub fn paired(self, one: &Sample, other: &Sample) -> Option<Estimate> {
        if one.errors().len() != other.errors().len() {
            return None;
        }
        let (first, mut influences) = self.influences(one.errors());
        let (second, of_other) = self.influences(other.errors());
        for (influence, other) in influences.iter_mut().zip(of_other) {
            *influence -= other;
        }
        Some(estimate(first - second, &influences, one.draw_size()))
    }
}

/// A figure with the standard error `sqrt(Σ over draws of (Σ influence)²)/n`.
fn estimate(value: f64, influences: &[f64], draw: usize) -> Estimate {
    if !value.is_finite() {
        return Estimate::UNDEFINED;
    }
    let draws = influences.chunks(draw);
    let enough = draws.len() >= 2;
    let squares: f64 = draws.map(|draw| draw.iter().sum::<f64>().powi(2)).sum();
    Estimate {
        value: Some(value),
        se: enough.then(|| squares.sqrt() / influences.len() as f64),
    }
}
