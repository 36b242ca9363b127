//! `hedgelab gap`: how far from the best what is made at once is, in one scenario, measured.

use super::progress::Bar;
use super::table::{Table, grouped};
use super::{Failure, Subject, on_threads, print, print_json, stop};
use crate::gallery::{excess_words, expected_words};
use crate::policy::conditioned::outside;
use crate::quantity::write::{NOTHING, keyboard};
use crate::scenario::{Named, Scenario};
use crate::training::conditioned::gaps::{Expected, Gap, Hedge, measure_watched};
use crate::training::{TrainingError, conditioned_gaps, conditioned_policy};
use anyhow::anyhow;
use clap::Args;
use serde::Serialize;
use std::ops::ControlFlow;
use std::time::Instant;

#[derive(Debug, Args)]
#[command(
    after_help = "Trains a network for the scenario alone, with its usual budget, and holds against it on common paths what the \
    conditioned policy makes at once, the same refined for about a second, and the best of delta, Leland's hedge and the soft \
    band: by how much their objective is above, in percent of it, with paired standard errors. Beside it stands what was to be \
    expected: the middle of the nearest scenarios in which that was measured before, and the range of four in five of them; \
    docs/gaps.md has all of those. Takes some seconds.\n\n\
    JSON: {preset, paths, seconds, outside: [what of the scenario lies beyond what the policy knows], measured: {name, \
    objective, kind, position, dates, width, drift, ask_cost, bid_cost, size, ask_kept, bid_kept, moneyness, dedicated, at_once, \
    at_once_error, refined, refined_error, rule, rule_error}, expected: {at_once: {middle, low, high, nearest}, refined: the \
    same}}; excesses are shares, dedicated is the objective of the training over 0.4·n·K·σ√T; null where the table has no \
    scenarios like it"
)]
pub(super) struct Measure {
    #[command(flatten)]
    subject: Subject,
    /// Number of common paths
    #[arg(long, default_value_t = 100_000, value_name = "N",
          value_parser = clap::value_parser!(u32).range(64..=10_000_000))]
    paths: u32,
    /// Number of threads; the results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print one JSON document instead of a table
    #[arg(long)]
    json: bool,
}

/// What the command prints as JSON.
#[derive(Serialize)]
struct Document<'a> {
    preset: &'a str,
    paths: u32,
    seconds: f64,
    outside: Vec<String>,
    measured: &'a Gap,
    expected: Foretold,
}

/// What was to be expected.
#[derive(Serialize)]
struct Foretold {
    at_once: Option<Expected>,
    refined: Option<Expected>,
}

impl Foretold {
    fn of(scenario: &Scenario) -> Self {
        let table = conditioned_gaps();
        Self {
            at_once: table.expected(scenario, Hedge::AtOnce),
            refined: table.expected(scenario, Hedge::Refined),
        }
    }

    fn hedge(&self, hedge: Hedge) -> Option<&Expected> {
        match hedge {
            Hedge::AtOnce => self.at_once.as_ref(),
            Hedge::Refined => self.refined.as_ref(),
            Hedge::Rule => None,
        }
    }
}

impl Measure {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let start = Instant::now();
        let scenario = self.subject.scenario()?;
        let gap = on_threads(self.threads, || self.measure(&scenario))??;
        let expected = Foretold::of(&scenario);
        if self.json {
            let outside = outside(&scenario);
            return print_json(&Document {
                preset: &self.subject.preset,
                paths: self.paths,
                seconds: start.elapsed().as_secs_f64(),
                outside: outside.iter().map(ToString::to_string).collect(),
                measured: &gap,
                expected,
            });
        }
        print(&self.told(&scenario, &gap, &expected))
    }

    fn measure(&self, scenario: &Scenario) -> Result<Gap, Failure> {
        let (bar, stop) = (Bar::new(), stop::listen());
        let policy = conditioned_policy();
        let name = &self.subject.preset;
        let watch = &mut |share| {
            bar.show(share, || "training for the scenario alone".into());
            if stop.is_raised() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let gap = measure_watched(&policy, name, scenario, self.paths as usize, stop, watch);
        bar.clear();
        gap.map_err(|error| match error {
            TrainingError::Interrupted => anyhow!("stopped; nothing was measured").into(),
            error => Failure::from(error),
        })
    }

    fn told(&self, scenario: &Scenario, gap: &Gap, expected: &Foretold) -> String {
        let mut text = format!(
            "{}: {} above that of a training for this scenario alone, on {} common paths\n",
            scenario.title,
            gap.objective,
            grouped(u64::from(self.paths))
        );
        for outside in outside(scenario) {
            text.push_str(&keyboard(&format!("beyond what it knows: {outside}\n")));
        }
        text.push('\n');
        let mut table = Table::new(&["", "measured", "expected"]);
        for (name, hedge) in Hedge::ALL {
            let expected = expected.hedge(*hedge).map(expected_words);
            table.row(vec![
                (*name).to_owned(),
                keyboard(&excess_words(gap.excess(*hedge))),
                expected.map_or(NOTHING.to_owned(), |words| keyboard(&words)),
            ]);
        }
        text + &table.text()
    }
}
