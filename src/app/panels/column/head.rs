//! What stands over the strips: names once, and over each strip its title and figures.

use super::{Strip, figure, outcome, shown};
use crate::app::command::{Commands, Hover, ViewCommand};
use crate::app::panels::{entries, fade, whose};
use crate::app::theme::{CAPTION, Tokens, name_of};
use crate::app::view::{StrategyPath, ViewModel};
use crate::app::widgets::{Icon, MARK, hatched, line_sample, paint_icon, paint_mark};
use egui::{
    Align, CursorIcon, Label, Layout, Rect, RichText, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};

/// What a person does with a strip's head.
pub(super) enum Asked {
    Nothing,
    /// To fold the strip, or to open it.
    Toggle,
    /// To move the edge above it, downwards by some points.
    Move(f32),
}

/// Every strategy's line, mark and name: what the marks in the strips mean.
pub(super) fn legend(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        entries(ui, view, commands, &view.path.strategies, &|_| {
            String::new()
        });
        let tokens = Tokens::of(ui.visuals());
        for (pin, _) in view.ghosts() {
            line_sample(ui, tokens.ghost(pin.label.tint, whose(view).kind));
            let name = RichText::new(&pin.label.name).size(CAPTION);
            ui.label(name.color(tokens.text)).on_hover_text(pin.about());
            ui.add_space(4.0);
        }
    });
}

/// The head of a strip: a click on its title folds it, a drag moves its edge.
pub(super) fn ui(
    ui: &mut Ui,
    view: &ViewModel,
    (strip, is_open): (Strip, bool),
    row: Rect,
    commands: &mut Commands,
) -> Asked {
    let edge = ui.interact(row, ui.scope_id().with((strip, "edge")), Sense::DRAG);
    if strip != Strip::ALL[0] && (edge.hovered() || edge.dragged()) {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeVertical);
    }
    let mut asked = Asked::Nothing;
    if edge.dragged() {
        asked = Asked::Move(edge.drag_delta().y);
    }
    let layout = Layout::left_to_right(Align::Center);
    let mut ui = ui.new_child(UiBuilder::new().id_salt(strip).max_rect(row).layout(layout));
    ui.spacing_mut().item_spacing.x = 5.0;
    ui.spacing_mut().interact_size.y = row.height();
    ui.set_clip_rect(row.intersect(ui.clip_rect()));
    if title(&mut ui, strip, is_open) {
        asked = Asked::Toggle;
    }
    match strip {
        Strip::Liquidity => liquidity(&mut ui, view, commands),
        Strip::Price => price(&mut ui, view),
        _ => figures(&mut ui, view, strip, commands),
    }
    asked
}

/// Triangle, title and unit; whether it was clicked.
fn title(ui: &mut Ui, strip: Strip, is_open: bool) -> bool {
    let tokens = Tokens::of(ui.visuals());
    let text = RichText::new(strip.title())
        .size(CAPTION)
        .color(tokens.text);
    let (mark, _) = ui.allocate_exact_size(vec2(12.0, 12.0), Sense::hover());
    let icon = if is_open { Icon::Down } else { Icon::Play };
    paint_icon(ui.painter(), mark.center(), icon, tokens.subdued);
    let label = ui.add(Label::new(text).selectable(false));
    let unit = match strip {
        Strip::Liquidity => "",
        Strip::Positions => "(shares)",
        Strip::Price | Strip::Cost | Strip::Value => "(currency)",
    };
    if !unit.is_empty() {
        let unit = RichText::new(unit).size(CAPTION).color(tokens.subdued);
        ui.add(Label::new(unit).selectable(false));
    }
    let name = format!("{} strip", strip.title());
    let id = ui.scope_id().with("fold");
    let whole = ui.interact(mark.union(label.rect), id, Sense::click());
    whole.widget_info(|| WidgetInfo::selected(Role::Button, true, is_open, &name));
    let about = match strip {
        Strip::Value => "Portfolio value if liquidated now, the option aside",
        Strip::Cost => "What all trades so far cost against the mid price",
        Strip::Liquidity => "What the book offers beyond its best prices, after these trades",
        Strip::Price => "Unaffected price of the share",
        Strip::Positions => "Shares held, as lines; the trades of one strategy, as bars",
    };
    let verb = if is_open { "fold" } else { "open" };
    let about = format!("{about}. Click to {verb}; drag to share out the height");
    whole.on_hover_text(about).clicked()
}

