//! What came of names, by their texts: a bounded table with one place for each, which a name that comes later takes.
//! Serves where texts are all there is.

use super::Memo;

/// Places of the table.
const PLACES: usize = 256;

/// Longer names are not remembered: they are seldom met twice.
const NAME_BYTES_MAX: usize = 31;

/// What came of names, by text.
pub(in crate::person::compare) struct ByText<V> {
    places: Vec<Option<Met<V>>>,
}

#[derive(Clone, Copy)]
struct Met<V> {
    length: u8,
    name: [u8; NAME_BYTES_MAX],
    found: V,
}

impl<V> Default for ByText<V> {
    fn default() -> Self {
        Self { places: Vec::new() }
    }
}

impl<V: Copy> Memo<&str, V> for ByText<V> {
    fn get(&mut self, name: &str, find_out: impl FnOnce() -> V) -> V {
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        let place = self.places.get_mut(place(name));
        let (Some(place), Ok(length)) = (place, u8::try_from(name.len())) else { return find_out() };
        if let Some(met) = place
            && met.length == length
            && met.name.get(..name.len()) == Some(name.as_bytes())
        {
            return met.found;
        }
        let found = find_out();
        let mut kept = [0; NAME_BYTES_MAX];
        if let Some(kept_name) = kept.get_mut(..name.len()) {
            kept_name.copy_from_slice(name.as_bytes());
            *place = Some(Met { length, name: kept, found });
        }
        found
    }
}

/// A quick hash: a poor one costs time, never truth.
fn place(name: &str) -> usize {
    let hash = name.bytes().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(usize::from(byte)));
    (hash ^ (hash >> 9)) % PLACES
}

#[cfg(test)]
mod tests {
    use super::{ByText, Memo};

    #[test]
    fn a_name_is_found_out_once_until_another_takes_its_place() {
        let (mut memo, mut asked) = (ByText::default(), Vec::new());
        let long = "x".repeat(40);
        for name in ["smith", "jones", "smith", "", "", &long, &long, "smith"] {
            let length = memo.get(name, || {
                asked.push(name.to_owned());
                name.len()
            });
            assert_eq!(length, name.len());
        }
        assert_eq!(asked, ["smith", "jones", "", &long, &long]);
        for name in 0..10_000_u32 {
            let name = name.to_string();
            assert_eq!(memo.get(&*name, || name.len()), name.len());
        }
    }
}
