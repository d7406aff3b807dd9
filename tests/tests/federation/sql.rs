//! SQL over a federation of real nodes: statements become signed questions, policies protect each force's share, and the
//! answer is finished at the desk.

use std::collections::BTreeSet;

use arrow::util::display::array_value_to_string;
use async_trait::async_trait;
use model::{Ask, TableAnswer};
use serde_json::json;
use sql::{Answer, TypedQuestion};
use tests::{Analyst, Federation, Plan, Records};

use crate::story::three_forces;

/// Puts typed questions as the analyst of a federation.
struct Desk(Analyst);

#[async_trait]
impl sql::Ask for Desk {
    type Error = tonic::Status;

    async fn ask(&self, question: &TypedQuestion) -> Result<TableAnswer, tonic::Status> {
        let mut asked = self.0.question(Ask::Tabulate(question.table.clone()));
        if let Some(forces) = &question.forces {
            asked.audience = forces.clone();
        }
        let request = api::v1::TabulateRequest {
            question: Some(self.0.sign(&asked)),
            deadline_ms: self.0.deadline_ms,
            by_force: question.by_force,
        };
        let reply = self.0.client.clone().tabulate(request).await?.into_inner();
        api::answer::table_answer_from_wire(asked.id, reply)
            .map_err(|error| tonic::Status::data_loss(error.to_string()))
    }
}

/// What `bluelamp sql` would be answered.
pub(crate) async fn ask(federation: &Federation, statement: &str) -> Answer {
    let prepared = sql::prepare(statement).unwrap();
    prepared.run(&Desk(federation.analyst())).await.unwrap()
}

/// Rows as `value value`, with the status of each figure that is not exact.
fn rows(answer: &Answer) -> Vec<String> {
    let cell = |column: &sql::Answered, at: usize| {
        let value = array_value_to_string(&column.values, at).unwrap();
        match column.status.as_ref().map(|status| status[at]) {
            Some(Some("suppressed")) => "suppressed".to_owned(),
            Some(Some(status)) if status != "exact" => format!("{value} ({status})"),
            _ => value,
        }
    };
    let row = |at| answer.columns.iter().map(|column| cell(column, at)).collect::<Vec<_>>().join(" ");
    (0..answer.rows).map(row).collect()
}

#[tokio::test]
async fn a_statement_is_answered_by_forces_that_each_protect_their_share() {
    let federation = Federation::start(three_forces()).await;
    let answer = ask(
        &federation,
        "select force, date_part('month', occurred_on) m, category, count(*) n from event \
         where category in ('Burglary', 'Robbery', 'Drugs') and date_part('year', occurred_on) = 2024 \
         group by force, date_part('year', occurred_on), m, category order by force, m, category",
    )
    .await;
    let told = rows(&answer);
    assert!(told.contains(&"mps 2 Robbery suppressed".to_owned()), "three robberies: {told:?}");
    assert!(
        told.iter().filter(|row| row.starts_with("mps") && row.ends_with("suppressed")).count() >= 4,
        "{told:?}"
    );
    assert!(answer.coverage.is_complete() && answer.questions.len() == 1);
}

#[tokio::test]
async fn what_is_suppressed_leaves_bounds_through_every_step() {
    let mps = Records::new().crimes("Burglary", "2024-01", 20).crimes("Burglary", "2024-02", 30);
    let colp = Records::new().crimes("Burglary", "2024-01", 3);
    let colp = colp.crimes("Burglary", "2024-02", 40).crimes("Burglary", "2024-03", 25);
    let federation = Federation::start(Plan::new().node("mps", mps).node("colp", colp)).await;
    let inner = "(select month(occurred_on) c, count(*) n from event group by 1) t";
    // Three in January are too few at colp, and so it keeps back another month that would tell them by the total.
    let answer = ask(&federation, &format!("select c, n, n + 1, n > 10 from {inner} order by c")).await;
    let told = rows(&answer);
    assert!(told[0].starts_with("2024-01 20 (at least) 21 (at least) true"), "{told:?}");
    let answer = ask(&federation, &format!("select sum(n), avg(n), count(*) from {inner}")).await;
    let told = rows(&answer);
    assert!(told[0].contains("(at least) suppressed 3"), "{told:?}");
    let answer = ask(&federation, &format!("select c, n from {inner} where n < 25")).await;
    assert_eq!(rows(&answer), Vec::<String>::new(), "twenty at least may be more than 25");
}

