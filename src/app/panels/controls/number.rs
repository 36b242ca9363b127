//! What a knob's number is: where it stands, how it is shown and told, what is read from a text.

use super::knobs::{Knob, Measure, Span};
use crate::app::command::{Commands, DocumentCommand};
use crate::app::document::{Change, Grain, Value, check, preset_value};
use crate::app::link;
use crate::app::view::ViewModel;
use crate::app::widgets::{Refusal, Travel};
use crate::quantity::{TimeUnit, Unit, Unread, read, same, tidy};
use crate::scenario::Scenario;
use crate::scenario::fields::{Access, Field};
use crate::units::{Interval, plain};
use std::f64::consts::LN_2;

/// A knob in the present scenario.
pub(super) struct Number<'a> {
    knob: &'a Knob,
    pub field: &'static Field,
    view: &'a ViewModel,
    /// In what half-lives are told.
    lives: TimeUnit,
}

/// What a text asks for.
enum Wish {
    /// The preset's value.
    Reset,
    /// No value, where there may be none.
    Nothing,
    Number(f64),
}

impl<'a> Number<'a> {
    pub fn new(knob: &'a Knob, view: &'a ViewModel, lives: TimeUnit) -> Option<Self> {
        let field = Field::find(knob.path).ok()?;
        Some(Self {
            knob,
            field,
            view,
            lives,
        })
    }

    /// The number now; not a number where there is none.
    pub fn present(&self) -> f64 {
        self.of(&self.view.scenario)
    }

    fn of(&self, scenario: &Scenario) -> f64 {
        let x = match self.field.access {
            Access::Number { get, .. } => get(scenario),
            Access::Whole { get, .. } => get(scenario) as f64,
            Access::Optional { get, .. } => get(scenario).unwrap_or(f64::NAN),
            _ => f64::NAN,
        };
        self.turned(x)
    }

    /// From what the field holds to what the knob tells, or back.
    fn turned(&self, x: f64) -> f64 {
        match self.knob.measure {
            Measure::HalfLife => LN_2 / x,
            _ => x,
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self.field.access, Access::Whole { .. })
    }

    /// In what `x` is shown.
    fn unit(&self, x: f64) -> Unit {
        let step = self.view.scenario.step_length();
        match self.knob.measure {
            Measure::Number => Unit::Bare(self.field.unit),
            Measure::Percent => Unit::Percent,
            Measure::BasisPoints => Unit::BasisPoints,
            Measure::Decay => Unit::PerYear,
            Measure::Years => Unit::Time {
                shown: TimeUnit::natural(x),
                step,
            },
            Measure::HalfLife => Unit::Time {
                shown: self.lives,
                step,
            },
        }
    }

