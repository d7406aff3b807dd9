//! Handling: labels from columns, the strictest where nothing is said, and rows that a node may not hold.

use model::vocabulary::{Classification, DisclosureMark, Provenance, SourceEvaluation};
use model::{Dataset, LabelId};

use super::{Desk, csv_view, stored, texts};

const SQL: &str = "select id as report_id, marking as classification, origin as provenance, \
                   owner as controller, kept as retention, grade as source_evaluation from rows";

#[tokio::test]
async fn rows_above_official_sensitive_are_refused_and_disposed_ones_dropped() {
    let cases = [
        ("r,OFFICIAL,police,mps,live,1", true),
        ("r,official-sensitive,police,mps,live,1", true),
        ("r,Official Sensitive,,,review due,", true),
        ("r,,,,,", true),
        ("r,SECRET,police,mps,live,1", false),
        ("r,Top Secret,police,mps,live,1", false),
        ("r,intercept,police,mps,live,1", false),
        ("r,CONFIDENTIAL,police,mps,live,1", false),
        ("r,official,Intercept product,mps,live,1", false),
        ("r,official,rumour,mps,live,1", true),
        ("r,official,police,mps,disposed,1", false),
        ("r,SECRET,police,mps,disposed,1", false),
    ];
    for (row, held) in cases {
        let csv = format!("id,marking,origin,owner,kept,grade\n{row}\n");
        let desk = Desk::new(&[("a.csv", csv.as_bytes())]);
        let report = desk.check(&csv_view("report", SQL)).await.unwrap();
        let found = &report.datasets[&Dataset::Report];
        let dropped = found.refused_classification.count + found.disposed;
        assert_eq!((found.rows, dropped), if held { (1, 0) } else { (0, 1) }, "{row}");
    }
}

#[tokio::test]
async fn labels_are_interned_and_agree_with_the_stored_columns() {
    let csv = "id,marking,origin,owner,kept,grade\n\
               r1,official,police,colp,live,2\n\
               r2,,,,,\n\
               r3,official,police,COLP,live,2\n\
               r4,secret,police,mps,live,1\n\
               r5,official,police,Old Bill,live,9\n";
    let desk = Desk::new(&[("a.csv", csv.as_bytes())]);
    let (snapshot, report) = desk.prepare(&csv_view("report", SQL)).await.unwrap();
    let rows = stored(&snapshot, Dataset::Report);
    for (column, expected) in [
        // Rows stand in the order of their labels.
        ("report_id", ["r1", "r3", "r2", "r5"]),
        ("_label", ["0", "0", "1", "2"]),
        ("_entity", ["0", "2", "1", "3"]),
        ("controller", ["colp", "colp", "mps", "mps"]),
        ("classification", ["official", "official", "official_sensitive", "official"]),
        ("provenance", ["police", "police", "sensitive", "police"]),
        ("source_evaluation", ["2", "2", "-", "-"]),
    ] {
        assert_eq!(texts(&rows, column), expected, "{column}");
    }
    let labels = snapshot.labels();
    assert_eq!(labels.len(), 3);
    let given = labels.get(LabelId(0)).unwrap();
    assert_eq!(given.controller.as_str(), "colp");
    assert_eq!(given.classification, Classification::Official);
    assert_eq!(given.source_evaluation, Some(SourceEvaluation::Untested));
    assert_eq!(given.disclosure_mark, DisclosureMark::Refer, "not given, so the strictest");
    let strictest = labels.get(LabelId(1)).unwrap();
    assert_eq!(strictest.provenance, Provenance::Sensitive);

    let found = &report.unwrap().datasets[&Dataset::Report];
    assert_eq!(found.defaulted_handling["classification"], 1);
    assert_eq!(found.defaulted_handling["disclosure_mark"], 4);
    assert_eq!(found.defaulted_handling.get("source_evaluation"), None);
    assert_eq!(found.refused_classification.first[0].line, 5);
    assert_eq!(found.bad_values["controller"].first[0].line, 6);
    assert_eq!(found.bad_values["source_evaluation"].count, 1);
}
