//! `hedgelab sweep submit`: a sweep handed over to an engine that deals out work.

use super::told_time;
use crate::cli::table::grouped;
use crate::cli::{Failure, on_threads, print, stop, typed_path, usage};
use crate::files;
use crate::quantity::write::plural;
use crate::sweep::job::{Cloud, Files, Job, Shares, label};
use crate::sweep::{Cell, Chain, Folder, Pace, Plan, SweepError, is_address};
use anyhow::{Context, anyhow};
use clap::Args;
use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

#[derive(Debug, Args)]
#[command(
    after_help = "What is written is complete: sbatch, kubectl apply -f or sh takes it as it is, and --submit hands it to them. \
    Each task computes one share of the sweep with hedgelab sweep run; chains of cells stay whole. As many shares are made as \
    let a task last --minutes, by a moment's work here on one cell; nothing is tried where --shards and --limit are given.\n\n\
    --slurm is an array job: a task that is stopped, by the end of its time for instance, is requeued and goes on; one that \
    failed is not. --kubernetes is an Indexed Job with the sweep in a ConfigMap, and DIR a path in the claimed volume or an object storage. --local \
    is a line for GNU parallel, for a machine of one's own, or several (PARALLEL='--sshlogin …').\n\n\
    For Slurm and GNU parallel DIR is made, and has their logs in log/; where it is an object storage (`s3://BUCKET/NAME`), they \
    are in the folder where this is said.\n\n\
    Exit codes: 0 done, 1 the engine is not there or refused, 75 shares were stopped, 2 the sweep cannot be."
)]
pub(in crate::cli) struct Submit {
    /// The sweep: a file as hedgelab sweep example prints it
    #[arg(value_parser = typed_path())]
    spec: PathBuf,
    /// Folder for the results, which every task sees; or an object storage: `s3://BUCKET/NAME`, `gs://…`, `az://…`
    #[arg(long, value_name = "DIR", value_parser = typed_path())]
    out: PathBuf,
    #[command(flatten)]
    engine: Engine,
    /// Number of shares, and so of tasks [default: as many as let a task last --minutes]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    shards: Option<u64>,
    /// How long a task is to last (minutes)
    #[arg(long, value_name = "M", default_value_t = 10, conflicts_with = "shards",
        value_parser = clap::value_parser!(u32).range(1..=10_000))]
    minutes: u32,
    /// Time after which a task is asked to end (minutes) [default: three times what it should take]
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(2..=1_000_000))]
    limit: Option<u64>,
    /// Most tasks at once [default: what the engine allows]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    at_once: Option<u64>,
    /// Cores of a task
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    cores: u16,
    /// Memory of a task (MiB)
    #[arg(long, value_name = "M", default_value_t = 2048, value_parser = clap::value_parser!(u64).range(64..=4_194_304))]
    memory: u64,
    /// The program as tasks find it [default: this one; in an image, hedgelab]
    #[arg(long, value_name = "FILE")]
    program: Option<String>,
    /// Image with the program
    #[arg(
        long,
        value_name = "IMAGE",
        requires = "kubernetes",
        required_if_eq("kubernetes", "true")
    )]
    image: Option<String>,
    /// Claim to the volume for the results; with an object storage there is none
    #[arg(long, value_name = "NAME", requires = "kubernetes")]
    claim: Option<String>,
    /// Secret whose entries tasks have in their environment, such as credentials for an object storage
    #[arg(long, value_name = "NAME", requires = "kubernetes")]
    secret: Option<String>,
    /// Service account of the tasks, such as one with the right to an object storage
    #[arg(long, value_name = "NAME", requires = "kubernetes")]
    service_account: Option<String>,
    /// Write it to this file instead of printing it
    #[arg(long, value_name = "FILE", value_parser = typed_path())]
    job: Option<PathBuf>,
    /// Hand it over now, to sbatch, kubectl or parallel
    #[arg(long = "submit")]
    now: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Engine {
    /// An array job of Slurm
    #[arg(long)]
    slurm: bool,
    /// An Indexed Job of Kubernetes
    #[arg(long)]
    kubernetes: bool,
    /// A line for GNU parallel
    #[arg(long)]
    local: bool,
}

