//! The classes that sums of what is left are made of, where nobody stands in two rows: without parting entities by the rows, and classes
//! that stand in the same sums as one.
//!
//! No sum tells such classes apart, so whatever is solved for one of them is solved for all. Put together they count what they hold
//! together; in the order in which they are solved for they stand where the smallest of them would.
#![expect(
    clippy::indexing_slicing,
    reason = "classes, sums and columns are numbered and every list here is made with their number"
)]

use super::super::cells::Cells;
use super::super::equations::add_up;
use super::super::left::Sums;
use super::NONE;
use super::whole::Whole;
use crate::classes::{Lots, Made};
use crate::lists::Lists;

/// The first column, in no sum; and the first group, in no cell.
const NO_SUM: u32 = 0;

/// Classes by those of some earlier cells that they stand in: whatever sums are made of these cells, a group stands in them as one.
pub(super) struct Groups {
    /// For each group but the first the one that it was made of, and by which cell.
    made: Vec<(u32, u32)>,
    /// For each class its group.
    of_class: Vec<u32>,
    /// The classes of all groups but the first.
    classes: Vec<u32>,
    /// For each lot of the rows the group of its class.
    of_lot: Vec<u32>,
}

impl Groups {
    /// By the cells that stand in any of these sums, or in some of those that are made of them.
    pub(super) fn of(lots: &Lots, sums: &Sums) -> Self {
        let before = lots.before();
        let mut matters = vec![false; before.cells() as usize];
        let cells = sums.iter().flat_map(|(cell, with)| with.iter().chain([cell]));
        cells
            .for_each(|cell| matters.get_mut(*cell as usize).into_iter().for_each(|matters| *matters = true));
        let (mut made, mut classes, mut of_class) = (Vec::new(), Vec::new(), vec![NO_SUM; before.number()]);
        // For each group, which was made of it last, and by which cell: classes of a cell come one after another.
        let mut last = vec![(NONE, NO_SUM)];
        for Made { class, outer, cell, .. } in before.made() {
            let mut group = of_class[outer as usize];
            if matters[cell as usize] {
                let of = group;
                let (by, known) = last[of as usize];
                group = if by == cell { known } else { last.len() as u32 };
                if by != cell {
                    last[of as usize] = (cell, group);
                    last.push((NONE, NO_SUM));
                    made.push((of, cell));
                }
            }
            of_class[class as usize] = group;
            if group != NO_SUM {
                classes.push(class);
            }
        }
        let of_lot = lots.classes_before().map(|class| of_class[class as usize]).collect();
        Self { made, of_class, classes, of_lot }
    }
}

/// What is left where these rows are told and so many of each class are in none of them.
pub(super) fn cells(
    whole: &Whole<'_>,
    groups: &Groups,
    told: &[usize],
    without: &[u32],
    left: &Sums,
) -> Cells {
    let before = whole.lots.before();
    let earlier = before.cells();
    let number = earlier as usize + whole.bundles.len();
    let sums = (0..)
        .zip(left)
        .flat_map(|(sum, (cell, with))| with.iter().chain([cell]).map(move |cell| (*cell, sum)));
    let sums_of = Lists::of(number, sums);
    let mut columns = Columns::none();
    let mut of_group = vec![NO_SUM];
    for &(outer, cell) in &groups.made {
        of_group.push(columns.beside(of_group[outer as usize], cell, sums_of.list(cell)));
    }
    for &class in groups.classes.iter().filter(|class| without[**class as usize] > 0) {
        let group = groups.of_class[class as usize];
        columns.hold(of_group[group as usize], without[class as usize], class);
    }
    // Of each row the parts that it holds come behind all classes, and behind those of the rows before it.
    let mut next = before.number() as u32;
    let mut first = vec![NONE; whole.bundle_of.len()];
    for &row in told {
        first[row] = next;
        next += whole.lots.numbers(row).len() as u32;
    }
    let mut hold = |row: usize, bundle: u32, sums: &[u32]| {
        for (part, &lot) in (first[row]..).zip(whole.lots.numbers(row)) {
            let group = groups.of_lot[lot as usize];
            let column = columns.beside(of_group[group as usize], bundle, sums);
            columns.hold(column, whole.lots.size(lot), part);
        }
    };
    let sums_of_row = |row: usize| match whole.bundle_of[row] {
        NONE => &[],
        bundle => sums_of.list(earlier + bundle),
    };
    told.iter().filter(|row| sums_of_row(**row).is_empty()).for_each(|row| hold(*row, NONE, &[]));
    for (bundle, of) in (earlier..).zip(&whole.bundles) {
        let sums = sums_of.list(bundle);
        of.rows.iter().filter(|_| !sums.is_empty()).for_each(|row| hold(*row, bundle, sums));
    }
    columns.cells(left.len())
}

/// Classes by the sums that they stand in.
struct Columns {
    sums: Lists,
    /// For each, the smallest of its classes with the number of that, and how many are of all.
    smallest: Vec<(u32, u32)>,
    sizes: Vec<u32>,
    /// For each, which was found last beside it, and by what.
    beside: Vec<(u32, u32)>,
    spare: Vec<u32>,
}

impl Columns {
    /// None yet but the one that is in no sum.
    fn none() -> Self {
        let mut columns = Self {
            sums: Lists::default(),
            smallest: Vec::new(),
            sizes: Vec::new(),
            beside: Vec::new(),
            spare: Vec::new(),
        };
        columns.push();
        columns
    }

    /// Adds one that is in the sums that are held ready.
    fn push(&mut self) -> u32 {
        self.sums.push(self.spare.iter().copied());
        self.smallest.push((u32::MAX, u32::MAX));
        self.sizes.push(0);
        self.beside.push((NONE, NO_SUM));
        self.sizes.len() as u32 - 1
    }

    /// The one that is in these sums of a cell or bundle or in those of another column, but not in both. What is asked for one cell after
    /// another is found again.
    fn beside(&mut self, column: u32, cell: u32, sums: &[u32]) -> u32 {
        if sums.is_empty() {
            return column;
        }
        let (by, known) = self.beside[column as usize];
        if by == cell {
            return known;
        }
        add_up(self.sums.list(column), sums, &mut self.spare);
        let found = if self.spare.is_empty() { NO_SUM } else { self.push() };
        self.beside[column as usize] = (cell, found);
        found
    }

    /// Adds a class, by its number, of so many.
    fn hold(&mut self, column: u32, size: u32, class: u32) {
        let smallest = &mut self.smallest[column as usize];
        *smallest = (size, class).min(*smallest);
        self.sizes[column as usize] += size;
    }

    /// So many sums, and the columns in which anybody is, in their order.
    fn cells(self, sums: usize) -> Cells {
        let held = (0..).zip(&self.smallest).skip(1).filter(|(column, _)| self.sizes[*column as usize] > 0);
        let mut order: Vec<((u32, u32), u32)> = held.map(|(column, smallest)| (*smallest, column)).collect();
        order.sort_unstable();
        let columns =
            order.into_iter().map(|(_, column)| (self.sizes[column as usize], self.sums.list(column)));
        Cells::new(sums, columns)
    }
}
