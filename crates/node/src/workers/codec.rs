//! How a plan travels to a worker: what is read is named by its dataset, its columns and the labels that are admitted, and the
//! worker reads that from files of its own. No plan names a file.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Result, plan_err};
use datafusion::datasource::sink::DataSinkExec;
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::placeholder_row::PlaceholderRowExec;
use datafusion_distributed::{NetworkBoundaryExt, WorkerPlanRewriteEvent, WorkerPlanRewriteEventResponse};
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use crate::engine::{Divided, Reading, Records};

/// Most parts that one process reads of a dataset, so that no message makes a worker plan without end.
const PARTS_MAX: usize = 1 << 10;

/// Writes what is read of records, and reads it again over the records of one snapshot.
pub(super) struct Codec(Option<Arc<Records>>);

impl Codec {
    /// The end that sends plans.
    pub(super) fn sending() -> Self {
        Self(None)
    }

    /// The end that runs plans over these records.
    pub(super) fn over(records: Arc<Records>) -> Self {
        Self(Some(records))
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Codec")
    }
}

impl PhysicalExtensionCodec for Codec {
    fn try_decode(
        &self,
        bytes: &[u8],
        _: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Ok(reading) = postcard::from_bytes::<Reading>(bytes) else {
            return plan_err!("what is to be read can't be understood");
        };
        let table = self.0.as_ref().and_then(|records| records.table(reading.dataset));
        let Some(table) = table.filter(|_| reading.parts <= PARTS_MAX) else {
            return plan_err!("there is nothing to read here");
        };
        Ok(Arc::new(Divided::new(table.clone(), reading)?))
    }

    fn try_encode(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        match plan.downcast_ref::<Divided>().map(|divided| postcard::to_allocvec(divided.reading())) {
            Some(Ok(written)) => bytes.extend(written),
            _ => return plan_err!("a plan reads something else than records"),
        }
        Ok(())
    }
}

/// Lets a plan pass that reads nothing but a snapshot's records and what other workers send, and writes nothing.
pub(super) fn harmless(event: WorkerPlanRewriteEvent<'_>) -> Result<WorkerPlanRewriteEventResponse> {
    event.plan.apply(|plan| {
        let reads = plan.children().is_empty();
        let known = plan.downcast_ref::<Divided>().is_some()
            || plan.downcast_ref::<EmptyExec>().is_some()
            || plan.downcast_ref::<PlaceholderRowExec>().is_some()
            || plan.is_network_boundary();
        if (reads && !known) || plan.downcast_ref::<DataSinkExec>().is_some() {
            return plan_err!("a worker reads records and writes nothing");
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(WorkerPlanRewriteEventResponse::new(event.plan))
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::{ParquetReadOptions, SessionContext};
    use model::Dataset;

    use super::*;

    #[tokio::test]
    async fn a_plan_that_reads_anything_else_or_writes_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
        let context = SessionContext::new();
        for name in ["records.parquet", "others.csv"] {
            let sql = format!("copy (select 1 as one) to '{}'", path(name));
            let written = context.sql(&sql).await.unwrap();
            assert!(refused(written.clone().create_physical_plan().await.unwrap()), "{sql}");
            written.collect().await.unwrap();
        }
        context
            .register_parquet("records", path("records.parquet"), ParquetReadOptions::default())
            .await
            .unwrap();
        context.register_csv("others", path("others.csv"), Default::default()).await.unwrap();
        for (sql, is_refused) in [
            ("select count(*) from records where one > 0", true),
            ("select one from records union all select 2", true),
            ("select count(*) from others where one > 0", true),
            ("select * from generate_series(1, 9)", true),
            ("select 1", false),
            ("select 1 where false", false),
        ] {
            let plan = context.sql(sql).await.unwrap().create_physical_plan().await.unwrap();
            assert_eq!(refused(plan), is_refused, "{sql}");
        }
    }

    fn refused(plan: Arc<dyn ExecutionPlan>) -> bool {
        let session_config = &datafusion::prelude::SessionConfig::new();
        harmless(WorkerPlanRewriteEvent { plan, session_config }).is_err()
    }

    #[test]
    fn what_is_read_travels_whole_and_other_bytes_are_refused() {
        let reading = Reading {
            dataset: Dataset::Person,
            columns: Some(vec![3, 1]),
            labels: [7, 9].map(model::LabelId).into(),
            first: 2,
            parts: 2,
            of: 8,
        };
        let bytes = postcard::to_allocvec(&reading).unwrap();
        assert_eq!(postcard::from_bytes::<Reading>(&bytes).unwrap(), reading);
        for end in 0..bytes.len() {
            assert!(postcard::from_bytes::<Reading>(&bytes[..end]).is_err(), "{end} bytes");
        }
    }
}
