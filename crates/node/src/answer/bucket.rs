//! Time buckets: the time that a search spends on records is known to the asker in whole buckets only (invariant 5).
//!
//! A bucket begins with the search and ends before anything is written, so that writing, whose time varies by itself,
//! does not lay bare on average what the bucket hides. How wide it is depends on what is asked alone.

use std::time::Duration;

use model::{Ask, Probe, Search};
use tokio::time::Instant;

/// How wide a bucket is.
#[derive(Debug, Clone, Copy)]
pub struct Buckets {
    /// Of a search that compares records.
    pub search: Duration,
    /// Of a look-up by an identifier that is known whole.
    pub lookup: Duration,
}

impl Buckets {
    /// The end of the bucket of `ask` in which `now` lies, where a first one began at `began`. None for a table, and
    /// where buckets are switched off.
    pub(super) fn end(&self, ask: &Ask, began: Instant, now: Instant) -> Option<Instant> {
        let width = self.width(ask).as_nanos();
        if width == 0 {
            return None;
        }
        let buckets = now.duration_since(began).as_nanos().div_ceil(width).max(1);
        let wait = u64::try_from(buckets.saturating_mul(width)).ok()?;
        began.checked_add(Duration::from_nanos(wait))
    }

    /// A batch has a bucket for each of its subjects, all of which end together.
    fn width(&self, ask: &Ask) -> Duration {
        match ask {
            Ask::Search(search) => self.of(search),
            Ask::Batch(searches) => {
                searches.iter().map(|search| self.of(search)).fold(Duration::ZERO, Duration::saturating_add)
            }
            Ask::Tabulate(_) => Duration::ZERO,
        }
    }

    fn of(&self, search: &Search) -> Duration {
        match search.probe {
            Probe::Identifier(_) => self.lookup,
            Probe::Person(_) | Probe::Partial(_) | Probe::Organisation(_) | Probe::Address(_) => self.search,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use model::probe::{IdentifierProbe, PersonProbe};
    use model::{Ask, Granularity, IdentifierKind, Probe, Search};
    use tokio::time::Instant;

    use super::Buckets;

    fn search(probe: Probe) -> Search {
        Search { probe, granularity: Granularity::Hit }
    }

    fn person() -> Search {
        search(Probe::Person(PersonProbe::default()))
    }

    fn phone() -> Search {
        let value = "+442079460461".to_owned();
        search(Probe::Identifier(IdentifierProbe { kind: IdentifierKind::Phone, value }))
    }

    #[test]
    fn what_reads_records_ends_with_its_bucket() {
        let us = Duration::from_micros;
        let buckets = Buckets { search: us(500), lookup: us(100) };
        for (ask, took, ends) in [
            (Ask::Search(person()), 0, 500),
            (Ask::Search(person()), 500, 500),
            (Ask::Search(person()), 501, 1_000),
            (Ask::Search(phone()), 3, 100),
            (Ask::Search(phone()), 130, 200),
            (Ask::Batch(vec![person(), phone(), person()]), 3, 1_100),
            (Ask::Batch(vec![person(), phone(), person()]), 1_101, 2_200),
            (Ask::Batch(vec![person(); 1_000]), 3, 500_000),
        ] {
            let began = Instant::now();
            let ended = buckets.end(&ask, began, began + us(took)).map(|end| end - began);
            assert_eq!(ended, Some(us(ends)), "{took} of {}", ask.mode());
        }
        let off = Buckets { search: Duration::ZERO, lookup: Duration::ZERO };
        assert_eq!(off.end(&Ask::Search(person()), Instant::now(), Instant::now()), None);
    }
}
