//! Builds the index of a snapshot into a temporary folder and renames it into place: a killed build leaves nothing
//! that could be taken for an index.

use std::path::Path;

use linkage::Identifier;
use linkage::organisation::{OrganisationRecord, RawOrganisation};
use linkage::person::{NameCounter, PersonRecord, RawPerson};
use mapped::ColumnWriter;
use model::vocabulary::GradingBand;
use model::{Dataset, LabelId, LabelTable};
use policy::Facet;

use super::facets::{owner, write_facets};
use super::registry::Registry;
use super::rows::{Row, each_group, each_row};
use super::shelf::{Batch, ShelfBuilder};
use super::{
    BuildLimits, Built, IdentifierEntry, IndexError, NAMES, OrganisationEntry, PersonEntry, VERSION,
    file_error,
};
use crate::catalogue::Snapshot;

pub(super) fn build(
    snapshot: &Snapshot,
    folder: &Path,
    limits: BuildLimits,
    progress: &mut dyn FnMut(Built),
) -> Result<(), IndexError> {
    let building = folder.with_extension("building");
    let failed = |error: std::io::Error| file_error(&building, &error.to_string());
    for leftover in [folder, &building] {
        if leftover.exists() {
            std::fs::remove_dir_all(leftover).map_err(failed)?;
        }
    }
    std::fs::create_dir(&building).map_err(failed)?;
    persons(snapshot, &building, limits, progress)?;
    organisations(snapshot, &building, limits, progress)?;
    // Read after the largest shelf is written, so that both are never in memory together.
    let registry = Registry::read(snapshot, progress)?;
    identifiers(snapshot, &registry, &building, limits, progress)?;
    write_facets(&building, &facets(snapshot, &registry, progress)?)?;
    std::fs::File::open(&building).and_then(|folder| folder.sync_all()).map_err(failed)?;
    std::fs::rename(&building, folder).map_err(failed)
}

fn persons(
    snapshot: &Snapshot,
    folder: &Path,
    limits: BuildLimits,
    progress: &mut dyn FnMut(Built),
) -> Result<(), IndexError> {
    let columns =
        ["person_id", "given_names", "family_name", "aliases", "dob", "dob_precision", "sex", "postcode"];
    let mut shelf = ShelfBuilder::create(folder, "persons", limits)?;
    let mut names = NameCounter::new();
    let ready = |(batch, names): &mut (Batch, NameCounter), entity, label, row: &Row<'_>| {
        let aliases = row.list(3);
        let person = PersonRecord::read(&RawPerson {
            given_names: row.text(1).unwrap_or_default(),
            family_name: row.text(2).unwrap_or_default(),
            aliases: &aliases.iter().map(String::as_str).collect::<Vec<_>>(),
            dob: row.date(4),
            dob_precision: row.text(5).and_then(|word| word.parse().ok()),
            sex: row.text(6).and_then(|word| word.parse().ok()),
            postcode: row.text(7),
        });
        names.add(person.view());
        let keys = linkage::person::record_keys(&person);
        batch.add(entity, label, &PersonEntry::new(home(row.text(0)), &person), &keys);
    };
    let of = (snapshot, Dataset::Person);
    each_group(of, &columns, limits.threads, progress, ready, |(batch, counted)| {
        names.merge(&counted);
        shelf.append(batch)
    })?;
    let mut column = ColumnWriter::create(&folder.join(NAMES), VERSION)?;
    column.extend(&names.finish().encode())?;
    column.finish()?;
    shelf.finish()
}

fn organisations(
    snapshot: &Snapshot,
    folder: &Path,
    limits: BuildLimits,
    progress: &mut dyn FnMut(Built),
) -> Result<(), IndexError> {
    let columns = ["organisation_id", "name", "aliases", "postcode"];
    let mut shelf = ShelfBuilder::create(folder, "organisations", limits)?;
    let ready = |batch: &mut Batch, entity, label, row: &Row<'_>| {
        let aliases = row.list(2);
        let organisation = OrganisationRecord::read(&RawOrganisation {
            name: row.text(1).unwrap_or_default(),
            aliases: &aliases.iter().map(String::as_str).collect::<Vec<_>>(),
            postcode: row.text(3),
        });
        let keys = linkage::organisation::record_keys(&organisation);
        batch.add(entity, label, &OrganisationEntry::new(home(row.text(0)), &organisation), &keys);
    };
    let of = (snapshot, Dataset::Organisation);
    each_group(of, &columns, limits.threads, progress, ready, |batch| shelf.append(batch))?;
    shelf.finish()
}

