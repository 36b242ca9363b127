//! The trainer of a generator: one iteration at a time.

use super::batch::Batch;
use super::descent::{Descent, Moving};
use super::draw::{self, Mix};
use super::file::{ConditionedFile, ConditionedProgress, Place};
use super::turns::Turn;
use super::watch::{Judged, Watch};
use crate::policy::conditioned::generator::{Shape, UNITS};
use crate::policy::conditioned::{CONTEXT, OBJECTIVES, OF_OBJECTIVE};
use crate::policy::{Conditioned, Layout};
use crate::scenario::Objective;
use crate::training::network::{self, Stream};
use crate::training::optimizer::{Moments, single};
use crate::training::{Interrupt, TrainingError};
use crate::units::{Purpose, stream_seed};
use rand::{RngExt, SeedableRng};

/// Iterations of the training that makes the policy that comes with the program.
pub const ITERATIONS: u64 = 180_000;
/// Iterations between two judgements.
const INTERVAL: u64 = 4000;
/// Steps of a generator over which the learning rate rises.
const WARM_UP: f64 = 300.0;
/// Learning rate of the RSMSE's generator after that, of those which begin where it has come to, and of all
/// at the end.
const FIRST_RATE: f64 = 3e-3;
const FIRST_RATE_OF_OTHERS: f64 = 1.5e-3;
const LAST_RATE: f64 = 1e-5;
/// The averaged weights look back over this share of a generator's steps so far.
const AVERAGING_SHARE: f64 = 0.2;
/// How fast weights are drawn back to the first ones, over the learning rate: units of the networks that
/// are made would else fall silent one by one, for good.
const PULL: f64 = 0.03;
/// How near the lowest score weights are kept.
const NEAR: f64 = 1e-3;
/// Weights and bias of the last layer of the network that is made.
const LAST_LAYER: usize = 33;

/// Training of a generator in progress.
pub struct ConditionedTrainer {
    batch: Batch,
    watch: Watch,
    progress: ConditionedProgress,
    gradient: Vec<f32>,
    descent: Descent,
    /// First weights of every generator.
    origin: Vec<f32>,
    kept: Conditioned,
    interrupt: Interrupt,
}

