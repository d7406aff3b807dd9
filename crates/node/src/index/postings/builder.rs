//! Gathers postings in any order and writes them sorted, in memory that is bounded: what does not fit waits on the disk,
//! parted by the first bits of its key, and is sorted part by part.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use mapped::ColumnWriter;

use super::sort::{Sorted, sorted};
use super::{PART_BITS, bucket_bits, split};
use crate::index::{IndexError, VERSION, file_error};

const POSTING_BYTES: usize = size_of::<(u64, u32)>();
const SPILLED_BYTES: usize = 12;

/// Postings being gathered.
pub(in crate::index) struct PostingsBuilder {
    parts: Vec<Vec<(u64, u32)>>,
    held: usize,
    held_max: usize,
    total: u64,
    spilled: PathBuf,
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
        let mut held = std::mem::take(&mut self.parts).into_iter().enumerate();
        let (mut written, mut starts) = (0_u32, Vec::new());
        loop {
            // As many parts at once as there are threads, written in their order.
            let some: Vec<_> = held.by_ref().take(threads.max(1)).collect();
            if some.is_empty() {
                break;
            }
            for part in self.sort(some, renumbered, bits) {
                let Sorted { first, ends, prints: more_prints, rows: more_rows } = part?;
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
            }
        }
        buckets.push(written)?;
        buckets.finish()?;
        prints.finish()?;
        rows.finish().map_err(Into::into)
    }

    /// Parts sorted at once, each by a thread of its own.
    fn sort(
        &self,
        parts: Vec<(usize, Vec<(u64, u32)>)>,
        renumbered: &[u32],
        bits: u32,
    ) -> Vec<Result<Sorted, IndexError>> {
        std::thread::scope(|scope| {
            let sorting: Vec<_> = parts
                .into_iter()
                .map(|(part, mut held)| {
                    scope.spawn(move || {
                        self.unspill(part, &mut held)?;
                        Ok(sorted(part, held, renumbered, bits))
                    })
                })
                .collect();
            let lost = || Err(file_error(&self.spilled, "a part of the keys could not be sorted"));
            sorting.into_iter().map(|thread| thread.join().unwrap_or_else(|_| lost())).collect()
        })
    }

    fn part_file(&self, part: usize) -> PathBuf {
        let mut name = self.spilled.clone().into_os_string();
        name.push(format!(".{part:02x}"));
        name.into()
    }

    fn spill(&mut self) -> Result<(), IndexError> {
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

    fn unspill(&self, part: usize, postings: &mut Vec<(u64, u32)>) -> Result<(), IndexError> {
        let path = self.part_file(part);
        let failed = |error: std::io::Error| file_error(&path, &error.to_string());
        let bytes = match File::open(&path) {
            Ok(mut file) => {
                let mut bytes = Vec::new();
                std::io::Read::read_to_end(&mut file, &mut bytes).map_err(failed)?;
                bytes
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        let (whole, _) = bytes.as_chunks::<SPILLED_BYTES>();
        postings.reserve(whole.len());
        for posting in whole {
            let (key, row) = posting.split_at(8);
            if let (Ok(key), Ok(row)) = (key.try_into(), row.try_into()) {
                postings.push((u64::from_ne_bytes(key), u32::from_ne_bytes(row)));
            }
        }
        std::fs::remove_file(&path).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::PostingsBuilder;
    use crate::index::postings::Postings;

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
}
