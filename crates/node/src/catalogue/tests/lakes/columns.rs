//! Columns that are declared otherwise than files hold them: renamed, numbered, nested, missing, of another type.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, Float64Array, Int32Array, Int64Array, LargeStringArray, ListArray, RecordBatch,
    StringArray, StructArray, TimestampMillisecondArray,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::PARQUET_FIELD_ID_META_KEY;
use serde_json::{Value, json};

use super::super::Desk;
use super::table::{add, batch, begin, column, commit, mapped};
use super::{SOURCE, rows};

/// A table of one file.
fn table(columns: &[Value], partition: (&[&str], Value), mapping: &str, held: &RecordBatch) -> Desk {
    let desk = Desk::new(&[]);
    let mut actions = begin(columns, partition.0, mapping);
    actions.push(add(&desk, "one.parquet", partition.1, held));
    commit(&desk, 0, &actions);
    desk
}

fn words(words: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(words.to_vec()))
}

#[tokio::test]
async fn partitions_have_the_types_that_are_declared() {
    for (holds, value, expected) in [
        ("string", json!("2024"), "2024"),
        ("string", json!(""), "-"),
        ("string", json!(null), "-"),
        ("integer", json!("-7"), "-7"),
        ("date", json!("2024-02-29"), "2024-02-29"),
        ("timestamp", json!("2024-02-29 12:30:00.5"), "2024-02-29T12:30:00.500Z"),
        ("timestamp", json!("2024-02-29T12:30:00.000500Z"), "2024-02-29T12:30:00.000500Z"),
        ("timestamp_ntz", json!("2024-02-29 12:30:00"), "2024-02-29T12:30:00"),
        ("boolean", json!("true"), "true"),
        ("decimal(6,2)", json!("12.5"), "12.50"),
        ("double", json!("0.25"), "0.25"),
    ] {
        let columns = [column("w", "string"), column("p", holds)];
        // What a file holds under the partition's name does not count.
        let held = batch(vec![("w", words(&["a"])), ("p", words(&["no"]))]);
        let desk = table(&columns, (&["p"], json!({"p": value})), "none", &held);
        assert_eq!(rows(&desk, &["w", "p"]).await, [format!("a|{expected}")], "{holds} {value}");
    }
}

#[tokio::test]
async fn what_does_not_fit_its_column_is_told() {
    let view = "[[view]]\ndataset = 'event'\nsql = 'select w as event_id, p as category from rows'\n";
    let check = async |columns: &[Value],
                       partition: (&[&str], Value),
                       mapping: &str,
                       held: RecordBatch,
                       expected: &str| {
        let why = table(columns, partition, mapping, &held).trouble(&format!("{SOURCE}{view}")).await;
        assert!(why.contains(expected), "wanted {expected}, got {why}");
    };
    let none = || (&[][..], json!({}));
    let both = [column("w", "string"), column("p", "integer")];
    let texts = || batch(vec![("w", words(&["a"])), ("p", words(&["7"]))]);
    check(
        &both,
        none(),
        "none",
        texts(),
        "one.parquet: column \"p\" holds Utf8 here and Int32 in the table's log",
    )
    .await;
    let wide: ArrayRef = Arc::new(Int64Array::from(vec![i64::MAX]));
    check(
        &both,
        none(),
        "none",
        batch(vec![("w", words(&["a"])), ("p", wide)]),
        "column \"p\" holds Int64 here",
    )
    .await;
    check(
        &both,
        (&["p"], json!({"p": "seven"})),
        "none",
        texts(),
        "gives column \"p\" a value that is not of its type",
    )
    .await;
    let numbered = [mapped("w", "string", "w", 1), mapped("p", "integer", "p", 2)];
    check(&numbered, none(), "id", texts(), "one.parquet: its columns have no numbers").await;
    let binary = [column("w", "string"), column("p", "binary")];
    check(
        &binary,
        (&["p"], json!({"p": "x"})),
        "none",
        texts(),
        "partitions of binary values (column \"p\")",
    )
    .await;
    let placed = [column("w", "string"), column("p", "string"), column("_line", "long")];
    check(&placed, none(), "none", texts(), "a column is called \"_line\"").await;
}

#[tokio::test]
async fn columns_that_are_numbered_are_found_by_their_numbers() {
    let field = |name: &str, id: u64| {
        let beside = HashMap::from([(PARQUET_FIELD_ID_META_KEY.to_owned(), id.to_string())]);
        Field::new(name, DataType::Utf8, true).with_metadata(beside)
    };
    let schema = Schema::new(vec![field("w", 2), field("x", 1)]);
    let held = RecordBatch::try_new(Arc::new(schema), vec![words(&["two"]), words(&["one"])]).unwrap();
    let columns =
        [mapped("w", "string", "anything", 1), mapped("x", "string", "w", 2), mapped("y", "string", "x", 3)];
    let desk = table(&columns, (&[], json!({})), "id", &held);
    assert_eq!(rows(&desk, &["w", "x", "y"]).await, ["one|two|-"]);
}

#[tokio::test]
async fn types_that_hold_the_same_are_taken_as_declared() {
    let columns = [
        column("w", "string"),
        column("n", "long"),
        column("at", "timestamp"),
        column("f", "double"),
        column("new", "date"),
    ];
    let texts: ArrayRef = Arc::new(LargeStringArray::from(vec!["a"]));
    let short: ArrayRef = Arc::new(Int32Array::from(vec![7]));
    let at: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![1_500]).with_timezone("UTC"));
    let share: ArrayRef = Arc::new(Float64Array::from(vec![0.5]));
    let desk = table(
        &columns,
        (&[], json!({})),
        "none",
        &batch(vec![("f", share), ("at", at), ("n", short), ("w", texts)]),
    );
    assert_eq!(rows(&desk, &["w", "n", "at", "f", "new"]).await, ["a|7|1970-01-01T00:00:01.500Z|0.5|-"]);
}

#[tokio::test]
async fn parts_of_structs_and_lists_are_found_as_columns_are() {
    let inner = |id: u64| json!({"type": "struct", "fields": [mapped("town", "string", "c1", id), mapped("later", "long", "c9", id + 1)]});
    let list = json!({"type": "array", "elementType": inner(20), "containsNull": true});
    let columns = [
        mapped("w", "string", "c0", 1),
        mapped("place", inner(10), "c3", 3),
        mapped("places", list, "c4", 4),
    ];
    let parts = StructArray::from(vec![
        (Arc::new(Field::new("c0", DataType::Utf8, true)), words(&["no", "no"])),
        (Arc::new(Field::new("c1", DataType::Utf8, true)), words(&["Ayr", "Bath"])),
    ]);
    let item = Arc::new(Field::new("item", parts.data_type().clone(), true));
    let lists = ListArray::new(item, OffsetBuffer::from_lengths([2, 0]), Arc::new(parts.clone()), None);
    let held = batch(vec![("c4", Arc::new(lists)), ("c0", words(&["a", "b"])), ("c3", Arc::new(parts))]);
    let desk = table(&columns, (&[], json!({})), "name", &held);
    assert_eq!(
        rows(&desk, &["w", "place", "places"]).await,
        [
            "a|{town: Ayr, later: }|[{town: Ayr, later: }, {town: Bath, later: }]",
            "b|{town: Bath, later: }|[]"
        ]
    );
}
