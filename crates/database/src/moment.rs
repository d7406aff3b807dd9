//! One moment of a database: all tables are read as they were then, whatever is written meanwhile. One session holds the
//! moment; each reading has a session of its own that joins it, so that readings do not wait for one another.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use futures::{Stream, StreamExt, stream};
use tokio_postgres::types::ToSql;

use crate::column::{Column, listing};
use crate::condition::Condition;
use crate::connect::{Session, connect};
use crate::error::DatabaseError;
use crate::rows::Gathered;
use crate::server::Server;
use crate::table::{Table, text};

/// A moment that is held for as long as this or a clone of it is.
#[derive(Debug, Clone)]
pub struct Moment(Arc<Held>);

#[derive(Debug)]
struct Held {
    session: Session,
    server: Server,
    /// By which the server knows the moment.
    name: String,
}

const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
const READING: &str = "reading rows";

impl Session {
    /// Holds this moment of `server`, which the session is with.
    pub async fn hold(self, server: &Server) -> Result<Moment, DatabaseError> {
        let asking = DatabaseError::asking("holding the moment");
        self.client.batch_execute(BEGIN).await.map_err(&asking)?;
        let row = self.client.query_one("SELECT pg_export_snapshot()", &[]).await.map_err(&asking)?;
        let name = row.try_get(0).map_err(&asking)?;
        Ok(Moment(Arc::new(Held { session: self, server: server.clone(), name })))
    }
}

impl Moment {
    /// The columns of `table`, in its order.
    pub async fn columns(&self, table: &Table) -> Result<Vec<Column>, DatabaseError> {
        let asking = DatabaseError::asking("reading a table's columns");
        let listed =
            self.0.session.client.query(&listing(&text(&table.quoted())), &[]).await.map_err(&asking)?;
        listed.iter().map(|row| Column::of(row).map_err(&asking)).collect()
    }

    /// Reads `columns` of `table`: the rows that meet `condition`, at least, and at most `limit` of them. The last batch may
    /// be the first with an error.
    pub async fn read(
        &self,
        table: &Table,
        columns: &[Column],
        condition: Option<&Condition>,
        limit: Option<usize>,
    ) -> Result<impl Stream<Item = Result<RecordBatch, DatabaseError>> + Send + use<>, DatabaseError> {
        let asking = DatabaseError::asking(READING);
        let session = connect(&self.0.server).await?;
        let join = format!("{BEGIN}; SET TRANSACTION SNAPSHOT {}", text(&self.0.name));
        session.client.batch_execute(&join).await.map_err(&asking)?;
        let statement = statement(table, columns, condition, limit);
        let rows = session.client.query_raw(&statement, std::iter::empty::<&dyn ToSql>()).await;
        let schema = Arc::new(Schema::new(columns.iter().map(Column::field).collect::<Vec<_>>()));
        let reading = Reading {
            rows: Box::pin(rows.map_err(&asking)?),
            gathered: Gathered::new(schema, columns),
            _session: session,
            _held: self.clone(),
        };
        Ok(stream::unfold(Some(reading), next))
    }
}

/// A reading under way.
struct Reading {
    rows: std::pin::Pin<Box<tokio_postgres::RowStream>>,
    gathered: Gathered,
    /// Ends when nobody wants more rows, and the server stops sending.
    _session: Session,
    _held: Moment,
}

async fn next(reading: Option<Reading>) -> Option<(Result<RecordBatch, DatabaseError>, Option<Reading>)> {
    let mut reading = reading?;
    let asking = DatabaseError::asking(READING);
    let ended = loop {
        match reading.rows.next().await {
            Some(Ok(row)) => match reading.gathered.add(&row) {
                Ok(true) => break false,
                Ok(false) => {}
                Err(error) => return Some((Err(asking(error)), None)),
            },
            Some(Err(error)) => return Some((Err(asking(error)), None)),
            None => break true,
        }
    };
    if ended && reading.gathered.is_empty() {
        return None;
    }
    let batch = reading.gathered.take().map_err(|_| DatabaseError::Ended { doing: READING });
    Some((batch, (!ended).then_some(reading)))
}

fn statement(
    table: &Table,
    columns: &[Column],
    condition: Option<&Condition>,
    limit: Option<usize>,
) -> String {
    let read: Vec<String> = columns.iter().map(Column::expression).collect();
    let condition = condition.map(|condition| format!(" WHERE {}", condition.sql())).unwrap_or_default();
    let limit = limit.map(|limit| format!(" LIMIT {limit}")).unwrap_or_default();
    format!("SELECT {} FROM {}{condition}{limit}", read.join(", "), table.quoted())
}
