//! How each number is shown and moved: its measure, the range of its slider, its scale.

/// In what a number is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// As it is.
    Number,
    /// In hundredths.
    Percent,
    /// In hundredths of hundredths.
    BasisPoints,
    /// As a duration.
    Years,
    /// A decay, moved and shown as its half-life.
    HalfLife,
    /// A decay as it is.
    Decay,
}

/// The ends of a slider, and how it runs between them; typing goes beyond.
#[derive(Clone, Copy, Debug)]
pub(super) enum Span {
    /// From one number to another.
    Linear(f64, f64),
    /// From one number to another, each octave as long as the next.
    Log(f64, f64),
    /// From the preset's value divided by a factor to that times the factor.
    Around(f64),
    /// 0, then from one number to another, each octave as long as the next.
    FromNought(f64, f64),
    /// 1, then a distance from it, upwards (1) or downwards (−1), each octave as long as the next.
    FromOne { low: f64, high: f64, side: f64 },
    /// 0, then so many steps to so many, each octave as long as the next, then ∞.
    Steps(f64, f64),
    /// Typed only.
    None,
}

/// A number's control.
#[derive(Clone, Copy, Debug)]
pub(super) struct Knob {
    pub path: &'static str,
    pub label: &'static str,
    pub measure: Measure,
    pub span: Span,
}

const fn knob(path: &'static str, label: &'static str, measure: Measure, span: Span) -> Knob {
    Knob {
        path,
        label,
        measure,
        span,
    }
}

use Measure::{BasisPoints, Decay, HalfLife, Number, Percent, Years};
use Span::{Around, FromNought, FromOne, Linear, Log, Steps};

pub(super) const MARKET: &[Knob] = &[
    knob("market.spot", "Spot", Number, Around(1.6)),
    knob("market.drift", "Drift μ", Percent, Linear(-0.5, 0.5)),
    knob(
        "market.dividend_yield",
        "Dividends q",
        Percent,
        Linear(0.0, 0.15),
    ),
    knob(
        "market.volatility",
        "Volatility σ",
        Percent,
        Linear(0.0, 1.0),
    ),
    knob(
        "market.jump_intensity",
        "Jumps a year λ",
        Number,
        Linear(0.0, 12.0),
    ),
    knob(
        "market.jump_mean",
        "Jump mean m",
        Percent,
        Linear(-0.3, 0.3),
    ),
    knob(
        "market.jump_deviation",
        "Jump spread δ",
        Percent,
        Linear(0.0, 0.3),
    ),
    knob(
        "market.initial_variance",
        "Variance v₀",
        Number,
        Linear(0.0, 0.36),
    ),
    knob(
        "market.long_run_variance",
        "Long run θ",
        Number,
        Linear(0.001, 0.36),
    ),
    knob(
        "market.mean_reversion",
        "Reversion κ",
        Number,
        Log(0.1, 20.0),
    ),
    knob(
        "market.volatility_of_variance",
        "Vol of var ξ",
        Number,
        Linear(0.01, 2.0),
    ),
    knob(
        "market.correlation",
        "Correlation ρ",
        Number,
        Linear(-1.0, 1.0),
    ),
    knob(
        "market.variance_persistence",
        "Persistence b",
        Number,
        Linear(0.0, 0.99),
    ),
    knob(
        "market.variance_reaction",
        "Reaction a",
        Number,
        Linear(0.0, 0.3),
    ),
    knob(
        "market.variance_asymmetry",
        "Asymmetry g",
        Number,
        Linear(0.0, 0.4),
    ),
];

/// Of markets of recorded prices.
pub(super) const RECORDED: &[Knob] = &[
    knob(
        "market.recorded.block_length",
        "Block length L",
        Number,
        Log(1.0, 250.0),
    ),
    knob(
        "market.recorded.training_share",
        "To train on",
        Percent,
        Linear(0.05, 0.9),
    ),
    knob(
        "market.recorded.validation_share",
        "To validate on",
        Percent,
        Linear(0.05, 0.9),
    ),
];

pub(super) const EXPONENTS: &[Knob] = &[
    knob(
        "order_book.ask_exponent",
        "Ask exponent α",
        Number,
        FromOne {
            low: 1e-4,
            high: 0.1,
            side: 1.0,
        },
    ),
    knob(
        "order_book.bid_exponent",
        "Bid exponent β",
        Number,
        FromOne {
            low: 1e-4,
            high: 0.1,
            side: -1.0,
        },
    ),
    knob(
        "order_book.ask_half_spread",
        "Ask half-spread",
        BasisPoints,
        FromNought(1e-6, 0.02),
    ),
    knob(
        "order_book.bid_half_spread",
        "Bid half-spread",
        BasisPoints,
        FromNought(1e-6, 0.02),
    ),
];

