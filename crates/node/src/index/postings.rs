//! From a key to the rows that carry it: keys are hashes, so their first bits name a bucket and the next 32 tell the keys
//! of a bucket apart. Two keys that agree in all of these share their rows; whoever compares the rows finds out.

use std::ops::Range;
use std::path::Path;

use mapped::Column;

use super::{IndexError, VERSION};

mod builder;
mod sort;

pub(super) use builder::PostingsBuilder;

/// Postings that a bucket holds on average: what a look-up reads beside what it wants.
const BUCKET_POSTINGS: u64 = 8;
const BUCKET_BITS_MAX: u32 = 31;
/// First bits of a key that part postings while an index is built.
const PART_BITS: u32 = 8;

/// Rows by key, in three columns that are read in place.
#[derive(Debug)]
pub(super) struct Postings {
    /// Where each bucket starts, and where the last one ends.
    buckets: Column<u32>,
    /// What tells keys of a bucket apart; sorted in each bucket.
    prints: Column<u32>,
    /// The row of each print; sorted where prints are equal.
    rows: Column<u32>,
    bits: u32,
}

impl Postings {
    /// Opens the postings called `name`.
    pub(super) fn open(folder: &Path, name: &str) -> Result<Self, IndexError> {
        let column = |part: &str| Column::open(&folder.join(format!("{name}.{part}")), VERSION);
        let (buckets, prints, rows) = (column("buckets")?, column("prints")?, column("rows")?);
        let shape = |what: &'static str| IndexError::File {
            file: folder.join(name).display().to_string(),
            cause: what.into(),
        };
        let bits = buckets.len().checked_sub(1).filter(|count| count.is_power_of_two()).map(usize::ilog2);
        let bits = bits.ok_or_else(|| shape("the index has no whole set of buckets"))?;
        let last = buckets.last().and_then(|&last| usize::try_from(last).ok());
        if last != Some(prints.len()) || prints.len() != rows.len() {
            return Err(shape("the index holds keys without rows"));
        }
        Ok(Self { buckets, prints, rows, bits })
    }

    /// The rows of each of `keys`, ascending. Each step is taken for all of them before the next one is, and what that will read is
    /// touched, so that memory is waited for together.
    pub(super) fn rows(&self, keys: &[u64]) -> Vec<&[u32]> {
        let buckets: Vec<_> = keys.iter().map(|&key| self.bucket(key)).collect();
        touch(buckets.iter().flatten().filter_map(|(bucket, _)| self.prints.get(bucket.start)));
        let find = |bucket: &Option<(Range<usize>, u32)>| {
            bucket.as_ref().and_then(|(bucket, print)| self.find(bucket.clone(), *print)).unwrap_or_default()
        };
        let rows: Vec<&[u32]> = buckets.iter().map(find).collect();
        touch(rows.iter().filter_map(|rows| rows.first()));
        touch(rows.iter().filter_map(|rows| rows.last()));
        rows
    }

    /// The columns, to be verified or given back.
    pub(super) fn columns(&self) -> [&Column<u32>; 3] {
        [&self.buckets, &self.prints, &self.rows]
    }

    /// Where the bucket of a key lies, and what tells the key apart there.
    fn bucket(&self, key: u64) -> Option<(Range<usize>, u32)> {
        let (bucket, print) = split(key, self.bits);
        let start = usize::try_from(*self.buckets.get(bucket)?).ok()?;
        let end = usize::try_from(*self.buckets.get(bucket + 1)?).ok()?;
        Some((start..end, print))
    }

    fn find(&self, bucket: Range<usize>, print: u32) -> Option<&[u32]> {
        let start = bucket.start;
        let prints = self.prints.get(bucket)?;
        let from = prints.partition_point(|&p| p < print);
        let many = run_length(prints.get(from..)?, print);
        self.rows.get(start + from..start + from + many)
    }
}

/// Reads some items: that none depends on another lets the processor fetch many of them at once.
fn touch<'a>(items: impl Iterator<Item = &'a u32>) {
    std::hint::black_box(items.fold(0, |all, item| all ^ item));
}

/// How many of ascending `prints` from the first on are `print`. Looked for in steps that double: most keys lead to few rows, which lie
/// in one piece of memory.
fn run_length(prints: &[u32], print: u32) -> usize {
    let (mut within, mut reach) = (0, 8);
    while prints.get(reach) == Some(&print) {
        (within, reach) = (reach, reach.saturating_mul(4));
    }
    let last = prints.get(within..reach.min(prints.len())).unwrap_or_default();
    within + last.partition_point(|&p| p == print)
}

/// How many bits name a bucket when there are `postings`.
fn bucket_bits(postings: u64) -> u32 {
    (postings / BUCKET_POSTINGS).checked_ilog2().unwrap_or(0).min(BUCKET_BITS_MAX)
}

/// The bucket of a key, and what tells it apart there.
fn split(key: u64, bits: u32) -> (usize, u32) {
    let bucket = key.checked_shr(64 - bits).unwrap_or(0);
    let print = (key << bits) >> 32;
    (usize::try_from(bucket).unwrap_or(usize::MAX), u32::try_from(print).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::run_length;

    proptest! {
        #[test]
        fn a_run_is_as_long_as_it_is(before in 0_usize..300, behind in prop::collection::vec(5..9_u32, 0..50)) {
            let mut behind = behind;
            behind.sort_unstable();
            let prints: Vec<u32> = std::iter::repeat_n(4, before).chain(behind.iter().copied()).collect();
            prop_assert_eq!(run_length(&prints, 4), before);
            prop_assert_eq!(run_length(&behind, 4), 0);
        }
    }
}
