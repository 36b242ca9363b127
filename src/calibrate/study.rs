//! What follows large trades, looked at while books go by.

use super::trades::{Large, Look, Trades};
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

/// A book as the study sees it.
#[derive(Clone, Debug, Default)]
struct Seen {
    mid: f64,
    depth: [f64; 2],
    top: [Vec<Level>; 2],
}

/// A large trade after which one still looks.
struct Followed {
    trade: Large,
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
    trades: Trades,
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
            trades: Trades::new(),
        }
    }

    pub fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Pause => {
                self.last = None;
                self.let_go(|_| true);
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
            trade: Large {
                time,
                share: share(side).min(1.0),
                size: taken[side],
                looks: [None; LAGS.len()],
            },
            side,
            mid: before.mid,
            depth: before.depth[side],
            next: 0,
        });
    }

    /// Looks after trades at each lag that the standing book covers.
    fn follow(&mut self, mid: f64, depth: [f64; 2], standing: &Standing<'_>) {
        for followed in &mut self.followed {
            let time = followed.trade.time;
            while let Some(lag) = LAGS.get(followed.next) {
                #[expect(clippy::cast_possible_truncation, reason = "two minutes at most")]
                let at = time.saturating_add((lag * SECOND as f64) as i64);
                if at >= standing.until && at > standing.from {
                    break;
                }
                let sign = if followed.side == 0 { 1.0 } else { -1.0 };
                followed.trade.looks[followed.next] =
                    is_known(standing, at, at - time).then(|| Look {
                        missing: 1.0 - depth[followed.side] / followed.depth,
                        moved: sign * (mid / followed.mid - 1.0),
                    });
                followed.next += 1;
            }
        }
        self.let_go(|followed| followed.next == LAGS.len());
    }

    /// Follows no longer those trades.
    fn let_go(&mut self, which: impl Fn(&Followed) -> bool) {
        for followed in self.followed.extract_if(.., |followed| which(followed)) {
            self.trades.take(followed.side, followed.trade);
        }
    }

    /// What was seen.
    pub fn into_trades(mut self) -> Trades {
        self.let_go(|_| true);
        self.trades
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
