//! Records as folders: written by `hedgelab evaluate --record`, shown by `hedgelab open`, computed anew
//! by `hedgelab verify`.

use super::learned::Hedgers;
use super::table::{figure, grouped};
use super::tables::tables;
use super::{Failure, print, print_json, stop, typed_path, usage};
use crate::outcome::Sample;
use crate::quantity::write::NOTHING;
use crate::record::{
    Differs, ErrorsWriter, FolderError, PATH, Record, RecordDraft, RecordFolder, Verdict, verify,
};
use crate::scenario::Scenario;
use anyhow::anyhow;
use clap::Args;
use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

/// Differences that are told one by one.
const TOLD: usize = 12;

#[derive(Debug, Args)]
#[command(
    after_help = "Prints the tables of hedgelab evaluate from the record; nothing is computed. Every file of it is held \
    against its SHA-256 first: one that changed is named, and nothing is shown. JSON: as of hedgelab evaluate.\n\n\
    A record stands for its preset elsewhere: hedgelab replay DIR --path 7, hedgelab evaluate DIR --seed 2, \
    hedgelab price DIR, and hedgelab DIR for the window."
)]
pub(super) struct Open {
    /// Folder of a record
    #[arg(value_name = "DIR", value_parser = typed_path())]
    folder: PathBuf,
    /// Print one JSON document instead of tables
    #[arg(long)]
    json: bool,
}

impl Open {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let folder = RecordFolder::open(&self.folder)?;
        if self.json {
            return print_json(&folder.record);
        }
        let subject = super::quoted(&self.folder.display().to_string());
        print(&tables(&folder.record, &folder.scenario, &subject))
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "Holds every file against its SHA-256, then runs the same paths with the policies that lie in the record and \
    compares every figure, every error and every ledger that is kept. By the version that wrote it they are the same bit for \
    bit, on any number of threads; by another, what differs is told in standard errors.\n\n\
    Exit codes: 0 every number is the same, 1 some differ or a file was changed.\n\n\
    JSON: {program, by, same, figures, errors, ledgers, differences: [{what, recorded, now, standard_errors}]}: which program \
    wrote it, which computed it anew, how many figures, errors by path and ledgers were compared"
)]
pub(super) struct Verify {
    /// Folder of a record
    #[arg(value_name = "DIR", value_parser = typed_path())]
    folder: PathBuf,
    /// Number of threads; the results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print one JSON document instead of words
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let folder = RecordFolder::open(&self.folder)?;
        let verdict = super::on_threads(self.threads, || self.verdict(&folder))??;
        if self.json {
            print_json(&verdict)?;
        } else {
            print(&words(&folder, &verdict))?;
        }
        if verdict.same {
            return Ok(());
        }
        let count = verdict.differences.len();
        Err(Failure::Run(anyhow!(
            "{}: {count} of its numbers came out otherwise",
            self.folder.display()
        )))
    }

    fn verdict(&self, folder: &RecordFolder) -> Result<Verdict, Failure> {
        let stop = stop::listen();
        let bar = super::progress(folder.record.paths);
        let verdict = verify(folder, &mut |done| {
            bar.set_position(done);
            stop.ask()
        });
        bar.finish_and_clear();
        let stopped = || anyhow!("{}: stopped before it was verified", self.folder.display());
        Ok(verdict?.ok_or_else(stopped)?)
    }
}

fn words(folder: &RecordFolder, verdict: &Verdict) -> String {
    let record = &folder.record;
    let mut text = format!(
        "record {} of {}: {} paths × {} steps, seed {}\n",
        record.record.short(),
        record.preset,
        grouped(record.paths),
        record.scenario.steps,
        record.seed
    );
    let _infallible = writeln!(
        text,
        "{} files are as they were written, by {}",
        folder.manifest.files.len() + 1,
        verdict.program
    );
    let mut compared = vec![format!("{} figures", grouped(verdict.figures as u64))];
    if verdict.errors > 0 {
        let policies = record.strategies.len() as u64;
        compared.push(format!("{} errors", grouped(policies * verdict.errors)));
    }
    if verdict.ledgers > 0 {
        compared.push(format!("{} ledgers", verdict.ledgers));
    }
    let _infallible = write!(
        text,
        "computed anew by {}: {} ",
        verdict.by,
        compared.join(", ")
    );
    if verdict.same {
        text.push_str("are the same, bit for bit\n");
        return text;
    }
    let count = verdict.differences.len();
    let _infallible = writeln!(text, "were compared, and {count} differ");
    if !verdict.is_same_version() {
        text.push_str("another version of the program wrote it\n");
    }
    text.push('\n');
    for differs in verdict.differences.iter().take(TOLD) {
        text.push_str(&line(differs));
    }
    if count > TOLD {
        let _infallible = writeln!(text, "and {} more: see --json", count - TOLD);
    }
    text
}

