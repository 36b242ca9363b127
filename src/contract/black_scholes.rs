//! Black and Scholes (1973): price, delta and gamma of a European option on one share, with the dividends of R. C.
//! Merton (*Theory of rational option pricing*, 1973).
//!
//! With `d1 = [ln(S/K) + (r − q + σ²/2)τ]/(σ√τ)` and `d2 = d1 − σ√τ`, a call is worth
//! `S·e^(−qτ)·N(d1) − K·e^(−rτ)·N(d2)`, its delta is `e^(−qτ)·N(d1)`, its gamma `e^(−qτ)·φ(d1)/(Sσ√τ)`; a put follows
//! by parity. At `σ√τ = 0` these become the limits, with delta ½ exactly at the money.
//!
//! All three are `e^(−qτ)` times what they are without dividends at the rate `r − q`, and so they are computed.

use crate::math::{ln, normal_cdf, normal_density};
use crate::scenario::{OptionKind, Scenario};

/// The hedger's model of one option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlackScholes {
    /// Strike `K` (currency).
    pub strike: f64,
    /// Volatility `σ` (per square-root year).
    pub volatility: f64,
    /// Interest rate `r` (per year, continuously compounded).
    pub rate: f64,
    /// Dividend yield `q` (per year, continuous).
    pub dividends: f64,
}

impl BlackScholes {
    /// The model of the (first) option at the scenario's model volatility, and at the middle of its lend and borrow rates.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let financing = &scenario.financing;
        Self {
            strike: scenario.contract.strike,
            volatility: scenario.model_volatility(),
            rate: f64::midpoint(financing.lend_rate, financing.borrow_rate).ln_1p(),
            dividends: scenario.market.dividend_yield,
        }
    }

    /// The same model of an option with another strike.
    #[must_use]
    pub fn at_strike(self, strike: f64) -> Self {
        Self { strike, ..self }
    }

    /// The same model at another volatility.
    #[must_use]
    pub fn with_volatility(self, volatility: f64) -> Self {
        Self { volatility, ..self }
    }

    /// What holding the share costs beyond its dividends, `r − q` (per year).
    #[must_use]
    pub fn carry(&self) -> f64 {
        self.rate - self.dividends
    }

    /// `K·e^(−(r − q)τ)`: the spot at which the strike is the forward price, `years` before maturity (currency).
    #[inline(always)]
    #[must_use]
    pub fn discounted(&self, years: f64) -> f64 {
        self.strike * (-self.carry() * years).exp()
    }

    /// `e^(−qτ)`: how many shares become one until maturity, `years` ahead, if their dividends are reinvested.
    #[inline(always)]
    #[must_use]
    pub fn share(&self, years: f64) -> f64 {
        (-self.dividends * years).exp()
    }

    /// Price of one option (currency), `years` before maturity.
    #[must_use]
    pub fn price(&self, kind: OptionKind, spot: f64, years: f64) -> f64 {
        let discounted = self.discounted(years);
        let call = call_price(spot, discounted, self.width(years));
        let price = match kind {
            OptionKind::Call => call,
            OptionKind::Put => (call - spot + discounted).max(0.0),
        };
        self.share(years) * price
    }

    /// Delta of one option: shares that offset a small move.
    #[must_use]
    pub fn delta(&self, kind: OptionKind, spot: f64, years: f64) -> f64 {
        let delta = call_delta(spot, self.discounted(years), self.width(years));
        let delta = match kind {
            OptionKind::Call => delta,
            OptionKind::Put => delta - 1.0,
        };
        self.share(years) * delta
    }

    /// Gamma of one option (shares per currency), the same for call and put.
    #[must_use]
    pub fn gamma(&self, spot: f64, years: f64) -> f64 {
        self.share(years) * call_gamma(spot, self.discounted(years), self.width(years))
    }

    /// `σ√τ`.
    fn width(&self, years: f64) -> f64 {
        self.volatility * years.max(0.0).sqrt()
    }
}

/// Below this `σ√τ` the option is worth what it pays.
pub const NARROWEST: f64 = 1e-150;

/// `d1` from the spot, the discounted strike `K·e^(−(r − q)τ)` and the width `σ√τ`.
#[inline(always)]
#[must_use]
pub fn d1(spot: f64, discounted_strike: f64, width: f64) -> f64 {
    let width = width.max(NARROWEST);
    ln(spot / discounted_strike) / width + 0.5 * width
}

/// Price of a call on one share without dividends.
#[inline(always)]
#[must_use]
pub fn call_price(spot: f64, discounted_strike: f64, width: f64) -> f64 {
    let d1 = d1(spot, discounted_strike, width);
    spot * normal_cdf(d1) - discounted_strike * normal_cdf(d1 - width)
}

/// Delta of a call on one share without dividends.
#[inline(always)]
#[must_use]
pub fn call_delta(spot: f64, discounted_strike: f64, width: f64) -> f64 {
    normal_cdf(d1(spot, discounted_strike, width))
}

/// Gamma of a call on one share without dividends.
#[inline(always)]
#[must_use]
pub fn call_gamma(spot: f64, discounted_strike: f64, width: f64) -> f64 {
    normal_density(d1(spot, discounted_strike, width)) / (spot * width.max(NARROWEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR_CELL: BlackScholes = BlackScholes {
        strike: 1000.0,
        volatility: 0.1898,
        rate: 0.0,
        dividends: 0.0,
    };

    #[test]
    fn the_year_cell_has_the_textbook_price() {
        // At the money with r = 0: S·(2N(σ√T/2) − 1), N(0.0949) by an independent library.
        let cdf = 0.5 * libm::erfc(-0.0949 / std::f64::consts::SQRT_2);
        let expected = 1000.0 * 2.0f64.mul_add(cdf, -1.0);
        let price = YEAR_CELL.price(OptionKind::Call, 1000.0, 1.0);
        assert!(
            (price - expected).abs() < 1e-10,
            "{price} against {expected}"
        );
    }

    #[test]
    fn delta_and_gamma_are_derivatives_of_the_price() {
        let model = BlackScholes {
            rate: 0.03,
            dividends: 0.05,
            ..YEAR_CELL
        };
        for kind in [OptionKind::Call, OptionKind::Put] {
            for spot in [700.0, 950.0, 1000.0, 1300.0] {
                let price = |s: f64| model.price(kind, s, 0.4);
                let slope = (price(spot + 1e-3) - price(spot - 1e-3)) / 2e-3;
                assert!((model.delta(kind, spot, 0.4) - slope).abs() < 1e-7);
                let delta = |s: f64| model.delta(kind, s, 0.4);
                let bend = (delta(spot + 1e-3) - delta(spot - 1e-3)) / 2e-3;
                assert!((model.gamma(spot, 0.4) - bend).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn without_volatility_or_time_the_option_is_worth_what_it_pays() {
        let still = YEAR_CELL.with_volatility(0.0);
        assert_eq!(still.price(OptionKind::Call, 1100.0, 1.0), 100.0);
        assert_eq!(still.price(OptionKind::Call, 900.0, 1.0), 0.0);
        assert_eq!(still.delta(OptionKind::Call, 1000.0, 1.0), 0.5);
        assert_eq!(YEAR_CELL.delta(OptionKind::Put, 900.0, 0.0), -1.0);
        assert_eq!(YEAR_CELL.gamma(1100.0, 0.0), 0.0);
    }
}
