//! What a network sees of an observation, in numbers: the inputs that [`super::inputs`] lists, for one
//! path in the readable form and for many at once. The training kernel and the autodiff reference
//! take what they see from here too.

mod prices;

pub use prices::PriceFeatures;

use super::inputs::{Input, InputsError, Layout, MOST_INPUTS};
use super::network::narrow;
use super::scales::{self, Scales};
use super::soft_band::Pull;
use super::{Base, Delta, Observations, SoftBand, leland};
use crate::contract::BlackScholes;
use crate::episode::Observation;
use crate::market::{self, LANES};
use crate::scenario::{Form, Scenario};
use prices::OfPrices;

/// What the inputs of `N` paths at one date are made of: a number for each path, or for all.
struct Sight<'a, const N: usize> {
    /// The network's time.
    time: f64,
    moneyness: &'a [f64; N],
    base: &'a [f64; N],
    anchor: &'a [f64; N],
    position: &'a [f64; N],
    value: &'a [f64; N],
    ask: &'a [f64; N],
    bid: &'a [f64; N],
    /// What of the mid's displacement passes, and what lasts; absent where there is none.
    displaced: Option<[&'a [f64; N]; 2]>,
    /// Factors of the paths' source, in its order.
    factors: &'a [[f64; N]],
}

/// What a factor or a context needs to be seen.
#[derive(Clone, Copy, Debug)]
struct Given {
    /// The factor's place among those of the source.
    row: usize,
    /// What the factor or the displacement is divided by; the context's value.
    number: f64,
}

impl Given {
    const NOTHING: Self = Self {
        row: 0,
        number: 0.0,
    };
}

/// The features of one scenario.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    form: Form,
    base: Base,
    /// The base hedge, at its volatility; of the soft band the delta of its aim.
    hedge: Delta,
    /// The drift's pull in that aim.
    pull: Pull,
    /// The option at the scenario's volatility.
    option: Delta,
    maturity: f64,
    /// What log-moneyness is divided by.
    unit: f64,
    scales: Scales,
    layout: Layout,
    /// For each input of the layout.
    given: [Given; MOST_INPUTS],
}

impl Features {
    /// The features of `scenario`, which names the form, in units of the usual hedging error.
    #[must_use]
    pub fn of(scenario: &Scenario, base: Base) -> Self {
        Self::new(scenario, base, Scales::of(scenario, 0.0))
    }

    /// The features of `scenario` in given units.
    #[must_use]
    pub fn new(scenario: &Scenario, base: Base, scales: Scales) -> Self {
        let option = Delta::of(scenario);
        let hedge = match base {
            Base::Delta => option,
            Base::Leland => leland::hedge(scenario, scenario.contract.size()),
            Base::LelandOfOneShare => leland::hedge(scenario, 1.0),
            Base::SoftBand(settings) => SoftBand::new(scenario, settings).delta(),
        };
        let pull = match base {
            Base::SoftBand(settings) => SoftBand::new(scenario, settings).pull(),
            _ => Pull::NONE,
        };
        let form = scenario.training.form;
        let blind = Self {
            form,
            base,
            hedge,
            pull,
            option,
            maturity: scenario.contract.maturity,
            unit: match form {
                Form::Paper => 1.0,
                Form::Residual => scales::unit(scenario),
            },
            scales,
            layout: Layout::new(&[]),
            given: [Given::NOTHING; MOST_INPUTS],
        };
        // The inputs of a form go with any process: a test holds every pair to that.
        let factors = market::source(scenario).factors();
        let layout = Layout::of(scenario);
        blind.seeing(layout, scenario, factors).unwrap_or(blind)
    }

