//! Gathers the facets of a snapshot: of each entity's own records, and of each report, threat and object linked to it.

use model::vocabulary::GradingBand;
use model::{Dataset, LabelId, LabelTable};

use super::{FacetRow, Said, owner};
use crate::catalogue::Snapshot;
use crate::index::registry::Registry;
use crate::index::rows::each_row;
use crate::index::{Built, IndexError, silent};

/// Facets of every entity, in any order.
pub(in crate::index) fn gather(
    snapshot: &Snapshot,
    registry: &Registry,
    progress: &mut dyn FnMut(Built),
) -> Result<Vec<FacetRow>, IndexError> {
    let labels = snapshot.labels();
    let mut facets = Vec::new();
    for dataset in [Dataset::Person, Dataset::Object, Dataset::Organisation, Dataset::Location] {
        each_row(snapshot, dataset, &[dataset.principal_date()], progress, |entity, label, row| {
            let said = said(labels, label, row.date(0).map(|date| date.year()));
            facets.extend(said.map(|said| FacetRow::own(owner(dataset, entity), label, said)));
        })?;
    }
    let columns = ["from_dataset", "from_id", "to_dataset", "to_id"];
    each_row(snapshot, Dataset::Link, &columns, progress, |_, link, row| {
        let end = |dataset: usize, id: usize| {
            let dataset: Dataset = row.text(dataset)?.parse().ok()?;
            Some((dataset, registry.get(dataset, row.text(id)?)?))
        };
        let (Some(from), Some(to)) = (end(0, 1), end(2, 3)) else { return };
        for ((tells, told), (about, subject)) in [(&to, &from), (&from, &to)] {
            let telling = matches!(tells, Dataset::Report | Dataset::Threat | Dataset::Object);
            let told_of = !matches!(about, Dataset::Report | Dataset::Threat | Dataset::Event);
            // A link marked silent would tell that its two ends belong together; nothing is built from it.
            let ends =
                subject.entity().zip(told.entity()).filter(|_| telling && told_of && !silent(labels, link));
            let Some((subject, record)) = ends else { continue };
            for label in told.labels() {
                let row =
                    |said| FacetRow::linked(owner(*about, subject), owner(*tells, record), link, label, said);
                facets.extend(said(labels, label, told.year()).map(row));
            }
        }
    })?;
    Ok(facets)
}

fn said(labels: &LabelTable, id: LabelId, year: Option<i16>) -> Option<Said> {
    let label = labels.get(id)?;
    let grading = GradingBand::of(label.source_evaluation, label.assessment);
    Some(Said { category: label.threat_category, grading, year })
}
