//! Walking through expressions: whether anything in one fits, one with its columns replaced, and how one reads.

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DataFusionError};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::Sort;
use datafusion::sql::unparser::expr_to_sql;

use crate::Refused;

/// Whether the expression or a part of it fits. What stands in its subqueries is not looked at.
pub(crate) fn any(expr: &Expr, mut fits: impl FnMut(&Expr) -> bool) -> bool {
    let mut found = false;
    // The walk itself never fails.
    let _ = expr.apply(|part| {
        found |= fits(part);
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found
}

/// The expression with each column replaced by what `with` gives for it.
pub(crate) fn replaced(
    expr: &Expr,
    with: impl Fn(&Column) -> Result<Expr, Refused>,
) -> Result<Expr, Refused> {
    let mut refused = None;
    let done = expr.clone().transform_up(|part| match &part {
        Expr::Column(column) => match with(column) {
            Ok(replacement) => Ok(Transformed::yes(replacement)),
            Err(why) => {
                refused.get_or_insert(why);
                Err(DataFusionError::Plan(String::new()))
            }
        },
        _ => Ok(Transformed::no(part)),
    });
    match (done, refused) {
        (_, Some(why)) => Err(why),
        (Ok(done), None) => Ok(done.data),
        (Err(error), None) => Err(error.into()),
    }
}

/// An expression as SQL, as near to how it was written as its plan tells.
pub(crate) fn shown(expr: &Expr) -> String {
    match expr {
        Expr::Column(column) => column.name.clone(),
        other => expr_to_sql(other).map_or_else(|_| other.to_string(), |sql| sql.to_string()),
    }
}

/// What a list is sorted by, as SQL.
pub(crate) fn sorted(key: &Sort) -> String {
    format!("{}{}", shown(&key.expr), if key.asc { "" } else { " desc" })
}
