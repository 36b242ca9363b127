//! How many decimals a figure gets: as many as it takes to tell apart what differs.

use super::write::{decimals_for, exponent, fixed, scientific, significant, trimmed};

/// Decimals beyond these tell no eye anything.
const MOST: usize = 12;

/// Decimals in which amounts of one scenario are told, so that spot and strike, bid and ask, and
/// an error and nothing are not the same figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digits {
    price: usize,
    money: usize,
    shares: usize,
}

impl Default for Digits {
    fn default() -> Self {
        Self {
            price: 2,
            money: 2,
            shares: 3,
        }
    }
}

impl Digits {
    /// Decimals for prices around `prices`, written as they were given up to six digits, that tell
    /// apart each pair; for amounts of money of about `money`; for positions of about `shares`.
    #[must_use]
    pub fn of(prices: &[f64], pairs: &[(f64, f64)], money: f64, shares: f64) -> Self {
        let largest = prices.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
        let base = if largest < 10_000.0 { 2 } else { 0 };
        let written = prices.iter().map(|price| decimals_of(*price, 6));
        let told = pairs.iter().map(|(a, b)| telling(*a, *b));
        let price = written.chain(told).fold(base, usize::max);
        let price = price.max(decimals_of_size(largest, 4));
        Self {
            price: price.min(decimals_of_size(largest, 13)),
            money: decimals_of_size(money, 3).max(2),
            shares: decimals_of_size(shares, 4),
        }
    }

    /// The same with so many decimals more, for what is small beside the rest.
    #[must_use]
    pub fn finer(self, decimals: usize) -> Self {
        Self {
            price: self.price + decimals,
            money: self.money + decimals,
            shares: self.shares + decimals,
        }
    }

    /// A price.
    #[must_use]
    pub fn price(self, x: f64) -> String {
        narrow(x, self.price)
    }

    /// An amount of money: no decimals from a thousand on.
    #[must_use]
    pub fn money(self, x: f64) -> String {
        let large = x.abs() >= 999.995 && self.money == 2;
        narrow(x, if large { 0 } else { self.money })
    }

    /// An amount of money in a column that adds up.
    #[must_use]
    pub fn cash(self, x: f64) -> String {
        narrow(x, self.money)
    }

    /// A number of shares: three decimals, more for a small contract and fewer for many shares.
    #[must_use]
    pub fn shares(self, x: f64) -> String {
        let usual = match x.abs() {
            few if few < 1000.0 => 3,
            some if some < 100_000.0 => 1,
            _ => 0,
        };
        narrow(x, self.shares.max(usual))
    }
}

/// With so many decimals, in scientific notation where a column has no room for them.
fn narrow(x: f64, decimals: usize) -> String {
    if decimals <= MOST || x == 0.0 || !x.is_finite() {
        let room = MOST.saturating_sub(whole_digits(x));
        return fixed(x, decimals.min(room));
    }
    let digits = i64::from(exponent(x, 17)) + 1 + i64::try_from(decimals).unwrap_or(0);
    scientific(x, usize::try_from(digits.clamp(1, 13)).unwrap_or(1))
}

/// Digits before the point beyond the first.
fn whole_digits(x: f64) -> usize {
    usize::try_from(exponent(x, 17)).unwrap_or(0)
}

/// Decimals in which two numbers look different; 0 where they are the same to twelve digits.
#[must_use]
pub fn telling(a: f64, b: f64) -> usize {
    let gap = (a - b).abs();
    if !gap.is_finite() || super::same(a, b) {
        return 0;
    }
    // Rounded to half the gap or finer, they stay two units apart.
    decimals_of_size(0.5 * gap, 1)
}

