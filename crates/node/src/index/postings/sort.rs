//! Sorts the postings of one part of all keys. A bucket holds a handful, so one pass that counts and one that places bring
//! nearly everything where it belongs; what is left to compare lies together.

use super::{PART_BITS, split};

/// The buckets of one part, one after the other.
pub(super) struct Sorted {
    /// The first bucket that this part holds postings of.
    pub(super) first: usize,
    /// Where each of its buckets ends in the two columns.
    pub(super) ends: Vec<u32>,
    pub(super) prints: Vec<u32>,
    pub(super) rows: Vec<u32>,
}

/// The postings of `part`, each once, with rows as `renumbered` says. What it says nothing of is left out.
pub(super) fn sorted(part: usize, postings: Vec<(u64, u32)>, renumbered: &[u32], bits: u32) -> Sorted {
    // Where there are fewer buckets than parts, several parts follow one another in one bucket.
    let deeper = bits.saturating_sub(PART_BITS);
    let first = (part << deeper) >> PART_BITS.saturating_sub(bits);
    let local = |key: u64| split(key, bits).0.saturating_sub(first);

    let mut counts = vec![0_u32; 1 << deeper];
    for &(key, _) in &postings {
        if let Some(count) = counts.get_mut(local(key)) {
            *count += 1;
        }
    }
    let mut next = 0;
    let mut places = counts.clone();
    for place in &mut places {
        next += std::mem::replace(place, next);
    }
    let mut placed = vec![0_u64; postings.len()];
    for &(key, row) in &postings {
        let renumbered = usize::try_from(row).ok().and_then(|row| renumbered.get(row));
        let place = places.get_mut(local(key));
        let (Some(&row), Some(place)) = (renumbered, place) else { continue };
        let slot = usize::try_from(*place).ok().and_then(|place| placed.get_mut(place));
        if let Some(slot) = slot {
            *slot = u64::from(split(key, bits).1) << 32 | u64::from(row);
            *place += 1;
        }
    }
    drop(postings);

    let mut ends = Vec::with_capacity(counts.len());
    let (mut prints, mut rows) = (Vec::with_capacity(placed.len()), Vec::with_capacity(placed.len()));
    let mut rest = placed.as_mut_slice();
    for count in counts {
        let many = usize::try_from(count).unwrap_or(usize::MAX).min(rest.len());
        let (bucket, after) = std::mem::take(&mut rest).split_at_mut(many);
        rest = after;
        bucket.sort_unstable();
        let mut last = None;
        for &posting in bucket.iter().filter(|&&posting| last.replace(posting) != Some(posting)) {
            prints.push(u32::try_from(posting >> 32).unwrap_or(u32::MAX));
            rows.push(u32::try_from(posting & u64::from(u32::MAX)).unwrap_or(u32::MAX));
        }
        ends.push(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    }
    Sorted { first, ends, prints, rows }
}
