//! Which entries count still. A log may leave the others behind: whatever is asked afterwards, no decision is another.
//!
//! The latest time among the entries themselves is the judge, and never a clock, so that a clock that is wrong loses nothing.

use jiff::{SignedDuration, Timestamp};

use super::{DAY, Entry, Limits, minutes};

/// Entries looked at before those that no longer count are let go for the first time.
const FIRST_LOOK: usize = 1024;

/// Takes up entries in the order in which they were made, and keeps those that count.
#[derive(Debug)]
pub struct Counting {
    /// How long a refusal counts.
    refusals: SignedDuration,
    latest: Timestamp,
    entries: Vec<(Timestamp, Entry)>,
    next_look: usize,
}

impl Counting {
    /// None yet. A refusal counts as long as these limits let it lock out, and everything counts for a day at least, so that
    /// other limits may ask for it.
    pub fn under(limits: &Limits) -> Self {
        let refusals = DAY.max(minutes(limits.lockout.minutes));
        Self { refusals, latest: Timestamp::MIN, entries: Vec::new(), next_look: FIRST_LOOK }
    }

    /// Takes up one more. It counts from `at` on, or from the latest moment before it: time only runs forward.
    pub fn enter(&mut self, entry: Entry, at: Timestamp) {
        self.latest = self.latest.max(at);
        self.entries.push((self.latest, entry));
        if self.entries.len() >= self.next_look {
            self.let_go();
            self.next_look = FIRST_LOOK.max(2 * self.entries.len());
        }
    }

    /// From when on no entry was let go.
    pub fn complete_from(&self) -> Timestamp {
        self.latest.saturating_sub(DAY).unwrap_or(Timestamp::MIN)
    }

    /// Those that count, each with the moment from which on it does. The last of all is always among them, and with it the
    /// time that counts.
    pub fn into_entries(mut self) -> Vec<(Timestamp, Entry)> {
        self.let_go();
        self.entries
    }

    fn let_go(&mut self) {
        let (latest, refusals) = (self.latest, self.refusals);
        self.entries.retain(|(at, entry)| latest < ends(entry, *at, refusals));
    }
}

/// The moment from which on no limit asks for an entry.
fn ends(entry: &Entry, at: Timestamp, refusals: SignedDuration) -> Timestamp {
    let after = |span| at.saturating_add(span).unwrap_or(Timestamp::MAX);
    match entry {
        Entry::Asked(asked) => asked.under.map_or(after(DAY), |under| under.expires_at.max(after(DAY))),
        Entry::Refused { .. } => after(refusals),
        Entry::LockedOut { until, .. } => *until,
    }
}
