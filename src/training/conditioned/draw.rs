//! Scenarios drawn at random from the ranges that a conditioned policy is to know.

use crate::contract::opening_cash;
use crate::policy::conditioned::untrained;
use crate::scenario::parameters::{
    Book, Contract, Financing, Initial, Limits, Market, Strategies, Training,
};
use crate::scenario::{
    LelandConvention, Objective, OptionKind, Parameters, Premium, Scenario, SettledBy, Side,
    Strategy, VERSION,
};
use crate::units::{Purpose, stream_seed};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Largest cost of trading the contract's shares over the width.
const DEAREST: f64 = 0.45;

/// Which scenarios are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// All that the policy is to know, starts and limits of every kind among them: what it learns from.
    All(Objective),
    /// The same with the usual start and without limits: what it is judged on.
    Usual(Objective),
}

/// Scenario `number` of those of `seed`: the same whatever else is drawn.
#[must_use]
pub fn scenario(seed: u64, number: u64, mix: Mix) -> Scenario {
    let stream = stream_seed(seed, Purpose::Scenarios, number);
    let mut dice = Dice(Xoshiro256PlusPlus::seed_from_u64(stream));
    loop {
        let parameters = dice.parameters(mix);
        // What falls outside is drawn again; nearly all falls inside.
        match Scenario::new(parameters) {
            Ok(scenario) if untrained(&scenario).is_empty() => return scenario,
            _ => {}
        }
    }
}

/// A stream of random numbers, and what is made of them.
struct Dice(Xoshiro256PlusPlus);

impl Dice {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        (high - low).mul_add(self.0.random::<f64>(), low)
    }

    /// Uniform in the logarithm.
    fn scale(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    fn happens(&mut self, share: f64) -> bool {
        self.0.random::<f64>() < share
    }

    fn parameters(&mut self, mix: Mix) -> Parameters {
        let mut parameters = plain();
        self.market(&mut parameters);
        self.book(&mut parameters);
        match mix {
            Mix::All(objective) => {
                self.start(&mut parameters);
                self.limits(&mut parameters);
                self.aim(&mut parameters, objective);
            }
            Mix::Usual(objective) => self.aim(&mut parameters, objective),
        }
        parameters
    }

    /// Option, price process, calendar and rates.
    fn market(&mut self, parameters: &mut Parameters) {
        let (market, contract) = (&mut parameters.market, &mut parameters.contract);
        if self.happens(0.5) {
            contract.kind = OptionKind::Put;
        }
        if self.happens(0.5) {
            contract.position = Side::Long;
        }
        market.volatility = self.scale(0.05, 0.6);
        contract.maturity = self.scale(1.0 / 260.0, 2.0);
        parameters.steps = self.dates();
        let root = contract.maturity.sqrt();
        let width = market.volatility * root;
        market.spot = contract.strike * (width * self.between(-1.2, 1.2)).exp();
        if self.happens(0.6) {
            let most = (0.12 / width).min(0.06);
            let rate = self.between(0.0, most);
            parameters.financing.lend_rate = rate;
            parameters.financing.borrow_rate = rate;
            if self.happens(0.5) {
                parameters.financing.borrow_rate += self.between(0.0, most.min(0.03));
            }
        }
        if self.happens(0.9) {
            let bet = self.between(-0.8, 0.8);
            let drift = bet * market.volatility / root;
            // No one expects a market to double in a month: a strong bet takes a long time.
            market.drift = drift.clamp(-0.4, 0.4);
        }
    }

    /// Trading dates, uniform in the logarithm.
    fn dates(&mut self) -> usize {
        let dates = self.scale(3.5, 64.5).round().clamp(4.0, 64.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number from 4 to 64"
        )]
        let dates = dates as usize;
        dates
    }

    /// Cost of size, its two sides, its depth and its memory.
    fn book(&mut self, parameters: &mut Parameters) {
        let width = parameters.market.volatility * parameters.contract.maturity.sqrt();
        let book = &mut parameters.order_book;
        let size = if self.happens(0.3) {
            self.scale(1e-3, 0.2)
        } else {
            self.scale(0.2, 10.0)
        };
        book.depth = parameters.contract.shares / size;
        if !self.happens(0.08) {
            let cost = width * self.cost();
            book.ask_exponent = buying(cost, size);
            let mirrored = self.happens(0.7);
            let cost = if mirrored {
                cost
            } else if self.happens(0.1) {
                0.0
            } else {
                (cost * self.scale(0.4, 2.5)).min(DEAREST * width)
            };
            book.bid_exponent = selling(cost, size);
        }
        let step = parameters.contract.maturity / parameters.steps as f64;
        let mut kept = || match self.0.random::<f64>() {
            x if x < 0.2 => 0.0,
            x if x < 0.4 => 1.0,
            _ => self.between(0.0, 1.0),
        };
        let (ask, bid) = (kept(), kept());
        let decay = |kept: f64| -kept.ln() / step;
        book.ask_decay = decay(ask).max(0.0);
        book.bid_decay = decay(if self.happens(0.7) { ask } else { bid }).max(0.0);
    }

    /// Cost of trading the contract's shares over the width: of any size, and more often one that matters, where
    /// there is more to learn.
    fn cost(&mut self) -> f64 {
        if self.happens(0.6) {
            self.scale(0.001, DEAREST)
        } else {
            self.between(0.05, DEAREST)
        }
    }

    /// Position, memories and premium from which the path begins. Shares are paid for by the premium, so that
    /// nobody begins far from what the option is worth.
    fn start(&mut self, parameters: &mut Parameters) {
        let shares = parameters.contract.shares;
        let position = if self.happens(0.06) {
            shares * self.between(-1.5, 1.5)
        } else {
            0.0
        };
        if self.happens(0.06) {
            parameters.initial.ask_memory = shares * self.between(0.0, 2.0);
            parameters.initial.bid_memory = shares * self.between(0.0, 2.0);
        }
        let surplus = if self.happens(0.1) {
            self.between(-0.4, 0.4)
        } else {
            0.0
        };
        let sign = match parameters.contract.position {
            Side::Short => 1.0,
            Side::Long => -1.0,
        };
        let usual = usual_premium(parameters) + sign * surplus * error_size(parameters);
        let premium = usual - sign * position * parameters.market.spot;
        if position != 0.0 && premium >= 0.0 {
            parameters.initial.position = position;
            parameters.contract.premium = Premium::Fixed(premium);
        } else if surplus != 0.0 {
            parameters.contract.premium = Premium::Fixed(usual.max(0.0));
        }
    }

    /// Limits of position and trade.
    fn limits(&mut self, parameters: &mut Parameters) {
        let shares = parameters.contract.shares;
        let start = parameters.initial.position;
        if self.happens(0.02) {
            parameters.limits.max_trade = Some(shares * self.scale(0.1, 1.0));
        }
        if self.happens(0.02) {
            parameters.limits.min_position = Some((shares * self.between(-2.0, 0.6)).min(start));
        }
        if self.happens(0.02) {
            parameters.limits.max_position = Some((shares * self.between(-0.6, 2.0)).max(start));
        }
        let limits = &mut parameters.limits;
        if limits.min_position > limits.max_position && limits.max_position.is_some() {
            limits.min_position = None;
        }
    }

    /// The objective with its level or aversion.
    fn aim(&mut self, parameters: &mut Parameters, objective: Objective) {
        let (tail, aversion) = (self.scale(0.01, 0.2), self.scale(0.5, 5.0));
        let size = error_size(parameters);
        let training = &mut parameters.training;
        training.objective = objective;
        match objective {
            Objective::Rsmse | Objective::Rmse => {}
            Objective::Cvar => training.cvar_level = 1.0 - tail,
            Objective::Entropic => training.risk_aversion = aversion / size,
        }
    }
}

