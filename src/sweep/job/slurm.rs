//! An array job of Slurm.

use super::{Job, shell_word};

/// How many times a task is begun again that was killed, by lack of memory for instance.
const KILLED: u32 = 3;
/// How many times a task is begun again that was stopped, at the end of its time for instance.
const STOPPED: u32 = 50;

impl Job {
    /// The script that `sbatch` takes. A task that was stopped, or killed a few times at most, is begun again; one
    /// that failed, whose sweep cannot be, or that somebody cancelled, is not.
    #[must_use]
    pub fn slurm(&self) -> String {
        let Self {
            name,
            about,
            shares,
            cores,
            memory,
            limit,
            ..
        } = self;
        let (program, spec) = (shell_word(&self.program), shell_word(&self.spec));
        let out = shell_word(&self.out);
        let at_once = self.at_once.map(|most| format!("%{most}"));
        let at_once = at_once.unwrap_or_default();
        // In names of output a percent sign begins a pattern.
        let log = format!("{}slurm-%A_%a.txt", self.log.replace('%', "%%"));
        let log = shell_word(&log);
        format!(
            r#"#!/bin/bash
# {about}
#SBATCH --job-name={name}
#SBATCH --array=1-{shares}{at_once}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={cores}
#SBATCH --mem={memory}M
#SBATCH --time={limit}
#SBATCH --signal=B:TERM@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={log}

{program} sweep run {spec} --out {out} --threads {cores} &
work=$!
# A minute before its time is up, the script is asked to end, and asks the program, which keeps what is done.
asked=yes
trap 'asked=yes; kill -TERM "$work" 2>/dev/null' TERM
while [ "$asked" = yes ]; do
  asked=no
  wait "$work"
  code=$?
done

# 75: the same command goes on; above 128: killed; 2: this sweep cannot be.
restarts=${{SLURM_RESTART_COUNT:-0}}
again=no
[ "$code" -eq 75 ] && [ "$restarts" -lt {STOPPED} ] && again=yes
[ "$code" -gt 128 ] && [ "$restarts" -lt {KILLED} ] && again=yes
task=${{SLURM_ARRAY_JOB_ID}}_$SLURM_ARRAY_TASK_ID
# What somebody cancelled is not running any more, and stays cancelled.
if [ "$again" = yes ] && [ "$(squeue --noheader --jobs="$task" --format=%T)" = RUNNING ]; then
  scontrol requeue "$task"
fi
exit "$code"
"#
        )
    }
}
