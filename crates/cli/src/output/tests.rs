//! Every format of every answer, as snapshots; and what must hold whatever the format.

use std::io::Write;

use arrow::array::Array;
use arrow::ipc::reader::StreamReader;
use arrow::record_batch::RecordBatch;
use arrow::util::display::array_value_to_string;
use model::{Granularity, Refusal, SamePerson, TableAnswer, Yardstick};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::table::Table;
use super::{
    Format, batch_grid, batch_text, columnar, csv, json, samples, search_grid, search_text, sql_columns,
    sql_json, sql_text, table_grid, table_text,
};

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn with_table<R>(answer: &TableAnswer, read: impl FnOnce(&Table<'_>) -> R) -> R {
    read(&Table::new(answer, &samples::measures()))
}

#[test]
fn a_search_for_reading() {
    insta::assert_snapshot!(search_text::render(&samples::search(), Granularity::Referral));
}

#[test]
fn a_search_as_json() {
    insta::assert_snapshot!(text(json::search(&samples::search()).unwrap()));
}

#[test]
fn a_search_as_csv() {
    let answer = samples::search();
    insta::assert_snapshot!(text(csv::render(&search_grid::grid(&answer), &answer.coverage).unwrap()));
}

#[test]
fn a_batch_for_reading() {
    insta::assert_snapshot!(batch_text::render(&samples::batch(), Granularity::Referral));
}

#[test]
fn a_batch_as_json() {
    insta::assert_snapshot!(text(json::batch(&samples::batch()).unwrap()));
}

#[test]
fn a_batch_as_csv() {
    let answers = samples::batch();
    insta::assert_snapshot!(text(csv::render(&batch_grid::grid(&answers), &answers.coverage).unwrap()));
}

#[test]
fn a_table_for_reading() {
    insta::assert_snapshot!(with_table(&samples::table(), table_text::render));
}

#[test]
fn a_table_by_force_for_reading() {
    insta::assert_snapshot!(with_table(&samples::table_by_force(), table_text::render));
}

#[test]
fn an_empty_table_says_so() {
    let mut answer = samples::table();
    answer.rows.clear();
    insta::assert_snapshot!(with_table(&answer, table_text::render));
}

#[test]
fn a_table_as_json() {
    insta::assert_snapshot!(text(with_table(&samples::table(), json::table).unwrap()));
}

#[test]
fn a_table_as_csv() {
    let answer = samples::table();
    let grid = with_table(&answer, table_grid::grid);
    insta::assert_snapshot!(text(csv::render(&grid, &answer.coverage).unwrap()));
}

#[test]
fn a_noisy_table_reads_with_its_margins_and_is_reckoned_with_as_it_was_drawn() {
    let answer = samples::noisy_table();
    let grid = with_table(&answer, table_grid::grid);
    let csv = text(csv::render(&grid, &answer.coverage).unwrap());
    let json = text(with_table(&answer, json::table).unwrap());
    insta::assert_snapshot!([with_table(&answer, table_text::render), csv, json].join("\n"));
}

#[test]
fn the_status_of_a_force_is_its_own() {
    let answer = samples::table_by_force();
    let grid = with_table(&answer, table_grid::grid);
    insta::assert_snapshot!(text(csv::render(&grid, &answer.coverage).unwrap()));
}

#[test]
fn arrow_and_parquet_hold_types_nulls_and_the_coverage() {
    let (search, table, batch) = (samples::search(), samples::table(), samples::batch());
    let mut shown = String::new();
    for (grid, coverage) in [
        (search_grid::grid(&search), &search.coverage),
        (with_table(&table, table_grid::grid), &table.coverage),
        (batch_grid::grid(&batch), &batch.coverage),
    ] {
        let stream = columnar::arrow(&grid, coverage).unwrap();
        let mut reader = StreamReader::try_new(stream.as_slice(), None).unwrap();
        let batch = reader.next().unwrap().unwrap();
        assert!(reader.next().is_none());
        let file = columnar::parquet(&grid, coverage).unwrap();
        let mut stored = tempfile::tempfile().unwrap();
        stored.write_all(&file).unwrap();
        let builder = ParquetRecordBatchReaderBuilder::try_new(stored).unwrap();
        assert_eq!(builder.schema().metadata(), batch.schema().metadata());
        let stored = builder.build().unwrap().next().unwrap().unwrap();
        assert_eq!(stored.columns(), batch.columns());
        let schema = batch.schema();
        let types: Vec<String> =
            schema.fields().iter().map(|field| format!("{}: {}", field.name(), field.data_type())).collect();
        let metadata = schema.metadata().get(columnar::COVERAGE_KEY).unwrap();
        shown.push_str(&format!("{}\n{}\n{metadata}\n\n", types.join(", "), rows(&batch)));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_statement_for_reading() {
    insta::assert_snapshot!(sql_text::render(&samples::sql()));
}

#[test]
fn a_statement_as_json() {
    insta::assert_snapshot!(text(sql_json::render(&samples::sql()).unwrap()));
}

#[test]
fn a_statement_as_csv() {
    insta::assert_snapshot!(text(sql_columns::render(&samples::sql(), Format::Csv).unwrap()));
}

/// Beside each column of figures stands its status, in files as in CSV.
#[test]
fn a_statement_as_columns_keeps_types_nulls_and_the_coverage() {
    let stream = sql_columns::render(&samples::sql(), Format::Arrow).unwrap();
    let batch = StreamReader::try_new(stream.as_slice(), None).unwrap().next().unwrap().unwrap();
    let mut stored = tempfile::tempfile().unwrap();
    stored.write_all(&sql_columns::render(&samples::sql(), Format::Parquet).unwrap()).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new(stored).unwrap();
    assert_eq!(builder.schema().metadata(), batch.schema().metadata());
    assert_eq!(builder.build().unwrap().next().unwrap().unwrap().columns(), batch.columns());
    let names: Vec<_> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
    assert_eq!(names[1..5], ["n", "n_status", "avg(risk_score)", "avg(risk_score)_status"]);
    assert!(batch.schema().metadata()[columnar::COVERAGE_KEY].contains("\"answered\":2"));
    assert_eq!(batch.column(1).null_count(), 2);
}

fn rows(batch: &RecordBatch) -> String {
    let cell = |at, column| array_value_to_string(column, at).unwrap();
    let row = |at| batch.columns().iter().map(|column| cell(at, column)).collect::<Vec<_>>().join(" | ");
    (0..batch.num_rows()).map(row).collect::<Vec<_>>().join("\n")
}

/// Invariant 6 at the analyst's desk: no format drops the coverage, and no suppressed cell reads as a number.
#[test]
fn every_format_carries_the_coverage_and_no_suppressed_cell_reads_as_zero() {
    let mut answer = samples::table();
    answer.coverage =
        samples::coverage(&[("btp", samples::answered()), ("mps", model::Outcome::Refused(Refusal::Busy))]);
    let sentence = answer.coverage.sentence();
    let read = with_table(&answer, table_text::render);
    assert!(read.ends_with(&format!("{sentence}\n")));
    let grid = with_table(&answer, table_grid::grid);
    let csv = text(csv::render(&grid, &answer.coverage).unwrap());
    assert!(csv.starts_with(&format!("# coverage: {sentence}\n")));
    assert!(csv.contains("2024-02,fraud,suppressed,suppressed,,suppressed,suppressed,,"));
    let json = text(with_table(&answer, json::table).unwrap());
    assert!(json.contains("\"asked\":2,\"answered\":1") && json.contains("\"code\":\"busy\""));
    assert!(json.contains("[\"2024-02\",\"fraud\",\"suppressed\",\"suppressed\",\"suppressed\"]"));
}

/// Who holds the same person stands in every format, and a table of rows stays one table.
#[test]
fn every_format_says_which_forces_hold_the_same_person() {
    let mut answer = samples::search();
    let forces = vec!["colp".parse().unwrap(), "mps".parse().unwrap()];
    answer.same_person = vec![SamePerson { forces, confidence: Yardstick::HighlyLikely }];
    let read = search_text::render(&answer, Granularity::Hit);
    assert!(read.contains("\ncolp and mps hold the same person: highly likely\n"), "{read}");
    let json = text(json::search(&answer).unwrap());
    let same = r#""same_person":[{"forces":["colp","mps"],"confidence":"highly likely"}]"#;
    assert!(json.contains(same), "{json}");
    let grid = search_grid::grid(&answer);
    let table = text(csv::render(&grid, &answer.coverage).unwrap());
    for (force, ending) in
        [("colp", ",mps: highly likely"), ("mps", ",colp: highly likely"), ("btp", ","), ("nca", ",")]
    {
        let mut rows = table.lines().filter(|line| line.starts_with(&format!("{force},"))).peekable();
        assert!(rows.peek().is_some() && rows.all(|row| row.ends_with(ending)), "{table}");
    }
}

#[test]
fn text_from_a_peer_can_not_move_the_cursor() {
    let mut answer = samples::search();
    if let Some((_, reply)) = answer.answers.last_mut() {
        reply.referral.as_mut().unwrap().desk = "desk\u{1b}[2J\r".to_owned();
    }
    assert!(!search_text::render(&answer, Granularity::Hit).contains(['\u{1b}', '\r']));
}

#[test]
fn lists_read_as_sentences() {
    for (items, expected) in
        [(&[][..], ""), (&["a"], "a"), (&["a", "b"], "a and b"), (&["a", "b", "c"], "a, b and c")]
    {
        assert_eq!(super::list(items), expected);
    }
}
