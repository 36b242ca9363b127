//! The command line: everything the window does, for batch work and for tests.
//!
//! Exit codes: 0 done, 1 the run failed, 2 the command was not understood, 75 it was stopped and the same
//! command goes on.

mod book;
mod calibrate;
mod check;
mod compare;
mod doctor;
mod evaluate;
mod failure;
mod gap;
mod gaps;
mod grade;
mod hedge;
mod learned;
mod lessons;
mod manual;
mod paths;
mod plot;
mod position;
mod presets;
mod price;
mod price_curve;
mod prices;
mod progress;
mod record;
mod recorded;
mod replay;
mod reproduce;
mod stop;
mod subject;
mod sweep;
mod table;
mod tables;
mod train;
mod train_conditioned;
mod transfer;
mod weights_file;

use crate::files;
use crate::scenario::{Named, Scenario, Strategy};
use crate::sweep::Meant;
use crate::training::Checkpoint;
use crate::training::conditioned::ConditionedFile;
use anyhow::Context;
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{CommandFactory, Parser, Subcommand};
use failure::{Failure, usage};
use indicatif::{ProgressBar, ProgressStyle};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use subject::{Subject, as_many_as_there_are, no_pin, which_path};

/// Hedge an option when your own trades move the market.
#[derive(Debug, Parser)]
#[command(
    name = "hedgelab",
    version,
    about,
    long_about = "Hedge an option when your own trades move the market.\n\n\
        The model is that of A. Neagu, F. Godin, C. Simard and L. Kosseim, Deep Hedging with Market \
        Impact (arXiv 2402.13326): trading costs more than proportionally to its size, and the order \
        book remembers it. The hedging error is positive for a loss.",
    override_usage = "hedgelab [FILE]       open the window, on a preset, a record, recorded prices or weights\n       hedgelab --lesson NAME  open the window on a lesson\n       hedgelab COMMAND …    do without one",
    after_help = "Start with:\n  hedgelab evaluate paper-year\n  hedgelab train paper-year --seconds 5 --out year.safetensors\n  \
        hedgelab evaluate paper-year --weights year.safetensors\n  hedgelab replay paper-year --path 7\n  \
        hedgelab book thin-book --ask-memory 20\n\n\
        Exit codes: 0 done, 1 the run failed, 2 the command was not understood, 75 it was stopped and the same command goes on."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run strategies over many simulated paths and compare their hedging errors
    Evaluate(evaluate::Evaluate),
    /// Compare a set: its scenario and those pinned beside it, on the same random numbers
    Compare(compare::Compare),
    /// Say what is in a file of recorded prices and its returns
    Prices(prices::Prices),
    /// Fit the order book to quoted books: LOBSTER, Tardis, DBN, snapshots
    Calibrate(Box<calibrate::Calibrate>),
    /// Print the premium at which each strategy's hedge is neither a loss nor a gain
    Price(price::Price),
    /// Show a record again: what evaluate --record wrote
    Open(record::Open),
    /// Compute a record anew and say whether every number is the same
    Verify(record::Verify),
    /// Run strategies on one path and print their ledgers
    Replay(replay::Replay),
    /// Write a view as a figure (SVG, PNG) or its data (CSV)
    Plot(Box<plot::Plot>),
    /// Make the paper's table and figures anew
    Reproduce(reproduce::Reproduce),
    /// Hedge and train over a whole grid of scenarios, on one machine or on many
    #[command(subcommand)]
    Sweep(sweep::Sweep),
    /// Train a network to hedge a scenario
    Train(Box<train::Train>),
    /// Let policies trained in some markets hedge in the others
    Transfer(transfer::Transfer),
    /// Measure how far from the best the conditioned policy is in a scenario
    Gap(gap::Measure),
    /// Print the positions that strategies would take in given states
    Position(position::Position),
    /// Print simulated prices, and what their process has beside them
    Paths(paths::Draw),
    /// Print the order book of a scenario as a depth table
    Book(book::Book),
    /// List, show, check, save, rename and delete presets
    #[command(subcommand)]
    Presets(presets::Presets),
    /// List, show, check and begin lessons
    #[command(subcommand)]
    Lessons(lessons::Lessons),
    /// Hedge a price path yourself: list, show and check challenges, and play one
    #[command(subcommand)]
    Hedge(hedge::Hedge),
    /// Make one table of the records of a class
    Grade(grade::Grade),
    /// Print what a report of an error needs: versions, graphics, threads, folders
    Doctor(doctor::Doctor),
    /// Write the manual pages
    #[command(hide = true)]
    Manual(manual::Manual),
    /// Print a script by which a shell completes commands
    Completions(manual::Completions),
}

