//! Writing numbers: thousands set apart by a thin space, a real minus sign, scientific notation
//! where a figure would be too wide.

/// Thin space between thousands.
const THIN: char = '\u{2009}';
/// Stands where there is no number.
pub const NOTHING: &str = "–";
/// From here on a figure is told in scientific notation.
const WIDE: f64 = 1e12;

/// A number with `decimals` decimals.
#[must_use]
pub fn fixed(x: f64, decimals: usize) -> String {
    if x.is_nan() {
        return NOTHING.into();
    }
    if x.is_infinite() {
        return if x > 0.0 {
            "∞".into()
        } else {
            "−∞".into()
        };
    }
    if x.abs() >= WIDE {
        return scientific(x, 6);
    }
    let text = format!("{:.decimals$}", x.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::with_capacity(text.len() + 6);
    if x < 0.0 && !is_nought(&text) {
        out.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(THIN);
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    out
}

/// Up to `decimals` decimals, without the zeros at the end.
#[must_use]
pub fn trimmed(x: f64, decimals: usize) -> String {
    without_zeros(&fixed(x, decimals)).into()
}

/// Up to `digits` significant digits, and all digits before the point; in scientific notation
/// where that would be too wide.
#[must_use]
pub fn significant(x: f64, digits: usize) -> String {
    if !x.is_finite() || x == 0.0 {
        return fixed(x, 0);
    }
    let exponent = exponent(x, digits);
    if (-5..10).contains(&exponent) {
        trimmed(x, decimals_for(exponent, digits))
    } else {
        scientific(x, digits)
    }
}

/// Up to `digits` significant digits and a power of ten: `1.23e−5`.
#[must_use]
pub fn scientific(x: f64, digits: usize) -> String {
    if !x.is_finite() {
        return fixed(x, 0);
    }
    let text = format!("{x:.*e}", digits.max(1) - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{}e{exponent}", without_zeros(mantissa)).replace('-', "−")
}

/// A difference, with its sign even when it is a gain.
#[must_use]
pub fn signed(text: &str) -> String {
    if text.starts_with('−') || is_nought(text) || text == NOTHING {
        text.into()
    } else {
        format!("+{text}")
    }
}

/// What a noun ends with where there are so many.
#[must_use]
pub fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// A whole number with its thousands apart by blanks: `100 000`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// The same figure in the signs of a keyboard, for a terminal and for editing.
#[must_use]
pub fn keyboard(text: &str) -> String {
    text.replace('−', "-").replace('∞', "inf").replace(THIN, "")
}

/// Power of ten of the first digit once `x` is rounded to so many digits.
pub(super) fn exponent(x: f64, digits: usize) -> i32 {
    let text = format!("{:.*e}", digits.max(1) - 1, x.abs());
    let exponent = text.split_once('e').map(|(_, exponent)| exponent.parse());
    exponent.and_then(Result::ok).unwrap_or(0)
}

/// Decimals that show so many digits of a number with this power of ten.
pub(super) fn decimals_for(exponent: i32, digits: usize) -> usize {
    let digits = i32::try_from(digits).unwrap_or(i32::MAX);
    usize::try_from((digits - 1).saturating_sub(exponent)).unwrap_or(0)
}

fn is_nought(text: &str) -> bool {
    !text.chars().any(|c| matches!(c, '1'..='9' | '∞'))
}

fn without_zeros(text: &str) -> &str {
    if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::number;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn thousands_are_set_apart_and_nought_has_no_sign() {
        assert_eq!(fixed(-1234.5, 1), "−1\u{2009}234.5");
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(fixed(f64::NEG_INFINITY, 2), "−∞");
        assert_eq!(fixed(f64::NAN, 2), NOTHING);
        assert_eq!(keyboard(&fixed(-1234.5, 1)), "-1234.5");
        assert_eq!(keyboard(&fixed(f64::NEG_INFINITY, 1)), "-inf");
    }

    #[test]
    fn a_figure_that_is_too_wide_is_scientific() {
        assert_eq!(fixed(1e64, 0), "1e64");
        assert_eq!(fixed(-1.5e12, 2), "−1.5e12");
        assert_eq!(significant(1.5e-7, 4), "1.5e−7");
        assert_eq!(significant(9.999_999e9, 4), "1e10");
    }

    #[test]
    fn digits_are_counted_from_the_first_that_is_not_nought() {
        assert_eq!(significant(0.000_012_3, 4), "0.0000123");
        assert_eq!(significant(1.01, 4), "1.01");
        assert_eq!(significant(1.0846, 4), "1.085");
        assert_eq!(significant(1.0845, 6), "1.0845");
        assert_eq!(significant(123_456.7, 4), "123\u{2009}457");
        assert_eq!(significant(0.985_000_000_000_000_1, 12), "0.985");
    }

    #[test]
    fn a_gain_carries_its_sign() {
        assert_eq!(signed("0.5"), "+0.5");
        assert_eq!(signed("∞"), "+∞");
        assert_eq!(signed("0.00"), "0.00");
        assert_eq!(signed("−0.5"), "−0.5");
        assert_eq!(signed(NOTHING), NOTHING);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back_to_the_digits_written(
            mantissa in 1.0..10.0_f64, exponent in -300..300_i32, negative: bool, digits in 1..15_usize
        ) {
            let x = if negative { -mantissa } else { mantissa } * 10f64.powi(exponent);
            let most = 0.5001 * 10f64.powi(1 - i32::try_from(digits).unwrap());
            for text in [significant(x, digits), scientific(x, digits)] {
                for text in [keyboard(&text), text] {
                    let back = number(&text).unwrap();
                    prop_assert!((back - x).abs() <= most * x.abs() * 10.0, "{} for {}", text, x);
                    prop_assert!(text.chars().count() <= digits.max(10) + 11, "{} is too wide", text);
                }
            }
        }
    }
}
