//! The unaffected price: which process moves it, and with what parameters.

use super::super::names::Named;
use super::recorded::Recorded;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

/// The unaffected mid price, under a process.
///
/// Spot, drift and volatility stand in every file, and dividends where there are any; of the rest a file holds those of its own process
/// (absent: as usual), and a scenario has all others as usual.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Market {
    /// Which process moves the price.
    pub process: Process,
    /// Price at the sale `S_0` (currency).
    pub spot: f64,
    /// Expected return `μ` of the quoted price (per year, continuously compounded).
    pub drift: f64,
    /// Volatility `σ` (per square-root year): between jumps (Merton), in the long run (GARCH); Heston's
    /// process has its own.
    pub volatility: f64,
    /// Dividend yield `q` (per year, continuous): who holds `X` shares over a step receives `X·S·(e^{qΔ} − 1)` at its
    /// end, at the price there.
    #[serde(default)]
    pub dividend_yield: f64,
    /// Jumps to be expected in a year, `λ_J` (Merton).
    #[serde(default = "usual::jump_intensity")]
    pub jump_intensity: f64,
    /// Mean of a jump of the logarithm, `m` (Merton).
    #[serde(default = "usual::jump_mean")]
    pub jump_mean: f64,
    /// Standard deviation of a jump of the logarithm, `δ` (Merton).
    #[serde(default = "usual::jump_deviation")]
    pub jump_deviation: f64,
    /// Variance at the sale, `v_0` (per year; Heston).
    #[serde(default = "usual::initial_variance")]
    pub initial_variance: f64,
    /// Variance to which it is drawn, `θ` (per year; Heston).
    #[serde(default = "usual::long_run_variance")]
    pub long_run_variance: f64,
    /// How fast it is drawn there, `κ` (per year; Heston).
    #[serde(default = "usual::mean_reversion")]
    pub mean_reversion: f64,
    /// How much the variance itself moves, `ξ` (per year; Heston).
    #[serde(default = "usual::volatility_of_variance")]
    pub volatility_of_variance: f64,
    /// Correlation `ρ` of price and variance (Heston).
    #[serde(default = "usual::correlation")]
    pub correlation: f64,
    /// What a step keeps of the variance, `b` (GARCH).
    #[serde(default = "usual::variance_persistence")]
    pub variance_persistence: f64,
    /// What any move adds to the next step's variance, `a` (GARCH).
    #[serde(default = "usual::variance_reaction")]
    pub variance_reaction: f64,
    /// What a fall adds besides, `g` (GARCH).
    #[serde(default = "usual::variance_asymmetry")]
    pub variance_asymmetry: f64,
    /// How recorded prices become paths, where the process takes them.
    #[serde(default)]
    pub recorded: Recorded,
}

/// The parameters of each process where nothing is said of them.
mod usual {
    macro_rules! usual {
        ($($name:ident = $value:literal;)*) => { $(pub fn $name() -> f64 { $value })* };
    }
    usual! {
        jump_intensity = 1.0;
        jump_mean = -0.05;
        jump_deviation = 0.1;
        initial_variance = 0.036;
        long_run_variance = 0.036;
        mean_reversion = 2.0;
        volatility_of_variance = 0.5;
        correlation = -0.7;
        variance_persistence = 0.9;
        variance_reaction = 0.03;
        variance_asymmetry = 0.1;
    }
}

/// A price process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Process {
    /// `S_{k+1} = S_k · exp((μ − σ²/2)Δ + σ√Δ·Z)`.
    GeometricBrownian,
    /// The same with jumps of the logarithm (R. C. Merton, 1976).
    Merton,
    /// A variance that moves by itself and is drawn back (S. L. Heston, 1993).
    Heston,
    /// A variance that follows from the moves so far, falls above all (L. R. Glosten, R. Jagannathan
    /// and D. E. Runkle, 1993).
    GjrGarch,
    /// Blocks of recorded returns: the stationary bootstrap of Politis and Romano (1994).
    Bootstrap,
    /// Windows of the recorded prices themselves.
    RecordedPath,
}

impl Process {
    /// Whether its paths have a variance of their own, as a factor beside the price.
    #[must_use]
    pub fn has_variance(self) -> bool {
        matches!(self, Self::Heston | Self::GjrGarch)
    }

    /// What a person calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::GeometricBrownian => "geometric Brownian motion",
            Self::Merton => "Merton's jumps",
            Self::Heston => "Heston's variance",
            Self::GjrGarch => "GJR-GARCH",
            Self::Bootstrap => "recorded returns, bootstrapped",
            Self::RecordedPath => "recorded prices",
        }
    }
}

