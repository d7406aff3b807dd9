//! Expressions over released tables. What depends on a figure that a force may suppress is null where that is, and says so;
//! what could tell such a null from another value, or put a number in its place, is refused.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::{InSubquery, ScalarFunction};
use datafusion::logical_expr::{
    BinaryExpr, Cast, Expr, LogicalPlan, LogicalPlanBuilder, Operator, Subquery, ident, lit,
};
use std::sync::Arc;

use super::{Rewriter, Rewritten, place, whole};
use crate::Refused;
use crate::constant::constant;
use crate::expressions::{any, replaced, shown};
use crate::judge::{self, STATUS};
use crate::told::{AT_LEAST, Figure, Told, either};

/// Most operations on figures in one expression: each carries what is known of its parts along.
const OPERATIONS_MAX: usize = 50;

/// Functions that grow with their first argument.
const GROWING: &[&str] = &["round", "floor", "ceil", "trunc"];
/// Functions that are null where an argument is.
const STRICT: &[&str] = &["abs", "exp", "ln", "log10", "power", "sqrt"];

impl Rewriter<'_> {
    /// An expression over the fields of `input`.
    pub(super) fn told(&mut self, input: &Rewritten, expr: &Expr) -> Result<Told, Refused> {
        if any(expr, |part| matches!(part, Expr::OuterReferenceColumn(..))) {
            return Err(Refused::new("a select inside that looks at the row outside is not answered")
                .help("join the two instead"));
        }
        if !self.touches(input, expr) {
            return Ok(Told::clear(self.mapped(input, expr)?));
        }
        let operations = std::cell::Cell::new(0_usize);
        any(expr, |part| {
            operations
                .set(operations.get() + usize::from(!matches!(part, Expr::Column(_) | Expr::Literal(..))));
            false
        });
        if operations.get() > OPERATIONS_MAX {
            return Err(Refused::new(format!(
                "more than {OPERATIONS_MAX} operations on figures in one expression"
            ))
            .help("take them in steps, with a select inside"));
        }
        match expr {
            Expr::Alias(alias) => self.told(input, &alias.expr),
            Expr::Column(column) => {
                let held = input.held.get(place(input, column)?);
                held.map(super::Held::told)
                    .ok_or_else(|| Refused::new(format!("there is no column {column}")))
            }
            Expr::Cast(cast) => {
                let inner = self.told(input, &cast.expr)?;
                let field = cast.field.clone();
                let put = |inner: Expr| Expr::Cast(Cast { expr: Box::new(inner), field: field.clone() });
                if field.data_type().is_numeric() { Ok(inner.growing(put)) } else { Ok(inner.through(put)) }
            }
            Expr::Negative(inner) => {
                Ok(self.told(input, inner)?.through(|inner| Expr::Negative(Box::new(inner))))
            }
            Expr::Not(inner) => {
                let inner = self.told(input, inner)?;
                let status = inner.figure.clone().map(|figure| figure.status);
                Ok(Told::truth(Expr::Not(Box::new(inner.value)), status))
            }
            Expr::Between(between) => {
                let at_least = self.compared(input, &between.expr, Operator::GtEq, &between.low)?;
                let at_most = self.compared(input, &between.expr, Operator::LtEq, &between.high)?;
                let both = Told::truth(
                    at_least.value.clone().and(at_most.value.clone()),
                    at_least.status_with(&at_most),
                );
                if !between.negated {
                    return Ok(both);
                }
                Ok(Told::truth(Expr::Not(Box::new(both.value)), both.figure.map(|figure| figure.status)))
            }
            Expr::InList(list) => {
                let held = self.told(input, &list.expr)?;
                let mut values = Vec::with_capacity(list.list.len());
                for value in &list.list {
                    values.push(self.clear(input, value, "a list of values")?);
                }
                let status = held.figure.as_ref().map(|figure| figure.status.clone());
                Ok(Told::truth(held.strict().in_list(values, list.negated), status))
            }
            Expr::BinaryExpr(binary) => self.binary(input, binary),
            Expr::ScalarFunction(call) => self.call(input, call),
            Expr::ScalarSubquery(subquery) => self.subquery(subquery),
            Expr::InSubquery(within) => self.within(input, within),
            Expr::Exists(_) | Expr::SetComparison(_) => {
                Err(Refused::new("exists, any and all are not answered").help("join the two instead"))
            }
            other => Err(passes(other)),
        }
    }

    /// An expression that must not depend on a figure.
    pub(super) fn clear(&mut self, input: &Rewritten, expr: &Expr, what: &str) -> Result<Expr, Refused> {
        let told = self.told(input, expr)?;
        if told.figure.is_some() {
            return Err(Refused::new(format!(
                "{what} can't hang on {}, a figure that a force may suppress",
                shown(expr)
            )));
        }
        Ok(told.value)
    }

    /// Whether an expression has anything to do with a figure or another select.
    pub(super) fn touches(&self, input: &Rewritten, expr: &Expr) -> bool {
        any(expr, |part| match part {
            Expr::Column(column) => {
                let held = place(input, column).ok().and_then(|at| input.held.get(at));
                held.is_some_and(|held| held.status.is_some())
            }
            Expr::ScalarSubquery(_) | Expr::InSubquery(_) | Expr::Exists(_) | Expr::SetComparison(_) => true,
            _ => false,
        })
    }

    /// An expression that depends on no figure, over the columns of the rewritten plan.
    pub(super) fn mapped(&self, input: &Rewritten, expr: &Expr) -> Result<Expr, Refused> {
        if any(expr, |part| matches!(part, Expr::Placeholder(_))) {
            return Err(Refused::new("values of parameters were not given"));
        }
        replaced(expr, |column| {
            let held = input.held.get(place(input, column)?);
            held.map(|held| ident(&held.value))
                .ok_or_else(|| Refused::new(format!("there is no column {column}")))
        })
    }

    fn binary(&mut self, input: &Rewritten, binary: &BinaryExpr) -> Result<Told, Refused> {
        let BinaryExpr { left, op, right } = binary;
        let op = *op;
        let put = move |one: Expr, other: Expr| {
            Expr::BinaryExpr(BinaryExpr { left: Box::new(one), op, right: Box::new(other) })
        };
        match op {
            Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq => {
                return self.compared(input, left, op, right);
            }
            _ => {}
        }
        let (one, other) = (self.told(input, left)?, self.told(input, right)?);
        match op {
            Operator::And | Operator::Or => {
                let status = one.status_with(&other);
                Ok(Told::truth(put(one.value, other.value), status))
            }
            Operator::Plus => Ok(one.grown_with(&other, put)),
            Operator::Minus if other.figure.is_none() => {
                let by = other.value;
                Ok(one.growing(|one| put(one, by.clone())))
            }
            Operator::Multiply if self.positive(right) => {
                let by = other.value;
                Ok(one.growing(|one| put(one, by.clone())))
            }
            Operator::Multiply if self.positive(left) => {
                let by = one.value;
                Ok(other.growing(|other| put(by.clone(), other)))
            }
            Operator::Divide if self.positive(right) => {
                let by = other.value;
                Ok(one.growing(|one| put(one, by.clone())))
            }
            Operator::Minus | Operator::Multiply | Operator::Divide | Operator::Modulo => {
                Ok(one.with(&other, put))
            }
            _ => Err(passes(&Expr::BinaryExpr(binary.clone()))),
        }
    }

    /// Whether an expression is a number above zero, whatever the rows are.
    fn positive(&self, expr: &Expr) -> bool {
        let number = constant(self.state, expr)
            .and_then(|value| value.cast_to(&arrow::datatypes::DataType::Float64).ok());
        matches!(number, Some(ScalarValue::Float64(Some(number))) if number > 0.0)
    }

    /// A comparison. Of a bound is known that it is above what its least is above, and nothing else.
    fn compared(
        &mut self,
        input: &Rewritten,
        left: &Expr,
        op: Operator,
        right: &Expr,
    ) -> Result<Told, Refused> {
        let (one, other) = (self.told(input, left)?, self.told(input, right)?);
        let put = |one: Expr, op: Operator, other: Expr| {
            Expr::BinaryExpr(BinaryExpr { left: Box::new(one), op, right: Box::new(other) })
        };
        let (bounded, against, op) = match (op, &one.figure, &other.figure) {
            (Operator::Gt | Operator::GtEq, Some(_), None) => (&one, &other, op),
            (Operator::Lt, None, Some(_)) => (&other, &one, Operator::Gt),
            (Operator::LtEq, None, Some(_)) => (&other, &one, Operator::GtEq),
            _ => {
                let status = one.status_with(&other);
                return Ok(Told::truth(put(one.strict(), op, other.strict()), status));
            }
        };
        let value = put(bounded.value.clone(), op, against.value.clone());
        match &bounded.figure {
            Some(Figure { status, least: Some(least) }) => {
                let known = put(least.clone(), op, against.value.clone());
                let known = either(known, lit(true), Expr::Literal(ScalarValue::Boolean(None), None))?;
                let value = either(status.clone().gt_eq(lit(AT_LEAST)), known, value)?;
                Ok(Told::truth(value, Some(status.clone())))
            }
            figure => {
                let status = figure.as_ref().map(|figure| figure.status.clone());
                Ok(Told::truth(put(bounded.strict(), op, against.value.clone()), status))
            }
        }
    }

    fn call(&mut self, input: &Rewritten, call: &ScalarFunction) -> Result<Told, Refused> {
        let name = call.name();
        if let (STATUS, [figure]) = (name, call.args.as_slice()) {
            let figure = self.told(input, figure)?.figure;
            let word = |figure: Figure| Told::clear(judge::spelled(figure.status));
            return figure.map(word).ok_or_else(|| passes(&Expr::ScalarFunction(call.clone())));
        }
        let strict = STRICT.contains(&name);
        let Some((first, rest)) = call.args.split_first().filter(|_| strict || GROWING.contains(&name))
        else {
            return Err(passes(&Expr::ScalarFunction(call.clone())));
        };
        let first = self.told(input, first)?;
        let mut others = Vec::with_capacity(rest.len());
        for argument in rest {
            others.push(self.clear(input, argument, name)?);
        }
        let put = |first: Expr| {
            let args = std::iter::once(first).chain(others.iter().cloned()).collect();
            Expr::ScalarFunction(ScalarFunction { func: call.func.clone(), args })
        };
        Ok(if strict { first.through(put) } else { first.growing(put) })
    }

    /// A select of one value inside an expression.
    fn subquery(&mut self, subquery: &Subquery) -> Result<Told, Refused> {
        if !is_single(&subquery.subquery) {
            return Err(Refused::new("a select that stands for one value must come to one row")
                .help("aggregate it without group by"));
        }
        let inner = self.plan(&subquery.subquery)?;
        whole(&inner, "a select inside")?;
        let [held] = inner.held.as_slice() else {
            return Err(Refused::new("a select that stands for one value must have one column"));
        };
        let of = |name: &String| {
            let plan = LogicalPlanBuilder::from(inner.plan.clone()).project([ident(name)])?.build()?;
            Ok::<_, Refused>(Expr::ScalarSubquery(Subquery {
                subquery: Arc::new(plan),
                outer_ref_columns: Vec::new(),
                spans: datafusion::common::Spans::new(),
            }))
        };
        let figure = match &held.status {
            None => None,
            Some(status) => {
                Some(Figure { status: of(status)?, least: held.least.as_ref().map(of).transpose()? })
            }
        };
        Ok(Told { value: of(&held.value)?, figure })
    }

    /// Whether a value is among those of another select.
    fn within(&mut self, input: &Rewritten, within: &InSubquery) -> Result<Told, Refused> {
        let held = self.clear(input, &within.expr, "in (select …)")?;
        let inner = self.plan(&within.subquery.subquery)?;
        whole(&inner, "in (select …)")?;
        let plan = match inner.held.as_slice() {
            [only] if only.status.is_none() => {
                LogicalPlanBuilder::from(inner.plan).project([ident(&only.value)])?.build()?
            }
            _ => {
                return Err(Refused::new(
                    "in (select …) wants one column, and no figure that a force may suppress",
                ));
            }
        };
        let subquery = Subquery {
            subquery: Arc::new(plan),
            outer_ref_columns: Vec::new(),
            spans: datafusion::common::Spans::new(),
        };
        let within = InSubquery { expr: Box::new(held), subquery, negated: within.negated };
        Ok(Told::clear(Expr::InSubquery(within)))
    }
}

/// Whether a plan comes to one row, whatever the records are.
fn is_single(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
        LogicalPlan::Projection(projection) => is_single(&projection.input),
        LogicalPlan::SubqueryAlias(alias) => is_single(&alias.input),
        LogicalPlan::EmptyRelation(empty) => empty.produce_one_row,
        _ => false,
    }
}

fn passes(expr: &Expr) -> Refused {
    Refused::new(format!("{} could pass a suppressed figure for a value, so it is not reckoned", shown(expr)))
        .help("a figure takes part in + - * /, round, floor, ceil, abs, sqrt and comparisons; status(…) says how far it may be relied on")
}
