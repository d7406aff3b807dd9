//! A bounded set of blocking keys, in the order of their worth.
//! What does not fit is left out, so callers add the keys that matter most first.

/// Keys without duplicates, at most a given number.
pub(crate) struct Keys {
    keys: Vec<u64>,
    max: usize,
}

impl Keys {
    /// An empty set that will hold at most `max` keys.
    pub(crate) fn with_room_for(max: usize) -> Self {
        Self { keys: Vec::with_capacity(max), max }
    }

    /// Adds a key unless it is there already or the set is full.
    pub(crate) fn add(&mut self, key: u64) {
        if self.keys.len() < self.max && !self.keys.contains(&key) {
            self.keys.push(key);
        }
    }

    /// The keys in the order they were added.
    pub(crate) fn into_vec(self) -> Vec<u64> {
        self.keys
    }
}
