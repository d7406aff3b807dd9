//! The compatibility form of a text (NFKC), in which letters that look alike for no reason but history are one. ASCII is in it
//! already, as nearly everything on record is, and is not looked up character by character.

use unicode_normalization::UnicodeNormalization;

/// The characters of `raw` in compatibility form, read as they are asked for.
pub(crate) fn compatible(raw: &str) -> impl Iterator<Item = char> + '_ {
    let (ascii, other) = if raw.is_ascii() { (raw, "") } else { ("", raw) };
    ascii.chars().chain(other.nfkc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(raw: &str) {
        assert_eq!(compatible(raw).collect::<String>(), raw.nfkc().collect::<String>(), "{raw:?}");
    }

    #[test]
    fn nothing_but_the_way_there_is_different() {
        for raw in
            ["", "SW1A 1AA", "\u{0}\u{7f}~", "ＣＲ２", "ﬁ", "e\u{301}", "a\u{301}\u{323}", "Ⅷ", "\u{ac00}"]
        {
            check(raw);
        }
    }

    proptest! {
        #[test]
        fn any_text_reads_as_its_compatibility_form(raw in "\\PC{0,20}|[ -~]{0,20}|.{0,20}") {
            check(&raw);
        }
    }
}
