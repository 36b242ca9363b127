//! A sweep in words.

use crate::app::format;
use crate::app::view::{SweepPicture, SweepView};
use crate::engine::{SweepPhase, SweepSeen};
use crate::quantity::write::significant;
use crate::sweep::Found;
use std::time::Duration;

/// A figure at an end of the colours.
pub(super) fn figure(x: f64) -> String {
    significant(x, 3)
}

/// A time, about.
pub(super) fn time(seconds: f64) -> String {
    let seconds = Duration::try_from_secs_f64(seconds.max(0.0));
    seconds.map_or_else(|_| "very long".into(), format::duration)
}

/// How far the sweep is, and the work that is done on it here.
pub(super) fn course(seen: &SweepSeen) -> String {
    let (there, all) = (seen.results.there(), seen.results.cells());
    let there_of = format!(
        "{} of {} cells",
        format::count(there as u64),
        format::count(all as u64)
    );
    let waits = there < all;
    let threads = |n: usize| if n == 1 { "thread" } else { "threads" };
    let more = match &seen.work {
        Some(work) => match work.phase {
            SweepPhase::Running => match work.left {
                Some(left) => format!(", {} left", time(left)),
                None => ", computing".into(),
            },
            SweepPhase::Paused => ", paused".into(),
            SweepPhase::Stopping => ", stopping".into(),
            SweepPhase::Stopped if waits => ", stopped".into(),
            SweepPhase::Failed if waits => ", some failed".into(),
            _ => String::new(),
        },
        None if !waits => String::new(),
        None => match seen.seconds {
            Some(seconds) if seconds.is_finite() => {
                format!("; the rest about {} here", time(seconds))
            }
            Some(_) => String::new(),
            None => "; finding out how long the rest will take".into(),
        },
    };
    let on = seen.work.filter(|work| work.phase == SweepPhase::Running);
    let on = on.map(|work| format!(" on {} {}", work.threads, threads(work.threads)));
    format!("{there_of}{more}{}", on.unwrap_or_default())
}

/// What pointer and keyboard do with a cell.
pub(super) const CLICK: &str = "click: on screen; Shift and click: pinned beside it";
pub(super) const ENTER: &str = "Enter: on screen; Shift and Enter: pinned beside it";

/// A cell of the picture: where it is, its figure with its error, and what else is to be known; `how` says what can be
/// done with one that is there.
pub(super) fn read(
    sweep: &SweepView,
    picture: &SweepPicture,
    place: usize,
    how: &str,
) -> Option<String> {
    let seen = sweep.seen.as_ref()?;
    let (shown, _) = sweep.what.as_ref()?;
    let point = picture.surface.points.get(place)?;
    let mut lines = vec![seen.results.plan().told(point.index)];
    match point.found {
        Found::LeftOut => lines.push("left out of the sweep".into()),
        Found::Waiting => lines.push("not there yet".into()),
        Found::There(found) => {
            let unit = match shown.unit() {
                "" => String::new(),
                unit => format!(" {unit}"),
            };
            let figure = format::estimate(&found, true);
            lines.push(format!(
                "{} {}: {figure}{unit}",
                shown.name(),
                shown.whose()
            ));
            if shown.is_by_chance(found) {
                lines.push("explained by chance: within two standard errors of 0".into());
            }
            lines.push(how.into());
        }
    }
    Some(lines.join("\n"))
}

/// The picture in words, beginning with the cell that the keyboard is at.
pub(super) fn spoken(sweep: &SweepView, picture: &SweepPicture, at_hand: Option<usize>) -> String {
    let Some((shown, _)) = &sweep.what else {
        return String::new();
    };
    let [low, high] = picture.range.map(figure);
    let [across, down] = &picture.titles;
    let at_hand = at_hand.and_then(|place| read(sweep, picture, place, ENTER));
    let at_hand = at_hand.map(|told| told.lines().collect::<Vec<_>>().join("; ") + "; ");
    let mut text = format!(
        "{}{}, colours from {low} to {high}, over {down} and {across}",
        at_hand.unwrap_or_default(),
        shown.title()
    );
    let by_chance = picture.by_chance.iter().filter(|chance| **chance).count();
    if by_chance > 0 {
        text.push_str(&format!("; {by_chance} cells hatched, explained by chance"));
    }
    match picture.waiting() {
        0 => {}
        waiting => text.push_str(&format!("; {waiting} cells not there yet")),
    }
    if !picture.lines.is_empty() {
        let levels: Vec<&str> = picture
            .lines
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        text.push_str(&format!("; isolines at {}", levels.join(", ")));
    }
    let here = picture.here;
    if let Some(told) = here.and_then(|place| read(sweep, picture, place, CLICK)) {
        let told: Vec<&str> = told.lines().take(2).collect();
        text.push_str(&format!("; on screen: {}", told.join(", ")));
    }
    text
}
