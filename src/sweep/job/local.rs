//! A line for GNU parallel.

use super::{Job, shell_word};

impl Job {
    /// The script with the line. A share that does not end well is tried again; `parallel` asked to end asks the
    /// shares, and gives them a minute. Nothing is resumed by its log, for what is there is not computed again.
    #[must_use]
    pub fn local(&self) -> String {
        let Self {
            about,
            shares,
            cores,
            ..
        } = self;
        let (program, spec) = (shell_word(&self.program), shell_word(&self.spec));
        let out = shell_word(&self.out);
        let work = format!(
            "{program} sweep run {spec} --out {out} --threads {cores} --progress none --shard {{}}/{shares}"
        );
        let (work, log) = (shell_word(&work), format!("{}parallel.tsv", self.log));
        let log = shell_word(&log);
        // Without a number there are as many as there are cores.
        let jobs = self.at_once.unwrap_or(0);
        let jobs = if jobs == 0 {
            "100%".to_owned()
        } else {
            jobs.to_string()
        };
        format!(
            "#!/bin/sh\n# {about}\nparallel --jobs {jobs} --joblog {log} --retries 3 --termseq TERM,60000,KILL,1000 {work} \
             ::: $(seq {shares})\n"
        )
    }
}
