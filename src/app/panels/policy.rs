//! The policy itself: curves by what it sees, maps of the position it would take.

mod curves;
mod map;
mod state;

pub(super) use map::ramp;

use super::book::empty;
use super::levers::small;
use crate::app::command::{Commands, ViewCommand};
use crate::app::theme::{CAPTION, LABEL, Tokens, name_of};
use crate::app::view::{PolicyChart, ViewModel};
use crate::app::widgets::Picture;
use egui::{ComboBox, RichText, Ui};

/// Below this width the caption has a line of its own.
const NARROW: f32 = 350.0;

/// The panel.
pub struct PolicyPanel {
    picture: Picture,
}

impl Default for PolicyPanel {
    fn default() -> Self {
        Self {
            picture: Picture::smooth(),
        }
    }
}

impl PolicyPanel {
    /// Draws it.
    pub fn ui(&mut self, ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
        let policy = &view.policy;
        header(ui, view, commands);
        let Some(who) = &policy.who else {
            let text = "Select a strategy under Strategies on the left to see what it would hold.";
            empty(ui, ui.available_height(), text);
            return;
        };
        state::beside(ui, view, commands, |ui, commands| match &policy.map {
            Some(map) => map::ui(ui, view, map, &mut self.picture, commands),
            None => curves::ui(ui, view, who, commands),
        });
    }
}

fn choose(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let policy = &view.policy;
    let shown = PolicyChart::ALL
        .iter()
        .find(|(chart, _)| *chart == policy.chart)
        .map_or("", |(_, name)| name);
    ComboBox::from_id_salt("policy chart")
        .selected_text(RichText::new(shown).size(LABEL))
        .width(ui.available_width().min(196.0))
        .height(320.0)
        .truncate()
        .show_ui(ui, |ui| {
            for (chart, name) in PolicyChart::ALL {
                if ui.selectable_label(policy.chart == chart, name).clicked() {
                    commands.push(ViewCommand::Policy(chart));
                }
            }
        })
        .response
        .accessible_name("Policy view");
}

/// Whose policy is shown, and at which date.
fn caption(view: &ViewModel) -> String {
    let policy = &view.policy;
    let Some(who) = &policy.who else {
        return String::new();
    };
    let mut name = format!("{}{}", name_of(who), super::instead(view));
    if let Some(iteration) = policy.looking_back {
        name += &format!(" as of iteration {}", crate::app::format::count(iteration));
    }
    let date = policy.state.step;
    match policy.chart {
        PolicyChart::SpotTime | PolicyChart::SpotTimeLessDelta | PolicyChart::ByDate => name,
        PolicyChart::PaperFigure => format!("{name}, in the paper's state, date {date}"),
        _ if date != policy.on_path.step => format!("{name}, date {date}"),
        _ if date < view.step => format!("{name}, last trade, date {date}"),
        _ => format!("{name}, date {date}"),
    }
}

/// The picture in words.
fn spoken(view: &ViewModel) -> String {
    let policy = &view.policy;
    let caption = caption(view);
    let held = view.digits.shares(policy.state.position);
    let value = if policy.uses_value {
        format!(
            "; portfolio value {}",
            view.digits.money(policy.state.value)
        )
    } else {
        String::new()
    };
    let point = policy.point.map_or_else(String::new, |point| {
        format!(
            "; on the path, at spot {}, it holds {} after its trade",
            view.digits.price(point.x),
            view.digits.shares(point.y)
        )
    });
    let reading = policy.reading.as_ref();
    let reading = reading.map_or_else(String::new, |r| format!("; {} {}", r.paper, r.here));
    format!("{caption}: from {held} shares{value}{point}{reading}")
}

/// The choice of the picture, whose policy it is, and in which state.
fn header(ui: &mut Ui, view: &ViewModel, commands: &mut Commands) {
    let tokens = Tokens::of(ui.visuals());
    let text = RichText::new(caption(view)).size(CAPTION);
    let text = egui::Label::new(text.color(tokens.subdued)).truncate();
    if ui.available_width() < NARROW {
        choose(ui, view, commands);
        ui.add(text);
    } else {
        ui.horizontal(|ui| {
            choose(ui, view, commands);
            ui.add(text);
        });
    }
}
