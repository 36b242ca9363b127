//! What makes two scenarios the same market, whoever hedges there and however it is presented.
//!
//! The identity is a text: the fields of the market (not `strategies.…`, not `training.…`, not the
//! seed) in the order of their names, `name=value` line by line. What is absent has no line, so that
//! a parameter added later leaves the identity of old scenarios as it was; so have settlement by delivery, a share
//! without dividends and a mid that trades leave alone. A model volatility that is
//! the market's own says nothing new and has no line either. Title, description and shown path are
//! presentation. What is said of recorded prices is no part of a market that takes none; of those it takes, their
//! content is, and not where they lie. A strike that is kept relative to the spot is the amount that it is now.

use super::Scenario;
use super::fields::{Access, FIELDS, Field};
use super::legs;
use super::parameters::Parameters;
use crate::units::ContentHash;

impl Field {
    /// Whether it belongs to the market: not to who hedges there, how a network learns, or which
    /// random numbers are drawn.
    #[must_use]
    pub fn of_market(&self) -> bool {
        let aside = ["strategies.", "training."];
        self.path != "seed" && !aside.iter().any(|group| self.path.starts_with(group))
    }

    /// The present value as the one text that stands for it, whatever [`Field::get`] shows to people;
    /// nothing for an optional one that is absent, for one that the price process does not have, or for how the strike is
    /// kept.
    fn canonical(&self, parameters: &Parameters) -> Option<String> {
        // Adding 0 takes the sign from a zero.
        let number = |x: f64| format!("{:e}", x + 0.0);
        if !self.applies(parameters) || self.path == "contract.moneyness" {
            return None;
        }
        match self.access {
            Access::Text { .. } if self.path == "contract.legs" => {
                Some(legs::in_currency(&parameters.contract)).filter(|text| text != "none")
            }
            Access::Number { get, .. } => {
                let x = get(parameters);
                let usual = self.path == "market.dividend_yield" && x == 0.0;
                // Where trades leave the mid, what else is said of that means nothing.
                let of_mid = self.path.starts_with("order_book.mid_");
                let moves = parameters.order_book.mid_impact != 0.0;
                (!usual && (moves || !of_mid)).then(|| number(x))
            }
            Access::Optional { get, .. } => get(parameters).map(number),
            Access::Whole { get, .. } => Some(get(parameters).to_string()),
            Access::Choice { get, .. } => {
                let usual = self.path == "contract.settlement" && get(parameters) == "delivery";
                (!usual).then(|| get(parameters).into())
            }
            Access::Text { get, .. } => Some(get(parameters)).filter(|text| text != "none"),
        }
    }
}

impl Scenario {
    /// The parameters, without a belief that says nothing new.
    fn settled(&self) -> Parameters {
        let mut parameters = Parameters::clone(self);
        let believed = parameters.contract.model_volatility;
        parameters.contract.model_volatility =
            believed.filter(|belief| *belief != self.market.long_run_volatility());
        parameters
    }

    /// The canonical text of the market.
    #[must_use]
    pub fn market_identity(&self) -> String {
        self.lines(Field::of_market)
    }

    /// The canonical text of all that makes numbers: the market, how rules and networks are set, and the
    /// seed. Who is selected to hedge is not part of it.
    #[must_use]
    pub fn identity(&self) -> String {
        self.lines(|field| field.path != "strategies.selected")
    }

    fn lines(&self, wanted: impl Fn(&Field) -> bool) -> String {
        let parameters = self.settled();
        let mut lines: Vec<String> = FIELDS
            .iter()
            .filter(|field| wanted(field))
            .filter_map(|field| Some((field.path, field.canonical(&parameters)?)))
            .map(|(path, value)| format!("{path}={value}\n"))
            .collect();
        lines.sort();
        lines.concat()
    }

    /// The hash of [`Scenario::market_identity`].
    #[must_use]
    pub fn market_hash(&self) -> ContentHash {
        ContentHash::of(self.market_identity().as_bytes())
    }

    /// Fields of the market in which two scenarios differ; none exactly where the hash is the same.
    #[must_use]
    pub fn market_differences(&self, other: &Self) -> Vec<&'static Field> {
        let (one, other) = (self.settled(), other.settled());
        let differs = |field: &&Field| field.canonical(&one) != field.canonical(&other);
        let of_market = FIELDS.iter().filter(|field| field.of_market());
        of_market.filter(differs).collect()
    }
}
