//! A session with a server: connected, told to change nothing and to hide nothing, and let go with the value that holds it.

use std::error::Error as _;

use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::error::DatabaseError;
use crate::server::Server;

/// What every session begins with. Rows that row security would leave out without a word are an error instead, and the
/// place where the server begins to read a large table is the same each time. Notices are not sent: a function behind a view can
/// put a record's value into one, and the client writes them into the log (invariant 1).
const MANNERS: &str = "SET default_transaction_read_only = on; SET row_security = off; SET datestyle = 'ISO'; \
    SET standard_conforming_strings = on; SET synchronize_seqscans = off; SET extra_float_digits = 1; \
    SET client_min_messages = error; SET idle_in_transaction_session_timeout = 0";
/// The oldest server whose catalogues are asked as here.
const OLDEST: i32 = 120_000;

/// A connection that reads.
#[derive(Debug)]
pub struct Session {
    pub(crate) client: Client,
    /// Carries the connection's bytes; ends with the session, and the server stops what it still does for it.
    _driver: JoinSet<()>,
}

/// Connects to a server.
pub async fn connect(server: &Server) -> Result<Session, DatabaseError> {
    server.check()?;
    let settings = server.settings()?;
    let failed = |error: tokio_postgres::Error| refused(server, &error);
    let session = if server.is_local() {
        let (client, connection) = settings.connect(NoTls).await.map_err(failed)?;
        driven(client, connection)
    } else {
        let tls = MakeRustlsConnect::new(server.tls()?);
        let (client, connection) = settings.connect(tls).await.map_err(failed)?;
        driven(client, connection)
    };
    let asking = DatabaseError::asking("preparing to read");
    session.client.batch_execute(MANNERS).await.map_err(&asking)?;
    let about = "SELECT current_setting('server_version_num')::int4, current_setting('server_encoding')";
    let about = session.client.query_one(about, &[]).await.map_err(&asking)?;
    let version: i32 = about.try_get(0).map_err(&asking)?;
    let encoding: String = about.try_get(1).map_err(&asking)?;
    if version < OLDEST {
        return Err(DatabaseError::configured(format!(
            "the server is PostgreSQL {}; it must be 12 or newer",
            version / 10_000
        )));
    }
    if encoding == "SQL_ASCII" {
        return Err(DatabaseError::configured(
            "the database's encoding is SQL_ASCII, so nobody knows what its letters are; read from one in UTF8",
        ));
    }
    Ok(session)
}

fn driven<S>(client: Client, connection: S) -> Session
where
    S: Future<Output = Result<(), tokio_postgres::Error>> + Send + 'static,
{
    // What goes wrong with the connection is told by whatever was asked of the client.
    let mut driver = JoinSet::new();
    driver.spawn(async move { drop(connection.await) });
    Session { client, _driver: driver }
}

/// Why there is no connection. Nothing was read yet, so the server's words quote no record.
fn refused(server: &Server, error: &tokio_postgres::Error) -> DatabaseError {
    if let Some(said) = error.as_db_error() {
        let mend = match said.code().code() {
            "28P01" | "28000" => "; check user, password and certificate here, and pg_hba.conf there",
            "3D000" => "; check the database's name",
            "53300" => "; raise max_connections, or keep some for this user",
            _ => "",
        };
        return DatabaseError::Refused {
            why: format!("{} refuses: {}{mend}", server.place(), said.message()),
        };
    }
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        why = format!("{why}: {deeper}");
        cause = deeper.source();
    }
    DatabaseError::Connection { place: server.place(), why }
}