impl Submit {
    pub(super) fn run(&self) -> Result<(), Failure> {
        if let Some(file) = &self.job {
            let place = files::typed_new(file.as_os_str());
            place.map_err(|error| usage(format!("--job {error}")))?;
        }
        self.check_claim()?;
        let plan = Plan::load(&self.spec)?;
        let chains = plan.chains()?;
        let folder = if self.engine.kubernetes {
            None
        } else {
            Some(Folder::prepare(&self.out, &plan, false)?)
        };
        let cells = chains.iter().flat_map(|chain| &chain.cells);
        let there = match &folder {
            Some(folder) => folder.there(cells)?,
            None => BTreeSet::new(),
        };
        let has = |cell: &Cell| there.contains(&cell.index);
        let (shares, is_timed) = self.shares(&plan, &chains, &has)?;
        let job = self.described(&plan, &chains, shares, is_timed)?;
        job.check()?;
        let text = if self.engine.slurm {
            job.slurm()
        } else if self.engine.kubernetes {
            job.kubernetes(&Cloud {
                image: self.image.clone().unwrap_or_default(),
                claim: self.claim.clone(),
                secret: self.secret.clone(),
                account: self.service_account.clone(),
                files: Files::of(&plan)?,
            })?
        } else {
            job.local()
        };
        if let Some(file) = &self.job {
            files::write(file, text.as_bytes()).context("--job")?;
        }
        if self.now {
            return self.hand_over(&text);
        }
        match &self.job {
            None => print(&text),
            Some(file) => {
                let (file, takes) = (file.display().to_string(), self.takes());
                print(&format!(
                    "{}\n{takes} {} hands it over\n",
                    job.about,
                    crate::cli::quoted(&file)
                ))
            }
        }
    }

    /// Whether there is one place for the results: a volume that is claimed, or an object storage.
    fn check_claim(&self) -> Result<(), Failure> {
        let out = self.out.display();
        match (&self.claim, is_address(&self.out)) {
            (Some(claim), true) => Err(usage(format!(
                "--claim {claim}: allowed: none, for --out {out} needs no volume"
            ))),
            (None, false) if self.engine.kubernetes => Err(usage(format!(
                "--out {out} is a path: allowed: with --claim NAME, the claim to the volume it lies in, or an object storage, \
                 such as s3://BUCKET/NAME"
            ))),
            _ => Ok(()),
        }
    }

    /// What takes the text as a file.
    fn takes(&self) -> &'static str {
        match &self.engine {
            engine if engine.slurm => "sbatch",
            engine if engine.kubernetes => "kubectl apply -f",
            _ => "sh",
        }
    }

    /// Into how many shares the sweep is cut, and whether it was tried how long they take.
    fn shares(
        &self,
        plan: &Plan,
        chains: &[Chain],
        has: &dyn Fn(&Cell) -> bool,
    ) -> Result<(Shares, bool), Failure> {
        let most = chains.len() as u64;
        if let Some(typed) = self.shards.filter(|typed| *typed > most) {
            return Err(usage(format!(
                "--shards is {typed}; allowed: 1 to {}, for chains of cells stay whole",
                grouped(most)
            )));
        }
        if let (Some(count), Some(_)) = (self.shards, self.limit) {
            return Ok((
                Shares {
                    count,
                    longest: 0.0,
                },
                false,
            ));
        }
        let seconds = seconds(plan, chains, has)?;
        if let Some(count) = self.shards {
            return Ok((Shares::so_many(&seconds, self.cores, count), true));
        }
        let shares = Shares::of_length(&seconds, self.cores, 60.0 * f64::from(self.minutes));
        // On one machine no core stays idle.
        let least = self.at_once.unwrap_or_else(|| self.at_once_here());
        let least = least.min(most);
        if self.engine.local && shares.count < least {
            return Ok((Shares::so_many(&seconds, self.cores, least), true));
        }
        Ok((shares, true))
    }

    /// How many tasks this machine has cores for.
    fn at_once_here(&self) -> u64 {
        (rayon::current_num_threads() as u64 / u64::from(self.cores)).max(1)
    }

    fn described(
        &self,
        plan: &Plan,
        chains: &[Chain],
        shares: Shares,
        is_timed: bool,
    ) -> Result<Job, Failure> {
        let cells: usize = chains.iter().map(|chain| chain.cells.len()).sum();
        let title = &plan.spec().title;
        let long = match (is_timed, shares.count) {
            (false, _) => String::new(),
            (true, 1) => format!(" of about {}", told_time(shares.longest)),
            (true, _) => format!(" of up to about {}", told_time(shares.longest)),
        };
        let about = format!(
            "{title}: {} cells in {} share{}{long}",
            grouped(cells as u64),
            grouped(shares.count),
            plural(shares.count)
        );
        let in_an_image = self.engine.kubernetes;
        let program = match &self.program {
            Some(program) => program.clone(),
            None if in_an_image => "hedgelab".into(),
            None => told_path(
                "this program",
                &std::env::current_exe().context("this program")?,
            )?,
        };
        let several_cores = self.engine.local && self.cores > 1;
        let whole_machine = several_cores.then(|| self.at_once_here());
        Ok(Job {
            name: label(title),
            about: about.replace(char::is_control, " "),
            shares: shares.count,
            at_once: self.at_once.or(whole_machine),
            cores: self.cores,
            memory: self.memory,
            limit: self.limit.unwrap_or_else(|| shares.limit()),
            program,
            spec: told_path("the sweep", &absolute(&self.spec)?)?,
            log: self.log()?,
            out: if in_an_image {
                told_path("--out", &self.out)?
            } else {
                told_path("--out", &absolute(&self.out)?)?
            },
        })
    }

    /// How the names of logs begin: in the folder of the results, or, where those are elsewhere, here.
    fn log(&self) -> Result<String, Failure> {
        let folder = if is_address(&self.out) {
            absolute(Path::new("."))?
        } else {
            absolute(&self.out)?.join("log")
        };
        Ok(format!(
            "{}/",
            told_path("--out", &folder)?.trim_end_matches('/')
        ))
    }

    /// Hands the text to the engine's own command.
    fn hand_over(&self, text: &str) -> Result<(), Failure> {
        if self.engine.slurm {
            return given("sbatch", &[], text, "Slurm's commands");
        }
        if self.engine.kubernetes {
            return given(
                "kubectl",
                &["apply", "-f", "-"],
                text,
                "Kubernetes' kubectl",
            );
        }
        let version = Command::new("parallel").arg("--version").output();
        let is_it =
            |version: Vec<u8>| String::from_utf8_lossy(&version).starts_with("GNU parallel");
        if !version.is_ok_and(|version| is_it(version.stdout)) {
            return Err(missing("parallel", "GNU parallel"));
        }
        // Ctrl-C reaches parallel too, which asks the shares to end.
        let stop = stop::listen();
        let ended = Command::new("sh").args(["-c", text]).status();
        let ended = ended.context("sh")?;
        if ended.success() {
            return Ok(());
        }
        let told = anyhow!("not all shares are there; the same command goes on with them");
        if stop.is_raised() {
            return Err(Failure::Again(told));
        }
        Err(Failure::Run(told))
    }
}

