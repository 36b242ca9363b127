//! What liquidity is worth: the premium at which each hedge is neither a loss nor a gain, against a
//! parameter, beside the closed form.

mod table;

use super::book::empty;
use super::{fade, on_screen, point_at, tip};
use crate::app::command::{Commands, ViewCommand};
use crate::app::format;
use crate::app::theme::{CAPTION, LABEL, Look, Tokens, name_of};
use crate::app::view::{PriceLine, PriceView, ViewModel};
use crate::app::widgets::{
    Frame, MARK, Strand, chart, describe, nearest, paint_mark, ticks, x_axis, y_axis,
};
use crate::outcome::Estimate;
use crate::quantity::write::significant;
use crate::scenario::fields::{FIELDS, Field};
use crate::scenario::{Side, Variation};
use egui::{ComboBox, Label, Painter, RichText, Stroke, Ui, pos2};
use egui_plot::{LineStyle, Plot, PlotResponse, VLine};

/// The panel.
#[derive(Default)]
pub struct PricePanel {
    /// By what: a place among [`crate::simulate::PRICE_RULES`]; kept.
    pub rule: usize,
}

/// What the rules are called, and what they say.
const RULES: [(&str, &str); 3] = [
    ("mean", "The premium at which nothing is lost on average"),
    (
        "CVaR",
        "The premium at which the mean of the worst errors is zero, so that the hedged option needs no capital",
    ),
    (
        "indifference",
        "The premium at which exponential utility is what it is without the option",
    ),
];

/// Height that the table leaves to the plot.
const LEAST_PLOT: f32 = 96.0;

impl PricePanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        self.head(ui, view, commands);
        let price = &view.price;
        if price.lines.is_empty() {
            let text = match (&price.refused, view.path.strategies.is_empty()) {
                (_, true) => {
                    "Select a strategy to compare under Strategies on the left.".to_owned()
                }
                (Some(refused), _) => format!("Choose another parameter: {refused}"),
                _ if view.is_training() => "Prices wait until the policy has learned.".to_owned(),
                _ => "Trying premiums …".to_owned(),
            };
            empty(ui, ui.available_height(), &text);
            return;
        }
        let stale = price.lines.iter().find(|line| line.is_stale());
        if let Some(line) = stale {
            let tokens = Tokens::of(ui.visuals());
            let name = name_of(&line.who);
            let text =
                format!("hollow: {name} is trained for other parameters there, not trained anew");
            let text = RichText::new(text).size(CAPTION).color(tokens.warning);
            ui.add(Label::new(text).truncate());
        }
        let room = ui.available_height();
        let table = table::height(price);
        let plot = (room - table).max(LEAST_PLOT.min(room));
        self.plot(ui, view, plot, commands);
        egui::ScrollArea::both()
            .id_salt("prices")
            .auto_shrink([false, false])
            .show(ui, |ui| table::ui(ui, view, self.rule));
    }

    fn head(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let tokens = Tokens::of(ui.visuals());
        ui.horizontal(|ui| {
            for (place, (name, about)) in RULES.into_iter().enumerate() {
                let face = RichText::new(name).size(LABEL);
                if ui
                    .selectable_label(self.rule == place, face)
                    .on_hover_text(about)
                    .accessible_name(format!("Price by {name}"))
                    .clicked()
                {
                    self.rule = place;
                }
            }
            ui.label(RichText::new("against").size(LABEL).color(tokens.subdued));
            let shown = ComboBox::from_id_salt("swept")
                .selected_text(RichText::new(view.swept.label).size(LABEL))
                .width(112.0)
                .show_ui(ui, |ui| {
                    let fits = |field: &&Field| {
                        Variation::fits(field) && field.applies(&view.scenario)
                    };
                    for field in FIELDS.iter().filter(fits) {
                        let chosen = field.path == view.swept.path;
                        let choice = ui.selectable_label(chosen, field.label);
                        if choice.on_hover_text(field.meaning).clicked() {
                            commands.push(ViewCommand::Vary(field));
                        }
                    }
                });
            shown.response.accessible_name("Price against");
            let about = RichText::new(about(view)).size(CAPTION);
            ui.add(Label::new(about.color(tokens.subdued)).truncate())
                .on_hover_text(
                    "Every premium is hedged anew on the same paths everywhere; bands are tuned to each value, \
                     trained policies are not trained anew",
                );
        });
    }

    fn plot(&self, ui: &mut Ui, view: &ViewModel, height: f32, commands: &mut Commands) {
        let tokens = Tokens::of(ui.visuals());
        let price = &view.price;
        let frame = Frame { height, left: 56.0 };
        let field = price
            .variation
            .map_or(view.swept, |variation| variation.field());
        let across = match field.unit {
            "" => field.label.to_owned(),
            unit => format!("{} ({unit})", field.label),
        };
        let plot = chart(ui, "prices", frame)
            .sense(egui::Sense::click_and_drag())
            .custom_x_axes(x_axis(ui, &across, ticks::number))
            .custom_y_axes(y_axis(ui, frame, "premium", ticks::number));
        // The axis does not move while values come.
        let ends = price.span.into_iter().flat_map(|(low, high)| [low, high]);
        let plot = ends.fold(plot, Plot::include_x);
        let plot = plot.show(ui, |plot| {
            if let Some(present) = price.present.filter(|x| x.is_finite()) {
                let now = VLine::new("now", present);
                plot.vline(now.color(tokens.accent).width(1.0));
            }
            plot.add(Strand::new(
                "Black–Scholes",
                &price.black_scholes,
                closed_look(tokens),
            ));
            for line in price.lines.iter().rev() {
                let look = tokens.look(line.who.kind).faded(fade(view, &line.who), 0.8);
                plot.add(Strand::new("price", &line.lines[self.rule], look));
            }
        });
        let painter = ui.painter_at(plot.transform.frame().expand(MARK));
        for line in price.lines.iter().rev() {
            let shade = fade(view, &line.who);
            let look = tokens.look(line.who.kind).faded(shade, 1.0);
            self.marks(&painter, line, &plot, look, tokens);
        }
        let rule = self.rule;
        describe(&plot.response, "Prices by parameter", || spoken(view, rule));
        self.hover(ui, view, &plot, commands);
    }

    /// A mark and one standard error to either side; hollow where it was trained for another market.
    fn marks(
        &self,
        painter: &Painter,
        line: &PriceLine,
        plot: &PlotResponse<()>,
        look: Look,
        tokens: &Tokens,
    ) {
        for mark in &line.marks {
            let Estimate { value: Some(y), se } = mark.premiums[self.rule] else {
                continue;
            };
            let place = |y: f64| {
                let point = egui_plot::PlotPoint::new(mark.value, y);
                plot.transform.position_from_point(&point)
            };
            let at = place(y);
            if let Some(se) = se {
                let bar = [place(y - se), place(y + se)];
                painter.line_segment(bar, Stroke::new(1.5, look.color));
                for end in bar {
                    let cap = [pos2(end.x - 3.0, end.y), pos2(end.x + 3.0, end.y)];
                    painter.line_segment(cap, Stroke::new(1.0, look.color));
                }
            }
            if mark.stale {
                painter.circle(at, MARK, tokens.panel, Stroke::new(1.2, look.color));
            } else {
                paint_mark(painter, at, MARK, look, tokens.panel);
            }
        }
    }

    fn hover(&self, ui: &Ui, view: &ViewModel, plot: &PlotResponse<()>, commands: &mut Commands) {
        let Some(at) = plot.response.hover_pos() else {
            return;
        };
        let price = &view.price;
        let lines = price.lines.iter();
        let on = lines.map(|line| (line, on_screen(&line.lines[self.rule], &plot.transform)));
        point_at(commands, nearest(on, at).map(|line| line.who.clone()));
        let x = plot.transform.value_from_position(at).x;
        let values = price.black_scholes.iter().map(|point| point.x);
        let near = values.min_by(|a, b| (a - x).abs().total_cmp(&(b - x).abs()));
        if let Some(value) = near {
            tip(ui, &plot.response, told(view, value, self.rule));
        }
    }
}

