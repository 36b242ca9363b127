//! The order book at the time cursor: what the next share costs, what past trades took, what the
//! trade now costs and why.

mod by_price;
mod by_size;
mod ladder;
mod marks;
mod words;

mod trades;

use super::motion::Motion;
use crate::app::command::Commands;
use crate::app::theme::{CAPTION, LABEL, Tokens};
use crate::app::view::{Standing, ViewModel};
use crate::app::widgets::{arrows, describe};
use egui::{ComboBox, Key, Modifiers, Rect, Response, RichText, Sense, Ui, Vec2, vec2};

pub(super) use words::{Cause, causes, parts, parts_of};

/// The panel.
#[derive(Default)]
pub struct BookPanel {
    /// Whether it is drawn by price, or by size; kept.
    pub by_price: bool,
    /// The size that a person asks for, in place of the trade made (shares; positive buys).
    asked: Option<f64>,
    /// Whether the scale follows the size, rather than being the same at every date.
    close: bool,
    /// The largest size drawn, where a person has chosen one.
    reach: Option<f64>,
    /// Whether the picture goes as far as quoted ladders do.
    all_levels: bool,
}

/// How far a picture that is close goes beyond the size.
const AROUND: f64 = 2.5;
/// The smallest and largest size that can be drawn to, in those that the path needs.
const LEAST: f64 = 1e-4;
const MOST: f64 = 4.0;

/// What is drawn: a book, a size in it, and how far it goes.
struct Scene<'a> {
    view: &'a ViewModel,
    standing: Standing,
    /// Shares; positive buys.
    size: f64,
    /// Whether the size is one that was asked for.
    asked: bool,
    reach: f64,
    /// The lowest and highest price less mid (currency).
    span: (f64, f64),
    /// How far from the mid a quoted ladder comes, ask and bid (relative to the mid, negative for bids).
    far: [f64; 2],
}

/// What a place in a picture means.
struct Pointed {
    /// The size that reaches to it (shares; positive buys).
    size: f64,
    words: String,
}

