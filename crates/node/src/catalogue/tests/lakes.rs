//! Delta tables as sources: rows as their writers read them, versions as epochs, and what is missing or torn.

mod columns;
mod table;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, Int64Array, StringArray};
use arrow::compute::concat_batches;
use arrow::util::display::array_value_to_string;
use model::Dataset;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof};
use proptest::test_runner::TestRunner;
use serde_json::json;

use super::super::declared;
use super::super::lakes::Lakes;
use super::super::mount::Mount;
use super::filters::{Beside, all, combined, comparison};
use super::{Desk, IngestError, stored, texts};
use table::{add, batch, begin, column, commit, mapped, remove, without};

const SOURCE: &str = "[source.rows]\nformat = 'delta'\npaths = ['lake']\n";
const VIEW: &str = "[[view]]\ndataset = 'event'\nsql = 'select w as event_id from rows'\n";

async fn mount(desk: &Desk) -> Mount {
    let sources = desk.sources(SOURCE);
    let lake = Lakes::look(&sources).await.unwrap().take("rows", &sources.base).unwrap();
    Mount::of_files(lake.files().unwrap()).unwrap()
}

/// All rows of these columns, `|` between cells and `-` for null, in the order of the first.
async fn rows(desk: &Desk, columns: &[&str]) -> Vec<String> {
    let batches = all(&mount(desk).await).await;
    let rows = concat_batches(&batches[0].schema(), &batches).unwrap();
    let cell = |row: usize, name: &&str| {
        let column = rows.column_by_name(name).unwrap();
        if column.is_null(row) { "-".to_owned() } else { array_value_to_string(column, row).unwrap() }
    };
    let line = |row| columns.iter().map(|name| cell(row, name)).collect::<Vec<_>>().join("|");
    (0..rows.num_rows()).map(line).collect()
}

/// A desk with a copy of a table that another program wrote; see `crates/delta/tests/log/written.rs`.
fn kept(name: &str) -> Desk {
    fn copy(desk: &Desk, from: &Path, to: &str) {
        for entry in fs::read_dir(from).unwrap() {
            let (path, name) = (entry.as_ref().unwrap().path(), entry.unwrap().file_name());
            let to = format!("{to}/{}", name.display());
            if path.is_dir() { copy(desk, &path, &to) } else { desk.put(&to, fs::read(&path).unwrap()) }
        }
    }
    let desk = Desk::new(&[]);
    copy(&desk, &Path::new(env!("CARGO_MANIFEST_DIR")).join("../delta/tests/tables").join(name), "lake");
    desk
}

#[tokio::test]
async fn rows_are_those_that_their_writer_reads_back() {
    let reports: &[&str] = &[
        "report_id",
        "beat",
        "occurred_on",
        "at",
        "local",
        "amount",
        "n",
        "share",
        "open",
        "tags",
        "place",
        "grading",
    ];
    for (name, columns) in [("reports", reports), ("overwritten", &["n", "w"])] {
        let desk = kept(name);
        let expected = fs::read_to_string(desk.0.path().join("lake/expected.txt")).unwrap();
        let mut expected: Vec<&str> = expected.lines().collect();
        let mut told = rows(&desk, columns).await;
        expected.sort_unstable();
        told.sort();
        assert_eq!(told, expected, "{name}");
    }
    // Spark wrote 0 to 9 and deleted the first and the last.
    let deletions: Vec<_> = (1..9).map(|n| format!("{n}|{}", n + 1)).collect();
    assert_eq!(rows(&kept("deletions"), &["value", "_line"]).await, deletions);
    let mut numbered = rows(&kept("numbered"), &["id", "name", "value"]).await;
    numbered.sort();
    assert_eq!(numbered, ["1|Emma|150.0", "2|Frank|275.0", "4|Henry|450.0"]);
    let sidecars: Vec<_> = (0..10).map(|n| n.to_string()).collect();
    let mut told = rows(&kept("sidecars"), &["id"]).await;
    told.sort();
    assert_eq!(told, sidecars);
}

#[tokio::test]
async fn filters_leave_files_unread() {
    let desk = kept("reports");
    let beside = Beside::of(mount(&desk).await).await;
    assert_eq!(beside.all, 19);
    for (filter, read) in [
        ("beat = 'B2'", 3),
        ("beat is null", 4),
        ("n > 31 and beat = 'B3'", 1),
        ("grading = 'B'", 1),
        ("beat = 'B9'", 0),
    ] {
        assert_eq!(beside.read(filter).await, read, "{filter}");
        let [ours, theirs] = beside.both(&format!("select count(*), min(n) from rows where {filter}")).await;
        assert!(ours.is_ok(), "{ours:?}");
        assert_eq!(ours, theirs, "{filter}");
    }
}

