//! How much memory may still be asked for.

use std::fs;

/// Bytes that this process may still take: the least of what the system has free, what its group may
/// take, and what its own limit leaves; `None` where the system does not say.
#[must_use]
pub fn free_memory() -> Option<u64> {
    [system(), group(), own_limit()].into_iter().flatten().min()
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

fn system() -> Option<u64> {
    kilobytes("/proc/meminfo", "MemAvailable:")
}

fn group() -> Option<u64> {
    let number = |path| read(path)?.trim().parse::<u64>().ok();
    let most = number("/sys/fs/cgroup/memory.max")?;
    let taken = number("/sys/fs/cgroup/memory.current")?;
    // Copies of files are given up when memory is wanted.
    let stat = read("/sys/fs/cgroup/memory.stat").unwrap_or_default();
    let line = stat.lines().find(|line| line.starts_with("inactive_file "));
    let files = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    Some(most.saturating_sub(taken.saturating_sub(files.unwrap_or(0))))
}

/// What a limit on the address space (`ulimit -v`) leaves.
fn own_limit() -> Option<u64> {
    let limits = read("/proc/self/limits")?;
    let mut lines = limits.lines();
    let line = lines.find(|line| line.starts_with("Max address space"))?;
    let most: u64 = line.split_whitespace().nth(3)?.parse().ok()?;
    let taken = kilobytes("/proc/self/status", "VmSize:")?;
    Some(most.saturating_sub(taken))
}

/// The bytes that a line of a file in `/proc` tells in kilobytes.
fn kilobytes(path: &str, name: &str) -> Option<u64> {
    let text = read(path)?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    let count: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(1024 * count)
}
