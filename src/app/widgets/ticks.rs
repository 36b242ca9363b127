//! Numbers along an axis: where they stand, and with as many digits as tell them apart.

use crate::app::format;
use crate::quantity;
use egui_plot::{GridInput, GridMark};

/// Width of a digit of an axis (points), room included.
const DIGIT: f64 = 6.6;

/// Marks at round numbers along a horizontal axis, far enough apart for their digits.
#[must_use]
pub fn across(input: &GridInput) -> Vec<GridMark> {
    let sparse = round_marks(input, 58.0);
    let widest = |marks: &[GridMark]| {
        let lengths = marks.iter().map(|mark| {
            let text = number(mark.value, mark.step_size);
            text.chars().count()
        });
        lengths.max().unwrap_or(0) as f64
    };
    let needed = DIGIT.mul_add(widest(&sparse), 8.0);
    if needed > 58.0 {
        round_marks(input, needed)
    } else {
        sparse
    }
}

/// Marks at round numbers along a vertical axis.
#[must_use]
pub fn up(input: &GridInput) -> Vec<GridMark> {
    round_marks(input, 24.0)
}

/// Marks at round numbers, at least about `points` points apart on screen.
fn round_marks(input: &GridInput, points: f64) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    // `base_step_size` stands for the 8 points below which egui_plot draws no line.
    let least = input.base_step_size / 8.0 * points;
    if !(low.is_finite() && high.is_finite() && least > 0.0) {
        return Vec::new();
    }
    let power = 10f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|digit| digit * power)
        .find(|step| *step >= least)
        .unwrap_or(least);
    let step = if fits(low, high, step) < 3 {
        // A little closer than wished, rather than an axis with one number.
        [0.5, 1.0, 2.0, 5.0]
            .iter()
            .map(|digit| digit * power)
            .find(|finer| *finer >= 0.6 * least && *finer < step)
            .unwrap_or(step)
    } else {
        step
    };
    let mut marks = Vec::new();
    let mut value = (low / step).ceil() * step;
    while value <= high && marks.len() < 64 {
        // Numbers next to 0 are 0.
        let rounded = if value.abs() < 1e-9 * step {
            0.0
        } else {
            value
        };
        marks.push(GridMark {
            value: rounded,
            step_size: step,
        });
        value += step;
    }
    marks
}

/// How many multiples of `step` lie between two numbers.
fn fits(low: f64, high: f64, step: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "a small count")]
    let count = ((high / step).floor() - (low / step).ceil()) as i64;
    count + 1
}

/// First digits of the numbers along an axis of logarithms, from many to few.
const DIGITS: [&[f64]; 4] = [
    &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
    &[1.0, 2.0, 5.0],
    &[1.0, 3.0],
    &[1.0],
];

/// Fewer numbers than this say little of an axis.
const FEW: usize = 3;

/// Marks at round numbers along an axis of their logarithms to base 10: as many as have room.
#[must_use]
pub fn logarithmic(input: &GridInput) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    // `base_step_size` stands for 8 points, a number takes some forty.
    let least = 5.0 * input.base_step_size;
    if !(low.is_finite() && high.is_finite() && least > 0.0) {
        return Vec::new();
    }
    let stride = least.ceil().max(1.0);
    let first = (low / stride).floor() * stride;
    let marks = |digits: &[f64]| -> Vec<GridMark> {
        let decades = (0..64).map(|i| stride.mul_add(f64::from(i), first));
        let decades = decades.take_while(|decade| *decade <= high);
        let all = decades.flat_map(|decade| digits.iter().map(move |digit| decade + digit.log10()));
        let inside = all.filter(|value| (low..=high).contains(value));
        let mark = |value| GridMark {
            value,
            step_size: least,
        };
        inside.map(mark).collect()
    };
    let roomy = |marks: &Vec<GridMark>| {
        let mut pairs = marks.windows(2);
        pairs.all(|pair| pair[1].value - pair[0].value >= least)
    };
    let by_digit = DIGITS
        .into_iter()
        .map(marks)
        .find(roomy)
        .unwrap_or_default();
    if by_digit.len() >= FEW {
        return by_digit;
    }
    // Within a decade or less there are few such numbers, and evenly spaced ones are as round.
    let even = evenly(low, high, least).into_iter().find(roomy);
    even.filter(|even| even.len() > by_digit.len())
        .unwrap_or(by_digit)
}

