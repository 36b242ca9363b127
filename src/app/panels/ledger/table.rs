//! The rows of the ledger: only those in sight are drawn. Titles, date, price and sums stand still.

use crate::app::command::{Commands, Hover, TimeCommand, ViewCommand};
use crate::app::panels::{point_at, whose};
use crate::app::theme::{self, Tokens, name_of};
use crate::app::view::{Account, Column, ViewModel};
use crate::app::widgets::{MARK, paint_mark};
use crate::policy::Who;
use egui::scroll_area::ScrollBarVisibility;
use egui::style::ScrollAnimation;
use egui::{
    Align2, Color32, FontId, Painter, Pos2, Rangef, Rect, Role, ScrollArea, Sense, Shape, Ui,
    UiBuilder, WidgetInfo, pos2, vec2,
};

/// Height of a row (points).
const ROW: f32 = 18.0;
/// Height of names and titles.
const HEAD: f32 = 2.0 * ROW;
/// Room between two columns, and between two strategies.
const GAP: f32 = 9.0;
const WIDE_GAP: f32 = 18.0;

/// A column of one strategy.
struct Slot<'a> {
    account: &'a Account,
    column: Column,
    /// Place of the column among those of its strategy.
    place: usize,
    /// Where its figures end, from the left of what is scrolled (points).
    right: f32,
    width: f32,
}

/// The table, measured.
pub(super) struct Table<'a> {
    slots: Vec<Slot<'a>>,
    /// Where dates and prices end; the width that stands still.
    first: [f32; 2],
    width: f32,
    rows: usize,
}

