//! What a fit could not tell, in words.

use super::compared::Chance;
use super::heston::Untold;
use super::{RARE, SELDOM};
use crate::quantity::write::significant;

/// Persistence from which on the long run is hardly told.
const LONG: f64 = 0.999;

/// A probability as it is told.
fn p(chance: Chance) -> String {
    if chance.p < 1e-4 {
        "p < 0.0001".into()
    } else {
        format!("p = {}", significant(chance.p, 2))
    }
}

fn q(chance: Chance) -> String {
    format!(
        "Q of ten lags is {}, {}",
        significant(chance.statistic, 3),
        p(chance)
    )
}

/// Large returns come together no more than by chance: of GJR-GARCH a variance that stays is left.
pub(super) fn no_clusters(chance: Chance) -> String {
    format!(
        "no persistence and no leverage found: large returns come together no more than chance allows ({}), so \
         that the variance stays as it is",
        q(chance)
    )
}

/// The same of Heston's variance, of which nothing is left.
pub(super) fn no_heston(chance: Chance) -> String {
    format!(
        "these returns do not tell Heston's variance: large ones come together no more than chance allows ({}); \
         allowed: returns whose squares hang together beyond {}% of chance",
        q(chance),
        100.0 * RARE
    )
}

/// Where falls raise the variance no more than rises do.
pub(super) fn leverage(chance: Option<Chance>) -> Option<String> {
    let chance = chance?;
    if chance.statistic < 0.0 {
        return Some(format!(
            "no leverage found: rises raise the variance more than falls do, by {} standard errors, which the process \
             does not know; both are taken alike",
            significant(-chance.statistic, 2)
        ));
    }
    let found = chance.p < SELDOM;
    (!found).then(|| {
        format!(
            "no leverage found: that falls raise the variance more than rises is within chance ({} standard errors, {})",
            significant(chance.statistic, 2),
            p(chance)
        )
    })
}

/// Where the correlation of price and variance is not told.
pub(super) fn correlation(chance: Option<Chance>) -> Option<String> {
    let chance = chance?;
    let found = chance.p < SELDOM || chance.p > 1.0 - SELDOM;
    (!found).then(|| {
        format!(
            "no correlation of price and variance found: it is {} standard errors from 0",
            significant(chance.statistic.abs(), 2)
        )
    })
}

/// Where shocks to the variance hardly fade.
pub(super) fn persistence(persistence: f64) -> Option<String> {
    (persistence > LONG).then(|| {
        format!(
            "shocks to the variance hardly fade (persistence {}): the volatility in the long run is hardly told",
            significant(persistence, 5)
        )
    })
}

/// Why Heston's parameters are not told, by so many returns a year.
pub(super) fn untold(why: Untold, year: f64) -> String {
    let why = match why {
        Untold::Kurtosis(value, error) => format!(
            "their excess kurtosis is {} ± {}, no more than that of normal ones, so that the variance need not move",
            significant(value, 2),
            significant(error, 2)
        ),
        Untold::Slow(returns) => format!(
            "the autocorrelation of their squares does not decay within the data (a part in e takes {} years), so that the \
             mean reversion is not told; more prices may tell it",
            significant(returns / year, 2)
        ),
        Untold::Fast => "the autocorrelation of their squares is gone within a return, so that the mean reversion is not told; \
                         prices closer together may tell it"
            .into(),
        Untold::Stopped => return String::new(),
    };
    format!("these returns do not tell Heston's variance: {why}")
}
