//! Looking at a sweep: what is new of it, and how long the rest will take.

use super::{PACE, Worker, threads};
use crate::engine::sweep_desk::said::SweepNews;
use crate::sweep::{Cell, estimate};
use std::ops::ControlFlow;
use std::time::Instant;

impl Worker {
    /// Reads what is new, shows it from time to time, and finds out how long the rest will take.
    pub(super) fn look(&mut self) {
        while !self.look_for_a_while() {}
        if self.state.waiting.is_empty() {
            self.find_out_how_long();
        }
    }

    /// Reads what is new, as long as nobody asks for anything else; whether that was all.
    fn look_for_a_while(&mut self) -> bool {
        let (messages, waiting) = (&self.messages, &mut self.state.waiting);
        let Some(open) = &mut self.state.open else {
            return true;
        };
        let (begun, there) = (Instant::now(), open.results.there());
        let mut whole = true;
        let wrong = open.results.look(&|_| true, &mut |_| {
            waiting.extend(messages.try_iter());
            if waiting.is_empty() && begun.elapsed() < PACE {
                return ControlFlow::Continue(());
            }
            whole = false;
            ControlFlow::Break(())
        });
        let asked = !waiting.is_empty();
        let news = open.results.there() != there;
        for error in wrong {
            self.tell(SweepNews::Failed(error.to_string()));
        }
        if news || self.is_working() {
            self.show();
        }
        whole || asked
    }

    /// Works for a moment on a cell, once, where nothing is computed yet.
    fn find_out_how_long(&mut self) {
        let Some(open) = &mut self.state.open else {
            return;
        };
        if open.seconds.is_some() || self.state.work.is_some() {
            return;
        }
        let cells: Vec<Cell> = open.results.waiting().copied().collect();
        let begun = Instant::now();
        let clock = || begun.elapsed().as_secs_f64();
        let plan = open.results.plan().clone();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let seconds = match pool {
            Ok(pool) => pool.install(|| estimate(&plan, &cells, &clock)),
            Err(_) => return,
        };
        // A cell that cannot be trained is told when it is its turn.
        open.seconds = Some(seconds.map_or(f64::NAN, |seconds| seconds / threads() as f64));
        self.show();
    }
}
