//! Sorted keys with the rows they lead to: the simplest index there is, for records that stay in memory.
//! Rows of a key are in order; a key that leads to very many rows is read last and cut.

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

    /// Rows that any of `keys` leads to, each once, in order; at most `most` before those met twice are taken out.
    pub(crate) fn candidates(&self, keys: &[u64], most: usize) -> Vec<u32> {
        let mut lists: Vec<&[u32]> = keys.iter().map(|&key| self.of(key)).collect();
        lists.sort_by_key(|rows| rows.len());
        let mut found = Vec::new();
        for rows in lists {
            let room = most.saturating_sub(found.len()).min(rows.len());
            found.extend_from_slice(rows.get(..room).unwrap_or_default());
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn of(&self, key: u64) -> &[u32] {
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
        for (keys, most, wanted) in [
            (&[7][..], 10, &[1, 3][..]),
            (&[9, 7], 10, &[1, 2, 3]),
            (&[9, 7, 5], 3, &[0, 2, 3]),
            (&[6], 10, &[]),
            (&[], 10, &[]),
        ] {
            assert_eq!(postings.candidates(keys, most), wanted, "{keys:?}");
        }
    }
}
