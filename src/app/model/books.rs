//! Quoted books: files are read beside the window and looked at, nothing is changed before the book found is used, and
//! the ladders of the files may stay behind it.

use super::Model;
use crate::app::command::BooksCommand;
use crate::app::notice::Notice;
use crate::app::view::BooksView;
use crate::calibrate::with_book;
use crate::engine::{BooksReading, BooksSeen, BooksToRead, NoBooks};
use crate::quantity::time::TimeUnit;
use std::path::PathBuf;
use std::sync::Arc;

/// How far into the book levels count at first (basis points).
const WITHIN: u32 = 25;
/// The view in which ladders are drawn, by its key.
const BOOK: &str = "book";

/// The files that are looked at, and the ladders that are kept.
#[derive(Debug, Default)]
pub(super) struct Books {
    looking: Looking,
    pub(super) kept: Option<Ladders>,
}

/// The files that are looked at.
#[derive(Debug, Default)]
enum Looking {
    /// None.
    #[default]
    Nothing,
    /// They are read and fitted.
    Reading(BooksReading),
    /// There is too little so near to the best price, in one line.
    TooFew(BooksToRead, String),
    /// They were.
    Seen(Arc<BooksSeen>),
}

/// Ladders of files, of which one may be drawn behind the book. They are the files', not the preset's.
#[derive(Clone, Debug)]
pub struct Ladders {
    /// The files and what was found in them.
    pub seen: Arc<BooksSeen>,
    /// Which ladder.
    pub moment: usize,
    /// Whether it is drawn.
    pub shown: bool,
}

impl Model {
    pub(super) fn apply_books(&mut self, command: BooksCommand) {
        match command {
            BooksCommand::Look(paths) => self.look_at_books(paths),
            BooksCommand::Within(within) => self.read_within(within),
            BooksCommand::Use => self.use_book(),
            BooksCommand::Compare => self.keep_ladders(),
            BooksCommand::Leave => self.books.looking = Looking::Nothing,
            BooksCommand::Moment(moment) => {
                if let Some(kept) = &mut self.books.kept {
                    kept.moment = moment.min(kept.seen.found.books.len().saturating_sub(1));
                }
            }
            BooksCommand::Show(shown) => {
                if let Some(kept) = &mut self.books.kept {
                    kept.shown = shown;
                }
            }
            BooksCommand::Forget => self.books.kept = None,
        }
    }

    /// Reads files of quoted books, against the steps of what is on screen.
    pub(super) fn look_at_books(&mut self, paths: Vec<PathBuf>) {
        let all = paths.into_iter().map(|path| self.findable(path));
        let paths: Option<Vec<PathBuf>> = all.collect();
        let Some(paths) = paths.filter(|paths| !paths.is_empty()) else {
            return;
        };
        let own = &self.session.own().place.document;
        let step = TimeUnit::Second.count(own.scenario().step_length(), 1.0);
        self.read_books(BooksToRead {
            paths,
            within: WITHIN,
            step: (step, own.origin().name()),
        });
    }

    fn read_books(&mut self, read: BooksToRead) {
        let name = read.name();
        match BooksReading::begin(read, self.engine.wake()) {
            Some(reading) => self.books.looking = Looking::Reading(reading),
            None => self.refuse_open(&name, "the system gives no thread to read it on"),
        }
    }

    fn read_within(&mut self, within: u32) {
        let read = match &self.books.looking {
            Looking::Nothing => return,
            Looking::Reading(reading) => &reading.read,
            Looking::TooFew(read, _) => read,
            Looking::Seen(seen) => &seen.read,
        };
        let within = within.clamp(1, 5000);
        let read = BooksToRead {
            within,
            ..read.clone()
        };
        self.read_books(read);
    }

    /// Takes in what came of reading.
    pub(super) fn hear_books(&mut self) {
        let Looking::Reading(reading) = &self.books.looking else {
            return;
        };
        let Some(answer) = reading.answer() else {
            return;
        };
        let read = reading.read.clone();
        self.books.looking = match answer {
            Ok(seen) => Looking::Seen(Arc::new(seen)),
            Err(NoBooks::TooFew(reason)) => Looking::TooFew(read, reason),
            Err(NoBooks::Stopped) => Looking::Nothing,
            Err(NoBooks::Refused(reason)) => {
                self.refuse_open(&read.name(), &reason);
                Looking::Nothing
            }
        };
    }

    /// Puts the book that was found into the scenario, as one step that undo takes back.
    fn use_book(&mut self) {
        let Looking::Seen(seen) = &self.books.looking else {
            return;
        };
        // One's own work, whatever lesson is taken or path hedged.
        let own = self.session.own().place.document.scenario().clone();
        match with_book(&own, &seen.found, &seen.read.name()) {
            Ok(scenario) => {
                self.put_scenario(scenario, "order_book.depth");
                self.keep_ladders();
            }
            Err(refused) => self.tell(Notice::error(
                "This book is none that a scenario can have; nothing was changed",
                refused.to_string(),
            )),
        }
    }

    /// Keeps the ladders of what is looked at, the first of them behind the book.
    fn keep_ladders(&mut self) {
        if let Looking::Seen(seen) = std::mem::take(&mut self.books.looking) {
            self.books.kept = Some(Ladders {
                seen,
                moment: 0,
                shown: true,
            });
            self.to_show = Some(BOOK);
        }
    }

    /// What is drawn of the files.
    pub(super) fn books_view(&self) -> Option<BooksView> {
        Some(match &self.books.looking {
            Looking::Nothing => return None,
            Looking::Reading(reading) => BooksView::Reading(reading.read.clone(), reading.share()),
            Looking::TooFew(read, reason) => BooksView::TooFew(read.clone(), reason.clone()),
            Looking::Seen(seen) => BooksView::Seen(seen.clone()),
        })
    }
}
