//! Makes a segment: reads the rows wanted of each dataset, readies them on every thread, and fills the shelves. What is kept
//! of a row depends on that row alone.

use std::path::Path;

use linkage::Identifier;
use linkage::address::{AddressRecord, RawAddress};
use linkage::organisation::{OrganisationRecord, RawOrganisation};
use linkage::person::{PersonRecord, RawPerson};
use mapped::sync_folder;
use model::vocabulary::EntityKind;
use model::{Dataset, IdentifierKind, LabelTable};

use super::difference::Chosen;
use super::entry::{AddressEntry, IdentifierEntry, LinkEntry, OrganisationEntry, PersonEntry, RecordEntry};
use super::facets::tells_of;
use super::people::{Arriving, PeopleBuilder};
use super::referent::Name;
use super::rows::{Place, Row, Wanted, each_group, each_print};
use super::segment::{DATASETS, OriginsWriter};
use super::shelf::{Batch, ShelfBuilder};
use super::tally::Tally;
use super::{BuildLimits, Built, IndexError, file_error, silent};
use crate::catalogue::Snapshot;

/// What a segment is made of.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// The rows of each of [`DATASETS`]; all of them where none are given.
    pub(super) chosen: Option<&'a [Chosen]>,
    pub(super) limits: BuildLimits,
}

/// Writes the segment into the new folder `dir`.
pub(super) fn build(
    source: Source<'_>,
    dir: &Path,
    progress: &mut dyn FnMut(Built),
) -> Result<(), IndexError> {
    std::fs::create_dir(dir).map_err(|error| file_error(dir, &error.to_string()))?;
    let firsts = origins(source, dir)?;
    let wanted = |dataset: Dataset| {
        let place = DATASETS.iter().position(|known| *known == dataset);
        let chosen = source
            .chosen
            .map(|all| place.and_then(|place| all.get(place)).map_or(&[][..], |chosen| &chosen.places));
        let first = place.and_then(|place| firsts.get(place)).copied().unwrap_or_default();
        Wanted { snapshot: source.snapshot, dataset, chosen, first, threads: source.limits.threads }
    };
    let labels = source.snapshot.labels();
    // The shelf of records fills while the others come and go.
    let BuildLimits { memory_bytes, threads } = source.limits;
    let part = |memory_bytes| BuildLimits { memory_bytes, threads };
    let (most, rest) = (part(memory_bytes / 4 * 3), part(memory_bytes / 4));
    let mut records = ShelfBuilder::create(dir, "records", rest)?;

    let (mut persons, mut people) =
        (ShelfBuilder::create(dir, "persons", most)?, PeopleBuilder::create(dir)?);
    each_group(
        wanted(Dataset::Person),
        Dataset::Person.searched_columns(),
        progress,
        person,
        |ready: Ready| {
            persons.append(ready.own)?;
            people.append(&ready.people)?;
            records.append(ready.records)
        },
    )?;
    people.finish(&persons.finish()?)?;

    let (mut identifiers, mut tally) = (ShelfBuilder::create(dir, "identifiers", most)?, Tally::default());
    let mut held = |batch: Batch, counted: &Tally| {
        tally.merge(counted);
        identifiers.append(batch)
    };
    let visit = |ready: &mut Ready, place, row: &Row<'_>| identifier(ready, place, row, labels);
    let columns = Dataset::Identifier.searched_columns();
    each_group(wanted(Dataset::Identifier), columns, progress, visit, |ready: Ready| {
        held(ready.identifiers, &ready.tally)
    })?;
    let mut organisations = ShelfBuilder::create(dir, "organisations", rest)?;
    let visit = |ready: &mut Ready, place, row: &Row<'_>| organisation(ready, place, row, labels);
    let columns = Dataset::Organisation.searched_columns();
    each_group(wanted(Dataset::Organisation), columns, progress, visit, |ready: Ready| {
        held(ready.identifiers, &ready.tally)?;
        organisations.append(ready.own)?;
        records.append(ready.records)
    })?;
    organisations.finish()?;
    let mut addresses = ShelfBuilder::create(dir, "addresses", rest)?;
    let visit = |ready: &mut Ready, place, row: &Row<'_>| location(ready, place, row, labels);
    let columns = Dataset::Location.searched_columns();
    each_group(wanted(Dataset::Location), columns, progress, visit, |ready: Ready| {
        held(ready.identifiers, &ready.tally)?;
        addresses.append(ready.own)?;
        records.append(ready.records)
    })?;
    addresses.finish()?;
    identifiers.finish()?;
    tally.write(dir)?;

    for dataset in [Dataset::Object, Dataset::Report, Dataset::Threat] {
        let columns = dataset.searched_columns();
        let visit = |ready: &mut Ready, place: Place, row: &Row<'_>| {
            let kind = dataset.entity(row.text(2));
            ready.record(dataset, place, row.text(0), row, 1, kind);
        };
        each_group(wanted(dataset), columns, progress, visit, |ready: Ready| records.append(ready.records))?;
    }
    records.finish()?;
    let mut links = ShelfBuilder::create(dir, "links", most)?;
    let visit = |ready: &mut Ready, place, row: &Row<'_>| link(ready, place, row, labels);
    each_group(wanted(Dataset::Link), Dataset::Link.searched_columns(), progress, visit, |ready: Ready| {
        links.append(ready.own)
    })?;
    links.finish()?;
    sync_folder(dir).map_err(Into::into)
}

