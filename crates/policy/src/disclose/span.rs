//! What told cells give away together: which groups of entities can be counted by adding and subtracting any of them.
//!
//! A told cell is a row of zeros and ones over the classes, and what
//! can be computed from told counts is the space that the rows span. Kept here is a reduced basis of it over the field of
//! two elements. Told rows stay independent there, but for those that add nothing by definition; and then whatever
//! fractions an attacker may use, a class that is smaller than the minimum can be computed only if a basis row is that
//! very class: d·e = Σ aᵢrᵢ with some aᵢ odd would, for an even d, be a dependence of the rows, and for an odd d shows
//! e itself in the space.
//!
//! Classes are many, cells are few, and a class stands in hardly more cells than there are tables. So a basis row is kept as the cells
//! that it is the sum of, and is one at a class where an odd number of these hold it. That a row is not small is seen at a few
//! classes that are watched for it: as long as they stay one, nothing else of it need be looked at.
#![expect(
    clippy::indexing_slicing,
    reason = "classes, cells and rows are numbered and every list here is made with their number"
)]

use std::collections::HashMap;

use super::cells::Cells;
use super::rows::{Row, Words, trace_of};

#[cfg(test)]
mod slow;

/// Steps after which a table is too entangled with earlier ones to be judged: about a second.
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
pub(super) struct Span {
    cells: Cells,
    minimum: u64,
    rows: Vec<Basis>,
    /// For each cell, the rows that it is part of.
    parts: Vec<Row>,
    /// For each cell, the rows whose pivots it holds.
    pivots: Vec<Vec<usize>>,
    /// Rows whose pivots are too small to be told, by the trace of the rest of each. Made with the first cell that is weighed.
    by_rest: Option<HashMap<u64, Vec<usize>>>,
    work: u64,
    words: Words,
    spare: Row,
}

/// A row of the basis.
struct Basis {
    /// The cells whose sum it is.
    sum: Row,
    /// The trace of the classes at which it is one.
    trace: u64,
    /// A class at which no other row is one.
    pivot: u32,
    /// Classes at which it is one, enough that it is not small; none where nobody asked.
    watched: Vec<u32>,
}

impl Span {
    /// Nothing told yet.
    pub(super) fn new(cells: Cells, minimum: u64) -> Self {
        let number = cells.number();
        Self {
            cells,
            minimum,
            rows: Vec::new(),
            parts: vec![Row::default(); number],
            pivots: vec![Vec::new(); number],
            by_rest: None,
            work: 0,
            words: Words::new(number),
            spare: Row::default(),
        }
    }

    /// Adds a cell that was told, whatever it gives away.
    pub(super) fn told(&mut self, cell: u32) {
        if let Some(new) = self.reduced(cell) {
            let changed = self.changed(new.pivot);
            changed.numbers().for_each(|at| self.rows[at as usize].watched.clear());
            self.insert(new, &changed);
        }
    }

    /// Whether a cell is a sum and difference of those added.
    pub(super) fn holds(&mut self, cell: u32) -> bool {
        self.reduced(cell).is_none()
    }

    /// Adds a cell where it is sound, and leaves everything as it was where it is not. Whether it is `crowded` is asked of one that adds
    /// something.
    pub(super) fn add(&mut self, cell: u32, crowded: impl FnOnce() -> bool) -> Added {
        let Some(mut new) = self.reduced(cell) else { return Added::Dependent };
        if self.work > WORK_MAX {
            return Added::Entangled;
        }
        if crowded() {
            return Added::Crowded;
        }
        let Some(watched) = self.watch(&new.sum) else { return Added::Isolates };
        new.watched = watched;
        let changed = self.changed(new.pivot);
        let Some(watched) = self.watched_after(&new, &changed) else { return Added::Isolates };
        if self.pairs(&new, &changed) {
            return Added::Isolates;
        }
        for (at, watched) in changed.numbers().zip(watched) {
            self.rows[at as usize].watched = watched;
        }
        self.insert(new, &changed);
        Added::Sound
    }

    /// The row of a cell less what the basis holds of it, with a pivot; none where nothing is left.
    fn reduced(&mut self, cell: u32) -> Option<Basis> {
        let (mut sum, mut trace) = (Row::of(cell), 0);
        // No row but its own has a pivot, so what is added never brings another.
        for &row in &self.pivots[cell as usize] {
            let Basis { sum: other, trace: of, .. } = &self.rows[row];
            sum.add(other, &mut self.spare);
            self.work += sum.length();
            trace ^= of;
        }
        trace ^= self.cells.made_of(cell).iter().fold(0, |trace, &class| trace ^ trace_of(class));
        // A reduced row holds no pivot, so any class that is left can be its own; the smallest makes small rows show.
        self.words.add(&sum);
        let mut pivot = None;
        for cell in sum.numbers() {
            let classes = self.cells.made_of(cell).iter().copied();
            let mut ahead = classes.take_while(|&class| pivot.is_none_or(|pivot| class < pivot));
            let looks = &mut self.work;
            let one = ahead.find(|&class| {
                *looks += 1;
                is_odd(&self.words, &self.cells, class)
            });
            pivot = one.or(pivot);
        }
        self.words.add(&sum);
        Some(Basis { sum, trace, pivot: pivot?, watched: Vec::new() })
    }

