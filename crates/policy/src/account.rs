//! What a table's release is booked under: whose memory and budget it counts against, and which question it answered.
//! Depends on the question, the policy and the table of labels alone, never on a record (invariant 4).

use std::fmt;

use model::{Canonical, Dataset, Measure, Name, Refusal, Tabulation};
use sha2::{Digest, Sha256};

use crate::Denial;
use crate::bundle::noise::NoiseSection;
use crate::bundle::releases::{Pool, Releases};
use crate::disclose::noisy::{Calibration, Noisy};
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

/// The pool of all askers. No force is called so.
const EVERYONE: &str = "*";

/// Whether two pools have askers in common.
pub fn meets(one: &str, other: &str) -> bool {
    one == other || one == EVERYONE || other == EVERYONE
}

impl Account {
    pub(crate) fn new(releases: &Releases, asker: &Name, dataset: Dataset) -> Self {
        let pool = match releases.pool {
            Pool::Force => asker.force().to_string(),
            Pool::Everyone => EVERYONE.to_owned(),
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
    /// Of a table along edges: the account of the linked entities, whom its cells speak of as well.
    pub(crate) linked: Option<Account>,
    /// The question with its dimensions and measures in canonical order.
    pub(crate) ordered: Tabulation,
    /// Names the canonical question with all that its answer depends on besides the records.
    pub(crate) key: String,
    /// Names the labels whose records are counted.
    pub(crate) counted: String,
    pub(crate) memberships_max: u64,
    /// Of a table that carries noise.
    pub(crate) noisy: Option<Noisy>,
}

impl Booking {
    pub(crate) fn new(
        releases: &Releases,
        bundle: &str,
        asker: &Name,
        canonical: &Canonical,
        decided: &Decided,
        noise: Option<&NoiseSection>,
    ) -> Result<Self, Denial> {
        let account = Account::new(releases, asker, canonical.ordered().dataset());
        let path = canonical.ordered().path();
        let linked = path.linked().map(|linked| Account::new(releases, asker, linked));
        // Two askers of one pool may be allowed to count other records: theirs are other questions.
        let counted: String =
            decided.terms.iter().map(|terms| if terms.counted { '1' } else { '0' }).collect();
        let profile = format!("{:?}", decided.profile);
        let mut digest = Sha256::new();
        for part in [bundle, canonical.key(), &counted, &profile, &account.to_string()] {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
        let key = hex::encode(digest.finalize());
        let ordered = canonical.ordered().clone();
        let noisy = noise.map(|section| noisy(section, &account, &ordered)).transpose()?;
        Ok(Self { account, linked, ordered, key, counted, memberships_max: releases.memberships_max, noisy })
    }
}

/// The noise on a table, and what it costs.
fn noisy(section: &NoiseSection, account: &Account, asked: &Tabulation) -> Result<Noisy, Denial> {
    if asked.measures().iter().any(|measure| matches!(measure, Measure::Variance(_))) {
        let reason = "a variance is not told with noise: its squares need so much of it that of some hundred values nothing is left; ask for the mean, or for counts by band";
        return Err(Denial::new(Refusal::TooLarge, reason));
    }
    let calibration = Calibration::of(section, asked).ok_or_else(|| {
        let reason = "at this cost the noise on so many measures would drown every figure; clamp the sums, or let a table cost more";
        Denial::new(Refusal::TooLarge, reason)
    })?;
    let charge = section.charge(account.dataset, &account.pool);
    Ok(Noisy { section: section.clone(), calibration, charge })
}
