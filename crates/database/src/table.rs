//! A table's name, with the schema that it lies in.

use std::fmt;
use std::str::FromStr;

use crate::error::DatabaseError;

/// A table or view of a database: `schema.name`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Table {
    schema: String,
    name: String,
}

impl Table {
    /// The name as SQL takes it, whatever letters stand in it.
    pub(crate) fn quoted(&self) -> String {
        format!("{}.{}", quoted(&self.schema), quoted(&self.name))
    }
}

impl FromStr for Table {
    type Err = DatabaseError;

    fn from_str(text: &str) -> Result<Self, DatabaseError> {
        match text.split_once('.') {
            Some((schema, name)) if !schema.is_empty() && !name.is_empty() && !text.contains('\0') => {
                Ok(Self { schema: schema.to_owned(), name: name.to_owned() })
            }
            _ => Err(DatabaseError::configured(format!(
                "{text:?} does not say which schema the table lies in; write schema.table, such as \"public.nominal\""
            ))),
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// An identifier between double quotes.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text between single quotes. Sessions read backslashes as they stand.
pub(crate) fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}
