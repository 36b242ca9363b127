//! A letter box for one letter: a newer one replaces the one not yet read.

use std::ops::ControlFlow;
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

    /// Puts a letter in; nobody reads one put into a closed box.
    pub fn put(&self, letter: T) {
        let mut state = self.lock();
        if !state.closed {
            state.letter = Some(letter);
            self.changed.notify_one();
        }
    }

    /// Waits for a letter; `None` once the box is closed and empty.
    pub fn take(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(letter) = state.letter.take() {
                return Some(letter);
            }
            if state.closed {
                return None;
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

    /// The same for a watcher: it breaks off.
    pub fn ask(&self) -> ControlFlow<()> {
        if self.has_news() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Closes the box and throws away the letter not yet read.
    pub fn close(&self) {
        self.lock().letter = None;
        self.finish();
    }

    /// Closes the box; the letter in it is still read.
    pub fn finish(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_letter_replaces_the_one_not_yet_read() {
        let mailbox = Mailbox::default();
        mailbox.put(1);
        mailbox.put(2);
        assert!(mailbox.has_news());
        assert_eq!(mailbox.take(), Some(2));
        assert!(!mailbox.has_news());
    }

    #[test]
    fn a_closed_box_gives_its_last_letter_only_if_it_was_finished() {
        let (closed, finished) = (Mailbox::default(), Mailbox::default());
        closed.put(1);
        closed.close();
        finished.put(1);
        finished.finish();
        finished.put(2);
        assert_eq!((closed.take(), finished.take()), (None, Some(1)));
        assert_eq!(finished.take(), None);
    }
}
