//! What told cells give away together: which groups of entities can be counted by adding and subtracting any of them.
//!
//! Entities that no told cell tells apart form a *class*. A told cell is a row of zeros and ones over the classes, and what
//! can be computed from told counts is the space that the rows span. Kept here is a reduced basis of it over the field of
//! two elements. Told rows stay independent there, but for those that add nothing by definition; and then whatever
//! fractions an attacker may use, a class that is smaller than the minimum can be computed only if a basis row is that
//! very class: d·e = Σ aᵢrᵢ with some aᵢ odd would, for an even d, be a dependence of the rows, and for an odd d shows
//! e itself in the space.
#![expect(
    clippy::indexing_slicing,
    reason = "classes and rows are numbered in this file and every list here is made with their number"
)]

use std::collections::HashMap;

/// Words of row arithmetic after which a table is too entangled with earlier ones to be judged: tenths of a second.
const WORK_MAX: u64 = 300_000_000;

/// Entities numbered by the classes that cells part them into.
#[derive(Debug, Clone, Default)]
pub(super) struct Classes {
    of_entity: Vec<u32>,
    sizes: Vec<u32>,
}

/// The class of entities that stand in no cell yet.
const OUTSIDE: u32 = 0;

impl Classes {
    /// The classes that these cells part entities into.
    pub(super) fn of<'a, I: Iterator<Item = u32>>(cells: impl Iterator<Item = I> + 'a) -> Self {
        let mut classes = Self { of_entity: Vec::new(), sizes: vec![0] };
        cells.for_each(|cell| classes.part(cell));
        classes
    }

    /// Parts every class into those inside the cell and those outside.
    fn part(&mut self, cell: impl Iterator<Item = u32>) {
        let mut inside: HashMap<u32, u32> = HashMap::new();
        for entity in cell {
            let at = entity as usize;
            if at >= self.of_entity.len() {
                self.of_entity.resize(at + 1, OUTSIDE);
            }
            let before = self.of_entity[at];
            let next = self.sizes.len();
            let class = *inside.entry(before).or_insert_with(|| u32::try_from(next).unwrap_or(u32::MAX));
            if class as usize == next {
                self.sizes.push(0);
            }
            if before != OUTSIDE {
                self.sizes[before as usize] -= 1;
            }
            self.of_entity[at] = class;
            self.sizes[class as usize] += 1;
        }
    }

    fn words(&self) -> usize {
        self.sizes.len().div_ceil(64)
    }

    /// A cell as a row over the classes. Every class lies wholly inside or outside it.
    fn row(&self, cell: impl Iterator<Item = u32>) -> Vec<u64> {
        let mut row = vec![0; self.words()];
        for entity in cell {
            if let Some(&class) = self.of_entity.get(entity as usize) {
                row[class as usize / 64] |= 1 << (class % 64);
            }
        }
        row
    }
}

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

/// How many told cells may be made of the same small classes alone: these, and one for every so many classes. Where as
/// many sums were told as a quarter of the unknowns, who fits them best is right about three persons in five; from half
/// on, about two in three and more (Dinur and Nissim's reconstruction, measured in the attack suite).
const CROWD_ROWS: usize = 4;
const CROWD_CLASSES_PER_ROW: usize = 4;

/// The reduced basis of what can be computed.
#[derive(Debug, Clone)]
pub(super) struct Span<'c> {
    classes: &'c Classes,
    minimum: u64,
    rows: Vec<Vec<u64>>,
    crowds: Crowds,
    /// For each class, the row of which it is the pivot.
    pivot_of: HashMap<u32, usize>,
    pivots: Vec<u32>,
    work: u64,
}

impl<'c> Span<'c> {
    /// Nothing told yet.
    pub(super) fn new(classes: &'c Classes, minimum: u64) -> Self {
        let crowds = Crowds::new(classes.sizes.len());
        Self {
            classes,
            minimum,
            rows: Vec::new(),
            crowds,
            pivot_of: HashMap::new(),
            pivots: Vec::new(),
            work: 0,
        }
    }

    /// Adds a cell that was told, whatever it gives away.
    pub(super) fn told(&mut self, cell: impl Iterator<Item = u32>) {
        let row = self.classes.row(cell);
        if self.is_of_small_classes(&row) {
            self.crowds.join(&row);
        }
        if let Some((row, pivot)) = self.reduced(row) {
            self.insert(row, pivot);
        }
    }

    /// Whether a cell is a sum and difference of those added.
    pub(super) fn holds(&mut self, cell: impl Iterator<Item = u32>) -> bool {
        let row = self.classes.row(cell);
        self.reduced(row).is_none()
    }

    /// Adds a cell where it is sound, and leaves everything as it was where it is not.
    pub(super) fn add(&mut self, cell: impl Iterator<Item = u32>) -> Added {
        let whole = self.classes.row(cell);
        let Some((row, pivot)) = self.reduced(whole.clone()) else { return Added::Dependent };
        if self.work > WORK_MAX {
            return Added::Entangled;
        }
        let of_small = self.is_of_small_classes(&whole);
        if of_small && self.crowds.is_full(&whole) {
            return Added::Crowded;
        }
        // Rows that hold the pivot are the only ones that change; they change by this row.
        let mut rests = vec![self.without(&row, pivot)];
        let mut isolates = self.small(&row);
        for at in 0..self.rows.len() {
            if isolates {
                break;
            }
            if bit(&self.rows[at], pivot) {
                let changed = xor(&self.rows[at], &row);
                self.work += row.len() as u64;
                isolates = self.small(&changed);
                rests.push(self.without(&changed, self.pivots[at]));
            }
        }
        if isolates || self.pairs(&rests, pivot) {
            return Added::Isolates;
        }
        self.insert(row, pivot);
        if of_small {
            self.crowds.join(&whole);
        }
        Added::Sound
    }

