//! One iteration's scenarios with their paths, networks and gradients.

use super::draw::{self, Mix};
use super::turns::Turn;
use crate::market::{LANES, Sampling};
use crate::policy::Conditioned;
use crate::policy::conditioned::generator::{Encoded, Shape, backward, generate_all};
use crate::policy::conditioned::{self, BESIDES, Measures, told};
use crate::policy::features::Features;
use crate::scenario::{Objective, Scenario};
use crate::training::kernel::{Kernel, NetworkShape, Problem, TILE};
use crate::training::objective::Goal;
use crate::training::optimizer::single;
use crate::training::rollout::{Gradient, Surface};
use crate::training::rows::{RowSource, Rows};
use crate::training::{Interrupt, TrainingError, fused};
use crate::units::{Purpose, stream_seed};
use rayon::prelude::*;

/// Scenarios of an iteration.
pub(super) const SCENARIOS: usize = 32;
/// Tiles of paths of each.
const TILES: usize = 4;
/// Paths of each, whole blocks, half of them with the opposite shocks of the others.
pub(super) const PATHS: usize = TILES * TILE;
const _: () = assert!(PATHS.is_multiple_of(LANES));

/// Size of errors, over [`Measures::error_size`], that the first weights expect.
const FIRST_SIZE: f64 = 0.3;
/// Most that the logarithm of that size may be moved by, either way.
const FARTHEST: f64 = 8.0;
/// How much larger than expected the errors of a batch may be before it counts less: rare tails would else
/// move the weights about.
const TOLERANCE: f64 = 2.0;
/// By how much the mean square of a batch may surprise the expectation (no unit): rare tails move it
/// no further.
const SURPRISE: f64 = 3.0;
/// Largest norm of what one scenario asks of its weights.
const CLIP: f64 = 100.0;

/// A scenario of a batch.
struct Posed {
    scenario: Scenario,
    measures: Measures,
    features: Features,
    /// What it begins with less than usual, over [`Measures::error_size`].
    handicap: f64,
}

impl Posed {
    fn draw(seed: u64, number: u64, objective: Objective) -> Self {
        let scenario = draw::scenario(seed, number, Mix::All(objective));
        let measures = Measures::of(&scenario);
        let features = conditioned::features(&scenario, &measures);
        Self {
            handicap: handicap(&measures),
            scenario,
            measures,
            features,
        }
    }
}

/// Scenarios of an iteration with their paths: all that does not depend on the weights, so that it is drawn
/// while the iteration before is played.
struct Drawn {
    turn: Option<Turn>,
    posed: Vec<Posed>,
    sources: Vec<RowSource>,
    rows: Rows,
}

impl Drawn {
    fn new(seed: u64, turn: Turn) -> Self {
        let posed: Vec<Posed> = (0..SCENARIOS as u64)
            .map(|number| Posed::draw(seed, number, turn.objective))
            .collect();
        let sources = posed
            .iter()
            .map(|p| RowSource::new(&p.scenario, p.features, sampling(seed, 0)));
        Self {
            turn: None,
            sources: sources.collect(),
            rows: Rows::default(),
            posed,
        }
    }

    fn draw(&mut self, seed: u64, turn: Turn) {
        if self.turn == Some(turn) {
            return;
        }
        let first = turn.iteration * SCENARIOS as u64;
        let posed = self.posed.par_iter_mut().zip(&mut self.sources).enumerate();
        posed.for_each(|(slot, (posed, source))| {
            *posed = Posed::draw(seed, first + slot as u64, turn.objective);
            let sampling = sampling(seed, slot as u64);
            source.change(&posed.scenario, posed.features, sampling);
        });
        let first = turn.iteration * PATHS as u64;
        RowSource::fill_mixed(&mut self.sources, first, TILES, &mut self.rows);
        self.turn = Some(turn);
    }
}

/// What an iteration needs, kept between iterations.
pub(super) struct Batch {
    seed: u64,
    now: Drawn,
    next: Drawn,
    play: Play,
}

impl Batch {
    /// For a training that begins with `turn`.
    pub(super) fn new(seed: u64, turn: Turn, interrupt: &Interrupt) -> Result<Self, TrainingError> {
        let drawn = || Drawn::new(seed, turn);
        let (now, next) = (drawn(), drawn());
        Ok(Self {
            seed,
            play: Play::new(&now.posed, interrupt)?,
            now,
            next,
        })
    }