/// Marks at multiples of a round step, from the smallest step to the largest.
fn evenly(low: f64, high: f64, step_size: f64) -> [Vec<GridMark>; 5] {
    let (from, to) = (10f64.powf(low), 10f64.powf(high));
    let size = 10f64.powf((to - from).log10().floor());
    [0.1, 0.2, 0.5, 1.0, 2.0].map(|share| {
        let step = share * size;
        let first = (from / step).ceil();
        let numbers = (0..100).map(|i| (first + f64::from(i)) * step);
        let inside = numbers.take_while(|number| *number <= to);
        let mark = |number: f64| GridMark {
            value: number.log10(),
            step_size,
        };
        inside.map(mark).collect()
    })
}

/// The number whose logarithm stands at a place.
#[must_use]
pub fn by_log(place: f64) -> String {
    quantity::write::significant(10f64.powf(place), 2)
}

/// A number on an axis whose marks are `step` apart.
#[must_use]
pub fn number(value: f64, step: f64) -> String {
    quantity::digits::tick(value, step)
}

/// A whole number, such as a date; nothing between them.
#[must_use]
pub fn whole(value: f64, _step: f64) -> String {
    if value.fract() == 0.0 {
        format::fixed(value, 0)
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn texts(low: f64, high: f64) -> Vec<String> {
        let input = GridInput {
            bounds: (low, high),
            base_step_size: (high - low) / 400.0 * 8.0,
        };
        let marks = across(&input);
        marks
            .iter()
            .map(|mark| number(mark.value, mark.step_size))
            .collect()
    }

    #[test]
    fn neighbouring_numbers_of_an_axis_never_read_the_same() {
        for middle in [0.0, 1.084_7, 1342.0, 98_281.0, 1.23e-5, -3.5e-9, 7e7] {
            for width in [1e4, 10.0, 0.3, 1e-3, 1e-5, 1e-7, 1e-9] {
                let (low, high) = (middle - width, middle + width);
                let texts = texts(low, high);
                if (high - low) / f64::max(low.abs(), high.abs()) < 1e-11 {
                    continue;
                }
                assert!(!texts.is_empty(), "{middle} ± {width}");
                let different: HashSet<&String> = texts.iter().collect();
                assert_eq!(
                    different.len(),
                    texts.len(),
                    "{middle} ± {width}: {texts:?}"
                );
            }
        }
    }

    #[test]
    fn numbers_along_an_axis_of_logarithms_are_round_and_apart() {
        for (low, high, points) in [
            (0.1, 100.0, 400.0),
            (1.0 / 260.0, 2.0, 300.0),
            (0.7, 1.9, 300.0),
        ] {
            let (low, high) = (f64::log10(low), f64::log10(high));
            let base_step_size = (high - low) / points * 8.0;
            let marks = logarithmic(&GridInput {
                bounds: (low, high),
                base_step_size,
            });
            assert!(marks.len() > 1, "{low} {high}: {marks:?}");
            let texts: HashSet<String> = marks.iter().map(|mark| by_log(mark.value)).collect();
            assert_eq!(texts.len(), marks.len(), "{texts:?}");
            for pair in marks.windows(2) {
                assert!(pair[1].value - pair[0].value >= 5.0 * base_step_size);
            }
        }
    }

    #[test]
    fn digits_are_as_many_as_the_spacing_asks_for() {
        assert_eq!(number(1342.0, 50.0), "1\u{2009}342");
        assert_eq!(number(1342.5, 0.5), "1\u{2009}342.5");
    }
}
