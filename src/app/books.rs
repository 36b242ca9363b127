//! Looking at quoted books before the order book found in them is used: what was read, three families of curves, and what
//! follows large trades.

use super::command::{BooksCommand, Commands};
use super::preview::{Drawn, caption, progress, refusal, rows, scrolled};
use super::theme::{LABEL, Tokens};
use super::view::{BooksView, ViewModel};
use crate::calibrate::{FAMILY, MISSING};
use crate::engine::{BooksSeen, BooksToRead};
use egui::{Button, Id, Modal, RichText, Ui};

/// Width of the sheet (points), where the window has room for it.
const WIDTH: f32 = 820.0;
/// How far into the book levels may count (basis points).
const WITHIN: [u32; 5] = [10, 25, 50, 100, 250];
/// What the figures are.
const ABOUT: [&str; 2] = [
    "The typical ladder of each side, and the three curves fitted to it",
    "What follows large trades: depth that is missing, and how far the mid is",
];

/// The sheet over the window.
#[derive(Default)]
pub struct BooksDialog {
    figures: [Drawn; 2],
}

impl BooksDialog {
    /// Draws it, where there is something to look at.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let Some(books) = &view.books else {
            self.figures = <[Drawn; 2]>::default();
            return;
        };
        let room = ui.ctx().content_rect();
        let modal = Modal::new(Id::unique("quoted books")).show(ui.ctx(), |ui| {
            ui.set_width(WIDTH.min(room.width() - 48.0));
            match books {
                BooksView::Reading(read, share) => reading(ui, read, *share, commands),
                BooksView::TooFew(read, reason) => {
                    heading(ui, read);
                    refusal(ui, reason);
                    within(ui, read, commands);
                    ui.add_space(8.0);
                    cancel(ui, commands);
                }
                BooksView::Seen(seen) => self.seen(ui, seen, commands),
            }
        });
        if modal.should_close() {
            commands.push(BooksCommand::Leave);
        }
    }

    fn seen(&mut self, ui: &mut Ui, seen: &BooksSeen, commands: &mut Commands) {
        let (found, after) = (&seen.found, &seen.found.aftermath);
        heading(ui, &seen.read);
        within(ui, &seen.read, commands);
        scrolled(ui, |ui| {
            caption(ui, &found.format.to_string());
            for line in found.counts_told() {
                caption(ui, &line);
            }
            for note in found.notes() {
                caption(ui, &format!("note: {note}"));
            }
            let families = found.families_told().into_iter().map(Vec::from);
            rows(ui, "families", &FAMILY, families);
            let [ladder, aftermath] = &mut self.figures;
            ladder.ui(ui, &seen.figures[0], ABOUT[0]);
            caption(ui, &after.heading_told());
            for line in after.told(&seen.read.step.1) {
                caption(ui, &line);
            }
            aftermath.ui(ui, &seen.figures[1], ABOUT[1]);
            let missing = after.rows_told().into_iter().map(Vec::from);
            rows(ui, "missing", &MISSING, missing);
        });
        caption(ui, &found.book_told());
        ui.add_space(6.0);
        ui.horizontal_wrapped(|ui| {
            let tokens = Tokens::of(ui.visuals());
            let face = RichText::new("Use this book").color(tokens.on_accent);
            let button = ui.add(Button::new(face).fill(tokens.accent));
            let about = "Puts half-spreads, exponents, depth, the decays that are known and the impact on the mid into the scenario, as one step that \
                         undo takes back, and shows the quoted ladders behind it";
            if button.on_hover_text(about).clicked() {
                commands.push(BooksCommand::Use);
            }
            let about = "Shows the quoted ladders behind the order book, which stays as it is";
            let button = ui.button("Show the ladders only");
            if button.on_hover_text(about).clicked() {
                commands.push(BooksCommand::Compare);
            }
            cancel(ui, commands);
        });
    }
}

fn heading(ui: &mut Ui, read: &BooksToRead) {
    let paths = read.paths.iter().map(|path| path.display().to_string());
    let more = match read.paths.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    ui.heading(format!("Quoted books: {}{more}", read.name()))
        .on_hover_text(paths.collect::<Vec<String>>().join("\n"));
}

/// How far into the book levels count.
fn within(ui: &mut Ui, read: &BooksToRead, commands: &mut Commands) {
    ui.horizontal_wrapped(|ui| {
        let text = |text: &str| RichText::new(text).size(LABEL);
        ui.label(text("Levels fitted: within"));
        for within in WITHIN {
            let chosen = read.within == within;
            let choice = ui.selectable_label(chosen, text(&within.to_string()));
            let name = format!("within {within} basis points");
            if choice.accessible_name(name).clicked() && !chosen {
                commands.push(BooksCommand::Within(within));
            }
        }
        ui.label(text("basis points of the best price"));
    });
}

fn cancel(ui: &mut Ui, commands: &mut Commands) {
    if ui.button("Cancel").clicked() {
        commands.push(BooksCommand::Leave);
    }
}

fn reading(ui: &mut Ui, read: &BooksToRead, share: f64, commands: &mut Commands) {
    heading(ui, read);
    progress(ui, share, "Reading the books");
    cancel(ui, commands);
}