impl<'a> Table<'a> {
    /// The columns of these ledgers.
    pub fn of(ui: &Ui, view: &ViewModel, accounts: &[&'a Account]) -> Self {
        let measure = |text: &str| width(ui, text);
        let date = measure("date").max(measure(&view.ledger.widest[0])) + 4.0;
        let price = date + GAP + measure("price").max(measure(&view.ledger.widest[1]));
        let mut slots = Vec::new();
        let mut right = price;
        for account in accounts {
            right += WIDE_GAP - GAP;
            for (place, column) in view.ledger.columns.iter().enumerate() {
                let width = measure(column.title()).max(measure(&account.widest[place]));
                right += GAP + width;
                slots.push(Slot {
                    account,
                    column: *column,
                    place,
                    right,
                    width,
                });
            }
        }
        Self {
            slots,
            first: [date, price],
            width: right + 4.0,
            rows: view.path.prices.len(),
        }
    }

    /// Draws it, and brings the row of the time cursor into view if it is to be followed.
    pub fn ui(
        &self,
        ui: &mut Ui,
        view: &ViewModel,
        height: f32,
        follow: bool,
        commands: &mut Commands,
    ) {
        let size = vec2(ui.available_width(), height);
        let (area, _) = ui.allocate_exact_size(size, Sense::hover());
        let body = Rect::from_min_max(area.min + vec2(0.0, HEAD), area.max - vec2(0.0, ROW + 2.0));
        let mut inner = ui.new_child(UiBuilder::new().max_rect(body));
        let output = ScrollArea::both()
            .id_salt("ledger")
            .auto_shrink([false, false])
            .scroll_bar_visibility(ScrollBarVisibility::VisibleWhenNeeded)
            .show_viewport(&mut inner, |ui, seen| {
                self.body(ui, view, seen, follow, commands);
            });
        let clip = Rect::from_x_y_ranges(output.inner_rect.x_range(), area.y_range());
        let painter = ui.painter_at(clip);
        let offset = output.state.clamped_offset().x;
        self.head(ui, &painter, area, offset, view, commands);
        self.foot(&painter, area, offset, ui);
    }

    fn body(
        &self,
        ui: &mut Ui,
        view: &ViewModel,
        seen: Rect,
        follow: bool,
        commands: &mut Commands,
    ) {
        let origin = ui.max_rect().min;
        ui.set_min_size(vec2(self.width, ROW * self.rows as f32));
        let clip = ui.clip_rect();
        let row_at = |row: usize| {
            let top = ROW.mul_add(row as f32, origin.y);
            Rect::from_x_y_ranges(clip.x_range(), Rangef::new(top, top + ROW))
        };
        let from = whole(seen.top() / ROW);
        let to = (whole(seen.bottom() / ROW) + 1).min(self.rows);
        for row in from..to {
            self.row(ui, view, row, row_at(row), origin.x, commands);
        }
        if follow {
            // With a neighbour to each side.
            let row = row_at(view.step).expand2(vec2(0.0, ROW));
            ui.scroll_to_rect_animation(row, None, ScrollAnimation::none());
        }
    }

    fn row(
        &self,
        ui: &Ui,
        view: &ViewModel,
        row: usize,
        rect: Rect,
        left: f32,
        commands: &mut Commands,
    ) {
        let tokens = Tokens::of(ui.visuals());
        let response = ui.interact(rect, ui.scope_id().with(("date", row)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Row, true, self.spoken(view, row)));
        if response.clicked() {
            commands.push(TimeCommand::GoTo(row));
        }
        if let Some(pointer) = response.hover_pos() {
            commands.push(ViewCommand::Hover(Hover {
                step: Some(row),
                who: self.under(pointer.x - left),
            }));
        }
        let now = row == view.step;
        let ground = if now {
            tokens.accent.gamma_multiply(0.22)
        } else if view.hover.step == Some(row) {
            tokens.raised
        } else {
            Color32::TRANSPARENT
        };
        let colour = if now { tokens.strong } else { tokens.text };
        let painter = ui.painter();
        painter.rect_filled(rect, 2.0, ground);
        for slot in &self.slots {
            let at = pos2(left + slot.right, rect.center().y);
            if at.x > rect.left() && at.x - slot.width < rect.right() {
                figure(painter, at, &slot.text(view, row), colour);
            }
        }
        // Date and price stand still over what is scrolled.
        let still = rect.left() + self.first[1] + 8.0;
        let still = Rect::from_x_y_ranges(rect.left()..=still, rect.y_range());
        painter.rect_filled(still, 0.0, tokens.panel);
        painter.rect_filled(still, 2.0, ground);
        let price = view.path.prices.get(row).copied().unwrap_or(f64::NAN);
        let texts = [row.to_string(), view.digits.price(price)];
        for (text, right) in texts.iter().zip(self.first) {
            figure(
                painter,
                pos2(rect.left() + right, rect.center().y),
                text,
                colour,
            );
        }
    }

    /// Whose figures stand at a distance from the left of what is scrolled.
    fn under(&self, x: f32) -> Option<Who> {
        let beyond = self.first[1] + GAP;
        let mut slots = self.slots.iter();
        let slot = slots.find(|slot| x > beyond && x <= slot.right + 0.5 * GAP);
        slot.map(|slot| slot.account.who.clone())
    }

    /// Names of strategies and titles of columns.
    fn head(
        &self,
        ui: &Ui,
        painter: &Painter,
        area: Rect,
        offset: f32,
        view: &ViewModel,
        commands: &mut Commands,
    ) {
        let tokens = Tokens::of(ui.visuals());
        let clip = painter.clip_rect();
        let titles = area.top() + 1.5 * ROW;
        for slot in &self.slots {
            let right = area.left() + slot.right - offset;
            if slot.place == 0 {
                let left = right - slot.width;
                let name = pos2(left, area.top() + 0.5 * ROW);
                title(ui, painter, name, slot.account, view, commands);
            }
            let at = pos2(right, titles);
            caption(painter, at, slot.column.title(), tokens.subdued);
            let place = Rect::from_min_max(
                pos2(right - slot.width, titles - 0.5 * ROW),
                pos2(right, titles + 0.5 * ROW),
            );
            let who = name_of(&slot.account.who);
            let id = ui.scope_id().with(("title", who, slot.place));
            ui.interact(place.intersect(clip), id, Sense::hover())
                .on_hover_text(slot.column.meaning());
        }
        let still = Rect::from_min_size(area.min, vec2(self.first[1] + 8.0, HEAD));
        painter.rect_filled(still, 0.0, tokens.panel);
        for (text, right) in ["date", "price"].into_iter().zip(self.first) {
            caption(
                painter,
                pos2(area.left() + right, titles),
                text,
                tokens.subdued,
            );
        }
        let line = area.top() + HEAD - 0.5;
        painter.hline(area.x_range(), line, (1.0, tokens.hairline));
    }

    /// Sums over all dates.
    fn foot(&self, painter: &Painter, area: Rect, offset: f32, ui: &Ui) {
        let tokens = Tokens::of(ui.visuals());
        let middle = area.bottom() - 0.5 * ROW;
        painter.hline(
            area.x_range(),
            area.bottom() - ROW - 1.0,
            (1.0, tokens.hairline),
        );
        for slot in &self.slots {
            let at = pos2(area.left() + slot.right - offset, middle);
            figure(painter, at, &slot.account.sums[slot.place], tokens.strong);
        }
        let size = vec2(self.first[1] + 8.0, ROW);
        let still = Rect::from_min_size(pos2(area.left(), area.bottom() - ROW), size);
        painter.rect_filled(still, 0.0, tokens.panel);
        caption(
            painter,
            pos2(area.left() + self.first[1], middle),
            "sum",
            tokens.subdued,
        );
    }

    /// A row in words.
    fn spoken(&self, view: &ViewModel, row: usize) -> String {
        let price = view.path.prices.get(row).copied().unwrap_or(f64::NAN);
        let mut text = format!("date {row}, price {}", view.digits.price(price));
        for slot in &self.slots {
            if slot.place == 0 {
                text += &format!("; {}:", name_of(&slot.account.who));
            }
            text += &format!(" {} {}", slot.column.title(), slot.text(view, row));
        }
        text
    }
}

impl Slot<'_> {
    /// What stands there at a date.
    fn text(&self, view: &ViewModel, row: usize) -> String {
        let Some(path) = view.path.of(&self.account.who) else {
            return String::new();
        };
        match path.ledger.get(row) {
            Some(line) => self.column.text(line, view.digits),
            None => self.column.at_the_end(&path.settlement, view.digits),
        }
    }
}

