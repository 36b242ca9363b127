//! Into how many shares a sweep is cut, so that a task lasts minutes, and how long the longest will take.

/// Most shares that are chosen: what an array of Slurm holds unless its administrators say otherwise.
pub const MOST_SHARES: u64 = 1000;
/// Least time that a task is given (minutes).
const LEAST_LIMIT: u64 = 10;
/// How much longer than thought a task may take before it is asked to end.
const SAFETY: f64 = 3.0;

/// Into how many shares a sweep is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    /// How many.
    pub count: u64,
    /// What the longest takes (seconds).
    pub longest: f64,
}

impl Shares {
    /// As many shares as make tasks of so many seconds, from what each chain takes on one thread (seconds) and how
    /// many cores a task has. Chains stay whole: a task may take longer, and there are never more than chains.
    #[must_use]
    pub fn of_length(chains: &[f64], cores: u16, seconds: f64) -> Self {
        let all: f64 = chains.iter().sum();
        let most = MOST_SHARES.min(chains.len() as u64).max(1);
        let mut count = 1;
        while count < most && all / f64::from(cores) > seconds * count as f64 {
            count += 1;
        }
        Self::so_many(chains, cores, count)
    }

    /// So many shares.
    #[must_use]
    pub fn so_many(chains: &[f64], cores: u16, count: u64) -> Self {
        let mut shares = vec![0.0_f64; usize::try_from(count.max(1)).unwrap_or(usize::MAX)];
        let number = shares.len();
        // As `Share::of` deals them out.
        for (chain, seconds) in chains.iter().enumerate() {
            shares[chain % number] += seconds / f64::from(cores);
        }
        let longest = shares.into_iter().fold(0.0, f64::max);
        Self { count, longest }
    }

    /// The time that a task is given (minutes): three times what is thought, in steps of five minutes.
    #[must_use]
    pub fn limit(&self) -> u64 {
        let mut limit = LEAST_LIMIT;
        while (limit as f64) * 60.0 < SAFETY * self.longest && limit < 1_000_000 {
            limit += 5;
        }
        limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_last_as_long_as_was_asked_and_hold_thousands_of_cheap_cells() {
        let cheap = vec![0.05; 100_000];
        let shares = Shares::of_length(&cheap, 1, 600.0);
        assert_eq!(shares.count, 9);
        assert!((500.0..600.0).contains(&shares.longest), "{shares:?}");
        let dear = vec![300.0; 40];
        assert_eq!(Shares::of_length(&dear, 1, 600.0).count, 20);
        assert_eq!(Shares::of_length(&dear, 4, 600.0).count, 5);
    }

    #[test]
    fn chains_stay_whole_and_arrays_within_what_engines_take() {
        let long = [9000.0, 10.0];
        let shares = Shares::of_length(&long, 1, 600.0);
        assert_eq!((shares.count, shares.longest), (2, 9000.0));
        let many = vec![100.0; 1_000_000];
        assert_eq!(Shares::of_length(&many, 1, 600.0).count, MOST_SHARES);
        assert_eq!(Shares::of_length(&[], 1, 600.0).count, 1);
    }

    #[test]
    fn time_is_given_for_three_times_the_longest_share() {
        let limit = |longest| Shares { count: 1, longest }.limit();
        assert_eq!((limit(0.0), limit(200.0), limit(201.0)), (10, 10, 15));
        assert_eq!(limit(3600.0), 180);
    }
}
