//! Writing what must come back at the next start, only where it changed.
//!
//! Policies are content: each lies in a file named after what is in it, written once and before the
//! record that names it. The latest ones that no record names any more are left for a while.

use super::{files, policy_bytes};
use crate::policy::LearnedPolicy;
use std::path::{Path, PathBuf};

/// Files of policies that are left in a folder, beside those that the record names.
const SPARE: usize = 8;

/// Makes the text of the record from the files of its policies.
type Text = Box<dyn FnOnce(&[PathBuf]) -> Result<String, String> + Send>;

/// A record of what must come back, and the policies that it names.
pub struct Keep {
    /// Where the record is kept; the policies lie beside it.
    pub file: PathBuf,
    /// The policies.
    pub policies: Vec<LearnedPolicy>,
    /// Makes the text of the record from the files of the policies.
    pub text: Text,
}

/// What was written last.
#[derive(Default)]
pub(super) struct Kept {
    text: Option<(PathBuf, String)>,
    policies: Vec<(LearnedPolicy, PathBuf)>,
}

impl Kept {
    /// Writes the policies that are not there yet, then the record, if it changed.
    pub fn write(&mut self, keep: Keep) -> Result<(), String> {
        let parent = keep.file.parent().map(Path::to_owned);
        let folder = parent.as_deref().unwrap_or_else(|| Path::new("."));
        let known = std::mem::take(&mut self.policies);
        for policy in &keep.policies {
            let same = |(before, path): &&(LearnedPolicy, PathBuf)| {
                before.is_same(policy) && path.parent() == Some(folder) && path.exists()
            };
            let path = match known.iter().find(same) {
                Some((_, path)) => path.clone(),
                None => write_policy(policy, folder)?,
            };
            self.policies.push((policy.clone(), path));
        }
        let paths: Vec<PathBuf> = self.policies.iter().map(|(_, path)| path.clone()).collect();
        let text = (keep.text)(&paths)?;
        let now = Some((keep.file, text));
        if self.text == now {
            return Ok(());
        }
        if let Some((file, text)) = &now {
            files::write(file, text.as_bytes()).map_err(|error| error.to_string())?;
            files::keep_latest(folder, "learned-", SPARE, &paths);
        }
        self.text = now;
        Ok(())
    }
}

/// The file of a policy, which is written unless it is there.
fn write_policy(policy: &LearnedPolicy, folder: &Path) -> Result<PathBuf, String> {
    let bytes = policy_bytes(policy)?;
    let name = format!("learned-{:016x}.safetensors", files::fingerprint(&bytes));
    let path = folder.join(name);
    if !path.exists() {
        files::write(&path, &bytes).map_err(|error| error.to_string())?;
    }
    Ok(path)
}
