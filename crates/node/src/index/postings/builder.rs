//! Gathers postings in any order and writes them sorted, in memory that is bounded: what does not fit waits on the disk,
//! parted by the first bits of its key, and is sorted part by part.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use mapped::ColumnWriter;

use super::sort::{Sorted, sorted};
use super::{PART_BITS, bucket_bits, split};
use crate::index::in_order::in_order;
use crate::index::{IndexError, VERSION, file_error};

/// A key and the row that it leads to.
type Posting = (u64, u32);

const POSTING_BYTES: usize = size_of::<Posting>();
const SPILLED_BYTES: usize = 12;
/// Postings in a part that one thread sorts sooner than it hands them to another.
const PART_FEW: u64 = 4096;

/// Postings being gathered.
pub(in crate::index) struct PostingsBuilder {
    parts: Vec<Vec<Posting>>,
    held: usize,
    held_max: usize,
    total: u64,
    /// What the files begin with that take what memory does not.
    spilled: PathBuf,
    has_spilled: bool,
}

impl PostingsBuilder {
    /// Starts gathering. About `memory_bytes` are used; more goes to files in `folder` that begin with `name`.
    pub(in crate::index) fn new(folder: &Path, name: &str, memory_bytes: usize) -> Self {
        Self {
            parts: vec![Vec::new(); 1 << PART_BITS],
            held: 0,
            held_max: (memory_bytes / POSTING_BYTES).max(1),
            total: 0,
            spilled: folder.join(format!("{name}.spilled")),
            has_spilled: false,
        }
    }

    /// Adds one posting.
    pub(in crate::index) fn add(&mut self, key: u64, row: u32) -> Result<(), IndexError> {
        let (part, _) = split(key, PART_BITS);
        if let Some(part) = self.parts.get_mut(part) {
            part.push((key, row));
        }
        self.held += 1;
        self.total += 1;
        if self.held >= self.held_max { self.spill() } else { Ok(()) }
    }

    /// Writes the postings called `name` into `folder`. Row numbers are looked up in `renumbered` first.
    pub(in crate::index) fn finish(
        mut self,
        folder: &Path,
        name: &str,
        renumbered: &[u32],
        threads: usize,
    ) -> Result<(), IndexError> {
        if u32::try_from(self.total).is_err() {
            return Err(file_error(
                folder,
                "more than 4,294,967,295 keys: split the records over several nodes",
            ));
        }
        let bits = bucket_bits(self.total);
        let column =
            |part: &str| ColumnWriter::<u32>::create(&folder.join(format!("{name}.{part}")), VERSION);
        let (mut buckets, mut prints, mut rows) = (column("buckets")?, column("prints")?, column("rows")?);
        let parts: Vec<_> = std::mem::take(&mut self.parts).into_iter().map(Mutex::new).enumerate().collect();
        let (mut written, mut starts) = (0_u32, Vec::new());
        let sort = |(part, held): &(usize, Mutex<Vec<Posting>>)| {
            let held = std::mem::take(&mut *held.lock().unwrap_or_else(PoisonError::into_inner));
            Ok(sorted(*part, self.with_spilled(*part, held)?, renumbered, bits))
        };
        let few = self.total < (PART_FEW << PART_BITS);
        in_order(&parts, if few { 1 } else { threads }, sort, |sorted| {
            let Sorted { first, ends, prints: more_prints, rows: more_rows } = sorted;
            let mut before = written;
            for (bucket, end) in (first..).zip(ends) {
                // A bucket of several parts starts with the first of them.
                if bucket as u64 >= buckets.len() + starts.len() as u64 {
                    starts.push(before);
                }
                before = written.saturating_add(end);
            }
            buckets.extend(&std::mem::take(&mut starts))?;
            prints.extend(&more_prints)?;
            rows.extend(&more_rows)?;
            written = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            Ok(())
        })?;
        buckets.push(written)?;
        buckets.finish()?;
        prints.finish()?;
        rows.finish().map_err(Into::into)
    }

