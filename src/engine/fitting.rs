//! Fitting a process to recorded prices that were read, beside the window, until somebody says stop.

use super::{Wake, aside, panic_message};
use crate::figure::Figure;
use crate::gallery::{self, FitChart};
use crate::history::History;
use crate::history::fit::{Fit, Model, Taken, fit};
use crate::scenario::Scenario;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;

/// A process that was fitted.
#[derive(Debug)]
pub struct FitSeen {
    /// What was found.
    pub fit: Fit,
    /// Quantiles of the returns against those of the process, drawn.
    pub figure: Arc<Figure>,
    /// The scenario with the process as its market, or why it cannot be.
    pub market: Result<Arc<Scenario>, String>,
}

/// A fit under way on a thread of its own; whoever drops it stops that.
#[derive(Debug)]
pub struct Fitting {
    /// Which process.
    pub model: Model,
    stop: Arc<AtomicBool>,
    answer: Receiver<Result<FitSeen, String>>,
}

impl Fitting {
    /// Begins a fit to all prices of `history`, for the market of `scenario`; `None` when the system gives no thread.
    #[must_use]
    pub fn begin(
        model: Model,
        history: Arc<History>,
        scenario: Arc<Scenario>,
        wake: Wake,
    ) -> Option<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let asked = stop.clone();
        let answer = aside("fit", wake, move || {
            let seen = || FitSeen::of(model, &history, &scenario, &asked);
            let seen = catch_unwind(AssertUnwindSafe(seen));
            seen.unwrap_or_else(|payload| Err(panic_message(payload.as_ref())))
        })?;
        Some(Self {
            model,
            stop,
            answer,
        })
    }

    /// What came of it, once it is there; else why nothing did, in one line.
    #[must_use]
    pub fn answer(&self) -> Option<Result<FitSeen, String>> {
        self.answer.try_recv().ok()
    }
}

impl Drop for Fitting {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl FitSeen {
    fn of(
        model: Model,
        history: &History,
        scenario: &Scenario,
        stop: &AtomicBool,
    ) -> Result<Self, String> {
        let taken = Taken::for_dates(history, scenario).map_err(|error| error.to_string())?;
        let mut watch = |_share: f64| {
            if stop.load(Ordering::Relaxed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let fit = fit(history, &taken, model, &mut watch).map_err(|error| error.to_string())?;
        let drawn = gallery::fit("", history, (&fit, FitChart::Quantiles), scenario);
        let mut figure = drawn.map_err(|error| error.to_string())?;
        // What stands beside it on screen.
        (figure.title, figure.caption) = Default::default();
        let market = fit.adopted(scenario).map(Arc::new);
        Ok(Self {
            market: market.map_err(|error| error.to_string()),
            fit,
            figure: Arc::new(figure),
        })
    }
}
