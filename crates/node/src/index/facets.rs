//! Facets: what the reports and threats linked to an entity say of it in closed vocabularies, for the rung
//! `picture`. Each facet keeps the label of the record that it comes from, so that policy decides on each.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, Int16Array, UInt8Array, UInt32Array, UInt64Array};
use model::vocabulary::{GradingBand, ThreatCategory};
use model::{Dataset, LabelId};
use policy::Facet;

use super::IndexError;
use super::shelf::{column, file_error, read, write};

const FILE: &str = "facets.arrow";

/// Names an entity of any dataset in one number.
pub(super) fn owner(dataset: Dataset, entity: u32) -> u64 {
    (dataset as u64) << 32 | u64::from(entity)
}

/// Facets of every entity, sorted by owner.
#[derive(Debug)]
pub(super) struct Facets {
    owners: UInt64Array,
    labels: UInt32Array,
    categories: UInt8Array,
    years: Int16Array,
    gradings: UInt8Array,
}

impl Facets {
    pub(super) fn open(folder: &Path) -> Result<Self, IndexError> {
        let batch = read(&folder.join(FILE))?;
        let damaged = || file_error(folder, "the facets do not have the expected shape");
        Ok(Self {
            owners: column(&batch, 0).ok_or_else(damaged)?,
            labels: column(&batch, 1).ok_or_else(damaged)?,
            categories: column(&batch, 2).ok_or_else(damaged)?,
            years: column(&batch, 3).ok_or_else(damaged)?,
            gradings: column(&batch, 4).ok_or_else(damaged)?,
        })
    }

    /// The facets of one entity.
    pub(super) fn of(&self, owner: u64) -> Vec<Facet> {
        let sorted: &[u64] = self.owners.values();
        let from = sorted.partition_point(|&o| o < owner);
        let to = sorted.partition_point(|&o| o <= owner);
        (from..to).filter_map(|at| self.facet(at)).collect()
    }

    fn facet(&self, at: usize) -> Option<Facet> {
        Some(Facet {
            label: LabelId(*self.labels.values().get(at)?),
            category: *ThreatCategory::ALL.get(usize::from(*self.categories.values().get(at)?))?,
            year: if self.years.is_valid(at) { self.years.values().get(at).copied() } else { None },
            grading: *GradingBand::ALL.get(usize::from(*self.gradings.values().get(at)?))?,
        })
    }
}

/// Writes facets, in any order, as the file that [`Facets::open`] reads.
pub(super) fn write_facets(folder: &Path, mut facets: Vec<(u64, Facet)>) -> Result<(), IndexError> {
    facets.sort_by_key(|(owner, facet)| (*owner, facet.label, facet.category, facet.year));
    facets.dedup_by_key(|(owner, facet)| (*owner, facet.label, facet.category, facet.year, facet.grading));
    let each = facets.iter();
    write(
        &folder.join(FILE),
        &[
            ("owner", Arc::new(each.clone().map(|(o, _)| Some(*o)).collect::<UInt64Array>())),
            ("label", Arc::new(each.clone().map(|(_, f)| Some(f.label.0)).collect::<UInt32Array>())),
            ("category", Arc::new(each.clone().map(|(_, f)| Some(f.category as u8)).collect::<UInt8Array>())),
            ("year", Arc::new(each.clone().map(|(_, f)| f.year).collect::<Int16Array>())),
            ("grading", Arc::new(each.map(|(_, f)| Some(f.grading as u8)).collect::<UInt8Array>())),
        ],
    )
}
