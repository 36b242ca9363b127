//! Ask and bid side by side: what makes them alike.

use super::document::{Change, Value};
use crate::quantity::same;
use crate::scenario::Scenario;
use crate::scenario::fields::{Access, Field};
use crate::scenario::{of_ask, other_side};
use crate::units::plain;

/// The field of the other side, if `field` is one of a pair.
#[must_use]
pub fn twin(field: &Field) -> Option<&'static Field> {
    other_side(field).map(|(twin, _)| twin)
}

/// What the other side must hold when `field` holds `x`; absent where it may not hold that.
#[must_use]
pub fn mirrored(field: &Field, x: f64) -> Option<Change> {
    let (twin, mirror) = other_side(field)?;
    let x = mirror(x);
    match twin.access {
        Access::Number { range, .. } if range.contains(x) => Some((twin, Value::Number(x))),
        Access::Optional { range, .. } if range.contains(x) => Some((twin, Value::Text(plain(x)))),
        _ => None,
    }
}

/// What makes the bid side like the ask side; absent where it cannot be.
#[must_use]
pub fn bid_like_ask(scenario: &Scenario) -> Option<Vec<Change>> {
    let change = |field: &'static Field| {
        if let Access::Optional { get, .. } = field.access
            && get(scenario).is_none()
        {
            return Some((twin(field)?, Value::Text("none".into())));
        }
        mirrored(field, number(field, scenario)?)
    };
    of_ask().map(change).collect()
}

/// Whether the two sides are alike.
#[must_use]
pub fn alike(scenario: &Scenario) -> bool {
    let holds = |(twin, value): &Change| match value {
        Value::Number(x) => number(twin, scenario).is_some_and(|now| same(now, *x)),
        Value::Text(text) => twin.get(scenario) == *text,
    };
    bid_like_ask(scenario).is_some_and(|changes| changes.iter().all(holds))
}

fn number(field: &Field, scenario: &Scenario) -> Option<f64> {
    match field.access {
        Access::Number { get, .. } => Some(get(scenario)),
        Access::Optional { get, .. } => get(scenario),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;

    fn with(changes: &[(&str, &str)]) -> Scenario {
        let scenario = presets::built_in("paper-year").unwrap();
        scenario.with(changes.iter().copied()).unwrap()
    }

    #[test]
    fn sides_are_alike_when_exponents_mirror_and_decays_agree() {
        assert!(alike(&with(&[])));
        let mirrored = [
            ("order_book.ask_exponent", "1.015"),
            ("order_book.bid_exponent", "0.985"),
        ];
        assert!(alike(&with(&mirrored)));
        assert!(!alike(&with(&[("order_book.ask_exponent", "1.02")])));
        assert!(!alike(&with(&[("order_book.bid_decay", "3")])));
    }

    #[test]
    fn the_other_side_gets_no_noise_in_its_last_digits() {
        let ask = Field::find("order_book.ask_exponent").unwrap();
        let (twin, value) = mirrored(ask, 1.015).unwrap();
        assert_eq!(twin.path, "order_book.bid_exponent");
        assert_eq!(value, Value::Number(0.985));
    }

    #[test]
    fn a_side_that_cannot_be_mirrored_has_no_change_for_the_other() {
        let steep = with(&[("order_book.ask_exponent", "2.5")]);
        assert!(bid_like_ask(&steep).is_none());
        assert!(!alike(&steep));
    }
}
