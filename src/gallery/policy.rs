//! The policy as a picture: what would be held, over price and one more of the things it sees.

mod curves;
mod look;
mod map;

pub use curves::{Asked, Curve, across, family as curves, points_of, spots, spots_through};
pub use look::{PolicyChart, Probe, Quantity, State};
pub(super) use map::colours;
pub use map::map_stops;

use super::look::{family, look, looks, name_of};
use super::{About, Hedge, Hedged, MONEY, Of, spaced, told};
use crate::figure::{Axis, Cell, Dash, Figure, Layer, Panel, Sign, Stroke, Table, ink};
use crate::market::LANES;
use crate::policy::{Delta, Policy, Who};
use crate::scenario::Strategy;

/// Points of a curve.
const POINTS: usize = 5 * LANES;

/// The policy of `focus` at a date of a path: the position after its trade against spot, in the path's own
/// state and for some values of another quantity, or over two of the things it sees, as a map. `probe`
/// changes the state.
#[must_use]
pub fn policy(
    about: &About<'_>,
    path: &Hedged,
    policies: &[Box<dyn Policy>],
    (focus, date): (Option<&Who>, usize),
    (chart, probe): (PolicyChart, Probe),
) -> Figure {
    let scenario = about.scenario;
    let date = date.min(scenario.steps.saturating_sub(1));
    let of = match chart {
        PolicyChart::PaperFigure => Of::Scenario,
        _ => Of::Date(path.number, date),
    };
    let hedge = path.whose(focus);
    let policy = hedge.and_then(|hedge| policies.iter().find(|policy| policy.who() == hedge.who));
    let (Some(hedge), Some(policy)) = (hedge, policy) else {
        return told(
            Figure::new("Policy", Axis::new("spot", MONEY)),
            about,
            of,
            "Nobody hedges.",
        );
    };
    let carried = |step: usize| hedge.carried.at(step).to_vec();
    let held = Delta::of(scenario).position(scenario.market.spot, scenario.contract.maturity);
    let asked = Asked {
        policy: policy.as_ref(),
        carried: &carried,
        scenario,
        side: if held < 0.0 { -1.0 } else { 1.0 },
    };
    let on_path = hedge
        .ledger
        .get(date)
        .map_or_else(State::default, State::before);
    let begin = match chart {
        PolicyChart::PaperFigure => State::of_paper(scenario, asked.side),
        _ => on_path,
    };
    let picture = Picture {
        about,
        hedge,
        asked,
        chart,
        on_path,
        state: begin.probed(probe, scenario),
        spots: match chart {
            PolicyChart::PaperFigure => (0.7 * scenario.market.spot, 1.3 * scenario.market.spot),
            _ => spots(scenario, path.range()),
        },
        here: path.prices.get(date).copied().unwrap_or(f64::NAN),
    };
    let figure = if chart.family().is_some() {
        picture.curves(path, policies)
    } else {
        picture.map()
    };
    let words = picture.words();
    told(figure, about, of, &words).with_about("policy of", hedge.who.to_string())
}

struct Picture<'a> {
    about: &'a About<'a>,
    hedge: &'a Hedge,
    asked: Asked<'a>,
    chart: PolicyChart,
    on_path: State,
    state: State,
    spots: (f64, f64),
    here: f64,
}

/// A line of the picture, with what it is in the table.
struct Drawn {
    name: String,
    value: Cell,
    points: Vec<[f64; 2]>,
    stroke: Stroke,
}

