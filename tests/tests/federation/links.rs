//! Tables along links over real nodes: who counts where, what is protected on either side, and what nobody may tell from them.

use model::reply::Figure;
use model::{Dataset, TableAnswer};
use policy::BundleFiles;
use serde_json::json;
use tests::{Federation, Plan, Records};

/// Rows as `keys: figures`.
fn rows(answer: &TableAnswer) -> Vec<String> {
    let row = |row: &model::answer::MergedRow| {
        let keys: Vec<&str> = row.keys.iter().map(|key| key.as_deref().unwrap_or("null")).collect();
        let figure = |cell: &model::answer::MergedCell| match cell.figure {
            Some(Figure::Count(count)) => count.to_string(),
            Some(other) => panic!("{other:?}: counts were asked for"),
            None => "suppressed".to_owned(),
        };
        format!("{}: {}", keys.join(" "), row.cells.iter().map(figure).collect::<Vec<_>>().join(" "))
    };
    answer.rows.iter().map(row).collect()
}

fn link(records: Records, person: usize, role: &str, report: &str, mark: &str) -> Records {
    let edge = json!({ "from_dataset": "person", "from_id": format!("P{person}"), "role": role,
                       "to_dataset": "report", "to_id": report, "disclosure_mark": mark });
    records.with("link", edge)
}

/// Persons from `first` on, every third a woman.
fn persons(records: Records, first: usize, count: usize, mark: &str) -> Records {
    (first..first + count).fold(records, |records, at| {
        let sex = if at % 3 == 0 { "female" } else { "male" };
        let more = json!({ "sex": sex, "postcode": "SW1A 1AA", "disclosure_mark": mark });
        records.person(&format!("P{at}"), "A", "B", "1980-01-01", more)
    })
}

fn report(records: Records, id: &str, area: &str, town: &str, mark: &str) -> Records {
    let location = json!({ "location_id": format!("L{id}"), "town": town });
    let report = json!({ "report_id": id, "reported_on": "2024-01-05", "area": area, "reporting_unit": "U",
                         "location_id": format!("L{id}"), "disclosure_mark": mark });
    records.with("location", location).with("report", report)
}

/// Forty persons in twenty reports of the North and twenty of the South: each in one of either, half in two of the North.
fn story() -> Records {
    let mut records = persons(Records::new(), 0, 40, "disclose");
    for at in 0..20 {
        records = report(records, &format!("N{at}"), "North", "Leeds", "disclose");
        records =
            report(records, &format!("S{at}"), "South", if at < 10 { "Leeds" } else { "Hull" }, "disclose");
    }
    for at in 0..40 {
        records = link(records, at, "subject", &format!("N{}", at % 20), "disclose");
        records = link(records, at, "witness", &format!("S{}", at % 20), "disclose");
        if at < 20 {
            records = link(records, at, "subject", &format!("N{}", (at + 1) % 20), "disclose");
        }
    }
    records
}

/// The sample policy of a force, which counts exactly and keeps back what fewer than ten stand behind.
fn exact(force: &str) -> BundleFiles {
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/policies").join(force);
    let mut files = node::policy_folder::read(&shipped).unwrap();
    let text = "[profiles.standard]\nminimum_cell = 10\nrounding_base = 1\nsum_base = 1\n\
                [profiles.open]\nminimum_cell = 5\nrounding_base = 1\nsum_base = 1\n[limits]\ncells_max = 10000\nsubjects_max = 200\n";
    files.files.insert("disclosure.toml".to_owned(), text.to_owned());
    files
}

async fn over(records: Records) -> Federation {
    Federation::start(Plan::new().node("mps", records).policy("mps", exact("mps"))).await
}

const BOTH: &[&str] = &["count", "distinct"];

#[tokio::test]
async fn a_person_counts_once_in_a_cell_however_many_reports_they_are_linked_to() {
    let federation = over(story()).await;
    let analyst = federation.analyst();
    let ask = |dataset, by, filter| analyst.table(dataset, by, BOTH, filter, false);
    let answer = ask(Dataset::Person, &["report.area"][..], None).await.unwrap();
    assert_eq!(rows(&answer), ["North: 60 40", "South: 40 40"]);
    assert_eq!(answer.columns, ["report.area", "count", "distinct"]);
    let answer = ask(
        Dataset::Person,
        &["sex", "location.town"],
        Some("report.area in (South) and link.role = witness"),
    );
    assert_eq!(
        rows(&answer.await.unwrap()),
        [
            "female Hull: suppressed suppressed",
            "female Leeds: suppressed suppressed",
            "male Hull: suppressed suppressed",
            "male Leeds: suppressed suppressed"
        ],
        "seven women stand in either town"
    );
}

