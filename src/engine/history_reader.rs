//! Reading a file of recorded prices beside the window, and looking at what is in it: with its progress, until
//! somebody says stop.

use super::Wake;
use super::watched::Watched;
use crate::figure::Figure;
use crate::files::name_of;
use crate::gallery;
use crate::history::{self, Asks, Found, History, HistoryError, Reading, Told, ranges_told};
use crate::presets;
use crate::scenario::{Named, PriceFile, Process, Scenario};
use std::path::PathBuf;
use std::sync::Arc;

/// A file of prices to be read.
#[derive(Clone, Debug)]
pub struct PricesToRead {
    /// The file.
    pub path: PathBuf,
    /// How it is to be read.
    pub reading: Reading,
    /// The present time (microseconds since 1970): later dates are refused.
    pub now: Option<i64>,
    /// Whose market they are for.
    pub market: MarketOf,
}

/// Whose market prices are for.
#[derive(Clone, Debug)]
pub enum MarketOf {
    /// This scenario.
    Scenario(Arc<Scenario>),
    /// The preset in a file, whose own prices are not there.
    Preset(PathBuf),
}

impl MarketOf {
    /// The scenario with these prices, by a process.
    ///
    /// # Errors
    /// Where they do not go with it, in one line.
    pub fn on(&self, prices: &PriceFile, process: Process) -> Result<Scenario, String> {
        let change = [("market.process", process.name())];
        match self {
            Self::Scenario(scenario) => scenario
                .with_prices(prices.clone(), change)
                .map_err(|error| error.to_string()),
            Self::Preset(path) => {
                let scenario = presets::load_file_on(path, prices).map_err(|e| e.to_string())?;
                scenario.with(change).map_err(|error| error.to_string())
            }
        }
    }
}

/// What was found in a file of prices.
#[derive(Debug)]
pub struct PricesSeen {
    /// What was read.
    pub read: PricesToRead,
    /// The prices.
    pub history: Arc<History>,
    /// As a scenario takes them.
    pub prices: PriceFile,
    /// What is in them, in words.
    pub told: Told,
    /// Columns that could be read as prices, and the one that was.
    pub columns: (Vec<String>, String),
    /// The series, drawn.
    pub figure: Arc<Figure>,
    /// By each process, which dates training, validation and evaluation take, or why it cannot be.
    pub ways: [(Process, Result<String, String>); 2],
}

/// Why there is nothing to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotSeen {
    /// The file cannot be read, in one line.
    Refused(String),
    /// It can be read in more ways than one.
    Asked(String, Asks),
    /// It was told to stop.
    Stopped,
}

impl From<HistoryError> for NotSeen {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Asked { message, asks, .. } => Self::Asked(message, asks),
            HistoryError::Stopped => Self::Stopped,
            error => Self::Refused(error.to_string()),
        }
    }
}

/// A file that is being read on a thread of its own; whoever drops it stops that.
#[derive(Debug)]
pub struct HistoryReading {
    /// What is read.
    pub read: PricesToRead,
    work: Watched<Result<PricesSeen, NotSeen>>,
}

impl HistoryReading {
    /// Begins it; `None` when the system gives no thread.
    #[must_use]
    pub fn begin(read: PricesToRead, wake: Wake) -> Option<Self> {
        let wanted = read.clone();
        let work = Watched::begin("recorded prices", wake, |watch| {
            PricesSeen::of(wanted, watch)
        })?;
        Some(Self { read, work })
    }

    /// The share that is read.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.work.share()
    }

    /// What came of it, once it is there.
    #[must_use]
    pub fn answer(&self) -> Option<Result<PricesSeen, NotSeen>> {
        let answer = self.work.answer()?;
        Some(answer.unwrap_or_else(|panic| Err(NotSeen::Refused(panic))))
    }
}

impl PricesSeen {
    /// Reads the file and looks at it.
    ///
    /// # Errors
    /// See [`NotSeen`].
    pub fn of(read: PricesToRead, watch: history::Watch<'_>) -> Result<Self, NotSeen> {
        let history = history::read(&read.path, &read.reading, read.now, watch)?;
        let found = Found::of(&history);
        let prices = history::price_file(&read.path.to_string_lossy(), &read.reading, &history)?;
        let mut figure = gallery::prices(&name_of(&read.path), &history, &found);
        // What stands beside it on screen.
        (figure.title, figure.caption) = Default::default();
        let way = |process| {
            let market = read.market.on(&prices, process);
            let told = market.map(|scenario| ranges_told(&scenario).unwrap_or_default());
            (process, told)
        };
        Ok(Self {
            told: Told::of(&history, &found),
            figure: Arc::new(figure),
            ways: [Process::Bootstrap, Process::RecordedPath].map(way),
            columns: (history.columns.clone(), history.price_column.clone()),
            history: Arc::new(history),
            prices,
            read,
        })
    }
}
