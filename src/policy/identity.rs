//! Who hedges, by name, kind and content.

use crate::scenario::{Named, Strategy};
use crate::units::ContentHash;
use std::fmt;
use std::sync::Arc;

/// A policy by name and kind: what a table, a legend or the focus knows it by. A network stays who it
/// is while it learns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// What it is called; no two on the same paths are called the same.
    pub name: Arc<str>,
    /// Which strategy it is of.
    pub kind: Strategy,
}

impl Who {
    /// A policy of a kind under a name of its own.
    #[must_use]
    pub fn called(name: &str, kind: Strategy) -> Self {
        Self {
            name: name.into(),
            kind,
        }
    }

    /// Whether it is called by the word of its kind.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self.name == *self.kind.name()
    }
}

/// The one of its kind, called by the word of the kind.
impl From<Strategy> for Who {
    fn from(kind: Strategy) -> Self {
        Self::called(kind.name(), kind)
    }
}

/// A clone, where somebody is asked for by name.
impl From<&Who> for Who {
    fn from(who: &Who) -> Self {
        who.clone()
    }
}

/// Whether it is the one of this kind that is called by the word of the kind.
impl PartialEq<Strategy> for Who {
    fn eq(&self, kind: &Strategy) -> bool {
        self.kind == *kind && self.is_plain()
    }
}

impl fmt::Display for Who {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}

/// A policy by name, kind and content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its name and kind.
    pub who: Who,
    /// Its hash: the same for the same rule with the same parameters and weights.
    pub hash: ContentHash,
}

impl Identity {
    /// A policy of this content: see [`super::Policy::content`].
    #[must_use]
    pub fn new(who: Who, content: &str) -> Self {
        let hash = hash(who.kind, content);
        Self { who, hash }
    }
}

/// A rule without parameters of its own.
impl From<Strategy> for Identity {
    fn from(kind: Strategy) -> Self {
        Self::new(kind.into(), "")
    }
}

/// The hash of a policy's kind and content.
pub(super) fn hash(kind: Strategy, content: &str) -> ContentHash {
    ContentHash::of(format!("{}\n{content}", kind.name()).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_its_own_makes_another_policy_and_leaves_its_content() {
        let plain = Identity::from(Strategy::Learned);
        let other = Identity::new(Who::called("mine", Strategy::Learned), "");
        assert_ne!(plain, other);
        assert_eq!(plain.hash, other.hash);
        assert!(plain.who.is_plain() && !other.who.is_plain());
        assert_eq!(other.who.to_string(), "mine");
        let trained = Identity::new(Who::called("mine", Strategy::Learned), "weights");
        assert_eq!(trained.who, other.who);
        assert_ne!(trained, other);
    }
}