impl Picture<'_> {
    /// The state in words.
    fn words(&self) -> String {
        let told = |x: f64| crate::quantity::write::significant(x, 4);
        let state = &self.state;
        let left_out = self.chart.shows();
        let all = Quantity::ALL.into_iter().filter(|quantity| {
            let used = *quantity != Quantity::Value || self.asked.policy.uses_value();
            *quantity != left_out && used
        });
        let words: Vec<String> = all
            .map(|quantity| {
                let name = match quantity {
                    Quantity::Position => "X",
                    Quantity::Value => "V",
                    Quantity::AskMemory => "ask memory",
                    Quantity::BidMemory => "bid memory",
                    Quantity::Date => "date",
                };
                format!("{name} {}", told(state.get(quantity)))
            })
            .collect();
        format!("State: {}.", words.join(", "))
    }

    fn title(&self) -> String {
        let name = name_of(&self.hedge.who);
        let what = match self.chart {
            PolicyChart::Curves | PolicyChart::PaperFigure => "by portfolio value V (currency)",
            PolicyChart::ByPosition => "by shares held X",
            PolicyChart::ByAskMemory => "by ask memory A",
            PolicyChart::ByBidMemory => "by bid memory B",
            PolicyChart::ByDate => "by dates left",
            PolicyChart::SpotPosition => "over spot and shares held",
            PolicyChart::SpotPositionLessDelta => "less delta's, over spot and shares held",
            PolicyChart::SpotTime => "over spot and date",
            PolicyChart::SpotTimeLessDelta => "less delta's, over spot and date",
        };
        format!("Position after the trade of {name}, {what}")
    }

    /// Curves by spot: a family, delta's and the path's own, with the point on it.
    fn curves(&self, path: &Hedged, policies: &[Box<dyn Policy>]) -> Figure {
        let (low, high) = self.spots;
        let drawn = self.lines(path, policies);
        let up = Axis::new("position after the trade", "shares");
        let across = Axis::new("spot", MONEY).between(low, high);
        let dotted = Stroke::new(ink::SUBDUED, 0.9).dashed(Dash::Dotted(4.0));
        let mut panel = Panel::new(up);
        if self.chart != PolicyChart::PaperFigure {
            let label = Some("held before".to_owned());
            panel = panel
                .with(Layer::level(self.on_path.position, dotted, label))
                .with(Layer::upright(self.here, dotted, Some("spot now".into())));
        }
        let lines = drawn
            .iter()
            .map(|line| Layer::line(line.points.clone(), line.stroke));
        panel = panel.with_all(lines);
        if self.chart != PolicyChart::PaperFigure {
            let look = look(self.hedge.who.kind);
            let at = [self.here, self.hedge.held(self.on_path.step)];
            panel = panel.with(Layer::marks(vec![at], look.mark, look.stroke.ink, 8.0));
        }
        let mut figure = Figure::new(self.title(), across).with_panel(panel);
        let mut table = Table::new(&[
            ("curve", ""),
            ("value", ""),
            ("spot", MONEY),
            ("position after the trade", "shares"),
        ]);
        for line in drawn {
            for [spot, held] in &line.points {
                let (name, value) = (Cell::from(&*line.name), line.value.clone());
                table.row([name, value, (*spot).into(), (*held).into()]);
            }
            figure = figure.with_entry(line.name, Sign::Line(line.stroke, None));
        }
        figure.with_data(table)
    }

    fn lines(&self, path: &Hedged, policies: &[Box<dyn Policy>]) -> Vec<Drawn> {
        let scenario = self.about.scenario;
        let quantity = self.chart.shows();
        let curves = curves(&self.asked, self.chart, quantity, self.state, self.spots);
        let count = curves.len();
        let mut drawn: Vec<Drawn> = curves
            .into_iter()
            .enumerate()
            .map(|(place, curve)| Drawn {
                name: match quantity {
                    Quantity::Date => format!("{} dates left", curve.label),
                    _ => format!("{} = {}", quantity.symbol(), curve.label),
                },
                value: curve.value.into(),
                points: curve.points,
                stroke: Stroke::new(family(place, count), 1.3),
            })
            .collect();
        let spots: Vec<f64> = spaced(self.spots.0, self.spots.1, POINTS).collect();
        let by_spot = |policy: &dyn Policy, carried: &[f64], state: State| -> Vec<[f64; 2]> {
            let held = across(policy, carried, scenario, state, &spots);
            spots
                .iter()
                .zip(held)
                .map(|(spot, held)| [*spot, held])
                .collect()
        };
        // The others on the path, where there is no family to tell apart; else delta alone.
        let looks = looks(path.hedges.iter().map(|hedge| &hedge.who));
        for (hedge, look) in path.hedges.iter().zip(looks) {
            let of = policies.iter().find(|policy| policy.who() == hedge.who);
            let own = hedge.who == self.hedge.who;
            let paper = self.chart == PolicyChart::PaperFigure;
            let wanted = if own {
                !paper
            } else {
                hedge.who.kind == Strategy::Delta || count == 0
            };
            if let Some(policy) = of.filter(|_| wanted) {
                // The rules see the state of the one whose policy it is.
                let carried = hedge.carried.at(self.on_path.step);
                let state = if own { self.on_path } else { self.state };
                drawn.push(Drawn {
                    name: name_of(&hedge.who).to_owned(),
                    value: Cell::Empty,
                    points: by_spot(policy.as_ref(), carried, state),
                    stroke: look.stroke,
                });
            }
        }
        drawn
    }

    fn map(&self) -> Figure {
        let map = map::Map::of(&self.asked, self.chart, self.state, self.spots);
        let up = if self.chart.over_time() {
            Axis::new("date", "steps").whole()
        } else {
            Axis::new("shares held before", "shares")
        };
        let (bottom, top) = (map.up[0], map.up[map.up.len() - 1]);
        let panel = Panel::new(up.between(bottom, top)).with(Layer::Heat(map.heat()));
        let at = if self.chart.over_time() {
            self.on_path.step as f64
        } else {
            self.on_path.position
        };
        let here = Layer::marks(
            vec![[self.here, at]],
            look(self.hedge.who.kind).mark,
            ink::STRONG,
            8.0,
        );
        Figure::new(
            self.title(),
            Axis::new("spot", MONEY).between(self.spots.0, self.spots.1),
        )
        .with_panel(panel.with(here))
        .with_entry(
            "here",
            Sign::Mark(look(self.hedge.who.kind).mark, ink::STRONG, false),
        )
        .with_data(map.table(self.chart))
    }
}
