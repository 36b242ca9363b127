//! A block of neighbouring paths: prices, and the factors that come with them.

/// Paths in a block.
pub const LANES: usize = 64;

/// A factor of [`LANES`] paths; row `k` holds its value for each at date `k`.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// What it is called, such as `variance`.
    pub name: &'static str,
    /// Values at each date, as many rows as there are of prices.
    pub rows: Vec<[f64; LANES]>,
}

/// [`LANES`] neighbouring paths; row `k` holds the price of each at date `k`.
#[derive(Clone, Debug)]
pub struct PathBlock {
    rows: Vec<[f64; LANES]>,
    factors: Vec<Factor>,
}

impl PathBlock {
    /// Room for paths of `steps` steps.
    #[must_use]
    pub fn new(steps: usize) -> Self {
        Self {
            rows: vec![[0.0; LANES]; steps + 1],
            factors: Vec::new(),
        }
    }

    /// Prices at each date, `steps + 1` rows.
    #[must_use]
    pub fn rows(&self) -> &[[f64; LANES]] {
        &self.rows
    }

    /// The factors, in the order in which their source names them.
    #[must_use]
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// Prices and factors, for a source to fill.
    pub fn parts_mut(&mut self) -> (&mut [[f64; LANES]], &mut [Factor]) {
        (&mut self.rows, &mut self.factors)
    }

    /// Takes the shape of a source; takes no memory where it has it already.
    pub(super) fn shape(&mut self, steps: usize, names: &[&'static str]) {
        let dates = steps + 1;
        self.rows.resize(dates, [0.0; LANES]);
        let named = self.factors.iter().map(|factor| factor.name);
        if !named.eq(names.iter().copied()) {
            let empty = |name: &&'static str| Factor {
                name,
                rows: Vec::new(),
            };
            self.factors = names.iter().map(empty).collect();
        }
        for factor in &mut self.factors {
            factor.rows.resize(dates, [0.0; LANES]);
        }
    }
}
