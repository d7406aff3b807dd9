//! Filters of a view that a database may apply itself. What is not understood here is applied after reading, and what is
//! applied there is applied once more: a mistake costs rows that travel for nothing, never one that is missing.

use database::{Column, Comparison, Condition, Value};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

/// The filter as a condition on the table's columns.
pub(super) fn pushed(filter: &Expr, columns: &[Column]) -> Option<Condition> {
    let inner = |part: &Expr| pushed(part, columns);
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match op {
            Operator::And => Some(Condition::All(vec![inner(left)?, inner(right)?])),
            Operator::Or => Some(Condition::Any(vec![inner(left)?, inner(right)?])),
            op => compared(left, *op, right, columns),
        },
        Expr::Not(part) => Some(Condition::Not(Box::new(inner(part)?))),
        Expr::IsNull(part) => Some(Condition::Null(column(part, columns)?.clone())),
        Expr::IsNotNull(part) => {
            Some(Condition::Not(Box::new(Condition::Null(column(part, columns)?.clone()))))
        }
        // A column of truths by itself.
        Expr::Column(_) => {
            Condition::compare(column(filter, columns)?, Comparison::Equal, Value::Truth(true))
        }
        Expr::InList(InList { expr, list, negated }) => {
            let column = column(expr, columns)?;
            let equal = |item: &Expr| Condition::compare(column, Comparison::Equal, value(item)?);
            let any = Condition::Any(list.iter().map(equal).collect::<Option<_>>()?);
            Some(if *negated { Condition::Not(Box::new(any)) } else { any })
        }
        _ => None,
    }
}

fn compared(left: &Expr, op: Operator, right: &Expr, columns: &[Column]) -> Option<Condition> {
    let how = match op {
        Operator::Eq => Comparison::Equal,
        Operator::NotEq => Comparison::Unequal,
        Operator::Lt => Comparison::Less,
        Operator::LtEq => Comparison::AtMost,
        Operator::Gt => Comparison::Greater,
        Operator::GtEq => Comparison::AtLeast,
        _ => return None,
    };
    match (column(left, columns), column(right, columns)) {
        (Some(column), None) => Condition::compare(column, how, value(right)?),
        (None, Some(column)) => Condition::compare(column, how.turned(), value(left)?),
        _ => None,
    }
}

fn column<'a>(expr: &Expr, columns: &'a [Column]) -> Option<&'a Column> {
    let Expr::Column(named) = expr else { return None };
    columns.iter().find(|column| column.name == named.name)
}

fn value(expr: &Expr) -> Option<Value> {
    let Expr::Literal(scalar, _) = expr else { return None };
    match scalar {
        ScalarValue::Int64(Some(number)) => Some(Value::Integer(*number)),
        ScalarValue::Boolean(Some(truth)) => Some(Value::Truth(*truth)),
        ScalarValue::Date32(Some(days)) => Some(Value::Day(*days)),
        ScalarValue::Utf8(Some(text))
        | ScalarValue::Utf8View(Some(text))
        | ScalarValue::LargeUtf8(Some(text)) => Some(Value::Text(text.clone())),
        _ => None,
    }
}
