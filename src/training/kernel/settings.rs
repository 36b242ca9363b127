//! What the lanes need to know of a scenario, in single precision: the rules of the fast simulation
//! and the units of the network's inputs.

use crate::contract;
use crate::policy::features::Features;
use crate::policy::inputs::Input;
use crate::scenario::{OptionKind, SettledBy};
use crate::simulate::Rules;

/// A scenario as rollouts know it: its rules, and what a network sees in it. A batch may mix several,
/// tile by tile.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The rules of its episodes.
    pub rules: Rules,
    /// Inputs and their units.
    pub features: Features,
}

/// What exercising some options brings their holder, see [`contract::Choice`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice {
    /// Shares received, net.
    pub shares: f32,
    /// Cash received where there are no net shares, else 0: the strike says it then.
    pub cash: f32,
    pub strike: f32,
}

impl Choice {
    fn new(choice: &contract::Choice) -> Self {
        let level = choice.shares == 0.0;
        Self {
            shares: single(choice.shares),
            cash: if level { single(choice.cash) } else { 0.0 },
            strike: if level { 0.0 } else { single(choice.strike) },
        }
    }
}

/// What a row of the network's inputs is filled with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seen {
    Time,
    Moneyness,
    Base,
    Position,
    Value,
    Ask,
    Bid,
    Displacement,
    /// The factor at this place among those that are inputs.
    Factor(usize),
    Constant(f32),
}

/// The rules and units as the lanes use them.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The network's time input at each date.
    pub time: Vec<f32>,
    /// `α − 1` and `β − 1`, formed in double precision.
    pub ask_excess: f32,
    pub bid_excess: f32,
    /// `f_a − 1` and `f_b − 1`, formed in double precision; see [`crate::order_book`].
    pub ask_dearer: f32,
    pub bid_dearer: f32,
    pub depth: f32,
    pub inverse_depth: f32,
    pub ask_keep: f32,
    pub bid_keep: f32,
    /// Whether trades move the mid, and then half of what a share moves it by, what of that passes and what lasts, and
    /// what a step leaves of what passes.
    pub moves: bool,
    pub half_moved: f32,
    pub passing: f32,
    pub lasting: f32,
    pub mid_keep: f32,
    /// Growth over a step, less one.
    pub lend_rate: f32,
    pub borrow_rate: f32,
    /// What a share pays at the end of a step, over its price there.
    pub dividend: f32,
    pub cash: f32,
    pub position: f32,
    pub ask: f32,
    pub bid: f32,
    /// What the counterparty and the hedger may exercise.
    pub counterparty: Vec<Choice>,
    pub hedger: Vec<Choice>,
    /// Options whose payoff is paid in cash: signed shares (positive where sold), strike, and whether it is a call.
    pub paid: Vec<(f32, f32, bool)>,
    pub min_position: f32,
    pub max_position: f32,
    pub max_trade: f32,
    pub limited: bool,
    /// The network's inputs, row by row.
    pub inputs: Vec<Seen>,
    /// Rows of the inputs that come of the state, in the order of `scales`. One that the network
    /// does not see has row 0, and weights of 0 for the way back.
    pub state: [usize; 5],
    /// What multiplies the inputs `X − base`, `V − anchor`, `A`, `B`, `J`.
    pub scales: [f32; 5],
    /// Most that the inputs `X − base` and `V − anchor` may be, either way.
    pub most: f32,
    /// What multiplies the input `base`, and from where that is counted.
    pub base_scale: f32,
    pub origin: f32,
    /// Most that the network's output may be, either way.
    pub span: f32,
    /// What multiplies the network's output.
    pub output_scale: f32,
    /// Price above which the output adds so much money; infinite where it adds shares.
    pub full: f32,
}

impl Settings {
    /// How many factors are inputs.
    pub(crate) fn factors(&self) -> usize {
        let inputs = self.inputs.iter();
        inputs.filter(|x| matches!(x, Seen::Factor(_))).count()
    }

