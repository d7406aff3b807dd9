//! Numbers of entities that hold across epochs. An epoch numbers its entities anew; memory must know them again, so
//! each gets a number of its own by a hash of its key, the first time that a table is asked over it.

use std::collections::HashMap;
use std::fs::File;

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
pub(crate) type Numbers = Vec<u32>;

/// A dataset's entities can't be read from its snapshot. Says nothing more: readers quote values (invariant 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the entities of a dataset can't be read from the snapshot")]
pub(crate) struct Unreadable;

/// A hash for each entity of a dataset, in the order of the epoch's numbers. A record without a key is an entity of its
/// own that no later epoch knows again.
pub(crate) fn hashes(snapshot: &Snapshot, dataset: Dataset) -> Result<Vec<u64>, Unreadable> {
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

impl Store {
    /// The numbers of these hashes; those never met before get the next ones, on the disk before they are used.
    pub(super) fn number(&self, dataset: Dataset, hashes: &[u64]) -> Result<Numbers, ReleasesError> {
        let mut connection = self.connection()?;
        let transaction = connection.transaction()?;
        let mut numbers: HashMap<u64, u32> = HashMap::with_capacity(hashes.len());
        let mut next = 0_u32;
        {
            let mut statement =
                transaction.prepare("SELECT first, hashes FROM entity WHERE dataset = ?1 ORDER BY first")?;
            let rows = statement.query_map([dataset.as_str()], |row| {
                Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?))
            })?;
            for row in rows {
                let (first, held) = row?;
                let (held, rest) = held.as_chunks::<8>();
                if first != next || !rest.is_empty() {
                    return Err(ReleasesError::Numbers);
                }
                for hash in held {
                    numbers.insert(u64::from_le_bytes(*hash), next);
                    next = next.checked_add(1).ok_or(ReleasesError::Numbers)?;
                }
            }
        }
        let first = next;
        let mut fresh: Vec<u64> = Vec::new();
        let mut given = Vec::with_capacity(hashes.len());
        for &hash in hashes {
            let number = *numbers.entry(hash).or_insert(next);
            if number == next {
                fresh.push(hash);
                next = next.checked_add(1).ok_or(ReleasesError::Numbers)?;
            }
            given.push(number);
        }
        let mut at = first;
        for part in fresh.chunks(HASHES_MAX) {
            let bytes: Vec<u8> = part.iter().flat_map(|hash| hash.to_le_bytes()).collect();
            transaction.execute(
                "INSERT INTO entity (dataset, first, hashes) VALUES (?1, ?2, ?3)",
                params![dataset.as_str(), at, bytes],
            )?;
            at = at.saturating_add(u32::try_from(part.len()).unwrap_or(u32::MAX));
        }
        transaction.commit()?;
        Ok(given)
    }
}
