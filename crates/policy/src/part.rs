//! What one decision is about: a search, alone or as one subject of a batch, or a table.

use model::probe::Known;
use model::{Ask, Search, Tabulation};

/// A question's one part, or one of the parts of a batch.
#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    /// A search.
    Search(&'a Search),
    /// A table.
    Table(&'a Tabulation),
}

impl<'a> Part<'a> {
    /// The one part of a question that has one; none of a batch.
    pub(crate) fn only(ask: &'a Ask) -> Option<Self> {
        match ask {
            Ask::Search(search) => Some(Self::Search(search)),
            Ask::Tabulate(table) => Some(Self::Table(table)),
            Ask::Batch(_) => None,
        }
    }

    /// The mode that policies know it by. To a policy, a subject of a batch is a search like any other.
    pub(crate) fn mode(self) -> &'static str {
        match self {
            Self::Search(_) => "search",
            Self::Table(_) => "tabulate",
        }
    }

    /// How well the asker knows what is asked about. A table names no one, so nothing in it is known in part.
    pub(crate) fn known(self) -> Known {
        match self {
            Self::Search(search) => search.probe.known(),
            Self::Table(_) => Known::Whole,
        }
    }

    /// The part as a question of its own would ask it.
    pub(crate) fn to_ask(self) -> Ask {
        match self {
            Self::Search(search) => Ask::Search(search.clone()),
            Self::Table(table) => Ask::Tabulate(table.clone()),
        }
    }
}
