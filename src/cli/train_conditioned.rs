//! `hedgelab train --conditioned`: one network learns to hedge in whole ranges of markets.

use super::gaps;
use super::progress::Bar;
use super::table::grouped;
use super::{Failure, check_place_of_weights, print, print_json, quoted, usage};
use crate::policy::Conditioned;
use crate::training::conditioned::{ConditionedFile, ConditionedTrainer, ITERATIONS, Place};
use crate::training::{Interrupt, TrainingError};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often a training that is being watched over by nobody is saved.
const SAVE_EVERY: Duration = Duration::from_mins(1);

/// What is asked for.
pub(super) struct Request<'a> {
    /// Iterations; none: as planned.
    pub iterations: Option<u64>,
    /// Seed; none: 1.
    pub seed: Option<u64>,
    /// Training to go on with.
    pub resume: Option<&'a Path>,
    /// Where to save.
    pub out: Option<&'a PathBuf>,
    /// Save the policy alone.
    pub weights_only: bool,
    /// Print JSON.
    pub json: bool,
    /// Where to write down how far from the best the policy is, and how thoroughly that is measured.
    pub gaps: Option<gaps::Wanted<'a>>,
}

/// What the command prints as JSON.
#[derive(Serialize)]
struct Document<'a> {
    ending: &'static str,
    seconds: f64,
    out: Option<&'a Path>,
    #[serde(flatten)]
    place: &'a Place,
}

/// Trains as asked, until it is done or stopped.
pub(super) fn run(request: &Request<'_>, stop: &Interrupt) -> Result<(), Failure> {
    let start = Instant::now();
    if let Some(path) = request.out {
        check_place_of_weights(path)?;
    }
    request.gaps.map_or(Ok(()), |gaps| gaps.check())?;
    let mut trainer = match begin(request, stop)? {
        Begun::Training(trainer) => *trainer,
        Begun::Trained(policy) => return measure(request, &policy, stop),
    };
    let bar = Bar::new();
    let first = trainer.place().path_steps;
    let mut saved = Instant::now();
    while !trainer.is_finished() && !stop.is_raised() {
        match trainer.step() {
            Err(TrainingError::Interrupted) => break,
            step => step?,
        };
        bar.show(trainer.share(), || standing(&trainer, start, first));
        if saved.elapsed() > SAVE_EVERY {
            save(request, &trainer)?;
            saved = Instant::now();
        }
    }
    bar.clear();
    save(request, &trainer)?;
    let document = Document {
        ending: if trainer.is_finished() {
            "finished"
        } else {
            "stopped"
        },
        seconds: start.elapsed().as_secs_f64(),
        out: request.out.map(PathBuf::as_path),
        place: trainer.place(),
    };
    if request.json {
        print_json(&document)
    } else {
        print(&summary(&document, first))?;
        if trainer.is_finished() {
            measure(request, &trainer.policy(), stop)?;
        }
        Ok(())
    }
}

fn measure(request: &Request<'_>, policy: &Conditioned, stop: &Interrupt) -> Result<(), Failure> {
    match request.gaps {
        Some(gaps) => gaps::run(policy, &gaps, &request.command(), stop),
        None => Ok(()),
    }
}

impl Request<'_> {
    /// The command that makes a table of gaps as it is asked for.
    fn command(&self) -> String {
        let path = |path: &Path| path.display().to_string();
        let gaps = self.gaps.as_ref();
        let other = |of: u64, usual: u64| (of != usual).then(|| of.to_string());
        let extent = gaps.map(|gaps| gaps.extent);
        let usual = gaps::USUAL;
        let options = [
            ("resume", self.resume.map(path)),
            ("iterations", self.iterations.map(|count| count.to_string())),
            ("seed", self.seed.map(|seed| seed.to_string())),
            ("out", self.out.map(|file| path(file))),
            ("gaps", gaps.map(|gaps| path(gaps.table))),
            (
                "scenarios",
                extent.and_then(|of| other(of.scenarios, usual.scenarios)),
            ),
            (
                "gap-paths",
                extent.and_then(|of| other(of.paths as u64, usual.paths as u64)),
            ),
            ("report", gaps.and_then(|gaps| gaps.report).map(path)),
        ];
        let mut text = String::from("hedgelab train --conditioned");
        for (flag, value) in options {
            if let Some(value) = value {
                text.push_str(&format!(" --{flag} {}", quoted(&value)));
            }
        }
        text
    }
}

/// Where it begins.
enum Begun {
    Training(Box<ConditionedTrainer>),
    /// Nothing is left to train, only gaps to measure.
    Trained(Conditioned),
}

fn begin(request: &Request<'_>, stop: &Interrupt) -> Result<Begun, Failure> {
    let Some(path) = request.resume else {
        let iterations = request.iterations.unwrap_or(ITERATIONS);
        let seed = request.seed.unwrap_or(1);
        let trainer = ConditionedTrainer::new(seed, iterations, stop)?;
        return Ok(Begun::Training(Box::new(trainer)));
    };
    let file = ConditionedFile::read(path)?;
    if file.training.is_none() && request.gaps.is_some() {
        return Ok(Begun::Trained(file.policy));
    }
    let planned = file.training.as_ref().map(|t| t.place.iterations);
    if let (Some(asked), Some(planned)) = (request.iterations, planned)
        && asked != planned
    {
        return Err(usage(format!(
            "--iterations {asked}: the training to go on with has {planned} iterations, after which its \
             learning rate falls; allowed: {planned}, or none"
        )));
    }
    let trainer = ConditionedTrainer::resume(file, stop)?;
    Ok(Begun::Training(Box::new(trainer)))
}

fn save(request: &Request<'_>, trainer: &ConditionedTrainer) -> Result<(), Failure> {
    let Some(path) = request.out else {
        return Ok(());
    };
    let file = trainer.file();
    let file = if request.weights_only {
        file.without_training()
    } else {
        file
    };
    Ok(file.write(path)?)
}

fn standing(trainer: &ConditionedTrainer, start: Instant, first: u64) -> String {
    let passed = start.elapsed().as_secs_f64();
    let place = trainer.place();
    let speed = (place.path_steps - first) as f64 / passed.max(1e-9) / 1e6;
    let left = match trainer.share() {
        share if share > 0.0 => passed * (1.0 - share) / share,
        _ => 0.0,
    };
    format!(
        "{}, {speed:.1} M path-steps/s, {left:.0} s left",
        judged(place)
    )
}

fn judged(place: &Place) -> String {
    place.kept.map_or_else(
        || "not judged yet".into(),
        |kept| {
            format!(
                "on held-out scenarios {:.1}% below the better of delta and Leland in the mean, {:+.1}% in the \
                 worst",
                -100.0 * kept.mean,
                100.0 * kept.worst
            )
        },
    )
}

fn summary(document: &Document<'_>, first: u64) -> String {
    let place = document.place;
    let mut text = format!(
        "conditioned policy: {} after {} iterations, {:.1} s ({:.1} million path-steps a second)\n{}\n",
        document.ending,
        grouped(place.iteration),
        document.seconds,
        (place.path_steps - first) as f64 / document.seconds / 1e6,
        judged(place),
    );
    match document.out {
        Some(path) => text.push_str(&format!("saved in {}\n", path.display())),
        None => text.push_str("not saved: no --out was given\n"),
    }
    text
}
