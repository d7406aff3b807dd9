//! Strict reading of TOML: an unknown key is an error that names the file, the line, the key and the nearest
//! known key. Works on text; whoever reads the disk hands the text over.

use serde::de::DeserializeOwned;

use crate::nearest::nearest;

/// A configuration text that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {why}")]
pub struct ConfigError {
    /// The file as the operator named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and how to mend it.
    pub why: String,
}

/// Reads `text`, which came from `file`, into a type whose structures all deny unknown fields.
pub fn read<T: DeserializeOwned>(text: &str, file: &str) -> Result<T, ConfigError> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|&b| b == b'\n').count() + 1;
        ConfigError { file: file.to_owned(), line, why: explain(error.message()) }
    })
}

/// Adds "did you mean" to serde's message about an unknown field, whose words are part of serde's interface:
/// the unknown field comes first in backticks, the known ones follow.
fn explain(message: &str) -> String {
    let message = message.trim();
    if !message.starts_with("unknown field") {
        return message.to_owned();
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let Some(unknown) = quoted.next() else { return message.to_owned() };
    let known: Vec<&str> = quoted.collect();
    match nearest(unknown, known.iter().copied()) {
        Some(near) => format!("unknown key {unknown:?}; did you mean {near:?}?"),
        None => format!("unknown key {unknown:?}; known here are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only the reading is under test")]
        listen: String,
        #[expect(dead_code, reason = "only the reading is under test")]
        force: Option<String>,
    }

    #[test]
    fn errors_name_file_line_key_and_nearest() {
        for (text, expected) in [
            (
                "listen = 'x'\nforec = 'mps'\n",
                "node.toml, line 2: unknown key \"forec\"; did you mean \"force\"?",
            ),
            (
                "listen = 'x'\nzzz = 1\n",
                "node.toml, line 2: unknown key \"zzz\"; known here are listen, force",
            ),
            ("force = 'mps'\n", "node.toml, line 1: missing field `listen`"),
        ] {
            assert_eq!(read::<Sample>(text, "node.toml").unwrap_err().to_string(), expected);
        }
    }
}
