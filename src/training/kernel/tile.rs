//! One group of tiles on one thread: each tile forward through all dates, then back.

use crate::training::kernel::TILE;
use crate::training::kernel::accumulator::{Accumulator, Chunk};
use crate::training::kernel::backward;
use crate::training::kernel::batch::{Batch, Ledger};
use crate::training::kernel::buffer::Lanes;
use crate::training::kernel::forward::{self, Curve, Relu, Silu};
use crate::training::kernel::ledger::{self, State};
use crate::training::kernel::market::Market;
use crate::training::kernel::network_shape::Activation;
use crate::training::kernel::objective::{Objective, Tally};
use crate::training::kernel::packed::Packed;
use crate::training::kernel::reverse::{self};
use crate::training::kernel::workspace::Workspace;
use pulp::{Simd, WithSimd};
use std::sync::atomic::{AtomicBool, Ordering};

/// What all tiles share.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub market: &'a Market,
    pub packed: &'a Packed,
    pub activation: Activation,
    pub batch: Batch<'a>,
    /// Raised when what is being computed is no longer wanted.
    pub stop: &'a AtomicBool,
}

impl Shared<'_> {
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// A group's share of the gradient.
#[derive(Debug)]
pub(crate) struct Group {
    pub sums: Accumulator,
    pub tally: Tally,
}

/// Gradient of the paths `first..first + errors.len()`.
pub(crate) struct Train<'a> {
    pub shared: Shared<'a>,
    pub objective: Objective,
    pub workspace: &'a mut Workspace,
    pub group: &'a mut Group,
    pub first: usize,
    pub errors: &'a mut [f32],
}

impl WithSimd for Train<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.shared.activation {
            Activation::Relu => self.run::<S, Relu>(simd),
            Activation::Silu => self.run::<S, Silu>(simd),
        }
    }
}

impl Train<'_> {
    #[inline(always)]
    fn run<S: Simd, A: Curve>(self, simd: S) {
        let Self {
            shared,
            objective,
            workspace,
            group,
            first,
            errors,
        } = self;
        group.sums.scale(0.0);
        group.tally = Tally::EMPTY;
        for (tile, errors) in errors.chunks_mut(TILE).enumerate() {
            if shared.is_stopped() {
                return;
            }
            workspace
                .exogenous
                .read(&shared.batch, first + tile * TILE, errors.len());
            forward_tile::<S, A>(simd, &shared, workspace, true, None);
            errors.copy_from_slice(&workspace.maturity.error.0[..errors.len()]);
            // Lanes beyond the batch keep weight zero: all their adjoints are zero.
            let mut weights = Lanes::ZERO;
            if let Some(factor) =
                group
                    .tally
                    .absorb(objective, errors, &mut weights.0[..errors.len()])
            {
                group.sums.scale(factor);
            }
            backward_tile::<S, A>(simd, &shared, workspace, &mut group.sums, &weights);
        }
    }
}

/// Errors of the paths `first..first + errors.len()`, at most a tile, and on request their ledger.
pub(crate) struct Evaluate<'a> {
    pub shared: Shared<'a>,
    pub workspace: &'a mut Workspace,
    pub first: usize,
    pub errors: &'a mut [f32],
    pub ledger: Option<&'a mut Ledger>,
}

impl WithSimd for Evaluate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self {
            shared,
            workspace,
            first,
            errors,
            ledger,
        } = self;
        workspace.exogenous.read(&shared.batch, first, errors.len());
        let record = ledger.map(|ledger| Record {
            ledger,
            paths: shared.batch.paths,
            first,
            count: errors.len(),
        });
        match shared.activation {
            Activation::Relu => forward_tile::<S, Relu>(simd, &shared, workspace, false, record),
            Activation::Silu => forward_tile::<S, Silu>(simd, &shared, workspace, false, record),
        }
        errors.copy_from_slice(&workspace.maturity.error.0[..errors.len()]);
    }
}

