//! Adds the place of each row to a view's query, where a row of the view comes from exactly one row of a source.

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, Query, Select, SelectItem, SetExpr, SetOperator, SetQuantifier, TableFactor,
};

use super::batch::{FILE, LINE};

/// The query with the file and line of each row as last columns, or `None` where rows are grouped, joined or made
/// distinct and so come from no single line.
pub(super) fn with_place(query: &Query) -> Option<Query> {
    let mut query = query.clone();
    add_to_query(&mut query).then_some(query)
}

fn add_to_query(query: &mut Query) -> bool {
    query.with.is_none() && query.pipe_operators.is_empty() && add_to_body(&mut query.body)
}

fn add_to_body(body: &mut SetExpr) -> bool {
    match body {
        SetExpr::Select(select) if is_plain(select) => {
            for hidden in [FILE, LINE] {
                select.projection.push(SelectItem::UnnamedExpr(Expr::Identifier(Ident::new(hidden))));
            }
            true
        }
        SetExpr::SetOperation { op: SetOperator::Union, set_quantifier: SetQuantifier::All, left, right } => {
            add_to_body(left) && add_to_body(right)
        }
        SetExpr::Query(query) => add_to_query(query),
        _ => false,
    }
}

fn is_plain(select: &Select) -> bool {
    let ungrouped =
        matches!(&select.group_by, GroupByExpr::Expressions(by, with) if by.is_empty() && with.is_empty());
    let one_table = match select.from.as_slice() {
        [from] => from.joins.is_empty() && matches!(from.relation, TableFactor::Table { args: None, .. }),
        _ => false,
    };
    ungrouped && one_table && select.distinct.is_none() && select.having.is_none()
}
