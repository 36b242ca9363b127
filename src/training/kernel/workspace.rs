//! What one thread needs to take a tile forward and back. Allocated once, reused for every tile.

use super::TILE;
use super::bookkeeping::{Maturity, Step};
use super::buffer::{Buffer, Lanes, input_rows, row_stride};
use super::network_shape::NetworkShape;
use super::reverse::Adjoint;
use crate::scenario::Activation;
use crate::training::rows::Rows;

/// The caller's data of one tile, date by date.
#[derive(Debug)]
pub(crate) struct Exogenous {
    /// `S_k`, `N + 1` dates, currency.
    pub spot: Vec<Lanes>,
    /// Moneyness input, `N` dates.
    pub moneyness: Vec<Lanes>,
    /// Baseline position, `N` dates, shares.
    pub base: Vec<Lanes>,
    /// Baseline value, `N` dates, currency.
    pub anchor: Vec<Lanes>,
    /// Factors that are inputs, `N` dates each.
    pub factors: Vec<Vec<Lanes>>,
}

impl Exogenous {
    fn new(steps: usize, factors: usize) -> Self {
        let lanes = |dates| vec![Lanes::ZERO; dates];
        Self {
            spot: lanes(steps + 1),
            moneyness: lanes(steps),
            base: lanes(steps),
            anchor: lanes(steps),
            factors: vec![lanes(steps); factors],
        }
    }

    /// Copies the paths `first..first + count`; the lanes that are left repeat the last path, so
    /// that all stay finite.
    pub(crate) fn read(&mut self, rows: &Rows, first: usize, count: usize) {
        let columns = [
            (&mut self.spot, &rows.spot),
            (&mut self.moneyness, &rows.moneyness),
            (&mut self.base, &rows.base),
            (&mut self.anchor, &rows.anchor),
        ];
        let factors = self.factors.iter_mut().zip(&rows.factors);
        for (lanes, source) in columns.into_iter().chain(factors) {
            for (lanes, row) in lanes.iter_mut().zip(source.chunks_exact(rows.paths)) {
                let row = &row[first..first + count];
                lanes.0[..count].copy_from_slice(row);
                let last = lanes.0[count - 1];
                lanes.0[count..].fill(last);
            }
        }
    }
}

/// A thread's memory.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub exogenous: Exogenous,
    /// Per date.
    pub steps: Vec<Step>,
    /// Per date `[input_rows][TILE]`.
    pub inputs: Vec<Lanes>,
    /// Per hidden layer `[N][TILE][stride]`: activations, and their derivatives where those are
    /// kept.
    pub hidden: Vec<Buffer>,
    pub slopes: Vec<Buffer>,
    /// Per hidden layer `[chunk][TILE][stride]`: adjoints of the layer's sums.
    pub deltas: Vec<Buffer>,
    /// Per date of a chunk: adjoint of the network's output.
    pub outputs: Vec<Lanes>,
    pub maturity: Maturity,
    pub adjoint: Adjoint,
    /// Dates of a chunk.
    pub chunk: usize,
}

/// Dates whose weight gradient is computed at once: as many as make the product deep without
/// letting it leave the second-level cache.
fn chunk_dates(shape: &NetworkShape, steps: usize) -> usize {
    let widest = shape.hidden().iter().copied().max().unwrap_or(1);
    let dates = if widest > 96 { 4 } else { 12 };
    steps.min(dates)
}

impl Workspace {
    /// Room for episodes of at most `steps` dates on paths with so many factors.
    pub(crate) fn new(shape: &NetworkShape, steps: usize, factors: usize) -> Self {
        let chunk = chunk_dates(shape, steps);
        let buffers = |dates: usize| -> Vec<Buffer> {
            shape
                .hidden()
                .iter()
                .map(|&width| Buffer::zeros(dates * TILE * row_stride(width)))
                .collect()
        };
        let smooth = shape.activation() == Activation::Silu;
        // The row of ones after the inputs carries the bias; the rows after it stay 0.
        let mut inputs = vec![Lanes::ZERO; steps * input_rows(shape.inputs())];
        for date in inputs.chunks_exact_mut(input_rows(shape.inputs())) {
            date[shape.inputs()] = Lanes([1.0; TILE]);
        }
        Self {
            exogenous: Exogenous::new(steps, factors),
            steps: vec![Step::EMPTY; steps],
            inputs,
            hidden: buffers(steps),
            slopes: buffers(if smooth { steps } else { 0 }),
            deltas: buffers(chunk),
            outputs: vec![Lanes::ZERO; chunk],
            maturity: Maturity::EMPTY,
            adjoint: Adjoint::ZERO,
            chunk,
        }
    }
}
