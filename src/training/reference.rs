//! The episode as tensor operations, differentiated by burn: the reference of the fused kernel, and
//! the way for whatever the kernel cannot do.
//!
//! The formulas are those of [`crate::episode`] and [`crate::order_book`], for a batch of paths at
//! once: a column `[paths, 1]` for each quantity. The exercise decision counts as a constant.

mod loss;

use super::Interrupt;
use super::fused;
use super::kernel::Problem;
use super::network::{self, Architecture};
use super::optimizer::single;
use super::rollout::{Gradient, Surface};
use super::rows::Rows;
use crate::contract::Choice;
use crate::episode::Bounds;
use crate::order_book::LEAST;
use crate::policy::features::Features;
use crate::policy::inputs::Input;
use crate::scenario::{OptionKind, Scenario, SettledBy};
use crate::simulate::Rules;
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Tensor, TensorData};
use loss::{first, surface_loss};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;

/// Most paths of one graph: what they compute stays near the processor, and graphs of a batch are
/// worked through side by side.
const PART: usize = 256;

/// A column of one number for each path.
type Column = Tensor<2>;

/// The reference rollout.
#[derive(Clone, Debug)]
pub struct Reference {
    /// What the batch mixes (see [`Rows::problems`]).
    problems: Vec<Problem>,
    network: Arc<dyn Architecture>,
    device: Device,
    dtype: DType,
    interrupt: Interrupt,
}

/// What the hedger has before a date's trade.
struct State {
    position: Column,
    /// Interest and dividends included.
    cash: Column,
    ask: Column,
    bid: Column,
    /// What of the mid's displacement decays, and what stays.
    passing: Column,
    lasting: Column,
}

impl State {
    /// The same, of which nothing is differentiated.
    fn detached(&self) -> Self {
        let detached = |column: &Column| column.clone().detach();
        Self {
            position: detached(&self.position),
            cash: detached(&self.cash),
            ask: detached(&self.ask),
            bid: detached(&self.bid),
            passing: detached(&self.passing),
            lasting: detached(&self.lasting),
        }
    }

    /// `J`.
    fn displacement(&self) -> Column {
        self.passing.clone() + self.lasting.clone()
    }
}

/// Some paths of a batch with the graph that led to their errors.
struct Part {
    paths: Range<usize>,
    weights: Vec<Tensor<2>>,
    /// Those, or the cash at the date at which it was interrupted.
    errors: Column,
    whole: bool,
}

impl Part {
    /// Frees the graph. It is kept for good unless one goes back through it.
    fn let_go(self) {
        drop(self.errors.sum().backward());
    }
}

/// A loss, and how it moves.
struct Slopes {
    loss: f64,
    threshold: f64,
    errors: Vec<f64>,
}

/// The caller's numbers of some paths at one date.
struct Date {
    number: usize,
    spot: Column,
    moneyness: Column,
    base: Column,
    owed: Column,
    factors: Vec<Column>,
}

impl Reference {
    /// The rollout of `scenario` on `device`, in the precision `dtype`.
    #[must_use]
    pub fn new(scenario: &Scenario, features: Features, device: Device, dtype: DType) -> Self {
        let network = network::of(scenario, features.layout());
        let problem = fused::problem(scenario, features);
        Self::of_network(network, vec![problem], device, dtype)
    }

    /// The rollout of any network in batches that mix `problems`.
    #[must_use]
    pub fn of_network(
        network: Arc<dyn Architecture>,
        problems: Vec<Problem>,
        device: Device,
        dtype: DType,
    ) -> Self {
        Self {
            problems,
            network,
            device: device.autodiff(),
            dtype,
            interrupt: Interrupt::default(),
        }
    }

    /// Gives up between two dates while `interrupt` is raised.
    pub fn heed(&mut self, interrupt: &Interrupt) {
        self.interrupt = interrupt.clone();
    }

