//! Which keys a dimension has whatever the records are. Where all of a table's dimensions have such a list, every group of it
//! is told, with noise, and that a group is told says nothing.

use model::schema::{ColumnType, HANDLING};
use model::{Dataset, Dimension, Grain};

/// The keys of a dimension that is grouped by the words of a closed list, sorted; none where records can bring keys of their
/// own. A column of a label is never empty: what a source leaves out is taken at its strictest.
pub(super) fn closed(dataset: Dataset, dimension: &Dimension) -> Option<Vec<Option<String>>> {
    let column = dataset.column(&dimension.column).ok()?;
    let (Grain::Value, ColumnType::Word(words)) = (dimension.grain, column.holds) else { return None };
    let empty = HANDLING.iter().all(|handling| handling.name != column.name);
    let words = words.iter().map(|word| Some((*word).to_owned()));
    let mut keys: Vec<Option<String>> = empty.then_some(None).into_iter().chain(words).collect();
    keys.sort();
    Some(keys)
}

/// Every combination of keys, one of each list.
pub(super) fn combinations(lists: &[Vec<Option<String>>]) -> Vec<Vec<Option<String>>> {
    lists.iter().fold(vec![Vec::new()], |begun, list| {
        let grown = |keys: &Vec<Option<String>>| {
            let keys = keys.clone();
            list.iter()
                .map(move |key| [keys.as_slice(), std::slice::from_ref(key)].concat())
                .collect::<Vec<_>>()
        };
        begun.iter().flat_map(grown).collect()
    })
}

#[cfg(test)]
mod tests {
    use model::{Dataset, Dimension};

    use super::{closed, combinations};

    #[test]
    fn words_of_closed_lists_have_a_list_and_nothing_else_has() {
        let of = |dataset, text: &str| {
            closed(dataset, &Dimension::parse(dataset, text).unwrap()).map(|keys| keys.len())
        };
        assert_eq!(of(Dataset::Person, "sex"), Some(model::vocabulary::Sex::ALL.len() + 1));
        assert_eq!(
            of(Dataset::Person, "threat_category"),
            Some(model::vocabulary::ThreatCategory::ALL.len())
        );
        for open in ["nationality", "dob:year", "postcode:prefix3", "controller"] {
            assert_eq!(of(Dataset::Person, open), None, "{open}");
        }
        assert_eq!(of(Dataset::Report, "risk_score:band10"), None);
    }

    #[test]
    fn combinations_are_all_there_are() {
        let key = |text: &str| Some(text.to_owned());
        let all = combinations(&[vec![None, key("a")], vec![key("x"), key("y")]]);
        assert_eq!(all, [[None, key("x")], [None, key("y")], [key("a"), key("x")], [key("a"), key("y")]]);
        assert_eq!(combinations(&[]), [Vec::<Option<String>>::new()]);
    }
}
