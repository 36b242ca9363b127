//! Sums of products over independent draws, from which every smooth figure and its standard error
//! follow.
//!
//! A draw (an episode, or an antithetic pair of them) is a few numbers `b_k`, each a sum over its
//! episodes. With an influence function that is a combination `Σ c_k b_k`, the sum of its squares over
//! draws is `cᵀ G c` with `G = Σ b bᵀ`: one pass over the errors, in bounded memory, serves figures
//! that are known only when it is over.

/// Episodes that are added at once.
pub(super) const BLOCK: usize = 64;

/// Numbers of up to [`BLOCK`] draws, `K` for each; rows are filled up with zeros.
pub(super) type Rows<const K: usize> = [[f64; BLOCK]; K];

/// `Σ b` and `Σ b bᵀ` over draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Gram<const K: usize> {
    /// `Σ b_k`.
    pub sums: [f64; K],
    /// `Σ b_k b_l`, for `l >= k`.
    products: [[f64; K]; K],
    /// Draws counted.
    pub draws: u64,
}

impl<const K: usize> Gram<K> {
    pub const EMPTY: Self = Self {
        sums: [0.0; K],
        products: [[0.0; K]; K],
        draws: 0,
    };

    /// Adds `draws` draws, in a fixed order.
    #[inline(always)]
    pub fn add(&mut self, rows: &Rows<K>, draws: usize) {
        for k in 0..K {
            self.sums[k] += lanes(|i| rows[k][i]);
            for l in k..K {
                self.products[k][l] += lanes(|i| rows[k][i] * rows[l][i]);
            }
        }
        self.draws += draws as u64;
    }

    /// The sums of both.
    pub fn merge(&mut self, other: &Self) {
        for k in 0..K {
            self.sums[k] += other.sums[k];
            for l in k..K {
                self.products[k][l] += other.products[k][l];
            }
        }
        self.draws += other.draws;
    }

    /// `cᵀ G c`, never below 0.
    pub fn square(&self, c: &[f64; K]) -> f64 {
        let mut sum = 0.0;
        for k in 0..K {
            let twice = |l: usize| if l == k { 1.0 } else { 2.0 };
            let row = (k..K).map(|l| twice(l) * c[l] * self.products[k][l]);
            sum += c[k] * row.sum::<f64>();
        }
        sum.max(0.0)
    }

    /// Standard error `sqrt(Σ over draws of (Σ influence)²)/n` of a figure of `count` episodes with
    /// the influence `Σ c_k b_k`; absent for fewer than two draws.
    pub fn standard_error(&self, c: &[f64; K], count: f64) -> Option<f64> {
        (self.draws >= 2).then(|| self.square(c).sqrt() / count)
    }
}

/// Sum over a block in eight interleaved parts: a fixed order that becomes vector instructions.
#[inline(always)]
fn lanes(term: impl Fn(usize) -> f64) -> f64 {
    let mut parts = [0.0; 8];
    for i in 0..BLOCK {
        parts[i % 8] += term(i);
    }
    parts.iter().sum()
}
