//! One hedge from the sale to maturity: the readable, double-precision reference of the ledger.

mod ledger;
mod money;

pub use ledger::{Exercised, LedgerLine, Settlement};
pub use money::Money;

use crate::contract::{Contract, Exercise, opening_cash};
use crate::market::{PathView, usual_factors};
use crate::order_book::{Memory, OrderBook};
use crate::scenario::Scenario;

/// Factors of a path at one date, in the order of its source: four at most, 0 beyond those it has.
pub type Factors = [f64; 4];

/// What a policy may see before it trades: `Z_k = (t_k, S_k, X_k, V_k, A_k, B_k)`, and what the
/// price process shows besides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observation {
    /// Date `k`, from 0 to `N − 1`.
    pub step: usize,
    /// Time `t_k` since the sale (years).
    pub time: f64,
    /// Time to maturity `T − t_k` (years).
    pub remaining: f64,
    /// Unaffected price `S_k` (currency); what is shown is [`Observation::mid`].
    pub spot: f64,
    /// Shares held `X_k`.
    pub position: f64,
    /// Portfolio value `V_k` if liquidated now (currency).
    pub value: f64,
    /// Book memory `A_k`, `B_k` (shares), and how far own trades have displaced the mid.
    pub memory: Memory,
    /// The path's factors (a variance, say).
    pub factors: Factors,
}

impl Observation {
    /// The mid price that is shown, `S_k·(1 + J_k)` (currency).
    #[must_use]
    pub fn mid(&self) -> f64 {
        self.memory.shown_mid(self.spot)
    }
}

/// What holding cash and shares brings over one step: interest `carry(m) = m⁺(1+r_lend)^Δ − m⁻(1+r_borrow)^Δ` on the
/// cash, and dividends `X·S·(e^(qΔ) − 1)` on the shares, at the price at its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Carry {
    /// `(1+r_lend)^Δ`.
    pub lend: f64,
    /// `(1+r_borrow)^Δ`.
    pub borrow: f64,
    /// `e^(qΔ) − 1`.
    pub dividend: f64,
}

impl Carry {
    /// Interest and dividends of `scenario` over one of its steps.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let growth = |rate: f64| (scenario.step_length() * rate.ln_1p()).exp();
        Self {
            lend: growth(scenario.financing.lend_rate),
            borrow: growth(scenario.financing.borrow_rate),
            dividend: (scenario.step_length() * scenario.market.dividend_yield).exp_m1(),
        }
    }

    /// Whether shares pay dividends.
    #[must_use]
    pub fn pays(&self) -> bool {
        self.dividend != 0.0
    }

    /// Dividends of so many shares at the end of a step, at the price there (currency; negative are paid).
    #[inline(always)]
    #[must_use]
    pub fn dividends(&self, position: f64, spot: f64) -> f64 {
        position * (spot * self.dividend)
    }

    /// Cash after one step.
    #[must_use]
    pub fn apply(&self, cash: f64) -> f64 {
        cash * if cash >= 0.0 { self.lend } else { self.borrow }
    }
}

/// Bounds on position and trade; infinite where absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Smallest position (shares).
    pub low: f64,
    /// Largest position (shares).
    pub high: f64,
    /// Largest trade (shares, either way).
    pub trade: f64,
}

impl Bounds {
    /// The limits of `scenario`.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let limits = &scenario.limits;
        Self {
            low: limits.min_position.unwrap_or(f64::NEG_INFINITY),
            high: limits.max_position.unwrap_or(f64::INFINITY),
            trade: limits.max_trade.unwrap_or(f64::INFINITY),
        }
    }

    /// The allowed position nearest to `target`, from `position`.
    #[inline(always)]
    #[must_use]
    pub fn nearest(&self, position: f64, target: f64) -> f64 {
        let reachable = target.max(position - self.trade).min(position + self.trade);
        reachable.max(self.low).min(self.high)
    }
}

/// A hedge in progress on one price path.
///
/// ```
/// use hedgelab::{episode::Episode, market::{Paths, Sampling}, policy::{Delta, Policy}, presets};
/// let scenario = presets::built_in("paper-year").unwrap();
/// let path = Paths::new(&scenario, Sampling::evaluation(1)).path(0);
/// let policy = Delta::of(&scenario);
/// let mut episode = Episode::start(&scenario, &path);
/// while let Some(seen) = episode.observe() {
///     episode.trade_to(policy.target(&seen, &mut []));
/// }
/// assert_eq!(episode.ledger().len(), scenario.steps);
/// let settlement = episode.settle();
/// assert_eq!(settlement.error, -settlement.gain);
/// ```
#[derive(Clone, Debug)]
pub struct Episode<'a> {
    path: &'a [f64],
    /// A series for each factor, as long as the path.
    factors: &'a [Vec<f64>],
    /// What factors are taken to be where there is no series.
    usual: Factors,
    book: OrderBook,
    contract: Contract,
    carry: Carry,
    bounds: Bounds,
    step_length: f64,
    step: usize,
    position: f64,
    /// Cash at the present date, interest and dividends included and before its trade.
    cash: f64,
    /// Dividends at the present date, where shares pay any.
    dividends: Option<f64>,
    memory: Memory,
    ledger: Vec<LedgerLine>,
}

