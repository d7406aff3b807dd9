//! A list of subjects: CSV with a heading, or one JSON object on each line. A row that can't be asked about is kept
//! with what is wrong with it, so that it is reported by its line and the rest are answered.

use std::io::Read;
use std::path::Path;

use model::{Complaint, Probe};
use sha2::{Digest, Sha256};

use super::row::{Columns, Fields, probe, unknown_column};
use crate::exit::Failure;

/// Largest list, in bytes: some hundred thousand subjects.
const LIST_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// A list as it was read.
pub(crate) struct List {
    /// Its rows, in their order.
    pub(crate) rows: Vec<Row>,
    /// SHA-256 of the file, hexadecimal: the same list twice has the same digest.
    pub(crate) digest: String,
}

/// One row of a list. Has no `Debug`: it holds what is searched for.
pub(crate) struct Row {
    /// Its line in the file, from 1.
    pub(crate) line: u64,
    /// The asker's own reference, from the column `ref`.
    pub(crate) reference: Option<String>,
    /// What to look for, or what is wrong with the row.
    pub(crate) probe: Result<Probe, Complaint>,
}

/// How a list is written.
#[derive(Clone, Copy)]
enum Written {
    Csv,
    JsonLines,
}

/// Reads the list at `path`, whose name ends in `.csv` or `.jsonl`.
pub(crate) fn read(path: &Path) -> Result<List, Failure> {
    let name = path.display();
    let written = match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Written::Csv,
        Some("jsonl" | "ndjson") => Written::JsonLines,
        _ => {
            return Err(Failure::usage(format!("{name}: ends neither in .csv nor in .jsonl"))
                .help("save the list as CSV, or with one JSON object on each line"));
        }
    };
    let unread = |error: std::io::Error| {
        Failure::usage(format!("{name}: can't be read: {error}")).help("name an existing list of subjects")
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unread)?;
    file.take(LIST_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > LIST_BYTES_MAX {
        return Err(
            Failure::usage(format!("{name}: is larger than 32 MiB")).help("cut it into several lists")
        );
    }
    let rows = rows(written, &bytes).map_err(|complaint| Failure::usage(format!("{name}, {complaint}")))?;
    if rows.is_empty() {
        return Err(
            Failure::usage(format!("{name}: holds no subjects")).help("write one subject on each line")
        );
    }
    let digest = hex::encode(Sha256::digest(&bytes));
    Ok(List { rows, digest })
}

/// The rows of a list, one for each line that is not empty; a complaint is about the heading.
fn rows(written: Written, bytes: &[u8]) -> Result<Vec<Row>, Complaint> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(Complaint::new(
            "line 1",
            "is UTF-16 text, which spreadsheets call Unicode; save the list as CSV UTF-8",
        ));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // No value holds a line break, so lines are told apart before anything else: a quotation mark that is never closed
    // spoils its own line alone.
    let mut lines = (1..)
        .zip(bytes.split(|&byte| byte == b'\n'))
        .map(|(line, text)| (line, text.strip_suffix(b"\r").unwrap_or(text)))
        .filter(|(_, text)| !text.trim_ascii().is_empty());
    match written {
        Written::JsonLines => Ok(lines.map(|(line, text)| row(line, json_fields(text))).collect()),
        Written::Csv => {
            let Some((line, heading)) = lines.next() else { return Ok(Vec::new()) };
            let divider = divider(heading);
            let columns = columns(divider, heading)
                .map_err(|complaint| Complaint::new(format!("line {line}"), complaint.to_string()))?;
            Ok(lines.map(|(line, text)| row(line, csv_fields(&columns, divider, text))).collect())
        }
    }
}

fn row(line: u64, fields: Result<Fields, Complaint>) -> Row {
    match fields {
        Ok(mut fields) => Row { line, reference: fields.take(super::row::REFERENCE), probe: probe(fields) },
        Err(complaint) => Row { line, reference: None, probe: Err(complaint) },
    }
}

/// What divides the values of a list: a comma, unless its heading has none and is divided by semicolons or tabs, as
/// spreadsheets of some countries save it.
fn divider(heading: &[u8]) -> u8 {
    [b',', b';', b'\t'].into_iter().find(|divider| heading.contains(divider)).unwrap_or(b',')
}

fn columns(divider: u8, heading: &[u8]) -> Result<Columns, Complaint> {
    Columns::of(&csv_values(divider, heading)?)
}

fn csv_fields(columns: &Columns, divider: u8, text: &[u8]) -> Result<Fields, Complaint> {
    let values = csv_values(divider, text)?;
    if values.len() != columns.len() {
        let why = format!(
            "holds {} values where the heading has {} columns; quote a value that holds what divides them",
            values.len(),
            columns.len()
        );
        return Err(Complaint::new("row", why));
    }
    Ok(columns.fields(values))
}

fn csv_values(divider: u8, text: &[u8]) -> Result<Vec<String>, Complaint> {
    if text.iter().filter(|&&byte| byte == b'"').count() % 2 == 1 {
        return Err(Complaint::new(
            "row",
            "holds a quotation mark without its pair; a value ends on its own line",
        ));
    }
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(divider)
        .trim(::csv::Trim::All)
        .from_reader(utf8(text)?.as_bytes());
    let mut record = ::csv::StringRecord::new();
    // Text in memory, of one line: what can't be read in it is no CSV.
    reader.read_record(&mut record).map_err(|_| Complaint::new("row", "is not a line of CSV"))?;
    Ok(record.iter().map(str::to_owned).collect())
}

fn json_fields(text: &[u8]) -> Result<Fields, Complaint> {
    let object: Object = serde_json::from_str(utf8(text)?).map_err(|error| {
        Complaint::new("row", format!("is not one JSON object, from column {}", error.column()))
    })?;
    let mut fields = Fields::default();
    for (name, value) in object.0 {
        let column =
            Columns::known(&name).ok_or_else(|| Complaint::new("row", unknown_column(&name, None)))?;
        let text = match value {
            serde_json::Value::Null => continue,
            serde_json::Value::String(text) => text,
            _ => return Err(Complaint::new(column, "must be text in quotation marks")),
        };
        if !fields.put(column, text.trim()) {
            return Err(Complaint::new(column, "is given twice"));
        }
    }
    Ok(fields)
}

fn utf8(text: &[u8]) -> Result<&str, Complaint> {
    std::str::from_utf8(text).map_err(|_| Complaint::new("row", "is not UTF-8 text; save the list as UTF-8"))
}

/// A JSON object with its names in their order, so that one given twice is noticed.
struct Object(Vec<(String, serde_json::Value)>);

impl<'de> serde::Deserialize<'de> for Object {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> serde::de::Visitor<'de> for Entries {
            type Value = Object;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<Object, M::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

#[cfg(test)]
mod tests;
