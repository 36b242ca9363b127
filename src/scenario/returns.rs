//! Recorded returns, cut by date into ranges that training, validation and evaluation draw from.

use super::parameters::{Parameters, PriceFile, Process, Recorded, RecordedDrift};
use crate::units::{ContentHash, FieldError, Purpose, plain};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Fewest returns of a range.
const FEWEST: usize = 20;
/// By what share a trading date may be longer or shorter than so many whole returns.
const TOLERANCE: f64 = 0.2;

/// A series of log returns with their dates.
#[derive(Debug)]
pub struct Returns {
    /// When each price was (microseconds since 1970); return `i` ends at time `i + 1`.
    times: Vec<i64>,
    /// Logarithm of each price.
    logs: Vec<f64>,
    /// The same without the jumps over gaps; absent where there are none.
    joined: Option<Vec<f64>>,
    /// Returns in a year of 365.25 days, gaps left out.
    per_year: f64,
    /// Moments of a range at a number of returns a date, as they are asked for.
    known: Mutex<HashMap<(usize, usize, usize), Moments>>,
}

/// Returns that somebody holds, by the hash of their prices: what is known by its content is read once,
/// whichever record, preset or file of weights names it.
static KNOWN: Mutex<Vec<(ContentHash, Weak<Returns>)>> = Mutex::new(Vec::new());

/// Mean growth and spread of the returns of a trading date.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Logarithm of the mean of `e^r`.
    pub growth: f64,
    /// Standard deviation of `r`.
    pub deviation: f64,
}

impl Returns {
    /// The returns of prices at these times; those at `gaps` (places of returns) are as long as something that is not
    /// known, and no part of any path. `None` where lengths do not fit or there are none.
    #[must_use]
    pub fn new(times: Vec<i64>, prices: &[f64], gaps: &[usize], per_year: f64) -> Option<Self> {
        if times.len() < 2 || times.len() != prices.len() || per_year.is_nan() || per_year <= 0.0 {
            return None;
        }
        let logs: Vec<f64> = prices.iter().map(|price| price.ln()).collect();
        let joined = (!gaps.is_empty()).then(|| without(&logs, gaps));
        Some(Self {
            times,
            logs,
            joined,
            per_year,
            known: Mutex::default(),
        })
    }

    /// The returns of prices with this hash, shared with all who name them.
    #[must_use]
    pub fn shared(content: ContentHash, returns: Self) -> Arc<Self> {
        if let Some(known) = Self::known(&content) {
            return known;
        }
        let returns = Arc::new(returns);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(_, held)| held.strong_count() > 0);
        known.push((content, Arc::downgrade(&returns)));
        returns
    }

    /// The returns of prices with this hash, where somebody holds them.
    #[must_use]
    pub fn known(content: &ContentHash) -> Option<Arc<Self>> {
        let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|(hash, _)| hash == content)?;
        found.1.upgrade()
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.logs.len() - 1
    }

    /// Returns in a year.
    #[must_use]
    pub fn per_year(&self) -> f64 {
        self.per_year
    }

    /// When the first and the last price of a range of returns were (microseconds since 1970).
    #[must_use]
    pub fn dates(&self, range: &Range<usize>) -> (i64, i64) {
        let last = self.times.len() - 1;
        (
            self.times[range.start.min(last)],
            self.times[range.end.min(last)],
        )
    }

    /// The return that the `count` ones from place `first` on make together, wrapped within `range`; gaps are
    /// left out.
    #[must_use]
    #[inline]
    pub fn sum(&self, range: &Range<usize>, first: usize, count: usize) -> f64 {
        let sums = self.joined.as_deref().unwrap_or(&self.logs);
        let end = first + count;
        if end <= range.end {
            return sums[end] - sums[first];
        }
        let mut whole = 0.0;
        let mut left = count - (range.end - first);
        let length = range.len();
        if left > length {
            whole = (left / length) as f64 * (sums[range.end] - sums[range.start]);
            left %= length;
        }
        whole + (sums[range.end] - sums[first]) + (sums[range.start + left] - sums[range.start])
    }

    /// Logarithm of what the price at place `first` is multiplied by until place `last`, gaps and all.
    #[must_use]
    pub fn log_growth(&self, first: usize, last: usize) -> f64 {
        self.logs[last] - self.logs[first]
    }

    /// Mean growth and spread over a range of the returns of `count` recorded ones together.
    #[must_use]
    pub fn moments(&self, range: &Range<usize>, count: usize) -> Moments {
        let key = (range.start, range.end, count);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&key) {
            return *found;
        }
        let all = || range.clone().map(|first| self.sum(range, first, count));
        let n = range.len().max(1) as f64;
        let mean = all().sum::<f64>() / n;
        let variance = all().map(|r| (r - mean).powi(2)).sum::<f64>() / n;
        let excess = all().map(|r| (r - mean).exp()).sum::<f64>() / n;
        let found = Moments {
            growth: mean + excess.ln(),
            deviation: variance.sqrt(),
        };
        known().insert(key, found);
        found
    }
}

