//! Numbers as people read them: thousands set apart by a thin space, a real minus sign.

use crate::outcome::Estimate;
use std::time::Duration;

/// Thin space between thousands.
const THIN: char = '\u{2009}';
/// Trading days in a year, by which durations below a year are told.
const DAYS: f64 = 252.0;
/// Stands where there is no number.
pub const NOTHING: &str = "–";

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
    if x.abs() >= 1e15 {
        return format!("{x:.3e}").replace('-', "−");
    }
    let text = format!("{:.decimals$}", x.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::with_capacity(text.len() + 6);
    if x < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
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

/// An amount of money: two decimals below a thousand, none above.
#[must_use]
pub fn money(x: f64) -> String {
    fixed(x, if x.abs() < 999.995 { 2 } else { 0 })
}

/// A price: two decimals below ten thousand.
#[must_use]
pub fn price(x: f64) -> String {
    fixed(x, if x.abs() < 10_000.0 { 2 } else { 0 })
}

/// A number of shares: three decimals, fewer for many shares.
#[must_use]
pub fn shares(x: f64) -> String {
    let size = x.abs();
    let decimals = match size {
        few if few < 1000.0 => 3,
        some if some < 100_000.0 => 1,
        _ => 0,
    };
    fixed(x, decimals)
}

/// A difference, with its sign even when it is a gain.
#[must_use]
pub fn signed(text: &str) -> String {
    let zero = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
    if text.starts_with('−') || zero || text == NOTHING {
        text.into()
    } else {
        format!("+{text}")
    }
}

/// `23.74 ± 0.08`, or `23.74` alone; a small standard error gets the decimals that show it, and
/// thousands get none.
#[must_use]
pub fn estimate(estimate: &Estimate, with_error: bool) -> String {
    let Some(value) = estimate.value else {
        return NOTHING.into();
    };
    let decimals = decimals(value, estimate.se);
    match estimate.se.filter(|_| with_error) {
        None => fixed(value, decimals),
        Some(se) => format!("{} ± {}", fixed(value, decimals), fixed(se, decimals)),
    }
}

fn decimals(value: f64, se: Option<f64>) -> usize {
    let fine = |digits: i32| 0.5 * 0.1_f64.powi(digits);
    match se {
        _ if value.abs() >= 1000.0 && se.is_none_or(|se| se >= 0.5) => 0,
        Some(se) if se > 0.0 && se < fine(3) => 4,
        Some(se) if se > 0.0 && se < fine(2) => 3,
        _ => 2,
    }
}

/// A whole number.
#[must_use]
pub fn count(n: u64) -> String {
    fixed(n as f64, 0)
}

/// `1.9 M`, `340 k`.
#[must_use]
pub fn compact(x: f64) -> String {
    let (scale, unit) = match x.abs() {
        x if x >= 1e9 => (1e9, " G"),
        x if x >= 1e6 => (1e6, " M"),
        x if x >= 1e4 => (1e3, " k"),
        _ => (1.0, ""),
    };
    let scaled = x / scale;
    let decimals = usize::from(scaled.abs() < 100.0 && scale > 1.0);
    format!("{}{unit}", fixed(scaled, decimals))
}

/// A duration of the scenario (given in years): trading days below a year, 252 to the year.
#[must_use]
pub fn years(x: f64) -> String {
    if x.is_infinite() {
        return "∞".into();
    }
    if x >= 1.0 || x == 0.0 {
        return format!("{} y", trimmed(x, 2));
    }
    let days = x * DAYS;
    if days >= 0.1 {
        format!("{} d", trimmed(days, 2))
    } else {
        format!("{} d", short(days))
    }
}

/// Reads a duration: a number of years, or one with a unit `y`, `d` (252 to the year).
#[must_use]
pub fn read_years(text: &str) -> Option<f64> {
    let text = text.trim().to_lowercase();
    let (number, scale) = if let Some(days) = text.strip_suffix('d') {
        (days, 1.0 / DAYS)
    } else if let Some(years) = text.strip_suffix('y') {
        (years, 1.0)
    } else {
        (text.as_str(), 1.0)
    };
    read(number).map(|x| x * scale)
}

/// Reads a number as people type it; `inf` and `∞` are infinite, overflow (`1e400`) is no number.
#[must_use]
pub fn read(text: &str) -> Option<f64> {
    let plain: String = text
        .trim()
        .replace('−', "-")
        .chars()
        .filter(|c| !matches!(c, '_' | ' ' | '\u{2009}' | '\u{202f}' | '\u{a0}'))
        .collect();
    match plain.as_str() {
        "∞" | "inf" | "infinity" => Some(f64::INFINITY),
        digits => digits
            .parse::<f64>()
            .ok()
            .filter(|x| x.is_finite())
            .map(|x| x + 0.0),
    }
}

/// Up to `decimals` decimals, without the zeros at the end.
#[must_use]
pub fn trimmed(x: f64, decimals: usize) -> String {
    let text = fixed(x, decimals);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').into()
    } else {
        text
    }
}