    /// Draws scenarios of the turn's objective and paths, makes the networks, plays them, and says in which
    /// direction the weights of the objective's generator make it worse; gives back how many path-steps that
    /// took. Meanwhile the turn after it is drawn.
    pub(super) fn gradient(
        &mut self,
        turn: Turn,
        after: Option<Turn>,
        weights: &[f32],
        gradient: &mut [f32],
    ) -> Result<u64, TrainingError> {
        std::mem::swap(&mut self.now, &mut self.next);
        self.now.draw(self.seed, turn);
        let (play, now, next) = (&mut self.play, &self.now, &mut self.next);
        let draw = || {
            if let Some(after) = after {
                next.draw(self.seed, after);
            }
        };
        rayon::join(|| play.gradient(now, weights, gradient), draw).0
    }
}

/// What is made for the scenarios of an iteration, and what comes of it.
struct Play {
    shape: Shape,
    kernel: Kernel,
    encoded: Vec<Encoded>,
    /// What the generator makes, a row for each scenario; weights alone; and what each is to be moved
    /// against.
    made: Vec<f32>,
    weights: Vec<f32>,
    moved: Vec<f32>,
    gradients: Vec<Gradient>,
}

impl Play {
    fn new(posed: &[Posed], interrupt: &Interrupt) -> Result<Self, TrainingError> {
        let first = &posed[0];
        let training = &first.scenario.training;
        let inputs = first.features.inputs();
        let network = NetworkShape::new(inputs, &training.hidden, training.activation)?;
        let shape = Conditioned::shape();
        let mut kernel = Kernel::new(&problems(posed), &network, pulp::Arch::new())?;
        kernel.stop_at(interrupt.flag());
        Ok(Self {
            shape,
            kernel,
            encoded: vec![Encoded::default(); SCENARIOS],
            made: vec![0.0; SCENARIOS * shape.outputs],
            weights: vec![0.0; SCENARIOS * (shape.outputs - BESIDES)],
            moved: vec![0.0; SCENARIOS * shape.outputs],
            gradients: vec![Gradient::default(); SCENARIOS],
        })
    }

    fn gradient(
        &mut self,
        drawn: &Drawn,
        weights: &[f32],
        gradient: &mut [f32],
    ) -> Result<u64, TrainingError> {
        let posed = &drawn.posed;
        self.make(posed, weights);
        let surfaces = self.surfaces(posed);
        self.kernel.pose(&problems(posed))?;
        self.kernel
            .gradients(&self.weights, &drawn.rows, &surfaces, &mut self.gradients)?;
        self.weigh(posed);
        backward(self.shape, weights, &self.encoded, &self.moved, gradient);
        let steps = posed.iter().map(|p| p.scenario.steps as u64);
        Ok(PATHS as u64 * steps.sum::<u64>())
    }

    fn make(&mut self, posed: &[Posed], weights: &[f32]) {
        let (shape, count) = (self.shape, self.shape.outputs - BESIDES);
        let contexts: Vec<_> = posed
            .iter()
            .map(|posed| told(&posed.scenario, &posed.measures))
            .collect();
        generate_all(shape, weights, &contexts, &mut self.encoded, &mut self.made);
        let made = self.made.chunks_exact(shape.outputs);
        for (own, made) in self.weights.chunks_exact_mut(count).zip(made) {
            own.copy_from_slice(&made[..count]);
        }
    }

    /// What was made besides, for scenario `slot`: the logarithm of the size of its errors, and the
    /// threshold.
    fn besides(&self, slot: usize) -> [f64; BESIDES] {
        let end = (slot + 1) * self.shape.outputs;
        [end - 2, end - 1].map(|place| f64::from(self.made[place]))
    }

    /// The size that the errors of scenario `slot` are expected to have (currency): from its usual start,
    /// and what it begins with less than that.
    fn expected(&self, slot: usize, posed: &Posed) -> f64 {
        let [size, _] = self.besides(slot);
        let size = FIRST_SIZE * size.clamp(-FARTHEST, FARTHEST).exp();
        size.hypot(posed.handicap) * posed.measures.error_size
    }

