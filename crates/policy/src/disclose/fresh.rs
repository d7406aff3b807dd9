//! What is left to weigh of a new table's rows, once those are put aside that by themselves show that nothing small can be made of them.
//!
//! Earlier cells never tell the entities of one class apart. So where rows part a class and two of its parts are large, any sum of
//! earlier cells holds both parts or neither; and a sum of few entities holds neither. Of the rows of a sum of few, then, an even
//! number hold exactly one of the two parts. Each such pair is an equation that says which rows may stand in a sum of few together.
//! Solved for as many rows as there are independent equations, they leave each other row together with those that come with it
//! wherever it stands: only these bundles have to be set against what was told before. A row that an equation was solved for adds
//! nothing small to the rows before it, and is no sum of them and of earlier cells.
#![expect(
    clippy::indexing_slicing,
    reason = "rows and classes are numbered and every list here is made with their number"
)]

use super::rows::trace_of;
use crate::classes::Classes;

/// Steps after which equations are no longer worth while. Without them all rows are weighed, which is bounded by itself.
const WORK_MAX: u64 = 30_000_000;

/// How many equations are known again when they come again.
const LATELY: usize = 1 << 14;

/// What is left of the rows of a table.
pub(super) struct Rest {
    /// Rows, each with those before it that it stands with in every sum of few.
    pub(super) bundles: Vec<(usize, Vec<usize>)>,
    /// For each row, whether all of its classes are small.
    pub(super) is_small: Vec<bool>,
}

impl Rest {
    /// What is left of so many rows. They parted entities into these classes after `earlier` cells.
    pub(super) fn of(classes: &Classes, earlier: u32, rows: usize, minimum: u64) -> Self {
        let mut rest = Self { bundles: Vec::new(), is_small: vec![true; rows] };
        let mut equations = Equations::new(rows);
        // Of each class of earlier cells the part that was met first, with the trace of its rows; and equations that were met lately.
        let (mut met, mut lately) = (vec![None; classes.number()], vec![0_u64; LATELY]);
        let (mut own, mut other) = (Vec::new(), Vec::new());
        for (part, _) in classes.held().filter(|(_, size)| u64::from(*size) >= minimum) {
            own.clear();
            let of = classes.since(part, earlier, &mut own);
            let trace = own.iter().fold(0, |trace, &row| {
                rest.is_small[row as usize] = false;
                trace ^ trace_of(row)
            });
            // Of entities that earlier cells don't hold there is a part that no row holds.
            let first = of.map(|of| *met[of as usize].get_or_insert((part, trace)));
            let differ = trace ^ first.map_or(0, |(_, trace)| trace);
            // That traces agree by chance loses an equation, and so leaves more to weigh.
            if differ == 0 || std::mem::replace(&mut lately[differ as usize % LATELY], differ) == differ {
                continue;
            }
            other.clear();
            first.into_iter().for_each(|(part, _)| {
                classes.since(part, earlier, &mut other);
            });
            equations.add(differing(&own, &other));
        }
        let with = equations.solved();
        rest.bundles = (0..rows).filter_map(|row| Some((row, with(row)?))).collect();
        rest
    }
}

/// The rows that stand in one of two falling lists, rising.
fn differing(one: &[u32], other: &[u32]) -> Vec<u32> {
    let mut differ: Vec<u32> = one.iter().filter(|row| !other.contains(row)).copied().collect();
    differ.extend(other.iter().filter(|row| !one.contains(row)));
    differ.sort_unstable();
    differ
}

/// Independent equations, each as the rows of which an even number stand in a sum of few.
struct Equations {
    /// By their first rows.
    by_first: Vec<Option<Vec<u32>>>,
    work: u64,
}

impl Equations {
    fn new(rows: usize) -> Self {
        Self { by_first: vec![None; rows], work: 0 }
    }

    fn add(&mut self, mut equation: Vec<u32>) {
        while let Some(&first) = equation.first().filter(|_| self.work <= WORK_MAX) {
            let Some(known) = &self.by_first[first as usize] else {
                self.by_first[first as usize] = Some(equation);
                return;
            };
            self.work += (equation.len() + known.len()) as u64;
            equation = sum(&equation, known);
        }
    }

    /// For each row that no equation is solved for, the rows that come with it, rising; nothing for the others. None come
    /// with any where that takes too much work.
    fn solved(mut self) -> impl Fn(usize) -> Option<Vec<usize>> {
        let rows = self.by_first.len();
        let mut with: Vec<Option<Vec<usize>>> = vec![Some(Vec::new()); rows];
        for first in (0..rows).rev() {
            let Some(equation) = self.by_first[first].take() else { continue };
            // Those further on are solved: what they say is put in their place.
            let mut solved = equation[1..].to_vec();
            for row in &equation[1..] {
                let Some(other) = &self.by_first[*row as usize] else { continue };
                self.work += (solved.len() + other.len() + 1) as u64;
                solved = sum(&sum(&solved, &[*row]), other);
            }
            if self.work > WORK_MAX {
                with = vec![Some(Vec::new()); rows];
                break;
            }
            with[first] = None;
            for &row in &solved {
                with[row as usize].iter_mut().for_each(|rows| rows.push(first));
            }
            self.by_first[first] = Some(solved);
        }
        with.iter_mut().flatten().for_each(|rows| rows.reverse());
        move |row| with.get(row).cloned().flatten()
    }
}

/// The numbers that stand in one of two rising lists.
fn sum(one: &[u32], other: &[u32]) -> Vec<u32> {
    let (mut left, mut right) = (one.iter().copied().peekable(), other.iter().copied().peekable());
    let mut sum = Vec::with_capacity(one.len() + other.len());
    loop {
        match (left.peek(), right.peek()) {
            (Some(a), Some(b)) if a == b => {
                left.next();
                right.next();
            }
            (Some(a), Some(b)) if a < b => sum.extend(left.next()),
            (Some(_), None) => sum.extend(left.next()),
            (_, Some(_)) => sum.extend(right.next()),
            (None, None) => return sum,
        }
    }
}