impl BookPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, motion: &Motion, commands: &mut Commands) {
        let width = ui.available_width();
        self.forget(view);
        self.head(ui, view, commands);
        let rows = view.book.trades.len() as f32;
        let row = view.ladder.as_ref().map_or(0.0, |_| ladder::ROW);
        let table = rows * 19.0 + 22.0 + row;
        if view.book.frictionless {
            let height = (ui.available_height() - table).max(60.0);
            let text = "Frictionless: any size trades at the mid price. Raise the ask exponent or lower the bid exponent to give the book a depth.";
            empty(ui, height, text);
        } else if !view.book.spot.is_finite() {
            let height = (ui.available_height() - table).max(60.0);
            empty(ui, height, "Replaying the path …");
        } else {
            let scene = self.scene(view, motion);
            words::ui(ui, &scene);
            let height = (ui.available_height() - table).max(60.0);
            self.picture(ui, &scene, vec2(width, height));
        }
        if let Some(quoted) = &view.ladder {
            let before = self.all_levels;
            ladder::row(ui, quoted, &mut self.all_levels, commands);
            self.reach = self.reach.filter(|_| self.all_levels == before);
        }
        trades::ui(ui, view, commands);
    }

    /// What was asked of a book of quite another size is forgotten.
    fn forget(&mut self, view: &ViewModel) {
        let (least, most) = sensible(view);
        let asked = (2.0 * view.book.reach).max(ladder::reach(view));
        self.asked = self.asked.filter(|size| size.abs() <= asked);
        self.reach = self.reach.filter(|reach| (least..=most).contains(reach));
    }

    /// Whose book it is, and how it is drawn.
    fn head(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            whose(ui, view, commands);
            for (by_price, name) in [(false, "by size"), (true, "by price")] {
                let text = RichText::new(name).size(LABEL);
                if ui
                    .selectable_label(self.by_price == by_price, text)
                    .clicked()
                {
                    self.by_price = by_price;
                }
            }
            let about =
                "The scale follows the size, or is the same at every date (Ctrl + wheel: any)";
            let close = RichText::new("fit trade").size(LABEL);
            let close = ui.selectable_label(self.close, close).on_hover_text(about);
            if close.clicked() {
                self.close = !self.close;
                self.reach = None;
                self.all_levels = false;
            }
            if self.asked.is_some() {
                let back = RichText::new("own trade").size(LABEL);
                let about =
                    "Back from the size you asked for to the trade made (Esc, double click)";
                if ui.button(back).on_hover_text(about).clicked() {
                    self.asked = None;
                }
            }
        });
    }

    fn scene<'a>(&self, view: &'a ViewModel, motion: &Motion) -> Scene<'a> {
        let book = &view.book;
        let traded = book.trade.as_ref().map_or(0.0, |trade| trade.size);
        let (standing, moving) = motion.book(view).unwrap_or((book.now, traded));
        let size = self.asked.unwrap_or(moving);
        let target = self.asked.unwrap_or(traded).abs();
        let near = (AROUND * target).clamp(1e-3 * book.reach, book.reach);
        let close = self.close.then_some(near);
        let ladder = view.shown_ladder();
        let levels = ladder.filter(|_| self.all_levels && self.reach.is_none());
        let whole = levels.map(|ladder| ladder.extent.0.max(1e-3 * book.reach));
        let chosen = self.reach.or(whole).or(close);
        let reach = chosen.unwrap_or(book.reach);
        let far = match (ladder, levels) {
            (_, Some(ladder)) => ladder.extent.1,
            (Some(ladder), _) => [true, false].map(|ask| ladder.quoted.farthest(ask, reach)),
            _ => [0.0; 2],
        };
        let span = chosen.map_or(book.span, |reach| {
            // As much beyond the best prices as is needed.
            let edge = |ask| book.now.price_on(ask, reach) - book.now.mid();
            let [ask, bid] = far.map(|far| far * book.now.mid());
            (1.08 * edge(false).min(bid), 1.08 * edge(true).max(ask))
        });
        Scene {
            view,
            standing,
            size,
            asked: self.asked.is_some(),
            reach,
            span,
            far,
        }
    }

    fn picture(&mut self, ui: &mut Ui, scene: &Scene<'_>, size: Vec2) {
        let (area, _) = ui.allocate_exact_size(size, Sense::hover());
        let name = if self.by_price {
            "Depth by price"
        } else {
            "Order book by size"
        };
        let frame = frame(area);
        let response = ui.interact(frame, ui.scope_id().with(name), Sense::click_and_drag());
        let pointer = response.hover_pos().or(response.interact_pointer_pos());
        let pointed = if self.by_price {
            by_price::ui(ui, scene, frame, pointer)
        } else {
            by_size::ui(ui, scene, frame, pointer)
        };
        describe(&response, name, || words::spoken(scene.view));
        self.react(ui, scene, &response, pointed.as_ref());
        if let Some(pointed) = pointed.filter(|_| response.hovered() && !response.dragged()) {
            super::tip(ui, &response, pointed.words);
        }
    }

    /// A drag, a click or the arrow keys ask for a size; Ctrl + wheel shows smaller or larger ones.
    fn react(
        &mut self,
        ui: &Ui,
        scene: &Scene<'_>,
        response: &Response,
        pointed: Option<&Pointed>,
    ) {
        let held = response.clicked() || response.dragged_by(egui::PointerButton::Primary);
        if let Some(pointed) = pointed.filter(|_| held) {
            // The scale stays while the hand is on it.
            self.reach = self.reach.or(self.close.then_some(scene.reach));
            self.asked = Some(pointed.size.clamp(-scene.reach, scene.reach));
        }
        let step = arrows(response);
        if step != 0 {
            let size = (step as f64).mul_add(0.01 * scene.reach, scene.size);
            self.asked = Some(size.clamp(-scene.reach, scene.reach));
        }
        let left = response.contains_pointer() || response.lost_focus();
        let away = self.asked.is_some() || self.reach.is_some() || self.all_levels;
        let escaped =
            left && away && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
        if response.double_clicked() || escaped {
            self.asked = None;
            self.reach = None;
            self.all_levels = false;
        }
        let zoom = f64::from(ui.input(egui::InputState::zoom_delta));
        if response.contains_pointer() && zoom != 1.0 {
            let (least, most) = sensible(scene.view);
            self.reach = Some((scene.reach / zoom).clamp(least, most));
        }
    }
}

/// The smallest and largest size that a picture may go to (shares): the quoted ladder is seen whole.
fn sensible(view: &ViewModel) -> (f64, f64) {
    let whole = view.book.reach;
    (LEAST * whole, (MOST * whole).max(ladder::reach(view)))
}

/// The picture within its numbers.
fn frame(area: Rect) -> Rect {
    Rect::from_min_max(area.min + vec2(44.0, 4.0), area.max - vec2(10.0, 30.0))
}

/// Whose trades have worn the book: the strategy in focus.
fn whose(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let text = RichText::new(words::owner(view)).size(LABEL);
    let choice = ComboBox::from_id_salt("whose book")
        .selected_text(text)
        .width(104.0)
        .truncate();
    super::focus_choice(ui, view, commands, choice)
        .on_hover_text("Every strategy has a book to itself, worn by its own trades alone")
        .accessible_name("Whose book");
    let instead = super::instead(view);
    if !instead.is_empty() {
        let tokens = Tokens::of(ui.visuals());
        ui.label(RichText::new(instead).size(CAPTION).color(tokens.subdued));
    }
}

/// A sentence in place of a picture.
pub(super) fn empty(ui: &mut Ui, height: f32, text: &str) {
    let tokens = Tokens::of(ui.visuals());
    let size = vec2(ui.available_width(), height);
    ui.allocate_ui(size, |ui| {
        ui.set_min_size(size);
        ui.vertical_centered(|ui| {
            ui.add_space((0.5 * height - 16.0).max(0.0));
            ui.label(RichText::new(text).color(tokens.subdued).size(LABEL));
        });
    });
}
