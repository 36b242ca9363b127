//! A calibration as a text for people.

use super::super::table::Table;
use crate::calibrate::{Calibration, FAMILY, MISSING};
use crate::quantity::write::keyboard;
use std::fmt::Write;
use std::path::PathBuf;

/// All of it.
pub(super) fn report(files: &[PathBuf], found: &Calibration, preset: &str) -> String {
    let names: Vec<String> = files
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let mut text = format!("{}: {}\n", names.join(", "), found.format);
    let after = &found.aftermath;
    let [read, fitted] = found.counts_told();
    let families = table(&FAMILY, found.families_told());
    let study = table(&MISSING, after.rows_told());
    let heading = after.heading_told();
    let _infallible = write!(text, "{read}\n{fitted}\n\n{families}\n{heading}\n{study}");
    let notes = found.notes();
    let notes = notes.iter().map(|note| format!("note: {note}"));
    for line in after.told(preset).into_iter().chain(notes) {
        let _infallible = writeln!(text, "{line}");
    }
    text
}

fn table<const N: usize>(heading: &[&str; N], rows: Vec<[String; N]>) -> String {
    let mut table = Table::new(heading);
    for row in rows {
        table.row(row.map(|cell| keyboard(&cell)).to_vec());
    }
    table.text()
}
