//! A gate that holds up who comes through, and a clock that stands still meanwhile.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The gate.
pub(super) struct Gate {
    state: Mutex<State>,
    opened: Condvar,
}

struct State {
    begun: Instant,
    /// Since when it is closed.
    closed: Option<Instant>,
    /// How long it was closed before that.
    held: Duration,
}

impl Gate {
    /// An open gate, whose clock begins now.
    pub fn new() -> Self {
        let begun = Instant::now();
        Self {
            state: Mutex::new(State {
                begun,
                closed: None,
                held: Duration::ZERO,
            }),
            opened: Condvar::new(),
        }
    }

    /// A panic elsewhere leaves the state whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while it is closed.
    pub fn pass(&self) {
        let mut state = self.lock();
        while state.closed.is_some() {
            let waited = self.opened.wait(state);
            state = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Closes it.
    pub fn close(&self) {
        let mut state = self.lock();
        if state.closed.is_none() {
            state.closed = Some(Instant::now());
        }
    }

    /// Opens it.
    pub fn open(&self) {
        let mut state = self.lock();
        if let Some(since) = state.closed.take() {
            state.held += since.elapsed();
        }
        self.opened.notify_all();
    }

    /// Seconds since the beginning, without those in which it was closed.
    pub fn seconds(&self) -> f64 {
        let state = self.lock();
        let until = state.closed.unwrap_or_else(Instant::now);
        let open = until.duration_since(state.begun).saturating_sub(state.held);
        open.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn who_comes_waits_until_it_opens_and_the_clock_stands_still() {
        let gate = Arc::new(Gate::new());
        gate.close();
        let before = gate.seconds();
        let other = gate.clone();
        let passing = std::thread::spawn(move || other.pass());
        std::thread::sleep(Duration::from_millis(30));
        assert!(!passing.is_finished());
        assert!((gate.seconds() - before).abs() < 1e-9);
        gate.open();
        passing.join().unwrap();
        assert!(gate.seconds() < 0.03);
    }
}
