//! Axes that show amounts of very different size: by their logarithm where all are positive, and
//! linear around 0, logarithmic far from it, where they are not.

use crate::app::format;
use egui_plot::{GridInput, GridMark};

/// Least distance of two marks (points).
const APART: f64 = 22.0;
/// Most decades in which marks are looked for.
const DECADES: i32 = 30;

/// How an amount becomes a height.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// `log10(y)`, for positive amounts.
    Log,
    /// `asinh(y / unit)`: like `y / unit` below the unit, like a logarithm above it, either way.
    Signed { unit: f64 },
}

impl Scale {
    /// The scale for these amounts: by their logarithm if none is next to nothing beside the typical
    /// one; else with a unit of a hundredth of that.
    #[must_use]
    pub fn of(amounts: impl Iterator<Item = f64>) -> Self {
        let amounts: Vec<f64> = amounts.filter(|amount| amount.is_finite()).collect();
        let mut sizes: Vec<f64> = amounts.iter().map(|amount| amount.abs()).collect();
        sizes.retain(|size| *size > 0.0);
        sizes.sort_by(f64::total_cmp);
        let typical = sizes.get(sizes.len() / 2).copied().unwrap_or(1.0);
        if amounts.iter().all(|amount| *amount > 1e-5 * typical) {
            return Self::Log;
        }
        Self::Signed {
            unit: 0.01 * typical,
        }
    }

    /// The height of an amount.
    #[must_use]
    pub fn height(self, amount: f64) -> f64 {
        match self {
            Self::Log => amount.log10(),
            Self::Signed { unit } => (amount / unit).asinh(),
        }
    }

    /// The amount at a height.
    #[must_use]
    pub fn amount(self, height: f64) -> f64 {
        match self {
            Self::Log => 10f64.powf(height),
            Self::Signed { unit } => height.sinh() * unit,
        }
    }

