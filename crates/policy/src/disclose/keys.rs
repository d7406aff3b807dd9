//! Keys that may be told. A word of a closed list or a period of the calendar says nothing by itself; free text that
//! only a few records share can name a person, a place or a source, even beside a suppressed figure.

use model::schema::ColumnType;
use model::tabulation::{TOTAL, WITHHELD};
use model::{Dimension, Tabulation};

use super::margins::merge;
use crate::findings::Counted;

/// Recodes free-text keys that no group of the table with at least `minimum` entities bears, and puts the groups that
/// become alike together. Takes groups of the table and of its margins, and gives each set sorted by its keys, each
/// key once.
pub(super) fn withhold(
    tabulation: &Tabulation,
    own: Vec<Counted>,
    margins: Vec<Counted>,
    minimum: u64,
) -> [Vec<Counted>; 2] {
    let mut sets = [own, margins];
    let free = |dimension: &Dimension| {
        tabulation.column(&dimension.column).is_some_and(|c| c.holds == ColumnType::Text)
    };
    for place in tabulation.by().iter().enumerate().filter(|(_, d)| free(d)).map(|(place, _)| place) {
        let [own, _] = &sets;
        let told: std::collections::BTreeSet<String> = own
            .iter()
            .filter(|group| group.fewest(tabulation.path()) >= minimum)
            .filter_map(|group| group.keys.get(place).cloned().flatten())
            // A value in the form of a mark would be taken for the mark.
            .filter(|key| ![TOTAL, WITHHELD].contains(&key.as_str()))
            .collect();
        for group in sets.iter_mut().flatten().filter(|group| !group.together.contains(&place)) {
            if let Some(Some(key)) = group.keys.get_mut(place)
                && !told.contains(key)
            {
                WITHHELD.clone_into(key);
            }
        }
    }
    sets.map(alike_together)
}

/// Whether a group has a key that may not be told. Nor may its figures: what stands behind it is put together of groups
/// that are too small.
pub(super) fn is_withheld(keys: &[Option<String>]) -> bool {
    keys.iter().flatten().any(|key| key == WITHHELD)
}

fn alike_together(mut groups: Vec<Counted>) -> Vec<Counted> {
    groups.sort_by(|one, other| (&one.together, &one.keys).cmp(&(&other.together, &other.keys)));
    let mut merged: Vec<Counted> = Vec::with_capacity(groups.len());
    for group in groups {
        match merged.last_mut().filter(|last| last.keys == group.keys && last.together == group.together) {
            Some(last) => merge(last, &group),
            None => merged.push(group),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::{Counted, WITHHELD, withhold};
    use model::reply::Figure;
    use model::{Dataset, Dimension, Measure, Tabulation};

    fn check(by: &[&str], groups: &[(&[&str], u64)], expected: &[(&[&str], u64)]) {
        let by = by.iter().map(|text| Dimension::parse(Dataset::Event, text).unwrap()).collect();
        let tabulation = Tabulation::new(Dataset::Event, by, vec![Measure::Count], None).unwrap();
        let group = |(keys, entities): &(&[&str], u64)| Counted {
            keys: keys.iter().map(|key| Some((*key).to_owned())).collect(),
            entities: *entities,
            members: None,
            figures: vec![Figure::Count(*entities)],
            ..Counted::default()
        };
        let [told, _] = withhold(&tabulation, groups.iter().map(group).collect(), vec![], 5);
        let told: Vec<(Vec<&str>, u64)> = told
            .iter()
            .map(|g| (g.keys.iter().map(|k| k.as_deref().unwrap()).collect(), g.entities))
            .collect();
        let expected: Vec<(Vec<&str>, u64)> = expected.iter().map(|(k, n)| (k.to_vec(), *n)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn free_text_that_few_share_is_withheld_and_put_together() {
        check(
            &["category"],
            &[(&["Burglary"], 40), (&["Rare one"], 1), (&["Rare two"], 2)],
            &[(&[WITHHELD], 3), (&["Burglary"], 40)],
        );
    }

    #[test]
    fn a_key_that_one_large_group_bears_is_told_beside_its_small_groups() {
        check(
            &["month", "category"],
            &[(&["2024-01", "Robbery"], 30), (&["2024-02", "Robbery"], 2), (&["2024-02", "Rare"], 1)],
            &[(&["2024-01", "Robbery"], 30), (&["2024-02", WITHHELD], 1), (&["2024-02", "Robbery"], 2)],
        );
    }

    #[test]
    fn a_value_in_the_form_of_a_mark_is_withheld() {
        check(
            &["category"],
            &[(&["(total)"], 40), (&["(withheld)"], 30), (&["Burglary"], 20)],
            &[(&[WITHHELD], 70), (&["Burglary"], 20)],
        );
    }

    #[test]
    fn words_of_closed_lists_and_periods_are_told() {
        check(&["kind", "month"], &[(&["stop", "2024-01"], 1)], &[(&["stop", "2024-01"], 1)]);
    }
}
