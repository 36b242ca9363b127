use super::*;
use crate::sweep::folder::Folder;
use crate::sweep::kept::{NETWORKS, ROWS, SCENARIO, SPEC};
use crate::sweep::{Lines, News, Plan, Run};
use crate::training::Interrupt;
use object_store::memory::InMemory;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Six cells in three chains, each a few hundredths of a second.
const GRID: &str = r#"(
    version: 1, title: "Grid", preset: "paper-year",
    changes: {"training.validation_paths": "64", "training.hidden": "4", "training.batch": "32"},
    axes: [
        (name: "impact", fields: [
            (field: "order_book.ask_exponent", values: list([1.005, 1.01, 1.02])),
            (field: "order_book.bid_exponent", values: list([0.995, 0.99, 0.98])),
        ]),
        (name: "refilling", fields: [(field: "order_book.ask_decay", values: list([0, 4]))]),
    ],
    strategies: [delta, learned], start: neighbours(along: "refilling"),
    training: (first_iterations: 4, iterations: 3), measures: [mean, rsmse], paths: 128, seed: 7,
)"#;

fn plan() -> Plan {
    Plan::parse(GRID, "grid.ron", None).unwrap()
}

/// A new bucket that is another's, seen from another machine.
fn bucket(store: &Arc<InMemory>) -> Bucket {
    let root = Name::from("sweeps/grid");
    Bucket::of(Box::new(store.clone()), root, "s3://bucket/sweeps/grid").unwrap()
}

/// A storage whose requests go wrong now and then: before anything is kept, or after it, so that only the answer is
/// lost. What is put into it is counted.
#[derive(Debug)]
struct Frail {
    kept: Bucket,
    chance: Mutex<u64>,
    /// One request in so many goes wrong; none where it is 0.
    one_in: u64,
    /// How often a file was sent, by name, and how often that was the first.
    sent: Mutex<BTreeMap<String, (usize, usize)>>,
}

impl Frail {
    fn of(kept: Bucket, one_in: u64, chance: u64) -> Self {
        let chance = Mutex::new(chance);
        let sent = Mutex::default();
        Self {
            kept,
            chance,
            one_in,
            sent,
        }
    }

    /// Three states of a request: it arrives; it is lost; its answer is.
    fn state(&self) -> u64 {
        if self.one_in == 0 {
            return 2;
        }
        let mut chance = self.chance.lock().unwrap();
        *chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (*chance >> 33) % self.one_in
    }

    fn lost<T>(what: &str) -> Result<T, SweepError> {
        Err(SweepError::Storage {
            place: what.to_owned(),
            reason: "the line is dead".into(),
        })
    }
}

impl Kept for Frail {
    fn begin(&self) -> Result<(), SweepError> {
        self.kept.begin()
    }

    fn read(&self, names: &[String], limit: u64) -> Vec<Result<Option<Vec<u8>>, SweepError>> {
        let read = self.kept.read(names, limit).into_iter();
        read.map(|one| {
            if self.state() == 0 {
                Self::lost("read")
            } else {
                one
            }
        })
        .collect()
    }

    fn there(&self, names: &[String]) -> Result<BTreeSet<String>, SweepError> {
        if self.state() == 0 {
            Self::lost("there")
        } else {
            self.kept.there(names)
        }
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<bool, SweepError> {
        let state = self.state();
        if state == 0 {
            return Self::lost(name);
        }
        let was_free = self.kept.put(name, bytes)?;
        let mut sent = self.sent.lock().unwrap();
        let counts = sent.entry(name.to_owned()).or_default();
        counts.0 += 1;
        counts.1 += usize::from(was_free);
        if state == 1 {
            Self::lost(name)
        } else {
            Ok(was_free)
        }
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), SweepError> {
        self.kept.replace(name, bytes)
    }

    fn log(&self, share: &str, at: u64, line: &str) -> Result<(), SweepError> {
        self.kept.log(share, at, line)
    }

    fn end_logs(&self) -> Result<(), SweepError> {
        self.kept.end_logs()
    }

    fn logged(&self) -> Result<Vec<String>, SweepError> {
        self.kept.logged()
    }

    fn tidy(&self) {}
}

/// A storage that replaces what is there, whatever it is told.
#[derive(Debug)]
struct Careless(Frail);

impl Kept for Careless {
    fn begin(&self) -> Result<(), SweepError> {
        Ok(())
    }

    fn read(&self, names: &[String], limit: u64) -> Vec<Result<Option<Vec<u8>>, SweepError>> {
        self.0.read(names, limit)
    }