/// Writes the fingerprints of all rows, and tells the number of the first one of each dataset.
fn origins(source: Source<'_>, dir: &Path) -> Result<Vec<u32>, IndexError> {
    let mut origins = OriginsWriter::create(dir)?;
    let (mut firsts, mut first) = (Vec::new(), 0);
    for (place, &dataset) in DATASETS.iter().enumerate() {
        firsts.push(first);
        if let Some(chosen) = source.chosen {
            origins.add(chosen.get(place).into_iter().flat_map(|chosen| chosen.prints.iter().copied()))?;
        } else {
            let threads = source.limits.threads;
            let all = Wanted { snapshot: source.snapshot, dataset, chosen: None, first, threads };
            each_print(all, |prints| origins.add(prints.iter().copied()))?;
        }
        first = origins.end_dataset();
    }
    origins.finish()?;
    Ok(firsts)
}

/// Rows made ready for their shelves.
#[derive(Default)]
struct Ready {
    /// For the shelf that the dataset has to itself.
    own: Batch,
    people: Arriving,
    identifiers: Batch,
    /// Identifiers under open labels.
    tally: Tally,
    records: Batch,
}

impl Ready {
    /// Notes that a record may be pointed to; its date stands at `date` in `row`.
    fn record(
        &mut self,
        dataset: Dataset,
        place: Place,
        id: Option<&str>,
        row: &Row<'_>,
        date: usize,
        kind: Option<EntityKind>,
    ) {
        let name = match id {
            Some(id) => Name::of(dataset, id),
            None => Name::nameless(dataset, place.entity),
        };
        let year = row.date(date).map(|date| date.year());
        let mut entry = RecordEntry::new(name.bytes(), kind, year);
        if kind == Some(EntityKind::Vehicle) {
            entry = entry.looking(row.text(3), row.text(4));
        }
        self.records.add(place, &entry, &[name.key()]);
    }

    fn identifier(
        &mut self,
        place: Place,
        (dataset, id): (Dataset, &str),
        (kind, value): (IdentifierKind, &str),
        labels: &LabelTable,
    ) {
        let Some(held) = Identifier::of_record(kind, value) else { return };
        let mut keys = held.identifier.keys();
        keys.extend(linkage::partial::record_keys(&held.identifier));
        keys.push(Name::of(dataset, id).holder_key());
        let home = format!("{dataset}/{id}");
        self.identifiers.add(place, &IdentifierEntry::new(&home, &held.identifier), &keys);
        if !silent(labels, place.label) {
            self.tally.add(kind);
        }
    }
}

