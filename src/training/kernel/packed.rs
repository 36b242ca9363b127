//! The weights, laid out once per iteration for the register-blocked products.
//!
//! A *panel* is a group of neighbouring columns, stored row after row, so that a product reads it
//! from front to back.

use super::buffer::{Buffer, padded, row_stride};
use super::micro::panel_columns;
use super::network_shape::NetworkShape;
use pulp::{Simd, WithSimd};

/// A hidden layer ready for use.
#[derive(Debug)]
pub(crate) struct PackedLayer {
    /// Number of inputs, as given.
    pub inputs: usize,
    /// Number of outputs, as given, and rounded up to whole cache lines.
    pub width: usize,
    pub padded: usize,
    /// Distance between the paths' rows of this layer's activations.
    pub stride: usize,
    /// Weight in panels of outputs, each `[inputs][columns]`.
    pub forward: Buffer,
    /// Transposed weight in panels of inputs, each `[width][columns]`; for the first layer the rows
    /// `[5][padded]` of the state inputs.
    pub backward: Buffer,
    /// `[padded]`.
    pub bias: Buffer,
}

/// A network ready for use.
#[derive(Debug)]
pub(crate) struct Packed {
    pub layers: Vec<PackedLayer>,
    /// The output layer's weight, `[padded last width]`.
    pub output: Buffer,
    pub output_bias: f32,
}

impl Packed {
    pub(crate) fn new(shape: &NetworkShape) -> Self {
        let layers: Vec<PackedLayer> = (0..shape.hidden().len())
            .map(|l| PackedLayer::new(shape, l))
            .collect();
        let last = layers.last().map_or(0, |layer| layer.padded);
        Self {
            layers,
            output: Buffer::zeros(last),
            output_bias: 0.0,
        }
    }

    /// Takes the output layer's parameters; the hidden layers are packed one by one by
    /// [`PackLayer`].
    pub(crate) fn pack_output(&mut self, shape: &NetworkShape, parameters: &[f32]) {
        let layer = shape.layers() - 1;
        let weight = &parameters[shape.weight(layer)];
        self.output[..weight.len()].copy_from_slice(weight);
        self.output_bias = parameters[shape.bias(layer)]
            .first()
            .copied()
            .unwrap_or(0.0);
    }
}

impl PackedLayer {
    fn new(shape: &NetworkShape, layer: usize) -> Self {
        let (inputs, width) = shape.layer(layer);
        let columns = padded(width);
        let backward = if layer == 0 {
            5 * columns
        } else {
            width * padded(inputs)
        };
        Self {
            inputs,
            width,
            padded: columns,
            stride: row_stride(width),
            forward: Buffer::zeros(inputs * columns),
            backward: Buffer::zeros(backward),
            bias: Buffer::zeros(columns),
        }
    }
}

/// Packs one hidden layer; `weight` is row-major `[inputs, width]`.
pub(crate) struct PackLayer<'a> {
    pub layer: &'a mut PackedLayer,
    /// Of the first layer: the rows of the inputs that come of the state.
    pub state: Option<[Option<usize>; 5]>,
    pub weight: &'a [f32],
    pub bias: &'a [f32],
}

impl WithSimd for PackLayer<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self {
            layer,
            state,
            weight,
            bias,
        } = self;
        let columns = panel_columns::<S>();
        let (inputs, width) = (layer.inputs, layer.width);
        layer.bias[..width].copy_from_slice(bias);
        for start in (0..width).step_by(columns) {
            let panel = columns.min(layer.padded - start);
            let used = panel.min(width - start);
            let rows = layer.forward[start * inputs..].chunks_exact_mut(panel);
            for (row, source) in rows.zip(weight.chunks_exact(width)) {
                row[..used].copy_from_slice(&source[start..start + used]);
            }
        }
        if let Some(state) = state {
            let rows = layer.backward.chunks_exact_mut(layer.padded).zip(state);
            for (row, place) in rows {
                if let Some(place) = place {
                    row[..width].copy_from_slice(&weight[place * width..][..width]);
                }
            }
            return;
        }
        let padded_inputs = padded(inputs);
        for start in (0..inputs).step_by(columns) {
            let panel = columns.min(padded_inputs - start);
            let used = panel.min(inputs - start);
            let rows = layer.backward[start * width..]
                .chunks_exact_mut(panel)
                .take(width);
            for (output, row) in rows.enumerate() {
                for (value, source) in row[..used]
                    .iter_mut()
                    .zip(weight[start * width..].chunks_exact(width))
                {
                    *value = source[output];
                }
            }
        }
    }
}
