//! Axes: fields with the values that they take together.

use super::spec::{AxisSpec, Moved, Value, Values};
use crate::quantity::tidy;
use crate::scenario::fields::Field;
use crate::scenario::{FieldError, Parameters};
use crate::units::plain;

/// Most values of an axis.
const MOST: usize = 10_000;

/// An axis whose fields and values are known.
#[derive(Clone, Debug)]
pub struct Axis {
    /// What it is called.
    pub name: String,
    /// Each field that moves along it, with its values as texts; equally many for each.
    pub fields: Vec<(&'static Field, Vec<String>)>,
}

impl Axis {
    /// The axis that a spec asks for.
    ///
    /// # Errors
    /// Names what cannot be, below the axis.
    pub fn new(spec: &AxisSpec) -> Result<Self, FieldError> {
        if !(1..=40).contains(&spec.name.chars().count()) || spec.name.trim() != spec.name {
            let allowed = "1 to 40 characters without blanks at either end";
            return Err(FieldError::new("name", format!("{:?}", spec.name), allowed));
        }
        let mut fields: Vec<(&'static Field, Vec<String>)> = Vec::new();
        for (place, moved) in spec.fields.iter().enumerate() {
            let inside = |wrong: FieldError| wrong.inside(&format!("fields[{place}]"));
            let field = Field::find(&moved.field).map_err(inside)?;
            if field.path == "strategies.selected" {
                let allowed = "any other field; who hedges stands in strategies of the sweep";
                return Err(inside(FieldError::new("field", field.path, allowed)));
            }
            let values = match (&moved.values, fields.first()) {
                (Values::Same, Some((_, first))) => first.clone(),
                _ => texts(moved).map_err(inside)?,
            };
            if let Some((first, others)) = fields.first()
                && others.len() != values.len()
            {
                let allowed = format!("{}, as many as of {}", others.len(), first.path);
                let count = format!("{} values", values.len());
                return Err(inside(FieldError::new("values", count, allowed)));
            }
            fields.push((field, values));
        }
        if fields.is_empty() {
            return Err(FieldError::new("fields", "empty", "at least one field"));
        }
        Ok(Self {
            name: spec.name.clone(),
            fields,
        })
    }

    /// Number of its values; at least 1.
    #[must_use]
    pub fn count(&self) -> usize {
        self.fields.first().map_or(1, |(_, values)| values.len())
    }

    /// The field that stands for it.
    #[must_use]
    pub fn field(&self) -> Option<&'static Field> {
        self.fields.first().map(|(field, _)| *field)
    }

    /// Its value at a place, as it was written or as the range gives it.
    #[must_use]
    pub fn value(&self, place: usize) -> &str {
        let first = self.fields.first();
        first
            .and_then(|(_, values)| values.get(place))
            .map_or("", String::as_str)
    }

    /// The place at which its first field holds what it holds in a scenario.
    #[must_use]
    pub fn place_of(&self, scenario: &Parameters) -> Option<usize> {
        let (field, values) = self.fields.first()?;
        let (number, text) = (field.number(scenario), field.get(scenario));
        let is_it =
            |value: &String| value.parse().ok() == number && number.is_some() || *value == text;
        values.iter().position(is_it)
    }

    /// Sets its fields to what they hold at a place.
    pub(super) fn set(&self, place: usize, parameters: &mut Parameters) -> Result<(), FieldError> {
        for (field, values) in &self.fields {
            if let Some(value) = values.get(place) {
                field.set(parameters, value)?;
            }
        }
        Ok(())
    }
}

/// The values of a field as texts, each once.
fn texts(moved: &Moved) -> Result<Vec<String>, FieldError> {
    let values = match &moved.values {
        Values::List(values) => values.iter().map(Value::text).collect(),
        Values::Linear { from, to, count } => between("linear", *from, *to, *count, |share| {
            from + (to - from) * share
        })?,
        Values::Logarithmic { from, to, count } => {
            if !(*from > 0.0 && *to > 0.0) {
                let found = format!("{} to {}", plain(*from), plain(*to));
                let allowed = "both above 0";
                return Err(FieldError::new("values.logarithmic", found, allowed));
            }
            between("logarithmic", *from, *to, *count, |share| {
                from * (to / from).powf(share)
            })?
        }
        Values::Same => {
            let allowed = "list(…), linear(…) or logarithmic(…) for the first field of an axis";
            return Err(FieldError::new("values", "same", allowed));
        }
    };
    if !(1..=MOST).contains(&values.len()) {
        let found = format!("{} values", values.len());
        return Err(FieldError::new("values", found, format!("1 to {MOST}")));
    }
    let twice = (1..values.len()).find(|i| values[..*i].contains(&values[*i]));
    if let Some(place) = twice {
        let found = format!("{:?} twice", values[place]);
        return Err(FieldError::new("values", found, "each value once"));
    }
    Ok(values)
}

/// Values over a range, the ends as they are given, the others without the digits that rounding leaves.
fn between(
    kind: &str,
    from: f64,
    to: f64,
    count: usize,
    at: impl Fn(f64) -> f64,
) -> Result<Vec<String>, FieldError> {
    let wrong = |found: String, allowed: String| {
        Err(FieldError::new(format!("values.{kind}"), found, allowed))
    };
    if !(from.is_finite() && to.is_finite()) {
        let found = format!("{} to {}", plain(from), plain(to));
        return wrong(found, "finite numbers".into());
    }
    if !(2..=MOST).contains(&count) {
        return wrong(format!("of {count} values"), format!("2 to {MOST}"));
    }
    let last = count - 1;
    let value = |i: usize| match i {
        0 => from,
        i if i == last => to,
        i => tidy(at(i as f64 / last as f64)),
    };
    Ok((0..count).map(|i| plain(value(i))).collect())
}