pub(super) const BOOK: &[Knob] = &[
    knob(
        "order_book.ask_decay",
        "Ask half-life",
        HalfLife,
        Steps(0.05, 20.0),
    ),
    knob("order_book.ask_decay", "Ask decay λ", Decay, Span::None),
    knob(
        "order_book.bid_decay",
        "Bid half-life",
        HalfLife,
        Steps(0.05, 20.0),
    ),
    knob("order_book.bid_decay", "Bid decay λ", Decay, Span::None),
    knob("order_book.depth", "Depth", Number, Log(0.1, 1e5)),
];

/// How trades move the mid.
pub(super) const MID: &[Knob] = &[
    knob(
        "order_book.mid_impact",
        "Mid impact η",
        BasisPoints,
        FromNought(1e-7, 0.02),
    ),
    knob(
        "order_book.mid_permanent",
        "Permanent p",
        Percent,
        Linear(0.0, 1.0),
    ),
    knob(
        "order_book.mid_decay",
        "Mid half-life",
        HalfLife,
        Steps(0.05, 20.0),
    ),
    knob("order_book.mid_decay", "Mid decay ρ", Decay, Span::None),
];

pub(super) const OPTION: &[Knob] = &[
    knob("contract.strike", "Strike", Number, Around(1.6)),
    knob("contract.moneyness", "Strike / spot", Percent, Span::None),
    knob(
        "contract.maturity",
        "Maturity",
        Years,
        Log(1.0 / 252.0, 5.0),
    ),
    knob("steps", "Trading dates", Number, Log(1.0, 252.0)),
    knob("contract.shares", "Shares", Number, Log(0.1, 1e4)),
];

pub(super) const FINANCING: &[Knob] = &[
    knob(
        "financing.lend_rate",
        "Lend rate",
        Percent,
        Linear(-0.05, 0.2),
    ),
    knob(
        "financing.borrow_rate",
        "Borrow rate",
        Percent,
        Linear(-0.05, 0.2),
    ),
];

pub(super) const START: &[Knob] = &[
    knob("initial.position", "Start position", Number, Span::None),
    knob("initial.ask_memory", "Start ask mem.", Number, Span::None),
    knob("initial.bid_memory", "Start bid mem.", Number, Span::None),
    knob("limits.min_position", "Smallest pos.", Number, Span::None),
    knob("limits.max_position", "Largest pos.", Number, Span::None),
    knob("limits.max_trade", "Largest trade", Number, Span::None),
    knob(
        "strategies.leland_memory",
        "Leland memory",
        Number,
        Span::None,
    ),
];

pub(super) const BAND: &[Knob] = &[knob(
    "strategies.band_risk_aversion",
    "Band aversion",
    Number,
    Span::None,
)];

pub(super) const SOFT_BAND: &[Knob] = &[
    knob(
        "strategies.soft_band_risk_aversion",
        "Soft aversion",
        Number,
        Span::None,
    ),
    knob(
        "strategies.soft_band_volatility_factor",
        "Soft volatility",
        Number,
        Span::None,
    ),
];

pub(super) const CVAR: &[Knob] = &[knob(
    "training.cvar_level",
    "CVaR level",
    Percent,
    Linear(0.5, 0.999),
)];

pub(super) const ENTROPIC: &[Knob] = &[knob(
    "training.risk_aversion",
    "Risk aversion",
    Number,
    Log(1e-4, 1.0),
)];

pub(super) const TRAINING: &[Knob] = &[
    knob(
        "training.iterations",
        "Iterations",
        Number,
        Log(100.0, 100_000.0),
    ),
    knob("training.batch", "Batch", Number, Log(32.0, 8192.0)),
    knob(
        "training.learning_rate",
        "Learning rate",
        Number,
        Log(1e-5, 0.1),
    ),
    knob(
        "training.final_learning_rate",
        "Final rate",
        Number,
        Log(1e-7, 0.01),
    ),
    knob(
        "training.gradient_clip",
        "Gradient clip",
        Number,
        Span::None,
    ),
    knob(
        "training.validation_paths",
        "Validation",
        Number,
        Span::None,
    ),
];

/// The knob of a field.
pub(super) fn find(path: &str) -> Option<&'static Knob> {
    let all = [
        MARKET, RECORDED, EXPONENTS, BOOK, OPTION, FINANCING, START, BAND, SOFT_BAND, CVAR,
        ENTROPIC, TRAINING,
    ];
    all.into_iter().flatten().find(|knob| knob.path == path)
}
