//! How many identifiers of each kind the index holds: among so many a partly known one was looked for. Silent ones are
//! not counted: they must not move the confidence in others.

use std::path::Path;

use mapped::{Column, ColumnWriter};
use model::IdentifierKind;

use super::{IndexError, VERSION};

const FILE: &str = "identifiers.tally";

/// Counts by kind, in the order of the kinds' list.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tally(Vec<u64>);

impl Tally {
    /// Counts one.
    pub(super) fn add(&mut self, kind: IdentifierKind) {
        self.0.resize(IdentifierKind::ALL.len(), 0);
        if let Some(count) = self.0.get_mut(kind as usize) {
            *count += 1;
        }
    }

    /// Counts one less.
    pub(super) fn take_away(&mut self, kind: IdentifierKind) {
        if let Some(count) = self.0.get_mut(kind as usize) {
            *count = count.saturating_sub(1);
        }
    }

    /// Adds what another has counted.
    pub(super) fn merge(&mut self, other: &Self) {
        self.0.resize(IdentifierKind::ALL.len(), 0);
        for (count, more) in self.0.iter_mut().zip(&other.0) {
            *count += more;
        }
    }

    /// How many of `kind` there are.
    pub(super) fn of(&self, kind: IdentifierKind) -> usize {
        let count = self.0.get(kind as usize).copied().unwrap_or_default();
        usize::try_from(count).unwrap_or(usize::MAX)
    }

    /// Reads what [`Self::write`] wrote.
    pub(super) fn open(folder: &Path) -> Result<Self, IndexError> {
        let column = Column::<u64>::open(&folder.join(FILE), VERSION)?;
        column.verify()?;
        Ok(Self(column.to_vec()))
    }

    /// Writes the counts into `folder`.
    pub(super) fn write(&self, folder: &Path) -> Result<(), IndexError> {
        let mut column = ColumnWriter::<u64>::create(&folder.join(FILE), VERSION)?;
        column.extend(&self.0)?;
        column.finish()?;
        Ok(())
    }
}