#[tokio::test]
async fn reports_of_persons_in_an_area_and_events_by_their_place() {
    let mut records = story();
    for at in 0..30 {
        let location = json!({ "location_id": format!("E{at}"), "town": if at < 18 { "Leeds" } else { "York" }, "postcode": "LS1 1AA" });
        let event = json!({ "event_id": format!("E{at}"), "kind": "crime", "category": "Burglary", "occurred_on": "2024-01",
                            "location_id": format!("E{at}"), "loss_gbp": 100 });
        records = records.with("location", location).with("event", event);
    }
    let federation = over(records).await;
    let analyst = federation.analyst();
    let filter = Some("person.postcode in (SW1) and link.role = subject");
    let answer = analyst.table(Dataset::Report, &["area"], &["distinct"], filter, false).await.unwrap();
    assert_eq!(rows(&answer), ["North: 20"]);
    let answer = analyst.table(Dataset::Event, &["location.town"], &["count"], None, false).await.unwrap();
    assert_eq!(rows(&answer), ["Leeds: 18", "York: 12"]);
}

#[tokio::test]
async fn a_cell_is_told_where_enough_stand_behind_it_on_every_side() {
    // Thirty reports about three persons; thirty persons in three reports; thirty events at two addresses.
    let mut records = persons(Records::new(), 0, 40, "disclose");
    for at in 0..30 {
        records = report(records, &format!("F{at}"), "Few persons", "Leeds", "disclose");
        records = link(records, at % 3, "subject", &format!("F{at}"), "disclose");
        records = report(records, &format!("M{at}"), "Many of both", "Leeds", "disclose");
        records = link(records, at, "subject", &format!("M{at}"), "disclose");
        let event = json!({ "event_id": format!("E{at}"), "kind": "crime", "occurred_on": "2024-01",
                            "location_id": format!("A{}", at % 2) });
        records = records.with("event", event);
    }
    for at in 0..3 {
        records = report(records, &format!("R{at}"), "Few reports", "Leeds", "disclose");
    }
    for at in 0..30 {
        records = link(records, at, "subject", &format!("R{}", at % 3), "disclose");
    }
    for at in 0..2 {
        records = records.with("location", json!({ "location_id": format!("A{at}"), "town": "York" }));
    }
    let federation = over(records).await;
    let analyst = federation.analyst();
    for dataset in [Dataset::Person, Dataset::Report] {
        let by = if dataset == Dataset::Person { "report.area" } else { "area" };
        let measure = &["distinct"][..];
        let filter = (dataset == Dataset::Report).then_some("person.postcode in (SW)");
        let told = rows(&analyst.table(dataset, &[by], measure, filter, false).await.unwrap());
        assert!(!told.iter().any(|row| row.starts_with("Few ") && !row.ends_with("suppressed")), "{told:?}");
    }
    let told =
        rows(&analyst.table(Dataset::Event, &["location.town"], &["count"], None, false).await.unwrap());
    assert!(!told.iter().any(|row| row.ends_with("30")), "two addresses stand behind it: {told:?}");
}

/// What the policy leaves out of tables is as good as not there: the answer has the same bytes with and without it.
#[tokio::test]
async fn records_that_may_not_be_counted_show_on_no_side_of_a_link() {
    let silent_person = link(persons(story(), 40, 30, "silent"), 41, "subject", "N1", "disclose");
    let silent_report = report(story(), "N99", "North", "Leeds", "silent");
    let with_many =
        (0..40).fold(silent_report, |records, at| link(records, at, "subject", "N99", "disclose"));
    let silent_link = (0..40).fold(story(), |records, at| link(records, at, "subject", "S3", "silent"));
    let silent_place = {
        let mut records = story();
        for at in 0..25 {
            let report = json!({ "report_id": format!("X{at}"), "reported_on": "2024-01-05", "area": "North",
                                 "reporting_unit": "U", "location_id": "LX", "disclosure_mark": "silent" });
            records = records.with("report", report);
        }
        records.with("location", json!({ "location_id": "LX", "town": "Leeds", "disclosure_mark": "silent" }))
    };
    let mut told = Vec::new();
    for records in [story(), silent_person, with_many, silent_link, silent_place] {
        let federation = over(records).await;
        let analyst = federation.analyst();
        let mut all = Vec::new();
        for (dataset, by, filter) in [
            (Dataset::Person, &["report.area"][..], None),
            (Dataset::Person, &["report.area", "sex"], Some("link.role = subject")),
            (Dataset::Report, &["location.town"], None),
            (Dataset::Report, &["person.sex"], Some("location.town = Leeds")),
        ] {
            all.push(rows(&analyst.table(dataset, by, BOTH, filter, false).await.unwrap()));
        }
        told.push(all);
    }
    assert!(told[0][0].contains(&"North: 60 40".to_owned()), "{told:?}");
    assert!(told.iter().all(|all| *all == told[0]), "{told:#?}");
}

