//! Quantities that lessons ask for, measured: of a scenario, of a path, or over many paths.

use super::{Setup, Stage};
use crate::episode::{Bounds, LedgerLine, Observation, Settlement};
use crate::market::{Paths, Sampling};
use crate::order_book::{Memory, OrderBook};
use crate::outcome::{Estimate, Goal, Measure, Sample, Statistics, gaps, paired, share_better};
use crate::policy::{LearnedPolicy, Policy, line_up};
use crate::scenario::fields::{Access, Field};
use crate::scenario::{Named, Scenario, Strategy};
use crate::simulate::{replay, simulate, tune};
use crate::units::FieldError;
use serde::Deserialize;

/// Paths of a Monte-Carlo figure.
const PATHS: u64 = 40_000;
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

/// What can be measured. Dates count from 0; `of` is a strategy.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Quantity {
    /// A number as it is.
    Number(f64),
    /// A field of the scenario, by its name.
    Field(String),
    /// A figure over all paths.
    Statistic {
        /// Whose.
        of: Strategy,
        /// Which.
        measure: Measure,
    },
    /// A figure less another strategy's, on the same paths.
    Difference {
        /// Whose.
        of: Strategy,
        /// Less whose.
        from: Strategy,
        /// Which.
        measure: Measure,
        /// In which setup that other one hedges, on the same random numbers; absent: in this one.
        #[serde(default)]
        other: Option<Box<Setup>>,
    },
    /// What training makes small in this scenario (currency).
    Objective {
        /// Of whom.
        of: Strategy,
    },
    /// The same less another strategy's, on the same paths (currency).
    ObjectiveDifference {
        /// Whose.
        of: Strategy,
        /// Less whose.
        from: Strategy,
        /// In which setup that other one hedges, on the same random numbers; absent: in this one.
        #[serde(default)]
        other: Option<Box<Setup>>,
    },
    /// Share of the paths on which the hedging error is smaller than another strategy's.
    ShareBetter {
        /// Whose.
        of: Strategy,
        /// Than whose.
        from: Strategy,
    },
    /// The standard error of a figure over many paths, in that figure's unit.
    StandardError(Box<Quantity>),
    /// Hedging error on the path on screen (currency).
    ErrorOnPath {
        /// Whose.
        of: Strategy,
    },
    /// What trading cost against the mid price on the path on screen (currency).
    CostOnPath {
        /// Whose.
        of: Strategy,
    },
    /// Shares held after the trade of a date of that path.
    PositionOnPath {
        /// By whom.
        of: Strategy,
        /// When.
        date: usize,
    },
    /// Shares traded on that path from a date to another, that one included.
    TradedOnPath {
        /// By whom.
        of: Strategy,
        /// From when.
        from: usize,
        /// To when.
        to: usize,
    },
    /// Shares that would be held after the trade at a price, in a state.
    Target {
        /// By whom.
        of: Strategy,
        /// When.
        date: usize,
        /// At which price (currency).
        spot: f64,
        /// Shares held before.
        #[serde(default)]
        position: f64,
        /// Portfolio value before (currency).
        #[serde(default)]
        value: f64,
        /// Shares bought lately and not yet refilled.
        #[serde(default)]
        ask_memory: f64,
        /// Shares sold lately and not yet refilled.
        #[serde(default)]
        bid_memory: f64,
    },
    /// Mean of the shares traded from a date on, on paths that end within a distance of the strike.
    TradedNearStrike {
        /// By whom.
        of: Strategy,
        /// From when.
        from: usize,
        /// The distance, relative to the strike.
        within: f64,
        /// Less what is traded on the same paths in this setup.
        #[serde(default)]
        other: Option<Box<Setup>>,
    },
    /// Quoted spread at the opening spot (currency).
    Spread {
        /// Shares bought lately and not yet refilled.
        #[serde(default)]
        ask_memory: f64,
        /// Shares sold lately and not yet refilled.
        #[serde(default)]
        bid_memory: f64,
    },
    /// What a purchase at the opening spot costs more than the mid price (currency).
    CostOfBuying {
        /// How many shares.
        size: f64,
        /// Shares bought lately and not yet refilled.
        #[serde(default)]
        ask_memory: f64,
    },
    /// What buying shares and selling them at once loses, at the opening spot (currency).
    CostOfRoundTrip {
        /// How many shares.
        size: f64,
    },
    /// Of what was bought, the share that the ask side still misses a date later.
    Kept,
}

/// What is measured: a scenario with its policy, and the path on screen.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Its learned policy.
    pub learned: Option<&'a LearnedPolicy>,
    /// Prices of a path that is shown instead of a simulated one.
    pub shown: Option<&'a [f64]>,
    /// Number of the path on screen; absent: the one shown, or the first.
    pub path: Option<u64>,
}

