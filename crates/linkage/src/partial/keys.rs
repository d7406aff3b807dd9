//! Keys that bring up records for a pattern. A mark is found by two of its first three or of its next four characters,
//! and by all of either: whichever three are known, two of them share a block. Other kinds are found by three in a
//! row, counted from the end.

use model::IdentifierKind;

use super::PartialSubject;
use super::alignment::{Alignment, exchange_loss, misread_loss};
use super::form::{Form, bare};
use crate::hash::KeyHasher;
use crate::identifier::Identifier;

/// Key families. Their bytes are stored in every index: changing one is a new [`crate::KEYS_VERSION`].
mod tag {
    pub(super) const MARK: u8 = b'v';
    pub(super) const NUMBER: u8 = b'n';
}

/// The blocks of a mark.
const BLOCKS: [std::ops::Range<usize>; 2] = [0..3, 3..7];
/// Characters of a row in other kinds, and how many rows from the end there are.
const ROW: usize = 3;
const ROWS: usize = 3;

/// The keys that a record's identifier is indexed under besides its own, for probes that know it in part.
pub fn record_keys(identifier: &Identifier) -> Vec<u64> {
    let mut keys = keys_of(identifier);
    keys.extend(identifier.account_within().iter().flat_map(keys_of));
    keys
}

fn keys_of(identifier: &Identifier) -> Vec<u64> {
    let Some(form) = Form::of(identifier.kind()) else { return Vec::new() };
    let value: Vec<u8> = bare(identifier.value()).collect();
    if form.is_seen() {
        marks(value.len()).map(|places| mark_key(&places, |place| value.get(place).copied())).collect()
    } else {
        let at = |place: usize| value.get(place).copied();
        rows(value.len()).filter_map(|(row, start)| row_key(identifier.kind(), row, start, at)).collect()
    }
}

/// Whether records that fit `alignment` can be brought up.
pub(super) fn is_reached(kind: IdentifierKind, alignment: &Alignment) -> bool {
    Form::of(kind).is_some_and(|form| {
        if form.is_seen() {
            known_marks(alignment).next().is_some()
        } else {
            row_of(kind, alignment).is_some()
        }
    })
}

/// The keys of a probe, as few as find what it can count.
pub(super) fn probe_keys(subject: &PartialSubject) -> Vec<u64> {
    let mut keys = Vec::new();
    let Some(form) = Form::of(subject.kind) else { return keys };
    for alignment in &subject.alignments {
        if form.is_seen() {
            keys.extend(mark_keys(&form, subject.bits() - subject.least_bits, alignment));
        } else {
            keys.extend(row_of(subject.kind, alignment));
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// One sharp key, and for each slip that `spare` bits pay for, a key that the slip leaves as it is.
fn mark_keys(form: &Form, spare: f64, alignment: &Alignment) -> Vec<u64> {
    let mut known: Vec<Vec<usize>> = known_marks(alignment).collect();
    known.sort_by_key(|places| std::cmp::Reverse(places.len()));
    let misread = alignment
        .known()
        .filter(|&(_, seen)| misread_loss(form, seen) <= spare)
        .map(|(place, _)| vec![place]);
    let neighbours = alignment.known().zip(alignment.known().skip(1));
    let exchanged = neighbours
        .filter(|((a, one), (b, other))| *b == a + 1 && exchange_loss(form, *one, *other) <= spare)
        .map(|((a, _), (b, _))| vec![a, b]);
    let mut chosen: Vec<&Vec<usize>> = Vec::new();
    for slip in std::iter::once(Vec::new()).chain(misread).chain(exchanged) {
        let untouched = |places: &&Vec<usize>| !places.iter().any(|place| slip.contains(place));
        if !chosen.iter().any(untouched) {
            chosen.extend(known.iter().find(untouched));
        }
    }
    chosen.into_iter().map(|places| mark_key(places, |place| alignment.at(place))).collect()
}

/// The sets of places that marks of a length are indexed under.
fn marks(length: usize) -> impl Iterator<Item = Vec<usize>> {
    BLOCKS.into_iter().flat_map(move |block| {
        let places: Vec<usize> = block.filter(|&place| place < length).collect();
        let mut sets: Vec<Vec<usize>> = Vec::new();
        for (at, &one) in places.iter().enumerate() {
            sets.extend(places.iter().skip(at + 1).map(|&other| vec![one, other]));
        }
        if places.len() > 2 {
            sets.push(places);
        }
        sets
    })
}

fn known_marks(alignment: &Alignment) -> impl Iterator<Item = Vec<usize>> + '_ {
    marks(alignment.len()).filter(|places| places.iter().all(|&place| alignment.at(place).is_some()))
}

fn mark_key(places: &[usize], at: impl Fn(usize) -> Option<u8>) -> u64 {
    let place = |place: usize| u8::try_from(place).unwrap_or(u8::MAX);
    let base = KeyHasher::new(tag::MARK).bytes(places.iter().map(|&p| place(p)));
    base.bytes(places.iter().filter_map(|&place| at(place))).finish()
}

/// The rows of a value of `length`, the last first, with the place where each starts.
fn rows(length: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..ROWS).filter_map(move |row| Some((row, length.checked_sub((row + 1) * ROW)?)))
}

fn row_of(kind: IdentifierKind, alignment: &Alignment) -> Option<u64> {
    rows(alignment.len()).find_map(|(row, start)| row_key(kind, row, start, |place| alignment.at(place)))
}

fn row_key(kind: IdentifierKind, row: usize, start: usize, at: impl Fn(usize) -> Option<u8>) -> Option<u64> {
    let bytes = (start..start + ROW).map(at).collect::<Option<Vec<u8>>>()?;
    let base = KeyHasher::new(tag::NUMBER).text(kind.as_str()).bytes([u8::try_from(row).ok()?]);
    Some(base.bytes(bytes).finish())
}
