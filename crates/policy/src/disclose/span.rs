//! What told cells give away together: which groups of entities can be counted by adding and subtracting any of them.
//!
//! A told cell is a row of zeros and ones over the classes, and what
//! can be computed from told counts is the space that the rows span. Kept here is a reduced basis of it over the field of
//! two elements. Told rows stay independent there, but for those that add nothing by definition; and then whatever
//! fractions an attacker may use, a class that is smaller than the minimum can be computed only if a basis row is that
//! very class: d·e = Σ aᵢrᵢ with some aᵢ odd would, for an even d, be a dependence of the rows, and for an odd d shows
//! e itself in the space.
//!
//! Cells that lie apart make rows that lie apart, so rows are sparse, and those that a new one changes are found by the words that
//! they have.
#![expect(
    clippy::indexing_slicing,
    reason = "classes and rows are numbered and every list here is made with their number"
)]

use std::collections::{HashMap, HashSet};

use super::classes::Classes;
use super::crowds::Crowds;
use super::rows::{Row, Words, trace_of, word_of};

/// Words of row arithmetic after which a table is too entangled with earlier ones to be judged: tenths of a second.
const WORK_MAX: u64 = 300_000_000;

/// What becomes of a cell that is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// It adds something, and nothing small can be computed with it.
    Sound,
    /// It is a sum and difference of cells told before.
    Dependent,
    /// With it a class of fewer than the minimum could be computed.
    Isolates,
    /// So many cells cover the same few small classes that most of these could be guessed.
    Crowded,
    /// Too much work: the cells are too entangled.
    Entangled,
}

/// The reduced basis of what can be computed.
#[derive(Debug, Clone)]
pub(super) struct Span<'c> {
    classes: &'c Classes,
    minimum: u64,
    rows: Vec<Row>,
    /// A class that no other row has, for each.
    pivots: Vec<u32>,
    crowds: Crowds,
    /// For each class, the row of which it is the pivot.
    pivot_of: Vec<Option<usize>>,
    /// For each word, the rows that have it, and rows that had it, some more than once.
    having: Vec<Vec<usize>>,
    /// Rows whose pivots are too small to be told, by the trace of the rest of each.
    by_rest: HashMap<u64, HashSet<usize>>,
    work: u64,
    words: Words,
}

/// A row as it becomes when another is added, and its number.
struct Changed {
    at: usize,
    row: Row,
}

impl<'c> Span<'c> {
    /// Nothing told yet.
    pub(super) fn new(classes: &'c Classes, minimum: u64) -> Self {
        let last = u32::try_from(classes.number()).unwrap_or(u32::MAX);
        Self {
            classes,
            minimum,
            rows: Vec::new(),
            pivots: Vec::new(),
            crowds: Crowds::new(classes.number()),
            pivot_of: vec![None; classes.number()],
            having: vec![Vec::new(); word_of(last) + 1],
            by_rest: HashMap::new(),
            work: 0,
            words: Words::new(classes.number()),
        }
    }

    /// Adds a cell that was told, whatever it gives away.
    pub(super) fn told(&mut self, cell: impl Iterator<Item = u32>) {
        let row = self.classes.row(cell, &mut self.words);
        if self.is_of_small_classes(&row) {
            self.crowds.join(&row);
        }
        if let Some((row, pivot)) = self.reduced(&row) {
            let changed = self.changed(&row, pivot);
            self.insert(row, pivot, changed);
        }
    }

    /// Whether a cell is a sum and difference of those added.
    pub(super) fn holds(&mut self, cell: impl Iterator<Item = u32>) -> bool {
        let row = self.classes.row(cell, &mut self.words);
        self.reduced(&row).is_none()
    }

    /// Adds a cell where it is sound, and leaves everything as it was where it is not.
    pub(super) fn add(&mut self, cell: impl Iterator<Item = u32>) -> Added {
        let whole = self.classes.row(cell, &mut self.words);
        let Some((row, pivot)) = self.reduced(&whole) else { return Added::Dependent };
        if self.work > WORK_MAX {
            return Added::Entangled;
        }
        let of_small = self.is_of_small_classes(&whole);
        if of_small && self.crowds.is_full(&whole) {
            return Added::Crowded;
        }
        if self.is_small(&row) {
            return Added::Isolates;
        }
        let changed = self.changed(&row, pivot);
        if changed.iter().any(|changed| self.is_small(&changed.row)) || self.pairs(&row, pivot, &changed) {
            return Added::Isolates;
        }
        self.insert(row, pivot, changed);
        if of_small {
            self.crowds.join(&whole);
        }
        Added::Sound
    }

    /// The row less what the basis holds of it, with a pivot; none where nothing is left.
    fn reduced(&mut self, row: &Row) -> Option<(Row, u32)> {
        self.words.add(row);
        // No row but its own has a pivot, so what is added never brings another.
        for held in row.classes().filter_map(|class| self.pivot_of[class as usize]) {
            self.words.add(&self.rows[held]);
            self.work += self.rows[held].length();
        }
        let left = self.words.take();
        // A reduced row holds no pivot, so any class that is left can be its own; the smallest makes small rows show.
        let class = left.classes().min_by_key(|&class| self.classes.size(class))?;
        Some((left, class))
    }

