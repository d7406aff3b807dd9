//! Cells in which nobody stands twice: what is asked of their entities is gone through stretch by stretch of numbers, each by all cells,
//! and written down cell by cell, so that neither entities nor cells are jumped about in. Of many small cells a stretch holds next to
//! nothing each; then it is longer.
#![expect(
    clippy::indexing_slicing,
    reason = "every list here is made with the number of what it is asked for"
)]

use super::OUTSIDE;
use crate::entities::EntitySet;

/// Entities that are looked at together: their classes stay at hand.
const STRETCH: usize = 1 << 17;
/// Entities of a cell in a stretch, on average, that are worth going to that cell for; and the longest stretch that is taken for fewer.
const WORTH: usize = 64;
const STRETCH_MAX: usize = 1 << 24;
/// Entities that share a word of bits.
const BITS: usize = 64;

/// A number for each entity of each cell, the entities of a cell beside each other and rising.
pub(super) struct Apart {
    /// Where the numbers of each cell begin, and where those of the last one end.
    begins: Vec<usize>,
    numbers: Vec<u32>,
}

impl Apart {
    /// The class of each entity; none where somebody stands in two cells.
    pub(super) fn of(of_entity: &[u32], cells: &[EntitySet]) -> Option<Self> {
        let begins = std::iter::once(0).chain(cells.iter().scan(0, |end, cell| {
            *end += usize::try_from(cell.len()).unwrap_or(usize::MAX);
            Some(*end)
        }));
        let begins: Vec<usize> = begins.collect();
        let mut numbers = vec![OUTSIDE; begins[cells.len()]];
        let mut stretches = Stretches::of(begins.iter().copied().zip(cells));
        let (mut met, mut twice) = (vec![0_u64; stretches.length / BITS], 0);
        for first in stretches.all() {
            let classes = of_entity.get(first..).unwrap_or_default();
            met.fill(0);
            stretches.visit(first, |place, entity| {
                let (word, bit) = (&mut met[entity / BITS], 1 << (entity % BITS));
                twice |= *word & bit;
                *word |= bit;
                numbers[place] = classes.get(entity).copied().unwrap_or(OUTSIDE);
            });
            if twice != 0 {
                return None;
            }
        }
        Some(Self { begins, numbers })
    }

    /// The numbers of each cell.
    pub(super) fn cells(&mut self) -> impl Iterator<Item = &mut [u32]> {
        let mut rest = self.numbers.as_mut_slice();
        self.begins.windows(2).map(move |ends| rest.split_off_mut(..ends[1] - ends[0]).unwrap_or_default())
    }

    /// Gives each entity of these of the cells that this was made of what `of` makes of its number.
    pub(super) fn give(
        &self,
        cells: &[(usize, &EntitySet)],
        of_entity: &mut Vec<u32>,
        of: impl Fn(u32) -> u32,
    ) {
        let mut stretches = Stretches::of(cells.iter().map(|(cell, set)| (self.begins[*cell], *set)));
        if of_entity.len() < stretches.end {
            of_entity.reserve_exact(stretches.end - of_entity.len());
            of_entity.resize(stretches.end, OUTSIDE);
        }
        for first in stretches.all() {
            let own = &mut of_entity[first..];
            stretches.visit(first, |place, entity| own[entity] = of(self.numbers[place]));
        }
    }
}

/// The entities of some cells, stretch by stretch.
struct Stretches<'c> {
    cells: Vec<Visited<'c>>,
    /// Beyond every entity.
    end: usize,
    /// Of each stretch: a power of two.
    length: usize,
}

struct Visited<'c> {
    entities: &'c EntitySet,
    /// Where the numbers of its entities begin, and where that of the first one stands that was not visited.
    begin: usize,
    next: usize,
}

impl<'c> Stretches<'c> {
    /// Of cells, each with where the numbers of its entities begin.
    fn of(cells: impl Iterator<Item = (usize, &'c EntitySet)>) -> Self {
        let cells: Vec<Visited<'c>> =
            cells.map(|(begin, entities)| Visited { entities, begin, next: begin }).collect();
        let end =
            cells.iter().filter_map(|cell| cell.entities.last()).max().map_or(0, |last| last as usize + 1);
        let all: u64 = cells.iter().map(|cell| cell.entities.len()).sum();
        let few = |length: &usize| {
            let visits = cells.len() * end.div_ceil(*length);
            *length < end && usize::try_from(all).unwrap_or(usize::MAX) / WORTH < visits
        };
        let mut lengths = std::iter::successors(Some(STRETCH), |length| Some(length * 2));
        let length = lengths.find(|length| *length == STRETCH_MAX || !few(length)).unwrap_or(STRETCH);
        Self { cells, end, length }
    }

    /// The first entity of each.
    fn all(&self) -> impl Iterator<Item = usize> + use<> {
        (0..self.end).step_by(self.length)
    }

    /// Visits the entities of a stretch behind those that were visited: each by the place of its number, and by how far it lies from the
    /// first.
    fn visit(&mut self, first: usize, mut each: impl FnMut(usize, usize)) {
        let Ok(from) = u32::try_from(first) else { return };
        for Visited { entities, begin, next } in &mut self.cells {
            let mut place = *next;
            entities.within(place - *begin, from..=from | (self.length - 1) as u32, |entity| {
                each(place, (entity - from) as usize);
                place += 1;
            });
            *next = place;
        }
    }
}
