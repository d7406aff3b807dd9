//! A planned statement with every aggregate over records in it replaced by a released table, and each figure followed by what
//! is known of it, so that nothing that may be suppressed can come out as a number.
//!
//! Each column of the rewritten plan has a name of its own. A figure is carried by up to three: its value, its status
//! ([`crate::told`]), and the least that it can be. Rows that were dropped because a figure is not known make the rest *partial*:
//! such rows may be shown, not counted or added up.

use std::sync::Arc;

use datafusion::common::{Column, DFSchemaRef};
use datafusion::datasource::provider_as_source;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan, LogicalPlanBuilder, ident, lit};

use crate::Refused;
use crate::base::{Base, dataset};
use crate::expressions::{shown, sorted};
use crate::question::TypedQuestion;
use crate::release::Released;
use crate::told::{Figure, Told};

mod aggregate;
mod ask;
mod expression;
mod join;
mod window;

/// Most questions that one statement may come to.
const QUESTIONS_MAX: usize = 16;

/// Said where figures are compared or ranked.
const NOTE: &str =
    "rows whose figures are suppressed can't be compared, and are left out where the statement compares them";

/// Where the columns of one field stand in the rewritten plan.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) value: String,
    pub(crate) status: Option<String>,
    pub(crate) least: Option<String>,
}

impl Held {
    fn told(&self) -> Told {
        let figure = self
            .status
            .as_ref()
            .map(|status| Figure { status: ident(status), least: self.least.as_ref().map(ident) });
        Told { value: ident(&self.value), figure }
    }
}

/// A rewritten plan beside the fields of the original.
pub(crate) struct Rewritten {
    pub(crate) plan: LogicalPlan,
    /// The fields of the original plan.
    schema: DFSchemaRef,
    /// Where each of them stands.
    pub(crate) held: Vec<Held>,
    /// Whether rows are missing because a figure is not known.
    partial: bool,
    /// Whether the rows stand in the order of a figure.
    ranked: bool,
}

/// Rewrites the plan of one statement.
pub(crate) struct Rewriter<'a> {
    state: &'a SessionState,
    names: usize,
    pub(crate) questions: Vec<TypedQuestion>,
    pub(crate) released: Vec<Arc<Released>>,
    /// What a reader has to know of the result.
    pub(crate) notes: Vec<&'static str>,
    /// What is done here once the forces have answered.
    pub(crate) steps: Vec<String>,
}

