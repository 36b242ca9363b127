//! What is minimised, as tensor operations.

use super::Column;
use crate::training::rollout::Surface;
use burn_tensor::Tensor;
use burn_tensor::activation::relu;

/// The surface's value on a batch of errors.
pub(super) fn surface_loss(surface: Surface, errors: Column, threshold: &Column) -> Tensor<1> {
    match surface {
        Surface::Rsmse => root(relu(errors).square().mean()),
        Surface::Rmse => root(errors.square().mean()),
        Surface::Cvar {
            level, smoothing, ..
        } => {
            let over = (errors - threshold.clone()).div_scalar(smoothing);
            // max(z, 0) + ln(1 + e^(−|z|)), which does not overflow.
            let soft = relu(over.clone()) + over.abs().neg().exp().log1p();
            let tail = soft.mean().mul_scalar(smoothing / (1.0 - level));
            threshold.clone().mean() + tail
        }
        Surface::Entropic { aversion } => {
            let scaled = errors.mul_scalar(aversion);
            let top = scaled.clone().max().detach();
            let top_value = first(&top);
            // `e^x − 1 = 2t/(1 − t)` with `t = tanh(x/2)`, accurate for small `x` and stable for
            // `x <= 0`.
            let half = scaled.sub_scalar(top_value).div_scalar(2.0).tanh();
            let less_one = half.clone().mul_scalar(2.0) / half.neg().add_scalar(1.0);
            let rest = less_one.mean().log1p().div_scalar(aversion);
            rest.add_scalar(top_value / aversion)
        }
    }
}

/// A square root whose slope at 0 is 0, as in the kernel.
fn root(mean: Tensor<1>) -> Tensor<1> {
    if first(&mean) > 0.0 {
        mean.sqrt()
    } else {
        mean.mul_scalar(0.0)
    }
}

/// The first number of a tensor.
pub(super) fn first<const D: usize>(tensor: &Tensor<D>) -> f64 {
    let data = tensor.to_data();
    data.iter::<f64>().next().unwrap_or(f64::NAN)
}
