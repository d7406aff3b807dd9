//! Every kind of damage is an error that says where it is and how to mend it.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use super::Desk;

fn config(format: &str) -> String {
    format!(
        "[source.rows]\nformat = '{format}'\npaths = ['data/*.{format}']\n\
         [[view]]\ndataset = 'event'\nsql = 'select id as event_id from rows'\n"
    )
}

#[tokio::test]
async fn damaged_text_files_are_named_with_line_and_remedy() {
    let long = format!("id,note\n1,\"{}", "x".repeat(17 << 20));
    let long_json = format!("{{\"id\": \"{}\"}}\n", "x".repeat(17 << 20));
    let cases: &[(&str, &[u8], &str)] = &[
        ("csv", b"", "data/a.csv: the file is empty"),
        ("csv", b"\xEF\xBB\xBF", "data/a.csv: the file is empty"),
        ("csv", b"\n\n", "data/a.csv: the file is empty"),
        ("csv", b"id,note\n1,x\n2\n3,y\n", "data/a.csv, line 3: 1 fields where the header has 2; a comma"),
        ("csv", b"id,note\r\n1,x\r\n\r\n2,x,y\r\n", "data/a.csv, line 4: 3 fields where the header has 2"),
        ("csv", b"id,note\n1,\"a\nb\"\n2,x,y\n", "data/a.csv, line 4: 3 fields"),
        (
            "csv",
            b"id,note\n1,x\n2",
            "data/a.csv, line 3: the file ends inside a record; it was probably still being written: copy it whole and rename it into place",
        ),
        ("csv", b"id,note\n1,x\n2,\"yy\n3,z\n", "data/a.csv, line 3: the file ends inside a quoted field"),
        ("csv", b"id,note\n1,x\n2,\"", "data/a.csv, line 3: the file ends inside a quoted field"),
        ("csv", b"id,note\n1,\xE9t\xE9\n", "data/a.csv, line 2: not UTF-8; save the file as UTF-8"),
        ("csv", b"id,note\n1\xC3,\xA9\n", "data/a.csv, line 2: not UTF-8"),
        ("csv", b"id,Note,id\n1,x,2\n", "data/a.csv, line 1: two columns are called \"id\"; rename one"),
        ("csv", b"id,_line\n1,x\n", "data/a.csv, line 1: a column is called \"_line\""),
        ("csv", long.as_bytes(), "data/a.csv, line 2: a record of more than 16 MiB"),
        ("json", b"", "data/a.json: the file is empty"),
        ("json", b"{\"id\": 1}\n{\"id\" 2}\n", "data/a.json, line 2: not JSON from character 7 on"),
        ("json", b"{\"id\": 1}\n{\"id\": 2", "data/a.json, line 2: the file ends inside a record"),
        ("json", b"{\"id\": 1}\n{\"id\": 2\n{\"id\": 3}\n", "data/a.json, line 2: not JSON"),
        ("json", b"[1]\n", "data/a.json, line 1: not a JSON object"),
        ("json", b"\n7\n", "data/a.json, line 2: not a JSON object"),
        ("json", b"{\"id\": 1} {\"id\": 2}\n", "data/a.json, line 1: not JSON"),
        ("json", b"{\"id\": 1, \"id\": 2}\n", "data/a.json, line 1: two columns are called \"id\""),
        ("json", b"{\"id\": \"\xE9\"}\n", "data/a.json, line 1: not UTF-8"),
        ("json", b"{\"_file\": 1}\n", "data/a.json, line 1: a column is called \"_file\""),
        ("json", long_json.as_bytes(), "data/a.json, line 1: a record of more than 16 MiB"),
        ("parquet", b"", "data/a.parquet: the file is empty"),
        (
            "parquet",
            b"PAR1 and then some",
            "data/a.parquet: not a whole Parquet file; it was probably cut short",
        ),
    ];
    for (format, contents, expected) in cases {
        let desk = Desk::new(&[(&format!("data/a.{format}"), contents)]);
        let said = desk.trouble(&config(format)).await;
        assert!(said.starts_with(expected), "wanted {expected}\n   got {said}");
    }
}

fn parquet(columns: &[(&str, ArrayRef)]) -> Vec<u8> {
    let batch =
        RecordBatch::try_from_iter(columns.iter().map(|(name, array)| (*name, array.clone()))).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[tokio::test]
async fn damaged_parquet_files_are_named() {
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..5000));
    let words: ArrayRef = Arc::new(StringArray::from(vec!["a"; 5000]));
    let whole = parquet(&[("id", numbers)]);
    let cut = &whole[..whole.len() - 20];
    let mut garbled = whole.clone();
    garbled[4..200].fill(0xFF);
    let other = parquet(&[("id", words)]);
    type Case<'a> = (&'a [(&'a str, &'a [u8])], &'a str);
    let cases: &[Case<'_>] = &[
        (&[("data/a.parquet", cut)], "data/a.parquet: not a whole Parquet file"),
        (
            &[("data/a.parquet", &garbled)],
            "data/a.parquet: the Parquet data can't be decoded; copy the file again",
        ),
        (
            &[("data/a.parquet", &whole), ("data/b.parquet", &other)],
            "data/b.parquet: column \"id\" holds Utf8 here and Int64 in data/a.parquet",
        ),
    ];
    for (files, expected) in cases {
        let said = Desk::new(files).trouble(&config("parquet")).await;
        assert!(said.starts_with(expected), "wanted {expected}\n   got {said}");
    }
}
