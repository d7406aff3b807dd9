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

    /// The rows of each of `keys`, ascending. Buckets are found for all of them before any is read, so that memory is waited
    /// for together.
    pub(super) fn rows(&self, keys: &[u64]) -> Vec<&[u32]> {
        let buckets: Vec<_> = keys.iter().map(|&key| self.bucket(key)).collect();
        buckets
            .into_iter()
            .map(|bucket| bucket.and_then(|(bucket, print)| self.find(bucket, print)).unwrap_or_default())
            .collect()
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
        let many = prints.get(from..)?.partition_point(|&p| p == print);
        self.rows.get(start + from..start + from + many)
    }
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
