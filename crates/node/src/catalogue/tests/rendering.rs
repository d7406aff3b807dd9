//! The report as operators see it.

use super::{Desk, csv_view};

#[tokio::test]
async fn a_report_reads_as_a_table_with_details() {
    let mut csv = "id,day,marking,note\n".to_owned();
    csv.push_str("1,2024-01,official,x\n1,2024-01,official,x\n2,,secret,x\n");
    csv.push_str(&"3,never,,x\n".repeat(7).replace('3', ""));
    let desk = Desk::new(&[("a.csv", csv.as_bytes())]);
    let sql = "select id as event_id, day as occurred_on, marking as classification from rows";
    let config = csv_view("event", sql)
        + "[[view]]\ndataset = 'location'\nsql = \"select id as location_id, 'disposed' as retention from rows\"\n";
    let report = desk.check(&config).await.unwrap();
    insta::assert_snapshot!(report.to_string());
}