/// The exponent with which buying `size` depths costs `cost` more than its price, as a share of it.
fn buying(cost: f64, size: f64) -> f64 {
    // ((1 + u)^α − 1)/u = 1 + cost
    (size * (1.0 + cost)).ln_1p() / size.ln_1p()
}

/// The same for what selling brings less.
fn selling(cost: f64, size: f64) -> f64 {
    (size * (1.0 - cost)).ln_1p() / size.ln_1p()
}

/// `0.4·n·K·σ√T` (currency).
fn error_size(parameters: &Parameters) -> f64 {
    let contract = &parameters.contract;
    let width = parameters.market.volatility * contract.maturity.sqrt();
    0.4 * contract.shares * contract.strike * width
}

/// The Black–Scholes premium of the contract (currency).
fn usual_premium(parameters: &Parameters) -> f64 {
    Scenario::new(parameters.clone()).map_or(0.0, |scenario| opening_cash(&scenario).abs())
}

/// One share at 100, for a year, in a book without friction.
fn plain() -> Parameters {
    Parameters {
        version: VERSION,
        title: "drawn at random".into(),
        description: String::new(),
        market: Market::brownian(100.0, 0.0, 0.2),
        order_book: Book {
            ask_exponent: 1.0,
            bid_exponent: 1.0,
            ask_half_spread: None,
            bid_half_spread: None,
            ask_decay: 0.0,
            bid_decay: 0.0,
            depth: 1.0,
            mid_impact: 0.0,
            mid_permanent: 0.0,
            mid_decay: 0.0,
        },
        contract: Contract {
            kind: OptionKind::Call,
            position: Side::Short,
            strike: 100.0,
            moneyness: None,
            maturity: 1.0,
            shares: 1.0,
            legs: Vec::new(),
            settlement: SettledBy::Delivery,
            premium: Premium::BlackScholes,
            model_volatility: None,
        },
        steps: 12,
        financing: Financing {
            lend_rate: 0.0,
            borrow_rate: 0.0,
        },
        initial: Initial::default(),
        limits: Limits::default(),
        strategies: Strategies {
            selected: vec![Strategy::Delta, Strategy::Leland, Strategy::Learned],
            leland_convention: LelandConvention::default(),
            leland_memory: None,
            band_risk_aversion: None,
            soft_band_risk_aversion: None,
            soft_band_volatility_factor: None,
        },
        training: Training::default(),
        seed: 1,
        shown_path: None,
        pins: Vec::new(),
    }
}
