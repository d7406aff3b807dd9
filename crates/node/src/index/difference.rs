//! What changed between the rows that an index was made of and those of a new epoch: rows are told by their fingerprints, as
//! often as they occur, wherever they stand. Most stand where they stood, and cost a comparison.

use super::bits::Bits;
use super::rows::{Wanted, count, each_print};
use super::segment::{DATASETS, Origins};
use super::{IndexError, file_error};
use crate::catalogue::Snapshot;

/// A segment is kept while it is so many times what comes after it, so that segments stay few.
const TIMES: usize = 4;
/// The share of a segment's rows that may be gone: one in so many.
const GONE: usize = 5;
/// Rows looked ahead for one that is not where it was expected.
const AHEAD: usize = 32;
/// As [`AHEAD`], now and then, when many rows in a row were not found.
const FAR_AHEAD: usize = 1 << 17;
/// Stands for a row that no segment holds.
const NOWHERE: u8 = u8::MAX;

/// Where the rows of an epoch are found in the segments of an earlier index.
pub(super) struct Difference {
    /// The segment of each row of each dataset.
    homes: Vec<Vec<u8>>,
    /// Rows of each dataset that do not stand where the base has them, ascending, with their fingerprints.
    moved: Vec<Vec<(u128, usize)>>,
    /// Rows of each segment that the epoch holds.
    held: Vec<Bits>,
    /// How many rows each segment has.
    lengths: Vec<usize>,
}

impl Difference {
    /// Compares the rows of `snapshot` with those that segments were made of.
    pub(super) fn of(snapshot: &Snapshot, segments: &[Origins], threads: usize) -> Result<Self, IndexError> {
        if segments.len() >= usize::from(NOWHERE) {
            return Err(file_error(snapshot.dir(), "the index has more segments than can be"));
        }
        let lengths: Vec<usize> = segments.iter().map(Origins::len).collect();
        let mut difference = Self {
            homes: Vec::new(),
            moved: Vec::new(),
            held: lengths.iter().map(|&length| Bits::none(length)).collect(),
            lengths,
        };
        for (place, &dataset) in DATASETS.iter().enumerate() {
            let mut homes = Vec::with_capacity(usize::try_from(count(snapshot, dataset)).unwrap_or_default());
            let mut rest = Rest::default();
            if let Some(base) = segments.first() {
                let (first, prints) = base.of(place);
                let mut walk = Walk { first, prints, at: 0, missed: 0 };
                let wanted = Wanted { snapshot, dataset, chosen: None, first: 0, threads };
                each_print(wanted, |chunk| {
                    for &print in chunk {
                        match walk.find(print, &mut rest.old) {
                            Some(origin) => {
                                difference.hold(0, origin);
                                homes.push(0);
                            }
                            None => {
                                rest.new.push((print, homes.len()));
                                homes.push(NOWHERE);
                            }
                        }
                    }
                    Ok(())
                })?;
                walk.pass_over_the_rest(&mut rest.old);
            }
            for (segment, origins) in (0_u8..).zip(segments).skip(1) {
                let (first, prints) = origins.of(place);
                rest.old.extend(prints.zip(first..).map(|(print, origin)| (print, segment, origin)));
            }
            difference.moved.push(rest.new.clone());
            for (row, segment, origin) in rest.matched() {
                difference.hold(segment, origin);
                if let Some(home) = homes.get_mut(row) {
                    *home = segment;
                }
            }
            difference.homes.push(homes);
        }
        Ok(difference)
    }

    fn hold(&mut self, segment: u8, origin: u32) {
        if let Some(held) = self.held.get_mut(usize::from(segment)) {
            held.add(origin);
        }
    }

    /// How many segments, from the base on, are worth keeping; none where all is better built anew.
    pub(super) fn kept(&self) -> usize {
        let mut new = self.homes.iter().flatten().filter(|&&home| home == NOWHERE).count();
        let mut kept = self.lengths.len();
        for (&length, held) in self.lengths.iter().zip(&self.held).rev() {
            if length >= new.saturating_mul(TIMES) && (length - held.count()) * GONE <= length {
                break;
            }
            new += held.count();
            kept -= 1;
        }
        kept
    }

    /// Rows of a segment that the epoch no longer holds.
    pub(super) fn gone(&self, segment: usize) -> impl Iterator<Item = u32> + '_ {
        let length = self.lengths.get(segment).and_then(|&length| u32::try_from(length).ok()).unwrap_or(0);
        self.held.get(segment).into_iter().flat_map(move |held| held.missing(length))
    }

    /// The rows of each dataset that the first `kept` segments, at least one, do not hold.
    pub(super) fn chosen(&self, kept: usize) -> Vec<Chosen> {
        let missing = |(homes, moved): (&Vec<u8>, &Vec<(u128, usize)>)| {
            let is_missing = |row: usize| homes.get(row).is_some_and(|&home| usize::from(home) >= kept);
            let rows = moved.iter().filter(|(_, row)| is_missing(*row));
            let (prints, places) =
                rows.map(|&(print, row)| (print, u32::try_from(row).unwrap_or(u32::MAX))).unzip();
            Chosen { places, prints }
        };
        self.homes.iter().zip(&self.moved).map(missing).collect()
    }
}

