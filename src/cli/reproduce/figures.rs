//! The paper's figures, from the presets that set them up and the networks that come with them.

use crate::cli::{Failure, usage};
use crate::figure::{Figure, Sheet, Theme};
use crate::files;
use crate::gallery::{self, About, Hedged, PolicyChart, Probe};
use crate::market::Sampling;
use crate::policy::{LearnedPolicy, Policy, Tuned, line_up};
use crate::presets;
use crate::scenario::{Scenario, Strategy};
use crate::training::{shipped, shipped_for_pin};
use anyhow::{Context, anyhow};
use std::fmt::Write;
use std::path::Path;

/// Pixels of a picture for each px.
const SCALE: f64 = 2.0;

/// Writes these figures as SVG, PNG and CSV, and says which files there are.
pub(super) fn write(numbers: &[u8], folder: &Path) -> Result<String, Failure> {
    let mut said = String::new();
    for number in numbers {
        let figure = figure(*number)?;
        let (width, height) = figure.usual_size();
        let sheet = Sheet::new(width, height, SCALE, Theme::Light);
        let sheet = sheet.map_err(|error| usage(error.to_string()))?;
        let drawn = |error| Failure::Run(anyhow!("figure {number}: {error}"));
        let svg = figure.svg(&sheet).map_err(drawn)?.into_bytes();
        let png = figure.png(&sheet).map_err(drawn)?;
        for (ending, bytes) in [
            ("svg", svg),
            ("png", png),
            ("csv", figure.csv().into_bytes()),
        ] {
            let file = folder.join(format!("figure-{number}.{ending}"));
            files::write(&file, &bytes).context("the figure")?;
        }
        let file = folder.join(format!("figure-{number}"));
        let _infallible = writeln!(said, "{}.svg, .png, .csv: {}", file.display(), figure.title);
    }
    Ok(said)
}

fn figure(number: u8) -> Result<Figure, Failure> {
    let preset = format!("figure-{number}");
    let set = presets::built_in(&preset)?;
    let missing = || Failure::Run(anyhow!("{preset}: comes without its network"));
    let learned = shipped(&preset).ok_or_else(missing)?;
    let about = About {
        preset: &preset,
        scenario: &set,
        sampling: Sampling::evaluation(set.seed),
    };
    if number <= 2 {
        return Ok(curves(&about, learned));
    }
    let rules = [Strategy::Learned, Strategy::Delta];
    let mut path = hedged(&set, &rules, learned, &set);
    for pin in set.pinned() {
        let mark = pin.policy.as_deref().unwrap_or_default();
        let learned = shipped_for_pin(&preset, mark).ok_or_else(missing)?;
        let there = hedged(&pin.scenario, &[Strategy::Learned], learned, &set);
        path = path.with_pinned(&pin.label.name, &there, None);
    }
    Ok(gallery::path(&about, &path))
}

/// Positions against spot at the first date, a curve for each portfolio value.
fn curves(about: &About<'_>, learned: LearnedPolicy) -> Figure {
    let policies = policies(
        about.scenario,
        &[Strategy::Learned, Strategy::Delta],
        learned,
    );
    let prices = vec![about.scenario.market.spot; about.scenario.steps + 1];
    let path = Hedged::new(about.scenario, &policies, None, prices);
    let focus = Strategy::Learned.into();
    let look = (PolicyChart::PaperFigure, Probe::default());
    gallery::policy(about, &path, &policies, (Some(&focus), 0), look)
}

fn policies(
    scenario: &Scenario,
    strategies: &[Strategy],
    learned: LearnedPolicy,
) -> Vec<Box<dyn Policy>> {
    line_up(strategies, scenario, &Tuned::default(), &[learned])
}

/// The path that a set shows, hedged in a scenario of it.
fn hedged(
    scenario: &Scenario,
    strategies: &[Strategy],
    learned: LearnedPolicy,
    set: &Scenario,
) -> Hedged {
    let prices = set.shown_path.clone().unwrap_or_default();
    let policies = policies(scenario, strategies, learned);
    Hedged::new(scenario, &policies, None, prices)
}