/// Identifiers of the identifier dataset, and those that organisations and locations carry in their own columns.
fn identifiers(
    snapshot: &Snapshot,
    registry: &Registry,
    folder: &Path,
    limits: BuildLimits,
    progress: &mut dyn FnMut(Built),
) -> Result<(), IndexError> {
    let mut shelf = ShelfBuilder::create(folder, "identifiers", limits)?;
    let add = |batch: &mut Batch, entity, label, dataset: Dataset, id: &str, kind, value: &str| {
        let Some(held) = Identifier::of_record(kind, value) else { return };
        let (home, holder) = (format!("{dataset}/{id}"), registry.holder(dataset, id));
        let entry = IdentifierEntry::new(&home, kind, held.identifier.value(), holder);
        batch.add(entity, label, &entry, &[held.identifier.key()]);
    };
    let columns = ["holder_dataset", "holder_id", "kind", "value"];
    let ready = |batch: &mut Batch, entity, label, row: &Row<'_>| {
        let dataset = row.text(0).and_then(|word| word.parse().ok());
        let kind = row.text(2).and_then(|word| word.parse().ok());
        if let (Some(dataset), Some(kind), Some(value)) = (dataset, kind, row.text(3)) {
            add(batch, entity, label, dataset, row.text(1).unwrap_or_default(), kind, value);
        }
    };
    let of = (snapshot, Dataset::Identifier);
    each_group(of, &columns, limits.threads, progress, ready, |batch| shelf.append(batch))?;
    let own = [
        (Dataset::Organisation, "company_number", model::IdentifierKind::CompanyNumber),
        (Dataset::Location, "uprn", model::IdentifierKind::Uprn),
        (Dataset::Location, "postcode", model::IdentifierKind::Postcode),
    ];
    for (dataset, column, kind) in own {
        let ready = |batch: &mut Batch, entity, label, row: &Row<'_>| {
            if let (Some(id), Some(value)) = (row.text(0), row.text(1)) {
                add(batch, entity, label, dataset, id, kind, value);
            }
        };
        let columns = [dataset.entity_key(), column];
        let of = (snapshot, dataset);
        each_group(of, &columns, limits.threads, progress, ready, |batch| shelf.append(batch))?;
    }
    shelf.finish()
}

/// Facets of every entity: of its own record, and of each report and threat linked to it.
fn facets(
    snapshot: &Snapshot,
    registry: &Registry,
    progress: &mut dyn FnMut(Built),
) -> Result<Vec<(u64, Facet)>, IndexError> {
    let labels = snapshot.labels();
    let mut facets = Vec::new();
    for dataset in [Dataset::Person, Dataset::Object, Dataset::Organisation, Dataset::Location] {
        each_row(snapshot, dataset, &[dataset.principal_date()], progress, |entity, label, row| {
            let year = row.date(0).map(|date| date.year());
            facets.extend(facet(labels, label, year).map(|facet| (owner(dataset, entity), facet)));
        })?;
    }
    let columns = ["from_dataset", "from_id", "to_dataset", "to_id"];
    each_row(snapshot, Dataset::Link, &columns, progress, |_, link_label, row| {
        let end = |dataset: usize, id: usize| {
            let dataset: Dataset = row.text(dataset)?.parse().ok()?;
            Some((dataset, registry.get(dataset, row.text(id)?)?))
        };
        let (Some(from), Some(to)) = (end(0, 1), end(2, 3)) else { return };
        for ((dataset, told), (about, subject)) in [(&to, &from), (&from, &to)] {
            let (dataset, about) = (*dataset, *about);
            let tells = matches!(dataset, Dataset::Report | Dataset::Threat);
            let is_told_of = !matches!(about, Dataset::Report | Dataset::Threat | Dataset::Event);
            if tells && is_told_of && !silent(labels, link_label) {
                let Some(subject) = subject.entity() else { continue };
                for label in told.labels() {
                    let facet = facet(labels, label, told.year());
                    facets.extend(facet.map(|facet| (owner(about, subject), facet)));
                }
            }
        }
    })?;
    Ok(facets)
}

/// A link marked silent would tell that its two ends belong together; nothing is built from it.
fn silent(labels: &LabelTable, label: LabelId) -> bool {
    labels.get(label).is_none_or(|l| l.disclosure_mark == model::vocabulary::DisclosureMark::Silent)
}

fn facet(labels: &LabelTable, id: LabelId, year: Option<i16>) -> Option<Facet> {
    let label = labels.get(id)?;
    let grading = GradingBand::of(label.source_evaluation, label.assessment);
    Some(Facet { label: id, category: label.threat_category, year, grading })
}

fn home(id: Option<&str>) -> &str {
    id.unwrap_or("a record without an id")
}
