//! Records in RON that are read field by field, so that one bad field costs no other.

use super::{FileError, aside};
use ron::value::RawValue;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// A record with what was wrong with its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded<T> {
    /// What the file holds; what it does not hold, or not so that it can be read, is the default.
    pub value: T,
    /// One sentence for each field that was left out, and where the file was set aside.
    pub troubles: Vec<String>,
}

/// Reads a record of at most `limit` bytes; a file that is not there is the default.
///
/// `T` must have `#[serde(default, deny_unknown_fields)]`. A field that does not load is told of and
/// the others stand; the file as it was is set aside (see [`super::set_aside`]), and what could be
/// read of it takes its place.
///
/// # Errors
/// When a file that does not load cannot be set aside; nothing may be written in its place then.
pub fn load<T>(path: &Path, limit: u64) -> Result<Loaded<T>, FileError>
where
    T: Default + DeserializeOwned,
{
    let fresh = |troubles| Loaded {
        value: T::default(),
        troubles,
    };
    if !path.try_exists().unwrap_or(true) {
        return Ok(fresh(Vec::new()));
    }
    let bytes = match super::read(path, limit) {
        Ok(bytes) => bytes,
        Err(error) => {
            let aside = aside::set_aside(path)?;
            return Ok(fresh(vec![error.to_string(), kept_in(&aside)]));
        }
    };
    let (value, good, mut troubles) = parse(&String::from_utf8_lossy(&bytes));
    if !troubles.is_empty() {
        let aside = aside::copy_aside(path, &bytes)?;
        super::write(path, good.as_bytes())?;
        troubles.push(kept_in(&aside));
    }
    Ok(Loaded { value, troubles })
}

fn kept_in(aside: &Path) -> String {
    format!("the file as it was is kept in {}", aside.display())
}

/// A record as the text that [`load`] reads, a field a line.
///
/// # Errors
/// What cannot be written.
pub fn text(record: &impl Serialize) -> Result<String, ron::Error> {
    let lines = ron::ser::PrettyConfig::new().depth_limit(1).indentor("");
    ron::ser::to_string_pretty(record, lines)
}

/// The record in a text, the text of the fields that could be read, and what was wrong with the
/// others.
fn parse<T: Default + DeserializeOwned>(text: &str) -> (T, String, Vec<String>) {
    let (fields, mut troubles) = split(text);
    let mut good = BTreeMap::new();
    for (name, value) in fields {
        match ron::from_str::<T>(&format!("({name}: {value})")) {
            Ok(_) if good.contains_key(&name) => {
                troubles.push(format!("{name} stands there twice: the first one counts"));
            }
            Ok(_) => {
                good.insert(name, value);
            }
            Err(error) => troubles.push(format!("{name} was left out: {}", error.code)),
        }
    }
    let good: Vec<String> = good
        .iter()
        .map(|(name, text)| format!("{name}: {text}"))
        .collect();
    let good = format!("({})", good.join(",\n"));
    let value = ron::from_str(&good).unwrap_or_else(|error| {
        // Each field is right by itself, so that no file is known that comes here.
        troubles.push(format!("nothing was taken over: {}", error.code));
        T::default()
    });
    (value, good, troubles)
}

/// Names and texts of the fields in a text, as far as its brackets can be followed.
fn split(text: &str) -> (Vec<(String, String)>, Vec<String>) {
    let mut fields = Vec::new();
    let read = ron::Deserializer::from_str(text).map_err(|error| error.to_string());
    let read = read.and_then(|mut text| {
        let split = text.deserialize_struct("", &[], Split(&mut fields));
        split
            .and_then(|()| text.end())
            .map_err(|error| text.span_error(error).to_string())
    });
    let troubles = read
        .err()
        .map(|error| format!("what follows was left out: {error}"));
    (fields, troubles.into_iter().collect())
}

/// Takes the fields of a record one by one.
struct Split<'a>(&'a mut Vec<(String, String)>);

impl<'de> Visitor<'de> for Split<'_> {
    type Value = ();

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("a record such as (zoom: 1.0, …)")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((Name(name), value)) = map.next_entry::<Name, Box<RawValue>>()? {
            self.0.push((name, value.get_ron().trim().to_owned()));
        }
        Ok(())
    }
}

