//! A view as a figure or a table, drawn and written beside the window.

use super::{Pinned, Priced, Replay, Wake, aside, costs_worker};
use crate::explore::{Ask, Colour, Map};
use crate::figure::{Figure, Sheet};
use crate::files;
use crate::gallery::{
    self, About, Course, Errors, Gaps, Hedged, Of, PolicyChart, Probe, Quoted, Shape,
};
use crate::market::Sampling;
use crate::policy::{LearnedPolicy, Policy, Tuned, Who, line_up};
use crate::scenario::Scenario;
use crate::simulate::tuned_soft_band;
use crate::sweep::{Laid, Results, Shown};
use crate::training::conditioned_gaps;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// What is to be taken away, and how.
#[derive(Clone, Debug)]
pub struct Export {
    /// What the scenario is called.
    pub preset: String,
    /// The scenario on screen.
    pub scenario: Arc<Scenario>,
    /// The learned policies, each under a name of its own.
    pub learned: Vec<LearnedPolicy>,
    /// Parameters of the tuned strategies.
    pub tuned: Tuned,
    /// Scenarios laid beside it: their names, and the parameters of tuned strategies there.
    pub pinned: Vec<(String, Arc<Pinned>, Tuned)>,
    /// Number of the path; absent: the one that the scenario brings, or the first.
    pub number: Option<u64>,
    /// Whose book and policy are shown.
    pub focus: Who,
    /// The date under the time cursor.
    pub date: usize,
    /// The view.
    pub what: What,
    /// What becomes of it.
    pub form: Form,
    /// Size and theme of a picture.
    pub sheet: Sheet,
}

/// A view, with what it shows besides the path.
#[derive(Clone, Debug)]
pub enum What {
    /// The order book by size, and a ladder that was quoted behind it.
    Book(Option<Arc<Quoted>>),
    /// The order book through time, in basis points of the mid price or in currency.
    Liquidity {
        /// Whether in basis points.
        relative: bool,
    },
    /// What the policy would hold.
    Policy(PolicyChart, Probe),
    /// Price, positions and costs.
    Path,
    /// Every trade.
    Ledger,
    /// Where the money went on the path.
    Costs,
    /// Where it went on average over so many paths.
    MeanCosts(u64),
    /// Hedging errors of so many paths.
    Distribution(u64, Vec<Errors>, Shape),
    /// Differences of so many paths from somebody.
    Differences(u64, String, Vec<Gaps>, Shape),
    /// What the option costs to hedge, by a rule.
    Price(Arc<Priced>, usize),
    /// The course of a training for a scenario.
    Training(Arc<Scenario>, Course),
    /// Why the strategy in focus trades: at the date under the cursor, or at all.
    Why {
        /// Whether at that date alone.
        here: bool,
    },
    /// What a policy, by its name, does over two axes.
    Explorer(Box<Ask>, Colour, Who),
    /// How far from the best what is made at once is.
    Gaps,
    /// A figure of a sweep over two of its axes.
    Sweep(Arc<Results>, Shown, Laid),
}

/// What becomes of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A picture in vectors, in a file.
    Svg(PathBuf),
    /// A picture in pixels, in a file.
    Png(PathBuf),
    /// The data behind it, in a file.
    Csv(PathBuf),
    /// A picture to be pasted.
    Image,
    /// The data behind it to be pasted.
    Text,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// It is in a file.
    Written(PathBuf),
    /// A picture to be pasted: width and height, and rows of red, green, blue and opacity.
    Image([usize; 2], Vec<u8>),
    /// A table to be pasted.
    Text(String),
    /// Nothing came of it.
    Failed(String),
}

impl Export {
    /// Begins it on a thread of its own; `None` when the system gives no thread.
    #[must_use]
    pub fn begin(self, wake: Wake) -> Option<Receiver<Exported>> {
        aside("export", wake, move || self.perform())
    }

    /// Draws and writes it.
    #[must_use]
    pub fn perform(self) -> Exported {
        let done = self.figure().and_then(|figure| self.put(&figure));
        done.unwrap_or_else(Exported::Failed)
    }

    fn put(&self, figure: &Figure) -> Result<Exported, String> {
        let words = |error: &dyn std::error::Error| error.to_string();
        let written = |path: &PathBuf, bytes: &[u8]| {
            files::write(path, bytes).map_err(|error| words(&error))?;
            Ok(Exported::Written(path.clone()))
        };
        match &self.form {
            Form::Svg(path) => {
                let picture = figure.svg(&self.sheet).map_err(|error| words(&error))?;
                written(path, picture.as_bytes())
            }
            Form::Png(path) => {
                let picture = figure.png(&self.sheet).map_err(|error| words(&error))?;
                written(path, &picture)
            }
            Form::Csv(path) => written(path, figure.csv().as_bytes()),
            Form::Image => {
                let (size, pixels) = figure.pixels(&self.sheet).map_err(|error| words(&error))?;
                Ok(Exported::Image(size, pixels))
            }
            Form::Text => Ok(Exported::Text(figure.text())),
        }
    }

