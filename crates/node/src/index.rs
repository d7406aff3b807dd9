//! Search: who or what fits a probe. Keys bring candidates up, labels filter them before anything is compared, and
//! what fits well enough is written into findings, from which only policy reads.
//!
//! The index is part of its snapshot's folder: a base and small segments of what changed since it was built, with what is no
//! longer held noted beside each. Whatever came to be in whichever way, it answers as one built anew over the same records.
//! Its files are read in place: opening costs milliseconds, and memory holds what questions touched.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use linkage::address::{self, AddressSubject};
use linkage::organisation::{self, OrganisationSubject};
use linkage::partial::{PartialSubject, PartialView};
use linkage::person::{Borne, Confidence, NameCounts, Weights};
use linkage::{Identifier, Subject};
use mapped::Column;
use model::vocabulary::{DisclosureMark, EntityKind, Retention};
use model::{Dataset, IdentifierKind, LabelId, LabelTable, Probability};
use policy::{Findings, Match, Permit};

use crate::catalogue::Snapshot;

mod build;
mod difference;
mod summary;
mod update;

mod bits;
mod entry;
mod found;
mod in_order;
mod people;
mod postings;
mod rows;
mod segment;
mod shelf;
mod stack;
mod verified;

mod best;
mod facets;
mod home;
mod persons;
mod records;
mod referent;
mod tally;

#[cfg(test)]
mod tests;

use best::{Best, fits, ranks};
use entry::{AddressEntry, IdentifierEntry, OrganisationEntry};
use facets::Gatherer;
use people::Crowd;
use records::Records;
use referent::{Name, owner};
use segment::{Segment, segment_dir};
use stack::{Allowed, Stack};
use tally::Tally;
use verified::Verified;

/// What the index files mean: our layout, and the keys that linkage makes. Files of another version are built anew.
const VERSION: u64 = 9 << 32 | linkage::KEYS_VERSION as u64;

/// How common names are among the persons: the file that [`linkage::person::NameCounts`] is kept in.
const NAMES: &str = "persons.names";

/// What building an index may use.
#[derive(Debug, Clone, Copy)]
pub struct BuildLimits {
    /// Memory for keys that wait to be sorted; beyond it they wait on the disk.
    pub memory_bytes: usize,
    /// Threads that read and sort.
    pub threads: usize,
}

/// Why an index could not be built or opened. Speaks of files, never of values.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// A file of the snapshot or the index can't be read or written.
    #[error("{file}: {cause}")]
    File {
        /// The file.
        file: String,
        /// What went wrong.
        cause: String,
    },
    /// A column of the index can't be read or written.
    #[error(transparent)]
    Column(#[from] mapped::ColumnError),
}

/// How far a build has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// The dataset being read.
    pub dataset: Dataset,
    /// Rows read of it.
    pub rows: u64,
}

/// The search index of one snapshot.
#[derive(Debug)]
pub struct Index {
    persons: Stack,
    /// What is compared of them.
    people: Crowd,
    /// How many persons bear each of their names, by its number.
    borne: Vec<Borne>,
    /// What the persons' own names and numbers make of a comparison.
    confidence: Arc<Confidence>,
    organisations: Stack,
    addresses: Stack,
    identifiers: Stack,
    tally: Tally,
    /// What identifiers and links point to.
    records: Stack,
    links: Stack,
    /// All rows of records, and of links.
    everyone: [Allowed; 2],
    /// How often some of its memory was given back.
    given_back: AtomicUsize,
    open: Open,
    labels: LabelTable,
    /// The place of each label in the order of what they say, which is the same in every epoch.
    ranks: Vec<usize>,
}

/// How many records are not silent: silent ones must not move the confidence in others.
#[derive(Debug)]
struct Open {
    organisations: usize,
    addresses: usize,
}

impl Index {
    /// Parts of its memory that are given back one after the other.
    pub const PARTS: usize = 16;

    /// Opens the snapshot's index, building it first where it is missing, damaged or of another version. Files that it shares with
    /// the index `in_use` were verified when that was opened.
    pub fn open(
        snapshot: &Snapshot,
        in_use: Option<&Self>,
        limits: BuildLimits,
        weights: &Weights,
        progress: &mut dyn FnMut(Built),
    ) -> Result<Self, IndexError> {
        let folder = snapshot.index_dir();
        let known = in_use.map(Self::verified).unwrap_or_default();
        let read = || Self::read(&folder, weights, snapshot.labels(), &known, limits.threads);
        let unfit = match read() {
            Ok(index) => return Ok(index),
            Err(error) => folder.exists().then_some(error),
        };
        if let Some(error) = &unfit {
            tracing::warn!(%error, "the search index can't be used and is built anew");
        }
        // An index that is damaged shares files with the one it came of.
        update::write(snapshot, unfit.is_none(), limits, progress)?;
        read().or_else(|error| {
            tracing::warn!(%error, "the search index can't be used and is built anew");
            update::write(snapshot, false, limits, progress)?;
            read()
        })
    }

