//! `hedgelab train`: a network learns to hedge a scenario.

use super::gaps::{self, Extent};
use super::learned::{CONDITIONED, conditioned};
use super::progress::Bar;
use super::recorded::Prices;
use super::table::{figure, grouped, with_error};
use super::train_conditioned::{self, Request};
use super::{
    Failure, Subject, check_place_of_weights, on_threads, print, print_json, stop, typed_path,
    usage,
};
use crate::gallery::gained_words;
use crate::history::ranges_told;
use crate::quantity::write::keyboard;
use crate::scenario::{Named, Parameters, Scenario};
use crate::training::conditioned::excess_over;
use crate::training::conditioned::gaps::Excess;
use crate::training::{
    Budget, Checkpoint, Ending, Interrupt, Report, Start, Trainer, TrainingError,
    conditioned_policy, train,
};
use clap::Args;
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often a training that is being watched over by nobody is saved.
const SAVE_EVERY: Duration = Duration::from_secs(30);

/// Paths on which it is measured what a training gained over what was made at once.
const GAIN_PATHS: usize = 100_000;

#[derive(Debug, Args)]
#[command(
    after_help = "Validation RSMSE is measured on a fixed set of paths that training never sees; the weights kept are the \
    latest within two standard errors of the lowest; until some beat the best of delta, Leland's hedge and the soft band by more \
    than chance, that hedge is kept. Ctrl-C stops and saves, a second one ends at once. While it runs, --out is \
    saved every half minute. --resume without a budget goes on with what was planned, in seconds too; where iterations \
    were planned, the file is in the end the same to the bit as without the interruption.\n\n\
    JSON: {preset, scenario, seed, ending: finished|stopped, seconds, out, gained: {share, error}, iteration, iterations, share, paths, \
    path_steps, loss, learning_rate, kept: {iteration, objective, rsmse, rsmse_se, gain, gain_se, kept}, history: [the same], \
    checks_since_lowest, recoveries, delta, leland, soft_band, validation_paths, rollout: kernel|reference, rollout_reason: why not the kernel}; loss, delta, leland, \
    soft_band and objective are values of training.objective (currency), all but loss on the validation paths; gain is by how \
    much the objective is lower than that of the best of the three hedges; gained is there with --from conditioned: by what share \
    the objective is lower than that of what was made at once, on common paths. For figures on fresh paths: \
    hedgelab evaluate --weights FILE"
)]
pub(super) struct Train {
    /// A built-in preset, a preset of your own, a file (see: hedgelab presets list), or a record
    #[arg(required_unless_present = "conditioned")]
    preset: Option<String>,
    /// Change a field of the preset: `market.drift=0.05`, `order_book.ask_decay=inf`, `steps=52`
    /// (`hedgelab presets fields` lists them)
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    changes: Vec<String>,
    /// Of a set, one of the scenarios that are pinned in it, by its name
    #[arg(long, value_name = "NAME")]
    pin: Option<String>,
    #[command(flatten)]
    prices: Prices,
    /// Train no policy for one scenario, but one that answers in whole ranges of markets (half an hour
    /// on two cores); --out then takes the file that --learned FILE reads
    #[arg(long, conflicts_with_all = ["preset", "changes", "pin", "prices", "seconds", "paths", "from", "patience"])]
    conditioned: bool,
    /// Of a conditioned policy, once it is trained: measure in the paper's cells and in random scenarios what
    /// it leaves against a training for each alone, and write that down, a line each; a table that is
    /// there is gone on with
    #[arg(long, value_name = "TABLE.csv", requires = "conditioned", value_parser = typed_path())]
    gaps: Option<PathBuf>,
    /// Write a chapter for readers, too: how the gaps are spread, and every scenario
    #[arg(long, value_name = "FILE.md", requires = "gaps", value_parser = typed_path())]
    report: Option<PathBuf>,
    /// Random scenarios for --gaps; three for each 25 of them for each other objective
    #[arg(long, value_name = "N", requires = "gaps", default_value_t = gaps::USUAL.scenarios, value_parser = clap::value_parser!(u64).range(0..=100_000))]
    scenarios: u64,
    /// Paths of each scenario for --gaps
    #[arg(long, value_name = "N", requires = "gaps", default_value_t = 500_000, value_parser = clap::value_parser!(u32).range(64..=10_000_000))]
    gap_paths: u32,
    /// Wall time to train, in seconds, of which preparing takes at most half or counts as half; the
    /// learning rate follows it, results depend on the machine
    #[arg(long, value_name = "N", conflicts_with_all = ["iterations", "paths"])]
    seconds: Option<f64>,
    /// Number of iterations, instead of the preset's
    #[arg(long, value_name = "N", conflicts_with = "paths", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    iterations: Option<u64>,
    /// Number of training paths, instead of iterations
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000_000_000))]
    paths: Option<u64>,
    /// Seed of the random numbers, instead of the preset's
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Start from these weights, of the same or a neighbouring scenario, or from `conditioned`: from what
    /// the conditioned policy makes for this one
    #[arg(long, value_name = "FILE", conflicts_with = "resume", value_parser = typed_path())]
    from: Option<PathBuf>,
    /// Go on with the training saved in this file, with its scenario and seed
    #[arg(long, value_name = "FILE", conflicts_with = "seed", value_parser = typed_path())]
    resume: Option<PathBuf>,
    /// Stop after this many validations without a better one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    patience: Option<u32>,
    /// Where to save the weights kept and the state of the training
    #[arg(long, value_name = "FILE", value_parser = typed_path())]
    out: Option<PathBuf>,
    /// Save the weights kept alone: a small file that cannot be resumed
    #[arg(long, requires = "out")]
    weights_only: bool,
    /// Number of threads; the results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print one JSON document instead of a summary
    #[arg(long)]
    json: bool,
}

