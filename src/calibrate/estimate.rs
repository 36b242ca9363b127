//! Figures with their standard errors over blocks of time.

use serde::Serialize;

/// A figure with its standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Its standard error; absent where there is too little to tell.
    pub se: Option<f64>,
}

impl Estimate {
    /// Whether it is more than twice its error from nothing.
    #[must_use]
    pub fn is_seen(self) -> bool {
        self.se.is_some_and(|se| self.value.abs() > 2.0 * se)
    }
}

/// Blocks of time that books are cut into.
pub(super) const BLOCKS: usize = 20;

/// The middle one of some numbers; the mean of two in the middle.
pub(super) fn median(numbers: &mut [f64]) -> f64 {
    let count = numbers.len();
    if count == 0 {
        return f64::NAN;
    }
    let (below, middle, _) = numbers.select_nth_unstable_by(count / 2, f64::total_cmp);
    let middle = *middle;
    if count % 2 == 1 {
        return middle;
    }
    0.5 * (middle + below.iter().copied().fold(f64::NEG_INFINITY, f64::max))
}

/// Figures of all of a series, each with the standard error that its figures block by block have: their standard
/// deviation over the root of their number (batch means).
pub(super) fn over_blocks<T, const N: usize>(
    series: &[T],
    figures: impl Fn(&[T]) -> [f64; N],
) -> [Estimate; N] {
    let whole = figures(series);
    let count = BLOCKS.min(series.len() / 2).max(1);
    let length = series.len().div_ceil(count).max(1);
    let blocks: Vec<[f64; N]> = series.chunks(length).map(figures).collect();
    std::array::from_fn(|place| Estimate {
        value: whole[place],
        se: error_of_mean(blocks.iter().map(|block| block[place])),
    })
}

fn error_of_mean(values: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let count = values.clone().count() as f64;
    if count < 2.0 {
        return None;
    }
    let mean = values.clone().sum::<f64>() / count;
    let squares: f64 = values.map(|x| (x - mean) * (x - mean)).sum();
    Some((squares / (count - 1.0) / count).sqrt()).filter(|se| se.is_finite())
}

/// A figure of all blocks, with the standard error of the jackknife: what it is without each of them.
///
/// B. Efron and C. Stein, *The jackknife estimate of variance*, Annals of Statistics 9, 1981.
pub(super) fn jackknife<const N: usize>(
    blocks: usize,
    figures: impl Fn(Option<usize>) -> Option<[f64; N]>,
) -> Option<[Estimate; N]> {
    let whole = figures(None)?;
    let without: Option<Vec<[f64; N]>> = (0..blocks)
        .map(|left_out| figures(Some(left_out)))
        .collect();
    let without = without.filter(|without| without.len() > 1);
    let se = |place: usize| {
        let without = without.as_ref()?;
        let count = without.len() as f64;
        let mean = without.iter().map(|x| x[place]).sum::<f64>() / count;
        let squares: f64 = without
            .iter()
            .map(|x| (x[place] - mean) * (x[place] - mean))
            .sum();
        Some(((count - 1.0) / count * squares).sqrt()).filter(|se| se.is_finite())
    };
    Some(std::array::from_fn(|place| Estimate {
        value: whole[place],
        se: se(place),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_in_the_middle() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), 2.5);
        assert!(median(&mut []).is_nan());
    }

    #[test]
    fn the_jackknife_of_a_mean_is_its_standard_error() {
        let numbers = [1.0, 2.0, 4.0, 9.0];
        let mean = |left_out: Option<usize>| {
            let kept = numbers
                .iter()
                .enumerate()
                .filter(|(place, _)| Some(*place) != left_out);
            let kept: Vec<f64> = kept.map(|(_, x)| *x).collect();
            Some([kept.iter().sum::<f64>() / kept.len() as f64])
        };
        let [found] = jackknife(4, mean).unwrap();
        let expected = error_of_mean(numbers.iter().copied()).unwrap();
        assert!((found.se.unwrap() - expected).abs() < 1e-12);
        assert_eq!(found.value, 4.0);
    }
}
