//! What tells one state of a table from another without reading it: an operator's own statement, or what the server counts.
//! A state may differ though nothing changed, and then the table is read again; it is never the same though something did.

use crate::connect::Session;
use crate::error::DatabaseError;
use crate::table::{Table, text};

impl Session {
    /// The state of `table`. `changed` is a statement with one value, where the server's own counts do not tell.
    ///
    /// Ask before [`Session::hold`]: what changes between the two is then read now and once more, never missed.
    pub async fn state(&self, table: &Table, changed: Option<&str>) -> Result<String, DatabaseError> {
        let found = self.one(&about(table)).await?;
        let Some(found) = found else {
            return Err(DatabaseError::configured(format!(
                "there is no table {table}, or its user may not see it; check schema and name, and grant USAGE on the schema"
            )));
        };
        if let Some(statement) = changed {
            let told = self.one(&format!("SELECT ({statement})::text")).await?;
            return Ok(format!("{}; {}", shape(&found), told.unwrap_or_default()));
        }
        let mut parts = found.splitn(3, '|');
        let (kind, counted) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        match kind {
            "f" => Err(DatabaseError::configured(format!(
                "{table} lies on another server, whose changes can't be noticed here; give `changed`, a SELECT of one value that \
                 changes with it"
            ))),
            "r" | "p" | "m" if counted == "on" => Ok(found),
            // A view can read anything, and a replica counts nothing: any write at all may have changed it.
            _ => Ok(format!("{}; {}", shape(&found), self.one(POSITION).await?.unwrap_or_default())),
        }
    }

    async fn one(&self, statement: &str) -> Result<Option<String>, DatabaseError> {
        let asking = DatabaseError::asking("looking for changes");
        let row = self.client.query_opt(statement, &[]).await.map_err(&asking)?;
        row.map(|row| row.try_get(0)).transpose().map_err(asking).map(Option::flatten)
    }
}

/// How far the server's journal has come: past every change, whatever it was.
const POSITION: &str = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END::text";

/// What a table is made of, without what is counted of its rows.
fn shape(found: &str) -> &str {
    found.rsplit_once('|').map_or(found, |(shape, _)| shape)
}

/// Kind, whether changes are counted, columns, and of each partition which file it lies in and how many rows were ever
/// inserted, updated and deleted: joined by bars.
fn about(table: &Table) -> String {
    let name = text(&table.quoted());
    format!(
        "WITH RECURSIVE part AS (SELECT to_regclass({name})::oid AS oid UNION ALL \
           SELECT inhrelid FROM pg_inherits JOIN part ON inhparent = part.oid) \
         SELECT concat_ws('|', top.relkind::text, \
           CASE WHEN pg_is_in_recovery() THEN 'off' ELSE current_setting('track_counts') END, \
           (SELECT string_agg(attname || ':' || atttypid, ',' ORDER BY attnum) FROM pg_attribute \
             WHERE attrelid = top.oid AND attnum > 0 AND NOT attisdropped), \
           (SELECT string_agg(concat_ws(':', c.oid, c.relfilenode, pg_stat_get_tuples_inserted(c.oid), \
               pg_stat_get_tuples_updated(c.oid), pg_stat_get_tuples_deleted(c.oid)), ',' ORDER BY c.oid) \
             FROM part JOIN pg_class c ON c.oid = part.oid)) \
         FROM pg_class top WHERE top.oid = to_regclass({name})"
    )
}
