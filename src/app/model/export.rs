//! Taking a view away: what is asked of the export worker, and what becomes of it.

use super::{Model, PATHS, replay};
use crate::app::command::ExportAs;
use crate::app::notice::Notice;
use crate::engine::{Export, Exported, Outcomes, Reference, StrategyOutcome, What};
use crate::gallery::{Course, Errors, Gaps, View, in_pin, name_of};
use crate::policy::{Policy, Who};
use crate::scenario::Strategy;
use std::sync::mpsc::{Receiver, TryRecvError};

/// Something for the system's clipboard.
#[derive(Clone, Debug)]
pub enum Copied {
    /// Width and height, and rows of red, green, blue and opacity.
    Image([usize; 2], Vec<u8>),
    Text(String),
}

impl Model {
    /// Whether what is on screen may be taken away: not while a lesson asks what it would tell, nor the
    /// later prices of a hedge by hand.
    #[must_use]
    pub fn may_export(&self) -> bool {
        self.session.hand.is_none() && !self.view.keeps_quiet()
    }

    pub(super) fn export(&mut self, wanted: ExportAs) {
        if !self.may_export() {
            self.tell(Notice::info("This can be taken away once it is answered"));
            return;
        }
        let Some(what) = self.what(&wanted) else {
            self.tell(Notice::error(
                "There is nothing to export",
                "this view shows nothing yet",
            ));
            return;
        };
        let session = &self.session;
        let tuned = replay::tuned(session, self.outcomes.as_ref());
        let modified = if self.view.modified { ", modified" } else { "" };
        let export = Export {
            preset: format!("{}{modified}", self.view.preset),
            scenario: session.scenario().clone(),
            learned: match session.looking_back() {
                Some(back) if wanted.view == View::Policy => vec![back.policy.clone()],
                _ => session.learned().to_vec(),
            },
            tuned: tuned[0],
            pinned: session
                .shown_pins()
                .zip(&tuned[1..])
                .map(|(pin, tuned)| (pin.label.name.clone(), pin.pinned.clone(), *tuned))
                .collect(),
            number: session.place.shown,
            focus: session.focus.clone(),
            date: session.step,
            what,
            form: wanted.form,
            sheet: wanted.sheet,
        };
        match export.begin(self.engine.wake()) {
            Some(answer) => self.exports.push(answer),
            None => self.tell(Notice::error(
                "The view was not exported",
                "the system gives no thread",
            )),
        }
    }

    /// The view with what it shows now; `None` where it shows nothing.
    fn what(&self, wanted: &ExportAs) -> Option<What> {
        let session = &self.session;
        Some(match wanted.view {
            View::Book => {
                let ladder = self.view.shown_ladder();
                What::Book(ladder.map(|ladder| ladder.quoted.clone()))
            }
            View::Liquidity => What::Liquidity {
                relative: session.relative_prices,
            },
            View::Policy => What::Policy(session.chart, session.probe),
            View::Path => What::Path,
            View::Ledger => What::Ledger,
            View::Gaps => What::Gaps,
            View::Sweep => {
                let sweep = &self.view.sweep;
                let (shown, laid) = sweep.what.clone()?;
                What::Sweep(sweep.seen.as_ref()?.results.clone(), shown, laid)
            }
            View::Why => What::Why {
                here: wanted.at_date,
            },
            View::Explorer => {
                let ask = self.explorer_ask()?;
                let who = session.learned.policy.as_ref()?.who();
                What::Explorer(Box::new(ask), session.explored.colour, who)
            }
            View::Costs if wanted.on_average => What::MeanCosts(PATHS),
            View::Costs => What::Costs,
            View::Price => What::Price(self.priced().0?, wanted.rule),
            View::Distribution if wanted.gaps => {
                let outcomes = self.outcomes.as_ref()?;
                let against = against(outcomes.reference.as_ref()?);
                What::Differences(outcomes.paths, against, gaps(outcomes), wanted.shape)
            }
            View::Distribution => {
                let outcomes = self.outcomes.as_ref()?;
                What::Distribution(outcomes.paths, self.errors(outcomes), wanted.shape)
            }
            View::Training => {
                let progress = session.shown_run()?;
                let report = &progress.report;
                let marks = [
                    (Strategy::Delta, report.delta),
                    (Strategy::Leland, report.leland),
                    (Strategy::SoftBand, report.soft_band),
                ];
                let course = Course {
                    checks: report.history.to_vec(),
                    losses: progress.losses.clone(),
                    marks: marks.into_iter().filter(|(_, x)| x.is_finite()).collect(),
                };
                What::Training(progress.scenario.clone(), course)
            }
        })
    }

    /// Everybody's errors, and those of the one in focus in each pinned scenario.
    fn errors(&self, outcomes: &Outcomes) -> Vec<Errors> {
        let errors = |row: &StrategyOutcome, who: Who| Errors {
            who,
            statistics: row.statistics,
            histogram: row.histogram.clone(),
        };
        let own = outcomes.rows.iter();
        let mut all: Vec<Errors> = own.map(|row| errors(row, row.policy.who.clone())).collect();
        for (pin, there) in self.session.shown_pins().zip(&outcomes.pinned) {
            let of_focus = |row: &&StrategyOutcome| row.policy.who == self.session.focus;
            let row = there.rows.iter().find(of_focus);
            all.extend(row.map(|row| errors(row, in_pin(&row.policy.who, &pin.label.name))));
        }
        all
    }

    /// Hears what became of exports.
    pub(super) fn hear_exports(&mut self) {
        let exports = std::mem::take(&mut self.exports);
        let mut waiting: Vec<Receiver<Exported>> = Vec::new();
        for export in exports {
            match export.try_recv() {
                Ok(done) => self.exported(done),
                Err(TryRecvError::Empty) => waiting.push(export),
                // The thread broke down.
                Err(TryRecvError::Disconnected) => self.tell(Notice::error(
                    "The view was not exported",
                    "an error of the program's own",
                )),
            }
        }
        self.exports = waiting;
    }

    fn exported(&mut self, done: Exported) {
        match done {
            Exported::Written(path) => {
                self.tell(Notice::info(format!("Exported {}", path.display())));
            }
            Exported::Image(size, pixels) => {
                self.copied.push(Copied::Image(size, pixels));
                self.tell(Notice::info("The picture is copied"));
            }
            Exported::Text(text) => {
                self.copied.push(Copied::Text(text));
                self.tell(Notice::info("The table is copied"));
            }
            Exported::Failed(reason) => {
                self.tell(Notice::error("The view was not exported", reason));
            }
        }
    }

    /// What is for the system's clipboard, since the last call.
    pub fn copied(&mut self) -> Vec<Copied> {
        std::mem::take(&mut self.copied)
    }
}

/// Differences from whom everybody is compared with.
fn gaps(outcomes: &Outcomes) -> Vec<Gaps> {
    let of = |row: &StrategyOutcome| {
        let against = row.against.as_ref()?;
        Some(Gaps {
            who: row.policy.who.clone(),
            mean: against.difference.mean,
            histogram: against.histogram.clone(),
        })
    };
    outcomes.rows.iter().filter_map(of).collect()
}

/// With whom everybody is compared, in words.
fn against(reference: &Reference) -> String {
    let who = reference.who.as_ref().map_or("the same policy", name_of);
    match reference.pin {
        Some(_) => format!("{who} in the pinned scenario"),
        None => who.to_owned(),
    }
}
