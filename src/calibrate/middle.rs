//! Where some numbers typically lie: the mean of their middle half.
//!
//! A quarter of the numbers may be as wild as they like, at either end, and the figure hardly moves; the mean moves with a
//! single one. Against the median, which bears even more, it has two advantages here. Prices move in ticks, so that
//! a median sits on one of them and says nothing of what is between; and its error can be told by leaving out one block after
//! the other, which for a median is wrong however many numbers there are (J. Shao and C. F. J. Wu, *A general theory for
//! jackknife variance estimation*, Annals of Statistics 17, 1989) and for a trimmed mean right (W. C. Parr and
//! W. R. Schucany, *Jackknifing L-statistics with smooth weight functions*, Journal of the American Statistical
//! Association 77, 1982).

use super::estimate::{Estimate, jackknife};

/// Numbers in ascending order, each with the block of time it is from.
#[derive(Clone, Debug, Default)]
pub(super) struct Sorted(Vec<(f64, usize)>);

impl Sorted {
    pub fn new(mut numbers: Vec<(f64, usize)>) -> Self {
        numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self(numbers)
    }

    /// The mean of the middle half, of all blocks but one; the numbers at its ends count by the part that is inside. `None`
    /// where there are none.
    ///
    /// `2·∫ F⁻¹(u) du` from ¼ to ¾, with `F` the share of numbers up to one.
    pub fn middle(&self, left_out: Option<usize>) -> Option<f64> {
        let there = || self.0.iter().filter(|(_, block)| Some(*block) != left_out);
        let count = there().count() as f64;
        let (from, to) = (0.25 * count, 0.75 * count);
        let weighted = there().enumerate().filter_map(|(place, (number, _))| {
            let weight = to.min(place as f64 + 1.0) - from.max(place as f64);
            (weight > 0.0).then_some(weight * number)
        });
        (count > 0.0).then(|| weighted.sum::<f64>() / (to - from))
    }

    /// The same of all, with its error over blocks of time.
    pub fn estimate(&self) -> Option<Estimate> {
        let mut blocks: Vec<usize> = self.0.iter().map(|(_, block)| *block).collect();
        blocks.sort_unstable();
        blocks.dedup();
        if blocks.len() < 2 {
            let value = self.middle(None)?;
            return Some(Estimate { value, se: None });
        }
        let without = |place: Option<usize>| Some([self.middle(place.map(|place| blocks[place]))?]);
        jackknife(blocks.len(), without).map(|[middle]| middle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    fn sorted(numbers: &[f64]) -> Sorted {
        let numbers = numbers.iter().enumerate();
        Sorted::new(numbers.map(|(place, x)| (*x, place % 20)).collect())
    }

    #[test]
    fn the_middle_half_is_what_is_between_the_quarters() {
        assert_eq!(sorted(&[]).middle(None), None);
        assert_eq!(sorted(&[7.0]).middle(None), Some(7.0));
        assert_eq!(sorted(&[-1e9, 2.0, 1.0, 1e9]).middle(None), Some(1.5));
        // Three quarters of the one at each end.
        let six = sorted(&[1e9, 1.0, 2.0, 3.0, 5.0, -1e9]);
        assert_eq!(
            six.middle(None),
            Some((0.5 * 1.0 + 2.0 + 3.0 + 0.5 * 5.0) / 3.0)
        );
        assert_eq!(
            six.middle(Some(0)),
            Some((0.75 * 1.0 + 2.0 + 0.75 * 3.0) / 2.5)
        );
    }

    /// Of normal numbers the variance is `4·(½ − 2qφ(q) + ½q²)/n` with `q` the upper quartile, 1.195 over their number,
    /// and four wild ones in four hundred hardly matter.
    #[test]
    fn the_error_is_that_of_a_trimmed_mean_whatever_is_wild() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut normal = || {
            let far = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
            far * (std::f64::consts::TAU * random.random::<f64>()).cos()
        };
        let (times, count) = (200, 400);
        let (mut squares, mut told) = (0.0, 0.0);
        for _ in 0..times {
            let mut numbers: Vec<f64> = (0..count).map(|_| normal()).collect();
            for place in [11, 102, 203, 304] {
                numbers[place] = if place % 2 == 0 { -1e4 } else { 1e4 };
            }
            let found = sorted(&numbers).estimate().unwrap();
            squares += found.value * found.value;
            told += found.se.unwrap() * found.se.unwrap();
        }
        let scale = f64::from(count) / f64::from(times);
        assert!((told * scale / 1.195 - 1.0).abs() < 0.1, "{}", told * scale);
        assert!(
            (squares * scale / 1.195 - 1.0).abs() < 0.35,
            "{}",
            squares * scale
        );
    }
}