impl<'a> Scene<'a> {
    /// The present scenario of a stage, or one of its pins.
    ///
    /// # Errors
    /// When there is no such pin.
    pub fn of(stage: &'a Stage, pin: Option<&str>) -> Result<Self, FieldError> {
        let path = stage.setup.path;
        let shown = stage.scenario.shown_path.as_deref();
        let Some(name) = pin else {
            return Ok(Self {
                scenario: &stage.scenario,
                learned: stage.learned.as_ref(),
                shown,
                path,
            });
        };
        let mut pins = stage.pins.iter();
        let pin = pins.find(|pin| pin.label.name == name).ok_or_else(|| {
            let names: Vec<_> = stage.pins.iter().map(|pin| &*pin.label.name).collect();
            let allowed = match names.len() {
                0 => "nothing: the setup lays no pins beside".to_owned(),
                _ => format!("one of {}", names.join(", ")),
            };
            FieldError::new("pin", format!("{name:?}"), allowed)
        })?;
        let fits = |prices: &&[f64]| {
            prices.len() == pin.scenario.steps + 1 && prices[0] == pin.scenario.market.spot
        };
        Ok(Self {
            scenario: &pin.scenario,
            learned: pin.learned.as_ref(),
            shown: shown.filter(fits),
            path,
        })
    }

    /// Prices of the path on screen.
    #[must_use]
    pub fn prices(&self) -> Vec<f64> {
        match (self.path, self.shown) {
            (None, Some(prices)) => prices.to_vec(),
            (number, _) => {
                let sampling = Sampling::evaluation(self.scenario.seed);
                Paths::new(self.scenario, sampling).path(number.unwrap_or(0))
            }
        }
    }

    /// The policies of strategies.
    ///
    /// # Errors
    /// When a learned one is asked for and there is none.
    pub fn policies(&self, of: &[Strategy]) -> Result<Vec<Box<dyn Policy>>, FieldError> {
        if of.contains(&Strategy::Learned) && self.learned.is_none() {
            let allowed = "a strategy that needs no training: the preset brings no policy";
            return Err(FieldError::new("of", "learned", allowed));
        }
        let learned: Vec<LearnedPolicy> = self.learned.into_iter().cloned().collect();
        let tuned = tune(self.scenario, of);
        Ok(line_up(of, self.scenario, &tuned, &learned))
    }

    /// What a strategy does on the path on screen.
    pub(super) fn replayed(
        &self,
        of: Strategy,
    ) -> Result<(Vec<LedgerLine>, Settlement), FieldError> {
        let prices = self.prices();
        let policies = self.policies(&[of])?;
        let (episode, end) = replay(self.scenario, policies[0].as_ref(), &prices);
        Ok((episode.ledger().to_vec(), end))
    }

    /// Hedging errors of strategies over many paths.
    pub(super) fn samples(&self, of: &[Strategy]) -> Result<Vec<Sample>, FieldError> {
        self.samples_on(self.scenario.seed, of)
    }

    fn samples_on(&self, seed: u64, of: &[Strategy]) -> Result<Vec<Sample>, FieldError> {
        let policies = self.policies(of)?;
        Ok(simulate(
            self.scenario,
            &policies,
            Sampling::evaluation(seed),
            PATHS,
        ))
    }

    /// Hedging errors of one strategy here and of another, here or in another setup, on the same
    /// random numbers.
    fn pair(
        &self,
        of: Strategy,
        from: Strategy,
        other: Option<&Setup>,
    ) -> Result<[Sample; 2], FieldError> {
        let Some(other) = other else {
            let both = self.samples(&[of, from])?;
            return Ok([both[0].clone(), both[1].clone()]);
        };
        let stage = self.elsewhere(other)?;
        let there = Scene::of(&stage, None)?.samples_on(self.scenario.seed, &[from])?;
        Ok([self.samples(&[of])?.remove(0), there[0].clone()])
    }

