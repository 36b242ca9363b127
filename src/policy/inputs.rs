//! Which inputs a network sees, by name and in order: the one table that the policy, the training
//! kernel, the autodiff reference and the rows of a batch go by.
//!
//! | form | inputs | position to hold |
//! |---|---|---|
//! | residual | `t/T, ln(S/K)/(σ√T), (X − b)/n, (V − v)/s, A/n, B/n, b/n` | `b + n·output` |
//! | paper | `t, ln(S/K), X/n, V/V_0, A/n, B/n` | `n·output` |
//!
//! Where trades move the mid, `J/(η·n)` comes after these: how far it is displaced. What is seen of the price is then the
//! unaffected one, which who knows that knows too.
//!
//! Under a price process with a variance of its own `v/v_∞` comes last, that over the one of the long run,
//! unless `training.variance` hides it.
//!
//! Here `b` is the position of the base hedge (delta, Leland's, or the soft band's aim), `v` the
//! Black–Scholes value of what the hedger owes, `n` the shares of the contract and `s` the size of hedging
//! errors; [`super::Scales`] has the exact units and bounds.
//!
//! Four inputs, or five, come of the *state*, and carry a gradient back to it; three of *price and time*. A
//! *factor* is a row of the path's source (its variance, say), a *context* a constant of the scenario.

use crate::market::VARIANCE;
use crate::scenario::{Form, Scenario, Variance};

/// Most inputs that a network may have.
pub const MOST_INPUTS: usize = 31;

/// A number that a scenario has, under a name.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    /// The name, as files write it.
    pub name: &'static str,
    /// The number of a scenario.
    pub of: fn(&Scenario) -> f64,
}

/// What a network can be shown.
#[derive(Clone, Copy, Debug)]
pub enum Input {
    /// Time since the sale.
    Time,
    /// Log-moneyness.
    Moneyness,
    /// Position of the base hedge.
    Base,
    /// The position, or its distance from the base hedge.
    Position,
    /// The portfolio's value, or its distance from what is owed.
    Value,
    /// Memory of the ask side.
    AskMemory,
    /// Memory of the bid side.
    BidMemory,
    /// How far the mid is displaced, over how far trading the contract's shares displaces it.
    Displacement,
    /// The path's factor of this name, divided by the quantity.
    Factor(Quantity),
    /// The quantity.
    Context(Quantity),
}

impl Input {
    /// The name, as files write it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Moneyness => "moneyness",
            Self::Base => "base",
            Self::Position => "position",
            Self::Value => "value",
            Self::AskMemory => "ask_memory",
            Self::BidMemory => "bid_memory",
            Self::Displacement => "displacement",
            Self::Factor(quantity) | Self::Context(quantity) => quantity.name,
        }
    }
}

const PAPER: &[Input] = &[
    Input::Time,
    Input::Moneyness,
    Input::Position,
    Input::Value,
    Input::AskMemory,
    Input::BidMemory,
];

const RESIDUAL: &[Input] = &[
    Input::Time,
    Input::Moneyness,
    Input::Position,
    Input::Value,
    Input::AskMemory,
    Input::BidMemory,
    Input::Base,
];

/// The instantaneous variance of the price over that of the long run.
const OF_VARIANCE: Input = Input::Factor(Quantity {
    name: VARIANCE,
    // Where there is none in the long run there is none at all.
    of: |scenario| scenario.market.long_run_variance().max(1e-12),
});

/// The inputs of a form: as they are, where the mid may be displaced, with a variance, and with both.
macro_rules! layouts {
    ($plain:ident) => {{
        const MOVED: &[Input] = &with::<{ $plain.len() + 1 }>($plain, Input::Displacement);
        [
            $plain,
            MOVED,
            &with::<{ $plain.len() + 1 }>($plain, OF_VARIANCE),
            &with::<{ MOVED.len() + 1 }>(MOVED, OF_VARIANCE),
        ]
    }};
}
const OF_PAPER: [&[Input]; 4] = layouts!(PAPER);
const OF_RESIDUAL: [&[Input]; 4] = layouts!(RESIDUAL);

const fn with<const N: usize>(inputs: &[Input], last: Input) -> [Input; N] {
    let mut all = [last; N];
    let mut i = 0;
    while i < inputs.len() {
        all[i] = inputs[i];
        i += 1;
    }
    all
}

/// The inputs of a network, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Layout(&'static [Input]);

/// Two layouts are the same when they name the same inputs.
impl PartialEq for Layout {
    fn eq(&self, other: &Self) -> bool {
        self.names().eq(other.names())
    }
}

