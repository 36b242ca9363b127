//! The table of fields: one row for each parameter, with its name, unit, meaning and range.
//!
//! Checks, `--set`, the list of differences between two scenarios and the window's controls all
//! read this table, so that a parameter is described once.

use super::names::Named;
use super::parameters::{
    Activation, Form, Objective, OptionKind, Parameters, Premium, Process, Schedule, Side, Strategy,
};
use crate::units::{FieldError, Interval, plain};

/// One parameter of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Dotted name, as in a preset file and after `--set`.
    pub path: &'static str,
    /// What a person calls it.
    pub label: &'static str,
    /// Unit; empty where there is none.
    pub unit: &'static str,
    /// What it means and where it enters the formula.
    pub meaning: &'static str,
    /// How it is read and written, and what it may hold.
    pub access: Access,
}

/// How a field is read and written, by the kind of its value.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each variant says it for its fields")]
pub enum Access {
    /// A real number within a range.
    Number {
        range: Interval,
        get: fn(&Parameters) -> f64,
        set: fn(&mut Parameters, f64),
    },
    /// A real number within a range, or `none`.
    Optional {
        range: Interval,
        get: fn(&Parameters) -> Option<f64>,
        set: fn(&mut Parameters, Option<f64>),
    },
    /// A whole number from `low` to `high`.
    Whole {
        low: u64,
        high: u64,
        get: fn(&Parameters) -> u64,
        set: fn(&mut Parameters, u64),
    },
    /// One of a few words, by its place among `words()`.
    Choice {
        words: fn() -> String,
        get: fn(&Parameters) -> &'static str,
        set: fn(&mut Parameters, &str) -> bool,
    },
    /// A value with a syntax of its own; `set` says whether it was understood.
    Text {
        allowed: &'static str,
        get: fn(&Parameters) -> String,
        set: fn(&mut Parameters, &str) -> bool,
        check: fn(&Parameters) -> bool,
    },
}

impl Field {
    /// The row named `path`.
    ///
    /// # Errors
    /// Names the known fields when there is none of that name.
    pub fn find(path: &str) -> Result<&'static Self, FieldError> {
        FIELDS
            .iter()
            .find(|field| field.path == path)
            .ok_or_else(|| {
                let known: Vec<_> = FIELDS.iter().map(|field| field.path).collect();
                FieldError::new("field", format!("{path:?}"), known.join(", "))
            })
    }

    /// The present value as text that [`Field::set`] reads back.
    #[must_use]
    pub fn get(&self, parameters: &Parameters) -> String {
        match self.access {
            Access::Number { get, .. } => plain(get(parameters)),
            Access::Optional { get, .. } => get(parameters).map_or("none".into(), plain),
            Access::Whole { get, .. } => get(parameters).to_string(),
            Access::Choice { get, .. } => get(parameters).into(),
            Access::Text { get, .. } => get(parameters),
        }
    }

    /// Writes a value given as text.
    ///
    /// # Errors
    /// Says what is allowed when `text` is not a value of this field; nothing is written then.
    pub fn set(&self, parameters: &mut Parameters, text: &str) -> Result<(), FieldError> {
        let text = text.trim();
        let refused = || FieldError::new(self.path, format!("{text:?}"), self.allowed());
        let mut changed = parameters.clone();
        match self.access {
            Access::Number { set, .. } => {
                set(&mut changed, number(text).ok_or_else(refused)?);
            }
            Access::Optional { set, .. } if text == "none" => set(&mut changed, None),
            Access::Optional { set, .. } => {
                set(&mut changed, Some(number(text).ok_or_else(refused)?));
            }
            Access::Whole { set, .. } => {
                set(&mut changed, text.parse().map_err(|_ignored| refused())?);
            }
            Access::Choice { set, .. } | Access::Text { set, .. } => {
                if !set(&mut changed, text) {
                    return Err(refused());
                }
            }
        }
        self.check(&changed)?;
        *parameters = changed;
        Ok(())
    }

    /// Whether the present value is allowed.
    ///
    /// # Errors
    /// Names the field, its value and what is allowed.
    pub fn check(&self, parameters: &Parameters) -> Result<(), FieldError> {
        let allowed = match self.access {
            Access::Number { range, get, .. } => range.contains(get(parameters)),
            Access::Optional { range, get, .. } => {
                get(parameters).is_none_or(|x| range.contains(x) && x.is_finite())
            }
            Access::Whole { low, high, get, .. } => (low..=high).contains(&get(parameters)),
            Access::Choice { .. } => true,
            Access::Text { check, .. } => check(parameters),
        };
        if allowed {
            return Ok(());
        }
        Err(FieldError::new(
            self.path,
            self.get(parameters),
            self.allowed(),
        ))
    }

    /// What the field may hold, for a message.
    #[must_use]
    pub fn allowed(&self) -> String {
        let allowed = match self.access {
            Access::Number { range, .. } => range.to_string(),
            Access::Optional { range, .. } => format!("{range}, or none"),
            Access::Whole { low, high, .. } => format!("a whole number from {low} to {high}"),
            Access::Choice { words, .. } => words(),
            Access::Text { allowed, .. } => allowed.into(),
        };
        if self.unit.is_empty() {
            allowed
        } else {
            format!("{allowed} ({})", self.unit)
        }
    }
}

