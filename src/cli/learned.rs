//! Who hedges, on the command line, and where trained weights come from.

use super::table::{figure, grouped};
use super::weights_file::{WeightsFile, distinct, names, typed_weights};
use super::{Failure, Subject, chosen_strategies, note, usage};
use crate::gallery::{expected_words, standing_words};
use crate::market::Sampling;
use crate::policy::conditioned::outside;
use crate::policy::{LearnedPolicy, Policy, line_up};
use crate::quantity::write::keyboard;
use crate::record::{PolicyRecord, WeightsRecord};
use crate::scenario::{Scenario, Strategy};
use crate::simulate::{needs_tuning, tune};
use crate::training::conditioned::gaps::Hedge;
use crate::training::conditioned::{Standing, policy_of_file};
use crate::training::{Checkpoint, conditioned_gaps, conditioned_policy, shipped};
use clap::Args;
use clap::builder::TypedValueParser;
use std::ops::ControlFlow;

/// Where the learned strategy comes from.
#[derive(Debug, Args)]
pub(super) struct Weights {
    /// Trained weights, made by hedgelab train, for the strategy `learned`; each of several files
    /// hedges by itself, under the name of its file or NAME [default: those that come with a built-in
    /// preset]
    #[arg(long, value_name = "[NAME=]FILE", value_parser = typed_weights())]
    weights: Vec<WeightsFile>,
    /// Who hedges as `learned`: `conditioned`, a network made for this very scenario at once, without
    /// training; `preset`, what comes with a built-in preset; or a FILE as for --weights; each of
    /// several hedges by itself
    #[arg(long, value_name = "WHICH", conflicts_with = "weights", value_parser = typed_which())]
    learned: Vec<Which>,
}

/// Where one learned policy comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    /// The conditioned policy that comes with the program.
    Conditioned,
    /// What comes with the preset.
    Preset,
    /// A file.
    File(WeightsFile),
}

/// The word for the conditioned policy.
pub(super) const CONDITIONED: &str = "conditioned";

/// Reads `conditioned`, `preset` or a file as a person types it.
fn typed_which() -> impl TypedValueParser<Value = Which> {
    typed_weights().map(|file| match file.word() {
        Some(CONDITIONED) => Which::Conditioned,
        Some("preset") => Which::Preset,
        _ => Which::File(file),
    })
}

/// Who hedges, and on which random numbers.
#[derive(Debug, Args)]
pub(super) struct Hedging {
    /// Seed of the random numbers, instead of the preset's
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    #[arg(
        long,
        value_name = "LIST",
        help = "Who hedges: a list of none, delta, leland, band, soft_band, static, instant_delta, minimum_variance, learned"
    )]
    strategies: Option<String>,
    #[command(flatten)]
    pub weights: Weights,
    /// Pair each path with one of opposite shocks, which makes most standard errors smaller
    #[arg(long)]
    antithetic: bool,
}

impl Hedging {
    /// The policies asked for, or the scenario's own.
    pub fn hedgers(&self, subject: &Subject, scenario: &Scenario) -> Result<Hedgers, Failure> {
        let strategies = self.strategies.as_deref();
        self.weights.hedgers(strategies, subject, scenario)
    }

    /// The random numbers asked for, or the scenario's own.
    pub fn sampling(&self, scenario: &Scenario) -> Sampling {
        Sampling {
            antithetic: self.antithetic,
            ..Sampling::evaluation(self.seed.unwrap_or(scenario.seed))
        }
    }
}

/// Policies, and the same as they stand in a record.
pub(super) struct Hedgers {
    /// The policies, in the order asked for.
    pub policies: Vec<Box<dyn Policy>>,
    /// Each by name, kind and content.
    pub records: Vec<PolicyRecord>,
    /// Those among them that were trained.
    pub learned: Vec<LearnedPolicy>,
}

/// The name of a policy, marked where its weights were trained for another market.
pub(super) fn heading(policy: &PolicyRecord) -> String {
    let other = policy
        .weights
        .as_ref()
        .is_some_and(|w| !w.differs.is_empty());
    format!("{}{}", policy.name, if other { "*" } else { "" })
}

