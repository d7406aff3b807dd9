//! Links of the shared schema that a table may follow, each declared once, and the path that a table takes along them. A
//! column of another dataset is written with its dataset before it: `location.town`, `report.threat_category`, `link.role`.

use std::fmt;

use crate::nearest::suggestion;
use crate::schema::Column;
use crate::{Complaint, Dataset};

/// A link between two datasets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Whose records it starts from.
    pub from: Dataset,
    /// Whose records it leads to.
    pub to: Dataset,
    /// What ties the two.
    pub tie: Tie,
}

/// What ties the records of two datasets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// A column holds the entity key of the one record that is meant; a record without one has nothing there.
    Reference {
        /// The column.
        column: &'static str,
        /// The column that names the dataset meant, where the first may mean several.
        dataset: Option<&'static str>,
    },
    /// Records of [`Dataset::Link`], any number of them, each with its role.
    Edges,
}

const fn place(from: Dataset) -> Link {
    Link { from, to: Dataset::Location, tie: Tie::Reference { column: "location_id", dataset: None } }
}

const fn holder(to: Dataset) -> Link {
    let tie = Tie::Reference { column: "holder_id", dataset: Some("holder_dataset") };
    Link { from: Dataset::Identifier, to, tie }
}

const fn edges(from: Dataset, to: Dataset) -> Link {
    Link { from, to, tie: Tie::Edges }
}

/// Every link that tables follow. Edges stand in the direction in which they are recorded, and are followed both ways.
pub const LINKS: &[Link] = &[
    place(Dataset::Event),
    place(Dataset::Report),
    holder(Dataset::Person),
    holder(Dataset::Object),
    holder(Dataset::Organisation),
    holder(Dataset::Location),
    edges(Dataset::Person, Dataset::Report),
    edges(Dataset::Person, Dataset::Event),
    edges(Dataset::Person, Dataset::Threat),
    edges(Dataset::Person, Dataset::Object),
    edges(Dataset::Organisation, Dataset::Person),
    edges(Dataset::Threat, Dataset::Report),
];

/// The link by which a record of `from` names one of `to`.
pub fn reference(from: Dataset, to: Dataset) -> Option<&'static Link> {
    LINKS.iter().find(|link| link.tie != Tie::Edges && link.from == from && link.to == to)
}

/// The edges between two datasets, whichever way they are recorded.
pub fn edge(one: Dataset, other: Dataset) -> Option<&'static Link> {
    LINKS
        .iter()
        .find(|link| link.tie == Tie::Edges && [(one, other), (other, one)].contains(&(link.from, link.to)))
}

/// A column that a table over a dataset may speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// Whose column it is.
    pub dataset: Dataset,
    /// The column.
    pub column: &'static Column,
}

impl Dataset {
    /// The column that a table over this dataset calls `name`: its own, or one of a dataset that a link leads to.
    pub fn reach(self, name: &str) -> Result<Reached, Complaint> {
        let Some((of, own)) = name.split_once('.') else {
            return Ok(Reached { dataset: self, column: self.column(name)? });
        };
        let complain = |why: String| Complaint::new("column", why);
        let dataset: Dataset = of.parse().map_err(|_| {
            let near = suggestion(of, Dataset::WORDS.iter().copied());
            complain(format!("{name:?}: {of:?} is not a dataset; {near}"))
        })?;
        if dataset == self {
            return Err(complain(format!(
                "{name:?}: columns of {self} itself stand without it: write {own}"
            )));
        }
        if !self.leads().contains(&dataset) {
            let known: Vec<&str> = self.leads().into_iter().map(Dataset::as_str).collect();
            let known = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
            return Err(complain(format!(
                "no declared link leads from {self} to {dataset}; links lead to {known}"
            )));
        }
        Ok(Reached { dataset, column: dataset.column(own)? })
    }

    /// The datasets whose columns a table over this one may speak of besides its own.
    pub fn leads(self) -> Vec<Dataset> {
        let linked = |other: Dataset| edge(self, other).is_some();
        let leads = |other: Dataset| {
            reference(self, other).is_some()
                || linked(other)
                || Self::ALL.iter().any(|&through| linked(through) && reference(through, other).is_some())
                || (other == Self::Link && Self::ALL.iter().any(|&to| linked(to)))
        };
        Self::ALL.iter().copied().filter(|&other| other != self && leads(other)).collect()
    }
}

/// The datasets that a table reads besides the one that it counts: at most one along edges, and at most one that a
/// record of either refers to.
///
/// Along edges a table counts linked pairs, and records that are not linked stand in none. A reference adds columns, which
/// are null where it leads nowhere. A record that may not be counted is as good as not there, on either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    dataset: Dataset,
    linked: Option<&'static Link>,
    referred: Option<&'static Link>,
}