/// A number as people type it; `inf` and `∞` are infinite, NaN is no number, `-0` is 0.
fn number(text: &str) -> Option<f64> {
    let number = match text {
        "∞" => f64::INFINITY,
        text => text.replace(['_', '\u{202f}'], "").parse().ok()?,
    };
    // A finite text that overflows (1e400) is no number of ours.
    let spelled_infinite = matches!(text.trim_start_matches('+'), "inf" | "infinity" | "∞");
    (!f64::is_nan(number) && (number.is_finite() || spelled_infinite)).then_some(number + 0.0)
}

macro_rules! number {
    ($path:literal, $label:literal, $unit:literal, $range:expr, $($field:ident).+, $meaning:literal) => {
        Field {
            path: $path, label: $label, unit: $unit, meaning: $meaning,
            access: Access::Number {
                range: $range,
                get: |p| p.$($field).+,
                set: |p, x| p.$($field).+ = x,
            },
        }
    };
}
macro_rules! optional {
    ($path:literal, $label:literal, $unit:literal, $range:expr, $($field:ident).+, $meaning:literal) => {
        Field {
            path: $path, label: $label, unit: $unit, meaning: $meaning,
            access: Access::Optional {
                range: $range,
                get: |p| p.$($field).+,
                set: |p, x| p.$($field).+ = x,
            },
        }
    };
}
macro_rules! whole {
    ($path:literal, $label:literal, $low:literal ..= $high:expr, $type:ty, $($field:ident).+, $meaning:literal) => {
        Field {
            path: $path, label: $label, unit: "", meaning: $meaning,
            access: Access::Whole {
                low: $low, high: $high,
                get: |p| p.$($field).+ as u64,
                #[allow(clippy::cast_possible_truncation, reason = "counts are checked against the range and usize is 64 bits wide where this runs")]
                set: |p, x| p.$($field).+ = x as $type,
            },
        }
    };
}
macro_rules! choice {
    ($path:literal, $label:literal, $type:ty, $($field:ident).+, $meaning:literal) => {
        Field {
            path: $path, label: $label, unit: "", meaning: $meaning,
            access: Access::Choice {
                words: <$type as Named>::words,
                get: |p| p.$($field).+.name(),
                set: |p, word| {
                    let value = <$type as Named>::from_name(word);
                    value.map(|value| p.$($field).+ = value).is_some()
                },
            },
        }
    };
}

/// Amounts of money and of shares beyond which double precision and good sense both end.
const HUGE: f64 = 1e12;
const ANY_AMOUNT: Interval = Interval::closed(-HUGE, HUGE);
const POSITIVE: Interval = Interval::above(0.0, HUGE);
const SOME: Interval = Interval::closed(0.0, HUGE);
const RATE: Interval = Interval::above(-1.0, 10.0);
const DECAY: Interval = Interval::closed(0.0, f64::INFINITY);
/// More paths, dates or neurons than this in one go would not fit any machine.
const MANY: u64 = 100_000_000;

