//! The kernel: settings, a network's shape, all memory for them, and the loops over tiles on
//! several threads.

use super::TILE;
use super::accumulator::Accumulator;
use super::error::{KernelError, expect_length};
use super::network_shape::NetworkShape;
use super::packed::{PackLayer, Packed};
use super::settings::Settings;
use super::surface::{LossSums, Surface, Verdict};
use super::tile::{Evaluate, Group, Shared, Train};
use super::trace::Trace;
use super::workspace::Workspace;
use crate::policy::features::Features;
use crate::simulate::Rules;
use crate::training::rows::Rows;
use pulp::Arch;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Most groups that a batch is cut into, hence most threads that one batch can use.
const MAX_GROUPS: usize = 16;

/// Parameters from which packing and adding groups are worth spreading over threads.
const SPREAD_PARAMETERS: usize = 30_000;

/// What a batch says.
#[derive(Debug, Clone, Default)]
pub struct Gradient {
    /// The surface's value on the batch (currency).
    pub loss: f64,
    /// Its derivative by each weight (currency).
    pub weights: Vec<f32>,
    /// Its derivative by the CVaR threshold; 0 for other surfaces.
    pub threshold: f64,
    /// Hedging errors, one for each path (currency; positive is a loss).
    pub errors: Vec<f32>,
}

/// Loss and gradient of hedging with a network, see this module's documentation.
#[derive(Debug)]
pub struct Kernel {
    settings: Settings,
    shape: NetworkShape,
    arch: Arch,
    packed: Packed,
    workspaces: Vec<Mutex<Workspace>>,
    groups: Vec<Group>,
    stop: Arc<AtomicBool>,
}

/// The instruction sets this machine can run, from the portable one up, for tests.
#[must_use]
pub fn architectures() -> Vec<Arch> {
    let mut found = vec![Arch::Scalar];
    #[cfg(target_arch = "x86_64")]
    if let Some(simd) = pulp::x86::V3::try_new() {
        found.push(Arch::V3(simd));
    }
    found.push(Arch::new());
    found
}

impl Kernel {
    /// A kernel on an instruction set, and on the threads of rayon's pool around it.
    ///
    /// # Errors
    /// When there is no trading date, or the network's inputs are not those of the features.
    pub fn new(
        rules: &Rules,
        features: &Features,
        shape: &NetworkShape,
        arch: Arch,
    ) -> Result<Self, KernelError> {
        if rules.steps == 0 {
            return Err(KernelError::NoSteps);
        }
        expect_length("the network's input", shape.inputs(), features.inputs())?;
        Ok(Self {
            settings: Settings::new(rules, features),
            shape: shape.clone(),
            arch,
            packed: Packed::new(shape),
            workspaces: (0..rayon::current_num_threads())
                .map(|_| Mutex::new(Workspace::new(shape, rules.steps)))
                .collect(),
            groups: Vec::new(),
            stop: Arc::default(),
        })
    }

    /// Looks at `stop` before each tile from now on, and gives up with
    /// [`KernelError::Interrupted`] once it is raised.
    pub fn stop_at(&mut self, stop: Arc<AtomicBool>) {
        self.stop = stop;
    }

    /// Loss of a batch and its gradient with respect to the flat `parameters` (see
    /// [`NetworkShape`]), into `out`.
    ///
    /// Allocates only when a batch needs more groups or errors than any before.
    ///
    /// # Errors
    /// When a slice has the wrong length, the batch is empty, or it is stopped.
    pub fn gradient(
        &mut self,
        parameters: &[f32],
        rows: &Rows,
        surface: Surface,
        out: &mut Gradient,
    ) -> Result<(), KernelError> {
        self.prepare(parameters, rows)?;
        let tiles = rows.paths.div_ceil(TILE);
        let group_paths = tiles.div_ceil(MAX_GROUPS) * TILE;
        let groups = rows.paths.div_ceil(group_paths);
        while self.groups.len() < groups {
            self.groups.push(Group {
                sums: Accumulator::new(&self.shape),
                losses: LossSums::EMPTY,
            });
        }
        out.errors.resize(rows.paths, 0.0);
        out.weights.resize(parameters.len(), 0.0);
        let shared = Shared {
            settings: &self.settings,
            packed: &self.packed,
            activation: self.shape.activation(),
            rows,
            stop: &self.stop,
        };
        let (arch, workspaces) = (self.arch, &self.workspaces);
        let train = |(index, (group, errors)): (usize, (&mut Group, &mut [f32]))| {
            with_workspace(workspaces, |workspace| {
                let first = index * group_paths;
                arch.dispatch(Train {
                    shared,
                    surface,
                    workspace,
                    group,
                    first,
                    errors,
                });
            });
        };
        let active = &mut self.groups[..groups];
        if workspaces.len() == 1 {
            let errors = out.errors.chunks_mut(group_paths);
            active.iter_mut().zip(errors).enumerate().for_each(train);
        } else {
            let errors = out.errors.par_chunks_mut(group_paths);
            let work = active.par_iter_mut().zip(errors).enumerate();
            work.with_max_len(1).for_each(train);
        }
        self.unless_stopped()?;
        let losses = self.groups[..groups].iter().map(|group| &group.losses);
        let verdict = Verdict::new(surface, losses, rows.paths);
        self.add_groups(groups, &verdict, &mut out.weights);
        out.loss = verdict.loss;
        out.threshold = verdict.threshold;
        Ok(())
    }