// Cells are taken by their places in `searched_columns`.
fn person(ready: &mut Ready, place: Place, row: &Row<'_>) {
    let aliases = row.list(3);
    let person = PersonRecord::read(&RawPerson {
        given_names: row.text(1).unwrap_or_default(),
        family_name: row.text(2).unwrap_or_default(),
        aliases: &aliases,
        dob: row.date(4),
        dob_precision: row.text(5).and_then(|word| word.parse().ok()),
        sex: row.text(6).and_then(|word| word.parse().ok()),
        nationality: row.text(7),
        postcode: row.text(8),
    });
    let keys = linkage::person::record_keys(&person);
    ready.own.add(place, &PersonEntry { home: home(row.text(0)) }, &keys);
    ready.people.add(&person);
    ready.record(Dataset::Person, place, row.text(0), row, 9, Some(EntityKind::Person));
}

fn organisation(ready: &mut Ready, place: Place, row: &Row<'_>, labels: &LabelTable) {
    let aliases = row.list(2);
    let organisation = OrganisationRecord::read(&RawOrganisation {
        name: row.text(1).unwrap_or_default(),
        aliases: &aliases,
        postcode: row.text(3),
    });
    let keys = linkage::organisation::record_keys(&organisation);
    ready.own.add(place, &OrganisationEntry::new(home(row.text(0)), &organisation), &keys);
    if let (Some(id), Some(value)) = (row.text(0), row.text(4)) {
        ready.identifier(place, (Dataset::Organisation, id), (IdentifierKind::CompanyNumber, value), labels);
    }
    ready.record(Dataset::Organisation, place, row.text(0), row, 5, Some(EntityKind::Organisation));
}

fn location(ready: &mut Ready, place: Place, row: &Row<'_>, labels: &LabelTable) {
    let address = AddressRecord::read(&RawAddress {
        address: row.text(1).unwrap_or_default(),
        town: row.text(2).unwrap_or_default(),
        postcode: row.text(3),
    });
    if let Some(address) = address {
        let keys = linkage::address::record_keys(&address);
        ready.own.add(place, &AddressEntry::new(home(row.text(0)), &address), &keys);
    }
    for (at, kind) in [(4, IdentifierKind::Uprn), (3, IdentifierKind::Postcode)] {
        if let (Some(id), Some(value)) = (row.text(0), row.text(at)) {
            ready.identifier(place, (Dataset::Location, id), (kind, value), labels);
        }
    }
    ready.record(Dataset::Location, place, row.text(0), row, 5, Some(EntityKind::Location));
}

fn identifier(ready: &mut Ready, place: Place, row: &Row<'_>, labels: &LabelTable) {
    let dataset = row.text(0).and_then(|word| word.parse().ok());
    let kind = row.text(2).and_then(|word| word.parse().ok());
    if let (Some(dataset), Some(kind), Some(value)) = (dataset, kind, row.text(3)) {
        ready.identifier(place, (dataset, row.text(1).unwrap_or_default()), (kind, value), labels);
    }
}

fn link(ready: &mut Ready, place: Place, row: &Row<'_>, labels: &LabelTable) {
    let end = |dataset: usize, id: usize| {
        let dataset: Dataset = row.text(dataset)?.parse().ok()?;
        Some((dataset, Name::of(dataset, row.text(id)?)))
    };
    let (Some((from, one)), Some((to, other))) = (end(0, 1), end(2, 3)) else { return };
    // A link marked silent would tell that its two ends belong together; nothing is built from it.
    if silent(labels, place.label) || !(tells_of(from, to) || tells_of(to, from)) {
        return;
    }
    let mut keys = vec![one.key(), other.key()];
    keys.dedup();
    ready.own.add(place, &LinkEntry::new((from, one.bytes()), (to, other.bytes())), &keys);
}

fn home(id: Option<&str>) -> &str {
    id.unwrap_or("a record without an id")
}