/// Decimals in which `x` is written exactly, if `digits` significant digits are enough for it.
fn decimals_of(x: f64, digits: usize) -> usize {
    if !x.is_finite() || x == 0.0 {
        return 0;
    }
    let text = scientific(x, digits);
    let mantissa = text.split('e').next().unwrap_or_default();
    let written = mantissa.bytes().filter(u8::is_ascii_digit).count();
    decimals_for(exponent(x, digits), written)
}

/// Decimals that show so many significant digits of a number of this size.
fn decimals_of_size(x: f64, digits: usize) -> usize {
    if !x.is_finite() || x == 0.0 {
        return 0;
    }
    decimals_for(exponent(x, 17), digits)
}

/// `23.74 ± 0.08`, or `23.74` alone: a standard error gets the decimals that show it, thousands
/// whose error is as large get none.
#[must_use]
pub fn estimate(value: f64, error: Option<f64>) -> (String, Option<String>) {
    let decimals = match error {
        Some(error) if error > 0.0 => decimals_of_size(2.0 * error, 1),
        _ => decimals_of_size(value, 3),
    };
    let large = value.abs() >= 1000.0 && error.is_none_or(|error| error == 0.0 || error >= 0.5);
    let decimals = decimals.max(if large { 0 } else { 2 });
    if decimals <= 9 && value.abs() < 1e12 {
        return (
            fixed(value, decimals),
            error.map(|error| fixed(error, decimals)),
        );
    }
    let digits = match error {
        Some(error) if error > 0.0 => exponent(value, 17) - exponent(error, 17) + 1,
        _ => 6,
    };
    let digits = usize::try_from(digits.clamp(2, 12)).unwrap_or(6);
    let error = error.map(|error| scientific(error, 2));
    (scientific(value, digits), error)
}

/// The number at a mark of an axis whose marks are `step` apart.
#[must_use]
pub fn tick(x: f64, step: f64) -> String {
    let step = step.abs();
    if !(step.is_finite() && step > 0.0) {
        return significant(x, 4);
    }
    if x.abs() < 1e-6 * step {
        return "0".into();
    }
    let decimals = decimals_of(step, 2);
    if decimals <= 6 && x.abs() < 1e7 {
        return trimmed(x, decimals);
    }
    let digits = exponent(x, 17) - exponent(step, 17) + 2;
    scientific(x, usize::try_from(digits.clamp(1, 15)).unwrap_or(4))
}

