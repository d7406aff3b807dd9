//! Kept answers and what they told, in the store.

use std::sync::Arc;

use jiff::Timestamp;
use model::QuestionId;
use policy::{Account, Kept, Told};
use rusqlite::{Connection, OptionalExtension, params};

use super::schema::{ReleasesError, Store};

impl Store {
    /// Everything that an account was told, each set of cells once.
    pub(super) fn told(&self, account: &Account) -> Result<Vec<Arc<Told>>, ReleasesError> {
        let connection = self.connection()?;
        let Some(id) = known(&connection, account)? else { return Ok(Vec::new()) };
        let mut statement = connection
            .prepare("SELECT told FROM released WHERE account = ?1 AND length(told) > 0 ORDER BY id")?;
        let rows = statement.query_map([id], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| Ok(Arc::new(Told::from_bytes(&bytes?)?))).collect()
    }

    /// The answer to a question over an epoch.
    pub(super) fn answer(
        &self,
        account: &Account,
        key: &str,
        epoch: &str,
    ) -> Result<Option<Vec<u8>>, ReleasesError> {
        let connection = self.connection()?;
        let mut statement = connection.prepare_cached(
            "SELECT answer FROM released JOIN account ON account.id = released.account
             WHERE pool = ?1 AND dataset = ?2 AND period = ?3 AND question_key = ?4 AND epoch = ?5",
        )?;
        let found = params![account.pool, account.dataset.as_str(), account.period, key, epoch];
        Ok(statement.query_row(found, |row| row.get(0)).optional()?)
    }

    /// Keeps a release in one transaction. `known` says that all it told is remembered already.
    #[expect(clippy::too_many_arguments, reason = "one row of the store, column by column")]
    pub(super) fn keep(
        &self,
        account: &Account,
        key: &str,
        epoch: &str,
        question: QuestionId,
        at: Timestamp,
        kept: &Kept,
        known: bool,
    ) -> Result<(), ReleasesError> {
        let mut connection = self.connection()?;
        let transaction = connection.transaction()?;
        let account = opened(&transaction, account)?;
        let told: &[u8] = if known { &[] } else { &kept.told };
        transaction.execute(
            "INSERT INTO released (account, question_key, epoch, question, at_ms, answer, told)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![account, key, epoch, question.to_string(), at.as_millisecond(), kept.answer, told],
        )?;
        Ok(transaction.commit()?)
    }
}

/// The account's row, if there is one.
fn known(connection: &Connection, account: &Account) -> rusqlite::Result<Option<i64>> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM account WHERE pool = ?1 AND dataset = ?2 AND period = ?3")?;
    let found = params![account.pool, account.dataset.as_str(), account.period];
    statement.query_row(found, |row| row.get(0)).optional()
}

/// The account's row, made where there was none.
pub(super) fn opened(connection: &Connection, account: &Account) -> rusqlite::Result<i64> {
    if let Some(id) = known(connection, account)? {
        return Ok(id);
    }
    let row = params![account.pool, account.dataset.as_str(), account.period];
    connection.execute("INSERT INTO account (pool, dataset, period) VALUES (?1, ?2, ?3)", row)?;
    Ok(connection.last_insert_rowid())
}