/// Where a tile's ledger is written.
struct Record<'a> {
    ledger: &'a mut Ledger,
    paths: usize,
    first: usize,
    count: usize,
}

impl Record<'_> {
    fn write(&mut self, k: usize, state: &State, value: &Lanes, cash: Option<&Lanes>) {
        let start = k * self.paths + self.first;
        let place = start..start + self.count;
        self.ledger.position[place.clone()].copy_from_slice(&state.position.0[..self.count]);
        self.ledger.value[place.clone()].copy_from_slice(&value.0[..self.count]);
        self.ledger.ask[place.clone()].copy_from_slice(&state.ask.0[..self.count]);
        self.ledger.bid[place.clone()].copy_from_slice(&state.bid.0[..self.count]);
        if let Some(cash) = cash {
            self.ledger.cash[place].copy_from_slice(&cash.0[..self.count]);
        }
    }
}

/// Takes the tile in the workspace through all dates. With `keep`, every date's activations stay for the way back.
#[inline(always)]
fn forward_tile<S: Simd, A: Curve>(
    simd: S,
    shared: &Shared,
    workspace: &mut Workspace,
    keep: bool,
    mut record: Option<Record>,
) {
    let Workspace {
        exogenous,
        steps,
        inputs,
        hidden,
        slopes,
        maturity,
        ..
    } = workspace;
    let market = shared.market;
    let mut state = ledger::start(market, &exogenous.spot[0]);
    let dates = steps.len();
    for k in 0..dates {
        let slot = if keep { k } else { 0 };
        let (step, inputs) = (&mut steps[slot], &mut inputs[slot]);
        let value = ledger::observe(simd, market, exogenous, k, &state, step, inputs);
        let mut output = Lanes::ZERO;
        forward::network::<S, A>(
            simd,
            shared.packed,
            inputs,
            [&mut *hidden, &mut *slopes],
            slot,
            &mut output,
        );
        let before = state;
        let cash = ledger::trade(simd, market, exogenous, k, &output, &mut state, step);
        if let Some(record) = &mut record {
            record.write(k, &before, &value, Some(&cash));
        }
    }
    if let Some(record) = &mut record {
        let value = ledger::liquidation_value(simd, market, &exogenous.spot[dates], &state);
        record.write(dates, &state, &value, None);
    }
    ledger::settle(simd, market, &exogenous.spot[dates], &state, maturity);
}

/// Takes the tile back through all dates and adds its weighted gradient to `sums`.
#[inline(always)]
fn backward_tile<S: Simd, A: Curve>(
    simd: S,
    shared: &Shared,
    workspace: &mut Workspace,
    sums: &mut Accumulator,
    weights: &Lanes,
) {
    let Workspace {
        exogenous,
        steps,
        inputs,
        hidden,
        slopes,
        deltas,
        outputs,
        maturity,
        adjoint,
        chunk,
    } = workspace;
    let market = shared.market;
    reverse::settle(simd, weights, maturity, adjoint);
    let dates = steps.len();
    let mut through = [Lanes::ZERO; 4];
    for k in (0..dates).rev() {
        let slot = k % *chunk;
        reverse::trade(
            simd,
            market,
            exogenous,
            k,
            &steps[k],
            adjoint,
            &mut outputs[slot],
        );
        let kept: &[_] = if A::KEEPS_SLOPE { slopes } else { hidden };
        backward::network::<S, A>(
            simd,
            shared.packed,
            &outputs[slot],
            kept,
            deltas,
            [k, slot],
            &mut through,
        );
        reverse::observe(simd, market, &steps[k], &through, adjoint);
        if slot == 0 {
            let part = Chunk {
                first: k,
                dates: (*chunk).min(dates - k),
                inputs,
                hidden,
                deltas,
                outputs: &outputs[..],
            };
            sums.add(simd, shared.packed, &part);
        }
    }
}
