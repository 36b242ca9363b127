//! Numbers in the cells of a table.

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    /// A number; it may be infinite.
    Number(f64),
    /// Nothing, or a word for nothing.
    Missing,
    /// Something else.
    Text,
}

/// Words for a number that is not there.
const MISSING: [&str; 10] = [
    "null", "nan", "n/a", "na", "none", ".", "-", "--", "#n/a", "#value!",
];

/// A cell whose fractions begin with `decimal`.
pub(super) fn cell(text: &[u8], decimal: u8) -> Cell {
    let text = text.trim_ascii();
    if text.is_empty() {
        return Cell::Missing;
    }
    let plain = |c: &u8| c.is_ascii_digit() || matches!(c, b'.' | b'-' | b'+' | b'e' | b'E');
    if decimal == b'.'
        && text.iter().all(plain)
        && let Some(x) = std::str::from_utf8(text).ok().and_then(|t| t.parse().ok())
    {
        return Cell::Number(x);
    }
    let Ok(text) = std::str::from_utf8(text) else {
        return Cell::Text;
    };
    if MISSING.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Cell::Missing;
    }
    match loose(text, char::from(decimal)) {
        Some(x) if x.is_nan() => Cell::Missing,
        Some(x) => Cell::Number(x),
        None => Cell::Text,
    }
}

/// A number with a sign of currency, thousands apart, or a comma before its fractions.
fn loose(text: &str, decimal: char) -> Option<f64> {
    let thousands = if decimal == ',' { '.' } else { ',' };
    let text = text.trim_matches(|c: char| "$€£¥".contains(c) || c.is_whitespace());
    let mut digits = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c == decimal => digits.push('.'),
            _ if c == thousands || c.is_whitespace() || c == '\'' || c == '’' => {}
            '−' => digits.push('-'),
            '0'..='9' | '-' | '+' | 'e' | 'E' => digits.push(c),
            _ => return infinite(text),
        }
    }
    digits.parse().ok()
}

fn infinite(text: &str) -> Option<f64> {
    let word = text.trim_start_matches(['-', '+']);
    let known = ["inf", "infinity", "∞"];
    let is = known.iter().any(|inf| word.eq_ignore_ascii_case(inf));
    is.then_some(f64::INFINITY)
}

/// The mark before fractions in cells parted by `delimiter`: a comma where that is what is last in a cell that has
/// both marks, or where a cell has a comma alone that cannot part thousands.
pub(super) fn decimal_mark<'a>(cells: impl Iterator<Item = &'a [u8]>, delimiter: u8) -> u8 {
    let (mut commas, mut points) = (0, 0);
    for cell in cells {
        let last = |mark: u8| cell.iter().rposition(|c| *c == mark);
        match (last(b','), last(b'.')) {
            (Some(comma), Some(point)) if comma > point => return b',',
            (Some(_), Some(_)) => return b'.',
            (Some(comma), None) => {
                let one = cell.iter().position(|c| *c == b',') == Some(comma);
                commas += usize::from(one && (delimiter != b',' || cell.len() - comma != 4));
            }
            (None, Some(_)) => points += 1,
            (None, None) => {}
        }
    }
    if commas > points { b',' } else { b'.' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_and_programs_write_them() {
        for (text, decimal, number) in [
            ("1234.5", b'.', 1234.5),
            (" 1.5e3 ", b'.', 1500.0),
            ("1,234.56", b'.', 1234.56),
            ("1.234,56", b',', 1234.56),
            ("$12.30", b'.', 12.3),
            ("12,5 €", b',', 12.5),
            ("1 234,5", b',', 1234.5),
            ("1'234.5", b'.', 1234.5),
        ] {
            assert_eq!(
                cell(text.as_bytes(), decimal),
                Cell::Number(number),
                "{text}"
            );
        }
        for text in ["", "null", "NaN", ".", "#N/A", "-"] {
            assert_eq!(cell(text.as_bytes(), b'.'), Cell::Missing, "{text}");
        }
        assert_eq!(cell(b"12a", b'.'), Cell::Text);
        assert_eq!(cell(b"inf", b'.'), Cell::Number(f64::INFINITY));
    }

    #[test]
    fn the_mark_before_fractions_is_told_by_the_cells() {
        let of = |cells: &[&str], delimiter| {
            decimal_mark(cells.iter().map(|cell| cell.as_bytes()), delimiter)
        };
        assert_eq!(of(&["1,234.50", "999.00"], b','), b'.');
        assert_eq!(of(&["1.234,50"], b';'), b',');
        assert_eq!(of(&["12,5", "13"], b';'), b',');
        assert_eq!(of(&["1,234", "2,345"], b','), b'.');
        assert_eq!(of(&["12.5"], b';'), b'.');
    }
}
