//! Quantities that lessons ask for, measured: of a scenario, of a path, or over many paths.

use super::{Quantity, Scene, Setup, Stage};
use crate::episode::{Bounds, LedgerLine, Observation};
use crate::market::{Path, Paths, Sampling, usual_factors};
use crate::order_book::{Memory, OrderBook};
use crate::outcome::{Estimate, Goal, Measure, Sample, Statistics, gaps, paired, share_better};
use crate::scenario::fields::{Access, Field};
use crate::scenario::{Scenario, Strategy};
use crate::simulate::replay;
use crate::units::FieldError;
use serde::Deserialize;

/// Paths that are looked through for those that end near the strike.
const SEARCHED: u64 = 8_000;

/// A quantity, in which scenario, times a number.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// What.
    pub what: Quantity,
    /// Of the pins beside: in which one; absent: in the present scenario.
    #[serde(default)]
    pub pin: Option<String>,
    /// In another setup than the present one.
    #[serde(default)]
    pub setup: Option<Setup>,
    /// What it is multiplied with.
    #[serde(default = "one")]
    pub times: f64,
}

fn one() -> f64 {
    1.0
}

impl Measured {
    /// Measures it on a stage, or in the setup of its own.
    ///
    /// # Errors
    /// As [`Scene::measure`], and when its setup or its pin is not there.
    pub fn on(&self, stage: Option<&Stage>) -> Result<Estimate, FieldError> {
        let within = |part: &'static str| move |error: FieldError| error.inside(part);
        let own = match &self.setup {
            Some(setup) => Some(setup.ready().map_err(within("setup"))?),
            None => None,
        };
        let Some(stage) = own.as_ref().or(stage) else {
            return match self.what {
                Quantity::Number(value) => Ok(self.scaled(Estimate {
                    value: Some(value),
                    se: None,
                })),
                _ => Err(FieldError::new(
                    "setup",
                    "absent",
                    "the setup to measure in: no step before has one",
                )),
            };
        };
        let scene = Scene::of(stage, self.pin.as_deref())?;
        let measured = scene.measure(&self.what).map_err(within("what"))?;
        Ok(self.scaled(measured))
    }

    /// A figure times the number that it is multiplied with.
    #[must_use]
    pub fn scaled(&self, figure: Estimate) -> Estimate {
        Estimate {
            value: figure.value.map(|value| value * self.times),
            se: figure.se.map(|se| se * self.times.abs()),
        }
    }
}

