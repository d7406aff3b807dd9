//! What came of names met before: candidates of one search share a few hundred names between them.
//! A bounded table with one place for each name; a name that comes later takes the place.

/// Places of the table.
const PLACES: usize = 512;

/// What came of names, by name.
pub(super) struct Memo<V> {
    places: Vec<Option<(String, V)>>,
}

impl<V: Copy> Memo<V> {
    pub(super) fn new() -> Self {
        Self { places: Vec::new() }
    }

    /// What came of `name`: remembered, or else found out now.
    pub(super) fn get(&mut self, name: &str, find_out: impl FnOnce(&str) -> V) -> V {
        if self.places.is_empty() {
            self.places.resize_with(PLACES, || None);
        }
        let Some(place) = self.places.get_mut(place(name)) else { return find_out(name) };
        if let Some((_, found)) = place.as_ref().filter(|(met, _)| met == name) {
            return *found;
        }
        let found = find_out(name);
        *place = Some((name.to_owned(), found));
        found
    }
}

/// A quick hash: a poor one costs time, never truth.
fn place(name: &str) -> usize {
    let hash = name.bytes().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(usize::from(byte)));
    (hash ^ (hash >> 9)) % PLACES
}
