//! What passes and what lasts: `y(τ) = lasting + passing·e^(−ρτ)` through figures at lags, by least squares with the
//! weights of their errors.

use super::study::LAGS;

/// Half-lives that are tried (seconds): from what a first look hardly sees to twice the last lag.
const HALF_LIVES: [f64; 2] = [0.02, 240.0];
const TRIED: usize = 120;

/// A course through lags.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Decay {
    /// What is left in the end.
    pub lasting: f64,
    /// What passes.
    pub passing: f64,
    /// Half-life of what passes (seconds).
    pub half_life: f64,
}

/// Figures at lags, `NaN` where there is none, and their weights.
pub(super) struct Course {
    pub figures: [f64; LAGS.len()],
    pub weights: [f64; LAGS.len()],
}

/// The course that fits best; `None` where there are fewer than four figures.
pub(super) fn fitted(course: &Course) -> Option<Decay> {
    let there = course
        .figures
        .iter()
        .filter(|figure| figure.is_finite())
        .count();
    if there < 4 {
        return None;
    }
    let [low, high] = HALF_LIVES.map(f64::ln);
    let tried = (0..TRIED).map(|place| {
        let half_life = (low + (high - low) * place as f64 / (TRIED - 1) as f64).exp();
        at(course, half_life)
    });
    let best = tried.min_by(|a, b| a.1.total_cmp(&b.1))?.0;
    // Twice closer to the best between its neighbours, time and again.
    let mut apart = (high - low) / (TRIED - 1) as f64;
    let mut best = (best, at(course, best.half_life).1);
    for _ in 0..20 {
        apart *= 0.5;
        for factor in [apart.exp(), (-apart).exp()] {
            let half_life = (best.0.half_life * factor).clamp(HALF_LIVES[0], HALF_LIVES[1]);
            let other = at(course, half_life);
            if other.1 < best.1 {
                best = other;
            }
        }
    }
    Some(best.0)
}

/// The best course with a half-life, and its weighted squares.
fn at(course: &Course, half_life: f64) -> (Decay, f64) {
    let each = || {
        let all = LAGS.iter().zip(&course.figures).zip(&course.weights);
        let there = all.filter(|((_, figure), _)| figure.is_finite());
        there.map(move |((lag, figure), weight)| {
            (
                (-std::f64::consts::LN_2 * lag / half_life).exp(),
                *figure,
                *weight,
            )
        })
    };
    let (mut w, mut we, mut wee, mut wy, mut wey) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (e, y, weight) in each() {
        w += weight;
        we += weight * e;
        wee += weight * e * e;
        wy += weight * y;
        wey += weight * e * y;
    }
    let determinant = w * wee - we * we;
    let passing = if determinant > 1e-12 * w * wee {
        (w * wey - we * wy) / determinant
    } else {
        0.0
    };
    let lasting = (wy - we * passing) / w;
    let squares = each().map(|(e, y, weight)| {
        let rest = y - lasting - passing * e;
        weight * rest * rest
    });
    let squares = squares.sum();
    let decay = Decay {
        lasting,
        passing,
        half_life,
    };
    (decay, squares)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_is_found_again_whatever_lags_are_missing() {
        let mut figures = LAGS.map(|lag| 0.1 + 0.4 * (-std::f64::consts::LN_2 * lag / 3.0).exp());
        figures[1] = f64::NAN;
        let weights = [1.0; LAGS.len()];
        let found = fitted(&Course { figures, weights }).unwrap();
        assert!((found.half_life - 3.0).abs() < 1e-3, "{found:?}");
        assert!((found.lasting - 0.1).abs() < 1e-4 && (found.passing - 0.4).abs() < 1e-4);
        figures.fill(f64::NAN);
        assert_eq!(fitted(&Course { figures, weights }), None);
    }
}