    /// Every byte is compared with its checksum before the first question, unless its file is `known`: a damaged index would hide
    /// records.
    fn read(
        folder: &Path,
        weights: &Weights,
        labels: &LabelTable,
        known: &Verified,
        threads: usize,
    ) -> Result<Self, IndexError> {
        let names = Column::<u8>::open(&folder.join(NAMES), VERSION)?;
        let names =
            NameCounts::decode(&names).map_err(|why| file_error(&folder.join(NAMES), &why.to_string()))?;
        let counted = names.records().into();
        let mut shelves: [Vec<shelf::Shelf>; 6] = Default::default();
        let count = update::segments(folder)?;
        let folders: Vec<_> = (0..count).map(|number| segment_dir(folder, number)).collect();
        let people = Crowd::open(folders.iter().map(PathBuf::as_path))?;
        for number in 0..count {
            let Segment { persons, organisations, addresses, identifiers, records, links } =
                Segment::open(folder, number)?;
            let opened = [persons, organisations, addresses, identifiers, records, links];
            shelves.iter_mut().zip(opened).for_each(|(stack, shelf)| stack.push(shelf));
        }
        let [persons, organisations, addresses, identifiers, records, links] = shelves.map(Stack::new);
        let open = |stack: &Stack| stack.count(&stack.allowed(|label| !silent(labels, label)));
        let index = Self {
            open: Open { organisations: open(&organisations), addresses: open(&addresses) },
            borne: people.borne(&names, threads),
            confidence: Arc::new(Confidence::new(weights.clone(), names, counted)),
            people,
            persons,
            organisations,
            addresses,
            identifiers,
            tally: Tally::open(folder)?,
            everyone: [records.allowed(|_| true), links.allowed(|_| true)],
            given_back: AtomicUsize::new(0),
            records,
            links,
            labels: labels.clone(),
            ranks: ranks(labels),
        };
        for stack in index.stacks() {
            stack.verify(known)?;
        }
        index.people.verify(known)?;
        if index.people.len() != index.persons.rows_in_all() {
            return Err(file_error(folder, "the index does not compare as many persons as it holds"));
        }
        index.release();
        Ok(index)
    }

    /// Gives back the memory that holds what was read so far; questions read from the files again.
    pub fn release(&self) {
        self.release_part(0, 1);
    }

    /// Gives back some of it: another part of every file each time, so that most of what questions read stays where it is.
    pub fn release_some(&self) {
        self.release_part(self.given_back.fetch_add(1, Ordering::Relaxed) % Self::PARTS, Self::PARTS);
    }

    fn release_part(&self, part: usize, parts: usize) {
        self.stacks().into_iter().for_each(|stack| stack.release(part, parts));
        self.people.release(part, parts);
    }

    fn verified(&self) -> Verified {
        let mut verified = Verified::default();
        self.stacks().into_iter().for_each(|stack| stack.note(&mut verified));
        self.people.note(&mut verified);
        verified
    }

    fn stacks(&self) -> [&Stack; 6] {
        [&self.persons, &self.organisations, &self.addresses, &self.identifiers, &self.records, &self.links]
    }

