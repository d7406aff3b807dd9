//! A typed question as a statement needs it, and whoever puts it to the forces.

use std::collections::BTreeSet;
use std::fmt;

use async_trait::async_trait;
use model::{ForceId, TableAnswer, Tabulation};

/// One table to ask of the forces.
#[derive(Debug, Clone, PartialEq)]
pub struct TypedQuestion {
    /// What is asked.
    pub table: Tabulation,
    /// Whether each force's figures stand by themselves, with the force as the first key.
    pub by_force: bool,
    /// The forces asked; none: whichever the asker asks.
    pub forces: Option<BTreeSet<ForceId>>,
}

/// Puts typed questions to the forces: an analyst's desk, or a door that asks in somebody's name.
#[async_trait]
pub trait Ask: Sync {
    /// Why a question could not be put.
    type Error: Send;

    /// Asks, and returns the merged answer: its columns are those of the question, with `force` before them where it is
    /// by force.
    async fn ask(&self, question: &TypedQuestion) -> Result<TableAnswer, Self::Error>;
}

impl fmt::Display for TypedQuestion {
    /// As it would be typed after `bluelamp`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |items: Vec<String>| items.join(",");
        let table = &self.table;
        write!(f, "table {}", table.dataset())?;
        if !table.by().is_empty() {
            write!(f, " --by {}", list(table.by().iter().map(ToString::to_string).collect()))?;
        }
        write!(f, " --measure {}", list(table.measures().iter().map(ToString::to_string).collect()))?;
        if let Some(filter) = table.filter() {
            write!(f, " --where \"{}\"", filter.to_string().replace('\\', "\\\\").replace('"', "\\\""))?;
        }
        if table.totals() {
            f.write_str(" --totals")?;
        }
        if self.by_force {
            f.write_str(" --per-force")?;
        }
        if let Some(forces) = &self.forces {
            write!(f, " --forces {}", list(forces.iter().map(ToString::to_string).collect()))?;
        }
        Ok(())
    }
}
