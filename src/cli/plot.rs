//! `hedgelab plot`: a view as a figure for paper or screen, or the data behind it. Needs no display.

mod calibration;
mod explorer;
mod pins;
mod prices;
mod sweep;
mod views;

use super::calibrate::HowFitted;
use super::learned::Hedging;
use super::price_curve::Over;
use super::sweep::which::Which;
use super::{Failure, Subject, on_threads, print, print_bytes, typed_path, usage};
use crate::figure::{Figure, Sheet, Theme};
use crate::files;
use crate::gallery::{PolicyChart, Shape, View};
use crate::scenario::Named;
use crate::simulate::PRICE_RULES;
use anyhow::Context;
use clap::Args;
use clap::builder::PossibleValuesParser;
use explorer::Explored;
use prices::OfFit;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(
    after_help = "Views: book (the order book by size at a date, and what the trade there costs), liquidity (the book \
    through time), policy (what would be held), path (price, positions, costs), distribution (hedging errors of many \
    paths), costs (where the money went: on average, or on one path with --path), price (what the option costs to hedge \
    against a parameter: --over FIELD), ledger (every trade; CSV only), \
    training (the course of a training; needs --weights), why (why the strategy in focus trades: date by date, or with \
    --date at one), explorer (the learned policy over any two of what it sees and what it is for: --x, --y), gaps (how far from the best the conditioned policy is, over all scenarios in which that was measured, and \
    what that lets expect here), sweep (one figure of a sweep over two of its axes, in the words of hedgelab sweep show: its \
    folder stands in the place of a preset, and there is a panel for each value of the other axes, or of those that --at \
    leaves), prices (recorded prices with gaps and outliers, or with --fit a process fitted to them; their file stands in the place of a preset), calibration (quoted \
    books with the curves fitted to them, or with --aftermath what follows large trades; their files stand in the place of a preset).\n\n\
    The ending of FILE says what is written: .svg (vectors, texts as texts), .png (width × scale by height × scale \
    pixels), .csv (the data in full resolution: lines that begin with # say what it is, then one row of headings with \
    units; read it with a comment sign of #). An existing FILE is replaced, whole or not at all. The same command writes \
    the same bytes, on any machine and any number of threads."
)]
pub(super) struct Plot {
    /// What to show
    #[arg(value_parser = PossibleValuesParser::new(words()))]
    view: String,
    #[command(flatten)]
    subject: Subject,
    /// Of calibration, more files of quoted books
    #[arg(value_name = "FILE", value_parser = typed_path())]
    more: Vec<PathBuf>,
    /// Where to write it; - for standard output, with --format
    #[arg(short, long, value_name = "FILE", value_parser = typed_path())]
    out: PathBuf,
    /// What to write, where FILE does not say it by its ending
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(["svg", "png", "csv"]))]
    format: Option<String>,
    /// Width in px [default: 640]
    #[arg(long, value_name = "PX")]
    width: Option<u32>,
    /// Height in px [default: 400, more where panels are many]
    #[arg(long, value_name = "PX")]
    height: Option<u32>,
    /// Pixels of a PNG for each px
    #[arg(long, value_name = "X", default_value_t = 2.0)]
    scale: f64,
    /// light, for paper, or dark
    #[arg(long, value_name = "THEME", default_value = "light", value_parser = PossibleValuesParser::new(["light", "dark"]))]
    theme: String,
    /// Number of the path, or `shown` for the preset's own [default: the preset's own, or 0]
    #[arg(long, value_name = "N")]
    path: Option<String>,
    /// Date on the path, for book, policy and explorer [default: a quarter of the way], and for why [default: all]
    #[arg(long, value_name = "K")]
    date: Option<usize>,
    /// Number of simulated paths, for distribution, costs and price
    #[arg(long, default_value_t = 100_000, value_name = "N",
          value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    paths: u64,
    #[command(flatten)]
    hedging: Hedging,
    /// Whose book, policy and reasons are shown, by name [default: the learned one, or the first]
    #[arg(long, value_name = "NAME")]
    focus: Option<String>,
    /// Of policy: curves by value, position, ask-memory, bid-memory or date, the paper's figure, or a map
    /// over spot and position or date, less delta's or not
    #[arg(long, value_name = "CHART", default_value = "by-value",
          value_parser = PossibleValuesParser::new(CHARTS.map(|(name, _)| name)))]
    chart: String,
    /// Of distribution: how it is drawn
    #[arg(long, value_name = "SHAPE", default_value = "density",
          value_parser = PossibleValuesParser::new(Shape::ALL.map(|(_, name)| name)))]
    shape: String,
    /// Of distribution and sweep: differences from this strategy, path by path, instead of errors and figures
    #[arg(long, value_name = "NAME")]
    against: Option<String>,
    /// Of price: by what it is, mean, cvar or entropic
    #[arg(long, value_name = "RULE", default_value = "mean", value_parser = PossibleValuesParser::new(PRICE_RULES))]
    rule: String,
    #[command(flatten)]
    over: Over,
    #[command(flatten)]
    explored: Explored,
    #[command(flatten)]
    swept: Which,
    #[command(flatten)]
    of_fit: OfFit,
    /// Of path and distribution: lay what the strategy in focus does in the preset's pinned scenarios beside it
    #[arg(long, conflicts_with = "pin")]
    pins: bool,
    /// Of liquidity: distances in currency instead of basis points of the mid price
    #[arg(long)]
    currency: bool,
    #[command(flatten)]
    fitted: HowFitted,
    /// Of calibration: what follows large trades, instead of the books
    #[arg(long)]
    aftermath: bool,
    /// Number of threads; the figure does not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
}

