//! What is minimised over hedging errors `e` (positive is a loss), and its derivative with respect
//! to each.
//!
//! A tile goes back before other tiles have gone forward, so its weights `∂loss/∂e` are known only
//! up to a factor common to all paths; the factor is applied when all groups are added.

use super::settings::single;

/// The loss of a batch of hedging errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Surface {
    /// `sqrt(mean(max(e, 0)²))`, the paper's.
    Rsmse,
    /// `sqrt(mean(e²))`.
    Rmse,
    /// `w + mean(h·softplus((e − w)/h))/(1 − q)`, the smoothed Rockafellar–Uryasev form of `CVaR`;
    /// minimise over `w` too.
    Cvar {
        /// `q` in `(0, 1)`.
        level: f64,
        /// `w`, currency: a parameter of the training.
        threshold: f64,
        /// `h > 0`, currency: width over which `max(·, 0)` is rounded off.
        smoothing: f64,
    },
    /// `ln(mean(exp(γ·e)))/γ`.
    Entropic {
        /// `γ > 0`, per currency unit.
        aversion: f64,
    },
}

/// How far, in units of `γ·e`, an error may exceed the group's reference before the group's sums
/// are rescaled.
const HEADROOM: f64 = 20.0;

/// Running sums of one group of tiles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LossSums {
    /// Number of errors taken in.
    count: f64,
    /// Sum of the objective's terms; for the entropic objective `Σ [exp(γ·e − reference) − 1]`.
    sum: f64,
    /// Sum of the unnormalised weights (for the derivative by the threshold).
    weights: f64,
    /// The entropic objective's reference exponent.
    reference: f64,
}

impl LossSums {
    pub(crate) const EMPTY: Self = Self {
        count: 0.0,
        sum: 0.0,
        weights: 0.0,
        reference: f64::NEG_INFINITY,
    };

    /// Takes in a tile's errors and writes each path's unnormalised weight. Returns the factor by
    /// which everything that the group has summed before must be multiplied first, if any (only for
    /// the entropic surface).
    pub(crate) fn absorb(
        &mut self,
        surface: Surface,
        errors: &[f32],
        weights: &mut [f32],
    ) -> Option<f32> {
        let pairs = errors.iter().map(|&e| f64::from(e)).zip(weights.iter_mut());
        match surface {
            Surface::Rsmse => self.each(pairs, |e| (e.max(0.0) * e.max(0.0), e.max(0.0))),
            Surface::Rmse => self.each(pairs, |e| (e * e, e)),
            Surface::Cvar {
                threshold,
                smoothing,
                ..
            } => self.each(pairs, |e| {
                let z = (e - threshold) / smoothing;
                let tail = (-z.abs()).exp();
                let share = if z > 0.0 {
                    1.0 / (1.0 + tail)
                } else {
                    tail / (1.0 + tail)
                };
                (smoothing * (z.max(0.0) + tail.ln_1p()), share)
            }),
            Surface::Entropic { aversion } => {
                let factor = self.raise_reference(aversion, errors);
                let reference = self.reference;
                self.each(pairs, |e| {
                    let term = (aversion * e - reference).exp_m1();
                    (term, 1.0 + term)
                });
                return factor.map(single);
            }
        }
        None
    }

    fn each<'a>(
        &mut self,
        pairs: impl Iterator<Item = (f64, &'a mut f32)>,
        term_and_weight: impl Fn(f64) -> (f64, f64),
    ) {
        for (error, weight) in pairs {
            let (term, share) = term_and_weight(error);
            // `max` drops a NaN; the product brings it (and infinity) back, so that divergence
            // shows in the loss.
            self.sum += term + 0.0 * error;
            self.count += 1.0;
            self.weights += share;
            // Far below everything else; as a subnormal number it would only be slow.
            *weight = if share.abs() < 1e-28 {
                0.0
            } else {
                single(share)
            };
        }
    }

    fn raise_reference(&mut self, aversion: f64, errors: &[f32]) -> Option<f64> {
        let largest = errors
            .iter()
            .fold(f64::NEG_INFINITY, |m, &e| m.max(aversion * f64::from(e)));
        if largest <= self.reference + HEADROOM {
            return None;
        }
        let factor = (self.reference - largest).exp();
        self.sum = self.moved_to(largest);
        self.weights *= factor;
        self.reference = largest;
        Some(factor)
    }

    /// `Σ [exp(γ·e − reference) − 1]` for another reference, without losing small terms.
    fn moved_to(&self, reference: f64) -> f64 {
        if self.count == 0.0 {
            return 0.0;
        }
        let down = self.reference - reference;
        self.sum * down.exp() + self.count * down.exp_m1()
    }
}

/// The batch's loss and what turns the groups' sums into its gradient.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict {
    pub loss: f64,
    /// `∂loss/∂w`; 0 for objectives without a threshold.
    pub threshold: f64,
    /// Factor on the sums of a group: `factor·exp(reference − top)`.
    factor: f64,
    top: f64,
}

impl Verdict {
    /// Adds the groups' sums in their order.
    pub(crate) fn new<'a>(
        surface: Surface,
        sums: impl Iterator<Item = &'a LossSums> + Clone,
        paths: usize,
    ) -> Self {
        let count = paths as f64;
        let total: f64 = sums.clone().map(|sums| sums.sum).sum();
        let plain = |loss: f64, factor: f64| Self {
            loss,
            threshold: 0.0,
            factor,
            top: f64::NEG_INFINITY,
        };
        match surface {
            Surface::Rsmse | Surface::Rmse => {
                let loss = (total / count).sqrt();
                plain(
                    loss,
                    if loss > 0.0 {
                        1.0 / (count * loss)
                    } else {
                        0.0
                    },
                )
            }
            Surface::Cvar {
                level, threshold, ..
            } => {
                let factor = 1.0 / (count * (1.0 - level));
                let weights: f64 = sums.map(|sums| sums.weights).sum();
                Self {
                    threshold: 1.0 - factor * weights,
                    ..plain(threshold + factor * total, factor)
                }
            }
            Surface::Entropic { aversion } => {
                let top = sums
                    .clone()
                    .fold(f64::NEG_INFINITY, |m, sums| m.max(sums.reference));
                let total: f64 = sums.map(|sums| sums.moved_to(top)).sum();
                let loss = top / aversion + (total / count).ln_1p() / aversion;
                Self {
                    loss,
                    threshold: 0.0,
                    factor: 1.0 / (count + total),
                    top,
                }
            }
        }
    }

    /// What a group's sums are multiplied by.
    pub(crate) fn factor(&self, sums: &LossSums) -> f32 {
        if self.top == f64::NEG_INFINITY {
            return single(self.factor);
        }
        single(self.factor * (sums.reference - self.top).exp())
    }
}

impl Surface {
    /// The loss of a set of errors, without a gradient.
    #[must_use]
    pub fn loss(self, errors: &[f32]) -> f64 {
        let mut sums = LossSums::EMPTY;
        let mut weights = [0.0; 64];
        for errors in errors.chunks(weights.len()) {
            sums.absorb(self, errors, &mut weights[..errors.len()]);
        }
        Verdict::new(self, [sums].iter(), errors.len()).loss
    }
}
