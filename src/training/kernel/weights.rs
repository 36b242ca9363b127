//! Weights on their way into a batch, packed, and their gradient on its way out.

use super::batches::Kernel;
use super::packed::PackLayer;
use super::surface::Verdict;
use super::tile::Group;
use rayon::prelude::*;

/// Parameters from which packing and adding groups are worth spreading over threads.
const SPREAD_PARAMETERS: usize = 30_000;

impl Kernel {
    fn spreads(&self) -> bool {
        self.workspaces.len() > 1 && self.shape.parameters() >= SPREAD_PARAMETERS
    }

    /// Packs every set of weights.
    pub(super) fn pack(&mut self, parameters: &[f32]) {
        let spread = self.spreads();
        let (shape, arch, state) = (&self.shape, self.arch, self.layout.state());
        let sets = parameters.chunks_exact(shape.parameters());
        for (packed, parameters) in self.packed.iter_mut().zip(sets) {
            packed.pack_output(shape, parameters);
            let pack = |(l, layer)| {
                let (weight, bias) = (&parameters[shape.weight(l)], &parameters[shape.bias(l)]);
                arch.dispatch(PackLayer {
                    layer,
                    state: (l == 0).then_some(state),
                    weight,
                    bias,
                });
            };
            let layers = &mut packed.layers;
            if spread {
                let layers = layers.par_iter_mut().enumerate();
                layers.with_max_len(1).for_each(pack);
            } else {
                layers.iter_mut().enumerate().for_each(pack);
            }
        }
    }

    /// `gradient = Σ_groups factor·sums`, in the groups' order, for each set of weights.
    pub(super) fn add_groups(&self, groups: &[Group], verdict: &Verdict, weights: &mut [f32]) {
        weights.fill(0.0);
        for groups in groups.chunk_by(|one, next| one.weights == next.weights) {
            let start = groups[0].weights * self.shape.parameters();
            self.add_to(
                &mut weights[start..][..self.shape.parameters()],
                groups,
                verdict,
            );
        }
    }

    /// The same for groups of one set.
    pub(super) fn add_to(&self, weights: &mut [f32], groups: &[Group], verdict: &Verdict) {
        let shape = &self.shape;
        let mut rest = weights;
        for layer in 0..shape.layers() {
            let (inputs, width) = shape.layer(layer);
            let (rows, tail) = rest.split_at_mut((inputs + 1) * width);
            rest = tail;
            let add = |(row, target): (usize, &mut [f32])| {
                for group in groups {
                    let factor = verdict.factor(&group.losses);
                    for (value, sum) in target.iter_mut().zip(group.sums.row(shape, layer, row)) {
                        *value += factor * sum;
                    }
                }
            };
            if self.spreads() && inputs * width >= SPREAD_PARAMETERS {
                let rows = rows.par_chunks_mut(width).enumerate();
                rows.with_min_len(16).for_each(add);
            } else {
                rows.chunks_mut(width).enumerate().for_each(add);
            }
        }
    }
}
