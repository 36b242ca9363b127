//! How the unaffected price moves: the process and its parameters, those that only some process has
//! last.

use super::rows::{POSITIVE, choice, number};
use super::{Access, Field};
use crate::scenario::names::Named;
use crate::scenario::parameters::Process;
use crate::units::Interval;

const MERTON: &[Process] = &[Process::Merton];
const HESTON: &[Process] = &[Process::Heston];
const GARCH: &[Process] = &[Process::GjrGarch];

pub(super) const ROWS: &[Field] = &[
    choice!(
        "market.process",
        "process",
        Process,
        market.process,
        "How the unaffected price moves: by independent normal steps of its logarithm, with jumps besides (merton), under a variance that moves by itself (heston), under one that follows from the moves so far (gjr_garch), or as recorded prices did: in blocks of them (bootstrap) or as they are (recorded_path)."
    ),
    Field {
        path: "market.spot",
        label: "spot",
        unit: "currency",
        meaning: "Unaffected mid price when the option is sold: S_0.",
        only: &[],
        access: Access::Number {
            range: POSITIVE,
            get: |p| p.market.spot,
            set: |p, x| {
                p.market.spot = x;
                p.place_strikes();
            },
        },
    },
    number!(
        "market.drift",
        "drift",
        "per year",
        Interval::closed(-5.0, 5.0),
        market.drift,
        "Expected return of the price: μ in E[S_T] = S_0·exp(μT), whatever the process."
    ),
    number!(
        "market.dividend_yield",
        "dividend yield",
        "per year",
        Interval::closed(-1.0, 1.0),
        market.dividend_yield,
        "Dividends of a share over its price: q. A step's end brings X·S·(e^(qΔ) − 1) in cash to who held X shares, and takes it from who was short; negative where holding shares costs. The drift is that of the price alone."
    ),
    Field {
        only: &[
            Process::GeometricBrownian,
            Process::Bootstrap,
            Process::RecordedPath,
            Process::Merton,
            Process::GjrGarch,
        ],
        ..number!(
            "market.volatility",
            "volatility",
            "per square-root year",
            Interval::closed(0.0, 5.0),
            market.volatility,
            "Volatility of the price, and of the hedger's Black–Scholes model where it has none of its own: σ. Under merton between jumps, which the model counts too; under gjr_garch in the long run."
        )
    },
    Field {
        only: MERTON,
        ..number!(
            "market.jump_intensity",
            "jump intensity",
            "per year",
            Interval::closed(0.0, 1000.0),
            market.jump_intensity,
            "Jumps to be expected in a year: λ_J; their number in a step is Poisson with mean λ_J·Δ."
        )
    },
    Field {
        only: MERTON,
        ..number!(
            "market.jump_mean",
            "jump mean",
            "",
            Interval::closed(-2.0, 2.0),
            market.jump_mean,
            "Mean of a jump of the price's logarithm: m. The drift makes up for what jumps are expected to add, e^(m + δ²/2) − 1 each."
        )
    },
    Field {
        only: MERTON,
        ..number!(
            "market.jump_deviation",
            "jump deviation",
            "",
            Interval::closed(0.0, 1.0),
            market.jump_deviation,
            "Standard deviation of a jump of the price's logarithm: δ."
        )
    },
    Field {
        only: HESTON,
        ..number!(
            "market.initial_variance",
            "initial variance",
            "per year",
            Interval::closed(0.0, 25.0),
            market.initial_variance,
            "Variance of the price at the sale: v_0, the square of a volatility."
        )
    },
    Field {
        only: HESTON,
        ..number!(
            "market.long_run_variance",
            "long-run variance",
            "per year",
            Interval::closed(1e-6, 25.0),
            market.long_run_variance,
            "Variance to which that of the price is drawn: θ in κ(θ − v)dt; its root is the volatility of the hedger's model where it has none of its own."
        )
    },
    Field {
        only: HESTON,
        ..number!(
            "market.mean_reversion",
            "mean reversion",
            "per year",
            Interval::closed(1e-3, 1000.0),
            market.mean_reversion,
            "How fast the variance is drawn to its long run: κ in κ(θ − v)dt. Half-life ln 2/κ."
        )
    },
    Field {
        only: HESTON,
        ..number!(
            "market.volatility_of_variance",
            "volatility of variance",
            "per year",
            Interval::closed(1e-3, 10.0),
            market.volatility_of_variance,
            "How much the variance itself moves: ξ in ξ√v·dW. Where ξ² is above 2κθ it comes down to 0 now and then."
        )
    },
    Field {
        only: HESTON,
        ..number!(
            "market.correlation",
            "correlation",
            "",
            Interval::closed(-1.0, 1.0),
            market.correlation,
            "Correlation of the moves of price and variance: ρ; below 0 the variance rises when the price falls."
        )
    },
    Field {
        only: GARCH,
        ..number!(
            "market.variance_persistence",
            "variance persistence",
            "",
            Interval::closed(0.0, 0.9999),
            market.variance_persistence,
            "What a step keeps of the variance of the one before: b in h' = ω + (a + g·1{Z<0})·h·Z² + b·h, per step."
        )
    },
    Field {
        only: GARCH,
        ..number!(
            "market.variance_reaction",
            "variance reaction",
            "",
            Interval::closed(0.0, 0.9999),
            market.variance_reaction,
            "What any move adds to the next step's variance: a in h' = ω + (a + g·1{Z<0})·h·Z² + b·h, per step."
        )
    },
    Field {
        only: GARCH,
        ..number!(
            "market.variance_asymmetry",
            "variance asymmetry",
            "",
            Interval::closed(0.0, 1.9999),
            market.variance_asymmetry,
            "What a fall adds besides: g in h' = ω + (a + g·1{Z<0})·h·Z² + b·h, per step."
        )
    },
];
