//! British numbers that begin with 7: mobiles, pagers, personal numbers. The first five digits say whether such a number
//! is in use, so the number plan is asked once for each block of a hundred thousand, not for every number.

use std::sync::atomic::{AtomicU8, Ordering};

/// Blocks that begin with 7: one for each four digits that may follow.
const BLOCKS: usize = 10_000;
/// National digits of such a number.
const DIGITS: usize = 10;

const UNKNOWN: u8 = 0;
const VACANT: u8 = 1;
const IN_USE: u8 = 2;

/// What the number plan said of each block that was met. Of a block it always says the same, so it does not matter who
/// asks first.
static PLAN: [AtomicU8; BLOCKS] = [const { AtomicU8::new(UNKNOWN) }; BLOCKS];

/// The national digits of what was dialled, where it is such a number. `dialled` holds digits and a leading `+` alone.
pub(super) fn national(dialled: &str) -> Option<&str> {
    let national = dialled.strip_prefix("+44").or_else(|| dialled.strip_prefix('0'))?;
    (national.len() == DIGITS && national.starts_with('7')).then_some(national)
}

/// Whether a number is in use, by what `plan` says of any number of its block.
pub(super) fn is_in_use(national: &str, plan: impl FnOnce() -> bool) -> bool {
    let block = national.get(1..5).and_then(|digits| digits.parse::<usize>().ok());
    let Some(known) = block.and_then(|block| PLAN.get(block)) else { return plan() };
    match known.load(Ordering::Relaxed) {
        UNKNOWN => {
            let in_use = plan();
            known.store(if in_use { IN_USE } else { VACANT }, Ordering::Relaxed);
            in_use
        }
        told => told == IN_USE,
    }
}
