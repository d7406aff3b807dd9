//! What tables with noise cost, in the store: charged on the disk before a table is counted, never taken back. And which
//! pools were told of a dataset with noise, or without: nobody is told both of the same records.

use std::path::Path;

use jiff::Timestamp;
use model::{Dataset, QuestionId};
use policy::account::meets;
use policy::budget::{Overspent, forward};
use policy::{Account, Charge, Charged};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::schema::{self, ReleasesError, Store};

/// A table that is paid for, by its charge's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paid {
    pub(super) charge: i64,
    /// What is spent of the budget with it.
    pub(crate) spent: u64,
}

impl Store {
    /// Charges a table in one transaction, or says that the budget does not bear it. The moment that counts is never before
    /// one that was entered already.
    pub(super) fn charge(
        &self,
        charge: &Charge,
        question: QuestionId,
        now: Timestamp,
    ) -> Result<Result<Paid, Overspent>, ReleasesError> {
        let mut connection = self.connection()?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let at = forward(now, latest(&transaction)?);
        let charged = charged(&transaction, charge.dataset)?;
        let spent = match charge.fits(charge.spent(&charged, at)) {
            Ok(spent) => spent,
            Err(overspent) => return Ok(Err(overspent)),
        };
        transaction.execute(
            "INSERT INTO charge (dataset, pool, at_ms, micro_rho, question) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                charge.dataset.as_str(),
                charge.pool,
                at.as_millisecond(),
                i64::try_from(charge.micro_rho).unwrap_or(i64::MAX),
                question.to_string()
            ],
        )?;
        let paid = Paid { charge: transaction.last_insert_rowid(), spent };
        transaction.commit()?;
        Ok(Ok(paid))
    }

    /// Whether a pool that has askers in common with the account's was told tables of its dataset the other way (without
    /// noise where `noisy`, and with it where not) in its period or over this epoch.
    pub(super) fn is_told_otherwise(
        &self,
        account: &Account,
        epoch: &str,
        noisy: bool,
    ) -> Result<bool, ReleasesError> {
        Ok(told_otherwise(&*self.connection()?, account, epoch, noisy)?)
    }
}

/// The same within a transaction.
pub(super) fn told_otherwise(
    connection: &Connection,
    account: &Account,
    epoch: &str,
    noisy: bool,
) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT pool FROM released JOIN account ON account.id = released.account
         WHERE dataset = ?1 AND noisy = ?2 AND (period = ?3 OR epoch = ?4)",
    )?;
    let found = params![account.dataset.as_str(), !noisy, account.period, epoch];
    let pools = statement.query_map(found, |row| row.get::<_, String>(0))?;
    for pool in pools {
        if meets(&pool?, &account.pool) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The latest moment that was ever entered.
fn latest(connection: &Connection) -> rusqlite::Result<Option<Timestamp>> {
    let latest: Option<i64> =
        connection.query_row("SELECT max(at_ms) FROM charge", [], |row| row.get(0)).optional()?.flatten();
    Ok(latest.and_then(|ms| Timestamp::from_millisecond(ms).ok()))
}

/// Every charge on a dataset.
fn charged(connection: &Connection, dataset: Dataset) -> Result<Vec<Charged>, ReleasesError> {
    let mut statement = connection
        .prepare_cached("SELECT pool, at_ms, micro_rho FROM charge WHERE dataset = ?1 ORDER BY id")?;
    let rows = statement.query_map([dataset.as_str()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
    })?;
    rows.map(|row| {
        let (pool, at, micro_rho) = row?;
        let at = Timestamp::from_millisecond(at).map_err(|_| ReleasesError::Charges)?;
        let micro_rho = u64::try_from(micro_rho).map_err(|_| ReleasesError::Charges)?;
        Ok(Charged { pool, at, micro_rho })
    })
    .collect()
}

/// The charges on a dataset in a node's file, and the moment before which no further one can be entered, read while the node
/// may be running. None were made where there is no file, or an earlier build wrote it.
pub fn read(path: &Path, dataset: Dataset) -> Result<(Vec<Charged>, Option<Timestamp>), ReleasesError> {
    if !path.exists() {
        return Ok((Vec::new(), None));
    }
    let connection = schema::read_only(path)?;
    if schema::version(&connection)? < 2 {
        return Ok((Vec::new(), None));
    }
    Ok((charged(&connection, dataset)?, latest(&connection)?))
}