    fn part_file(&self, part: usize) -> PathBuf {
        let mut name = self.spilled.clone().into_os_string();
        name.push(format!(".{part:02x}"));
        name.into()
    }

    fn spill(&mut self) -> Result<(), IndexError> {
        self.has_spilled = true;
        for part in 0..self.parts.len() {
            let path = self.part_file(part);
            let Some(postings) = self.parts.get_mut(part).filter(|postings| !postings.is_empty()) else {
                continue;
            };
            let mut put = || {
                let mut file = BufWriter::new(OpenOptions::new().create(true).append(true).open(&path)?);
                for (key, row) in postings.drain(..) {
                    file.write_all(&key.to_ne_bytes())?;
                    file.write_all(&row.to_ne_bytes())?;
                }
                file.flush()
            };
            put().map_err(|error| file_error(&path, &error.to_string()))?;
        }
        self.held = 0;
        Ok(())
    }

    /// What waits of a part, on the disk and in memory.
    fn with_spilled(&self, part: usize, held: Vec<Posting>) -> Result<Vec<Posting>, IndexError> {
        if !self.has_spilled {
            return Ok(held);
        }
        let path = self.part_file(part);
        let failed = |error: std::io::Error| file_error(&path, &error.to_string());
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(held),
            Err(error) => return Err(failed(error)),
        };
        let (whole, _) = bytes.as_chunks::<SPILLED_BYTES>();
        // In memory of this thread's own: what is held lies in that of the one who gathered, and to grow there is to wait for it.
        let mut postings = Vec::with_capacity(whole.len() + held.len());
        for posting in whole {
            let (key, row) = posting.split_at(8);
            if let (Ok(key), Ok(row)) = (key.try_into(), row.try_into()) {
                postings.push((u64::from_ne_bytes(key), u32::from_ne_bytes(row)));
            }
        }
        postings.extend(held);
        std::fs::remove_file(&path).map_err(failed)?;
        Ok(postings)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::{PART_FEW, PostingsBuilder};
    use crate::index::postings::{PART_BITS, Postings};

    proptest! {
        #[test]
        fn every_key_leads_to_its_rows(
            pairs in prop::collection::vec((0..40_u64, 0..1000_u32), 0..400),
            spread in any::<u64>(),
            memory in 1..8_000_usize,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut builder = PostingsBuilder::new(folder.path(), "things", memory);
            let mut expected: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
            for (key, row) in pairs {
                let key = key.wrapping_mul(spread | 1);
                builder.add(key, row).unwrap();
                expected.entry(key).or_default().insert(999 - row);
            }
            let renumbered: Vec<u32> = (0..1000).rev().collect();
            builder.finish(folder.path(), "things", &renumbered, 2).unwrap();
            let files = std::fs::read_dir(folder.path()).unwrap().count();
            prop_assert_eq!(files, 3, "nothing spilled is left behind");
            let postings = Postings::open(folder.path(), "things").unwrap();
            for (key, rows) in &expected {
                let found: BTreeSet<u32> = postings.rows(&[*key])[0].iter().copied().collect();
                prop_assert!(postings.rows(&[*key])[0].is_sorted());
                prop_assert!(rows.is_subset(&found));
            }
        }
    }
    #[test]
    fn more_threads_write_the_same() {
        let written = |threads| {
            let folder = tempfile::tempdir().unwrap();
            let postings = u32::try_from(PART_FEW << PART_BITS).unwrap();
            let mut builder = PostingsBuilder::new(folder.path(), "things", 9 << 20);
            for row in 0..postings {
                builder.add(u64::from(row).wrapping_mul(0x9e37_79b9_7f4a_7c15), row).unwrap();
            }
            let renumbered: Vec<u32> = (0..postings).rev().collect();
            builder.finish(folder.path(), "things", &renumbered, threads).unwrap();
            ["buckets", "prints", "rows"]
                .map(|part| std::fs::read(folder.path().join(format!("things.{part}"))).unwrap())
        };
        assert!(written(1) == written(3));
    }
}
