//! Sorted keys with the rows they lead to: the simplest index there is, for records that stay in memory.
//! Rows of a key are in order, each once.

/// Keys and their rows.
pub(crate) struct Postings {
    keys: Vec<u64>,
    /// Where the rows of the key at the same place start; one more than there are keys.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Postings {
    /// The postings of `pairs`, each a key and a row, in any order.
    pub(crate) fn new(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let (mut keys, mut starts, mut rows) = (Vec::new(), Vec::new(), Vec::with_capacity(pairs.len()));
        for (key, row) in pairs {
            if keys.last() != Some(&key) {
                keys.push(key);
                starts.push(u32::try_from(rows.len()).unwrap_or(u32::MAX));
            }
            rows.push(row);
        }
        starts.push(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        Self { keys, starts, rows }
    }

    /// The rows of `key`, in order.
    pub(crate) fn rows(&self, key: u64) -> &[u32] {
        let Ok(place) = self.keys.binary_search(&key) else { return &[] };
        match (self.starts.get(place), self.starts.get(place + 1)) {
            (Some(&from), Some(&to)) => self.rows.get(from as usize..to as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Postings;

    #[test]
    fn rows_are_found_by_their_keys() {
        let postings = Postings::new(vec![(9, 3), (7, 1), (9, 2), (7, 3), (9, 3), (5, 0)]);
        for (key, wanted) in [(7, &[1, 3][..]), (9, &[2, 3]), (5, &[0]), (6, &[])] {
            assert_eq!(postings.rows(key), wanted, "{key}");
        }
    }
}
