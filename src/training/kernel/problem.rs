//! What is being hedged, in which market, and what the network sees. Plain fields, validated by the caller.

/// Call or put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// The right to buy at the strike.
    Call,
    /// The right to sell at the strike.
    Put,
}

/// Which side of the option the hedger is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The hedger sold the option.
    Short,
    /// The hedger holds the option.
    Long,
}

/// Bounds on the position; infinite when absent. `X' = clamp(clamp(raw, X − max_trade, X + max_trade), min, max)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Smallest position, shares.
    pub min_position: f64,
    /// Largest position, shares.
    pub max_position: f64,
    /// Largest trade of one step, shares.
    pub max_trade: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            min_position: f64::NEG_INFINITY,
            max_position: f64::INFINITY,
            max_trade: f64::INFINITY,
        }
    }
}

/// What the network sees and what its output means: inputs `(time_k, moneyness_k, (X − base_k)/x,
/// (V − anchor_k)/v, A/a, B/b)` and in the residual form `base_k/n` too; the next position is
/// `base_k + n·output`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Form {
    /// Whether the base is an input.
    pub residual: bool,
    /// `x` (shares), `v` (currency), `a` and `b` (shares).
    pub scales: [f64; 4],
    /// `n` (shares).
    pub output: f64,
}

impl Form {
    /// Number of inputs of the network.
    #[must_use]
    pub fn inputs(&self) -> usize {
        if self.residual { 7 } else { 6 }
    }
}

/// One hedging problem. Symbols are those of *Deep Hedging with Market Impact* (arXiv 2402.13326).
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The network's time input at each of the `N` trading dates; its length is `N`.
    pub time: Vec<f64>,
    /// `α ≥ 1`: exponent of the cost of buying.
    pub ask_exponent: f64,
    /// `0 < β ≤ 1`: exponent of the proceeds of selling.
    pub bid_exponent: f64,
    /// `D > 0`: the order book's depth, shares.
    pub depth: f64,
    /// `e^(−λ_a Δ)` in `[0, 1]`: share of the ask side's memory that survives a step.
    pub ask_keep: f64,
    /// `e^(−λ_b Δ)` in `[0, 1]`: share of the bid side's memory that survives a step.
    pub bid_keep: f64,
    /// `(1 + r_lend)^Δ`: growth of positive cash over a step.
    pub lend_growth: f64,
    /// `(1 + r_borrow)^Δ`: growth of negative cash over a step.
    pub borrow_growth: f64,
    /// `V_0`: cash before the first trade, currency.
    pub initial_cash: f64,
    /// `X_0`: position before the first trade, shares.
    pub initial_position: f64,
    /// `A_0 ≥ 0`: ask memory at the start, shares.
    pub initial_ask: f64,
    /// `B_0 ≥ 0`: bid memory at the start, shares.
    pub initial_bid: f64,
    /// Call or put.
    pub kind: OptionKind,
    /// Sold or held.
    pub side: Side,
    /// `K`: strike, currency.
    pub strike: f64,
    /// `n > 0`: shares delivered on exercise.
    pub shares: f64,
    /// Bounds on positions and trades.
    pub limits: Limits,
    /// What the network sees and says.
    pub form: Form,
}

impl Problem {
    /// `N`: number of trading dates.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.time.len()
    }
}