    pub(crate) fn new(Problem { rules, features }: &Problem) -> Self {
        let (bounds, scales) = (&rules.bounds, features.scales());
        let choices = &rules.choices;
        let date = |k: usize| features.time(k as f64 * rules.step_length);
        let [passing, lasting] = rules.mid_impact.parts();
        let displacement = features.numbers();
        let displacement = displacement.filter(|(input, _)| matches!(input, Input::Displacement));
        let moved = displacement.map(|(_, moved)| moved).next().unwrap_or(1.0);
        let units = [scales.position, scales.value, scales.ask, scales.bid, moved];
        Self {
            time: (0..rules.steps).map(|k| single(date(k))).collect(),
            ask_excess: single(rules.ask_exponent - 1.0),
            bid_excess: single(rules.bid_exponent - 1.0),
            ask_dearer: single(rules.ask_factor - 1.0),
            bid_dearer: single(rules.bid_factor - 1.0),
            depth: single(rules.depth),
            inverse_depth: single(rules.inverse_depth),
            ask_keep: single(rules.ask_keep),
            bid_keep: single(rules.bid_keep),
            moves: rules.mid_impact.moves(),
            half_moved: single(0.5 * rules.mid_impact.per_share),
            passing: single(passing),
            lasting: single(lasting),
            mid_keep: single(rules.mid_keep),
            lend_rate: single(rules.carry.lend - 1.0),
            borrow_rate: single(rules.carry.borrow - 1.0),
            dividend: single(rules.carry.dividend),
            cash: single(rules.opening_cash),
            position: single(rules.position),
            ask: single(rules.ask_memory),
            bid: single(rules.bid_memory),
            counterparty: choices.counterparty.iter().map(Choice::new).collect(),
            hedger: choices.hedger.iter().map(Choice::new).collect(),
            paid: paid(&rules.contract),
            min_position: single(bounds.low),
            max_position: single(bounds.high),
            max_trade: single(bounds.trade),
            limited: [bounds.low, bounds.high, bounds.trade]
                .iter()
                .any(|bound| bound.is_finite()),
            inputs: seen(features),
            state: features.layout().state().map(Option::unwrap_or_default),
            scales: units.map(|scale| single(1.0 / scale)),
            most: single(scales.most),
            base_scale: single(1.0 / scales.output),
            origin: single(scales.origin),
            span: single(scales.span),
            output_scale: single(scales.output),
            full: single(scales.full),
        }
    }
}

/// The options whose payoff is paid in cash.
fn paid(contract: &contract::Contract) -> Vec<(f32, f32, bool)> {
    let legs = contract.legs().iter();
    let legs = legs.filter(|_| contract.settlement == SettledBy::Cash);
    let paid = legs.map(|leg| {
        let signed = single(leg.sign() * leg.shares);
        (signed, single(leg.strike), leg.kind == OptionKind::Call)
    });
    paid.collect()
}

/// The rows of the inputs.
fn seen(features: &Features) -> Vec<Seen> {
    let mut factors = 0..;
    let row = |(input, number): (&Input, f64)| match input {
        Input::Time => Seen::Time,
        Input::Moneyness => Seen::Moneyness,
        Input::Base => Seen::Base,
        Input::Position => Seen::Position,
        Input::Value => Seen::Value,
        Input::AskMemory => Seen::Ask,
        Input::BidMemory => Seen::Bid,
        Input::Displacement => Seen::Displacement,
        Input::Factor(_) => Seen::Factor(factors.next().unwrap_or_default()),
        Input::Context(_) => Seen::Constant(single(number)),
    };
    features.numbers().map(row).collect()
}

/// To single precision: the one place where the kernel rounds its settings.
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounding to single precision is what is asked for"
)]
pub(crate) fn single(value: f64) -> f32 {
    value as f32
}