    /// The rows that are one at this class, which are the only ones to change when it becomes a pivot.
    fn changed(&mut self, pivot: u32) -> Row {
        let mut changed = Row::default();
        for &cell in self.cells.holding(pivot) {
            changed.add(&self.parts[cell as usize], &mut self.spare);
            self.work += changed.length();
        }
        changed
    }

    fn insert(&mut self, new: Basis, changed: &Row) {
        let at = self.rows.len();
        for row in changed.numbers() {
            let row = row as usize;
            let Basis { sum, trace, pivot, .. } = &mut self.rows[row];
            if let Some(by_rest) = self.by_rest.as_mut().filter(|_| self.cells.size(*pivot) < self.minimum) {
                let rest = *trace ^ trace_of(*pivot);
                leave(by_rest, rest, row);
                by_rest.entry(rest ^ new.trace).or_default().push(row);
            }
            sum.add(&new.sum, &mut self.spare);
            *trace ^= new.trace;
            self.work += sum.length();
        }
        if let Some(by_rest) = self.by_rest.as_mut().filter(|_| self.cells.size(new.pivot) < self.minimum) {
            by_rest.entry(new.trace ^ trace_of(new.pivot)).or_default().push(at);
        }
        let mut among = changed.clone();
        among.add(&Row::of(at as u32), &mut self.spare);
        for cell in new.sum.numbers() {
            let part = &mut self.parts[cell as usize];
            part.add(&among, &mut self.spare);
            self.work += part.length();
        }
        self.cells.holding(new.pivot).iter().for_each(|&cell| self.pivots[cell as usize].push(at));
        self.rows.push(new);
    }

    /// Classes at which a row is one that together are enough; none where it counts fewer than the minimum.
    fn watch(&mut self, sum: &Row) -> Option<Vec<u32>> {
        self.words.add(sum);
        let (mut watched, mut entities) = (Vec::new(), 0);
        'looking: for cell in sum.numbers() {
            // The largest first: a few are enough.
            for &class in self.cells.made_of(cell).iter().rev() {
                self.work += 1;
                if is_odd(&self.words, &self.cells, class) && !watched.contains(&class) {
                    watched.push(class);
                    entities += self.cells.size(class);
                    if entities >= self.minimum {
                        break 'looking;
                    }
                }
            }
        }
        self.words.add(sum);
        (entities >= self.minimum).then_some(watched)
    }

    /// What is watched of each of the rows that a new one changes; nothing where one of them becomes small.
    fn watched_after(&mut self, new: &Basis, changed: &Row) -> Option<Vec<Vec<u32>>> {
        self.words.add(&new.sum);
        let stay = |row: &Basis| -> Vec<u32> {
            let stay = row.watched.iter().copied();
            stay.filter(|&class| !is_odd(&self.words, &self.cells, class)).collect()
        };
        let after: Vec<Vec<u32>> = changed.numbers().map(|at| stay(&self.rows[at as usize])).collect();
        self.words.add(&new.sum);
        let again = |(at, stay): (u32, Vec<u32>)| {
            let entities: u64 = stay.iter().map(|&class| self.cells.size(class)).sum();
            if entities >= self.minimum {
                return Some(stay);
            }
            let mut sum = self.rows[at as usize].sum.clone();
            sum.add(&new.sum, &mut self.spare);
            self.watch(&sum)
        };
        changed.numbers().zip(after).map(again).collect()
    }

    /// Whether two rows are the same but for their pivots, which together are too few: their sum counts just these. Asked for the new row
    /// and those that it changes.
    fn pairs(&mut self, new: &Basis, changed: &Row) -> bool {
        let (cells, minimum, rows) = (&self.cells, self.minimum, &self.rows);
        let size = |pivot: u32| cells.size(pivot);
        let by_rest = self.by_rest.get_or_insert_with(|| {
            let mut by_rest: HashMap<u64, Vec<usize>> = HashMap::new();
            for (at, row) in rows.iter().enumerate().filter(|(_, row)| size(row.pivot) < minimum) {
                by_rest.entry(row.trace ^ trace_of(row.pivot)).or_default().push(at);
            }
            by_rest
        });
        let mut now: Vec<(u64, usize, u32)> = changed
            .numbers()
            .map(|at| (at as usize, &rows[at as usize]))
            .map(|(at, row)| (row.trace ^ new.trace ^ trace_of(row.pivot), at, row.pivot))
            .chain([(new.trace ^ trace_of(new.pivot), rows.len(), new.pivot)])
            .filter(|&(_, _, pivot)| size(pivot) < minimum)
            .collect();
        now.sort_unstable();
        let changes = |at: usize| now.iter().any(|&(_, other, _)| other == at);
        let few = |one: u32, other: u32| size(one) + size(other) < minimum;
        // That traces agree by chance keeps a cell back that could be told, once in very long.
        now.chunk_by(|one, other| one.0 == other.0).any(|alike| {
            let held = by_rest.get(&alike[0].0).into_iter().flatten().filter(|at| !changes(**at));
            let mut pivots: Vec<u32> = alike.iter().map(|&(_, _, pivot)| pivot).collect();
            pivots.extend(held.map(|&at| rows[at].pivot));
            // One of the two is changed.
            let before = |at: usize| &pivots[..at.min(alike.len())];
            pivots.iter().enumerate().any(|(at, &one)| before(at).iter().any(|&other| few(one, other)))
        })
    }
}

