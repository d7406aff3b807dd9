//! Builds the index of a snapshot into a temporary folder and renames it into place: a killed build leaves nothing
//! that could be taken for an index.

use std::path::Path;

use linkage::Identifier;
use linkage::address::{AddressRecord, RawAddress};
use linkage::organisation::{OrganisationRecord, RawOrganisation};
use linkage::person::{NameCounter, PersonRecord, RawPerson};
use mapped::ColumnWriter;
use model::{Dataset, LabelId};

use super::facets::{gather, write_facets};
use super::registry::Registry;
use super::rows::{Row, each_group};
use super::shelf::{Batch, ShelfBuilder};
use super::tally::Tally;
use super::{
    AddressEntry, BuildLimits, Built, IdentifierEntry, IndexError, NAMES, OrganisationEntry, PersonEntry,
    VERSION, file_error, silent,
};
use crate::catalogue::Snapshot;

/// Identifiers made ready, and how many there are of each kind.
type Counted = (Batch, Tally);

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
    addresses(snapshot, &building, limits, progress)?;
    // Read after the largest shelf is written, so that both are never in memory together.
    let registry = Registry::read(snapshot, progress)?;
    identifiers(snapshot, &registry, &building, limits, progress)?;
    write_facets(&building, gather(snapshot, &registry, progress)?)?;
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
        // A silent record must not move the weight of another by a hair.
        if !silent(snapshot.labels(), label) {
            names.add(person.view());
        }
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

fn addresses(
    snapshot: &Snapshot,
    folder: &Path,
    limits: BuildLimits,
    progress: &mut dyn FnMut(Built),
) -> Result<(), IndexError> {
    let columns = ["location_id", "address", "town", "postcode"];
    let mut shelf = ShelfBuilder::create(folder, "addresses", limits)?;
    let ready = |batch: &mut Batch, entity, label, row: &Row<'_>| {
        let address = AddressRecord::read(&RawAddress {
            address: row.text(1).unwrap_or_default(),
            town: row.text(2).unwrap_or_default(),
            postcode: row.text(3),
        });
        if let Some(address) = address {
            let keys = linkage::address::record_keys(&address);
            batch.add(entity, label, &AddressEntry::new(home(row.text(0)), &address), &keys);
        }
    };
    let of = (snapshot, Dataset::Location);
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
    let mut tally = Tally::default();
    let open = |label| !silent(snapshot.labels(), label);
    let add = |(batch, tally): &mut Counted, entity, label, dataset: Dataset, id: &str, kind, value: &str| {
        let Some(held) = Identifier::of_record(kind, value) else { return };
        let (home, holder) = (format!("{dataset}/{id}"), registry.holder(dataset, id));
        let held_openly =
            holder.as_ref().is_none_or(|holder| holder.labels.iter().all(|&id| open(LabelId(id))));
        let entry = IdentifierEntry::new(&home, &held.identifier, holder, registry.description(dataset, id));
        let mut keys = held.identifier.keys();
        keys.extend(linkage::partial::record_keys(&held.identifier));
        batch.add(entity, label, &entry, &keys);
        if open(label) && held_openly {
            tally.add(kind);
        }
    };
    let mut take = |(batch, counted): Counted| {
        tally.merge(&counted);
        shelf.append(batch)
    };
    let columns = ["holder_dataset", "holder_id", "kind", "value"];
    let ready = |batch: &mut Counted, entity, label, row: &Row<'_>| {
        let dataset = row.text(0).and_then(|word| word.parse().ok());
        let kind = row.text(2).and_then(|word| word.parse().ok());
        if let (Some(dataset), Some(kind), Some(value)) = (dataset, kind, row.text(3)) {
            add(batch, entity, label, dataset, row.text(1).unwrap_or_default(), kind, value);
        }
    };
    let of = (snapshot, Dataset::Identifier);
    each_group(of, &columns, limits.threads, progress, ready, &mut take)?;
    let own = [
        (Dataset::Organisation, "company_number", model::IdentifierKind::CompanyNumber),
        (Dataset::Location, "uprn", model::IdentifierKind::Uprn),
        (Dataset::Location, "postcode", model::IdentifierKind::Postcode),
    ];
    for (dataset, column, kind) in own {
        let ready = |batch: &mut Counted, entity, label, row: &Row<'_>| {
            if let (Some(id), Some(value)) = (row.text(0), row.text(1)) {
                add(batch, entity, label, dataset, id, kind, value);
            }
        };
        let columns = [dataset.entity_key(), column];
        let of = (snapshot, dataset);
        each_group(of, &columns, limits.threads, progress, ready, &mut take)?;
    }
    tally.write(folder)?;
    shelf.finish()
}

fn home(id: Option<&str>) -> &str {
    id.unwrap_or("a record without an id")
}
