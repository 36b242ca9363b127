//! Rows of figures that stand below one another, right-aligned, each a row for the ear too.

use crate::app::theme::{CAPTION, LABEL, Tokens};
use egui::{Align, Color32, Grid, Layout, RichText, Role, Sense, Ui, WidgetInfo};

/// A table: what it is called, and what stands over the figures.
pub(super) struct Rows<'a> {
    pub name: &'a str,
    pub heads: &'a [&'a str],
}

impl Rows<'_> {
    /// Draws the heads, then what `rows` adds.
    pub fn ui(&self, ui: &mut Ui, rows: impl FnOnce(&mut Ui)) {
        let tokens = Tokens::of(ui.visuals());
        ui.scope(|ui| {
            ui.spacing_mut().interact_size.y = 16.0;
            Grid::new(self.name)
                // The last one stays empty, and takes the room that is left.
                .num_columns(self.heads.len() + 2)
                .spacing([14.0, 2.0])
                .min_row_height(17.0)
                .show(ui, |ui| {
                    ui.label("");
                    for head in self.heads {
                        let head = RichText::new(*head).size(CAPTION);
                        right(ui, head.color(tokens.subdued));
                    }
                    ui.label("");
                    ui.end_row();
                    rows(ui);
                });
        });
    }

    /// Draws a row: its name by `name`, and its figures.
    pub fn row(
        &self,
        ui: &mut Ui,
        spoken: &str,
        name: impl FnOnce(&mut Ui),
        (cells, colour): (&[String], Color32),
    ) {
        let mut area = ui.horizontal(name).response.rect;
        for cell in cells {
            let cell = RichText::new(cell).size(LABEL).color(colour);
            area = area.union(right(ui, cell));
        }
        ui.label("");
        let id = ui.scope_id().with((self.name, spoken));
        let whole = ui.interact(area, id, Sense::hover());
        whole.widget_info(|| {
            let told = self.heads.iter().zip(cells);
            let told: Vec<String> = told.map(|(head, cell)| format!("{head} {cell}")).collect();
            WidgetInfo::labeled(Role::Row, true, format!("{spoken}: {}", told.join(", ")))
        });
        ui.end_row();
    }
}

/// A figure at the right of its column.
fn right(ui: &mut Ui, text: RichText) -> egui::Rect {
    let layout = Layout::right_to_left(Align::Center);
    ui.with_layout(layout, |ui| ui.label(text).rect).inner
}
