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
        match self.by_name.get(token) {
            Some(groups) => groups,
            None => {
                fondly(token).and_then(|token| self.by_name.get(token.as_str())).map_or(&[], Vec::as_slice)
            }
        }
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

/// Marks of a name's kindred, by which most other names are told not to be among them without looking them up.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct KinMarks(u128);

impl KinMarks {
    /// The marks of all names that share a group with `token`, itself included.
    pub(crate) fn of(groups: &Groups, token: &str) -> Self {
        let both = |name: &str| {
            // Pet names have other endings, one letter longer at most.
            let fond = name.strip_suffix('y').map_or(0, |stem| Self::mark(&format!("{stem}ie")));
            Self::mark(name) | fond
        };
        Self(groups.kindred(token).fold(both(token), |marks, name| marks | both(name)))
    }

    /// Whether `name` may be one of them.
    #[inline]
    pub(crate) fn may_hold(self, name: &str) -> bool {
        self.0 & Self::mark(name) != 0
    }

    /// Whether a name that begins with these letters and is so long may be one of them.
    #[inline]
    pub(crate) fn may_hold_one(self, beginning: [u8; 2], length: u32) -> bool {
        self.0 & Self::bit(beginning, length) != 0
    }

    /// The marks of either.
    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn mark(name: &str) -> u128 {
        let mut letters = name.bytes();
        let beginning = [letters.next().unwrap_or(0), letters.next().unwrap_or(0)];
        Self::bit(beginning, u32::try_from(name.len()).unwrap_or(0))
    }

    /// One bit, by the first two letters and the length.
    fn bit([first, second]: [u8; 2], length: u32) -> u128 {
        let sum = u32::from(first).wrapping_mul(11).wrapping_add(u32::from(second).wrapping_mul(5));
        1 << (sum.wrapping_add(length) & 127)
    }
}

/// A pet name with its ending written as most are: Izzie, Izzey and Izzi are Izzy.
fn fondly(token: &str) -> Option<String> {
    let stem = ["ie", "ey", "ee", "i"].iter().find_map(|ending| token.strip_suffix(ending))?;
    (stem.len() >= 2 && stem.len() <= 6).then(|| format!("{stem}y"))
}

/// Whether two names have a group in common.
pub(crate) fn share_a_group(a: &[u16], b: &[u16]) -> bool {
    a.iter().any(|group| b.contains(group))
}

#[cfg(test)]
mod tests {
    use super::{FAMILY, GIVEN, KinMarks, share_a_group};

    #[test]
    fn marks_miss_no_kin() {
        for groups in [&*GIVEN, &*FAMILY] {
            for name in groups.by_name.keys() {
                let marks = KinMarks::of(groups, name);
                assert!(
                    groups.kindred(name).all(|other| marks.may_hold(other)) && marks.may_hold(name),
                    "{name}"
                );
            }
        }
        assert!(!KinMarks::of(&GIVEN, "william").may_hold("featherstone"));
    }

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
