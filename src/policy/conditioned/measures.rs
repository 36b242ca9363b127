//! A scenario in numbers without units: what is left of it once currency and shares are divided out.

use crate::contract::opening_cash;
use crate::order_book::OrderBook;
use crate::policy::Delta;
use crate::scenario::{OptionKind, Scenario};

/// A scenario without units.
#[derive(Clone, Copy, Debug)]
pub struct Measures {
    /// Width of the log-price at maturity, `w = σ√T`.
    pub width: f64,
    /// Trading dates `N`.
    pub dates: f64,
    /// The bet on the drift, `(μ − r)√T/σ`, with the middle `r` of the rates, less a dividend yield.
    pub drift: f64,
    /// Cost of buying all shares of the contract at the strike, and of selling them, over their price:
    /// `κ_a = F^a(K,n,0)/(nK) − 1`, `κ_b = 1 − F^b(K,n,0)/(nK)`.
    pub costs: [f64; 2],
    /// Shares of the contract over the book's depth, `n/D`.
    pub size: f64,
    /// What a step leaves of the memory of each side, `e^(−λΔ)`.
    pub kept: [f64; 2],
    /// Middle of the rates times `T` over `w`, and the borrow rate above the lend rate likewise.
    pub rates: [f64; 2],
    /// Log-moneyness at the sale over `w`.
    pub moneyness: f64,
    /// Position and memories at the start over the shares.
    pub start: [f64; 3],
    /// What one begins with above the Black–Scholes premium, cash and shares at their price, over
    /// [`Measures::error_size`].
    pub surplus: f64,
    /// Smallest and largest position and largest trade, over the shares; infinite where there is none.
    pub limits: [f64; 3],
    /// `0.4·n·K·w` (currency): the premium at the money, in which portfolio values are counted.
    pub error_size: f64,
    /// Position over the shares from which the base hedge is counted, so that a put's reads as that of the
    /// call with the same strike: 0 of a call, −1 of a short put, 1 of a long one.
    pub origin: f64,
    /// `n` (shares).
    pub shares: f64,
    /// `K` (currency).
    pub strike: f64,
}

impl Measures {
    /// Those of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let (market, contract) = (&scenario.market, &scenario.contract);
        let (shares, strike) = (contract.shares, contract.strike);
        let width = market.long_run_volatility() * contract.maturity.sqrt();
        let book = OrderBook::of(scenario);
        let notional = shares * strike;
        let (ask_kept, bid_kept) = book.kept(scenario.step_length());
        let (lend, borrow) = (scenario.financing.lend_rate, scenario.financing.borrow_rate);
        let option = Delta::of(scenario);
        let error_size = 0.4 * notional * width;
        let limits = &scenario.limits;
        let sign = contract.first().sign();
        let usual = option.owed(market.spot, contract.maturity);
        Self {
            width,
            dates: scenario.steps as f64,
            drift: (market.drift - option.model().carry()) * contract.maturity.sqrt()
                / market.long_run_volatility(),
            costs: [
                book.buy_cost(strike, shares, 0.0) / notional - 1.0,
                1.0 - book.sell_proceeds(strike, shares, 0.0) / notional,
            ],
            size: shares / scenario.order_book.depth,
            kept: [ask_kept, bid_kept],
            rates: [
                0.5 * (lend + borrow) * contract.maturity / width,
                (borrow - lend) * contract.maturity / width,
            ],
            moneyness: (market.spot / strike).ln() / width,
            start: [
                scenario.initial.position / shares,
                scenario.initial.ask_memory / shares,
                scenario.initial.bid_memory / shares,
            ],
            surplus: (opening_cash(scenario) + scenario.initial.position * market.spot - usual)
                / error_size,
            limits: [
                limits
                    .min_position
                    .map_or(f64::NEG_INFINITY, |x| x / shares),
                limits.max_position.map_or(f64::INFINITY, |x| x / shares),
                limits.max_trade.map_or(f64::INFINITY, |x| x / shares),
            ],
            error_size,
            origin: match contract.kind {
                OptionKind::Call => 0.0,
                OptionKind::Put => -sign,
            },
            shares,
            strike,
        }
    }

    /// Costs of the whole size against the width: how much trading matters, on each side.
    #[must_use]
    pub fn friction(&self) -> [f64; 2] {
        self.costs.map(|cost| cost / self.width)
    }

    /// The larger of the two.
    #[must_use]
    pub fn dearer(&self) -> f64 {
        let [ask, bid] = self.friction();
        ask.max(bid).max(0.0)
    }

    /// The larger cost over the width of a step.
    #[must_use]
    pub fn against_step(&self) -> f64 {
        self.dearer() * self.dates.sqrt()
    }

    /// `g = r/(r + 0.02)` with `r` the larger cost over the width of a step: 0 without friction, when
    /// position and memories are of no matter.
    #[must_use]
    pub fn grip(&self) -> f64 {
        let against_step = self.against_step();
        against_step / (against_step + 0.02)
    }
}
