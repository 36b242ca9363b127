//! Round numbers along an axis, with as many digits as tell them apart.

use crate::quantity::digits::tick;

/// A number that is told along an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub at: f64,
    pub text: String,
}

/// Round numbers between two ends, at most about `most` of them.
pub(super) fn even(low: f64, high: f64, most: usize, whole: bool) -> Vec<Tick> {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) {
        return Vec::new();
    }
    let step = step(span, most.max(2), whole);
    let mut ticks = Vec::new();
    let mut place = (low / step - 1e-9).ceil();
    while place * step <= high + 1e-9 * step && ticks.len() < 100 {
        let at = place * step;
        ticks.push(Tick {
            at,
            text: tick(at, step),
        });
        place += 1.0;
    }
    ticks
}

/// A round step, of which at most `most` fit into `span`.
fn step(span: f64, most: usize, whole: bool) -> f64 {
    let least = span / most as f64;
    let power = 10f64.powf(least.log10().floor());
    let digits = [1.0, 2.0, 5.0, 10.0].into_iter().map(|digit| digit * power);
    let step = digits.into_iter().find(|step| *step >= least * 0.999);
    let step = step.unwrap_or(10.0 * power);
    if whole { step.max(1.0) } else { step }
}

/// Round numbers along the logarithm: powers of ten, or 1, 2 and 5 of each, or as along an even axis
/// where less than that would be seen.
pub(super) fn by_log(low: f64, high: f64, most: usize) -> Vec<Tick> {
    if !(low > 0.0 && high > low && high.is_finite()) {
        return Vec::new();
    }
    for digits in [&[1.0][..], &[1.0, 2.0, 5.0]] {
        let ticks = powers(low, high, digits);
        if ticks.len() >= 3 {
            let stride = ticks.len().div_ceil(most.max(2));
            return ticks.into_iter().step_by(stride).collect();
        }
    }
    even(low, high, most, false)
}

fn powers(low: f64, high: f64, digits: &[f64]) -> Vec<Tick> {
    #[expect(clippy::cast_possible_truncation, reason = "an exponent")]
    let (first, last) = (
        low.log10().floor() as i32,
        high.log10().ceil().min(400.0) as i32,
    );
    let all = (first..=last).flat_map(|power| digits.iter().map(move |d| d * 10f64.powi(power)));
    all.filter(|at| (low..=high).contains(at))
        .map(|at| Tick {
            at,
            text: tick(at, at),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_round_few_and_within_the_ends() {
        for (low, high) in [(0.0, 12.0), (-3.7, 118.2), (1e-7, 3e-7), (998.0, 1003.0)] {
            for most in [2, 4, 8] {
                let ticks = even(low, high, most, false);
                assert!(ticks.len() <= most + 1, "{low} {high}: {ticks:?}");
                assert!(
                    ticks
                        .iter()
                        .all(|tick| tick.at >= low - 1e-9 && tick.at <= high + 1e-9)
                );
            }
        }
        let texts: Vec<String> = even(0.0, 3.0, 12, true)
            .into_iter()
            .map(|t| t.text)
            .collect();
        assert_eq!(texts, ["0", "1", "2", "3"]);
    }

    #[test]
    fn a_logarithmic_axis_has_powers_or_halves_of_them_or_round_numbers() {
        let texts = |low, high| -> Vec<String> {
            by_log(low, high, 8).into_iter().map(|t| t.text).collect()
        };
        assert_eq!(texts(1.0, 1000.0), ["1", "10", "100", "1\u{2009}000"]);
        assert_eq!(texts(8.0, 60.0), ["10", "20", "50"]);
        assert_eq!(
            texts(22.0, 34.0),
            ["22", "24", "26", "28", "30", "32", "34"]
        );
    }
}
