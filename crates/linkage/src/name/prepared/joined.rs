//! Given names that one record writes as one and another apart: `Maryann` and `Mary Ann`. All of them agree then.

use super::{Prepared, further_of, has_space, same_letters, tokens_of};

/// Given names of which one side writes as one what the other writes apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Joined<'a> {
    /// The further name, from the side that writes it apart.
    pub(crate) further: &'a str,
    /// Whether the side of the [`Prepared`] name is the one that joins them.
    pub(crate) is_own: bool,
}

impl Prepared {
    /// The further given name that stands in one of two names of the same letters, where the other writes all as one.
    pub(crate) fn joined_further<'b>(&'b self, other: &'b str) -> Option<Joined<'b>> {
        let whole = self.whole().filter(|whole| same_letters(&whole.text, other))?;
        let is_name = |word: &str| word.len() > 1;
        match (self.joined.is_some(), has_space(other)) {
            (true, false) => {
                let first = self.tokens.first().filter(|first| is_name(&first.text))?;
                let further = self.further().find(|further| is_name(&further.text))?;
                (first.text != whole.text).then_some(Joined { further: &further.text, is_own: false })
            }
            (false, true) => {
                tokens_of(other).next().filter(|first| is_name(first))?;
                let further = further_of(tokens_of(other).skip(1)).find(|further| is_name(further))?;
                Some(Joined { further, is_own: true })
            }
            _ => None,
        }
    }
}
