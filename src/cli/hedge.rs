//! `hedgelab hedge`: challenges for people, and a hedge by hand from beginning to end.

use super::check::check_files;
use super::table::{Table, grouped, with_error};
use super::{Failure, note, print, print_json, typed_path, usage};
use crate::contract::digits;
use crate::hand::{
    self, BUILT_IN, Challenge, ChallengeError, Game, Outcome, PATHS, Played, Rivals,
};
use crate::quantity::write::{NOTHING, keyboard};
use crate::record::PROGRAM;
use crate::units::ContentHash;
use anyhow::anyhow;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::ops::ControlFlow;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum Hedge {
    /// List the built-in challenges
    #[command(after_help = "JSON: [{name, level, title, text, preset, pin, seed, paths, steps}]")]
    List {
        /// Print one JSON document instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Print a challenge as the text of a file
    Show {
        /// A built-in challenge or a file
        challenge: String,
    },
    /// Check challenge files; every problem is told with file, line, column and field
    Check {
        /// Files to check
        #[arg(required = true, value_parser = typed_path())]
        files: Vec<PathBuf>,
    },
    /// Hedge a path of a challenge with the positions given, and compare the outcome
    Play(Play),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Path N is that of: hedgelab replay PRESET --path N, with the seed of the challenge.\n\n\
    JSON: {program, challenge, path, seed, market, positions, outcome: {you: {name, error, turnover, cost: {spread, depth, \
    memory}, positions}, others: [{name, kind, error, turnover, cost, positions}], worse: [{name, kind, share: {value, se}}], paths, learned_is_exact, settlement}}"
)]
pub(super) struct Play {
    /// A built-in challenge or a file (see: hedgelab hedge list)
    challenge: String,
    /// Number of the path, from 1
    #[arg(long, value_name = "N")]
    path: u64,
    /// Shares to hold from each date on, one for each date
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    positions: String,
    /// Print one JSON document instead of a table
    #[arg(long)]
    json: bool,
}

impl From<ChallengeError> for Failure {
    fn from(error: ChallengeError) -> Self {
        match error {
            ChallengeError::Unknown { .. } => Self::Usage(error.into()),
            ChallengeError::File(error) => error.into(),
        }
    }
}

impl Hedge {
    pub(super) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::List { json } => list(*json),
            Self::Show { challenge } => print(&hand::load(challenge)?.file_text()?),
            Self::Check { files } => check_files(files, |file| {
                Ok::<_, ChallengeError>(Challenge::load_file(file)?.title().to_owned())
            }),
            Self::Play(play) => play.run(),
        }
    }
}

/// A challenge in a list.
#[derive(Serialize)]
struct Listed {
    name: String,
    level: Option<String>,
    title: String,
    text: String,
    preset: String,
    pin: Option<String>,
    seed: u64,
    paths: u64,
    steps: usize,
}

fn list(json: bool) -> Result<(), Failure> {
    let mut listed = Vec::new();
    for (name, _) in BUILT_IN {
        let challenge = hand::built_in(name)?;
        listed.push(Listed {
            name: challenge.name().into(),
            level: challenge.level().map(Into::into),
            title: challenge.title().into(),
            text: challenge.text().into(),
            preset: challenge.preset().into(),
            pin: challenge.pin().map(Into::into),
            seed: challenge.seed(),
            paths: challenge.paths(),
            steps: challenge.scenario().steps,
        });
    }
    if json {
        return print_json(&listed);
    }
    let line = |challenge: &Listed| {
        let (name, title) = (&challenge.name, &challenge.title);
        format!("{name:<14}{title}, {} dates\n", challenge.steps)
    };
    print(&listed.iter().map(line).collect::<String>())
}

/// What the command prints as JSON.
#[derive(Serialize)]
struct Report<'a> {
    program: &'static str,
    challenge: &'a str,
    path: u64,
    seed: u64,
    market: ContentHash,
    positions: &'a [f64],
    outcome: &'a Outcome,
}

impl Play {
    fn run(&self) -> Result<(), Failure> {
        let challenge = hand::load(&self.challenge)?;
        let game = self.game(&challenge)?;
        let rivals = Rivals::of(&challenge, PATHS, &mut || ControlFlow::Continue(()));
        let outcome = rivals.and_then(|rivals| game.finish(&rivals));
        let outcome = outcome.ok_or_else(|| anyhow!("the path has no end"))?;
        if outcome.learned_is_exact == Some(false) {
            note("learned was trained for another market");
        }
        if self.json {
            return print_json(&Report {
                program: PROGRAM,
                challenge: challenge.name(),
                path: self.path,
                seed: challenge.seed(),
                market: challenge.scenario().market_hash(),
                positions: game.positions(),
                outcome: &outcome,
            });
        }
        print(&keyboard(&self.told(&challenge, &outcome)))
    }

    /// The path, hedged to its end.
    fn game(&self, challenge: &Challenge) -> Result<Game, Failure> {
        let about = |what: &'static str| {
            move |wrong: crate::units::FieldError| {
                Failure::Usage(anyhow::Error::new(wrong).context(what))
            }
        };
        let mut game = Game::start(challenge, self.path).map_err(about("--path"))?;
        let (positions, dates) = (self.numbers()?, challenge.scenario().steps);
        if positions.len() != dates {
            return Err(usage(format!(
                "--positions has {} numbers; allowed: {dates}, one for each date",
                positions.len()
            )));
        }
        for position in positions {
            game.commit(position).map_err(about("--positions"))?;
        }
        Ok(game)
    }

    fn numbers(&self) -> Result<Vec<f64>, Failure> {
        let number = |text: &str| {
            text.trim().parse().map_err(|_unread| {
                usage(format!(
                    "--positions: {text:?} is no number; allowed: numbers with commas between, such as 0.5,0.62"
                ))
            })
        };
        self.positions.split(',').map(number).collect()
    }

    fn told(&self, challenge: &Challenge, outcome: &Outcome) -> String {
        format!(
            "{}: path {} of {}, seed {}\n\n{}{}",
            challenge.title(),
            self.path,
            challenge.paths(),
            challenge.seed(),
            table(challenge, outcome).text(),
            landed(outcome)
        )
    }
}

fn table(challenge: &Challenge, outcome: &Outcome) -> Table {
    let digits = digits(challenge.scenario());
    let fine = digits.finer(2);
    let mut table = Table::new(&["", "error", "turnover", "cost", "spread", "depth", "memory"]);
    let mut row = |played: &Played| {
        table.row(vec![
            played.name.clone(),
            fine.cash(played.error),
            digits.shares(played.turnover),
            fine.cash(played.cost.total()),
            fine.cash(played.cost.spread),
            fine.cash(played.cost.depth),
            fine.cash(played.cost.memory),
        ]);
    };
    row(&outcome.you);
    outcome.others.iter().for_each(&mut row);
    table
}

/// Where the person landed among the paths of each strategy.
fn landed(outcome: &Outcome) -> String {
    let mut table = Table::new(&["", "worse than you"]);
    for worse in &outcome.worse {
        let percent = |x: f64| with_error(100.0 * x, worse.share.se.map(|se| 100.0 * se));
        let share = worse.share.value.map(percent);
        let cell = share.map_or(NOTHING.into(), |share| format!("{share} %"));
        table.row(vec![worse.name.clone(), cell]);
    }
    format!(
        "\nHow often each does worse, over {} paths:\n\n{}",
        grouped(outcome.paths),
        table.text()
    )
}
