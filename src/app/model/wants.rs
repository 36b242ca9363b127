//! What is computed only while somebody looks at it: averages of where the money went, prices, the soft
//! band that takes trades apart, and maps of the policy.

use super::{Model, replay};
use crate::app::same::Same;
use crate::engine::{
    Costs, CostsRequest, ExploreRequest, Explored, Outcomes, PriceRequest, Priced, SoftBandRequest,
};
use crate::explore::{Ask, Colour, Dimension, State, Wanted, Whose};
use crate::policy::{LearnedPolicy, Tuned};
use crate::scenario::{Scenario, Strategy, Variation};
use crate::simulate::needs_tuning;
use crate::training::conditioned_policy;
use std::sync::Arc;

/// Paths on which premiums are tried, at most and at least, and path-steps in between.
const PRICE_PATHS: (usize, usize) = (20_000, 2_000);
const PRICE_STEPS: usize = 2_400_000;

/// Which of them is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent views")]
pub struct Wants {
    /// Where the money went on average.
    pub costs: bool,
    /// What the option costs to hedge.
    pub price: bool,
    /// Why it trades.
    pub why: bool,
    /// The policy over two axes.
    pub explorer: bool,
}

/// All that prices are made from.
#[derive(PartialEq)]
struct PriceKey {
    scenario: Same<Scenario>,
    learned: Vec<LearnedPolicy>,
    field: &'static str,
    both_sides: bool,
}

/// All that a map of the policy is made from.
#[derive(PartialEq)]
struct ExploreKey {
    scenario: Same<Scenario>,
    /// The policy; absent where one is made for each scenario.
    trained: Option<LearnedPolicy>,
    state: State,
    axes: [Dimension; 2],
    both_sides: bool,
    band: bool,
}

/// What was asked for last.
#[derive(Default)]
pub(super) struct AskedWants {
    costs: (Option<Same<Outcomes>>, u64),
    price: (Option<PriceKey>, u64),
    soft_band: (Option<Same<Scenario>>, u64),
    explorer: (Option<ExploreKey>, u64),
    wants: Wants,
}

impl Model {
    /// Says what is looked at; whether that is news.
    pub fn look_at(&mut self, wants: Wants) -> bool {
        std::mem::replace(&mut self.asked_wants.wants, wants) != wants
    }

    /// Asks for what is looked at and is another than before.
    pub(super) fn ask_wants(&mut self) {
        if self.asked_wants.wants.costs {
            self.ask_costs();
        }
        // While a policy learns, prices would never be those of the present one.
        if self.asked_wants.wants.price && !self.session.is_training() {
            self.ask_price();
        }
        if self.asked_wants.wants.why && self.is_tuned_apart() {
            self.ask_soft_band();
        }
    }

    /// Whether the soft band that takes trades apart has to be tuned for that alone.
    fn is_tuned_apart(&self) -> bool {
        let scenario = self.session.scenario();
        let compared = scenario.strategies.selected.contains(&Strategy::SoftBand);
        !compared && needs_tuning(scenario, &[Strategy::SoftBand])
    }

    fn ask_soft_band(&mut self) {
        let scenario = self.session.scenario();
        let wanted = Some(Same::of(scenario));
        if self.asked_wants.soft_band.0 == wanted {
            return;
        }
        let request = SoftBandRequest {
            run: self.asked_wants.soft_band.1 + 1,
            scenario: scenario.as_ref().clone(),
        };
        self.asked_wants.soft_band = (wanted, request.run);
        self.engine.tune_soft_band(request);
    }

    /// The parameters of the soft band that takes trades apart, and whether they are those of an earlier
    /// scenario still, which will do until its own are there; nothing where nobody looks.
    pub(super) fn soft_band(&self) -> Option<(Tuned, bool)> {
        if !self.asked_wants.wants.why {
            return None;
        }
        if !self.is_tuned_apart() {
            let tuned = replay::tuned(&self.session, self.outcomes.as_ref());
            let needed = needs_tuning(self.session.scenario(), &[Strategy::SoftBand]);
            return Some((tuned[0], needed && !self.is_answered()));
        }
        let (_, run) = self.asked_wants.soft_band;
        let found = self.engine.soft_band();
        let pending = found.as_ref().is_none_or(|found| found.run != run);
        Some((found.map_or(Tuned::GUESS, |found| found.tuned), pending))
    }