    fn surfaces(&self, posed: &[Posed]) -> Vec<Surface> {
        let surface = |(slot, posed): (usize, &Posed)| match Goal::of(&posed.scenario) {
            Goal::Rsmse => Surface::Rsmse,
            Goal::Rmse => Surface::Rmse,
            Goal::Cvar { level } => Surface::Cvar {
                level,
                threshold: (self.besides(slot)[1] - posed.measures.surplus)
                    * posed.measures.error_size,
                smoothing: 0.05 * self.expected(slot, posed),
            },
            Goal::Entropic { aversion } => Surface::Entropic { aversion },
        };
        posed.iter().enumerate().map(surface).collect()
    }

    /// From each scenario's gradient to what its numbers are to be moved against.
    fn weigh(&mut self, posed: &[Posed]) {
        let outputs = self.shape.outputs;
        for (slot, posed) in posed.iter().enumerate() {
            let weighed = Weighed::of(
                Goal::of(&posed.scenario),
                &self.gradients[slot],
                self.expected(slot, posed),
                posed.measures.error_size,
            );
            let moved = &mut self.moved[slot * outputs..][..outputs];
            for (moved, g) in moved.iter_mut().zip(&self.gradients[slot].weights) {
                *moved = weighed.weights * g;
            }
            // What is expected is that of a usual start.
            let usual = posed.handicap == 0.0;
            moved[outputs - BESIDES] = if usual { weighed.size } else { 0.0 };
            moved[outputs - BESIDES + 1] = weighed.threshold;
            if !moved.iter().all(|x| x.is_finite()) {
                moved.fill(0.0);
            }
        }
    }
}

/// What a scenario's gradient counts, so that each scenario weighs alike: by the size that its errors
/// are expected to have, or by half of that on this batch where that is more.
struct Weighed {
    /// Factor on the gradient of the weights.
    weights: f32,
    /// By the logarithm of the size, and by the threshold in units of the scenario.
    size: f32,
    threshold: f32,
}

impl Weighed {
    fn of(goal: Goal, gradient: &Gradient, expected: f64, unit: f64) -> Self {
        let share = 1.0 / SCENARIOS as f64;
        let square = mean_square(goal, &gradient.errors);
        let size = expected.max(square.sqrt() / TOLERANCE);
        let weight = match goal {
            // Of half the mean square over the square of the size: the gradient of a root times
            // the root.
            Goal::Rsmse | Goal::Rmse => gradient.loss / size.powi(2),
            Goal::Cvar { level } => 1.0 / (size * (1.0 - 0.25 * (1.0 - level).ln())),
            Goal::Entropic { .. } => 1.0 / size,
        };
        let sum: f64 = gradient.weights.iter().map(|g| f64::from(*g).powi(2)).sum();
        let norm = weight * sum.sqrt();
        // The minimum of `mean square/(2·size²) + ln size` is where the size is right.
        let surprise = (square / expected.powi(2)).min(1.0 + SURPRISE);
        Self {
            weights: single(share * weight * (CLIP / norm).min(1.0)),
            size: single(share * (1.0 - surprise)),
            threshold: single(share * weight * gradient.threshold * unit),
        }
    }
}

/// Mean square of the errors that an objective looks at (currency²).
fn mean_square(goal: Goal, errors: &[f32]) -> f64 {
    let squares = errors.iter().map(|e| match goal {
        Goal::Rsmse => f64::from(*e).max(0.0).powi(2),
        _ => f64::from(*e).powi(2),
    });
    squares.sum::<f64>() / errors.len() as f64
}

/// What a scenario begins with less than usual, over [`Measures::error_size`]: cash and shares at their price, and
/// what it costs to be rid of the shares.
fn handicap(measures: &Measures) -> f64 {
    let [position, ..] = measures.start;
    let away = position.abs() * measures.dearer() / 0.4;
    (away - measures.surplus).max(0.0)
}

/// Paths of a slot.
fn sampling(seed: u64, slot: u64) -> Sampling {
    Sampling {
        seed: stream_seed(seed, Purpose::Scenarios, u64::MAX - slot),
        purpose: Purpose::Training,
        antithetic: true,
    }
}

fn problems(posed: &[Posed]) -> Vec<Problem> {
    let problem = |p: &Posed| fused::problem(&p.scenario, p.features);
    posed.iter().map(problem).collect()
}
