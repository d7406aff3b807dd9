//! What came of names met before: the candidates of one search share a few hundred names between them.

mod number;
mod text;

pub(super) use number::ByNumber;
pub(super) use text::ByText;

/// Remembers what came of names that are known by `K`.
pub(super) trait Memo<K, V> {
    /// What came of `name`: remembered, or else found out now.
    fn get(&mut self, name: K, find_out: impl FnOnce() -> V) -> V;
}
