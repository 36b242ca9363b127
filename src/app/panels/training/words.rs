//! What is said of a run.

use crate::app::format;
use crate::app::theme::strategy_name;
use crate::app::view::{Check, ViewModel};
use crate::engine::{Phase, Progress};
use crate::gallery::gained_words;
use crate::scenario::Objective;

/// What is trained for, in short.
pub(super) fn objective(progress: &Progress) -> &'static str {
    match progress.scenario.training.objective {
        Objective::Rsmse => "RSMSE",
        Objective::Rmse => "RMSE",
        Objective::Cvar => "CVaR",
        Objective::Entropic => "entropic",
    }
}

/// How far the preparation of a run is.
#[must_use]
pub fn preparing(share: f64) -> String {
    format!("preparing, {:.0}%", 100.0 * share)
}

/// Progress in a line.
#[must_use]
pub fn summary(progress: &Progress) -> String {
    let report = &progress.report;
    let mut parts = vec![format!(
        "{} / {} iterations",
        format::count(report.iteration),
        format::count(report.iterations)
    )];
    if let Some(speed) = progress.throughput {
        parts.push(format!("{} path-steps/s", format::compact(speed)));
    }
    parts.extend(end(progress));
    parts.extend(report.rollout_reason.map(str::to_owned));
    parts.join(" · ")
}

/// How long it will take, or how it ended; absent until a running one's speed is known.
fn end(progress: &Progress) -> Option<String> {
    match progress.phase {
        Phase::Running => Some(format!("{} left", format::duration(progress.left?))),
        Phase::Paused => Some("paused".into()),
        Phase::Stopped => Some("stopped".into()),
        Phase::Finished => Some(format!("done in {}", format::duration(progress.elapsed))),
        Phase::Failed => Some("ended by an error".into()),
    }
}

/// What stands beside the buttons: how far it is, or what was kept and when.
pub(super) fn line(view: &ViewModel) -> String {
    let Some(progress) = &view.training else {
        return view.starting.map_or_else(|| brief(view), preparing);
    };
    if let Some(share) = view.starting {
        return preparing(share);
    }
    let report = &progress.report;
    let count = format::count;
    if progress.phase.is_live() {
        let end = end(progress).unwrap_or_else(|| "starting".into());
        return format!(
            "{} / {} · {end}",
            count(report.iteration),
            count(report.iterations)
        );
    }
    let end = end(progress).unwrap_or_default();
    let gained = view.learned.gap.gained.filter(|_| view.learned.refined);
    let gained = gained.map_or_else(String::new, |gained| {
        format!("Against what it began with: {} · ", gained_words(gained))
    });
    format!("{gained}{} · {end}", kept(view, progress))
}

/// What is kept, and since when.
fn kept(view: &ViewModel, progress: &Progress) -> String {
    let Some([told, _]) = view.curves.told else {
        return String::new();
    };
    if let Some(hedge) = progress.policy.stand_in() {
        let name = strategy_name(hedge.strategy());
        return format!("No network beat {name}: {name}'s hedge is kept");
    }
    format!("Kept: {}", told_of(view, progress, &told))
}

/// The milestone that is looked at, or what is kept now.
pub(super) fn looked_at(view: &ViewModel) -> String {
    let (Some(progress), Some([_, told])) = (&view.training, &view.curves.told) else {
        return String::new();
    };
    let told = told_of(view, progress, told);
    if view.curves.back.is_some() {
        told
    } else {
        format!("now: {told}")
    }
}

fn told_of(view: &ViewModel, progress: &Progress, told: &Check) -> String {
    let [iteration, seconds] = told.at;
    let objective = objective(progress);
    let figure = view.digits.money(told.objective);
    let gain = if told.gain == 0.0 {
        String::new()
    } else {
        let (gain, error) = crate::quantity::digits::estimate(told.gain, Some(told.error));
        let error = error.unwrap_or_default();
        format!(", {gain} ± {error} below the best untrained hedge")
    };
    format!(
        "{objective} {figure} of iteration {} ({} s){gain}",
        format::fixed(iteration, 0),
        format::fixed(seconds, 1)
    )
}

/// The same in a few words.
fn brief(view: &ViewModel) -> String {
    let learned = &view.learned;
    if learned.made {
        let found = if learned.outside.is_empty() {
            learned.expected_words()
        } else {
            Some(learned.mark(false))
        };
        let found = found.map_or_else(String::new, |words| format!(": {words}"));
        format!("the policy was made at once{found}")
    } else if learned.policy.is_some() {
        "the policy came with the preset".into()
    } else {
        "nothing learned yet".into()
    }
}

/// What is said before there is a run.
pub(super) fn idle(view: &ViewModel) -> &'static str {
    if view.learned.made {
        "The learned policy on screen was made for these parameters at once. Refine trains it on them for about a second; Train starts a new one from the delta hedge."
    } else if view.learned.policy.is_some() {
        "The learned policy on screen came with the preset. Train starts a new one from the delta hedge; Retrain goes on from the present weights."
    } else {
        "No learned policy for these parameters yet. Train starts from the delta hedge and shows the policy as it learns."
    }
}
