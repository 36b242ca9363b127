//! Value at risk and what lies beyond it, from whatever holds the errors in order.

use super::estimate::Estimate;

/// Errors in order, exactly or finely enough.
pub(super) trait Tail {
    /// Errors `n`.
    fn count(&self) -> usize;

    /// Full antithetic pairs among them; 0 where episodes are independent.
    fn pairs(&self) -> usize;

    /// The error of a rank.
    fn at(&self, rank: usize) -> f64;

    /// The mean of the errors from a rank up.
    fn mean_from(&self, rank: usize) -> f64;

    /// Of the errors above `value`: their number, `Σ(e − value)` and `Σ(e − value)²`.
    fn above(&self, value: f64) -> Beyond;

    /// Of the pairs with both errors above `value`: their number and `Σ(e − value)(e' − value)`,
    /// which stands in `squares`.
    fn both_above(&self, value: f64) -> Beyond;
}

/// What lies above a value.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Beyond {
    /// How many.
    pub count: f64,
    /// Sum of what they exceed it by.
    pub sum: f64,
    /// Sum of the squares of that, or of products over pairs.
    pub squares: f64,
}

/// The element at `⌊q·n⌋`.
pub(super) fn value_at_risk(tail: &impl Tail, level: f64) -> Estimate {
    let middle = rank(tail.count(), level);
    let value = tail.at(middle);
    let spread = enough(tail).then(|| {
        let deviation = deviation_of_count(tail, value, level);
        let ranks = whole(deviation).max(1);
        let (low, high) = (
            middle.saturating_sub(ranks),
            (middle + ranks).min(tail.count() - 1),
        );
        // The distance between neighbours there, times the deviation itself, not its whole part.
        (tail.at(high) - tail.at(low)) / (high - low).max(1) as f64 * deviation
    });
    Estimate {
        value: Some(value),
        se: spread,
    }
}

/// Standard deviation of the number of errors above `value`: the root of the sum over draws of
/// `(Σ [e > value] − (1 − q))²`.
fn deviation_of_count(tail: &impl Tail, value: f64, level: f64) -> f64 {
    let (n, pairs) = (tail.count() as f64, tail.pairs() as f64);
    let (up, down) = (level, level - 1.0);
    let above = tail.above(value).count;
    let both = tail.both_above(value).count;
    let one = if pairs > 0.0 { above - 2.0 * both } else { 0.0 };
    let single = above * up * up + (n - above) * down * down;
    let products = both * up * up + one * up * down + (pairs - both - one) * down * down;
    (single + 2.0 * products).max(0.0).sqrt()
}

/// The mean from that element up, with the influence `v + (e − v)⁺/(1 − q) − CVaR`.
pub(super) fn conditional_value_at_risk(tail: &impl Tail, level: f64) -> Estimate {
    let start = rank(tail.count(), level);
    let (value, mean) = (tail.at(start), tail.mean_from(start));
    let se = enough(tail).then(|| {
        let (n, pairs) = (tail.count() as f64, tail.pairs() as f64);
        let (shift, weight) = (value - mean, 1.0 / (1.0 - level));
        let (above, both) = (tail.above(value), tail.both_above(value));
        let single =
            n * shift * shift + 2.0 * shift * weight * above.sum + weight * weight * above.squares;
        let of_pairs = if pairs > 0.0 { above.sum } else { 0.0 };
        let products =
            pairs * shift * shift + shift * weight * of_pairs + weight * weight * both.squares;
        (single + 2.0 * products).max(0.0).sqrt() / n
    });
    Estimate {
        value: Some(mean),
        se,
    }
}

/// Whether there are two draws, without which nothing has a standard error.
fn enough(tail: &impl Tail) -> bool {
    tail.count() - tail.pairs() >= 2
}

/// `⌊q·n⌋`, the rank of the VaR element.
pub(super) fn rank(count: usize, level: f64) -> usize {
    whole(level * count as f64).min(count - 1)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks are non-negative and far below 2^52"
)]
pub(super) fn whole(x: f64) -> usize {
    x as usize
}
