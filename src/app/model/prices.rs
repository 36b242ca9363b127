//! Recorded prices: a file is read beside the window and looked at, and nothing is changed before it is used.

use super::Model;
use crate::app::command::PricesCommand;
use crate::app::notice::Notice;
use crate::app::view::{FitView, PricesView};
use crate::engine::{
    FileJob, FitSeen, Fitting, HistoryReading, MarketOf, NotSeen, PricesSeen, PricesToRead,
};
use crate::history::fit::Model as Fitted;
use crate::history::{Asks, Reading};
use crate::presets;
use crate::scenario::{FieldError, Named, Process, Scenario};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The file that is looked at.
#[derive(Debug, Default)]
pub(super) enum Looking {
    /// None.
    #[default]
    Nothing,
    /// It is read.
    Reading(HistoryReading),
    /// The reader has to be told something.
    Asked(PricesToRead, Asks),
    /// It was read; what is fitted to it.
    Seen(Arc<PricesSeen>, Fit),
}

/// A process for what was read.
#[derive(Debug)]
pub(super) enum Fit {
    /// None.
    Nothing,
    /// It is fitted.
    Working(Fitting),
    /// It was.
    Done(Arc<FitSeen>),
    /// It could not be, in one line.
    Failed(String),
}

impl Model {
    pub(super) fn apply_prices(&mut self, command: PricesCommand) {
        match command {
            PricesCommand::Look(path) => self.look_at_prices(path, None),
            PricesCommand::LookFor { preset, prices } => self.look_at_prices(prices, Some(preset)),
            PricesCommand::Read(reading) => self.read_otherwise(reading),
            PricesCommand::Use(process) => self.use_prices(process),
            PricesCommand::Fit(model) => self.fit_to_prices(model),
            PricesCommand::LeaveFit => {
                if let Looking::Seen(_, fit) = &mut self.prices {
                    *fit = Fit::Nothing;
                }
            }
            PricesCommand::UseFit => self.use_fit(),
            PricesCommand::Leave => self.prices = Looking::Nothing,
        }
    }

