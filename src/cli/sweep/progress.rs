//! How far a sweep is, and how long it will take: on a terminal, now and then elsewhere, or as JSON lines.

use super::told_time;
use crate::cli::progress::Bar;
use crate::cli::table::grouped;
use crate::cli::{note, print};
use crate::sweep::{Cell, Course, Folder, News, Plan, Share, SweepError};
use serde_json::{Value, json};
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
    /// Of the cells of this share.
    course: Course,
    said: Instant,
}

impl State {
    /// Seconds left, from those that this run has taken.
    fn left(&self) -> Option<f64> {
        self.course.left(self.start.elapsed().as_secs_f64())
    }

    fn told(&self) -> String {
        let done = grouped(self.course.done() as u64);
        let left = self.left().map(|s| format!(", {} left", told_time(s)));
        format!(
            "{done} of {} cells{}",
            grouped(self.course.cells() as u64),
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
    ) -> Result<Self, SweepError> {
        let there = folder.there(cells)?.len();
        let progress = Self {
            plan,
            folder,
            share,
            how,
            bar: Bar::new(),
            state: Mutex::new(State {
                start: Instant::now(),
                course: Course::new(cells.len(), there),
                said: Instant::now(),
            }),
        };
        progress.line(|| {
            json!({
                "event": "begin", "cells": cells.len(), "there": there,
                "share": share.to_string(), "threads": threads,
            })
        });
        Ok(progress)
    }

    /// Cells that were there from before.
    pub(super) fn there(&self) -> usize {
        self.state().course.there()
    }

    pub(super) fn hear(&self, news: &News<'_>) {
        let mut state = self.state();
        state.course.hear(news);
        match news {
            News::There(_) => return,
            News::Training(..) => {}
            News::Done(cell, seconds) => {
                self.log(cell, *seconds);
                let (done, cells) = (state.course.done(), state.course.cells());
                let left = state.left();
                self.line(|| {
                    json!({
                        "event": "cell", "cell": cell.name, "number": cell.index + 1,
                        "place": self.plan.told(cell.index), "seconds": seconds,
                        "done": done, "cells": cells, "left_seconds": left,
                    })
                });
            }
            News::Failed(cell, error) => {
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
        self.bar.show(state.course.share(), || state.told());
        if self.bar.is_hidden() && state.said.elapsed() > NOW_AND_THEN {
            state.said = Instant::now();
            note(&state.told());
        }
    }

    pub(super) fn end(&self, done: usize, seconds: f64, stopped: bool) {
        self.bar.clear();
        let cells = self.state().course.cells();
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
        let now = now.map_or(0, |passed| passed.as_secs());
        let _best_effort = self.folder.log_cell(self.share, cell, (now, seconds));
    }
}
