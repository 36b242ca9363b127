//! The quoted ladder behind the book: its steps, and the row that chooses the moment.

use crate::app::command::{BooksCommand, Commands};
use crate::app::theme::{LABEL, Tokens};
use crate::app::view::{LadderView, ViewModel};
use crate::app::widgets::{Icon, icon_button};
use egui::{Align, Color32, Layout, Painter, Pos2, RichText, Shape, Slider, Stroke, Ui, vec2};

/// Height of the row (points).
pub(super) const ROW: f32 = 24.0;
/// Room for a moment's date and time (points).
const TIME: f32 = 124.0;

/// A side's steps in a picture.
pub(super) fn paint(painter: &Painter, steps: impl Iterator<Item = Pos2>, colour: Color32) {
    let stroke = Stroke::new(1.5, faint(colour));
    painter.add(Shape::line(steps.collect(), stroke));
}

/// A side's colour, drawn back.
pub(super) fn faint(colour: Color32) -> Color32 {
    colour.gamma_multiply(0.6)
}

/// How far quoted ladders go (shares), where one is drawn.
pub(super) fn reach(view: &ViewModel) -> f64 {
    view.shown_ladder().map_or(0.0, |ladder| ladder.extent.0)
}

/// What the ladder costs at a size, to be told beside the pointer.
pub(super) fn words(view: &ViewModel, size: f64, mid: f64) -> String {
    let Some(ladder) = view.shown_ladder() else {
        return String::new();
    };
    let next = ladder.quoted.next(size >= 0.0, size.abs());
    let price = next.map_or_else(
        || "beyond the levels that are known".to_owned(),
        |at| format!("the next share at {}", view.digits.price(mid * (1.0 + at))),
    );
    format!("\nquoted: {price}")
}

/// The row: whether it is shown, of which moment, and how far the picture goes.
pub(super) fn row(
    ui: &mut Ui,
    ladder: &LadderView,
    all_levels: &mut bool,
    commands: &mut Commands,
) {
    let tokens = Tokens::of(ui.visuals());
    let about = format!(
        "Steps: the ladder as it was quoted ({}), its prices relative to the mid, around this mid; shares as the file counts them",
        ladder.quoted.name
    );
    let size = vec2(ui.available_width(), ROW);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        let mut shown = ladder.shown;
        let text = RichText::new("quoted").size(LABEL);
        let choice = ui.checkbox(&mut shown, text).on_hover_text(&about);
        if choice.accessible_name("Quoted ladder").changed() {
            commands.push(BooksCommand::Show(shown));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let close = "Keep the quoted ladders no more";
            if icon_button(ui, Icon::Close, close, true).clicked() {
                commands.push(BooksCommand::Forget);
            }
            if !shown {
                return;
            }
            let text = RichText::new("all levels").size(LABEL);
            let choice = ui.selectable_label(*all_levels, text);
            let about = "The picture goes as far as quoted ladders do, or as the path needs";
            if choice.on_hover_text(about).clicked() {
                *all_levels = !*all_levels;
            }
            let time = RichText::new(&ladder.time).size(LABEL).color(tokens.text);
            ui.allocate_ui_with_layout(vec2(TIME, ROW), *ui.layout(), |ui| {
                ui.set_min_width(TIME);
                ui.label(time);
            });
            moment(ui, ladder, commands);
        });
    });
}

/// The slider over the moments that are kept.
fn moment(ui: &mut Ui, ladder: &LadderView, commands: &mut Commands) {
    let mut moment = ladder.moment;
    ui.spacing_mut().slider_width = (ui.available_width() - 16.0).max(24.0);
    let last = ladder.count.saturating_sub(1);
    let slider = Slider::new(&mut moment, 0..=last).show_value(false);
    let response = ui.add(slider);
    let response = response.accessible_name("Moment of the quoted ladder");
    let spoken = format!("{}, {} of {}", ladder.time, ladder.moment + 1, ladder.count);
    let told = spoken.clone();
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_value(spoken));
    if response.changed() {
        commands.push(BooksCommand::Moment(moment));
    }
    response.on_hover_text(told);
}
