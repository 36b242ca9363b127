//! What is known of a hedge, view by view.

use super::Plot;
use crate::cli::learned::Hedgers;
use crate::cli::{Failure, as_many_as_there_are, price_curve, stop, usage, which_path};
use crate::figure::Figure;
use crate::gallery::{self, About, Course, Errors, Gaps, Hedged, Of, View};
use crate::market::{Paths, Sampling};
use crate::outcome::{Sample, Summary, gaps, histograms, paired};
use crate::policy::{Policy, Who};
use crate::scenario::Scenario;
use crate::simulate::{IN_MEMORY, PRICE_RULES, empty_samples, extend, mean_spent, tuned_soft_band};
use crate::training::conditioned_gaps;
use anyhow::anyhow;
use std::ops::ControlFlow;

/// Bins of a distribution.
const BINS: usize = 120;

impl Plot {
    pub(super) fn figure(&self, view: View) -> Result<Figure, Failure> {
        let scenario = self.subject.scenario()?;
        let about = About {
            preset: &self.subject.words(),
            scenario: &scenario,
            sampling: self.hedging.sampling(&scenario),
        };
        if view == View::Training {
            return self.training(&about);
        }
        if view == View::Explorer {
            return self.explorer(&about);
        }
        if view == View::Gaps {
            return Ok(gallery::gaps(&about, conditioned_gaps()));
        }
        let hedgers = self.hedging.hedgers(&self.subject, &scenario)?;
        if view == View::Price {
            return self.price(&about, &hedgers);
        }
        let focus = named("--focus", self.focus.as_deref(), &hedgers)?;
        let focus = focus.as_ref();
        let many = view == View::Costs && self.path.is_none();
        if view == View::Distribution || many {
            let samples = self.samples(&about, &hedgers)?;
            return if many {
                self.mean_costs(&about, &hedgers, &samples)
            } else {
                self.distribution(&about, &hedgers, samples)
            };
        }
        let path = self.path(&about, &hedgers)?;
        Ok(match view {
            View::Book => gallery::book(&about, &path, (focus, self.date(scenario.steps)?), None),
            View::Liquidity => gallery::liquidity(&about, &path, focus, !self.currency),
            View::Policy => {
                let date = self.date(scenario.steps.saturating_sub(1))?;
                let look = (self.chart(), gallery::Probe::default());
                gallery::policy(&about, &path, &hedgers.policies, (focus, date), look)
            }
            View::Costs => gallery::costs(&about, Of::Path(path.number), &path.spent(&scenario)),
            View::Ledger => gallery::ledger(&about, &path),
            View::Why => {
                let date = self
                    .date
                    .map(|_| self.date(scenario.steps.saturating_sub(1)));
                let soft_band = tuned_soft_band(&scenario);
                gallery::why(&about, &path, focus, date.transpose()?, &soft_band)
            }
            _ => {
                let who = path.whose(focus).map(|hedge| hedge.who.clone());
                let beside = self.beside(who.as_ref())?;
                let path = beside
                    .iter()
                    .fold(path, |path, beside| beside.on_path(path, about.sampling));
                gallery::path(&about, &path)
            }
        })
    }

    pub(super) fn date(&self, last: usize) -> Result<usize, Failure> {
        match self.date {
            None => Ok(last.div_ceil(4)),
            Some(date) if date <= last => Ok(date),
            Some(date) => Err(usage(format!("--date {date}: allowed: 0 to {last}"))),
        }
    }

    fn path(&self, about: &About<'_>, hedgers: &Hedgers) -> Result<Hedged, Failure> {
        self.path_of(about, &hedgers.policies)
    }

    /// The path asked for with these hedges on it.
    pub(super) fn path_of(
        &self,
        about: &About<'_>,
        policies: &[Box<dyn Policy>],
    ) -> Result<Hedged, Failure> {
        let usual = if about.scenario.shown_path.is_some() {
            "shown"
        } else {
            "0"
        };
        let path = self.path.as_deref().unwrap_or(usual);
        let (number, prices) = which_path(path, about.scenario, about.sampling)?;
        Ok(Hedged::new(about.scenario, policies, number, prices))
    }

    /// So many paths as asked for, or as many as there are.
    fn paths(&self, about: &About<'_>) -> u64 {
        Paths::new(about.scenario, about.sampling).at_most(self.paths)
    }

    fn samples(&self, about: &About<'_>, hedgers: &Hedgers) -> Result<Vec<Sample>, Failure> {
        let policies = &hedgers.policies;
        let most = IN_MEMORY / policies.len().max(1) as u64;
        let paths = as_many_as_there_are(self.paths, about.scenario, about.sampling);
        if paths > most {
            return Err(usage(format!(
                "--paths {}: allowed: up to {most} for {} strategies",
                paths,
                policies.len()
            )));
        }
        let mut samples = empty_samples(policies, about.sampling);
        let (scenario, sampling) = (about.scenario, about.sampling);
        let ended = extend(
            scenario,
            policies,
            sampling,
            &mut samples,
            paths,
            &mut until_stopped(),
        );
        if ended.is_break() {
            return Err(stopped());
        }
        for summary in samples.iter().filter_map(Summary::of) {
            if !summary.is_sound() {
                return Err(Failure::Run(anyhow!(
                    "{}: some hedging errors are beyond double precision; choose a smaller size, \
                     exponent, volatility or rate",
                    summary.policy.who
                )));
            }
        }
        Ok(samples)
    }