/// Two files of forty rows, whose columns change names with one another, some rows deleted in both.
fn swapped() -> Desk {
    let desk = Desk::new(&[]);
    let root = desk.0.path().canonicalize().unwrap().join("lake");
    let file = |from: i64| {
        let numbers = Int64Array::from_iter((0..40).map(|row| (row % 7 != 3).then_some(from + row)));
        let words = StringArray::from_iter((0..40).map(|row| ["a", "b", "é", ""].get(row / 10).copied()));
        let old = StringArray::from(vec!["old"; 40]);
        batch(vec![("w", Arc::new(numbers)), ("n", Arc::new(words)), ("x", Arc::new(old))])
    };
    let columns = [
        mapped("n", "long", "w", 1),
        mapped("w", "string", "n", 2),
        mapped("x", "date", "x2", 4),
        mapped("p", "date", "q", 3),
    ];
    let mut actions = begin(&columns, &["p"], "name");
    let one = add(&desk, "one.parquet", json!({"q": "2024-01-02"}), &file(0));
    let two = add(&desk, "two.parquet", json!({"q": null}), &file(100));
    actions.extend([
        without(&desk, one, &[3, 12, 13, 39], &root),
        without(&desk, two, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], &root),
    ]);
    commit(&desk, 0, &actions);
    desk
}

#[test]
fn what_is_left_unread_is_what_the_filter_leaves_out() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let desk = swapped();
    let beside = runtime.block_on(async { Beside::of(mount(&desk).await).await });
    assert_eq!(beside.all, 36 + 30);
    assert_eq!(runtime.block_on(beside.read("n < 5 and p = date '2024-01-02'")), 9);
    assert_eq!(runtime.block_on(beside.read("w = 'old' or x is not null")), 0);
    let leaf = prop_oneof![
        (comparison(), 0..150_i64).prop_map(|(op, n)| format!("n {op} {n}")),
        (comparison(), prop_oneof![Just("a"), Just("é"), Just("old")])
            .prop_map(|(op, w)| format!("w {op} '{w}'")),
        (comparison(), prop_oneof![Just("2024-01-02"), Just("1999-01-01")])
            .prop_map(|(op, p)| format!("p {op} date '{p}'")),
        prop_oneof![Just("n"), Just("w"), Just("x"), Just("p")].prop_map(|c| format!("{c} is null")),
    ];
    let mut runner = TestRunner::new(ProptestConfig::with_cases(200));
    let ended = runner.run(&(combined(leaf), any::<bool>()), |(filter, counted)| {
        let what = if counted { "count(*), count(n), max(w)" } else { "n, w, x, p, _line" };
        let statement = format!("select {what} from rows where {filter}");
        let [ours, theirs] = runtime.block_on(beside.both(&statement));
        proptest::prop_assert!(ours.is_ok(), "{statement}: {ours:?}");
        proptest::prop_assert_eq!(ours, theirs, "{}", statement);
        Ok(())
    });
    ended.unwrap_or_else(|why| panic!("{why}"));
}

/// A table with the events `a` and `b`.
fn events() -> Desk {
    let desk = Desk::new(&[]);
    let words = batch(vec![("w", Arc::new(StringArray::from(vec!["a", "b"])))]);
    let mut actions = begin(&[column("w", "string")], &[], "none");
    actions.push(add(&desk, "one.parquet", json!({}), &words));
    commit(&desk, 0, &actions);
    desk
}

fn more(desk: &Desk, version: u64, word: &str) {
    let words = batch(vec![("w", Arc::new(StringArray::from(vec![word])))]);
    let added = add(desk, &format!("{word}.parquet"), json!({}), &words);
    commit(desk, version, &[remove("one.parquet"), added]);
}

#[tokio::test]
async fn a_new_version_is_a_new_epoch_and_nothing_else_is() {
    let (desk, config) = (events(), format!("{SOURCE}{VIEW}"));
    let (first, report) = desk.prepare(&config).await.unwrap();
    assert_eq!(texts(&stored(&first, Dataset::Event), "event_id"), ["a", "b"]);
    let about = &report.unwrap().sources["rows"];
    assert_eq!((about.files, about.bytes > 0), (1, true));
    // Files that no version names, as a writer leaves them before it commits, are nothing.
    desk.put("lake/half.parquet", "PAR1");
    assert_eq!(desk.prepare(&config).await.unwrap().0.fingerprint(), first.fingerprint());
    more(&desk, 1, "c");
    let (second, _) = desk.prepare(&config).await.unwrap();
    assert_ne!(second.fingerprint(), first.fingerprint());
    assert_eq!(texts(&stored(&second, Dataset::Event), "event_id"), ["c"]);
}

