//! Who hedges and how they learn: strategies, training, and the seed of all chance.

use super::rows::{MANY, SOME, choice, number, optional, whole};
use super::{Access, Field};
use crate::scenario::names::Named;
use crate::scenario::parameters::{
    Activation, BaseChoice, Form, LelandConvention, Network, Objective, Parameters, Process,
    Schedule, Strategy, Variance,
};
use crate::units::Interval;

const AVERSION: Interval = Interval::closed(1e-40, 1e40);

pub(super) const ROWS: &[Field] = &[
    Field {
        path: "strategies.selected",
        label: "strategies",
        unit: "",
        meaning: "Who is compared, in this order.",
        only: &[],
        access: Access::Text {
            allowed: "a list of none, delta, leland, band, soft_band, static, instant_delta, minimum_variance, learned, each at most once",
            get: |p| joined(p.strategies.selected.iter().map(|s| s.name())),
            set: set_strategies,
            check: |p| {
                let list = &p.strategies.selected;
                (1..list.len()).all(|i| !list[..i].contains(&list[i]))
            },
        },
    },
    choice!(
        "strategies.leland_convention",
        "Leland convention",
        LelandConvention,
        strategies.leland_convention,
        "How Leland's volatility is raised. paper: by the cost of one way, for sold and bought options alike, as in the published tables; leland_1985: by that of a round trip, and lowered for a bought option, as in Leland's article."
    ),
    optional!(
        "strategies.leland_memory",
        "Leland memory",
        "shares",
        SOME,
        strategies.leland_memory,
        "Bid memory b at which Leland's proportional cost κ = 1 − F^b(K,n,b)/(nK) is taken; none: 0.5·n·e^(−λ_b Δ)."
    ),
    optional!(
        "strategies.band_risk_aversion",
        "band risk aversion",
        "per currency",
        AVERSION,
        strategies.band_risk_aversion,
        "Risk aversion of the Whalley–Wilmott band: the larger, the narrower; none: tuned to the scenario."
    ),
    optional!(
        "strategies.soft_band_risk_aversion",
        "soft band risk aversion",
        "per currency",
        AVERSION,
        strategies.soft_band_risk_aversion,
        "Risk aversion a of the soft band: the larger, the nearer it stays to its aim; none: tuned to the scenario."
    ),
    optional!(
        "strategies.soft_band_volatility_factor",
        "soft band volatility",
        "",
        Interval::closed(0.01, 100.0),
        strategies.soft_band_volatility_factor,
        "Volatility of the soft band's delta over the market's: v; none: tuned to the scenario."
    ),
    choice!(
        "training.form",
        "form",
        Form,
        training.form,
        "What the network sees and says: a correction of delta (residual), or the position itself from raw features (paper)."
    ),
    choice!(
        "training.base",
        "base",
        BaseChoice,
        training.base,
        "The hedge that a residual network corrects: auto is the better of delta and Leland's. A network is kept once it beats these, and the soft band."
    ),
    Field {
        only: &[Process::Heston, Process::GjrGarch],
        ..choice!(
            "training.variance",
            "variance",
            Variance,
            training.variance,
            "Whether the network sees the path's instantaneous variance, over that of the long run (seen), or the price alone (hidden)."
        )
    },
    choice!(
        "training.network",
        "network",
        Network,
        training.network,
        "What the hidden layers are made of: fully connected ones (feed_forward), or cells that remember the path so far (gru, lstm), which train 100 to 200 times slower."
    ),
    Field {
        path: "training.hidden",
        label: "hidden layers",
        unit: "",
        meaning: "Width of each hidden layer.",
        only: &[],
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
        "What stands between two layers of a feed_forward network; the gates of gru and lstm are logistic functions and tanh whatever stands here."
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
        "First learning rate."
    ),
    number!(
        "training.final_learning_rate",
        "final learning rate",
        "",
        Interval::closed(0.0, 1.0),
        training.final_learning_rate,
        "Last learning rate."
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