/// The name of a field.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;
        impl Visitor<'_> for Word {
            type Value = Name;

            fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
                text.write_str("the name of a field")
            }

            fn visit_str<E>(self, word: &str) -> Result<Name, E> {
                Ok(Name(word.to_owned()))
            }
        }
        deserializer.deserialize_identifier(Word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
    #[serde(default, deny_unknown_fields)]
    struct Kept {
        title: String,
        colour: Colour,
        zoom: f64,
        recent: Vec<String>,
    }

    #[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
    enum Colour {
        Named(String),
        Dark,
    }

    impl Default for Kept {
        fn default() -> Self {
            Self {
                title: "none".into(),
                colour: Colour::Dark,
                zoom: 1.0,
                recent: Vec::new(),
            }
        }
    }

    fn full() -> Kept {
        Kept {
            title: "a \"title\": (of, brackets".into(),
            colour: Colour::Named("blue".into()),
            zoom: 1.5,
            recent: vec!["a.ron".into(), "b.ron".into()],
        }
    }

    fn loaded(text: &str) -> (Loaded<Kept>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept.ron");
        fs::write(&path, text).unwrap();
        let loaded = load(&path, 1000).unwrap();
        let files = fs::read_dir(folder.path()).unwrap().count();
        if files > 1 {
            let aside = fs::read(folder.path().join("kept.ron.unreadable-1")).unwrap();
            assert_eq!(aside, text.as_bytes());
            // Told once: what stands there now is whole.
            let again = load::<Kept>(&path, 1000).unwrap();
            assert_eq!((&again.value, again.troubles.len()), (&loaded.value, 0));
        }
        (loaded, files)
    }

    #[test]
    fn what_was_written_is_read_and_nothing_is_set_aside() {
        let text = text(&full()).unwrap();
        let (loaded, files) = loaded(&text);
        assert_eq!(loaded.value, full());
        assert_eq!((loaded.troubles, files), (Vec::new(), 1));
    }

    #[test]
    fn a_field_that_does_not_load_is_named_and_the_others_stand() {
        let good = text(&full()).unwrap();
        for (name, from, to, expected) in [
            (
                "zoom",
                "zoom: 1.5",
                "zoom: \"wide\"",
                Kept {
                    zoom: 1.0,
                    ..full()
                },
            ),
            (
                "colour",
                "Named(\"blue\")",
                "Mauve(1, 2)",
                Kept {
                    colour: Colour::Dark,
                    ..full()
                },
            ),
            (
                "height",
                "zoom: 1.5",
                "zoom: 1.5,\nheight: (a: [1, 2])",
                full(),
            ),
        ] {
            assert!(good.contains(from), "{good}");
            let (loaded, files) = loaded(&good.replace(from, to));
            assert_eq!(loaded.value, expected);
            assert_eq!(
                (loaded.troubles.len(), files),
                (2, 2),
                "{:?}",
                loaded.troubles
            );
            let told = &loaded.troubles[0];
            assert!(
                told.starts_with(name) && told.contains("was left out"),
                "{told}"
            );
        }
    }

    #[test]
    fn a_damaged_file_gives_what_stands_before_the_damage() {
        let good = text(&full()).unwrap();
        let cut = good.find("recent").unwrap();
        let (loaded, files) = loaded(&good[..cut]);
        let expected = Kept {
            recent: Vec::new(),
            ..full()
        };
        assert_eq!((loaded.value, files), (expected, 2));
        for text in [
            "",
            "nonsense",
            "(((((",
            "\u{0}\u{1}",
            "(zoom: 1.0, zoom: 3.0)",
        ] {
            let (loaded, files) = self::loaded(text);
            assert_eq!((loaded.value, files), (Kept::default(), 2), "{text:?}");
            assert!(!loaded.troubles.is_empty());
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_at_all_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept.ron");
        assert_eq!(
            load::<Kept>(&path, 10).unwrap().troubles,
            Vec::<String>::new()
        );
        fs::write(&path, "(title: \"longer than ten\")").unwrap();
        let loaded = load::<Kept>(&path, 10).unwrap();
        assert!(loaded.troubles[0].contains("allowed: at most 10"));
        assert!(!path.exists() && folder.path().join("kept.ron.unreadable-1").exists());
    }
}
