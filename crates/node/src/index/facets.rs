//! Facets: what the reports and threats linked to an entity say of it in closed vocabularies, for the rung
//! `picture`. Each facet keeps the label of the record that it comes from, so that policy decides on each.

use std::path::Path;

use mapped::{Column, ColumnWriter};
use model::vocabulary::{GradingBand, ThreatCategory};
use model::{Dataset, LabelId};
use policy::Facet;

use super::{IndexError, VERSION, file_error};

/// Stands for a year that is not known.
const NO_YEAR: u16 = u16::MAX;

/// Names an entity of any dataset in one number.
pub(super) fn owner(dataset: Dataset, entity: u32) -> u64 {
    (dataset as u64) << 32 | u64::from(entity)
}

/// Facets of every entity, sorted by owner.
#[derive(Debug)]
pub(super) struct Facets {
    owners: Column<u64>,
    labels: Column<u32>,
    /// Category, grading band and year of each, packed by [`said`].
    said: Column<u32>,
}

impl Facets {
    pub(super) fn open(folder: &Path) -> Result<Self, IndexError> {
        let facets = Self {
            owners: Column::open(&folder.join("facets.owners"), VERSION)?,
            labels: Column::open(&folder.join("facets.labels"), VERSION)?,
            said: Column::open(&folder.join("facets.said"), VERSION)?,
        };
        if facets.owners.len() != facets.labels.len() || facets.owners.len() != facets.said.len() {
            return Err(file_error(folder, "the facets do not have the expected shape"));
        }
        Ok(facets)
    }

    /// Reads everything once and compares it with its checksums.
    pub(super) fn verify(&self) -> Result<(), IndexError> {
        self.owners.verify()?;
        self.labels.verify()?;
        self.said.verify().map_err(Into::into)
    }

    /// Gives the memory back that what was read so far takes.
    pub(super) fn release(&self) {
        self.owners.release();
        self.labels.release();
        self.said.release();
    }

    /// The facets of one entity.
    pub(super) fn of(&self, owner: u64) -> Vec<Facet> {
        let from = self.owners.partition_point(|&o| o < owner);
        let to = self.owners.partition_point(|&o| o <= owner);
        (from..to).filter_map(|at| self.facet(at)).collect()
    }

    fn facet(&self, at: usize) -> Option<Facet> {
        let [category, grading, year @ ..] = self.said.get(at)?.to_be_bytes();
        let year = u16::from_be_bytes(year);
        Some(Facet {
            label: LabelId(*self.labels.get(at)?),
            category: *ThreatCategory::ALL.get(usize::from(category))?,
            grading: *GradingBand::ALL.get(usize::from(grading))?,
            year: i16::try_from(year).ok(),
        })
    }
}

/// Writes facets, in any order, as the columns that [`Facets::open`] reads.
pub(super) fn write_facets(folder: &Path, facets: &[(u64, Facet)]) -> Result<(), IndexError> {
    let mut packed: Vec<(u64, u32, u32)> =
        facets.iter().map(|(owner, facet)| (*owner, facet.label.0, said(facet))).collect();
    packed.sort_unstable();
    packed.dedup();
    let mut owners = ColumnWriter::create(&folder.join("facets.owners"), VERSION)?;
    let mut labels = ColumnWriter::create(&folder.join("facets.labels"), VERSION)?;
    let mut each_said = ColumnWriter::create(&folder.join("facets.said"), VERSION)?;
    for (owner, label, said) in packed {
        owners.push(owner)?;
        labels.push(label)?;
        each_said.push(said)?;
    }
    owners.finish()?;
    labels.finish()?;
    each_said.finish().map_err(Into::into)
}

/// A facet's words in four bytes: category, grading band, year.
fn said(facet: &Facet) -> u32 {
    let [high, low] = facet.year.and_then(|year| u16::try_from(year).ok()).unwrap_or(NO_YEAR).to_be_bytes();
    u32::from_be_bytes([facet.category as u8, facet.grading as u8, high, low])
}
