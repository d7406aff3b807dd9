//! The records that most scenarios share, chosen so that a wrong answer explains itself.

use model::answer::Outcome;
use model::{Refusal, SearchAnswer};
use serde_json::json;
use tests::{Plan, Records};

/// MPS holds Everywhere, Pair, Quiet (silent), Marked (refer) and a car; CoLP holds Everywhere and Pair; BTP holds
/// Everywhere and Alone. Each spells Everywhere a little differently.
pub fn three_forces() -> Plan {
    Plan::new().node("mps", mps()).node("colp", colp()).node("btp", btp())
}

pub fn mps() -> Records {
    Records::new()
        .person("M1", "Zelda Anne", "Everywhere", "1985-03-07", json!({ "threat_category": "firearms" }))
        .person("M2", "Paul", "Pairman", "1979-11-22", json!({}))
        .person("M3", "Quentin", "Quietly", "1991-06-30", json!({ "disclosure_mark": "silent" }))
        .person("M4", "Martha", "Markedly", "1970-01-31", json!({ "disclosure_mark": "refer" }))
        .person("M5", "Victor", "Victimson", "1968-02-14", json!({ "subject_category": "victim" }))
        .with("object", json!({ "object_id": "C1", "kind": "vehicle", "make": "Ford", "colour": "Blue" }))
        .identifier(("object", "C1"), "vrm", "AB12 CDE", json!({}))
        .identifier(("person", "M3"), "phone", "020 7946 0461", json!({}))
        .with(
            "report",
            json!({ "report_id": "R1", "reported_on": "2023-02-03", "source_evaluation": "1", "assessment": "A",
                    "threat_category": "firearms" }),
        )
        .with(
            "link",
            json!({ "from_dataset": "person", "from_id": "M1", "role": "subject", "to_dataset": "report", "to_id": "R1" }),
        )
        .with(
            "link",
            json!({ "from_dataset": "person", "from_id": "M1", "role": "keeper", "to_dataset": "object", "to_id": "C1" }),
        )
        // A silent report, and a silent link to an open one.
        .with(
            "report",
            json!({ "report_id": "R2", "reported_on": "2022-02-03", "source_evaluation": "1", "assessment": "A",
                    "threat_category": "fraud", "disclosure_mark": "silent" }),
        )
        .with(
            "report",
            json!({ "report_id": "R3", "reported_on": "2021-02-03", "source_evaluation": "1", "assessment": "A",
                    "threat_category": "cyber" }),
        )
        .with(
            "link",
            json!({ "from_dataset": "person", "from_id": "M1", "role": "subject", "to_dataset": "report", "to_id": "R2" }),
        )
        .with(
            "link",
            json!({ "from_dataset": "report", "from_id": "R3", "role": "subject", "to_dataset": "person", "to_id": "M1",
                    "disclosure_mark": "silent" }),
        )
        .crimes("Burglary", "2024-01", 23)
        .crimes("Burglary", "2024-02", 17)
        .crimes("Robbery", "2024-01", 31)
        .crimes("Robbery", "2024-02", 3)
        .crimes("Drugs", "2024-01", 12)
        .crimes("Drugs", "2024-02", 14)
}

pub fn colp() -> Records {
    Records::new()
        .person("L1", "Zelda", "Everywher", "1985-03-07", json!({}))
        .person("L2", "Paul", "Pairman", "1979-11-22", json!({}))
        .crimes("Burglary", "2024-01", 10)
        .crimes("Robbery", "2024-01", 8)
}

pub fn btp() -> Records {
    Records::new()
        .person("B1", "Zelda", "Everywhere", "1985-07-03", json!({}))
        .person("B2", "Alan", "Alone", "1960-12-01", json!({}))
        .crimes("Robbery", "2024-01", 6)
}

/// The answer in one line for each force: `mps hit`, `colp none`, `btp refused not_permitted`.
pub fn told(answer: &SearchAnswer) -> Vec<String> {
    let line = |covered: &model::ForceCoverage| {
        let reply = answer.answers.iter().find(|(force, _)| *force == covered.force).map(|(_, reply)| reply);
        let said = match (&covered.outcome, reply) {
            (Outcome::Answered { .. }, Some(reply)) => match reply.hit {
                Some(true) => "hit".to_owned(),
                Some(false) => "none".to_owned(),
                None => "acknowledged".to_owned(),
            },
            (Outcome::Refused(code), _) => format!("refused {code}"),
            (outcome, _) => outcome.word().to_owned(),
        };
        format!("{} {said}", covered.force)
    };
    answer.coverage.forces.iter().map(line).collect()
}

/// What every force of a federation of three says when the question itself is bad.
pub fn all_refuse(code: Refusal) -> Vec<String> {
    ["btp", "colp", "mps"].map(|force| format!("{force} refused {code}")).to_vec()
}