    /// What the knob may hold, in its own measure.
    fn range(&self) -> Interval {
        match self.field.access {
            _ if matches!(self.knob.measure, Measure::HalfLife) => {
                Interval::closed(0.0, f64::INFINITY)
            }
            Access::Number { range, .. } | Access::Optional { range, .. } => range,
            Access::Whole { low, high, .. } => Interval::closed(low as f64, high as f64),
            _ => Interval::closed(f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// Limits in words, in the unit in which a number is typed now.
    pub fn limits(&self) -> String {
        let limits = self.unit(self.present()).limits(self.range());
        match self.field.access {
            Access::Optional { .. } => format!("{limits}, or none"),
            Access::Whole { .. } => format!("a whole number, {limits}"),
            _ => limits,
        }
    }

    /// The number as it is shown, from many digits to few.
    pub fn shown(&self) -> impl Iterator<Item = String> + use<> {
        let x = self.present();
        let unit = self.unit(x);
        (3..=7).rev().map(move |digits| {
            if x.is_nan() {
                "none".into()
            } else {
                unit.write(x, digits)
            }
        })
    }

    /// The number as it is edited.
    pub fn plain(&self) -> String {
        let x = self.present();
        if x.is_nan() {
            "none".into()
        } else {
            self.unit(x).edit(x)
        }
    }

    /// The number in words.
    pub fn spoken(&self) -> String {
        let x = self.present();
        if x.is_nan() {
            "none".into()
        } else {
            self.unit(x).spoken(x)
        }
    }

    /// The preset's number, where it is another.
    pub fn preset(&self) -> Option<String> {
        let x = self.of(&self.view.base);
        let differs = self.field.get(&self.view.base) != self.field.get(&self.view.scenario);
        differs.then(|| {
            if x.is_nan() {
                "none".into()
            } else {
                self.unit(x).edit(x)
            }
        })
    }

    /// Where on a slider the number stands.
    pub fn travel(&self) -> Option<Travel> {
        let step = self.view.scenario.step_length();
        match self.knob.span {
            Span::Linear(low, high) => Some(Travel::linear(low, high)),
            Span::Log(low, high) => Some(Travel::logarithmic(low, high)),
            Span::Around(factor) => {
                let middle = self.of(&self.view.base);
                Some(Travel::linear(middle / factor, middle * factor))
            }
            Span::FromNought(low, high) => Some(Travel::logarithmic(low, high).with_nought()),
            Span::FromOne { low, high, side } => Some(
                Travel::logarithmic(low, high)
                    .with_nought()
                    .counted_from(1.0, side),
            ),
            Span::Steps(low, high) => Some(
                Travel::logarithmic(low * step, high * step)
                    .with_nought()
                    .endless(),
            ),
            Span::None => None,
        }
    }

    /// The number that a hand means: round in the unit in which it is shown.
    pub fn round(&self, travel: Travel, x: f64) -> f64 {
        if x == 0.0 || !x.is_finite() {
            return x;
        }
        match self.knob.span {
            _ if self.is_whole() => x.round(),
            Span::Linear(..) | Span::Around(_) => {
                let grain = travel.grain();
                tidy((x / grain).round() * grain)
            }
            Span::FromOne { .. } => tidy(1.0 + digits(x - 1.0, 3)),
            Span::Log(..) | Span::FromNought(..) | Span::Steps(..) | Span::None => {
                let unit = self.unit(x);
                unit.of_count(digits(unit.count(x), 3))
            }
        }
    }

    /// Asks for another number; where the sides are linked, on both.
    pub fn write(&self, x: f64, grain: Grain, commands: &mut Commands) {
        commands.push(DocumentCommand::Edit(self.changes(x), grain));
    }

    /// Asks for the preset's value; where the sides are linked, on both.
    pub fn reset(&self, commands: &mut Commands) {
        commands.push(DocumentCommand::Edit(self.preset_changes(), Grain::Whole));
    }

    fn twin(&self) -> Option<&'static Field> {
        link::twin(self.field).filter(|_| self.view.linked_sides)
    }

    fn preset_changes(&self) -> Vec<Change> {
        let fields = [Some(self.field), self.twin()].into_iter().flatten();
        fields
            .map(|field| preset_value(field, &self.view.base))
            .collect()
    }

    fn changes(&self, x: f64) -> Vec<Change> {
        let held = self.turned(x);
        let value = match self.field.access {
            Access::Number { get, .. } => {
                // What is the preset's number for a person is so to the bit.
                let known = [get(&self.view.base), get(&self.view.scenario)];
                let known = known.into_iter().find(|known| same(*known, held));
                Value::Number(known.unwrap_or(held))
            }
            _ => Value::Text(plain(held)),
        };
        let held = if let Value::Number(known) = value {
            known
        } else {
            held
        };
        let mut changes = vec![(self.field, value)];
        if self.twin().is_some() {
            changes.extend(link::mirrored(self.field, held));
        }
        changes
    }

    /// No value; where the sides are linked, on both.
    fn nothing(&self) -> Vec<Change> {
        let fields = [Some(self.field), self.twin()].into_iter().flatten();
        let none = |field| (field, Value::Text("none".into()));
        fields.map(none).collect()
    }

    /// Does what a text asks for.
    ///
    /// # Errors
    /// Says why it is not done.
    pub fn enter(&self, text: &str, commands: &mut Commands) -> Result<(), Refusal> {
        let refused = |why: String, offers: Vec<String>| Refusal {
            name: self.name(),
            text: text.trim().to_owned(),
            why,
            offers,
        };
        let changes = match self.wish(text) {
            Ok(Wish::Reset) => self.preset_changes(),
            Ok(Wish::Nothing) => self.nothing(),
            Ok(Wish::Number(x)) if !self.range().contains(x) => {
                let told = self.unit(self.present()).write(x, 6);
                return Err(refused(
                    format!("{told}; allowed: {}", self.limits()),
                    vec![],
                ));
            }
            Ok(Wish::Number(x)) => self.changes(x),
            Err(unread) => {
                let (why, offers) = self.complaint(text.trim(), unread);
                return Err(refused(why, offers));
            }
        };
        check(&self.view.scenario, &changes).map_err(|error| refused(error.to_string(), vec![]))?;
        commands.push(DocumentCommand::Edit(changes, Grain::Whole));
        Ok(())
    }

    fn wish(&self, text: &str) -> Result<Wish, Unread> {
        let optional = matches!(self.field.access, Access::Optional { .. });
        match text.trim() {
            "" => Ok(Wish::Reset),
            "none" if optional => Ok(Wish::Nothing),
            text if self.is_whole() => read::whole(text).map(|n| Wish::Number(n as f64)),
            text => {
                let x = self.present();
                self.unit(x).read(text, x).map(Wish::Number)
            }
        }
    }

    fn complaint(&self, text: &str, unread: Unread) -> (String, Vec<String>) {
        let limits = self.limits();
        match unread {
            Unread::Ambiguous(ways) => {
                let which = ways.join(" or ");
                (format!("{text} is not clear: {which}?"), ways)
            }
            Unread::TooLarge => (format!("{text} is too large; allowed: {limits}"), vec![]),
            Unread::TooSmall => (
                format!("{text} is too close to 0; allowed: {limits}"),
                vec![],
            ),
            Unread::Nonsense | Unread::Empty => {
                let wanted = self.unit(self.present()).wanted();
                (
                    format!("{text:?} is not {wanted}; allowed: {limits}"),
                    vec![],
                )
            }
        }
    }

    /// What the control is called in a message.
    pub fn name(&self) -> String {
        match self.knob.measure {
            Measure::HalfLife => self.knob.label.to_owned(),
            _ => super::row::capitalised(self.field.label),
        }
    }

    /// What it means.
    pub fn meaning(&self) -> String {
        let (field, scenario) = (self.field, &self.view.scenario);
        if self.knob.measure == Measure::HalfLife {
            return format!(
                "Time in which half of what was taken from this side comes back: ln 2/λ. 0: at once; \
                 ∞: never. Told in steps, days or years; 2w, 3 h, 1 month or inf may be typed.\n\
                 {} in a file: λ = {} per year",
                field.path,
                field.get(scenario)
            );
        }
        let unit = if field.unit.is_empty() {
            String::new()
        } else {
            format!(" ({})", field.unit)
        };
        format!("{}\n{}{unit}", field.meaning, field.path)
    }
}

/// To so many significant digits.
fn digits(x: f64, digits: usize) -> f64 {
    format!("{x:.*e}", digits - 1).parse().unwrap_or(x)
}
