//! The rows of a dataset whose labels a permit allows, put together for one question from where each label's rows stand: as runs,
//! for who goes through them, and as a bit for each row, for who comes from elsewhere.
//!
//! Made anew for each question, of the permit's labels and the epoch's own file, and gone with it: nothing here can outlive either.

use std::ops::Range;

/// Rows that may be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rows {
    runs: Vec<Range<u32>>,
    bits: Vec<u64>,
}

impl Rows {
    /// Of runs of rows that follow each other: how many there are, and whether they may be seen.
    pub(super) fn of(runs: impl Iterator<Item = (u32, bool)>) -> Self {
        let (mut rows, mut end) = (Self::default(), 0_u32);
        for (many, seen) in runs {
            // Preparing stops where a row's number does not fit.
            let from = end;
            end = end.saturating_add(many);
            match rows.runs.last_mut() {
                _ if !seen || from == end => {}
                Some(last) if last.end == from => last.end = end,
                _ => rows.runs.push(from..end),
            }
        }
        rows.bits = vec![0; (end as usize).div_ceil(64)];
        for run in &rows.runs {
            fill(&mut rows.bits, run.start as usize, run.end as usize);
        }
        rows
    }

    /// The runs, rising, none of which touches the next.
    pub(super) fn runs(&self) -> &[Range<u32>] {
        &self.runs
    }

    /// Whether a row may be seen; one that is not there may not.
    pub(super) fn has(&self, row: u32) -> bool {
        self.bits.get(row as usize / 64).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }
}

/// Sets the bits from one place to before another.
fn fill(bits: &mut [u64], from: usize, until: usize) {
    let words = bits.iter_mut().enumerate().take(until.div_ceil(64)).skip(from / 64);
    for (at, word) in words {
        // What of this word lies before the first bit, and what from the last on.
        let below = (1_u64 << from.saturating_sub(at * 64).min(63)) - 1;
        let within = match until - at * 64 {
            many @ 0..64 => (1_u64 << many) - 1,
            _ => u64::MAX,
        };
        *word |= within & !below;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Rows;

    proptest! {
        #[test]
        fn runs_and_bits_say_the_same(runs in prop::collection::vec((0..200_u32, any::<bool>()), 0..12)) {
            let seen: Vec<bool> =
                runs.iter().flat_map(|&(many, seen)| std::iter::repeat_n(seen, many as usize)).collect();
            let rows = Rows::of(runs.into_iter());
            let expected: Vec<u32> = (0..).zip(&seen).filter(|(_, seen)| **seen).map(|(row, _)| row).collect();
            prop_assert_eq!(rows.runs().iter().flat_map(Clone::clone).collect::<Vec<u32>>(), expected);
            prop_assert!(rows.runs().windows(2).all(|two| two[0].end < two[1].start));
            prop_assert!((0..).zip(&seen).all(|(row, seen)| rows.has(row) == *seen));
            prop_assert!(!rows.has(seen.len() as u32 + 64) && !rows.has(u32::MAX));
        }
    }
}