/// Whether the cells of a sum that hold this class are odd in number.
fn is_odd(sum: &Words, cells: &Cells, class: u32) -> bool {
    cells.holding(class).iter().filter(|&&cell| sum.has(cell)).count() & 1 == 1
}

/// Takes a row out of those with this rest.
fn leave(by_rest: &mut HashMap<u64, Vec<usize>>, rest: u64, row: usize) {
    if let Some(held) = by_rest.get_mut(&rest) {
        held.retain(|&at| at != row);
        if held.is_empty() {
            by_rest.remove(&rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::cells::Cells;
    use super::super::crowds::Crowds;
    use super::super::rows::Words;
    use super::slow::Slow;
    use super::{Added, Span, is_odd};
    use crate::classes::Classes;

    const MINIMUM: u64 = 3;

    /// Cells, and the classes that they part entities into.
    fn cells(of: &[Vec<u32>]) -> Cells {
        Cells::of(classes(of))
    }

    fn classes(of: &[Vec<u32>]) -> Classes {
        let mut classes = Classes::default();
        of.iter().for_each(|cell| classes.part(cell.iter().copied()));
        classes
    }

    /// What becomes of each cell, asked for one after another after those that were told.
    fn check(told: &[Vec<u32>], asked: &[Vec<u32>]) -> Vec<Added> {
        let mut told = told.to_vec();
        let ask = |cell: &Vec<u32>| {
            told.push(cell.clone());
            let cells = cells(&told);
            let last = cells.number() as u32 - 1;
            let (mut span, mut crowds) = (Span::new(cells, MINIMUM), Crowds::new(&classes(&told), MINIMUM));
            (0..last).for_each(|cell| {
                span.told(cell);
                crowds.told(cell);
            });
            let added = span.add(last, || crowds.are_full(last));
            if added != Added::Sound {
                told.pop();
            }
            added
        };
        asked.iter().map(ask).collect()
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
        /// Over many words of classes and cells: the same becomes of every cell as where every row is written out.
        #[test]
        fn what_becomes_of_a_cell_is_what_rows_of_classes_say(
            of in prop::collection::vec((any::<bool>(), 0_u32..900, 1_u32..400, 1_usize..7), 1..40),
            near in prop::collection::vec((any::<bool>(), 0_u32..40, 1_u32..40, 1_usize..4), 1..120),
            minimum in 2_u64..12,
        ) {
            for (mut of, most) in [(of, 900), (near, 40)] {
                let cell = |from: u32, long: u32, step: usize| (from..from + long).step_by(step).filter(|e| *e < most).collect::<Vec<_>>();
                // What was told comes first, as it does where tables are weighed.
                of.sort_by_key(|(told, ..)| !told);
                let sets: Vec<Vec<u32>> = of.iter().map(|&(_, from, long, step)| cell(from, long, step)).collect();
                let mut span = Span::new(cells(&sets), minimum);
                let cells = cells(&sets);
                let mut slow = Slow::new(&cells, minimum);
                for (cell, (told, ..)) in (0..).zip(&of) {
                    prop_assert_eq!(span.holds(cell), slow.holds(cell));
                    if *told {
                        span.told(cell);
                        slow.told(cell);
                    } else {
                        prop_assert_eq!(span.add(cell, || false), slow.add(cell));
                    }
                }
                prop_assert_eq!(span.rows.len(), slow.rows.len());
                for (row, written) in span.rows.iter().zip(&slow.rows) {
                    prop_assert_eq!(row.pivot, written.0);
                    let mut sum = Words::new(cells.number());
                    sum.add(&row.sum);
                    let ones: BTreeSet<u32> = (0..cells.classes() as u32).filter(|&class| is_odd(&sum, &cells, class)).collect();
                    prop_assert_eq!(&ones, &written.1);
                }
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
