//! Which keys a dimension has whatever the records are. Where all of a table's dimensions have such a list, every group of it
//! stands there, and that one does says nothing.

use model::schema::{Column, ColumnType, HANDLING};
use model::{Dataset, Dimension, Grain};

/// The key of one group in one dimension; none for what a record does not say.
pub(super) type Key = Option<String>;

/// The keys of a dimension that is grouped by the words of a closed list, sorted; none where records can bring keys of their
/// own.
pub(super) fn closed(dataset: Dataset, dimension: &Dimension) -> Option<Vec<Key>> {
    let column = dataset.reach(&dimension.column).ok()?.column;
    let (Grain::Value, ColumnType::Word(words)) = (dimension.grain, column.holds) else { return None };
    let words = words.iter().map(|word| Some((*word).to_owned()));
    let mut keys: Vec<Key> =
        can_be_null(dataset, dimension).then_some(None).into_iter().chain(words).collect();
    keys.sort();
    Some(keys)
}

/// Whether a record can say nothing of a dimension. A word of a label is never missing, since what a source leaves out is
/// taken at its strictest; of another dataset's record there may be none.
pub(super) fn can_be_null(dataset: Dataset, dimension: &Dimension) -> bool {
    let of_label = |column: &Column| column.holds != ColumnType::Date && HANDLING.contains(column);
    dataset.reach(&dimension.column).is_ok_and(|r| r.dataset != dataset || !of_label(r.column))
}

/// Every combination of keys, one of each list, in the order of the lists.
pub(super) fn combinations(lists: &[Vec<Key>]) -> Vec<Vec<Key>> {
    lists.iter().fold(vec![Vec::new()], |begun, list| {
        let grown = |keys: &Vec<Key>| {
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

    use super::{can_be_null, closed, combinations};

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
    fn a_label_says_something_and_nothing_else_need() {
        let of = |dataset, text: &str| can_be_null(dataset, &Dimension::parse(dataset, text).unwrap());
        for (dataset, text) in [(Dataset::Person, "threat_category"), (Dataset::Event, "controller")] {
            assert!(!of(dataset, text), "{text}");
        }
        for (dataset, text) in [
            (Dataset::Person, "sex"),
            (Dataset::Person, "month"),
            (Dataset::Event, "category"),
            (Dataset::Event, "location.threat_category"),
        ] {
            assert!(of(dataset, text), "{text}");
        }
    }

    #[test]
    fn combinations_are_all_there_are() {
        let key = |text: &str| Some(text.to_owned());
        let all = combinations(&[vec![None, key("a")], vec![key("x"), key("y")]]);
        assert_eq!(all, [[None, key("x")], [None, key("y")], [key("a"), key("x")], [key("a"), key("y")]]);
        assert_eq!(combinations(&[]), [Vec::<Option<String>>::new()]);
    }
}
