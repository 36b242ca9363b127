//! Files of a sweep in a bucket of an object storage. Each is put there in one request that makes it whole or not at
//! all, and only where its name is free.
//!
//! Nothing can be added to an object: a log is a row of small ones, numbered, each with the lines of some seconds.
//! The requests are made one after the other or side by side, on a runtime that lives in here; everybody else waits.

mod said;
#[cfg(test)]
mod tests;

use super::{Kept, LOG, unknown};
use crate::sweep::error::SweepError;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path as Name;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions};
use said::Said;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use tokio::runtime::{Builder, Runtime};
use url::Url;

/// Requests under way at once.
const AT_ONCE: usize = 32;
/// Number of names up to which each is asked for by itself; of more their folders are listed.
const FEW: usize = 64;
/// Which variables of the environment are the storages'.
const VARIABLES: [&str; 3] = ["AWS_", "AZURE_", "GOOGLE_"];

/// A bucket, and the names in it that begin alike.
#[derive(Debug)]
pub(in crate::sweep) struct Bucket {
    runtime: Runtime,
    store: Box<dyn ObjectStore>,
    /// What stands before all names.
    root: Name,
    /// For messages.
    address: String,
    said: Mutex<Said>,
}

impl Bucket {
    /// What is kept at an address, with what the environment says of credentials, regions and endpoints.
    ///
    /// # Errors
    /// When the address or the environment is not one of a storage.
    pub fn at(address: &str) -> Result<Self, SweepError> {
        // Whoever came first made the same choice.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let wrong = |reason: String| {
            let allowed = "allowed: s3://BUCKET/NAME, gs://BUCKET/NAME, az://CONTAINER/NAME or file:///FOLDER";
            unknown(address, format!("{reason}; {allowed}"))
        };
        let url = Url::parse(address).map_err(|error| wrong(error.to_string()))?;
        let ours = |name: &str| VARIABLES.iter().any(|start| name.starts_with(start));
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
            ours(&name).then_some((name, value))
        });
        let opened = object_store::parse_url_opts(&url, variables);
        let (store, root) = opened.map_err(|error| wrong(told(&error)))?;
        Self::of(store, root, address)
    }

    /// What is kept in a storage, below a name.
    ///
    /// # Errors
    /// When the system gives no runtime.
    pub fn of(store: Box<dyn ObjectStore>, root: Name, address: &str) -> Result<Self, SweepError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        Ok(Self {
            runtime: runtime.map_err(|error| SweepError::Storage {
                place: address.to_owned(),
                reason: error.to_string(),
            })?,
            store,
            root,
            address: address.trim_end_matches('/').to_owned(),
            said: Mutex::default(),
        })
    }

    fn name(&self, name: &str) -> Name {
        name.split('/').fold(self.root.clone(), Name::join)
    }

    fn wrong(&self, name: &str, error: &Error) -> SweepError {
        SweepError::Storage {
            place: format!("{}/{name}", self.address),
            reason: told(error),
        }
    }

    async fn get(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, SweepError> {
        let found = match self.store.get(&self.name(name)).await {
            Err(Error::NotFound { .. }) => return Ok(None),
            found => found.map_err(|error| self.wrong(name, &error))?,
        };
        if found.meta.size > limit {
            return Err(SweepError::Storage {
                place: format!("{}/{name}", self.address),
                reason: format!("has {} bytes; allowed: at most {limit}", found.meta.size),
            });
        }
        let bytes = found.bytes().await;
        let bytes = bytes.map_err(|error| self.wrong(name, &error))?;
        Ok(Some(bytes.into()))
    }

    async fn is_there(&self, name: &str) -> Result<bool, SweepError> {
        match self.store.head(&self.name(name)).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(self.wrong(name, &error)),
        }
    }

    /// The names below a folder, without what stands before all names.
    async fn list(&self, folder: &str) -> Result<Vec<String>, SweepError> {
        let below = self.name(folder);
        let found = self
            .store
            .list(Some(&below))
            .map_err(|error| self.wrong(folder, &error));
        let name = |found: object_store::ObjectMeta| {
            let parts = found.location.prefix_match(&below)?;
            let parts: Vec<String> = parts.map(|part| part.as_ref().to_owned()).collect();
            Some(format!("{folder}/{}", parts.join("/")))
        };
        let found: Vec<_> = found.try_collect().await?;
        Ok(found.into_iter().filter_map(name).collect())
    }

    async fn put_by(&self, name: &str, bytes: Vec<u8>, mode: PutMode) -> Result<bool, SweepError> {
        let options = PutOptions {
            mode,
            ..PutOptions::default()
        };
        match self
            .store
            .put_opts(&self.name(name), bytes.into(), options)
            .await
        {
            Ok(_) => Ok(true),
            Err(Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(self.wrong(name, &error)),
        }
    }

    /// Keeps lines of a log under the next number that is free.
    async fn keep(&self, share: &str, lines: &str, next: &mut u64) -> Result<(), SweepError> {
        if *next == 0 {
            *next = self.list(&format!("{LOG}/{share}")).await?.len() as u64 + 1;
        }
        loop {
            let name = format!("{LOG}/{share}/{next:06}.jsonl");
            *next += 1;
            if self.put_by(&name, lines.into(), PutMode::Create).await? {
                return Ok(());
            }
        }
    }

    /// Keeps what was said and is `due`.
    fn keep_said(&self, due: impl Fn(&said::Lines) -> bool) -> Result<(), SweepError> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        for (share, lines) in said.due(due) {
            let text = std::mem::take(&mut lines.text);
            self.runtime
                .block_on(self.keep(share, &text, &mut lines.next))?;
        }
        Ok(())
    }
}

