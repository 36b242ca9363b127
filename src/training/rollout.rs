//! Loss and gradient of a batch of episodes, by the fused kernel or by the autodiff reference.

use super::fused;
use super::kernel::Kernel;
use super::reference::Reference;
use super::rows::Rows;
use super::{Interrupt, TrainingError};
use crate::policy::features::Features;
use crate::scenario::Scenario;
use burn_tensor::{DType, Device};
use serde::Serialize;

/// What a batch says, and the smooth function of the hedging errors whose gradient is taken, by
/// kernel and reference alike.
pub use super::kernel::{Gradient, Surface};

/// Which way a rollout is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RolloutKind {
    /// The fused kernel in single precision.
    Kernel,
    /// burn's automatic differentiation in double precision: slower, for any amounts.
    Reference,
}

impl RolloutKind {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kernel => "kernel",
            Self::Reference => "reference",
        }
    }

    /// The kernel, unless the scenario is beyond it.
    #[must_use]
    pub fn suited(scenario: &Scenario, features: &Features) -> Self {
        match fused::unfit(scenario, features) {
            None => Self::Kernel,
            Some(_) => Self::Reference,
        }
    }
}

/// A way to compute rollouts of one scenario.
#[derive(Debug)]
pub enum Rollout {
    /// See [`RolloutKind::Kernel`].
    Kernel(Box<Kernel>),
    /// See [`RolloutKind::Reference`]; and why not the kernel.
    Reference(Box<Reference>, &'static str),
}

impl Rollout {
    /// Prepares rollouts of `scenario`.
    ///
    /// # Errors
    /// When the kernel refuses the problem.
    pub fn new(
        kind: RolloutKind,
        scenario: &Scenario,
        features: Features,
    ) -> Result<Self, TrainingError> {
        Ok(match kind {
            RolloutKind::Kernel => Self::Kernel(Box::new(fused::kernel(
                scenario,
                &features,
                pulp::Arch::new(),
            )?)),
            RolloutKind::Reference => {
                let reference = Reference::new(scenario, features, Device::flex(), DType::F64);
                let why = fused::unfit(scenario, &features).unwrap_or("asked for");
                Self::Reference(Box::new(reference), why)
            }
        })
    }

    /// Breaks computations off with [`TrainingError::Interrupted`] while `interrupt` is raised.
    pub fn heed(&mut self, interrupt: &Interrupt) {
        match self {
            Self::Kernel(kernel) => kernel.stop_at(interrupt.flag()),
            Self::Reference(reference, _) => reference.heed(interrupt),
        }
    }

    /// Which way this is.
    #[must_use]
    pub fn kind(&self) -> RolloutKind {
        match self {
            Self::Kernel(_) => RolloutKind::Kernel,
            Self::Reference(..) => RolloutKind::Reference,
        }
    }

    /// Why it is not the kernel; `None` if it is.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Kernel(_) => None,
            Self::Reference(_, why) => Some(why),
        }
    }

    /// Loss and gradient of a batch, into `out`, whose memory is used again.
    ///
    /// # Errors
    /// When the kernel refuses the batch.
    pub fn gradient(
        &mut self,
        weights: &[f32],
        rows: &Rows,
        surface: Surface,
        out: &mut Gradient,
    ) -> Result<(), TrainingError> {
        match self {
            Self::Kernel(kernel) => {
                kernel.gradient(weights, rows, surface, out)?;
            }
            Self::Reference(reference, _) => {
                *out = reference
                    .gradient(weights, rows, surface)
                    .ok_or(TrainingError::Interrupted)?;
            }
        }
        Ok(())
    }
}
