//! Numbers of entities that hold across epochs. An epoch numbers its entities anew; memory must know them again, so
//! each gets a number of its own by a hash of its key, before the epoch is asked.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::UInt32Type;
use model::Dataset;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rusqlite::params;
use sha2::{Digest, Sha256};

use super::schema::{ReleasesError, Store};
use crate::catalogue::{ENTITY, Snapshot};

/// Hashes in one row of the store: eight bytes each, far below what SQLite takes in one value.
const HASHES_MAX: usize = 1_000_000;

/// For each of an epoch's numbers of a dataset's entities, the one that holds across epochs.
pub(crate) type Numbers = Arc<[u32]>;

/// A dataset's entities can't be read from its snapshot. Says nothing more: readers quote values (invariant 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the entities of a dataset can't be read from the snapshot")]
pub(crate) struct Unreadable;

/// A hash for each entity of a dataset, in the order of the epoch's numbers: as the ingest noted it, or read off the records. A
/// record without a key is an entity of its own that no later epoch knows again.
pub(crate) fn hashes(snapshot: &Snapshot, dataset: Dataset) -> Result<Vec<u64>, Unreadable> {
    match snapshot.key_hashes(dataset) {
        Some(hashes) => Ok(hashes),
        None => of_records(snapshot, dataset),
    }
}

/// The same, read off the records.
pub(crate) fn of_records(snapshot: &Snapshot, dataset: Dataset) -> Result<Vec<u64>, Unreadable> {
    let Some(path) = snapshot.dataset_path(dataset) else { return Ok(Vec::new()) };
    let file = File::open(path).map_err(|_| Unreadable)?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|_| Unreadable)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), [ENTITY, dataset.entity_key()]);
    let reader = builder.with_projection(mask).build().map_err(|_| Unreadable)?;
    let mut hashes: Vec<u64> = Vec::new();
    for batch in reader {
        let batch = batch.map_err(|_| Unreadable)?;
        let entities =
            batch.column_by_name(ENTITY).and_then(|column| column.as_primitive_opt::<UInt32Type>());
        let keys = batch.column_by_name(dataset.entity_key()).ok_or(Unreadable)?;
        let keys = arrow::compute::cast(keys, &arrow::datatypes::DataType::Utf8).map_err(|_| Unreadable)?;
        let (entities, keys) = (entities.ok_or(Unreadable)?, keys.as_string::<i32>());
        for (row, &entity) in entities.values().iter().enumerate() {
            let at = usize::try_from(entity).map_err(|_| Unreadable)?;
            if hashes.len() <= at {
                hashes.resize(at + 1, 0);
            }
            let hash = if keys.is_valid(row) {
                hash(&[keys.value(row).as_bytes()])
            } else {
                hash(&[&[0], snapshot.fingerprint().as_bytes(), &entity.to_le_bytes()])
            };
            if let Some(held) = hashes.get_mut(at) {
                *held = hash;
            }
        }
    }
    Ok(hashes)
}

/// Eight bytes of SHA-256: among ten million entities the odds that any two share one are about 1 in 400,000.
fn hash(parts: &[&[u8]]) -> u64 {
    let mut digest = Sha256::new();
    parts.iter().for_each(|part| digest.update(part));
    u64::from_le_bytes(digest.finalize().first_chunk::<8>().copied().unwrap_or_default())
}

/// Hashes are as good as scattered already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.0 = self.0.rotate_left(8) ^ u64::from(byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Hashes in the order of their numbers, those met anew at the end.
struct Held {
    hashes: Vec<u64>,
    /// The number of each; made when one is not where it is expected.
    numbers: Option<HashMap<u64, u32, BuildHasherDefault<AsItIs>>>,
}

impl Held {
    /// How many there are.
    fn count(&self) -> Result<u32, ReleasesError> {
        u32::try_from(self.hashes.len()).map_err(|_| ReleasesError::Numbers)
    }

    /// The numbers of these hashes, in their order.
    fn number(&mut self, hashes: &[u64]) -> Result<Numbers, ReleasesError> {
        let mut given = Vec::with_capacity(hashes.len());
        let mut next = 0_u32;
        for &hash in hashes {
            // Entities keep their order from epoch to epoch, so most have the number after the one before.
            let number = match self.hashes.get(next as usize) {
                Some(&expected) if expected == hash => next,
                _ => self.look_up(hash)?,
            };
            given.push(number);
            next = number.checked_add(1).ok_or(ReleasesError::Numbers)?;
        }
        Ok(given.into())
    }

    fn look_up(&mut self, hash: u64) -> Result<u32, ReleasesError> {
        let fresh = self.count()?;
        let numbers = self.numbers.get_or_insert_with(|| self.hashes.iter().copied().zip(0..).collect());
        let number = *numbers.entry(hash).or_insert(fresh);
        if number == fresh {
            self.hashes.push(hash);
        }
        Ok(number)
    }
}

impl Store {
    /// The numbers of these hashes; those never met before get the next ones, on the disk before they are used.
    pub(super) fn number(&self, dataset: Dataset, hashes: &[u64]) -> Result<Numbers, ReleasesError> {
        let mut connection = self.connection()?;
        let transaction = connection.transaction()?;
        let mut held = Held { hashes: Vec::new(), numbers: None };
        {
            let mut statement =
                transaction.prepare("SELECT first, hashes FROM entity WHERE dataset = ?1 ORDER BY first")?;
            let rows = statement.query_map([dataset.as_str()], |row| {
                Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?))
            })?;
            for row in rows {
                let (first, bytes) = row?;
                let (bytes, rest) = bytes.as_chunks::<8>();
                if first != held.count()? || !rest.is_empty() {
                    return Err(ReleasesError::Numbers);
                }
                held.hashes.extend(bytes.iter().map(|hash| u64::from_le_bytes(*hash)));
            }
        }
        let known = held.count()?;
        let given = held.number(hashes)?;
        let fresh = held.hashes.get(known as usize..).unwrap_or_default();
        for (part, at) in fresh.chunks(HASHES_MAX).zip((known..).step_by(HASHES_MAX)) {
            let bytes: Vec<u8> = part.iter().flat_map(|hash| hash.to_le_bytes()).collect();
            transaction.execute(
                "INSERT INTO entity (dataset, first, hashes) VALUES (?1, ?2, ?3)",
                params![dataset.as_str(), at, bytes],
            )?;
        }
        transaction.commit()?;
        Ok(given)
    }
}