impl Kept for Bucket {
    fn begin(&self) -> Result<(), SweepError> {
        Ok(())
    }

    fn read(&self, names: &[String], limit: u64) -> Vec<Result<Option<Vec<u8>>, SweepError>> {
        let all = stream::iter(names).map(|name| self.get(name, limit));
        self.runtime.block_on(all.buffered(AT_ONCE).collect())
    }

    fn there(&self, names: &[String]) -> Result<BTreeSet<String>, SweepError> {
        if names.len() > FEW {
            let folders = names.iter().filter_map(|name| name.split_once('/'));
            let folders: BTreeSet<&str> = folders.map(|(folder, _)| folder).collect();
            let listed = folders.into_iter().map(|folder| self.list(folder));
            let listed = self
                .runtime
                .block_on(futures_util::future::try_join_all(listed))?;
            let listed: BTreeSet<String> = listed.into_iter().flatten().collect();
            return Ok(names
                .iter()
                .filter(|name| listed.contains(*name))
                .cloned()
                .collect());
        }
        let asked = stream::iter(names).map(|name| async move {
            let there = self.is_there(name).await?;
            Ok::<_, SweepError>(there.then(|| name.clone()))
        });
        let found = asked.buffer_unordered(AT_ONCE).try_collect::<Vec<_>>();
        Ok(self
            .runtime
            .block_on(found)?
            .into_iter()
            .flatten()
            .collect())
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<bool, SweepError> {
        let put = self.put_by(name, bytes.to_vec(), PutMode::Create);
        self.runtime.block_on(put)
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), SweepError> {
        let put = self.put_by(name, bytes.to_vec(), PutMode::Overwrite);
        self.runtime.block_on(put).map(|_placed| ())
    }

    fn log(&self, share: &str, at: u64, line: &str) -> Result<(), SweepError> {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        said.add(share, at, line);
        drop(said);
        self.keep_said(|lines| lines.have_waited(at))
    }

    fn end_logs(&self) -> Result<(), SweepError> {
        self.keep_said(|_| true)
    }

    fn logged(&self) -> Result<Vec<String>, SweepError> {
        let mut names = self.runtime.block_on(self.list(LOG))?;
        names.sort();
        let mut lines = Vec::new();
        for text in self.read(&names, u64::MAX) {
            let text = text?.unwrap_or_default();
            lines.extend(String::from_utf8_lossy(&text).lines().map(str::to_owned));
        }
        Ok(lines)
    }

    fn tidy(&self) {}
}

/// What a storage says, in one line.
fn told(error: &Error) -> String {
    let words = error.to_string();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