impl ConditionedTrainer {
    /// Prepares a training of so many iterations, which `interrupt` breaks off.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn new(seed: u64, iterations: u64, interrupt: &Interrupt) -> Result<Self, TrainingError> {
        let weights = first_weights(Conditioned::shape(), seed).repeat(OBJECTIVES.len());
        let zeros = vec![0.0; weights.len()];
        let progress = ConditionedProgress {
            place: Place {
                seed,
                iteration: 0,
                iterations,
                path_steps: 0,
                history: Vec::new(),
                kept: None,
            },
            average: weights.clone(),
            weights,
            moments: Moments {
                time: 0,
                first: zeros.clone(),
                second: zeros,
            },
        };
        let kept = Conditioned::new(&progress.weights)?;
        Self::with(progress, kept, interrupt)
    }

    /// Goes on with a training that was saved, to the same bits.
    ///
    /// # Errors
    /// When the file holds no training, or the kernel refuses.
    pub fn resume(file: ConditionedFile, interrupt: &Interrupt) -> Result<Self, TrainingError> {
        let progress = file.training.ok_or(TrainingError::NothingToResume)?;
        Self::with(progress, file.policy, interrupt)
    }

    fn with(
        progress: ConditionedProgress,
        kept: Conditioned,
        interrupt: &Interrupt,
    ) -> Result<Self, TrainingError> {
        let Place {
            seed,
            iteration,
            iterations,
            ..
        } = progress.place;
        Ok(Self {
            batch: Batch::new(seed, Turn::of(iteration, iterations), interrupt)?,
            watch: Watch::new(seed),
            gradient: vec![0.0; Conditioned::shape().count()],
            descent: Descent::new(Conditioned::shape()),
            origin: first_weights(Conditioned::shape(), seed),
            progress,
            kept,
            interrupt: interrupt.clone(),
        })
    }

    /// One iteration, and now and then a judgement, which is returned.
    ///
    /// # Errors
    /// When interrupted, which changes nothing, or when the weights are no longer finite.
    pub fn step(&mut self) -> Result<Option<Judged>, TrainingError> {
        let place = &self.progress.place;
        let due = place.iteration > 0 && place.iteration.is_multiple_of(INTERVAL);
        let judged = place.history.last().map(|last| last.iteration);
        if due && judged != Some(place.iteration) {
            return self.judge().map(Some);
        }
        rayon::scope(|_| self.iterate())?;
        if self.is_finished() {
            return self.judge().map(Some);
        }
        Ok(None)
    }

    fn iterate(&mut self) -> Result<(), TrainingError> {
        let Place {
            iteration,
            iterations,
            ..
        } = self.progress.place;
        let turn = Turn::of(iteration, iterations);
        let after = (iteration + 1 < iterations).then(|| Turn::of(iteration + 1, iterations));
        if turn.takes_over() {
            self.take_over(turn.objective);
        }
        let own = &self.progress.weights[Conditioned::place(turn.objective)];
        let path_steps = self.batch.gradient(turn, after, own, &mut self.gradient)?;
        self.progress.place.path_steps += path_steps;
        self.progress.place.iteration += 1;
        self.descend(turn);
        Ok(())
    }

    /// An objective's generator begins where the RSMSE's has come to.
    fn take_over(&mut self, objective: Objective) {
        let ConditionedProgress {
            weights, average, ..
        } = &mut self.progress;
        let own = Conditioned::place(objective);
        average.copy_within(Conditioned::place(Objective::Rsmse), own.start);
        weights[own.clone()].copy_from_slice(&average[own]);
    }

    /// A step of a generator, and the average after it.
    fn descend(&mut self, turn: Turn) {
        let ConditionedProgress {
            weights,
            average,
            moments,
            ..
        } = &mut self.progress;
        let own = Conditioned::place(turn.objective);
        let moving = Moving {
            weights: &mut weights[own.clone()],
            gradient: &self.gradient,
            first: &mut moments.first[own.clone()],
            second: &mut moments.second[own.clone()],
        };
        let (rate, time) = (learning_rate(turn), turn.number + 1);
        self.descent.step(rate, time, moving);
        moments.time += 1;
        let pull = single(rate * PULL);
        let blend = single(1.0 / (1.0 + AVERAGING_SHARE * time as f64));
        let pairs = average[own.clone()].iter_mut().zip(&mut weights[own]);
        for ((average, weight), origin) in pairs.zip(&self.origin) {
            *weight -= pull * (*weight - origin);
            *average += blend * (*weight - *average);
        }
    }

    /// Judges the averaged weights. Of those whose scores are next to the lowest the latest are the
    /// better ones: they have seen more.
    fn judge(&mut self) -> Result<Judged, TrainingError> {
        let iteration = self.progress.place.iteration;
        let unfit = |_| TrainingError::NotFinite {
            what: "step of the weights",
            iteration,
        };
        let policy = Conditioned::new(&self.progress.average).map_err(unfit)?;
        let mut judged = self.watch.judge(&policy, iteration)?;
        if self.interrupt.is_raised() {
            return Err(TrainingError::Interrupted);
        }
        let place = &mut self.progress.place;
        let scores = place.history.iter().map(Judged::score);
        let lowest = scores.fold(f64::INFINITY, f64::min);
        judged.kept = place.kept.is_none() || judged.score() <= lowest + NEAR;
        if judged.kept {
            place.kept = Some(judged);
            self.kept = policy;
        }
        place.history.push(judged);
        Ok(judged)
    }

    /// Where the training is.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.progress.place
    }

    /// Share of the training that is done, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f64 {
        let place = &self.progress.place;
        (place.iteration as f64 / place.iterations.max(1) as f64).min(1.0)
    }

    /// Whether as much has been done as was planned.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.share() >= 1.0
    }

    /// The policy that is kept.
    #[must_use]
    pub fn policy(&self) -> Conditioned {
        self.kept.clone()
    }

    /// The averaged weights as they are now.
    ///
    /// # Errors
    /// When they have overflowed.
    pub fn current(&self) -> Result<Conditioned, TrainingError> {
        Ok(Conditioned::new(&self.progress.average)?)
    }

    /// Everything that is needed to go on later as if there had been no interruption.
    #[must_use]
    pub fn file(&self) -> ConditionedFile {
        ConditionedFile {
            policy: self.kept.clone(),
            training: Some(self.progress.clone()),
        }
    }
}

/// It rises at first, and falls then along a cosine.
fn learning_rate(turn: Turn) -> f64 {
    let first = if turn.objective == Objective::Rsmse {
        FIRST_RATE
    } else {
        FIRST_RATE_OF_OTHERS
    };
    let rise = ((turn.number + 1) as f64 / WARM_UP).min(1.0);
    let left = 0.5 + 0.5 * (std::f64::consts::PI * turn.share()).cos();
    rise * (LAST_RATE + (first - LAST_RATE) * left)
}

/// First weights of each generator: a network that corrects nothing, whatever the context. What it is told
/// of the objective, last of all, changes nothing at first: it may be that of another.
fn first_weights(shape: Shape, seed: u64) -> Vec<f32> {
    let stream = stream_seed(seed, Purpose::Weights, 0);
    let mut stream = Stream::seed_from_u64(stream);
    let mut weights = vec![0.0; shape.count()];
    let places = shape.places();
    for ((_, [rows, _]), place) in shape.pieces().into_iter().zip(&places).take(5) {
        if rows == 1 {
            continue;
        }
        let reach = (3.0 / rows as f32).sqrt();
        for weight in &mut weights[place.clone()] {
            *weight = reach * 2.0f32.mul_add(stream.random::<f32>(), -1.0);
        }
    }
    let told = (CONTEXT - OF_OBJECTIVE) * UNITS;
    weights[places[0].clone()][told..].fill(0.0);
    // The last layer of the network that is made, and what is made besides, start alike everywhere.
    let start = first_network(&mut stream);
    let fixed = start.len() - LAST_LAYER..shape.outputs;
    for row in weights[places[4].clone()].chunks_exact_mut(shape.outputs) {
        row[fixed.clone()].fill(0.0);
    }
    weights[places[5].clone()][..start.len()].copy_from_slice(&start);
    weights
}

/// Weights from which any network that is made starts.
fn first_network(stream: &mut Stream) -> Vec<f32> {
    let scenario = draw::scenario(0, 0, Mix::All(Objective::Rsmse));
    network::of(&scenario, Layout::of(&scenario)).first_weights(stream)
}
