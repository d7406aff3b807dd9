//! One round: bundles of rows one after another, each beside what was told earlier and the bundles before it that are told.
#![expect(
    clippy::indexing_slicing,
    reason = "rows are numbered by their place in their table and every list here is as long as that"
)]

use super::super::apart::whole::Bundle;
use super::super::bundled::Bundled;
use super::super::cells::Cells;
use super::super::crowds::Crowds;
use super::super::defined::Defined;
use super::super::differencing::New;
use super::super::left::Sums;
use super::super::span::{Added, Span};

/// What is weighed in one round.
pub(super) struct Round<'r> {
    pub(super) new: New<'r>,
    pub(super) minimum: u64,
    /// Whether nobody stands in two rows.
    pub(super) apart: bool,
    /// Bundles of rows by their numbers behind the earlier cells, in the order in which they are weighed.
    pub(super) bundles: Vec<(u32, &'r Bundle)>,
    /// Sums of earlier cells and of bundles, each of one and of others that stand in every sum of few with it.
    pub(super) left: Sums,
}

impl Round<'_> {
    /// Points at the rows that give a few away. What `cells` these sums are made of, which `crowds` there are, and earlier cells beside `all`
    /// bundles are asked for where they are needed: most tables show by less that they are sound.
    pub(super) fn point<'c>(
        self,
        cells: impl FnOnce(&Sums) -> Cells,
        crowds: impl FnOnce() -> Crowds,
        all: impl Fn() -> &'c Bundled,
        pointed: &mut [bool],
    ) {
        let Self { new, minimum, apart, bundles, left } = self;
        let earlier = new.earlier.classes().cells();
        let told = left.partition_point(|(cell, _)| *cell < earlier);
        let (mut span, mut crowd) = (None, None);
        if told < left.len() {
            // What was told before comes first.
            let mut weighed = Span::new(cells(&left), minimum);
            (0..).take(told).for_each(|cell| weighed.told(cell));
            span = Some(weighed);
            crowd = bundles.iter().any(|(_, bundle)| bundle.is_small).then(crowds);
            crowd.iter_mut().for_each(|crowds| (0..earlier).for_each(|cell| crowds.told(cell)));
        }
        let mut defined = Defined::of(new, apart);
        let mut left = (0..).zip(left).skip(told).peekable();
        for (cell, bundle) in bundles {
            let Some(&row) = bundle.rows.last() else { continue };
            let mut crowd = crowd.as_mut().filter(|_| bundle.is_small);
            let weighed = left.next_if(|(_, (place, _))| *place == cell).zip(span.as_mut());
            let added = match weighed {
                _ if bundle.is_sum => Added::Dependent,
                Some(((left, _), span)) => {
                    span.add(left, || crowd.as_mut().is_some_and(|crowd| crowd.are_full(bundle.among)))
                }
                None => Added::Sound,
            };
            let is_anybody = || match apart {
                true => bundle.rows.iter().any(|row| new.rows[*row].len() > 0),
                false => all().is_anybody(cell),
            };
            let sound = match added {
                Added::Sound => {
                    crowd.into_iter().for_each(|crowd| crowd.told(bundle.among));
                    true
                }
                Added::Dependent => defined.holds(cell, is_anybody, &all) || is_known(new, row),
                Added::Isolates | Added::Crowded | Added::Entangled => false,
            };
            if sound {
                defined.told(cell);
            } else {
                pointed[row] = true;
            }
        }
    }
}

/// Whether a cell with the same meaning and the same entities was told before.
pub(super) fn is_known(new: New<'_>, row: usize) -> bool {
    let Some(meaning) = new.meaning.cell(row) else { return false };
    new.earlier.told().iter().any(|told| {
        let cells = told.cells().iter().enumerate();
        let mut same = cells.filter(|(at, _)| told.meaning().cell(*at) == Some(meaning));
        same.any(|(_, cell)| *cell == new.rows[row])
    })
}
