//! Conditions that may be left to the server. They let through every row that they hold for, and may let through more:
//! whoever asks looks again. So only what PostgreSQL and the asker understand alike is here.

use crate::column::{Column, Kind};
use crate::table::{quoted, text};

/// A condition on the rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All of them hold.
    All(Vec<Self>),
    /// One of them holds.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A column compares with a value.
    Compare(Column, Comparison, Value),
    /// A column is null.
    Null(Column),
}

/// How a column compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Equal,
    /// Not equal.
    Unequal,
    /// Less.
    Less,
    /// Less or equal.
    AtMost,
    /// Greater.
    Greater,
    /// Greater or equal.
    AtLeast,
}

/// What a column is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A truth.
    Truth(bool),
    /// A text.
    Text(String),
    /// Days since 1 January 1970.
    Day(i32),
}

impl Condition {
    /// A comparison, where the server understands it as the asker does: texts are compared for equality alone, because
    /// their order depends on the server's locale.
    pub fn compare(column: &Column, how: Comparison, value: Value) -> Option<Self> {
        let for_equality = matches!(how, Comparison::Equal | Comparison::Unequal);
        let alike = match (column.kind, &value) {
            (Kind::Integer, Value::Integer(_)) | (Kind::Day, Value::Day(_)) => true,
            (Kind::Truth, Value::Truth(_)) => for_equality,
            (Kind::Text, Value::Text(value)) => for_equality && !value.contains('\0'),
            _ => false,
        };
        (alike && column.compares).then(|| Self::Compare(column.clone(), how, value))
    }

    pub(crate) fn sql(&self) -> String {
        let joined = |parts: &[Self], by: &str, none: &str| match parts {
            [] => none.to_owned(),
            parts => format!("({})", parts.iter().map(Self::sql).collect::<Vec<_>>().join(by)),
        };
        match self {
            Self::All(parts) => joined(parts, " AND ", "true"),
            Self::Any(parts) => joined(parts, " OR ", "false"),
            Self::Not(part) => format!("(NOT {})", part.sql()),
            Self::Compare(column, how, value) => {
                format!("({} {} {})", quoted(&column.name), how.sign(), value.sql())
            }
            // An infinite date is null to the asker and a value to the server.
            Self::Null(column) => format!("({} IS NULL)", column.expression()),
        }
    }
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "<>",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    /// The comparison with its sides changed over.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }
}

impl Value {
    fn sql(&self) -> String {
        match self {
            // The least number can't be written without the quotes.
            Self::Integer(number) => format!("'{number}'::int8"),
            Self::Truth(truth) => truth.to_string(),
            Self::Text(value) => text(value),
            Self::Day(days) => format!("(DATE '1970-01-01' + '{days}'::int4)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, Condition, Value};
    use crate::column::Column;

    #[test]
    fn what_is_left_to_the_server_is_what_both_understand_alike() {
        let cases: &[(&str, bool, Comparison, Value, Option<&str>)] = &[
            (
                "int4",
                true,
                Comparison::Less,
                Value::Integer(i64::MIN),
                Some(r#"("a""b" < '-9223372036854775808'::int8)"#),
            ),
            (
                "text",
                true,
                Comparison::Equal,
                Value::Text("O'Neil \\".into()),
                Some(r#"("a""b" = 'O''Neil \')"#),
            ),
            (
                "date",
                true,
                Comparison::AtLeast,
                Value::Day(-1),
                Some(r#"("a""b" >= (DATE '1970-01-01' + '-1'::int4))"#),
            ),
            ("bool", true, Comparison::Unequal, Value::Truth(true), Some(r#"("a""b" <> true)"#)),
            // The order of texts is the server's locale's; its equality may be.
            ("text", true, Comparison::Less, Value::Text("b".into()), None),
            ("text", false, Comparison::Equal, Value::Text("b".into()), None),
            // Blanks at the end, capitals, and numbers written otherwise are equal to the server.
            ("bpchar", true, Comparison::Equal, Value::Text("b".into()), None),
            ("citext", true, Comparison::Equal, Value::Text("b".into()), None),
            ("numeric", true, Comparison::Equal, Value::Text("1.0".into()), None),
            ("float8", true, Comparison::Equal, Value::Integer(1), None),
            ("text", true, Comparison::Equal, Value::Text("a\0".into()), None),
            ("text", true, Comparison::Equal, Value::Integer(1), None),
        ];
        for (typed, deterministic, how, value, expected) in cases {
            let column = Column::new("a\"b".to_owned(), typed, *deterministic);
            let told = Condition::compare(&column, *how, value.clone()).map(|condition| condition.sql());
            assert_eq!(told.as_deref(), *expected, "{typed} {how:?} {value:?}");
        }
    }

    #[test]
    fn conditions_are_put_together() {
        let column = Column::new("n".to_owned(), "int8", true);
        let one = Condition::compare(&column, Comparison::Equal, Value::Integer(1)).unwrap();
        let null = Condition::Null(Column::new("d".to_owned(), "date", true));
        let either = Condition::Any(vec![one.clone(), Condition::Not(Box::new(null))]);
        assert_eq!(
            Condition::All(vec![either, Condition::Any(Vec::new())]).sql(),
            "(((\"n\" = '1'::int8) OR (NOT (CASE WHEN isfinite(\"d\") THEN (\"d\" - DATE '1970-01-01')::int8 END IS NULL))) AND false)"
        );
    }
}
