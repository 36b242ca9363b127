//! The hedger's state, date by date, as a forward run leaves it: for parity tests.

/// What every path holds at every date. Dates vary slowest: `column[k * paths + path]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
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

impl Trace {
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