    /// The same for a network that sees other inputs, on paths with these factors.
    ///
    /// # Errors
    /// When there are too many, or one is a factor that the paths lack.
    pub fn seeing(
        self,
        layout: Layout,
        scenario: &Scenario,
        factors: &[&str],
    ) -> Result<Self, InputsError> {
        let inputs = layout.inputs();
        if inputs.len() > MOST_INPUTS {
            return Err(InputsError::TooMany(inputs.len()));
        }
        let mut given = [Given::NOTHING; MOST_INPUTS];
        for (given, input) in given.iter_mut().zip(inputs) {
            match input {
                Input::Factor(unit) => {
                    let row = factors.iter().position(|name| *name == unit.name);
                    let row = row.ok_or(InputsError::NoFactor(unit.name))?;
                    let number = (unit.of)(scenario);
                    *given = Given { row, number };
                }
                Input::Context(quantity) => given.number = (quantity.of)(scenario),
                Input::Displacement => given.number = moved(scenario),
                _ => {}
            }
        }
        Ok(Self {
            layout,
            given,
            ..self
        })
    }

    /// The hedge that a residual network corrects.
    #[must_use]
    pub fn base(&self) -> Base {
        self.base
    }

    /// The units of inputs and output.
    #[must_use]
    pub fn scales(&self) -> &Scales {
        &self.scales
    }

