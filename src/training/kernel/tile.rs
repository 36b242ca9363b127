//! One group of tiles on one thread: each tile forward through all dates, then back.

use super::TILE;
use super::accumulator::{Accumulator, Chunk};
use super::backward;
use super::bookkeeping::{self, State};
use super::buffer::{Lanes, input_rows};
use super::forward::{self, Curve, Relu, Silu};
use super::packed::Packed;
use super::reverse;
use super::settings::Settings;
use super::surface::{LossSums, Surface};
use super::trace::Trace;
use super::workspace::Workspace;
use crate::scenario::Activation;
use crate::training::rows::Rows;
use pulp::{Simd, WithSimd};
use std::sync::atomic::{AtomicBool, Ordering};

/// What all tiles share.
#[derive(Clone, Copy)]
pub(crate) struct Shared<'a> {
    /// The problems of the batch.
    pub settings: &'a [Settings],
    /// Weights, for all problems or for each.
    pub packed: &'a [Packed],
    pub activation: Activation,
    pub rows: &'a Rows,
    /// Raised when what is being computed is no longer wanted.
    pub stop: &'a AtomicBool,
}

impl Shared<'_> {
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The problem of the tile that begins with path `first`, and weights for it.
    fn tile(&self, first: usize, weights: usize) -> Tile<'_> {
        Tile {
            settings: &self.settings[self.rows.problem(first / TILE)],
            packed: &self.packed[weights],
        }
    }
}

/// What a tile is hedged by.
#[derive(Clone, Copy)]
struct Tile<'a> {
    settings: &'a Settings,
    packed: &'a Packed,
}

/// Neighbouring tiles that share weights, and their share of the gradient.
#[derive(Debug)]
pub(crate) struct Group {
    /// First path.
    pub first: usize,
    /// Which weights.
    pub weights: usize,
    /// Hedging errors, one for each path.
    pub errors: Vec<f32>,
    pub sums: Accumulator,
    pub losses: LossSums,
}

/// Gradient of the paths of a group.
pub(crate) struct Train<'a> {
    pub shared: Shared<'a>,
    pub surface: Surface,
    pub workspace: &'a mut Workspace,
    pub group: &'a mut Group,
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
            surface,
            workspace,
            group,
        } = self;
        group.sums.scale(0.0);
        group.losses = LossSums::EMPTY;
        for (number, errors) in group.errors.chunks_mut(TILE).enumerate() {
            if shared.is_stopped() {
                return;
            }
            let first = group.first + number * TILE;
            let tile = shared.tile(first, group.weights);
            workspace.exogenous.read(shared.rows, first, errors.len());
            forward_tile::<S, A>(simd, tile, workspace, true, None);
            errors.copy_from_slice(&workspace.maturity.error.0[..errors.len()]);
            // Lanes beyond the batch keep weight zero: all their adjoints are zero.
            let mut weights = Lanes::ZERO;
            if let Some(factor) =
                group
                    .losses
                    .absorb(surface, errors, &mut weights.0[..errors.len()])
            {
                group.sums.scale(factor);
            }
            backward_tile::<S, A>(simd, tile, workspace, &mut group.sums, &weights);
        }
    }
}

/// Errors of the paths `first..first + errors.len()`, at most a tile, and their trace.
pub(crate) struct Evaluate<'a> {
    pub shared: Shared<'a>,
    pub workspace: &'a mut Workspace,
    pub first: usize,
    pub errors: &'a mut [f32],
    pub trace: &'a mut Trace,
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
            trace,
        } = self;
        workspace.exogenous.read(shared.rows, first, errors.len());
        let record = Some(Record {
            trace,
            paths: shared.rows.paths,
            first,
            count: errors.len(),
        });
        let tile = shared.tile(first, 0);
        match shared.activation {
            Activation::Relu => forward_tile::<S, Relu>(simd, tile, workspace, false, record),
            Activation::Silu => forward_tile::<S, Silu>(simd, tile, workspace, false, record),
        }
        errors.copy_from_slice(&workspace.maturity.error.0[..errors.len()]);
    }
}

/// Where a tile's trace is written.
struct Record<'a> {
    trace: &'a mut Trace,
    paths: usize,
    first: usize,
    count: usize,
}

impl Record<'_> {
    fn write(&mut self, k: usize, state: &State, value: &Lanes, cash: Option<&Lanes>) {
        let start = k * self.paths + self.first;
        let place = start..start + self.count;
        self.trace.position[place.clone()].copy_from_slice(&state.position.0[..self.count]);
        self.trace.value[place.clone()].copy_from_slice(&value.0[..self.count]);
        self.trace.ask[place.clone()].copy_from_slice(&state.ask.0[..self.count]);
        self.trace.bid[place.clone()].copy_from_slice(&state.bid.0[..self.count]);
        if let Some(cash) = cash {
            self.trace.cash[place].copy_from_slice(&cash.0[..self.count]);
        }
    }
}

/// Takes the tile in the workspace through all dates. With `keep`, every date's activations stay
/// for the way back.
#[inline(always)]
fn forward_tile<S: Simd, A: Curve>(
    simd: S,
    Tile { settings, packed }: Tile<'_>,
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
    let mut state = bookkeeping::start(settings, &exogenous.spot[0]);
    let dates = settings.time.len();
    let rows = input_rows(settings.inputs.len());
    for k in 0..dates {
        let slot = if keep { k } else { 0 };
        let (step, inputs) = (&mut steps[slot], &mut inputs[slot * rows..][..rows]);
        let value = bookkeeping::observe(simd, settings, exogenous, k, &state, step);
        bookkeeping::show(simd, settings, exogenous, k, (&state, &value), inputs);
        let mut output = Lanes::ZERO;
        forward::network::<S, A>(
            simd,
            packed,
            inputs,
            [&mut *hidden, &mut *slopes],
            slot,
            &mut output,
        );
        let before = state;
        let cash = bookkeeping::trade(simd, settings, exogenous, k, &output, &mut state, step);
        if let Some(record) = &mut record {
            record.write(k, &before, &value, Some(&cash));
        }
    }
    if let Some(record) = &mut record {
        let value = bookkeeping::liquidation_value(simd, settings, &exogenous.spot[dates], &state);
        record.write(dates, &state, &value, None);
    }
    bookkeeping::settle(simd, settings, &exogenous.spot[dates], &state, maturity);
}

/// Takes the tile back through all dates and adds its weighted gradient to `sums`.
#[inline(always)]
fn backward_tile<S: Simd, A: Curve>(
    simd: S,
    Tile { settings, packed }: Tile<'_>,
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
    reverse::settle(simd, weights, maturity, adjoint);
    let dates = settings.time.len();
    let rows = input_rows(settings.inputs.len());
    let mut through = [Lanes::ZERO; 5];
    for k in (0..dates).rev() {
        let slot = k % *chunk;
        reverse::trade(
            simd,
            settings,
            exogenous,
            k,
            &steps[k],
            adjoint,
            &mut outputs[slot],
        );
        let kept: &[_] = if A::KEEPS_SLOPE { slopes } else { hidden };
        backward::network::<S, A>(
            simd,
            packed,
            &outputs[slot],
            kept,
            deltas,
            [k, slot],
            (&mut through, settings.moves),
        );
        let seen = &inputs[k * rows..][..rows];
        reverse::observe(simd, settings, (&steps[k], seen), &through, adjoint);
        if slot == 0 {
            let part = Chunk {
                first: k,
                dates: (*chunk).min(dates - k),
                inputs,
                hidden,
                deltas,
                outputs: &outputs[..],
            };
            sums.add(simd, packed, &part);
        }
    }
}
