//! What a statement groups records by as dimensions, and how each dimension's keys become the values of its columns.

use datafusion::execution::SessionState;
use datafusion::logical_expr::Expr;
use model::schema::{ColumnType, ColumnUse};
use model::{Dataset, Dimension, Grain};

use crate::Refused;
use crate::catalogue::FORCE;
use crate::expressions::shown;
use crate::subject::{Form, Subject, kept_home, subject};

/// Most groups that a statement may ask for where their number is known before.
const GROUPS_MAX: u64 = 1_000_000;

/// One column that records are grouped by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Grouped {
    /// By the force that holds them.
    Force,
    /// By a dimension, told in a form.
    By {
        /// Its place among the dimensions.
        place: usize,
        /// How its keys are told.
        form: Form,
    },
}

/// What records are grouped by.
#[derive(Debug, Default)]
pub(crate) struct Grouping {
    pub(crate) dimensions: Vec<Dimension>,
    /// In the order of the statement.
    pub(crate) columns: Vec<Grouped>,
}

/// Translates the expressions that a statement groups by.
pub(crate) fn grouping(state: &SessionState, dataset: Dataset, by: &[Expr]) -> Result<Grouping, Refused> {
    let mut subjects = Vec::with_capacity(by.len());
    for expr in by {
        subjects.push(match expr {
            Expr::Column(column) if column.name == FORCE => None,
            other => match subject(state, dataset, other)? {
                Some(subject) => Some(subject),
                None => return Err(unknown(dataset, other)),
            },
        });
    }
    let mut grouping = Grouping::default();
    for found in &subjects {
        let Some(found) = found else {
            grouping.columns.push(Grouped::Force);
            continue;
        };
        let grain = grain(found, &subjects)?;
        let dimension = Dimension { column: found.name.clone(), grain };
        let known = grouping.dimensions.iter().position(|known| *known == dimension);
        let place = known.unwrap_or_else(|| {
            grouping.dimensions.push(dimension);
            grouping.dimensions.len() - 1
        });
        grouping.columns.push(Grouped::By { place, form: found.form });
    }
    let most = subjects.iter().flatten().fold(1_u64, |most, subject| most.saturating_mul(keys(subject)));
    if most > GROUPS_MAX {
        return Err(Refused::new(format!("that may be {most} groups, and a table has {GROUPS_MAX} at most"))
            .help("group by less, or by wider bands"));
    }
    Ok(grouping)
}

/// How finely a column is asked for. Parts of a date that name it only together are asked for as one.
fn grain(subject: &Subject, all: &[Option<Subject>]) -> Result<Grain, Refused> {
    let name = subject.name.as_str();
    let beside =
        |fits: fn(Form) -> bool| all.iter().flatten().any(|other| other.name == name && fits(other.form));
    let years = |form| matches!(form, Form::Year | Form::First(_) | Form::Written(_));
    match (subject.column.used, subject.form) {
        (ColumnUse::Group, Form::Value) => Ok(Grain::Value),
        (
            ColumnUse::Calendar,
            Form::First(_) | Form::Written(_) | Form::Year | Form::MonthOfYear | Form::QuarterOfYear,
        ) => {
            let monthly = |form| {
                matches!(form, Form::MonthOfYear | Form::First(Grain::Month) | Form::Written(Grain::Month))
            };
            let quarterly = |form| {
                matches!(
                    form,
                    Form::QuarterOfYear | Form::First(Grain::Quarter) | Form::Written(Grain::Quarter)
                )
            };
            if !beside(years) {
                return Err(Refused::new(format!("a month or quarter of {name} is asked for with its year"))
                    .help(format!(
                        "group by month({name}) or by year({name}) besides, and add up over the result"
                    )));
            }
            Ok(match () {
                () if beside(monthly) => Grain::Month,
                () if beside(quarterly) => Grain::Quarter,
                () => Grain::Year,
            })
        }
        (ColumnUse::Measure { .. }, Form::Band(width)) => Ok(Grain::Band(width)),
        (ColumnUse::Prefix { .. }, Form::Prefix(letters)) => Ok(Grain::Prefix(letters)),
        (ColumnUse::Calendar, _) => {
            Err(Refused::new(format!("{name} is a date, and dates are told by period")).help(format!(
                "group by month({name}), quarter({name}), year({name}) or date_trunc('month', {name})"
            )))
        }
        (ColumnUse::Measure { band, .. }, _) => {
            Err(Refused::new(format!("{name} is a number, and numbers are told in bands"))
                .help(format!("group by band({name}, {band}), or a multiple of {band}")))
        }
        (ColumnUse::Prefix { longest }, _) => Err(Refused::new(format!("{name} is told by its beginning"))
            .help(format!("group by left({name}, {longest}) or fewer characters"))),
        (ColumnUse::Group, _) => {
            Err(Refused::new(format!("{name} is told as it is")).help(format!("group by {name}")))
        }
        (ColumnUse::EntityKey | ColumnUse::Never, _) => {
            Err(Refused::records(format!("{name} stays with its force and can't be grouped or shown")))
        }
    }
}

fn unknown(dataset: Dataset, expr: &Expr) -> Refused {
    match kept_home(dataset, expr) {
        Some((name, _)) => Refused::records(format!("{name} stays with its force and can't be grouped or shown")),
        None => Refused::new(format!("the forces can't be asked to group by {}", shown(expr))).help(
            "group by columns, month(…), quarter(…), year(…), band(…, width) or left(…, characters), and reckon with the result",
        ),
    }
}

/// How many keys a dimension has, where that is known; else one.
fn keys(subject: &Subject) -> u64 {
    match (subject.column.used, subject.column.holds, subject.form) {
        (ColumnUse::Group, ColumnType::Word(words), _) => {
            u64::try_from(words.len()).unwrap_or(u64::MAX).saturating_add(1)
        }
        (ColumnUse::Measure { low, high, .. }, _, Form::Band(width)) => {
            (high.abs_diff(low) / width.unsigned_abs().max(1)).saturating_add(2)
        }
        _ => 1,
    }
}
