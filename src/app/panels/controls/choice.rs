//! A few words to choose from, side by side: one stop for Tab, the arrows choose.

use crate::app::theme::LABEL;
use egui::{Align, Button, EventFilter, Id, Key, Layout, Modifiers, RichText, Sense, Ui, vec2};

/// Draws the words, each as `(word, as it is shown)`; gives back the one that is chosen anew.
pub(super) fn choose(
    ui: &mut Ui,
    id: Id,
    name: &str,
    present: &str,
    words: &[(&'static str, &str)],
) -> Option<&'static str> {
    // More words than these take a second line.
    let layout = Layout::left_to_right(Align::Center).with_main_wrap(words.len() > 3);
    ui.with_layout(layout, |ui| {
        ui.spacing_mut().item_spacing = vec2(3.0, 2.0);
        let mut chosen = None;
        for (i, (word, shown)) in words.iter().enumerate() {
            let selected = present == *word;
            let text = RichText::new(*shown).size(LABEL);
            let sense = if selected {
                Sense::click()
            } else {
                Sense::CLICK
            };
            let button = Button::selectable(selected, text).sense(sense);
            let response = ui.add(button).accessible_name(format!("{name} {word}"));
            if response.clicked() && !selected {
                chosen = Some(*word);
            }
            if !selected {
                continue;
            }
            let by_arrow: bool = ui.data(|data| data.get_temp(id)).unwrap_or_default();
            if by_arrow {
                ui.data_mut(|data| data.remove_temp::<bool>(id));
                response.request_focus();
            }
            if response.has_focus()
                && let Some(next) = arrow(ui, response.id).and_then(|by| {
                    let place = i.checked_add_signed(by)?;
                    words.get(place)
                })
            {
                chosen = Some(next.0);
                ui.data_mut(|data| data.insert_temp(id, true));
            }
        }
        chosen
    })
    .inner
}

/// Which way an arrow leads from the focused word.
fn arrow(ui: &Ui, focused: Id) -> Option<isize> {
    let filter = EventFilter {
        horizontal_arrows: true,
        ..EventFilter::default()
    };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(focused, filter));
    ui.input_mut(|input| {
        if input.consume_key(Modifiers::NONE, Key::ArrowRight) {
            Some(1)
        } else if input.consume_key(Modifiers::NONE, Key::ArrowLeft) {
            Some(-1)
        } else {
            None
        }
    })
}
