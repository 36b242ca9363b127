//! Colours that can be told from what lies behind them, as they are drawn.

use super::faint::{LINE, contrast, luminance};
use super::{CASING, DARK, ISOLINE, LIGHT, ORDER, Tokens};
use crate::app::view::map_colours;
use crate::scenario::Tint;
use egui::Color32;

/// Least contrast of text (WCAG 2.2, 1.4.3).
const TEXT: f64 = 4.5;

fn check(what: &str, colour: Color32, ground: Color32, least: f64) {
    let found = contrast(colour, ground);
    assert!(
        found >= least,
        "{what}: {found:.2} of {least}, {colour:?} on {ground:?}"
    );
}

/// A colour over a ground as it is drawn with a strength.
fn over(ground: Color32, colour: Color32, strength: f32) -> Color32 {
    ground.lerp_to_gamma(colour, strength)
}

fn themes() -> [(&'static str, &'static Tokens); 2] {
    [("dark", &DARK), ("light", &LIGHT)]
}

#[test]
fn text_is_read_on_every_ground_it_stands_on() {
    for (theme, tokens) in themes() {
        let texts = [
            ("strong", tokens.strong),
            ("text", tokens.text),
            ("subdued", tokens.subdued),
            ("accent", tokens.accent),
            ("warning", tokens.warning),
            ("error", tokens.error),
            ("good", tokens.good),
        ];
        // Panels and menus; rows and buttons at rest; buttons under the pointer.
        let grounds = [tokens.panel, tokens.raised, tokens.hovered];
        for (name, colour) in texts {
            for ground in grounds {
                check(&format!("{theme} {name}"), colour, ground, TEXT);
            }
        }
        check(theme, tokens.on_accent, tokens.accent, TEXT);
        // What is chosen, and the ledger's row at the time cursor.
        for strength in [0.35, 0.22] {
            let chosen = over(tokens.panel, tokens.accent, strength);
            check(theme, tokens.strong, chosen, TEXT);
            check(theme, tokens.text, chosen, TEXT);
        }
        // Words beside a strategy's marks in the distribution.
        for strategy in ORDER {
            let name = format!("{theme} {strategy:?}");
            check(&name, tokens.look(strategy).color, tokens.panel, TEXT);
        }
    }
}

#[test]
fn lines_that_mean_something_are_seen() {
    for (theme, tokens) in themes() {
        let lines = [
            tokens.accent,
            tokens.bid,
            tokens.ask,
            tokens.subdued,
            tokens.strong,
        ];
        let strategies = ORDER.map(|strategy| tokens.look(strategy).color);
        for colour in lines.into_iter().chain(strategies).chain(family(tokens)) {
            check(theme, colour, tokens.panel, LINE);
            // What is of others, drawn back.
            check(theme, tokens.faint(colour), tokens.panel, LINE);
        }
        for tint in Tint::ALL {
            check(theme, tokens.tint(tint), tokens.panel, LINE);
        }
    }
}

#[test]
fn lines_over_colours_are_seen_wherever_they_run() {
    for (theme, tokens) in themes() {
        // Lines of equal depth over the book through time, from its best price to its edge.
        for side in [tokens.bid, tokens.ask] {
            for share in [0.1, 0.5, 0.95] {
                let ground = over(tokens.panel, side, share);
                let line = over(ground, tokens.strong, ISOLINE);
                check(theme, line, ground, LINE);
            }
        }
        // Lines of equal position over the policy's maps, in their casing.
        let dark = theme == "dark";
        let grounds = [false, true].map(|diverging| map_colours(diverging, dark));
        for ground in grounds.into_iter().flatten() {
            let casing = over(ground, tokens.panel, CASING);
            let line = over(casing, tokens.strong, ISOLINE);
            check(theme, line, casing, LINE);
        }
    }
}

#[test]
fn what_is_drawn_back_is_paler_where_it_can_be() {
    let look = DARK.look(crate::scenario::Strategy::Static);
    let pale = DARK.faint(look.color);
    assert!(contrast(pale, DARK.panel) < 0.5 * contrast(look.color, DARK.panel));
}

/// The colours of a family.
fn family(tokens: &Tokens) -> [Color32; 6] {
    crate::gallery::FAMILY.map(|ink| tokens.colour(ink))
}

#[test]
fn a_familys_colours_stand_out_and_grow_lighter_in_order() {
    for (_, tokens) in themes() {
        for pair in family(tokens).windows(2) {
            assert!(luminance(pair[1]) > 1.2 * luminance(pair[0]) + 0.005);
        }
    }
    assert_eq!(DARK.of_family(0, 1), family(&DARK)[0]);
    assert_eq!(DARK.of_family(2, 3), family(&DARK)[5]);
}