impl Path {
    /// The path of a table over `dataset` that speaks of these columns.
    pub fn of<'a>(dataset: Dataset, columns: impl Iterator<Item = &'a str>) -> Result<Self, Complaint> {
        let complain = |why: String| Complaint::new("column", why);
        let mut others: Vec<Dataset> = Vec::new();
        for column in columns {
            let Reached { dataset: other, .. } = dataset.reach(column)?;
            if other != dataset && !others.contains(&other) {
                others.push(other);
            }
        }
        let mut path = Self { dataset, linked: None, referred: None };
        for &other in others.iter().filter(|&&other| reference(dataset, other).is_none()) {
            let Some(link) = edge(dataset, other) else { continue };
            if let Some(before) = path.linked() {
                return Err(complain(format!(
                    "a table follows one link at a time, not both to {before} and to {other}"
                )));
            }
            path.linked = Some(link);
        }
        for &other in &others {
            let through = path.linked();
            let link = reference(dataset, other).or_else(|| reference(through?, other));
            match link {
                _ if through == Some(other) || (other == Dataset::Link && through.is_some()) => {}
                Some(link) if path.referred.is_none() => path.referred = Some(link),
                Some(_) => {
                    return Err(complain(format!(
                        "of what records refer to a table reads one dataset, not {other} besides"
                    )));
                }
                None => {
                    return Err(complain(format!(
                        "{other} is reached through another dataset: name a column of that one too, such as {}",
                        example(dataset, other)
                    )));
                }
            }
        }
        Ok(path)
    }

    /// The dataset that is counted.
    pub fn dataset(&self) -> Dataset {
        self.dataset
    }

    /// The dataset at the other end of the edges that are followed.
    pub fn linked(&self) -> Option<Dataset> {
        self.linked.map(|link| if link.from == self.dataset { link.to } else { link.from })
    }

    /// The edges that are followed.
    pub fn edges(&self) -> Option<&'static Link> {
        self.linked
    }

    /// The reference that is followed, from the dataset itself or from the linked one.
    pub fn reference(&self) -> Option<&'static Link> {
        self.referred
    }

    /// The column that names the unit which a record on the path comes from, where one of the datasets has units.
    pub fn unit_key(&self) -> Option<String> {
        let own = self.dataset.unit_key().map(str::to_owned);
        let linked = || self.linked().and_then(|linked| Some(format!("{linked}.{}", linked.unit_key()?)));
        own.or_else(linked)
    }

    /// Whether no link is followed.
    pub fn is_alone(&self) -> bool {
        self.linked.is_none() && self.referred.is_none()
    }

    /// Every dataset that is read, the one that is counted first: of each a policy must permit tables, and the label of
    /// each record must be allowed.
    pub fn datasets(&self) -> Vec<Dataset> {
        let edges = self.linked.map(|_| Dataset::Link);
        let referred = self.referred.map(|link| link.to);
        std::iter::once(self.dataset).chain(edges).chain(self.linked()).chain(referred).collect()
    }
}

/// A column that says which way is meant.
fn example(dataset: Dataset, other: Dataset) -> String {
    let through = Dataset::ALL.iter().copied().filter(|&through| {
        edge(dataset, through).is_some() && (other == Dataset::Link || reference(through, other).is_some())
    });
    let columns: Vec<String> =
        through.map(|through| format!("{through}.{}", through.principal_date())).collect();
    columns.join(" or ")
}

impl fmt::Display for Path {
    /// The datasets in words: `person, link, report`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.datasets().into_iter().map(Dataset::as_str).collect();
        f.write_str(&words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{LINKS, Path, Tie, edge, reference};
    use crate::Dataset;
    use crate::schema::ColumnType;

    #[test]
    fn every_link_is_declared_once_and_ties_columns_that_are_there() {
        for link in LINKS {
            assert_ne!(link.from, link.to);
            let same = |other: &&super::Link| {
                [(link.from, link.to), (link.to, link.from)].contains(&(other.from, other.to))
                    && (other.tie == Tie::Edges) == (link.tie == Tie::Edges)
            };
            assert_eq!(LINKS.iter().filter(same).count(), 1, "{link:?}");
            if let Tie::Reference { column, dataset } = link.tie {
                assert_eq!(link.from.column(column).unwrap().holds, ColumnType::Text);
                let named = dataset.map(|column| link.from.column(column).unwrap().holds);
                assert!(named.is_none_or(|holds| holds == ColumnType::Word(Dataset::WORDS)));
                assert_eq!(reference(link.from, link.to), Some(link));
            } else {
                assert_eq!(edge(link.to, link.from), Some(link));
            }
        }
    }

    #[test]
    fn a_path_is_read_off_the_columns() {
        for (dataset, columns, path) in [
            (Dataset::Event, &["category"][..], "event"),
            (Dataset::Event, &["category", "location.town", "location.lsoa"], "event, location"),
            (Dataset::Person, &["sex", "report.threat_category"], "person, link, report"),
            (Dataset::Report, &["person.sex", "link.role"], "report, link, person"),
            (Dataset::Person, &["location.town", "report.threat_category"], "person, link, report, location"),
            (Dataset::Report, &["location.town", "person.sex"], "report, link, person, location"),
            (Dataset::Identifier, &["person.dob"], "identifier, person"),
            (Dataset::Threat, &["report.area"], "threat, link, report"),
        ] {
            assert_eq!(Path::of(dataset, columns.iter().copied()).unwrap().to_string(), path);
        }
    }

    #[test]
    fn what_no_link_leads_to_is_refused_with_what_is_near() {
        for (dataset, columns, part) in [
            (Dataset::Person, &["reprot.area"][..], "did you mean \"report\"?"),
            (Dataset::Person, &["report.aera"], "did you mean \"area\"?"),
            (Dataset::Person, &["person.sex"], "write sex"),
            (Dataset::Event, &["threat.kind"], "links lead to person, location, link"),
            (Dataset::Person, &["report.area", "event.kind"], "one link at a time"),
            (Dataset::Person, &["location.town"], "such as event.occurred_on or report.reported_on"),
            (Dataset::Person, &["link.role"], "name a column of that one too"),
            (Dataset::Identifier, &["person.sex", "organisation.postcode"], "one dataset"),
            (Dataset::Link, &["person.sex"], "links lead to nothing"),
        ] {
            let complaint = Path::of(dataset, columns.iter().copied()).unwrap_err().to_string();
            assert!(complaint.contains(part), "{complaint}");
        }
    }
}
