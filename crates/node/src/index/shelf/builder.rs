//! Fills a shelf and writes its columns. Entries go to the disk as they come; keys wait within their bound.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mapped::ColumnWriter;
use model::LabelId;
use serde::Serialize;

use super::super::postings::PostingsBuilder;
use super::super::rows::Place;
use super::super::{BuildLimits, IndexError, VERSION, file_error};

/// Entries made ready to be shelved, by any thread.
#[derive(Default)]
pub(in crate::index) struct Batch {
    rows: Vec<Shelved>,
    entries: Vec<u8>,
    /// Room for one entry, used again.
    entry: Vec<u8>,
    keys: Vec<(u64, usize)>,
}

/// One row on its way: its offset counts from the start of its batch, then from the start of all entries.
struct Shelved {
    place: Place,
    offset: u64,
}

impl Batch {
    /// Adds an entry that `keys` lead to.
    pub(in crate::index) fn add(&mut self, place: Place, entry: &impl Serialize, keys: &[u64]) {
        // Entries are plain numbers and texts, which postcard can always write.
        self.entry.clear();
        let Ok(bytes) = postcard::to_extend(entry, std::mem::take(&mut self.entry)) else { return };
        let row = self.rows.len();
        self.rows.push(Shelved { place, offset: self.entries.len() as u64 });
        self.entries.extend_from_slice(&bytes);
        self.entry = bytes;
        self.keys.extend(keys.iter().map(|&key| (key, row)));
    }
}

/// A shelf being filled.
pub(in crate::index) struct ShelfBuilder {
    folder: PathBuf,
    name: &'static str,
    rows: Vec<Shelved>,
    entries: ColumnWriter<u8>,
    postings: PostingsBuilder,
    limits: BuildLimits,
}

impl ShelfBuilder {
    /// Starts the shelf called `name` in `folder`.
    pub(in crate::index) fn create(
        folder: &Path,
        name: &'static str,
        limits: BuildLimits,
    ) -> Result<Self, IndexError> {
        Ok(Self {
            folder: folder.to_owned(),
            name,
            rows: Vec::new(),
            entries: ColumnWriter::create(&folder.join(format!("{name}.entries")), VERSION)?,
            postings: PostingsBuilder::new(folder, name, limits.memory_bytes),
            limits,
        })
    }

    /// Shelves a batch. The same batches in the same order give the same bytes.
    pub(in crate::index) fn append(&mut self, batch: Batch) -> Result<(), IndexError> {
        let (before, start) = (self.rows.len(), self.entries.len());
        if u32::try_from(before + batch.rows.len()).is_err() {
            return Err(file_error(
                &self.folder,
                "more than 4,294,967,295 rows: split the records over several nodes",
            ));
        }
        self.rows.extend(batch.rows.into_iter().map(|row| Shelved { offset: start + row.offset, ..row }));
        self.entries.extend(&batch.entries)?;
        for (key, row) in batch.keys {
            self.postings.add(key, u32::try_from(before + row).unwrap_or(u32::MAX))?;
        }
        Ok(())
    }

    /// Writes what is left, and tells where each entry stands, in the order in which they were added; the shelf can be opened
    /// then.
    pub(in crate::index) fn finish(self) -> Result<Vec<u32>, IndexError> {
        let Self { folder, name, rows, entries, postings, limits } = self;
        entries.finish()?;
        let path = |part: &str| folder.join(format!("{name}.{part}"));
        // Few labels, each of many rows: these need no sorting.
        let mut under: BTreeMap<LabelId, Vec<usize>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            under.entry(row.place.label).or_default().push(at);
        }
        let mut entities = ColumnWriter::<u32>::create(&path("entities"), VERSION)?;
        let mut offsets = ColumnWriter::<u64>::create(&path("offsets"), VERSION)?;
        let mut origins = ColumnWriter::<u32>::create(&path("origins"), VERSION)?;
        let mut labels = ColumnWriter::<u32>::create(&path("labels"), VERSION)?;
        let mut starts = ColumnWriter::<u32>::create(&path("starts"), VERSION)?;
        let mut renumbered = vec![0; rows.len()];
        let mut next = 0_u32..;
        for (label, places) in under {
            labels.push(label.0)?;
            starts.push(next.start)?;
            for (at, row) in places.into_iter().zip(next.by_ref()) {
                let Some(&Shelved { place, offset }) = rows.get(at) else { continue };
                entities.push(place.entity)?;
                offsets.push(offset)?;
                origins.push(place.origin)?;
                if let Some(number) = renumbered.get_mut(at) {
                    *number = row;
                }
            }
        }
        drop(rows);
        entities.finish()?;
        offsets.finish()?;
        origins.finish()?;
        labels.finish()?;
        starts.finish()?;
        postings.finish(&folder, name, &renumbered, limits.threads)?;
        Ok(renumbered)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use model::LabelId;
    use proptest::prelude::*;

