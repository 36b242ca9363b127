//! The desk for files: one worker that reads and writes what a person made, in the order in which it
//! is asked. Whoever leaves waits until the last file is written.

use super::{MarketOf, Pin, Wake, panic_message, pins_brought};
use crate::files::{self, Claim, FileError};
use crate::hand::Challenge;
use crate::history;
use crate::lessons;
use crate::logbook::{self, Entry};
use crate::policy::LearnedPolicy;
use crate::presets;
use crate::quotes;
use crate::record::{Record, RecordFolder};
use crate::scenario::{Named, PriceFile, Process, Scenario, Strategy};
use crate::sweep::Meant;
use crate::training::Checkpoint;
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

mod keep;
mod own;
mod save;

pub use keep::Keep;
pub use own::{OwnJob, OwnPresets};
pub use save::{Over, Save};

/// What the desk is asked.
pub enum FileJob {
    /// Read a preset with its policy, a record, a file of weights, or a challenge.
    Open(PathBuf),
    /// Read what was given together: quoted books together, of all else the first.
    OpenAll(Vec<PathBuf>),
    /// Read a preset, with these prices in place of those that it names, by a process.
    OpenOn(PathBuf, Box<PriceFile>, Process),
    /// Write a preset with its policy.
    Save(Box<Save>),
    /// Write what must come back at the next start; one that nobody has begun gives way to a newer
    /// one.
    Keep(Keep),
    /// See to the presets of one's own.
    Own(OwnJob),
    /// Add an entry to the record of what a person did.
    Record(PathBuf, Box<Entry>),
}