    /// Loss of a batch and its gradient; `None` when interrupted.
    ///
    /// Each few paths have a graph of their own, on any thread: forward, then the slope of the loss
    /// by every error, then backward from these.
    #[must_use]
    pub fn gradient(&self, weights: &[f32], rows: &Rows, surface: Surface) -> Option<Gradient> {
        let forward = |(paths, problem): (Range<usize>, usize)| {
            let weights = self.tensors(weights);
            let problem = &self.problems[problem];
            let (errors, whole) = self.errors_of(problem, &weights, rows, paths.clone());
            Part {
                paths,
                weights,
                errors,
                whole,
            }
        };
        let parts: Vec<Part> = parts(rows).into_par_iter().map(forward).collect();
        if !parts.iter().all(|part| part.whole) {
            parts.into_par_iter().for_each(Part::let_go);
            return None;
        }
        let errors = parts.iter().map(|part| part.errors.to_data());
        let errors: Vec<f64> = errors
            .flat_map(|data| data.iter().collect::<Vec<_>>())
            .collect();
        let slopes = self.slopes(surface, &errors);
        let backward = |part: Part| self.backward(part, &slopes.errors);
        let flat: Vec<Vec<f64>> = parts.into_par_iter().map(backward).collect();
        let sum = |i: usize| single(flat.iter().map(|part| part[i]).sum());
        Some(Gradient {
            loss: slopes.loss,
            weights: (0..weights.len()).map(sum).collect(),
            threshold: slopes.threshold,
            errors: errors.into_iter().map(single).collect(),
        })
    }

    /// How the loss moves with each weight by way of a part's errors.
    fn backward(&self, part: Part, slopes: &[f64]) -> Vec<f64> {
        let slopes = slopes[part.paths].to_vec();
        let size = [slopes.len(), 1];
        let slopes = TensorData::new(slopes, size);
        let slopes = Tensor::from_data(slopes, (&self.device, self.dtype));
        let gradients = (part.errors * slopes).sum().backward();
        let mut flat = Vec::new();
        for weight in &part.weights {
            match weight.grad(&gradients) {
                Some(slope) => flat.extend(slope.into_data().iter::<f64>()),
                None => flat.resize(flat.len() + weight.shape().num_elements(), 0.0),
            }
        }
        flat
    }

    /// The loss of these errors, and how it moves with each of them.
    fn slopes(&self, surface: Surface, errors: &[f64]) -> Slopes {
        let data = TensorData::new(errors.to_vec(), [errors.len(), 1]);
        let errors = Tensor::from_data(data, (&self.device, DType::F64)).require_grad();
        let threshold = self.threshold(surface).require_grad();
        let loss = surface_loss(surface, errors.clone(), &threshold);
        let gradients = loss.backward();
        let numbers = |tensor: &Column| -> Vec<f64> {
            let slope = tensor.grad(&gradients);
            let data = slope.map(Tensor::into_data);
            data.map_or_else(Vec::new, |data| data.iter::<f64>().collect())
        };
        Slopes {
            loss: first(&loss),
            threshold: numbers(&threshold).first().copied().unwrap_or(0.0),
            errors: numbers(&errors),
        }
    }

    /// The flat weights in the network's shapes.
    fn tensors(&self, weights: &[f32]) -> Vec<Tensor<2>> {
        let mut rest = weights;
        let tensor = |[rows, columns]: [usize; 2]| {
            let (taken, left) = rest.split_at(rows * columns);
            rest = left;
            self.tensor(taken, [rows, columns]).require_grad()
        };
        self.network.shapes().into_iter().map(tensor).collect()
    }

    fn tensor(&self, values: &[f32], shape: [usize; 2]) -> Tensor<2> {
        let data = TensorData::new(values.to_vec(), shape);
        Tensor::from_data(data, (&self.device, self.dtype))
    }

    fn threshold(&self, surface: Surface) -> Column {
        let value = match surface {
            Surface::Cvar { threshold, .. } => threshold,
            _ => 0.0,
        };
        let data = TensorData::new(vec![value], [1, 1]);
        Tensor::from_data(data, (&self.device, DType::F64))
    }

    /// A row of the batch at date `k`, of some of its paths.
    fn column(&self, values: &[f32], rows: &Rows, k: usize, paths: &Range<usize>) -> Column {
        let values = &values[k * rows.paths..][paths.clone()];
        self.tensor(values, [values.len(), 1])
    }