    /// What the explorer asks; nothing where there is no learned policy.
    pub(super) fn explorer_ask(&self) -> Option<Ask> {
        let (session, view) = (&self.session, &self.view.explorer);
        let look = session.explored;
        let axes = [look.across, look.up];
        Some(Ask {
            scenario: session.scenario().clone(),
            state: view.state,
            whose: self.explored_policy(axes)?,
            axes: axes.map(Wanted::from),
            both_sides: session.linked_sides,
            band: look.colour == Colour::Band,
        })
    }

    /// The learned policy on screen; over scenarios the one that is made for each, unless somebody trained or
    /// loaded another.
    fn explored_policy(&self, axes: [Dimension; 2]) -> Option<Whose> {
        let session = &self.session;
        let learned = &session.learned;
        let made = learned.made && learned.run.is_none();
        let over_scenarios = !axes.iter().all(|axis| axis.is_of_state());
        if made || (over_scenarios && session.gives_way() && session.lesson().is_none()) {
            return Some(Whose::Made(conditioned_policy()));
        }
        let policy = learned.policy.clone()?;
        Some(Whose::Trained(policy, self.view.explorer.carried.clone()))
    }

    pub(super) fn ask_explorer(&mut self) {
        if !self.asked_wants.wants.explorer {
            return;
        }
        let Some(ask) = self.explorer_ask() else {
            return;
        };
        let wanted = Some(ExploreKey {
            scenario: Same::of(&ask.scenario),
            trained: match &ask.whose {
                Whose::Trained(policy, _) => Some(policy.clone()),
                Whose::Made(_) => None,
            },
            state: ask.state,
            axes: ask.axes.map(|wanted| wanted.dimension),
            both_sides: ask.both_sides,
            band: ask.band,
        });
        if self.asked_wants.explorer.0 == wanted {
            return;
        }
        let run = self.asked_wants.explorer.1 + 1;
        self.asked_wants.explorer = (wanted, run);
        self.engine.explore(ExploreRequest { run, ask });
    }

    /// The latest map of the policy, where there is a learned one; nothing where nobody looks.
    pub(super) fn explored(&self) -> Option<Arc<Explored>> {
        let there = self.asked_wants.wants.explorer && self.session.learned.policy.is_some();
        self.engine.explored().filter(|_| there)
    }

    fn ask_costs(&mut self) {
        let outcomes = self.outcomes.as_ref().filter(|_| self.is_answered());
        let (Some(outcomes), Some((scenario, learned))) = (outcomes, self.asked.of()) else {
            return;
        };
        let wanted = Some(Same::of(outcomes));
        if self.asked_wants.costs.0 == wanted {
            return;
        }
        let request = CostsRequest {
            run: self.asked_wants.costs.1 + 1,
            scenario: scenario.as_ref().clone(),
            learned: learned.to_vec(),
            tuned: outcomes.tuned,
            paths: outcomes.paths,
        };
        self.asked_wants.costs = (wanted, request.run);
        self.engine.take_apart(request);
    }

    fn ask_price(&mut self) {
        let session = &self.session;
        let field = session.swept;
        let wanted = Some(PriceKey {
            scenario: Same::of(session.scenario()),
            learned: session.learned().to_vec(),
            field: field.path,
            both_sides: session.linked_sides,
        });
        if self.asked_wants.price.0 == wanted {
            return;
        }
        let Ok(variation) = Variation::new(field, session.linked_sides) else {
            return;
        };
        let request = PriceRequest {
            run: self.asked_wants.price.1 + 1,
            scenario: session.scenario().as_ref().clone(),
            learned: session.learned().to_vec(),
            variation,
            paths: (PRICE_STEPS / session.scenario().steps).clamp(PRICE_PATHS.1, PRICE_PATHS.0),
        };
        self.asked_wants.price = (wanted, request.run);
        self.engine.price(request);
    }

    /// Where the money went on average, as far as it is known; and whether more is to come.
    pub(super) fn costs(&self) -> (Option<Arc<Costs>>, bool) {
        let run = self.asked_wants.costs.1;
        let costs = self.engine.costs();
        let whole = costs
            .as_ref()
            .is_some_and(|costs| costs.run == run && costs.paths == costs.wanted);
        (costs, !whole || !self.is_answered())
    }

    /// What the option costs, as far as it is known, where that is of the parameter that is chosen; and
    /// whether more is to come.
    pub(super) fn priced(&self) -> (Option<Arc<Priced>>, bool) {
        let run = self.asked_wants.price.1;
        let of_field =
            |priced: &Arc<Priced>| priced.variation.field().path == self.session.swept.path;
        let priced = self.engine.priced().filter(of_field);
        let whole = priced
            .as_ref()
            .is_some_and(|priced| priced.run == run && priced.done.0 == priced.done.1);
        (priced, !whole)
    }
}
