//! The databases behind the sources: their tables' states, by which a change is noticed, and the moment of each that an
//! ingest reads.

use std::collections::BTreeMap;

use database::{Moment, Session, connect};

use super::error::IngestError;
use super::sources::{Held, Sources};
use super::table::TableSource;

/// The state of each table, by source name.
pub(super) type States = BTreeMap<String, String>;

/// Sessions with the databases that some source reads, by the database's name.
#[derive(Default)]
pub(super) struct Databases {
    sessions: BTreeMap<String, Session>,
    /// What was looked at, for the fingerprint.
    pub(super) states: States,
}

impl Databases {
    /// Looks at every table. Connects to each database once.
    pub(super) async fn look(sources: &Sources) -> Result<Self, IngestError> {
        let mut found = Self::default();
        for (name, source) in &sources.source {
            let Held::Table { database, server, table, changed } = sources.held(name, source)? else {
                continue;
            };
            let failed = |cause| IngestError::database(name, cause);
            if !found.sessions.contains_key(database) {
                found.sessions.insert(database.to_owned(), connect(server).await.map_err(failed)?);
            }
            if let Some(session) = found.sessions.get(database) {
                found.states.insert(name.clone(), session.state(&table, changed).await.map_err(failed)?);
            }
        }
        Ok(found)
    }

    /// The tables, all of one database as of one moment, after that of their states.
    pub(super) async fn tables(
        mut self,
        sources: &Sources,
    ) -> Result<BTreeMap<String, TableSource>, IngestError> {
        let mut moments: BTreeMap<&str, Moment> = BTreeMap::new();
        let mut tables = BTreeMap::new();
        for (name, source) in &sources.source {
            let Held::Table { database, server, table, .. } = sources.held(name, source)? else { continue };
            let failed = |cause| IngestError::database(name, cause);
            if let Some(session) = self.sessions.remove(database) {
                moments.insert(database, session.hold(server).await.map_err(failed)?);
            }
            if let Some(moment) = moments.get(database) {
                let shown = format!("{database}.{table}");
                let found = TableSource::survey(name, shown, moment.clone(), table).await;
                tables.insert(name.clone(), found?);
            }
        }
        Ok(tables)
    }
}