#[tokio::test]
async fn a_version_that_comes_while_another_is_read_waits_for_the_next_look() {
    let (desk, config) = (events(), format!("{SOURCE}{VIEW}"));
    let sources = desk.sources(&config);
    let mut meddle = |_| more(&desk, 1, "c");
    let (first, _) = super::prepare(&sources, &desk.data_dir(), super::moment(), &mut meddle).await.unwrap();
    assert_eq!(texts(&stored(&first, Dataset::Event), "event_id"), ["a", "b"]);
    let (second, _) = desk.prepare(&config).await.unwrap();
    assert_eq!(texts(&stored(&second, Dataset::Event), "event_id"), ["c"]);
}

#[tokio::test]
async fn a_version_that_was_still_being_written_is_not_served() {
    let (desk, config) = (events(), format!("{SOURCE}{VIEW}"));
    let log = desk.0.path().join("lake/_delta_log/00000000000000000000.json");
    let whole = fs::read_to_string(&log).unwrap();
    // A commit that is not put in place whole may be met at the end of a line.
    let begun: Vec<&str> = whole.lines().take(2).collect();
    fs::write(&log, begun.join("\n")).unwrap();
    desk.put("o.csv", "id\nz\n");
    let other = "[source.other]\nformat = 'csv'\npaths = ['o.csv']\n[[view]]\ndataset = 'event'\nsql = 'select id as event_id from other'\n";
    let sources = desk.sources(&format!("{config}{other}"));
    let mut meddle = |_| fs::write(&log, &whole).unwrap();
    let error = super::prepare(&sources, &desk.data_dir(), super::moment(), &mut meddle).await.unwrap_err();
    assert!(error.to_string().starts_with("source rows: changed while it was read"), "{error}");
    let (next, _) = desk.prepare(&config).await.unwrap();
    assert_eq!(texts(&stored(&next, Dataset::Event), "event_id"), ["a", "b"]);
}

#[tokio::test]
async fn what_is_missing_or_torn_is_told_and_leaves_what_was_read_before() {
    let (desk, config) = (events(), format!("{SOURCE}{VIEW}"));
    let (first, _) = desk.prepare(&config).await.unwrap();
    more(&desk, 1, "c");
    let check = async |what: &str, expected: &str| {
        let error = desk.prepare(&config).await.unwrap_err();
        assert!(matches!(error, IngestError::Source { .. }), "{what}: {error}");
        let why = desk.trouble(&config).await;
        assert!(why.starts_with(&format!("source rows: {expected}")), "{what}: wanted {expected}, got {why}");
        assert_eq!(texts(&stored(&first, Dataset::Event), "event_id"), ["a", "b"]);
    };
    let whole = fs::read(desk.0.path().join("lake/c.parquet")).unwrap();
    desk.put("lake/c.parquet", &whole[..whole.len() - 1]);
    check(
        "a file cut short",
        &format!(
            "lake/c.parquet: the file has {} bytes where the table's log says {}",
            whole.len() - 1,
            whole.len()
        ),
    )
    .await;
    fs::remove_file(desk.0.path().join("lake/c.parquet")).unwrap();
    check(
        "a file that is gone",
        "lake/c.parquet: the file is gone, and version 1 of the table needs it; bring it back",
    )
    .await;
    desk.put("lake/_delta_log/00000000000000000001.json", "{\"add\":");
    check("a commit cut short", "DESK/lake/_delta_log/00000000000000000001.json: line 1 is not JSON").await;
    fs::rename(desk.0.path().join("lake/_delta_log"), desk.0.path().join("elsewhere")).unwrap();
    check("no log", "DESK/lake: not a Delta table").await;
}

#[tokio::test]
async fn a_source_is_one_table_and_its_folder_alone() {
    let desk = events();
    for (config, expected) in [
        ("paths = ['lake', 'lake']", "one Delta table is one source"),
        ("", "one Delta table is one source"),
        ("paths = ['la*']", "DESK/la*: not a Delta table"),
        ("paths = ['lake']\ntable = 'x.y'", "`database`, `table` and `changed` are for"),
    ] {
        let why = desk.trouble(&format!("[source.rows]\nformat = 'delta'\n{config}\n{VIEW}")).await;
        assert!(why.contains(expected), "wanted {expected}, got {why}");
    }
}

#[test]
fn what_stands_beside_a_column_is_called_alike_on_both_sides() {
    assert_eq!((declared::PHYSICAL_NAME, declared::PARTITION), (delta::PHYSICAL_NAME, delta::PARTITION));
}
