//! What is true of a question, and how far an answer is from it.

use super::{Curve, Question, Scene, Stage};
use crate::contract::opening_cash;
use crate::episode::Observation;
use crate::outcome::{Estimate, Sample, Statistics};
use crate::scenario::{Named, Scenario};
use crate::units::FieldError;

/// Points of a curve over prices.
const SPOTS: usize = 25;
/// Bins of hedging errors.
const BINS: usize = 24;
/// Where the bins begin and end (premiums).
const ERRORS: (f64, f64) = (-1.5, 2.5);

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The place of what was chosen.
    Choice(usize),
    /// A number.
    Number(f64),
    /// A curve, at its knots.
    Curve(Vec<f64>),
    /// Bars, in the question's order.
    Bars(Vec<f64>),
}

/// What is true.
#[derive(Clone, Debug, PartialEq)]
pub enum Truth {
    /// The place of the right choice.
    Choice(usize),
    /// A number.
    Number(Estimate),
    /// A curve, at its knots.
    Curve(Vec<f64>),
    /// Bars, in the question's order.
    Bars(Vec<Estimate>),
}

/// Where a curve is drawn: its places along the axis and the span of what it may be there.
#[derive(Clone, Debug, PartialEq)]
pub struct Knots {
    /// Places: prices, dates, or the middles of bins.
    pub at: Vec<f64>,
    /// Lower and upper end of the other axis.
    pub span: (f64, f64),
    /// What stands along the axis, and what up it.
    pub axes: [&'static str; 2],
}

impl Knots {
    /// Those of a curve in a scenario: they depend on the market alone, so that they tell nothing of
    /// the answer.
    #[must_use]
    pub fn of(curve: Curve, span: Option<(f64, f64)>, scenario: &Scenario) -> Self {
        let usual = Self::usual(curve, scenario);
        Self {
            span: span.unwrap_or(usual.span),
            ..usual
        }
    }

