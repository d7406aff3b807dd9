//! The state of the budgets of tables that carry noise, read while the node may be running. It names pools of askers and no
//! record.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ::node::config::NodeConfig;
use ::node::policy_folder;
use ::node::releases::charges;
use ::policy::{Charged, Noised, Policy};
use jiff::{SignedDuration, Timestamp};

use crate::clock::now;
use crate::command::policy::compile;
use crate::exit::{Exit, Failure};
use crate::output::target::stdout;

/// Prints what is spent and left.
pub(super) fn show(config: &NodeConfig) -> Result<Exit, Failure> {
    let policy = Policy::new(compile(&policy_folder::read(&config.policy)?)?, String::new());
    let file = config.releases();
    let mut text = String::new();
    for noised in policy.noised() {
        let (charges, latest) =
            charges::read(&file, noised.dataset).map_err(|error| Failure::error(error.to_string()))?;
        text.push_str(&of_dataset(&noised, &charges, ::policy::budget::forward(now(), latest)));
    }
    if text.is_empty() {
        text.push_str(
            "no dataset's tables carry noise under the policy in its folder, so there is no budget\n",
        );
    }
    stdout(text.as_bytes())?;
    Ok(Exit::Ok)
}

/// A dataset's budget, and what each pool of askers spent of it.
fn of_dataset(noised: &Noised, charges: &[Charged], now: Timestamp) -> String {
    let everyone = noised.charge("*");
    let mut text = format!(
        "{}: a table costs {} micro-rho, of {} in any {} days\n",
        noised.dataset, everyone.micro_rho, everyone.budget_micro_rho, everyone.period_days
    );
    let pools: BTreeSet<&str> = match noised.everyone {
        true => ["*"].into(),
        false => charges.iter().map(|charged| charged.pool.as_str()).filter(|pool| *pool != "*").collect(),
    };
    if pools.is_empty() {
        text.push_str("  nobody has spent anything\n");
    }
    for pool in pools {
        let charge = noised.charge(pool);
        let spent = charge.spent(charges, now);
        let left = charge.budget_micro_rho.saturating_sub(spent);
        let tables = left / charge.micro_rho.max(1);
        let name = if pool == "*" { "all askers" } else { pool };
        // Writing to a String can't fail.
        let _ = write!(text, "  {name:<12}{spent} spent, {left} left: {tables} more tables");
        let since = charge.counts_after(now);
        let first = charges
            .iter()
            .filter(|c| c.at > since && ::policy::account::meets(&c.pool, pool))
            .min_by_key(|c| c.at);
        if let Some(first) = first {
            let days = i64::from(charge.period_days);
            let back = first.at.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX);
            let _ = write!(text, "; the first {} come back at {back:.0}", first.micro_rho);
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use ::node::policy_folder;
    use ::policy::{Charged, Policy};
    use jiff::{SignedDuration, Timestamp};

    use super::of_dataset;
    use crate::command::policy::compile;

    #[test]
    fn a_budget_says_what_is_spent_and_when_it_comes_back() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policies/mps");
        let mut files = policy_folder::read(&folder).unwrap();
        let disclosure = files.files.get_mut("disclosure.toml").unwrap();
        disclosure.push_str(
            "[noise.person]\ndistribution = \"gaussian\"\nquestion_micro_rho = 5000\nbudget_micro_rho = 20000\nperiod_days = 90\n",
        );
        let policy = Policy::new(compile(&files).unwrap(), String::new());
        let day = |day: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day);
        let made = [("rocta", 1), ("rocta", 40), ("btp", 41), ("rocta", 100)];
        let charges = made.map(|(pool, at)| Charged { pool: pool.to_owned(), at: day(at), micro_rho: 5_000 });
        let noised = policy.noised();
        insta::assert_snapshot!(
            [of_dataset(&noised[0], &[], day(0)), of_dataset(&noised[0], &charges, day(101))].concat()
        );
    }
}
