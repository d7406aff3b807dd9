//! Reads JSON lines: one object a line. Scalars become their text exactly as written, so that long account numbers
//! keep every digit; arrays become lists of text; an object inside a value stays as its JSON text.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use arrow::datatypes::SchemaRef;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::batch::{FILE, LINE, TextBatch};
use super::csv_file::{BYTE_ORDER_MARK, RECORD_BYTES_MAX};
use super::error::{Damage, IngestError};
use super::file_source::Emit;
use super::files::SourceFile;

/// Column names found anywhere in the file, and whether any of their values is a list. Objects need not all have
/// the same keys, so this reads the whole file.
pub(super) fn columns(file: &SourceFile, found: &mut BTreeMap<String, bool>) -> Result<(), IngestError> {
    let mut any = false;
    each_line(file, |line, object| {
        any = true;
        for (name, value) in object.0 {
            if name == FILE || name == LINE {
                return Err(IngestError::file(&file.shown, line, Damage::ReservedColumn(name)));
            }
            let list = value.get().starts_with('[');
            match found.get_mut(&name) {
                Some(was_list) => *was_list |= list,
                None => {
                    found.insert(name, list);
                }
            }
        }
        Ok(true)
    })?;
    match any {
        true => Ok(()),
        false => Err(IngestError::file(&file.shown, None, Damage::Empty)),
    }
}

/// Reads `file` into batches of `schema`.
pub(super) fn read(
    file: &SourceFile,
    schema: &SchemaRef,
    nulls: &[String],
    emit: Emit<'_>,
) -> Result<(), IngestError> {
    let mut batch = TextBatch::new(schema.clone(), &file.shown, nulls);
    let too_long = |_| IngestError::file(&file.shown, None, Damage::TooLong);
    each_line(file, |line, object| {
        for (index, field) in schema.fields().iter().enumerate() {
            let value = object.0.iter().find(|(name, _)| name == field.name()).map(|(_, value)| value.get());
            match value {
                Some(json) if json.starts_with('[') => {
                    let items: Vec<&RawValue> = serde_json::from_str(json).unwrap_or_default();
                    let texts: Vec<Option<String>> = items.iter().map(|item| scalar(item.get())).collect();
                    batch.put_list(index, &texts);
                }
                Some(json) => batch.put(index, scalar(json).as_deref()),
                None => batch.put(index, None),
            }
        }
        if batch.end_row(line) {
            return Ok(emit(batch.take().map_err(too_long)?).is_continue());
        }
        Ok(true)
    })?;
    if !batch.is_empty() {
        let _ = emit(batch.take().map_err(too_long)?);
    }
    Ok(())
}

/// The text of a value that parsed as JSON already.
fn scalar(json: &str) -> Option<String> {
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str(json).ok(),
        Some(b'n') | None => None,
        _ => Some(json.to_owned()),
    }
}

/// Calls `visit` with every line that holds something, until it returns false.
fn each_line(
    file: &SourceFile,
    mut visit: impl FnMut(u64, Object<'_>) -> Result<bool, IngestError>,
) -> Result<(), IngestError> {
    let opened = File::open(&file.path).map_err(IngestError::disk(&file.path, "opening"))?;
    let mut input = BufReader::with_capacity(256 << 10, opened);
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        let limit = RECORD_BYTES_MAX as u64 + 1;
        let read = input.by_ref().take(limit).read_until(b'\n', &mut bytes);
        if read.map_err(IngestError::disk(&file.path, "reading"))? == 0 {
            break;
        }
        let fail = |damage| Err(IngestError::file(&file.shown, line, damage));
        if bytes.len() > RECORD_BYTES_MAX {
            return fail(Damage::TooLong);
        }
        let text = match line {
            1 => bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes),
            _ => &bytes,
        };
        let cut = text.last() != Some(&b'\n');
        let Ok(text) = std::str::from_utf8(text) else { return fail(Damage::NotUtf8) };
        if text.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Object<'_>>(text) {
            Ok(object) => {
                if let Some(twice) = object.twice() {
                    return fail(Damage::DuplicateColumn(twice.to_owned()));
                }
                if !visit(line, object)? {
                    break;
                }
            }
            Err(error) => {
                return fail(match error.classify() {
                    Category::Eof if cut => Damage::Torn,
                    Category::Data => Damage::NotObject,
                    _ => Damage::NotJson { column: error.column() },
                });
            }
        }
    }
    Ok(())
}

/// The keys and values of one line, in their order; values unparsed.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl Object<'_> {
    /// A key that stands twice. Which of its values would be meant is anyone's guess.
    fn twice(&self) -> Option<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.iter().zip(names.iter().skip(1)).find(|(a, b)| a == b).map(|(a, _)| *a)
    }
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(16));
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Object(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}
