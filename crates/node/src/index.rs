//! Search: who or what fits a probe. Keys bring candidates up, labels filter them before anything is compared, and
//! what fits well enough is written into findings, from which only policy reads.
//!
//! The index is part of its snapshot's folder, built once per data epoch. Its files are read in place: opening costs
//! milliseconds, and memory holds what questions touched.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use linkage::address::{self, AddressSubject};
use linkage::organisation::{self, OrganisationSubject};
use linkage::partial::PartialSubject;
use linkage::person::{self, Comparer, Confidence, NameCounts, PersonSubject, Weights};
use linkage::{Identifier, Subject};
use mapped::Column;
use model::vocabulary::{DisclosureMark, EntityKind};
use model::{Dataset, IdentifierKind, LabelId, LabelTable, Probability, SameBy};
use policy::{Findings, Match, Permit};

use crate::catalogue::Snapshot;

mod build;
mod entry;
mod facets;
mod home;
mod look;
mod postings;
mod registry;
mod rows;
mod shelf;
mod tally;

use entry::{AddressEntry, IdentifierEntry, OrganisationEntry, PersonEntry};
use facets::{Facets, owner};
use shelf::Shelf;
use tally::Tally;

/// What the index files mean: our layout, and the keys that linkage makes. Files of another version are built anew.
const VERSION: u64 = 3 << 32 | linkage::KEYS_VERSION as u64;

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
    persons: Shelf,
    /// What the persons' own names and numbers make of a comparison.
    confidence: Arc<Confidence>,
    organisations: Shelf,
    addresses: Shelf,
    identifiers: Shelf,
    tally: Tally,
    facets: Facets,
    open: Open,
}

/// How many records are not silent: silent ones must not move the confidence in others.
#[derive(Debug)]
struct Open {
    organisations: usize,
    addresses: usize,
}

/// The best match of one entity so far.
struct Best {
    record: String,
    labels: Vec<LabelId>,
    kind: EntityKind,
    probability: Probability,
    owner: Option<u64>,
    /// What another force's record of the same person has in common with it.
    features: Vec<(SameBy, Vec<u8>)>,
}

impl Index {
    /// Opens the snapshot's index, building it first where it is missing, damaged or of another version.
    pub fn open(
        snapshot: &Snapshot,
        limits: BuildLimits,
        weights: &Weights,
        progress: &mut dyn FnMut(Built),
    ) -> Result<Self, IndexError> {
        let folder = snapshot.dir().join("index");
        match Self::read(&folder, weights, snapshot.labels()) {
            Ok(index) => Ok(index),
            Err(error) => {
                if folder.exists() {
                    tracing::warn!(%error, "the search index can't be used and is built anew");
                }
                build::build(snapshot, &folder, limits, progress)?;
                Self::read(&folder, weights, snapshot.labels())
            }
        }
    }

    /// Every byte is compared with its checksum before the first question: a damaged index would hide records.
    fn read(folder: &Path, weights: &Weights, labels: &LabelTable) -> Result<Self, IndexError> {
        let persons = Shelf::open(folder, "persons")?;
        let names = Column::<u8>::open(&folder.join(NAMES), VERSION)?;
        let names =
            NameCounts::decode(&names).map_err(|why| file_error(&folder.join(NAMES), &why.to_string()))?;
        let counted = names.records().into();
        let organisations = Shelf::open(folder, "organisations")?;
        let addresses = Shelf::open(folder, "addresses")?;
        let open = |shelf: &Shelf| shelf.count(|label| !silent(labels, label));
        let index = Self {
            open: Open { organisations: open(&organisations), addresses: open(&addresses) },
            confidence: Arc::new(Confidence::new(weights.clone(), names, counted)),
            persons,
            organisations,
            addresses,
            identifiers: Shelf::open(folder, "identifiers")?,
            tally: Tally::open(folder)?,
            facets: Facets::open(folder)?,
        };
        for shelf in index.shelves() {
            shelf.verify()?;
        }
        index.facets.verify()?;
        index.release();
        Ok(index)
    }

    /// Gives back the memory that holds what was read so far; questions read from the files again.
    pub fn release(&self) {
        self.shelves().into_iter().for_each(Shelf::release);
        self.facets.release();
    }

    fn shelves(&self) -> [&Shelf; 4] {
        [&self.persons, &self.organisations, &self.addresses, &self.identifiers]
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
        let matches = match subject {
            Subject::Person(person) => self.persons(person, permit),
            Subject::Organisation(organisation) => self.organisations(organisation, permit),
            Subject::Identifier(identifier) => self.identifiers(identifier, permit),
            Subject::Partial(partial) => self.partials(partial, permit),
            Subject::Address(address) => self.addresses(address, permit),
        };
        for best in matches {
            let facets = best.owner.map_or_else(Vec::new, |owner| self.facets.of(owner));
            findings.add_match(Match {
                entity: best.kind,
                record: best.record,
                labels: best.labels,
                confidence: best.probability,
                facets,
                features: best.features,
            });
        }
    }

    fn persons(&self, subject: &PersonSubject, permit: &Permit) -> Vec<Best> {
        let subject = subject.clone().under(&self.confidence);
        let mut comparer = Comparer::new(&subject);
        let allowed = self.persons.allowed(|label| permit.may_count(label));
        let (rows, bits): (Vec<u32>, Vec<f64>) =
            person::candidates(&subject, |key| self.persons.rows(key, &allowed))
                .into_iter()
                .filter_map(|row| {
                    let entry: PersonEntry<'_> = self.persons.entry(row)?;
                    Some((row, comparer.compare(entry.view()).weight_bits))
                })
                .unzip();
        // Candidates share what one search can hold, so they are weighed together; those that may not count are not here.
        let found =
            rows.into_iter().zip(self.confidence.posteriors(&bits)).filter_map(|(row, probability)| {
                let probability = fits(probability)?;
                let (entity, label) = self.persons.place(row)?;
                let entry: PersonEntry<'_> = self.persons.entry(row)?;
                Some(Best {
                    record: entry.home.to_owned(),
                    labels: vec![label],
                    kind: EntityKind::Person,
                    probability,
                    owner: Some(owner(Dataset::Person, entity)),
                    features: person::same_features(entry.view()),
                })
            });
        best_of_each(found, permit)
    }