    /// The number at a mark: as many digits as it is round to.
    #[must_use]
    pub fn text(self, height: f64) -> String {
        let amount = self.amount(height);
        let size = amount.abs();
        if size < 1e-12 * self.unit() {
            return "0".into();
        }
        if !(1e-4..1e7).contains(&size) {
            return format::short(amount);
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a power within the range above"
        )]
        let power = size.log10().floor() as i32;
        let decimals = usize::try_from(8 - power).unwrap_or(0);
        format::trimmed(amount, decimals)
    }

    fn unit(self) -> f64 {
        match self {
            Self::Log => f64::MIN_POSITIVE,
            Self::Signed { unit } => unit,
        }
    }

    /// Marks at round amounts, the rounder ones first, as many as there is room for.
    #[must_use]
    pub fn marks(self, input: &GridInput) -> Vec<GridMark> {
        let (low, high) = (self.amount(input.bounds.0), self.amount(input.bounds.1));
        // `base_step_size` stands for 8 points.
        let apart = input.base_step_size / 8.0 * APART;
        if !(low.is_finite() && high.is_finite() && low < high && apart > 0.0) {
            return Vec::new();
        }
        let mut heights: Vec<f64> = Vec::new();
        for amount in self.candidates(low, high) {
            let height = self.height(amount);
            let free = |other: &f64| (other - height).abs() >= apart;
            if height.is_finite() && heights.iter().all(free) {
                heights.push(height);
            }
        }
        // All of them equally strong.
        let step_size = input.bounds.1 - input.bounds.0;
        let mark = |value| GridMark { value, step_size };
        heights.into_iter().map(mark).collect()
    }

    /// Round amounts between two: 0, powers of ten, then fives and twos; and a ladder of equal
    /// steps where less than a decade is seen.
    fn candidates(self, low: f64, high: f64) -> Vec<f64> {
        let mut all = vec![0.0];
        let largest = low.abs().max(high.abs());
        #[expect(clippy::cast_possible_truncation, reason = "a power of ten")]
        let top = largest.log10().ceil() as i32;
        #[expect(clippy::cast_possible_truncation, reason = "a power of ten")]
        let bottom = match self {
            Self::Log => low.log10().floor() as i32,
            Self::Signed { unit } => unit.log10().floor() as i32,
        };
        let bottom = bottom.max(top - DECADES);
        for digit in [1.0, 5.0, 2.0] {
            for power in (bottom..=top).rev() {
                let amount = digit * 10f64.powi(power);
                all.extend([amount, -amount]);
            }
        }
        let step = 10f64.powf(((high - low) / 4.0).log10().floor());
        for digit in [5.0, 2.0, 1.0] {
            let step = digit * step;
            let first = (low / step).ceil();
            all.extend((0..64).map(|i| (first + f64::from(i)) * step));
        }
        all.retain(|amount| *amount >= low && *amount <= high);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(scale: Scale, low: f64, high: f64, points: f64) -> Vec<GridMark> {
        let bounds = (scale.height(low), scale.height(high));
        let base_step_size = (bounds.1 - bounds.0) / points * 8.0;
        scale.marks(&GridInput {
            bounds,
            base_step_size,
        })
    }

    #[test]
    fn amounts_come_back_from_their_heights() {
        let scale = Scale::of([3.0, -20.0, 0.0, 1e6].into_iter());
        assert_eq!(scale, Scale::Signed { unit: 0.2 });
        for amount in [-1e6, -3.0, -0.01, 0.0, 0.3, 42.0, 1e9] {
            let back = scale.amount(scale.height(amount));
            assert!((back - amount).abs() <= 1e-9 * f64::abs(amount), "{amount}");
        }
        assert_eq!(Scale::of([0.5, 3.0].into_iter()), Scale::Log);
        // What rounding left of a loss of 0 does not stretch the axis over fourteen decades.
        let rounded = Scale::of([1e-14, 20.0, 30.0].into_iter());
        assert_eq!(rounded, Scale::Signed { unit: 0.2 });
        assert_eq!(
            Scale::of([0.0, 0.0].into_iter()),
            Scale::Signed { unit: 0.01 }
        );
    }

    #[test]
    fn marks_are_round_and_never_a_smear() {
        for (amounts, low, high) in [
            (vec![23.5, 32.0], 23.4, 23.6),
            (vec![23.5, 32.0], 20.0, 40.0),
            (vec![1e-3, 1e5], 1e-3, 1e5),
            (vec![0.0, 25.0], 0.0, 40.0),
            (vec![-30.0, 25.0, 30.0], -31.0, 2000.0),
            (vec![-30.0, -29.0], -31.0, -28.0),
            (vec![0.0, 1e12], -1.0, 1e12),
        ] {
            let scale = Scale::of(amounts.into_iter());
            for points in [60.0, 200.0, 900.0] {
                let marks = marks(scale, low, high, points);
                let case = format!("{scale:?} {low} {high} {points}");
                assert!(marks.len() >= 2, "{case}: {marks:?}");
                assert!(marks.len() as f64 <= points / APART + 1.0, "{case}");
                let mut texts: Vec<_> = marks.iter().map(|m| scale.text(m.value)).collect();
                assert!(
                    texts.iter().all(|text| text.chars().count() < 9),
                    "{texts:?}"
                );
                texts.sort();
                texts.dedup();
                assert_eq!(texts.len(), marks.len(), "{case}");
            }
        }
    }

    #[test]
    fn nought_and_losses_below_it_have_their_place() {
        let scale = Scale::of([-30.0, 0.0, 25.0].into_iter());
        let texts: Vec<_> = marks(scale, -31.0, 40.0, 200.0)
            .iter()
            .map(|mark| scale.text(mark.value))
            .collect();
        assert!(texts.contains(&"0".to_owned()), "{texts:?}");
        assert!(texts.iter().any(|text| text.starts_with('−')), "{texts:?}");
    }
}
