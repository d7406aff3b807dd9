//! Facets: what an entity's own records, and the reports, threats and objects linked to it, say of it in closed
//! vocabularies. Each keeps the labels that bear on it, so that policy decides on each.

mod gather;

use std::path::Path;

use mapped::{Column, ColumnWriter};
use model::vocabulary::{GradingBand, ThreatCategory};
use model::{Dataset, LabelId};
use policy::{Facet, Linked};

use super::{IndexError, VERSION, file_error};

pub(super) use gather::gather;

/// Stands for a year that is not known.
const NO_YEAR: u16 = u16::MAX;
/// Stands for the entity's own record, in the place of a linked one.
const OWN: u64 = u64::MAX;

/// Names an entity of any dataset in one number.
pub(super) fn owner(dataset: Dataset, entity: u32) -> u64 {
    (dataset as u64) << 32 | u64::from(entity)
}

/// One label's share of what a record says of its owner.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FacetRow {
    owner: u64,
    /// The linked record as [`owner`] names it, or [`OWN`].
    record: u64,
    /// The label of the link that leads to it; of an own record, its own.
    link: LabelId,
    /// Category, grading band and year, packed by [`packed`].
    said: u32,
    label: LabelId,
}

impl FacetRow {
    /// What the owner's own record says.
    pub(super) fn own(owner: u64, label: LabelId, said: Said) -> Self {
        Self { owner, record: OWN, link: label, said: said.packed(), label }
    }

    /// What `record` says, to which a link with the label `link` leads.
    pub(super) fn linked(owner: u64, record: u64, link: LabelId, label: LabelId, said: Said) -> Self {
        Self { owner, record, link, said: said.packed(), label }
    }

    /// What tells one facet from the next: a record reached by one link.
    fn of(&self) -> (u64, u64, LabelId) {
        (self.owner, self.record, self.link)
    }
}

/// What a record says in closed words.
#[derive(Clone, Copy)]
pub(super) struct Said {
    pub(super) category: ThreatCategory,
    pub(super) grading: GradingBand,
    pub(super) year: Option<i16>,
}

impl Said {
    /// Four bytes: category, grading band, year.
    fn packed(self) -> u32 {
        let [high, low] =
            self.year.and_then(|year| u16::try_from(year).ok()).unwrap_or(NO_YEAR).to_be_bytes();
        u32::from_be_bytes([self.category as u8, self.grading as u8, high, low])
    }

    fn unpacked(packed: u32) -> Option<Self> {
        let [category, grading, year @ ..] = packed.to_be_bytes();
        Some(Self {
            category: *ThreatCategory::ALL.get(usize::from(category))?,
            grading: *GradingBand::ALL.get(usize::from(grading))?,
            year: i16::try_from(u16::from_be_bytes(year)).ok(),
        })
    }
}

/// Facets of every entity, sorted by owner.
#[derive(Debug)]
pub(super) struct Facets {
    owners: Column<u64>,
    records: Column<u64>,
    links: Column<u32>,
    said: Column<u32>,
    labels: Column<u32>,
}

impl Facets {
    pub(super) fn open(folder: &Path) -> Result<Self, IndexError> {
        let path = |part: &str| folder.join(format!("facets.{part}"));
        let facets = Self {
            owners: Column::open(&path("owners"), VERSION)?,
            records: Column::open(&path("records"), VERSION)?,
            links: Column::open(&path("links"), VERSION)?,
            said: Column::open(&path("said"), VERSION)?,
            labels: Column::open(&path("labels"), VERSION)?,
        };
        let lengths = [facets.records.len(), facets.links.len(), facets.said.len(), facets.labels.len()];
        if lengths.iter().any(|&length| length != facets.owners.len()) {
            return Err(file_error(folder, "the facets do not have the expected shape"));
        }
        Ok(facets)
    }

    /// Reads everything once and compares it with its checksums.
    pub(super) fn verify(&self) -> Result<(), IndexError> {
        self.owners.verify()?;
        self.records.verify()?;
        self.links.verify()?;
        self.said.verify()?;
        self.labels.verify().map_err(Into::into)
    }

    /// Gives the memory back that what was read so far takes.
    pub(super) fn release(&self) {
        self.owners.release();
        self.records.release();
        self.links.release();
        self.said.release();
        self.labels.release();
    }

    /// The facets of one entity.
    pub(super) fn of(&self, owner: u64) -> Vec<Facet> {
        let from = self.owners.partition_point(|&o| o < owner);
        let to = self.owners.partition_point(|&o| o <= owner);
        let rows: Vec<FacetRow> = (from..to).filter_map(|at| self.row(at)).collect();
        rows.chunk_by(|a, b| a.of() == b.of()).filter_map(facet).collect()
    }

    fn row(&self, at: usize) -> Option<FacetRow> {
        Some(FacetRow {
            owner: *self.owners.get(at)?,
            record: *self.records.get(at)?,
            link: LabelId(*self.links.get(at)?),
            said: *self.said.get(at)?,
            label: LabelId(*self.labels.get(at)?),
        })
    }
}

/// One facet of all labels of one record, reached by one link.
fn facet(rows: &[FacetRow]) -> Option<Facet> {
    let first = rows.first()?;
    let Said { category, grading, year } = Said::unpacked(first.said)?;
    let linked = if first.record == OWN {
        None
    } else {
        let dataset = usize::try_from(first.record >> 32).ok().and_then(|place| Dataset::ALL.get(place))?;
        Some(Linked { dataset: *dataset, record: first.record })
    };
    let mut labels: Vec<LabelId> = rows.iter().map(|row| row.label).chain([first.link]).collect();
    labels.sort_unstable();
    labels.dedup();
    Some(Facet { labels, linked, category, grading, year })
}

/// Writes facets, in any order, as the columns that [`Facets::open`] reads.
pub(super) fn write_facets(folder: &Path, mut rows: Vec<FacetRow>) -> Result<(), IndexError> {
    rows.sort_unstable();
    rows.dedup();
    let path = |part: &str| folder.join(format!("facets.{part}"));
    let mut owners = ColumnWriter::create(&path("owners"), VERSION)?;
    let mut records = ColumnWriter::create(&path("records"), VERSION)?;
    let mut links = ColumnWriter::create(&path("links"), VERSION)?;
    let mut said = ColumnWriter::create(&path("said"), VERSION)?;
    let mut labels = ColumnWriter::create(&path("labels"), VERSION)?;
    for row in rows {
        owners.push(row.owner)?;
        records.push(row.record)?;
        links.push(row.link.0)?;
        said.push(row.said)?;
        labels.push(row.label.0)?;
    }
    owners.finish()?;
    records.finish()?;
    links.finish()?;
    said.finish()?;
    labels.finish().map_err(Into::into)
}
