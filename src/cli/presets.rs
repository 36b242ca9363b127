//! `hedgelab presets`: list, show, check, save, and where they are.

use super::table::Table;
use super::{Failure, Subject, print};
use crate::presets::{self, BUILT_IN};
use crate::scenario::fields::FIELDS;
use anyhow::anyhow;
use clap::Subcommand;
use std::io::{self, Write};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum Presets {
    /// List the built-in presets and your own
    List,
    /// Print a preset as the text of a file
    Show {
        #[command(flatten)]
        subject: Subject,
    },
    /// Check preset files; every problem is told with file, line, column and field
    Check {
        /// Files to check
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Save a preset of your own, in your folder or in a file
    Save {
        /// Name of the new preset, or with a slash or the ending .ron a file
        name: String,
        #[command(flatten)]
        subject: Subject,
        /// Replace a preset or file that exists
        #[arg(long)]
        force: bool,
    },
    /// List the fields that --set can change, with unit, range and meaning
    Fields,
    /// Print the folder of your own presets
    Path,
}

impl Presets {
    pub(super) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::List => list(),
            Self::Show { subject } => print(&presets::text(&subject.scenario()?)),
            Self::Check { files } => check(files),
            Self::Save {
                name,
                subject,
                force,
            } => save(name, subject, *force),
            Self::Fields => fields(),
            Self::Path => print(&format!("{}\n", presets::folder()?.display())),
        }
    }
}

fn list() -> Result<(), Failure> {
    let mut table = Table::new(&["preset", ""]);
    let own = presets::own_names();
    let names = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    for name in names.chain(own) {
        let about = match presets::load(&name) {
            Ok(scenario) => scenario.title.clone(),
            Err(error) => format!("does not load: {error}"),
        };
        table.row(vec![name, about]);
    }
    print(&left_aligned(&table))
}

/// Titles read better from the left.
fn left_aligned(table: &Table) -> String {
    let mut text = String::new();
    for line in table.text().lines().skip(1) {
        let (name, about) = line.split_once("  ").unwrap_or((line, ""));
        text.push_str(&format!("{name:<20}  {}\n", about.trim_start()));
    }
    text
}

fn fields() -> Result<(), Failure> {
    let mut text = String::new();
    for field in FIELDS {
        text.push_str(&format!(
            "{}\n    {}\n    Allowed: {}\n",
            field.path,
            field.meaning,
            field.allowed()
        ));
    }
    print(&text)
}

fn check(files: &[PathBuf]) -> Result<(), Failure> {
    let mut bad = 0;
    let mut good = String::new();
    for file in files {
        match presets::load_file(file) {
            Ok(scenario) => {
                good.push_str(&format!("{}: fine: {}\n", file.display(), scenario.title));
            }
            Err(error) => {
                bad += 1;
                let _closed_pipe = writeln!(io::stderr(), "{error}");
            }
        }
    }
    print(&good)?;
    if bad == 0 {
        return Ok(());
    }
    Err(Failure::Run(anyhow!(
        "{bad} of {} files do not load",
        files.len()
    )))
}

fn save(name: &str, subject: &Subject, force: bool) -> Result<(), Failure> {
    let scenario = subject.scenario()?;
    let ends_in_ron = std::path::Path::new(name)
        .extension()
        .is_some_and(|ending| ending == "ron");
    let path = if ends_in_ron || name.contains(['/', '\\']) {
        PathBuf::from(name)
    } else {
        presets::own_file(name)?
    };
    if path.exists() && !force {
        let path = path.display();
        return Err(Failure::Run(anyhow!(
            "{path}: exists already; --force replaces it"
        )));
    }
    presets::save(&scenario, &path)?;
    print(&format!("saved {}\n", path.display()))
}
