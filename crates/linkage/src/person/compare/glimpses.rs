//! What is known of the names of candidates before any is read, found out once for each name and each place that it stands in: the
//! candidates of one search share a few hundred names between them.

use super::memo::{ByNumber, Memo};
use super::most::Placed;
use super::names::{Form, Met};
use crate::name::Apart;
use crate::person::frequency::Place;

/// Names of candidates, as they were looked at.
#[derive(Default)]
pub(in crate::person) struct Glimpses {
    given: Column,
    family: Column,
}

/// A given and a family name, by where they are kept.
pub(in crate::person) type Slots = [u32; 2];

/// Names that stand in one place.
#[derive(Default)]
struct Column {
    slots: ByNumber<u32>,
    seen: Vec<Placed>,
    /// Names that have a slot and were not looked at yet.
    fresh: Vec<u32>,
}

impl Glimpses {
    /// Notes a given and a family name, by number, to be looked at.
    #[inline]
    pub(in crate::person) fn note(&mut self, [given, family]: [u32; 2]) -> Slots {
        [self.given.note(given), self.family.note(family)]
    }

    /// Looks at the names noted: `read` tells what is stored of one, and `look` what follows from that. All are read before any is
    /// looked at, so that memory is waited for together.
    pub(in crate::person) fn look<S>(
        &mut self,
        read: impl Fn(u32) -> S,
        look: impl Fn(u32, S, Place) -> Placed,
    ) {
        for (column, place) in [(&mut self.given, Place::Given), (&mut self.family, Place::Family)] {
            let stored: Vec<(u32, S)> = column.fresh.drain(..).map(|name| (name, read(name))).collect();
            column.seen.extend(stored.into_iter().map(|(name, stored)| look(name, stored, place)));
        }
    }

    /// The names of these slots; nothing where they were not looked at.
    #[inline]
    pub(in crate::person) fn of(&self, [given, family]: Slots) -> Option<[&Placed; 2]> {
        Some([self.given.of(given)?, self.family.of(family)?])
    }

    /// A given and a family name, by number, as they are compared. One that was not looked at is read then.
    pub(super) fn form(&mut self, names: [u32; 2]) -> Form<u32> {
        let [given, family] = names.map(|name| Met { name, apart: Apart::default() });
        let slots = self.note(names);
        self.of(slots).map_or((given, family), |[given, family]| (given.met(), family.met()))
    }
}

impl Column {
    #[inline]
    fn note(&mut self, name: u32) -> u32 {
        let Self { slots, seen, fresh } = self;
        slots.get(name, || {
            let slot = u32::try_from(seen.len() + fresh.len()).unwrap_or(u32::MAX);
            fresh.push(name);
            slot
        })
    }

    #[inline]
    fn of(&self, slot: u32) -> Option<&Placed> {
        self.seen.get(usize::try_from(slot).ok()?)
    }
}