    /// Hedging errors of neighbouring paths of one problem; or, when interrupted, what cash there was, and `false`.
    fn errors_of(
        &self,
        problem: &Problem,
        weights: &[Tensor<2>],
        rows: &Rows,
        paths: Range<usize>,
    ) -> (Column, bool) {
        let Problem { rules, features } = problem;
        let at = |values: &[f32], k: usize| self.column(values, rows, k, &paths);
        let all = |value: f64| at(&rows.spot, 0).zeros_like().add_scalar(value);
        let mut state = State {
            position: all(rules.position),
            cash: all(rules.opening_cash),
            ask: all(rules.ask_memory),
            bid: all(rules.bid_memory),
            passing: all(0.0),
            lasting: all(0.0),
        };
        let size = [paths.len(), self.network.memory()];
        let mut memory = (size[1] > 0).then(|| self.tensor(&vec![0.0; size[0] * size[1]], size));
        for k in 0..rules.steps {
            let date = Date {
                number: k,
                spot: at(&rows.spot, k),
                moneyness: at(&rows.moneyness, k),
                base: at(&rows.base, k),
                owed: at(&rows.anchor, k),
                factors: rows.factors.iter().map(|factor| at(factor, k)).collect(),
            };
            let inputs = inputs(problem, &state, &date);
            let (output, next) = self.network.forward(weights, inputs, memory);
            memory = next;
            let scales = features.scales();
            let output = bounded(output, scales.span);
            let output = if scales.full.is_finite() {
                output * (date.spot.clone().recip() * scales.full).clamp_max(1.0)
            } else {
                output
            };
            let target = date.base + output.mul_scalar(scales.output);
            state = trade(rules, state, &date.spot, target);
            if rules.carry.pays() {
                let paid = at(&rows.spot, k + 1).mul_scalar(rules.carry.dividend);
                state.cash = state.cash + state.position.clone() * paid;
            }
            if self.interrupt.is_raised() {
                return (state.cash, false);
            }
        }
        (settle(rules, &state, &at(&rows.spot, rules.steps)), true)
    }
}

/// The batch in parts of one problem each.
fn parts(rows: &Rows) -> Vec<(Range<usize>, usize)> {
    let runs = rows.runs().into_iter();
    let cut = |(paths, problem): (Range<usize>, usize)| {
        let part = move |start: usize| (start..(start + PART).min(paths.end), problem);
        paths.clone().step_by(PART).map(part)
    };
    runs.flat_map(cut).collect()
}

/// What the network sees, `[paths, inputs]`.
fn inputs(problem: &Problem, state: &State, date: &Date) -> Tensor<2> {
    let Problem { rules, features } = problem;
    let scales = features.scales();
    let all = |value: f64| date.spot.zeros_like().add_scalar(value);
    let distance = |x: Column, from: &Column, unit: f64| {
        bounded((x - from.clone()).div_scalar(unit), scales.most)
    };
    let mut factors = date.factors.iter();
    let columns = features.numbers().map(|(input, number)| match input {
        Input::Displacement => state.displacement().div_scalar(number),
        Input::Time => all(features.time(date.number as f64 * rules.step_length)),
        Input::Context(_) => all(number),
        Input::Factor(_) => factors.next().cloned().unwrap_or_else(|| all(0.0)),
        Input::Moneyness => date.moneyness.clone(),
        Input::Base => (date.base.clone().sub_scalar(scales.origin)).div_scalar(scales.output),
        Input::Position => distance(state.position.clone(), &date.base, scales.position),
        Input::Value => {
            let sold = cash_from(rules, &date.spot, &state.position, state);
            distance(state.cash.clone() + sold, &date.owed, scales.value)
        }
        Input::AskMemory => state.ask.clone().div_scalar(scales.ask),
        Input::BidMemory => state.bid.clone().div_scalar(scales.bid),
    });
    Tensor::cat(columns.collect(), 1)
}

fn trade(rules: &Rules, state: State, spot: &Column, target: Column) -> State {
    let position = limited(rules.bounds, &state.position, target);
    let trade = position.clone() - state.position.clone();
    let out = trade.clone().neg();
    let cash = state.cash.clone() + cash_from(rules, spot, &out, &state);
    let [passing, lasting] = rules.mid_impact.parts();
    let owed = relu(cash.clone().neg()).mul_scalar(rules.carry.borrow);
    State {
        position,
        cash: relu(cash).mul_scalar(rules.carry.lend) - owed,
        ask: (state.ask + relu(trade.clone())).mul_scalar(rules.ask_keep),
        bid: (state.bid + relu(out)).mul_scalar(rules.bid_keep),
        passing: (state.passing + trade.clone().mul_scalar(passing)).mul_scalar(rules.mid_keep),
        lasting: state.lasting + trade.mul_scalar(lasting),
    }
}

/// `x`, or the nearest number that is not beyond `most`, either way.
fn bounded(x: Column, most: f64) -> Column {
    if most.is_finite() {
        x.clamp(-most, most)
    } else {
        x
    }
}

