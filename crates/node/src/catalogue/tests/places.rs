//! The place of a bad cell is right whatever stands in the cells before it, and nothing makes the reader panic.

use model::Dataset;
use proptest::prelude::*;

use super::{Desk, csv_view};

#[tokio::test]
async fn rows_of_plain_queries_keep_their_lines_and_others_are_numbered() {
    let csv = b"id,day\n1,2024-01-01\n\n2,bad\n3,bad\n";
    let desk = Desk::new(&[("a.csv", csv)]);
    for (sql, file, lines) in [
        ("select day as occurred_on from rows", "a.csv", &[4, 5][..]),
        ("select day as occurred_on from rows where id <> '2'", "a.csv", &[5]),
        ("select day as occurred_on from rows order by id desc", "a.csv", &[5, 4]),
        (
            "(select day as occurred_on from rows) union all select 'worse' from rows where id = '1'",
            "a.csv",
            &[4, 5, 2],
        ),
        ("select distinct day as occurred_on from rows order by 1", "view 1 (event)", &[2]),
        (
            "select r.day as occurred_on from rows r join rows s on r.id = s.id order by r.id",
            "view 1 (event)",
            &[2, 3],
        ),
        ("with r as (select day from rows) select day as occurred_on from r", "view 1 (event)", &[2, 3]),
        ("select max(day) as occurred_on from rows", "view 1 (event)", &[1]),
    ] {
        let report = desk.check(&csv_view("event", sql)).await.unwrap();
        let bad = &report.datasets[&Dataset::Event].bad_values["occurred_on"];
        let found: Vec<u64> = bad.first.iter().map(|place| place.line).collect();
        assert_eq!((bad.first[0].file.as_str(), found.as_slice()), (file, lines), "{sql}");
    }
}

/// Lines on which rows begin, by counting line ends in the text that is written.
fn written(rows: &[(String, bool)], line_end: &str) -> (Vec<u8>, Vec<u64>) {
    let terminator = if line_end == "\r\n" { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
    writer.write_record(["note", "day"]).unwrap();
    let mut bad = Vec::new();
    for (note, good) in rows {
        writer.flush().unwrap();
        if !good {
            let ends = writer.get_ref().iter().filter(|&&byte| byte == b'\n').count();
            bad.push(ends as u64 + 1);
        }
        writer.write_record([note.as_str(), if *good { "2024-01" } else { "no day" }]).unwrap();
    }
    (writer.into_inner().unwrap(), bad)
}

fn ingest(bytes: &[u8]) -> Result<super::IngestReport, super::IngestError> {
    let desk = Desk::new(&[("a.csv", bytes)]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let sql = "select note as category, day as occurred_on from rows";
    runtime.block_on(desk.check(&csv_view("event", sql)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_cell_text_is_read_and_bad_cells_are_placed(
        rows in prop::collection::vec(("(?s)[\"\\r\\n,;| a-c\u{e9}\u{1F46E}]{0,12}", any::<bool>()), 0..12),
        crlf in any::<bool>(),
    ) {
        let (bytes, bad) = written(&rows, if crlf { "\r\n" } else { "\n" });
        let report = ingest(&bytes).unwrap();
        let found = &report.datasets[&Dataset::Event];
        prop_assert_eq!(found.rows, rows.len() as u64);
        let lines: Vec<u64> =
            found.bad_values.get("occurred_on").into_iter().flat_map(|tally| &tally.first).map(|p| p.line).collect();
        prop_assert_eq!(lines, bad);
    }

    #[test]
    fn any_bytes_are_a_report_or_an_error(tail in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = b"note,day\n".to_vec();
        bytes.extend(tail);
        let _ = ingest(&bytes);
    }
}
