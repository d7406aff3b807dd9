//! The budget of noise: how much of what a dataset says was told to a pool of askers, in millionths of ρ of zero-concentrated
//! differential privacy (Bun and Steinke 2016), which add up from table to table.
//!
//! Pure: the node hands in the time and keeps the charges. A table is charged before it is counted; a charge is never
//! taken back, and counts until its period is over by a time that only runs forward.

use jiff::{SignedDuration, Timestamp};
use model::Dataset;

use crate::account::meets;

/// What one table costs, and out of what. Depends on the question and the policy alone (invariant 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The dataset.
    pub dataset: Dataset,
    /// The pool of askers: a force, or `*` for all.
    pub pool: String,
    /// What the table costs.
    pub micro_rho: u64,
    /// What may be spent within any period.
    pub budget_micro_rho: u64,
    /// How many days a charge counts.
    pub period_days: u32,
}

/// A charge that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charged {
    /// The pool that asked.
    pub pool: String,
    /// When.
    pub at: Timestamp,
    /// How much.
    pub micro_rho: u64,
}

/// A budget that can't bear another table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{spent} micro-rho are spent of a budget of {budget}, and a table costs {cost}")]
pub struct Overspent {
    /// What is spent.
    pub spent: u64,
    /// Of how much.
    pub budget: u64,
    /// What the table would cost.
    pub cost: u64,
}

impl Charge {
    /// What was charged after this moment counts still.
    pub fn counts_after(&self, now: Timestamp) -> Timestamp {
        let period = SignedDuration::from_hours(24)
            .saturating_mul(i32::try_from(self.period_days).unwrap_or(i32::MAX));
        now.checked_sub(period).unwrap_or(Timestamp::MIN)
    }

    /// What these charges on the dataset leave spent for the pool at `now`: its own, and those of every pool that has
    /// askers in common with it.
    pub fn spent<'a>(&self, charges: impl IntoIterator<Item = &'a Charged>, now: Timestamp) -> u64 {
        let since = self.counts_after(now);
        let counts = |charged: &&Charged| charged.at > since && meets(&charged.pool, &self.pool);
        charges.into_iter().filter(counts).map(|charged| charged.micro_rho).fold(0, u64::saturating_add)
    }

    /// What is spent once the table is charged, or that the budget does not bear it.
    pub fn fits(&self, spent: u64) -> Result<u64, Overspent> {
        match spent.checked_add(self.micro_rho) {
            Some(then) if then <= self.budget_micro_rho => Ok(then),
            _ => Err(Overspent { spent, budget: self.budget_micro_rho, cost: self.micro_rho }),
        }
    }
}

/// The moment that counts: never before one that counted already, so that a clock set back brings nothing back.
pub fn forward(now: Timestamp, latest: Option<Timestamp>) -> Timestamp {
    latest.map_or(now, |latest| latest.max(now))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use model::Dataset;

    use super::{Charge, Charged, forward};

    fn charge(pool: &str) -> Charge {
        let pool = pool.to_owned();
        Charge { dataset: Dataset::Person, pool, micro_rho: 40, budget_micro_rho: 100, period_days: 10 }
    }

    fn day(day: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day)
    }

    #[test]
    fn pools_that_share_askers_share_what_is_spent_and_only_a_period_ends_it() {
        let made = [("rocta", 1, 30), ("btp", 2, 7), ("*", 3, 5)].map(|(pool, at, micro_rho)| Charged {
            pool: pool.to_owned(),
            at: day(at),
            micro_rho,
        });
        for (pool, now, spent) in [
            ("rocta", 4, 35),
            ("btp", 4, 12),
            ("kent", 4, 5),
            ("*", 4, 42),
            ("rocta", 10, 35),
            ("rocta", 11, 5),
            ("*", 13, 0),
        ] {
            assert_eq!(charge(pool).spent(&made, day(now)), spent, "{pool} on day {now}");
        }
    }

    #[test]
    fn the_last_table_fits_to_the_last_unit_and_no_sum_wraps() {
        for (spent, then) in [(0, Some(40)), (60, Some(100)), (61, None), (u64::MAX, None)] {
            assert_eq!(charge("rocta").fits(spent).ok(), then, "{spent}");
        }
    }

    #[test]
    fn time_only_runs_forward() {
        assert_eq!(forward(day(3), Some(day(5))), day(5));
        assert_eq!(forward(day(7), Some(day(5))), day(7));
        assert_eq!(forward(day(7), None), day(7));
    }
}
