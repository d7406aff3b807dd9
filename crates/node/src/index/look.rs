//! Make and colour of vehicles, by their ids, while the index is built. Few words tell millions of vehicles, so each
//! word is kept once.

use std::collections::HashMap;

/// Sorted by id once all are added.
#[derive(Default)]
pub(super) struct Looks {
    words: Vec<String>,
    known: HashMap<String, u32>,
    looks: Vec<(u128, Option<u32>, Option<u32>)>,
}

impl Looks {
    /// Notes what a row says of the vehicle `id`.
    pub(super) fn add(&mut self, id: u128, make: Option<&str>, colour: Option<&str>) {
        let (make, colour) = (self.word(make), self.word(colour));
        if make.is_some() || colour.is_some() {
            self.looks.push((id, make, colour));
        }
    }

    /// Readies what was added for [`Self::of`].
    pub(super) fn sort(&mut self) {
        self.known = HashMap::new();
        self.looks.sort_unstable();
        self.looks.dedup_by_key(|(id, _, _)| *id);
    }

    /// Make and colour of the vehicle `id`.
    pub(super) fn of(&self, id: u128) -> (Option<&str>, Option<&str>) {
        let found = self.looks.binary_search_by_key(&id, |(id, _, _)| *id).ok();
        let Some((_, make, colour)) = found.and_then(|at| self.looks.get(at)) else { return (None, None) };
        let written = |word: Option<u32>| self.words.get(usize::try_from(word?).ok()?).map(String::as_str);
        (written(*make), written(*colour))
    }

    fn word(&mut self, word: Option<&str>) -> Option<u32> {
        let word = word.map(str::trim).filter(|word| !word.is_empty())?;
        if let Some(&at) = self.known.get(word) {
            return Some(at);
        }
        let at = u32::try_from(self.words.len()).ok()?;
        self.words.push(word.to_owned());
        self.known.insert(word.to_owned(), at);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::Looks;

    #[test]
    fn a_vehicle_looks_as_its_row_says() {
        let mut looks = Looks::default();
        looks.add(9, Some("Ford"), None);
        looks.add(3, Some("Ford"), Some("Blue"));
        looks.add(5, None, Some(" "));
        looks.sort();
        for (id, wanted) in [
            (3, (Some("Ford"), Some("Blue"))),
            (9, (Some("Ford"), None)),
            (5, (None, None)),
            (4, (None, None)),
        ] {
            assert_eq!(looks.of(id), wanted, "{id}");
        }
    }
}