/// The allowed position nearest to `target`.
fn limited(bounds: Bounds, position: &Column, target: Column) -> Column {
    let mut next = target;
    if bounds.trade.is_finite() {
        next = next.max_pair(position.clone().sub_scalar(bounds.trade));
        next = next.min_pair(position.clone().add_scalar(bounds.trade));
    }
    if bounds.low.is_finite() {
        next = next.clamp_min(bounds.low);
    }
    if bounds.high.is_finite() {
        next = next.clamp_max(bounds.high);
    }
    next
}

/// What is chosen on each path: shares and cash that the holder receives.
struct Chosen {
    shares: Column,
    cash: Column,
}

/// The best of nothing and `choices` for a holder who has given `delivered` shares besides.
fn best(choices: &[Choice], delivered: &Column, sold: impl Fn(&Column) -> Column) -> Chosen {
    let mut most = sold(&delivered.clone().neg());
    let (mut shares, mut cash) = (delivered.zeros_like(), delivered.zeros_like());
    for choice in choices {
        let size = delivered.clone().neg().add_scalar(choice.shares);
        let brought = sold(&size).add_scalar(choice.cash);
        let taken = brought.clone().greater_equal(most.clone());
        most = most.mask_where(taken.clone(), brought);
        shares = shares.mask_fill(taken.clone(), choice.shares);
        cash = cash.mask_fill(taken, choice.cash);
    }
    Chosen { shares, cash }
}

/// Exercise, delivery and liquidation: the hedging errors.
fn settle(rules: &Rules, state: &State, spot: &Column) -> Column {
    if rules.contract.settlement == SettledBy::Cash {
        let last = cash_from(rules, spot, &state.position, state);
        let shown = met(rules, spot, &spot.zeros_like(), state);
        return payoff(rules, &shown) - state.cash.clone() - last;
    }
    let choices = &rules.choices;
    let constant = state.detached();
    let sold = |size: &Column| {
        // What is exercised counts as a constant.
        cash_from(rules, &spot.clone().detach(), size, &constant)
    };
    let counterparty = best(&choices.counterparty, &spot.zeros_like(), sold);
    let hedger = best(&choices.hedger, &counterparty.shares, sold);
    let out = state.position.clone() + hedger.shares - counterparty.shares;
    let last = cash_from(rules, spot, &out, state);
    (state.cash.clone() + last + hedger.cash - counterparty.cash).neg()
}

/// What the options take from the hedger by the mid price `spot`.
fn payoff(rules: &Rules, spot: &Column) -> Column {
    let legs = rules.contract.legs().iter();
    legs.fold(spot.zeros_like(), |sum, leg| {
        let over = spot.clone().sub_scalar(leg.strike);
        let beyond = match leg.kind {
            OptionKind::Call => over,
            OptionKind::Put => over.neg(),
        };
        sum + relu(beyond).mul_scalar(leg.sign() * leg.shares)
    })
}

/// The mid that a trade out of positions meets on average, `spot` being the unaffected price.
fn met(rules: &Rules, spot: &Column, out: &Column, state: &State) -> Column {
    if !rules.mid_impact.moves() {
        return spot.clone();
    }
    let own = out.clone().mul_scalar(0.5 * rules.mid_impact.per_share);
    let over = (state.displacement() - own).add_scalar(1.0);
    spot.clone() * over.clamp_min(LEAST)
}

/// `L(S,x,A,B)`, as `S·x` less what each side costs against the mid price, so that its slope at
/// `x = 0` is `S`.
fn cash_from(rules: &Rules, spot: &Column, out: &Column, state: &State) -> Column {
    let State { ask, bid, .. } = state;
    let (sold, bought) = (relu(out.clone()), relu(out.clone().neg()));
    let brought = gain(rules.depth, rules.bid_exponent, sold.clone(), bid);
    let selling = sold - brought.mul_scalar(rules.bid_factor);
    let paid = gain(rules.depth, rules.ask_exponent, bought.clone(), ask);
    let buying = paid.mul_scalar(rules.ask_factor) - bought;
    (out.clone() - selling - buying) * met(rules, spot, out, state)
}

/// `D·[(1+(x+m)/D)^e − (1+m/D)^e]`.
fn gain(depth: f64, exponent: f64, size: Column, memory: &Column) -> Column {
    if exponent == 1.0 {
        return size;
    }
    let power = |x: Column| x.div_scalar(depth).add_scalar(1.0).powf_scalar(exponent);
    let gain = power(size + memory.clone()) - power(memory.clone());
    gain.mul_scalar(depth)
}