impl<'a> Episode<'a> {
    /// The option is sold (or bought) at `path[0]`; `path` holds `steps + 1` prices (a shorter one
    /// ends the episode earlier). Where it comes without factors they are taken to be as usual.
    #[must_use]
    pub fn start(scenario: &Scenario, path: impl Into<PathView<'a>>) -> Self {
        let PathView { prices, factors } = path.into();
        let carry = Carry::of(scenario);
        Self {
            path: prices,
            factors,
            usual: usual_factors(scenario),
            book: OrderBook::of(scenario),
            contract: Contract::of(scenario),
            carry,
            bounds: Bounds::of(scenario),
            step_length: scenario.step_length(),
            step: 0,
            position: scenario.initial.position,
            cash: opening_cash(scenario),
            dividends: carry.pays().then_some(0.0),
            memory: Memory {
                ask: scenario.initial.ask_memory,
                bid: scenario.initial.bid_memory,
                ..Memory::default()
            },
            ledger: Vec::with_capacity(scenario.steps),
        }
    }

    /// The same on a path that has factors: a series for each, date by date.
    #[must_use]
    pub fn with_factors(self, factors: &'a [Vec<f64>]) -> Self {
        Self { factors, ..self }
    }

    /// What the hedger sees before the next trade; `None` once maturity is reached.
    #[must_use]
    pub fn observe(&self) -> Option<Observation> {
        let spot = *self.path.get(self.step)?;
        if self.step + 1 >= self.path.len() {
            return None;
        }
        let time = self.step as f64 * self.step_length;
        let mut factors = self.usual;
        for (factor, series) in factors.iter_mut().zip(self.factors) {
            *factor = series.get(self.step).copied().unwrap_or(0.0);
        }
        Some(Observation {
            step: self.step,
            time,
            remaining: self.contract.maturity - time,
            spot,
            position: self.position,
            value: self.cash + self.book.cash_from(spot, self.position, self.memory),
            memory: self.memory,
            factors,
        })
    }

    /// Trades to the allowed position nearest to `target`, lets the book refill and moves on to the
    /// next date, where dividends are paid. Does nothing at maturity.
    pub fn trade_to(&mut self, target: f64) {
        let Some(seen) = self.observe() else {
            return;
        };
        let position = self.bounds.nearest(self.position, target);
        let trade = position - self.position;
        let cash_flow = self.book.cash_from(seen.spot, -trade, self.memory);
        let cash = self.cash + cash_flow;
        let memory = self.book.remember(self.memory, trade, self.step_length);
        self.ledger.push(LedgerLine {
            step: seen.step,
            time: seen.time,
            spot: seen.spot,
            mid: self.moved().then(|| seen.mid()),
            position_before: self.position,
            target,
            trade,
            position,
            price: (trade != 0.0).then(|| -cash_flow / trade),
            cash_flow,
            cost: self.book.cost(seen.spot, trade, self.memory),
            cash,
            memory_before: self.memory,
            memory_after: memory,
            value_before: seen.value,
            dividends: self.dividends,
        });
        self.position = position;
        self.memory = memory;
        self.cash = self.carry.apply(cash);
        self.step += 1;
        if self.carry.pays() {
            let paid = self.carry.dividends(position, self.path[self.step]);
            self.dividends = Some(paid);
            self.cash += paid;
        }
    }

    /// Whether trades move the mid.
    fn moved(&self) -> bool {
        self.book.mid_impact().moves()
    }

    /// The lines written so far.
    #[must_use]
    pub fn ledger(&self) -> &[LedgerLine] {
        &self.ledger
    }

    /// Exercise, delivery and liquidation at the present price, taken as the price at maturity.
    #[must_use]
    pub fn settle(&self) -> Settlement {
        let spot = self
            .path
            .get(self.step)
            .or(self.path.last())
            .copied()
            .unwrap_or(f64::NAN);
        let Exercise {
            taken,
            shares,
            cash: strike_cash,
        } = self.contract.exercise(&self.book, spot, self.memory);
        let liquidated = self.position + shares;
        let cash_flow = self.book.cash_from(spot, liquidated, self.memory);
        let gain = self.cash + cash_flow + strike_cash;
        Settlement {
            spot,
            mid: self.moved().then(|| self.memory.shown_mid(spot)),
            exercised: taken != 0,
            legs: Exercised {
                taken,
                of: self.contract.legs().len(),
            },
            position: self.position,
            delivered: shares,
            strike_cash,
            liquidated,
            cash_flow,
            cost: self.book.cost(spot, -liquidated, self.memory),
            cash: self.cash,
            dividends: self.dividends,
            memory: self.memory,
            value: self.cash + self.book.cash_from(spot, self.position, self.memory),
            gain,
            error: -gain,
            turnover: self
                .ledger
                .iter()
                .skip(1)
                .map(|line| line.trade.abs())
                .sum(),
        }
    }
}
