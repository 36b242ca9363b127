//! What follows large trades, summed up block by block of time while books go by.

use crate::quotes::{Book, Event, Level, SECOND, Standing};

/// How long after a trade one looks (seconds).
pub const LAGS: [f64; 12] = [
    0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0,
];

/// A trade is large that takes this share of the depth near the mid.
pub(super) const LARGE: f64 = 0.1;
/// What comes sooner than this after a large trade belongs to it (nanoseconds).
const APART: i64 = SECOND;
/// Depth counts up to this share of how far the first book goes, so that levels that come into view count little.
const SEEN: f64 = 0.6;
/// Levels that are remembered of the book before.
const TOP: usize = 50;
/// Most blocks of time.
const BLOCKS: usize = 64;

/// Sums over large trades on one side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sums {
    /// Large trades.
    pub trades: f64,
    /// Of the depth, what they took.
    pub share: f64,
    /// Shares that they took.
    pub size: f64,
    /// At each lag: trades after which one could look, the share of the depth that was missing, and how far the mid was
    /// from where it had been (relative, positive where it went with the trade).
    pub lags: [(f64, f64, f64); LAGS.len()],
}

impl Sums {
    pub fn add(&mut self, other: &Self) {
        self.trades += other.trades;
        self.share += other.share;
        self.size += other.size;
        for (mine, theirs) in self.lags.iter_mut().zip(&other.lags) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
            mine.2 += theirs.2;
        }
    }
}

/// A book as the study sees it.
#[derive(Clone, Debug, Default)]
struct Seen {
    mid: f64,
    depth: [f64; 2],
    top: [Vec<Level>; 2],
}

/// A large trade after which one still looks.
struct Followed {
    time: i64,
    side: usize,
    mid: f64,
    depth: f64,
    next: usize,
}

/// What follows large trades.
pub(super) struct Study {
    within: f64,
    /// How far from the mid depth counts (relative to the mid).
    pub radius: Option<f64>,
    /// What trades since the last book took, where the format tells.
    traded: Option<[f64; 2]>,
    last: Option<Seen>,
    followed: Vec<Followed>,
    last_large: Option<i64>,
    first: Option<i64>,
    width: i64,
    /// Sums for trades on the ask and on the bid side, for each block of time.
    pub blocks: Vec<[Sums; 2]>,
}

impl Study {
    pub fn new(within: f64) -> Self {
        Self {
            within,
            radius: None,
            traded: None,
            last: None,
            followed: Vec::new(),
            last_large: None,
            first: None,
            width: SECOND,
            blocks: Vec::new(),
        }
    }

