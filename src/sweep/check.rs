//! What a spec may ask for: each check names the first thing that cannot be.

use super::axis::Axis;
use super::plan::MOST_CELLS;
use super::spec::{Spec, Start, Test};
use crate::scenario::FieldError;
use crate::scenario::fields::{Access, Field};

/// Most paths on which everybody is measured.
const MOST_PATHS: u64 = 1_000_000_000;
/// Fields that give a network its shape: weights of one do not fit another.
const SHAPE: [&str; 4] = [
    "training.form",
    "training.network",
    "training.hidden",
    "training.activation",
];

/// Texts and names.
pub(super) fn words(spec: &Spec) -> Result<(), FieldError> {
    let length = spec.title.trim().chars().count();
    if !(1..=80).contains(&length) || spec.title.chars().any(char::is_control) {
        let allowed = "one line of 1 to 80 characters";
        return Err(FieldError::new(
            "title",
            format!("{:?}", spec.title),
            allowed,
        ));
    }
    for (place, probe) in spec.probes.iter().enumerate() {
        let inside = |wrong: FieldError| wrong.inside(&format!("probes[{place}]"));
        let named = spec.probes[..place].iter().any(|p| p.name == probe.name);
        if !(1..=40).contains(&probe.name.trim().chars().count()) || named {
            let allowed = "1 to 40 characters, other than every other probe's";
            let found = format!("{:?}", probe.name);
            return Err(inside(FieldError::new("name", found, allowed)));
        }
        probe.check().map_err(inside)?;
    }
    Ok(())
}

/// Who is measured, by what, and on how many paths.
pub(super) fn figures(spec: &Spec) -> Result<(), FieldError> {
    let none_twice = |field: &str, count: usize, twice: bool| {
        if count > 0 && !twice {
            return Ok(());
        }
        let found = if count == 0 { "empty" } else { "not each once" };
        Err(FieldError::new(field, found, "at least one, each once"))
    };
    let twice = |i: usize| spec.strategies[..i].contains(&spec.strategies[i]);
    let count = spec.strategies.len();
    none_twice("strategies", count, (0..count).any(twice))?;
    let twice = |i: usize| spec.measures[..i].contains(&spec.measures[i]);
    let count = spec.measures.len();
    none_twice("measures", count, (0..count).any(twice))?;
    if !(2..=MOST_PATHS).contains(&spec.paths) {
        let allowed = format!("2 to {MOST_PATHS}");
        return Err(FieldError::new("paths", spec.paths, allowed));
    }
    Ok(())
}

/// That no field moves twice, and that the grid can be counted through.
pub(super) fn axes(axes: &[Axis]) -> Result<(), FieldError> {
    let mut moved: Vec<&str> = Vec::new();
    let mut cells = 1_usize;
    for (place, axis) in axes.iter().enumerate() {
        if axes[..place].iter().any(|other| other.name == axis.name) {
            let field = format!("axes[{place}].name");
            let allowed = "a name that no other axis has";
            return Err(FieldError::new(field, format!("{:?}", axis.name), allowed));
        }
        for (row, (field, _)) in axis.fields.iter().enumerate() {
            if moved.contains(&field.path) {
                let where_ = format!("axes[{place}].fields[{row}].field");
                let allowed = "a field that nothing else moves";
                return Err(FieldError::new(where_, field.path, allowed));
            }
            moved.push(field.path);
        }
        cells = cells.saturating_mul(axis.count());
    }
    if cells > MOST_CELLS {
        let found = format!("a grid of {cells} cells");
        return Err(FieldError::new(
            "axes",
            found,
            format!("at most {MOST_CELLS}"),
        ));
    }
    Ok(())
}

/// Which cells are left out.
pub(super) fn conditions(spec: &Spec) -> Result<(), FieldError> {
    for (place, all) in spec.leave_out.iter().enumerate() {
        if all.is_empty() {
            let field = format!("leave_out[{place}]");
            return Err(FieldError::new(field, "empty", "at least one condition"));
        }
        for (row, condition) in all.iter().enumerate() {
            let inside = |wrong: FieldError| wrong.inside(&format!("leave_out[{place}][{row}]"));
            let field = Field::find(&condition.field).map_err(inside)?;
            let compared = !matches!(condition.is, Test::Equal(_));
            let words = matches!(field.access, Access::Choice { .. } | Access::Text { .. });
            if compared && words {
                let allowed = "equal(…), for the field holds no number";
                return Err(inside(FieldError::new("is", "a comparison", allowed)));
            }
        }
    }
    Ok(())
}

/// How long is trained.
pub(super) fn effort(spec: &Spec) -> Result<(), FieldError> {
    let as_it_is = spec.training.iterations == Some(0);
    if as_it_is && spec.start != Start::Conditioned {
        let allowed = "1 or more, or 0 where start is conditioned";
        return Err(FieldError::new("training.iterations", 0, allowed));
    }
    if spec.training.first_iterations.is_some() && !matches!(spec.start, Start::Neighbours { .. }) {
        let allowed = "nothing, unless start is neighbours(along: …)";
        return Err(FieldError::new(
            "training.first_iterations",
            "given",
            allowed,
        ));
    }
    Ok(())
}

/// The axis along which neighbours start from each other.
pub(super) fn along(spec: &Spec, axes: &[Axis]) -> Result<Option<usize>, FieldError> {
    let Start::Neighbours { along } = &spec.start else {
        return Ok(None);
    };
    let names: Vec<&str> = axes.iter().map(|axis| axis.name.as_str()).collect();
    let Some(place) = names.iter().position(|name| name == along) else {
        let allowed = format!("the name of an axis: {}", names.join(", "));
        return Err(FieldError::new(
            "start.along",
            format!("{along:?}"),
            allowed,
        ));
    };
    let mut fields = axes[place].fields.iter();
    if let Some((field, _)) = fields.find(|(field, _)| SHAPE.contains(&field.path)) {
        let found = format!("an axis that moves {}", field.path);
        let allowed = "an axis along which networks keep their shape";
        return Err(FieldError::new("start.along", found, allowed));
    }
    Ok(Some(place))
}
