//! Breaking off what takes long: a watcher between two parts of it, a flag inside one.

use std::ops::{ControlFlow, RangeInclusive};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Told the share that is done, 0 to 1, every few milliseconds of work; may break off.
pub type Watch<'a> = dyn FnMut(f64) -> ControlFlow<()> + 'a;

/// A flag that any thread may raise, so that a computation on other threads is broken off soon.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks to break off.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Takes the request back.
    pub fn lower(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Whether to break off.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The flag itself, for the kernel.
    pub(super) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// The same for a watcher.
    pub fn ask(&self) -> ControlFlow<()> {
        if self.is_raised() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// A watcher of a part of the work, in terms of the whole: its share runs over `shares`.
pub(super) fn part<'a>(
    watch: &'a mut Watch<'_>,
    shares: RangeInclusive<f64>,
) -> impl FnMut(f64) -> ControlFlow<()> + 'a {
    let (low, high) = shares.into_inner();
    move |share| watch((high - low).mul_add(share, low))
}
