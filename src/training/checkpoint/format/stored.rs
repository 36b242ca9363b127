//! Tensors on their way into a file.

use super::COLUMNS;
use crate::training::Checked;
use safetensors::tensor::{Dtype, TensorView};

/// A tensor on its way into a file.
pub(super) struct Stored {
    pub name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

impl Stored {
    pub fn single(name: String, shape: &[usize], values: &[f32]) -> Self {
        Self {
            name,
            dtype: Dtype::F32,
            shape: shape.to_vec(),
            bytes: values.iter().flat_map(|x| x.to_le_bytes()).collect(),
        }
    }

    pub fn checks(name: &str, checks: &[Checked]) -> Self {
        let numbers = checks.iter().flat_map(|checked| {
            let iteration = f64::from_bits(checked.iteration);
            [
                iteration,
                checked.objective,
                checked.rsmse,
                checked.rsmse_se,
                checked.gain,
                checked.gain_se,
                f64::from(u8::from(checked.kept)),
            ]
        });
        Self {
            name: name.to_owned(),
            dtype: Dtype::F64,
            shape: vec![checks.len(), COLUMNS],
            bytes: numbers.flat_map(f64::to_le_bytes).collect(),
        }
    }

    pub fn points(name: &str, points: &[(f64, f64)]) -> Self {
        let numbers = points.iter().flat_map(|(x, y)| [*x, *y]);
        Self {
            name: name.to_owned(),
            dtype: Dtype::F64,
            shape: vec![points.len(), 2],
            bytes: numbers.flat_map(f64::to_le_bytes).collect(),
        }
    }

    pub fn view(&self) -> Result<TensorView<'_>, String> {
        TensorView::new(self.dtype, self.shape.clone(), &self.bytes)
            .map_err(|error| format!("{}: {error}", self.name))
    }
}
