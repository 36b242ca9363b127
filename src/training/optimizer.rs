//! Adam (D. Kingma and J. Ba, *Adam: a method for stochastic optimization*, 2015, algorithm 1) on
//! the flat list of parameters, with a state that can be saved and restored.

/// How much the means of gradients and of their squares keep of what they were.
const KEPT: [f64; 2] = [0.9, 0.999];
/// Keeps a parameter without gradients where it is.
const EPSILON: f32 = 1e-8;

/// What Adam remembers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// Steps made so far.
    pub time: usize,
    /// Running mean of gradients.
    pub first: Vec<f32>,
    /// Running mean of squared gradients.
    pub second: Vec<f32>,
}

/// The optimiser that moves the parameters.
#[derive(Clone, Debug)]
pub struct Descent(Moments);

impl Descent {
    /// For `count` parameters, with the memory of an earlier run if there is one.
    #[must_use]
    pub fn new(count: usize, moments: Option<&Moments>) -> Self {
        let known = moments.filter(|moments| moments.time > 0).cloned();
        Self(known.unwrap_or_else(|| Moments {
            time: 0,
            first: vec![0.0; count],
            second: vec![0.0; count],
        }))
    }

    /// One step of `parameters` against `gradient`.
    pub fn step(&mut self, rate: f64, gradient: &[f32], parameters: &mut [f32]) {
        let Moments {
            time,
            first,
            second,
        } = &mut self.0;
        *time += 1;
        let due = KEPT.map(|kept| -(*time as f64 * kept.ln()).exp_m1());
        let rate = single(rate / due[0]);
        let widen = single(1.0 / due[1]);
        let fresh = KEPT.map(|kept| single(1.0 - kept));
        let moments = first.iter_mut().zip(second);
        for ((x, g), (m, v)) in parameters.iter_mut().zip(gradient).zip(moments) {
            *m += fresh[0] * (g - *m);
            *v += fresh[1] * (g * g - *v);
            *x -= rate * *m / ((*v * widen).sqrt() + EPSILON);
        }
    }

    /// What Adam remembers; nothing before the first step.
    #[must_use]
    pub fn moments(&self) -> Moments {
        if self.0.time == 0 {
            return Moments::default();
        }
        self.0.clone()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "rounding to single precision is what is asked for"
)]
fn single(x: f64) -> f32 {
    x as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adam as in Kingma and Ba (2015), algorithm 1, in double precision.
    #[test]
    fn steps_are_those_of_the_published_algorithm() {
        let mut parameters = vec![1.0f32, -2.0, 0.5];
        let mut descent = Descent::new(3, None);
        let (mut x, mut m, mut v) = (vec![1.0, -2.0, 0.5], [0.0; 3], [0.0; 3]);
        for t in 1..=20 {
            let gradient: Vec<f64> = x.iter().map(|x: &f64| 2.0 * x + 0.1).collect();
            for i in 0..3 {
                m[i] = 0.9 * m[i] + 0.1 * gradient[i];
                v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
                let (m, v) = (
                    m[i] / (1.0 - 0.9f64.powi(t)),
                    v[i] / (1.0 - 0.999f64.powi(t)),
                );
                x[i] -= 0.01 * m / (v.sqrt() + 1e-8);
            }
            let gradient: Vec<f32> = gradient.iter().map(|g| single(*g)).collect();
            descent.step(0.01, &gradient, &mut parameters);
        }
        for (x, found) in x.iter().zip(&parameters) {
            assert!((x - f64::from(*found)).abs() < 1e-5);
        }
    }

    #[test]
    fn a_restored_optimiser_goes_on_as_if_never_stopped() {
        let gradient = |i: u32| [single(f64::from(i).sin()), 0.1];
        let run = |descent: &mut Descent, from: [f32; 2], range: std::ops::Range<u32>| {
            let mut parameters = from;
            range.for_each(|i| descent.step(0.01, &gradient(i), &mut parameters));
            parameters
        };
        let start = [0.3f32, -0.7];
        let expected = run(&mut Descent::new(2, None), start, 0..10);
        let mut half = Descent::new(2, None);
        let middle = run(&mut half, start, 0..5);
        let mut rest = Descent::new(2, Some(&half.moments()));
        assert_eq!(run(&mut rest, middle, 5..10), expected);
    }
}
