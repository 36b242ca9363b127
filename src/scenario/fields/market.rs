//! What a hedge meets besides the price: order book, contract, calendar, financing, start and limits.

use super::rows::{ANY_AMOUNT, MONEYNESS, POSITIVE, SOME, choice, number, optional, whole};
use super::{Access, Field};
use crate::quantity::read;
use crate::scenario::legs;
use crate::scenario::names::Named;
use crate::scenario::parameters::{OptionKind, Parameters, Premium, SettledBy, Side};
use crate::units::{Interval, plain};

const RATE: Interval = Interval::above(-1.0, 10.0);
const DECAY: Interval = Interval::closed(0.0, f64::INFINITY);

pub(super) const ROWS: &[Field] = &[
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
    optional!(
        "order_book.ask_half_spread",
        "ask half-spread",
        "of the mid",
        Interval::closed(0.0, 10.0),
        order_book.ask_half_spread,
        "Best ask of a full book above the mid: s_a; the cost of buying is (1+s_a)/α of what the exponent says; none: α − 1, as in the paper."
    ),
    optional!(
        "order_book.bid_half_spread",
        "bid half-spread",
        "of the mid",
        Interval::closed(0.0, 0.99),
        order_book.bid_half_spread,
        "Best bid of a full book below the mid: s_b; the proceeds of selling are (1−s_b)/β of what the exponent says; none: 1 − β, as in the paper."
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
    number!(
        "order_book.mid_impact",
        "impact on the mid",
        "of the mid, per share",
        Interval::closed(0.0, 1e6),
        order_book.mid_impact,
        "By how much a trade of one share moves the mid price itself: η in S·(1 + J), J' = J + η·x; 0 not at all, as in the paper."
    ),
    number!(
        "order_book.mid_permanent",
        "permanent share of it",
        "",
        Interval::closed(0.0, 1.0),
        order_book.mid_permanent,
        "Share of the impact on the mid that stays for good: p; the rest comes back."
    ),
    number!(
        "order_book.mid_decay",
        "mid decay",
        "per year",
        DECAY,
        order_book.mid_decay,
        "How fast the mid comes back from the passing part of what trades moved it: ρ in e^(−ρΔ); 0 never, inf at once. Half-life ln 2/ρ."
    ),
    Field {
        path: "contract.kind",
        label: "kind",
        unit: "",
        meaning: "Whether the holder may buy (call) or sell (put) at the strike; in a portfolio of the first leg.",
        only: &[],
        access: Access::Choice {
            words: <OptionKind as Named>::words,
            get: |p| p.contract.kind.name(),
            set: |p, word| {
                let kind = OptionKind::from_name(word);
                kind.map(|kind| p.contract.move_kind(kind)).is_some()
            },
        },
    },
    Field {
        path: "contract.position",
        label: "position",
        unit: "",
        meaning: "Whether the hedger sold (short) or bought (long) the option; in a portfolio the other legs change sides with the first.",
        only: &[],
        access: Access::Choice {
            words: <Side as Named>::words,
            get: |p| p.contract.position.name(),
            set: |p, word| {
                let side = Side::from_name(word);
                side.map(|side| p.contract.move_side(side)).is_some()
            },
        },
    },
    Field {
        path: "contract.strike",
        label: "strike",
        unit: "currency",
        meaning: "Price at which the holder may trade: K; in a portfolio the other strikes move with the first. One that is set is an amount, whatever the spot.",
        only: &[],
        access: Access::Number {
            range: POSITIVE,
            get: |p| p.contract.strike,
            set: |p, x| p.contract.move_strike(x),
        },
    },
    Field {
        path: "contract.moneyness",
        label: "strike over spot",
        unit: "",
        meaning: "Strike over the spot, K/S_0, where the strike is to move with the spot: 1 at the money, 1.05 for 5% above; in a portfolio the other strikes move with the first. none: the strike is an amount.",
        only: &[],
        access: Access::Optional {
            range: MONEYNESS,
            get: |p| p.contract.moneyness,
            set: |p, x| match x {
                Some(x) => p.contract.move_moneyness(x, p.market.spot),
                None => p.contract.fix_strikes(),
            },
        },
    },
    number!(
        "contract.maturity",
        "maturity",
        "years",
        Interval::closed(1e-9, 100.0),
        contract.maturity,
        "Time from the sale to exercise: T."
    ),
    Field {
        path: "contract.shares",
        label: "shares",
        unit: "shares",
        meaning: "Shares delivered at exercise: n; in a portfolio the other legs grow with the first.",
        only: &[],
        access: Access::Number {
            range: POSITIVE,
            get: |p| p.contract.shares,
            set: |p, x| p.contract.move_shares(x),
        },
    },
    Field {
        path: "contract.legs",
        label: "legs",
        unit: "",
        meaning: "Calls and puts of one maturity, hedged together; the fields kind, position, strike and shares are the first one's.",
        only: &[],
        access: Access::Text {
            allowed: "none; up to 8 options like `short 1 call 1000; short 1 put 95%`, in percent of the spot where one likes (if all are, they move with it); or straddle, strangle, bull_spread, bear_spread, collar, risk_reversal or butterfly, with or without a half-width like `strangle 10%`",
            get: |p| legs::written(&p.contract),
            set: |p, text| {
                let legs = legs::read(p, text);
                let put = legs.map(|legs| p.contract.put_legs(legs)).is_some();
                p.place_strikes();
                put
            },
            check: |p| legs::are_fine(&p.contract),
        },
    },
    choice!(
        "contract.settlement",
        "settlement",
        SettledBy,
        contract.settlement,
        "What changes hands at maturity: shares against the strike (delivery), or the payoff at the mid price (cash), with which the hedger's shares are sold in the book."
    ),
    Field {
        path: "contract.premium",
        label: "premium",
        unit: "currency",
        meaning: "Price of the whole contract at the sale: V_0 for the seller, −V_0 for the buyer; of a portfolio for whoever is on the side of the first leg, negative where that one pays.",
        only: &[],
        access: Access::Text {
            allowed: "black_scholes, or an amount from 0 to 1e12, of a portfolio from -1e12",
            get: premium_text,
            set: set_premium,
            check: |p| match p.contract.premium {
                Premium::BlackScholes => true,
                Premium::Fixed(amount) if p.contract.is_portfolio() => ANY_AMOUNT.contains(amount),
                Premium::Fixed(amount) => SOME.contains(amount),
            },
        },
    },
    optional!(
        "contract.model_volatility",
        "model volatility",
        "per square-root year",
        Interval::closed(0.0, 5.0),
        contract.model_volatility,
        "Volatility the hedger believes in: premium, deltas, bands and a network's base use it; none: the market's in the long run."
    ),
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
];

fn premium_text(parameters: &Parameters) -> String {
    match parameters.contract.premium {
        Premium::BlackScholes => "black_scholes".into(),
        Premium::Fixed(amount) => plain(amount),
    }
}

fn set_premium(parameters: &mut Parameters, text: &str) -> bool {
    let premium = match text {
        "black_scholes" => Some(Premium::BlackScholes),
        amount => read::number(amount).ok().map(Premium::Fixed),
    };
    premium
        .map(|premium| parameters.contract.premium = premium)
        .is_some()
}
