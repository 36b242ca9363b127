//! Why a trade is made: what moves it, taken apart by the soft band.

use super::SoftBand;
use crate::episode::Observation;
use serde::Serialize;

/// The parts of a trade (shares; positive buys). Added one by one they are the trade, to the last bit,
/// in whatever order as long as [`Reasons::rounding`] comes last.
///
/// The soft band says what each is, whoever trades: with the position `X`, its aim `n·δ + pull`, the miss
/// `m = aim − X`, the slope `Λ`, the worth of a share `w` and the costs of crossing `s_0` in a full book
/// and `s` in the present one (see [`SoftBand`]'s file) it moves by `max(|m|·w − s, 0)/(Λ + w)` the way
/// of `m`. That is the miss, less what the spread, the depth and the memory take from it.
///
/// Each part but the first and the last is computed for itself and rounded to the next multiple of a
/// 2⁻⁴⁷th of the largest, a few of the last digits: sums of multiples are exact. [`Reasons::delta`] is
/// what is left of the trade, rounded likewise; in exact arithmetic that is `n·δ − X`.
/// [`Reasons::rounding`] is what rounding took from the trade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Reasons {
    /// Delta's move: `n·δ − X`, at the volatility of the soft band.
    pub delta: f64,
    /// The drift's pull.
    pub drift: f64,
    /// Waiting, for crossing costs: `−min(|m|, s_0/w)` the way of `m`; 0 without a spread.
    pub waiting: f64,
    /// Damping, for size costs: of what is left of the miss, the share `Λ/(Λ + w)`; 0 without a cost of
    /// depth.
    pub damping: f64,
    /// Memory: what the book as earlier trades left it takes besides,
    /// `(max(|m|·w − s, 0) − max(|m|·w − s_0, 0))/(Λ + w)` the way of `m`; 0 where it forgot.
    pub memory: f64,
    /// What only the policy itself knows: what it asks for less what the soft band would hold. 0 for the
    /// soft band.
    pub own: f64,
    /// What limits on position and trade change; 0 where they allow what was asked for.
    pub limits: f64,
    /// What double precision leaves, less than a 2⁻⁴⁷th of the largest part.
    pub rounding: f64,
}

impl Reasons {
    /// Each part with its name, in the order in which they are told.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, f64); 8] {
        [
            ("delta", self.delta),
            ("drift", self.drift),
            ("waiting", self.waiting),
            ("damping", self.damping),
            ("memory", self.memory),
            ("own", self.own),
            ("limits", self.limits),
            ("rounding", self.rounding),
        ]
    }

    /// All of it: the trade.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.parts().iter().fold(0.0, |sum, (_, part)| sum + part)
    }

    /// The same parts, the first and the last such that they add up to `traded`.
    ///
    /// Multiples of one power of two below 2⁵³ of it add up without error. The trade differs from its
    /// nearest multiple by half of one at most: either that multiple is 0 or both are within a factor of
    /// two of each other, and their difference is a double (P. Sterbenz, *Floating-point computation*,
    /// 1974, theorem 4.3.1).
    fn closed(self, traded: f64) -> Self {
        let all = self.parts().into_iter().map(|(_, part)| part.abs());
        let unit = unit_of(all.fold(traded.abs(), f64::max));
        let on = |x: f64| (x / unit).round() * unit;
        let near = on(traded);
        let rounded = Self {
            delta: 0.0,
            drift: on(self.drift),
            waiting: on(self.waiting),
            damping: on(self.damping),
            memory: on(self.memory),
            own: on(self.own),
            limits: on(self.limits),
            rounding: 0.0,
        };
        Self {
            delta: near - rounded.total(),
            rounding: traded - near,
            ..rounded
        }
    }
}

/// A 2⁻⁴⁷th of the power of two just below a number.
fn unit_of(largest: f64) -> f64 {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    let power = f64::from_bits(largest.to_bits() & EXPONENT);
    (power * f64::powi(2.0, -47)).max(f64::MIN_POSITIVE)
}

impl SoftBand {
    /// Why a policy trades `traded` shares where it sees this and asks for the position `target`.
    #[must_use]
    pub fn reasons(&self, seen: &Observation, target: f64, traded: f64) -> Reasons {
        let (spot, position) = (seen.mid(), seen.position);
        let aim = self.aim(spot, seen.remaining);
        let miss = aim - position;
        let later = self.later(seen.step);
        let terms = |memory| self.terms(miss > 0.0, spot, memory, later);
        let memory = [seen.memory.ask, seen.memory.bid];
        let (full, present) = (terms([0.0; 2]), terms(memory));
        let size = miss.abs();
        let whole = full.slope + full.waiting;
        let worth = |crossing: f64| (size * full.waiting - crossing).max(0.0);
        let waits = if whole > 0.0 && full.crossing > 0.0 {
            size.min(full.crossing / full.waiting)
        } else {
            0.0
        };
        let share = |part: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let toward = |part: f64| part * 1.0f64.copysign(miss);
        let own = self.toward(aim, position, spot, memory, later);
        Reasons {
            delta: self.delta.position(spot, seen.remaining) - position,
            drift: self.pull.at(spot),
            waiting: toward(-waits),
            damping: toward(-(size - waits) * share(full.slope)),
            memory: toward(share(worth(present.crossing) - worth(full.crossing))),
            own: target - own,
            limits: traded - (target - position),
            rounding: 0.0,
        }
        .closed(traded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_any_size_are_closed() {
        for scale in [0.0, 1e-300, 1e-17, 1.0, 1e9] {
            for traded in [0.0, 0.3, -1.0, 1e-17] {
                let parts = Reasons {
                    drift: 0.1 * scale,
                    waiting: -0.7 * scale,
                    own: scale / 3.0,
                    ..Reasons::default()
                };
                let closed = parts.closed(traded);
                assert_eq!(closed.total().to_bits(), f64::to_bits(traded + 0.0));
                let sum: f64 = closed.parts()[..7].iter().rev().map(|(_, part)| part).sum();
                assert_eq!(sum + closed.rounding, traded);
            }
        }
    }
}
