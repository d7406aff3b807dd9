//! Why a statement is not answered: refused before anything was sent, or broken off after.

use std::fmt;

use datafusion::common::{DataFusionError, SchemaError};
use model::nearest::suggestion;
use model::{Complaint, Coverage};

use crate::functions;

/// A statement that does not become questions. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong, in the words of the statement.
    pub what: String,
    /// How to say it instead, where there is a way.
    pub help: Option<String>,
}

impl Refused {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Records were asked for, not figures.
    pub(crate) fn records(what: impl Into<String>) -> Self {
        Self::new(what).help("records stay with their force: aggregate, or use `bluelamp search`")
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Complaint> for Refused {
    fn from(complaint: Complaint) -> Self {
        Self::new(complaint.why)
    }
}

impl From<DataFusionError> for Refused {
    /// What the parser and planner complain of speaks of the statement alone: no record is near.
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::SchemaError(unknown, _) => match unknown.as_ref() {
                SchemaError::FieldNotFound { field, valid_fields } => {
                    let known: Vec<&str> = valid_fields.iter().map(|column| column.name.as_str()).collect();
                    let near = suggestion(&field.name, known.iter().copied());
                    Self::new(format!("there is no column {:?} here; {near}", field.name))
                }
                other => Self::new(other.to_string()),
            },
            DataFusionError::SQL(error, _) => Self::new(format!("this is not SQL: {error}")),
            root => {
                let text = root.strip_backtrace();
                if let Some((before, _)) = text.split_once("' failed to match any signature") {
                    let name = before.rsplit('\'').next().unwrap_or_default();
                    return Self::new(format!("{name} does not take what it is given here"));
                }
                let unknown =
                    text.split_once("Invalid function '").and_then(|(_, after)| after.split_once('\''));
                if let Some((name, _)) = unknown {
                    let near = suggestion(name, functions::names());
                    return Self::new(format!("there is no function {name:?} here; {near}"));
                }
                let text = text.split_once(": ").map_or(text.as_str(), |(_, text)| text);
                Self::new(text.lines().next().unwrap_or_default())
            }
        }
    }
}

/// Why a prepared statement has no answer.
#[derive(Debug, thiserror::Error)]
pub enum RunError<E> {
    /// A question could not be put, or came back broken.
    #[error("the forces could not be asked")]
    Asking(#[source] E),
    /// No force answered one of the questions: there is nothing that could be read as zero.
    #[error("no force answered: {}", .0.sentence())]
    Unanswered(Coverage),
    /// The releases could not be put together.
    #[error("{0}")]
    Finishing(String),
}
