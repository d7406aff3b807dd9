//! Statements that join records along declared links, against one database over all records; and joins that are refused.

use std::cell::Cell;

use proptest::prelude::*;

use crate::forces::Forces;
use crate::oracle::{oracle, told};
use crate::statements::same;

const SUBJECTS: &str = "person p join link l on l.from_id = p.person_id and l.from_dataset = 'person' \
                        join report r on r.report_id = l.to_id and l.to_dataset = 'report'";

async fn check(statement: &str) {
    let forces = Forces::of(7);
    let prepared = sql::prepare(statement).unwrap_or_else(|refused| panic!("{statement}\n{refused}"));
    let answer = prepared.run(&forces).await.unwrap();
    let theirs = oracle(&forces, statement).await.unwrap();
    same(&told(&answer), &theirs).unwrap_or_else(|why| panic!("{statement}\n{why}"));
    assert!(!theirs.0.is_empty(), "{statement}: shows nothing");
}

#[tokio::test]
async fn joins_along_links_come_to_what_one_database_says() {
    for statement in [
        &format!("select r.threat_category, count(distinct p.person_id) from {SUBJECTS} group by 1"),
        &format!("select r.threat_category, count(*) from {SUBJECTS} group by 1"),
        &format!("select count(*) from {SUBJECTS}"),
        &format!("select count(distinct r.report_id) from {SUBJECTS} where p.postcode like 'SW%'"),
        &format!(
            "select l.role, p.sex, count(*) from {SUBJECTS} where r.area = 'North' or p.sex is null group by 1, 2"
        ),
        &format!(
            "select date_trunc('month', r.reported_on) m, count(distinct p.person_id) n from {SUBJECTS} group by m order by m"
        ),
        &format!(
            "select p.sex, o.town, count(distinct p.person_id) n from {SUBJECTS} left join location o on o.location_id = r.location_id \
             where l.role = 'subject' and r.threat_category in ('child_sexual_abuse', 'modern_slavery') group by p.sex, o.town"
        ),
        &format!(
            "select o.town, count(*) from {SUBJECTS} join location o on o.location_id = r.location_id group by 1"
        ),
        "select o.town, count(*), sum(e.loss_gbp) from event e left join location o on e.location_id = o.location_id group by o.town",
        "select o.town, count(*) from event e join location o on e.location_id = o.location_id group by o.town having count(*) > 20",
        "select o.town, count(*) from location o join event e on e.location_id = o.location_id where e.kind = 'crime' group by o.town",
        "select town, avg(risk_score) from report left join location using (location_id) group by town",
        "select l.role, count(*) from person p, link l, event e where p.person_id = l.from_id and l.to_id = e.event_id and e.kind = 'crime' group by 1",
        "select force, n from (select p.force, count(*) n from person p join link l on l.from_id = p.person_id and p.force = l.force \
         join report r on l.to_id = r.report_id group by 1) t where n > 1",
        "with a as (select r.area c, count(distinct p.person_id) n from person p join link l on l.from_id = p.person_id join report r on l.to_id = r.report_id group by 1), \
         b as (select area c, count(*) m from report group by 1) select a.c, a.n, b.m from a join b on a.c = b.c",
        "with young as (select person_id, sex from person where dob >= date '1985-01-01') \
         select y.sex, count(*) from young y join link on link.from_id = y.person_id join report on report.report_id = link.to_id group by 1",
    ] {
        check(statement).await;
    }
}

#[test]
fn other_joins_of_records_are_refused_with_the_way_that_is_declared() {
    for (statement, parts) in [
        ("select count(*) from person a join person b on a.dob = b.dob", &["person stands there twice"][..]),
        (
            "select count(*) from person p join report r on p.person_id = r.report_id",
            &["no declared link", "person join link on"],
        ),
        (
            "select count(*) from person p join event e on p.threat_category = e.threat_category",
            &["no declared link"],
        ),
        (
            "select count(*) from person p, report r",
            &["not tied along one path", "link.to_id = report.report_id"],
        ),
        (
            "select count(*) from person p join link l on l.to_id = p.person_id join report r on r.report_id = l.from_id",
            &["are recorded from person on"],
        ),
        (
            "select count(*) from event e join link l on l.from_id = e.event_id join threat t on t.threat_id = l.to_id",
            &["no declared link leads from event to threat"],
        ),
        (
            "select count(*) from person p left join link l on l.from_id = p.person_id left join report r on r.report_id = l.to_id",
            &["an outer join"],
        ),
        (
            "select count(*) from event e left join location o on o.location_id = e.location_id and o.town = 'York'",
            &["an outer join", "location.town"],
        ),
        (
            "select count(*) from event e full join location o on o.location_id = e.location_id",
            &["Full join of records"],
        ),
        (
            "select count(distinct o.location_id) from event e join location o on o.location_id = e.location_id",
            &["not counted beside them"],
        ),
        (
            "select count(distinct p.person_id), count(distinct r.report_id) from person p join link l on l.from_id = p.person_id join report r on r.report_id = l.to_id",
            &["entities of one dataset", "join the two by their groups"],
        ),
        (
            "select sum(r.risk_score) from person p join link l on l.from_id = p.person_id join report r on r.report_id = l.to_id",
            &["sum(report.risk_score) is not asked"],
        ),
        (
            "select sum(r.risk_score) from report r join link l on l.to_id = r.report_id join person p on p.person_id = l.from_id",
            &["once for each linked person"],
        ),
        (
            "select p.family_name, count(*) from person p join link l on l.from_id = p.person_id join report r on r.report_id = l.to_id group by 1",
            &["family_name stays with its force"],
        ),
        (
            "select r.location_id, count(*) from person p join link l on l.from_id = p.person_id join report r on r.report_id = l.to_id group by 1",
            &["location_id stays with its force"],
        ),
        (
            "select p.sex from person p join link l on l.from_id = p.person_id join report r on r.report_id = l.to_id",
            &["can't be listed"],
        ),
        (
            "select e.category, t.n from event e join (select category c, count(*) n from event group by 1) t on t.c = e.category",
            &["do not meet results"],
        ),
    ] {
        let refused =
            sql::prepare(statement).err().unwrap_or_else(|| panic!("{statement}: was taken")).to_string();
        let missing: Vec<&&str> = parts.iter().filter(|part| !refused.contains(**part)).collect();
        assert!(missing.is_empty(), "{statement}\n{refused}\nlacks {missing:?}");
    }
}