    fn distribution(
        &self,
        about: &About<'_>,
        hedgers: &Hedgers,
        mut samples: Vec<Sample>,
    ) -> Result<Figure, Failure> {
        if let Some(who) = named("--against", self.against.as_deref(), hedgers)? {
            return Ok(self.differences(about, &samples, &who));
        }
        let mut all: Vec<Who> = samples.iter().map(|s| s.policy().who.clone()).collect();
        let focus = named("--focus", self.focus.as_deref(), hedgers)?;
        let first = || {
            all.iter()
                .min_by_key(|who| gallery::place(who.kind))
                .cloned()
        };
        let focus = focus.or_else(first);
        for beside in self.beside(focus.as_ref())? {
            samples.push(
                beside
                    .sample(about, self.paths(about))
                    .ok_or_else(stopped)?,
            );
            all.extend(focus.as_ref().map(|who| beside.who(who)));
        }
        let rows: Vec<Errors> = samples
            .iter()
            .filter_map(Summary::of)
            .zip(histograms(&samples, BINS))
            .zip(all)
            .map(|((summary, histogram), who)| Errors {
                who,
                statistics: summary.statistics,
                histogram,
            })
            .collect();
        Ok(gallery::distribution(
            about,
            self.paths(about),
            &rows,
            self.shape(),
        ))
    }

    /// How everybody differs from one of them.
    fn differences(&self, about: &About<'_>, samples: &[Sample], against: &Who) -> Figure {
        let other = samples
            .iter()
            .find(|sample| sample.policy().who == *against);
        let rows = samples.iter().zip(other.into_iter().cycle());
        let rows = rows.filter(|(one, other)| one.policy() != other.policy());
        let rows: Vec<Gaps> = rows
            .filter_map(|(one, other)| {
                let gaps = gaps(one, other)?;
                Some(Gaps {
                    who: one.policy().who.clone(),
                    mean: paired(one, other)?.mean,
                    histogram: histograms(std::slice::from_ref(&gaps), BINS).pop()?,
                })
            })
            .collect();
        let name = gallery::name_of(against);
        gallery::differences(about, self.paths(about), name, &rows, self.shape())
    }

    fn price(&self, about: &About<'_>, hedgers: &Hedgers) -> Result<Figure, Failure> {
        let variation = self.over.variation()?.ok_or_else(|| {
            usage(
                "price: needs what it is against; give --over FIELD, such as market.volatility"
                    .into(),
            )
        })?;
        let hedged = price_curve::Hedged {
            preset: about.preset,
            learned: &hedgers.learned,
            records: &hedgers.records,
        };
        let paths = usize::try_from(self.paths(about)).unwrap_or(usize::MAX);
        let (scenario, sampling) = (about.scenario, about.sampling);
        let curve = self
            .over
            .curve(&variation, scenario, &hedged, sampling, paths)?;
        let rule = PRICE_RULES.iter().position(|rule| *rule == self.rule);
        let rule = rule.unwrap_or(0);
        Ok(gallery::price(
            about,
            self.paths(about),
            &variation,
            rule,
            &curve,
        ))
    }

    fn mean_costs(
        &self,
        about: &About<'_>,
        hedgers: &Hedgers,
        samples: &[Sample],
    ) -> Result<Figure, Failure> {
        let errors = samples.iter().filter_map(Summary::of);
        let errors: Vec<_> = errors.map(|summary| summary.statistics.mean).collect();
        let rows = mean_spent(
            about.scenario,
            &hedgers.policies,
            about.sampling,
            self.paths(about),
            &errors,
            &mut until_stopped(),
        );
        let rows = rows.ok_or_else(stopped)?;
        Ok(gallery::costs(about, Of::Paths(self.paths(about)), &rows))
    }

    /// The course that a file of weights remembers.
    fn training(&self, about: &About<'_>) -> Result<Figure, Failure> {
        let Some((file, checkpoint)) = self.hedging.weights.first()? else {
            return Err(usage(
                "training: needs the file of a training; give --weights FILE, made by: hedgelab train \
                 PRESET --out FILE"
                    .into(),
            ));
        };
        let Some(training) = checkpoint.training else {
            return Err(usage(format!(
                "training: {file} holds weights alone, no course of a training; made with it by: \
                 hedgelab train PRESET --out FILE"
            )));
        };
        let scenario: Scenario = checkpoint.policy.trained_for().clone();
        let about = About {
            scenario: &scenario,
            sampling: Sampling::evaluation(training.seed),
            ..*about
        };
        let course = Course {
            checks: training.history,
            losses: training.watched.losses,
            marks: Vec::new(),
        };
        Ok(gallery::training(&about, &course))
    }
}

/// The policy of a name that a flag gives.
fn named(flag: &str, name: Option<&str>, hedgers: &Hedgers) -> Result<Option<Who>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let all = || hedgers.policies.iter().map(|policy| policy.who());
    let known = all().find(|who| &*who.name == name);
    known.map(Some).ok_or_else(|| {
        let names: Vec<String> = all().map(|who| who.to_string()).collect();
        usage(format!("{flag} {name:?}: allowed: {}", names.join(", ")))
    })
}

/// Goes on until Ctrl-C.
pub(super) fn until_stopped() -> impl FnMut(u64) -> ControlFlow<()> {
    let stop = stop::listen();
    move |_| stop.ask()
}

fn stopped() -> Failure {
    Failure::Run(anyhow!("stopped; nothing was written"))
}