#[tokio::test]
async fn results_are_joined_shared_out_and_ranked_at_the_desk() {
    let federation = Federation::start(three_forces()).await;
    let answer = ask(
        &federation,
        "with jan as (select category c, count(*) n from event where occurred_on between '2024-01-01' and '2024-01-31' group by 1) \
         select jan.c, n, n * 100 / (select sum(n) from jan) percent, sum(n) over (order by jan.c) so_far from jan order by n desc",
    )
    .await;
    assert_eq!(rows(&answer), ["Robbery 45 50 90", "Burglary 33 36 33", "Drugs 12 13 45"]);
    assert_eq!(answer.questions.len(), 1, "the same question is asked once");
}

#[tokio::test]
async fn a_variance_finished_here_is_that_of_all_forces_together() {
    let thefts = |prefix: &str, losses: &[i64]| {
        (0..20 * losses.len()).fold(Records::new(), |records, at| {
            records.with(
                "event",
                json!({ "event_id": format!("{prefix}{at}"), "kind": "crime", "occurred_on": "2024-01",
                        "provenance": "open", "loss_gbp": losses[at % losses.len()] }),
            )
        })
    };
    let plan = Plan::new().node("mps", thefts("M", &[10, 20, 60])).node("btp", thefts("B", &[30, 90]));
    let federation = Federation::start(plan).await;
    let answer = ask(&federation, "select count(*), avg(loss_gbp), var_pop(loss_gbp), stddev_pop(loss_gbp) * stddev_pop(loss_gbp) from event").await;
    assert_eq!(rows(&answer), ["100 42.0 856.0 856.0"]);
}

#[tokio::test]
async fn a_missing_force_stands_in_the_coverage_of_a_statement() {
    let federation = Federation::start(three_forces().down("nca")).await;
    let mut analyst = federation.analyst();
    analyst.deadline_ms = 20_000;
    let prepared = sql::prepare("select count(*) from event where category in ('Robbery')").unwrap();
    let answer = prepared.run(&Desk(analyst)).await.unwrap();
    assert_eq!(answer.coverage.sentence(), "3 of 4 forces answered; nca did not (unreachable)");
    let prepared = sql::prepare("select count(*) from event where force = 'nca'").unwrap();
    let ended = prepared.run(&Desk(federation.analyst())).await;
    assert!(matches!(ended, Err(sql::RunError::Unanswered(coverage)) if coverage.asked() == 1));
}

#[tokio::test]
async fn records_joined_along_links_are_counted_at_the_forces_and_ranked_at_the_desk() {
    let mut records = Records::new();
    for at in 0..30 {
        let more = json!({ "sex": if at % 2 == 0 { "female" } else { "male" } });
        records = records.person(&format!("P{at}"), "A", "B", "1980-01-01", more);
        let report = json!({ "report_id": format!("R{at}"), "reported_on": "2024-01-05", "reporting_unit": "U",
                             "threat_category": if at < 20 { "drugs" } else { "fraud" } });
        records = records.with("report", report);
        for report in [at, (at + 1) % 20] {
            let edge = json!({ "from_dataset": "person", "from_id": format!("P{at}"), "role": "subject",
                               "to_dataset": "report", "to_id": format!("R{report}") });
            records = records.with("link", edge);
        }
    }
    let federation = Federation::start(Plan::new().node("mps", records.clone()).node("colp", records)).await;
    let joined = "person p join link l on l.from_id = p.person_id join report r on r.report_id = l.to_id";
    let statement = format!(
        "select r.threat_category, count(distinct p.person_id) n from {joined} where l.role = 'subject' group by 1 order by n desc limit 2"
    );
    let answer = ask(&federation, &statement).await;
    assert_eq!(
        rows(&answer),
        ["drugs 60 (rounded)", "fraud 20 (rounded)"],
        "each person once in a force's cell"
    );
    let explained = sql::prepare(&statement).unwrap().explain(&federation.analyst().audience);
    assert!(
        explained.contains(
            "table person --by report.threat_category --measure distinct --where \"link.role in (subject)\""
        ),
        "{explained}"
    );
}

/// A statement that is refused sends nothing, and one that is taken sends what `explain` says.
#[tokio::test]
async fn no_text_of_a_statement_travels() {
    let federation = Federation::start(three_forces()).await;
    assert!(sql::prepare("select family_name from person").is_err());
    let prepared = sql::prepare("select category as secretword, count(*) from event group by 1").unwrap();
    let forces: BTreeSet<_> = federation.analyst().audience.clone();
    assert!(prepared.explain(&forces).contains("table event --by category --measure count"));
    let question = &prepared.questions()[0];
    let asked = federation.analyst().question(Ask::Tabulate(question.table.clone()));
    let bytes = api::question::encode(&asked);
    assert!(!String::from_utf8_lossy(&bytes).contains("secretword"));
}