/// Four significant digits, in scientific form where that is shorter.
#[must_use]
pub fn short(x: f64) -> String {
    if !x.is_finite() || x == 0.0 {
        return fixed(x, 0);
    }
    let size = x.abs();
    if (1e-4..1e7).contains(&size) {
        let decimals = if size >= 1000.0 {
            0
        } else if size >= 100.0 {
            1
        } else if size >= 10.0 {
            2
        } else if size >= 1.0 {
            3
        } else if size >= 0.01 {
            4
        } else {
            6
        };
        trimmed(x, decimals)
    } else {
        format!("{x:.2e}").replace('-', "−")
    }
}

/// How long something took or will take.
#[must_use]
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 0.9995 {
        format!("{} ms", fixed(seconds * 1e3, 0))
    } else if seconds < 60.0 {
        format!("{} s", fixed(seconds, 1))
    } else if seconds < 5940.0 {
        format!("{} min", fixed(seconds / 60.0, 1))
    } else if seconds < 360_000.0 {
        format!("{} h", fixed(seconds / 3600.0, 1))
    } else {
        "days".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_two_decimals_below_a_thousand_and_none_above() {
        assert_eq!(money(23.744), "23.74");
        assert_eq!(money(-0.001), "0.00");
        assert_eq!(money(-1234.5), "−1\u{2009}234");
        assert_eq!(money(999.999), "1\u{2009}000");
    }

    #[test]
    fn estimates_carry_their_standard_error() {
        let known = Estimate {
            value: Some(23.744),
            se: Some(0.081),
        };
        assert_eq!(estimate(&known, true), "23.74 ± 0.08");
        assert_eq!(estimate(&known, false), "23.74");
        let of = |value, se| Estimate {
            value: Some(value),
            se: Some(se),
        };
        assert_eq!(estimate(&of(1.9137, 0.0031), true), "1.914 ± 0.003");
        assert_eq!(estimate(&of(3671.11, 5.53), true), "3\u{2009}671 ± 6");
        let unknown = Estimate {
            value: None,
            se: None,
        };
        assert_eq!(estimate(&unknown, true), NOTHING);
    }

    #[test]
    fn durations_are_read_as_they_are_written() {
        for x in [1.0, 21.0 / 252.0, 0.5, 2.0] {
            let text = years(x);
            let back = read_years(&text).unwrap();
            assert!((back - x).abs() < 1e-9, "{text}");
        }
        assert_eq!(read_years("∞"), Some(f64::INFINITY));
        assert_eq!(years(1.0), "1 y");
    }

    #[test]
    fn an_overflowing_number_is_no_number() {
        assert_eq!(read("1e400"), None);
        assert_eq!(read(""), None);
        assert_eq!(read("nan"), None);
        assert_eq!(read("-0").map(f64::to_bits), Some(0));
        assert_eq!(read("1 000.5"), Some(1000.5));
        assert_eq!(read("1\u{2009}000"), Some(1000.0));
    }

    #[test]
    fn short_numbers_drop_useless_zeros() {
        assert_eq!(short(1.01), "1.01");
        assert_eq!(short(0.000_012_3), "1.23e−5");
        assert_eq!(compact(1_900_000.0), "1.9 M");
        assert_eq!(compact(950.0), "950");
    }
}