/// A number that came out otherwise.
fn line(differs: &Differs) -> String {
    let told = |x: Option<f64>| x.map_or(NOTHING.to_owned(), |x| x.to_string());
    let apart = differs.standard_errors.map_or(String::new(), |apart| {
        format!(", {} standard errors apart", figure(figure_of(apart)))
    });
    format!(
        "{}: {} in the record, {} now{apart}\n",
        differs.what,
        told(differs.recorded),
        told(differs.now)
    )
}

/// To three digits.
fn figure_of(x: f64) -> f64 {
    format!("{x:.2e}").parse().unwrap_or(x)
}

/// Whether a run is recorded, and how much of it.
#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// Write a record into this folder, too: what was run, by whom, and what came of it, to be shown
    /// again with hedgelab open and computed anew with hedgelab verify
    #[arg(long, value_name = "DIR", value_parser = typed_path())]
    record: Option<PathBuf>,
    /// Keep every hedging error in the record, as errors.parquet
    #[arg(long, requires = "record")]
    errors: bool,
    #[arg(
        long,
        value_name = "LIST",
        requires = "record",
        help = "Keep the ledgers of these paths in the record: numbers, or representatives (best, worst and typical)"
    )]
    ledgers: Option<String>,
}

impl Wanted {
    /// Begins the record before the run: a place where it cannot lie is told then.
    pub(super) fn begin(&self, hedgers: &Hedgers) -> Result<Recording, Failure> {
        let ledgers = self.ledgers.as_deref();
        let ledgers = ledgers.map_or(Ok(Ledgers::Of(Vec::new())), Ledgers::read)?;
        let Some(folder) = &self.record else {
            return Ok(Recording(None));
        };
        let clash = hedgers.records.iter().any(|policy| policy.name == PATH);
        if self.errors && clash {
            return Err(usage(format!(
                "--errors: a policy is called {PATH}, as the column of path numbers is; allowed: --weights NAME=FILE \
                 with another name"
            )));
        }
        let draft = RecordDraft::begin(folder)?;
        let errors = self.errors.then(|| draft.errors(&hedgers.policies));
        Ok(Recording(Some(Begun {
            errors: errors.transpose()?,
            draft,
            ledgers,
            trouble: None,
        })))
    }
}

/// A record that is written while a run goes on, or none.
pub(super) struct Recording(Option<Begun>);

struct Begun {
    draft: RecordDraft,
    errors: Option<ErrorsWriter<Box<dyn Write + Send>>>,
    ledgers: Ledgers,
    /// Why errors could not be written.
    trouble: Option<FolderError>,
}

/// Whose ledgers are kept.
enum Ledgers {
    Of(Vec<u64>),
    Representatives,
}

impl Recording {
    /// Takes the errors of a round; whether there is any use in going on.
    pub(super) fn push(&mut self, parts: &[Vec<Sample>]) -> bool {
        let Some(begun) = &mut self.0 else {
            return true;
        };
        if let Some(errors) = &mut begun.errors
            && let Err(error) = errors.push(parts)
        {
            begun.trouble = Some(begun.draft.no_errors(&error));
            begun.errors = None;
        }
        begun.trouble.is_none()
    }

    /// Says why errors could not be written, where that is so.
    pub(super) fn check(&mut self) -> Result<(), Failure> {
        let trouble = self.0.as_mut().and_then(|begun| begun.trouble.take());
        trouble.map_or(Ok(()), |trouble| Err(trouble.into()))
    }

    /// Puts the record in its place.
    pub(super) fn finish(
        self,
        record: &Record,
        scenario: &Scenario,
        hedgers: &Hedgers,
    ) -> Result<(), Failure> {
        let Some(begun) = self.0 else {
            return Ok(());
        };
        if record.paths == 0 {
            return Err(Failure::Run(anyhow!(
                "no path was run: nothing is recorded"
            )));
        }
        if let Some(errors) = begun.errors {
            errors
                .finish()
                .map_err(|error| begun.draft.no_errors(&error))?;
        }
        let numbers = begun.ledgers.numbers(record);
        begun
            .draft
            .ledgers(record, scenario, &hedgers.policies, &numbers)?;
        Ok(begun.draft.finish(record, &hedgers.learned)?)
    }
}

impl Ledgers {
    fn read(text: &str) -> Result<Self, Failure> {
        if text.trim() == "representatives" {
            return Ok(Self::Representatives);
        }
        let number = |word: &str| {
            let number = word.trim().parse().ok().filter(|n| *n < 1 << 53);
            number.ok_or_else(|| {
                usage(format!(
                    "--ledgers {word:?}: allowed: numbers of paths from 0 to 2^53 − 1 with commas between them, or \
                     representatives"
                ))
            })
        };
        text.split(',')
            .map(number)
            .collect::<Result<_, _>>()
            .map(Self::Of)
    }

    fn numbers(self, record: &Record) -> Vec<u64> {
        let mut numbers = match self {
            Self::Of(numbers) => numbers,
            Self::Representatives => {
                let named = record.strategies.iter().map(|s| s.representatives.named());
                named.flatten().map(|(_, number)| number).collect()
            }
        };
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}
