//! The band of positions in which a policy trades next to nothing.

/// A trade smaller than this share of the contract counts as none.
pub const STILL: f64 = 0.005;

/// Contracts to either side of none that a band may reach.
const REACH: f64 = 6.0;
/// Halvings of that, to a ten-thousandth of a contract.
const HALVINGS: usize = 17;

/// Widths of the bands of `N` states (shares): from the smallest to the largest present position from
/// which less than [`STILL`] of `shares` is traded. `trade` says what is traded from positions.
///
/// Each end is found by halving, which takes for granted that who holds more buys less.
pub(super) fn widths<const N: usize>(
    shares: f64,
    trade: impl Fn(&[f64; N]) -> [f64; N],
) -> [f64; N] {
    let within = STILL * shares;
    let [low, high] = [within, -within].map(|level| crossing(shares, level, &trade));
    let mut widths = [0.0; N];
    for (width, (low, high)) in widths.iter_mut().zip(low.into_iter().zip(high)) {
        *width = (high - low).max(0.0);
    }
    widths
}

/// The positions from which `level` is traded.
fn crossing<const N: usize>(
    shares: f64,
    level: f64,
    trade: &impl Fn(&[f64; N]) -> [f64; N],
) -> [f64; N] {
    let mut ends = ([-REACH * shares; N], [REACH * shares; N]);
    let middles = |(low, high): &([f64; N], [f64; N])| {
        let mut middle = *low;
        for (middle, high) in middle.iter_mut().zip(high) {
            *middle = f64::midpoint(*middle, *high);
        }
        middle
    };
    for _ in 0..HALVINGS {
        let middle = middles(&ends);
        let traded = trade(&middle);
        for (lane, (traded, middle)) in traded.iter().zip(middle).enumerate() {
            // Below the crossing more is bought.
            let side = if *traded > level {
                &mut ends.0
            } else {
                &mut ends.1
            };
            side[lane] = middle;
        }
    }
    middles(&ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_of_a_rule_with_a_known_band_is_found() {
        // To the nearest edge of [0.3, 0.7], of two shares; then half of the way to 1; then all of it.
        let held = |rule: usize, x: f64| match rule {
            0 => x.clamp(0.3, 0.7),
            1 => f64::midpoint(x, 1.0),
            _ => 1.0,
        };
        let trade = |positions: &[f64; 3]| {
            let mut traded = [0.0; 3];
            for (rule, traded) in traded.iter_mut().enumerate() {
                *traded = held(rule, positions[rule]) - positions[rule];
            }
            traded
        };
        let widths = widths(2.0, trade);
        for (width, known) in widths.into_iter().zip([0.42, 0.04, 0.02]) {
            assert!((width - known).abs() < 5e-4, "{width} {known}");
        }
    }
}