    pub fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Pause => {
                self.last = None;
                self.followed.clear();
                self.last_large = None;
                self.traded = self.traded.map(|_| [0.0; 2]);
            }
            Event::Trade(trade) => {
                self.traded.get_or_insert_default()[usize::from(!trade.bought)] += trade.size;
            }
            Event::Book(standing) => self.book(&standing),
        }
    }

    fn book(&mut self, standing: &Standing<'_>) {
        let Some(mid) = standing.book.mid() else {
            return;
        };
        let radius = *self
            .radius
            .get_or_insert_with(|| radius(standing.book, mid, self.within));
        let mut now = self.last.take().unwrap_or_default();
        let is_first = now.mid == 0.0;
        let depth = [true, false].map(|ask| depth(standing.book, ask, mid, radius));
        if !is_first {
            let taken = match &mut self.traded {
                Some(traded) => std::mem::take(traded),
                None => gone(&now, standing.book, depth),
            };
            self.begin(&now, taken, standing.from);
        }
        self.follow(mid, depth, standing);
        now.mid = mid;
        now.depth = depth;
        for (top, ask) in now.top.iter_mut().zip([true, false]) {
            top.clear();
            top.extend(standing.book.side(ask).take(TOP));
        }
        self.last = Some(now);
    }

    /// Follows a trade that took so much from the book before, where that was much.
    fn begin(&mut self, before: &Seen, taken: [f64; 2], time: i64) {
        let share = |side: usize| {
            if before.depth[side] > 0.0 {
                taken[side] / before.depth[side]
            } else {
                0.0
            }
        };
        let side = usize::from(share(1) > share(0));
        let soon = self.last_large.is_some_and(|last| time - last < APART);
        if share(side) < LARGE || soon {
            return;
        }
        self.last_large = Some(time);
        self.followed.push(Followed {
            time,
            side,
            mid: before.mid,
            depth: before.depth[side],
            next: 0,
        });
        let sums = &mut self.block(time)[side];
        sums.trades += 1.0;
        sums.share += share(side).min(1.0);
        sums.size += taken[side];
    }

    /// Looks after trades at each lag that the standing book covers.
    fn follow(&mut self, mid: f64, depth: [f64; 2], standing: &Standing<'_>) {
        let mut followed = std::mem::take(&mut self.followed);
        for trade in &mut followed {
            while let Some(lag) = LAGS.get(trade.next) {
                #[expect(clippy::cast_possible_truncation, reason = "two minutes at most")]
                let at = trade.time.saturating_add((lag * SECOND as f64) as i64);
                if at >= standing.until && at > standing.from {
                    break;
                }
                let (next, side) = (trade.next, trade.side);
                trade.next += 1;
                if !is_known(standing, at, at - trade.time) {
                    continue;
                }
                let sign = if side == 0 { 1.0 } else { -1.0 };
                let missing = 1.0 - depth[side] / trade.depth;
                let moved = sign * (mid / trade.mid - 1.0);
                let sums = &mut self.block(trade.time)[side].lags[next];
                sums.0 += 1.0;
                sums.1 += missing;
                sums.2 += moved;
            }
        }
        followed.retain(|trade| trade.next < LAGS.len());
        self.followed = followed;
    }

    /// The sums of the block in which a time lies; where there would be too many, two and two become one.
    fn block(&mut self, time: i64) -> &mut [Sums; 2] {
        let first = *self.first.get_or_insert(time);
        let place =
            |width: i64| usize::try_from((time - first).max(0) / width).unwrap_or(usize::MAX);
        while place(self.width) >= BLOCKS {
            self.width *= 2;
            let pairs = self.blocks.chunks(2).map(|pair| {
                let mut sum = pair[0];
                for other in &pair[1..] {
                    sum.iter_mut()
                        .zip(other)
                        .for_each(|(mine, theirs)| mine.add(theirs));
                }
                sum
            });
            self.blocks = pairs.collect();
        }
        let place = place(self.width);
        if self.blocks.len() <= place {
            self.blocks.resize(place + 1, Default::default());
        }
        &mut self.blocks[place]
    }
}

/// Whether a book says how the book was at a time, so long after a trade: one that was only looked at may not be older by
/// more than a fifth of that, and none may be so much younger.
fn is_known(standing: &Standing<'_>, at: i64, lag: i64) -> bool {
    let age = at - standing.from;
    (age >= 0 && !standing.looked_at) || 5 * age.abs() <= lag
}

/// How far from the mid depth counts.
fn radius(book: &Book, mid: f64, within: f64) -> f64 {
    let far = |side: &[Level]| {
        side.first()
            .map_or(0.0, |level| (level.price / mid - 1.0).abs())
    };
    within.min(SEEN * far(&book.asks).min(far(&book.bids)))
}

/// Shares near the mid. Those of a level are taken to lie evenly up to the next, so that no level comes or goes all at once.
fn depth(book: &Book, ask: bool, mid: f64, radius: f64) -> f64 {
    let far = radius * mid;
    let away = |level: &Level| (level.price - mid).abs();
    let mut levels = book.side(ask).peekable();
    let mut sum = 0.0;
    while let Some(level) = levels.next().filter(|level| away(level) < far) {
        let gap = levels.peek().map_or(0.0, |next| away(next) - away(level));
        let share = if gap > 0.0 {
            ((far - away(level)) / gap).min(1.0)
        } else {
            1.0
        };
        sum += share * level.size;
    }
    sum
}

/// What is gone from the best prices since the book before, where the depth around the mid fell with it: taken or taken
/// back, which such a format does not tell.
fn gone(before: &Seen, book: &Book, depth: [f64; 2]) -> [f64; 2] {
    [0, 1].map(|side| {
        let Some(best) = book.side(side == 0).next() else {
            return 0.0;
        };
        let mut gone = 0.0;
        for level in &before.top[side] {
            let beyond = if side == 0 {
                level.price - best.price
            } else {
                best.price - level.price
            };
            if beyond > 0.0 {
                break;
            }
            let left = if beyond == 0.0 { best.size } else { 0.0 };
            gone += (level.size - left).max(0.0);
        }
        gone.min((before.depth[side] - depth[side]).max(0.0))
    })
}