    use super::*;
    use crate::index::bits::Bits;
    use crate::index::shelf::Shelf;
    use crate::index::stack::Stack;
    use crate::index::verified::Verified;

    const LIMITS: BuildLimits = BuildLimits { memory_bytes: 1 << 12, threads: 2 };

    proptest! {
        #[test]
        fn a_shelf_is_read_back_as_it_was_written(
            rows in prop::collection::vec((0..100_u32, 0..6_u32, prop::collection::btree_set(0..30_u64, 0..5)), 0..200),
            dead in prop::collection::btree_set(0..200_u32, 0..20),
            allowed in prop::collection::btree_set(0..6_u32, 0..6),
            asked in prop::collection::vec(0..30_u64, 0..6),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let hashed = |key: u64| key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut builder = ShelfBuilder::create(folder.path(), "things", LIMITS).unwrap();
            for (at, some) in rows.chunks(7).enumerate() {
                let mut batch = Batch::default();
                for (n, (entity, label, keys)) in some.iter().enumerate() {
                    let keys: Vec<u64> = keys.iter().map(|&key| hashed(key)).collect();
                    let origin = u32::try_from(at * 7 + n).unwrap();
                    let place = Place { origin, entity: *entity, label: LabelId(*label) };
                    batch.add(place, &format!("entry {origin}"), &keys);
                }
                builder.append(batch).unwrap();
            }
            builder.finish().unwrap();
            let mut gone = Bits::none(rows.len());
            dead.iter().filter(|&&origin| usize::try_from(origin).unwrap() < rows.len()).for_each(|&origin| gone.add(origin));
            let shelf = Stack::new(vec![Shelf::open(folder.path(), "things", &gone).unwrap()]);
            shelf.verify(&Verified::default()).unwrap();
            prop_assert_eq!(shelf.len(), rows.len() - gone.count());
            let told: BTreeMap<String, (u32, LabelId)> = (0..u32::try_from(rows.len()).unwrap())
                .map(|row| (shelf.entry::<&str>(row).unwrap().to_owned(), shelf.place(row).unwrap()))
                .collect();
            for (at, (entity, label, _)) in rows.iter().enumerate() {
                prop_assert_eq!(told[&format!("entry {at}")], (*entity, LabelId(*label)));
            }
            let runs = shelf.allowed(|label| allowed.contains(&label.0));
            let keys: Vec<u64> = asked.iter().map(|&key| hashed(key)).collect();
            let found = shelf.candidates(&keys, &runs);
            prop_assert!(found.is_sorted());
            let found: BTreeSet<String> = found.iter().map(|&row| shelf.entry::<&str>(row).unwrap().to_owned()).collect();
            let wanted = rows.iter().enumerate().filter(|(at, (_, label, keys))| {
                !dead.contains(&u32::try_from(*at).unwrap()) && allowed.contains(label) && asked.iter().any(|key| keys.contains(key))
            });
            prop_assert_eq!(found, wanted.map(|(at, _)| format!("entry {at}")).collect::<BTreeSet<_>>());
            // With a bound on each key, what is within it is told as without, and what is beyond it is known to be.
            let (all, few) = (shelf.look_up(&keys, &runs), shelf.look_up_few(&keys, |at| at, &runs));
            for (at, (all_rows, few_rows)) in all.counts().zip(few.counts()).enumerate() {
                prop_assert_eq!(all_rows > at, few_rows > at);
                prop_assert!(all_rows > at || all.rows(at).eq(few.rows(at)));
            }
            prop_assert_eq!(shelf.entry::<&str>(u32::MAX), None);
            prop_assert_eq!(shelf.place(u32::MAX).is_some(), false);
        }
    }

    #[test]
    fn a_damaged_shelf_is_an_error_not_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = ShelfBuilder::create(folder.path(), "things", LIMITS).unwrap();
        let mut batch = Batch::default();
        (0..9_u32).for_each(|row| {
            let place = Place { origin: row, entity: row, label: LabelId(row % 2) };
            batch.add(place, &"entry", &[u64::from(row) << 60]);
        });
        builder.append(batch).unwrap();
        builder.finish().unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let path = file.unwrap().path();
            let whole = std::fs::read(&path).unwrap();
            for cut in [0, 4, whole.len() / 2, whole.len() - 1] {
                std::fs::write(&path, whole.get(..cut).unwrap()).unwrap();
                assert!(
                    Shelf::open(folder.path(), "things", &Bits::default()).is_err(),
                    "{} cut at {cut}",
                    path.display()
                );
            }
            let mut changed = whole.clone();
            *changed.last_mut().unwrap() ^= 1;
            std::fs::write(&path, changed).unwrap();
            let verified = Shelf::open(folder.path(), "things", &Bits::default())
                .and_then(|shelf| shelf.verify(&Verified::default()));
            assert!(verified.is_err(), "{} changed", path.display());
            std::fs::write(&path, whole).unwrap();
        }
        Shelf::open(folder.path(), "things", &Bits::default()).unwrap();
    }
}
