//! What a market takes from recorded prices; it means something where the process takes them.

use super::rows::{choice, number};
use super::{Access, Field};
use crate::scenario::names::Named;
use crate::scenario::parameters::{Parameters, Process, RecordedDrift};
use crate::units::Interval;

const RECORDED: &[Process] = &[Process::Bootstrap, Process::RecordedPath];
const SHARE: Interval = Interval::closed(0.05, 0.9);

pub(super) const ROWS: &[Field] = &[
    Field {
        path: "market.recorded.prices",
        label: "recorded prices",
        unit: "",
        meaning: "Content of the file of prices, by its hash; --prices FILE gives one.",
        only: RECORDED,
        access: Access::Text {
            allowed: "the prices that are there; others with --prices FILE",
            get: prices,
            set: |p, text| text == prices(p),
            check: |_| true,
        },
    },
    Field {
        only: RECORDED,
        ..number!(
            "market.recorded.block_length",
            "block length",
            "trading dates",
            Interval::closed(1.0, 1e6),
            market.recorded.block_length,
            "Mean length of the blocks of recorded returns: L; a block ends at each date with probability 1/L."
        )
    },
    Field {
        only: RECORDED,
        ..number!(
            "market.recorded.training_share",
            "training share",
            "",
            SHARE,
            market.recorded.training_share,
            "Share of the recorded returns, the first in time, that training and tuning draw from."
        )
    },
    Field {
        only: RECORDED,
        ..number!(
            "market.recorded.validation_share",
            "validation share",
            "",
            SHARE,
            market.recorded.validation_share,
            "Share of the recorded returns, those that follow, that validation draws from; evaluation has the rest."
        )
    },
    Field {
        only: RECORDED,
        ..choice!(
            "market.recorded.drift",
            "recorded drift",
            RecordedDrift,
            market.recorded.drift,
            "Drift of bootstrapped paths: that of the returns, or market.drift."
        )
    },
];

fn prices(parameters: &Parameters) -> String {
    let prices = parameters.market.recorded.prices.as_ref();
    prices.map_or("none".into(), |prices| prices.content.to_string())
}
