//! The next position: typed, moved with the keys, told with what it would cost, and taken.

use crate::app::command::{Commands, HandCommand};
use crate::app::panels::book::{causes, parts_of};
use crate::app::theme::{CAPTION, GAP, LABEL, Tokens};
use crate::app::view::HandView;
use crate::app::widgets::{Draft, Entry, Refusal};
use crate::episode::LedgerLine;
use crate::quantity::read::{self, Unread};
use crate::units::plain;
use egui::{Button, Context, Id, Key, Label, Modifiers, RichText, Ui, vec2};

/// By how many fine steps the page keys move.
const COARSE: f64 = 10.0;

/// The field by which its draft is known.
fn field() -> Id {
    Id::unique("next position")
}

/// A position as a hand means it: to a hundredth of the contract, within what is allowed.
pub(super) fn rounded(hand: &HandView, position: f64) -> f64 {
    let fine = hand.fine();
    // Counted, so that 53 hundredths are 0.53 and no noise beside it.
    let hundredths = (position / fine).round();
    let round = hundredths * hand.scenario.contract.shares / 100.0;
    round.clamp(hand.seen.lowest, hand.seen.highest)
}

/// The position some steps from the one chosen.
fn moved(hand: &HandView, steps: f64) -> f64 {
    rounded(hand, hand.chosen + steps * hand.fine())
}

/// The keys that count where no widget and no sheet has the keyboard.
pub fn keys(ctx: &Context, hand: &HandView, commands: &mut Commands) {
    let elsewhere = ctx.memory(|memory| memory.focused().is_some());
    if elsewhere || egui::Popup::is_any_open(ctx) || hand.is_over() {
        return;
    }
    let steps: f64 = ctx.input_mut(|input| {
        let keys = [
            (Key::ArrowUp, 1.0),
            (Key::ArrowDown, -1.0),
            (Key::PageUp, COARSE),
            (Key::PageDown, -COARSE),
        ];
        let pressed =
            |(key, by): (Key, f64)| by * input.count_and_consume_key(Modifiers::NONE, key) as f64;
        keys.map(pressed).iter().sum()
    });
    if steps != 0.0 {
        commands.push(HandCommand::Choose(moved(hand, steps)));
    }
    if ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter)) {
        commands.push(HandCommand::Commit);
    }
}

/// Draws the field, what the choice would cost, and the button that takes it.
pub(super) fn ui(ui: &mut Ui, hand: &HandView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    ui.add_space(GAP);
    ui.horizontal(|ui| {
        ui.label(RichText::new("Hold next").color(tokens.strong));
        entry(ui, hand, commands);
        let held = format!("shares; now {}", hand.digits.shares(hand.seen.position));
        ui.label(RichText::new(held).size(LABEL).color(tokens.subdued));
    });
    if let Some(refusal) = Draft::refused_in(ui.ctx(), field()) {
        let why = format!("{} — {}", refusal.name, refusal.why);
        let why = RichText::new(why).size(CAPTION).color(tokens.error);
        ui.add(Label::new(why).wrap());
    }
    if let Some(line) = &hand.preview {
        let told = RichText::new(sentence(hand, line)).size(LABEL);
        ui.add(Label::new(told.color(tokens.strong)).wrap());
        causes(ui, hand.digits, &line.cost, line.trade >= 0.0);
    }
    ui.add_space(4.0);
    commit(ui, hand, commands);
}

fn entry(ui: &mut Ui, hand: &HandView, commands: &mut Commands) {
    let plain = plain(hand.chosen);
    let shown = hand.digits.shares(hand.chosen);
    let entry = Entry {
        id: field(),
        name: "Next position",
        spoken: &format!("{shown} shares"),
        plain: &plain,
        width: 96.0,
    };
    let (_, entered) = entry.ui(ui, std::iter::once(shown.clone()));
    if entered.steps != 0.0 {
        commands.push(HandCommand::Choose(moved(hand, entered.steps)));
    }
    let Some(text) = entered.text else {
        return;
    };
    match wish(hand, &text) {
        Ok(position) => {
            Draft::accept(ui.ctx(), field());
            commands.push(HandCommand::Choose(position));
        }
        Err(refusal) => Draft::refuse(ui.ctx(), field(), refusal),
    }
}

/// The position that a text asks for; nothing typed is what is held.
fn wish(hand: &HandView, text: &str) -> Result<f64, Refusal> {
    let (lowest, highest) = (hand.seen.lowest, hand.seen.highest);
    let allowed = format!("{} to {} shares", plain(lowest), plain(highest));
    let text = text.trim();
    let refused = |why: String| Refusal {
        name: "Next position".into(),
        text: text.to_owned(),
        why,
        offers: Vec::new(),
    };
    if text.is_empty() {
        return Ok(hand.seen.position);
    }
    match read::number(text) {
        Ok(position) if (lowest..=highest).contains(&position) => Ok(position),
        Ok(position) => Err(refused(format!(
            "{} is not allowed here; allowed: {allowed}",
            plain(position)
        ))),
        Err(Unread::Ambiguous(ways)) => Err(refused(format!(
            "{text} is not clear: {}?",
            ways.join(" or ")
        ))),
        Err(_) => Err(refused(format!(
            "{text:?} is no number of shares; allowed: {allowed}"
        ))),
    }
}

/// What the choice comes to.
fn sentence(hand: &HandView, line: &LedgerLine) -> String {
    let digits = hand.digits;
    let verb = if line.trade > 0.0 { "Buy" } else { "Sell" };
    match line.price {
        None => "No trade: what is held is kept".to_owned(),
        Some(price) => format!(
            "{verb} {} at {} on average, for {}",
            digits.shares(line.trade.abs()),
            digits.price(price),
            digits.money(line.cash_flow.abs())
        ),
    }
}

fn commit(ui: &mut Ui, hand: &HandView, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let until = if hand.seen.step + 1 == hand.seen.steps {
        "until maturity"
    } else {
        "until the next date"
    };
    let text = format!("Hold {} {until}", hand.digits.shares(hand.chosen));
    let face = Button::new(RichText::new(text).color(tokens.on_accent)).fill(tokens.accent);
    let size = vec2(ui.available_width(), 30.0);
    let about = "Enter. There is no way back.";
    let button = ui.add_sized(size, face).on_hover_text(about);
    if button.accessible_name("Commit").clicked() {
        commands.push(HandCommand::Commit);
    }
    let keys = "Up, Down: a hundredth of the contract; Page Up, Page Down: a tenth; Enter: take it";
    let keys = RichText::new(keys).size(CAPTION).color(tokens.subdued);
    ui.add(Label::new(keys).wrap());
}

/// Cash, value and what was paid so far.
pub(super) fn amounts(ui: &mut Ui, hand: &HandView) {
    let tokens = Tokens::of(ui.visuals());
    let (seen, digits) = (&hand.seen, hand.digits);
    ui.add_space(GAP);
    let lines = [
        format!("Cash {}", digits.money(seen.cash)),
        format!(
            "Value if liquidated now, the option aside: {}",
            digits.money(seen.value)
        ),
        format!("Paid so far: {}", parts_of(digits, &seen.cost)),
    ];
    for line in lines {
        let line = RichText::new(line).size(LABEL).color(tokens.text);
        ui.add(Label::new(line).wrap());
    }
}
