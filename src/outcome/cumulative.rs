//! Shares of episodes and quantiles, read off a histogram. Between the edges of a bin its episodes
//! count as evenly spread; standard errors are those of independent episodes.

use super::estimate::Estimate;
use super::histogram::Histogram;

impl Histogram {
    /// Episodes, those beyond the bins included.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum::<u64>() + self.below + self.above
    }

    /// The left edge of a bin, or the right one of the bin before it (currency).
    #[must_use]
    pub fn edge(&self, bin: usize) -> f64 {
        self.width.mul_add(bin as f64, self.low)
    }

    /// The bin of an error (currency).
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to lie within the bins"
    )]
    pub fn bin(&self, x: f64) -> Option<usize> {
        let place = ((x - self.low) / self.width).floor();
        (place >= 0.0 && place < self.counts.len() as f64).then_some(place as usize)
    }

    /// Every edge with the share of episodes below it.
    pub fn cumulative(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        let total = self.total().max(1) as f64;
        let mut below = self.below;
        let first = (self.low, below as f64 / total);
        let rest = self.counts.iter().enumerate().map(move |(bin, count)| {
            below += count;
            (self.edge(bin + 1), below as f64 / total)
        });
        std::iter::once(first).chain(rest)
    }

    /// The share of episodes with an error below `x` (currency), with the standard error
    /// `sqrt(p(1 − p)/n)`; `None` beyond the bins.
    #[must_use]
    pub fn share_below(&self, x: f64) -> Option<Estimate> {
        let mut edges = self.cumulative();
        let (mut from, mut below) = edges.next().filter(|(low, _)| x >= *low)?;
        for (to, share) in edges {
            if x <= to {
                let part = (x - from) / (to - from);
                let value = part.mul_add(share - below, below);
                return Some(Estimate {
                    value: Some(value),
                    se: self.error_of(value),
                });
            }
            (from, below) = (to, share);
        }
        None
    }

    /// The error (currency) that a share of the episodes stays below, with the standard error
    /// `sqrt(p(1 − p)/n)/f`, where `f` is the density there; `None` beyond the bins.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Estimate> {
        let mut edges = self.cumulative();
        let (mut from, mut below) = edges.next().filter(|(_, first)| share >= *first)?;
        for (to, above) in edges {
            if share <= above && above > below {
                let part = (share - below) / (above - below);
                let density = (above - below) / (to - from);
                return Some(Estimate {
                    value: Some(part.mul_add(to - from, from)),
                    se: self.error_of(share).map(|error| error / density),
                });
            }
            (from, below) = (to, above);
        }
        None
    }

    /// Standard error of a share of all episodes.
    fn error_of(&self, share: f64) -> Option<f64> {
        let total = self.total();
        (total >= 2).then(|| (share * (1.0 - share)).max(0.0).sqrt() / (total as f64).sqrt())
    }
}