    /// Reads a file of prices for what is on screen, or for a preset whose own are not there.
    pub(super) fn look_at_prices(&mut self, path: PathBuf, preset: Option<PathBuf>) {
        let Some(path) = self.findable(path) else {
            return;
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
        let own = || MarketOf::Scenario(self.session.own().place.document.scenario().clone());
        self.read_prices(PricesToRead {
            path,
            reading: Reading::default(),
            now: now.and_then(|now| i64::try_from(now.as_micros()).ok()),
            market: preset.map_or_else(own, MarketOf::Preset),
        });
    }

    fn read_prices(&mut self, read: PricesToRead) {
        let path = read.path.display().to_string();
        match HistoryReading::begin(read, self.engine.wake()) {
            Some(reading) => self.prices = Looking::Reading(reading),
            None => self.refuse_open(&path, "the system gives no thread to read it on"),
        }
    }

    /// Reads the same file again, as one chose.
    fn read_otherwise(&mut self, reading: Reading) {
        let read = match &self.prices {
            Looking::Nothing => return,
            Looking::Reading(of) => &of.read,
            Looking::Asked(read, _) => read,
            Looking::Seen(seen, _) => &seen.read,
        };
        let read = PricesToRead {
            reading,
            ..read.clone()
        };
        self.read_prices(read);
    }

    /// Takes in what came of reading.
    pub(super) fn hear_prices(&mut self) {
        if let Looking::Seen(_, fit) = &mut self.prices
            && let Fit::Working(working) = fit
            && let Some(answer) = working.answer()
        {
            *fit = match answer {
                Ok(seen) => Fit::Done(Arc::new(seen)),
                Err(reason) => Fit::Failed(reason),
            };
        }
        let Looking::Reading(reading) = &self.prices else {
            return;
        };
        let Some(answer) = reading.answer() else {
            return;
        };
        let read = reading.read.clone();
        self.prices = match answer {
            Ok(seen) => Looking::Seen(Arc::new(seen), Fit::Nothing),
            Err(NotSeen::Asked(_, asks)) => Looking::Asked(read, asks),
            Err(NotSeen::Stopped) => Looking::Nothing,
            Err(NotSeen::Refused(reason)) => {
                self.refuse_open(&read.path.display().to_string(), &reason);
                Looking::Nothing
            }
        };
    }

    fn use_prices(&mut self, process: Process) {
        let Looking::Seen(seen, _) = &self.prices else {
            return;
        };
        let seen = seen.clone();
        match &seen.read.market {
            MarketOf::Preset(path) => {
                let prices = Box::new(seen.prices.clone());
                let job = FileJob::OpenOn(path.clone(), prices, process);
                self.engine.files().ask(job);
                self.prices = Looking::Nothing;
            }
            MarketOf::Scenario(_) => self.put_prices(&seen, process),
        }
    }

    /// Makes the paths of what is on screen of prices, as one step that undo takes back.
    fn put_prices(&mut self, seen: &PricesSeen, process: Process) {
        let change = [("market.process", process.name())];
        // One's own work, whatever lesson is taken or path hedged.
        let own = self.session.own().place.document.scenario().clone();
        let scenario = own.with_prices(seen.prices.clone(), change);
        self.put_market(scenario, "market.recorded.prices");
    }

    /// Fits a process to what was read.
    fn fit_to_prices(&mut self, model: Fitted) {
        let (scenario, wake) = (
            self.session.own().place.document.scenario().clone(),
            self.engine.wake(),
        );
        let Looking::Seen(seen, fit) = &mut self.prices else {
            return;
        };
        if let MarketOf::Scenario(_) = &seen.read.market {
            let begun = Fitting::begin(model, seen.history.clone(), scenario, wake);
            let none = || Fit::Failed("the system gives no thread to fit it on".into());
            *fit = begun.map_or_else(none, Fit::Working);
        }
    }

    fn use_fit(&mut self) {
        if let Looking::Seen(_, Fit::Done(fit)) = &self.prices {
            let own = self.session.own().place.document.scenario().clone();
            let scenario = fit.fit.adopted(&own);
            self.put_market(scenario, "market.process");
        }
    }

    /// Puts another market on screen, as one step that undo takes back.
    fn put_market(&mut self, scenario: Result<Scenario, FieldError>, field: &'static str) {
        let scenario = scenario.and_then(|scenario| {
            let mut parameters = scenario.into_parameters();
            // A path of another market would be shown in the place of these.
            parameters.shown_path = None;
            Scenario::new(parameters)
        });
        match scenario {
            Ok(scenario) => {
                self.put_scenario(scenario, field);
                self.prices = Looking::Nothing;
            }
            Err(refused) => self.tell(Notice::error(
                "These prices do not go with what is on screen; nothing was changed",
                refused.to_string(),
            )),
        }
    }

    /// The prices of a preset are not where it says: tells which, and asks for them.
    pub(super) fn ask_for_prices(&mut self, preset: PathBuf, prices: String, reason: &str) {
        self.refuse_open(&preset.display().to_string(), reason);
        self.asks_for_prices = Some((preset, prices));
    }

    /// Asks for the prices of a preset, where it is these that are missing.
    pub fn ask_where_prices_are(&mut self, preset: PathBuf) {
        let prices = presets::missing_prices(&preset);
        self.asks_for_prices = prices.map(|prices| (preset, prices));
    }

    /// The preset whose prices are to be asked for, and what it calls them, since the last call.
    pub fn asks_for_prices(&mut self) -> Option<(PathBuf, String)> {
        self.asks_for_prices.take()
    }

    /// What is drawn of it.
    pub(super) fn prices_view(&self) -> Option<PricesView> {
        Some(match &self.prices {
            Looking::Nothing => return None,
            Looking::Reading(reading) => PricesView::Reading {
                path: reading.read.path.clone(),
                share: reading.share(),
            },
            Looking::Asked(read, asks) => PricesView::Asked {
                path: read.path.clone(),
                reading: read.reading.clone(),
                asks: asks.clone(),
            },
            Looking::Seen(seen, fit) => PricesView::Seen(
                seen.clone(),
                match fit {
                    Fit::Nothing => FitView::Nothing,
                    Fit::Working(working) => FitView::Working(working.model),
                    Fit::Done(fit) => FitView::Done(fit.clone()),
                    Fit::Failed(reason) => FitView::Failed(reason.clone()),
                },
            ),
        })
    }
}