/// What the desk has done.
#[derive(Debug)]
pub enum FileNews {
    /// A preset or a file of weights was read.
    Opened(Box<Opened>),
    /// It does not load.
    NotOpened {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The preset does not load, for its prices are not where it says.
    WithoutPrices {
        /// Which preset.
        path: PathBuf,
        /// The prices, as it calls them.
        prices: String,
        /// Why, in one line.
        reason: String,
    },
    /// A file is one of recorded prices, to be read and looked at.
    Prices(PathBuf),
    /// Files are of quoted books, to be read and looked at.
    Books(Vec<PathBuf>),
    /// A preset and its policy are on disk.
    Saved(Box<Save>),
    /// Nothing was written.
    NotSaved {
        /// Where it should have been.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// What must come back at the next start was not written; what was kept before stands.
    NotKept {
        /// Why.
        reason: String,
    },
    /// One's own presets are these now.
    Own(Box<OwnPresets>),
    /// A challenge to hedge by hand was read.
    Challenge(Box<Challenge>),
    /// A file is a lesson, for the tutor to read.
    Lesson(PathBuf),
    /// A file or a folder is a sweep, for the desk for sweeps to look at.
    Sweep(Meant),
    /// An entry is not in the record.
    NotRecorded {
        /// Which file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The desk broke down over a file and went on with the next.
    Panicked {
        /// What it said.
        message: String,
    },
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Which file.
    pub path: PathBuf,
    /// The scenario in it.
    pub scenario: Scenario,
    /// The policy beside it or in it.
    pub policy: Option<LearnedPolicy>,
    /// The pins of a set, each with its policy.
    pub pins: Option<Vec<Pin>>,
    /// The record that it is, where it is one; the path is that of its folder then.
    pub record: Option<Box<Record>>,
    /// Why a policy beside it does not load.
    pub trouble: Option<String>,
}

impl Opened {
    /// Reads a preset with the policy beside it, a file of weights with the scenario that they
    /// were trained for, or a record with its first trained policy.
    ///
    /// # Errors
    /// Why the file does not load.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = |error: &dyn std::error::Error| error.to_string();
        if RecordFolder::is_meant_in(path) {
            return Self::read_record(path);
        }
        if is_weights(path) {
            let policy = Checkpoint::read(path).map_err(|error| text(&error))?.policy;
            return Ok(Self {
                path: path.to_owned(),
                scenario: policy.trained_for().clone(),
                policy: Some(policy),
                pins: None,
                record: None,
                trouble: None,
            });
        }
        let scenario = presets::load_file(path).map_err(|error| text(&error))?;
        Ok(Self::of_preset(path, scenario))
    }

    /// Reads a preset as [`Opened::read`] does, with prices in place of those that it names.
    fn read_on(path: &Path, prices: &PriceFile, process: Process) -> Result<Self, String> {
        let market = MarketOf::Preset(path.to_owned());
        Ok(Self::of_preset(path, market.on(prices, process)?))
    }

    /// What lies beside a preset that was read.
    fn of_preset(path: &Path, scenario: Scenario) -> Self {
        let mut trouble = None;
        let mut policy = |file: PathBuf| {
            let read = file.exists().then(|| Checkpoint::read(&file))?;
            read.map_err(|error| trouble = Some(error.to_string()))
                .ok()
                .map(|read| read.policy)
        };
        let pins = pins_brought(&scenario, |mark| {
            policy(presets::pin_policy_file(path, mark))
        });
        Self {
            path: path.to_owned(),
            policy: policy(presets::policy_file(path)),
            scenario,
            pins,
            record: None,
            trouble,
        }
    }

    fn read_record(path: &Path) -> Result<Self, String> {
        let folder = RecordFolder::open(path).map_err(|error| error.to_string())?;
        let policy = folder.learned.into_iter().next();
        Ok(Self {
            path: folder.path,
            scenario: folder.scenario,
            // On screen there is one, by the word of its kind.
            policy: policy.map(|policy| policy.called(Strategy::Learned.name())),
            pins: None,
            record: Some(Box::new(folder.record)),
            trouble: None,
        })
    }
}

/// How long a folder is waited for that somebody has.
const PATIENCE: Duration = Duration::from_millis(250);

/// Claims a window's folder, or one in it where another window has it. It may be given back in a moment:
/// by a window that is closing, or by a program that has just been started and holds, until it runs, all
/// that was open where it was started.
///
/// # Errors
/// When the system refuses to make or lock a file there.
pub fn claim(folder: &Path) -> Result<Claim, FileError> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(claim) = Claim::first(folder)? {
            return Ok(claim);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Claim::take(folder)
}

/// Whether a file is one of weights, by its name.
#[must_use]
pub fn is_weights(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("safetensors"))
}

/// A policy as a file that is only to be used.
fn policy_bytes(policy: &LearnedPolicy) -> Result<Vec<u8>, String> {
    let alone = Checkpoint {
        policy: policy.clone(),
        validation: None,
        training: None,
    };
    alone.to_bytes().map_err(|error| error.to_string())
}

/// The worker, and what it has to say.
pub struct FileDesk {
    jobs: Option<Sender<FileJob>>,
    news: Receiver<FileNews>,
    thread: Option<JoinHandle<()>>,
}

impl FileDesk {
    /// Starts the worker.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(wake: Wake) -> io::Result<Self> {
        let (jobs, asked) = channel();
        let (told, news) = channel();
        let worker = Worker {
            told,
            wake,
            kept: keep::Kept::default(),
            saved: BTreeMap::new(),
        };
        let named = Builder::new().name("files".into());
        let thread = named.spawn(move || worker.run(&asked))?;
        Ok(Self {
            jobs: Some(jobs),
            news,
            thread: Some(thread),
        })
    }

    /// Asks for something; it is done after all that was asked before.
    pub fn ask(&self, job: FileJob) {
        if let Some(jobs) = &self.jobs {
            // The worker lives as long as the desk.
            let _gone = jobs.send(job);
        }
    }

    /// What was done since the last call.
    pub fn news(&self) -> impl Iterator<Item = FileNews> + '_ {
        self.news.try_iter()
    }
}

impl Drop for FileDesk {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // Its panics were caught and told.
            let _ended = thread.join();
        }
    }
}

struct Worker {
    told: Sender<FileNews>,
    wake: Wake,
    kept: keep::Kept,
    /// What was saved last in each file.
    saved: BTreeMap<PathBuf, Save>,
}

