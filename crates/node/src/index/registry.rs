//! Resolves records' own ids to dense entities while the index is built.

use std::collections::HashMap;

use model::vocabulary::EntityKind;
use model::{Dataset, LabelId};

use super::entry::Holder;
use super::facets::owner;
use super::rows::each_row;
use super::{Built, IndexError};
use crate::catalogue::Snapshot;

/// Entities of the datasets that links and identifiers point to, by their own ids.
#[derive(Default)]
pub(super) struct Registry {
    held: HashMap<Dataset, HashMap<String, Registered>>,
}

/// What is known of an entity.
pub(super) struct Registered {
    pub(super) entity: u32,
    pub(super) kind: Option<EntityKind>,
    pub(super) labels: Vec<LabelId>,
    pub(super) year: Option<i16>,
}

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
        let mut registry = Self::default();
        for dataset in POINTED_TO {
            let mut columns = vec![dataset.entity_key(), dataset.principal_date()];
            if dataset == Dataset::Object {
                columns.push("kind");
            }
            let held = registry.held.entry(dataset).or_default();
            each_row(snapshot, dataset, &columns, progress, |entity, label, row| {
                let Some(id) = row.text(0) else { return };
                let registered = held.entry(id.to_owned()).or_insert_with(|| Registered {
                    entity,
                    kind: dataset.entity(row.text(2)),
                    labels: Vec::new(),
                    year: row.date(1).map(|date| date.year()),
                });
                if !registered.labels.contains(&label) {
                    registered.labels.push(label);
                }
            })?;
        }
        Ok(registry)
    }

    pub(super) fn get(&self, dataset: Dataset, id: &str) -> Option<&Registered> {
        self.held.get(&dataset)?.get(id)
    }

    pub(super) fn holder(&self, dataset: Dataset, id: &str) -> Option<Holder> {
        let held = self.get(dataset, id)?;
        let labels = held.labels.iter().map(|label| label.0).collect();
        Some(Holder::new(owner(dataset, held.entity), held.kind, labels))
    }
}
