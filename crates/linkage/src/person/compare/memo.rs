//! What came of names met before: the candidates of one search share a few hundred names between them.

mod number;
mod pair;
mod text;

pub(super) use number::ByNumber;
pub(super) use pair::ByPair;
pub(super) use text::ByText;

/// Remembers what came of names that are known by `K`.
pub(super) trait Memo<K, V> {
    /// What came of `name`: remembered, or else found out now.
    fn get(&mut self, name: K, find_out: impl FnOnce() -> V) -> V;
}

/// Recalls what came of two names together, given and family name, each known by `K`. It may forget.
pub(super) trait Recall<K, V> {
    /// What came of them, where it is remembered.
    fn recall(&self, names: (K, K)) -> Option<V>;

    /// Remembers what came of them.
    fn keep(&mut self, names: (K, K), found: V);
}

/// Remembers nothing.
impl<K, V> Recall<K, V> for () {
    fn recall(&self, _: (K, K)) -> Option<V> {
        None
    }

    fn keep(&mut self, _: (K, K), _: V) {}
}
