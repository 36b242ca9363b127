//! Where the money went: the hedging error of each strategy by its causes, one after the other.

use super::path::PathView;
use crate::engine::Costs;
use crate::outcome::Estimate;
use crate::policy::Who;
use crate::scenario::Scenario;
use crate::simulate::Spent;

/// The waterfalls of all strategies.
#[derive(Clone, Debug, Default)]
pub struct CostsView {
    /// On the path on screen.
    pub here: Vec<Waterfall>,
    /// On average.
    pub average: Vec<Waterfall>,
    /// Paths that these averages are of, and that there will be; none before the first are there.
    pub paths: Option<(u64, u64)>,
}

/// A hedging error by its causes.
#[derive(Clone, Debug)]
pub struct Waterfall {
    pub who: Who,
    /// The causes, in the order in which they add up.
    pub bars: Vec<Bar>,
    /// The error (currency); positive was lost.
    pub error: Estimate,
}

/// One cause.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    pub name: &'static str,
    /// Currency; positive was lost, negative gained.
    pub amount: Estimate,
    /// The sum before it and with it (currency).
    pub sums: [f64; 2],
}

impl CostsView {
    /// That of a path and of averages, as far as they are known.
    #[must_use]
    pub fn new(scenario: &Scenario, path: &PathView, costs: Option<&Costs>) -> Self {
        let here = path.strategies.iter().map(|hedge| {
            let spent = Spent::on_path(hedge.who.clone(), scenario, hedge);
            Waterfall::new(&spent)
        });
        let average = costs.into_iter().flat_map(|costs| &costs.rows);
        let average = average.map(Waterfall::new);
        let mut view = Self {
            here: here.collect(),
            average: average.collect(),
            paths: costs.map(|costs| (costs.paths, costs.wanted)),
        };
        for all in [&mut view.here, &mut view.average] {
            all.sort_by_key(|waterfall| crate::app::theme::place(waterfall.who.kind));
        }
        view
    }
}

impl Waterfall {
    /// Causes one after the other; what began at nothing, dividends where there are none, and what double precision
    /// leaves are not told.
    fn new(spent: &Spent) -> Self {
        let mut sum = 0.0;
        let mut bars = Vec::new();
        for (name, amount) in spent.parts.parts() {
            let x = amount.value.unwrap_or(0.0);
            let sums = [sum, sum + x];
            sum += x;
            let may_lack = ["initial", "mid", "dividends"].contains(&name);
            let told = name != "rounding" && (!may_lack || x != 0.0);
            if told {
                bars.push(Bar {
                    name,
                    amount: *amount,
                    sums,
                });
            }
        }
        Self {
            who: spent.who.clone(),
            bars,
            error: spent.error,
        }
    }

    /// The smallest and the largest sum, 0 among them (currency).
    #[must_use]
    pub fn range(&self) -> (f64, f64) {
        let sums = self.bars.iter().flat_map(|bar| bar.sums);
        sums.fold((0.0, 0.0), |(low, high): (f64, f64), x| {
            (low.min(x), high.max(x))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Tuned;
    use crate::presets;

    #[test]
    fn each_bar_begins_where_the_one_before_ends_and_the_last_ends_at_the_error() {
        let scenario = presets::built_in("thin-book").unwrap();
        let path = PathView::new(&scenario, &[], Some(3), None, &[Tuned::GUESS]);
        let view = CostsView::new(&scenario, &path, None);
        assert!(!view.here.is_empty() && view.average.is_empty());
        for waterfall in &view.here {
            let mut sum = 0.0;
            for bar in &waterfall.bars {
                assert_eq!(bar.sums[0], sum, "{}", bar.name);
                sum = bar.sums[1];
            }
            let error = waterfall.error.value.unwrap();
            assert!((sum - error).abs() < 1e-9, "{sum} against {error}");
            let (low, high) = waterfall.range();
            assert!(low <= 0.0 && high >= 0.0 && (low..=high).contains(&error));
        }
    }
}