/// Two values as short as they may be and not look the same.
#[must_use]
pub fn pair(a: f64, b: f64) -> (String, String) {
    let text = |digits| (significant(a, digits), significant(b, digits));
    (6..=17)
        .map(text)
        .find(|(a, b)| a != b)
        .unwrap_or_else(|| text(6))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quoted(spot: f64, strike: f64, spread: f64) -> Digits {
        let quotes = (spot - spread / 2.0, spot + spread / 2.0);
        Digits::of(&[spot, strike], &[(spot, strike), quotes], 0.08 * spot, 1.0)
    }

    #[test]
    fn ordinary_prices_have_two_decimals_and_large_ones_none() {
        let paper = quoted(1000.0, 1000.0, 20.0);
        assert_eq!(paper.price(1010.0), "1\u{2009}010.00");
        assert_eq!(paper.money(23.744), "23.74");
        assert_eq!(paper.money(-1234.5), "−1\u{2009}234");
        assert_eq!(paper.money(999.999), "1\u{2009}000");
        assert_eq!(paper.finer(2).cash(0.012_34), "0.0123");
        assert_eq!(paper.shares(0.512_34), "0.512");
        assert_eq!(
            quoted(60_000.0, 60_000.0, 600.0).price(61_234.5),
            "61\u{2009}234"
        );
    }

    #[test]
    fn spot_and_strike_of_a_currency_pair_are_told_apart() {
        let pair = quoted(1.0845, 1.085, 0.0);
        assert_eq!(pair.price(1.0845), "1.0845");
        assert_eq!(pair.price(1.085), "1.0850");
    }

    #[test]
    fn a_tokens_price_is_not_nought() {
        let token = quoted(0.000_012_3, 0.000_012_3, 0.0);
        assert_eq!(token.price(0.000_012_3), "0.00001230");
        assert_ne!(token.money(1e-7), "0.00");
        assert_eq!(quoted(1e-30, 1e-30, 0.0).price(1.5e-30), "1.5e−30");
    }

    #[test]
    fn a_spread_too_narrow_for_cents_gets_more_decimals() {
        let deep = quoted(1000.0, 1000.0, 0.002);
        assert_ne!(deep.price(999.999), deep.price(1000.001));
    }

    fn told(value: f64, error: f64) -> String {
        let (value, error) = estimate(value, Some(error));
        format!("{value} ± {}", error.unwrap())
    }

    #[test]
    fn a_standard_error_is_never_shown_as_nought() {
        assert_eq!(told(23.744, 0.081), "23.74 ± 0.08");
        assert_eq!(told(1.9137, 0.0031), "1.914 ± 0.003");
        assert_eq!(told(3671.11, 5.53), "3\u{2009}671 ± 6");
        assert_eq!(told(0.000_001_234, 0.000_000_04), "0.00000123 ± 0.00000004");
        assert_eq!(told(1.234e-11, 4e-14), "1.234e−11 ± 4e−14");
        assert_eq!(told(1.234e64, 4e61), "1.234e64 ± 4e61");
        assert_eq!(estimate(23.744, None).0, "23.74");
        assert_eq!(estimate(0.000_012_3, None).0, "0.0000123");
    }

    #[test]
    fn neighbouring_marks_of_an_axis_differ() {
        assert_eq!(tick(1.085, 0.0005), "1.085");
        assert_eq!(tick(1342.25, 0.05), "1\u{2009}342.25");
        assert_eq!(tick(0.000_012_5, 5e-7), "1.25e−5");
        assert_eq!(tick(3e-9, 0.02), "0");
        assert_eq!(tick(1000.0, 200.0), "1\u{2009}000");
        assert_eq!(tick(-0.3, 0.1), "−0.3");
    }

    #[test]
    fn what_changed_does_not_look_unchanged() {
        assert_eq!(pair(0.1898, 0.25), ("0.1898".into(), "0.25".into()));
        let (before, now) = pair(1.0, 1.000_000_01);
        assert_ne!(before, now);
        assert_eq!(pair(0.0, 8.317_766_166_719_343).1, "8.31777");
    }

    proptest! {
        #[test]
        fn spot_and_strike_never_look_the_same(
            spot in 1.0..10.0_f64, exponent in -8..5_i32, apart in -8.0..0.0_f64
        ) {
            let spot = spot * 10f64.powi(exponent);
            let strike = spot * (1.0 + 10f64.powf(apart));
            let digits = quoted(spot, strike, 0.0);
            prop_assert_ne!(digits.price(spot), digits.price(strike));
        }

        #[test]
        fn marks_of_an_axis_never_look_the_same(
            first in -1000..1000_i32, power in -12..9_i32, digit in prop::sample::select(vec![1.0, 2.0, 5.0])
        ) {
            let step = digit * 10f64.powi(power);
            let x = f64::from(first) * step;
            prop_assert_ne!(tick(x, step), tick(x + step, step));
        }

        #[test]
        fn an_estimate_is_narrow_and_its_error_is_seen(
            value in -10.0..10.0_f64, power in -40..60_i32, relative in -6.0..2.0_f64
        ) {
            let value = value * 10f64.powi(power);
            let error = value.abs().max(1e-300) * 10f64.powf(relative);
            let (value, error) = estimate(value, Some(error));
            let error = error.unwrap();
            prop_assert!(value.chars().count() <= 22 && error.chars().count() <= 22, "{} {}", value, error);
            prop_assert!(error.bytes().any(|c| (b'1'..=b'9').contains(&c)), "{}", error);
        }
    }
}
