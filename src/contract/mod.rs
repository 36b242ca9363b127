//! The option that was sold or bought: exercise, delivery, closed-form price and Greeks.

mod black_scholes;
mod digits;
mod heston;

pub use black_scholes::{BlackScholes, NARROWEST, call_delta, call_gamma, call_price, d1};
pub use digits::digits;
pub use heston::{HedgeTable, Heston};

use crate::order_book::{Memory, OrderBook};
use crate::scenario::{OptionKind, Premium, Scenario, Side};

/// The option of a scenario, with physical delivery.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contract {
    /// Call or put.
    pub kind: OptionKind,
    /// Whether the hedger sold or bought it.
    pub side: Side,
    /// Strike `K` (currency a share).
    pub strike: f64,
    /// Time to maturity `T` (years).
    pub maturity: f64,
    /// Shares `n` delivered at exercise.
    pub shares: f64,
}

impl Contract {
    /// The option of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let contract = &scenario.contract;
        Self {
            kind: contract.kind,
            side: contract.position,
            strike: contract.strike,
            maturity: contract.maturity,
            shares: contract.shares,
        }
    }

    /// +1 for the seller, whose hedge of a call is bought; −1 for the buyer.
    #[must_use]
    pub fn sign(&self) -> f64 {
        match self.side {
            Side::Short => 1.0,
            Side::Long => -1.0,
        }
    }

    /// Whether the holder exercises: a call iff selling the delivered shares pays,
    /// `F^b(S,n,B) >= nK`; a put iff buying them does, `F^a(S,n,A) <= nK`.
    #[must_use]
    pub fn exercised(&self, book: &OrderBook, spot: f64, memory: Memory) -> bool {
        let strike_cash = self.shares * self.strike;
        match self.kind {
            OptionKind::Call => book.sell_proceeds(spot, self.shares, memory.bid) >= strike_cash,
            OptionKind::Put => book.buy_cost(spot, self.shares, memory.ask) <= strike_cash,
        }
    }

    /// What the option is worth to its holder at maturity by the mid price (currency):
    /// `n·max(S − K, 0)` for a call, `n·max(K − S, 0)` for a put.
    #[inline(always)]
    #[must_use]
    pub fn payoff(&self, spot: f64) -> f64 {
        let beyond = match self.kind {
            OptionKind::Call => spot - self.strike,
            OptionKind::Put => self.strike - spot,
        };
        self.shares * beyond.max(0.0)
    }

    /// What exercise brings the hedger: shares received (negative: delivered) and cash received.
    #[must_use]
    pub fn delivery(&self) -> (f64, f64) {
        let receives_shares = match (self.kind, self.side) {
            (OptionKind::Call, Side::Short) | (OptionKind::Put, Side::Long) => -1.0,
            (OptionKind::Put, Side::Short) | (OptionKind::Call, Side::Long) => 1.0,
        };
        (
            receives_shares * self.shares,
            -receives_shares * self.shares * self.strike,
        )
    }
}

/// Cash `V_0` that the contract brings at the sale: its premium, paid if the hedger is long.
#[must_use]
pub fn opening_cash(scenario: &Scenario) -> f64 {
    let contract = Contract::of(scenario);
    let premium = match scenario.contract.premium {
        Premium::Fixed(amount) => amount,
        Premium::BlackScholes => {
            let model = BlackScholes::of(scenario);
            contract.shares * model.price(contract.kind, scenario.market.spot, contract.maturity)
        }
    };
    contract.sign() * premium
}
