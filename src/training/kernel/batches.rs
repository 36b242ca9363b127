//! The kernel: a problem and a network's shape, all memory for them, and the loops over tiles on several threads.

use crate::training::kernel::TILE;
use crate::training::kernel::accumulator::Accumulator;
use crate::training::kernel::batch::{Batch, Ledger};
use crate::training::kernel::error::{KernelError, expect_length};
use crate::training::kernel::market::Market;
use crate::training::kernel::network_shape::NetworkShape;
use crate::training::kernel::objective::{Objective, Tally, Verdict};
use crate::training::kernel::packed::{PackLayer, Packed};
use crate::training::kernel::problem::Problem;
use crate::training::kernel::tile::{Evaluate, Group, Shared, Train};
use crate::training::kernel::workspace::Workspace;
use pulp::Arch;
use rayon::ThreadPool;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Most groups that a batch is cut into, hence most threads that one batch can use.
const MAX_GROUPS: usize = 16;

/// Parameters from which packing and adding groups are worth spreading over threads.
const SPREAD_PARAMETERS: usize = 30_000;

/// A batch's loss and gradient; the slices belong to the kernel.
#[derive(Debug, Clone, Copy)]
pub struct Gradient<'a> {
    /// The objective's value, currency.
    pub loss: f64,
    /// `∂loss/∂parameters`, laid out as the parameters.
    pub parameters: &'a [f32],
    /// `∂loss/∂w` of a `Cvar` objective, else 0.
    pub threshold: f64,
    /// Hedging errors `e` (positive is a loss) of the batch, currency.
    pub errors: &'a [f32],
}

/// Loss and gradient of hedging with a network, see this module's documentation.
#[derive(Debug)]
pub struct Kernel {
    market: Market,
    shape: NetworkShape,
    arch: Arch,
    pool: Option<Arc<ThreadPool>>,
    packed: Packed,
    workspaces: Vec<Mutex<Workspace>>,
    groups: Vec<Group>,
    gradient: Vec<f32>,
    errors: Vec<f32>,
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
    /// A kernel on the best instruction set of the machine, and on `pool` or rayon's global one.
    ///
    /// # Errors
    /// When the problem has no step, or the network's inputs are not those of the problem's form.
    pub fn new(
        problem: &Problem,
        shape: &NetworkShape,
        pool: Option<Arc<ThreadPool>>,
    ) -> Result<Self, KernelError> {
        Self::with_arch(problem, shape, pool, Arch::new())
    }

    /// The same on a given instruction set.
    ///
    /// # Errors
    /// As [`Kernel::new`].
    pub fn with_arch(
        problem: &Problem,
        shape: &NetworkShape,
        pool: Option<Arc<ThreadPool>>,
        arch: Arch,
    ) -> Result<Self, KernelError> {
        if problem.steps() == 0 {
            return Err(KernelError::NoSteps);
        }
        expect_length("the network's input", shape.inputs(), problem.form.inputs())?;
        let threads = pool
            .as_ref()
            .map_or_else(rayon::current_num_threads, |pool| {
                pool.current_num_threads()
            });
        Ok(Self {
            market: Market::new(problem),
            shape: shape.clone(),
            arch,
            pool,
            packed: Packed::new(shape),
            workspaces: (0..threads)
                .map(|_| Mutex::new(Workspace::new(shape, problem.steps())))
                .collect(),
            groups: Vec::new(),
            gradient: vec![0.0; shape.parameters()],
            errors: Vec::new(),
            stop: Arc::default(),
        })
    }

    /// Looks at `stop` before each tile from now on, and gives up with
    /// [`KernelError::Interrupted`] once it is raised.
    pub fn stop_at(&mut self, stop: Arc<AtomicBool>) {
        self.stop = stop;
    }

    /// The network's shape.
    #[must_use]
    pub fn shape(&self) -> &NetworkShape {
        &self.shape
    }

