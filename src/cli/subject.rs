//! What a command is about: which scenario, which of its paths, and how many.

use super::{Failure, is_record, note, quoted, recorded, table, usage};
use crate::files;
use crate::market::{Paths, Sampling};
use crate::presets::Place;
use crate::scenario::{Label, Scenario};
use clap::Args;

/// Which scenario: a preset, with changes.
#[derive(Debug, Args)]
pub(super) struct Subject {
    /// A built-in preset, a preset of your own, a file (see: hedgelab presets list), or a record
    pub preset: String,
    /// Change a field of the preset: `market.drift=0.05`, `order_book.ask_decay=inf`, `steps=52`
    /// (`hedgelab presets fields` lists them)
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    pub changes: Vec<String>,
    /// Of a set, one of the scenarios that are pinned in it, by its name
    #[arg(long, value_name = "NAME")]
    pub pin: Option<String>,
    #[command(flatten)]
    pub prices: recorded::Prices,
}

impl Subject {
    /// Whether anything is asked for besides the preset.
    pub fn is_changed(&self) -> bool {
        !self.changes.is_empty() || self.pin.is_some() || self.prices.is_given()
    }

    /// The subject as it was typed.
    pub fn words(&self) -> String {
        let changes = self.changes.iter();
        let changes = changes.map(|change| format!(" --set {}", quoted(change)));
        let pin = self.pin.iter();
        let pin = pin.map(|name| format!(" --pin {}", quoted(name)));
        let preset = quoted(&self.preset);
        format!(
            "{preset}{}{}{}",
            self.prices.words(),
            changes.collect::<String>(),
            pin.collect::<String>()
        )
    }

    /// The preset under which its policy is shipped.
    pub fn policy_name(&self) -> Result<String, Failure> {
        let Some(name) = &self.pin else {
            return Ok(self.preset.clone());
        };
        let pins = crate::presets::load(&self.preset)?.pinned().into_iter();
        let mark = pins
            .filter(|pin| pin.label.name == *name)
            .find_map(|pin| pin.policy);
        Ok(format!("{}.{}", self.preset, mark.unwrap_or_default()))
    }

    /// How to get weights for this very scenario.
    pub fn how_to_train(&self) -> String {
        format!(
            "for weights of its own: hedgelab train {} --out FILE, then --weights FILE",
            self.words()
        )
    }

    /// The scenario, or one that is pinned beside it, which is shown on the same path.
    pub fn scenario(&self) -> Result<Scenario, Failure> {
        let set = self.set()?;
        let Some(name) = &self.pin else {
            return Ok(set.alone());
        };
        let pins = set.pinned();
        let Some(pin) = pins.iter().find(|pin| pin.label.name == *name) else {
            return Err(no_pin("--pin", name, pins.iter().map(|pin| &pin.label)));
        };
        let mut parameters = pin.scenario.clone().into_parameters();
        parameters.title = format!("{}: {name}", set.title);
        parameters.title = parameters.title.chars().take(100).collect();
        if (parameters.steps, parameters.market.spot) == (set.steps, set.market.spot) {
            parameters.shown_path.clone_from(&set.shown_path);
        }
        Ok(Scenario::new(parameters)?)
    }

    /// The whole set, or one of its pins alone where that is asked for.
    pub fn whole(&self) -> Result<Scenario, Failure> {
        if self.pin.is_some() {
            self.scenario()
        } else {
            self.set()
        }
    }

    /// The record that is meant, where it is one and no preset is called so.
    pub fn record(&self) -> Result<Option<crate::record::RecordFolder>, Failure> {
        let path = files::typed(self.preset.as_ref());
        let preset = matches!(crate::presets::locate(&self.preset), Ok(Place::BuiltIn(_)));
        if preset || !is_record(&path) || !path.is_dir() {
            return Ok(None);
        }
        Ok(Some(crate::record::RecordFolder::open(&path)?))
    }

    /// The preset with its changes, and with what is pinned in it.
    pub fn set(&self) -> Result<Scenario, Failure> {
        let prices = self.prices.given()?;
        let scenario = match (self.record()?, &prices) {
            (Some(folder), _) => folder.scenario,
            (None, Some((file, _))) => crate::presets::load_on(&self.preset, file)?,
            (None, None) => crate::presets::load(&self.preset)?,
        };
        let changes: Vec<(&str, &str)> = self
            .changes
            .iter()
            .map(|change| {
                let parts = change
                    .split_once('=')
                    .map(|(field, value)| (field.trim(), value));
                parts.ok_or_else(|| {
                    usage(format!(
                        "--set {change:?}: allowed: FIELD=VALUE, such as market.drift=0.05"
                    ))
                })
            })
            .collect::<Result<_, _>>()?;
        self.prices.applied(&scenario, prices, &changes)
    }
}

/// The path of a number, or the scenario's own where `shown` is asked for: its number, and its prices.
pub(super) fn which_path(
    path: &str,
    scenario: &Scenario,
    sampling: Sampling,
) -> Result<(Option<u64>, crate::market::Path), Failure> {
    if path == "shown" {
        let none = || {
            usage(
                "--path shown: this scenario brings no path of its own; give a path number".into(),
            )
        };
        return Ok((None, scenario.shown_path.clone().ok_or_else(none)?.into()));
    }
    let number: u64 = path.parse().ok().filter(|n| *n < 1 << 53).ok_or_else(|| {
        usage(format!(
            "--path {path:?}: allowed: a whole number from 0 to 2^53 − 1, or shown"
        ))
    })?;
    let paths = Paths::new(scenario, sampling);
    let last = paths.within(number);
    if last < number {
        return Err(usage(format!(
            "--path {number}: allowed: 0 to {last}, for the prices have {} windows for evaluation",
            table::grouped(last + 1)
        )));
    }
    Ok((Some(number), paths.path(number)))
}

/// So many paths, or as many as there are, which a note tells.
pub(super) fn as_many_as_there_are(paths: u64, scenario: &Scenario, sampling: Sampling) -> u64 {
    match Paths::new(scenario, sampling).distinct() {
        Some(most) if most < paths => {
            note(&format!(
                "the prices have {} windows for evaluation: so many paths are run, not {}",
                table::grouped(most),
                table::grouped(paths)
            ));
            most
        }
        _ => paths,
    }
}

/// Refuses the name of a pin that is none, with those there are.
pub(super) fn no_pin<'a>(flag: &str, name: &str, pins: impl Iterator<Item = &'a Label>) -> Failure {
    let names: Vec<&str> = pins.map(|label| label.name.as_str()).collect();
    let allowed = match names.len() {
        0 => "the preset has no pins".to_owned(),
        _ => format!("allowed: {}", names.join(", ")),
    };
    usage(format!("{flag} {name:?}: {allowed}"))
}
