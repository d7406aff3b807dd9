//! What an index tells of all its records together: how common names are, and how many identifiers there are of each kind.
//! Counted over what the epoch holds, however its segments came about. Silent records are left out: they must not move the
//! confidence in others by a hair.

use std::ops::Range;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};

use linkage::person::{NameCounter, NumberedCounter};
use mapped::ColumnWriter;
use model::LabelTable;

use super::entry::{IdentifierEntry, RecordEntry};
use super::people::Crowd;
use super::referent::Name;
use super::segment::{Segment, segment_dir, tally};
use super::stack::Stack;
use super::tally::Tally;
use super::update::segments;
use super::{IndexError, NAMES, VERSION, file_error, silent};

/// Rows that a thread counts before it leaves some to the next.
const STRIDE: u32 = 1 << 14;

/// Keys that are looked up at once, so that memory is waited for together.
const LOOKED_UP: usize = 128;

/// How common names are in the first of some segments.
#[derive(Default)]
pub(super) struct Counted {
    segments: usize,
    names: NameCounter,
}

impl Counted {
    /// Of so many segments of the index in `folder`, which are whole.
    pub(super) fn of(
        folder: &Path,
        segments: usize,
        labels: &LabelTable,
        threads: usize,
    ) -> Result<Self, IndexError> {
        Ok(Self { segments, names: names_of(folder, 0..segments, labels, threads)? })
    }
}

/// Writes the summary of the index in `folder`, whose segments are whole; names of the first ones may have been `counted`. Its two
/// parts are made of different files, beside each other.
pub(super) fn write(
    folder: &Path,
    labels: &LabelTable,
    threads: usize,
    counted: Counted,
) -> Result<(), IndexError> {
    let count = segments(folder)?;
    let (mut identifiers, mut records) = (Vec::new(), Vec::new());
    for number in 0..count {
        let segment = Segment::open(folder, number)?;
        identifiers.push(segment.identifiers);
        records.push(segment.records);
    }
    std::thread::scope(|scope| {
        let tallying = scope.spawn(|| {
            let all = tally_of(folder, count, &Stack::new(identifiers), &Stack::new(records), labels)?;
            all.write(folder)
        });
        let Counted { segments, mut names } = counted;
        let named = names_of(folder, segments..count, labels, threads).and_then(|others| {
            names.merge(others);
            let mut column = ColumnWriter::create(&folder.join(NAMES), VERSION)?;
            column.extend(&names.finish().encode())?;
            column.finish().map_err(Into::into)
        });
        tallying.join().unwrap_or_else(|panic| resume_unwind(panic))?;
        named
    })
}

/// How many identifiers of each kind the index holds under open labels, but those of silent records.
fn tally_of(
    folder: &Path,
    count: usize,
    identifiers: &Stack,
    records: &Stack,
    labels: &LabelTable,
) -> Result<Tally, IndexError> {
    let mut all = Tally::default();
    for number in 0..count {
        all.merge(&tally(folder, number)?);
    }
    let open = identifiers.allowed(|label| !silent(labels, label));
    // What a silent record holds is silent.
    let hidden = records.allowed(|label| silent(labels, label));
    records.expect_entries(records.count(&hidden));
    let mut names: Vec<(u64, Name)> = records
        .alive(&hidden)
        .filter_map(|row| records.entry::<RecordEntry<'_>>(row))
        .map(|entry| Name::from_bytes(entry.name))
        .map(|name| (name.holder_key(), name))
        .collect();
    names.sort_unstable();
    names.dedup();
    identifiers.expect_keys(names.len());
    identifiers.expect_entries(names.len() + identifiers.gone());
    for row in identifiers.dead(&open) {
        let kind = identifiers.entry::<IdentifierEntry<'_>>(row).and_then(|entry| entry.kind());
        kind.into_iter().for_each(|kind| all.take_away(kind));
    }
    // In the order of their keys, so that the files are gone through once.
    for some in names.chunks(LOOKED_UP) {
        let keys: Vec<u64> = some.iter().map(|(key, _)| *key).collect();
        let found = identifiers.look_up(&keys, &open);
        for (at, (_, name)) in some.iter().enumerate() {
            for row in found.rows(at) {
                let Some(entry) = identifiers.entry::<IdentifierEntry<'_>>(row) else { continue };
                let held = entry.holder().is_some_and(|(dataset, id)| Name::of(dataset, id) == *name);
                entry.kind().filter(|_| held).into_iter().for_each(|kind| all.take_away(kind));
            }
        }
    }
    Ok(all)
}

/// How common names are in some segments of the index in `folder`.
fn names_of(
    folder: &Path,
    segments: Range<usize>,
    labels: &LabelTable,
    threads: usize,
) -> Result<NameCounter, IndexError> {
    let open = |number| Ok(Segment::open(folder, number)?.persons);
    let persons = Stack::new(segments.clone().map(open).collect::<Result<_, IndexError>>()?);
    let folders: Vec<_> = segments.map(|number| segment_dir(folder, number)).collect();
    let people = Crowd::open(folders.iter().map(PathBuf::as_path))?;
    let names = names(&persons, &people, labels, threads);
    names.ok_or_else(|| file_error(folder, "the names could not be counted"))
}

/// How common names are, counted by every thread over a part of the rows.
fn names(persons: &Stack, people: &Crowd, labels: &LabelTable, threads: usize) -> Option<NameCounter> {
    people.expect_all();
    let open = persons.allowed(|label| !silent(labels, label));
    let threads = u32::try_from(threads.max(1)).unwrap_or(1);
    let counted = std::thread::scope(|scope| {
        let counting: Vec<_> = (0..threads)
            .map(|thread| {
                let open = &open;
                scope.spawn(move || {
                    let mut names = NumberedCounter::new();
                    let own = persons.alive(open).filter(|row| row / STRIDE % threads == thread);
                    for person in own.filter_map(|row| people.person(row)) {
                        names.add(Some(person.own()), person.facts());
                    }
                    names.settle();
                    names
                })
            })
            .collect();
        let mut all = NumberedCounter::new();
        for counted in counting {
            all.merge(counted.join().ok()?);
        }
        Some(all)
    })?;
    Some(counted.named(|number| people.name(number)))
}
