//! Reading numbers as people type them. What can mean two things is asked about, not guessed.

/// Why a text is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Nothing was typed.
    Empty,
    /// It is not a number in any notation.
    Nonsense,
    /// A number beyond double precision.
    TooLarge,
    /// Not 0, and closer to 0 than double precision goes.
    TooSmall,
    /// It can be read in these ways, each written so that it cannot be mistaken.
    Ambiguous(Vec<String>),
}

impl Unread {
    /// The same, with every way of writing it changed: a unit put back, say.
    #[must_use]
    pub fn map(self, rewrite: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Ambiguous(ways) => Self::Ambiguous(ways.iter().map(|way| rewrite(way)).collect()),
            other => other,
        }
    }
}

/// Reads a number: `1000.5`, `1 000.5`, `1,000.5`, `1.000,5`, `0,985`, `1.5e-3`, `−2`, `inf`, `∞`.
/// `1,085` may be either of two numbers.
///
/// # Errors
/// Says what is wrong with it.
pub fn number(text: &str) -> Result<f64, Unread> {
    let text = normal(text);
    if text.is_empty() {
        return Err(Unread::Empty);
    }
    let (sign, size) = signed(&text);
    if matches!(size.to_lowercase().as_str(), "∞" | "inf" | "infinity") {
        return Ok(if sign == "-" {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        });
    }
    let (mantissa, exponent) = match size.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (size, None),
    };
    if exponent.is_some_and(|exponent| !is_exponent(exponent)) {
        return Err(Unread::Nonsense);
    }
    let plain = plain_digits(mantissa, exponent.is_some())
        .map_err(|unread| unread.map(|way| format!("{sign}{way}")))?;
    let text = format!("{sign}{plain}e{}", exponent.unwrap_or("0"));
    let x: f64 = text.parse().map_err(|_not_a_number| Unread::Nonsense)?;
    let is_nought = plain.bytes().all(|digit| matches!(digit, b'0' | b'.'));
    if x.is_infinite() {
        Err(Unread::TooLarge)
    } else if x == 0.0 && !is_nought {
        Err(Unread::TooSmall)
    } else {
        Ok(x + 0.0)
    }
}

/// From here on not every whole number is one of double precision.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a whole number that is not negative; thousands may be set apart in any way.
///
/// # Errors
/// Says what is wrong with it.
pub fn whole(text: &str) -> Result<u64, Unread> {
    let text = normal(text);
    let digits = text.strip_prefix('+').unwrap_or(&text);
    let joined = [' ', '\'', ',', '.']
        .into_iter()
        .find_map(|separator| without_groups(digits, separator))
        .unwrap_or_else(|| digits.replace('_', ""));
    if !joined.is_empty() && joined.bytes().all(|digit| digit.is_ascii_digit()) {
        return joined.parse().map_err(|_overflow| Unread::TooLarge);
    }
    // 1e5, or 250.0.
    let x = number(&text)?;
    if x > EXACT {
        return Err(Unread::TooLarge);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, not negative, and within the exact range"
    )]
    if x >= 0.0 && x.fract() == 0.0 {
        Ok(x as u64)
    } else {
        Err(Unread::Nonsense)
    }
}

