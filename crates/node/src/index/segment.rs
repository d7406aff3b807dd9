//! A segment of the index: shelves made of some rows of the records, each row of a shelf of one row alone, written once and
//! never changed. An index is a base and a few small segments of what changed since; what an epoch no longer holds of a
//! segment is noted beside it.

use std::path::{Path, PathBuf};

use mapped::{Column, ColumnWriter};
use model::Dataset;

use super::bits::Bits;
use super::shelf::Shelf;
use super::tally::Tally;
use super::{IndexError, VERSION, file_error};

/// The datasets that an index is made of, in the order in which their rows are numbered.
pub(super) const DATASETS: [Dataset; 8] = [
    Dataset::Person,
    Dataset::Identifier,
    Dataset::Organisation,
    Dataset::Location,
    Dataset::Object,
    Dataset::Report,
    Dataset::Threat,
    Dataset::Link,
];

/// An open segment.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) persons: Shelf,
    pub(super) organisations: Shelf,
    pub(super) addresses: Shelf,
    pub(super) identifiers: Shelf,
    pub(super) records: Shelf,
    pub(super) links: Shelf,
}

impl Segment {
    /// Opens the segment numbered `number` of the index in `folder`.
    pub(super) fn open(folder: &Path, number: usize) -> Result<Self, IndexError> {
        let origins = Origins::open(folder, number)?;
        let gone = origins.gone(folder, number)?;
        let segment = segment_dir(folder, number);
        let shelf = |name| Shelf::open(&segment, name, &gone);
        Ok(Self {
            persons: shelf("persons")?,
            organisations: shelf("organisations")?,
            addresses: shelf("addresses")?,
            identifiers: shelf("identifiers")?,
            records: shelf("records")?,
            links: shelf("links")?,
        })
    }
}

/// The rows that a segment was made of: how many of each dataset, and the fingerprint of each.
#[derive(Debug)]
pub(super) struct Origins {
    counts: Column<u64>,
    /// Two halves of each fingerprint, the low one first.
    prints: Column<u64>,
}

impl Origins {
    /// Opens those of segment `number`.
    pub(super) fn open(folder: &Path, number: usize) -> Result<Self, IndexError> {
        let dir = segment_dir(folder, number);
        let origins = Self {
            counts: Column::open(&dir.join("origins.counts"), VERSION)?,
            prints: Column::open(&dir.join("origins.prints"), VERSION)?,
        };
        origins.counts.verify()?;
        let all = origins.counts.iter().try_fold(0_u64, |all, &count| all.checked_add(count));
        let held = u64::try_from(origins.prints.len() / 2).ok();
        if origins.counts.len() != DATASETS.len() || all.is_none() || all != held {
            return Err(file_error(&dir, "the index does not tell what it was made of"));
        }
        Ok(origins)
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.prints.len() / 2
    }

    /// Compares the fingerprints with their checksum, before all of them are read.
    pub(super) fn verify(&self) -> Result<(), IndexError> {
        self.prints.verify_to_read().map_err(Into::into)
    }

    /// The number of the first row of the dataset at `place`, and the fingerprints of its rows.
    pub(super) fn of(&self, place: usize) -> (u32, impl ExactSizeIterator<Item = u128> + Clone + '_) {
        let count = |place: usize| {
            self.counts.get(place).and_then(|&count| usize::try_from(count).ok()).unwrap_or_default()
        };
        let start: usize = (0..place).map(count).sum();
        let (prints, _) = self.prints.as_chunks::<2>();
        let prints = prints.get(start..start + count(place)).unwrap_or_default();
        let whole = |[low, high]: &[u64; 2]| u128::from(*high) << 64 | u128::from(*low);
        (u32::try_from(start).unwrap_or(u32::MAX), prints.iter().map(whole))
    }

    /// The rows that the epoch in `folder` no longer holds.
    pub(super) fn gone(&self, folder: &Path, number: usize) -> Result<Bits, IndexError> {
        let column = Column::<u32>::open(&gone_file(folder, number), VERSION)?;
        column.verify()?;
        if column.is_empty() {
            return Ok(Bits::default());
        }
        let mut gone = Bits::none(self.len());
        column.iter().for_each(|&row| gone.add(row));
        Ok(gone)
    }
}

/// Writes the fingerprints of a segment's rows, dataset by dataset.
pub(super) struct OriginsWriter {
    dir: PathBuf,
    counts: Vec<u64>,
    prints: ColumnWriter<u64>,
}

impl OriginsWriter {
    pub(super) fn create(dir: &Path) -> Result<Self, IndexError> {
        let prints = ColumnWriter::create(&dir.join("origins.prints"), VERSION)?;
        Ok(Self { dir: dir.to_owned(), counts: Vec::new(), prints })
    }

    /// Adds rows of the dataset that is being read.
    pub(super) fn add(&mut self, prints: impl IntoIterator<Item = u128>) -> Result<(), IndexError> {
        let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or_default();
        for print in prints {
            self.prints.push(half(print))?;
            self.prints.push(half(print >> 64))?;
        }
        Ok(())
    }

    /// Ends a dataset and tells the number of the next row.
    pub(super) fn end_dataset(&mut self) -> u32 {
        let all = self.prints.len() / 2;
        self.counts.push(all - self.counts.iter().sum::<u64>());
        u32::try_from(all).unwrap_or(u32::MAX)
    }

    pub(super) fn finish(self) -> Result<(), IndexError> {
        let mut counts = ColumnWriter::<u64>::create(&self.dir.join("origins.counts"), VERSION)?;
        counts.extend(&self.counts)?;
        counts.finish()?;
        self.prints.finish().map_err(Into::into)
    }
}

/// How many identifiers of each kind a segment holds under open labels, whoever holds them.
pub(super) fn tally(folder: &Path, number: usize) -> Result<Tally, IndexError> {
    Tally::open(&segment_dir(folder, number))
}

/// Notes the rows of segment `number` that the epoch in `folder` no longer holds.
pub(super) fn write_gone(
    folder: &Path,
    number: usize,
    gone: impl IntoIterator<Item = u32>,
) -> Result<(), IndexError> {
    let mut column = ColumnWriter::<u32>::create(&gone_file(folder, number), VERSION)?;
    gone.into_iter().try_for_each(|row| column.push(row))?;
    column.finish().map_err(Into::into)
}

/// The folder of a segment.
pub(super) fn segment_dir(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("segment-{number}"))
}

fn gone_file(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("gone-{number}"))
}
