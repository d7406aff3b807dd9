//! One shelf of the index: encoded entries, their entity and label, and sorted keys that lead to them.
//! Kept as Arrow files, so that opening is reading, and held in memory as they are.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, BinaryArray, RecordBatch, UInt32Array, UInt64Array};
use arrow::datatypes::{Field, Schema};
use arrow::ipc::reader::FileReader;
use arrow::ipc::writer::FileWriter;
use model::LabelId;
use serde::{Deserialize, Serialize};

use super::IndexError;

/// Format of the files. Rises when entries or keys change their meaning, so that older files are rebuilt.
const FORMAT: u32 = 1;
/// Most candidates that one probe may bring up.
const CANDIDATES_MAX: usize = 50_000;

/// Entries with their keys.
#[derive(Debug)]
pub(super) struct Shelf {
    entities: UInt32Array,
    labels: UInt32Array,
    entries: BinaryArray,
    keys: UInt64Array,
    rows: UInt32Array,
}

impl Shelf {
    /// Reads the shelf called `name`.
    pub(super) fn open(folder: &Path, name: &str) -> Result<Self, IndexError> {
        let entries = read(&folder.join(format!("{name}.entries.arrow")))?;
        let keys = read(&folder.join(format!("{name}.keys.arrow")))?;
        let damaged = || file_error(folder, "the index does not have the expected shape");
        Ok(Self {
            entities: column(&entries, 0).ok_or_else(damaged)?,
            labels: column(&entries, 1).ok_or_else(damaged)?,
            entries: column(&entries, 2).ok_or_else(damaged)?,
            keys: column(&keys, 0).ok_or_else(damaged)?,
            rows: column(&keys, 1).ok_or_else(damaged)?,
        })
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Rows that any of `keys` leads to, each once, in order. Bounded: a key that leads to very many rows is read last
    /// and cut, so that it can't crowd out a sharper one.
    pub(super) fn candidates(&self, keys: &[u64]) -> Vec<u32> {
        let sorted: &[u64] = self.keys.values();
        let mut ranges: Vec<&[u32]> = keys
            .iter()
            .filter_map(|key| {
                let from = sorted.partition_point(|k| k < key);
                let to = sorted.partition_point(|k| k <= key);
                self.rows.values().get(from..to)
            })
            .collect();
        ranges.sort_unstable_by_key(|rows| rows.len());
        let mut rows = Vec::new();
        for range in ranges {
            let room = CANDIDATES_MAX.saturating_sub(rows.len()).min(range.len());
            rows.extend_from_slice(range.get(..room).unwrap_or_default());
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// The entity and the label of a row.
    pub(super) fn place(&self, row: u32) -> Option<(u32, LabelId)> {
        let row = usize::try_from(row).ok()?;
        Some((*self.entities.values().get(row)?, LabelId(*self.labels.values().get(row)?)))
    }

    /// The entry of a row, read in place.
    pub(super) fn entry<'a, E: Deserialize<'a>>(&'a self, row: u32) -> Option<E> {
        let row = usize::try_from(row).ok().filter(|&row| row < self.entries.len())?;
        postcard::from_bytes(self.entries.value(row)).ok()
    }
}

/// A shelf being filled.
pub(super) struct ShelfBuilder {
    entities: Vec<u32>,
    labels: Vec<u32>,
    entries: arrow::array::BinaryBuilder,
    keys: Vec<(u64, u32)>,
}

impl ShelfBuilder {
    pub(super) fn new() -> Self {
        Self {
            entities: Vec::new(),
            labels: Vec::new(),
            entries: arrow::array::BinaryBuilder::new(),
            keys: Vec::new(),
        }
    }

    /// Adds an entry that `keys` lead to.
    pub(super) fn add(
        &mut self,
        entity: u32,
        label: LabelId,
        entry: &impl Serialize,
        keys: &[u64],
    ) -> Option<()> {
        let row = u32::try_from(self.entities.len()).ok()?;
        self.entries.append_value(postcard::to_stdvec(entry).ok()?);
        self.entities.push(entity);
        self.labels.push(label.0);
        self.keys.extend(keys.iter().map(|&key| (key, row)));
        Some(())
    }

    /// Writes the shelf's files into `folder`.
    pub(super) fn write(mut self, folder: &Path, name: &str) -> Result<(), IndexError> {
        self.keys.sort_unstable();
        self.keys.dedup();
        let (keys, rows): (Vec<u64>, Vec<u32>) = self.keys.into_iter().unzip();
        write(
            &folder.join(format!("{name}.entries.arrow")),
            &[
                ("entity", Arc::new(UInt32Array::from(self.entities))),
                ("label", Arc::new(UInt32Array::from(self.labels))),
                ("entry", Arc::new(self.entries.finish())),
            ],
        )?;
        write(
            &folder.join(format!("{name}.keys.arrow")),
            &[("key", Arc::new(UInt64Array::from(keys))), ("row", Arc::new(UInt32Array::from(rows)))],
        )
    }
}

/// Writes columns as one Arrow file, synced.
pub(super) fn write(path: &Path, columns: &[(&str, Arc<dyn Array>)]) -> Result<(), IndexError> {
    let fields: Vec<Field> =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    let schema = Schema::new(fields).with_metadata([("format".to_owned(), format())].into());
    let arrays = columns.iter().map(|(_, array)| array.clone()).collect();
    let put = || {
        let batch = RecordBatch::try_new(Arc::new(schema), arrays)?;
        let mut writer = FileWriter::try_new(File::create(path)?, &batch.schema())?;
        writer.write(&batch)?;
        writer.finish()?;
        writer.into_inner()?.sync_all().map_err(Into::into)
    };
    put().map_err(|error: arrow::error::ArrowError| file_error(path, &error.to_string()))
}

/// Reads an Arrow file that [`write`] wrote.
pub(super) fn read(path: &Path) -> Result<RecordBatch, IndexError> {
    let get = || {
        let mut reader = FileReader::try_new(File::open(path)?, None)?;
        if reader.schema().metadata().get("format") != Some(&format()) {
            return Err(arrow::error::ArrowError::SchemaError("the index is of another version".to_owned()));
        }
        let schema = reader.schema();
        reader.next().unwrap_or_else(|| Ok(RecordBatch::new_empty(schema)))
    };
    get().map_err(|error: arrow::error::ArrowError| file_error(path, &error.to_string()))
}

/// The version of the files: ours, and that of the keys that linkage makes.
fn format() -> String {
    format!("{FORMAT}.{}", linkage::KEYS_VERSION)
}

/// The column at `place`, of the type that the caller expects and without nulls.
pub(super) fn column<A: Array + Clone + 'static>(batch: &RecordBatch, place: usize) -> Option<A> {
    batch.columns().get(place)?.as_any().downcast_ref::<A>().cloned()
}

pub(super) fn file_error(path: &Path, cause: &str) -> IndexError {
    IndexError::File { file: path.display().to_string(), cause: cause.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{LabelId, Shelf, ShelfBuilder};

    #[test]
    fn a_shelf_is_read_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let mut builder = ShelfBuilder::new();
        for (row, keys) in [(0u32, vec![7, 9]), (1, vec![7]), (2, vec![])] {
            builder.add(row + 10, LabelId(row), &format!("entry {row}"), &keys).unwrap();
        }
        builder.write(folder.path(), "things").unwrap();
        let shelf = Shelf::open(folder.path(), "things").unwrap();
        assert_eq!(shelf.len(), 3);
        assert_eq!(shelf.candidates(&[7]), [0, 1]);
        assert_eq!(shelf.candidates(&[9, 7, 8]), [0, 1]);
        assert_eq!(shelf.place(2), Some((12, LabelId(2))));
        assert_eq!(shelf.entry::<&str>(1), Some("entry 1"));
        assert_eq!(shelf.entry::<&str>(3), None);
    }

    #[test]
    fn a_damaged_shelf_is_an_error_not_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        ShelfBuilder::new().write(folder.path(), "things").unwrap();
        let path = folder.path().join("things.keys.arrow");
        let whole = std::fs::read(&path).unwrap();
        for cut in [0, 4, whole.len() / 2, whole.len() - 1] {
            std::fs::write(&path, whole.get(..cut).unwrap()).unwrap();
            assert!(Shelf::open(folder.path(), "things").is_err(), "cut at {cut}");
        }
    }
}
