//! Cells of every type are read, or become null and are reported at their place without being repeated.

use model::Dataset;

use super::{Desk, csv_view, stored, texts};

#[tokio::test]
async fn cells_become_the_types_of_the_shared_schema() {
    let csv = "id,alias,dob,sex,loss\n\
               p1,Al|Bert; Chas,1990-05-04, MALE ,1\n\
               p2,,05/04/1990,female,2\n\
               p3,;|,1990-05,robot,3\n\
               p3,x,May 1990,Female,4\n";
    let sql = "select id as person_id, alias as aliases, dob, sex from rows";
    let desk = Desk::new(&[("a.csv", csv.as_bytes())]);
    let (snapshot, report) = desk.prepare(&csv_view("person", sql)).await.unwrap();
    let rows = stored(&snapshot, Dataset::Person);
    for (column, expected) in [
        ("person_id", ["p1", "p2", "p3", "p3"]),
        ("aliases", ["[Al, Bert, Chas]", "-", "-", "[x]"]),
        ("dob", ["1990-05-04", "1990-04-05", "1990-05-01", "-"]),
        ("sex", ["male", "female", "-", "female"]),
        ("nationality", ["-", "-", "-", "-"]),
        ("_entity", ["0", "1", "2", "2"]),
        ("controller", ["mps", "mps", "mps", "mps"]),
    ] {
        assert_eq!(texts(&rows, column), expected, "{column}");
    }
    let about = snapshot.manifest().datasets[&Dataset::Person];
    assert_eq!((about.rows, about.entities, about.entity_per_row), (4, 3, false));

    let report = report.unwrap();
    assert!(!report.is_clean());
    assert_eq!(report.sources["rows"].unmapped_columns, ["loss"]);
    let found = &report.datasets[&Dataset::Person];
    assert_eq!(found.bad_values.keys().collect::<Vec<_>>(), ["dob", "sex"]);
    let dob = &found.bad_values["dob"];
    assert_eq!((dob.count, dob.first[0].file.as_str(), dob.first[0].line), (1, "a.csv", 5));
    assert_eq!(found.bad_values["sex"].first[0].reason, "not one of female, male");
    assert_eq!(found.duplicate_keys.first[0].line, 5);
    assert!(found.missing_columns.contains(&"nationality".to_owned()));
    assert!(!format!("{report:?}{report}").contains("robot"), "values stay out of reports");
}

#[tokio::test]
async fn only_the_first_places_are_kept_but_all_are_counted() {
    let csv = format!("id,day\n{}", "a,never\n".repeat(20_000));
    let desk = Desk::new(&[("a.csv", csv.as_bytes())]);
    let sql = "select day as occurred_on from rows";
    let report = desk.check(&csv_view("event", sql)).await.unwrap();
    let bad = &report.datasets[&Dataset::Event].bad_values["occurred_on"];
    assert_eq!((bad.count, bad.first.len()), (20_000, 20));
    assert_eq!(bad.first.last().map(|place| place.line), Some(21));
}

#[tokio::test]
async fn rows_without_a_key_are_entities_of_their_own() {
    let desk = Desk::new(&[("a.csv", b"id\n\"\"\n\"\"\nx\n")]);
    let (snapshot, report) =
        desk.prepare(&csv_view("event", "select id as event_id from rows")).await.unwrap();
    assert_eq!(texts(&stored(&snapshot, Dataset::Event), "_entity"), ["0", "1", "2"]);
    assert!(snapshot.manifest().datasets[&Dataset::Event].entity_per_row);
    assert!(report.unwrap().is_clean());
}

#[tokio::test]
async fn holders_and_links_may_repeat() {
    let desk = Desk::new(&[("a.csv", b"id,v\nh,1\nh,2\n")]);
    let sql = "select 'person' as holder_dataset, id as holder_id, 'phone' as kind, v as value from rows";
    let (snapshot, report) = desk.prepare(&csv_view("identifier", sql)).await.unwrap();
    assert_eq!(texts(&stored(&snapshot, Dataset::Identifier), "_entity"), ["0", "0"]);
    assert!(report.unwrap().is_clean());
}
