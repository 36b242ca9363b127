//! The finished episodes of one policy.

use crate::policy::Identity;

/// A sum over episodes with what its standard error needs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Episodes.
    pub count: u64,
    /// Sum over episodes.
    pub sum: f64,
    /// Independent draws: episodes, or antithetic pairs of them.
    pub draws: u64,
    /// Sum over draws of the draw's sum squared.
    pub squares: f64,
}

impl Tally {
    /// Counts `values`; neighbours form one draw each if `antithetic`.
    #[must_use]
    pub fn of(values: &[f64], antithetic: bool) -> Self {
        if antithetic {
            let pairs: Vec<f64> = values.chunks(2).map(|pair| pair.iter().sum()).collect();
            return Self {
                count: values.len() as u64,
                ..Self::of(&pairs, false)
            };
        }
        // Eight interleaved sums: a fixed order, in which one addition need not wait for the last.
        let (mut sums, mut squares) = ([0.0; 8], [0.0; 8]);
        for part in values.chunks(8) {
            for (i, x) in part.iter().enumerate() {
                sums[i] += x;
                squares[i] += x * x;
            }
        }
        Self {
            count: values.len() as u64,
            sum: sums.iter().sum(),
            draws: values.len() as u64,
            squares: squares.iter().sum(),
        }
    }

    /// The tally of both.
    pub fn add(&mut self, other: Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.draws += other.draws;
        self.squares += other.squares;
    }
}

/// Hedging errors in the order of their paths, and the figures that need no distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    policy: Identity,
    antithetic: bool,
    errors: Vec<f64>,
    turnover: Tally,
    exercised: Tally,
    cost: Tally,
}

impl Sample {
    /// No episodes yet; the errors of paths `2j` and `2j + 1` belong together if `antithetic`.
    #[must_use]
    pub fn empty(policy: Identity, antithetic: bool) -> Self {
        Self {
            policy,
            antithetic,
            errors: Vec::new(),
            turnover: Tally::default(),
            exercised: Tally::default(),
            cost: Tally::default(),
        }
    }

    /// The same without its episodes.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self::empty(self.policy.clone(), self.antithetic)
    }

    /// Adds episodes that follow those held.
    pub fn push(&mut self, errors: &[f64], turnover: Tally, exercised: Tally, cost: Tally) {
        self.errors.extend_from_slice(errors);
        self.turnover.add(turnover);
        self.exercised.add(exercised);
        self.cost.add(cost);
    }

    /// Adds another sample's episodes, which follow those held.
    pub fn append(&mut self, other: &Self) {
        self.push(&other.errors, other.turnover, other.exercised, other.cost);
    }

    /// Whose episodes they are.
    #[must_use]
    pub fn policy(&self) -> &Identity {
        &self.policy
    }

    /// Hedging errors `e` by path number (currency).
    #[must_use]
    pub fn errors(&self) -> &[f64] {
        &self.errors
    }

    /// Neighbouring errors that form one independent draw: 1 or 2.
    #[must_use]
    pub fn draw_size(&self) -> usize {
        if self.antithetic { 2 } else { 1 }
    }

    /// `Σ_{k≥1} |X_{k+1} − X_k|` over episodes (shares).
    #[must_use]
    pub fn turnover(&self) -> Tally {
        self.turnover
    }

    /// Episodes in which the holder exercised.
    #[must_use]
    pub fn exercised(&self) -> Tally {
        self.exercised
    }

    /// What all trades of an episode cost against the mid price, the last one included (currency).
    #[must_use]
    pub fn cost(&self) -> Tally {
        self.cost
    }
}