    fn there(&self, names: &[String]) -> Result<BTreeSet<String>, SweepError> {
        self.0.there(names)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<bool, SweepError> {
        self.0.replace(name, bytes).map(|()| true)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), SweepError> {
        self.0.replace(name, bytes)
    }

    fn log(&self, _: &str, _: u64, _: &str) -> Result<(), SweepError> {
        Ok(())
    }

    fn end_logs(&self) -> Result<(), SweepError> {
        Ok(())
    }

    fn logged(&self) -> Result<Vec<String>, SweepError> {
        Ok(Vec::new())
    }

    fn tidy(&self) {}
}

fn folder(kept: Arc<dyn Kept>) -> Folder {
    Folder::of(kept, Path::new("s3://bucket/sweeps/grid"))
}

/// Computes what is missing; the cells that were computed.
fn run(folder: &Folder, plan: &Plan) -> Result<Vec<usize>, SweepError> {
    let done = Mutex::new(Vec::new());
    let ended = Run {
        plan,
        folder,
        chains: &plan.chains()?,
        threads: 2,
        stop: &Interrupt::default(),
        clock: &|| 0.0,
        told: &|news| {
            if let News::Done(cell, _) = news {
                done.lock().unwrap().push(cell.index);
            }
        },
    }
    .go();
    ended.map(|()| done.into_inner().unwrap())
}

/// Every line of the merged table.
fn table(folder: &Folder, plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    let whole = Lines::of(plan, None).unwrap();
    let chains = plan.chains().unwrap();
    let merged = whole.each(folder, &chains, &mut |line| {
        lines.push(crate::figure::csv_line(line));
        Ok(())
    });
    assert_eq!(merged.unwrap().missing, 0);
    lines
}

/// All results and networks by name.
fn files(kept: &Bucket) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for part in [ROWS, NETWORKS] {
        let names = kept.runtime.block_on(kept.list(part)).unwrap();
        let read = kept.read(&names, u64::MAX);
        let read = names.into_iter().zip(read);
        all.extend(read.map(|(name, bytes)| (name, bytes.unwrap().unwrap())));
    }
    all
}

/// The same of a folder.
fn files_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for part in [ROWS, NETWORKS] {
        for entry in std::fs::read_dir(folder.join(part)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            all.insert(
                format!("{part}/{name}"),
                std::fs::read(entry.path()).unwrap(),
            );
        }
    }
    all
}

/// What a folder holds in the end, and its table.
fn in_a_folder() -> (BTreeMap<String, Vec<u8>>, Vec<String>) {
    let (here, plan) = (tempfile::tempdir().unwrap(), plan());
    let folder = Folder::prepare(here.path(), &plan, false).unwrap();
    assert_eq!(run(&folder, &plan).unwrap().len(), 6);
    (files_of(here.path()), table(&folder, &plan))
}

#[test]
fn a_name_that_is_taken_keeps_what_it_has() {
    let kept = bucket(&Arc::default());
    let name = "rows/a.json".to_owned();
    assert!(kept.put(&name, b"first").unwrap());
    assert!(!kept.put(&name, b"second").unwrap());
    let names = [name.clone(), "rows/b.json".to_owned()];
    let read: Vec<_> = kept
        .read(&names, 100)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(read, [Some(b"first".to_vec()), None]);
    let large = kept
        .read(&names[..1], 4)
        .pop()
        .unwrap()
        .unwrap_err()
        .to_string();
    assert_eq!(
        large,
        "s3://bucket/sweeps/grid/rows/a.json: has 5 bytes; allowed: at most 4"
    );
    kept.replace(&name, b"third").unwrap();
    assert_eq!(
        kept.read(&names[..1], 100).pop().unwrap().unwrap(),
        Some(b"third".to_vec())
    );
}

#[test]
fn few_names_are_asked_for_and_many_are_listed_with_the_same_answer() {
    let kept = bucket(&Arc::default());
    let name = |number: usize| {
        format!(
            "{}/{number}.json",
            if number.is_multiple_of(2) {
                ROWS
            } else {
                "networks"
            }
        )
    };
    for number in (0..100).step_by(3) {
        kept.put(&name(number), b"x").unwrap();
    }
    let names: Vec<String> = (0..100).map(name).collect();
    assert!(names.len() > FEW);
    let listed = kept.there(&names).unwrap();
    let asked = names.chunks(FEW).flat_map(|few| kept.there(few).unwrap());
    assert_eq!(listed, asked.collect());
    assert_eq!(listed.len(), 34);
}

#[test]
fn a_log_is_a_row_of_objects_each_with_the_lines_of_some_seconds() {
    let store = Arc::default();
    let first = bucket(&store);
    for at in 0..25 {
        first
            .log("1-of-2", 1000 + at, &format!("line {at}"))
            .unwrap();
    }
    let objects = || first.runtime.block_on(first.list(LOG)).unwrap();
    // The first at once, then those of ten seconds each; the last ones wait.
    assert_eq!(objects().len(), 3);
    first.end_logs().unwrap();
    assert_eq!(objects().len(), 4);
    // A run that goes on, another share, and one that begins at the same time.
    for share in ["1-of-2", "2-of-2"] {
        bucket(&store).log(share, 2000, "later").unwrap();
    }
    let lines = first.logged().unwrap();
    assert_eq!(lines.len(), 27);
    assert_eq!(
        (lines[0].as_str(), lines[24].as_str(), lines[25].as_str()),
        ("line 0", "line 24", "later")
    );
    first.log("1-of-2", 2001, "beside it").unwrap();
    first.end_logs().unwrap();
    assert_eq!(first.logged().unwrap().len(), 28);
}

