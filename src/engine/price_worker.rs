//! The worker that finds what an option costs to hedge against a parameter, value by value from the
//! present one on.

use super::mailbox::Mailbox;
use super::{Asked, Report};
use crate::market::{Paths, Sampling};
use crate::policy::LearnedPolicy;
use crate::scenario::{Scenario, Variation};
use crate::simulate::{PriceCurve, price_point};
use arc_swap::ArcSwapOption;
use std::sync::Arc;

/// Values of the parameter, about.
const POINTS: usize = 9;

/// A question: what the option of a scenario costs to hedge against one of its parameters.
#[derive(Clone, Debug)]
pub struct PriceRequest {
    /// Comes back with the answer.
    pub run: u64,
    /// Where the strategies are tried.
    pub scenario: Scenario,
    /// The learned policies, each under a name of its own.
    pub learned: Vec<LearnedPolicy>,
    /// The parameter.
    pub variation: Variation,
    /// Paths that each premium is tried on.
    pub paths: usize,
}

impl PriceRequest {
    /// Paths on which premiums are tried in a scenario: no more than there are, where they are counted.
    fn paths_in(&self, scenario: &Scenario) -> usize {
        let paths = Paths::new(scenario, Sampling::evaluation(scenario.seed));
        let there = paths
            .distinct()
            .and_then(|there| usize::try_from(there).ok());
        there.map_or(self.paths, |there| self.paths.min(there))
    }
}

impl Asked for PriceRequest {
    fn run(&self) -> u64 {
        self.run
    }
}

/// An answer, perhaps not yet at every value.
#[derive(Clone, Debug)]
pub struct Priced {
    /// The request answered.
    pub run: u64,
    /// The parameter.
    pub variation: Variation,
    /// Values for which there is an answer, and for which there will be one.
    pub done: (usize, usize),
    /// The smallest and the largest of all of them.
    pub span: Option<(f64, f64)>,
    /// Paths that each premium is tried on.
    pub paths: usize,
    /// The prices known so far.
    pub curve: PriceCurve,
    /// Why there are none, or not all.
    pub refused: Option<String>,
}

pub(super) struct Worker {
    pub requests: Arc<Mailbox<PriceRequest>>,
    pub slot: Arc<ArcSwapOption<Priced>>,
    pub report: Report,
}

impl Worker {
    pub fn run(self) {
        self.report
            .serve("prices", &self.requests, |request| self.answer(request));
    }

    fn answer(&self, request: &PriceRequest) {
        let PriceRequest {
            scenario,
            variation,
            ..
        } = request;
        let mut priced = Priced {
            run: request.run,
            variation: *variation,
            done: (0, 0),
            span: None,
            paths: request.paths_in(scenario),
            curve: PriceCurve::default(),
            refused: None,
        };
        let mut values = match variation.around(scenario, POINTS) {
            Ok(values) => values,
            Err(error) => {
                priced.refused = Some(error.to_string());
                return self.tell(priced);
            }
        };
        priced.span = values.first().copied().zip(values.last().copied());
        let now = variation.present(scenario).unwrap_or(f64::INFINITY);
        values.sort_by(|a, b| (a - now).abs().total_cmp(&(b - now).abs()));
        priced.done.1 = values.len();
        let watch = &mut || self.requests.ask();
        for value in values {
            let there = match variation.at(scenario, value) {
                Ok(there) => there,
                Err(error) => {
                    // What the value must be to the others; the next ones may be.
                    priced.refused = Some(error.to_string());
                    priced.done.1 -= 1;
                    continue;
                }
            };
            let sampling = Sampling::evaluation(scenario.seed);
            let learned = &request.learned;
            let paths = request.paths_in(&there);
            let Some(point) = price_point(value, &there, learned, sampling, paths, watch) else {
                return;
            };
            priced.curve.add(point);
            priced.done.0 += 1;
            self.tell(priced.clone());
        }
        self.tell(priced);
    }

    fn tell(&self, priced: Priced) {
        self.report.show(&self.slot, priced);
    }
}
