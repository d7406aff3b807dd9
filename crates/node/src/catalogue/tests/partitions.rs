//! Folders called `key=value`, and what filters leave unread in Parquet files.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use model::Dataset;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::test_runner::TestRunner;

use super::super::file_source::FileSource;
use super::super::files;
use super::super::mount::Mount;
use super::filters::{Beside, combined, comparison};
use super::{Desk, stored, texts};

const SOURCE: &str = "[source.rows]\nformat = 'parquet'\npaths = ['events/**/*.parquet']\n";

/// A Parquet file with ten rows in each row group.
fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    );
    let batch = batch.unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(10)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

/// Forty events of a year, in the order of their days.
fn year(first: i32) -> Vec<u8> {
    let rows = 0..40;
    let numbers: ArrayRef = Arc::new(
        rows.clone().map(|row| (row % 7 != 3).then_some(i64::from(first + row))).collect::<Int64Array>(),
    );
    let days: ArrayRef = Arc::new(rows.clone().map(|row| Some(first * 400 + row)).collect::<Date32Array>());
    let words: ArrayRef = Arc::new(
        rows.clone().map(|row| ["a", "b", "é", ""].get(row as usize / 10).copied()).collect::<StringArray>(),
    );
    let shares: ArrayRef = Arc::new(
        rows.map(|row| Some(if row % 11 == 5 { f64::NAN } else { f64::from(row) })).collect::<Float64Array>(),
    );
    parquet(vec![("n", numbers), ("d", days), ("w", words), ("f", shares)])
}

fn desk() -> Desk {
    Desk::new(&[
        ("events/year=2023/kind=a%20b/one.parquet", &year(1)),
        ("events/year=2024/kind=__HIVE_DEFAULT_PARTITION__/one.parquet", &year(20)),
        ("events/year=2024/kind=c/two.parquet", &year(40)),
        ("events/rest/three.parquet", &year(60)),
    ])
}

fn mount(desk: &Desk) -> Mount {
    let sources = desk.sources(SOURCE);
    let found = files::find(&sources).unwrap();
    Mount::of_files(FileSource::new(&sources.source["rows"], &found["rows"])).unwrap()
}

#[tokio::test]
async fn filters_leave_files_and_row_groups_unread() {
    let desk = desk();
    let beside = Beside::of(mount(&desk)).await;
    assert_eq!(beside.all, 160);
    for (filter, read) in [
        ("year = '2023'", 40),
        ("year > '2023'", 80),
        ("year is null", 40),
        ("year = '2024' and kind is null", 40),
        ("kind = 'a b'", 40),
        ("kind in ('c', 'a b') and n < 20", 20),
        ("n between 41 and 45", 20),
        ("d < date '1971-02-10'", 10),
        ("w = 'é'", 40),
        ("n is null and year = '2023'", 40),
        ("year = '1999'", 0),
        // Whether a number is none can't be seen from outside, and none is greater than any other.
        ("f > 1000", 160),
        ("length(w) = 1", 160),
    ] {
        assert_eq!(beside.read(filter).await, read, "{filter}");
    }
}

#[test]
fn what_is_left_unread_is_what_the_filter_leaves_out() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let desk = desk();
    let beside = runtime.block_on(Beside::of(mount(&desk)));
    let leaf = prop_oneof![
        (comparison(), 0..110_i64).prop_map(|(op, n)| format!("n {op} {n}")),
        (comparison(), 0..50_u32).prop_map(|(op, f)| format!("f {op} {f}")),
        (comparison(), prop_oneof![Just("1971-02-09"), Just("1991-11-26"), Just("2013-10-01")])
            .prop_map(|(op, d)| format!("d {op} date '{d}'")),
        (
            prop_oneof![Just("w"), Just("kind"), Just("year")],
            comparison(),
            prop_oneof![Just("a"), Just("a b"), Just("c"), Just(""), Just("2024")]
        )
            .prop_map(|(c, op, word)| format!("{c} {op} '{word}'")),
        prop_oneof![Just("n"), Just("kind"), Just("year"), Just("f")].prop_map(|c| format!("{c} is null")),
        Just("w like 'é%'".to_owned()),
        Just("kind in ('c', 'a b')".to_owned()),
    ];
    let mut runner = TestRunner::new(ProptestConfig::with_cases(300));
    let ended = runner.run(&(combined(leaf), any::<bool>()), |(filter, counted)| {
        let what = if counted { "count(*), count(n), max(w)" } else { "n, d, w, f, year, kind" };
        let statement = format!("select {what} from rows where {filter}");
        let [ours, theirs] = runtime.block_on(beside.both(&statement));
        proptest::prop_assert!(ours.is_ok(), "{statement}: {ours:?}");
        proptest::prop_assert_eq!(ours, theirs, "{}", statement);
        Ok(())
    });
    ended.unwrap_or_else(|why| panic!("{why}"));
}

#[tokio::test]
async fn rows_keep_their_numbers_and_folders_their_names() {
    let days: ArrayRef = Arc::new(
        (0..40).map(|row| Some(if row == 34 { "soon" } else { "2024-01-02" })).collect::<StringArray>(),
    );
    let numbers: ArrayRef = Arc::new((0..40).map(Some).collect::<Int64Array>());
    let desk = Desk::new(&[("events/kind=stop/a.parquet", &parquet(vec![("n", numbers), ("d", days)]))]);
    let view = "[[view]]\ndataset = 'event'\nsql = '''select cast(n as varchar) as event_id, kind, d as occurred_on from rows where n >= 30'''\n";
    let (snapshot, report) = desk.prepare(&format!("{SOURCE}{view}")).await.unwrap();
    let rows = stored(&snapshot, Dataset::Event);
    assert_eq!((rows.num_rows(), texts(&rows, "kind")[0].as_str()), (10, "stop"));
    let bad = &report.unwrap().datasets[&Dataset::Event].bad_values["occurred_on"].first[0];
    assert_eq!((bad.file.as_str(), bad.line), ("events/kind=stop/a.parquet", 35));
}

#[tokio::test]
async fn a_folder_may_say_what_other_files_say_themselves() {
    let words: ArrayRef = Arc::new(StringArray::from(vec!["x"; 3]));
    let [one, other] =
        [("events/n=7/a.parquet", year(1)), ("events/n=8/b.parquet", parquet(vec![("w", words)]))];
    let desk = Desk::new(&[(one.0, &one.1), (other.0, &other.1)]);
    let beside = Beside::of(mount(&desk)).await;
    let [ours, theirs] = beside.both("select distinct n from rows where w = 'x'").await;
    assert!(ours.as_ref().is_ok_and(|told| told.contains("| 8 |")), "{ours:?}");
    assert_eq!(ours, theirs);
    assert_eq!((beside.read("n = 8").await, beside.read("n > 30").await), (13, 10));
}

#[tokio::test]
async fn a_folder_must_not_be_called_like_the_place_of_a_row() {
    let desk = Desk::new(&[("events/_line=3/a.parquet", &year(1))]);
    let view = "[[view]]\ndataset = 'event'\nsql = 'select w as event_id from rows'\n";
    let why = desk.trouble(&format!("{SOURCE}{view}")).await;
    assert!(
        why.starts_with("events/_line=3/a.parquet: a column is called \"_line\", a name that is kept"),
        "{why}"
    );
}