#[test]
fn what_is_asked_is_said_as_it_would_be_typed() {
    for (statement, typed) in [
        (
            format!("select r.area, count(distinct p.person_id) from {SUBJECTS} where l.role = 'subject' group by 1"),
            "table person --by report.area --measure distinct --where \"link.role in (subject)\"",
        ),
        (
            format!("select count(distinct r.report_id) from {SUBJECTS}"),
            "table report --measure distinct --where \"person.controller is not null\"",
        ),
        (
            "select o.town, sum(loss_gbp) from event e left join location o on o.location_id = e.location_id group by 1".to_owned(),
            "table event --by location.town --measure sum:loss_gbp",
        ),
        (
            "select count(*) from identifier i join person p on i.holder_id = p.person_id and i.holder_dataset = 'person' where kind = 'pnc_id'".to_owned(),
            "table identifier --measure count --where \"kind in (pnc_id) and person.controller is not null\"",
        ),
    ] {
        let prepared = sql::prepare(&statement).unwrap_or_else(|refused| panic!("{statement}\n{refused}"));
        assert_eq!(prepared.questions()[0].to_string(), typed);
    }
}

fn statement() -> impl Strategy<Value = String> {
    let groups = proptest::sample::subsequence(
        vec![
            "p.sex",
            "r.area",
            "r.threat_category",
            "l.role",
            "o.town",
            "date_trunc('quarter', r.reported_on)",
            "left(p.postcode, 2)",
            "r.force",
        ],
        0..4,
    );
    let conditions = proptest::sample::subsequence(
        vec![
            "r.area = 'North'",
            "(o.town is null or p.sex = 'male')",
            "l.role in ('subject', 'associate')",
            "r.reported_on >= date '2024-03-01'",
            "p.dob < date '1990-01-01'",
            "not (p.sex = 'female')",
            "r.risk_score >= 30",
        ],
        0..4,
    );
    let place = prop_oneof![Just("left join"), Just("join")];
    let figure = prop_oneof![
        Just("count(*)"),
        Just("count(distinct p.person_id)"),
        Just("count(distinct r.report_id)"),
        Just("count(*), count(distinct p.person_id)"),
    ];
    (groups.prop_shuffle(), conditions, place, figure).prop_map(|(groups, conditions, place, figure)| {
        let columns: Vec<&str> = groups.iter().copied().chain([figure]).collect();
        let mut text = format!(
            "select {} from {SUBJECTS} {place} location o on o.location_id = r.location_id",
            columns.join(", ")
        );
        if !conditions.is_empty() {
            text.push_str(&format!(" where {}", conditions.join(" and ")));
        }
        if !groups.is_empty() {
            text.push_str(&format!(" group by {}", groups.join(", ")));
        }
        text
    })
}

#[test]
fn made_up_joins_come_to_what_one_database_says() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(60));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answered = Cell::new(0);
    let ended = runner.run(&(statement(), 0..3_u64), |(text, seed)| {
        let forces = Forces::of(seed);
        let prepared =
            sql::prepare(&text).map_err(|refused| TestCaseError::fail(format!("{text}\n{refused}")))?;
        let answer = runtime.block_on(prepared.run(&forces)).unwrap();
        let theirs = runtime.block_on(oracle(&forces, &text)).unwrap();
        if answer.columns.iter().filter_map(|c| c.status.as_ref()).flatten().any(|s| *s == Some("suppressed"))
        {
            // Nobody behind a filter is not told as zero.
            prop_assert_eq!(answer.rows, 1);
            return Ok(());
        }
        answered.set(answered.get() + 1);
        let compared = same(&told(&answer), &theirs);
        prop_assert!(compared.is_ok(), "{}\n{}", text, compared.unwrap_err());
        Ok(())
    });
    ended.unwrap_or_else(|why| panic!("{why}"));
    assert!(answered.get() > 0);
}
