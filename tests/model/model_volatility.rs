//! What the hedger believes against what the market does.

use hedgelab::contract::{BlackScholes, opening_cash};
use hedgelab::market::{Paths, Sampling};
use hedgelab::policy::features::{Features, PriceFeatures};
use hedgelab::policy::{Base, Policy, Tuned, build};
use hedgelab::presets;
use hedgelab::scenario::{OptionKind, Scenario, Strategy};
use hedgelab::simulate::{baselines, simulate};

const HEDGES: [Strategy; 5] = [
    Strategy::Delta,
    Strategy::Leland,
    Strategy::Band,
    Strategy::SoftBand,
    Strategy::Static,
];

fn year(changes: &[(&str, &str)]) -> Scenario {
    let scenario = presets::built_in("paper-year").unwrap();
    scenario.with(changes.iter().copied()).unwrap()
}

fn errors(scenario: &Scenario) -> Vec<Vec<f64>> {
    let policies = baselines(scenario, &HEDGES);
    let samples = simulate(scenario, &policies, Sampling::evaluation(3), 500);
    samples.iter().map(|s| s.errors().to_vec()).collect()
}

#[test]
fn a_hedger_who_believes_what_is_so_has_the_same_errors_to_the_last_bit() {
    let believing = year(&[("contract.model_volatility", "0.1898")]);
    assert_eq!(errors(&believing), errors(&year(&[])));
}

/// The hedges as they are before tuning, which looks at the market.
fn untuned(scenario: &Scenario) -> Vec<Box<dyn Policy>> {
    let of = |strategy: &Strategy| build(*strategy, scenario, &Tuned::GUESS);
    HEDGES.iter().filter_map(of).collect()
}

/// A market and a belief: what is computed with which?
#[test]
fn premium_hedges_and_base_follow_the_belief_and_prices_the_market() {
    let believing = year(&[("contract.model_volatility", "0.3")]);
    let moving = year(&[("market.volatility", "0.3")]);
    let sampling = Sampling::evaluation(1);
    let path = |scenario: &Scenario| Paths::new(scenario, sampling).path(5);
    assert_eq!(path(&believing), path(&year(&[])));
    assert_ne!(path(&believing), path(&moving));
    assert_eq!(opening_cash(&believing), opening_cash(&moving));
    let model = BlackScholes {
        strike: 1000.0,
        volatility: 0.3,
        rate: 0.0,
        dividends: 0.0,
    };
    assert_eq!(
        opening_cash(&believing),
        model.price(OptionKind::Call, 1000.0, 1.0)
    );
    let paths = path(&believing);
    for (one, other) in untuned(&believing).iter().zip(untuned(&moving)) {
        let (of_belief, _) = hedgelab::simulate::replay(&believing, one.as_ref(), &paths);
        let (of_market, _) = hedgelab::simulate::replay(&moving, other.as_ref(), &paths);
        let targets = |episode: &hedgelab::episode::Episode<'_>| -> Vec<f64> {
            episode.ledger().iter().map(|line| line.target).collect()
        };
        assert_eq!(
            targets(&of_belief),
            targets(&of_market),
            "{:?}",
            one.strategy()
        );
    }
    for base in [Base::Delta, Base::Leland] {
        let mut seen = [PriceFeatures::ZERO; 2];
        for (scenario, seen) in [&believing, &moving].into_iter().zip(&mut seen) {
            Features::of(scenario, base).of_prices(0.5, &[900.0; 64], seen);
        }
        assert_eq!(seen[0].base, seen[1].base);
        assert_eq!(seen[0].anchor, seen[1].anchor);
    }
}
