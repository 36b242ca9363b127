//! How the views move from one date to the next: for a moment after a step, and not at rest.

use crate::app::view::{Passage, PathView, Standing, ViewModel};
use crate::policy::Who;
use egui::Context;
use std::sync::Arc;

/// How long a step lasts (seconds).
const STEP: f64 = 0.3;
/// The longest that one lasts while playing, and its share of the time between two dates.
const PLAYED: f64 = 0.6;
const SHARE: f64 = 0.95;
/// What would be over sooner is a jump (seconds).
const LEAST: f64 = 0.05;

/// Where the views are between two dates.
#[derive(Default)]
pub struct Motion {
    /// What was shown last: a path, whose book, and the date.
    shown: Option<(Arc<PathView>, Option<Who>, usize)>,
    /// When that date came (seconds).
    came: Option<f64>,
    step: Option<Step>,
    /// Share of the step that has passed.
    share: f64,
}

/// A step from one date to the next or back.
#[derive(Clone, Copy, Debug)]
struct Step {
    from: usize,
    to: usize,
    began: f64,
    lasts: f64,
}

impl Motion {
    /// Lets time pass: once a frame, before anything is drawn.
    pub fn update(&mut self, ctx: &Context, view: &ViewModel) {
        let now = ctx.input(|input| input.time);
        let before = self
            .shown
            .replace((view.path.clone(), view.book.of.clone(), view.step));
        let from = before
            .filter(|(path, of, _)| Arc::ptr_eq(path, &view.path) && *of == view.book.of)
            .map(|(_, _, step)| step);
        match from {
            Some(from) if from != view.step => {
                // Whoever drags fast or holds a key down is ahead of any motion.
                let hurried = !view.playing && self.came.is_some_and(|came| now - came < STEP);
                self.step = start(from, view, now).filter(|_| !hurried);
                self.came = Some(now);
            }
            Some(_) => {}
            None => self.step = None,
        }
        if let Some(step) = self.step {
            self.share = (now - step.began) / step.lasts;
            if self.share >= 1.0 {
                self.step = None;
            } else {
                ctx.request_repaint();
            }
        }
    }

    /// The date that is shown, between two of them during a step.
    #[must_use]
    pub fn date(&self, view: &ViewModel) -> f64 {
        let Some((from, share)) = self.forwards() else {
            return view.step as f64;
        };
        from as f64 + Passage::time(share)
    }

    /// The book that is shown and the size drawn into it, during a step.
    #[must_use]
    pub fn book(&self, view: &ViewModel) -> Option<(Standing, f64)> {
        let (from, share) = self.forwards()?;
        let passage = if from < view.step {
            view.book.arrives
        } else {
            view.book.leaves
        };
        Some(passage?.at(share))
    }

    /// The earlier date of the step, and how far from it to the later one it is.
    fn forwards(&self) -> Option<(usize, f64)> {
        let step = self.step?;
        let share = self.share.clamp(0.0, 1.0);
        Some(if step.to > step.from {
            (step.from, share)
        } else {
            (step.to, 1.0 - share)
        })
    }
}

/// A step to the date that is now shown, if that is the next one or the one before.
fn start(from: usize, view: &ViewModel, now: f64) -> Option<Step> {
    let lasts = if view.playing {
        PLAYED.min(SHARE / view.speed)
    } else {
        STEP
    };
    (from.abs_diff(view.step) == 1 && lasts >= LEAST).then_some(Step {
        from,
        to: view.step,
        began: now,
        lasts,
    })
}
