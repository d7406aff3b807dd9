//! What is known of a record that others point to. Every row that bears its name says its part; they are brought together
//! when somebody asks, so that a change of one row changes nothing else in the index.

use model::vocabulary::EntityKind;
use model::{Dataset, LabelId};

use super::entry::RecordEntry;
use super::referent::{Name, owner};
use super::stack::{Allowed, Stack};

/// Records by their names.
#[derive(Clone, Copy)]
pub(super) struct Records<'a> {
    pub(super) shelf: &'a Stack,
    pub(super) everyone: &'a Allowed,
}

/// A record, of all rows that bear its name.
pub(super) struct Record<'a> {
    pub(super) dataset: Dataset,
    pub(super) entity: u32,
    /// Label and year of each row, in the order of labels and years.
    pub(super) rows: Vec<(LabelId, Option<i16>)>,
    kind: Option<EntityKind>,
    /// Make and colour, where it is a vehicle.
    pub(super) look: (Option<&'a str>, Option<&'a str>),
}

impl<'a> Records<'a> {
    /// The record that bears `name` in `dataset`.
    pub(super) fn get(&self, dataset: Dataset, name: Name) -> Option<Record<'a>> {
        let mut found: Option<Record<'a>> = None;
        let mut looks = Vec::new();
        for row in self.shelf.rows(name.key(), self.everyone) {
            let Some(entry) = self.shelf.entry::<RecordEntry<'a>>(row) else { continue };
            let Some((entity, label)) = self.shelf.place(row).filter(|_| entry.name == name.bytes()) else {
                continue;
            };
            let record = found.get_or_insert_with(|| Record {
                dataset,
                entity,
                rows: Vec::new(),
                kind: None,
                look: (None, None),
            });
            record.rows.push((label, entry.year));
            // What rows say differently is settled by their words, never by their order: it may change.
            record.kind = [record.kind, entry.kind()].into_iter().flatten().min_by_key(|kind| *kind as u8);
            looks.extend(
                (entry.make.is_some() || entry.colour.is_some()).then_some((entry.make, entry.colour)),
            );
        }
        let record = found.as_mut()?;
        record.rows.sort_unstable();
        record.look = looks.into_iter().min().unwrap_or_default();
        found
    }

    /// The record that has this id.
    pub(super) fn with_id(&self, dataset: Dataset, id: &str) -> Option<Record<'a>> {
        self.get(dataset, Name::of(dataset, id))
    }
}

impl Record<'_> {
    /// The record as one number.
    pub(super) fn owner(&self) -> u64 {
        owner(self.dataset, self.entity)
    }

    /// What kind of thing it is.
    pub(super) fn kind(&self) -> Option<EntityKind> {
        self.kind
    }

    /// The labels of all its rows, each once.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabelId> {
        self.rows.chunk_by(|a, b| a.0 == b.0).filter_map(|rows| rows.first().map(|(label, _)| *label))
    }

    /// The earliest year that its rows speak of.
    pub(super) fn year(&self) -> Option<i16> {
        self.rows.iter().filter_map(|(_, year)| *year).min()
    }
}
