//! A Delta table under test, laid out as Spark and delta-rs do it: data files, a commit of JSON for each version, deletion vectors.

use std::path::Path;

use arrow::array::{ArrayRef, RecordBatch};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use serde_json::{Value, json};

use super::super::Desk;

/// A column as a log declares it: its name, its type, and what stands beside it.
pub(super) fn column(name: &str, holds: impl Into<Value>) -> Value {
    json!({"name": name, "type": holds.into(), "nullable": true, "metadata": {}})
}

/// A column that files call `physical` and number `id`.
pub(super) fn mapped(name: &str, holds: impl Into<Value>, physical: &str, id: u64) -> Value {
    let beside = json!({"delta.columnMapping.physicalName": physical, "delta.columnMapping.id": id});
    json!({"name": name, "type": holds.into(), "nullable": true, "metadata": beside})
}

/// The actions that begin a table.
pub(super) fn begin(columns: &[Value], partition: &[&str], mapping: &str) -> Vec<Value> {
    let schema = json!({"type": "struct", "fields": columns}).to_string();
    vec![
        json!({"protocol": {"minReaderVersion": 3, "minWriterVersion": 7,
            "readerFeatures": ["columnMapping", "deletionVectors", "timestampNtz"],
            "writerFeatures": ["columnMapping", "deletionVectors", "timestampNtz"]}}),
        json!({"metaData": {"id": "t", "format": {"provider": "parquet", "options": {}}, "schemaString": schema,
            "partitionColumns": partition, "configuration": {"delta.columnMapping.mode": mapping}, "createdTime": 1}}),
    ]
}

/// Writes a version's commit.
pub(super) fn commit(desk: &Desk, version: u64, actions: &[Value]) {
    let lines: Vec<String> = actions.iter().map(Value::to_string).collect();
    desk.put(&format!("lake/_delta_log/{version:020}.json"), lines.join("\n"));
}

/// Writes a data file with ten rows in each row group, and tells the action that adds it.
pub(super) fn add(desk: &Desk, path: &str, partition: Value, batch: &RecordBatch) -> Value {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(10)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    let bytes = writer.into_inner().unwrap();
    let size = bytes.len();
    desk.put(&format!("lake/{path}"), bytes);
    json!({"add": {"path": path, "partitionValues": partition, "size": size, "modificationTime": 1, "dataChange": true}})
}

pub(super) fn remove(path: &str) -> Value {
    json!({"remove": {"path": path, "deletionTimestamp": 1, "dataChange": true}})
}

pub(super) fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true)))
        .unwrap()
}

/// `add` with these rows deleted, by a vector in a file of its own.
pub(super) fn without(desk: &Desk, mut add: Value, rows: &[u16], at: &Path) -> Value {
    let vector = vector(rows);
    let mut file = vec![1];
    file.extend(u32::try_from(vector.len()).unwrap().to_be_bytes());
    file.extend(&vector);
    file.extend(crc32(&vector).to_be_bytes());
    let name = format!("deleted-{}-{}.bin", rows.len(), rows.iter().sum::<u16>());
    desk.put(&format!("lake/{name}"), file);
    add["add"]["deletionVector"] = json!({"storageType": "p", "pathOrInlineDv": format!("file://{}/{name}", at.display()),
        "offset": 1, "sizeInBytes": vector.len(), "cardinality": rows.len()});
    add
}

/// Roaring's portable form of one container of numbers, after Delta's mark.
fn vector(rows: &[u16]) -> Vec<u8> {
    let last = u16::try_from(rows.len() - 1).unwrap();
    let mut made = 1_681_511_377_u32.to_le_bytes().to_vec();
    made.extend(1_u64.to_le_bytes());
    for number in [0_u32, 12_346, 1] {
        made.extend(number.to_le_bytes());
    }
    made.extend([0_u16.to_le_bytes(), last.to_le_bytes()].concat());
    made.extend(16_u32.to_le_bytes());
    made.extend(rows.iter().flat_map(|row| row.to_le_bytes()));
    made
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}
