//! Where files are: what a person types as a path, and the folder of settings.

use super::FileError;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// `HEDGELAB_CONFIG_DIR`, or the system's place for a user's settings; absent where it names none.
/// The window's state, the presets and the trash lie in it, for window and command line alike.
#[must_use]
pub fn settings() -> Option<PathBuf> {
    match std::env::var_os("HEDGELAB_CONFIG_DIR").filter(|name| !name.is_empty()) {
        Some(named) => {
            let named = typed(&named);
            Some(std::path::absolute(&named).unwrap_or(named))
        }
        None => directories::ProjectDirs::from("", "", "hedgelab")
            .map(|folders| folders.config_dir().to_owned()),
    }
}

/// A path as typed, with a leading `~` for the user's home.
#[must_use]
pub fn typed(text: &OsStr) -> PathBuf {
    let path = Path::new(text);
    match (path.strip_prefix("~"), std::env::home_dir()) {
        (Ok(below), Some(home)) => home.join(below),
        _ => path.to_owned(),
    }
}

/// A path as typed for a file to be written; no folder is made for it.
///
/// # Errors
/// When its folder does not exist, or when it names no file but a folder.
pub fn typed_new(text: &OsStr) -> Result<PathBuf, FileError> {
    let path = typed(text);
    if path.is_dir() || path.file_name().is_none() || ends_in_separator(text) {
        let found = "a directory";
        return Err(FileError::NotAFile { path, found });
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            let folder = folder.to_owned();
            Err(FileError::NoFolder { path, folder })
        }
        _ => Ok(path),
    }
}

fn ends_in_separator(text: &OsStr) -> bool {
    text.to_string_lossy().ends_with(std::path::is_separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_and_no_folder_of_that_name() {
        let home = std::env::home_dir().unwrap();
        assert_eq!(typed(OsStr::new("~/t.ron")), home.join("t.ron"));
        assert_eq!(typed(OsStr::new("~")), home.join(""));
        assert_eq!(typed(OsStr::new("a~/t.ron")), Path::new("a~/t.ron"));
    }

    #[test]
    fn a_name_with_a_separator_that_is_no_path_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let fine = folder.path().join("x.ron");
        assert_eq!(typed_new(fine.as_os_str()).unwrap(), fine);
        assert!(typed_new(OsStr::new("x.ron")).is_ok());
        let none = typed_new(OsStr::new("my/bad:name*?")).unwrap_err();
        assert!(none.to_string().contains("there is no folder my"), "{none}");
        for folder in [
            folder.path().as_os_str(),
            OsStr::new("name/"),
            OsStr::new("/"),
        ] {
            assert!(matches!(typed_new(folder), Err(FileError::NotAFile { .. })));
        }
    }
}
