//! The three formats read alike, and CSV in all the shapes that real exports have.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::Int32Type;
use model::Dataset;
use parquet::arrow::ArrowWriter;
use parquet::data_type::{Int96, Int96Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::{Desk, csv_view, stored, texts};

#[tokio::test]
async fn csv_is_read_in_every_shape() {
    let cases: &[(&[u8], [&str; 2])] = &[
        (b"id,note\n1,x\n2,y\n", ["x", "y"]),
        (b"id,note\r\n1,x\r\n2,y\r\n", ["x", "y"]),
        (b"id,note\n1,x\n2,y", ["x", "y"]),
        (b"\xEF\xBB\xBFid,note\n1,x\n2,y\n", ["x", "y"]),
        (b"\xEF\xBB\xBF\"id\",note\n1,x\n2,y\n", ["x", "y"]),
        (b"id,note\n\n1,x\n\n\n2,y\n\n", ["x", "y"]),
        (b"id,note\n1,\"a, b\"\n2,\"say \"\"no\"\"\"", ["a, b", "say \"no\""]),
        (b"id,note\n1,\"two\nlines\"\n2, padded \n", ["two\nlines", "padded"]),
        (b" id , note \n1,x\n2,y\n", ["x", "y"]),
        (b"note,id\nx,1\ny,2\n", ["x", "y"]),
        (b"id,note\n1,\n2,-\n", ["-", "-"]),
        ("id,note\n1,naïve\n2,Łódź\n".as_bytes(), ["naïve", "Łódź"]),
    ];
    for (csv, expected) in cases {
        let desk = Desk::new(&[("a.csv", csv)]);
        let config = csv_view("event", "select id as event_id, note as outcome from rows");
        let (snapshot, _) = desk.prepare(&config).await.unwrap();
        let rows = stored(&snapshot, Dataset::Event);
        assert_eq!(texts(&rows, "event_id"), ["1", "2"]);
        assert_eq!(texts(&rows, "outcome"), *expected, "{}", String::from_utf8_lossy(csv));
    }
}

#[tokio::test]
async fn files_of_one_source_may_lack_columns_and_order_them_anew() {
    let desk =
        Desk::new(&[("a.csv", b"id,note\n1,x\n"), ("b.csv", b"note,extra,id\ny,e,2\n"), ("c.csv", b"id\n")]);
    let config = csv_view("event", "select id as event_id, note as outcome, extra as category from rows");
    let (snapshot, _) = desk.prepare(&config).await.unwrap();
    let rows = stored(&snapshot, Dataset::Event);
    assert_eq!(texts(&rows, "outcome"), ["x", "y"]);
    assert_eq!(texts(&rows, "category"), ["-", "e"]);
}

#[tokio::test]
async fn times_as_spark_writes_them_keep_their_year() {
    let schema = Arc::new(parse_message_type("message rows { required int96 at; }").unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    // The nanoseconds of a day in two parts, and the day as astronomers count them.
    let times = [(1_500_000_000, 0, 2_460_312), (0, 0, 5_373_484), (0, 0, 2_305_448)];
    let times = times.map(|(low, high, day)| {
        let mut time = Int96::new();
        time.set_data(low, high, day);
        time
    });
    column.typed::<Int96Type>().write_batch(&times, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let desk = Desk::new(&[("a.parquet", &writer.into_inner().unwrap())]);
    let config =
        csv_view("event", "select cast(at as varchar) as event_id from rows").replace("csv", "parquet");
    let (snapshot, _) = desk.prepare(&config).await.unwrap();
    let read = texts(&stored(&snapshot, Dataset::Event), "event_id");
    assert_eq!(read, ["2024-01-02T00:00:01.500", "9999-12-31T00:00:00", "1600-01-01T00:00:00"]);
}

#[tokio::test]
async fn listed_words_mean_not_known() {
    let desk = Desk::new(&[("a.csv", b"id,note\nNULL,x\nn/a,n/a\n")]);
    let config = csv_view("event", "select id as event_id, note as outcome from rows")
        .replace("paths", "nulls = ['', 'NULL', 'n/a']\npaths");
    let (snapshot, _) = desk.prepare(&config).await.unwrap();
    let rows = stored(&snapshot, Dataset::Event);
    assert_eq!(texts(&rows, "event_id"), ["-", "-"]);
    assert_eq!(texts(&rows, "outcome"), ["x", "-"]);
}

#[tokio::test]
async fn json_lines_keep_every_digit_and_lists() {
    let json = "{\"id\": 12345678901234567890123, \"names\": [\"Al\", \" Bert \", null, 7], \"day\": \"2024-01\"}\n\
                \n\
                {\"day\": null, \"id\": \"x\\u00e9\", \"names\": \"one\"}\r\n\
                {\"id\": true, \"names\": [], \"more\": {\"deep\": [1]}}";
    let desk = Desk::new(&[("a.json", json.as_bytes())]);
    let config = "[source.rows]\nformat = 'json'\npaths = ['*.json']\n[[view]]\ndataset = 'person'\n\
                  sql = 'select id as person_id, names as aliases, day as dob, more as nationality from rows'\n";
    let (snapshot, report) = desk.prepare(config).await.unwrap();
    let rows = stored(&snapshot, Dataset::Person);
    for (column, expected) in [
        ("person_id", ["12345678901234567890123", "xé", "true"]),
        ("aliases", ["[Al, Bert, 7]", "[one]", "-"]),
        ("dob", ["2024-01-01", "-", "-"]),
        ("nationality", ["-", "-", "{\"deep\": [1]}"]),
    ] {
        assert_eq!(texts(&rows, column), expected, "{column}");
    }
    assert!(report.unwrap().is_clean());
}

#[tokio::test]
async fn parquet_columns_keep_their_types() {
    let names: DictionaryArray<Int32Type> = vec![Some("a"), None, Some("b")].into_iter().collect();
    let columns: [(&str, ArrayRef); 6] = [
        ("Id", Arc::new(Int64Array::from(vec![7, 8, 9]))),
        ("name", Arc::new(names)),
        ("day", Arc::new(Date32Array::from(vec![0, 1, 2]))),
        ("at", Arc::new(TimestampMicrosecondArray::from(vec![0, 86_400_000_001, -1]))),
        ("loss", Arc::new(Float64Array::from(vec![1.0, 2.5, -3.0]))),
        ("unused", Arc::new(StringArray::from(vec!["x", "y", "z"]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();

    let desk = Desk::new(&[("a.parquet", &bytes)]);
    let config = "[source.rows]\nformat = 'parquet'\npaths = ['*.parquet']\n[[view]]\ndataset = 'event'\n\
                  sql = 'select \"Id\" as event_id, name as category, day as occurred_on, at as recorded_on, loss as loss_gbp from rows'\n";
    let (snapshot, report) = desk.prepare(config).await.unwrap();
    let rows = stored(&snapshot, Dataset::Event);
    for (column, expected) in [
        ("event_id", ["7", "8", "9"]),
        ("category", ["a", "-", "b"]),
        ("occurred_on", ["1970-01-01", "1970-01-02", "1970-01-03"]),
        ("recorded_on", ["1970-01-01", "1970-01-02", "1969-12-31"]),
        ("loss_gbp", ["1", "-", "-3"]),
    ] {
        assert_eq!(texts(&rows, column), expected, "{column}");
    }
    let report = report.unwrap();
    let bad = &report.datasets[&Dataset::Event].bad_values["loss_gbp"];
    assert_eq!((bad.first[0].file.as_str(), bad.first[0].line), ("a.parquet", 2));
    assert_eq!(report.sources["rows"].unmapped_columns, ["unused"]);
}

#[tokio::test]
async fn several_views_feed_one_dataset_in_order() {
    let desk = Desk::new(&[("a.csv", b"id\n1\n2\n")]);
    let config = csv_view(
        "event",
        "select id as event_id, 'crime' as kind from rows union all select 's' || id, 'stop' from rows",
    ) + "[[view]]\ndataset = 'event'\nsql = \"select 'arrest' as kind from rows limit 1\"\n";
    let (snapshot, report) = desk.prepare(&config).await.unwrap();
    let rows = stored(&snapshot, Dataset::Event);
    assert_eq!(texts(&rows, "event_id"), ["1", "2", "s1", "s2", "-"]);
    assert_eq!(texts(&rows, "kind"), ["crime", "crime", "stop", "stop", "arrest"]);
    assert!(!report.unwrap().datasets[&Dataset::Event].missing_columns.contains(&"event_id".to_owned()));
}
