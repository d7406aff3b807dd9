//! Names of records, as others point to them: a hash of 128 bits of dataset and own id, so that two are never taken for one
//! in practice and ten million take little room.

use model::Dataset;
use twox_hash::XxHash3_128;

/// Keeps names of records without an id apart from those of records with one.
const NAMELESS: u64 = 1 << 8;

/// The name of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name(u128);

impl Name {
    /// Of the record with this id.
    pub(super) fn of(dataset: Dataset, id: &str) -> Self {
        Self(XxHash3_128::oneshot_with_seed(dataset as u64, id.as_bytes()))
    }

    /// Of a record without an id, which is the only one of its entity.
    pub(super) fn nameless(dataset: Dataset, entity: u32) -> Self {
        Self(XxHash3_128::oneshot_with_seed(NAMELESS | dataset as u64, &entity.to_le_bytes()))
    }

    pub(super) fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_le_bytes(bytes))
    }

    pub(super) fn bytes(self) -> [u8; 16] {
        self.0.to_le_bytes()
    }

    /// The key that the record itself, and links to it, are found under.
    pub(super) fn key(self) -> u64 {
        u64::try_from(self.0 >> 64).unwrap_or_default()
    }

    /// The key that the record's identifiers are found under.
    pub(super) fn holder_key(self) -> u64 {
        u64::try_from(self.0 & u128::from(u64::MAX)).unwrap_or_default()
    }
}

/// A dataset's entity in one number.
pub(super) fn owner(dataset: Dataset, entity: u32) -> u64 {
    (dataset as u64) << 32 | u64::from(entity)
}
