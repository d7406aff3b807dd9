//! A statement's text as one select, bounded before anything looks at it closely.

use datafusion::common::TableReference;
use datafusion::common::config::Dialect;
use datafusion::execution::SessionState;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::{SelectItem, SetExpr, Statement as Sql};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use model::Dataset;
use model::nearest::suggestion;

use crate::Refused;
use crate::catalogue::{CATALOG, SCHEMA};

/// Longest statement, in bytes.
pub const LENGTH_MAX: usize = 20_000;
/// Most words and marks in a statement.
const TOKENS_MAX: usize = 4_000;
/// Most operators in a statement, which bounds how deep a chain of them can nest.
const OPERATORS_MAX: usize = 250;

/// Functions that a person might reach for and that no answer may hang on.
const UNSTEADY: &[&str] = &[
    "now",
    "current_date",
    "current_time",
    "current_timestamp",
    "today",
    "random",
    "rand",
    "uuid",
    "gen_random_uuid",
];

/// One select, and what its columns are called where that can be told from its text.
pub(crate) struct Parsed {
    pub(crate) statement: Statement,
    /// None where columns are not all written out.
    pub(crate) names: Option<Vec<String>>,
}

/// Reads a statement.
pub(crate) fn parse(state: &SessionState, text: &str) -> Result<Parsed, Refused> {
    if text.len() > LENGTH_MAX {
        return Err(Refused::new(format!("the statement is longer than {LENGTH_MAX} bytes")));
    }
    bounded(text)?;
    let mut statement = state.sql_to_statement(text, &Dialect::Generic)?;
    let Statement::Statement(sql) = &mut statement else { return Err(refused(&statement)) };
    let Sql::Query(query) = sql.as_ref() else { return Err(refused(&statement)) };
    let names = match query.body.as_ref() {
        SetExpr::Select(select) => select.projection.iter().map(name).collect(),
        _ => None,
    };
    for reference in state.resolve_table_references(&statement)? {
        known(&reference)?;
    }
    Ok(Parsed { statement, names })
}

/// Bounds what the parser and the planner, which look into parts of parts, are given.
fn bounded(text: &str) -> Result<(), Refused> {
    let tokens = Tokenizer::new(&GenericDialect {}, text)
        .tokenize()
        .map_err(|error| Refused::new(format!("this is not SQL: {error}")))?;
    let words = tokens.iter().filter(|token| !matches!(token, Token::Whitespace(_)));
    if words.count() > TOKENS_MAX {
        return Err(Refused::new(format!("the statement has more than {TOKENS_MAX} words and marks")));
    }
    let joins = [
        "and",
        "or",
        "not",
        "between",
        "like",
        "is",
        "in",
        "union",
        "intersect",
        "except",
        "join",
        "with",
        "case",
    ];
    let operator = |token: &&Token| match token {
        Token::Word(word) => {
            word.quote_style.is_none() && joins.contains(&word.value.to_lowercase().as_str())
        }
        Token::Whitespace(_)
        | Token::Number(..)
        | Token::Comma
        | Token::Period
        | Token::SemiColon
        | Token::LParen
        | Token::RParen => false,
        other => !matches!(other, Token::SingleQuotedString(_) | Token::DoubleQuotedString(_)),
    };
    if tokens.iter().filter(operator).count() > OPERATORS_MAX {
        return Err(Refused::new(format!("the statement has more than {OPERATORS_MAX} operators")));
    }
    let called = tokens.iter().find_map(|token| match token {
        Token::Word(word) if word.quote_style.is_none() => {
            UNSTEADY.iter().find(|name| word.value.eq_ignore_ascii_case(name))
        }
        _ => None,
    });
    match called {
        Some(name) => Err(Refused::new(format!(
            "{name} is another thing each time, and an answer must not be"
        ))
        .help("write the date or the number down; a column or table of that name stands in double quotes")),
        None => Ok(()),
    }
}

fn refused(statement: &Statement) -> Refused {
    match statement {
        Statement::Explain(_) => Refused::new("explain is an option here")
            .help("put the select after --explain: bluelamp sql --explain \"select …\""),
        Statement::Statement(sql)
            if matches!(sql.as_ref(), Sql::Explain { .. } | Sql::ExplainTable { .. }) =>
        {
            Refused::new("explain is an option here")
                .help("put the select after --explain: bluelamp sql --explain \"select …\"")
        }
        other => {
            let shown = other.to_string();
            let word = shown.split_whitespace().next().unwrap_or_default().to_lowercase();
            Refused::new(format!("{word} is not answered: nothing is changed, copied or set here"))
                .help("ask with one select")
        }
    }
}

/// What a column of a result is called.
fn name(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(expr) => {
            let text = expr.to_string();
            let simple = text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
            Some(if simple { text.rsplit('.').next().unwrap_or_default().to_owned() } else { text })
        }
        _ => None,
    }
}

/// Makes sure that a table is one of the datasets.
fn known(reference: &TableReference) -> Result<(), Refused> {
    let table = reference.table();
    let ours = reference.schema().is_none_or(|schema| schema == SCHEMA)
        && reference.catalog().is_none_or(|catalog| catalog == CATALOG);
    if Dataset::ALL.iter().any(|dataset| dataset.as_str() == table) && ours {
        return Ok(());
    }
    let near = suggestion(table, Dataset::ALL.iter().map(|dataset| dataset.as_str()));
    Err(Refused::new(format!("there is no table {:?}; {near}", reference.to_string())))
}
