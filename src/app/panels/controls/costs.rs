//! What exponents, half-spreads and depth come to.

use crate::app::theme::{CAPTION, Tokens};
use crate::app::view::ViewModel;
use crate::order_book::{Memory, OrderBook, Standing};
use crate::quantity::Unit;
use crate::quantity::write::significant;
use egui::{RichText, Ui};

/// Prices of the contract's shares in a full book.
pub(super) fn ui(ui: &mut Ui, view: &ViewModel) {
    let scenario = &view.scenario;
    let (spot, shares) = (scenario.market.spot, scenario.contract.size());
    let book = Standing {
        book: OrderBook::of(scenario),
        spot,
        memory: Memory::default(),
    };
    let line = |ask: bool| {
        let size = if ask { shares } else { -shares };
        let quote = book.quote(size);
        let off = |price: f64| Unit::BasisPoints.write((price / spot - 1.0).abs(), 3);
        let side = if ask { "Buying" } else { "Selling" };
        format!(
            "{side} {}: first {} off the mid, average {}, last {}",
            significant(shares, 3),
            off(book.price_on(ask, 0.0)),
            off(quote.average.unwrap_or(spot)),
            off(quote.next),
        )
    };
    let about = "Prices in a full book, in basis points of the mid: of the first share, of all on average, of the last";
    for ask in [true, false] {
        let text = RichText::new(line(ask)).size(CAPTION);
        let colour = Tokens::of(ui.visuals()).subdued;
        ui.label(text.color(colour)).on_hover_text(about);
    }
}