/// Each strategy's figure at the date shown; as many as there is room for.
fn figures(ui: &mut Ui, view: &ViewModel, strip: Strip, commands: &mut Commands) {
    let step = shown(view);
    ui.add_space(6.0);
    for path in &view.path.strategies {
        if ui.available_width() < 62.0 {
            return;
        }
        entry(ui, view, path, &figure(view, strip, path, step), commands);
    }
}

/// A strategy's mark and figure.
fn entry(ui: &mut Ui, view: &ViewModel, path: &StrategyPath, text: &str, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let look = tokens.look(path.who.kind).faded(fade(view, &path.who), 1.0);
    let (mark, _) = ui.allocate_exact_size(vec2(9.0, 12.0), Sense::hover());
    paint_mark(ui.painter(), mark.center(), MARK, look, tokens.panel);
    let text = RichText::new(text).size(CAPTION).color(tokens.text);
    let label = ui.add(Label::new(text).selectable(false));
    ui.add_space(5.0);
    if ui.rect_contains_pointer(mark.union(label.rect)) {
        commands.push(ViewCommand::Hover(Hover {
            who: Some(path.who.clone()),
            ..Hover::default()
        }));
    }
}

fn price(ui: &mut Ui, view: &ViewModel) {
    let tokens = Tokens::of(ui.visuals());
    let Some(price) = view.path.prices.get(shown(view)) else {
        return;
    };
    ui.add_space(6.0);
    let strike = outcome::strikes(&view.scenario, view.digits);
    let whose = view.path.whose(&view.focus);
    let mid = whose.and_then(|path| path.mid(shown(view)));
    let mid = mid.map_or_else(String::new, |mid| {
        format!(" · mid, moved by own trades, {}", view.digits.price(mid))
    });
    let text = format!("{}{mid} · strike {strike}", view.digits.price(*price));
    let text = RichText::new(text).size(CAPTION).color(tokens.text);
    ui.add(Label::new(text).selectable(false));
}

/// Whose book it is and what the marks mean; how prices are told.
fn liquidity(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let caption = |ui: &mut Ui, text: &str| {
        let text = RichText::new(text).size(CAPTION).color(tokens.subdued);
        ui.add(Label::new(text).truncate().selectable(false));
    };
    if view.liquidity.frictionless {
        caption(
            ui,
            "frictionless: unlimited at the mid price, at every date",
        );
        return;
    }
    let layout = Layout::right_to_left(Align::Center);
    ui.with_layout(layout, |ui| {
        let mut relative = view.relative_prices;
        let about = "Distances from the mid price in basis points of it, or in currency";
        let text = RichText::new("in bp").size(CAPTION);
        if ui
            .checkbox(&mut relative, text)
            .on_hover_text(about)
            .changed()
        {
            commands.push(ViewCommand::RelativePrices(relative));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            if let Some(of) = &view.liquidity.of {
                caption(ui, &format!("{}'s book", name_of(of)));
            }
            swatch(ui, tokens.ask);
            caption(ui, &format!("eaten, {}", returns(view)));
            caption(ui, "· lines: shares up to there · bubbles: trades");
        });
    });
}

/// How what was eaten comes back.
fn returns(view: &ViewModel) -> &'static str {
    let book = &view.scenario.order_book;
    if book.ask_decay == 0.0 && book.bid_decay == 0.0 {
        "for good"
    } else {
        "not yet back"
    }
}

/// A small hatched field.
fn swatch(ui: &mut Ui, colour: egui::Color32) {
    let (rect, _) = ui.allocate_exact_size(vec2(16.0, 10.0), Sense::hover());
    let ends = |y| [pos2(rect.left(), y), pos2(rect.right(), y)];
    let field = hatched(ui.ctx(), &ends(rect.top()), &ends(rect.bottom()), colour);
    ui.painter().add(field);
}