#[test]
fn whatever_goes_wrong_the_next_run_goes_on_and_ends_with_the_bytes_of_a_folder() {
    let (expected, lines) = in_a_folder();
    let plan = plan();
    let mut broken = 0;
    for seed in 0..6 {
        let store = Arc::default();
        let frail = Arc::new(Frail::of(bucket(&store), 12, seed));
        let end = loop {
            let begun = folder(frail.clone()).prepared(&plan, false);
            match begun.and_then(|folder| run(&folder, &plan).map(|_| folder)) {
                Ok(folder) => break folder,
                Err(error) => {
                    assert!(error.to_string().contains("the line is dead"), "{error}");
                    broken += 1;
                }
            }
        };
        let found = files(&bucket(&store));
        assert!(found == expected, "seed {seed}");
        // Nothing that was there was ever made again.
        let sent = frail.sent.lock().unwrap().clone();
        for (name, counts) in sent.iter().filter(|(name, _)| name.contains('/')) {
            assert_eq!(*counts, (1, 1), "{name}");
        }
        drop(end);
        let quiet = folder(Arc::new(bucket(&store)));
        assert_eq!(run(&quiet, &plan).unwrap(), [0; 0]);
        assert_eq!(table(&quiet, &plan), lines);
        assert_eq!(table(&quiet, &plan), lines, "merged again");
    }
    assert!(broken > 20, "{broken} runs ended before their time");
}

#[test]
fn of_two_that_make_the_same_cell_one_is_first_and_both_go_on() {
    let (expected, lines) = in_a_folder();
    let (store, plan) = (Arc::default(), plan());
    let writers = [0, 1].map(|_| Arc::new(Frail::of(bucket(&store), 0, 0)));
    std::thread::scope(|scope| {
        for writer in &writers {
            let plan = &plan;
            scope.spawn(move || {
                let folder = folder(writer.clone()).prepared(plan, false).unwrap();
                run(&folder, plan).unwrap();
            });
        }
    });
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    for writer in &writers {
        for (name, (_, won)) in writer.sent.lock().unwrap().iter() {
            *first.entry(name.clone()).or_default() += won;
        }
    }
    assert!(first.values().all(|won| *won == 1), "{first:?}");
    assert!(files(&bucket(&store)) == expected);
    assert_eq!(table(&folder(Arc::new(bucket(&store))), &plan), lines);
}

#[test]
fn another_sweep_is_refused_and_so_is_a_storage_that_replaces_what_is_there() {
    let (store, first) = (Arc::default(), plan());
    let begun = || folder(Arc::new(bucket(&store)));
    assert!(begun().opened().unwrap().is_none());
    begun().prepared(&first, false).unwrap();
    let other = Plan::parse(&GRID.replace("seed: 7", "seed: 8"), "other.ron", None).unwrap();
    let told = begun().prepared(&other, false).unwrap_err().to_string();
    assert!(
        told.starts_with("s3://bucket/sweeps/grid: is the folder of a sweep with another spec"),
        "{told}"
    );
    let (_, found) = begun().opened().unwrap().unwrap();
    assert_eq!(found.texts().unwrap(), first.texts().unwrap());
    begun().prepared(&other, true).unwrap();
    let (_, found) = begun().opened().unwrap().unwrap();
    assert_eq!(found.texts().unwrap(), other.texts().unwrap());
    let careless = Careless(Frail::of(bucket(&Arc::default()), 0, 0));
    let told = folder(Arc::new(careless))
        .prepared(&first, false)
        .unwrap_err()
        .to_string();
    assert!(told.contains("honours If-None-Match"), "{told}");
    let names = [SPEC, SCENARIO].map(str::to_owned);
    assert_eq!(begun().path(), Path::new("s3://bucket/sweeps/grid"));
    assert_eq!(bucket(&store).there(&names).unwrap().len(), 2);
}

#[test]
fn an_address_that_is_none_is_refused_in_one_line() {
    for (address, told) in [
        ("nonsense://bucket/x", "nonsense://bucket/x: "),
        ("s3://", "allowed: s3://BUCKET/NAME"),
        ("https://example.com/x", "https://example.com/x: "),
    ] {
        let refused = Bucket::at(address).unwrap_err();
        assert!(matches!(refused, SweepError::Folder { .. }));
        let refused = refused.to_string();
        assert!(
            refused.contains(told) && refused.lines().count() == 1,
            "{refused}"
        );
    }
}
