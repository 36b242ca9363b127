//! Lines of logs that wait to be kept together.

use std::collections::BTreeMap;

/// How long the first of them waits (seconds).
const WHILE: u64 = 10;

/// What was said and is not kept yet, by share.
#[derive(Debug, Default)]
pub(super) struct Said {
    shares: BTreeMap<String, Lines>,
}

/// The lines of a share.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Those that wait.
    pub text: String,
    /// When the first of them was said (seconds since 1970).
    since: u64,
    /// The number that those will have that are kept next; 0 where that is not known yet.
    pub next: u64,
}

impl Said {
    /// Adds a line.
    pub fn add(&mut self, share: &str, at: u64, line: &str) {
        let lines = self.shares.entry(share.to_owned()).or_default();
        if lines.text.is_empty() {
            lines.since = at;
        }
        lines.text.push_str(line);
        lines.text.push('\n');
    }

    /// The lines that wait and are `due`, by share.
    pub fn due(
        &mut self,
        due: impl Fn(&Lines) -> bool,
    ) -> impl Iterator<Item = (&String, &mut Lines)> {
        let all = self.shares.iter_mut();
        all.filter(move |(_, lines)| !lines.text.is_empty() && due(lines))
    }
}

impl Lines {
    /// Whether they have waited long enough; the first ones of a run do not wait, so that one sees it has begun.
    pub fn have_waited(&self, now: u64) -> bool {
        self.next == 0 || now.saturating_sub(self.since) >= WHILE
    }
}