/// A strategy's mark and name over its columns; a click gives it the focus.
fn title(
    ui: &Ui,
    painter: &Painter,
    at: Pos2,
    account: &Account,
    view: &ViewModel,
    commands: &mut Commands,
) {
    let tokens = Tokens::of(ui.visuals());
    let who = &account.who;
    let focused = whose(view) == *who;
    let look = tokens.look(who.kind);
    paint_mark(painter, at + vec2(MARK, 0.0), MARK, look, tokens.panel);
    let colour = if focused { tokens.strong } else { tokens.text };
    let font = FontId::proportional(theme::LABEL);
    let name = name_of(who);
    let place = at + vec2(3.0 * MARK + 2.0, 0.0);
    let ground = painter.add(Shape::Noop);
    let rect = painter.text(place, Align2::LEFT_CENTER, name, font, colour);
    if view.hover.who.as_ref() == Some(who) {
        let pointed = Shape::rect_filled(rect.expand2(vec2(3.0, 1.0)), 3.0, tokens.hovered);
        painter.set(ground, pointed);
    }
    if focused {
        painter.hline(rect.x_range(), rect.bottom() + 1.0, (1.0, look.color));
    }
    let rect = rect
        .union(Rect::from_pos(at))
        .intersect(painter.clip_rect());
    let response = ui.interact(
        rect,
        ui.scope_id().with(("ledger of", name)),
        Sense::click(),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name}'s ledger")));
    if response.clicked() {
        commands.push(ViewCommand::Focus(who.clone()));
    }
    point_at(commands, response.hovered().then(|| who.clone()));
}

fn figure(painter: &Painter, right: Pos2, text: &str, colour: Color32) {
    let font = FontId::proportional(theme::LABEL);
    painter.text(right, Align2::RIGHT_CENTER, text, font, colour);
}

fn caption(painter: &Painter, right: Pos2, text: &str, colour: Color32) {
    let font = FontId::proportional(theme::CAPTION);
    painter.text(right, Align2::RIGHT_CENTER, text, font, colour);
}

fn width(ui: &Ui, text: &str) -> f32 {
    let font = FontId::proportional(theme::LABEL);
    let colour = ui.visuals().text_color();
    let galley = ui.painter().layout_no_wrap(text.to_owned(), font, colour);
    galley.size().x
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a row in sight, not below 0"
)]
fn whole(x: f32) -> usize {
    x.max(0.0) as usize
}
