//! What the cells of a table mean, apart from whom they count. By it cells that count the same entities by definition are
//! told from cells that happen to.

use model::canonical::Populations;
use model::filter::GridPoint;
use model::tabulation::WITHHELD;
use model::{Dimension, Filter, Grain, Tabulation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::findings::Counted;

/// Most cells of a table whose meaning is written down; of larger tables none is, which costs them later repeats of
/// their cells under other words, and nobody's protection.
const CELLS_MAX: usize = 2_000;

/// What the cells of one table mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Meaning {
    /// Names the records that the whole table is about: its filter, and which labels were counted.
    population: u64,
    /// Its dimensions, as they are written.
    by: Vec<String>,
    /// Names the records that each cell is about; none where a cell stands for keys that were withheld.
    cells: Vec<Option<u64>>,
}

impl Meaning {
    /// The meaning of these cells of a table and its margins. `counted` names the labels whose records are counted.
    pub(crate) fn of(asked: &Tabulation, counted: &str, cells: &[Counted]) -> Self {
        let mut populations = Populations::along(asked.path());
        let mut named = |clauses: &[Filter]| {
            let population = populations.name(asked.filter().into_iter().chain(clauses)).ok()?;
            Some(hash(&[counted, &population]))
        };
        let population = named(&[]).unwrap_or_default();
        let few = cells.len() <= CELLS_MAX;
        let meaning = |cell: &Counted| {
            if !few {
                return None;
            }
            let own = asked.by().iter().zip(&cell.keys).enumerate();
            let own = own.filter(|(place, _)| !cell.together.contains(place));
            let clauses: Option<Vec<Filter>> =
                own.map(|(_, (dimension, key))| clause(dimension, key.as_deref())).collect();
            named(&clauses?)
        };
        Self {
            population,
            by: asked.by().iter().map(ToString::to_string).collect(),
            cells: cells.iter().map(meaning).collect(),
        }
    }

    /// What the cell at a place is about, where that is known.
    pub(crate) fn cell(&self, at: usize) -> Option<u64> {
        self.cells.get(at).copied().flatten()
    }

    /// The same without the cells that were suppressed.
    pub(crate) fn told(&self, hidden: &[bool]) -> Self {
        let told = self.cells.iter().zip(hidden).filter(|(_, hidden)| !**hidden).map(|(cell, _)| *cell);
        Self { cells: told.collect(), ..self.clone() }
    }

    /// Whether each cell of one of the two is, by definition, a sum of cells of the other: they are about the same
    /// records, and one is grouped by some of the other's dimensions.
    pub(crate) fn nests(&self, other: &Self) -> bool {
        let within = |few: &[String], many: &[String]| few.iter().all(|dimension| many.contains(dimension));
        self.population == other.population && (within(&self.by, &other.by) || within(&other.by, &self.by))
    }
}

/// The condition that a record fulfils exactly when it stands under `key`; none where no condition says so.
fn clause(dimension: &Dimension, key: Option<&str>) -> Option<Filter> {
    let column = dimension.column.clone();
    let Some(key) = key else { return Some(Filter::Null { column, is_null: true }) };
    let month = |year: i16, month: i8| Some(GridPoint::Month { year, month });
    let months = |year: i16, first: i8, count: i8| {
        let last = first + count;
        let below = if last > 12 { month(year + 1, last - 12) } else { month(year, last) };
        Some(Filter::Range { column: column.clone(), from: month(year, first), below })
    };
    let values = || Some(Filter::In { column: column.clone(), values: vec![key.to_owned()] });
    match dimension.grain {
        _ if key == WITHHELD => None,
        Grain::Value => values(),
        // A shorter text is its own beginning, and the beginning of longer ones that stand elsewhere.
        Grain::Prefix(letters) if key.chars().count() == usize::from(letters) => values(),
        Grain::Prefix(_) => None,
        Grain::Month => {
            let (year, number) = key.split_once('-')?;
            months(year.parse().ok()?, number.parse().ok()?, 1)
        }
        Grain::Quarter => {
            let (year, number) = key.split_once("-Q")?;
            months(year.parse().ok()?, number.parse::<i8>().ok()? * 3 - 2, 3)
        }
        Grain::Year => months(key.parse().ok()?, 1, 12),
        // Values outside a column's bounds stand in its last bands, which no range says.
        Grain::Band(_) => None,
    }
}

/// The first eight bytes of SHA-256 over the parts, each preceded by its length.
fn hash(parts: &[&str]) -> u64 {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let bytes = digest.finalize();
    bytes.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use model::{Dataset, Dimension, Filter, Measure, Tabulation};

    use super::Meaning;
    use crate::findings::Counted;

    fn meaning(by: &[&str], filter: Option<&str>, keys: &[&[&str]]) -> Meaning {
        let dataset = Dataset::Event;
        let by = by.iter().map(|text| Dimension::parse(dataset, text).unwrap()).collect();
        let filter = filter.map(|text| Filter::parse(dataset, text).unwrap());
        let asked = Tabulation::new(dataset, by, vec![Measure::Count], filter).unwrap();
        let cell = |keys: &&[&str]| Counted {
            keys: keys.iter().map(|key| (*key != "null").then(|| (*key).to_owned())).collect(),
            together: keys.iter().enumerate().filter(|(_, key)| **key == "total").map(|(at, _)| at).collect(),
            ..Counted::default()
        };
        Meaning::of(&asked, "1", &keys.iter().map(cell).collect::<Vec<_>>())
    }

    #[test]
    fn a_cell_means_the_same_however_it_was_asked_for() {
        let cell = |by: &[&str], filter: Option<&str>, keys: &[&str]| meaning(by, filter, &[keys]).cell(0);
        let wanted = cell(&["month", "kind"], None, &["2024-02", "stop"]);
        assert!(wanted.is_some());
        for (by, filter, keys) in [
            (&["kind", "month"][..], None, &["stop", "2024-02"][..]),
            (&["month"], Some("kind = stop"), &["2024-02"]),
            (&[], Some("kind = stop and month between 2024-02 and 2024-02"), &[]),
            (&["month", "kind"], Some("month >= 2024-02"), &["2024-02", "stop"]),
            (&["month", "outcome", "kind"], None, &["2024-02", "total", "stop"]),
        ] {
            assert_eq!(cell(by, filter, keys), wanted, "{by:?} {filter:?}");
        }
        for (by, filter, keys) in [
            (&["month", "kind"][..], None, &["2024-02", "crime"][..]),
            (&["month", "kind"], None, &["2024-02", "null"]),
            (&["quarter", "kind"], None, &["2024-Q1", "stop"]),
            (&["month", "kind"], Some("category = x"), &["2024-02", "stop"]),
        ] {
            assert_ne!(cell(by, filter, keys), wanted, "{by:?} {filter:?} {keys:?}");
        }
        assert_eq!(
            cell(&["quarter"], None, &["2023-Q4"]),
            cell(&[], Some("month between 2023-10 and 2023-12"), &[])
        );
        assert_eq!(cell(&["category"], None, &["(withheld)"]), None);
    }

    #[test]
    fn tables_nest_by_their_dimensions_over_the_same_records() {
        let of = |by: &[&str], filter: Option<&str>| meaning(by, filter, &[]);
        let fine = of(&["month", "kind"], Some("category = x"));
        assert!(fine.nests(&of(&["kind"], Some("category in (x, x)"))));
        assert!(of(&[], Some("category = x")).nests(&fine));
        assert!(!fine.nests(&of(&["kind"], None)));
        assert!(!fine.nests(&of(&["outcome"], Some("category = x"))));
    }
}