    /// Hedging errors of a batch into `errors`, one per path, and every date's state, without a
    /// gradient and on the calling thread: for parity tests.
    ///
    /// # Errors
    /// As [`Kernel::gradient`].
    pub fn trace(
        &mut self,
        parameters: &[f32],
        rows: &Rows,
        errors: &mut [f32],
        trace: &mut Trace,
    ) -> Result<(), KernelError> {
        self.prepare(parameters, rows)?;
        expect_length("errors", errors.len(), rows.paths)?;
        trace.resize(self.settings.time.len(), rows.paths);
        let shared = Shared {
            settings: &self.settings,
            packed: &self.packed,
            activation: self.shape.activation(),
            rows,
            stop: &self.stop,
        };
        let arch = self.arch;
        for (tile, errors) in errors.chunks_mut(TILE).enumerate() {
            with_workspace(&self.workspaces, |workspace| {
                arch.dispatch(Evaluate {
                    shared,
                    workspace,
                    first: tile * TILE,
                    errors,
                    trace: &mut *trace,
                });
            });
        }
        self.unless_stopped()
    }

    fn unless_stopped(&self) -> Result<(), KernelError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(KernelError::Interrupted);
        }
        Ok(())
    }

    /// Checks the request and packs the weights.
    fn prepare(&mut self, parameters: &[f32], rows: &Rows) -> Result<(), KernelError> {
        if rows.paths == 0 {
            return Err(KernelError::EmptyBatch);
        }
        let numbers = self.settings.time.len() * rows.paths;
        expect_length("spot", rows.spot.len(), numbers + rows.paths)?;
        expect_length("moneyness", rows.moneyness.len(), numbers)?;
        expect_length("base", rows.base.len(), numbers)?;
        expect_length("anchor", rows.anchor.len(), numbers)?;
        expect_length("parameters", parameters.len(), self.shape.parameters())?;
        let largest = parameters
            .iter()
            .map(|value| value.to_bits() & 0x7fff_ffff)
            .max()
            .unwrap_or(0);
        if largest >= f32::INFINITY.to_bits() {
            return Err(KernelError::NotFinite);
        }
        let (shape, arch) = (&self.shape, self.arch);
        self.packed.pack_output(shape, parameters);
        let pack = |(l, layer)| {
            let (weight, bias) = (&parameters[shape.weight(l)], &parameters[shape.bias(l)]);
            arch.dispatch(PackLayer {
                layer,
                first: l == 0,
                weight,
                bias,
            });
        };
        let layers = &mut self.packed.layers;
        if self.workspaces.len() == 1 || shape.parameters() < SPREAD_PARAMETERS {
            layers.iter_mut().enumerate().for_each(pack);
        } else {
            layers
                .par_iter_mut()
                .enumerate()
                .with_max_len(1)
                .for_each(pack);
        }
        Ok(())
    }

    /// `gradient = Σ_groups factor·sums`, in the groups' order.
    fn add_groups(&self, groups: usize, verdict: &Verdict, weights: &mut [f32]) {
        let (shape, groups) = (&self.shape, &self.groups[..groups]);
        let spread = self.workspaces.len() > 1 && shape.parameters() >= SPREAD_PARAMETERS;
        let mut rest = weights;
        for layer in 0..shape.layers() {
            let (inputs, width) = shape.layer(layer);
            let (rows, tail) = rest.split_at_mut((inputs + 1) * width);
            rest = tail;
            let add = |(row, target): (usize, &mut [f32])| {
                target.fill(0.0);
                for group in groups {
                    let factor = verdict.factor(&group.losses);
                    for (value, sum) in target.iter_mut().zip(group.sums.row(shape, layer, row)) {
                        *value += factor * sum;
                    }
                }
            };
            if spread && inputs * width >= SPREAD_PARAMETERS {
                rows.par_chunks_mut(width)
                    .enumerate()
                    .with_min_len(16)
                    .for_each(add);
            } else {
                rows.chunks_mut(width).enumerate().for_each(add);
            }
        }
    }
}

/// Lends the calling worker its own workspace; nobody else wants it, so the lock never waits.
fn with_workspace(workspaces: &[Mutex<Workspace>], work: impl FnOnce(&mut Workspace)) {
    let own = rayon::current_thread_index().unwrap_or(0) % workspaces.len();
    work(
        &mut workspaces[own]
            .lock()
            .unwrap_or_else(PoisonError::into_inner),
    );
}