/// Reads the arguments, does what they say, and reports failures on standard error.
#[must_use]
pub fn run() -> ExitCode {
    crate::crash::install(crate::files::settings().as_deref());
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _closed_pipe = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match perform(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(error)) => complain(&error, 2),
        Err(Failure::Run(error)) => complain(&error, 1),
        Err(Failure::Again(error)) => complain(&error, 75),
    }
}

/// What the window should be opened on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A preset or a file; absent: what was on screen last.
    pub preset: Option<String>,
    /// A lesson to begin.
    pub lesson: Option<String>,
}

/// What the window should be opened on, where the arguments ask for the window: nothing, one argument
/// that is no command but a file or the name of a preset, or `--lesson` with a lesson's name.
#[must_use]
pub fn wants_window(arguments: &[OsString]) -> Option<Wanted> {
    let texts: Vec<_> = arguments
        .iter()
        .map(|text| text.to_string_lossy())
        .collect();
    let lesson = match texts.as_slice() {
        [flag, name] if flag == "--lesson" => Some(name.to_string()),
        [only] => only.strip_prefix("--lesson=").map(str::to_owned),
        _ => None,
    };
    if lesson.is_some() {
        let preset = None;
        return Some(Wanted { preset, lesson });
    }
    let [only] = arguments else {
        return arguments.is_empty().then(Wanted::default);
    };
    let text = only.to_string_lossy();
    let command = Cli::command();
    let is_command = text == "help" || command.find_subcommand(&*text).is_some();
    if is_command || text.starts_with('-') {
        return None;
    }
    let path = files::typed(only);
    let named = text.contains(std::path::is_separator)
        || path.is_file()
        || is_record(&path)
        || Meant::by(&path).is_some();
    let ends = ["ron", "safetensors"];
    let known = path
        .extension()
        .is_some_and(|ending| ends.iter().any(|end| ending == *end));
    let preset = crate::presets::locate(&text).is_ok();
    (named || known || preset).then(|| Wanted {
        preset: Some(text.into_owned()),
        lesson: None,
    })
}

/// Whether a path is a record, by the name of a file in it.
fn is_record(path: &Path) -> bool {
    crate::record::RecordFolder::is_meant_in(path)
}

/// Opens the window, and reports on standard error why it could not be opened.
#[cfg(feature = "gui")]
#[must_use]
pub fn window(wanted: Wanted) -> ExitCode {
    // A lesson that does not load is told before there is a window.
    if let Some(Err(error)) = wanted.lesson.as_deref().map(crate::lessons::load) {
        return complain(&error.into(), 2);
    }
    match crate::app::run(wanted.preset, wanted.lesson) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&error, 1),
    }
}

/// Says that this program was built without a window.
#[cfg(not(feature = "gui"))]
#[must_use]
pub fn window(_wanted: Wanted) -> ExitCode {
    let error = anyhow::Error::msg("this program was built without a window; see hedgelab --help");
    complain(&error, 1)
}

/// Reads a path as a person types it.
fn typed_path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(|text| files::typed(&text))
}

/// Refuses a place for new weights where nothing can be written, or where something else stands than
/// weights: better before the training than after it.
fn check_place_of_weights(path: &Path) -> Result<(), Failure> {
    let what = |error: &dyn std::fmt::Display| usage(format!("--out {error}"));
    files::typed_new(path.as_os_str()).map_err(|error| what(&error))?;
    let ends_in = |ending: &str| {
        path.extension()
            .is_some_and(|found| found.eq_ignore_ascii_case(ending))
    };
    if ends_in("ron") {
        let path = path.display();
        return Err(usage(format!(
            "--out {path}: is a preset's name; allowed: any other ending, such as .safetensors"
        )));
    }
    if !path.exists() || ends_in("safetensors") || ConditionedFile::read(path).is_ok() {
        return Ok(());
    }
    match Checkpoint::read(path) {
        Ok(_) => Ok(()),
        Err(error) => Err(what(&format!(
            "would replace a file that holds no weights: {error}"
        ))),
    }
}

