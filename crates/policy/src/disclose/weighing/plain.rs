//! The same as [`super::Weighing::point`] the plain way, for tests: every row is weighed by itself, over all classes that rows and earlier
//! cells part.

use super::super::cells::Cells;
use super::super::crowds::Crowds;
use super::super::span::{Added, Span};
use super::round::is_known;
use super::{Lots, New};

pub(super) fn point_by_span(new: New<'_>, lots: &Lots, minimum: u64, hidden: &[bool], pointed: &mut [bool]) {
    let mut wanted: Vec<usize> = (0..hidden.len()).filter(|&row| !hidden[row] && !pointed[row]).collect();
    wanted.sort_by_key(|&row| std::cmp::Reverse((new.rows[row].len(), row)));
    let classes = lots.classes(wanted.iter().copied());
    let (mut span, mut crowds) =
        (Span::new(Cells::of(classes.clone()), minimum), Crowds::new(&classes, minimum));
    let before = new.earlier.classes().cells();
    for cell in 0..before {
        span.told(cell);
        crowds.told(cell);
    }
    let mut defined = Span::new(Cells::of(classes.clone()), minimum);
    let nests = new.earlier.told().iter().flat_map(|told| {
        let nests = told.meaning().nests(new.meaning);
        told.cells().iter().map(move |_| nests)
    });
    (0..).zip(nests).filter(|(_, nests)| *nests).for_each(|(cell, _)| defined.told(cell));
    for (cell, row) in (before..).zip(wanted) {
        let sound = match span.add(cell, || crowds.are_full(cell)) {
            Added::Sound => {
                crowds.told(cell);
                true
            }
            Added::Dependent => defined.holds(cell) || is_known(new, row),
            Added::Isolates | Added::Crowded | Added::Entangled => false,
        };
        if sound {
            defined.told(cell);
        } else {
            pointed[row] = true;
        }
    }
}