    fn records(&self) -> Records<'_> {
        let [everyone, _] = &self.everyone;
        Records { shelf: &self.records, everyone }
    }

    fn gatherer(&self) -> Gatherer<'_> {
        let [_, linked] = &self.everyone;
        Gatherer { records: self.records(), links: &self.links, linked, labels: &self.labels }
    }

    /// The name that an entity's record is pointed to by; `id` is its own id where it has one.
    fn name(&self, dataset: Dataset, entity: u32, id: &str) -> (Dataset, Name) {
        let named = self.records().with_id(dataset, id).is_some_and(|record| record.entity == entity);
        (dataset, if named { Name::of(dataset, id) } else { Name::nameless(dataset, entity) })
    }

    /// How many persons, organisations and identifiers the index holds.
    pub fn len(&self) -> (usize, usize, usize) {
        (self.persons.len(), self.organisations.len(), self.identifiers.len())
    }

    /// Whether the index holds nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == (0, 0, 0)
    }

    /// Writes what fits `subject` into `findings`. A record whose label neither counts nor is watched costs nothing.
    pub fn search(&self, subject: &Subject, permit: &Permit, findings: &mut Findings) {
        self.matches(subject, permit).into_iter().for_each(|found| findings.add_match(found));
    }

    fn matches(&self, subject: &Subject, permit: &Permit) -> Vec<Match> {
        let matches = match subject {
            Subject::Person(person) => self.persons(person, permit),
            Subject::Organisation(organisation) => self.organisations(organisation, permit),
            Subject::Identifier(identifier) => self.identifiers(identifier, permit),
            Subject::Partial(partial) => self.partials(partial, permit),
            Subject::Address(address) => self.addresses(address, permit),
        };
        let told = |best: Best| {
            let facets = best.named.and_then(|(dataset, name)| {
                let record = self.records().get(dataset, name)?;
                Some(self.gatherer().facets(&record, name))
            });
            Match {
                entity: best.kind,
                record: best.record,
                labels: best.labels,
                confidence: best.probability,
                facets: facets.unwrap_or_default(),
                features: best.features,
            }
        };
        matches.into_iter().map(told).collect()
    }

    fn organisations(&self, subject: &OrganisationSubject, permit: &Permit) -> Vec<Best> {
        let prior = prior(self.open.organisations);
        let keys = organisation::probe_keys(subject);
        self.fitting(&self.organisations, &keys, permit, |entity, label, entry: OrganisationEntry<'_>| {
            let probability = fits(organisation::compare_view(subject, entry.view()).probability(prior))?;
            Some(Best {
                record: entry.home.to_owned(),
                labels: vec![label],
                kind: EntityKind::Organisation,
                probability,
                owner: Some(owner(Dataset::Organisation, entity)),
                named: Some(self.name(Dataset::Organisation, entity, entry.home)),
                features: Vec::new(),
            })
        })
    }

    fn addresses(&self, subject: &AddressSubject, permit: &Permit) -> Vec<Best> {
        let held = self.open.addresses;
        let keys = address::probe_keys(subject);
        self.fitting(&self.addresses, &keys, permit, |entity, label, entry: AddressEntry<'_>| {
            let probability =
                fits(address::probability(&address::compare_view(subject, entry.view()), held))?;
            Some(Best {
                record: entry.home.to_owned(),
                labels: vec![label],
                kind: EntityKind::Location,
                probability,
                owner: Some(owner(Dataset::Location, entity)),
                named: Some(self.name(Dataset::Location, entity, entry.home)),
                features: Vec::new(),
            })
        })
    }

    /// Equal identifiers match for certain, and forms of one another as surely as linkage says. A match names what
    /// holds the identifier.
    fn identifiers(&self, subject: &Identifier, permit: &Permit) -> Vec<Best> {
        let held = self.tally.of(subject.kind());
        let keys = subject.keys();
        self.fitting(&self.identifiers, &keys, permit, |_, label, entry: IdentifierEntry<'_>| {
            let probability = fits(subject.agreement(&entry.identifier()?, held)?)?;
            Some(self.carrier(label, &entry, subject.kind(), probability))
        })
    }

    /// Whatever fits what is known of an identifier is told, however many others fit too: the least that a probe must
    /// say bounds them, and the confidence says how many there may be.
    fn partials(&self, subject: &PartialSubject, permit: &Permit) -> Vec<Best> {
        let held = self.tally.of(subject.kind());
        let keys = subject.keys();
        self.fitting(&self.identifiers, &keys, permit, |_, label, entry: IdentifierEntry<'_>| {
            let view = PartialView { kind: entry.kind()?, value: entry.value(), make: None, colour: None };
            let look = || {
                let holder = entry.holder().and_then(|(dataset, id)| self.records().with_id(dataset, id));
                holder.map(|holder| holder.look).unwrap_or_default()
            };
            let bits = subject.evidence_with(view, look)?;
            Some(self.carrier(label, &entry, subject.kind(), PartialSubject::probability(bits, held)))
        })
    }

    /// What holds an identifier that was asked for as one of `kind`.
    fn carrier(
        &self,
        label: LabelId,
        entry: &IdentifierEntry<'_>,
        kind: IdentifierKind,
        probability: Probability,
    ) -> Best {
        let mut best = Best {
            record: entry.home.to_owned(),
            labels: vec![label],
            kind: kind.entity(),
            probability,
            owner: None,
            named: None,
            features: Vec::new(),
        };
        let holder = entry.holder().and_then(|(dataset, id)| self.records().with_id(dataset, id));
        if let (Some(holder), Some((dataset, id))) = (holder, entry.holder()) {
            best.labels.extend(holder.labels());
            best.kind = holder.kind().unwrap_or(best.kind);
            best.owner = Some(holder.owner());
            best.named = Some((dataset, Name::of(dataset, id)));
        }
        best
    }

    /// What fits among the candidates that the keys bring up and the labels let through; the best of each entity.
    fn fitting<'a, E: serde::Deserialize<'a>>(
        &self,
        shelf: &'a Stack,
        keys: &[u64],
        permit: &Permit,
        fit: impl Fn(u32, LabelId, E) -> Option<Best>,
    ) -> Vec<Best> {
        let allowed = shelf.allowed(|label| permit.may_count(label));
        let found = shelf.candidates(keys, &allowed).into_iter().filter_map(|row| {
            let (entity, label) = shelf.place(row)?;
            fit(entity, label, shelf.entry(row)?)
        });
        self.best_of_each(found, permit)
    }
}

/// The chance that a record taken at random is the one looked for, were it held at all.
fn prior(records: usize) -> f64 {
    1.0 / records.max(2) as f64
}

/// Whether records with this label must leave no trace in what is told of others.
fn silent(labels: &LabelTable, label: LabelId) -> bool {
    labels.get(label).is_none_or(|label| {
        label.disclosure_mark == DisclosureMark::Silent || label.retention == Retention::Disposed
    })
}

fn file_error(path: &Path, cause: &str) -> IndexError {
    IndexError::File { file: path.display().to_string(), cause: cause.to_owned() }
}
