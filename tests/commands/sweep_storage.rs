//! Results of sweeps at an address instead of in a folder, as a user meets them. `e2e/storage.sh` does the same against a
//! server that speaks S3; how storages fail is tried in `sweep::kept::bucket`.

#![cfg(unix)]

use crate::sweeps::{refused, with_tiny};
use std::fs;

#[cfg(not(feature = "object-storage"))]
#[test]
fn a_program_without_object_storage_says_so_in_one_line() {
    let folder = with_tiny();
    let here = folder.path();
    for line in [
        "sweep run tiny.ron --out s3://bucket/tiny",
        "sweep status s3://bucket/tiny",
        "sweep merge s3://bucket/tiny --csv x.csv",
        "sweep show s3://bucket/tiny",
        "plot sweep s3://bucket/tiny --out x.svg",
        "sweep submit tiny.ron --out s3://bucket/tiny --slurm --shards 2 --limit 9",
    ] {
        let told = refused(here, line, 2);
        assert!(told.contains("--features object-storage"), "{line}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    assert_eq!(fs::read_dir(here).unwrap().count(), 1);
}

#[cfg(feature = "object-storage")]
mod at_an_address {
    use super::*;
    use crate::sweeps::{command, ran, results, run, tables};
    use serde_json::Value;
    use std::path::Path;

    fn address(here: &Path, name: &str) -> String {
        let folder = here.join(name);
        fs::create_dir_all(&folder).unwrap();
        format!("file://{}", folder.display())
    }

    #[test]
    fn shares_end_with_the_bytes_of_a_folder_and_go_on_after_kills() {
        let folder = with_tiny();
        let here = folder.path();
        ran(here, "sweep run tiny.ron --out whole --threads 2");
        let expected = tables(here, "whole");
        let out = address(here, "kept");
        let mut kills = 0;
        for round in 0..40_u64 {
            let share = round % 2 + 1;
            let line = format!("sweep run tiny.ron --out {out} --shard {share}/2 --threads 1");
            let mut child = command(here, &line).spawn().unwrap();
            std::thread::sleep(std::time::Duration::from_millis(20 + round * 37 % 160));
            if child.try_wait().unwrap().is_none() {
                child.kill().unwrap();
                kills += 1;
            }
            child.wait().unwrap();
        }
        for share in ["1/2", "2/2"] {
            ran(
                here,
                &format!("sweep run tiny.ron --out {out} --shard {share}"),
            );
        }
        assert!(kills > 0, "nothing was killed");
        let whole = |out: &str, to: &str| {
            ran(
                here,
                &format!("sweep merge {out} --csv {to}.csv --parquet {to}.parquet"),
            );
            ["csv", "parquet"].map(|form| fs::read(here.join(format!("{to}.{form}"))).unwrap())
        };
        let found = whole(&out, "kept-table");
        assert!(found == [expected.0, expected.1]);
        assert!(found == whole(&out, "again"));
        let kept = results(&here.join("kept"));
        // What a kill left unfinished has a name of its own.
        let kept: Vec<_> = kept
            .into_iter()
            .filter(|(name, _)| !name.to_string_lossy().contains('#'))
            .collect();
        assert!(kept == results(&here.join("whole")));
        let status: Value =
            serde_json::from_str(&ran(here, &format!("sweep status {out} --json"))).unwrap();
        assert_eq!(
            (&status["cells"], &status["there"], &status["networks"]),
            (&12.into(), &12.into(), &12.into())
        );
        let shown = ran(here, &format!("sweep show {out} --against delta"));
        assert_eq!(shown, ran(here, "sweep show whole --against delta"));
        let planned = ran(here, &format!("sweep plan tiny.ron --untimed --out {out}"));
        assert!(
            planned.contains("12 cells in 4 chains of up to 3; 12 there"),
            "{planned}"
        );
        let drawn = |out: &str| ran(here, &format!("plot sweep {out} --out - --format csv"));
        assert_eq!(drawn(&out), drawn("whole"));
    }

    #[test]
    fn what_is_missing_changed_or_of_another_sweep_is_told_as_for_a_folder() {
        let folder = with_tiny();
        let here = folder.path();
        let out = address(here, "kept");
        let told = refused(here, &format!("sweep status {out}"), 2);
        assert!(told.contains("is no folder of a sweep"), "{told}");
        ran(
            here,
            &format!("sweep run tiny.ron --out {out} --shard 1/4 --progress none"),
        );
        let line = format!("sweep merge {out} --csv x.csv");
        assert!(refused(here, &line, 75).contains("9 of 12 cells are not there yet"));
        let text = fs::read_to_string(here.join("tiny.ron")).unwrap();
        fs::write(here.join("other.ron"), text.replace("seed: 7", "seed: 8")).unwrap();
        let told = refused(here, &format!("sweep run other.ron --out {out}"), 2);
        assert!(
            told.contains("another spec") && told.contains("--extend"),
            "{told}"
        );
        let rows: Vec<_> = fs::read_dir(here.join("kept/rows")).unwrap().collect();
        assert_eq!(rows.len(), 3);
        let row = rows[0].as_ref().unwrap().path();
        let changed = fs::read_to_string(&row).unwrap().replacen("0.", "1.", 1);
        fs::write(&row, changed).unwrap();
        let told = refused(here, &format!("sweep merge {out} --partial --csv x.csv"), 1);
        assert!(
            told.contains("remove it, and the same run makes it anew"),
            "{told}"
        );
        let told = run(here, "sweep run tiny.ron --out nonsense://x/y");
        assert_eq!(told.status.code(), Some(2));
    }
}
