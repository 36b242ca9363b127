//! The least value of a function of a few numbers, without derivatives: the simplex of J. A. Nelder and R. Mead (*A
//! simplex method for function minimization*, 1965), with the numbers of J. C. Lagarias, J. A. Reeds, M. H. Wright and
//! P. E. Wright (1998).

use std::ops::ControlFlow;

/// Where a function was least, and how little it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Least {
    /// The place.
    pub at: Vec<f64>,
    /// The value there.
    pub value: f64,
}

/// When the search ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Until {
    /// Where values at the corners differ by no more than this.
    pub value: f64,
    /// And corners, in units of the first steps, by no more than this.
    pub place: f64,
    /// Or after so many corners were moved.
    pub moves: usize,
}

/// Walks from `start`, with first steps of `steps`, to where `f` is least. A value that is no number counts as
/// infinite. `f` may break off.
///
/// # Errors
/// Gives back the break where `f` broke off.
pub fn minimise(
    start: &[f64],
    steps: &[f64],
    until: Until,
    mut f: impl FnMut(&[f64]) -> ControlFlow<(), f64>,
) -> ControlFlow<(), Least> {
    let mut value = |at: Vec<f64>| {
        let value = f(&at)?;
        let value = if value.is_nan() { f64::INFINITY } else { value };
        ControlFlow::Continue(Least { at, value })
    };
    let mut corners = vec![value(start.to_vec())?];
    for (i, step) in steps.iter().enumerate() {
        let mut at = start.to_vec();
        at[i] += step;
        corners.push(value(at)?);
    }
    let last = corners.len() - 1;
    for _ in 0..until.moves {
        corners.sort_by(|a, b| a.value.total_cmp(&b.value));
        if last == 0 || is_small(&corners, steps, until) {
            break;
        }
        let centre = centre(&corners[..last]);
        let along = |share: f64| mixed(&centre, &corners[last].at, share);
        let turned = value(along(-1.0))?;
        if turned.value < corners[0].value {
            let farther = value(along(-2.0))?;
            corners[last] = if farther.value < turned.value {
                farther
            } else {
                turned
            };
            continue;
        }
        if turned.value < corners[last - 1].value {
            corners[last] = turned;
            continue;
        }
        let nearer = if turned.value < corners[last].value {
            value(along(-0.5))?
        } else {
            value(along(0.5))?
        };
        if nearer.value < turned.value.min(corners[last].value) {
            corners[last] = nearer;
            continue;
        }
        let (best, others) = corners.split_at_mut(1);
        for corner in others {
            *corner = value(mixed(&best[0].at, &corner.at, 0.5))?;
        }
    }
    corners.sort_by(|a, b| a.value.total_cmp(&b.value));
    ControlFlow::Continue(corners.swap_remove(0))
}

fn is_small(corners: &[Least], steps: &[f64], until: Until) -> bool {
    let best = &corners[0];
    corners[1..].iter().all(|corner| {
        let apart = corner.at.iter().zip(&best.at).zip(steps);
        corner.value - best.value <= until.value
            && apart
                .into_iter()
                .all(|((a, b), step)| (a - b).abs() <= until.place * step.abs())
    })
}

fn centre(corners: &[Least]) -> Vec<f64> {
    let count = corners.len() as f64;
    let of = |i: usize| corners.iter().map(|corner| corner.at[i]).sum::<f64>() / count;
    (0..corners[0].at.len()).map(of).collect()
}

/// A share of the way from one place to another.
fn mixed(from: &[f64], to: &[f64], share: f64) -> Vec<f64> {
    let pairs = from.iter().zip(to);
    pairs.map(|(a, b)| share.mul_add(b - a, *a)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: Until = Until {
        value: 1e-14,
        place: 1e-7,
        moves: 5000,
    };

    #[test]
    fn the_least_of_a_bent_valley_is_found() {
        // H. H. Rosenbrock's function, with its least value of 0 at (1, 1).
        let valley = |x: &[f64]| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            ControlFlow::Continue(a * a + 100.0 * b * b)
        };
        let ControlFlow::Continue(least) = minimise(&[-1.2, 1.0], &[0.5, 0.5], FINE, valley) else {
            panic!("nobody broke off");
        };
        assert!(least.value < 1e-12, "{least:?}");
        assert!(least.at.iter().all(|x| (x - 1.0).abs() < 1e-5), "{least:?}");
    }

    #[test]
    fn four_numbers_are_found_behind_a_wall_of_no_numbers() {
        // M. J. D. Powell's singular function, and no number at all below −2.
        let powell = |x: &[f64]| {
            if x.iter().any(|x| *x < -2.0) {
                return ControlFlow::Continue(f64::NAN);
            }
            let [a, b, c, d] = [x[0], x[1], x[2], x[3]];
            let parts = [
                (a + 10.0 * b).powi(2),
                5.0 * (c - d).powi(2),
                (b - 2.0 * c).powi(4),
                10.0 * (a - d).powi(4),
            ];
            ControlFlow::Continue(parts.iter().sum())
        };
        let ControlFlow::Continue(least) =
            minimise(&[3.0, -1.0, 0.0, 1.0], &[1.0; 4], FINE, powell)
        else {
            panic!("nobody broke off");
        };
        assert!(least.value < 1e-10, "{least:?}");
    }

    #[test]
    fn who_breaks_off_is_heard_at_once() {
        let mut asked = 0;
        let ended = minimise(&[1.0], &[1.0], FINE, |x| {
            asked += 1;
            if asked == 5 {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(x[0] * x[0])
        });
        assert_eq!((ended, asked), (ControlFlow::Break(()), 5));
    }
}
