//! The kernel: problems, a network's shape, all memory for them, and the loops over tiles on several
//! threads.

use super::TILE;
use super::accumulator::Accumulator;
use super::error::{KernelError, expect_length};
use super::network_shape::NetworkShape;
use super::packed::Packed;
use super::settings::{Problem, Settings};
use super::surface::{LossSums, Surface, Verdict};
use super::tile::{Evaluate, Group, Shared, Train};
use super::trace::Trace;
use super::workspace::Workspace;
use crate::policy::inputs::Layout;
use crate::training::rows::Rows;
use pulp::Arch;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Most groups that a batch is cut into where all share their weights, hence most threads that it
/// can use.
const MAX_GROUPS: usize = 16;

/// What a batch says.
#[derive(Debug, Clone, Default)]
pub struct Gradient {
    /// The surface's value on the batch (currency).
    pub loss: f64,
    /// Its derivative by each weight (currency), as many as were given.
    pub weights: Vec<f32>,
    /// Its derivative by the CVaR threshold; 0 for other surfaces.
    pub threshold: f64,
    /// Hedging errors, one for each path (currency; positive is a loss).
    pub errors: Vec<f32>,
}

/// Loss and gradient of hedging with a network, see this module's documentation.
#[derive(Debug)]
pub struct Kernel {
    /// One for each problem.
    settings: Vec<Settings>,
    /// What the network sees in all of them.
    pub(super) layout: Layout,
    pub(super) shape: NetworkShape,
    pub(super) arch: Arch,
    /// Weights for all problems, or for each.
    pub(super) packed: Vec<Packed>,
    /// One for each thread, for so many dates.
    pub(super) workspaces: Vec<Mutex<Workspace>>,
    steps: usize,
    pub(super) groups: Vec<Group>,
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
    /// A kernel on an instruction set, and on the threads of rayon's pool around it, for batches that
    /// mix `problems` tile by tile (see [`Rows::problems`]).
    ///
    /// # Errors
    /// As [`Kernel::pose`].
    pub fn new(
        problems: &[Problem],
        shape: &NetworkShape,
        arch: Arch,
    ) -> Result<Self, KernelError> {
        let mut kernel = Self {
            settings: Vec::new(),
            layout: Layout::new(&[]),
            shape: shape.clone(),
            arch,
            packed: vec![Packed::new(shape)],
            workspaces: Vec::new(),
            steps: 0,
            groups: Vec::new(),
            stop: Arc::default(),
        };
        kernel.pose(problems)?;
        Ok(kernel)
    }

    /// Takes these problems from now on.
    ///
    /// # Errors
    /// When there is none, one has no trading date, or the network's inputs are not those of all.
    pub fn pose(&mut self, problems: &[Problem]) -> Result<(), KernelError> {
        let steps = problems.iter().map(|problem| problem.rules.steps);
        let Some(most) = steps
            .clone()
            .max()
            .filter(|_| !steps.clone().any(|n| n == 0))
        else {
            return Err(KernelError::NoSteps);
        };
        let layout = problems[0].features.layout();
        expect_length(
            "the network's input",
            self.shape.inputs(),
            layout.inputs().len(),
        )?;
        if problems
            .iter()
            .any(|problem| problem.features.layout() != layout)
        {
            return Err(KernelError::Inputs);
        }
        let factors = problems[0].features.factors().count();
        if most > self.steps || layout != self.layout {
            let workspace = || Mutex::new(Workspace::new(&self.shape, most, factors));
            self.workspaces = (0..rayon::current_num_threads())
                .map(|_| workspace())
                .collect();
            self.packed = vec![Packed::new(&self.shape)];
        }
        self.steps = self.steps.max(most);
        self.layout = layout;
        self.settings = problems.iter().map(Settings::new).collect();
        Ok(())
    }

    /// Looks at `stop` before each tile from now on, and gives up with
    /// [`KernelError::Interrupted`] once it is raised.
    pub fn stop_at(&mut self, stop: Arc<AtomicBool>) {
        self.stop = stop;
    }