    /// Input and output form.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// Which inputs these are.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Number of inputs.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.layout.inputs().len()
    }

    /// Each input with its number: the value of a context, what a factor or the displacement is divided by, 0 for
    /// others.
    pub fn numbers(&self) -> impl Iterator<Item = (&'static Input, f64)> {
        let given = self.given.iter().map(|given| given.number);
        self.layout.inputs().iter().zip(given)
    }

    /// The factors that are inputs, in their order: place among those of the source, and what it is
    /// divided by.
    pub fn factors(&self) -> impl Iterator<Item = (usize, f64)> {
        let all = self.layout.inputs().iter().zip(&self.given);
        all.filter(|(input, _)| matches!(input, Input::Factor(_)))
            .map(|(_, given)| (given.row, given.number))
    }

    /// Size of hedging errors, in which portfolio values are measured (currency); above 0.
    #[must_use]
    pub fn error_size(&self) -> f64 {
        self.scales.value.abs()
    }

    /// The network's time input at `time` years after the sale.
    #[inline(always)]
    #[must_use]
    pub fn time(&self, time: f64) -> f64 {
        match self.form {
            Form::Paper => time,
            Form::Residual => time / self.maturity,
        }
    }

    /// Inputs and position of the base hedge, from what the hedger sees: the readable form.
    #[must_use]
    pub fn see(&self, seen: &Observation) -> (Vec<f64>, f64) {
        let model = self.option.model();
        let Scales { center, reach, .. } = self.scales;
        let moneyness = (seen.spot / model.strike).ln() / self.unit - center;
        let (base, anchor) = match self.form {
            Form::Paper => (0.0, 0.0),
            Form::Residual => (
                self.hedge.position(seen.spot, seen.remaining) + self.pull.at(seen.spot),
                self.option.owed(seen.spot, seen.remaining),
            ),
        };
        let sight = Sight {
            time: self.time(seen.time),
            moneyness: &[moneyness.clamp(-reach, reach)],
            base: &[base],
            anchor: &[anchor],
            position: &[seen.position],
            value: &[seen.value],
            ask: &[seen.memory.ask],
            bid: &[seen.memory.bid],
            displaced: Some([&[seen.memory.mid.passing], &[seen.memory.mid.lasting]]),
            factors: &seen.factors.map(|factor| [factor]),
        };
        let mut inputs = vec![0.0; self.inputs()];
        self.write(&sight, |row, _, input| inputs[row] = input);
        (inputs, base)
    }

    /// Inputs, a row for each, and positions of the base hedge, on many paths at once.
    pub(super) fn see_many(&self, seen: &Observations<'_>) -> (Vec<[f32; LANES]>, [f64; LANES]) {
        let mut price = PriceFeatures::ZERO;
        self.of_prices(seen.remaining, seen.spot, &mut price);
        let sight = Sight {
            time: self.time(seen.time),
            moneyness: &price.moneyness,
            base: &price.base,
            anchor: &price.anchor,
            position: seen.position,
            value: seen.value.unwrap_or(&[0.0; LANES]),
            ask: seen.ask_memory,
            bid: seen.bid_memory,
            displaced: seen.displaced.map(|mids| [&mids.passing, &mids.lasting]),
            factors: seen.factors,
        };
        let mut rows = vec![[0.0; LANES]; self.inputs()];
        self.write(&sight, |row, lane, input| rows[row][lane] = narrow(input));
        (rows, price.base)
    }

    /// Hands each input of each path to `put`, with its row and its lane.
    #[inline(always)]
    fn write<const N: usize>(&self, sight: &Sight<'_, N>, mut put: impl FnMut(usize, usize, f64)) {
        let scales = &self.scales;
        let bounded = |x: f64| x.max(-scales.most).min(scales.most);
        let inputs = self.layout.inputs().iter().zip(&self.given);
        for (row, (input, given)) in inputs.enumerate() {
            let put = &mut |lane, x| put(row, lane, x);
            match input {
                Input::Time => each::<N>(put, |_| sight.time),
                Input::Moneyness => each::<N>(put, |i| sight.moneyness[i]),
                Input::Base => each::<N>(put, |i| (sight.base[i] - scales.origin) / scales.output),
                Input::Position => each::<N>(put, |i| {
                    bounded((sight.position[i] - sight.base[i]) / scales.position)
                }),
                Input::Value => {
                    each::<N>(put, |i| {
                        bounded((sight.value[i] - sight.anchor[i]) / scales.value)
                    });
                }
                Input::AskMemory => each::<N>(put, |i| sight.ask[i] / scales.ask),
                Input::BidMemory => each::<N>(put, |i| sight.bid[i] / scales.bid),
                Input::Displacement => each::<N>(put, |i| {
                    let parts = sight
                        .displaced
                        .map_or(0.0, |[passing, lasting]| passing[i] + lasting[i]);
                    parts / given.number
                }),
                Input::Factor(_) => {
                    let factor = sight.factors.get(given.row);
                    // A path without it is taken to be as usual.
                    each::<N>(put, |i| {
                        factor.map_or(given.number, |factor| factor[i]) / given.number
                    });
                }
                Input::Context(_) => each::<N>(put, |_| given.number),
            }
        }
    }

    /// What inputs take from the price, on many paths at once, `remaining` years before maturity.
    pub fn of_prices(&self, remaining: f64, spot: &[f64; LANES], out: &mut PriceFeatures) {
        let mut leg = PriceFeatures::ZERO;
        let models = self.option.models().zip(self.hedge.models());
        for (number, of_leg) in models.enumerate() {
            if number == 0 {
                self.of_leg(of_leg, self.pull, remaining, spot, out);
            } else if self.form == Form::Residual {
                self.of_leg(of_leg, Pull::NONE, remaining, spot, &mut leg);
                for lane in 0..LANES {
                    out.base[lane] += leg.base[lane];
                    out.anchor[lane] += leg.anchor[lane];
                }
            }
        }
    }

    /// The same of one leg, in the option's model and in the base hedge's.
    fn of_leg(
        &self,
        (option, hedge): (Modelled, Modelled),
        pull: Pull,
        remaining: f64,
        spot: &[f64; LANES],
        out: &mut PriceFeatures,
    ) {
        let time = remaining.max(0.0).sqrt();
        let (model, scale, shift) = option;
        pulp::Arch::new().dispatch(OfPrices {
            residual: self.form == Form::Residual,
            put: shift == 1.0,
            scale: scale * model.share(remaining),
            strike: model.strike,
            discounted: model.discounted(remaining),
            width: model.volatility * time,
            base_width: hedge.0.volatility * time,
            unit: self.unit,
            center: self.scales.center,
            reach: self.scales.reach,
            pull,
            spot,
            out,
        });
    }
}

/// By how much trading the contract's shares displaces the mid, `η·n`; 1 where it does not.
fn moved(scenario: &Scenario) -> f64 {
    let moved = scenario.order_book.mid_impact * scenario.contract.size();
    if moved > 0.0 { moved } else { 1.0 }
}

/// A leg, as [`Delta::models`] has it.
type Modelled = (BlackScholes, f64, f64);

/// The numbers of `N` lanes, one after the other.
#[inline(always)]
fn each<const N: usize>(put: &mut impl FnMut(usize, f64), number: impl Fn(usize) -> f64) {
    for lane in 0..N {
        put(lane, number(lane));
    }
}
