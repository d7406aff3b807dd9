//! What a filter leaves possible in one column, whatever the records are.

use std::collections::BTreeSet;

use model::Filter;

/// Whether a record that fits the filter can hold this in a column that is grouped by value, or nothing there.
pub(super) fn may_hold(filter: &Filter, column: &str, held: Option<&str>) -> bool {
    match filter {
        Filter::And(parts) => parts.iter().all(|part| may_hold(part, column, held)),
        Filter::Or(parts) => parts.iter().any(|part| may_hold(part, column, held)),
        Filter::In { column: of, values } if of == column => {
            held.is_some_and(|held| values.iter().any(|value| value == held))
        }
        Filter::Range { column: of, .. } if of == column => held.is_some(),
        Filter::Null { column: of, is_null } if of == column => held.is_none() == *is_null,
        _ => true,
    }
}

/// The values of which every record that fits the filter holds one; none where it names no such values. Nothing is held
/// beside them but where the column may be null.
pub(super) fn named(filter: &Filter, column: &str) -> Option<BTreeSet<String>> {
    let of_parts = |parts: &[Filter]| parts.iter().map(|part| named(part, column)).collect::<Vec<_>>();
    match filter {
        Filter::And(parts) => of_parts(parts).into_iter().flatten().reduce(|one, other| &one & &other),
        Filter::Or(parts) => {
            let parts: Option<Vec<BTreeSet<String>>> = of_parts(parts).into_iter().collect();
            parts?.into_iter().reduce(|one, other| &one | &other)
        }
        Filter::In { column: of, values } if of == column => Some(values.iter().cloned().collect()),
        Filter::Null { column: of, is_null: true } if of == column => Some(BTreeSet::new()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use model::{Dataset, Filter};

    use super::{may_hold, named};

    #[test]
    fn a_heading_is_possible_unless_the_filter_rules_it_out() {
        for (filter, held, expected) in [
            ("category = a", Some("a"), true),
            ("category = a", Some("b"), false),
            ("category = a", None, false),
            ("category = a or kind = stop", Some("b"), true),
            ("category = a or category is null", None, true),
            ("category in (a, b) and category in (b, c)", Some("a"), false),
            ("category is not null", Some("a"), true),
            ("category is not null", None, false),
            ("category is null", Some("a"), false),
            ("kind = stop", None, true),
        ] {
            let filter = Filter::parse(Dataset::Event, filter).unwrap();
            assert_eq!(may_hold(&filter, "category", held), expected, "{filter:?} {held:?}");
        }
        let months = Filter::parse(Dataset::Event, "month >= 2024-01").unwrap();
        assert!(!may_hold(&months, "occurred_on", None));
    }

    #[test]
    fn a_filter_names_the_values_that_it_leaves() {
        for (filter, expected) in [
            ("category in (a, b)", Some(&["a", "b"][..])),
            ("category in (a, b) and category in (b, c)", Some(&["b"])),
            ("category = a or category = b", Some(&["a", "b"])),
            ("category = a or category is null", Some(&["a"])),
            ("category = a and kind = stop", Some(&["a"])),
            ("category = a or kind = stop", None),
            ("kind = stop", None),
        ] {
            let filter = Filter::parse(Dataset::Event, filter).unwrap();
            let expected = expected.map(|values| values.iter().map(|&value| value.to_owned()).collect());
            assert_eq!(named(&filter, "category"), expected, "{filter:?}");
        }
    }
}
