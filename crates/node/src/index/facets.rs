//! Facets: what an entity's own records, and the reports, threats and objects linked to it, say of it in closed
//! vocabularies. Each keeps the labels that bear on it, so that policy decides on each. They are put together when a match
//! is told, from rows that each say their own part.

use model::vocabulary::{GradingBand, ThreatCategory};
use model::{Dataset, LabelId, LabelTable};
use policy::{Facet, Linked};

use super::entry::LinkEntry;
use super::records::{Record, Records};
use super::referent::Name;
use super::stack::Allowed;
use super::stack::Stack;

/// Stands for a year that is not known.
const NO_YEAR: u16 = u16::MAX;
/// Stands for the entity's own record, in the place of a linked one.
const OWN: u64 = u64::MAX;

/// Whether a record of `tells`, linked to one of `about`, says something of it.
pub(super) fn tells_of(tells: Dataset, about: Dataset) -> bool {
    let telling = matches!(tells, Dataset::Report | Dataset::Threat | Dataset::Object);
    telling && !matches!(about, Dataset::Report | Dataset::Threat | Dataset::Event)
}

/// One label's share of what a record says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    /// The linked record as one number, or [`OWN`].
    record: u64,
    /// The label of the link that leads to it; of an own record, its own.
    link: LabelId,
    /// Category, grading band and year, packed by [`Said::packed`].
    said: u32,
    label: LabelId,
}

/// What a record says in closed words.
#[derive(Clone, Copy)]
struct Said {
    category: ThreatCategory,
    grading: GradingBand,
    year: Option<i16>,
}

impl Said {
    fn of(labels: &LabelTable, id: LabelId, year: Option<i16>) -> Option<Self> {
        let label = labels.get(id)?;
        let grading = GradingBand::of(label.source_evaluation, label.assessment);
        Some(Self { category: label.threat_category, grading, year })
    }

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

/// Where facets are gathered from.
#[derive(Clone, Copy)]
pub(super) struct Gatherer<'a> {
    pub(super) records: Records<'a>,
    pub(super) links: &'a Stack,
    pub(super) linked: &'a Allowed,
    pub(super) labels: &'a LabelTable,
}

impl Gatherer<'_> {
    /// The facets of a record that bears `name`.
    pub(super) fn facets(&self, subject: &Record<'_>, name: Name) -> Vec<Facet> {
        let mut rows = Vec::new();
        let entity = matches!(
            subject.dataset,
            Dataset::Person | Dataset::Object | Dataset::Organisation | Dataset::Location
        );
        for &(label, year) in subject.rows.iter().filter(|_| entity) {
            let said = Said::of(self.labels, label, year);
            rows.extend(said.map(|said| Row { record: OWN, link: label, said: said.packed(), label }));
        }
        for row in self.links.rows(name.key(), self.linked) {
            let entry = self.links.entry::<LinkEntry>(row).and_then(|entry| entry.ways());
            let (Some(ways), Some((_, link))) = (entry, self.links.place(row)) else { continue };
            for [(about, subject_name), (tells, told)] in ways {
                let leads =
                    about == subject.dataset && subject_name == name.bytes() && tells_of(tells, about);
                let Some(told) = self.records.get(tells, Name::from_bytes(told)).filter(|_| leads) else {
                    continue;
                };
                rows.extend(told.labels().filter_map(|label| {
                    let said = Said::of(self.labels, label, told.year())?.packed();
                    Some(Row { record: told.owner(), link, said, label })
                }));
            }
        }
        rows.sort_unstable();
        rows.dedup();
        let one = |a: &Row, b: &Row| (a.record, a.link) == (b.record, b.link);
        rows.chunk_by(one).filter_map(facet).collect()
    }
}

/// One facet of all labels of one record, reached by one link.
fn facet(rows: &[Row]) -> Option<Facet> {
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