/// What made the figures of those that were tuned or trained, a line for each.
pub(super) fn about<'a>(
    policies: impl Iterator<Item = &'a PolicyRecord>,
    scenario: &Scenario,
) -> String {
    let line = |policy: &PolicyRecord| about_weights(policy).or(about_tuning(policy, scenario));
    policies.filter_map(line).collect()
}

fn about_weights(policy: &PolicyRecord) -> Option<String> {
    let WeightsRecord {
        name,
        differs,
        network,
        expected,
        ..
    } = policy.weights.as_ref()?;
    let hash = policy.hash.short();
    let kind = network
        .as_ref()
        .map_or(String::new(), |kind| format!(" ({kind})"));
    let named = format!("{}: weights {hash} of {name}{kind}", heading(policy));
    let trained = if differs.is_empty() {
        named
    } else {
        format!("{named}, trained for {}", keyboard(&differs.join(", ")))
    };
    let expected = expected.map_or_else(String::new, |expected| {
        let words = keyboard(&expected_words(&expected));
        format!("; expected to be about {words} above a training for this scenario")
    });
    Some(format!("{trained}{expected}\n"))
}

fn about_tuning(policy: &PolicyRecord, scenario: &Scenario) -> Option<String> {
    let settings = policy.settings.iter();
    let words: Vec<String> = settings
        .map(|(name, x)| format!("{} {}", name.replace('_', " "), figure(*x)))
        .collect();
    let tuned = needs_tuning(scenario, &[policy.kind]);
    tuned.then(|| format!("{}: tuned, {}\n", policy.name, words.join(", ")))
}

impl Weights {
    /// The policies of the strategies named, or of the scenario's own. Without a file, the policy
    /// that comes with the preset stands in, and a note says so where its market was another.
    pub(super) fn hedgers(
        &self,
        names: Option<&str>,
        subject: &Subject,
        scenario: &Scenario,
    ) -> Result<Hedgers, Failure> {
        let (learned, origins): (Vec<_>, Vec<_>) =
            self.learned_ones(subject, scenario)?.into_iter().unzip();
        let strategies = chosen_strategies(names, scenario, !learned.is_empty())?;
        let wanted = scenario.strategies.selected.contains(&Strategy::Learned);
        if names.is_none() && wanted && learned.is_empty() {
            note(&format!(
                "learned is left out: no trained weights come with {}; {}",
                subject.preset,
                subject.how_to_train()
            ));
        }
        let tuned = tune(scenario, &strategies);
        let policies = line_up(&strategies, scenario, &tuned, &learned);
        let trained = learned.iter().zip(origins.iter().map(String::as_str));
        let mut records = PolicyRecord::all(&policies, trained, scenario);
        if self.learned.contains(&Which::Conditioned) {
            expect(&mut records, scenario);
        }
        warn_of_differences(&records, subject);
        let learned = if strategies.contains(&Strategy::Learned) {
            learned
        } else {
            Vec::new()
        };
        Ok(Hedgers {
            policies,
            records,
            learned,
        })
    }

    /// Whether the policy that answers at once hedges alone: nobody chose another.
    pub(super) fn is_at_once(&self) -> bool {
        let mut chosen = self.learned.iter();
        self.weights.is_empty() && chosen.all(|which| *which == Which::Conditioned)
    }

    /// The first file that was named, with what it holds.
    pub(super) fn first(&self) -> Result<Option<(String, Checkpoint)>, Failure> {
        let Some(file) = self.weights.first() else {
            return Ok(None);
        };
        let name = file.path.display().to_string();
        Ok(Some((name, Checkpoint::read(&file.path)?)))
    }

    /// The trained policies that are asked for, each with the name of its file or preset.
    fn learned_ones(
        &self,
        subject: &Subject,
        scenario: &Scenario,
    ) -> Result<Vec<(LearnedPolicy, String)>, Failure> {
        if !self.learned.is_empty() {
            return self.chosen(subject, scenario);
        }
        if let (true, Some(folder)) = (self.weights.is_empty(), subject.record()?) {
            let origin = folder.path.display().to_string();
            let policies = folder.learned.into_iter();
            return Ok(policies.map(|policy| (policy, origin.clone())).collect());
        }
        if self.weights.is_empty() {
            return Ok(brought(subject)?.into_iter().collect());
        }
        from_files(&self.weights, scenario)
    }

