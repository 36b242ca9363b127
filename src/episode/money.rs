//! Where the money went: the hedging error of an episode by its causes.

use super::{Carry, LedgerLine, Settlement};
use crate::contract::{Contract, opening_cash};
use crate::scenario::{Scenario, SettledBy};
use crate::units::is_default;
use serde::{Deserialize, Serialize};

/// The parts of a hedging error (currency), each with the error's sign: **positive was lost, negative was
/// gained**. Added one by one in the order of the fields they are the error, to the last bit.
///
/// With `W = M + X·S`, what the hedger is worth at the mid price, each trade changes `W` by its cost
/// alone, and each step by `X_{k+1}(S_{k+1} − S_k)`, by interest and by dividends. Summed from `W_0 = V_0 + X_0·S_0` to
/// maturity, with the option's delivery at the mid price, that is the terminal gain.
///
/// Each part is computed for itself but the last two. [`Money::position`] is what is left of the error
/// once all else is known; in exact arithmetic that is `−Σ X_{k+1}(S_{k+1} − S_k)`, and it is to
/// rounding. A number of its size cannot make a sum with a small error's last bits:
/// [`Money::rounding`], smaller than the last digit of that number, does.
///
/// `T` is an amount, or whatever an amount is told by: a mean with its standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(bound(serialize = "T: Serialize + Default + PartialEq"))]
pub struct Money<T = f64> {
    /// The option's price: `−premium` where it was received, `+premium` where it was paid.
    pub premium: T,
    /// What the option is worth at the end by the mid price, `n·max(S_N − K, 0)` for a call: lost by who
    /// sold it, gained by who bought it; of a portfolio, of all options together.
    pub payoff: T,
    /// What exercise and delivery change in that. The holder exercises where trading the delivered
    /// shares pays, a threshold beyond the strike; between the two the option has a payoff and nobody
    /// takes it: the seller's gain, the buyer's loss. 0 on all other paths, where delivery at the mid
    /// price is the payoff; what trading after it costs stands in the costs. Settled in cash, what the displaced mid makes
    /// of the payoff.
    pub settlement: T,
    /// Shares that the hedger began with, at the first mid price: `−X_0·S_0`.
    pub initial: T,
    /// Crossing the spread of a full book, in all trades, the last one at maturity included; never negative.
    pub spread: T,
    /// Walking into the book, in all trades; never negative.
    pub depth: T,
    /// Finding the book depleted by one's own trades before, in all trades; never negative.
    pub memory: T,
    /// Trading at mids that one's own trades have displaced, in all trades: below 0 where that was to one's advantage; left
    /// out of records and as good as absent where trades leave the mid.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mid: T,
    /// Interest: what was paid for debts less what balances earned, `−Σ (carry(M_k) − M_k)`.
    pub carry: T,
    /// Dividends: what was paid on shares that were owed less what shares held brought, `−Σ X_{k+1}S_{k+1}(e^(qΔ) − 1)`;
    /// left out of records and as good as absent where shares pay none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dividends: T,
    /// What the shares held lost as the mid price moved: by difference, see above.
    pub position: T,
    /// What double precision leaves: less than the last digit of `position`.
    pub rounding: T,
}

impl<T> Money<T> {
    /// Each part with its name, in the order in which they add up.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, &T); 12] {
        [
            ("premium", &self.premium),
            ("payoff", &self.payoff),
            ("settlement", &self.settlement),
            ("initial", &self.initial),
            ("spread", &self.spread),
            ("depth", &self.depth),
            ("memory", &self.memory),
            ("mid", &self.mid),
            ("carry", &self.carry),
            ("dividends", &self.dividends),
            ("position", &self.position),
            ("rounding", &self.rounding),
        ]
    }
}

impl Money {
    /// What an episode of `scenario` begins with, whatever the path and the policy: premium and shares.
    #[must_use]
    pub fn begun(scenario: &Scenario) -> Self {
        Self {
            premium: 0.0 - opening_cash(scenario),
            initial: 0.0 - scenario.initial.position * scenario.market.spot,
            ..Self::default()
        }
    }

    /// Where the money of a finished episode went.
    #[must_use]
    pub fn of(scenario: &Scenario, ledger: &[LedgerLine], end: &Settlement) -> Self {
        let contract = Contract::of(scenario);
        let carry = Carry::of(scenario);
        let mut money = Self::begun(scenario);
        if let Some(first) = ledger.first() {
            money.initial = 0.0 - first.position_before * first.spot;
        }
        money.payoff = contract.payoff(end.spot);
        money.settlement = match contract.settlement {
            SettledBy::Delivery => contract.owed(end.legs.taken, end.spot),
            SettledBy::Cash => 0.0 - end.strike_cash,
        } - money.payoff;
        let costs = ledger.iter().map(|line| line.cost).chain([end.cost]);
        for cost in costs {
            // A part that vanishes may come out as less than nothing by rounding.
            money.spread += cost.spread.max(0.0);
            money.depth += cost.depth.max(0.0);
            money.memory += cost.memory.max(0.0);
            money.mid += cost.mid;
        }
        for line in ledger {
            money.carry -= carry.apply(line.cash) - line.cash;
            money.dividends -= line.dividends.unwrap_or(0.0);
        }
        money.dividends -= end.dividends.unwrap_or(0.0);
        money.closed(end.error)
    }

    /// The same parts, closed by the last two, so that they add up to `error`.
    ///
    /// The position's part is the double nearest to what is missing, so that the sum is off by half of
    /// the spacing of doubles there at most. Then error and sum are within a factor of two of each other
    /// or the sum is 0, their difference is a double (P. Sterbenz, *Floating-point computation*, 1974,
    /// theorem 4.3.1), and adding it gives the error itself.
    #[must_use]
    pub fn closed(self, error: f64) -> Self {
        let others = self.others();
        let position = error - others;
        let rounding = error - (others + position);
        Self {
            position,
            rounding,
            ..self
        }
    }

    /// All of it: the hedging error.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.others() + self.position + self.rounding
    }

    /// What spread, depth, memory and the displaced mid took together.
    #[must_use]
    pub fn trading(&self) -> f64 {
        self.spread + self.depth + self.memory + self.mid
    }

    /// All parts that are computed for themselves.
    fn others(&self) -> f64 {
        let known = &self.parts()[..10];
        known.iter().fold(0.0, |sum, (_, part)| sum + **part)
    }
}
