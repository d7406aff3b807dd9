//! Characters that show nothing: joiners of zero width, marks of direction, hyphens that only a line break shows.
//! Telephones and web pages put them around names and numbers that people copy, so they are dropped wherever they stand.

/// Whether `c` shows nothing. White space shows a gap, and is none of them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}
