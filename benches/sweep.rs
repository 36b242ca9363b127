//! Cells an hour of a sweep against the same trainings one by one.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints and may stop"
)]

use hedgelab::scenario::Scenario;
use hedgelab::sweep::{Folder, Plan, Run};
use hedgelab::training::{Interrupt, Start, Trainer};
use std::time::Instant;

/// Eight cells, each trained for about a second on one thread, and hardly measured.
const SPEC: &str = r#"(
    version: 1,
    title: "Throughput",
    preset: "paper-year",
    axes: [(name: "impact", fields: [
        (field: "order_book.ask_exponent", values: linear(from: 1.005, to: 1.02, count: 8)),
        (field: "order_book.bid_exponent", values: linear(from: 0.995, to: 0.98, count: 8)),
    ])],
    strategies: [learned],
    training: (iterations: 600),
    measures: [rsmse],
    paths: 2000,
    seed: 7,
)"#;

fn main() {
    let plan = Plan::parse(SPEC, "bench", None).unwrap();
    let chains = plan.chains().unwrap();
    let cells = chains.iter().flat_map(|chain| &chain.cells);
    let scenarios: Vec<Scenario> = cells.map(|cell| plan.scenario(cell).unwrap()).collect();
    let threads = rayon::current_num_threads();
    // What nobody has to wait for twice.
    train(&scenarios[0]);
    let all = one_by_one(&scenarios, threads);
    let single = one_by_one(&scenarios, 1);
    let swept = swept(&plan, threads);
    let hourly = |seconds: f64| 3600.0 * scenarios.len() as f64 / seconds;
    println!("cells an hour, {threads} threads:");
    println!("one by one on one thread   {:6.0}", hourly(single));
    println!(
        "one by one on all threads  {:6.0}  {:.2} times",
        hourly(all),
        single / all
    );
    println!(
        "as a sweep                 {:6.0}  {:.2} times, {:.2} times those on all threads",
        hourly(swept),
        single / swept,
        all / swept
    );
}

fn train(scenario: &Scenario) {
    let mut trainer = Trainer::new(scenario, &Start::Fresh, scenario.seed).unwrap();
    while !trainer.is_finished() {
        trainer.step().unwrap();
    }
    trainer.validate().unwrap();
}

fn one_by_one(scenarios: &[Scenario], threads: usize) -> f64 {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let start = Instant::now();
    pool.build()
        .unwrap()
        .install(|| scenarios.iter().for_each(train));
    start.elapsed().as_secs_f64()
}

fn swept(plan: &Plan, threads: usize) -> f64 {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::prepare(place.path(), plan, false).unwrap();
    let start = Instant::now();
    Run {
        plan,
        folder: &folder,
        chains: &plan.chains().unwrap(),
        threads,
        stop: &Interrupt::default(),
        clock: &|| start.elapsed().as_secs_f64(),
        told: &|_| (),
    }
    .go()
    .unwrap();
    start.elapsed().as_secs_f64()
}