    /// The rows that have this pivot, which are the only ones to change, by this row.
    fn changed(&mut self, row: &Row, pivot: u32) -> Vec<Changed> {
        let having = &mut self.having[word_of(pivot)];
        having.sort_unstable();
        having.dedup();
        let changed: Vec<Changed> = having
            .iter()
            .filter(|&&at| self.rows[at].has(pivot))
            .map(|&at| Changed { at, row: self.rows[at].plus(row) })
            .collect();
        self.work += changed.iter().map(|changed| changed.row.length()).sum::<u64>();
        changed
    }

    fn insert(&mut self, row: Row, pivot: u32, changed: Vec<Changed>) {
        let new = self.rows.len();
        self.pivot_of[pivot as usize] = Some(new);
        self.pivots.push(pivot);
        self.rows.push(Row::default());
        for Changed { at, row } in changed.into_iter().chain([Changed { at: new, row }]) {
            if self.classes.size(self.pivots[at]) < self.minimum {
                let own = trace_of(self.pivots[at]);
                let (before, now) = (self.rows[at].trace() ^ own, row.trace() ^ own);
                if let Some(held) = self.by_rest.get_mut(&before) {
                    held.remove(&at);
                }
                self.by_rest.entry(now).or_default().insert(at);
            }
            row.words_beyond(&self.rows[at]).for_each(|word| self.having[word as usize].push(at));
            self.rows[at] = row;
        }
    }

    fn is_of_small_classes(&self, row: &Row) -> bool {
        row.classes().all(|class| self.classes.size(class) < self.minimum)
    }

    /// Whether a row counts fewer than the minimum.
    fn is_small(&self, row: &Row) -> bool {
        let mut entities = 0;
        for class in row.classes() {
            entities += self.classes.size(class);
            if entities >= self.minimum {
                return false;
            }
        }
        entities > 0
    }

