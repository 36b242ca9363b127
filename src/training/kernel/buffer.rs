//! Memory for the kernel: lanes of a tile and slices that start on a cache line (a vector load that
//! straddles two lines costs twice).

use super::TILE;
use pulp::Simd;
use std::ops::{Deref, DerefMut};

const LINE: usize = 16;

/// One number per path of a tile.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Lanes(pub [f32; TILE]);

impl Lanes {
    pub(crate) const ZERO: Self = Self([0.0; TILE]);

    /// The `v`-th vector of the lanes.
    #[inline(always)]
    pub(crate) fn get<S: Simd>(&self, v: usize) -> S::f32s {
        S::as_simd_f32s(&self.0).0[v]
    }

    /// Overwrites the `v`-th vector.
    #[inline(always)]
    pub(crate) fn put<S: Simd>(&mut self, v: usize, value: S::f32s) {
        S::as_mut_simd_f32s(&mut self.0).0[v] = value;
    }
}

/// Vectors that cover a tile.
#[inline(always)]
pub(crate) fn vectors<S: Simd>() -> usize {
    TILE / S::F32_LANES
}

/// A fixed-size slice that starts on a cache line.
#[derive(Debug, Default)]
pub(crate) struct Buffer {
    data: Vec<f32>,
    start: usize,
    length: usize,
}

impl Buffer {
    /// `length` zeros.
    pub(crate) fn zeros(length: usize) -> Self {
        let data = vec![0.0; length + LINE - 1];
        let start = data
            .as_ptr()
            .align_offset(LINE * size_of::<f32>())
            .min(LINE - 1);
        Self {
            data,
            start,
            length,
        }
    }
}

impl Deref for Buffer {
    type Target = [f32];

    #[inline(always)]
    fn deref(&self) -> &[f32] {
        &self.data[self.start..self.start + self.length]
    }
}

impl DerefMut for Buffer {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.data[self.start..self.start + self.length]
    }
}

/// Width rounded up to whole cache lines of numbers: 16, which every vector length divides.
pub(crate) fn padded(width: usize) -> usize {
    width.next_multiple_of(LINE)
}

/// Rows of an input block: the inputs, a row of ones, which carries the bias, and zeros up to whole
/// blocks of the products.
pub(crate) fn input_rows(inputs: usize) -> usize {
    (inputs + 1).next_multiple_of(8)
}

/// Distance between the rows of an activation: the padded width, plus a line where rows would
/// otherwise fall onto the same few sets of the first-level cache.
pub(crate) fn row_stride(width: usize) -> usize {
    let width = padded(width);
    if width.is_multiple_of(8 * LINE) {
        width + LINE
    } else {
        width
    }
}
