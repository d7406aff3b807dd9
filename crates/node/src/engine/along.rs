//! The records of a table along its links, as a plan: those of the dataset that is counted, joined with the linked ones by
//! the edges between them, and with the ones that are referred to. Each side is read as the permit lets it be seen, so that
//! a record which may not be counted is as good as not there, whichever side it stands on.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::TableProvider;
use datafusion::common::{Column, DataFusionError, JoinType, Result};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, cast, ident, lit};
use datafusion::scalar::ScalarValue;
use model::path::{Link, Tie};
use model::{Dataset, Tabulation};

use crate::catalogue::{ENTITY, stored_schema};

/// What a dataset's rows are called beside those of the dataset that is counted.
pub(super) fn called(of: Dataset, column: &str) -> String {
    format!("{of}.{column}")
}

/// The columns that a table reads of each dataset on its path.
pub(super) struct Columns<'a> {
    asked: &'a Tabulation,
    named: Vec<&'a str>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(asked: &'a Tabulation) -> Self {
        let mut named: Vec<&str> = asked.by().iter().map(|dimension| dimension.column.as_str()).collect();
        named.extend(asked.measures().iter().filter_map(|measure| measure.column()));
        if let Some(filter) = asked.filter() {
            filter.columns(&mut named);
        }
        Self { asked, named }
    }

    /// Those of one dataset, without its name.
    fn own(&self, dataset: Dataset, besides: &[&'static str]) -> Vec<&'a str> {
        let own = |name: &&'a str| match name.split_once('.') {
            None => (dataset == self.asked.dataset()).then_some(*name),
            Some((of, own)) => (of == dataset.as_str()).then_some(own),
        };
        let mut columns: Vec<&str> = self.named.iter().filter_map(own).collect();
        columns.extend(besides);
        columns.extend(dataset.unit_key());
        columns.push(ENTITY);
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

/// One dataset on a path, as the permit lets it be seen.
pub(super) type Side = Arc<dyn TableProvider>;

/// Plans the records of a table. `side` gives the rows of a dataset that may be seen; nothing where there are none.
/// Nothing where the table has no records at all.
pub(super) fn records(
    asked: &Tabulation,
    side: impl Fn(Dataset) -> Option<Side>,
) -> Result<Option<LogicalPlanBuilder>> {
    let (path, columns) = (asked.path(), Columns::of(asked));
    let own = asked.dataset();
    let keys = |of: Dataset| {
        let refers = path.reference().filter(|link| link.from == of);
        let tied = path.edges().map(|_| of.entity_key());
        let refers = refers.into_iter().flat_map(|link| match link.tie {
            Tie::Reference { column, dataset } => [Some(column), dataset],
            Tie::Edges => [None, None],
        });
        tied.into_iter().chain(refers.flatten()).collect::<Vec<_>>()
    };
    let Some(provider) = side(own) else { return Ok(None) };
    let mut plan = seen(provider, own, &columns.own(own, &keys(own)), str::to_owned)?;
    if let (Some(link), Some(linked)) = (path.edges(), path.linked()) {
        let (Some(edges), Some(others)) = (side(Dataset::Link), side(linked)) else { return Ok(None) };
        let named = |column: &str| called(linked, column);
        let others = seen(others, linked, &columns.own(linked, &keys(linked)), named)?;
        plan = along(plan, own, (edges, link, &columns), others, linked)?;
    }
    if let Some(Link { from, to, tie: Tie::Reference { column, dataset } }) = path.reference() {
        let refers = |column: &str| if *from == own { column.to_owned() } else { called(*from, column) };
        let wanted = columns.own(*to, &[to.entity_key()]);
        plan = match side(*to) {
            Some(provider) => {
                let meant = seen(provider, *to, &wanted, |column| called(*to, column))?;
                let names = dataset.map(|dataset| text(&refers(dataset)).eq(lit(to.as_str())));
                let on = (column_of(&refers(column)), column_of(&called(*to, to.entity_key())));
                plan.join(meant.build()?, JoinType::Left, (vec![on.0], vec![on.1]), names)?
            }
            None => nowhere(plan, *to, &wanted)?,
        };
    }
    Ok(Some(plan))
}

/// The rows of one dataset with these columns under other names.
fn seen(
    provider: Side,
    dataset: Dataset,
    columns: &[&str],
    named: impl Fn(&str) -> String,
) -> Result<LogicalPlanBuilder> {
    let scan = LogicalPlanBuilder::scan(dataset.as_str(), provider_as_source(provider), None)?;
    scan.project(columns.iter().map(|column| ident(*column).alias(named(column))).collect::<Vec<_>>())
}

/// Joins two datasets by the edges between them.
fn along(
    plan: LogicalPlanBuilder,
    own: Dataset,
    (edges, link, columns): (Side, &Link, &Columns<'_>),
    others: LogicalPlanBuilder,
    linked: Dataset,
) -> Result<LogicalPlanBuilder> {
    let ends = ["from_dataset", "from_id", "to_dataset", "to_id"];
    let named = |column: &str| called(Dataset::Link, column);
    let edges = seen(edges, Dataset::Link, &columns.own(Dataset::Link, &ends), named)?;
    let between = text(&named("from_dataset"))
        .eq(lit(link.from.as_str()))
        .and(text(&named("to_dataset")).eq(lit(link.to.as_str())));
    let (near, far) = if link.from == own { ("from_id", "to_id") } else { ("to_id", "from_id") };
    let near = (vec![column_of(own.entity_key())], vec![column_of(&named(near))]);
    let far = (vec![column_of(&named(far))], vec![column_of(&called(linked, linked.entity_key()))]);
    let plan = plan.join(edges.filter(between)?.build()?, JoinType::Inner, near, None)?;
    plan.join(others.build()?, JoinType::Inner, far, None)
}

/// The rows with nothing in the columns of a dataset that none of them can refer to.
fn nowhere(plan: LogicalPlanBuilder, to: Dataset, columns: &[&str]) -> Result<LogicalPlanBuilder> {
    let mut all: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
    let stored = stored_schema(to);
    for column in columns {
        let field = stored.field_with_name(column).map_err(DataFusionError::from)?;
        let nothing = Expr::Literal(ScalarValue::try_from(field.data_type())?, None);
        all.push(nothing.alias(called(to, column)));
    }
    plan.project(all)
}

fn text(column: &str) -> Expr {
    cast(ident(column), DataType::Utf8)
}

fn column_of(name: &str) -> Column {
    Column::from_name(name)
}
