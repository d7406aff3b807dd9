//! The same shelf of every segment, one upon the other: rows are numbered through, and a key leads to those of all.

use std::ops::Range;

use model::LabelId;
use serde::Deserialize;

use super::IndexError;
use super::found::Found;
use super::shelf::Shelf;
use super::verified::Verified;

/// Most candidates that one probe may bring up.
const CANDIDATES_MAX: usize = 50_000;

/// Of files of which more than one row in so many is looked at, all is read at once: page by page, the disk would be waited for
/// each time.
const FEW: usize = 500;

/// Shelves of one name, the base's first.
#[derive(Debug)]
pub(super) struct Stack {
    /// Each with the number of its first row.
    shelves: Vec<(u32, Shelf)>,
}

/// Rows whose label is allowed, as ascending runs of each shelf.
#[derive(Debug)]
pub(super) struct Allowed(Vec<Vec<Range<u32>>>);

impl Stack {
    /// Numbers the rows of all shelves through.
    pub(super) fn new(shelves: Vec<Shelf>) -> Self {
        let mut first = 0_u32;
        let numbered = |shelf: Shelf| {
            let start = first;
            first = first.saturating_add(u32::try_from(shelf.len()).unwrap_or(u32::MAX));
            (start, shelf)
        };
        Self { shelves: shelves.into_iter().map(numbered).collect() }
    }

    /// How many rows there are, those that the epoch no longer holds included.
    pub(super) fn rows_in_all(&self) -> usize {
        self.shelves.iter().map(|(_, shelf)| shelf.len()).sum()
    }

    /// How many of them the epoch no longer holds.
    pub(super) fn gone(&self) -> usize {
        self.shelves.iter().map(|(_, shelf)| shelf.gone().count()).sum()
    }

    /// How many entries there are that the epoch holds.
    pub(super) fn len(&self) -> usize {
        self.count(&self.allowed(|_| true))
    }

    /// How many of the `allowed` rows the epoch holds.
    pub(super) fn count(&self, allowed: &Allowed) -> usize {
        self.shelves.iter().zip(&allowed.0).map(|((_, shelf), runs)| shelf.count(runs)).sum()
    }

    /// The `allowed` rows that the epoch holds, ascending.
    pub(super) fn alive<'a>(&'a self, allowed: &'a Allowed) -> impl Iterator<Item = u32> + 'a {
        let shelves = self.shelves.iter().zip(&allowed.0);
        shelves.flat_map(|((first, shelf), runs)| shelf.alive(runs).filter_map(|row| first.checked_add(row)))
    }

    /// The `allowed` rows that the epoch no longer holds, ascending.
    pub(super) fn dead<'a>(&'a self, allowed: &'a Allowed) -> impl Iterator<Item = u32> + 'a {
        let shelves = self.shelves.iter().zip(&allowed.0);
        shelves.flat_map(|((first, shelf), runs)| shelf.dead(runs).filter_map(|row| first.checked_add(row)))
    }

    /// Reads everything once and compares it with its checksums, but for files that are `known`.
    pub(super) fn verify(&self, known: &Verified) -> Result<(), IndexError> {
        self.shelves.iter().try_for_each(|(_, shelf)| shelf.verify(known))
    }

    /// Notes the files that were verified.
    pub(super) fn note(&self, known: &mut Verified) {
        self.shelves.iter().for_each(|(_, shelf)| shelf.note(known));
    }

    /// Tells that so many entries will be looked at. Where these are many, the kernel reads all at once.
    pub(super) fn expect_entries(&self, many: usize) {
        if many.saturating_mul(FEW) > self.rows_in_all() {
            self.shelves.iter().for_each(|(_, shelf)| shelf.expect_entries());
        }
    }

    /// The same of keys that will be looked up.
    pub(super) fn expect_keys(&self, many: usize) {
        if many.saturating_mul(FEW) > self.rows_in_all() {
            self.shelves.iter().for_each(|(_, shelf)| shelf.expect_keys());
        }
    }

    /// Gives the memory back that one part of so many of each column takes.
    pub(super) fn release(&self, part: usize, parts: usize) {
        self.shelves.iter().for_each(|(_, shelf)| shelf.release(part, parts));
    }

    /// Rows whose label is `allowed`.
    pub(super) fn allowed(&self, allowed: impl Fn(LabelId) -> bool) -> Allowed {
        Allowed(self.shelves.iter().map(|(_, shelf)| shelf.allowed(&allowed)).collect())
    }

    /// What each of `keys` leads to within `allowed`.
    pub(super) fn look_up(&self, keys: &[u64], allowed: &Allowed) -> Found<'_> {
        self.look_up_few(keys, |_| usize::MAX, allowed)
    }

    /// The same, where no key is followed that leads to more rows than `most` says of its place: of such no more is told than
    /// that it does.
    pub(super) fn look_up_few(
        &self,
        keys: &[u64],
        most: impl Fn(usize) -> usize,
        allowed: &Allowed,
    ) -> Found<'_> {
        let shelves: Vec<_> =
            self.shelves.iter().map(|(first, shelf)| (*first, shelf, shelf.rows(keys))).collect();
        let mut found = Found::with_room_for(keys.len());
        for at in 0..keys.len() {
            let most = most(at);
            for ((first, shelf, rows), runs) in shelves.iter().zip(&allowed.0) {
                rows.get(at).into_iter().for_each(|rows| found.add(rows, runs, shelf.gone(), *first, most));
            }
            found.end_key();
        }
        found
    }

    /// Rows within `allowed` that any of `keys` leads to, each once, in order. Bounded: a key that leads to very many rows
    /// is read last and cut, so that it can't crowd out a sharper one.
    pub(super) fn candidates(&self, keys: &[u64], allowed: &Allowed) -> Vec<u32> {
        let found = self.look_up(keys, allowed);
        let mut order: Vec<(usize, usize)> = found.counts().zip(0..).collect();
        order.sort_unstable();
        let mut rows = Vec::new();
        for (_, at) in order {
            let room = CANDIDATES_MAX.saturating_sub(rows.len());
            rows.extend(found.rows(at).take(room));
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// The rows within `allowed` that `key` leads to.
    pub(super) fn rows(&self, key: u64, allowed: &Allowed) -> impl Iterator<Item = u32> {
        self.look_up(&[key], allowed).into_rows()
    }

    /// The entity and the label of a row.
    pub(super) fn place(&self, row: u32) -> Option<(u32, LabelId)> {
        let (shelf, row) = self.shelf(row)?;
        shelf.place(row)
    }

    /// The entry of a row, read in place.
    pub(super) fn entry<'a, E: Deserialize<'a>>(&'a self, row: u32) -> Option<E> {
        let (shelf, row) = self.shelf(row)?;
        shelf.entry(row)
    }

    fn shelf(&self, row: u32) -> Option<(&Shelf, u32)> {
        // Few, and nearly every row lies in the first.
        let (first, shelf) = self.shelves.iter().rev().find(|(first, _)| *first <= row)?;
        Some((shelf, row - first))
    }
}
