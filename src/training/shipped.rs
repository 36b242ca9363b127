//! Trained policies that come with the program.

use super::Checkpoint;
use crate::policy::LearnedPolicy;

/// Name and file of each shipped policy; `assets/README.md` says how they are made.
static SHIPPED: &[(&str, &[u8])] = &[];

/// The policy trained for the built-in preset `name`, if there is one.
#[must_use]
pub fn shipped(name: &str) -> Option<LearnedPolicy> {
    let (known, bytes) = SHIPPED.iter().find(|(known, _)| *known == name)?;
    Checkpoint::from_bytes(bytes, known)
        .ok()
        .map(|read| read.policy)
}
