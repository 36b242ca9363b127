//! The learned hedge: many lanes at once, its base hedge, weights that do not fit.

use super::*;
use crate::order_book::{Displacement, Memory};
use crate::policy::{DisplacedMids, SoftBand, SoftBandSettings};
use crate::presets;
use crate::scenario::{Activation, Named};

fn weights_of(scenario: &Scenario) -> usize {
    network::count(&network::pieces(Layout::of(scenario), scenario))
}

fn policy(changes: &[(&str, &str)], base: Base) -> LearnedPolicy {
    let scenario = presets::built_in("paper-year").unwrap();
    let scenario = scenario.with(changes.iter().copied()).unwrap();
    let count = weights_of(&scenario);
    let wave = |i: usize| 0.3 * f32::sin(1.7 * i as f32 + 0.4);
    let weights: Vec<f32> = (0..count).map(wave).collect();
    LearnedPolicy::new(&scenario, base, &weights).unwrap()
}

fn observation(lane: usize, step: usize) -> Observation {
    let x = lane as f64;
    Observation {
        step,
        time: step as f64 / 12.0,
        remaining: 1.0 - step as f64 / 12.0,
        spot: 700.0 + 10.0 * x,
        position: (0.3 * x).sin(),
        value: 60.0 * (0.2 * x).cos() + 30.0,
        memory: Memory {
            ask: 0.02 * x,
            bid: 0.01 * x,
            mid: Displacement {
                passing: 0.001 * x,
                lasting: 0.03 * (0.5 * x).sin(),
            },
        },
        factors: Default::default(),
    }
}

#[test]
fn many_lanes_agree_with_one_path_at_a_time() {
    for form in ["residual", "paper"] {
        for kind in ["call", "put"] {
            for (name, _) in Activation::ALL {
                let changes = [
                    ("training.form", form),
                    ("contract.kind", kind),
                    ("contract.position", "long"),
                    ("financing.lend_rate", "0.03"),
                    ("training.activation", name),
                    ("training.hidden", "5,9"),
                    (
                        "order_book.mid_impact",
                        if kind == "put" { "0.02" } else { "0" },
                    ),
                ];
                for base in [Base::Delta, Base::Leland, SOFT] {
                    check_lanes(&policy(&changes, base));
                }
            }
        }
    }
}

fn check_lanes(policy: &LearnedPolicy) {
    for step in [0, 5, 11] {
        let seen: Vec<Observation> = (0..LANES).map(|i| observation(i, step)).collect();
        let row = |f: &dyn Fn(&Observation) -> f64| {
            let mut row = [0.0; LANES];
            row.iter_mut().zip(&seen).for_each(|(x, seen)| *x = f(seen));
            row
        };
        let mut targets = [0.0; LANES];
        let many = Observations {
            step,
            time: seen[0].time,
            remaining: seen[0].remaining,
            spot: &row(&|s| s.spot),
            position: &row(&|s| s.position),
            value: Some(&row(&|s| s.value)),
            ask_memory: &row(&|s| s.memory.ask),
            bid_memory: &row(&|s| s.memory.bid),
            displaced: Some(&DisplacedMids::of(
                &row(&|s| s.spot),
                row(&|s| s.memory.mid.passing),
                row(&|s| s.memory.mid.lasting),
            )),
            factors: &[],
        };
        policy.targets(&many, &mut [], &mut targets);
        for (seen, many) in seen.iter().zip(targets) {
            let one = policy.target(seen, &mut []);
            // Targets of a few shares, in single precision.
            assert!((one - many).abs() < 3e-6, "{one} against {many}");
        }
    }
}

const SOFT: Base = Base::SoftBand(SoftBandSettings {
    risk_aversion: 0.07,
    volatility_factor: 1.15,
});

#[test]
fn a_residual_network_of_zeros_is_its_base_hedge_or_the_aim_of_the_soft_band() {
    let scenario = presets::built_in("paper-year").unwrap();
    let count = weights_of(&scenario);
    let zeros = vec![0.0; count];
    let at = |base| LearnedPolicy::new(&scenario, base, &zeros).unwrap();
    let scales = Scales::of(&scenario, 0.0);
    for base in [Base::Delta, Base::Leland, SOFT] {
        let (hedge, policy) = (base.hedge(&scenario), at(base));
        let untrained = LearnedPolicy::untrained(&scenario, base, base, scales);
        for lane in 0..LANES {
            let mut seen = observation(lane, 3);
            // A network's base hedge is that at the price without own displacement.
            seen.memory.mid = Displacement::default();
            assert_eq!(
                untrained.target(&seen, &mut []),
                hedge.target(&seen, &mut [])
            );
            let corrected = match base {
                Base::SoftBand(settings) => {
                    SoftBand::new(&scenario, settings).aim(seen.spot, seen.remaining)
                }
                _ => hedge.target(&seen, &mut []),
            };
            assert_eq!(policy.target(&seen, &mut []), corrected);
        }
    }
}

#[test]
fn without_a_network_it_is_its_base_hedge_in_either_form() {
    for form in ["residual", "paper"] {
        let scenario = presets::built_in("paper-year").unwrap();
        let scenario = scenario.with([("training.form", form)]).unwrap();
        let scales = Scales::of(&scenario, 0.0);
        let policy = LearnedPolicy::untrained(&scenario, Base::Delta, Base::Leland, scales);
        let leland = super::super::Leland::of(&scenario);
        check_lanes(&policy);
        let seen = observation(7, 3);
        assert_eq!(policy.target(&seen, &mut []), leland.target(&seen, &mut []));
    }
}

#[test]
fn weights_that_do_not_fit_are_refused() {
    let scenario = presets::built_in("paper-year").unwrap();
    let count = weights_of(&scenario);
    let short = LearnedPolicy::new(&scenario, Base::Delta, &vec![0.0; count - 1]);
    assert!(matches!(short, Err(WeightsError::Count { .. })));
    let mut weights = vec![0.0; count];
    weights[7] = f32::NAN;
    let nan = LearnedPolicy::new(&scenario, Base::Delta, &weights);
    assert_eq!(nan.unwrap_err(), WeightsError::NotFinite { index: 7 });
}
