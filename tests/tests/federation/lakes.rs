//! A force whose records lie in a Delta table: what it tells is what the newest version holds, over mutual TLS and under policy.

use std::collections::BTreeMap;
use std::path::Path;

use model::Dataset;
use model::reply::Figure;
use tests::{Federation, Plan};

#[tokio::test]
async fn a_table_counts_the_newest_version_of_a_delta_table() {
    // Written by delta-rs, with what that reads back beside it; its older versions held other rows.
    let lake = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/delta/tests/tables/reports");
    let mut expected = BTreeMap::from([("open", 0), ("closed", 0)]);
    for line in std::fs::read_to_string(lake.join("expected.txt")).unwrap().lines() {
        let category = if line.split('|').nth(8) == Some("true") { "open" } else { "closed" };
        *expected.get_mut(category).unwrap() += 1;
    }
    let sources = format!(
        r#"
[source.reports]
format = "delta"
paths = ["{}"]

[[view]]
dataset = "event"
sql = '''
select report_id as event_id, 'crime' as kind, case when "open" then 'open' else 'closed' end as category, occurred_on,
  'other' as threat_category, 'other' as subject_category, 'P' as handling_code, 'none' as handling_conditions,
  'official' as classification, 'open' as provenance, 'disclose' as disclosure_mark, 'live' as retention
from reports
'''
"#,
        lake.display()
    );
    let federation = Federation::start(Plan::new().over("mps", sources)).await;
    let analyst = federation.analyst();
    let answer = analyst.table(Dataset::Event, &["category"], &["count"], None, false).await.unwrap();
    let told = answer.rows.iter().map(|row| (row.keys[0].as_deref().unwrap(), row.cells[0].figure));
    let expected = expected.into_iter().map(|(category, count)| (category, Some(Figure::Count(count))));
    assert_eq!(told.collect::<BTreeMap<_, _>>(), expected.collect(), "{}", answer.coverage.sentence());
}
