//! What a policy may bear on, more narrowly than by its action: the questions about one dataset, or its records in answers. Each
//! is an action with facts that are fixed there.

use model::Dataset;

use crate::bundle::rules::Action;

/// Something narrower than an action that a policy may bear on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearing {
    /// Questions that search for what this dataset holds.
    AskedToSearch(Dataset),
    /// Questions that tabulate this dataset.
    AskedToTabulate(Dataset),
    /// Records of this dataset in the answer to a search.
    Searched(Dataset),
    /// Records of this dataset in a table over it.
    Tabulated(Dataset),
}

impl Bearing {
    /// What is decided there.
    pub(super) fn action(self) -> Action {
        match self {
            Self::AskedToSearch(_) | Self::AskedToTabulate(_) => Action::Ask,
            Self::Searched(_) => Action::Search,
            Self::Tabulated(_) => Action::Tabulate,
        }
    }

    /// The facts that it fixes.
    pub(super) fn facts(self) -> Vec<(&'static str, String)> {
        let question = |dataset: Dataset| {
            [("context.dataset", dataset.to_string()), ("resource.name", dataset.to_string())]
        };
        let mode = |mode: &str| ("context.mode", mode.to_owned());
        match self {
            Self::AskedToSearch(dataset) => question(dataset).into_iter().chain([mode("search")]).collect(),
            Self::AskedToTabulate(dataset) => {
                question(dataset).into_iter().chain([mode("tabulate")]).collect()
            }
            // What is linked to a match bears its own dataset's name, not that of what is searched for.
            Self::Searched(dataset) => vec![("resource.dataset", dataset.to_string())],
            Self::Tabulated(dataset) => {
                vec![("context.dataset", dataset.to_string()), ("resource.dataset", dataset.to_string())]
            }
        }
    }
}
