//! What a table's release is booked under: whose memory and budget it counts against, and which question it answered.
//! Depends on the question, the policy and the table of labels alone, never on a record (invariant 4).

use std::fmt::{self, Write as _};

use model::{Canonical, Dataset, Name, Tabulation};
use sha2::{Digest, Sha256};

use crate::bundle::releases::{Pool, Releases};
use crate::terms::Decided;

/// Whose tables are weighed together: those of one pool of askers, over one dataset, in one period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// The askers: a force, or `*` for all.
    pub pool: String,
    /// The dataset.
    pub dataset: Dataset,
    /// The period, as the bundle names it.
    pub period: String,
}

impl Account {
    pub(crate) fn new(releases: &Releases, asker: &Name, dataset: Dataset) -> Self {
        let pool = match releases.pool {
            Pool::Force => asker.force().to_string(),
            // No force is called so.
            Pool::Everyone => "*".to_owned(),
        };
        Self { pool, dataset, period: releases.period.clone() }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {} in period {}", self.pool, self.dataset, self.period)
    }
}

/// A permitted table: what was asked, and what its release is booked under.
#[derive(Debug, Clone)]
pub(crate) struct Booking {
    pub(crate) account: Account,
    /// The question with its dimensions and measures in canonical order.
    pub(crate) ordered: Tabulation,
    /// Names the canonical question with all that its answer depends on besides the records.
    pub(crate) key: String,
    /// Names the labels whose records are counted.
    pub(crate) counted: String,
    pub(crate) memberships_max: u64,
}

impl Booking {
    pub(crate) fn new(
        releases: &Releases,
        bundle: &str,
        asker: &Name,
        canonical: &Canonical,
        decided: &Decided,
    ) -> Self {
        let account = Account::new(releases, asker, canonical.ordered().dataset());
        // Two askers of one pool may be allowed to count other records: theirs are other questions.
        let counted: String =
            decided.terms.iter().map(|terms| if terms.counted { '1' } else { '0' }).collect();
        let profile = format!("{:?}", decided.profile);
        let mut digest = Sha256::new();
        for part in [bundle, canonical.key(), &counted, &profile, &account.to_string()] {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
        let key = digest.finalize().iter().fold(String::new(), |mut hex, byte| {
            // Writing to a String can't fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let ordered = canonical.ordered().clone();
        Self { account, ordered, key, counted, memberships_max: releases.memberships_max }
    }
}
