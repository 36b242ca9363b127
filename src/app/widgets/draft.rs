//! What is being typed into the fields of the window, and what of it was refused.

use egui::{Context, Id};

/// A text that was typed and not taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// What the field is called.
    pub name: String,
    /// What was typed.
    pub text: String,
    /// Why it was not taken, and what would be.
    pub why: String,
    /// Ways to write it that would be taken.
    pub offers: Vec<String>,
}

/// What stood in a field when typing ended.
pub(super) struct Typed {
    pub text: String,
    /// Whether it is another text than that of the field's value.
    pub is_new: bool,
}

/// What is typed into fields and is not yet a value.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The field with the keyboard: its value as text, and what stands in it now.
    typing: Option<(Id, String, String)>,
    refused: Vec<(Id, Refusal)>,
}

impl Draft {
    fn read<R>(ctx: &Context, read: impl FnOnce(&Self) -> R) -> R {
        ctx.data_mut(|data| read(data.get_temp_mut_or_default(Id::NULL)))
    }

    fn write<R>(ctx: &Context, write: impl FnOnce(&mut Self) -> R) -> R {
        ctx.data_mut(|data| write(data.get_temp_mut_or_default(Id::NULL)))
    }

    /// Forgets all: the values they stood for are no longer those of the document.
    pub fn forget_all(ctx: &Context) {
        Self::write(ctx, |draft| *draft = Self::default());
    }

    /// Ends typing: the field with the keyboard gives it up, and when it is drawn next reads what
    /// was typed. To be called before the fields of a frame are drawn, by whoever is about to do
    /// something with the values; what was refused is then known from [`Draft::refused`].
    pub fn settle(ctx: &Context) {
        if Self::read(ctx, |draft| draft.typing.is_some())
            && let Some(field) = ctx.memory(egui::Memory::focused)
        {
            ctx.memory_mut(|memory| memory.surrender_focus(field));
        }
    }

    /// The first text that was typed and not taken, if one stands in a field.
    #[must_use]
    pub fn refused(ctx: &Context) -> Option<Refusal> {
        Self::read(ctx, |draft| {
            draft.refused.first().map(|(_, refusal)| refusal.clone())
        })
    }

    /// What was refused in the field `id`.
    #[must_use]
    pub fn refused_in(ctx: &Context, id: Id) -> Option<Refusal> {
        Self::read(ctx, |draft| {
            let refused = draft.refused.iter().find(|(field, _)| *field == id);
            refused.map(|(_, refusal)| refusal.clone())
        })
    }

    /// Keeps what was refused in the field `id`.
    pub fn refuse(ctx: &Context, id: Id, refusal: Refusal) {
        Self::accept(ctx, id);
        Self::write(ctx, |draft| draft.refused.push((id, refusal)));
    }

    /// Nothing is refused in the field `id` any more: it has a value.
    pub fn accept(ctx: &Context, id: Id) {
        Self::write(ctx, |draft| draft.refused.retain(|(field, _)| *field != id));
    }

    /// What stands in the field `id` while it is typed into.
    pub(super) fn typed_in(ctx: &Context, id: Id) -> Option<String> {
        Self::read(ctx, |draft| {
            let typing = draft.typing.as_ref().filter(|(field, ..)| *field == id);
            typing.map(|(.., text)| text.clone())
        })
    }

    /// The field `id`, which holds `value`, begins to be typed into, with `text` in it.
    pub(super) fn begin(ctx: &Context, id: Id, value: &str, text: &str) {
        Self::write(ctx, |draft| {
            draft.typing = Some((id, value.to_owned(), text.to_owned()));
        });
    }

    /// Another text stands in the field that is typed into.
    pub(super) fn go_on(ctx: &Context, text: String) {
        Self::write(ctx, |draft| {
            if let Some((.., now)) = &mut draft.typing {
                *now = text;
            }
        });
    }

    /// Whether something else than the value stands in the field `id`.
    pub(super) fn is_changed(ctx: &Context, id: Id) -> bool {
        Self::read(ctx, |draft| {
            let typing = draft.typing.as_ref().filter(|(field, ..)| *field == id);
            typing.is_some_and(|(_, value, text)| value.trim() != text.trim())
        })
    }

    /// Ends typing into the field `id`, if it is typed into.
    pub(super) fn end(ctx: &Context, id: Id) -> Option<Typed> {
        Self::write(ctx, |draft| {
            let (_, value, text) = draft.typing.take_if(|(field, ..)| *field == id)?;
            Some(Typed {
                is_new: value.trim() != text.trim(),
                text,
            })
        })
    }
}
