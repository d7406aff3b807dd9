//! What filters leave unread: set against the same rows in memory, and counted.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::util::pretty::pretty_format_batches;
use datafusion::catalog::MemTable;
use datafusion::physical_plan::collect;
use datafusion::prelude::{SessionConfig, SessionContext};
use proptest::prelude::{Just, Strategy, prop_oneof};

use super::super::mount::Mount;

/// A source called `rows` beside a copy of all its rows in memory.
pub(super) struct Beside {
    source: SessionContext,
    copy: SessionContext,
    /// How many rows there are.
    pub(super) all: usize,
}

impl Beside {
    pub(super) async fn of(mount: Mount) -> Self {
        let (source, copy) = (session(), session());
        let rows = all(&mount).await;
        let table = MemTable::try_new(rows[0].schema(), vec![rows.clone()]).unwrap();
        source.register_table("rows", Arc::new(mount)).unwrap();
        copy.register_table("rows", Arc::new(table)).unwrap();
        Self { source, copy, all: number(&rows) }
    }

    /// What a statement tells of either, or why it can't.
    pub(super) async fn both(&self, statement: &str) -> [Result<String, String>; 2] {
        [told(&self.source, statement).await, told(&self.copy, statement).await]
    }

    /// How many rows are read for a filter.
    pub(super) async fn read(&self, filter: &str) -> usize {
        let plan = self.source.sql(&format!("select * from rows where {filter}")).await.unwrap();
        let mut leaf = plan.create_physical_plan().await.unwrap();
        while let Some(&child) = leaf.children().first() {
            leaf = child.clone();
        }
        number(&collect(leaf, self.source.task_ctx()).await.unwrap())
    }
}

/// One partition, so that rows keep their order.
fn session() -> SessionContext {
    SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1))
}

/// Filters made of these and of one another.
pub(super) fn combined(leaf: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), prop_oneof![Just("and"), Just("or")], inner.clone())
                .prop_map(|(one, op, other)| format!("({one} {op} {other})")),
            inner.prop_map(|one| format!("not ({one})")),
        ]
    })
}

/// How two values may compare.
pub(super) fn comparison() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("="), Just("<>"), Just("<"), Just("<="), Just(">"), Just(">=")]
}

/// All rows of a source.
pub(super) async fn all(mount: &Mount) -> Vec<RecordBatch> {
    session().read_table(Arc::new(mount.clone())).unwrap().collect().await.unwrap()
}

pub(super) fn number(rows: &[RecordBatch]) -> usize {
    rows.iter().map(RecordBatch::num_rows).sum()
}

async fn told(session: &SessionContext, statement: &str) -> Result<String, String> {
    let rows = async { session.sql(statement).await?.collect().await };
    let rows = rows.await.map_err(|error| error.to_string())?;
    Ok(pretty_format_batches(&rows).unwrap().to_string())
}