/// One kind of blank, of minus and of apostrophe.
fn normal(text: &str) -> String {
    text.trim()
        .chars()
        .map(|c| match c {
            '−' | '–' => '-',
            '’' => '\'',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect()
}

fn signed(text: &str) -> (&'static str, &str) {
    if let Some(size) = text.strip_prefix('-') {
        ("-", size.trim_start())
    } else {
        ("", text.strip_prefix('+').unwrap_or(text).trim_start())
    }
}

fn is_exponent(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    (1..=6).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// The digits of a mantissa with a point before the decimals and nothing between the thousands.
fn plain_digits(mantissa: &str, scientific: bool) -> Result<String, Unread> {
    let known = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'' | '_');
    let digits = mantissa.bytes().any(|c| c.is_ascii_digit());
    if !digits || !mantissa.chars().all(known) {
        return Err(Unread::Nonsense);
    }
    let text = without_underscores(mantissa).ok_or(Unread::Nonsense)?;
    let count = |wanted: char| text.matches(wanted).count();
    let (dots, commas) = (count('.'), count(','));
    let blank = [' ', '\''].into_iter().find(|blank| count(*blank) > 0);
    if let Some(blank) = blank {
        return with_blanks(&text, blank, dots + commas);
    }
    match (dots, commas) {
        (0 | 1, 0) => Ok(text),
        (0, 1) => decimal_comma(&text, scientific),
        (_, 0) => without_groups(&text, '.').ok_or(Unread::Nonsense),
        (0, _) => without_groups(&text, ',').ok_or(Unread::Nonsense),
        // The last of two kinds stands before the decimals.
        _ => {
            let last = text.rfind(['.', ',']).unwrap_or(0);
            let (whole, decimals) = (&text[..last], &text[last + 1..]);
            let other = if text[last..].starts_with('.') {
                ','
            } else {
                '.'
            };
            let whole = without_groups(whole, other).ok_or(Unread::Nonsense)?;
            Ok(format!("{whole}.{decimals}"))
        }
    }
}

/// `1 000,5`: thousands are set apart by blanks, so that a comma stands before decimals.
fn with_blanks(text: &str, blank: char, points: usize) -> Result<String, Unread> {
    if points > 1 {
        return Err(Unread::Nonsense);
    }
    let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let joined = |part: &str| part.replace([' ', '\''], "");
    let way = format!("{}.{}", joined(whole), joined(decimals));
    let thousands = !whole.contains(blank) || without_groups(whole, blank).is_some();
    let thousandths = decimals.rsplit(blank).skip(1).all(|group| group.len() == 3);
    if thousands && thousandths {
        Ok(way)
    } else {
        let way = way.strip_suffix(".0").unwrap_or(&way);
        Err(Unread::Ambiguous(vec![way.into()]))
    }
}

/// `0,985` and `12,5` have a decimal comma; `1,085` may be either number.
fn decimal_comma(text: &str, scientific: bool) -> Result<String, Unread> {
    let (whole, decimals) = text.split_once(',').unwrap_or((text, ""));
    let as_decimal = format!("{whole}.{decimals}");
    match without_groups(text, ',') {
        Some(as_thousands) if !scientific => Err(Unread::Ambiguous(vec![as_decimal, as_thousands])),
        _ => Ok(as_decimal),
    }
}

/// `1 000` without its blanks, when they stand where thousands do.
fn without_groups(text: &str, separator: char) -> Option<String> {
    let groups: Vec<&str> = text.split(separator).collect();
    let (first, rest) = groups.split_first()?;
    let digits = |group: &str| group.bytes().all(|c| c.is_ascii_digit());
    let fine = !rest.is_empty()
        && (1..=3).contains(&first.len())
        && digits(first)
        && !first.starts_with('0')
        && rest.iter().all(|group| group.len() == 3 && digits(group));
    fine.then(|| groups.concat())
}

/// `1_000` as in program text, when each `_` stands between digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let fine = |i: usize| bytes[i] != b'_' || (i > 0 && digit(i - 1) && digit(i + 1));
    (0..bytes.len()).all(fine).then(|| text.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn either(ways: &[&str]) -> Result<f64, Unread> {
        Err(Unread::Ambiguous(
            ways.iter().map(|way| (*way).into()).collect(),
        ))
    }

    #[test]
    fn plain_numbers_in_every_notation_are_read() {
        for (text, x) in [
            ("1000.5", 1000.5),
            (" -0.25 ", -0.25),
            ("−0.25", -0.25),
            ("+3", 3.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e5", 1e5),
            ("1.23e−5", 1.23e-5),
            ("1,23E-5", 1.23e-5),
            ("1_000", 1000.0),
            ("∞", f64::INFINITY),
            ("Inf", f64::INFINITY),
            ("-inf", f64::NEG_INFINITY),
        ] {
            assert_eq!(number(text), Ok(x), "{text}");
        }
        assert_eq!(number("-0").map(f64::to_bits), Ok(0));
    }

    #[test]
    fn decimal_commas_and_thousands_are_understood_where_they_mean_one_thing() {
        for (text, x) in [
            ("0,985", 0.985),
            ("12,5", 12.5),
            ("1234,567", 1234.567),
            ("1 000", 1000.0),
            ("1\u{2009}000\u{202f}000", 1e6),
            ("1\u{a0}000,5", 1000.5),
            ("1’000.5", 1000.5),
            ("1,000.5", 1000.5),
            ("1.000,5", 1000.5),
            ("1,000,000", 1e6),
            ("1.000.000", 1e6),
            ("0.000 012 3", 0.000_012_3),
        ] {
            assert_eq!(number(text), Ok(x), "{text}");
        }
    }

    #[test]
    fn what_means_two_things_is_asked_about() {
        assert_eq!(number("1,085"), either(&["1.085", "1085"]));
        assert_eq!(number("-12,345"), either(&["-12.345", "-12345"]));
        assert_eq!(number("10 00"), either(&["1000"]));
    }

    #[test]
    fn what_is_no_number_is_told_apart_from_what_is_too_much() {
        for text in [
            "abc",
            "nan",
            "1.2.3",
            "1,2,3",
            "1_",
            "--1",
            "1e",
            "e5",
            ".",
            "1,000.5,5",
        ] {
            assert_eq!(number(text), Err(Unread::Nonsense), "{text}");
        }
        assert_eq!(number("  "), Err(Unread::Empty));
        assert_eq!(number("1e400"), Err(Unread::TooLarge));
        assert_eq!(number("1e-400"), Err(Unread::TooSmall));
        assert_eq!(number("0e-400"), Ok(0.0));
    }

    #[test]
    fn whole_numbers_have_no_decimal_comma() {
        for (text, n) in [
            ("1,000", 1000),
            ("1 000 000", 1_000_000),
            ("100_000", 100_000),
            ("1e5", 100_000),
            ("250.0", 250),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(whole(text), Ok(n), "{text}");
        }
        assert_eq!(whole("1.5"), Err(Unread::Nonsense));
        assert_eq!(whole("-3"), Err(Unread::Nonsense));
        assert_eq!(whole("18446744073709551616"), Err(Unread::TooLarge));
        assert_eq!(whole("inf"), Err(Unread::TooLarge));
        assert_eq!(whole(""), Err(Unread::Empty));
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in "\\PC{0,12}", digits in "[-−+0-9., '_eE∞%]{0,14}") {
            for text in [text, digits] {
                let _any = (number(&text), whole(&text));
            }
        }

        #[test]
        fn each_way_offered_is_read_without_another_question(text in "-?[0-9]{1,3}[, ][0-9]{2,3}") {
            if let Err(Unread::Ambiguous(ways)) = number(&text) {
                for way in ways {
                    prop_assert!(number(&way).is_ok(), "{} from {}", way, text);
                }
            }
        }

        #[test]
        fn what_a_program_prints_is_read_back_to_the_bit(bits: u64) {
            let x = f64::from_bits(bits);
            prop_assume!(x.is_finite());
            prop_assert_eq!(number(&format!("{x}")), Ok(x));
            prop_assert_eq!(number(&format!("{x:e}")), Ok(x));
        }
    }
}
