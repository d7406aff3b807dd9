//! How many records bear each name, found out when it is first asked for: few of the names of an index are ever met.

use std::sync::atomic::{AtomicU64, Ordering};

use linkage::person::Borne;

/// Stands for a name that was not asked for. No name is borne by so many.
const UNKNOWN: u64 = 0;

/// The bearers of names, by number. Threads may find out the same at once: they find the same.
#[derive(Debug)]
pub(super) struct Bearers(Vec<AtomicU64>);

impl Bearers {
    /// Of so many names, none of them known yet.
    pub(super) fn unknown(names: usize) -> Self {
        Self(std::iter::repeat_with(|| AtomicU64::new(UNKNOWN)).take(names).collect())
    }

    /// Of the name that has a number.
    pub(super) fn get(&self, number: u32, find_out: impl FnOnce() -> Borne) -> Borne {
        let Some(place) = usize::try_from(number).ok().and_then(|at| self.0.get(at)) else {
            return find_out();
        };
        // One more, so that a name that nobody bears is known too.
        if let Some(known) = place.load(Ordering::Relaxed).checked_sub(1) {
            return Borne::from_bits(known);
        }
        let found = find_out();
        place.store(found.to_bits().saturating_add(1), Ordering::Relaxed);
        found
    }
}

#[cfg(test)]
mod tests {
    use linkage::person::Borne;

    use super::Bearers;

    #[test]
    fn what_was_found_out_is_not_asked_again() {
        let bearers = Bearers::unknown(3);
        for (number, bits, asked) in
            [(0, 0, true), (1, 7 << 32 | 9, true), (0, 1, false), (1, 1, false), (9, 5, true)]
        {
            let mut again = false;
            let found = bearers.get(number, || {
                again = true;
                Borne::from_bits(bits)
            });
            assert_eq!(again, asked, "{number}");
            assert!(!asked || found == Borne::from_bits(bits), "{number}");
        }
    }
}
