//! Which records a table counts: and/or over `in`, ranges on declared grids, and null tests.

use std::fmt;

use jiff::civil::Date;

use crate::schema::{Column, ColumnType, ColumnUse};
use crate::{Complaint, Dataset};

mod spelled;
mod text;

/// Most conditions in one filter.
pub const CONDITIONS_MAX: usize = 32;
/// Most values in one `in`.
pub const VALUES_MAX: usize = 200;
/// Deepest nesting of `and` and `or`.
pub const DEPTH_MAX: usize = 8;

/// A condition over a dataset's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Every part holds.
    And(Vec<Filter>),
    /// At least one part holds.
    Or(Vec<Filter>),
    /// The column holds one of the values; for a prefix column, begins with one of them.
    In {
        /// The column.
        column: String,
        /// The values.
        values: Vec<String>,
    },
    /// The column lies on or after `from` and before `below`; an end left out is open.
    Range {
        /// The column.
        column: String,
        /// First point inside.
        from: Option<GridPoint>,
        /// First point outside.
        below: Option<GridPoint>,
    },
    /// The column is null, or is not.
    Null {
        /// The column.
        column: String,
        /// True for "is null", false for "is not null".
        is_null: bool,
    },
}

/// A point on a declared grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GridPoint {
    /// The first day of a month.
    Month {
        /// Year, 1 to 9999.
        year: i16,
        /// Month, 1 to 12.
        month: i8,
    },
    /// A whole number; a multiple of the column's band.
    Number(i64),
}

impl GridPoint {
    /// The first day of a month point; nothing for a number, or for a month that no calendar has.
    pub fn first_day(self) -> Option<Date> {
        match self {
            Self::Month { year, month } => Date::new(year, month, 1).ok(),
            Self::Number(_) => None,
        }
    }
}

impl Filter {
    /// Reads `category in (burglary, 'drugs, other') and month between 2024-01 and 2024-03`.
    ///
    /// Conditions are `COLUMN in (A, B)`, `COLUMN = A`, `COLUMN between A and B` (both ends inside),
    /// `COLUMN >= A`, `COLUMN < A`, `COLUMN is null`, `COLUMN is not null`; joined by `and`, `or` and parentheses.
    pub fn parse(dataset: Dataset, text: &str) -> Result<Self, Complaint> {
        let filter = text::parse(dataset, text)?;
        filter.check(dataset)?;
        Ok(filter)
    }