/// Some rows of a dataset.
#[derive(Default)]
pub(super) struct Chosen {
    /// Their places in its file, ascending.
    pub(super) places: Vec<u32>,
    /// Their fingerprints.
    pub(super) prints: Vec<u128>,
}

/// The rows of the base, passed in their order.
struct Walk<P> {
    /// The number of the first among all that the base was made of.
    first: u32,
    prints: P,
    at: u32,
    /// How many rows in a row were not found.
    missed: usize,
}

impl<P: Iterator<Item = u128> + Clone> Walk<P> {
    /// The number of the row with this fingerprint, where it comes next or soon. Rows passed over go to `over`.
    fn find(&mut self, print: u128, over: &mut Vec<(u128, u8, u32)>) -> Option<u32> {
        // Looking far is dear: done less and less often while nothing is found.
        let ahead = if self.missed > 1 && self.missed.is_power_of_two() { FAR_AHEAD } else { AHEAD };
        let Some(skipped) = self.prints.clone().take(ahead).position(|old| old == print) else {
            self.missed += 1;
            return None;
        };
        self.missed = 0;
        for passed in self.prints.by_ref().take(skipped) {
            over.push((passed, 0, self.first + self.at));
            self.at += 1;
        }
        self.prints.next();
        self.at += 1;
        Some(self.first + self.at - 1)
    }

    fn pass_over_the_rest(self, over: &mut Vec<(u128, u8, u32)>) {
        over.extend(self.prints.zip(self.first + self.at..).map(|(print, origin)| (print, 0, origin)));
    }
}

/// Rows that were not found where they were expected.
#[derive(Default)]
struct Rest {
    /// Fingerprint, segment and number there.
    old: Vec<(u128, u8, u32)>,
    /// Fingerprint and place in the dataset.
    new: Vec<(u128, usize)>,
}

impl Rest {
    /// Each new row that an old one equals, with the old one's segment and number. An old one serves one new one.
    fn matched(mut self) -> Vec<(usize, u8, u32)> {
        self.old.sort_unstable();
        self.new.sort_unstable();
        let mut old = self.old.into_iter().peekable();
        let mut matched = Vec::new();
        for (print, row) in self.new {
            while old.next_if(|(other, _, _)| *other < print).is_some() {}
            matched.extend(
                old.next_if(|(other, _, _)| *other == print)
                    .map(|(_, segment, origin)| (row, segment, origin)),
            );
        }
        matched
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Rest, Walk};

    proptest! {
        #[test]
        fn every_row_is_found_as_often_as_it_was_there(
            old in prop::collection::vec(0..50_u128, 0..200),
            new in prop::collection::vec(0..50_u128, 0..200),
            more in prop::collection::vec(0..50_u128, 0..20),
            same in any::<bool>(),
        ) {
            let new = if same { [&old[..], &new[..5.min(new.len())]].concat() } else { new };
            let mut rest = Rest::default();
            let mut found: Vec<(usize, u8, u32)> = Vec::new();
            let mut walk = Walk { first: 7, prints: old.iter().copied(), at: 0, missed: 0 };
            for (row, &print) in new.iter().enumerate() {
                match walk.find(print, &mut rest.old) {
                    Some(origin) => found.push((row, 0, origin)),
                    None => rest.new.push((print, row)),
                }
            }
            walk.pass_over_the_rest(&mut rest.old);
            rest.old.extend(more.iter().zip(0..).map(|(&print, origin)| (print, 1, origin)));
            found.extend(rest.matched());

            let mut used = std::collections::BTreeSet::new();
            let mut times: BTreeMap<u128, usize> = BTreeMap::new();
            for (row, segment, origin) in found {
                prop_assert!(used.insert((segment, origin)), "one old row serves one new one");
                let print = if segment == 0 { old[origin as usize - 7] } else { more[origin as usize] };
                prop_assert_eq!(print, new[row]);
                *times.entry(print).or_default() += 1;
            }
            let many = |rows: &[u128], print: u128| rows.iter().filter(|&&row| row == print).count();
            for print in 0..50 {
                let both = (many(&old, print) + many(&more, print)).min(many(&new, print));
                prop_assert_eq!(times.get(&print).copied().unwrap_or(0), both);
            }
        }
    }
}