    fn figure(&self) -> Result<Figure, String> {
        let about = About {
            preset: &self.preset,
            scenario: &self.scenario,
            sampling: Sampling::evaluation(self.scenario.seed),
        };
        match &self.what {
            What::Distribution(paths, rows, shape) => {
                return Ok(gallery::distribution(&about, *paths, rows, *shape));
            }
            What::Differences(paths, against, rows, shape) => {
                return Ok(gallery::differences(&about, *paths, against, rows, *shape));
            }
            What::Price(priced, rule) => {
                let (paths, curve) = (priced.paths as u64, &priced.curve);
                return Ok(gallery::price(
                    &about,
                    paths,
                    &priced.variation,
                    *rule,
                    curve,
                ));
            }
            What::Training(scenario, course) => {
                let about = About { scenario, ..about };
                return Ok(gallery::training(&about, course));
            }
            What::Explorer(ask, colour, who) => return self.explorer(&about, ask, *colour, who),
            What::Gaps => return Ok(gallery::gaps(&about, conditioned_gaps())),
            What::Sweep(results, shown, laid) => return Ok(gallery::sweep(results, shown, laid)),
            _ => {}
        }
        let scenario = &*self.scenario;
        let selected = &scenario.strategies.selected;
        let policies = line_up(selected, scenario, &self.tuned, &self.learned);
        if policies.is_empty() {
            return Err("nobody hedges: select a strategy first".into());
        }
        if let What::MeanCosts(paths) = self.what {
            return mean_costs(&about, &policies, paths);
        }
        let (number, prices) = Replay::prices_of(scenario, self.number);
        let path = Hedged::new(scenario, &policies, number, prices);
        let focus = Some(&self.focus);
        Ok(match &self.what {
            What::Book(quoted) => {
                gallery::book(&about, &path, (focus, self.date), quoted.as_deref())
            }
            What::Liquidity { relative } => gallery::liquidity(&about, &path, focus, *relative),
            What::Policy(chart, probe) => {
                let look = (*chart, *probe);
                gallery::policy(&about, &path, &policies, (focus, self.date), look)
            }
            What::Ledger => gallery::ledger(&about, &path),
            What::Costs => gallery::costs(&about, Of::Path(number), &path.spent(scenario)),
            What::Why { here } => {
                let date = (*here).then_some(self.date);
                gallery::why(&about, &path, focus, date, &tuned_soft_band(scenario))
            }
            _ => gallery::path(&about, &self.beside(path)),
        })
    }
}

impl Export {
    fn explorer(
        &self,
        about: &About<'_>,
        ask: &Ask,
        colour: Colour,
        who: &Who,
    ) -> Result<Figure, String> {
        let map = Map::of(ask, gallery::EXPLORER_CELLS, &|| ControlFlow::Continue(()));
        let map = map.map_err(|refusal| refusal.to_string())?;
        let map = map.ok_or("stopped")?;
        let (number, _) = Replay::prices_of(&self.scenario, self.number);
        let date = self.date.min(self.scenario.steps.saturating_sub(1));
        let of = (gallery::name_of(who), Of::Date(number, date));
        Ok(gallery::explorer(about, ask, &map, colour, of))
    }

    /// A path with what the policy in focus did in each pinned scenario.
    fn beside(&self, path: Hedged) -> Hedged {
        let beside = |path: Hedged, (name, pinned, tuned): &(String, Arc<Pinned>, Tuned)| {
            let scenario = &pinned.scenario;
            let selected = &scenario.strategies.selected;
            let policies = line_up(selected, scenario, tuned, pinned.learned.as_slice());
            let prices = Replay::prices_beside(&self.scenario, self.number, scenario);
            let other = Hedged::new(scenario, &policies, path.number, prices);
            path.with_pinned(name, &other, Some(&self.focus))
        };
        self.pinned.iter().fold(path, beside)
    }
}

/// Where the money went on average over so many paths.
fn mean_costs(
    about: &About<'_>,
    policies: &[Box<dyn Policy>],
    paths: u64,
) -> Result<Figure, String> {
    let go_on = &mut |_| ControlFlow::Continue(());
    let (scenario, sampling) = (about.scenario, about.sampling);
    let rows = costs_worker::rows(scenario, policies, sampling, paths, go_on);
    let rows = rows.ok_or("stopped")?;
    Ok(gallery::costs(about, Of::Paths(paths), &rows))
}