/// Logarithms whose steps at these places are none.
fn without(logs: &[f64], gaps: &[usize]) -> Vec<f64> {
    let mut gaps = gaps.iter().copied().peekable();
    let mut jumped = 0.0;
    let mut joined = Vec::with_capacity(logs.len());
    joined.extend(logs.first());
    for (place, pair) in logs.windows(2).enumerate() {
        if gaps.next_if_eq(&place).is_some() {
            jumped += pair[1] - pair[0];
        }
        joined.push(pair[1] - jumped);
    }
    joined
}

impl Recorded {
    /// The ranges of returns for training, validation and evaluation, in this order of time.
    #[must_use]
    pub fn ranges(&self, count: usize) -> [Range<usize>; 3] {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a count"
        )]
        let place = |share: f64| ((share * count as f64).round() as usize).min(count);
        let first = place(self.training_share);
        let second = place(self.training_share + self.validation_share).max(first);
        [0..first, first..second, second..count]
    }

    /// Which of the ranges paths for a purpose are drawn from: validation and evaluation have their own.
    #[must_use]
    pub fn place(purpose: Purpose) -> usize {
        match purpose {
            Purpose::Training | Purpose::Tuning | Purpose::Weights | Purpose::Scenarios => 0,
            Purpose::Validation => 1,
            Purpose::Evaluation => 2,
        }
    }
}

impl Parameters {
    /// The recorded prices that make this market's paths; absent where it is another process, or where they were
    /// not read.
    #[must_use]
    pub fn recorded_returns(&self) -> Option<&Arc<Returns>> {
        let recorded = self.market.process.is_recorded();
        let prices = self.market.recorded.prices.as_ref().filter(|_| recorded)?;
        prices.returns.0.as_ref()
    }

    /// When the first and the last price of the ranges for training, validation and evaluation were
    /// (microseconds since 1970); absent where paths are not made of recorded prices.
    #[must_use]
    pub fn recorded_dates(&self) -> Option<[(i64, i64); 3]> {
        let returns = self.recorded_returns()?;
        let ranges = self.market.recorded.ranges(returns.count());
        Some(ranges.map(|range| returns.dates(&range)))
    }

    /// When the window of recorded prices that is path `number` for evaluation begins and ends (microseconds since
    /// 1970); absent where paths are no such windows.
    #[must_use]
    pub fn recorded_window(&self, number: u64) -> Option<(i64, i64)> {
        if self.market.process != Process::RecordedPath {
            return None;
        }
        let returns = self.recorded_returns()?;
        let apart = self.returns_a_date(returns).ok()?;
        let [.., range] = self.market.recorded.ranges(returns.count());
        let first = range.start.checked_add(usize::try_from(number).ok()?)?;
        let window = first..first.checked_add(apart.checked_mul(self.steps)?)?;
        (window.end <= range.end).then(|| returns.dates(&window))
    }

    /// How many recorded returns a trading date has.
    ///
    /// # Errors
    /// Where it is no whole number of them, with steps that would fit.
    pub fn returns_a_date(&self, returns: &Returns) -> Result<usize, FieldError> {
        let (years, steps) = (self.contract.maturity, self.steps as f64);
        let exact = years / steps * returns.per_year;
        let whole = exact.round().max(1.0);
        if (whole / exact - 1.0).abs() <= TOLERANCE && whole < 1e9 {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked above"
            )]
            return Ok(whole as usize);
        }
        let fits = (years * returns.per_year / whole).round().max(1.0);
        let years: f64 = format!("{years:.3e}").parse().unwrap_or(years);
        let allowed = format!(
            "trading dates that are one or more recorded returns long; the prices have about {} a year, and one of \
             {} in {} years has {exact:.2}: such as steps={fits}",
            returns.per_year.round(),
            plain(steps),
            plain(years)
        );
        Err(FieldError::new("steps", self.steps, allowed))
    }
}

