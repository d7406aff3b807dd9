//! What an expression over a record says of one of its columns in a way that the shared schema declares: the column itself, a
//! period of a date, a band of a number, the beginning of a text.

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use model::schema::{Column, ColumnUse};
use model::{Dataset, Grain};

use crate::Refused;
use crate::constant::{constant, whole};

/// A column in one of its declared forms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Subject {
    pub(crate) column: &'static Column,
    /// What questions call it: with its dataset before it where that is another than the one counted.
    pub(crate) name: String,
    pub(crate) form: Form,
}

/// How a column is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Form {
    /// As it is.
    Value,
    /// The first day of a date's month, quarter or year.
    First(Grain),
    /// A date's month, quarter or year as tables write it.
    Written(Grain),
    /// A date's year as a number.
    Year,
    /// A date's quarter of its year, 1 to 4.
    QuarterOfYear,
    /// A date's month of its year, 1 to 12.
    MonthOfYear,
    /// The lower end of a number's band.
    Band(i64),
    /// A text's first characters.
    Prefix(u8),
}

/// Reads the column behind an expression over the records of `dataset`; nothing where there is no single one, or an
/// unknown form of it. A form that is known but not declared is refused with the declared ones.
pub(crate) fn subject(
    state: &SessionState,
    dataset: Dataset,
    expr: &Expr,
) -> Result<Option<Subject>, Refused> {
    let with = |expr: &Expr, form: Form| {
        let name = if let Expr::Column(column) = expr { column.name.clone() } else { return Ok(None) };
        Ok(column(dataset, expr).map(|column| Subject { column, name, form }))
    };
    match expr {
        Expr::Alias(alias) => subject(state, dataset, &alias.expr),
        Expr::Column(_) => with(expr, Form::Value),
        // A date as the moment at which it begins is still that date; a word in another type of text is that word.
        Expr::Cast(cast) if is_same(dataset, &cast.expr, cast.field.data_type()) => {
            subject(state, dataset, &cast.expr)
        }
        Expr::ScalarFunction(call) => {
            let arguments: Vec<&Expr> = call.args.iter().collect();
            match (call.name(), arguments.as_slice()) {
                ("date_trunc", [unit, date]) => {
                    let Some(form) = unit_of(state, unit).and_then(|unit| grain(&unit)).map(Form::First)
                    else {
                        return Err(periods());
                    };
                    with(inner(dataset, date), form)
                }
                ("date_part", [unit, date]) => {
                    let form = match unit_of(state, unit).as_deref() {
                        Some("year") => Form::Year,
                        Some("quarter") => Form::QuarterOfYear,
                        Some("month") => Form::MonthOfYear,
                        _ => return Err(periods()),
                    };
                    with(inner(dataset, date), form)
                }
                ("month", [date]) => with(inner(dataset, date), Form::Written(Grain::Month)),
                ("quarter", [date]) => with(inner(dataset, date), Form::Written(Grain::Quarter)),
                ("year", [date]) => with(inner(dataset, date), Form::Year),
                ("band", [number, width]) => match constant(state, width).as_ref().and_then(whole) {
                    Some(width) => with(number, Form::Band(width)),
                    None => Err(Refused::new("the width of a band must be a number that is written down")),
                },
                ("left", [text, letters]) => prefix(state, letters).map_or(Ok(None), |form| with(text, form)),
                ("substr", [text, from, letters])
                    if constant(state, from).as_ref().and_then(whole) == Some(1) =>
                {
                    prefix(state, letters).map_or(Ok(None), |form| with(text, form))
                }
                _ => Ok(None),
            }
        }
        // `x / 10 * 10` is a band of whole numbers, none of which is below zero.
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Multiply, right }) => match left.as_ref() {
            Expr::BinaryExpr(BinaryExpr { left: number, op: Operator::Divide, right: width }) => {
                let [one, other] =
                    [width, right].map(|width| constant(state, width).as_ref().and_then(whole));
                match one {
                    Some(width) if one == other => with(number, Form::Band(width)),
                    _ => Ok(None),
                }
            }
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

fn unit_of(state: &SessionState, unit: &Expr) -> Option<String> {
    match constant(state, unit)? {
        ScalarValue::Utf8(Some(unit)) | ScalarValue::Utf8View(Some(unit)) => Some(unit.to_lowercase()),
        _ => None,
    }
}

fn grain(unit: &str) -> Option<Grain> {
    match unit {
        "month" => Some(Grain::Month),
        "quarter" => Some(Grain::Quarter),
        "year" => Some(Grain::Year),
        _ => None,
    }
}

fn periods() -> Refused {
    Refused::new("dates are told by month, quarter and year, and no finer")
        .help("write date_trunc('month', …), month(…), quarter(…) or year(…)")
}

fn prefix(state: &SessionState, letters: &Expr) -> Option<Form> {
    let letters = whole(&constant(state, letters)?)?;
    u8::try_from(letters).ok().filter(|letters| *letters > 0).map(Form::Prefix)
}

/// The column that an expression is, of the dataset or of one that a link leads to.
pub(crate) fn column(dataset: Dataset, expr: &Expr) -> Option<&'static Column> {
    match expr {
        Expr::Column(column) => dataset.reach(&column.name).ok().map(|reached| reached.column),
        _ => None,
    }
}

/// A column in an expression that stays with its force, as the expression calls it, and whose it is.
pub(crate) fn kept_home(dataset: Dataset, expr: &Expr) -> Option<(String, Dataset)> {
    let mut found = None;
    crate::expressions::any(expr, |part| {
        if let Expr::Column(column) = part
            && let Ok(reached) = dataset.reach(&column.name)
            && matches!(reached.column.used, ColumnUse::EntityKey | ColumnUse::Never)
        {
            found.get_or_insert((reached.column.name.to_owned(), reached.dataset));
        }
        false
    });
    found
}

fn is_same(dataset: Dataset, inner: &Expr, to: &DataType) -> bool {
    match column(dataset, inner).map(|column| column.used) {
        Some(ColumnUse::Calendar) => matches!(to, DataType::Date32 | DataType::Timestamp(_, None)),
        Some(ColumnUse::Group | ColumnUse::Prefix { .. }) => {
            matches!(to, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
        }
        _ => false,
    }
}

/// A date without a cast around it that changes nothing.
fn inner(dataset: Dataset, expr: &Expr) -> &Expr {
    match expr {
        Expr::Cast(cast) if is_same(dataset, &cast.expr, cast.field.data_type()) => &cast.expr,
        other => other,
    }
}