/// What each chain takes on one thread (seconds): those of its cells that are not there yet.
fn seconds(
    plan: &Plan,
    chains: &[Chain],
    has: &dyn Fn(&Cell) -> bool,
) -> Result<Vec<f64>, Failure> {
    let waiting = |chain: &Chain| -> Vec<Cell> {
        let cells = chain.cells.iter().filter(|cell| !has(cell));
        cells.copied().collect()
    };
    let waiting: Vec<Vec<Cell>> = chains.iter().map(waiting).collect();
    let Some(first) = waiting.iter().flatten().next() else {
        return Ok(vec![0.0; chains.len()]);
    };
    let start = Instant::now();
    let clock = || start.elapsed().as_secs_f64();
    let pace = on_threads(Some(1), || Pace::tried(plan, first, &clock))??;
    let chain = |cells: &Vec<Cell>| -> Result<f64, SweepError> {
        cells.iter().map(|cell| pace.seconds(plan, cell)).sum()
    };
    Ok(waiting.iter().map(chain).collect::<Result<_, _>>()?)
}

/// Gives a text to a program.
fn given(program: &str, arguments: &[&str], text: &str, what: &str) -> Result<(), Failure> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => missing(program, what),
        _ => Failure::Run(anyhow!("{program}: {error}")),
    })?;
    // A program that ends before it has read everything says itself why.
    let _read_or_not = child
        .stdin
        .take()
        .map(|mut input| input.write_all(text.as_bytes()));
    let ended = child.wait().with_context(|| program.to_owned())?;
    if ended.success() {
        return Ok(());
    }
    Err(Failure::Run(anyhow!(
        "{program} did not take the job: {ended}"
    )))
}

fn missing(program: &str, what: &str) -> Failure {
    Failure::Run(anyhow!(
        "there is no {program} here: --submit needs {what} on the PATH; without it the job is printed, or written with --job FILE"
    ))
}

/// The same path wherever a task is started; an address is that already.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    if is_address(path) {
        return Ok(path.to_owned());
    }
    Ok(std::path::absolute(path).with_context(|| path.display().to_string())?)
}

/// A path that can stand in a script.
fn told_path(what: &str, path: &Path) -> Result<String, Failure> {
    let text = path.to_str().map(str::to_owned);
    text.ok_or_else(|| {
        usage(format!(
            "{what} is {}; allowed: a path in UTF-8",
            path.display()
        ))
    })
}