    /// Loss of a batch and its gradient with respect to the flat `parameters` (see [`NetworkShape`]).
    ///
    /// Allocates only when a batch needs more groups or errors than any before.
    ///
    /// # Errors
    /// When a slice has the wrong length or the batch is empty.
    pub fn gradient(
        &mut self,
        parameters: &[f32],
        batch: &Batch,
        objective: Objective,
    ) -> Result<Gradient<'_>, KernelError> {
        self.prepare(parameters, batch)?;
        let tiles = batch.paths.div_ceil(TILE);
        let group_paths = tiles.div_ceil(MAX_GROUPS) * TILE;
        let groups = batch.paths.div_ceil(group_paths);
        while self.groups.len() < groups {
            self.groups.push(Group {
                sums: Accumulator::new(&self.shape),
                tally: Tally::EMPTY,
            });
        }
        if self.errors.len() < batch.paths {
            self.errors.resize(batch.paths, 0.0);
        }
        let activation = self.shape.activation();
        let shared = Shared {
            market: &self.market,
            packed: &self.packed,
            activation,
            batch: *batch,
            stop: &self.stop,
        };
        let (arch, workspaces) = (self.arch, &self.workspaces);
        let train = |(index, (group, errors)): (usize, (&mut Group, &mut [f32]))| {
            with_workspace(workspaces, |workspace| {
                let first = index * group_paths;
                arch.dispatch(Train {
                    shared,
                    objective,
                    workspace,
                    group,
                    first,
                    errors,
                });
            });
        };
        let errors = &mut self.errors[..batch.paths];
        let active = &mut self.groups[..groups];
        if workspaces.len() == 1 {
            active
                .iter_mut()
                .zip(errors.chunks_mut(group_paths))
                .enumerate()
                .for_each(train);
        } else {
            in_pool(self.pool.as_deref(), || {
                let work = active
                    .par_iter_mut()
                    .zip(errors.par_chunks_mut(group_paths))
                    .enumerate();
                work.with_max_len(1).for_each(train);
            });
        }
        self.unless_stopped()?;
        let verdict = Verdict::new(
            objective,
            self.groups[..groups].iter().map(|group| &group.tally),
            batch.paths,
        );
        self.add_groups(groups, &verdict);
        Ok(Gradient {
            loss: verdict.loss,
            parameters: &self.gradient,
            threshold: verdict.threshold,
            errors: &self.errors[..batch.paths],
        })
    }

    /// Hedging errors of a batch into `errors`, one per path, and every date's ledger, without a
    /// gradient and on the calling thread: for parity tests.
    ///
    /// # Errors
    /// As [`Kernel::gradient`].
    pub fn ledger(
        &mut self,
        parameters: &[f32],
        batch: &Batch,
        errors: &mut [f32],
        ledger: &mut Ledger,
    ) -> Result<(), KernelError> {
        self.prepare(parameters, batch)?;
        expect_length("errors", errors.len(), batch.paths)?;
        ledger.resize(self.market.time.len(), batch.paths);
        let (shared, arch) = (self.shared(*batch), self.arch);
        for (tile, errors) in errors.chunks_mut(TILE).enumerate() {
            with_workspace(&self.workspaces, |workspace| {
                arch.dispatch(Evaluate {
                    shared,
                    workspace,
                    first: tile * TILE,
                    errors,
                    ledger: Some(&mut *ledger),
                });
            });
        }
        Ok(())
    }

    fn shared<'a>(&'a self, batch: Batch<'a>) -> Shared<'a> {
        Shared {
            market: &self.market,
            packed: &self.packed,
            activation: self.shape.activation(),
            batch,
            stop: &self.stop,
        }
    }

    fn unless_stopped(&self) -> Result<(), KernelError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(KernelError::Interrupted);
        }
        Ok(())
    }

    /// Checks the request and packs the weights.
    fn prepare(&mut self, parameters: &[f32], batch: &Batch) -> Result<(), KernelError> {
        batch.check(self.market.time.len())?;
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
            in_pool(self.pool.as_deref(), || {
                layers
                    .par_iter_mut()
                    .enumerate()
                    .with_max_len(1)
                    .for_each(pack);
            });
        }
        Ok(())
    }

    /// `gradient = Σ_groups factor·sums`, in the groups' order.
    fn add_groups(&mut self, groups: usize, verdict: &Verdict) {
        let (shape, groups) = (&self.shape, &self.groups[..groups]);
        let spread = self.workspaces.len() > 1 && shape.parameters() >= SPREAD_PARAMETERS;
        let mut rest = self.gradient.as_mut_slice();
        for layer in 0..shape.layers() {
            let (inputs, width) = shape.layer(layer);
            let (rows, tail) = rest.split_at_mut((inputs + 1) * width);
            rest = tail;
            let add = |(row, target): (usize, &mut [f32])| {
                target.fill(0.0);
                for group in groups {
                    let factor = verdict.factor(&group.tally);
                    for (value, sum) in target.iter_mut().zip(group.sums.row(shape, layer, row)) {
                        *value += factor * sum;
                    }
                }
            };
            if spread && inputs * width >= SPREAD_PARAMETERS {
                in_pool(self.pool.as_deref(), || {
                    rows.par_chunks_mut(width)
                        .enumerate()
                        .with_min_len(16)
                        .for_each(add);
                });
            } else {
                rows.chunks_mut(width).enumerate().for_each(add);
            }
        }
    }
}

/// Runs on the given pool, or where it is (rayon's global pool).
fn in_pool(pool: Option<&ThreadPool>, work: impl FnOnce() + Send) {
    match pool {
        Some(pool) => pool.install(work),
        None => work(),
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