    /// Whether two rows are the same but for their pivots, which together are too few: their sum counts just these. Asked for the new row
    /// and those that it changes.
    fn pairs(&self, row: &Row, pivot: u32, changed: &[Changed]) -> bool {
        let size = |pivot: u32| self.classes.size(pivot);
        let changes: HashSet<usize> = changed.iter().map(|changed| changed.at).collect();
        let now = changed.iter().map(|changed| (&changed.row, self.pivots[changed.at])).chain([(row, pivot)]);
        let mut alike: HashMap<u64, Vec<(&Row, u32)>> = HashMap::new();
        for (row, pivot) in now.filter(|&(_, pivot)| size(pivot) < self.minimum) {
            alike.entry(row.trace() ^ trace_of(pivot)).or_default().push((row, pivot));
        }
        alike.into_iter().any(|(rest, mut rows)| {
            let held = self.by_rest.get(&rest).into_iter().flatten().filter(|at| !changes.contains(at));
            rows.extend(held.map(|&at| (&self.rows[at], self.pivots[at])));
            rows.iter().enumerate().any(|(at, &(one, first))| {
                rows[..at].iter().any(|&(other, second)| {
                    size(first) + size(second) < self.minimum && {
                        let between = one.plus(other);
                        between.classes().eq([first.min(second), first.max(second)])
                    }
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::classes::Classes;
    use super::{Added, Span};

    const MINIMUM: u64 = 3;

    /// What becomes of each cell, asked for one after another after those that were told.
    fn check(told: &[Vec<u32>], cells: &[Vec<u32>]) -> Vec<Added> {
        let mut told = told.to_vec();
        let ask = |cell: &Vec<u32>| {
            let classes = Classes::of(told.iter().chain([cell]).map(|cell| cell.iter().copied()));
            let mut span = Span::new(&classes, MINIMUM);
            told.iter().for_each(|cell| span.told(cell.iter().copied()));
            let added = span.add(cell.iter().copied());
            if added == Added::Sound {
                told.push(cell.clone());
            }
            added
        };
        cells.iter().map(ask).collect()
    }

    fn range(from: u32, to: u32) -> Vec<u32> {
        (from..to).collect()
    }

    #[test]
    fn sums_and_differences_of_any_number_of_cells_are_seen() {
        let without =
            |cell: Vec<u32>, out: &[u32]| cell.into_iter().filter(|e| !out.contains(e)).collect::<Vec<_>>();
        let both = |one: Vec<u32>, other: Vec<u32>| {
            one.into_iter().chain(other).collect::<BTreeSet<_>>().into_iter().collect()
        };
        for (why, told, cell, expected) in [
            ("n - 1 of n", vec![range(0, 20)], range(1, 20), Added::Isolates),
            ("three fewer are enough", vec![range(0, 20)], range(3, 20), Added::Sound),
            ("the same entities", vec![range(0, 20)], range(0, 20), Added::Dependent),
            (
                "the last of four boxes but for one",
                vec![range(0, 40), range(0, 10), range(10, 20)],
                range(20, 39),
                Added::Isolates,
            ),
            (
                "a tracker: C or T, C or not T, and all",
                vec![range(0, 40), both(range(0, 20), vec![25])],
                both(range(20, 40), vec![25, 3]),
                Added::Isolates,
            ),
            (
                "two of three small ones, three times: halves of sums",
                vec![range(0, 4), both(range(0, 2), range(4, 6))],
                both(range(2, 4), range(4, 6)),
                Added::Dependent,
            ),
            (
                "two apart that together are few",
                vec![range(0, 20)],
                without(range(0, 20), &[3, 9]),
                Added::Isolates,
            ),
            ("others altogether", vec![range(0, 20)], range(30, 40), Added::Sound),
        ] {
            assert_eq!(check(&told, &[cell]), [expected], "{why}");
        }
    }

    #[test]
    fn a_crowd_takes_no_more_cells_than_its_classes_bear() {
        // Random subsets of forty: after a few, every class is small.
        let subset =
            |n: u32| (0..40).filter(|e: &u32| (e * 7 + n * 13 + e * e * n) % 5 < 3).collect::<Vec<_>>();
        let cells: Vec<Vec<u32>> = (1..40).map(subset).collect();
        let sound = check(&[], &cells).into_iter().filter(|added| *added == Added::Sound).count();
        assert!((4..=14).contains(&sound), "{sound} cells were told");
    }

    /// Whether `wanted` is a combination of `rows` with any fractions.
    fn computes(mut rows: Vec<Vec<i64>>, mut wanted: Vec<i64>) -> bool {
        const PRIME: i64 = 1_000_003;
        let power = |base: i64| {
            let (mut base, mut exponent, mut result) = (base.rem_euclid(PRIME), PRIME - 2, 1);
            while exponent > 0 {
                if exponent & 1 == 1 {
                    result = result * base % PRIME;
                }
                base = base * base % PRIME;
                exponent >>= 1;
            }
            result
        };
        for column in 0..wanted.len() {
            let Some(at) =
                rows.iter().position(|row| row[column] != 0 && row[..column].iter().all(|&x| x == 0))
            else {
                continue;
            };
            let row = rows.remove(at);
            let inverse = power(row[column]);
            let clear = |other: &mut Vec<i64>| {
                let factor = other[column] * inverse % PRIME;
                other.iter_mut().zip(&row).for_each(|(x, r)| *x = (*x - factor * r).rem_euclid(PRIME));
            };
            rows.iter_mut().for_each(clear);
            clear(&mut wanted);
        }
        wanted.iter().all(|&x| x == 0)
    }

    proptest! {
        /// What sums and dependences are read off: whichever rows a new one changes are found, over many words of classes.
        #[test]
        fn no_row_but_its_own_has_a_pivot(
            cells in prop::collection::vec((any::<bool>(), 0_u32..900, 1_u32..400, 1_usize..7), 1..40),
        ) {
            let cell = |from: u32, long: u32, step: usize| (from..from + long).step_by(step).collect::<Vec<_>>();
            let cells: Vec<_> = cells.into_iter().map(|(told, from, long, step)| (told, cell(from, long, step))).collect();
            let classes = Classes::of(cells.iter().map(|(_, cell)| cell.iter().copied()));
            let mut span = Span::new(&classes, MINIMUM);
            for (told, cell) in cells {
                if told {
                    span.told(cell.into_iter());
                } else {
                    span.add(cell.into_iter());
                }
            }
            for (at, pivot) in span.pivots.iter().enumerate() {
                let having: Vec<usize> = (0..span.rows.len()).filter(|&row| span.rows[row].has(*pivot)).collect();
                prop_assert_eq!(having, [at]);
                prop_assert_eq!(span.pivot_of[*pivot as usize], Some(at));
            }
        }
    }

    proptest! {
        /// However an attacker adds, subtracts and divides told counts: no one or two entities come out, nor any class of
        /// fewer than the minimum.
        #[test]
        fn nothing_small_is_a_combination_of_what_was_told(
            cells in prop::collection::vec(prop::collection::btree_set(0_u32..24, 3..20), 1..9),
        ) {
            let cells: Vec<Vec<u32>> = cells.into_iter().map(|cell| cell.into_iter().collect()).collect();
            let told: Vec<&Vec<u32>> = cells
                .iter()
                .zip(check(&[], &cells))
                .filter(|(_, added)| *added == Added::Sound)
                .map(|(cell, _)| cell)
                .collect();
            let row = |cell: &[u32]| (0..24).map(|e| i64::from(cell.contains(&e))).collect::<Vec<_>>();
            let rows: Vec<Vec<i64>> = told.iter().map(|cell| row(cell)).collect();
            for one in 0..24 {
                for other in 0..=one {
                    prop_assert!(!computes(rows.clone(), row(&[one, other])), "{one} {other} of {told:?}");
                }
            }
        }
    }
}