fn perform(command: Command) -> Result<(), Failure> {
    match command {
        Command::Evaluate(evaluate) => evaluate.run(),
        Command::Compare(compare) => compare.run(),
        Command::Price(price) => price.run(),
        Command::Prices(prices) => prices.run(),
        Command::Calibrate(calibrate) => calibrate.run(),
        Command::Open(open) => open.run(),
        Command::Verify(verify) => verify.run(),
        Command::Replay(replay) => replay.run(),
        Command::Plot(plot) => plot.run(),
        Command::Reproduce(reproduce) => reproduce.run(),
        Command::Sweep(sweep) => sweep.run(),
        Command::Train(train) => train.run(),
        Command::Transfer(transfer) => transfer.run(),
        Command::Gap(gap) => gap.run(),
        Command::Position(position) => position.run(),
        Command::Paths(paths) => paths.run(),
        Command::Book(book) => book.run(),
        Command::Presets(presets) => presets.run(),
        Command::Lessons(lessons) => lessons.run(),
        Command::Hedge(hedge) => hedge.run(),
        Command::Grade(grade) => grade.run(),
        Command::Doctor(_) => doctor::Doctor::run(),
        Command::Manual(manual) => manual.run(),
        Command::Completions(completions) => completions.run(),
    }
}

fn complain(error: &anyhow::Error, code: u8) -> ExitCode {
    let _closed_pipe = writeln!(io::stderr(), "hedgelab: {}", told_once(error));
    ExitCode::from(code)
}

/// Says something on standard error that is no failure.
fn note(text: &str) {
    let _closed_pipe = writeln!(io::stderr(), "hedgelab: note: {text}");
}

/// An error with its causes, each said once: some errors repeat their cause in their own words.
fn told_once(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// Writes a finished text to standard output; a reader that has gone away is no failure.
fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// The same of any bytes.
fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    match io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("standard output").map_err(Failure::Run)
        }
        _ => Ok(()),
    }
}

/// Prints a value as one JSON document.
fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(value).context("writing JSON")?;
    text.push('\n');
    print(&text)
}

/// Prints records as one CSV table, headings first.
fn print_csv<T: serde::Serialize>(rows: impl IntoIterator<Item = T>) -> Result<(), Failure> {
    print(&csv_text(rows)?)
}

/// Records as one CSV table, headings first.
fn csv_text<T: serde::Serialize>(rows: impl IntoIterator<Item = T>) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row).context("writing CSV")?;
    }
    let bytes = writer.into_inner().context("writing CSV")?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    if word.contains(|c: char| c.is_whitespace() || "'\"\\$*?;&|<>()".contains(c)) {
        format!("'{}'", word.replace('\'', r"'\''"))
    } else {
        word.to_owned()
    }
}

/// Does some work on so many threads; on all of them where no number is given.
fn on_threads<T: Send>(
    threads: Option<u16>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Failure> {
    let Some(threads) = threads else {
        return Ok(work());
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads));
    Ok(pool.build().context("--threads")?.install(work))
}

/// A bar of progress over so many paths; hidden by itself where standard error is no terminal.
fn progress(paths: u64) -> ProgressBar {
    let bar = ProgressBar::new(paths);
    if let Ok(style) =
        ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} paths, {eta} left")
    {
        bar.set_style(style);
    }
    bar
}

/// The strategies asked for, or the scenario's own; `learned` only where there are weights.
fn chosen_strategies(
    names: Option<&str>,
    scenario: &Scenario,
    has_weights: bool,
) -> Result<Vec<Strategy>, Failure> {
    let Some(names) = names else {
        let mut own = scenario.strategies.selected.clone();
        own.retain(|strategy| *strategy != Strategy::Learned);
        if has_weights {
            own.push(Strategy::Learned);
        }
        if own.is_empty() {
            return Err(usage(format!(
                "nobody hedges: the scenario selects no strategy that can do without trained weights; \
                 give --weights FILE, or --strategies with a list of {}",
                Strategy::words()
            )));
        }
        return Ok(own);
    };
    let mut chosen = Vec::new();
    for name in names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        let strategy = Strategy::from_name(name).ok_or_else(|| {
            usage(format!(
                "--strategies: {name:?} is no strategy; allowed: {}",
                Strategy::words()
            ))
        })?;
        if strategy == Strategy::Learned && !has_weights {
            return Err(usage(
                "--strategies learned: needs trained weights; give --weights FILE, made by: \
                 hedgelab train PRESET --out FILE"
                    .into(),
            ));
        }
        if !chosen.contains(&strategy) {
            chosen.push(strategy);
        }
    }
    if chosen.is_empty() {
        return Err(usage(format!(
            "--strategies is empty; allowed: a list of {}",
            Strategy::words()
        )));
    }
    Ok(chosen)
}
