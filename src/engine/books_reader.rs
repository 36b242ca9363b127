//! Reading files of quoted books beside the window and fitting the order book to them: with its progress, until somebody
//! says stop.

use super::Wake;
use super::watched::{Watch, Watched};
use crate::calibrate::{Asked, BASIS, CalibrateError, Calibration, calibrate};
use crate::figure::Figure;
use crate::files::name_of;
use crate::gallery;
use crate::quotes::QuotesError;
use std::path::PathBuf;
use std::sync::Arc;

/// Files of quoted books to be read.
#[derive(Clone, Debug, PartialEq)]
pub struct BooksToRead {
    /// The files, one after the other; one at least.
    pub paths: Vec<PathBuf>,
    /// How far into the book levels count: basis points of the mid from the best price on.
    pub within: u32,
    /// Time between two hedges of what is on screen (seconds of trading), and what that is called.
    pub step: (f64, String),
}

impl BooksToRead {
    /// The first file's name without its folder.
    #[must_use]
    pub fn name(&self) -> String {
        self.paths
            .first()
            .map_or_else(String::new, |path| name_of(path))
    }
}

/// What was found in them.
#[derive(Debug)]
pub struct BooksSeen {
    /// What was read.
    pub read: BooksToRead,
    /// The book that was found.
    pub found: Arc<Calibration>,
    /// The typical ladder with the curves fitted to it, and what follows large trades, drawn.
    pub figures: [Arc<Figure>; 2],
}

/// Why there is nothing to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoBooks {
    /// The files cannot be read, in one line.
    Refused(String),
    /// There is too little in them so near to the best price, in one line.
    TooFew(String),
    /// It was told to stop.
    Stopped,
}

impl From<CalibrateError> for NoBooks {
    fn from(error: CalibrateError) -> Self {
        match error {
            CalibrateError::Quotes(QuotesError::Stopped) => Self::Stopped,
            error @ CalibrateError::Quotes(_) => Self::Refused(error.to_string()),
            error @ CalibrateError::TooFew { .. } => Self::TooFew(error.to_string()),
        }
    }
}

/// Files that are being read on a thread of their own; whoever drops it stops that.
#[derive(Debug)]
pub struct BooksReading {
    /// What is read.
    pub read: BooksToRead,
    work: Watched<Result<BooksSeen, NoBooks>>,
}

impl BooksReading {
    /// Begins it; `None` when the system gives no thread.
    #[must_use]
    pub fn begin(read: BooksToRead, wake: Wake) -> Option<Self> {
        let wanted = read.clone();
        let work = Watched::begin("quoted books", wake, |watch| BooksSeen::of(wanted, watch))?;
        Some(Self { read, work })
    }

    /// The share that is read; the fit follows.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.work.share()
    }

    /// What came of it, once it is there.
    #[must_use]
    pub fn answer(&self) -> Option<Result<BooksSeen, NoBooks>> {
        let answer = self.work.answer()?;
        Some(answer.unwrap_or_else(|panic| Err(NoBooks::Refused(panic))))
    }
}

impl BooksSeen {
    /// Reads the files and fits them.
    ///
    /// # Errors
    /// See [`NoBooks`].
    pub fn of(read: BooksToRead, watch: Watch<'_>) -> Result<Self, NoBooks> {
        let asked = Asked {
            format: None,
            within: f64::from(read.within) / BASIS,
            step: read.step.0,
        };
        let found = calibrate(&read.paths, &asked, watch)?;
        let name = read.name();
        let figures = [
            gallery::calibration(&name, &found),
            gallery::event_study(&name, &found),
        ];
        // What stands beside them on screen.
        let bare = figures.map(|mut figure| {
            (figure.title, figure.caption) = Default::default();
            Arc::new(figure)
        });
        Ok(Self {
            figures: bare,
            found: Arc::new(found),
            read,
        })
    }
}
