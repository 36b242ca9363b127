//! What goes into the kernel besides the weights, and the optional record that comes out of a forward run.

use crate::training::kernel::KernelError;
use crate::training::kernel::error::expect_length;

/// Paths and what the caller has computed from them. Dates vary slowest: `slice[k * paths + path]`.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// Number of paths, any number from 1.
    pub paths: usize,
    /// Unaffected mid prices, `[N + 1][paths]`, currency.
    pub spot: &'a [f32],
    /// The network's moneyness input, `[N][paths]`, dimensionless.
    pub moneyness: &'a [f32],
    /// Baseline next position `base_k`, `[N][paths]`, shares; empty (zero) in the absolute form.
    pub base: &'a [f32],
    /// Baseline portfolio value `anchor_k`, `[N][paths]`, currency; empty (zero) in the absolute form.
    pub anchor: &'a [f32],
}

impl Batch<'_> {
    pub(crate) fn check(&self, steps: usize) -> Result<(), KernelError> {
        if self.paths == 0 {
            return Err(KernelError::EmptyBatch);
        }
        let rows = steps * self.paths;
        expect_length("spot", self.spot.len(), rows + self.paths)?;
        expect_length("moneyness", self.moneyness.len(), rows)?;
        if !self.base.is_empty() {
            expect_length("base", self.base.len(), rows)?;
        }
        if !self.anchor.is_empty() {
            expect_length("anchor", self.anchor.len(), rows)?;
        }
        Ok(())
    }
}

/// The hedger's ledger, date by date, for parity tests. Layout as in [`Batch`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// `X_k` before the trade at `t_k`, `[N + 1][paths]`, shares.
    pub position: Vec<f32>,
    /// `V_k`, `[N + 1][paths]`, currency.
    pub value: Vec<f32>,
    /// `A_k`, `[N + 1][paths]`, shares.
    pub ask: Vec<f32>,
    /// `B_k`, `[N + 1][paths]`, shares.
    pub bid: Vec<f32>,
    /// `M_k`: cash after the trade at `t_k`, `[N][paths]`, currency.
    pub cash: Vec<f32>,
}

impl Ledger {
    pub(crate) fn resize(&mut self, steps: usize, paths: usize) {
        for column in [
            &mut self.position,
            &mut self.value,
            &mut self.ask,
            &mut self.bid,
        ] {
            column.resize((steps + 1) * paths, 0.0);
        }
        self.cash.resize(steps * paths, 0.0);
    }
}
