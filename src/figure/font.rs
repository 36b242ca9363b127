//! How wide texts are in the bundled font: its advances, read from the font's own tables.
//!
//! The tables are those of OpenType: `cmap` (format 4) from letters to glyphs, `hmtx` with their
//! advances. Kerning, which only brings letters closer, is left out.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The font of all texts, and the one for letters that it lacks.
pub(super) const FONTS: [&[u8]; 2] = [
    epaint_default_fonts::UBUNTU_LIGHT,
    epaint_default_fonts::HACK_REGULAR,
];

/// The width of a letter that no font has, over the size.
const UNKNOWN: f64 = 0.65;

static WIDTHS: LazyLock<[HashMap<u32, f64>; 2]> =
    LazyLock::new(|| FONTS.map(|font| widths(font).unwrap_or_default()));

/// Width of a text set in a size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let of = |c: char| {
        let known = WIDTHS.iter().find_map(|widths| widths.get(&u32::from(c)));
        known.copied().unwrap_or(UNKNOWN)
    };
    size * text.chars().map(of).sum::<f64>()
}

/// A space at which no line is broken.
pub(super) const UNBROKEN: char = '\u{a0}';

/// A text in lines no wider than `room`, broken between words; a word that is wider stands alone. Spaces
/// at which it must not be broken are plain ones in the lines.
pub(super) fn wrapped(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    let plain = lines.into_iter().map(|line| line.replace(UNBROKEN, " "));
    plain.collect()
}

/// A text that is no wider than `room`, its end replaced by `…` where it would be.
pub(super) fn fitted(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut short = text.to_owned();
    while short.pop().is_some() {
        let told = format!("{}…", short.trim_end());
        if width(&told, size) <= room {
            return told;
        }
    }
    String::new()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    let pair = bytes.get(at..at + 2)?;
    Some(usize::from(u16::from_be_bytes([pair[0], pair[1]])))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some((u16_at(bytes, at)? << 16) | u16_at(bytes, at + 2)?)
}

/// The table of a font by its name.
fn table(font: &[u8], name: [u8; 4]) -> Option<&[u8]> {
    let count = u16_at(font, 4)?;
    let entry = (0..count).map(|i| 12 + 16 * i);
    let at = entry
        .into_iter()
        .find(|at| font.get(*at..at + 4) == Some(&name))?;
    let start = u32_at(font, at + 8)?;
    font.get(start..start + u32_at(font, at + 12)?)
}

/// Width of each letter over the size.
fn widths(font: &[u8]) -> Option<HashMap<u32, f64>> {
    let units = u16_at(table(font, *b"head")?, 18)? as f64;
    let metrics = table(font, *b"hmtx")?;
    let last = u16_at(table(font, *b"hhea")?, 34)?.checked_sub(1)?;
    let letters = glyphs(table(font, *b"cmap")?)?;
    let advance = |(letter, glyph): (u32, usize)| {
        Some((letter, u16_at(metrics, 4 * glyph.min(last))? as f64 / units))
    };
    letters.into_iter().map(advance).collect()
}

/// Letters with their glyphs, from the first table of format 4.
fn glyphs(map: &[u8]) -> Option<Vec<(u32, usize)>> {
    let tables = (0..u16_at(map, 2)?).filter_map(|i| u32_at(map, 4 + 8 * i + 4));
    let of_format = |at: &usize| u16_at(map, *at) == Some(4);
    let map = map.get(tables.into_iter().find(of_format)?..)?;
    let doubled = u16_at(map, 6)?;
    let (ends, starts) = (14, 16 + doubled);
    let (deltas, offsets) = (starts + doubled, starts + 2 * doubled);
    let mut letters = Vec::new();
    for segment in (0..doubled).step_by(2) {
        let (first, last) = (u16_at(map, starts + segment)?, u16_at(map, ends + segment)?);
        let delta = u16_at(map, deltas + segment)?;
        let offset = u16_at(map, offsets + segment)?;
        for letter in first..=last.min(0xfffe) {
            let glyph = if offset == 0 {
                (letter + delta) & 0xffff
            } else {
                match u16_at(map, offsets + segment + offset + 2 * (letter - first))? {
                    0 => 0,
                    glyph => (glyph + delta) & 0xffff,
                }
            };
            if glyph != 0 {
                letters.push((u32::try_from(letter).ok()?, glyph));
            }
        }
    }
    Some(letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_has_digits_of_one_width_and_every_sign_that_figures_use() {
        let one = width("1", 100.0);
        assert!((30.0..80.0).contains(&one), "{one}");
        for digit in "0234567 89".chars().filter(char::is_ascii_digit) {
            assert_eq!(width(&digit.to_string(), 100.0), one);
        }
        let known = |c: char| {
            WIDTHS
                .iter()
                .any(|widths| widths.contains_key(&u32::from(c)))
        };
        for c in "αβλσμΣ×−∞±–…·²√\u{2009}".chars() {
            assert!(known(c), "{c} {:x}", u32::from(c));
        }
    }

    #[test]
    fn lines_are_no_wider_than_their_room_and_lose_no_word() {
        let text = "one two three four five six seven eight nine ten";
        let lines = wrapped(text, 10.0, 60.0);
        assert!(lines.len() > 2 && lines.iter().all(|line| width(line, 10.0) <= 60.0));
        assert_eq!(lines.join(" "), text);
        assert!(width(&fitted(text, 10.0, 50.0), 10.0) <= 50.0);
    }
}
