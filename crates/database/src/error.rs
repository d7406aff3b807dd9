//! Why a database could not be read, and how to mend it. What a server says while it reads rows can quote a value, so of
//! that only its code is told.

use std::path::PathBuf;

use tokio_postgres::error::SqlState;

/// Why a database could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// The configuration can't work.
    #[error("{0}")]
    Configured(String),
    /// A file of certificates, a key or a password can't be used.
    #[error("{}: {why}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Nobody answers, or not over TLS.
    #[error("no connection to {place}: {why}")]
    Connection {
        /// Host and port.
        place: String,
        /// What happened.
        why: String,
    },
    /// The server answered, and refused.
    #[error("{why}")]
    Refused {
        /// What was refused and how to mend it.
        why: String,
    },
    /// The connection ended while rows were read.
    #[error("the connection ended while {doing}; the records before stay in use")]
    Ended {
        /// What was being done.
        doing: &'static str,
    },
}

impl DatabaseError {
    pub(crate) fn configured(why: impl Into<String>) -> Self {
        Self::Configured(why.into())
    }

    /// For `map_err` on whatever is asked of a server that is connected.
    pub(crate) fn asking(doing: &'static str) -> impl Fn(tokio_postgres::Error) -> Self {
        move |error| match error.code() {
            Some(code) => Self::Refused { why: refused(doing, code) },
            None => Self::Ended { doing },
        }
    }
}

/// The reason for a code, without the server's own words.
fn refused(doing: &str, code: &SqlState) -> String {
    let mend = match code.code() {
        "42501" => "its user may not read this; grant SELECT on the table and USAGE on its schema",
        "42P01" | "3F000" => "there is no such table; check its schema and name",
        "42703" => "there is no such column; look at the table's definition",
        "55P03" | "57014" => "the server gave up waiting; look for locks and at statement_timeout",
        "53300" => "the server has no connection left; raise max_connections, or keep some for this user",
        "22021" | "22P05" => "a text is not valid UTF-8; convert the database's encoding",
        "42601" => "the statement is not valid SQL",
        _ => "the server's own log says more",
    };
    format!("the server stopped {doing} (SQLSTATE {}): {mend}", code.code())
}
