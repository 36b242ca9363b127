//! The sweep that is looked at: what is asked of its desk, and what becomes of the cells that it reads.

use super::Model;
use crate::app::command::SweepCommand;
use crate::app::document::Grain;
use crate::app::format::count;
use crate::app::notice::Notice;
use crate::app::panes::SWEEP;
use crate::app::session::Learned;
use crate::engine::{LoadedCell, Pinned, SweepJob, SweepNews};
use crate::scenario::Scenario;
use crate::sweep::{Meant, is_address};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Longest name of a pin (characters).
const LONGEST: usize = 40;

impl Model {
    pub(super) fn apply_sweep(&mut self, command: SweepCommand) {
        let job = match command {
            SweepCommand::Show(wish) => {
                self.session.sweep_wish = wish;
                return;
            }
            SweepCommand::Take(index) => SweepJob::Load { index, pin: false },
            SweepCommand::Pin(index) => SweepJob::Load { index, pin: true },
            SweepCommand::Start(folder) => SweepJob::Start(place(folder)),
            SweepCommand::Pause => SweepJob::Pause,
            SweepCommand::Resume => SweepJob::Resume,
            SweepCommand::Stop => SweepJob::Stop,
            SweepCommand::Close => SweepJob::Close,
        };
        self.engine.sweep(job);
    }

    /// Looks at a sweep.
    pub(super) fn open_sweep(&self, sweep: Meant) {
        let again = false;
        self.engine.sweep(SweepJob::Open { sweep, again });
    }

    /// Looks at the sweep of an earlier session, where it is still there.
    pub(super) fn open_again(&self, source: Option<&Path>) {
        if let Some(sweep) = source.and_then(Meant::by) {
            let again = true;
            self.engine.sweep(SweepJob::Open { sweep, again });
        }
    }

    /// The sweep that is looked at, by what was opened; one that is computed by the folder of its results.
    #[must_use]
    pub fn sweep_source(&self) -> Option<PathBuf> {
        let seen = self.engine.sweep_seen()?;
        let computed = seen.results.folder().is_some();
        Some(if computed {
            seen.folder.clone()
        } else {
            seen.source.clone()
        })
    }

    /// Hears what the desk for sweeps has to say.
    pub(super) fn hear_sweep(&mut self) {
        let news: Vec<SweepNews> = self.engine.sweep_news().collect();
        for news in news {
            match news {
                SweepNews::Opened { source, again } => {
                    if !again {
                        self.session.remember_file(source);
                        self.to_show = Some(SWEEP);
                    }
                }
                SweepNews::NotOpened { path, reason } => {
                    self.refuse_open(&path.display().to_string(), &reason);
                }
                SweepNews::NotStarted(reason) => {
                    self.tell(Notice::error("The sweep was not started", reason));
                }
                SweepNews::Failed(reason) => {
                    self.tell(Notice::error("Not all of the sweep went well", reason));
                }
                SweepNews::Finished { title, cells } => {
                    let cells = count(cells as u64);
                    self.tell(Notice::info(format!(
                        "{title}: all {cells} cells are there"
                    )));
                }
                SweepNews::Loaded(cell) => self.loaded(*cell),
            }
        }
    }

    fn loaded(&mut self, cell: LoadedCell) {
        if cell.pin {
            let name: String = cell.name.chars().take(LONGEST).collect();
            let pinned = Pinned::new(&cell.scenario, cell.policy);
            if !self.session.pin_other(name.trim(), pinned) {
                self.no_room_for_pins();
            }
            return;
        }
        self.leave_hand();
        self.leave_lesson();
        self.take_cell(cell);
    }

    /// Puts a cell, its scenario and its policy, in the place of what is on screen; one step for undo.
    fn take_cell(&mut self, cell: LoadedCell) {
        let present = self.session.scenario();
        let mut parameters = cell.scenario.into_parameters();
        parameters.shown_path = self.document().path_for(&parameters);
        let Ok(scenario) = Scenario::new(parameters) else {
            return;
        };
        let edited = scenario != **present;
        self.session.edit(Arc::new(scenario), Grain::Whole, None);
        if cell.policy.is_some() && cell.policy != self.session.learned.policy {
            let learned = Learned::still(cell.policy);
            self.session.take_policy(learned, edited);
        }
        self.moved();
    }
}

/// A folder as it is typed, wherever the program was started; an address is one already.
fn place(typed: PathBuf) -> PathBuf {
    if is_address(&typed) {
        return typed;
    }
    std::path::absolute(&typed).unwrap_or(typed)
}
