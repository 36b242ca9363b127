//! Which part of the work somebody takes: one of several equal shares.

use super::cell::Chain;
use crate::units::FieldError;
use std::fmt;
use std::str::FromStr;

/// Most shares.
const MOST: u64 = 1_000_000;

/// A share of the work: number `number` of `count`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    number: u64,
    count: u64,
}

impl Share {
    /// All of it.
    pub const ALL: Self = Self {
        number: 1,
        count: 1,
    };

    /// Number `number` of `count`.
    ///
    /// # Errors
    /// When there is no such share.
    pub fn new(number: u64, count: u64) -> Result<Self, FieldError> {
        if !(1..=MOST).contains(&count) || !(1..=count).contains(&number) {
            let allowed = "I/N with I from 1 to N, such as 3/8";
            let found = format!("{number}/{count}");
            return Err(FieldError::new("share of the work", found, allowed));
        }
        Ok(Self { number, count })
    }

    /// Its chains: every so manieth, so that what takes long is spread over all.
    #[must_use]
    pub fn of(self, chains: &[Chain]) -> Vec<Chain> {
        let mine = (self.number - 1)..;
        let numbers = (0_u64..).zip(chains);
        let is_mine =
            |number: u64| mine.contains(&number) && number % self.count == self.number - 1;
        let chains = numbers.filter(|(number, _)| is_mine(*number));
        chains.map(|(_, chain)| chain.clone()).collect()
    }

    /// Its name in files: `3-of-8`.
    #[must_use]
    pub fn file_name(self) -> String {
        format!("{}-of-{}", self.number, self.count)
    }
}

/// `3/8`.
impl fmt::Display for Share {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.number, self.count)
    }
}

impl FromStr for Share {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let parts = text.split_once('/');
        let numbers = parts.and_then(|(number, count)| {
            Some((number.trim().parse().ok()?, count.trim().parse().ok()?))
        });
        let refused = || {
            let allowed = "I/N with I from 1 to N, such as 3/8";
            FieldError::new("share of the work", format!("{text:?}"), allowed)
        };
        let (number, count) = numbers.ok_or_else(refused)?;
        Self::new(number, count)
    }
}

/// The share that an array job's environment gives, by its variables: Slurm's `SLURM_ARRAY_TASK_ID`, `_COUNT`
/// and `_MIN`, or a Kubernetes Indexed Job's `JOB_COMPLETION_INDEX`, whose `count` nobody tells but the
/// command line. Absent outside of one.
///
/// # Errors
/// When a variable holds no number, or the number of shares is not known.
pub fn from_environment(
    variable: &dyn Fn(&str) -> Option<String>,
    count: Option<u64>,
) -> Result<Option<Share>, FieldError> {
    let number = |name: &str| -> Result<Option<u64>, FieldError> {
        let Some(text) = variable(name) else {
            return Ok(None);
        };
        let read = text.trim().parse();
        let wrong = |_| FieldError::new(name, format!("{text:?}"), "a whole number");
        Ok(Some(read.map_err(wrong)?))
    };
    if let Some(id) = number("SLURM_ARRAY_TASK_ID")? {
        let first = number("SLURM_ARRAY_TASK_MIN")?.unwrap_or(1);
        let count = number("SLURM_ARRAY_TASK_COUNT")?.or(count);
        let count = count.ok_or_else(|| {
            FieldError::new(
                "SLURM_ARRAY_TASK_COUNT",
                "absent",
                "the number of tasks, or --shards N",
            )
        })?;
        let below = || {
            let allowed = format!("{first} or more, which is SLURM_ARRAY_TASK_MIN");
            FieldError::new("SLURM_ARRAY_TASK_ID", id, allowed)
        };
        let number = id.checked_sub(first).ok_or_else(below)? + 1;
        return Share::new(number, count).map(Some);
    }
    if let Some(index) = number("JOB_COMPLETION_INDEX")? {
        let count = count.ok_or_else(|| {
            FieldError::new(
                "JOB_COMPLETION_INDEX",
                index,
                "the number of completions beside it: --shards N",
            )
        })?;
        return Share::new(index.saturating_add(1), count).map(Some);
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn shares_take_each_chain_once() {
        let chains: Vec<Chain> = vec![Chain::default(); 11];
        for count in [1, 2, 8, 20] {
            let shares = (1..=count).map(|number| Share::new(number, count).unwrap());
            let taken: usize = shares.map(|share| share.of(&chains).len()).sum();
            assert_eq!(taken, 11, "{count}");
        }
    }

    #[test]
    fn a_share_is_read_and_refused() {
        assert_eq!("3/8".parse(), Share::new(3, 8));
        assert_eq!("1/1".parse(), Ok(Share::ALL));
        for text in ["0/8", "9/8", "3", "a/8", "3/0", "-1/8"] {
            let refused = text.parse::<Share>().unwrap_err().to_string();
            assert!(refused.contains("3/8"), "{refused}");
        }
    }

    #[test]
    fn array_jobs_say_which_share_is_theirs() {
        let of = |variables: &[(&str, &str)], count| {
            let known: BTreeMap<&str, &str> = variables.iter().copied().collect();
            let variable = |name: &str| known.get(name).map(|text| (*text).to_owned());
            from_environment(&variable, count)
        };
        assert_eq!(of(&[], Some(8)), Ok(None));
        let slurm = [
            ("SLURM_ARRAY_TASK_ID", "3"),
            ("SLURM_ARRAY_TASK_COUNT", "8"),
        ];
        assert_eq!(of(&slurm, None), Share::new(3, 8).map(Some));
        let from_zero = [slurm[0], slurm[1], ("SLURM_ARRAY_TASK_MIN", "0")];
        assert_eq!(of(&from_zero, None), Share::new(4, 8).map(Some));
        let from_four = [slurm[0], slurm[1], ("SLURM_ARRAY_TASK_MIN", "4")];
        assert!(
            of(&from_four, None)
                .unwrap_err()
                .to_string()
                .contains("4 or more")
        );
        assert!(of(&slurm[..1], None).is_err());
        assert_eq!(of(&slurm[..1], Some(4)), Share::new(3, 4).map(Some));
        let job = [("JOB_COMPLETION_INDEX", "0")];
        assert_eq!(of(&job, Some(4)), Share::new(1, 4).map(Some));
        assert!(of(&job, None).unwrap_err().to_string().contains("--shards"));
        assert!(of(&[("JOB_COMPLETION_INDEX", "x")], Some(4)).is_err());
        assert!(of(&[("JOB_COMPLETION_INDEX", "4")], Some(4)).is_err());
    }
}