/// Charts of a policy, by their words.
const CHARTS: [(&str, PolicyChart); 10] = [
    ("by-value", PolicyChart::Curves),
    ("by-position", PolicyChart::ByPosition),
    ("by-ask-memory", PolicyChart::ByAskMemory),
    ("by-bid-memory", PolicyChart::ByBidMemory),
    ("by-date", PolicyChart::ByDate),
    ("paper", PolicyChart::PaperFigure),
    ("map", PolicyChart::SpotPosition),
    ("map-less-delta", PolicyChart::SpotPositionLessDelta),
    ("time-map", PolicyChart::SpotTime),
    ("time-map-less-delta", PolicyChart::SpotTimeLessDelta),
];

/// The word for recorded prices, which are no view of a hedge.
const PRICES: &str = "prices";

/// The word for quoted books, likewise.
const CALIBRATION: &str = "calibration";

/// The words of views.
fn words() -> Vec<&'static str> {
    let views = View::ALL.iter().map(|(name, _)| *name);
    views.chain([PRICES, CALIBRATION]).collect()
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Svg,
    Png,
    Csv,
}

const FORMATS: [(&str, Format); 3] = [
    ("svg", Format::Svg),
    ("png", Format::Png),
    ("csv", Format::Csv),
];

impl Plot {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let view = View::from_name(&self.view).unwrap_or(View::Path);
        let format = self.format()?;
        if view.is_table() && format != Format::Csv {
            return Err(usage(format!(
                "--out {}: {} is a table; allowed: a file that ends in .csv",
                self.out.display(),
                self.view
            )));
        }
        // Better before the run than after it.
        self.sheet((640, 400))?;
        if !self.to_standard_output() {
            let place = files::typed_new(self.out.as_os_str());
            place.map_err(|error| usage(format!("--out {error}")))?;
        }
        if let Some(more) = self.more.first().filter(|_| self.view != CALIBRATION) {
            let allowed = "allowed: one preset; several files go with calibration";
            return Err(usage(format!("{}: {allowed}", more.display())));
        }
        let figure = if self.view == PRICES {
            self.prices()?
        } else if self.view == CALIBRATION {
            self.calibration()?
        } else if view == View::Sweep {
            self.sweep()?
        } else {
            on_threads(self.threads, || self.figure(view))??
        };
        let bytes = self.bytes(&figure, format)?;
        if self.to_standard_output() {
            return print_bytes(&bytes);
        }
        files::write(&self.out, &bytes).context("the figure")?;
        print(&format!("{}: {}\n", self.out.display(), figure.title))
    }

    fn bytes(&self, figure: &Figure, format: Format) -> Result<Vec<u8>, Failure> {
        let sheet = self.sheet(figure.usual_size())?;
        let wrong = |error| usage(format!("--width, --height: {error}"));
        Ok(match format {
            Format::Svg => figure.svg(&sheet).map_err(wrong)?.into_bytes(),
            Format::Png => figure.png(&sheet).map_err(wrong)?,
            Format::Csv => figure.csv().into_bytes(),
        })
    }

    fn to_standard_output(&self) -> bool {
        self.out == Path::new("-")
    }

    /// What to write: as asked for, or as the file's ending says.
    fn format(&self) -> Result<Format, Failure> {
        let of = |word: &str| {
            FORMATS
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(word))
        };
        if let Some((_, format)) = self.format.as_deref().and_then(of) {
            return Ok(*format);
        }
        let ending = self.out.extension().map(|ending| ending.to_string_lossy());
        let known = ending.as_deref().and_then(of);
        known.map(|(_, format)| *format).ok_or_else(|| {
            usage(format!(
                "--out {}: allowed: a file that ends in .svg, .png or .csv, or --format",
                self.out.display()
            ))
        })
    }

    fn sheet(&self, (width, height): (u32, u32)) -> Result<Sheet, Failure> {
        let (width, height) = (self.width.unwrap_or(width), self.height.unwrap_or(height));
        let theme = Theme::ALL.iter().find(|(name, _)| *name == self.theme);
        let theme = theme.map_or(Theme::Light, |(_, theme)| *theme);
        Sheet::new(width, height, self.scale, theme).map_err(|error| usage(format!("--{error}")))
    }

    fn chart(&self) -> PolicyChart {
        let known = CHARTS.iter().find(|(name, _)| *name == self.chart);
        known.map_or_else(PolicyChart::default, |(_, chart)| *chart)
    }

    fn shape(&self) -> Shape {
        let known = Shape::ALL.iter().find(|(_, name)| *name == self.shape);
        known.map_or_else(Shape::default, |(shape, _)| *shape)
    }
}
