//! A value that is made anew only when what it was made from is another.

use std::sync::Arc;

/// A value with what it was made from.
pub(super) struct Memo<K, V>(Option<(K, Arc<V>)>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: PartialEq, V> Memo<K, V> {
    /// The value for `key`, made only when the key is another than before.
    pub fn of(&mut self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        match &self.0 {
            Some((known, value)) if *known == key => value.clone(),
            _ => {
                let value = Arc::new(make());
                self.0 = Some((key, value.clone()));
                value
            }
        }
    }
}
