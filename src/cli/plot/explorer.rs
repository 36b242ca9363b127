//! `hedgelab plot explorer`: the policy over any two of state and scenario.

use super::Plot;
use crate::cli::learned::conditioned;
use crate::cli::{Failure, usage};
use crate::explore::{Ask, Chosen, Colour, Dimension, Look, Map, State, Wanted, Whose};
use crate::figure::Figure;
use crate::gallery::{self, About, Hedged, Of, name_of};
use crate::policy::{LearnedPolicy, Policy};
use crate::quantity::read;
use crate::scenario::Named;
use crate::training::conditioned_policy;
use anyhow::anyhow;
use clap::Args;
use clap::builder::PossibleValuesParser;
use std::ops::ControlFlow;
use std::sync::Arc;

/// What the explorer shows.
#[derive(Debug, Args)]
pub(super) struct Explored {
    /// Of explorer: what is from left to right, and from where to where: spot, date, position, gain (profit
    /// so far), `ask_memory`, `bid_memory`, or a FIELD of the scenario; decays as half-lives in steps [default:
    /// spot]
    #[arg(long, value_name = "WHAT[:A:B]")]
    x: Option<String>,
    /// Of explorer: what is from bottom to top [default: `order_book.ask_exponent`]
    #[arg(long, value_name = "WHAT[:A:B]")]
    y: Option<String>,
    /// Of explorer: what is coloured: the position, the same less delta's, the trade, or how wide the band is
    /// in which next to nothing is traded
    #[arg(long, value_name = "WHAT", default_value = "position",
          value_parser = PossibleValuesParser::new(Colour::ALL.iter().map(|(name, _)| *name)))]
    colour: String,
    /// Of explorer: a number of the state that is not as on the path: position=0.3; of sweep: where another axis
    /// is held: AXIS=VALUE
    #[arg(long, value_name = "WHAT=VALUE")]
    pub(super) at: Vec<String>,
    /// Of explorer: axes of one side of the book alone, instead of both alike
    #[arg(long)]
    one_side: bool,
    /// Of explorer: cells along each axis
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(2..=1000))]
    cells: u16,
}

impl Plot {
    /// The map of the policy that answers at once, or of the one that is chosen.
    pub(super) fn explorer(&self, about: &About<'_>) -> Result<Figure, Failure> {
        let scenario = about.scenario;
        let usual = Look::default();
        let explored = &self.explored;
        let axes = [
            wanted("--x", explored.x.as_deref(), usual.across)?,
            wanted("--y", explored.y.as_deref(), usual.up)?,
        ];
        let colour = Colour::from_name(&explored.colour).unwrap_or_default();
        let made = self.hedging.weights.is_at_once();
        let policy = if made {
            conditioned(scenario)?
        } else {
            self.only_learned(about)?
        };
        let date = self.date(scenario.steps.saturating_sub(1))?;
        let path = self.path_of(about, &[Box::new(policy.clone()) as Box<dyn Policy>])?;
        let (state, carried) = on_path(about, &path, date);
        let ask = Ask {
            scenario: Arc::new(scenario.clone()),
            state: state.chosen(&explored.chosen()?, scenario),
            whose: if made {
                Whose::Made(conditioned_policy())
            } else {
                Whose::Trained(policy.clone(), carried)
            },
            axes,
            both_sides: !explored.one_side,
            band: colour == Colour::Band,
        };
        let go_on = || ControlFlow::Continue(());
        let map = Map::of(&ask, usize::from(explored.cells), &go_on);
        let map = map.map_err(|refusal| usage(format!("--x, --y: {refusal}")))?;
        let map = map.ok_or_else(|| Failure::Run(anyhow!("stopped; nothing was written")))?;
        let who = policy.who();
        let of = (name_of(&who), Of::Date(path.number, date));
        Ok(gallery::explorer(about, &ask, &map, colour, of))
    }

    /// The one learned policy that was chosen.
    fn only_learned(&self, about: &About<'_>) -> Result<LearnedPolicy, Failure> {
        let hedgers = self.hedging.hedgers(&self.subject, about.scenario)?;
        let mut learned = hedgers.learned.into_iter();
        match (learned.next(), learned.next()) {
            (Some(policy), None) => Ok(policy),
            _ => Err(usage(
                "explorer: shows one learned policy; give one --learned or one --weights".into(),
            )),
        }
    }
}

/// The state of the first hedge on a path at a date, and what it remembers there.
fn on_path(about: &About<'_>, path: &Hedged, date: usize) -> (State, Vec<f64>) {
    let hedge = path.hedges.first();
    let line = hedge.and_then(|hedge| Some((hedge, hedge.ledger.get(date)?)));
    line.map_or_else(
        || (State::at_sale(about.scenario), Vec::new()),
        |(hedge, line)| {
            let state = State::before(about.scenario, line);
            (state, hedge.carried.at(date).to_vec())
        },
    )
}

impl Explored {
    /// What of the state is not as on the path.
    fn chosen(&self) -> Result<Chosen, Failure> {
        self.at.iter().try_fold(Chosen::default(), |chosen, text| {
            let parts = text.split_once('=');
            let known = parts.and_then(|(name, value)| {
                let dimension = Dimension::from_name(name.trim())?;
                let x = read::number(value.trim()).ok()?;
                (dimension.is_of_state() && x.is_finite()).then_some((dimension, x))
            });
            let (dimension, x) = known.ok_or_else(|| {
                let names = Dimension::OF_STATE.map(Named::name).join(", ");
                usage(format!(
                    "--at {text:?}: allowed: WHAT=VALUE, with one of {names}"
                ))
            })?;
            Ok(chosen.with(dimension, Some(x)))
        })
    }
}

/// An axis as it was typed.
fn wanted(flag: &str, text: Option<&str>, usual: Dimension) -> Result<Wanted, Failure> {
    let Some(text) = text else {
        return Ok(usual.into());
    };
    let mut parts = text.split(':');
    let name = parts.next().unwrap_or_default();
    let dimension = Dimension::from_name(name)
        .ok_or_else(|| usage(format!("{flag} {name:?}: allowed: {}", Dimension::words())))?;
    let numbers: Option<Vec<f64>> = parts.map(|part| read::number(part).ok()).collect();
    let ends = match numbers.as_deref() {
        Some([]) => None,
        Some([low, high]) => Some([*low, *high]),
        _ => {
            return Err(usage(format!(
                "{flag} {text:?}: allowed: {name}, or {name}:A:B for an axis from A to B"
            )));
        }
    };
    Ok(Wanted { dimension, ends })
}