impl Process {
    /// Whether its paths are made of recorded prices.
    #[must_use]
    pub fn is_recorded(self) -> bool {
        matches!(self, Self::Bootstrap | Self::RecordedPath)
    }
}

/// Checks what a market takes from recorded prices, and lets volatility and drift be what the range for
/// training has.
pub(super) fn settle(parameters: &mut Parameters) -> Result<(), FieldError> {
    let market = &parameters.market;
    if !market.process.is_recorded() {
        return Ok(());
    }
    let Some(prices) = &market.recorded.prices else {
        let word = super::Named::name(market.process);
        let allowed = "with a file of prices: give --prices FILE";
        return Err(FieldError::new("market.process", word, allowed));
    };
    let held = prices
        .returns
        .0
        .clone()
        .or_else(|| Returns::known(&prices.content));
    let Some(returns) = held else {
        return Err(missing(prices));
    };
    let count = parameters.returns_a_date(&returns)?;
    let ranges = parameters.market.recorded.ranges(returns.count());
    let needed = FEWEST.max(match parameters.market.process {
        Process::RecordedPath => count.saturating_mul(parameters.steps),
        _ => count,
    });
    for (range, name) in ranges.iter().zip(["training", "validation", "evaluation"]) {
        if range.len() < needed {
            let value = format!("{} returns for {name}", range.len());
            let allowed = format!("at least {needed}: other shares, more prices or fewer steps");
            return Err(FieldError::new("market.recorded", value, allowed));
        }
    }
    let moments = returns.moments(&ranges[0], count);
    let step = parameters.contract.maturity / parameters.steps as f64;
    let volatility = moments.deviation / step.sqrt();
    let drift = moments.growth / step;
    for (field, value, most) in [("volatility", volatility, 5.0), ("drift", drift.abs(), 5.0)] {
        let given = field == "drift" && parameters.market.recorded.drift == RecordedDrift::Given;
        if !given && (value.is_nan() || value > most) {
            let value = format!("{} a year for {field}", plain(value));
            let allowed = format!("prices with at most {most}; are there splits or wrong ones?");
            return Err(FieldError::new("market.recorded", value, allowed));
        }
    }
    if let Some(prices) = &mut parameters.market.recorded.prices {
        prices.returns.0.get_or_insert(returns);
    }
    parameters.market.volatility = volatility;
    if parameters.market.recorded.drift == RecordedDrift::Recorded {
        parameters.market.drift = drift;
    }
    Ok(())
}

fn missing(prices: &PriceFile) -> FieldError {
    FieldError::new(
        "market.recorded.prices",
        format!("{:?}, which was not found", prices.file),
        format!(
            "the file of prices with the content {}, beside the preset or by --prices FILE",
            prices.content.short()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn returns(gaps: &[usize]) -> Returns {
        let prices = [1.0, 2.0, 8.0, 4.0, 16.0];
        Returns::new(vec![0, 1, 2, 3, 4], &prices, gaps, 252.0).unwrap()
    }

    #[test]
    fn sums_of_returns_wrap_within_their_range() {
        let (all, ln2) = (returns(&[]), 2.0_f64.ln());
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(all.sum(&(0..4), 0, 2), 3.0 * ln2);
        near(all.sum(&(0..4), 3, 2), 3.0 * ln2);
        near(all.sum(&(1..4), 3, 2), 4.0 * ln2);
        near(all.sum(&(1..3), 2, 7), -ln2 + 3.0 * ln2);
    }

    #[test]
    fn a_return_over_a_gap_is_no_part_of_any_sum_but_of_the_recorded_path() {
        let all = returns(&[1]);
        assert!((all.sum(&(0..4), 0, 4) - 2.0 * 2.0_f64.ln()).abs() < 1e-12);
        assert!((all.log_growth(0, 4) - 16.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn ranges_are_disjoint_and_in_the_order_of_time() {
        let recorded = Recorded::default();
        assert_eq!(recorded.ranges(1000), [0..600, 600..750, 750..1000]);
        assert_eq!(Recorded::place(Purpose::Tuning), 0);
        assert_eq!(Recorded::place(Purpose::Evaluation), 2);
    }
}
