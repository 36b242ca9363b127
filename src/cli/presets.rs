//! `hedgelab presets`: list, show, check, save, rename, duplicate, delete, restore, and where they are.

use super::check::check_files;
use super::table::Table;
use super::{Failure, Subject, print, typed_path};
use crate::files::FileError;
use crate::presets::{self, BUILT_IN, PresetError};
use crate::scenario::Scenario;
use crate::scenario::fields::FIELDS;
use anyhow::anyhow;
use clap::Subcommand;
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
        #[arg(required = true, value_parser = typed_path())]
        files: Vec<PathBuf>,
    },
    /// Save a preset of your own, in your folder or in a file
    Save {
        /// Name of the new preset, or with a slash or the ending .ron a file in a folder that exists
        name: String,
        #[command(flatten)]
        subject: Subject,
        /// Replace a preset or file that exists
        #[arg(long)]
        force: bool,
    },
    /// Give a preset of your own another name
    Rename {
        /// Its name
        from: String,
        /// Its new name
        to: String,
    },
    /// Copy a preset of your own, with its policy, under a new name
    Duplicate {
        /// Its name
        name: String,
    },
    /// Move a preset of your own, with its policy, to the trash
    Delete {
        /// Its name
        name: String,
    },
    /// Bring a deleted preset back, or list what can be brought back
    Restore {
        /// Its name
        name: Option<String>,
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
            Self::Show { subject } => print(&presets::text(&subject.whole()?)?),
            Self::Check { files } => check_files(files, |file| {
                Ok::<_, PresetError>(presets::load_file(file)?.title.clone())
            }),
            Self::Save {
                name,
                subject,
                force,
            } => save(name, subject, *force),
            Self::Rename { from, to } => {
                let (_, path) = presets::rename(from, to)?;
                print(&format!("{from} is {} now\n", path.display()))
            }
            Self::Duplicate { name } => {
                let copy = presets::duplicate(name)?;
                print(&format!("copied {name} to {copy}\n"))
            }
            Self::Delete { name } => {
                presets::delete(name)?;
                print(&format!(
                    "{name} is in the trash; to bring it back: hedgelab presets restore {name:?}\n"
                ))
            }
            Self::Restore { name: Some(name) } => {
                let path = presets::restore(name)?;
                print(&format!("brought back {}\n", path.display()))
            }
            Self::Restore { name: None } => print(&trash()),
            Self::Fields => fields(),
            Self::Path => print(&format!("{}\n", presets::folder()?.display())),
        }
    }
}

fn list() -> Result<(), Failure> {
    let mut table = Table::new(&["preset", ""]);
    for (name, about) in presets::own_list() {
        table.row(vec![name, about]);
    }
    for (name, _) in BUILT_IN {
        let title = presets::built_in(name)?.title.clone();
        table.row(vec![(*name).to_owned(), title]);
    }
    print(&left_aligned(&table))
}

/// What can be brought back, one name a line.
fn trash() -> String {
    let names = presets::trashed();
    if names.is_empty() {
        return "the trash is empty\n".into();
    }
    names.join("\n") + "\n"
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
        if let Some(only) = field.only_where() {
            text.push_str(&format!("    Only {only}\n"));
        }
    }
    print(&text)
}

fn save(name: &str, subject: &Subject, force: bool) -> Result<(), Failure> {
    let mut scenario = subject.whole()?;
    let path = presets::new_file(name)?;
    if let Some(called) = subject.prices.called_from(&path) {
        let mut parameters = scenario.into_parameters();
        if let Some(prices) = &mut parameters.market.recorded.prices {
            prices.file = called;
        }
        scenario = Scenario::new(parameters)?;
    }
    let saved = if force {
        presets::save(&scenario, &path)
    } else {
        presets::save_new(&scenario, &path)
    };
    match saved {
        Err(PresetError::File(FileError::Exists { path })) => {
            let path = path.display();
            Err(Failure::Run(anyhow!(
                "{path}: exists already; --force replaces it"
            )))
        }
        saved => {
            saved?;
            print(&format!("saved {}\n", path.display()))
        }
    }
}
