//! Trained policies that come with the program.

use super::Checkpoint;
use super::conditioned::ConditionedFile;
use super::conditioned::gaps::GapTable;
use crate::policy::{Conditioned, LearnedPolicy};
use std::sync::OnceLock;

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../assets/", $name, ".safetensors")))),*]
    };
}

/// Name and file of each shipped policy; `assets/README.md` says how they are made.
static SHIPPED: &[(&str, &[u8])] = shipped![
    "paper-year",
    "paper-month",
    "paper-day",
    "paper-frictionless",
    "figure-1",
    "figure-2",
    "figure-3",
    "figure-3.none",
    "figure-3.double",
    "figure-4",
    "figure-4.kept",
    "figure-4.at-once",
    "figure-5",
    "figure-5.half",
    "figure-5.at-once",
    "near-the-strike",
    "near-the-strike.double-half",
    "near-the-strike.double-at-once",
    "near-the-strike.half-kept",
    "near-the-strike.half-at-once",
    "near-the-strike.fourfold-kept",
    "near-the-strike.fourfold-at-once",
    "objectives",
    "objectives.rmse",
    "objectives.cvar",
    "objectives.entropic",
    "thin-book",
    "deep-book",
    "jumps-month",
    "jumps-year",
    "crashes-month",
    "heston-month",
    "heston-year",
    "heston-wild",
    "garch-month",
    "garch-quarter",
    "straddle-month",
    "collar-month",
    "butterfly-month",
];

/// The policy trained for the built-in preset `name`, or for the pin of a mark in it as `name.mark`, if
/// there is one.
#[must_use]
pub fn shipped(name: &str) -> Option<LearnedPolicy> {
    let (known, bytes) = SHIPPED.iter().find(|(known, _)| *known == name)?;
    Checkpoint::from_bytes(bytes, known)
        .ok()
        .map(|read| read.policy)
}

/// The policy trained for the pin of a mark in the built-in preset `name`, if there is one.
#[must_use]
pub fn shipped_for_pin(name: &str, mark: &str) -> Option<LearnedPolicy> {
    shipped(&format!("{name}.{mark}"))
}

static CONDITIONED: &[u8] = include_bytes!("../../assets/conditioned.safetensors");

/// The conditioned policy that comes with the program, which answers without training.
///
/// # Panics
/// Never: a test opens it.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "a part of the program, which a test opens"
)]
pub fn conditioned_policy() -> Conditioned {
    static OPENED: OnceLock<Conditioned> = OnceLock::new();
    let open = || ConditionedFile::from_bytes(CONDITIONED, "conditioned").map(|file| file.policy);
    OPENED
        .get_or_init(|| open().expect("the conditioned policy that comes with the program"))
        .clone()
}

static GAPS: &[u8] = include_bytes!("../../assets/conditioned-gaps.csv");

/// What that policy leaves in many scenarios against a training for each alone.
///
/// # Panics
/// Never: a test opens it.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "a part of the program, which a test opens"
)]
pub fn conditioned_gaps() -> &'static GapTable {
    static OPENED: OnceLock<GapTable> = OnceLock::new();
    OPENED.get_or_init(|| {
        GapTable::from_bytes(GAPS, "conditioned-gaps.csv")
            .expect("the table of gaps that comes with the program")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Base;
    use crate::presets;
    use crate::scenario::Scenario;

    #[test]
    fn the_conditioned_policy_opens_and_is_small() {
        assert!(CONDITIONED.len() <= 1_000_000, "{}", CONDITIONED.len());
        let policy = conditioned_policy();
        let year = presets::built_in("paper-year").unwrap();
        assert!(!policy.policy(&year).unwrap().is_untrained());
    }

    #[test]
    fn the_table_of_gaps_opens_and_tells_of_something() {
        assert!(!conditioned_gaps().gaps().is_empty());
    }

    /// The scenario that a policy of this name is for.
    fn scenario(name: &str) -> Scenario {
        let Some((preset, mark)) = name.split_once('.') else {
            return presets::built_in(name).unwrap();
        };
        let mut pins = presets::built_in(preset).unwrap().pinned().into_iter();
        let pin = pins.find(|pin| pin.policy.as_deref() == Some(mark));
        pin.unwrap().scenario
    }

    #[test]
    fn every_shipped_policy_is_small_and_was_trained_for_its_preset_as_it_is_now() {
        for (name, bytes) in SHIPPED {
            assert!(bytes.len() < 20_000, "{name} has {} bytes", bytes.len());
            let policy = shipped(name).unwrap();
            let preset = scenario(name);
            let different: Vec<_> = preset
                .differences(policy.trained_for())
                .iter()
                .map(|f| f.path)
                // Who is compared with it, and how, is no part of a policy.
                .filter(|path| !path.starts_with("strategies."))
                .collect();
            assert!(
                different.is_empty(),
                "{name} is out of date in {different:?}; see assets/README.md"
            );
        }
    }

    #[test]
    fn a_policy_of_the_first_file_version_keeps_the_base_that_it_corrects() {
        // Leland's cost was that of one share whatever the contract.
        let base = |name: &str| shipped(name).unwrap().base();
        assert_eq!(base("thin-book"), Base::LelandOfOneShare);
        assert_eq!(base("paper-year"), Base::Leland);
    }

    #[test]
    fn every_preset_has_a_shipped_policy_but_the_papers_network() {
        for (name, _) in presets::BUILT_IN {
            let wanted = *name != "paper-network";
            assert_eq!(shipped(name).is_some(), wanted, "{name}");
            for pin in presets::built_in(name).unwrap().pinned() {
                let mark = pin.policy.unwrap();
                assert!(shipped_for_pin(name, &mark).is_some(), "{name}.{mark}");
            }
        }
    }
}
