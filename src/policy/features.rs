//! What a network sees of an observation, and what its output means.
//!
//! | form | inputs | position to hold |
//! |---|---|---|
//! | residual | `t/T, ln(S/K)/(σ√T), (X − b)/n, (V − v)/s, A/n, B/n, b/n` | `b + n·output` |
//! | paper | `t, ln(S/K), X/n, V/V_0, A/n, B/n` | `n·output` |
//!
//! Here `b` is the position of the base hedge (delta, Leland's, or the soft band's aim), `v` the
//! Black–Scholes value of what the hedger owes, `n` the shares of the contract and `s` the size of hedging errors;
//! [`Scales`] has the exact units and bounds. The policy, the training kernel and the autodiff
//! reference all take their inputs from this file.

use super::scales::{self, Scales};
use super::soft_band::Pull;
use super::{Delta, Leland, Policy, SoftBand, SoftBandSettings, leland};
use crate::contract::NARROWEST;
use crate::episode::Observation;
use crate::market::LANES;
use crate::math::{ln, normal_cdf};
use crate::scenario::{Form, OptionKind, Scenario};
use serde::{Deserialize, Serialize};

/// The most inputs that a form has.
pub const MOST_INPUTS: usize = 7;

/// A hedge that needs no training: what a residual network corrects, and what any network has to beat.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// Black–Scholes delta.
    Delta,
    /// Leland's delta.
    Leland,
    /// Leland's delta at the cost of one share, whatever the size of the contract: the base of
    /// policies of file version 1.
    LelandOfOneShare,
    /// The soft band with these settings. A network corrects its aim, which is a function of price
    /// and time alone; what it has to beat is the band itself.
    SoftBand(SoftBandSettings),
}

impl Base {
    /// The hedge itself.
    #[must_use]
    pub fn hedge(self, scenario: &Scenario) -> Box<dyn Policy> {
        match self {
            Self::Delta => Box::new(Delta::of(scenario)),
            Self::Leland => Box::new(Leland::of(scenario)),
            Self::LelandOfOneShare => {
                let volatility = leland::volatility_at(scenario, 1.0);
                Box::new(Delta::of(scenario).at_volatility(volatility))
            }
            Self::SoftBand(settings) => Box::new(SoftBand::new(scenario, settings)),
        }
    }
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
    base: Base,
    /// The base hedge, at its volatility; of the soft band the delta of its aim.
    hedge: Delta,
    /// The drift's pull in that aim.
    pull: Pull,
    /// The option at the scenario's volatility.
    option: Delta,
    maturity: f64,
    /// What log-moneyness is divided by.
    unit: f64,
    scales: Scales,
}

impl Features {
    /// The features of `scenario`, which names the form, in units of the usual hedging error.
    #[must_use]
    pub fn of(scenario: &Scenario, base: Base) -> Self {
        Self::new(scenario, base, Scales::of(scenario, 0.0))
    }

    /// The features of `scenario` in given units.
    #[must_use]
    pub fn new(scenario: &Scenario, base: Base, scales: Scales) -> Self {
        let option = Delta::of(scenario);
        let hedge = match base {
            Base::Delta => option,
            Base::Leland => option.at_volatility(leland::leland_volatility(scenario)),
            Base::LelandOfOneShare => option.at_volatility(leland::volatility_at(scenario, 1.0)),
            Base::SoftBand(settings) => SoftBand::new(scenario, settings).delta(),
        };
        let pull = match base {
            Base::SoftBand(settings) => SoftBand::new(scenario, settings).pull(),
            _ => Pull::NONE,
        };
        let form = scenario.training.form;
        Self {
            form,
            base,
            hedge,
            pull,
            option,
            maturity: scenario.contract.maturity,
            unit: match form {
                Form::Paper => 1.0,
                Form::Residual => scales::unit(scenario),
            },
            scales,
        }
    }

    /// The hedge that a residual network corrects.
    #[must_use]
    pub fn base(&self) -> Base {
        self.base
    }

    /// The units of inputs and output.
    #[must_use]
    pub fn scales(&self) -> &Scales {
        &self.scales
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

    /// Size of hedging errors, in which portfolio values are measured (currency); above 0.
    #[must_use]
    pub fn error_size(&self) -> f64 {
        self.scales.value.abs()
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
        let (contract, model) = (self.option.contract(), self.option.model());
        let Scales { center, reach, .. } = self.scales;
        let moneyness = (seen.spot / model.strike).ln() / self.unit - center;
        let moneyness = moneyness.clamp(-reach, reach);
        let (base, anchor) = match self.form {
            Form::Paper => (0.0, 0.0),
            Form::Residual => (
                self.hedge.position(seen.spot, seen.remaining) + self.pull.at(seen.spot),
                contract.sign()
                    * contract.shares
                    * model.price(contract.kind, seen.spot, seen.remaining),
            ),
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
        let scales = &self.scales;
        let bounded = |x: f64| x.max(-scales.most).min(scales.most);
        [
            time,
            moneyness,
            bounded((hedger.position - base) / scales.position),
            bounded((hedger.value - anchor) / scales.value),
            hedger.ask / scales.ask,
            hedger.bid / scales.bid,
            base / scales.output,
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
            base_width: self.hedge.model().volatility * time,
            unit: self.unit,
            center: self.scales.center,
            reach: self.scales.reach,
            pull: self.pull,
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
    /// What log-moneyness is divided by, what is taken from it then, and its bound.
    unit: f64,
    center: f64,
    reach: f64,
    /// What is added to the base.
    pull: Pull,
    spot: &'a [f64; LANES],
    out: &'a mut PriceFeatures,
}

impl pulp::WithSimd for OfPrices<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _simd: S) {
        // One logarithm serves all: it is what costs most here.
        let mut logs = [0.0; LANES];
        for (log, spot) in logs.iter_mut().zip(self.spot) {
            *log = ln(spot / self.strike);
        }
        for (out, log) in self.out.moneyness.iter_mut().zip(&logs) {
            let moneyness = log / self.unit - self.center;
            *out = moneyness.max(-self.reach).min(self.reach);
        }
        if !self.residual {
            self.out.base = [0.0; LANES];
            self.out.anchor = [0.0; LANES];
            return;
        }
        // A put by parity: delta less 1, value less spot plus discounted strike.
        let (shift, parity) = if self.put { (1.0, 1.0) } else { (0.0, 0.0) };
        let ahead = ln(self.strike / self.discounted);
        let [width, base_width] = [self.width, self.base_width].map(|width| width.max(NARROWEST));
        let mut deltas = [0.0; LANES];
        for (delta, log) in deltas.iter_mut().zip(&logs) {
            *delta = normal_cdf((log + ahead) / width + 0.5 * width);
        }
        for lane in 0..LANES {
            let down = normal_cdf((logs[lane] + ahead) / width - 0.5 * width);
            let call = self.spot[lane] * deltas[lane] - self.discounted * down;
            let value = call + parity * (self.discounted - self.spot[lane]);
            self.out.anchor[lane] = self.scale * value.max(0.0);
        }
        if base_width != width {
            for (delta, log) in deltas.iter_mut().zip(&logs) {
                *delta = normal_cdf((log + ahead) / base_width + 0.5 * base_width);
            }
        }
        for (out, delta) in self.out.base.iter_mut().zip(&deltas) {
            *out = self.scale * (delta - shift);
        }
        if self.pull.is_felt() {
            for (out, spot) in self.out.base.iter_mut().zip(self.spot) {
                *out += self.pull.at(*spot);
            }
        }
    }
}
