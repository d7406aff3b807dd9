//! The stretch of a column that one written value names, on the column's declared grid: a month of a date, a band of a
//! number.

use datafusion::common::ScalarValue;
use jiff::civil::Date;
use model::Grain;
use model::filter::GridPoint;
use model::schema::ColumnUse;

use crate::Refused;
use crate::constant::{day, text, whole};
use crate::subject::{Form, Subject};

/// From `start` until before `next`; both are checked against the grid when they are used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Span {
    start: Point,
    next: Point,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Point {
    Day(Date),
    Number(i64),
}

impl Span {
    /// The stretch that `value` names of a date or number; nothing of other columns.
    pub(super) fn of(subject: &Subject, value: &ScalarValue) -> Result<Option<Self>, Refused> {
        let name = subject.name.as_str();
        let form = subject.form;
        let unfit = |what: &str| Refused::new(format!("{name} is compared with {value}, which is no {what}"));
        let between = |start: Point, next: Option<Point>| {
            let next = next.ok_or_else(|| unfit("value that it can have"))?;
            Ok(Some(Self { start, next, form }))
        };
        let first = |year: i16, month: i8| Date::new(year, month, 1).ok();
        let period = |start: Option<Date>, months: i32, what: &str| {
            let start = start.ok_or_else(|| unfit(what))?;
            let next = start.checked_add(jiff::Span::new().months(months)).ok();
            between(Point::Day(start), next.map(Point::Day))
        };
        match (subject.column.used, form) {
            (ColumnUse::Calendar, Form::Value) => {
                let start = day(value).ok_or_else(|| unfit("date such as date '2024-03-01'"))?;
                between(Point::Day(start), start.tomorrow().ok().map(Point::Day))
            }
            (ColumnUse::Calendar, Form::First(grain)) => {
                let months = months(grain);
                let begins = |day: &Date| day.day() == 1 && (i32::from(day.month()) - 1) % months == 0;
                period(day(value).filter(begins), months, "first day of such a period")
            }
            (ColumnUse::Calendar, Form::Year) => {
                let year = whole(value).and_then(|year| i16::try_from(year).ok());
                period(year.and_then(|year| first(year, 1)), 12, "year such as 2024")
            }
            (ColumnUse::Calendar, Form::Written(Grain::Quarter)) => {
                let read = text(value).and_then(|text| {
                    let (year, quarter) = text.split_once("-Q")?;
                    let quarter: i8 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
                    first(year.parse().ok()?, quarter * 3 - 2)
                });
                period(read, 3, "quarter such as '2024-Q1'")
            }
            (ColumnUse::Calendar, Form::Written(_)) => {
                let read = text(value).and_then(|text| {
                    let (year, month) = text.split_once('-')?;
                    first(year.parse().ok()?, month.parse().ok()?)
                });
                period(read, 1, "month such as '2024-03'")
            }
            (ColumnUse::Calendar, Form::MonthOfYear | Form::QuarterOfYear) => Err(Refused::new(format!(
                "a month or quarter of {name} without its year is no stretch of time"
            ))
            .help(format!("name the periods: month({name}) in ('2023-03', '2024-03')"))),
            (ColumnUse::Measure { .. }, Form::Value) => {
                let start = whole(value).ok_or_else(|| unfit("whole number"))?;
                between(Point::Number(start), start.checked_add(1).map(Point::Number))
            }
            (ColumnUse::Measure { .. }, Form::Band(width)) => {
                let on = |start: &i64| width > 0 && start.rem_euclid(width) == 0;
                let start = whole(value).filter(on).ok_or_else(|| unfit("lower end of such a band"))?;
                between(Point::Number(start), start.checked_add(width).map(Point::Number))
            }
            _ => Ok(None),
        }
    }

    /// Where it begins, as an end of a range.
    pub(super) fn start(&self, subject: &Subject) -> Result<GridPoint, Refused> {
        point(subject, self.start)
    }

    /// What follows it, as an end of a range.
    pub(super) fn next(&self, subject: &Subject) -> Result<GridPoint, Refused> {
        point(subject, self.next)
    }
}

/// Months of a period.
pub(super) fn months(grain: Grain) -> i32 {
    match grain {
        Grain::Quarter => 3,
        Grain::Year => 12,
        _ => 1,
    }
}

fn point(subject: &Subject, point: Point) -> Result<GridPoint, Refused> {
    let name = subject.name.as_str();
    match (point, subject.column.used) {
        (Point::Day(day), _) if day.day() == 1 => {
            Ok(GridPoint::Month { year: day.year(), month: day.month() })
        }
        (Point::Day(_), _) => {
            Err(Refused::new(format!("{name} is told by months: a range of it must begin and end with one"))
                .help(format!("such as {name} >= date '2024-01-01' and {name} < date '2024-04-01'")))
        }
        (Point::Number(number), ColumnUse::Measure { band, .. }) if number.rem_euclid(band) != 0 => {
            Err(Refused::new(format!(
                "{name} is told in steps of {band}: a range of it must begin and end on one"
            ))
            .help(format!("such as {name} >= {band} and {name} < {}", band.saturating_mul(3))))
        }
        (Point::Number(number), _) => Ok(GridPoint::Number(number)),
    }
}
