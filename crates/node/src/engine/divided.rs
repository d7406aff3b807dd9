//! The rows of a dataset that a permit admits, divided into parts that together hold each of them once. A plan in which records
//! are read so can be run by several processes, each over its own copy of the same files.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties, StatisticsArgs,
};
use model::{Dataset, LabelId};

use super::admitted::Part;
use super::records::Table;

/// What is read: everything but the files, which each process has itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Reading {
    /// The dataset.
    pub(crate) dataset: Dataset,
    /// Its columns, by their places; all of them where none are named.
    pub(crate) columns: Option<Vec<usize>>,
    /// The labels of the rows that are admitted.
    pub(crate) labels: BTreeSet<LabelId>,
    /// The first part that is read here, one for each partition.
    pub(crate) first: usize,
    /// How many parts are read here.
    pub(crate) parts: usize,
    /// How many parts there are.
    pub(crate) of: usize,
}

/// Reads parts of a dataset.
#[derive(Debug)]
pub(crate) struct Divided {
    reading: Reading,
    table: Arc<Table>,
    scan: Arc<dyn ExecutionPlan>,
}

impl Divided {
    /// Reads so from a table.
    pub(crate) fn new(table: Arc<Table>, reading: Reading) -> Result<Self> {
        let parts = reading.first..reading.first.saturating_add(reading.parts);
        let parts = parts.map(|at| Part { at, of: reading.of });
        let scan = table.scan(reading.columns.as_ref(), &reading.labels, parts)?;
        Ok(Self { reading, table, scan })
    }

    /// What is read.
    pub(crate) fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The same rows divided among so many processes, each with as many parts as this has.
    pub(crate) fn among(&self, processes: usize) -> Result<Vec<Arc<dyn ExecutionPlan>>> {
        let share = |at: usize| {
            let Reading { parts, .. } = self.reading;
            let reading = Reading { first: at * parts, of: processes * parts, ..self.reading.clone() };
            Ok(Arc::new(Self::new(self.table.clone(), reading)?) as Arc<dyn ExecutionPlan>)
        };
        (0..processes).map(share).collect()
    }
}

impl DisplayAs for Divided {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reading { dataset, first, parts, of, .. } = &self.reading;
        write!(f, "Divided: {dataset}, {parts} parts from {first} of {of}")
    }
}

impl ExecutionPlan for Divided {
    fn name(&self) -> &'static str {
        "Divided"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.scan.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.scan.execute(partition, context)
    }

    fn metrics(&self) -> Option<MetricsSet> {
        self.scan.metrics()
    }

    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        arguments: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        self.scan.statistics_from_inputs(inputs, arguments)
    }
}
