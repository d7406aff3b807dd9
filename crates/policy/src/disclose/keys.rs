//! Keys that may be told. A word of a closed list or a period of the calendar says nothing by itself; free text that
//! only a few records share can name a person, a place or a source, even beside a suppressed figure.

use model::schema::ColumnType;
use model::{Dimension, Tabulation};

use crate::findings::Group;

/// Stands for every key of a column that may not be told. No source value has this form: values are told as they are.
pub(super) const WITHHELD: &str = "(withheld)";

/// Recodes free-text keys that no group of at least `minimum` entities bears, and puts the groups that become alike
/// together. Takes and gives groups sorted by their keys, each key once.
pub(super) fn withhold(tabulation: &Tabulation, mut groups: Vec<Group>, minimum: u64) -> Vec<Group> {
    let free = |dimension: &Dimension| {
        tabulation.dataset().column(&dimension.column).is_ok_and(|c| c.holds == ColumnType::Text)
    };
    for place in tabulation.by().iter().enumerate().filter(|(_, d)| free(d)).map(|(place, _)| place) {
        let told: std::collections::BTreeSet<String> = groups
            .iter()
            .filter(|group| group.entities >= minimum)
            .filter_map(|group| group.keys.get(place).cloned().flatten())
            .collect();
        for group in &mut groups {
            if let Some(Some(key)) = group.keys.get_mut(place)
                && !told.contains(key)
            {
                WITHHELD.clone_into(key);
            }
        }
    }
    groups.sort_by(|one, other| one.keys.cmp(&other.keys));
    let mut merged: Vec<Group> = Vec::with_capacity(groups.len());
    for group in groups {
        match merged.last_mut().filter(|last| last.keys == group.keys) {
            // An entity may stand in both, so the larger of the two is all that is certain of the whole. Every group
            // with a withheld key is under the minimum, and so is their whole by this reckoning: it stays suppressed.
            Some(last) if last.entities >= group.entities => {}
            Some(last) => *last = group,
            None => merged.push(group),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::{Group, WITHHELD, withhold};
    use model::reply::Figure;
    use model::{Dataset, Dimension, Measure, Tabulation};

    fn check(by: &[&str], groups: &[(&[&str], u64)], expected: &[(&[&str], u64)]) {
        let by = by.iter().map(|text| Dimension::parse(Dataset::Event, text).unwrap()).collect();
        let tabulation = Tabulation::new(Dataset::Event, by, vec![Measure::Count], None).unwrap();
        let group = |(keys, entities): &(&[&str], u64)| Group {
            keys: keys.iter().map(|key| Some((*key).to_owned())).collect(),
            entities: *entities,
            figures: vec![Figure::Count(*entities)],
        };
        let told = withhold(&tabulation, groups.iter().map(group).collect(), 5);
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
            &[(&[WITHHELD], 2), (&["Burglary"], 40)],
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
    fn words_of_closed_lists_and_periods_are_told() {
        check(&["kind", "month"], &[(&["stop", "2024-01"], 1)], &[(&["stop", "2024-01"], 1)]);
    }
}
