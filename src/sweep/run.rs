//! The work itself: chains, dealt out to workers, each cell kept as soon as it is done.
//!
//! Where there are as many chains as threads, every cell is computed on one thread: nothing waits there for
//! the slowest part of a step. Results do not depend on it.

use super::cell::{Cell, Chain};
use super::compute::Site;
use super::error::SweepError;
use super::folder::Folder;
use super::plan::Plan;
use crate::training::Interrupt;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is heard of a run while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    /// A cell's network is being trained; this share of it is done.
    Training(&'a Cell, f64),
    /// A cell is done, and took so many seconds.
    Done(&'a Cell, f64),
    /// A cell was there already.
    There(&'a Cell),
    /// A cell cannot be done, nor those after it in its chain.
    Failed(&'a Cell, &'a SweepError),
}

/// A run: what is to be computed, where, and who is told.
pub struct Run<'a> {
    /// The sweep.
    pub plan: &'a Plan,
    /// Where results go.
    pub folder: &'a Folder,
    /// The chains to compute.
    pub chains: &'a [Chain],
    /// Number of threads.
    pub threads: usize,
    /// Raised when the work is no longer wanted.
    pub stop: &'a Interrupt,
    /// Seconds since some instant.
    pub clock: &'a (dyn Fn() -> f64 + Sync),
    /// Hears the news, from any thread.
    pub told: &'a (dyn Fn(News<'_>) + Sync),
}

impl Run<'_> {
    /// Computes what is not there yet, until all is done or the run is stopped. Whatever happens, what is done
    /// is kept. A cell that cannot be trained ends its chain alone.
    ///
    /// # Errors
    /// The first failure.
    pub fn go(&self) -> Result<(), SweepError> {
        let cells = self.chains.iter().flat_map(|chain| &chain.cells);
        let there = self.folder.there(cells)?;
        let pools = self.pools(&there)?;
        let next = AtomicUsize::new(0);
        let failure = Mutex::new(None);
        rayon::scope(|scope| {
            for pool in &pools {
                scope.spawn(|_| pool.install(|| self.work(&there, &next, &failure)));
            }
        });
        // No part of the results.
        let _best_effort = self.folder.end_logs();
        match failure.into_inner() {
            Ok(Some(failure)) => Err(failure),
            _ => Ok(()),
        }
    }

    /// One pool of threads for each worker: as many workers as there is work for.
    fn pools(&self, there: &BTreeSet<usize>) -> Result<Vec<ThreadPool>, SweepError> {
        let threads = self.threads.max(1);
        let waits = |chain: &&Chain| chain.cells.iter().any(|cell| !there.contains(&cell.index));
        let waiting = self
            .chains
            .iter()
            .filter(waits)
            .take(threads)
            .count()
            .max(1);
        let pool = |worker: usize| {
            let own = threads / waiting + usize::from(worker < threads % waiting);
            let pool = ThreadPoolBuilder::new().num_threads(own).build();
            pool.map_err(|error| SweepError::Other {
                what: "threads",
                reason: error.to_string(),
            })
        };
        (0..waiting).map(pool).collect()
    }

    /// What one worker does: chain after chain.
    fn work(
        &self,
        there: &BTreeSet<usize>,
        next: &AtomicUsize,
        failure: &Mutex<Option<SweepError>>,
    ) {
        loop {
            let chain = self.chains.get(next.fetch_add(1, Ordering::Relaxed));
            let failed = || {
                failure.lock().is_ok_and(|failure| {
                    failure
                        .as_ref()
                        .is_some_and(|failure| !failure.is_of_one_cell())
                })
            };
            let Some(chain) = chain.filter(|_| !self.stop.is_raised() && !failed()) else {
                return;
            };
            if let Err(error) = self.chain(chain, there)
                && let Ok(mut failure) = failure.lock()
            {
                // What stops everything is told before what stops one chain.
                let first = failure.as_ref().is_none_or(SweepError::is_of_one_cell);
                if first && (failure.is_none() || !error.is_of_one_cell()) {
                    *failure = Some(error);
                }
            }
        }
    }

    fn chain(&self, chain: &Chain, there: &BTreeSet<usize>) -> Result<(), SweepError> {
        let site = Site {
            plan: self.plan,
            folder: self.folder,
            stop: self.stop,
        };
        for cell in &chain.cells {
            // Somebody else may have made it since.
            if there.contains(&cell.index) || self.folder.has(cell)? {
                (self.told)(News::There(cell));
                continue;
            }
            let start = (self.clock)();
            let training = |share| (self.told)(News::Training(cell, share));
            match site.compute(cell, &training) {
                Ok(true) => (self.told)(News::Done(cell, (self.clock)() - start)),
                Ok(false) => return Ok(()),
                Err(error) => {
                    (self.told)(News::Failed(cell, &error));
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}
