//! Which figure of each cell is shown: a measure, the difference of two strategies on the same paths, or what
//! somebody would hold in a state.

use super::plan::Plan;
use super::row::Row;
use crate::outcome::{Estimate, Measure};
use crate::scenario::Named;
use crate::units::FieldError;
use serde::{Deserialize, Serialize};

/// What is asked of a strategy in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// A measure.
    Measure(Measure),
    /// The position (shares) of the probe of this name.
    Probe(String),
}

/// A figure that every cell has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Of what.
    pub quantity: Quantity,
    /// Whose, by name.
    pub strategy: String,
    /// Less that of this strategy, on the same paths.
    pub against: Option<String>,
}

/// A figure and how its axes lie as a person types them; what is absent is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wish {
    /// The word of a measure.
    pub measure: Option<String>,
    /// The name of a probe, in its place.
    pub probe: Option<String>,
    /// Whose.
    pub strategy: Option<String>,
    /// Less whose.
    pub against: Option<String>,
    /// The axis that runs down.
    pub down: Option<String>,
    /// The axis that runs across.
    pub across: Option<String>,
    /// Others, each as `AXIS=VALUE`.
    pub at: Vec<String>,
}

/// The names of those who hedge in a sweep.
#[must_use]
pub fn strategies(plan: &Plan) -> Vec<&'static str> {
    let all = plan.spec().strategies.iter();
    all.map(|strategy| strategy.name()).collect()
}

impl Wish {
    /// The figure that is meant: RSMSE where it is kept, else the first measure, of the last strategy, unless
    /// another is asked for.
    ///
    /// # Errors
    /// Names what the sweep does not have, and what it has.
    pub fn shown(&self, plan: &Plan) -> Result<Shown, FieldError> {
        let names = strategies(plan);
        let who = |field: &str, name: &str| {
            let known = names.contains(&name);
            let refused = || refused(field, name, &names);
            known.then(|| name.to_owned()).ok_or_else(refused)
        };
        let strategy = match &self.strategy {
            Some(name) => who("strategy", name)?,
            None => (*names.last().unwrap_or(&"")).to_owned(),
        };
        let against = self.against.as_deref();
        Ok(Shown {
            quantity: self.quantity(plan)?,
            strategy,
            against: against.map(|name| who("against", name)).transpose()?,
        })
    }

    fn quantity(&self, plan: &Plan) -> Result<Quantity, FieldError> {
        let spec = plan.spec();
        if let Some(name) = &self.probe {
            let names: Vec<&str> = spec.probes.iter().map(|p| p.name.as_str()).collect();
            let known = names.contains(&name.as_str());
            let found = known.then(|| Quantity::Probe(name.clone()));
            return found.ok_or_else(|| refused("probe", name, &names));
        }
        let kept: Vec<Measure> = spec.measures.iter().map(|asked| asked.0).collect();
        let wanted = match &self.measure {
            Some(word) => Measure::from_word(word).filter(|wanted| kept.contains(wanted)),
            None if kept.contains(&Measure::Rsmse) => Some(Measure::Rsmse),
            None => kept.first().copied(),
        };
        let words: Vec<&str> = kept.iter().map(|measure| measure.word()).collect();
        let word = self.measure.as_deref().unwrap_or_default();
        let quantity = wanted.map(Quantity::Measure);
        quantity.ok_or_else(|| refused("measure", word, &words))
    }
}

/// What the sweep does not have.
pub(super) fn refused(field: &str, found: &str, allowed: &[&str]) -> FieldError {
    let allowed = if allowed.is_empty() {
        "none: the sweep has none".to_owned()
    } else {
        allowed.join(", ")
    };
    FieldError::new(field, format!("{found:?}"), allowed)
}

impl Shown {
    /// The figure in a row; undefined where the row has none.
    #[must_use]
    pub fn of(&self, row: &Row) -> Estimate {
        let question = &row.question;
        let found = match &self.quantity {
            Quantity::Measure(measure) => {
                let place = question.measures.iter().position(|kept| kept.0 == *measure);
                place.map(|place| self.measured(row, *measure, place))
            }
            Quantity::Probe(name) => {
                let place = question.probes.iter().position(|probe| probe.name == *name);
                place.map(|place| self.held(row, place))
            }
        };
        found.unwrap_or_default()
    }

    fn measured(&self, row: &Row, measure: Measure, place: usize) -> Estimate {
        if let Some(other) = &self.against {
            return row.against(&self.strategy, other, measure, place);
        }
        let mut all = row.strategies.iter();
        let own = all.find(|strategy| strategy.name == self.strategy);
        let figure = own.and_then(|own| own.figures.get(place));
        figure.copied().unwrap_or_default()
    }

    fn held(&self, row: &Row, place: usize) -> Estimate {
        let held = |name: &str| {
            let mut all = row.strategies.iter();
            let own = all.find(|strategy| strategy.name == name);
            let held = own.and_then(|own| own.positions.get(place).copied());
            held.flatten().map_or(Estimate::default(), Estimate::exact)
        };
        let own = held(&self.strategy);
        let other = self.against.as_deref().map(held);
        other.map_or(own, |other| own.less(&other))
    }

    /// Whether it is a difference: below and above 0.
    #[must_use]
    pub fn is_difference(&self) -> bool {
        self.against.is_some()
    }

    /// Whether chance explains a difference: less than two standard errors.
    #[must_use]
    pub fn is_by_chance(&self, found: Estimate) -> bool {
        self.is_difference() && found.se.is_some() && !found.is_beyond_chance()
    }

    /// The quantity alone: `RSMSE`.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.quantity {
            Quantity::Measure(measure) => measure.name(),
            Quantity::Probe(name) => name,
        }
    }

    /// Its unit; empty where it has none.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match &self.quantity {
            Quantity::Measure(measure) => measure.unit(),
            Quantity::Probe(_) => "shares",
        }
    }

    /// Whose, and less whose: ` of learned less delta`.
    #[must_use]
    pub fn whose(&self) -> String {
        let less = self.against.as_ref();
        let less = less.map(|other| format!(" less {other}"));
        format!("of {}{}", self.strategy, less.unwrap_or_default())
    }

    /// All of it with its unit: `RSMSE (currency) of learned less delta`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.unit() {
            "" => format!("{} {}", self.name(), self.whose()),
            unit => format!("{} ({unit}) {}", self.name(), self.whose()),
        }
    }
}
