//! The part of a plan that speaks of records: filters and plain projections over one dataset, or over several that are joined
//! along declared links. What stands above it as an aggregate becomes a question.

use datafusion::common::DFSchemaRef;
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::{Expr, LogicalPlan, TableScan};
use model::Dataset;

use crate::Refused;
use crate::along::joined;
use crate::catalogue::Federated;
use crate::expressions::replaced;

/// Records, filtered and told in other words, but still records.
pub(crate) struct Base {
    /// The dataset that is counted; of joined ones the first, until it is settled which.
    pub(crate) dataset: Dataset,
    /// The datasets whose records meet, in the order of the statement.
    pub(crate) datasets: Vec<Dataset>,
    /// Those of them that need not be there: what an outer join leads to.
    pub(crate) optional: Vec<Dataset>,
    /// The dataset at the other end of the edges that are followed, once it is settled.
    pub(crate) linked: Option<Dataset>,
    /// What each field of the plan is, over the columns of the dataset; of joined ones, over columns with their dataset's name
    /// before them.
    pub(crate) columns: Vec<Expr>,
    pub(crate) schema: DFSchemaRef,
    /// What a record must fulfil, over the same columns.
    pub(crate) filters: Vec<Expr>,
}

impl Base {
    /// Reads a plan that speaks of records; nothing of one that does not.
    pub(crate) fn of(plan: &LogicalPlan) -> Result<Option<Self>, Refused> {
        Ok(match plan {
            LogicalPlan::TableScan(scan) => dataset(scan).map(|dataset| {
                let columns = scan.projected_schema.fields().iter();
                Self {
                    dataset,
                    datasets: vec![dataset],
                    optional: Vec::new(),
                    linked: None,
                    columns: columns.map(|field| Expr::Column(field.name().clone().into())).collect(),
                    schema: scan.projected_schema.clone(),
                    filters: scan.filters.clone(),
                }
            }),
            LogicalPlan::SubqueryAlias(alias) => {
                Self::of(&alias.input)?.map(|base| Self { schema: alias.schema.clone(), ..base })
            }
            LogicalPlan::Filter(filter) => match Self::of(&filter.input)? {
                Some(mut base) => {
                    base.filters.push(base.told(&filter.predicate)?);
                    Some(base)
                }
                None => None,
            },
            LogicalPlan::Projection(projection) => match Self::of(&projection.input)? {
                Some(base) => {
                    let told = |expr: &Expr| base.told(expr).map(Expr::unalias);
                    let columns = projection.expr.iter().map(told).collect::<Result<_, _>>()?;
                    Some(Self { columns, schema: projection.schema.clone(), ..base })
                }
                None => None,
            },
            LogicalPlan::Join(join) => match (Self::of(&join.left)?, Self::of(&join.right)?) {
                (Some(left), Some(right)) => Some(joined(join, left, right)?),
                _ => None,
            },
            // An order of records is nothing that a figure shows.
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => Self::of(&sort.input)?,
            _ => None,
        })
    }

    /// An expression over the plan's fields, over the dataset's own columns.
    pub(crate) fn told(&self, expr: &Expr) -> Result<Expr, Refused> {
        replaced(expr, |column| {
            let at = self.schema.index_of_column(column)?;
            Ok(self.columns.get(at).cloned().unwrap_or_else(|| Expr::Column(column.clone())))
        })
    }
}

/// The dataset behind a scan of a federated table.
pub(crate) fn dataset(scan: &TableScan) -> Option<Dataset> {
    let provider = source_as_provider(&scan.source).ok()?;
    provider.downcast_ref::<Federated>().map(|federated| federated.dataset)
}
