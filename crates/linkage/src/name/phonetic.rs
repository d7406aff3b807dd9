//! How a name sounds: double metaphone, primary and alternate, as small fixed codes.
//! A name without a code (it has no sounding letter) sounds like its own first letters.

use rphonetic::DoubleMetaphone;

/// Letters of a code.
const LENGTH: usize = 6;

/// Letters of a code that go into a blocking key: coarser, so that more candidates share it.
const KEY_LENGTH: usize = 4;

type Code = [u8; LENGTH];

/// The codes of one token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Codes {
    primary: Code,
    alternate: Code,
}

impl Codes {
    /// The codes of a normal token.
    pub(crate) fn of(token: &str) -> Self {
        let result = DoubleMetaphone::new(Some(LENGTH)).double_metaphone(token);
        let (primary, alternate) = (result.primary(), result.alternate());
        let primary = if primary.is_empty() { token } else { &primary };
        let alternate = if alternate.is_empty() { primary } else { &alternate };
        Self { primary: code(primary), alternate: code(alternate) }
    }

    /// Whether one of these sounds like one of `other`.
    pub(crate) fn sound_like(self, other: Self) -> bool {
        [other.primary, other.alternate].iter().any(|code| *code == self.primary || *code == self.alternate)
    }

    /// The distinct codes as they go into keys.
    pub(crate) fn keys(self) -> impl Iterator<Item = [u8; KEY_LENGTH]> {
        let short = |code: Code| {
            let mut key = [0; KEY_LENGTH];
            key.iter_mut().zip(code).for_each(|(to, from)| *to = from);
            key
        };
        let (primary, alternate) = (short(self.primary), short(self.alternate));
        std::iter::once(primary).chain((alternate != primary).then_some(alternate))
    }
}

fn code(text: &str) -> Code {
    let mut code = [0; LENGTH];
    code.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
    code
}

#[cfg(test)]
mod tests {
    use super::Codes;

    #[test]
    fn names_that_sound_alike_share_a_code() {
        for (a, b, alike) in [
            ("smith", "smyth", true),
            ("smith", "schmidt", true),
            ("knight", "night", true),
            ("mcdonald", "macdonald", true),
            ("catherine", "kathryn", true),
            ("philips", "fillips", true),
            ("wright", "right", true),
            ("smith", "jones", false),
            ("khan", "patel", false),
        ] {
            assert_eq!(Codes::of(a).sound_like(Codes::of(b)), alike, "{a} {b}");
        }
    }
}
