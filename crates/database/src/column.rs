//! Columns of a table, and as what each is read. What has no plain form in Arrow is read as the text that PostgreSQL writes.

use arrow::datatypes::{DataType, Field, TimeUnit};
use tokio_postgres::Row;

use crate::table::quoted;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// As what it is read.
    pub kind: Kind,
    /// Whether the server's `=` on it means equal letters, so that a condition may be left to it.
    pub(crate) compares: bool,
}

/// As what a column is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `smallint`, `integer`, `bigint`.
    Integer,
    /// `real`, `double precision`.
    Real,
    /// `boolean`.
    Truth,
    /// `date`; an infinite one is not known.
    Day,
    /// `timestamp`, and `timestamptz` as the time of day where the user's time zone is; an infinite one is not known.
    Moment,
    /// An array of one dimension, its elements as texts.
    Texts,
    /// Everything else.
    Text,
}

impl Column {
    pub(crate) fn new(name: String, typed: &str, deterministic: bool) -> Self {
        let kind = match typed {
            "int2" | "int4" | "int8" => Kind::Integer,
            "float4" | "float8" => Kind::Real,
            "bool" => Kind::Truth,
            "date" => Kind::Day,
            "timestamp" | "timestamptz" => Kind::Moment,
            // The server writes an array type's name with an underscore before its element's.
            array if array.starts_with('_') => Kind::Texts,
            _ => Kind::Text,
        };
        let compares = match kind {
            Kind::Integer | Kind::Truth | Kind::Day => true,
            Kind::Text => deterministic && matches!(typed, "text" | "varchar"),
            Kind::Real | Kind::Moment | Kind::Texts => false,
        };
        Self { name, kind, compares }
    }

    pub(crate) fn of(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self::new(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
    }

    /// The column in Arrow.
    pub fn field(&self) -> Field {
        let holds = match self.kind {
            Kind::Integer => DataType::Int64,
            Kind::Real => DataType::Float64,
            Kind::Truth => DataType::Boolean,
            Kind::Day => DataType::Date32,
            Kind::Moment => DataType::Timestamp(TimeUnit::Microsecond, None),
            Kind::Texts => DataType::new_list(DataType::Utf8, true),
            Kind::Text => DataType::Utf8,
        };
        Field::new(&self.name, holds, true)
    }

    /// The expression that reads it: null exactly where the Arrow column is.
    pub(crate) fn expression(&self) -> String {
        let name = quoted(&self.name);
        match self.kind {
            Kind::Integer => format!("{name}::int8"),
            Kind::Real => format!("{name}::float8"),
            Kind::Truth => name,
            Kind::Day => format!("CASE WHEN isfinite({name}) THEN ({name} - DATE '1970-01-01')::int8 END"),
            Kind::Moment => format!(
                "CASE WHEN isfinite({name}) THEN (extract(epoch FROM {name}::timestamp) * 1000000)::int8 END"
            ),
            Kind::Texts => format!("{name}::text[]"),
            Kind::Text => format!("{name}::text"),
        }
    }
}

/// The statement that lists the columns of the table called `name`, an SQL text: name, type, and whether equal texts are
/// equal letters.
pub(crate) fn listing(name: &str) -> String {
    format!(
        "SELECT a.attname::text, t.typname::text, coalesce(c.collisdeterministic, true) \
         FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation c ON c.oid = a.attcollation \
         WHERE a.attrelid = to_regclass({name}) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
    )
}
