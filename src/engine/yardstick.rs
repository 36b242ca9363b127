//! The tuned soft band on the paths that a training run is judged on, measured beside the run so
//! that nobody waits for it.

use super::Wake;
use crate::policy::build;
use crate::scenario::{Scenario, Strategy};
use crate::simulate::tune;
use crate::training::validated;
use std::sync::{Arc, OnceLock};
use std::thread::Builder;

/// The soft band's objective (currency): empty until it is measured, and where it is not finite.
pub(super) type Yardstick = Arc<OnceLock<f64>>;

/// Measures it on a thread of its own.
pub(super) fn soft_band(scenario: &Arc<Scenario>, seed: u64, wake: &Wake) -> Yardstick {
    let yardstick = Yardstick::default();
    let (answer, scenario, wake) = (Arc::clone(&yardstick), Arc::clone(scenario), wake.clone());
    let measure = move || {
        let tuned = tune(&scenario, &[Strategy::SoftBand]);
        let policy = build(Strategy::SoftBand, &scenario, &tuned);
        let objective = policy.and_then(|policy| validated(&scenario, seed, policy));
        if let Some(objective) = objective {
            // Nobody else writes there.
            let _first = answer.set(objective);
            wake.call();
        }
    };
    // Where the system gives no thread, the line is not drawn.
    let _thread = Builder::new().name("yardstick".into()).spawn(measure);
    yardstick
}