impl Scene<'_> {
    /// Measures a quantity.
    ///
    /// # Errors
    /// When the scenario has no such field or date, or no policy that is asked for.
    pub fn measure(&self, what: &Quantity) -> Result<Estimate, FieldError> {
        let exact = |value: f64| Estimate {
            value: Some(value),
            se: None,
        };
        let book = OrderBook::of(self.scenario);
        let spot = self.scenario.market.spot;
        Ok(match *what {
            Quantity::Number(value) => exact(value),
            Quantity::Field(ref name) => exact(number_of(self.scenario, name)?),
            Quantity::Statistic { of, measure } => {
                let samples = self.samples(&[of])?;
                statistic(&samples[0], measure)
            }
            Quantity::Difference {
                of,
                from,
                measure,
                ref other,
            } => {
                let [one, other] = self.pair(of, from, other.as_deref())?;
                difference(&one, &other, measure)
            }
            Quantity::Objective { of } => {
                let samples = self.samples(&[of])?;
                Goal::of(self.scenario).estimate(&samples[0])
            }
            Quantity::ObjectiveDifference {
                of,
                from,
                ref other,
            } => {
                let [one, other] = self.pair(of, from, other.as_deref())?;
                let judged = Goal::of(self.scenario).paired(&one, &other);
                judged.unwrap_or_default()
            }
            Quantity::ShareBetter { of, from } => {
                let [one, other] = self.pair(of, from, None)?;
                gaps(&one, &other).map_or_else(Estimate::default, |gaps| share_better(&gaps))
            }
            Quantity::StandardError(ref figure) => Estimate {
                value: self.measure(figure)?.se,
                se: None,
            },
            Quantity::ErrorOnPath { of } => exact(self.replayed(of)?.1.error),
            Quantity::CostOnPath { of } => {
                let (ledger, end) = self.replayed(of)?;
                let costs = ledger.iter().map(|line| line.cost.total());
                exact(costs.sum::<f64>() + end.cost.total())
            }
            Quantity::PositionOnPath { of, date } => {
                self.check_date("date", date)?;
                exact(self.replayed(of)?.0[date].position)
            }
            Quantity::TradedOnPath { of, from, to } => {
                self.check_date("from", from)?;
                self.check_date("to", to)?;
                let (ledger, _) = self.replayed(of)?;
                exact(traded(&ledger[from.min(to)..=to]))
            }
            Quantity::Target {
                of,
                date,
                spot,
                position,
                value,
                ask_memory,
                bid_memory,
            } => {
                let memory = taken(ask_memory, bid_memory);
                let at = |spot| self.seen(date, spot, position, value, memory);
                exact(self.held_after(of, &[at(spot)])?[0])
            }
            Quantity::TradedNearStrike {
                of,
                from,
                within,
                ref other,
            } => self.traded_near_strike(of, from, within, other.as_deref())?,
            Quantity::Spread {
                ask_memory: ask,
                bid_memory: bid,
            } => exact(book.quoted_spread(spot, taken(ask, bid))),
            Quantity::CostOfBuying { size, ask_memory } => {
                let memory = taken(ask_memory, 0.0);
                exact(book.cost(spot, size.abs(), memory).total())
            }
            Quantity::CostOfRoundTrip { size } => {
                let paid = book.buy_cost(spot, size.abs(), 0.0);
                exact(paid - book.sell_proceeds(spot, size.abs(), 0.0))
            }
            Quantity::Kept => exact(book.kept(self.scenario.step_length()).0),
        })
    }

    /// A state that a policy may see.
    pub(super) fn seen(
        &self,
        date: usize,
        spot: f64,
        position: f64,
        value: f64,
        memory: Memory,
    ) -> Observation {
        let time = date as f64 * self.scenario.step_length();
        Observation {
            step: date,
            time,
            remaining: self.scenario.contract.maturity - time,
            spot,
            position,
            value,
            memory,
            factors: usual_factors(self.scenario),
        }
    }

    /// What a strategy that remembers nothing would hold after the trade in some states, within the
    /// limits (shares).
    pub(super) fn held_after(
        &self,
        of: Strategy,
        states: &[Observation],
    ) -> Result<Vec<f64>, FieldError> {
        for seen in states {
            self.check_date("date", seen.step)?;
        }
        let policies = self.policies(&[of])?;
        let bounds = Bounds::of(self.scenario);
        let held = |seen: &Observation| {
            let mut state = vec![0.0; policies[0].state_size()];
            bounds.nearest(seen.position, policies[0].target(seen, &mut state))
        };
        Ok(states.iter().map(held).collect())
    }

    fn check_date(&self, field: &str, date: usize) -> Result<(), FieldError> {
        let last = self.scenario.steps.saturating_sub(1);
        if date > last {
            return Err(FieldError::new(
                field,
                date,
                format!("a trading date, 0 to {last}"),
            ));
        }
        Ok(())
    }

    fn traded_near_strike(
        &self,
        of: Strategy,
        from: usize,
        within: f64,
        other: Option<&Setup>,
    ) -> Result<Estimate, FieldError> {
        self.check_date("from", from)?;
        let paths = Paths::new(self.scenario, Sampling::evaluation(self.scenario.seed));
        let strikes = self.scenario.contract.strikes();
        let near = |path: &Path| {
            let end = path.last().copied().unwrap_or(f64::NAN);
            let mut strikes = strikes.iter();
            strikes.any(|strike| (end / strike - 1.0).abs() <= within)
        };
        let paths = (0..SEARCHED).map(|number| paths.path(number)).filter(near);
        let paths: Vec<Path> = paths.collect();
        let mut amounts = self.traded_on(&paths, of, from)?;
        if let Some(other) = other {
            let stage = self.elsewhere(other)?;
            let there = Scene::of(&stage, None)?.traded_on(&paths, of, from)?;
            for (amount, there) in amounts.iter_mut().zip(there) {
                *amount -= there;
            }
        }
        Ok(mean(&amounts))
    }

    /// Shares traded on each of some paths from a date on.
    fn traded_on(&self, paths: &[Path], of: Strategy, from: usize) -> Result<Vec<f64>, FieldError> {
        let policies = self.policies(&[of])?;
        let amount = |path: &Path| {
            let (episode, _) = replay(self.scenario, policies[0].as_ref(), path);
            traded(&episode.ledger()[from..])
        };
        Ok(paths.iter().map(amount).collect())
    }
}

fn traded(lines: &[LedgerLine]) -> f64 {
    lines.iter().map(|line| line.trade.abs()).sum()
}

fn mean(values: &[f64]) -> Estimate {
    let count = values.len() as f64;
    if values.len() < 2 {
        return Estimate::default();
    }
    let mean = values.iter().sum::<f64>() / count;
    let square: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Estimate {
        value: Some(mean),
        se: Some((square / (count - 1.0) / count).sqrt()),
    }
}

fn statistic(sample: &Sample, measure: Measure) -> Estimate {
    Statistics::of(sample).map_or_else(Estimate::default, |figures| measure.of(&figures))
}

/// The difference of a figure: paired where that is known, with too large an error where not.
fn difference(one: &Sample, other: &Sample, measure: Measure) -> Estimate {
    let goal = match measure {
        Measure::Rsmse => Some(Goal::Rsmse),
        Measure::Rmse => Some(Goal::Rmse),
        Measure::Cvar95 => Some(Goal::Cvar { level: 0.95 }),
        Measure::Cvar99 => Some(Goal::Cvar { level: 0.99 }),
        _ => None,
    };
    let both = match goal {
        Some(goal) => goal.paired(one, other),
        None if measure == Measure::Mean => paired(one, other).map(|both| both.mean),
        None => None,
    };
    both.unwrap_or_else(|| statistic(one, measure).less(&statistic(other, measure)))
}

/// A field of a scenario as a number.
fn number_of(scenario: &Scenario, name: &str) -> Result<f64, FieldError> {
    let field = Field::find(name)?;
    let number = match field.access {
        Access::Number { get, .. } => Some(get(scenario)),
        Access::Optional { get, .. } => get(scenario),
        #[expect(clippy::cast_possible_truncation, reason = "a small whole number")]
        Access::Whole { get, .. } => Some(f64::from(get(scenario) as u32)),
        Access::Choice { .. } | Access::Text { .. } => None,
    };
    number.ok_or_else(|| FieldError::new("what", format!("{name:?}"), "a field that is a number"))
}
/// A book from which these shares were taken.
fn taken(ask: f64, bid: f64) -> Memory {
    Memory {
        ask,
        bid,
        ..Memory::default()
    }
}