    /// Another setup that has as many dates as this one.
    fn elsewhere(&self, other: &Setup) -> Result<Stage, FieldError> {
        let stage = other.ready().map_err(|error| error.inside("other"))?;
        let (here, there) = (self.scenario.steps, stage.scenario.steps);
        if here == there {
            Ok(stage)
        } else {
            let allowed = format!("a setup of {here} steps, as the one that it is compared with");
            Err(FieldError::new("other", format!("{there} steps"), allowed))
        }
    }

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
                let memory = Memory {
                    ask: ask_memory,
                    bid: bid_memory,
                };
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
            } => exact(book.quoted_spread(spot, Memory { ask, bid })),
            Quantity::CostOfBuying { size, ask_memory } => {
                let memory = Memory {
                    ask: ask_memory,
                    bid: 0.0,
                };
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
            factors: crate::episode::Factors::default(),
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
        let strike = self.scenario.contract.strike;
        let near = |path: &Vec<f64>| {
            let end = path.last().copied().unwrap_or(f64::NAN);
            (end / strike - 1.0).abs() <= within
        };
        let paths = (0..SEARCHED).map(|number| paths.path(number)).filter(near);
        let paths: Vec<Vec<f64>> = paths.collect();
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
    fn traded_on(
        &self,
        paths: &[Vec<f64>],
        of: Strategy,
        from: usize,
    ) -> Result<Vec<f64>, FieldError> {
        let policies = self.policies(&[of])?;
        let amount = |path: &Vec<f64>| {
            let (episode, _) = replay(self.scenario, policies[0].as_ref(), path);
            traded(&episode.ledger()[from..])
        };
        Ok(paths.iter().map(amount).collect())
    }
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

/// What a quantity is called, and its unit.
impl Quantity {
    /// Its unit.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match self {
            Self::Number(_) | Self::Kept | Self::ShareBetter { .. } => "",
            Self::Field(name) => Field::find(name).map_or("", |field| field.unit),
            Self::StandardError(figure) => figure.unit(),
            Self::Statistic { measure, .. } | Self::Difference { measure, .. } => unit_of(*measure),
            Self::Objective { .. }
            | Self::ObjectiveDifference { .. }
            | Self::ErrorOnPath { .. }
            | Self::CostOnPath { .. }
            | Self::Spread { .. }
            | Self::CostOfBuying { .. }
            | Self::CostOfRoundTrip { .. } => "currency",
            Self::PositionOnPath { .. }
            | Self::TradedOnPath { .. }
            | Self::Target { .. }
            | Self::TradedNearStrike { .. } => "shares",
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Number(value) => crate::units::plain(*value),
            Self::Field(name) => Field::find(name).map_or(name.clone(), |field| field.label.into()),
            Self::Statistic { of, measure } => format!("{} of {}", measure.name(), of.name()),
            Self::Difference {
                of,
                from,
                measure,
                other,
            } => {
                let (of, from) = (of.name(), elsewhere(from.name(), other.as_deref()));
                format!("{} of {of} less {from}", measure.name())
            }
            Self::Objective { of } => format!("objective of {}", of.name()),
            Self::ObjectiveDifference { of, from, other } => {
                let (of, from) = (of.name(), elsewhere(from.name(), other.as_deref()));
                format!("objective of {of} less {from}")
            }
            Self::ShareBetter { of, from } => {
                format!(
                    "share of paths on which {} beats {}",
                    of.name(),
                    from.name()
                )
            }
            Self::StandardError(figure) => format!("standard error of {}", figure.name()),
            Self::ErrorOnPath { of } => format!("hedging error of {} here", of.name()),
            Self::CostOnPath { of } => format!("cost of {} here", of.name()),
            Self::PositionOnPath { of, date } => {
                format!("shares held by {} at date {date}", of.name())
            }
            Self::TradedOnPath { of, from, to } => {
                format!("shares traded by {} from date {from} to {to}", of.name())
            }
            Self::Target { of, spot, .. } => {
                let spot = crate::units::plain(*spot);
                format!("shares that {} would hold at {spot}", of.name())
            }
            Self::TradedNearStrike {
                of, from, other, ..
            } => {
                let less = other.as_deref().map_or_else(String::new, |other| {
                    format!(", less {}", elsewhere("as many", Some(other)))
                });
                let of = of.name();
                format!("shares traded by {of} near the strike from date {from} on{less}")
            }
            Self::Spread { .. } => "spread".into(),
            Self::CostOfBuying { size, .. } => {
                format!("cost of buying {}", crate::units::plain(*size))
            }
            Self::CostOfRoundTrip { size } => {
                format!("cost of a round trip of {}", crate::units::plain(*size))
            }
            Self::Kept => "memory kept a date later".into(),
        }
    }
}

/// Somebody, there.
fn elsewhere(who: &str, there: Option<&Setup>) -> String {
    match there {
        None => who.to_owned(),
        Some(setup) => {
            let place = setup.pin.as_ref().unwrap_or(&setup.preset);
            format!("{who} in {place}")
        }
    }
}

/// The unit of a measure.
#[must_use]
pub(super) fn unit_of(measure: Measure) -> &'static str {
    match measure {
        Measure::Turnover => "shares",
        Measure::Skewness | Measure::ExcessKurtosis | Measure::ExerciseRate => "",
        _ => "currency",
    }
}