impl<'a> Rewriter<'a> {
    pub(crate) fn new(state: &'a SessionState) -> Self {
        Self {
            state,
            names: 0,
            questions: Vec::new(),
            released: Vec::new(),
            notes: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("c{}", self.names)
    }

    fn step(&mut self, what: impl Into<String>) {
        self.steps.push(what.into());
    }

    fn note(&mut self) {
        if !self.notes.contains(&NOTE) {
            self.notes.push(NOTE);
        }
    }

    /// Rewrites a plan and all below it.
    pub(crate) fn plan(&mut self, plan: &LogicalPlan) -> Result<Rewritten, Refused> {
        match plan {
            LogicalPlan::Aggregate(aggregate) => match Base::of(&aggregate.input)? {
                Some(base) => self.ask(&base, &aggregate.group_expr, &aggregate.aggr_expr, &aggregate.schema),
                None => self.aggregate(aggregate),
            },
            LogicalPlan::Distinct(Distinct::All(input)) => match Base::of(input)? {
                // Which groups there are is what a table without figures would tell.
                Some(base) => {
                    let fields = input.schema().columns().into_iter().map(Expr::Column).collect::<Vec<_>>();
                    self.ask(&base, &fields, &[], input.schema())
                }
                None => self.distinct(input),
            },
            LogicalPlan::TableScan(scan) => Err(match dataset(scan) {
                Some(dataset) => Refused::records(format!("records of {dataset} can't be listed")),
                None => Refused::new(format!("there is no table {}", scan.table_name)),
            }),
            LogicalPlan::SubqueryAlias(alias) => {
                Ok(Rewritten { schema: alias.schema.clone(), ..self.plan(&alias.input)? })
            }
            LogicalPlan::Projection(projection) => {
                if let Some(base) = Base::of(&projection.input)? {
                    return Err(self.listed(&base, &projection.expr));
                }
                let input = self.plan(&projection.input)?;
                let told = projection
                    .expr
                    .iter()
                    .map(|expr| self.told(&input, expr))
                    .collect::<Result<Vec<_>, _>>()?;
                self.project(input, &told, projection.schema.clone())
            }
            LogicalPlan::Filter(filter) => {
                let input = self.plan(&filter.input)?;
                let told = self.told(&input, &filter.predicate)?;
                self.step(format!("keep rows where {}", shown(&filter.predicate)));
                let partial = input.partial || told.figure.is_some();
                if told.figure.is_some() {
                    self.note();
                }
                let plan = LogicalPlanBuilder::from(input.plan).filter(told.value)?.build()?;
                Ok(Rewritten { plan, partial, ..input })
            }
            LogicalPlan::Sort(sort) => {
                let mut input = self.plan(&sort.input)?;
                let mut keys = Vec::with_capacity(sort.expr.len());
                for key in &sort.expr {
                    let told = self.told(&input, &key.expr)?;
                    input.ranked |= told.figure.is_some();
                    keys.push(told.value.sort(key.asc, key.nulls_first));
                }
                let keys_shown: Vec<String> = sort.expr.iter().map(sorted).collect();
                self.step(format!("order by {}", keys_shown.join(", ")));
                if input.ranked && sort.fetch.is_some() {
                    input.partial = true;
                    self.note();
                }
                let plan = LogicalPlanBuilder::from(input.plan).sort_with_limit(keys, sort.fetch)?.build()?;
                Ok(Rewritten { plan, ..input })
            }
            LogicalPlan::Limit(limit) => {
                let input = self.plan(&limit.input)?;
                let [skip, fetch] = [&limit.skip, &limit.fetch].map(|expr| expr.as_deref().cloned());
                for number in [&skip, &fetch].into_iter().flatten() {
                    if crate::constant::constant(self.state, number).is_none() {
                        return Err(Refused::new(format!(
                            "{}: a limit must be a number that is written down",
                            shown(number)
                        )));
                    }
                }
                let bound = |word: &str, number: &Option<Expr>| {
                    number.as_ref().map(|number| format!("{word} {}", shown(number)))
                };
                let words: Vec<String> =
                    [bound("limit", &fetch), bound("offset", &skip)].into_iter().flatten().collect();
                self.step(words.join(" "));
                if input.ranked {
                    self.note();
                }
                let partial = input.partial || input.ranked;
                let plan = LogicalPlanBuilder::from(input.plan).limit_by_expr(skip, fetch)?.build()?;
                Ok(Rewritten { plan, partial, ..input })
            }
            LogicalPlan::Join(join) => self.join(join),
            LogicalPlan::Union(union) => self.union(union),
            LogicalPlan::Window(window) => {
                if Base::of(&window.input)?.is_some() {
                    return Err(Refused::records("a window over records would list them"));
                }
                self.window(window)
            }
            LogicalPlan::EmptyRelation(_) | LogicalPlan::Values(_) => self.given(plan),
            LogicalPlan::RecursiveQuery(_) => Err(Refused::new("a recursive with is not answered")),
            LogicalPlan::Unnest(_) => Err(Refused::new("unnest is not answered")),
            LogicalPlan::Distinct(Distinct::On(_)) => {
                Err(Refused::new("distinct on is not answered").help("group by what must be distinct"))
            }
            other => Err(Refused::new(format!("{} is not answered", other.display()))
                .help("write one select, with whatever selects it needs inside")),
        }
    }

    /// What is wrong with listing these of a base.
    fn listed(&self, base: &Base, shown: &[Expr]) -> Refused {
        let records = Refused::records(format!("records of {} can't be listed", base.dataset));
        let all = shown.len() > base.dataset.columns().count();
        for expr in shown.iter().filter(|_| !all) {
            let Ok(told) = base.told(expr) else { continue };
            if let Err(refused) = crate::translate::dimension::grouping(self.state, base.dataset, &[told])
                && refused.help.as_ref() == records.help.as_ref()
            {
                return refused;
            }
        }
        records
    }

    /// A table that stands in the statement itself.
    fn given(&mut self, plan: &LogicalPlan) -> Result<Rewritten, Refused> {
        let names: Vec<String> = plan.schema().fields().iter().map(|_| self.name()).collect();
        let held: Vec<Held> =
            names.iter().map(|name| Held { value: name.clone(), status: None, least: None }).collect();
        let columns = plan.schema().columns().into_iter().zip(&names);
        let renamed: Vec<Expr> = columns.map(|(column, name)| Expr::Column(column).alias(name)).collect();
        let builder = LogicalPlanBuilder::from(plan.clone());
        let rewritten =
            if renamed.is_empty() { builder.build()? } else { builder.project(renamed)?.build()? };
        Ok(Rewritten { plan: rewritten, schema: plan.schema().clone(), held, partial: false, ranked: false })
    }

    /// Puts told expressions over `input` in place of its fields.
    fn project(
        &mut self,
        input: Rewritten,
        told: &[Told],
        schema: DFSchemaRef,
    ) -> Result<Rewritten, Refused> {
        let mut columns = Vec::new();
        let mut held = Vec::with_capacity(told.len());
        for one in told {
            let mut put = |expr: Expr| {
                self.names += 1;
                let name = format!("c{}", self.names);
                columns.push(expr.alias(&name));
                name
            };
            held.push(Held {
                value: put(one.value.clone()),
                status: one.figure.as_ref().map(|figure| put(figure.status.clone())),
                least: one.figure.as_ref().and_then(|figure| figure.least.clone()).map(put),
            });
        }
        let plan = LogicalPlanBuilder::from(input.plan).project(columns)?.build()?;
        Ok(Rewritten { plan, schema, held, ..input })
    }

    fn distinct(&mut self, input: &LogicalPlan) -> Result<Rewritten, Refused> {
        let input = self.plan(input)?;
        if input.held.iter().any(|held| held.status.is_some()) {
            return Err(Refused::new("rows with figures can't be told apart where figures are suppressed")
                .help("leave out distinct, or write `union all`"));
        }
        self.step("keep each row once");
        let plan = LogicalPlanBuilder::from(input.plan).distinct()?.build()?;
        Ok(Rewritten { plan, ranked: false, ..input })
    }

    /// The rewritten plan with the columns of a result: for each field its value, and where it is a figure its status.
    pub(crate) fn result(
        &mut self,
        rewritten: Rewritten,
    ) -> Result<(LogicalPlan, Vec<(String, bool)>), Refused> {
        let fields = rewritten.schema.fields().iter().zip(&rewritten.held);
        let columns = fields.map(|(field, held)| (field.name().clone(), held.status.is_some())).collect();
        let exprs: Vec<Expr> = rewritten
            .held
            .iter()
            .flat_map(|held| [Some(held.value.clone()), held.status.clone()])
            .flatten()
            .enumerate()
            .map(|(at, name)| ident(name).alias(format!("r{at}")))
            .collect();
        Ok((LogicalPlanBuilder::from(rewritten.plan).project(exprs)?.build()?, columns))
    }

    /// A scan of a released table.
    fn scan(&mut self, released: Released) -> Result<LogicalPlan, Refused> {
        let released = Arc::new(released);
        self.released.push(released.clone());
        let name = format!("release{}", self.released.len());
        Ok(LogicalPlanBuilder::scan(name, provider_as_source(released), None)?.build()?)
    }
}

/// Makes sure that rows are all there before they are counted or added up.
fn whole(input: &Rewritten, what: &str) -> Result<(), Refused> {
    if input.partial {
        return Err(Refused::new(format!(
            "{what} over rows that were picked by their figures would leave out the suppressed ones unseen"
        ))
        .help("compare figures last"));
    }
    Ok(())
}

/// The field of a plan that a column names.
fn place(input: &Rewritten, column: &Column) -> Result<usize, Refused> {
    Ok(input.schema.index_of_column(column)?)
}

/// A status that says that a value is what it is.
fn certain() -> Expr {
    lit(crate::told::EXACT)
}
