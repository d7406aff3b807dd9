//! Aggregates over released tables: what adds up to a bound says so, what would not is null.

use datafusion::common::ScalarValue;
use datafusion::functions_aggregate::min_max::max_udaf;
use datafusion::logical_expr::expr::{AggregateFunction, AggregateFunctionParams};
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlanBuilder, ident, lit};

use super::{Rewriter, Rewritten, whole};
use crate::Refused;
use crate::expressions::shown;
use crate::judge::lost;
use crate::told::{AT_LEAST, Figure, SUPPRESSED, Told, either};

/// Aggregates of which nothing is left where one of their figures is only a bound.
const STRICT: &[&str] = &["avg", "median", "stddev", "stddev_pop", "var", "var_pop"];

/// A call over several rows: the same one, or the largest, of an expression.
pub(super) trait Over {
    /// The call itself with another first argument.
    fn same(&self, of: Expr) -> Expr;
    /// The largest over the same rows.
    fn largest(&self, of: Expr) -> Expr;
}

/// What a call named `name` over a figure comes to. `put` has an expression reckoned, and gives its column.
pub(super) fn over(
    name: &str,
    figure: &Told,
    call: &dyn Over,
    put: &mut dyn FnMut(Expr) -> Expr,
) -> Result<Told, Refused> {
    let Some(of) = &figure.figure else { return Ok(Told::clear(put(call.same(figure.value.clone())))) };
    let worst = put(call.largest(of.status.clone()));
    let told = put(call.same(figure.value.clone()));
    let uncertain = worst.clone().gt_eq(lit(AT_LEAST));
    let nothing = || Expr::Literal(ScalarValue::Null, None);
    let least = of.least.clone();
    match (name, least) {
        // What was left out can only add to the one and raise the other.
        ("sum" | "max", Some(least)) => {
            let bound = put(call.same(least));
            let none = told.clone().is_null();
            let value = either(uncertain.clone(), either(none.clone(), nothing(), bound.clone())?, told)?;
            let known = either(none, lit(SUPPRESSED), lit(AT_LEAST))?;
            let status = either(uncertain, known, worst)?;
            Ok(Told { value, figure: Some(Figure { status, least: Some(bound) }) })
        }
        ("sum" | "max" | "min", least) => {
            let least = least.filter(|_| name == "min").map(|least| put(call.same(least)));
            let value = either(uncertain, nothing(), told)?;
            Ok(Told { value, figure: Some(Figure { status: lost(worst), least }) })
        }
        (name, _) if STRICT.contains(&name) => {
            let value = either(uncertain, nothing(), told)?;
            Ok(Told { value, figure: Some(Figure { status: lost(worst), least: None }) })
        }
        ("count", _) => Err(Refused::new("count of a figure would leave out the suppressed ones unseen")
            .help("count(*) counts the groups")),
        _ => Err(Refused::new(format!("{name} over figures that a force may suppress is not answered"))
            .help("sum, min, max, avg, median, stddev and var are")),
    }
}

struct Call {
    call: AggregateFunction,
    args: Vec<Expr>,
    filter: Option<Box<Expr>>,
}

impl Over for Call {
    fn same(&self, of: Expr) -> Expr {
        let args = std::iter::once(of).chain(self.args.iter().skip(1).cloned()).collect();
        let params =
            AggregateFunctionParams { args, filter: self.filter.clone(), ..self.call.params.clone() };
        Expr::AggregateFunction(AggregateFunction { func: self.call.func.clone(), params })
    }

    fn largest(&self, of: Expr) -> Expr {
        let params = AggregateFunctionParams {
            args: vec![of],
            filter: self.filter.clone(),
            distinct: false,
            order_by: Vec::new(),
            null_treatment: None,
        };
        Expr::AggregateFunction(AggregateFunction { func: max_udaf(), params })
    }
}

impl Rewriter<'_> {
    pub(super) fn aggregate(&mut self, aggregate: &Aggregate) -> Result<Rewritten, Refused> {
        let input = self.plan(&aggregate.input)?;
        whole(&input, "an aggregate")?;
        let mut groups = Vec::new();
        let mut told = Vec::new();
        for group in &aggregate.group_expr {
            if matches!(group, Expr::GroupingSet(_)) {
                return Err(Refused::new("subtotals of a result are not answered")
                    .help("group by rollup or cube where the records are counted"));
            }
            let name = self.name();
            groups.push(self.clear(&input, group, "a group")?.alias(&name));
            told.push(Told::clear(ident(name)));
        }
        let mut reckoned = Vec::new();
        for expr in &aggregate.aggr_expr {
            let Expr::AggregateFunction(call) = expr.clone().unalias() else {
                return Err(Refused::new(format!("{} is not answered", shown(expr))));
            };
            if !self.touches(&input, expr) {
                let name = self.name();
                reckoned.push(self.mapped(&input, expr)?.unalias().alias(&name));
                told.push(Told::clear(ident(name)));
                continue;
            }
            let params = &call.params;
            let Some((first, rest)) = params.args.split_first() else {
                return Err(Refused::new(format!("{} is not answered", shown(expr))));
            };
            if params.distinct || !params.order_by.is_empty() || params.null_treatment.is_some() {
                return Err(Refused::new(format!(
                    "{} over figures that a force may suppress is not answered",
                    shown(expr)
                )));
            }
            let figure = self.told(&input, first)?;
            let mut args = vec![first.clone()];
            for argument in rest {
                args.push(self.clear(&input, argument, "an argument")?);
            }
            let filter = params.filter.as_deref();
            let filter =
                filter.map(|filter| self.clear(&input, filter, "a filter of an aggregate")).transpose()?;
            let name = call.func.name().to_owned();
            let call = Call { call, args, filter: filter.map(Box::new) };
            told.push(over(&name, &figure, &call, &mut |expr| {
                let name = self.name();
                reckoned.push(expr.alias(&name));
                ident(name)
            })?);
        }
        let reads: Vec<String> = aggregate.group_expr.iter().chain(&aggregate.aggr_expr).map(shown).collect();
        self.step(format!("group and reckon {}", reads.join(", ")));
        let plan = LogicalPlanBuilder::from(input.plan).aggregate(groups, reckoned)?.build()?;
        let below = Rewritten { plan, schema: input.schema, held: Vec::new(), partial: false, ranked: false };
        self.project(below, &told, aggregate.schema.clone())
    }
}
