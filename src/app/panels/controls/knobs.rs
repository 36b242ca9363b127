//! How each number is shown and moved: its measure, the range of its slider, its scale.

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// As it is, with at most so many decimals.
    Plain(usize),
    /// In hundredths.
    Percent,
    /// As a duration.
    Years,
    /// A decay, moved and shown as its half-life.
    HalfLife,
    /// A decay as it is.
    Decay,
    /// With four significant digits.
    Short,
}

/// The ends of a slider; typing goes beyond.
#[derive(Clone, Copy, Debug)]
pub(super) enum Span {
    /// From one number to another.
    Fixed(f64, f64),
    /// From the preset's value divided by a factor to that times the factor.
    Around(f64),
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
    /// Whether the slider is logarithmic, and its smallest step from 0 then.
    pub log: Option<f64>,
    /// The other side's field, for what ask and bid have each.
    pub twin: Option<&'static str>,
}

const fn knob(path: &'static str, label: &'static str, measure: Measure, span: Span) -> Knob {
    Knob {
        path,
        label,
        measure,
        span,
        log: None,
        twin: None,
    }
}

impl Knob {
    const fn log(mut self, smallest: f64) -> Self {
        self.log = Some(smallest);
        self
    }
    const fn twin(mut self, path: &'static str) -> Self {
        self.twin = Some(path);
        self
    }
}

use Measure::{Decay, HalfLife, Percent, Plain, Short, Years};
use Span::{Around, Fixed};

pub(super) const MARKET: &[Knob] = &[
    knob("market.spot", "Spot", Plain(2), Around(1.6)),
    knob("market.drift", "Drift μ", Percent, Fixed(-0.5, 0.5)),
    knob(
        "market.volatility",
        "Volatility σ",
        Percent,
        Fixed(0.0, 1.0),
    ),
];

pub(super) const EXPONENTS: &[Knob] = &[
    knob(
        "order_book.ask_exponent",
        "Ask exponent α",
        Plain(6),
        Fixed(1.0, 1.1),
    )
    .log(1e-4)
    .twin("order_book.bid_exponent"),
    knob(
        "order_book.bid_exponent",
        "Bid exponent β",
        Plain(6),
        Fixed(0.9, 1.0),
    )
    .log(1e-4)
    .twin("order_book.ask_exponent"),
];

pub(super) const BOOK: &[Knob] = &[
    knob(
        "order_book.ask_decay",
        "Ask half-life",
        HalfLife,
        Fixed(0.0, f64::INFINITY),
    )
    .log(1e-4)
    .twin("order_book.bid_decay"),
    knob("order_book.ask_decay", "Ask decay λ", Decay, Span::None).twin("order_book.bid_decay"),
    knob(
        "order_book.bid_decay",
        "Bid half-life",
        HalfLife,
        Fixed(0.0, f64::INFINITY),
    )
    .log(1e-4)
    .twin("order_book.ask_decay"),
    knob("order_book.bid_decay", "Bid decay λ", Decay, Span::None).twin("order_book.ask_decay"),
    knob("order_book.depth", "Depth", Short, Fixed(0.1, 1e5)).log(0.1),
];

pub(super) const OPTION: &[Knob] = &[
    knob("contract.strike", "Strike", Plain(2), Around(1.6)),
    knob(
        "contract.maturity",
        "Maturity",
        Years,
        Fixed(1.0 / 252.0, 5.0),
    )
    .log(1.0 / 252.0),
    knob("steps", "Trading dates", Plain(0), Fixed(1.0, 252.0)).log(1.0),
    knob("contract.shares", "Shares", Short, Fixed(0.1, 1e4)).log(0.1),
];

pub(super) const FINANCING: &[Knob] = &[
    knob(
        "financing.lend_rate",
        "Lend rate",
        Percent,
        Fixed(-0.05, 0.2),
    ),
    knob(
        "financing.borrow_rate",
        "Borrow rate",
        Percent,
        Fixed(-0.05, 0.2),
    ),
];

pub(super) const START: &[Knob] = &[
    knob("initial.position", "Start position", Short, Span::None),
    knob("initial.ask_memory", "Start ask mem.", Short, Span::None),
    knob("initial.bid_memory", "Start bid mem.", Short, Span::None),
    knob("limits.min_position", "Smallest pos.", Short, Span::None),
    knob("limits.max_position", "Largest pos.", Short, Span::None),
    knob("limits.max_trade", "Largest trade", Short, Span::None),
    knob(
        "strategies.leland_memory",
        "Leland memory",
        Short,
        Span::None,
    ),
];

pub(super) const BAND: &[Knob] = &[knob(
    "strategies.band_risk_aversion",
    "Band aversion",
    Short,
    Span::None,
)];

pub(super) const SOFT_BAND: &[Knob] = &[
    knob(
        "strategies.soft_band_risk_aversion",
        "Soft aversion",
        Short,
        Span::None,
    ),
    knob(
        "strategies.soft_band_volatility_factor",
        "Soft volatility",
        Short,
        Span::None,
    ),
];

pub(super) const CVAR: &[Knob] = &[knob(
    "training.cvar_level",
    "CVaR level",
    Percent,
    Fixed(0.5, 0.999),
)];

pub(super) const ENTROPIC: &[Knob] = &[knob(
    "training.risk_aversion",
    "Risk aversion",
    Short,
    Fixed(1e-4, 1.0),
)
.log(1e-4)];

pub(super) const TRAINING: &[Knob] = &[
    knob(
        "training.iterations",
        "Iterations",
        Plain(0),
        Fixed(100.0, 100_000.0),
    )
    .log(100.0),
    knob("training.batch", "Batch", Plain(0), Fixed(32.0, 8192.0)).log(32.0),
    knob(
        "training.learning_rate",
        "Learning rate",
        Short,
        Fixed(1e-5, 0.1),
    )
    .log(1e-5),
    knob(
        "training.final_learning_rate",
        "Final rate",
        Short,
        Fixed(1e-7, 0.01),
    )
    .log(1e-7),
    knob("training.gradient_clip", "Gradient clip", Short, Span::None),
    knob(
        "training.validation_paths",
        "Validation",
        Plain(0),
        Span::None,
    ),
];
