//! The largest errors of a sample in order, exactly.

use super::tail::{Beyond, Tail, rank, whole};
use rayon::prelude::*;

/// Errors that one task looks through.
const PART: usize = 1 << 14;

/// The largest errors in order.
#[derive(Clone, Debug)]
pub(super) struct UpperTail<'a> {
    /// Errors from rank `first` on, ascending.
    sorted: Vec<f64>,
    first: usize,
    errors: &'a [f64],
    draw: usize,
}

impl<'a> UpperTail<'a> {
    /// Everything that figures at level `lowest` or above need; `None` without errors.
    pub fn of(errors: &'a [f64], draw: usize, lowest: f64) -> Option<Self> {
        let count = errors.len();
        if count == 0 {
            return None;
        }
        // Eight standard deviations of the binomial count below the lowest level.
        let margin = 8.0 * (count as f64 * lowest * (1.0 - lowest)).sqrt();
        let first = rank(count, lowest).saturating_sub(whole(margin) + 1);
        let mut sorted = largest(errors, count - first);
        sorted.sort_unstable_by(f64::total_cmp);
        let first = count - sorted.len();
        Some(Self {
            sorted,
            first,
            errors,
            draw,
        })
    }

    fn place(&self, rank: usize) -> usize {
        rank.saturating_sub(self.first).min(self.sorted.len() - 1)
    }
}

impl Tail for UpperTail<'_> {
    fn count(&self) -> usize {
        self.errors.len()
    }

    fn pairs(&self) -> usize {
        if self.draw == 2 {
            self.errors.len() / 2
        } else {
            0
        }
    }

    /// The nearest held.
    fn at(&self, rank: usize) -> f64 {
        self.sorted[self.place(rank)]
    }

    fn mean_from(&self, rank: usize) -> f64 {
        let tail = &self.sorted[self.place(rank)..];
        tail.iter().sum::<f64>() / tail.len() as f64
    }

    fn above(&self, value: f64) -> Beyond {
        let start = self.sorted.partition_point(|e| *e <= value);
        let mut beyond = Beyond::default();
        for e in &self.sorted[start..] {
            let excess = e - value;
            beyond.count += 1.0;
            beyond.sum += excess;
            beyond.squares += excess * excess;
        }
        beyond
    }

    fn both_above(&self, value: f64) -> Beyond {
        let mut beyond = Beyond::default();
        if self.draw == 2 {
            for pair in self.errors.chunks_exact(2) {
                if pair[0] > value && pair[1] > value {
                    beyond.count += 1.0;
                    beyond.squares += (pair[0] - value) * (pair[1] - value);
                }
            }
        }
        beyond
    }
}

/// At least the `wanted` largest errors, in no order: those from a threshold up that a regular
/// sample of the errors suggests; if that turns out too high, exactly the largest.
fn largest(errors: &[f64], wanted: usize) -> Vec<f64> {
    /// Errors looked at to find the threshold.
    const SAMPLE: usize = 4096;
    let mut sample: Vec<f64> = errors
        .iter()
        .copied()
        .step_by(errors.len().div_ceil(SAMPLE))
        .collect();
    let share = wanted as f64 / errors.len() as f64;
    let count = sample.len() as f64;
    // Five standard deviations of the sample's count on the safe side.
    let above = 5.0f64.mul_add((count * share).sqrt(), count * share);
    let place = sample.len().saturating_sub(whole(above) + 1);
    let threshold = *sample.select_nth_unstable_by(place, f64::total_cmp).1;
    let parts: Vec<Vec<f64>> = errors
        .par_chunks(PART)
        .map(|part| part.iter().copied().filter(|e| *e >= threshold).collect())
        .collect();
    let found = parts.concat();
    if found.len() >= wanted {
        return found;
    }
    let mut all = errors.to_vec();
    all.select_nth_unstable_by(errors.len() - wanted, f64::total_cmp);
    all.split_off(errors.len() - wanted)
}
