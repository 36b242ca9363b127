//! One parameter over a range: where something is looked at against it.

use super::fields::{Access, Field};
use super::sides::{Mirror, other_side};
use super::{Parameters, Scenario};
use crate::quantity::tidy;
use crate::units::{FieldError, Interval, plain};

/// Reach of a range upwards and downwards from a value that is not 0, as a factor.
const REACH: f64 = 2.0;

/// A parameter that is varied.
#[derive(Clone, Copy, Debug)]
pub struct Variation {
    field: &'static Field,
    /// Whether the other side of the book moves alike.
    both_sides: bool,
}

impl Variation {
    /// A variation of `field`; with `both_sides` the other side's moves with that of one side.
    ///
    /// # Errors
    /// When the field holds no number.
    pub fn new(field: &'static Field, both_sides: bool) -> Result<Self, FieldError> {
        Self::named(field.path, both_sides)
    }

    /// The same of the field of this name.
    ///
    /// # Errors
    /// When there is none, or it is no number; tells which are.
    pub fn named(path: &str, both_sides: bool) -> Result<Self, FieldError> {
        let numbers = || super::fields::FIELDS.iter().filter(|f| Self::fits(f));
        if let Some(field) = numbers().find(|field| field.path == path) {
            return Ok(Self { field, both_sides });
        }
        let names: Vec<&str> = numbers().map(|field| field.path).collect();
        Err(FieldError::new(
            "field",
            format!("{path:?}"),
            names.join(", "),
        ))
    }

    /// Whether a field can be swept: one that holds a number on which a price may depend.
    #[must_use]
    pub fn fits(field: &Field) -> bool {
        let number = !matches!(field.access, Access::Choice { .. } | Access::Text { .. });
        let of_hedgers = field.path.starts_with("strategies.");
        let risk = ["training.cvar_level", "training.risk_aversion"];
        number && (field.of_market() || of_hedgers || risk.contains(&field.path))
    }

    /// The field.
    #[must_use]
    pub fn field(&self) -> &'static Field {
        self.field
    }

    /// What the field holds; absent where it holds nothing.
    #[must_use]
    pub fn present(&self, parameters: &Parameters) -> Option<f64> {
        self.field.number(parameters)
    }

    /// About `points` values around what the field holds: from half of it to twice it, each as far from
    /// the next as a factor; for the exponents of the book their distance from 1, which is the book
    /// without friction, from none to twice it; around 0 and from 0 on as far as the unit is usual.
    /// What it holds is among them, where it is finite.
    ///
    /// # Errors
    /// When it holds nothing, so that there is no telling.
    pub fn around(&self, parameters: &Parameters, points: usize) -> Result<Vec<f64>, FieldError> {
        self.field.expect_use(parameters)?;
        let Some(now) = self.present(parameters) else {
            let allowed = "a range, for it holds nothing to look around";
            return Err(FieldError::new(self.field.path, "none", allowed));
        };
        let range = self.range();
        let last = points.max(3) - 1;
        let share = |i: usize| i as f64 / last as f64;
        let linear = |low: f64, high: f64| (0..=last).map(move |i| low + (high - low) * share(i));
        let values: Vec<f64> = if self.field.path.ends_with("_exponent") {
            let away = if now == 1.0 { 0.02 } else { 2.0 * (now - 1.0) };
            linear(1.0, 1.0 + away).collect()
        } else if now.is_finite() && now != 0.0 {
            let factor = |i: usize| REACH.powf(2.0 * share(i) - 1.0);
            (0..=last).map(|i| now * factor(i)).collect()
        } else {
            let reach = self.usual(parameters);
            let low = if now == 0.0 && range.contains(-reach) {
                -reach
            } else {
                0.0
            };
            linear(low, reach).collect()
        };
        Ok(self.settled(&values, Some(now)))
    }

    /// `points` values from one to another, equally far from each other.
    ///
    /// # Errors
    /// The first that the field may not hold.
    pub fn between(&self, from: f64, to: f64, points: usize) -> Result<Vec<f64>, FieldError> {
        for end in [from, to] {
            if !(end.is_finite() && self.range().contains(end)) {
                let allowed = self.field.allowed();
                return Err(FieldError::new(self.field.path, plain(end), allowed));
            }
        }
        let last = points.max(2) - 1;
        let at = |i: usize| from + (to - from) * i as f64 / last as f64;
        Ok(self.settled(&(0..=last).map(at).collect::<Vec<_>>(), None))
    }

    /// The scenario in which the field holds `x`.
    ///
    /// # Errors
    /// What the field, or what it must be to the others, does not allow.
    pub fn at(&self, scenario: &Scenario, x: f64) -> Result<Scenario, FieldError> {
        self.field.expect_use(scenario)?;
        let mut parameters = scenario.clone().into_parameters();
        put(self.field, &mut parameters, x)?;
        if let Some((other, mirrored)) = self.other_side() {
            put(other, &mut parameters, mirrored(x))?;
        }
        let moved =
            (parameters.steps, parameters.market.spot) != (scenario.steps, scenario.market.spot);
        if moved {
            // A path drawn for another calendar or another start no longer fits.
            parameters.shown_path = None;
        }
        Scenario::new(parameters)
    }

    /// Whether the other side of the book moves alike.
    #[must_use]
    pub fn moves_both_sides(&self) -> bool {
        self.other_side().is_some()
    }

    fn other_side(&self) -> Option<(&'static Field, Mirror)> {
        other_side(self.field).filter(|_| self.both_sides)
    }

    fn range(&self) -> Interval {
        match self.field.access {
            Access::Number { range, .. } | Access::Optional { range, .. } => range,
            Access::Whole { low, high, .. } => Interval::closed(low as f64, high as f64),
            Access::Choice { .. } | Access::Text { .. } => Interval::closed(0.0, 0.0),
        }
    }

    /// How far one looks from 0 on.
    fn usual(&self, parameters: &Parameters) -> f64 {
        match (self.field.unit, self.field.path.ends_with("_decay")) {
            (_, true) => 24.0,
            ("shares", _) => parameters.contract.shares,
            ("per year", _) => 0.1,
            _ => 1.0,
        }
    }

    /// Values that the field may hold, in order, each once; whole ones where it counts.
    fn settled(&self, values: &[f64], now: Option<f64>) -> Vec<f64> {
        let range = self.range();
        let whole = matches!(self.field.access, Access::Whole { .. });
        let near = |x: &f64| now.filter(|now| (x - now).abs() <= 1e-12 * now.abs());
        let tidied = values.iter().map(|x| {
            let x = near(x).unwrap_or(*x).clamp(range.low, range.high);
            if whole { x.round() } else { tidy(x) }
        });
        let mut values: Vec<f64> = tidied
            .chain(now.filter(|now| now.is_finite()))
            .filter(|x| range.contains(*x))
            .collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        values
    }
}

