//! What keys lead to: rows of every segment that are allowed and alive, as slices of the files that they stand in. Nothing is
//! copied before it is known which keys are followed.

use std::ops::Range;

use super::bits::Bits;

/// Beyond so many rows of one key it no longer matters how many there are: no probe follows it.
const COUNTED_MAX: usize = 1 << 16;

/// Rows by key, in the order in which keys were looked up.
pub(super) struct Found<'a> {
    parts: Vec<Part<'a>>,
    keys: Vec<Key>,
    /// How many rows of the key that is being looked up were met.
    met: usize,
}

/// What one key leads to.
struct Key {
    /// Where its parts end.
    end: usize,
    rows: usize,
}

/// Ascending rows of one key on one shelf.
struct Part<'a> {
    rows: &'a [u32],
    dead: &'a Bits,
    /// The number of the shelf's first row among those of all segments.
    first: u32,
}

impl<'a> Found<'a> {
    /// Nothing, with room for what so many keys lead to.
    pub(super) fn with_room_for(keys: usize) -> Self {
        Self { parts: Vec::with_capacity(keys), keys: Vec::with_capacity(keys), met: 0 }
    }

    /// Adds the `rows` of one shelf that lie in `runs` to those of the key that is being looked up. `first` is the number of
    /// the shelf's first row. Once there are more than `most`, no more are looked for.
    pub(super) fn add(
        &mut self,
        rows: &'a [u32],
        runs: &[Range<u32>],
        dead: &'a Bits,
        first: u32,
        most: usize,
    ) {
        if self.met > most {
            return;
        }
        within(rows, runs, |rows| {
            let part = Part { rows, dead, first };
            self.met = self.met.saturating_add(part.count());
            self.parts.push(part);
            self.met <= most
        });
    }

    /// Ends the key that was being looked up.
    pub(super) fn end_key(&mut self) {
        let rows = std::mem::take(&mut self.met);
        self.keys.push(Key { end: self.parts.len(), rows });
    }

    /// How many rows each key leads to; of one that leads to more than were looked for, that there are more.
    pub(super) fn counts(&self) -> impl ExactSizeIterator<Item = usize> {
        self.keys.iter().map(|key| key.rows)
    }

    /// The rows that the key looked up as number `at` leads to.
    pub(super) fn rows(&self, at: usize) -> impl Iterator<Item = u32> {
        let end = |at: usize| self.keys.get(at).map_or(0, |key| key.end);
        let parts = self.parts.get(at.checked_sub(1).map_or(0, end)..end(at)).unwrap_or_default();
        parts.iter().flat_map(Part::alive)
    }

    /// The rows of all keys together.
    pub(super) fn into_rows(self) -> impl Iterator<Item = u32> {
        self.parts.into_iter().flat_map(|part| part.alive())
    }
}

impl<'a> Part<'a> {
    /// How many rows are not dead. Of very many, no fewer than [`COUNTED_MAX`].
    fn count(&self) -> usize {
        if self.dead.is_empty() {
            return self.rows.len();
        }
        self.rows.iter().filter(|&&row| !self.dead.has(row)).take(COUNTED_MAX).count()
    }

    /// Rows that are not dead, numbered through.
    fn alive(&self) -> impl Iterator<Item = u32> + use<'a> {
        let &Part { rows, dead, first } = self;
        rows.iter().filter(|&&row| !dead.has(row)).filter_map(move |row| first.checked_add(*row))
    }
}

/// Hands the parts of ascending `rows` that lie in `runs` to `found`, as long as that wants more. What lies between is stepped
/// over, however much it is.
fn within<'a>(mut rows: &'a [u32], mut runs: &[Range<u32>], mut found: impl FnMut(&'a [u32]) -> bool) {
    while let Some(&first) = rows.first() {
        (_, runs) = runs.split_at(runs.partition_point(|run| run.end <= first));
        let Some(run) = runs.first() else { return };
        // As a rule all are: then they need not be searched for where they begin and end.
        if run.contains(&first) && rows.last().is_some_and(|last| run.contains(last)) {
            found(rows);
            return;
        }
        let (_, from) = rows.split_at(rows.partition_point(|&row| row < run.start));
        let (inside, rest) = from.split_at(from.partition_point(|&row| row < run.end));
        if !inside.is_empty() && !found(inside) {
            return;
        }
        rows = rest;
    }
}
