//! Impact on the mid price: by how much one's own trades move it, and how much of that comes back.
//!
//! The paper has none; here it is off unless asked for. A trade of `x` shares (positive buys) displaces the mid by
//! `η·x` of the unaffected price `S`. Of that a share `p` stays, the rest decays at the rate `ρ`: with
//! `J = J_passing + J_lasting` before the trade, at the next date
//! `J_passing' = (J_passing + (1−p)·η·x)·e^(−ρΔ)` and `J_lasting' = J_lasting + p·η·x`. The mid that is shown is
//! `S·(1 + J)`. While a trade is made the mid moves from `J` to `J + η·x`; on average it meets `S·(1 + J + η·x/2)`,
//! and the costs of its size are counted from there.
//!
//! **No free round trip.** Let positions begin and end alike, `Σ x_k = 0`, with trades at dates `t_k` chosen by what is
//! known there. Beside the book's own costs, which are not negative, they pay `Σ S_k·x_k·(1 + J_k + η·x_k/2)`, and
//!
//! ```text
//! Σ x_k·(J_k + η·x_k/2) = ½·Σ_jk G_jk·x_j·x_k,   G_jk = η·(p + (1−p)·e^(−ρ·|t_j − t_k|)).
//! ```
//!
//! A constant and an exponential of distances are positive definite functions, so that this is never below 0: at a price
//! that stands still no round trip earns, on any path. Where `S` is a martingale, count in shares: with weights
//! `S_N/S_0` on the paths the mean of what is paid is `S_0·E[Σ x_k + ½·Σ G_jk·x_j·x_k] ≥ 0`. With
//! exponential decay a displacement that is not linear in `x` would not do (J. Gatheral, *No-dynamic-arbitrage and market
//! impact*, 2010, section 4). All this holds while nobody sells so much that the price reaches its least,
//! [`LEAST`] of the unaffected one.

use super::{Memory, OrderBook};
use crate::scenario::parameters::Book;

/// What is left of the unaffected price at least, however much is sold.
pub const LEAST: f64 = 0.01;

/// By how much own trades have displaced the mid, relative to the unaffected price.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Displacement {
    /// What decays.
    pub passing: f64,
    /// What stays.
    pub lasting: f64,
}

impl Displacement {
    /// `J`: all of it.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.passing + self.lasting
    }
}

/// How trades move the mid.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MidImpact {
    /// `η` (a share, relative to the unaffected price); 0: not at all.
    pub per_share: f64,
    /// `p`, from 0 to 1: the share of it that stays.
    pub permanent: f64,
    /// `ρ` (per year): how fast the rest comes back; infinity at once.
    pub decay: f64,
}

impl MidImpact {
    /// The impact that a book has.
    #[must_use]
    pub fn of(book: &Book) -> Self {
        Self {
            per_share: book.mid_impact,
            permanent: book.mid_permanent,
            decay: book.mid_decay,
        }
    }

    /// Whether trades move the mid at all.
    #[inline(always)]
    #[must_use]
    pub fn moves(&self) -> bool {
        self.per_share != 0.0
    }

    /// `(1−p)·η` and `p·η`: what a share adds to what passes and to what lasts.
    #[must_use]
    pub fn parts(&self) -> [f64; 2] {
        [
            (1.0 - self.permanent) * self.per_share,
            self.permanent * self.per_share,
        ]
    }

    /// `e^(−ρΔ)`: what `years` leave of the passing part; all of it after no time.
    #[must_use]
    pub fn kept(&self, years: f64) -> f64 {
        if years == 0.0 {
            1.0
        } else {
            (-self.decay * years).exp()
        }
    }

    /// The displacement after a trade (positive buys) and `years`.
    #[must_use]
    pub fn after(&self, from: Displacement, trade: f64, years: f64) -> Displacement {
        let [passing, lasting] = self.parts();
        Displacement {
            passing: (from.passing + passing * trade) * self.kept(years),
            lasting: from.lasting + lasting * trade,
        }
    }
}

/// `1 + J`, or [`LEAST`] where that is more: the mid over the unaffected price.
#[inline(always)]
#[must_use]
pub fn over_unaffected(displaced: f64) -> f64 {
    (1.0 + displaced).max(LEAST)
}

impl Memory {
    /// `S·(1 + J)`: the mid price that is shown (currency), `spot` being the unaffected one.
    #[must_use]
    pub fn shown_mid(&self, spot: f64) -> f64 {
        spot * over_unaffected(self.mid.total())
    }
}

impl OrderBook {
    /// How trades move the mid.
    #[must_use]
    pub fn mid_impact(&self) -> MidImpact {
        self.mid_impact
    }

    /// `S·(1 + J + η·x/2)`: the mid price that a trade of `size` shares (positive buys) meets on average (currency).
    #[must_use]
    pub fn met(&self, spot: f64, size: f64, memory: Memory) -> f64 {
        let own = 0.5 * self.mid_impact.per_share * size;
        spot * over_unaffected(memory.mid.total() + own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_comes_back_and_what_lasts_stays() {
        let impact = MidImpact {
            per_share: 0.01,
            permanent: 0.25,
            decay: std::f64::consts::LN_2,
        };
        let moved = impact.after(Displacement::default(), 2.0, 0.0);
        assert_eq!((moved.passing, moved.lasting), (0.015, 0.005));
        let later = impact.after(moved, 0.0, 1.0);
        assert!((later.passing - 0.0075).abs() < 1e-15 && later.lasting == 0.005);
        let at_once = MidImpact {
            decay: f64::INFINITY,
            ..impact
        };
        assert_eq!(at_once.after(moved, 0.0, 1.0).passing, 0.0);
        assert_eq!(at_once.after(moved, 0.0, 0.0), moved);
    }
}