    /// Those of `--learned`: one alone is called learned, several by where they come from.
    fn chosen(
        &self,
        subject: &Subject,
        scenario: &Scenario,
    ) -> Result<Vec<(LearnedPolicy, String)>, Failure> {
        let alone = self.learned.len() == 1;
        let named = |policy: LearnedPolicy, name: &str| {
            if alone { policy } else { policy.called(name) }
        };
        let mut all = Vec::new();
        if self.learned.contains(&Which::Conditioned) {
            let policy = named(conditioned(scenario)?, CONDITIONED);
            all.push((policy, CONDITIONED.to_owned()));
        }
        if self.learned.contains(&Which::Preset) {
            let (policy, name) = brought(subject)?.ok_or_else(|| {
                usage(format!(
                    "--learned preset: no trained weights come with {}; allowed: conditioned, or a FILE",
                    subject.preset
                ))
            })?;
            all.push((named(policy, "preset"), name));
        }
        let files: Vec<WeightsFile> = self.learned.iter().filter_map(Which::file).collect();
        if let Some(word) = files.iter().find_map(WeightsFile::word) {
            return Err(usage(format!(
                "--learned {word}: no file is called so; allowed: {CONDITIONED}, preset, or a file of weights"
            )));
        }
        all.extend(from_files(&files, scenario)?);
        Ok(all)
    }
}

impl Which {
    fn file(&self) -> Option<WeightsFile> {
        match self {
            Self::File(file) => Some(file.clone()),
            _ => None,
        }
    }
}

/// What comes with the preset, and its name.
fn brought(subject: &Subject) -> Result<Option<(LearnedPolicy, String)>, Failure> {
    let name = subject.policy_name()?;
    Ok(shipped(&name).map(|policy| (policy, name)))
}

/// The policies of files, each under its name.
fn from_files(
    files: &[WeightsFile],
    scenario: &Scenario,
) -> Result<Vec<(LearnedPolicy, String)>, Failure> {
    let files = distinct(files);
    let named = names(&files)?.into_iter().zip(&files);
    named
        .map(|(name, file)| {
            let policy = policy_of_file(&file.path, scenario)?.called(&name);
            Ok((policy, file.path.display().to_string()))
        })
        .collect()
}

/// Says of what was made at once how far from the best it is expected to be.
fn expect(records: &mut [PolicyRecord], scenario: &Scenario) {
    let weights = records.iter_mut().filter_map(|r| r.weights.as_mut());
    for weights in weights.filter(|weights| weights.name == CONDITIONED) {
        weights.expected = conditioned_gaps().expected(scenario, Hedge::AtOnce);
    }
}

/// The conditioned policy for a scenario; a note says where that lies outside its ranges, and whether a
/// hedge without training is better there.
pub(super) fn conditioned(scenario: &Scenario) -> Result<LearnedPolicy, Failure> {
    let policy = conditioned_policy().policy(scenario);
    let policy = policy
        .map_err(|error| anyhow::anyhow!("the conditioned policy has no answer here: {error}"))?;
    let outside = outside(scenario);
    if !outside.is_empty() {
        let reasons: Vec<String> = outside.iter().map(ToString::to_string).collect();
        let go_on = &mut |_| ControlFlow::Continue(());
        let standing = Standing::of(scenario, &policy, go_on);
        let standing = standing.map_or_else(String::new, |standing| {
            let paths = grouped(Standing::PATHS as u64);
            let words = standing_words(&standing);
            format!("; on {paths} paths: {words}; train PRESET --from {CONDITIONED} betters it")
        });
        note(&keyboard(&format!(
            "the conditioned policy was not trained for this, it is beyond what it knows: {}{standing}",
            reasons.join("; ")
        )));
    }
    Ok(policy)
}

/// Says where weights meet another market than they were trained for, and once what to do.
fn warn_of_differences(policies: &[PolicyRecord], subject: &Subject) {
    let weights = policies.iter().filter_map(|p| p.weights.as_ref());
    let of_others: Vec<&WeightsRecord> = weights.filter(|w| !w.differs.is_empty()).collect();
    for (place, weights) in of_others.iter().enumerate() {
        let what_to_do = if place + 1 == of_others.len() {
            format!("; {}", subject.how_to_train())
        } else {
            String::new()
        };
        note(&keyboard(&format!(
            "the weights of {} were trained for {}{what_to_do}",
            weights.name,
            weights.differs.join(", ")
        )));
    }
}
