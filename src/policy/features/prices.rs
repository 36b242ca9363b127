//! What inputs take from the price alone, on many paths at once.

use crate::contract::NARROWEST;
use crate::market::LANES;
use crate::math::{ln, normal_cdf};
use crate::policy::soft_band::Pull;

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

/// [`super::Features::of_prices`], compiled for each instruction set.
pub(super) struct OfPrices<'a> {
    pub residual: bool,
    pub put: bool,
    /// Signed shares, times `e^(−qτ)`.
    pub scale: f64,
    pub strike: f64,
    pub discounted: f64,
    /// `σ√τ` of the option and of the base hedge.
    pub width: f64,
    pub base_width: f64,
    /// What log-moneyness is divided by, what is taken from it then, and its bound.
    pub unit: f64,
    pub center: f64,
    pub reach: f64,
    /// What is added to the base.
    pub pull: Pull,
    pub spot: &'a [f64; LANES],
    pub out: &'a mut PriceFeatures,
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
