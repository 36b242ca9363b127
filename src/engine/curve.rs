//! What is told of a run's course: its loss curve and its speed.

use std::time::Instant;

/// Points kept of a curve; beyond, neighbours are averaged.
const POINTS: usize = 600;

/// A curve of at most [`POINTS`] points: when full, neighbours are merged.
#[derive(Clone, Debug, Default)]
pub(super) struct Curve {
    points: Vec<(f64, f64)>,
    pending: (f64, f64),
    weight: f64,
    stride: u32,
}

impl Curve {
    /// Goes on with a curve of which `count` values have been seen.
    pub fn from_points(points: &[(f64, f64)], count: u64) -> Self {
        let mut curve = Self {
            points: points.to_vec(),
            ..Self::default()
        };
        while curve.points.len() >= POINTS {
            curve.merge();
        }
        // A point stands for as many values as those before it.
        let each = count.checked_div(curve.points.len() as u64).unwrap_or(1);
        let stride = each.max(1).next_power_of_two();
        curve.stride = u32::try_from(stride).unwrap_or(u32::MAX);
        curve
    }

    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    pub fn push(&mut self, x: f64, y: f64) {
        self.pending.0 += x;
        self.pending.1 += y;
        self.weight += 1.0;
        if self.weight < f64::from(self.stride.max(1)) {
            return;
        }
        let weight = self.weight;
        self.points
            .push((self.pending.0 / weight, self.pending.1 / weight));
        self.pending = (0.0, 0.0);
        self.weight = 0.0;
        if self.points.len() >= POINTS {
            self.merge();
        }
    }

    fn merge(&mut self) {
        let mean = |pair: &[(f64, f64)]| {
            let n = pair.len() as f64;
            let sum = pair.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
            (sum.0 / n, sum.1 / n)
        };
        self.points = self.points.chunks(2).map(mean).collect();
        self.stride = self.stride.max(1).saturating_mul(2);
    }
}

/// Work done a second, smoothed over about a second.
pub(super) struct Speed {
    since: Instant,
    from: Option<f64>,
    rate: Option<f64>,
}

impl Speed {
    pub fn new(now: Instant) -> Self {
        Self {
            since: now,
            from: None,
            rate: None,
        }
    }

    pub fn at(&mut self, now: Instant, work: f64) -> Option<f64> {
        let Some(from) = self.from else {
            self.from = Some(work);
            self.since = now;
            return None;
        };
        let seconds = now.duration_since(self.since).as_secs_f64();
        if seconds > 0.2 {
            let fresh = (work - from) / seconds;
            let keep = (-seconds).exp();
            self.rate = Some(
                self.rate
                    .map_or(fresh, |old| old * keep + fresh * (1.0 - keep)),
            );
            self.from = Some(work);
            self.since = now;
        }
        self.rate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_stays_short_and_goes_on_where_it_was_left() {
        let mut curve = Curve::default();
        let push = |curve: &mut Curve, range: std::ops::Range<u32>| {
            range.for_each(|i| curve.push(f64::from(i), f64::from(i % 7)));
        };
        push(&mut curve, 0..2000);
        assert!((POINTS / 2..POINTS).contains(&curve.points().len()));
        let mut resumed = Curve::from_points(curve.points(), 2000);
        push(&mut curve, 2000..4000);
        push(&mut resumed, 2000..4000);
        let dates = |curve: &Curve| curve.points().iter().map(|p| p.0).collect::<Vec<_>>();
        assert_eq!(dates(&curve), dates(&resumed));
        assert!(dates(&curve).is_sorted());
    }
}