/// A place that may not be told of leaves its reports without one, and takes none of them away.
#[tokio::test]
async fn a_report_of_a_silent_place_counts_without_it() {
    let mut records = story();
    for at in 0..15 {
        let place = json!({ "location_id": format!("Q{at}"), "town": "Leeds", "disclosure_mark": "silent" });
        let report = json!({ "report_id": format!("Q{at}"), "reported_on": "2024-01-05", "area": "North",
                             "reporting_unit": "U", "location_id": format!("Q{at}") });
        records = records.with("location", place).with("report", report);
    }
    let federation = over(records).await;
    let answer = federation
        .analyst()
        .table(Dataset::Report, &["location.town"], &["count"], None, false)
        .await
        .unwrap();
    assert_eq!(rows(&answer), ["null: 15", "Hull: 10", "Leeds: 30"]);
}

/// Twenty reports more or less, all about one person: told apart by their reports, not by whom they are about.
#[tokio::test]
async fn a_table_is_weighed_by_the_linked_entities_as_well() {
    let mut records = persons(Records::new(), 0, 40, "disclose");
    let more = json!({ "sex": "male", "postcode": "E1 1AA" });
    records = records.person("P40", "A", "B", "1980-01-01", more);
    for at in 0..60 {
        records = report(records, &format!("R{at}"), "North", "Leeds", "disclose");
        records = link(records, if at < 40 { at } else { 40 }, "subject", &format!("R{at}"), "disclose");
    }
    let federation = over(records).await;
    let filter = Some("person.sex in (male, female)");
    let analyst = federation.analyst();
    let answer = analyst.table(Dataset::Report, &[], &["distinct"], filter, false).await.unwrap();
    assert_eq!(rows(&answer), [": 60"]);
    let answer = analyst.table(Dataset::Report, &[], &["distinct"], Some("person.postcode in (SW1)"), false);
    assert_eq!(rows(&answer.await.unwrap()), [": suppressed"], "twenty reports less are one person less");
    // The same persons counted by themselves: their own account knows what the reports told of them.
    let answer = analyst.table(Dataset::Person, &[], &["count"], Some("postcode in (SW1)"), false).await;
    assert_eq!(rows(&answer.unwrap()), [": suppressed"]);
}

#[tokio::test]
async fn each_dataset_on_the_path_must_be_permitted_and_stands_in_the_audit_log() {
    let mut files = exact("mps");
    let forbid = "@id(\"no-links\") forbid (principal, action == Action::\"ask\", resource == Dataset::\"link\") \
                  when { context.mode == \"tabulate\" };";
    files.files.insert("policies/links.cedar".to_owned(), forbid.to_owned());
    let plan = Plan::new()
        .node("mps", story())
        .policy("mps", files)
        .node("colp", story())
        .policy("colp", exact("colp"));
    let federation = Federation::start(plan).await;
    let analyst = federation.analyst();
    let answer = analyst.table(Dataset::Person, &["report.area"], &["distinct"], None, false).await.unwrap();
    assert_eq!(answer.coverage.sentence(), "1 of 2 forces answered; mps did not (refused: not_permitted)");
    let answer = analyst.table(Dataset::Report, &["location.town"], &["count"], None, false).await.unwrap();
    assert!(answer.coverage.is_complete(), "a reference is no link: {}", answer.coverage.sentence());
    let log = std::fs::read_to_string(federation.site("colp").join("audit/audit.log")).unwrap();
    assert!(log.contains("\"person, link, report\"") && log.contains("\"report, location\""), "{log}");
}

#[tokio::test]
async fn where_tables_carry_noise_none_follows_a_link() {
    let mut files = exact("mps");
    files.files.get_mut("disclosure.toml").unwrap().push_str(
        "\n[noise.report]\ndistribution = \"gaussian\"\nquestion_micro_rho = 5000\nbudget_micro_rho = 50000\nperiod_days = 90\n",
    );
    files.files.retain(|path, _| !path.starts_with("cases/"));
    let plan = Plan::new()
        .node("mps", story())
        .policy("mps", files)
        .node("colp", story())
        .policy("colp", exact("colp"));
    let federation = Federation::start(plan).await;
    let analyst = federation.analyst();
    for (dataset, by) in [
        (Dataset::Person, "report.area"),
        (Dataset::Report, "location.town"),
        (Dataset::Report, "person.sex"),
    ] {
        let answer = analyst.table(dataset, &[by], &["count"], None, false).await.unwrap();
        assert_eq!(
            answer.coverage.sentence(),
            "1 of 2 forces answered; mps did not (refused: too_large)",
            "{by}"
        );
    }
}

#[tokio::test]
async fn an_older_node_would_say_that_it_does_not_know_the_question() {
    let federation = over(story()).await;
    let asked = tests::analyst::tabulation(Dataset::Person, &["report.area"], &["count"], None);
    let bytes = api::question::encode(&federation.analyst().question(model::Ask::Tabulate(asked)));
    let wire: api::v1::Question = prost::Message::decode(bytes.as_slice()).unwrap();
    assert_eq!(wire.revision, 2);
    let plain = tests::analyst::tabulation(Dataset::Person, &["sex"], &["count"], None);
    let bytes = api::question::encode(&federation.analyst().question(model::Ask::Tabulate(plain)));
    let wire: api::v1::Question = prost::Message::decode(bytes.as_slice()).unwrap();
    assert_eq!(wire.revision, 1);
}
