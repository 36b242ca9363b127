//! What was asked for last, by name.

use std::collections::VecDeque;
use std::sync::Mutex;

/// Most entries that are remembered.
const KEPT: usize = 40;

/// Each with how often it was asked for in a row.
static ASKED: Mutex<VecDeque<(String, u32)>> = Mutex::new(VecDeque::new());

/// Remembers that something was asked for: of its description in full, the names it begins with.
pub fn note(asked: &impl std::fmt::Debug) {
    let name = name(&format!("{asked:?}"));
    let Ok(mut entries) = ASKED.lock() else {
        return;
    };
    match entries.back_mut() {
        Some((last, times)) if *last == name => *times += 1,
        _ => entries.push_back((name, 1)),
    }
    if entries.len() > KEPT {
        entries.pop_front();
    }
}

/// What was asked for, the last at the end.
pub(super) fn told() -> String {
    let Ok(entries) = ASKED.try_lock() else {
        return "not known".into();
    };
    let words = entries.iter().map(|(name, times)| match times {
        1 => name.clone(),
        _ => format!("{name} ({times} times)"),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The group and the name of a command, without what it carries.
fn name(described: &str) -> String {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    described
        .split('(')
        .take(2)
        .map(|part| part.split(|c| !is_name(c)).next().unwrap_or_default())
        .filter(|part| part.starts_with(char::is_uppercase))
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_command_the_names_are_kept_and_nothing_that_it_carries() {
        assert_eq!(
            name("Document(Edit([(\"market.spot\", 3.0)], Whole))"),
            "Document Edit"
        );
        assert_eq!(
            name("File(OpenFile(\"/home/me/secret.ron\"))"),
            "File OpenFile"
        );
        assert_eq!(name("Time(GoTo(3))"), "Time GoTo");
        assert_eq!(name("File(SaveTo { path: \"/secret\" })"), "File SaveTo");
        assert_eq!(name("Document(Undo)"), "Document Undo");
        assert_eq!(name("View(1.5)"), "View");
    }
}
