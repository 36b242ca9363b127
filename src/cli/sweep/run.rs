//! `hedgelab sweep run`: the cells that are not there yet.

use super::progress::Progress;
use super::told_time;
use crate::cli::table::grouped;
use crate::cli::{Failure, note, print, stop, typed_path, usage};
use crate::sweep::share::from_environment;
use crate::sweep::{Cell, Chain, Folder, News, Plan, Run, Share};
use anyhow::anyhow;
use clap::Args;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Debug, Args)]
#[command(
    after_help = "DIR gets sweep.ron and scenario.ron (what is swept), rows/ (a result for each cell), networks/ and log/. Each \
    file is written whole or not at all; what is there is not computed again, so that the same command goes on after Ctrl-C, \
    SIGTERM or a crash, and several may work in one DIR at once, each on its share. The results are the same bytes for any \
    number of shares and threads.\n\n\
    The share is --shard I/N (I from 1), or, without it, what an array job's environment says: SLURM_ARRAY_TASK_ID with \
    _COUNT and _MIN, or JOB_COMPLETION_INDEX with --shards N.\n\n\
    Exit codes: 0 all cells of the share are there, 75 it was stopped and the same command goes on, 1 a cell or a file failed, \
    2 the sweep cannot be.\n\n\
    --progress json prints lines: {event: begin, cells, there, share, threads}, {event: cell, cell, number, place, seconds, \
    done, cells, left_seconds}, {event: failed, cell, place, reason}, {event: end, done, cells, seconds, stopped}"
)]
pub(in crate::cli) struct RunOf {
    /// The sweep: a file as hedgelab sweep example prints it
    #[arg(value_parser = typed_path())]
    spec: PathBuf,
    /// Folder for the results, in which the same command goes on; or an object storage: `s3://BUCKET/NAME`, `gs://…`, `az://…`
    #[arg(long, value_name = "DIR", value_parser = typed_path())]
    out: PathBuf,
    /// Compute this share alone: I of N, I from 1
    #[arg(long, value_name = "I/N", conflicts_with = "shards")]
    shard: Option<String>,
    /// Number of shares, where the environment says only which one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    shards: Option<u64>,
    /// Take this spec in the place of the one in DIR; cells that both have stay
    #[arg(long)]
    extend: bool,
    /// Number of threads; the results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What is said on the way: bar (on a terminal; elsewhere a line now and then), json, or none
    #[arg(long, value_name = "HOW", default_value = "bar", value_parser = ["bar", "json", "none"])]
    progress: String,
}

impl RunOf {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let start = Instant::now();
        // First of all: threads that are started later are not to be ended by what is listened to here.
        let stop = stop::listen_for_both();
        let share = self.share()?;
        let plan = Plan::load(&self.spec)?;
        let chains = share.of(&plan.chains()?);
        let folder = Folder::prepare(&self.out, &plan, self.extend)?;
        folder.tidy();
        let cells: Vec<Cell> = cells(&chains).copied().collect();
        let threads = self
            .threads
            .map_or_else(rayon::current_num_threads, usize::from);
        let progress = Progress::begin(&self.progress, &plan, &folder, &cells, share, threads)?;
        let ended = Run {
            plan: &plan,
            folder: &folder,
            chains: &chains,
            threads,
            stop,
            clock: &|| start.elapsed().as_secs_f64(),
            told: &|news: News<'_>| progress.hear(&news),
        }
        .go();
        let done = folder.there(&cells)?.len();
        let stopped = stop.is_raised() && done < cells.len();
        progress.end(done, start.elapsed().as_secs_f64(), stopped);
        ended?;
        if stopped {
            return Err(Failure::Again(anyhow!(
                "stopped after {} of {} cells; the same command goes on from here",
                grouped(done as u64),
                grouped(cells.len() as u64)
            )));
        }
        if self.progress == "json" {
            return Ok(());
        }
        let there = progress.there();
        print(&format!(
            "{}: {} cells are there, {} of them from before; {}\nhedgelab sweep merge {} --csv FILE makes one table of them\n",
            plan.spec().title,
            grouped(done as u64),
            grouped(there as u64),
            told_time(start.elapsed().as_secs_f64()),
            crate::cli::quoted(&self.out.display().to_string()),
        ))
    }

    fn share(&self) -> Result<Share, Failure> {
        if let Some(text) = &self.shard {
            return text
                .parse()
                .map_err(|wrong| usage(format!("--shard: {wrong}")));
        }
        let variable = |name: &str| std::env::var(name).ok();
        let share = from_environment(&variable, self.shards)?;
        if let Some(share) = share {
            note(&format!("share {share}, as the environment says"));
        }
        match (share, self.shards) {
            (Some(share), _) => Ok(share),
            (None, None | Some(1)) => Ok(Share::ALL),
            (None, Some(count)) => Err(usage(format!(
                "--shards {count}: nothing in the environment says which share; allowed: --shard I/{count}"
            ))),
        }
    }
}

fn cells(chains: &[Chain]) -> impl Iterator<Item = &Cell> {
    chains.iter().flat_map(|chain| &chain.cells)
}