    fn organisations(&self, subject: &OrganisationSubject, permit: &Permit) -> Vec<Best> {
        let prior = prior(self.open.organisations);
        let keys = organisation::probe_keys(subject);
        fitting(&self.organisations, &keys, permit, |entity, label, entry: OrganisationEntry<'_>| {
            let probability = fits(organisation::compare_view(subject, entry.view()).probability(prior))?;
            Some(Best {
                record: entry.home.to_owned(),
                labels: vec![label],
                kind: EntityKind::Organisation,
                probability,
                owner: Some(owner(Dataset::Organisation, entity)),
                features: Vec::new(),
            })
        })
    }

    fn addresses(&self, subject: &AddressSubject, permit: &Permit) -> Vec<Best> {
        let held = self.open.addresses;
        let keys = address::probe_keys(subject);
        fitting(&self.addresses, &keys, permit, |entity, label, entry: AddressEntry<'_>| {
            let probability =
                fits(address::probability(&address::compare_view(subject, entry.view()), held))?;
            Some(Best {
                record: entry.home.to_owned(),
                labels: vec![label],
                kind: EntityKind::Location,
                probability,
                owner: Some(owner(Dataset::Location, entity)),
                features: Vec::new(),
            })
        })
    }

    /// Equal identifiers match for certain, and forms of one another as surely as linkage says. A match names what
    /// holds the identifier.
    fn identifiers(&self, subject: &Identifier, permit: &Permit) -> Vec<Best> {
        let held = self.tally.of(subject.kind());
        fitting(&self.identifiers, &subject.keys(), permit, |_, label, entry: IdentifierEntry<'_>| {
            let probability = fits(subject.agreement(&entry.identifier()?, held)?)?;
            Some(carrier(label, entry, subject.kind(), probability))
        })
    }

    /// Whatever fits what is known of an identifier is told, however many others fit too: the least that a probe must
    /// say bounds them, and the confidence says how many there may be.
    fn partials(&self, subject: &PartialSubject, permit: &Permit) -> Vec<Best> {
        let held = self.tally.of(subject.kind());
        fitting(&self.identifiers, &subject.keys(), permit, |_, label, entry: IdentifierEntry<'_>| {
            let bits = subject.evidence(entry.view()?)?;
            Some(carrier(label, entry, subject.kind(), PartialSubject::probability(bits, held)))
        })
    }
}

/// What holds an identifier that was asked for as one of `kind`.
fn carrier(
    label: LabelId,
    entry: IdentifierEntry<'_>,
    kind: IdentifierKind,
    probability: Probability,
) -> Best {
    let mut best = Best {
        record: entry.home.to_owned(),
        labels: vec![label],
        kind: kind.entity(),
        probability,
        owner: None,
        features: Vec::new(),
    };
    if let Some(holder) = entry.holder {
        best.labels.extend(holder.labels.iter().map(|&id| LabelId(id)));
        best.kind = holder.kind().unwrap_or(best.kind);
        best.owner = Some(holder.owner);
    }
    best
}

/// The probability, where it makes a match.
fn fits(probability: Probability) -> Option<Probability> {
    (probability.value() >= linkage::MATCH_THRESHOLD).then_some(probability)
}

/// What fits among the candidates that the keys bring up and the labels let through; the best of each entity.
fn fitting<'a, E: serde::Deserialize<'a>>(
    shelf: &'a Shelf,
    keys: &[u64],
    permit: &Permit,
    fit: impl Fn(u32, LabelId, E) -> Option<Best>,
) -> Vec<Best> {
    let allowed = shelf.allowed(|label| permit.may_count(label));
    let found = shelf.candidates(keys, &allowed).into_iter().filter_map(|row| {
        let (entity, label) = shelf.place(row)?;
        fit(entity, label, shelf.entry(row)?)
    });
    best_of_each(found, permit)
}

/// One entity counts once, by its best record. Silent and open records of one entity stay apart.
fn best_of_each(found: impl Iterator<Item = Best>, permit: &Permit) -> Vec<Best> {
    let mut kept: BTreeMap<(u64, String), Best> = BTreeMap::new();
    for best in found.filter(|best| best.labels.iter().all(|&label| permit.may_count(label))) {
        let silent = best.labels.iter().any(|&label| permit.is_watched(label));
        let apart = if best.owner.is_none() || silent { best.record.clone() } else { String::new() };
        let place = (best.owner.unwrap_or(u64::MAX), apart);
        if kept.get(&place).is_none_or(|held| held.probability < best.probability) {
            kept.insert(place, best);
        }
    }
    kept.into_values().collect()
}

/// The chance that a record taken at random is the one looked for, were it held at all.
fn prior(records: usize) -> f64 {
    1.0 / records.max(2) as f64
}

/// Whether records with this label must leave no trace in what is told of others.
fn silent(labels: &LabelTable, label: LabelId) -> bool {
    labels.get(label).is_none_or(|label| label.disclosure_mark == DisclosureMark::Silent)
}

fn file_error(path: &Path, cause: &str) -> IndexError {
    IndexError::File { file: path.display().to_string(), cause: cause.to_owned() }
}
