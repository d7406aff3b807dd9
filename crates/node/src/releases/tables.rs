//! Kept answers and what they told, in the store.

use policy::{Account, Past, Told};
use rusqlite::{Connection, OptionalExtension, params};

use super::Released;
use super::charges::told_otherwise;
use super::schema::{ReleasesError, Store};

/// What an account is to remember of a release: whom it told of, or nothing where that is remembered already.
pub(super) struct Entry<'a> {
    pub(super) account: &'a Account,
    pub(super) told: &'a [u8],
}

impl Store {
    /// Everything that an account was told, each set of cells once.
    pub(super) fn told(&self, account: &Account) -> Result<Past, ReleasesError> {
        let connection = self.connection()?;
        let Some(id) = known(&connection, account)? else { return Ok(Past::default()) };
        let mut statement = connection
            .prepare("SELECT told FROM released WHERE account = ?1 AND length(told) > 0 ORDER BY id")?;
        let rows = statement.query_map([id], |row| row.get::<_, Vec<u8>>(0))?;
        rows.map(|bytes| Ok(Told::from_bytes(&bytes?)?)).collect()
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

    /// Keeps a release in one transaction: one that was paid for carries noise. The answer stands in the first entry's account;
    /// in that of linked entities stands whom it told of, under the same key.
    pub(super) fn keep(&self, entries: &[Entry<'_>], release: &Released) -> Result<(), ReleasesError> {
        let Released { key, epoch, question, at, kept, paid } = release;
        let mut connection = self.connection()?;
        let transaction = connection.transaction()?;
        let (question, at, noisy) = (question.to_string(), at.as_millisecond(), paid.is_some());
        for (place, Entry { account, told }) in entries.iter().enumerate() {
            // Two pools with askers in common may have been told at the same time while the policy changed.
            if told_otherwise(&transaction, account, epoch, noisy)? {
                return Err(ReleasesError::Mixed);
            }
            let account = opened(&transaction, account)?;
            let answer: &[u8] = if place == 0 { &kept.answer } else { &[] };
            transaction.execute(
                "INSERT INTO released (account, question_key, epoch, question, at_ms, answer, told, noisy)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![account, key, epoch, question, at, answer, told, noisy],
            )?;
        }
        if let Some(paid) = paid {
            let released = transaction.last_insert_rowid();
            transaction.execute("UPDATE charge SET released = ?1 WHERE id = ?2", [released, paid.charge])?;
        }
        transaction.commit()?;
        self.logged(entries.iter().map(|entry| entry.told.len()).sum::<usize>() + kept.answer.len());
        Ok(())
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
