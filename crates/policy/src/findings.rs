//! What a node found, exactly as it is. Written by the node, read by this crate alone: no getters, no serde, and
//! `Debug` shows the shape only (invariants 1 and 2).

use std::collections::BTreeSet;
use std::fmt;

use model::reply::Figure;
use model::vocabulary::{EntityKind, GradingBand, ThreatCategory};
use model::{Ask, Dataset, LabelId, Path, Probability, QuestionId, SameBy};

use crate::shares::{Share, Shares};
use crate::{EntitySet, Permit};

/// Exact findings under one permit: matches of a search, or groups of a table.
///
/// Writing the wrong sort of finding makes the whole unfit for release.
pub struct Findings {
    pub(crate) question: QuestionId,
    pub(crate) subject: Option<usize>,
    pub(crate) found: Found,
}

/// One record that a search matched. Has no `Debug`: the reference names a record.
pub struct Match {
    /// What kind of thing it is.
    pub entity: EntityKind,
    /// The home force's reference to the record. Never leaves.
    pub record: String,
    /// The labels that bear on it: the record's own, and those of what holds it. Only what all of them allow is
    /// told.
    pub labels: Vec<LabelId>,
    /// How probable it is that this is what was looked for.
    pub confidence: Probability,
    /// What else is known with it.
    pub facets: Vec<Facet>,
    /// What another force's record of the same person would have in common with it. Leaves as tags only.
    pub features: Vec<(SameBy, Vec<u8>)>,
}

/// What a record says of a match in closed words: the matched record itself, or one that is linked to it.
pub struct Facet {
    /// The labels that bear on it: those of the record and of the link that leads to it. Only what all of them allow is
    /// told.
    pub labels: Vec<LabelId>,
    /// The record, where it is another one than the match.
    pub linked: Option<Linked>,
    /// Its threat category.
    pub category: ThreatCategory,
    /// The year that it speaks of.
    pub year: Option<i16>,
    /// How far to rely on it.
    pub grading: GradingBand,
}

/// A record that is linked to a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Linked {
    /// Which dataset it is of.
    pub dataset: Dataset,
    /// Tells it apart from others at home, so that one record counts once. Never leaves.
    pub record: u64,
}

/// The distinct entities behind a group of a table: a set, or their number alone where nothing is remembered.
pub struct Entities {
    number: u64,
    members: Option<EntitySet>,
}

impl From<EntitySet> for Entities {
    fn from(members: EntitySet) -> Self {
        Self { number: members.len(), members: Some(members) }
    }
}

impl From<u64> for Entities {
    /// Fit for a release only where no earlier table is to be weighed and this one need not be remembered.
    fn from(number: u64) -> Self {
        Self { number, members: None }
    }
}

/// One group of a table, or one of a margin, exact. Has no `Debug`.
#[derive(Clone, Default)]
pub struct Counted {
    /// The group, one key for each dimension; without meaning in dimensions that are taken together.
    pub keys: Vec<Option<String>>,
    /// Of a margin's group: the places of the dimensions that are taken together.
    pub together: BTreeSet<usize>,
    /// How many distinct entities stand behind it.
    pub entities: u64,
    /// Which entities; none where the node did not say.
    pub members: Option<EntitySet>,
    /// Of a table along edges: which distinct linked entities stand behind it; none where the node did not say.
    pub linked: Option<EntitySet>,
    /// Of a table that reads what its records refer to: how many distinct entities of that dataset stand behind it, 0 where its
    /// records refer to none; none where the node did not say.
    pub referred: Option<u64>,
    /// How many distinct units stand behind it, where the dataset has units and the permit counts them.
    pub units: Option<u64>,
    /// For each measure, the two largest contributions of single entities by size, where it is a sum or a mean and the
    /// permit weighs dominance.
    pub largest: Vec<Option<[u64; 2]>>,
    /// Exact figures in the order of the measures.
    pub figures: Vec<Figure>,
}

impl Counted {
    /// The fewest entities of any sort that stand behind it. A reference that leads nowhere tells of nobody; what was not
    /// handed in counts as nobody.
    pub(crate) fn fewest(&self, path: &Path) -> u64 {
        let linked = path.linked().map(|_| self.linked.as_ref().map_or(0, EntitySet::len));
        let referred = path.reference().map(|_| self.referred.unwrap_or(1)).filter(|number| *number > 0);
        [linked, referred].into_iter().flatten().fold(self.entities, u64::min)
    }
}

pub(crate) enum Found {
    Matches(Vec<Match>),
    Groups(Vec<Counted>),
    Shares(Shares),
    /// Findings of both sorts, which belong to no question.
    Muddled,
}

impl Findings {
    /// Empty findings of a search.
    pub fn for_search(permit: &Permit) -> Self {
        let found = match permit.ask() {
            Ask::Search(_) => Found::Matches(Vec::new()),
            Ask::Batch(_) | Ask::Tabulate(_) => Found::Muddled,
        };
        Self { question: permit.question_id(), subject: permit.subject(), found }
    }

    /// Empty findings of a tabulation.
    pub fn for_table(permit: &Permit) -> Self {
        let found = match permit.ask() {
            Ask::Search(_) | Ask::Batch(_) => Found::Muddled,
            Ask::Tabulate(_) => Found::Groups(Vec::new()),
        };
        Self { question: permit.question_id(), subject: permit.subject(), found }
    }

    /// Adds a match, each record once.
    pub fn add_match(&mut self, found: Match) {
        match &mut self.found {
            Found::Matches(matches) => matches.push(found),
            Found::Groups(_) | Found::Shares(_) | Found::Muddled => self.found = Found::Muddled,
        }
    }

    /// Adds what one entity adds to a group of a table that carries noise, each pair of the two once. Such a table is told of
    /// shares alone, or of groups in which each entity stands once with one row.
    pub fn add_share(&mut self, keys: Vec<Option<String>>, share: Share) {
        if matches!(&self.found, Found::Groups(groups) if groups.is_empty()) {
            self.found = Found::Shares(Shares::default());
        }
        match &mut self.found {
            Found::Shares(shares) => shares.add(keys, share),
            Found::Matches(_) | Found::Groups(_) | Found::Muddled => self.found = Found::Muddled,
        }
    }

    /// Adds a group of a table, each group once: its keys, which distinct entities stand behind it, and its exact
    /// figures in the order of the measures. Groups without records are left out.
    pub fn add_group(
        &mut self,
        keys: Vec<Option<String>>,
        entities: impl Into<Entities>,
        figures: Vec<Figure>,
    ) {
        let Entities { number, members } = entities.into();
        self.add_counted(Counted { keys, entities: number, members, figures, ..Counted::default() });
    }

    /// Adds a group with all that is known of it: of the table, or of a margin where the whole of a margin's groups is
    /// handed in, since entities and units of its parts may overlap.
    pub fn add_counted(&mut self, counted: Counted) {
        match &mut self.found {
            Found::Groups(groups) => groups.push(counted),
            Found::Matches(_) | Found::Shares(_) | Found::Muddled => self.found = Found::Muddled,
        }
    }
}

impl fmt::Debug for Findings {
    /// Not even how many: a log line with a number of matches would be a count that no policy released.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = match &self.found {
            Found::Matches(_) => "matches",
            Found::Groups(_) | Found::Shares(_) => "groups",
            Found::Muddled => "muddled",
        };
        write!(f, "Findings({}, {shape})", self.question)
    }
}
