//! What a network sees of an observation, and what its output means.
//!
//! | form | inputs | position to hold |
//! |---|---|---|
//! | residual | `t/T, ln(S/K)/(σ√T), (X − b)/n, (V − v)/s, A/n, B/n, b/n` | `b + n·output` |
//! | paper | `t, ln(S/K), X, V/V_0, A, B` | `output` |
//!
//! Here `b` is the position of the base hedge (delta, or Leland's), `v` the Black–Scholes value of
//! what the hedger owes, `n` the shares of the contract and `s = |V_0|`. The policy, the training
//! kernel and the autodiff reference all take their inputs from this file.

use super::{Delta, leland};
use crate::contract::{call_delta, call_price, opening_cash};
use crate::episode::Observation;
use crate::market::LANES;
use crate::math::ln;
use crate::scenario::{Form, OptionKind, Scenario};
use serde::{Deserialize, Serialize};

/// The most inputs that a form has.
pub const MOST_INPUTS: usize = 7;

/// The hedge that a residual network corrects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// Black–Scholes delta.
    Delta,
    /// Leland's delta.
    Leland,
}

/// What inputs take from the price alone, on [`LANES`] paths at one date.
#[derive(Clone, Copy, Debug)]
pub struct PriceFeatures {
    /// The network's moneyness (no unit).
    pub moneyness: [f64; LANES],
    /// Position of the base hedge (shares); 0 in the paper form.
    pub base: [f64; LANES],
    /// Black–Scholes value of what is owed (currency); 0 in the paper form.
    pub anchor: [f64; LANES],
}

impl PriceFeatures {
    /// All zero.
    pub const ZERO: Self = Self {
        moneyness: [0.0; LANES],
        base: [0.0; LANES],
        anchor: [0.0; LANES],
    };
}

/// What one path's inputs take from the hedger.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hedger {
    pub position: f64,
    pub value: f64,
    pub ask: f64,
    pub bid: f64,
}

/// The features of one scenario.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    form: Form,
    /// The base hedge, at its volatility.
    base: Delta,
    /// The option at the scenario's volatility.
    option: Delta,
    maturity: f64,
    /// `σ√T`, or 1 without volatility.
    width: f64,
    /// `s`, or the signed `V_0` in the paper form (currency).
    value_scale: f64,
}

impl Features {
    /// The features of `scenario`, which names the form.
    #[must_use]
    pub fn of(scenario: &Scenario, base: Base) -> Self {
        let option = Delta::of(scenario);
        let base = match base {
            Base::Delta => option,
            Base::Leland => option.at_volatility(leland::raised_volatility(scenario)),
        };
        let maturity = scenario.contract.maturity;
        let width = scenario.model_volatility() * maturity.sqrt();
        Self {
            form: scenario.training.form,
            base,
            option,
            maturity,
            width: if width > 1e-6 { width } else { 1.0 },
            value_scale: value_scale(scenario),
        }
    }

