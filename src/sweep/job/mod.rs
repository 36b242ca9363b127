//! A sweep handed over to an engine that deals out work already: what is written for it.
//!
//! Every task of the job is a share of the sweep. This room starts nothing: it makes the texts.

mod kubernetes;
mod local;
mod shares;
mod slurm;

pub use kubernetes::{Cloud, Files};
pub use shares::{MOST_SHARES, Shares};

use crate::units::FieldError;

/// What all engines are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// What the job is called; see [`label`].
    pub name: String,
    /// What stands over it, in one line.
    pub about: String,
    /// Number of shares, and so of tasks.
    pub shares: u64,
    /// Most tasks at once; absent: as many as the engine likes.
    pub at_once: Option<u64>,
    /// Cores of a task, each with a thread.
    pub cores: u16,
    /// Memory of a task (MiB).
    pub memory: u64,
    /// Time after which a task is asked to end (minutes); it is begun again then.
    pub limit: u64,
    /// The program, as the tasks find it.
    pub program: String,
    /// The spec, as the tasks find it.
    pub spec: String,
    /// Where the results go, as the tasks find it: a folder, or the address of an object storage.
    pub out: String,
    /// How the names of files begin that hold what tasks print, in a folder that is there.
    pub log: String,
}

impl Job {
    /// Checks that the paths can stand in a line of a script.
    ///
    /// # Errors
    /// Names the one that cannot.
    pub fn check(&self) -> Result<(), FieldError> {
        for (what, path) in [
            ("the program's path", &self.program),
            ("the sweep's path", &self.spec),
            ("--out", &self.out),
        ] {
            if path.chars().any(char::is_control) {
                let found = format!("{path:?}");
                return Err(FieldError::new(what, found, "a path without line breaks"));
            }
        }
        Ok(())
    }
}

/// A name as engines take it, made of a title: small letters, digits and hyphens, at most 40 of them, with a
/// letter first.
#[must_use]
pub fn label(title: &str) -> String {
    let mut name = "sweep".to_owned();
    for word in title.split(|c: char| !c.is_ascii_alphanumeric()) {
        let longer = format!("{name}-{}", word.to_ascii_lowercase());
        if !word.is_empty() && longer.len() <= 40 {
            name = longer;
        }
    }
    name
}

/// A word as a shell reads it back.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_engines_take() {
        assert_eq!(label("Impact and memory"), "sweep-impact-and-memory");
        assert_eq!(label("β: 1.5 × ß?"), "sweep-1-5");
        assert_eq!(label(""), "sweep");
        let long = label("a title that is much longer than what any engine takes as a name");
        assert!(long.len() <= 40 && !long.ends_with('-'), "{long}");
    }

    #[test]
    fn words_are_quoted_where_a_shell_would_take_them_apart() {
        assert_eq!(shell_word("/a/b.ron"), "/a/b.ron");
        assert_eq!(shell_word("my sweep"), "'my sweep'");
        assert_eq!(shell_word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(shell_word(""), "''");
    }
}
