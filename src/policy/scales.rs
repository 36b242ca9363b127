//! What a network's inputs are divided by, so that they are of the order of 1 in any scenario.
//!
//! A network only means something together with the scales it was trained with, so they are kept
//! beside its weights.

use crate::contract::opening_cash;
use crate::scenario::{Form, Scenario};
use std::fmt;

/// Log-moneyness at the sale, in units of `σ√T`, up to which it is taken as it is; further in or
/// out of the money it is counted from there.
const NEAR: f64 = 4.0;
/// Log-moneyness, so counted, beyond which a network sees no difference.
const REACH: f64 = 30.0;

/// Distance of the position from the base hedge and of the value from what is owed, in their units,
/// beyond which a network sees no difference: else a network that trades wildly because it has
/// lost, and loses because it trades wildly, has no end.
const MOST: f64 = 10.0;
/// Contracts by which a network's position may differ from the base hedge: what holds more gambles,
/// and its rare losses are not among the paths on which it is judged.
const SPAN: f64 = 4.0;

/// Units of a network's inputs and of its output.
#[derive(Clone, Copy, PartialEq)]
pub struct Scales {
    /// What is taken from the log-moneyness in units of `σ√T`.
    pub center: f64,
    /// Most that is left of it, either way.
    pub reach: f64,
    /// Most that the inputs of position and value may be, either way.
    pub most: f64,
    /// Divides the position's distance from the base hedge (shares).
    pub position: f64,
    /// Divides the portfolio value's distance from what is owed (currency); negative in the paper
    /// form where `V_0` is.
    pub value: f64,
    /// Divides the ask side's memory (shares).
    pub ask: f64,
    /// Divides the bid side's memory (shares).
    pub bid: f64,
    /// Multiplies the network's output (shares).
    pub output: f64,
    /// Most that the output may be before, either way.
    pub span: f64,
    /// Price (currency) above which the output adds not so many shares, but so much money: what a
    /// mistake costs is then the same at any price. Infinite where it always adds shares.
    pub full: f64,
    /// Position (shares) from which the base hedge is counted where it is an input: by put–call parity a put's
    /// base, counted from the whole contract, is that of the call.
    pub origin: f64,
}

/// The last two are told only where they are not as they were before them: policies are known by this text.
impl fmt::Debug for Scales {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = out.debug_struct("Scales");
        text.field("center", &self.center)
            .field("reach", &self.reach)
            .field("most", &self.most)
            .field("position", &self.position)
            .field("value", &self.value)
            .field("ask", &self.ask)
            .field("bid", &self.bid)
            .field("output", &self.output)
            .field("span", &self.span);
        if self.full.is_finite() {
            text.field("full", &self.full);
        }
        if self.origin != 0.0 {
            text.field("origin", &self.origin);
        }
        text.finish()
    }
}

impl Scales {
    /// The scales for `scenario` where hedging errors have the size `errors` (currency; their root
    /// mean square under the base hedge). The value is measured in [`usual_error`] or in that size,
    /// whichever is larger, never in the premium, which may be next to nothing; only the paper's
    /// form keeps `V_0` where that is not much smaller.
    #[must_use]
    pub fn of(scenario: &Scenario, errors: f64) -> Self {
        let shares = scenario.contract.size();
        let initial = &scenario.initial;
        let usual = usual_error(scenario);
        let size = if errors.is_finite() {
            errors.max(usual)
        } else {
            usual
        };
        let premium = opening_cash(scenario);
        let paper = scenario.training.form == Form::Paper;
        Self {
            center: if paper { 0.0 } else { center(scenario) },
            reach: if paper { f64::INFINITY } else { REACH },
            most: MOST,
            position: shares.max(initial.position.abs()),
            value: match (paper, premium.abs() >= 0.5 * size) {
                (true, true) => premium,
                (true, false) => size.copysign(premium),
                (false, _) => size,
            },
            ask: shares + initial.ask_memory,
            bid: shares + initial.bid_memory,
            output: shares,
            span: SPAN,
            full: f64::INFINITY,
            origin: 0.0,
        }
    }

    /// What a network's output adds to the position at a price (shares).
    #[inline(always)]
    #[must_use]
    pub fn correction(&self, output: f64, spot: f64) -> f64 {
        self.output * (self.full / spot).min(1.0) * output.max(-self.span).min(self.span)
    }

    /// The numbers in the order of the fields.
    fn numbers(&mut self) -> [&mut f64; 9] {
        let Self {
            center,
            reach,
            most,
            position,
            value,
            ask,
            bid,
            output,
            span,
            full: _,
            origin: _,
        } = self;
        [center, reach, most, position, value, ask, bid, output, span]
    }

    /// The numbers but the last two as bits, in the order of the fields, since text might round them.
    #[must_use]
    pub fn to_bits(&self) -> [u64; 9] {
        { *self }.numbers().map(|number| number.to_bits())
    }

    /// From such bits; `None` where a unit is not above 0.
    #[must_use]
    pub fn from_bits(bits: [u64; 9]) -> Option<Self> {
        let mut scales = Self::shares(0.0);
        for (number, bits) in scales.numbers().into_iter().zip(bits) {
            *number = f64::from_bits(bits);
        }
        let [center, reach, most, position, value, rest @ ..] = scales.numbers().map(|x| *x);
        let sizes = [reach, most, position, value.abs()];
        let above = sizes.iter().chain(&rest).all(|size| *size > 0.0);
        (center.is_finite() && above).then_some(scales)
    }

