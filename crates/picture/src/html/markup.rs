//! Markup that can't be broken out of: tags are constants of this program, and all other text is escaped on its way in.

/// A page, or a part of one, being written.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Writes markup as it stands. It is a constant of the program, so nothing from an answer gets here.
    pub(super) fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Writes text, escaped for elements and for attributes in double quotes. Characters that no page may hold, or that
    /// turn the direction of what follows, are replaced.
    pub(super) fn text(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c if c.is_control() || is_turning(c) => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
    }

    /// Writes a number.
    pub(super) fn number(&mut self, number: u64) {
        self.0.push_str(&number.to_string());
    }

    /// Writes text between two pieces of markup.
    pub(super) fn element(&mut self, open: &'static str, text: &str, close: &'static str) {
        self.raw(open);
        self.text(text);
        self.raw(close);
    }

    /// Writes an attribute that holds a number.
    pub(super) fn attribute(&mut self, name: &'static str, number: u64) {
        self.raw(" ");
        self.raw(name);
        self.raw("=\"");
        self.number(number);
        self.raw("\"");
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Marks that change the direction of the text around them.
fn is_turning(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Markup;

    fn escaped(text: &str) -> String {
        let mut markup = Markup::default();
        markup.text(text);
        markup.finish()
    }

    #[test]
    fn markup_in_text_is_text() {
        assert_eq!(
            escaped("<b title=\"x\">O'Neill & Co</b>\u{202e}\u{1b}"),
            "&lt;b title=&quot;x&quot;&gt;O&#39;Neill &amp; Co&lt;/b&gt;\u{fffd}\u{fffd}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_text_opens_a_tag_or_ends_an_attribute(text in any::<String>()) {
            let escaped = escaped(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
            for (at, _) in escaped.match_indices('&') {
                prop_assert!(entities.iter().any(|entity| escaped[at..].starts_with(entity)));
            }
        }
    }
}