/// Every field, in the order in which people read them.
pub static FIELDS: &[Field] = &[
    choice!(
        "market.process",
        "process",
        Process,
        market.process,
        "How the unaffected price moves."
    ),
    number!(
        "market.spot",
        "spot",
        "currency",
        POSITIVE,
        market.spot,
        "Unaffected mid price when the option is sold: S_0."
    ),
    number!(
        "market.drift",
        "drift",
        "per year",
        Interval::closed(-5.0, 5.0),
        market.drift,
        "Expected return of the price: μ in exp((μ − σ²/2)Δ + σ√Δ·Z)."
    ),
    number!(
        "market.volatility",
        "volatility",
        "per square-root year",
        Interval::closed(0.0, 5.0),
        market.volatility,
        "Volatility of the price, and of the hedger's Black–Scholes model: σ."
    ),
    number!(
        "order_book.ask_exponent",
        "ask exponent",
        "",
        Interval::closed(1.0, 10.0),
        order_book.ask_exponent,
        "Convexity of the cost of buying: α in S·[(1+x+A)^α − (1+A)^α]; 1 costs nothing."
    ),
    number!(
        "order_book.bid_exponent",
        "bid exponent",
        "",
        Interval::above(0.0, 1.0),
        order_book.bid_exponent,
        "Concavity of the proceeds of selling: β in S·[(1+x+B)^β − (1+B)^β]; 1 costs nothing."
    ),
    number!(
        "order_book.ask_decay",
        "ask decay",
        "per year",
        DECAY,
        order_book.ask_decay,
        "How fast the ask side refills: λ_a in A·e^(−λ_a Δ); 0 never, inf at once. Half-life ln 2/λ_a."
    ),
    number!(
        "order_book.bid_decay",
        "bid decay",
        "per year",
        DECAY,
        order_book.bid_decay,
        "How fast the bid side refills: λ_b in B·e^(−λ_b Δ); 0 never, inf at once. Half-life ln 2/λ_b."
    ),
    number!(
        "order_book.depth",
        "depth",
        "shares",
        POSITIVE,
        order_book.depth,
        "Scale of size D: a trade of D shares here costs, per share, what a trade of one share costs at depth 1."
    ),
    choice!(
        "contract.kind",
        "kind",
        OptionKind,
        contract.kind,
        "Whether the holder may buy (call) or sell (put) at the strike."
    ),
    choice!(
        "contract.position",
        "position",
        Side,
        contract.position,
        "Whether the hedger sold (short) or bought (long) the option."
    ),
    number!(
        "contract.strike",
        "strike",
        "currency",
        POSITIVE,
        contract.strike,
        "Price at which the holder may trade: K."
    ),
    number!(
        "contract.maturity",
        "maturity",
        "years",
        Interval::above(0.0, 100.0),
        contract.maturity,
        "Time from the sale to exercise: T."
    ),
    number!(
        "contract.shares",
        "shares",
        "shares",
        POSITIVE,
        contract.shares,
        "Shares delivered at exercise: n."
    ),
    Field {
        path: "contract.premium",
        label: "premium",
        unit: "currency",
        meaning: "Price of the whole contract at the sale: V_0 for the seller, −V_0 for the buyer.",
        access: Access::Text {
            allowed: "black_scholes, or an amount from 0 to 1e12",
            get: premium_text,
            set: set_premium,
            check: |p| match p.contract.premium {
                Premium::BlackScholes => true,
                Premium::Fixed(amount) => SOME.contains(amount),
            },
        },
    },
    whole!(
        "steps",
        "steps",
        1..=100_000,
        usize,
        steps,
        "Number of trading dates before maturity: N; Δ = T/N."
    ),
    number!(
        "financing.lend_rate",
        "lend rate",
        "per year",
        RATE,
        financing.lend_rate,
        "What a positive cash balance earns: (1 + r)^Δ a step."
    ),
    number!(
        "financing.borrow_rate",
        "borrow rate",
        "per year",
        RATE,
        financing.borrow_rate,
        "What a negative cash balance costs: (1 + r)^Δ a step."
    ),
    number!(
        "initial.position",
        "initial position",
        "shares",
        ANY_AMOUNT,
        initial.position,
        "Shares held before the first trade: X_0."
    ),
    number!(
        "initial.ask_memory",
        "initial ask memory",
        "shares",
        SOME,
        initial.ask_memory,
        "Shares already taken from the ask side and not yet refilled: A_0."
    ),
    number!(
        "initial.bid_memory",
        "initial bid memory",
        "shares",
        SOME,
        initial.bid_memory,
        "Shares already sold into the bid side and not yet refilled: B_0."
    ),
    optional!(
        "limits.min_position",
        "smallest position",
        "shares",
        ANY_AMOUNT,
        limits.min_position,
        "No strategy holds less than this."
    ),
    optional!(
        "limits.max_position",
        "largest position",
        "shares",
        ANY_AMOUNT,
        limits.max_position,
        "No strategy holds more than this."
    ),
    optional!(
        "limits.max_trade",
        "largest trade",
        "shares",
        POSITIVE,
        limits.max_trade,
        "No strategy trades more than this at one date."
    ),
    Field {
        path: "strategies.selected",
        label: "strategies",
        unit: "",
        meaning: "Who is compared, in this order.",
        access: Access::Text {
            allowed: "a list of none, delta, leland, band, static, learned, each at most once",
            get: |p| joined(p.strategies.selected.iter().map(|s| s.name())),
            set: set_strategies,
            check: |p| {
                let list = &p.strategies.selected;
                (1..list.len()).all(|i| !list[..i].contains(&list[i]))
            },
        },
    },
    optional!(
        "strategies.leland_memory",
        "Leland memory",
        "shares",
        SOME,
        strategies.leland_memory,
        "Bid memory b at which Leland's proportional cost κ = 1 − F^b(K,1,b)/K is taken; none: 0.5·e^(−λ_b Δ)."
    ),
    number!(
        "strategies.band_risk_aversion",
        "band risk aversion",
        "per currency",
        Interval::above(0.0, 1e6),
        strategies.band_risk_aversion,
        "Risk aversion of the Whalley–Wilmott band: the larger, the narrower."
    ),
    choice!(
        "training.form",
        "form",
        Form,
        training.form,
        "What the network sees and says: a correction of delta (residual), or the position itself from raw features (paper)."
    ),
    Field {
        path: "training.hidden",
        label: "hidden layers",
        unit: "",
        meaning: "Width of each hidden layer.",
        access: Access::Text {
            allowed: "1 to 8 widths from 1 to 1024, separated by commas",
            get: |p| joined(p.training.hidden.iter().map(usize::to_string)),
            set: set_hidden,
            check: |p| {
                let widths = &p.training.hidden;
                (1..=8).contains(&widths.len()) && widths.iter().all(|w| (1..=1024).contains(w))
            },
        },
    },
    choice!(
        "training.activation",
        "activation",
        Activation,
        training.activation,
        "What stands between two layers."
    ),
    choice!(
        "training.objective",
        "objective",
        Objective,
        training.objective,
        "What training makes small."
    ),
    number!(
        "training.cvar_level",
        "CVaR level",
        "",
        Interval::closed(0.01, 0.999),
        training.cvar_level,
        "Level q of the CVaR objective: the mean of the worst 1 − q."
    ),
    number!(
        "training.risk_aversion",
        "risk aversion",
        "per currency",
        Interval::above(0.0, 1e6),
        training.risk_aversion,
        "Risk aversion γ of the entropic objective log(mean(exp(γ e)))/γ."
    ),
    whole!(
        "training.batch",
        "batch",
        1..=1_000_000,
        usize,
        training.batch,
        "Fresh paths in each iteration."
    ),
    whole!(
        "training.iterations",
        "iterations",
        1..=MANY,
        usize,
        training.iterations,
        "Number of gradient steps."
    ),
    number!(
        "training.learning_rate",
        "learning rate",
        "",
        Interval::above(0.0, 1.0),
        training.learning_rate,
        "Adam's first learning rate."
    ),
    number!(
        "training.final_learning_rate",
        "final learning rate",
        "",
        Interval::closed(0.0, 1.0),
        training.final_learning_rate,
        "Adam's last learning rate."
    ),
    choice!(
        "training.schedule",
        "schedule",
        Schedule,
        training.schedule,
        "How the learning rate falls from first to last."
    ),
    number!(
        "training.gradient_clip",
        "gradient clip",
        "",
        Interval::above(0.0, f64::INFINITY),
        training.gradient_clip,
        "Largest norm of a gradient; a larger one is scaled down; inf never."
    ),
    whole!(
        "training.validation_paths",
        "validation paths",
        1..=MANY,
        usize,
        training.validation_paths,
        "Paths, never trained on, on which the best weights are chosen."
    ),
    whole!(
        "seed",
        "seed",
        0..=u64::MAX,
        u64,
        seed,
        "Seed of all random numbers."
    ),
];

fn joined<S: AsRef<str>>(words: impl Iterator<Item = S>) -> String {
    words
        .map(|word| word.as_ref().to_owned())
        .collect::<Vec<_>>()
        .join(",")
}

fn premium_text(parameters: &Parameters) -> String {
    match parameters.contract.premium {
        Premium::BlackScholes => "black_scholes".into(),
        Premium::Fixed(amount) => plain(amount),
    }
}

fn set_premium(parameters: &mut Parameters, text: &str) -> bool {
    let premium = match text {
        "black_scholes" => Some(Premium::BlackScholes),
        amount => number(amount).map(Premium::Fixed),
    };
    premium
        .map(|premium| parameters.contract.premium = premium)
        .is_some()
}

fn set_strategies(parameters: &mut Parameters, text: &str) -> bool {
    let names = text
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let list: Option<Vec<_>> = names.map(Strategy::from_name).collect();
    list.map(|list| parameters.strategies.selected = list)
        .is_some()
}

fn set_hidden(parameters: &mut Parameters, text: &str) -> bool {
    let widths: Result<Vec<usize>, _> = text.split(',').map(|width| width.trim().parse()).collect();
    widths
        .map(|widths| parameters.training.hidden = widths)
        .is_ok()
}
