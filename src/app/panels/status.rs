//! The status bar: what is being worked on.

use super::training::summary;
use crate::app::format;
use crate::app::theme::{CAPTION, Tokens};
use crate::app::view::ViewModel;
use crate::engine::Phase;
use crate::scenario::Process;
use egui::{ProgressBar, RichText, Ui};

/// Draws it.
pub fn ui(ui: &mut Ui, view: &ViewModel) {
    let tokens = Tokens::of(ui.visuals());
    ui.horizontal_centered(|ui| {
        let small = |text: String| RichText::new(text).size(CAPTION).color(tokens.subdued);
        let state = if view.is_training() {
            "training"
        } else if view.computing {
            "computing"
        } else {
            "ready"
        };
        ui.label(RichText::new(state).size(CAPTION).color(tokens.text));
        let process = view.scenario.market.process;
        if process != Process::GeometricBrownian {
            ui.label(small(format!("· {}", process.title())));
        }
        if let Some(outcomes) = &view.outcomes {
            let so_far = if outcomes.paths < outcomes.wanted {
                format!(" of {}", format::count(outcomes.wanted))
            } else {
                String::new()
            };
            let what = if outcomes.counted {
                "windows, all there are,"
            } else {
                "paths"
            };
            ui.label(small(format!(
                "· {}{so_far} {what} in {}",
                format::count(outcomes.paths),
                format::duration(outcomes.elapsed)
            )));
        }
        if view.path.prices.is_empty() {
            ui.label(small("· replaying the path".into()));
        }
        if let Some(share) = view.starting {
            ui.label(small(format!(
                "· training: {}",
                super::training::preparing(share)
            )));
        }
        if let Some(progress) = &view.training
            && matches!(progress.phase, Phase::Running | Phase::Paused)
        {
            let report = &progress.report;
            #[expect(clippy::cast_possible_truncation, reason = "a share on screen")]
            let share = report.share as f32;
            ui.add(
                ProgressBar::new(share)
                    .desired_width(120.0)
                    .desired_height(8.0)
                    .fill(tokens.accent),
            )
            .accessible_name("Training progress");
            ui.label(small(format!(
                "{} · {}",
                format::fixed(f64::from(share) * 100.0, 0) + "%",
                summary(progress)
            )));
        }
        if let Some(share) = view.learned.gap.measuring {
            let share = format::fixed(100.0 * share, 0);
            ui.label(small(format!("· measuring the gap: {share}%")));
        }
        if !view.keeps_quiet() && view.hand.is_none() {
            super::sentence::in_status_bar(ui, view);
        }
    });
}