    /// The row less what the basis holds of it, with a pivot; none where nothing is left.
    fn reduced(&mut self, mut row: Vec<u64>) -> Option<(Vec<u64>, u32)> {
        for word in 0..row.len() {
            let mut seen = row[word];
            while seen != 0 {
                let class = u32::try_from(word * 64).ok()? + seen.trailing_zeros();
                seen &= seen - 1;
                if let Some(&held) = self.pivot_of.get(&class) {
                    row.iter_mut().zip(&self.rows[held]).for_each(|(word, other)| *word ^= other);
                    self.work += row.len() as u64;
                }
            }
        }
        // A reduced row holds no pivot, so any class that is left can be its own; the smallest makes small rows show.
        let class = classes_of(&row).min_by_key(|&class| self.classes.sizes[class as usize])?;
        Some((row, class))
    }

    fn insert(&mut self, row: Vec<u64>, pivot: u32) {
        for held in &mut self.rows {
            if bit(held, pivot) {
                held.iter_mut().zip(&row).for_each(|(word, other)| *word ^= other);
                self.work += row.len() as u64;
            }
        }
        self.pivot_of.insert(pivot, self.rows.len());
        self.pivots.push(pivot);
        self.rows.push(row);
    }

    fn is_of_small_classes(&self, row: &[u64]) -> bool {
        classes_of(row).all(|class| u64::from(self.classes.sizes[class as usize]) < self.minimum)
    }

    /// Whether a row counts fewer than the minimum.
    fn small(&self, row: &[u64]) -> bool {
        let mut entities = 0_u64;
        for class in classes_of(row) {
            entities += u64::from(self.classes.sizes[class as usize]);
            if entities >= self.minimum {
                return false;
            }
        }
        entities > 0
    }

    fn without(&self, row: &[u64], pivot: u32) -> (Vec<u64>, u32) {
        let mut rest = row.to_vec();
        rest[pivot as usize / 64] &= !(1 << (pivot % 64));
        (rest, pivot)
    }

    /// Whether two rows are the same but for their pivots, which together are too few: their sum counts just these.
    fn pairs(&self, changed: &[(Vec<u64>, u32)], pivot: u32) -> bool {
        let size = |class: u32| u64::from(self.classes.sizes[class as usize]);
        let mut rests: HashMap<Vec<u64>, Vec<u32>> = HashMap::new();
        for (rest, pivot) in changed.iter().filter(|(_, pivot)| size(*pivot) < self.minimum) {
            rests.entry(rest.clone()).or_default().push(*pivot);
        }
        for (at, held) in self.rows.iter().enumerate().filter(|(_, held)| !bit(held, pivot)) {
            let own = self.pivots[at];
            if size(own) < self.minimum {
                let (rest, own) = self.without(held, own);
                if let Some(pivots) = rests.get_mut(&rest) {
                    pivots.push(own);
                }
            }
        }
        rests.values_mut().any(|pivots| {
            pivots.sort_by_key(|&pivot| size(pivot));
            matches!(pivots.as_slice(), [one, other, ..] if size(*one) + size(*other) < self.minimum)
        })
    }
}

fn bit(row: &[u64], class: u32) -> bool {
    row[class as usize / 64] >> (class % 64) & 1 == 1
}

fn xor(one: &[u64], other: &[u64]) -> Vec<u64> {
    one.iter().zip(other).map(|(one, other)| one ^ other).collect()
}

fn classes_of(row: &[u64]) -> impl Iterator<Item = u32> {
    row.iter().zip(0_u32..).flat_map(|(&word, at)| {
        let mut left = word;
        std::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let place = left.trailing_zeros();
            left &= left - 1;
            Some(at * 64 + place)
        })
    })
}

/// Small classes that told cells run together: cells made of small classes alone, and the classes that they cover.
#[derive(Debug, Clone)]
struct Crowds {
    above: Vec<u32>,
    rows: Vec<u32>,
    classes: Vec<u32>,
}

impl Crowds {
    fn new(classes: usize) -> Self {
        let above = (0..).take(classes).collect();
        Self { above, rows: vec![0; classes], classes: vec![1; classes] }
    }

    fn top(&mut self, mut class: u32) -> usize {
        while self.above[class as usize] != class {
            self.above[class as usize] = self.above[self.above[class as usize] as usize];
            class = self.above[class as usize];
        }
        class as usize
    }

    /// Whether the crowd that a cell would join has as many cells as it may.
    fn is_full(&mut self, row: &[u64]) -> bool {
        let mut tops: Vec<usize> = classes_of(row).map(|class| self.top(class)).collect();
        tops.sort_unstable();
        tops.dedup();
        let sum = |of: &[u32]| tops.iter().map(|&top| of[top] as usize).sum::<usize>();
        sum(&self.rows) >= CROWD_ROWS + sum(&self.classes) / CROWD_CLASSES_PER_ROW
    }

    fn join(&mut self, row: &[u64]) {
        let mut classes = classes_of(row);
        let Some(first) = classes.next() else { return };
        for class in classes {
            let (one, other) = (self.top(first), self.top(class));
            if one != other {
                self.above[other] = u32::try_from(one).unwrap_or(first);
                self.rows[one] += self.rows[other];
                self.classes[one] += self.classes[other];
            }
        }
        let top = self.top(first);
        self.rows[top] += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::{Added, Classes, Span};

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