    fn usual(curve: Curve, scenario: &Scenario) -> Self {
        let shares = scenario.contract.shares;
        let held = shares * sign(scenario);
        let positions = (
            (-0.1 * held).min(1.25 * held),
            (1.25 * held).max(-0.1 * held),
        );
        match curve {
            Curve::PositionBySpot { .. } => {
                let deviation =
                    scenario.market.long_run_volatility() * scenario.contract.maturity.sqrt();
                let reach = (1.6 * deviation).clamp(1e-4, 3.0);
                let place = |i: usize| 2.0 * i as f64 / (SPOTS - 1) as f64 - 1.0;
                let spot = |i| scenario.market.spot * (reach * place(i)).exp();
                Self {
                    at: (0..SPOTS).map(spot).collect(),
                    span: positions,
                    axes: ["price", "shares held"],
                }
            }
            Curve::PositionByDate { .. } => Self {
                at: (0..scenario.steps).map(|date| date as f64).collect(),
                span: positions,
                axes: ["date", "shares held"],
            },
            Curve::Errors { .. } => {
                let (low, width) = bins(scenario);
                Self {
                    at: (0..BINS)
                        .map(|bin| (bin as f64 + 0.5).mul_add(width, low))
                        .collect(),
                    span: (0.0, 40.0),
                    axes: ["hedging error (positive is a loss)", "% of paths"],
                }
            }
        }
    }
}

/// 1 where a hedge holds shares, −1 where it owes them.
fn sign(scenario: &Scenario) -> f64 {
    let delta = crate::policy::Delta::of(scenario);
    let held = delta.position(scenario.market.spot, scenario.contract.maturity);
    if held < 0.0 { -1.0 } else { 1.0 }
}

/// Lower end of the bins of errors, and their width (currency).
fn bins(scenario: &Scenario) -> (f64, f64) {
    let premium = opening_cash(scenario).abs().max(1e-9);
    (
        ERRORS.0 * premium,
        (ERRORS.1 - ERRORS.0) * premium / BINS as f64,
    )
}

impl Truth {
    /// What is true of a question on a stage, with the time cursor at a date.
    ///
    /// # Errors
    /// As [`Scene::measure`].
    pub fn of(question: &Question, stage: Option<&Stage>, date: usize) -> Result<Self, FieldError> {
        let nowhere = || FieldError::new("question", "asked", "after a step with a setup");
        match question {
            Question::Choice { right, .. } => Ok(Self::Choice(*right)),
            Question::Number { truth, .. } => {
                let measured = truth.on(stage).map_err(|error| error.inside("truth"))?;
                Ok(Self::Number(measured))
            }
            Question::Sketch { curve, .. } => {
                let scene = Scene::of(stage.ok_or_else(nowhere)?, None)?;
                scene.curve(*curve, date).map(Self::Curve)
            }
            Question::Bars { of, measure, .. } => {
                let scene = Scene::of(stage.ok_or_else(nowhere)?, None)?;
                let figure = |sample: &Sample| {
                    let figures = Statistics::of(sample);
                    figures.map_or_else(Estimate::default, |figures| measure.of(&figures))
                };
                Ok(Self::Bars(scene.samples(of)?.iter().map(figure).collect()))
            }
        }
    }
}

impl Scene<'_> {
    /// A curve at its knots.
    fn curve(&self, curve: Curve, date: usize) -> Result<Vec<f64>, FieldError> {
        let knots = Knots::of(curve, None, self.scenario);
        match curve {
            Curve::PositionBySpot {
                of,
                position,
                value,
            } => {
                let date = date.min(self.scenario.steps.saturating_sub(1));
                let line = self.replayed(of)?.0[date];
                let state = |spot: &f64| Observation {
                    position: position.unwrap_or(line.position_before),
                    value: value.unwrap_or(line.value_before),
                    ..self.seen(date, *spot, 0.0, 0.0, line.memory_before)
                };
                let states: Vec<Observation> = knots.at.iter().map(state).collect();
                self.held_after(of, &states)
            }
            Curve::PositionByDate { of } => {
                let ledger = self.replayed(of)?.0;
                Ok(ledger.iter().map(|line| line.position).collect())
            }
            Curve::Errors { of } => {
                let samples = self.samples(&[of])?;
                Ok(shares(samples[0].errors(), self.scenario))
            }
        }
    }
}

/// Of all errors, the share in each bin (percent); what lies beyond counts with the outermost.
fn shares(errors: &[f64], scenario: &Scenario) -> Vec<f64> {
    let (low, width) = bins(scenario);
    let each = 100.0 / errors.len().max(1) as f64;
    let mut shares = vec![0.0; BINS];
    for error in errors {
        let place = ((error - low) / width)
            .floor()
            .clamp(0.0, (BINS - 1) as f64);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a bin, clamped"
        )]
        let bin = place as usize;
        shares[bin] += each;
    }
    shares
}

/// How far an answer is from what is true, in the question's own unit: numbers by their difference,
/// bars and positions by their mean difference, distributions by what would have to be moved how far
/// (Wasserstein distance); nothing of a choice, or where the two are of different kinds.
#[must_use]
pub fn apart(
    question: &Question,
    answer: &Answer,
    truth: &Truth,
    scenario: &Scenario,
) -> Option<f64> {
    match (question, answer, truth) {
        (_, Answer::Number(answer), Truth::Number(truth)) => Some((answer - truth.value?).abs()),
        (_, Answer::Bars(answer), Truth::Bars(truth)) => {
            let truth = truth.iter().map(|figure| figure.value.unwrap_or(f64::NAN));
            mean_apart(answer, truth)
        }
        (Question::Sketch { curve, .. }, Answer::Curve(answer), Truth::Curve(truth)) => match curve
        {
            Curve::Errors { .. } => moved(answer, truth, bins(scenario).1),
            _ => mean_apart(answer, truth.iter().copied()),
        },
        _ => None,
    }
}

fn mean_apart(answer: &[f64], truth: impl ExactSizeIterator<Item = f64>) -> Option<f64> {
    let count = truth.len();
    let apart = answer.iter().zip(truth).map(|(a, b)| (a - b).abs());
    (answer.len() == count && count > 0).then(|| apart.sum::<f64>() / count as f64)
}