/// What the command prints as JSON.
#[derive(Serialize)]
struct Document<'a> {
    preset: &'a str,
    scenario: &'a Parameters,
    seed: u64,
    ending: &'static str,
    seconds: f64,
    out: Option<&'a Path>,
    /// By how much the objective is below that of what was made at once, where that was gone on from.
    #[serde(skip_serializing_if = "Option::is_none")]
    gained: Option<Excess>,
    #[serde(flatten)]
    report: Report,
}

impl Train {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let start = Instant::now();
        if let Some(seconds) = self.seconds
            && !(seconds > 0.0 && seconds <= 1e9)
        {
            return Err(usage(format!(
                "--seconds {seconds}: allowed: above 0 and up to 1e9"
            )));
        }
        self.out.as_deref().map_or(Ok(()), check_place_of_weights)?;
        let stop = stop::listen();
        if self.conditioned {
            let request = self.request();
            return on_threads(self.threads, || train_conditioned::run(&request, stop))?;
        }
        on_threads(self.threads, || self.train(start, stop))?
    }

    /// What is asked for of a conditioned policy.
    fn request(&self) -> Request<'_> {
        Request {
            iterations: self.iterations,
            seed: self.seed,
            resume: self.resume.as_deref(),
            out: self.out.as_ref(),
            weights_only: self.weights_only,
            json: self.json,
            gaps: self.gaps.as_deref().map(|table| gaps::Wanted {
                table,
                extent: Extent {
                    scenarios: self.scenarios,
                    paths: self.gap_paths as usize,
                },
                report: self.report.as_deref(),
            }),
        }
    }

    /// The scenario that is trained for, as it was asked for.
    fn subject(&self) -> Subject {
        Subject {
            preset: self.preset.clone().unwrap_or_default(),
            changes: self.changes.clone(),
            pin: self.pin.clone(),
            prices: self.prices.clone(),
        }
    }

    fn train(&self, start: Instant, stop: &Interrupt) -> Result<(), Failure> {
        let bar = Bar::new();
        let prepared = self.trainer(&bar, stop);
        if prepared.is_err() {
            bar.clear();
        }
        let mut trainer = prepared?;
        trainer.heed(stop);
        let mut saved = Instant::now();
        let mut unsaved = None;
        let ending = train(
            &mut trainer,
            self.budget(),
            &|| start.elapsed().as_secs_f64(),
            &mut |trainer| {
                let report = trainer.report();
                bar.show(report.share, || progress(&report, start, trainer.seconds()));
                if self.out.is_some() && saved.elapsed() > SAVE_EVERY {
                    unsaved = self.save(trainer).err();
                    saved = Instant::now();
                }
                let patience = self.patience.map_or(usize::MAX, |n| n as usize);
                let enough = report.checks_since_lowest >= patience;
                if enough || unsaved.is_some() || stop.is_raised() {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        );
        bar.clear();
        self.save(&trainer)?;
        if let Some(failure) = unsaved {
            return Err(failure);
        }
        let ending = match ending? {
            Ending::Finished => "finished",
            Ending::Stopped => "stopped",
        };
        let document = Document {
            preset: self.preset.as_deref().unwrap_or_default(),
            scenario: trainer.scenario(),
            seed: trainer.seed(),
            ending,
            seconds: start.elapsed().as_secs_f64(),
            out: self.out.as_deref(),
            gained: self.gained(&trainer)?,
            report: trainer.report(),
        };
        if self.json {
            print_json(&document)
        } else {
            print(&summary(&document))
        }
    }

    /// Prepares the training; Ctrl-C breaks off.
    fn trainer(&self, bar: &Bar, stop: &Interrupt) -> Result<Trainer, Failure> {
        let scenario = self.subject().scenario()?;
        let watch = &mut |share| {
            bar.show(share, || "preparing".into());
            stop.ask()
        };
        let said = |error| match error {
            TrainingError::Interrupted => {
                anyhow::anyhow!("stopped while preparing; nothing was trained, nothing is saved")
                    .into()
            }
            error => Failure::from(error),
        };
        if let Some(path) = &self.resume {
            let checkpoint = Checkpoint::read(path)?;
            check_same(&scenario, checkpoint.policy.trained_for())?;
            return Trainer::resume_watched(checkpoint, watch).map_err(said);
        }
        let first = match &self.from {
            None => Start::Fresh,
            Some(_) if self.begins_conditioned() => Start::Refined(conditioned(&scenario)?),
            Some(path) => Start::Weights(Checkpoint::read(path)?.policy),
        };
        let seed = self.seed.unwrap_or(scenario.seed);
        Trainer::watched(&scenario, &first, seed, watch).map_err(said)
    }

    /// Whether it begins with what the conditioned policy makes.
    fn begins_conditioned(&self) -> bool {
        let from = self.from.as_deref();
        from.is_some_and(|path| path.as_os_str() == CONDITIONED && !path.exists())
    }

    /// What a training gained that began with what the conditioned policy makes.
    fn gained(&self, trainer: &Trainer) -> Result<Option<Excess>, Failure> {
        if !self.begins_conditioned() {
            return Ok(None);
        }
        let (scenario, go_on) = (trainer.scenario(), &mut |_| ControlFlow::Continue(()));
        let before = conditioned_policy().policy(scenario);
        let before = before.map_err(TrainingError::from)?;
        let excess = excess_over(&before, &trainer.policy(), scenario, GAIN_PATHS, go_on);
        Ok(excess.map(Excess::turned))
    }

    fn budget(&self) -> Budget {
        match (self.seconds, self.iterations, self.paths) {
            (Some(seconds), _, _) => Budget::Seconds(seconds),
            (_, Some(iterations), _) => Budget::Iterations(iterations),
            (_, _, Some(paths)) => Budget::Paths(paths),
            _ => Budget::Planned,
        }
    }

    fn save(&self, trainer: &Trainer) -> Result<(), Failure> {
        let Some(path) = &self.out else {
            return Ok(());
        };
        let checkpoint = trainer.checkpoint();
        let checkpoint = if self.weights_only {
            checkpoint.without_training()
        } else {
            checkpoint
        };
        Ok(checkpoint.write(path)?)
    }
}

/// A saved training goes on with its own scenario only.
fn check_same(asked: &Scenario, saved: &Scenario) -> Result<(), Failure> {
    let different: Vec<&str> = asked.differences(saved).iter().map(|f| f.path).collect();
    if different.is_empty() {
        return Ok(());
    }
    Err(usage(format!(
        "--resume: the training was of another scenario (different: {}); give the same preset and \
         changes, or start from its weights with --from",
        different.join(", ")
    )))
}

fn progress(report: &Report, start: Instant, seconds: Option<f64>) -> String {
    let passed = start.elapsed().as_secs_f64();
    let left = match seconds {
        Some(seconds) => seconds * (1.0 - report.share),
        None => passed * (1.0 - report.share) / report.share.max(1e-9),
    };
    format!(
        "{}, {:.1} M path-steps/s, {:.0} s left",
        standing(report),
        report.path_steps as f64 / passed.max(1e-9) / 1e6,
        left.max(0.0)
    )
}

fn standing(report: &Report) -> String {
    format!(
        "validation objective {} (delta {}, leland {}, soft band {})",
        figure(report.kept.objective),
        figure(report.delta),
        figure(report.leland),
        figure(report.soft_band)
    )
}

/// How rollouts were computed, and why not the fast way.
fn way(report: &Report) -> String {
    let name = report.rollout.name();
    match report.rollout_reason {
        Some(why) => format!("{name}: {why}"),
        None => name.to_owned(),
    }
}

fn summary(document: &Document<'_>) -> String {
    let report = &document.report;
    let mut text = format!(
        "{}: {} after {} iterations, {} paths, {:.2} s ({:.1} million path-steps a second, {})\n\
         {} {}: RSMSE {} on {} validation paths, kept from iteration {}\n",
        document.scenario.title,
        document.ending,
        grouped(report.iteration),
        grouped(report.paths),
        document.seconds,
        report.path_steps as f64 / document.seconds / 1e6,
        way(report),
        document.scenario.training.objective.name(),
        standing(report),
        with_error(report.kept.rsmse, Some(report.kept.rsmse_se)),
        grouped(report.validation_paths as u64),
        grouped(report.kept.iteration),
    );
    if let Some(gained) = document.gained {
        text.push_str(&keyboard(&format!(
            "against what was made at once: {}, on {} common paths\n",
            gained_words(gained),
            grouped(GAIN_PATHS as u64)
        )));
    }
    if let Some(ranges) = ranges_told(document.scenario) {
        text.push_str(&format!("recorded prices: {ranges}\n"));
    }
    match document.out {
        Some(path) => text.push_str(&format!("saved in {}\n", path.display())),
        None => text.push_str("not saved: no --out was given\n"),
    }
    text
}