impl Market {
    /// A geometric Brownian motion.
    #[must_use]
    pub fn brownian(spot: f64, drift: f64, volatility: f64) -> Self {
        Self {
            process: Process::GeometricBrownian,
            spot,
            drift,
            volatility,
            dividend_yield: 0.0,
            jump_intensity: usual::jump_intensity(),
            jump_mean: usual::jump_mean(),
            jump_deviation: usual::jump_deviation(),
            initial_variance: usual::initial_variance(),
            long_run_variance: usual::long_run_variance(),
            mean_reversion: usual::mean_reversion(),
            volatility_of_variance: usual::volatility_of_variance(),
            correlation: usual::correlation(),
            variance_persistence: usual::variance_persistence(),
            variance_reaction: usual::variance_reaction(),
            variance_asymmetry: usual::variance_asymmetry(),
            recorded: Recorded::default(),
        }
    }

    /// Variance per year in the long run, jumps included.
    #[must_use]
    pub fn long_run_variance(&self) -> f64 {
        match self.process {
            Process::Heston => self.long_run_variance,
            _ => self.long_run_volatility().powi(2),
        }
    }

    /// Volatility in the long run (per square-root year), jumps included: what a hedger believes in who
    /// is told nothing else.
    #[must_use]
    pub fn long_run_volatility(&self) -> f64 {
        match self.process {
            Process::GeometricBrownian
            | Process::GjrGarch
            | Process::Bootstrap
            | Process::RecordedPath => self.volatility,
            Process::Merton => {
                let jump = self.jump_mean.powi(2) + self.jump_deviation.powi(2);
                self.jump_intensity
                    .mul_add(jump, self.volatility.powi(2))
                    .sqrt()
            }
            Process::Heston => self.long_run_variance.sqrt(),
        }
    }

    /// `κ = e^{m + δ²/2} − 1`: what a jump is expected to add to the price, over it.
    #[must_use]
    pub fn expected_jump(&self) -> f64 {
        (self.jump_mean + 0.5 * self.jump_deviation.powi(2)).exp_m1()
    }

    /// The parameters that only some process has, by name, with those of the process that it is.
    fn own(&self) -> &'static [Own] {
        match self.process {
            Process::GeometricBrownian | Process::Bootstrap | Process::RecordedPath => &[],
            Process::Merton => &OWN[..3],
            Process::Heston => &OWN[3..8],
            Process::GjrGarch => &OWN[8..],
        }
    }

    /// The same market with the parameters of other processes as usual.
    pub(in crate::scenario) fn settle(&mut self) {
        let mut settled = Self::brownian(self.spot, self.drift, self.volatility);
        settled.process = self.process;
        settled.dividend_yield = self.dividend_yield;
        settled.recorded = self.recorded.clone();
        for (_, parameter) in self.own() {
            *parameter(&mut settled) = *parameter(&mut self.clone());
        }
        *self = settled;
    }
}

/// A parameter by name.
type Own = (&'static str, fn(&mut Market) -> &mut f64);

/// Parameters of Merton's, Heston's and the GARCH process, in this order.
static OWN: [Own; 11] = [
    ("jump_intensity", |m| &mut m.jump_intensity),
    ("jump_mean", |m| &mut m.jump_mean),
    ("jump_deviation", |m| &mut m.jump_deviation),
    ("initial_variance", |m| &mut m.initial_variance),
    ("long_run_variance", |m| &mut m.long_run_variance),
    ("mean_reversion", |m| &mut m.mean_reversion),
    ("volatility_of_variance", |m| &mut m.volatility_of_variance),
    ("correlation", |m| &mut m.correlation),
    ("variance_persistence", |m| &mut m.variance_persistence),
    ("variance_reaction", |m| &mut m.variance_reaction),
    ("variance_asymmetry", |m| &mut m.variance_asymmetry),
];

/// What every file holds, and what belongs to the process.
impl Serialize for Market {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let own = self.own();
        let recorded = !self.recorded.is_usual();
        let pays = self.dividend_yield != 0.0;
        let count = 4 + usize::from(pays) + own.len() + usize::from(recorded);
        let mut out = serializer.serialize_struct("Market", count)?;
        out.serialize_field("process", &self.process)?;
        out.serialize_field("spot", &self.spot)?;
        out.serialize_field("drift", &self.drift)?;
        out.serialize_field("volatility", &self.volatility)?;
        if pays {
            out.serialize_field("dividend_yield", &self.dividend_yield)?;
        }
        for (name, parameter) in own {
            out.serialize_field(name, &*parameter(&mut self.clone()))?;
        }
        if recorded {
            out.serialize_field("recorded", &self.recorded)?;
        }
        out.end()
    }
}

impl Named for Process {
    const ALL: &'static [(&'static str, Self)] = &[
        ("geometric_brownian", Self::GeometricBrownian),
        ("merton", Self::Merton),
        ("heston", Self::Heston),
        ("gjr_garch", Self::GjrGarch),
        ("bootstrap", Self::Bootstrap),
        ("recorded_path", Self::RecordedPath),
    ];
}
