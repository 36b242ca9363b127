//! What followed each large trade, of as many trades as are enough: where there are more, every second one goes, so that
//! those kept lie evenly over the file and memory does not grow with it.

use super::study::LAGS;

/// Most large trades of a side that are kept.
const MOST: usize = 4096;

/// What one sees some time after a large trade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// Share of the depth before the trade that is missing; far below 0 where next to nothing stood before it.
    pub missing: f64,
    /// How far the mid is from where it had been (relative, positive where it went with the trade).
    pub moved: f64,
}

/// A large trade and what followed it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Large {
    /// When (nanoseconds).
    pub time: i64,
    /// Of the depth, what it took: 1 at most.
    pub share: f64,
    /// Shares that it took.
    pub size: f64,
    /// What was seen at each lag; absent where one could not look.
    pub looks: [Option<Look>; LAGS.len()],
}

/// Large trades on the ask and on the bid side, in the order of time.
#[derive(Debug)]
pub(super) struct Trades {
    /// One in so many of each side is kept.
    every: u64,
    /// How many there were.
    pub counts: [u64; 2],
    /// Those kept.
    pub kept: [Vec<Large>; 2],
}

impl Trades {
    pub fn new() -> Self {
        Self {
            every: 1,
            counts: [0; 2],
            kept: [Vec::new(), Vec::new()],
        }
    }

    /// Keeps a trade or lets it go. Both sides are thinned together, so that they count alike where they are taken together.
    pub fn take(&mut self, side: usize, trade: Large) {
        let number = self.counts[side];
        self.counts[side] += 1;
        if !number.is_multiple_of(self.every) {
            return;
        }
        self.kept[side].push(trade);
        if self.kept[side].len() > MOST {
            self.every *= 2;
            for kept in &mut self.kept {
                let mut place = 0;
                kept.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_many_there_are_a_bounded_number_lies_evenly_over_all() {
        let mut trades = Trades::new();
        for time in 0..100_000 {
            let trade = Large {
                time,
                share: 0.2,
                size: 1.0,
                looks: [None; LAGS.len()],
            };
            if time % 10 == 0 {
                trades.take(1, trade.clone());
            }
            trades.take(0, trade);
        }
        assert_eq!(trades.counts, [100_000, 10_000]);
        for (side, apart) in [(0, 32), (1, 320)] {
            let times: Vec<i64> = trades.kept[side].iter().map(|trade| trade.time).collect();
            assert!(times.len() <= MOST && times[0] == 0);
            assert!(times.windows(2).all(|pair| pair[1] - pair[0] == apart));
            assert!(times[times.len() - 1] + apart >= 100_000);
        }
    }
}
