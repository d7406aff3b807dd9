//! Names that stand for one another though no rule of spelling says so: nicknames and diminutives of given names, and
//! spellings of family names. Read once from two lists.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::LazyLock;

use crate::hash::NameHasher;

/// Names that may be one name.
pub(crate) static GIVEN: LazyLock<Groups> = LazyLock::new(|| Groups::read(include_str!("given_names.txt")));

/// Family names that may be one name.
pub(crate) static FAMILY: LazyLock<Groups> = LazyLock::new(|| Groups::read(include_str!("family_names.txt")));

/// The groups of each name.
type ByName = HashMap<&'static str, Vec<u16>, BuildHasherDefault<NameHasher>>;

/// Names in groups. A name may stand in several.
pub(crate) struct Groups {
    groups: Vec<Vec<&'static str>>,
    by_name: ByName,
}

impl Groups {
    fn read(list: &'static str) -> Self {
        let mut groups: Vec<Vec<&str>> = Vec::new();
        for line in list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            match line.split_once(": ") {
                Some((name, others)) => groups.extend(others.split(' ').map(|other| vec![name, other])),
                None => groups.push(line.split(' ').collect()),
            }
        }
        let mut by_name = ByName::default();
        for (group, names) in (0..).zip(&groups) {
            names.iter().for_each(|name| by_name.entry(name).or_default().push(group));
        }
        Self { groups, by_name }
    }

    /// The groups that a normal token stands in.
    pub(crate) fn of(&self, token: &str) -> &[u16] {
        self.by_name.get(token).map_or(&[], Vec::as_slice)
    }

    /// All names that share a group with a token, itself left out.
    pub(crate) fn kindred<'a>(&'a self, token: &'a str) -> impl Iterator<Item = &'static str> + 'a {
        let names = self.of(token).iter().filter_map(|&group| self.groups.get(usize::from(group)));
        names.flatten().copied().filter(move |&name| name != token)
    }

    /// The name that heads each group of a token; the token itself where it stands in none.
    pub(crate) fn heads<'a>(&'a self, token: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.of(token).is_empty().then_some(token);
        let groups = self.of(token).iter().filter_map(|&group| self.groups.get(usize::from(group)));
        own.into_iter().chain(groups.filter_map(|names| names.first().copied()))
    }
}

/// Whether two names have a group in common.
pub(crate) fn share_a_group(a: &[u16], b: &[u16]) -> bool {
    a.iter().any(|group| b.contains(group))
}

#[cfg(test)]
mod tests {
    use super::{FAMILY, GIVEN, share_a_group};

    #[test]
    fn nicknames_lead_to_their_names() {
        for (a, b, alike) in [
            ("bill", "william", true),
            ("liam", "bill", true),
            ("kate", "kathryn", true),
            ("md", "mohammad", true),
            ("alex", "alexandra", true),
            ("alex", "alexander", true),
            ("alexander", "alexandra", false),
            ("yusuf", "joseph", true),
            ("john", "jonathan", true),
            ("gosia", "malgorzata", true),
            ("tunde", "babatunde", true),
            ("sasha", "oleksandr", true),
            ("peter", "paul", false),
        ] {
            assert_eq!(share_a_group(GIVEN.of(a), GIVEN.of(b)), alike, "{a} {b}");
        }
        assert!(share_a_group(FAMILY.of("zhang"), FAMILY.of("cheung")));
        assert!(GIVEN.kindred("bill").any(|name| name == "william"));
    }

    #[test]
    fn the_lists_are_normal() {
        for groups in [&GIVEN.groups, &FAMILY.groups] {
            for names in groups {
                let normal = |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase());
                assert!(names.len() > 1 && names.iter().all(normal), "{names:?}");
                assert!((1..names.len()).all(|at| !names[..at].contains(&names[at])), "{names:?}");
            }
        }
    }
}
