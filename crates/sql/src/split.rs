//! Statements one after another in one text, each ended by a semicolon that stands in no quotation and no comment.

/// The statements that are ended, without their semicolons, and what is begun after them.
pub fn split(text: &str) -> (Vec<String>, String) {
    let mut ended = Vec::new();
    let mut current = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ';' => {
                let statement = std::mem::take(&mut current);
                if !is_blank(&statement) {
                    ended.push(statement.trim().to_owned());
                }
                continue;
            }
            '\'' | '"' => {
                current.push(letter);
                for inner in letters.by_ref() {
                    current.push(inner);
                    if inner == letter {
                        break;
                    }
                }
                continue;
            }
            '-' if letters.peek() == Some(&'-') => {
                current.push(letter);
                while let Some(inner) = letters.next_if(|inner| *inner != '\n') {
                    current.push(inner);
                }
                continue;
            }
            '/' if letters.peek() == Some(&'*') => {
                current.push(letter);
                let mut last = ' ';
                for inner in letters.by_ref() {
                    current.push(inner);
                    if last == '*' && inner == '/' {
                        break;
                    }
                    last = inner;
                }
                continue;
            }
            _ => {}
        }
        current.push(letter);
    }
    let begun = if is_blank(&current) { String::new() } else { current };
    (ended, begun)
}

/// Whether a text holds nothing but space and comments of one line.
fn is_blank(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with("--"))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn semicolons_end_statements_outside_quotations_and_comments() {
        for (text, ended, begun) in [
            ("", &[][..], ""),
            (";;\n;", &[], ""),
            ("select 1", &[], "select 1"),
            ("select 1; select 2;", &["select 1", "select 2"], ""),
            ("select ';''x;' ; select", &["select ';''x;'"], " select"),
            ("select \"a;b\" -- no; end\n, 2; ", &["select \"a;b\" -- no; end\n, 2"], ""),
            ("select /* ; */ 1;", &["select /* ; */ 1"], ""),
            ("select 'open; ", &[], "select 'open; "),
            ("-- nothing\n", &[], ""),
        ] {
            let (told, rest) = split(text);
            assert_eq!(
                (told.as_slice(), rest.as_str()),
                (&ended.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()[..], begun),
                "{text}"
            );
        }
    }
}
