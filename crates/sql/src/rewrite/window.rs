//! Window functions over released tables: figures of other rows come with what is known of them, and no figure that a force
//! may suppress decides on a rank.

use datafusion::functions_aggregate::min_max::max_udaf;
use datafusion::logical_expr::expr::{WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, SortExpr, Window, WindowFunctionDefinition, ident};

use super::aggregate::{Over, over};
use super::{Rewriter, Rewritten, whole};
use crate::Refused;
use crate::expressions::shown;
use crate::told::{Figure, Told};

/// Functions that give another row's value as it is.
const ELSEWHERE: &[&str] = &["lag", "lead", "first_value", "last_value", "nth_value"];

struct Call {
    fun: WindowFunctionDefinition,
    params: WindowFunctionParams,
}

impl Call {
    fn of(&self, fun: WindowFunctionDefinition, args: Vec<Expr>) -> Expr {
        let params = WindowFunctionParams { args, ..self.params.clone() };
        Expr::WindowFunction(Box::new(WindowFunction { fun, params }))
    }
}

impl Over for Call {
    fn same(&self, of: Expr) -> Expr {
        let args = std::iter::once(of).chain(self.params.args.iter().skip(1).cloned()).collect();
        self.of(self.fun.clone(), args)
    }

    fn largest(&self, of: Expr) -> Expr {
        self.of(WindowFunctionDefinition::AggregateUDF(max_udaf()), vec![of])
    }
}

impl Rewriter<'_> {
    pub(super) fn window(&mut self, window: &Window) -> Result<Rewritten, Refused> {
        let input = self.plan(&window.input)?;
        whole(&input, "a window")?;
        let mut told: Vec<Told> = input.held.iter().map(super::Held::told).collect();
        let mut reckoned = Vec::new();
        for expr in &window.window_expr {
            let Expr::WindowFunction(call) = expr.clone().unalias() else {
                return Err(Refused::new(format!("{} is not answered", shown(expr))));
            };
            let WindowFunction { fun, params } = *call;
            let name = fun.name().to_owned();
            let clear = |this: &mut Self, expr: &Expr, what: &str| this.clear(&input, expr, what);
            let partition_by = params.partition_by.iter().map(|expr| clear(self, expr, "a partition"));
            let partition_by = partition_by.collect::<Result<Vec<_>, _>>()?;
            let mut order_by = Vec::with_capacity(params.order_by.len());
            for key in &params.order_by {
                let expr = self.clear(&input, &key.expr, &format!("the order of {name}"))?;
                order_by.push(SortExpr { expr, ..key.clone() });
            }
            let filter = match &params.filter {
                Some(filter) => Some(Box::new(self.clear(&input, filter, "a filter of a window")?)),
                None => None,
            };
            let figure = match params.args.first() {
                Some(first) if self.touches(&input, first) => Some(self.told(&input, first)?),
                _ => None,
            };
            let from = usize::from(figure.is_some());
            let mut args: Vec<Expr> = params.args.iter().take(from).cloned().collect();
            for argument in params.args.iter().skip(from) {
                args.push(self.clear(&input, argument, &name)?);
            }
            if figure.is_some() && (params.distinct || params.null_treatment.is_some()) {
                return Err(Refused::new(format!(
                    "{name} can't pass over figures that a force may suppress"
                )));
            }
            let params = WindowFunctionParams { args, partition_by, order_by, filter, ..params };
            let call = Call { fun, params };
            let mut put = |expr: Expr| {
                let name = self.name();
                reckoned.push(expr.alias(&name));
                ident(name)
            };
            told.push(match figure {
                None => Told::clear(put(call.of(call.fun.clone(), call.params.args.clone()))),
                Some(figure) if ELSEWHERE.contains(&name.as_str()) => elsewhere(&figure, &call, &mut put),
                Some(figure) => over(&name, &figure, &call, &mut put)?,
            });
        }
        let reads: Vec<String> = window.window_expr.iter().map(shown).collect();
        self.step(format!("reckon over windows {}", reads.join(", ")));
        let plan = LogicalPlanBuilder::from(input.plan).window(reckoned)?.build()?;
        self.project(Rewritten { plan, ranked: false, ..input }, &told, window.schema.clone())
    }
}

/// The figure of another row, and what is known of it there. Where there is no such row a value that stands in the statement
/// may take its place.
fn elsewhere(figure: &Told, call: &Call, put: &mut dyn FnMut(Expr) -> Expr) -> Told {
    let value = put(call.same(figure.value.clone()));
    let bare = |of: Expr| {
        let args = std::iter::once(of).chain(call.params.args.iter().skip(1).take(1).cloned()).collect();
        call.of(call.fun.clone(), args)
    };
    let figure = figure.figure.as_ref().map(|figure| Figure {
        status: put(bare(figure.status.clone())),
        least: figure.least.clone().map(|least| put(call.same(least))),
    });
    Told { value, figure }
}
