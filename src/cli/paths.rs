//! `hedgelab paths`: simulated prices, with what their process has beside them.

use super::table::{Table, estimate, grouped};
use super::{Failure, Subject, as_many_as_there_are, print, print_bytes};
use crate::market::{LANES, PathBlock, Paths, Sampling};
use crate::outcome::{Tally, average};
use crate::quantity::write::{keyboard, significant};
use crate::scenario::Scenario;
use clap::Args;
use std::fmt::Write;

/// Most dates that the table shows.
const SHOWN: usize = 12;

#[derive(Debug, Args)]
#[command(
    after_help = "A path is the same for any number of paths, and the same that evaluate and replay hedge under this \
    seed.\n\n\
    CSV: path, step, time (years), price (currency), and variance (per year) where the process has one; a line for \
    each date of each path, or with --terminal for each path"
)]
pub(super) struct Draw {
    #[command(flatten)]
    subject: Subject,
    /// Number of paths
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    paths: u64,
    /// Seed of the paths [default: the preset's]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Draw paths in pairs with opposite shocks
    #[arg(long)]
    antithetic: bool,
    /// Only what is at maturity
    #[arg(long)]
    terminal: bool,
    /// Print every path as CSV instead of a table of means
    #[arg(long)]
    csv: bool,
}

impl Draw {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let scenario = self.subject.scenario()?;
        let sampling = Sampling {
            antithetic: self.antithetic,
            ..Sampling::evaluation(self.seed.unwrap_or(scenario.seed))
        };
        let paths = Paths::new(&scenario, sampling);
        let count = as_many_as_there_are(self.paths, &scenario, sampling);
        if self.csv {
            self.lines(&scenario, &paths, count)
        } else {
            print(&keyboard(&self.table(&scenario, sampling, &paths, count)))
        }
    }

    /// The first date that is told.
    fn from(&self, steps: usize) -> usize {
        if self.terminal { steps } else { 0 }
    }

    /// Hands each block of so many paths to `take`, with the number of its first path and how many of its paths count.
    fn blocks<E>(
        paths: &Paths,
        count: u64,
        mut take: impl FnMut(u64, usize, &PathBlock) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut block = PathBlock::new(paths.steps());
        for first in (0..count).step_by(LANES) {
            paths.fill(first, &mut block);
            let left = usize::try_from(count - first).unwrap_or(LANES);
            take(first, left.min(LANES), &block)?;
        }
        Ok(())
    }

    fn lines(&self, scenario: &Scenario, paths: &Paths, count: u64) -> Result<(), Failure> {
        let names = paths.factors().iter().map(|name| format!(",{name}"));
        print(&format!(
            "path,step,time,price{}\n",
            names.collect::<String>()
        ))?;
        let dates = self.from(paths.steps())..=paths.steps();
        Self::blocks(paths, count, |first, count, block| {
            let mut text = String::new();
            for lane in 0..count {
                for step in dates.clone() {
                    let (number, time) =
                        (first + lane as u64, step as f64 * scenario.step_length());
                    let price = block.rows()[step][lane];
                    let _infallible = write!(text, "{number},{step},{time},{price}");
                    for factor in block.factors() {
                        let _infallible = write!(text, ",{}", factor.rows[step][lane]);
                    }
                    text.push('\n');
                }
            }
            print_bytes(text.as_bytes())
        })
    }

    /// Means over all paths at some dates.
    fn table(&self, scenario: &Scenario, sampling: Sampling, paths: &Paths, count: u64) -> String {
        let (steps, names) = (paths.steps(), paths.factors());
        let stride = steps.div_ceil(SHOWN).max(1);
        let dates = (self.from(steps)..=steps).filter(|step| (steps - step).is_multiple_of(stride));
        let dates: Vec<usize> = dates.collect();
        let mut sums = vec![vec![Tally::default(); 1 + names.len()]; dates.len()];
        let _infallible: Result<(), std::convert::Infallible> =
            Self::blocks(paths, count, |_, count, block| {
                for (step, sums) in dates.iter().zip(&mut sums) {
                    let factors = block.factors().iter().map(|factor| &factor.rows);
                    let rows = std::iter::once(block.rows()).chain(factors.map(Vec::as_slice));
                    for (sum, rows) in sums.iter_mut().zip(rows) {
                        sum.add(Tally::of(&rows[*step][..count], sampling.antithetic));
                    }
                }
                Ok(())
            });
        let market = &scenario.market;
        let mut heading = vec!["date", "years", "mean price", "expected"];
        heading.extend(names.iter().map(|_| "mean variance"));
        let mut table = Table::new(&heading);
        for (step, sums) in dates.iter().zip(&sums) {
            let time = *step as f64 * scenario.step_length();
            let mut row = vec![step.to_string(), significant(time, 4)];
            let mut means = sums.iter().map(|sum| estimate(average(*sum)));
            row.extend(means.next());
            row.push(significant(market.spot * (market.drift * time).exp(), 6));
            row.extend(means);
            table.row(row);
        }
        format!(
            "{}: {}, {} paths, seed {}\n\n{}",
            self.subject.preset,
            market.process.title(),
            grouped(count),
            sampling.seed,
            table.text()
        )
    }
}