    /// Input and output form.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// Number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        match self.form {
            Form::Paper => 6,
            Form::Residual => MOST_INPUTS,
        }
    }

    /// Shares `n` by which positions are divided; 1 in the paper form.
    #[must_use]
    pub fn shares(&self) -> f64 {
        match self.form {
            Form::Paper => 1.0,
            Form::Residual => self.option.contract().shares,
        }
    }

    /// What the portfolio value is divided by (currency); never 0.
    #[must_use]
    pub fn value_scale(&self) -> f64 {
        self.value_scale
    }

    /// The network's time input at `time` years after the sale.
    #[inline(always)]
    #[must_use]
    pub fn time(&self, time: f64) -> f64 {
        match self.form {
            Form::Paper => time,
            Form::Residual => time / self.maturity,
        }
    }

    /// Inputs and position of the base hedge, from what the hedger sees: the readable form.
    #[must_use]
    pub fn see(&self, seen: &Observation) -> ([f64; MOST_INPUTS], f64) {
        let strike = self.option.model().strike;
        let (moneyness, base, anchor) = match self.form {
            Form::Paper => ((seen.spot / strike).ln(), 0.0, 0.0),
            Form::Residual => {
                let (contract, model) = (self.option.contract(), self.option.model());
                let value = model.price(contract.kind, seen.spot, seen.remaining);
                (
                    (seen.spot / strike).ln() / self.width,
                    self.base.position(seen.spot, seen.remaining),
                    contract.sign() * contract.shares * value,
                )
            }
        };
        let hedger = Hedger {
            position: seen.position,
            value: seen.value,
            ask: seen.memory.ask,
            bid: seen.memory.bid,
        };
        let inputs = self.inputs_of(self.time(seen.time), [moneyness, base, anchor], hedger);
        (inputs, base)
    }

    /// Inputs from their parts; the last is 0 in the paper form.
    #[inline(always)]
    pub(super) fn inputs_of(
        &self,
        time: f64,
        [moneyness, base, anchor]: [f64; 3],
        hedger: Hedger,
    ) -> [f64; MOST_INPUTS] {
        let shares = self.shares();
        [
            time,
            moneyness,
            (hedger.position - base) / shares,
            (hedger.value - anchor) / self.value_scale,
            hedger.ask / shares,
            hedger.bid / shares,
            base / shares,
        ]
    }

    /// What inputs take from the price, on many paths at once, `remaining` years before maturity.
    pub fn of_prices(&self, remaining: f64, spot: &[f64; LANES], out: &mut PriceFeatures) {
        let model = self.option.model();
        let contract = self.option.contract();
        let time = remaining.max(0.0).sqrt();
        pulp::Arch::new().dispatch(OfPrices {
            residual: self.form == Form::Residual,
            put: contract.kind == OptionKind::Put,
            scale: contract.sign() * contract.shares,
            strike: model.strike,
            discounted: model.strike * (-model.rate * remaining).exp(),
            width: model.volatility * time,
            base_width: self.base.model().volatility * time,
            unit: if self.form == Form::Residual {
                self.width
            } else {
                1.0
            },
            spot,
            out,
        });
    }
}

/// [`Features::of_prices`], compiled for each instruction set.
struct OfPrices<'a> {
    residual: bool,
    put: bool,
    /// Signed shares.
    scale: f64,
    strike: f64,
    discounted: f64,
    /// `σ√τ` of the option and of the base hedge.
    width: f64,
    base_width: f64,
    /// What log-moneyness is divided by.
    unit: f64,
    spot: &'a [f64; LANES],
    out: &'a mut PriceFeatures,
}

impl pulp::WithSimd for OfPrices<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _simd: S) {
        for (out, spot) in self.out.moneyness.iter_mut().zip(self.spot) {
            *out = ln(spot / self.strike) / self.unit;
        }
        if !self.residual {
            self.out.base = [0.0; LANES];
            self.out.anchor = [0.0; LANES];
            return;
        }
        // A put by parity: delta less 1, value less spot plus discounted strike.
        let (shift, parity) = if self.put { (1.0, 1.0) } else { (0.0, 0.0) };
        for (out, spot) in self.out.base.iter_mut().zip(self.spot) {
            let delta = call_delta(*spot, self.discounted, self.base_width);
            *out = self.scale * (delta - shift);
        }
        for (out, spot) in self.out.anchor.iter_mut().zip(self.spot) {
            let call = call_price(*spot, self.discounted, self.width);
            let value = (call + parity * (self.discounted - spot)).max(0.0);
            *out = self.scale * value;
        }
    }
}

/// `|V_0|`, signed in the paper form; where there is no premium, an amount of its usual size.
fn value_scale(scenario: &Scenario) -> f64 {
    let cash = opening_cash(scenario);
    let notional = scenario.contract.shares * scenario.contract.strike;
    if cash.abs() <= 1e-9 * notional {
        let width = scenario.model_volatility() * scenario.contract.maturity.sqrt();
        return notional * (0.4 * width).max(1e-3);
    }
    match scenario.training.form {
        Form::Paper => cash,
        Form::Residual => cash.abs(),
    }
}