fn put(field: &Field, parameters: &mut Parameters, x: f64) -> Result<(), FieldError> {
    match field.access {
        Access::Number { set, .. } => set(parameters, x),
        Access::Optional { set, .. } => set(parameters, Some(x)),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number within the range of the field"
        )]
        Access::Whole { set, .. } => set(parameters, x.round() as u64),
        Access::Choice { .. } | Access::Text { .. } => {}
    }
    field.check(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;
    use crate::scenario::Named;

    fn variation(path: &str) -> Variation {
        Variation::new(Field::find(path).unwrap(), true).unwrap()
    }

    #[test]
    fn every_field_that_can_be_swept_has_a_range_around_what_it_holds() {
        let year = presets::built_in("paper-year").unwrap();
        let mut swept = 0;
        for field in super::super::fields::FIELDS {
            let Ok(variation) = Variation::new(field, false) else {
                continue;
            };
            let year = match field.only.last() {
                // Needs prices: `tests/commands/recorded.rs` has some.
                Some(process) if process.is_recorded() => continue,
                Some(process) => year.with([("market.process", process.name())]).unwrap(),
                None => year.clone(),
            };
            let Some(now) = variation.present(&year) else {
                assert!(variation.around(&year, 9).is_err(), "{}", field.path);
                continue;
            };
            let values = variation.around(&year, 9).unwrap();
            assert!(
                (3..=10).contains(&values.len()),
                "{}: {values:?}",
                field.path
            );
            assert!(
                values.is_sorted() && values.contains(&now),
                "{}: {values:?}",
                field.path
            );
            swept += 1;
        }
        assert!(swept > 12, "{swept}");
    }

    #[test]
    fn the_book_is_swept_from_no_friction_on_and_both_sides_together() {
        let year = presets::built_in("paper-year").unwrap();
        let variation = variation("order_book.ask_exponent");
        let values = variation.around(&year, 5).unwrap();
        assert_eq!(values, [1.0, 1.005, 1.01, 1.015, 1.02]);
        let steep = variation.at(&year, 1.02).unwrap();
        assert_eq!(steep.order_book.bid_exponent, 0.98);
        assert_eq!(variation.at(&year, 1.01).unwrap(), year);
        assert!(variation.at(&year, 0.5).is_err());
    }

    #[test]
    fn a_given_range_is_held_to_the_field() {
        let steps = variation("steps");
        assert_eq!(steps.between(1.0, 4.0, 9).unwrap(), [1.0, 2.0, 3.0, 4.0]);
        let refused = steps.between(0.0, 4.0, 3).unwrap_err().to_string();
        assert!(refused.contains("steps is 0"), "{refused}");
        let words = Field::find("contract.kind").unwrap();
        assert!(Variation::new(words, false).is_err());
    }
}
