//! A letter box for one letter: a newer one replaces the one not yet read.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub(super) struct Mailbox<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    letter: Option<T>,
    closed: bool,
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                letter: None,
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }
}

impl<T> Mailbox<T> {
    /// A panic elsewhere leaves the state whole: every change to it is one assignment.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn put(&self, letter: T) {
        self.lock().letter = Some(letter);
        self.changed.notify_one();
    }

    /// Waits for a letter; `None` once the box is closed.
    pub fn take(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(letter) = state.letter.take() {
                return Some(letter);
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether the reader should drop what it does and look.
    pub fn has_news(&self) -> bool {
        let state = self.lock();
        state.closed || state.letter.is_some()
    }

    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }
}