    /// Loss of a batch and its gradient with respect to the flat `parameters` (see
    /// [`NetworkShape`]), into `out`. There may be one set of parameters for all problems, or one for
    /// each, one after the other: each then has its own gradient of the whole batch's loss.
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
        let count = self.run(parameters, rows, |_| surface)?;
        let groups = &self.groups[..count];
        let verdict = sum_up(groups, surface, out);
        out.weights.resize(parameters.len(), 0.0);
        self.add_groups(groups, &verdict, &mut out.weights);
        Ok(())
    }

    /// For a batch in which each problem has parameters of its own, one set after the other, and a
    /// surface of its own: the loss of each problem's paths and its gradient with respect to that
    /// problem's parameters, into `out`.
    ///
    /// # Errors
    /// As [`Kernel::gradient`], and when there are not as many surfaces, parameters and places in
    /// `out` as problems, or a problem has no paths.
    pub fn gradients(
        &mut self,
        parameters: &[f32],
        rows: &Rows,
        surfaces: &[Surface],
        out: &mut [Gradient],
    ) -> Result<(), KernelError> {
        let problems = self.settings.len();
        expect_length("surfaces", surfaces.len(), problems)?;
        expect_length("gradients", out.len(), problems)?;
        let each = self.shape.parameters();
        expect_length("parameters", parameters.len(), problems * each)?;
        let count = self.run(parameters, rows, |problem| surfaces[problem])?;
        let own = self.groups[..count].chunk_by(|one, next| one.weights == next.weights);
        expect_length("problems with paths", own.clone().count(), problems)?;
        for groups in own {
            let problem = groups[0].weights;
            let out = &mut out[problem];
            let verdict = sum_up(groups, surfaces[problem], out);
            out.weights.clear();
            out.weights.resize(each, 0.0);
            self.add_to(&mut out.weights, groups, &verdict);
        }
        Ok(())
    }

    /// Takes all paths forward and back; says in how many groups.
    fn run(
        &mut self,
        parameters: &[f32],
        rows: &Rows,
        surface: impl Fn(usize) -> Surface + Sync,
    ) -> Result<usize, KernelError> {
        self.prepare(parameters, rows)?;
        let count = self.gather(rows);
        let shared = Shared {
            settings: &self.settings,
            packed: &self.packed,
            activation: self.shape.activation(),
            rows,
            stop: &self.stop,
        };
        let (arch, workspaces) = (self.arch, &self.workspaces);
        let train = |group: &mut Group| {
            let surface = surface(group.weights);
            with_workspace(workspaces, |workspace| {
                arch.dispatch(Train {
                    shared,
                    surface,
                    workspace,
                    group,
                });
            });
        };
        let groups = &mut self.groups[..count];
        if workspaces.len() == 1 {
            groups.iter_mut().for_each(train);
        } else {
            groups.par_iter_mut().with_max_len(1).for_each(train);
        }
        self.unless_stopped()?;
        Ok(count)
    }

    /// Cuts the batch into groups of tiles that share weights, and says how many there are. What is
    /// cut where depends on the batch alone.
    fn gather(&mut self, rows: &Rows) -> usize {
        let tiles = rows.paths.div_ceil(TILE);
        let most = tiles.div_ceil(MAX_GROUPS);
        let each = self.packed.len() > 1;
        let weights = |tile: usize| if each { rows.problem(tile) } else { 0 };
        let (mut tile, mut count) = (0, 0);
        while tile < tiles {
            let own = weights(tile);
            let limit = tiles.min(tile + most);
            let end = (tile + 1..limit).find(|next| weights(*next) != own);
            let end = end.unwrap_or(limit);
            if count == self.groups.len() {
                self.groups.push(Group {
                    first: 0,
                    weights: 0,
                    errors: Vec::new(),
                    sums: Accumulator::new(&self.shape),
                    losses: LossSums::EMPTY,
                });
            }
            let group = &mut self.groups[count];
            (group.first, group.weights) = (tile * TILE, own);
            group
                .errors
                .resize(rows.paths.min(end * TILE) - group.first, 0.0);
            (tile, count) = (end, count + 1);
        }
        count
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
        trace.resize(rows.steps, rows.paths);
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
        self.check(rows)?;
        let count = self.shape.parameters();
        let each = self.settings.len() > 1 && parameters.len() == count * self.settings.len();
        expect_length(
            "parameters",
            parameters.len(),
            if each { parameters.len() } else { count },
        )?;
        let largest = parameters
            .iter()
            .map(|value| value.to_bits() & 0x7fff_ffff)
            .max()
            .unwrap_or(0);
        if largest >= f32::INFINITY.to_bits() {
            return Err(KernelError::NotFinite);
        }
        let sets = parameters.len() / count;
        self.packed.resize_with(sets, || Packed::new(&self.shape));
        self.pack(parameters);
        Ok(())
    }

    /// Whether the rows are those of the problems.
    fn check(&self, rows: &Rows) -> Result<(), KernelError> {
        let numbers = rows.steps * rows.paths;
        expect_length("spot", rows.spot.len(), numbers + rows.paths)?;
        expect_length("moneyness", rows.moneyness.len(), numbers)?;
        expect_length("base", rows.base.len(), numbers)?;
        expect_length("anchor", rows.anchor.len(), numbers)?;
        let factors = self.settings[0].factors();
        expect_length("factors", rows.factors.len(), factors)?;
        for factor in &rows.factors {
            expect_length("a factor", factor.len(), numbers)?;
        }
        if !rows.problems.is_empty() {
            expect_length("problems", rows.problems.len(), rows.paths.div_ceil(TILE))?;
        }
        for tile in 0..rows.paths.div_ceil(TILE) {
            let Some(settings) = self.settings.get(rows.problem(tile)) else {
                return Err(KernelError::NoProblem(rows.problem(tile)));
            };
            if settings.time.len() > rows.steps {
                expect_length("a path", rows.steps, settings.time.len())?;
            }
        }
        Ok(())
    }
}

/// The loss of some groups and their errors, into `out`; the gradient is still to be added up.
fn sum_up(groups: &[Group], surface: Surface, out: &mut Gradient) -> Verdict {
    out.errors.clear();
    for group in groups {
        out.errors.extend_from_slice(&group.errors);
    }
    let losses = groups.iter().map(|group| &group.losses);
    let verdict = Verdict::new(surface, losses, out.errors.len());
    out.loss = verdict.loss;
    out.threshold = verdict.threshold;
    verdict
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
