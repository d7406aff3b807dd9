//! One shelf of a segment: encoded entries with their entity and label, and keys that lead to them, read in place.
//! Rows stand in the order of their labels, so that what a permit does not allow is skipped as runs and never touched.
//! Rows that the epoch no longer holds are stepped over as if they were not there.

use std::ops::Range;
use std::path::Path;

use mapped::Column;
use model::LabelId;
use serde::Deserialize;

use super::bits::Bits;
use super::postings::Postings;
use super::verified::Verified;
use super::{IndexError, VERSION, file_error};

mod builder;

pub(super) use builder::{Batch, ShelfBuilder};

/// Entries with their keys.
#[derive(Debug)]
pub(super) struct Shelf {
    /// Where each label's rows start. Few, so held in memory.
    runs: Vec<(LabelId, u32)>,
    entities: Column<u32>,
    offsets: Column<u64>,
    entries: Column<u8>,
    /// Which of the segment's rows each row was made of.
    origins: Column<u32>,
    postings: Postings,
    /// Rows that the epoch no longer holds.
    dead: Bits,
}

impl Shelf {
    /// Opens the shelf called `name`. What was made of a row that is `gone` is dead.
    pub(super) fn open(folder: &Path, name: &str, gone: &Bits) -> Result<Self, IndexError> {
        let path = |part: &str| folder.join(format!("{name}.{part}"));
        let labels = Column::<u32>::open(&path("labels"), VERSION)?;
        let starts = Column::<u32>::open(&path("starts"), VERSION)?;
        labels.verify()?;
        starts.verify()?;
        let mut shelf = Self {
            runs: labels.iter().map(|&label| LabelId(label)).zip(starts.iter().copied()).collect(),
            entities: Column::open(&path("entities"), VERSION)?,
            offsets: Column::open(&path("offsets"), VERSION)?,
            entries: Column::open(&path("entries"), VERSION)?,
            origins: Column::open(&path("origins"), VERSION)?,
            postings: Postings::open(folder, name)?,
            dead: Bits::default(),
        };
        let in_order = shelf.runs.is_sorted_by_key(|(_, start)| *start);
        let whole =
            [shelf.offsets.len(), shelf.origins.len()].iter().all(|&length| length == shelf.entities.len());
        if labels.len() != starts.len() || !whole || !in_order {
            return Err(file_error(folder, "the index does not have the expected shape"));
        }
        if !gone.is_empty() {
            shelf.origins.expect_all();
            shelf.dead = Bits::none(shelf.len());
            (0..)
                .zip(shelf.origins.iter())
                .filter(|(_, origin)| gone.has(**origin))
                .for_each(|(row, _)| shelf.dead.add(row));
        }
        Ok(shelf)
    }

    /// How many entries there are, dead ones included.
    pub(super) fn len(&self) -> usize {
        self.entities.len()
    }

    /// Rows within `runs` that are not dead.
    pub(super) fn alive<'a>(&'a self, runs: &'a [Range<u32>]) -> impl Iterator<Item = u32> + 'a {
        runs.iter().cloned().flatten().filter(|&row| !self.dead.has(row))
    }

    /// Rows within `runs` that are dead.
    pub(super) fn dead<'a>(&'a self, runs: &'a [Range<u32>]) -> impl Iterator<Item = u32> + 'a {
        let any = !self.dead.is_empty();
        runs.iter().filter(move |_| any).cloned().flatten().filter(|&row| self.dead.has(row))
    }

    /// How many rows within `runs` are not dead.
    pub(super) fn count(&self, runs: &[Range<u32>]) -> usize {
        if self.dead.is_empty() {
            runs.iter().map(ExactSizeIterator::len).sum()
        } else {
            self.alive(runs).count()
        }
    }

    /// Reads everything once and compares it with its checksums, but for files that are `known`.
    pub(super) fn verify(&self, known: &Verified) -> Result<(), IndexError> {
        known.check(&self.offsets)?;
        known.check(&self.entries)?;
        known.check(&self.entities)?;
        known.check(&self.origins)?;
        self.postings.columns().into_iter().try_for_each(|column| known.check(column))
    }

    /// Notes the files that were verified.
    pub(super) fn note(&self, known: &mut Verified) {
        known.add(&self.offsets);
        known.add(&self.entries);
        known.add(&self.entities);
        known.add(&self.origins);
        self.postings.columns().into_iter().for_each(|column| known.add(column));
    }

    /// Lets the kernel read all entries: many will be looked at.
    pub(super) fn expect_entries(&self) {
        self.offsets.expect_all();
        self.entries.expect_all();
    }

    /// The same of all keys.
    pub(super) fn expect_keys(&self) {
        self.postings.columns().into_iter().for_each(Column::expect_all);
    }

    /// Gives the memory back that one part of so many of each column takes.
    pub(super) fn release(&self, part: usize, parts: usize) {
        self.offsets.release_part(part, parts);
        self.entries.release_part(part, parts);
        self.entities.release_part(part, parts);
        self.origins.release_part(part, parts);
        self.postings.columns().into_iter().for_each(|column| column.release_part(part, parts));
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

    /// The rows that each of `keys` leads to, ascending, dead ones included.
    pub(super) fn rows(&self, keys: &[u64]) -> Vec<&[u32]> {
        self.postings.rows(keys)
    }

    /// Rows that the epoch no longer holds.
    pub(super) fn gone(&self) -> &Bits {
        &self.dead
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