/// Inputs that do not go together with this program or with a price process.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputsError {
    /// An input of a file that its form does not have.
    #[error("sees the input {0:?}, which this program lacks")]
    Unknown(String),
    /// The right names, but not all of them, or in another order.
    #[error("sees the inputs {found}; this program expects {wanted}")]
    Others {
        /// Inputs of the file.
        found: String,
        /// Inputs of its form.
        wanted: String,
    },
    /// More than [`MOST_INPUTS`].
    #[error("sees {0} inputs; at most {MOST_INPUTS} are possible")]
    TooMany(usize),
    /// A factor that the paths do not have.
    #[error("sees the factor {0:?}, which the price process lacks")]
    NoFactor(&'static str),
}

impl Layout {
    /// Any inputs.
    #[must_use]
    pub const fn new(inputs: &'static [Input]) -> Self {
        Self(inputs)
    }

    /// What a network of the scenario's form sees: where the mid is, if trades move it, and of the path's variance, where
    /// its process has one, as the scenario says.
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let seen = scenario.training.variance == Variance::Seen;
        let variance = seen && scenario.market.process.has_variance();
        let moves = scenario.order_book.mid_impact != 0.0;
        let of_form = match scenario.training.form {
            Form::Paper => OF_PAPER,
            Form::Residual => OF_RESIDUAL,
        };
        Self(of_form[2 * usize::from(variance) + usize::from(moves)])
    }

    /// What a network of this form sees of a price without factors.
    #[must_use]
    pub const fn of_form(form: Form) -> Self {
        Self(match form {
            Form::Paper => PAPER,
            Form::Residual => RESIDUAL,
        })
    }

    /// The inputs.
    #[must_use]
    pub fn inputs(&self) -> &'static [Input] {
        self.0
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(Input::name)
    }

    /// Places of the inputs that come of the state, in the order position, value, ask memory, bid
    /// memory, displacement: through these a gradient goes back to it.
    #[must_use]
    pub fn state(&self) -> [Option<usize>; 5] {
        [
            self.0.iter().position(|x| matches!(x, Input::Position)),
            self.0.iter().position(|x| matches!(x, Input::Value)),
            self.0.iter().position(|x| matches!(x, Input::AskMemory)),
            self.0.iter().position(|x| matches!(x, Input::BidMemory)),
            self.0.iter().position(|x| matches!(x, Input::Displacement)),
        ]
    }

    /// Whether these are the inputs with such names.
    ///
    /// # Errors
    /// Says which is unknown, or what is expected.
    pub fn expect(&self, names: &[String]) -> Result<(), InputsError> {
        if let Some(name) = names
            .iter()
            .find(|name| !self.names().any(|own| own == *name))
        {
            return Err(InputsError::Unknown(name.clone()));
        }
        if self.names().eq(names.iter().map(String::as_str)) {
            return Ok(());
        }
        Err(InputsError::Others {
            found: names.join(", "),
            wanted: self.names().collect::<Vec<_>>().join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Base;
    use crate::policy::features::Features;
    use crate::presets;
    use crate::scenario::{Named, Process};

    #[test]
    fn the_inputs_of_every_form_are_there_under_every_process() {
        for (form, _) in Form::ALL {
            for (process, kind) in Process::ALL {
                if kind.is_recorded() {
                    continue; // Needs a file of prices.
                }
                for moved in ["0", "0.01"] {
                    let changes = [
                        ("training.form", *form),
                        ("market.process", *process),
                        ("order_book.mid_impact", moved),
                    ];
                    let scenario = presets::built_in("paper-year").unwrap();
                    let scenario = scenario.with(changes).unwrap();
                    let features = Features::of(&scenario, Base::Delta);
                    let layout = Layout::of(&scenario);
                    assert_eq!(features.layout(), layout, "{form}, {process}");
                    assert!(features.inputs() > 0);
                    let seen = layout.names().any(|name| name == "displacement");
                    assert_eq!(seen, moved != "0");
                }
            }
        }
    }

    #[test]
    fn a_list_of_names_is_accepted_only_as_it_is() {
        let names = |of: &[&str]| of.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let paper = Layout::new(PAPER);
        let mut own: Vec<&str> = paper.names().collect();
        assert_eq!(paper.expect(&names(&own)), Ok(()));
        let more: Vec<&str> = own.iter().copied().chain(["variance"]).collect();
        let unknown = paper.expect(&names(&more)).unwrap_err();
        assert!(unknown.to_string().contains("\"variance\""), "{unknown}");
        own.swap(0, 1);
        let others = paper.expect(&names(&own)).unwrap_err().to_string();
        assert!(others.contains("moneyness, time, position"), "{others}");
        assert!(paper.expect(&names(&own[..3])).is_err());
    }

    #[test]
    fn the_names_of_a_layout_differ() {
        for layout in OF_PAPER.into_iter().chain(OF_RESIDUAL) {
            let mut names: Vec<&str> = Layout::new(layout).names().collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), layout.len());
        }
    }
}