impl Worker {
    fn run(mut self, asked: &Receiver<FileJob>) {
        while let Ok(first) = asked.recv() {
            let mut jobs: Vec<FileJob> = std::iter::once(first).chain(asked.try_iter()).collect();
            let newest = jobs.iter().rposition(|job| matches!(job, FileJob::Keep(_)));
            for (place, job) in jobs.drain(..).enumerate() {
                if matches!(job, FileJob::Keep(_)) && Some(place) != newest {
                    continue;
                }
                let served = catch_unwind(AssertUnwindSafe(|| self.serve(job)));
                if let Err(payload) = served {
                    let message = panic_message(payload.as_ref());
                    self.tell(FileNews::Panicked { message });
                }
            }
        }
    }

    fn serve(&mut self, job: FileJob) {
        // Before all else: a sweep names a preset as a challenge does.
        if let FileJob::Open(path) = &job
            && let Some(sweep) = Meant::by(path)
        {
            return self.tell(FileNews::Sweep(sweep));
        }
        match job {
            FileJob::OpenAll(paths) => self.open_all(paths),
            FileJob::Open(path) if Challenge::is_meant_in(&path) => {
                self.tell(match Challenge::load_file(&path) {
                    Ok(challenge) => FileNews::Challenge(Box::new(challenge)),
                    Err(error) => FileNews::NotOpened {
                        path,
                        reason: error.to_string(),
                    },
                });
            }
            FileJob::Open(path) if lessons::is_meant_in(&path) => self.tell(FileNews::Lesson(path)),
            FileJob::Open(path) if quotes::is_meant_in(&path) => {
                self.tell(FileNews::Books(vec![path]));
            }
            FileJob::Open(path)
                if history::is_meant_in(&path) && !RecordFolder::is_meant_in(&path) =>
            {
                self.tell(FileNews::Prices(path));
            }
            FileJob::Open(path) => {
                let read = Opened::read(&path);
                self.opened(path, read);
            }
            FileJob::OpenOn(path, prices, process) => {
                let read = Opened::read_on(&path, &prices, process);
                self.opened(path, read);
            }
            FileJob::Save(mut save) => match save.write(self.saved.get(&save.path)) {
                Ok(written) => {
                    save.scenario = Arc::new(written);
                    self.saved.insert(save.path.clone(), (*save).clone());
                    self.tell(FileNews::Saved(save));
                    self.tell(FileNews::Own(Box::new(OwnJob::List.perform())));
                }
                Err(reason) => {
                    let path = save.path;
                    self.tell(FileNews::NotSaved { path, reason });
                }
            },
            FileJob::Keep(keep) => {
                if let Err(reason) = self.kept.write(keep) {
                    self.tell(FileNews::NotKept { reason });
                }
            }
            FileJob::Own(job) => self.tell(FileNews::Own(Box::new(job.perform()))),
            FileJob::Record(path, entry) => {
                if let Err(error) = logbook::append(&path, &entry) {
                    let reason = error.to_string();
                    self.tell(FileNews::NotRecorded { path, reason });
                }
            }
        }
    }

    /// Quoted books are read together, in the order of their names.
    fn open_all(&mut self, mut paths: Vec<PathBuf>) {
        if paths.first().is_some_and(|path| quotes::is_meant_in(path)) {
            paths.sort();
            self.tell(FileNews::Books(paths));
        } else if let Some(path) = paths.into_iter().next() {
            self.serve(FileJob::Open(path));
        }
    }

    /// Tells what became of a file that was to be opened.
    fn opened(&self, path: PathBuf, read: Result<Opened, String>) {
        let reason = match read {
            Ok(opened) => return self.tell(FileNews::Opened(Box::new(opened))),
            Err(reason) => reason,
        };
        self.tell(match presets::missing_prices(&path) {
            Some(prices) => FileNews::WithoutPrices {
                path,
                prices,
                reason,
            },
            None => FileNews::NotOpened { path, reason },
        });
    }

    /// Tells whoever asked; one that is gone needs no telling.
    fn tell(&self, news: FileNews) {
        let _gone = self.told.send(news);
        self.wake.call();
    }
}
