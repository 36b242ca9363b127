//! A field to type a value into: shows it formatted, edits it plain. It is the one place at which
//! Tab stops for its control: the arrows up and down move the value, an empty field resets it.

use super::draft::Draft;
use crate::app::theme::{LABEL, Tokens};
use egui::{Align2, FontId, Id, Key, Margin, Modifiers, Response, TextEdit, Ui, vec2};

/// Size of its text.
const SIZE: f32 = LABEL;
/// Room between its edge and its text.
const MARGIN: i8 = 5;

/// What a field shows.
pub struct Entry<'a> {
    /// By which [`Draft`] knows it.
    pub id: Id,
    pub name: &'a str,
    /// The value in words, for the ear.
    pub spoken: &'a str,
    /// The value as it is edited.
    pub plain: &'a str,
    pub width: f32,
}

/// What was done in a field.
#[derive(Debug, Default)]
pub struct Entered {
    /// What was typed, once it is done.
    pub text: Option<String>,
    /// By how many hundredths of its range the value is to move.
    pub steps: f64,
}

impl Entry<'_> {
    /// Draws it, with the first of the texts in `shown` that there is room for.
    pub fn ui(&self, ui: &mut Ui, shown: impl Iterator<Item = String>) -> (Response, Entered) {
        let tokens = Tokens::of(ui.visuals());
        let (ctx, field) = (ui.ctx().clone(), self.id.with("edit"));
        let refused = Draft::refused_in(&ctx, self.id).map(|refusal| refusal.text);
        let steps = self.steps(ui, field);
        let typed = Draft::typed_in(&ctx, self.id);
        let mut text = typed.unwrap_or_else(|| match &refused {
            Some(text) => fitting(ui, self.room(), std::iter::once(text.clone())),
            None => fitting(ui, self.room(), shown),
        });
        let edit = TextEdit::singleline(&mut text)
            .id(field)
            .desired_width(self.width)
            .min_size(vec2(self.width, 20.0))
            .margin(Margin::symmetric(MARGIN, 2))
            .font(FontId::proportional(SIZE))
            .align(Align2::RIGHT_CENTER)
            .text_color_opt(refused.is_some().then_some(tokens.error));
        let response = ui.add(edit).accessible_name(self.name);
        let escaped = ui.input(|input| input.key_pressed(Key::Escape));
        let mut entered = Entered { text: None, steps };
        if !response.has_focus() {
            ctx.accesskit_node_builder(response.id, |node| node.set_value(self.spoken));
            if let Some(typed) = Draft::end(&ctx, self.id) {
                if typed.is_new && !escaped {
                    entered.text = Some(typed.text);
                } else {
                    // It stands again as it was.
                    Draft::accept(&ctx, self.id);
                }
            }
        } else if steps != 0.0 {
            // The next frame begins with the value that this makes.
            let _unchanged = Draft::end(&ctx, self.id);
        } else if Draft::typed_in(&ctx, self.id).is_none() {
            let start = refused.as_deref().unwrap_or(self.plain);
            Draft::begin(&ctx, self.id, self.plain, start);
            select_all(ui, field, start.chars().count());
        } else if response.changed() {
            Draft::go_on(&ctx, text);
        }
        (response, entered)
    }

    fn room(&self) -> f32 {
        self.width - 2.0 * f32::from(MARGIN)
    }

    /// The arrows up and down, one hundredth each, and the page keys, ten.
    fn steps(&self, ui: &Ui, field: Id) -> f64 {
        let focused = ui.memory(|memory| memory.has_focus(field));
        if !focused || Draft::is_changed(ui.ctx(), self.id) {
            return 0.0;
        }
        ui.input_mut(|input| {
            let keys = [
                (Key::ArrowUp, 1.0),
                (Key::ArrowDown, -1.0),
                (Key::PageUp, 10.0),
                (Key::PageDown, -10.0),
            ];
            let pressed = |(key, by): (Key, f64)| {
                by * input.count_and_consume_key(Modifiers::NONE, key) as f64
            };
            keys.map(pressed).iter().sum()
        })
    }
}

/// The first text that is no wider than `room`, or as much of the last as is, with an ellipsis.
fn fitting(ui: &Ui, room: f32, texts: impl Iterator<Item = String>) -> String {
    let width = |text: &str| {
        let (font, colour) = (FontId::proportional(SIZE), egui::Color32::WHITE);
        let galley = ui.fonts_mut(|fonts| fonts.layout_no_wrap(text.to_owned(), font, colour));
        galley.size().x
    };
    let mut last = String::new();
    for text in texts {
        if width(&text) <= room {
            return text;
        }
        last = text;
    }
    let letters: Vec<char> = last.chars().collect();
    (0..letters.len())
        .rev()
        .map(|kept| letters[..kept].iter().collect::<String>() + "…")
        .find(|text| width(text) <= room)
        .unwrap_or_default()
}

/// Selects the whole text of the field `id`.
pub fn select_all(ui: &Ui, id: Id, length: usize) {
    let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
    let range = egui::text::CCursorRange::two(
        egui::text::CCursor::new(0),
        egui::text::CCursor::new(length),
    );
    state.cursor.set_char_range(Some(range));
    TextEdit::store_state(ui.ctx(), id, state);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_too_wide_for_its_field_ends_in_an_ellipsis() {
        egui::__run_test_ui(|ui| {
            let widths = "32,32,32,32,32,32,32,32".to_owned();
            let text = fitting(ui, 62.0, std::iter::once(widths));
            assert!(text.starts_with("32,32") && text.ends_with('…'), "{text}");
            let figures = ["1234.567891", "1234.57", "1235"].map(str::to_owned);
            let text = fitting(ui, 62.0, figures.into_iter());
            assert_eq!(text, "1234.57");
        });
    }
}
