//! How far a sweep is, and how long it will take: on a terminal, now and then elsewhere, or as JSON lines.

use super::told_time;
use crate::cli::progress::Bar;
use crate::cli::table::grouped;
use crate::cli::{note, print};
use crate::sweep::{Cell, Folder, News, Plan, Share};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How often something is said where nobody sees a bar.
const NOW_AND_THEN: Duration = Duration::from_secs(30);

/// Who is told.
pub(super) struct Progress<'a> {
    plan: &'a Plan,
    folder: &'a Folder,
    share: Share,
    how: &'a str,
    bar: Bar,
    state: Mutex<State>,
}

struct State {
    start: Instant,
    /// Cells of this share.
    cells: usize,
    /// Those that were there when it began.
    there: usize,
    /// Those done since.
    done: usize,
    /// Which share of their training cells at work have behind them, by number.
    at_work: BTreeMap<usize, f64>,
    said: Instant,
}

impl State {
    /// Seconds left, from those that this run has taken.
    fn left(&self) -> Option<f64> {
        let waiting = self.cells - self.there - self.done;
        let under_way: f64 = self.at_work.values().sum();
        let done = self.done as f64 + under_way;
        let passed = self.start.elapsed().as_secs_f64();
        (done > 0.0).then(|| passed * (waiting as f64 - under_way).max(0.0) / done)
    }

    fn told(&self) -> String {
        let done = grouped((self.there + self.done) as u64);
        let left = self.left().map(|s| format!(", {} left", told_time(s)));
        format!(
            "{done} of {} cells{}",
            grouped(self.cells as u64),
            left.unwrap_or_default()
        )
    }
}

impl<'a> Progress<'a> {
    pub(super) fn begin(
        how: &'a str,
        plan: &'a Plan,
        folder: &'a Folder,
        cells: &[Cell],
        share: Share,
        threads: usize,
    ) -> Self {
        let there = cells.iter().filter(|cell| folder.has(cell)).count();
        let progress = Self {
            plan,
            folder,
            share,
            how,
            bar: Bar::new(),
            state: Mutex::new(State {
                start: Instant::now(),
                cells: cells.len(),
                there,
                done: 0,
                at_work: BTreeMap::new(),
                said: Instant::now(),
            }),
        };
        progress.line(|| {
            json!({
                "event": "begin", "cells": cells.len(), "there": there,
                "share": share.to_string(), "threads": threads,
            })
        });
        progress
    }

    /// Cells that were there from before.
    pub(super) fn there(&self) -> usize {
        self.state().there
    }

    pub(super) fn hear(&self, news: &News<'_>) {
        let mut state = self.state();
        match news {
            News::There(_) => return,
            News::Training(cell, share) => {
                state.at_work.insert(cell.index, *share);
            }
            News::Done(cell, seconds) => {
                state.at_work.remove(&cell.index);
                state.done += 1;
                self.log(cell, *seconds);
                let (done, cells, left) = (state.there + state.done, state.cells, state.left());
                self.line(|| {
                    json!({
                        "event": "cell", "cell": cell.name, "number": cell.index + 1,
                        "place": self.plan.told(cell.index), "seconds": seconds,
                        "done": done, "cells": cells, "left_seconds": left,
                    })
                });
            }
            News::Failed(cell, error) => {
                state.at_work.remove(&cell.index);
                if self.how != "json" {
                    note(&format!("{error}; the other chains go on"));
                }
                self.line(|| {
                    json!({
                        "event": "failed", "cell": cell.name,
                        "place": self.plan.told(cell.index), "reason": error.to_string(),
                    })
                });
            }
        }
        if self.how != "bar" {
            return;
        }
        let under_way: f64 = state.at_work.values().sum();
        let done = (state.there + state.done) as f64 + under_way;
        self.bar
            .show(done / state.cells.max(1) as f64, || state.told());
        if self.bar.is_hidden() && state.said.elapsed() > NOW_AND_THEN {
            state.said = Instant::now();
            note(&state.told());
        }
    }

    pub(super) fn end(&self, done: usize, seconds: f64, stopped: bool) {
        self.bar.clear();
        let cells = self.state().cells;
        self.line(|| {
            json!({"event": "end", "done": done, "cells": cells, "seconds": seconds, "stopped": stopped})
        });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A line for programs, made only where one is read.
    fn line(&self, value: impl FnOnce() -> Value) {
        if self.how == "json" {
            let _said_as_far_as_it_goes = print(&format!("{}\n", value()));
        }
    }

    /// What `status` knows of times; not having it costs no result.
    fn log(&self, cell: &Cell, seconds: f64) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let line = json!({
            "cell": cell.name, "seconds": seconds,
            "at": now.map_or(0, |passed| passed.as_secs()),
        });
        let _best_effort = self.folder.log(&self.share.file_name(), &line.to_string());
    }
}