    /// Everything in `unit` shares (the value in as much currency), without bounds.
    fn shares(unit: f64) -> Self {
        Self {
            center: 0.0,
            reach: f64::INFINITY,
            most: f64::INFINITY,
            position: unit,
            value: unit,
            ask: unit,
            bid: unit,
            output: unit,
            span: f64::INFINITY,
            full: f64::INFINITY,
            origin: 0.0,
        }
    }

    /// The scales of policies that were saved without theirs (file version 1): the value in
    /// premiums, positions and memories in contracts (residual form) or shares (paper form).
    #[must_use]
    pub fn by_premium(scenario: &Scenario) -> Self {
        let cash = opening_cash(scenario);
        let notional = scenario.contract.shares * scenario.contract.strike;
        let paper = scenario.training.form == Form::Paper;
        let shares = if paper { 1.0 } else { scenario.contract.shares };
        Self {
            value: if cash.abs() <= 1e-9 * notional {
                notional * (0.4 * width(scenario)).max(1e-3)
            } else if paper {
                cash
            } else {
                cash.abs()
            },
            ..Self::shares(shares)
        }
    }
}

/// `n·K·0.4·σ√T`, with the size of a portfolio for `n`: about the price of the option at the money (M. Brenner and M. Subrahmanyam,
/// *A simple formula to compute the implied standard deviation*, 1988), and so of the order of what
/// a hedge can miss (currency). With the smaller of strike and spot, and within bounds for extreme
/// volatilities.
#[must_use]
pub fn usual_error(scenario: &Scenario) -> f64 {
    let price = scenario.contract.strike.min(scenario.market.spot);
    let moved = scenario.market.long_run_volatility() * scenario.contract.maturity.sqrt();
    let width = width(scenario).max(moved);
    scenario.contract.size() * price * (0.4 * width).clamp(1e-6, 1.0)
}

/// `σ√T` as the hedger believes it.
fn width(scenario: &Scenario) -> f64 {
    scenario.model_volatility() * scenario.contract.maturity.sqrt()
}

/// How much further than [`NEAR`] the sale is from the strike.
fn center(scenario: &Scenario) -> f64 {
    let start = (scenario.market.spot / scenario.contract.strike).ln() / unit(scenario);
    start - start.clamp(-NEAR, NEAR)
}

/// What log-moneyness is divided by in the residual form: `σ√T`, or 1 without volatility.
pub(super) fn unit(scenario: &Scenario) -> f64 {
    let width = width(scenario);
    if width > 1e-6 { width } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::episode::Episode;
    use crate::market::{Paths, Sampling};
    use crate::policy::features::Features;
    use crate::policy::{Base, Delta, Policy};
    use crate::presets;
    use crate::simulate::replay;

    fn year(changes: &[(&str, &str)]) -> Scenario {
        let year = presets::built_in("paper-year").unwrap();
        year.with(changes.iter().copied()).unwrap()
    }

    #[test]
    fn the_papers_cells_keep_the_scales_they_had_within_one_percent() {
        for (name, _) in presets::BUILT_IN {
            let scenario = presets::built_in(name).unwrap();
            if scenario.contract.is_portfolio() {
                continue; // Younger than the first file version.
            }
            let (new, old) = (Scales::of(&scenario, 0.0), Scales::by_premium(&scenario));
            assert!((new.value / old.value - 1.0).abs() < 0.01, "{name}");
            let rest = |scales: Scales| Scales {
                value: 0.0,
                reach: 0.0,
                most: 0.0,
                span: 0.0,
                ..scales
            };
            assert_eq!(rest(new), rest(old));
        }
    }

    #[test]
    fn inputs_are_of_the_order_of_one_however_little_the_premium_is() {
        let cases: [&[(&str, &str)]; 6] = [
            &[("contract.strike", "1750")],
            &[("contract.strike", "400")],
            &[("contract.kind", "put"), ("contract.strike", "600")],
            &[("contract.premium", "0.01")],
            &[
                ("contract.maturity", "0.000114"),
                ("market.volatility", "0.01"),
                ("contract.strike", "1001"),
            ],
            &[
                ("initial.ask_memory", "1e6"),
                ("initial.bid_memory", "1e6"),
                ("initial.position", "1e4"),
            ],
        ];
        for changes in cases {
            for form in ["residual", "paper"] {
                let scenario = year(changes).with([("training.form", form)]).unwrap();
                let path = Paths::new(&scenario, Sampling::evaluation(1)).path(3);
                let delta = Delta::of(&scenario);
                let (_, end) = replay(&scenario, &delta, &path);
                let scales = Scales::of(&scenario, end.error.abs());
                let features = Features::new(&scenario, Base::Delta, scales);
                let mut episode = Episode::start(&scenario, &path);
                while let Some(seen) = episode.observe() {
                    let (inputs, _) = features.see(&seen);
                    assert!(
                        inputs.iter().all(|x| x.abs() < 40.0),
                        "{changes:?} {form}: {inputs:?}"
                    );
                    episode.trade_to(delta.target(&seen, &mut []));
                }
            }
        }
    }
}
