//! Files of weights as they are typed, and what their policies are called.

use super::{Failure, note, usage};
use crate::files;
use crate::scenario::Named as _;
use crate::scenario::Strategy;
use clap::builder::{OsStringValueParser, TypedValueParser};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

/// Longest name (characters): it heads a column.
const LONGEST: usize = 40;

/// A file of weights, with a name where one is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WeightsFile {
    name: Option<String>,
    pub path: PathBuf,
}

impl WeightsFile {
    /// Whether it was given under this name.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }

    /// What was typed, where it is one word that is no file.
    pub(super) fn word(&self) -> Option<&str> {
        let word = self.path.to_str().filter(|_| self.name.is_none())?;
        (!self.path.exists()).then_some(word)
    }
}

/// Reads `FILE` or `NAME=FILE` as a person types it.
pub(super) fn typed_weights() -> impl TypedValueParser<Value = WeightsFile> {
    OsStringValueParser::new().try_map(|text| read(&text))
}

/// What stands before the first `=` is a name, unless it holds a folder or the whole is a file.
fn read(text: &OsStr) -> Result<WeightsFile, String> {
    let path = files::typed(text);
    let parts = text.to_str().and_then(|text| text.split_once('='));
    let parts = parts.filter(|(name, _)| !name.contains(std::path::is_separator));
    match parts {
        Some((name, file)) if !path.exists() => Ok(WeightsFile {
            name: Some(checked(name)?),
            path: files::typed(OsStr::new(file)),
        }),
        _ => Ok(WeightsFile { name: None, path }),
    }
}

fn checked(name: &str) -> Result<String, String> {
    let name = name.trim();
    let fits = (1..=LONGEST).contains(&name.chars().count());
    if fits && !name.contains(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(format!(
        "NAME is {name:?}; allowed: 1 to {LONGEST} characters in a line"
    ))
}

/// Each file once, in the order in which they are given.
pub(super) fn distinct(files: &[WeightsFile]) -> Vec<WeightsFile> {
    let mut seen = BTreeSet::new();
    let mut distinct = Vec::new();
    for file in files {
        // One that is not there is told of where it is read.
        let place = file.path.canonicalize();
        if seen.insert(place.unwrap_or_else(|_| file.path.clone())) {
            distinct.push(file.clone());
        } else {
            let path = file.path.display();
            note(&format!("{path} is given more than once and hedges once"));
        }
    }
    distinct
}

/// What the policies of different files are called: by the names given, else after their files,
/// with folder and ending where the stem alone would not tell them apart.
pub(super) fn names(files: &[WeightsFile]) -> Result<Vec<String>, Failure> {
    let short: Vec<String> = files.iter().map(stem).collect();
    let called = |name: &str, names: &[String]| names.iter().filter(|n| **n == name).count();
    let is_rule = |name: &str| Strategy::from_name(name).is_some_and(|s| s != Strategy::Learned);
    let names: Vec<String> = files
        .iter()
        .zip(&short)
        .map(|(file, short_name)| {
            let alone = called(short_name, &short) == 1 && !is_rule(short_name);
            if file.name.is_some() || alone {
                short_name.clone()
            } else {
                file.path.display().to_string()
            }
        })
        .collect();
    let taken = |name: &&String| is_rule(name) || called(name, &names) > 1;
    match names.iter().find(taken) {
        None => Ok(names),
        Some(name) => Err(usage(format!(
            "--weights: two policies would be called {name}; allowed: NAME=FILE with another name"
        ))),
    }
}

fn stem(file: &WeightsFile) -> String {
    let stem = file.path.file_stem().unwrap_or(file.path.as_os_str());
    let given = file.name.clone();
    given.unwrap_or_else(|| stem.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(typed: &[&str]) -> Result<Vec<String>, Failure> {
        let files: Vec<WeightsFile> = typed
            .iter()
            .map(|text| read(OsStr::new(text)).unwrap())
            .collect();
        names(&files)
    }

    #[test]
    fn a_policy_is_called_by_its_name_or_after_its_file_and_no_two_are_called_the_same() {
        let names = |typed: &[&str]| named(typed).unwrap();
        assert_eq!(names(&["a/one.safetensors"]), ["one"]);
        assert_eq!(names(&["x=a/one.st", "one.st"]), ["x", "one"]);
        assert_eq!(
            names(&["a/n.st", "b/n.st", "m.st"]),
            ["a/n.st", "b/n.st", "m"]
        );
        assert_eq!(names(&["delta.st"]), ["delta.st"]);
        assert_eq!(names(&["n=a.st", "n.st"]), ["n", "n.st"]);
        assert_eq!(names(&["./a=b/c.st"]), ["c"]);
        for refused in [&["n=a.st", "n=b.st"][..], &["delta=a.st"]] {
            assert!(named(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn a_name_stands_in_a_line() {
        for wrong in ["=a.st", "a\nb=c.st", &format!("{}=c.st", "n".repeat(41))] {
            assert!(read(OsStr::new(wrong)).is_err(), "{wrong:?}");
        }
    }
}
