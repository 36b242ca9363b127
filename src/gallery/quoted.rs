//! A ladder that a market quoted at a moment, as steps.

/// A ladder that a market quoted, to be drawn behind the model's.
#[derive(Clone, Debug, PartialEq)]
pub struct Quoted {
    /// What it is called: its file and the moment.
    pub name: String,
    /// Ask and bid as steps: shares in front, and the price's distance from the mid (relative to the mid, negative for bids).
    pub steps: [Vec<[f64; 2]>; 2],
}

impl Quoted {
    /// A side's steps.
    #[must_use]
    pub fn side(&self, ask: bool) -> &[[f64; 2]] {
        &self.steps[usize::from(!ask)]
    }

    /// Shares in front of the last level that is known, on the side where they are more.
    #[must_use]
    pub fn reach(&self) -> f64 {
        let last = self.steps.iter().filter_map(|steps| steps.last());
        last.map(|[size, _]| *size).fold(0.0, f64::max)
    }

    /// Distance from the mid of the next share after so many of a side (relative to the mid); `None` beyond the last level that is known.
    #[must_use]
    pub fn next(&self, ask: bool, size: f64) -> Option<f64> {
        let steps = self.side(ask);
        let before = steps.partition_point(|[there, _]| *there <= size);
        let [last, _] = *steps.last()?;
        let [_, at] = *steps.get(before.checked_sub(1)?)?;
        (size <= last).then_some(at)
    }

    /// The farthest distance from the mid that a side comes to within so many shares (relative to the mid).
    #[must_use]
    pub fn farthest(&self, ask: bool, size: f64) -> f64 {
        let steps = self.side(ask).iter();
        let within = steps.take_while(|[there, _]| *there <= size);
        within.last().map_or(0.0, |[_, at]| *at)
    }

    /// A side's steps up to so many shares, with signed shares, and prices less a mid price `mid`.
    #[must_use]
    pub fn line(&self, ask: bool, reach: f64, mid: f64) -> Vec<[f64; 2]> {
        let out = if ask { 1.0 } else { -1.0 };
        let steps = self.side(ask).iter();
        let within = steps.take_while(|[there, _]| *there <= reach);
        let mut line: Vec<[f64; 2]> = within.map(|[x, at]| [out * x, mid * at]).collect();
        if let Some(at) = self.next(ask, reach) {
            line.push([out * reach, mid * at]);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ladder_is_read_level_by_level_as_far_as_it_is_known() {
        let asks = vec![
            [0.0, 1.0],
            [10.0, 1.0],
            [10.0, 2.0],
            [30.0, 2.0],
            [30.0, 5.0],
        ];
        let bids = asks.iter().map(|[x, at]| [2.0 * x, -at]).collect();
        let quoted = Quoted {
            name: "file".into(),
            steps: [asks, bids],
        };
        assert_eq!(quoted.reach(), 60.0);
        for (size, at) in [
            (0.0, 1.0),
            (9.0, 1.0),
            (10.0, 2.0),
            (29.0, 2.0),
            (30.0, 5.0),
        ] {
            assert_eq!(quoted.next(true, size), Some(at));
            assert_eq!(quoted.next(false, 2.0 * size), Some(-at));
            assert_eq!(quoted.farthest(true, size), at);
        }
        assert_eq!(quoted.next(true, 31.0), None);
        let line = quoted.line(false, 30.0, 100.0);
        let expected = [
            [-0.0, -100.0],
            [-20.0, -100.0],
            [-20.0, -200.0],
            [-30.0, -200.0],
        ];
        assert_eq!(line, expected);
        assert_eq!(quoted.line(true, 1e9, 1.0).last(), Some(&[30.0, 5.0]));
    }
}