    /// Adds the columns that it names.
    pub fn columns<'a>(&'a self, named: &mut Vec<&'a str>) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.columns(named)),
            Self::In { column, .. } | Self::Range { column, .. } | Self::Null { column, .. } => {
                named.push(column)
            }
        }
    }

    /// Checks the filter against the shared schema: known columns, declared uses, bounded size and depth.
    pub(crate) fn check(&self, dataset: Dataset) -> Result<(), Complaint> {
        let mut conditions = 0;
        self.check_part(dataset, &mut conditions, 1)
    }

    fn check_part(&self, dataset: Dataset, conditions: &mut usize, depth: usize) -> Result<(), Complaint> {
        if depth > DEPTH_MAX {
            return Err(complaint(format!("nested deeper than {DEPTH_MAX}")));
        }
        match self {
            Self::And(parts) | Self::Or(parts) => {
                if parts.is_empty() {
                    return Err(complaint("an empty and/or says nothing".to_owned()));
                }
                parts.iter().try_for_each(|part| part.check_part(dataset, conditions, depth + 1))
            }
            Self::In { column, .. } | Self::Range { column, .. } | Self::Null { column, .. } => {
                *conditions += 1;
                if *conditions > CONDITIONS_MAX {
                    return Err(complaint(format!("more than {CONDITIONS_MAX} conditions")));
                }
                let reached = dataset.reach(column).map_err(|c| complaint(c.why))?;
                self.check_condition(reached.dataset, column, reached.column)
            }
        }
    }

    fn check_condition(&self, dataset: Dataset, name: &str, column: &Column) -> Result<(), Complaint> {
        match (self, column.used) {
            (_, ColumnUse::EntityKey | ColumnUse::Never) => {
                Err(complaint(format!("{name} of {dataset} stays with its force and can't be filtered")))
            }
            (Self::Null { .. }, _) => Ok(()),
            (Self::In { values, .. }, _) if values.is_empty() || values.len() > VALUES_MAX => {
                Err(complaint(format!("{name} in (…) takes 1 to {VALUES_MAX} values")))
            }
            (Self::In { values, .. }, ColumnUse::Group) => match column.holds {
                ColumnType::Word(words) => match values.iter().find(|v| !words.contains(&v.as_str())) {
                    Some(value) => {
                        let suggestion = crate::nearest::suggestion(value, words.iter().copied());
                        Err(complaint(format!("{value:?} is not a value of {name}; {suggestion}")))
                    }
                    None => Ok(()),
                },
                _ => Ok(()),
            },
            (Self::In { values, .. }, ColumnUse::Prefix { longest }) => {
                match values.iter().find(|v| v.is_empty() || v.chars().count() > usize::from(longest)) {
                    Some(_) => {
                        Err(complaint(format!("{name} takes beginnings of 1 to {longest} characters")))
                    }
                    None => Ok(()),
                }
            }
            (Self::Range { from: None, below: None, .. }, _) => {
                Err(complaint(format!("the range of {name} has no end")))
            }
            (Self::Range { from, below, .. }, ColumnUse::Calendar) => {
                let fits = |p: &GridPoint| p.first_day().is_some();
                if from.iter().chain(below).all(fits) {
                    Ok(())
                } else {
                    Err(complaint(format!("{name} is a date: its range runs over months, such as 2024-03")))
                }
            }
            (Self::Range { from, below, .. }, ColumnUse::Measure { band, .. }) => {
                let fits = |p: &GridPoint| matches!(p, GridPoint::Number(n) if n % band == 0);
                if from.iter().chain(below).all(fits) {
                    Ok(())
                } else {
                    Err(complaint(format!(
                        "{name} is told in steps of {band}: a range must begin and end on one"
                    )))
                }
            }
            (Self::Range { .. }, _) => Err(complaint(format!("{name} has no order: use {name} in (…)"))),
            (Self::In { .. }, ColumnUse::Calendar) => {
                Err(complaint(format!("{name} is a date: use {name} between 2024-01 and 2024-03")))
            }
            (Self::In { .. }, _) => Err(complaint(format!("{name} is a number: use >= and <"))),
            (Self::And(_) | Self::Or(_), _) => Ok(()),
        }
    }
}

fn complaint(why: String) -> Complaint {
    Complaint::new("where", why)
}

impl fmt::Display for GridPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Self::Number(n) => write!(f, "{n}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;
    use crate::Dataset;

    #[test]
    fn filters_outside_the_declared_uses_are_refused() {
        for (dataset, text, part) in [
            (Dataset::Person, "family_name = smith", "stays with its force"),
            (Dataset::Person, "person_id in (1)", "stays with its force"),
            (Dataset::Person, "sex = femal", "did you mean \"female\"?"),
            (Dataset::Person, "postcode in (SW1A1)", "1 to 4 characters"),
            (Dataset::Person, "dob in (1990)", "is a date"),
            (Dataset::Person, "dob >= 1990", "its range runs over months"),
            (Dataset::Report, "risk_score >= 15", "steps of 10"),
            (Dataset::Report, "risk_score = 10", "is a number"),
            (Dataset::Report, "area >= 10", "has no order"),
            (Dataset::Event, "catgory = burglary", "did you mean \"category\"?"),
            (Dataset::Event, "location.twon = Leeds", "did you mean \"town\"?"),
            (Dataset::Person, "report.area >= 10", "use report.area in"),
            (Dataset::Person, "report.location_id = L1", "stays with its force"),
        ] {
            let complaint = Filter::parse(dataset, text).unwrap_err().to_string();
            assert!(complaint.contains(part), "{text}: {complaint}");
        }
    }

    #[test]
    fn a_filter_too_deep_or_too_wide_is_refused() {
        let deep = format!("{}sex = male{}", "(".repeat(5_000), ")".repeat(5_000));
        assert!(Filter::parse(Dataset::Person, &deep).unwrap_err().why.contains("nested"));
        let wide = vec!["sex = male"; 40].join(" or ");
        assert!(Filter::parse(Dataset::Person, &wide).unwrap_err().why.contains("more than"));
    }
}
