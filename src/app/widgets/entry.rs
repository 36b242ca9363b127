//! A field to type a value into: shows it formatted, edits it plain.

use crate::app::theme::Tokens;
use egui::{Align2, Context, FontId, Id, Key, Margin, Response, TextEdit, Ui, vec2};

/// What is being typed, and a refusal to show beside it.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    text: Option<String>,
    /// What was refused and why.
    pub refused: Option<(String, String)>,
}

impl Draft {
    /// The draft of the field `id`.
    #[must_use]
    pub fn of(ui: &Ui, id: Id) -> Self {
        ui.data(|data| data.get_temp(id)).unwrap_or_default()
    }

    /// Forgets all drafts: the values they stood for are no longer those of the document.
    pub fn forget_all(ctx: &Context) {
        ctx.data_mut(egui::util::IdTypeMap::remove_by_type::<Self>);
    }

    /// Keeps it for the next frame.
    pub fn keep(self, ui: &Ui, id: Id) {
        ui.data_mut(|data| data.insert_temp(id, self));
    }
}

/// Draws the field; gives back what was typed when it is done.
pub fn entry(
    ui: &mut Ui,
    id: Id,
    name: &str,
    (shown, plain): (&str, &str),
    width: f32,
) -> (Response, Option<String>) {
    let tokens = Tokens::of(ui.visuals());
    let mut draft = Draft::of(ui, id);
    let mut text = draft
        .text
        .clone()
        .or_else(|| draft.refused.as_ref().map(|(text, _)| text.clone()))
        .unwrap_or_else(|| shown.to_owned());
    let edit = TextEdit::singleline(&mut text)
        .id(id.with("edit"))
        .desired_width(width)
        .min_size(vec2(width, 20.0))
        .margin(Margin::symmetric(5, 2))
        .font(FontId::proportional(12.5))
        .align(Align2::RIGHT_CENTER)
        .text_color_opt(draft.refused.is_some().then_some(tokens.error));
    let response = ui.add(edit).accessible_name(name);
    let mut entered = None;
    if response.gained_focus() && draft.text.is_none() {
        let start = draft
            .refused
            .take()
            .map_or(plain.to_owned(), |(text, _)| text);
        select_all(ui, id.with("edit"), start.chars().count());
        draft.text = Some(start);
    } else if response.changed() {
        draft.text = Some(text);
    }
    let escaped = ui.input(|input| input.key_pressed(Key::Escape));
    if escaped && response.lost_focus() {
        draft.refused = None;
    }
    if (response.lost_focus() || (!response.has_focus() && response.changed()))
        && let Some(text) = draft.text.take()
        && !escaped
        && text.trim() != plain
    {
        entered = Some(text);
    }
    draft.keep(ui, id);
    (response, entered)
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