/// What of one distribution would have to be moved how far to make the other, both made to add up to
/// one.
fn moved(one: &[f64], other: &[f64], width: f64) -> Option<f64> {
    let sums = [one, other].map(|shares| shares.iter().sum::<f64>());
    if one.len() != other.len() || sums.iter().any(|sum| *sum <= 0.0) {
        return None;
    }
    let mut ahead = 0.0;
    let mut all = 0.0;
    for (a, b) in one.iter().zip(other) {
        ahead += a / sums[0] - b / sums[1];
        all += f64::abs(ahead) * width;
    }
    Some(all)
}

impl Question {
    /// The unit of its answer and of the distance to it.
    #[must_use]
    pub fn unit(&self) -> &str {
        match self {
            Self::Choice { .. } => "",
            Self::Number { unit, .. } => unit,
            Self::Sketch { curve, .. } => match curve {
                Curve::Errors { .. } => "currency",
                _ => "shares",
            },
            Self::Bars { measure, .. } => measure.unit(),
        }
    }

    /// Whether an answer this far off is right.
    #[must_use]
    pub fn is_right(&self, answer: &Answer, truth: &Truth, apart: Option<f64>) -> bool {
        match self {
            Self::Choice { .. } => match (answer, truth) {
                (Answer::Choice(chosen), Truth::Choice(right)) => chosen == right,
                _ => false,
            },
            Self::Number { tolerance, .. }
            | Self::Sketch { tolerance, .. }
            | Self::Bars { tolerance, .. } => apart.is_some_and(|apart| apart <= *tolerance),
        }
    }

    /// An answer, or what is true, in words.
    #[must_use]
    pub fn told(&self, answer: &Answer) -> String {
        let short = |x: &f64| crate::quantity::write::significant(*x, 3);
        match (self, answer) {
            (Self::Choice { options, .. }, Answer::Choice(place)) => {
                options.get(*place).cloned().unwrap_or_default()
            }
            (Self::Bars { of, .. }, Answer::Bars(bars)) => {
                let each = of.iter().zip(bars);
                let each = each.map(|(of, bar)| format!("{} {}", of.name(), short(bar)));
                each.collect::<Vec<_>>().join(", ")
            }
            (_, Answer::Number(value)) => short(value),
            (_, Answer::Curve(values) | Answer::Bars(values)) => {
                values.iter().map(short).collect::<Vec<_>>().join(" ")
            }
            (_, Answer::Choice(place)) => place.to_string(),
        }
    }
}

impl Truth {
    /// The same as an answer that is right.
    #[must_use]
    pub fn as_answer(&self) -> Answer {
        let value = |figure: &Estimate| figure.value.unwrap_or(f64::NAN);
        match self {
            Self::Choice(right) => Answer::Choice(*right),
            Self::Number(figure) => Answer::Number(value(figure)),
            Self::Curve(curve) => Answer::Curve(curve.clone()),
            Self::Bars(bars) => Answer::Bars(bars.iter().map(value).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_are_apart_by_what_is_moved_how_far() {
        assert_eq!(moved(&[1.0, 0.0, 0.0], &[0.0, 0.0, 7.0], 5.0), Some(10.0));
        assert_eq!(moved(&[2.0, 2.0], &[1.0, 1.0], 5.0), Some(0.0));
        assert_eq!(moved(&[0.0, 0.0], &[1.0, 1.0], 5.0), None);
        assert_eq!(moved(&[1.0], &[1.0, 1.0], 5.0), None);
    }

    #[test]
    fn errors_beyond_the_bins_count_with_the_outermost() {
        let scenario = crate::presets::built_in("paper-year").unwrap();
        let shares = shares(&[-1e9, 1e9, 1e9, 0.0], &scenario);
        assert_eq!((shares[0], shares[BINS - 1]), (25.0, 50.0));
        assert_eq!(shares.iter().sum::<f64>(), 100.0);
    }
}
