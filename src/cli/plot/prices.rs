//! A file of recorded prices, or the process fitted to them.

use super::Plot;
use crate::cli::Failure;
use crate::cli::prices::{fitted, model};
use crate::cli::recorded::read;
use crate::figure::Figure;
use crate::files;
use crate::gallery::{self, FitChart};
use crate::history::Found;
use crate::history::fit::Taken;
use crate::presets;
use clap::Args;
use clap::builder::PossibleValuesParser;

/// A fit to draw.
#[derive(Debug, Args)]
pub(super) struct OfFit {
    /// Of prices: this process fitted to them (see: hedgelab prices --help), beside the returns
    #[arg(long, value_name = "MODEL", value_parser = PossibleValuesParser::new(["gjr_garch", "heston"]))]
    fit: Option<String>,
    /// Of a fit: quantiles of the returns, or autocorrelations of their squares
    #[arg(long, value_name = "CHART", requires = "fit", default_value = "quantiles",
          value_parser = PossibleValuesParser::new(FitChart::ALL.map(|(_, name)| name)))]
    show: String,
}

impl Plot {
    pub(super) fn prices(&self) -> Result<Figure, Failure> {
        let path = files::typed(self.subject.preset.as_ref());
        let history = read(&path, &self.subject.prices.reading())?;
        let name = files::name_of(&path);
        let Some(word) = &self.of_fit.fit else {
            return Ok(gallery::prices(&name, &history, &Found::of(&history)));
        };
        let told = path.display().to_string();
        let fit = fitted(&history, &Taken::all(&history), model(word), &told)?;
        let mut charts = FitChart::ALL.into_iter();
        let chart = charts.find(|(_, name)| *name == self.of_fit.show);
        let chart = chart.map_or_else(FitChart::default, |(chart, _)| chart);
        let base = presets::built_in("paper-month")?;
        Ok(gallery::fit(&name, &history, (&fit, chart), &base)?)
    }
}
