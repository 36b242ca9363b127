//! Why the strategy in focus trades: the parts of its trade at the time cursor, and of all on the path.

use super::path::PathView;
use crate::episode::LedgerLine;
use crate::gallery::{reason_stack, told_reasons};
use crate::policy::{Reasons, SoftBand, SoftBandSettings, Tuned, Who};
use crate::scenario::Scenario;
use crate::simulate::why_traded;

/// Most dates that are drawn: more would be narrower than a point.
const DATES: usize = 260;

/// The trades of one strategy, taken apart.
#[derive(Clone, Debug, Default)]
pub struct WhyView {
    /// Whose; absent where nobody hedges, or nobody looks.
    pub who: Option<Who>,
    /// The soft band that takes them apart.
    pub settings: Option<SoftBandSettings>,
    /// Whether that is to be tuned yet, and is an earlier scenario's.
    pub tuning: bool,
    /// The trade at the time cursor; absent at maturity, where nobody decides.
    pub now: Option<Taken>,
    /// The trades of the path, from the first on.
    pub through: Vec<Taken>,
    /// From one of these to the next (dates).
    pub stride: usize,
    /// Which parts are told, by their places in [`Reasons::parts`].
    pub shown: Vec<usize>,
    /// How far the parts that sell go down, and those that buy up (shares), at whichever date it is farthest.
    pub ends: [f64; 2],
}

/// A trade, taken apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    pub date: usize,
    /// Shares; positive buys.
    pub trade: f64,
    pub reasons: Reasons,
}

impl WhyView {
    /// The trades of `focus` on a path, taken apart by the soft band of these parameters; nothing without them.
    #[must_use]
    pub fn new(
        scenario: &Scenario,
        path: &PathView,
        step: usize,
        focus: &Who,
        soft_band: Option<(Tuned, bool)>,
    ) -> Self {
        let (Some(hedge), Some((tuned, tuning))) = (path.whose(focus), soft_band) else {
            return Self::default();
        };
        let rule = SoftBand::new(scenario, tuned.soft_band_in(scenario));
        let taken = |line: &LedgerLine| Taken {
            date: line.step,
            trade: line.trade,
            reasons: why_traded(scenario, line, &rule),
        };
        let ledger = &hedge.ledger;
        let stride = ledger.len().div_ceil(DATES).max(1);
        let through: Vec<Taken> = ledger.iter().step_by(stride).map(taken).collect();
        let now = ledger.get(step).map(taken);
        let all = through.iter().chain(&now).map(|taken| taken.reasons);
        let all: Vec<Reasons> = all.collect();
        let shown = told_reasons(&all);
        let ends = all.iter().flat_map(|reasons| reason_stack(reasons, &shown));
        let ends = ends.fold([0.0f64; 2], |[low, high], (_, [from, to])| {
            [low.min(from).min(to), high.max(from).max(to)]
        });
        Self {
            who: Some(hedge.who.clone()),
            settings: Some(rule.settings()),
            tuning,
            now,
            through,
            stride,
            shown,
            ends,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets;
    use crate::scenario::Strategy;

    #[test]
    fn a_long_path_is_thinned_and_the_date_of_the_cursor_is_there_whatever_it_is() {
        let year = presets::built_in("paper-year").unwrap();
        let scenario = year.with([("steps", "700")]).unwrap();
        let path = PathView::new(&scenario, &[], Some(3), None, &[Tuned::GUESS]);
        let of = |step| {
            let focus = Strategy::Delta.into();
            WhyView::new(&scenario, &path, step, &focus, Some((Tuned::GUESS, false)))
        };
        let view = of(301);
        assert_eq!((view.stride, view.through.len()), (3, 234));
        let now = view.now.unwrap();
        assert_eq!(now.date, 301);
        let hedge = path.of(Strategy::Delta).unwrap();
        assert_eq!(now.reasons.total(), hedge.ledger[301].trade);
        assert!(view.ends[0] < 0.0 && view.ends[1] > 0.0);
        // At maturity nobody decides, and without anybody who looks nothing is there.
        assert!(of(700).now.is_none() && !of(700).through.is_empty());
        let focus = Strategy::Delta.into();
        let none = WhyView::new(&scenario, &path, 301, &focus, None);
        assert!(none.who.is_none() && none.through.is_empty());
    }
}
