//! One shelf of the index: encoded entries with their entity and label, and keys that lead to them, read in place.
//! Rows stand in the order of their labels, so that what a permit does not allow is skipped as runs and never touched.

use std::ops::Range;
use std::path::Path;

use mapped::Column;
use model::LabelId;
use serde::Deserialize;

use super::postings::Postings;
use super::{IndexError, VERSION, file_error};

mod builder;

pub(super) use builder::{Batch, ShelfBuilder};

/// Most candidates that one probe may bring up.
const CANDIDATES_MAX: usize = 50_000;

/// Entries with their keys.
#[derive(Debug)]
pub(super) struct Shelf {
    /// Where each label's rows start. Few, so held in memory.
    runs: Vec<(LabelId, u32)>,
    entities: Column<u32>,
    offsets: Column<u64>,
    entries: Column<u8>,
    postings: Postings,
}

impl Shelf {
    /// Opens the shelf called `name`.
    pub(super) fn open(folder: &Path, name: &str) -> Result<Self, IndexError> {
        let path = |part: &str| folder.join(format!("{name}.{part}"));
        let labels = Column::<u32>::open(&path("labels"), VERSION)?;
        let starts = Column::<u32>::open(&path("starts"), VERSION)?;
        labels.verify()?;
        starts.verify()?;
        let shelf = Self {
            runs: labels.iter().map(|&label| LabelId(label)).zip(starts.iter().copied()).collect(),
            entities: Column::open(&path("entities"), VERSION)?,
            offsets: Column::open(&path("offsets"), VERSION)?,
            entries: Column::open(&path("entries"), VERSION)?,
            postings: Postings::open(folder, name)?,
        };
        let in_order = shelf.runs.is_sorted_by_key(|(_, start)| *start);
        if labels.len() != starts.len() || shelf.entities.len() != shelf.offsets.len() || !in_order {
            return Err(file_error(folder, "the index does not have the expected shape"));
        }
        Ok(shelf)
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entities.len()
    }

    /// How many entries have a label that `counts`.
    pub(super) fn count(&self, counts: impl Fn(LabelId) -> bool) -> usize {
        self.allowed(counts).iter().map(ExactSizeIterator::len).sum()
    }

    /// Reads everything once and compares it with its checksums.
    pub(super) fn verify(&self) -> Result<(), IndexError> {
        self.offsets.verify()?;
        self.entries.verify()?;
        self.entities.verify()?;
        self.postings.columns().into_iter().try_for_each(|column| column.verify().map_err(Into::into))
    }

    /// Gives the memory back that what was read so far takes.
    pub(super) fn release(&self) {
        self.offsets.release();
        self.entries.release();
        self.entities.release();
        self.postings.columns().into_iter().for_each(Column::release);
    }

    /// Rows whose label is `allowed`, as ascending runs that do not touch.
    pub(super) fn allowed(&self, allowed: impl Fn(LabelId) -> bool) -> Vec<Range<u32>> {
        let end = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let ends = self.runs.iter().skip(1).map(|(_, start)| *start).chain([end]);
        let mut runs: Vec<Range<u32>> = Vec::new();
        for (&(label, start), end) in self.runs.iter().zip(ends) {
            match runs.last_mut() {
                _ if !allowed(label) => {}
                Some(last) if last.end == start => last.end = end,
                _ => runs.push(start..end),
            }
        }
        runs
    }

    /// Rows within `allowed` that any of `keys` leads to, each once, in order. Bounded: a key that leads to very many rows
    /// is read last and cut, so that it can't crowd out a sharper one.
    pub(super) fn candidates(&self, keys: &[u64], allowed: &[Range<u32>]) -> Vec<u32> {
        let mut found: Vec<&[u32]> = Vec::with_capacity(keys.len());
        for key in keys {
            within(self.postings.rows(*key), allowed, &mut found);
        }
        found.sort_unstable_by_key(|rows| rows.len());
        let mut rows = Vec::new();
        for range in found {
            let room = CANDIDATES_MAX.saturating_sub(rows.len()).min(range.len());
            rows.extend_from_slice(range.get(..room).unwrap_or_default());
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// The rows within `allowed` that `key` leads to, ascending.
    pub(super) fn rows<'a>(&'a self, key: u64, allowed: &[Range<u32>]) -> Rows<'a> {
        let mut parts = Vec::new();
        within(self.postings.rows(key), allowed, &mut parts);
        let left = parts.iter().map(|part| part.len()).sum();
        Rows { parts: parts.into_iter(), part: [].iter(), left }
    }

    /// The entity and the label of a row.
    pub(super) fn place(&self, row: u32) -> Option<(u32, LabelId)> {
        let run = self.runs.partition_point(|(_, start)| *start <= row).checked_sub(1)?;
        let (label, _) = self.runs.get(run)?;
        Some((*self.entities.get(usize::try_from(row).ok()?)?, *label))
    }

    /// The entry of a row, read in place.
    pub(super) fn entry<'a, E: Deserialize<'a>>(&'a self, row: u32) -> Option<E> {
        let offset = *self.offsets.get(usize::try_from(row).ok()?)?;
        postcard::from_bytes(self.entries.get(usize::try_from(offset).ok()?..)?).ok()
    }
}

/// Rows of one key, of which the number is known without walking along them.
pub(super) struct Rows<'a> {
    parts: std::vec::IntoIter<&'a [u32]>,
    part: std::slice::Iter<'a, u32>,
    left: usize,
}

impl Iterator for Rows<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        loop {
            if let Some(&row) = self.part.next() {
                self.left -= 1;
                return Some(row);
            }
            self.part = self.parts.next()?.iter();
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Rows<'_> {}

/// The parts of ascending `rows` that lie in `runs`. What lies between is stepped over, however much it is.
fn within<'a>(mut rows: &'a [u32], runs: &[Range<u32>], found: &mut Vec<&'a [u32]>) {
    let mut runs = runs.iter();
    while let (Some(&first), Some(run)) = (rows.first(), runs.next()) {
        if run.end <= first {
            continue;
        }
        let (_, from) = rows.split_at(rows.partition_point(|&row| row < run.start));
        let (inside, rest) = from.split_at(from.partition_point(|&row| row < run.end));
        if !inside.is_empty() {
            found.push(inside);
        }
        rows = rest;
    }
}
