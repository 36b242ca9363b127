//! Work on a thread of its own that tells how much of it is done, and that is stopped by whoever drops it.

use super::{Wake, aside, panic_message};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::Receiver;

/// The share that is done, in so many parts.
const PARTS: f64 = 1000.0;
/// The share is told again when it is larger by so many parts.
const TELL: u32 = 20;

/// How work says what share of it is done, and hears whether to go on.
pub type Watch<'a> = &'a mut dyn FnMut(f64) -> ControlFlow<()>;

/// The work; whoever drops it stops it.
#[derive(Debug)]
pub struct Watched<T> {
    done: Arc<AtomicU32>,
    stop: Arc<AtomicBool>,
    answer: Receiver<Result<T, String>>,
}

impl<T: Send + 'static> Watched<T> {
    /// Begins it; `None` when the system gives no thread.
    pub(super) fn begin(
        name: &str,
        wake: Wake,
        work: impl FnOnce(Watch<'_>) -> T + Send + 'static,
    ) -> Option<Self> {
        let (done, stop) = <(Arc<AtomicU32>, Arc<AtomicBool>)>::default();
        let (told, asked, teller) = (done.clone(), stop.clone(), wake.clone());
        let answer = aside(name, wake, move || {
            let mut watch = |share: f64| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a share of a thousand"
                )]
                let parts = (PARTS * share) as u32;
                if parts >= told.load(Ordering::Relaxed) + TELL {
                    told.store(parts, Ordering::Relaxed);
                    teller.call();
                }
                if asked.load(Ordering::Relaxed) {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            };
            let done = catch_unwind(AssertUnwindSafe(|| work(&mut watch)));
            done.map_err(|payload| panic_message(payload.as_ref()))
        })?;
        Some(Self { done, stop, answer })
    }

    /// The share that is done.
    #[must_use]
    pub fn share(&self) -> f64 {
        f64::from(self.done.load(Ordering::Relaxed)) / PARTS
    }

    /// What came of it, once it is there; else what a panic said.
    #[must_use]
    pub fn answer(&self) -> Option<Result<T, String>> {
        self.answer.try_recv().ok()
    }
}

impl<T> Drop for Watched<T> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