/// The look of the closed form.
fn closed_look(tokens: &Tokens) -> Look {
    Look {
        color: tokens.subdued,
        style: LineStyle::Dashed { length: 8.0 },
        width: 1.5,
        mark: crate::app::theme::Mark::Plus,
    }
}

/// Of how many paths it is, and how far it is.
fn about(view: &ViewModel) -> String {
    let (done, all) = view.price.done;
    let moved = match view.scenario.contract.position {
        Side::Short => "received",
        Side::Long => "paid",
    };
    let of = format::count(view.price.paths as u64);
    match (all, view.pricing) {
        (0, _) => String::new(),
        (_, true) if view.is_training() => "waits until the policy has learned".into(),
        (_, true) => format!("{done} of {all} values …"),
        _ => format!("premium {moved}, currency · {of} paths · ± one standard error"),
    }
}

/// What everybody asks at a value.
fn told(view: &ViewModel, value: f64, rule: usize) -> String {
    let price = &view.price;
    let mut lines = vec![format!("{} {}", view.swept.label, significant(value, 6))];
    for line in &price.lines {
        if let Some(mark) = line.at(value) {
            let stale = if mark.stale {
                ", trained for other parameters"
            } else {
                ""
            };
            let premium = format::estimate(&mark.premiums[rule], true);
            lines.push(format!("{} {premium}{stale}", name_of(&line.who)));
        }
    }
    let closed = price.black_scholes.iter().find(|point| point.x == value);
    lines.extend(closed.map(|point| format!("Black–Scholes {}", format::figure(point.y))));
    lines.join("\n")
}

fn spoken(view: &ViewModel, rule: usize) -> String {
    let values = view.price.black_scholes.iter().map(|point| point.x);
    let all: Vec<String> = values
        .map(|value| told(view, value, rule).replace('\n', ", "))
        .collect();
    format!("by {}: {}", RULES[rule].0, all.join("; "))
}

impl PriceView {
    /// Rows of a table with one for each strategy, its titles and the closed form.
    fn rows(&self) -> usize {
        self.lines.len() + 2
    }
}

impl PriceLine {
    /// Whether it was trained for another market at some of the values.
    fn is_stale(&self) -> bool {
        self.marks.iter().any(|mark| mark.stale)
    }
}
