//! The episode as tensor operations, differentiated by burn: the reference of the fused kernel, and
//! the way for whatever the kernel cannot do.
//!
//! The formulas are those of [`crate::episode`] and [`crate::order_book`], for a batch of paths at
//! once: a column `[paths, 1]` for each quantity. The exercise decision counts as a constant.

use super::Interrupt;
use super::network::Network;
use super::rollout::{Gradient, Surface};
use super::rows::Rows;
use crate::contract::{Contract, opening_cash};
use crate::episode::{Bounds, Carry};
use crate::order_book::OrderBook;
use crate::policy::features::Features;
use crate::scenario::{Form, OptionKind, Scenario};
use burn::tensor::activation::relu;
use burn::tensor::{DType, Device, Tensor, TensorData};

/// A column of one number for each path.
type Column = Tensor<2>;

/// The reference rollout.
#[derive(Clone, Debug)]
pub struct Reference {
    scenario: Scenario,
    features: Features,
    device: Device,
    dtype: DType,
    interrupt: Interrupt,
}

/// What the hedger has before a date's trade.
struct State {
    position: Column,
    /// Interest included.
    cash: Column,
    ask: Column,
    bid: Column,
}

impl Reference {
    /// The rollout of `scenario` on `device`, in the precision `dtype`.
    #[must_use]
    pub fn new(scenario: &Scenario, features: Features, device: Device, dtype: DType) -> Self {
        Self {
            scenario: scenario.clone(),
            features,
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
    #[must_use]
    pub fn gradient(&self, weights: &[f32], rows: &Rows, surface: Surface) -> Option<Gradient> {
        let network = Network::new(&self.scenario, weights, &self.device, self.dtype);
        let errors = self.errors_of(&network, rows)?;
        let threshold = self.threshold(surface).require_grad();
        let loss = surface_loss(surface, errors.clone(), &threshold);
        let mut gradients = loss.backward();
        let slope = threshold
            .grad(&gradients)
            .map_or(0.0, |slope| first(&slope));
        Some(Gradient {
            loss: first(&loss),
            weights: network.flat_gradient(&mut gradients),
            threshold: slope,
            errors: errors.into_data().iter::<f32>().collect(),
        })
    }

    fn threshold(&self, surface: Surface) -> Column {
        let value = match surface {
            Surface::Cvar { threshold, .. } => threshold,
            _ => 0.0,
        };
        let data = TensorData::new(vec![value], [1, 1]);
        Tensor::from_data(data, (&self.device, self.dtype))
    }

    fn column(&self, values: &[f32]) -> Column {
        let data = TensorData::new(values.to_vec(), [values.len(), 1]);
        Tensor::from_data(data, (&self.device, self.dtype))
    }

    fn errors_of(&self, network: &Network, rows: &Rows) -> Option<Column> {
        let scenario = &self.scenario;
        let (book, carry) = (Book::of(scenario), Carry::of(scenario));
        let date = |values: &[f32], k: usize| self.column(&values[k * rows.paths..][..rows.paths]);
        let spot = date(&rows.spot, 0);
        let all = |value: f64| spot.zeros_like().add_scalar(value);
        let mut state = State {
            position: all(scenario.initial.position),
            cash: all(opening_cash(scenario)),
            ask: all(scenario.initial.ask_memory),
            bid: all(scenario.initial.bid_memory),
        };
        for k in 0..scenario.steps {
            if self.interrupt.is_raised() {
                return None;
            }
            let spot = date(&rows.spot, k);
            let base = date(&rows.base, k);
            let owed = date(&rows.anchor, k);
            let time = self.features.time(k as f64 * scenario.step_length());
            let price = [date(&rows.moneyness, k), base.clone(), owed];
            let inputs = self.inputs(&book, &state, &spot, time, price);
            let output = network.forward(inputs);
            let scales = self.features.scales();
            let output = bounded(output, scales.span);
            let target = base + output.mul_scalar(scales.output);
            state = self.trade(&book, carry, state, &spot, target);
        }
        let last = date(&rows.spot, scenario.steps);
        Some(settle(scenario, &book, &state, &last))
    }

    fn inputs(
        &self,
        book: &Book,
        state: &State,
        spot: &Column,
        time: f64,
        [moneyness, base, owed]: [Column; 3],
    ) -> Tensor<2> {
        let value =
            state.cash.clone() + book.cash_from(spot, &state.position, &state.ask, &state.bid);
        let scales = self.features.scales();
        let time = moneyness.zeros_like().add_scalar(time);
        let mut columns = vec![
            time,
            moneyness,
            bounded(
                (state.position.clone() - base.clone()).div_scalar(scales.position),
                scales.most,
            ),
            bounded((value - owed).div_scalar(scales.value), scales.most),
            state.ask.clone().div_scalar(scales.ask),
            state.bid.clone().div_scalar(scales.bid),
        ];
        if self.features.form() == Form::Residual {
            columns.push(base.div_scalar(scales.output));
        }
        Tensor::cat(columns, 1)
    }

    fn trade(
        &self,
        book: &Book,
        carry: Carry,
        state: State,
        spot: &Column,
        target: Column,
    ) -> State {
        let position = limited(Bounds::of(&self.scenario), &state.position, target);
        let trade = position.clone() - state.position;
        let out = trade.clone().neg();
        let cash = state.cash + book.cash_from(spot, &out, &state.ask, &state.bid);
        let owed = relu(cash.clone().neg()).mul_scalar(carry.borrow);
        State {
            position,
            cash: relu(cash).mul_scalar(carry.lend) - owed,
            ask: (state.ask + relu(trade)).mul_scalar(book.ask_keep),
            bid: (state.bid + relu(out)).mul_scalar(book.bid_keep),
        }
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

/// Exercise, delivery and liquidation: the hedging errors.
fn settle(scenario: &Scenario, book: &Book, state: &State, spot: &Column) -> Column {
    let contract = Contract::of(scenario);
    let strike_cash = contract.shares * contract.strike;
    let size = spot.zeros_like().add_scalar(contract.shares);
    let exercised = match contract.kind {
        OptionKind::Call => {
            let proceeds = book.cash_from(spot, &size, &state.ask, &state.bid);
            proceeds.greater_equal_elem(strike_cash)
        }
        OptionKind::Put => {
            let cost = book.cash_from(spot, &size.neg(), &state.ask, &state.bid);
            cost.greater_equal_elem(-strike_cash)
        }
    };
    let exercised = exercised.float().cast(spot.dtype());
    let (shares, cash) = contract.delivery();
    let out = state.position.clone() + exercised.clone().mul_scalar(shares);
    let last = book.cash_from(spot, &out, &state.ask, &state.bid);
    (state.cash.clone() + last + exercised.mul_scalar(cash)).neg()
}

/// The order book's numbers.
struct Book {
    ask_exponent: f64,
    bid_exponent: f64,
    depth: f64,
    ask_keep: f64,
    bid_keep: f64,
}

impl Book {
    fn of(scenario: &Scenario) -> Self {
        let book = &scenario.order_book;
        let (ask_keep, bid_keep) = OrderBook::of(scenario).kept(scenario.step_length());
        Self {
            ask_exponent: book.ask_exponent,
            bid_exponent: book.bid_exponent,
            depth: book.depth,
            ask_keep,
            bid_keep,
        }
    }

    /// `L(S,x,A,B)`, as `S·x` less what each side costs against the mid price, so that its slope
    /// at `x = 0` is `S`.
    fn cash_from(&self, spot: &Column, out: &Column, ask: &Column, bid: &Column) -> Column {
        let (sold, bought) = (relu(out.clone()), relu(out.clone().neg()));
        let selling = sold.clone() - self.gain(self.bid_exponent, sold, bid);
        let buying = self.gain(self.ask_exponent, bought.clone(), ask) - bought;
        (out.clone() - selling - buying) * spot.clone()
    }

    /// `D·[(1+(x+m)/D)^e − (1+m/D)^e]`.
    fn gain(&self, exponent: f64, size: Column, memory: &Column) -> Column {
        if exponent == 1.0 {
            return size;
        }
        let power = |x: Column| {
            x.div_scalar(self.depth)
                .add_scalar(1.0)
                .powf_scalar(exponent)
        };
        let gain = power(size + memory.clone()) - power(memory.clone());
        gain.mul_scalar(self.depth)
    }
}

fn surface_loss(surface: Surface, errors: Column, threshold: &Column) -> Tensor<1> {
    match surface {
        Surface::Rsmse => root(relu(errors).square().mean()),
        Surface::Rmse => root(errors.square().mean()),
        Surface::Cvar {
            level, smoothing, ..
        } => {
            let over = (errors - threshold.clone()).div_scalar(smoothing);
            // max(z, 0) + ln(1 + e^(−|z|)), which does not overflow.
            let soft = relu(over.clone()) + over.abs().neg().exp().log1p();
            let tail = soft.mean().mul_scalar(smoothing / (1.0 - level));
            threshold.clone().mean() + tail
        }
        Surface::Entropic { aversion } => {
            let scaled = errors.mul_scalar(aversion);
            let top = scaled.clone().max().detach();
            let top_value = first(&top);
            // `e^x − 1 = 2t/(1 − t)` with `t = tanh(x/2)`, accurate for small `x` and stable for
            // `x <= 0`.
            let half = scaled.sub_scalar(top_value).div_scalar(2.0).tanh();
            let less_one = half.clone().mul_scalar(2.0) / half.neg().add_scalar(1.0);
            let rest = less_one.mean().log1p().div_scalar(aversion);
            rest.add_scalar(top_value / aversion)
        }
    }
}

/// A square root whose slope at 0 is 0, as in the kernel.
fn root(mean: Tensor<1>) -> Tensor<1> {
    if first(&mean) > 0.0 {
        mean.sqrt()
    } else {
        mean.mul_scalar(0.0)
    }
}

/// The first number of a tensor.
fn first<const D: usize>(tensor: &Tensor<D>) -> f64 {
    let data = tensor.to_data();
    data.iter::<f64>().next().unwrap_or(f64::NAN)
}
