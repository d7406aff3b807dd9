//! Resolves records' own ids to dense entities while the index is built. An id is kept as a hash of 128 bits, so that ten
//! million records take 32 bytes each and two ids are never taken for one in practice.

use model::vocabulary::EntityKind;
use model::{Dataset, LabelId};
use twox_hash::XxHash3_128;

use super::entry::{Description, Holder};
use super::facets::owner;
use super::look::Looks;
use super::rows::each_row;
use super::{Built, IndexError};
use crate::catalogue::Snapshot;

/// Rows of the datasets that links and identifiers point to, sorted by their ids.
pub(super) struct Registry {
    rows: Vec<Row>,
    looks: Looks,
}

/// What a row says of its entity.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    id: u128,
    entity: u32,
    label: LabelId,
    year: Option<i16>,
    kind: Option<EntityKind>,
}

/// What is known of an entity: one row for each label that it carries.
pub(super) struct Registered<'a>(&'a [Row]);

/// The datasets that are pointed to.
const POINTED_TO: [Dataset; 6] = [
    Dataset::Person,
    Dataset::Object,
    Dataset::Organisation,
    Dataset::Location,
    Dataset::Report,
    Dataset::Threat,
];

impl Registry {
    pub(super) fn read(snapshot: &Snapshot, progress: &mut dyn FnMut(Built)) -> Result<Self, IndexError> {
        let (mut rows, mut looks) = (Vec::new(), Looks::default());
        for dataset in POINTED_TO {
            let mut columns = vec![dataset.entity_key(), dataset.principal_date()];
            if dataset == Dataset::Object {
                columns.extend(["kind", "make", "colour"]);
            }
            each_row(snapshot, dataset, &columns, progress, |entity, label, row| {
                let Some(id) = row.text(0) else { return };
                let kind = dataset.entity(row.text(2));
                let year = row.date(1).map(|date| date.year());
                let id = hash(dataset, id);
                if kind == Some(EntityKind::Vehicle) {
                    looks.add(id, row.text(3), row.text(4));
                }
                rows.push(Row { id, entity, label, year, kind });
            })?;
        }
        rows.sort_unstable();
        rows.dedup_by_key(|row| (row.id, row.label));
        looks.sort();
        Ok(Self { rows, looks })
    }

    pub(super) fn get(&self, dataset: Dataset, id: &str) -> Option<Registered<'_>> {
        let id = hash(dataset, id);
        let (_, from) = self.rows.split_at(self.rows.partition_point(|row| row.id < id));
        let (rows, _) = from.split_at(from.partition_point(|row| row.id == id));
        (!rows.is_empty()).then_some(Registered(rows))
    }

    pub(super) fn holder(&self, dataset: Dataset, id: &str) -> Option<Holder> {
        let held = self.get(dataset, id)?;
        let first = held.0.first()?;
        let labels = held.labels().map(|label| label.0).collect();
        Some(Holder::new(owner(dataset, first.entity), first.kind, labels))
    }

    /// Make and colour of what holds an identifier, where it is a vehicle.
    pub(super) fn description(&self, dataset: Dataset, id: &str) -> Description<'_> {
        let (make, colour) = self.looks.of(hash(dataset, id));
        Description { make, colour }
    }
}

impl Registered<'_> {
    /// The dense number of the entity.
    pub(super) fn entity(&self) -> Option<u32> {
        self.0.first().map(|row| row.entity)
    }

    /// The labels of all its rows.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabelId> {
        self.0.iter().map(|row| row.label)
    }

    /// The year that it speaks of.
    pub(super) fn year(&self) -> Option<i16> {
        self.0.first().and_then(|row| row.year)
    }
}

fn hash(dataset: Dataset, id: &str) -> u128 {
    XxHash3_128::oneshot_with_seed(dataset as u64, id.as_bytes())
}
