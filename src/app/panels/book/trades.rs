//! What each strategy trades at the date, in its own book, and at maturity what becomes of it.

use super::super::{legend, outcome, whose};
use super::words::parts;
use crate::app::command::{Commands, Hover, ViewCommand};
use crate::app::format;
use crate::app::theme::{CAPTION, LABEL, Tokens, name_of};
use crate::app::view::{TradeNow, ViewModel};
use crate::app::widgets::strategy_label;
use egui::{Grid, RichText, Role, ScrollArea, Sense, Shape, Ui, WidgetInfo};

/// What stands in a row, beside the strategy.
const DURING: [(&str, &str); 5] = [
    (
        "each in its own book",
        "Every strategy has a book to itself, worn by its own trades alone",
    ),
    ("trades", "Shares bought or sold at this date"),
    ("at", "Average price of the trade (currency)"),
    (
        "cost",
        "What the trade cost against the mid price (currency)",
    ),
    ("holds", "Shares held after the trade"),
];
const AT_THE_END: [(&str, &str); 5] = [
    (
        "each in its own book",
        "Every strategy has a book to itself, worn by its own trades alone",
    ),
    ("holds", "Shares brought to maturity, before delivery"),
    (
        "option",
        "Whether the option is exercised, in this strategy's book",
    ),
    (
        "then",
        "The last trade: what is left is sold, what is missing is bought",
    ),
    (
        "hedging error",
        "What the whole hedge lost or gained (currency)",
    ),
];

/// Draws it.
pub(super) fn ui(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    ui.spacing_mut().interact_size.y = 16.0;
    let area = ScrollArea::horizontal().id_salt("trades now");
    area.show(ui, |ui| grid(ui, view, commands));
    if view.book.trades.is_empty() {
        legend(ui, view, commands, |_| String::new());
        let text = "Select a strategy to see its trades.";
        ui.label(RichText::new(text).size(CAPTION).color(tokens.subdued));
    }
}

fn grid(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let titles = if view.book.at_maturity {
        AT_THE_END
    } else {
        DURING
    };
    Grid::new("trades now")
        .num_columns(titles.len())
        .spacing([12.0, 2.0])
        .min_row_height(17.0)
        .show(ui, |ui| {
            for (title, meaning) in titles {
                let title = RichText::new(title).size(CAPTION).color(tokens.subdued);
                ui.label(title).on_hover_text(meaning);
            }
            ui.end_row();
            for trade in &view.book.trades {
                row(ui, view, trade, titles, commands);
                ui.end_row();
            }
        });
}

fn row(
    ui: &mut Ui,
    view: &ViewModel,
    trade: &TradeNow,
    titles: [(&str, &str); 5],
    commands: &mut Commands,
) {
    let tokens = Tokens::of(ui.visuals());
    let focused = whose(view) == trade.who;
    let ground = ui.painter().add(Shape::Noop);
    let name = ui.horizontal(|ui| {
        strategy_label(ui, &trade.who, focused, "");
    });
    let cells = cells(view, trade);
    let mut area = name.response.rect;
    for text in &cells {
        let text = RichText::new(text).size(LABEL).color(tokens.text);
        area = area.union(ui.label(text).rect);
    }
    let id = ui.scope_id().with(("trade", name_of(&trade.who)));
    let whole = ui.interact(area, id, Sense::click());
    if view.hover.who.as_ref() == Some(&trade.who) {
        ui.painter()
            .set(ground, Shape::rect_filled(area, 3.0, tokens.raised));
    }
    let figures = titles[1..].iter().zip(&cells);
    let spoken: Vec<String> = figures
        .map(|((title, _), text)| format!("{title} {text}"))
        .collect();
    let name_of = name_of(&trade.who);
    whole.widget_info(|| {
        let text = format!("{name_of} now: {}", spoken.join(", "));
        WidgetInfo::labeled(Role::Row, true, text)
    });
    if whole.clicked() {
        commands.push(ViewCommand::Focus(trade.who.clone()));
    }
    if whole.hovered() {
        commands.push(ViewCommand::Hover(Hover {
            who: Some(trade.who.clone()),
            ..Hover::default()
        }));
    }
    whole.on_hover_text(details(view, trade));
}

/// The figures of a row.
fn cells(view: &ViewModel, trade: &TradeNow) -> [String; 4] {
    if let Some(settled) = &trade.settlement {
        let option = if settled.exercised {
            "exercised"
        } else {
            "expires"
        };
        return [
            view.digits.shares(trade.held),
            option.into(),
            trade_text(view, trade),
            outcome::error(view, settled.error),
        ];
    }

    [
        trade_text(view, trade),
        trade
            .price
            .map_or(format::NOTHING.into(), |x| view.digits.price(x)),
        view.digits.money(trade.cost.total()),
        view.digits.shares(trade.held),
    ]
}

/// `buys 0.250`, `sells 0.250`, `–`.
pub(super) fn trade_text(view: &ViewModel, trade: &TradeNow) -> String {
    if trade.price.is_none() {
        return format::NOTHING.into();
    }
    let verb = if trade.size >= 0.0 { "buys" } else { "sells" };
    format!("{verb} {}", view.digits.shares(trade.size.abs()))
}

/// The book that the trade was made in, its cost by cause, and at maturity the account.
fn details(view: &ViewModel, trade: &TradeNow) -> String {
    let (ask, bid) = trade.best;
    let book = format!(
        "in {}'s own book: bid {}, ask {}; taken and not back: {} at the ask, {} at the bid",
        name_of(&trade.who),
        view.digits.price(bid),
        view.digits.price(ask),
        view.digits.shares(trade.memory.ask),
        view.digits.shares(trade.memory.bid),
    );
    let cost = parts(view, &trade.cost);
    match &trade.settlement {
        Some(settled) => {
            let account = outcome::account(settled, view);
            format!("{account}\n{book}\n{cost}")
        }
        None => format!("{book}\n{cost}"),
    }
}
