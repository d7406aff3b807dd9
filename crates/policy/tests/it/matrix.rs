//! The whole matrix of decisions of each sample bundle, kept in the repository: a reviewer reads flipped marks.

use std::fmt::Write as _;

use model::probe::{IdentifierProbe, OrganisationProbe, PartialProbe};
use model::vocabulary::{
    DisclosureMark, HandlingCode, HandlingConditions, Provenance, SubjectCategory, ThreatCategory, Vetting,
};
use model::{
    Ask, Circumstances, Dataset, Granularity, IdentifierKind, Label, LabelTable, Pressing, Principal, Probe,
    Purpose, Question, Search,
};
use policy::{Bundle, Policy};

use crate::support::{now, ordinary, person, question, sample, tabulation};

type Class = (&'static str, fn(&mut Label));

const CLASSES: &[Class] = &[
    ("ordinary", |_| ()),
    ("fraud", |l| l.threat_category = ThreatCategory::Fraud),
    ("open", |l| l.provenance = Provenance::Open),
    ("partner", |l| l.provenance = Provenance::Partner),
    ("sensitive", |l| l.provenance = Provenance::Sensitive),
    ("victim", |l| l.subject_category = SubjectCategory::Victim),
    ("consult", |l| {
        l.handling_code = HandlingCode::C;
        l.handling_conditions = HandlingConditions::ConsultOriginator;
    }),
    ("refer", |l| l.disclosure_mark = DisclosureMark::Refer),
    ("silent", |l| l.disclosure_mark = DisclosureMark::Silent),
    ("strictest", |l| *l = Label::strictest(l.dataset, l.controller.clone())),
];

fn asked(purpose: Purpose, ask: Ask) -> Question {
    Question { purpose, ..question(ask) }
}

fn probes() -> [(&'static str, Dataset, Probe); 4] {
    let Ask::Search(Search { probe, .. }) = person(Granularity::Hit) else { unreachable!() };
    let phone = IdentifierProbe { kind: IdentifierKind::Phone, value: "x".to_owned() };
    let half =
        PartialProbe { kind: IdentifierKind::Phone, pattern: "x".to_owned(), make: None, colour: None };
    let firm = OrganisationProbe { name: "x".to_owned(), postcode: None };
    [
        ("person", Dataset::Person, probe),
        ("phone", Dataset::Identifier, Probe::Identifier(phone)),
        ("phone in part", Dataset::Identifier, Probe::Partial(half)),
        ("organisation", Dataset::Organisation, Probe::Organisation(firm)),
    ]
}

fn labels(dataset: Dataset) -> LabelTable {
    let mut labels = LabelTable::default();
    for (_, change) in CLASSES {
        let mut label = ordinary(dataset);
        change(&mut label);
        labels.intern(label);
    }
    labels
}

fn matrix(policy: &Policy) -> String {
    let mut page = String::from(
        "a ROCTA analyst asks for everything\nsearch: h hit, c count, p picture, r referral; w watched\n\
         table: the profile's minimum, with no other label beside it\n\n",
    );
    let heading: String = CLASSES.iter().map(|(name, _)| format!("{name:>10}")).collect();
    writeln!(page, "{:<14}{:<20}{:<13}{heading}", "purpose", "asked about", "answered on").unwrap();
    for &purpose in Purpose::ALL {
        for (name, dataset, probe) in probes() {
            let question = asked(purpose, Ask::Search(Search { probe, granularity: Granularity::Referral }));
            write!(page, "{purpose:<14}{name:<20}").unwrap();
            let asker = Principal::named(question.asker.clone());
            page.push_str(&search_row(policy, &asker, &question, &labels(dataset)));
        }
        for &dataset in Dataset::ALL {
            let question = asked(purpose, tabulation(dataset, &[], &["count"]));
            write!(page, "{purpose:<14}{:<20}", format!("table {dataset}")).unwrap();
            page.push_str(&table_row(policy, &question, &labels(dataset)));
        }
    }
    for (title, asker, circumstances) in special() {
        writeln!(page, "\n{title}").unwrap();
        for &purpose in Purpose::ALL {
            let question = Question {
                circumstances: circumstances.clone(),
                ..asked(purpose, person(Granularity::Referral))
            };
            write!(page, "{purpose:<14}{:<20}", "person").unwrap();
            page.push_str(&search_row(policy, &asker, &question, &labels(Dataset::Person)));
        }
    }
    page.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Askers and circumstances that policies make a difference for.
fn special() -> [(&'static str, Principal, Circumstances); 2] {
    let plain = Principal::named("spiffe://bluelamp/force/rocta/analyst/7".parse().unwrap());
    let mut cleared = plain.clone();
    cleared.standing.vetting = Some(Vetting::SecurityCheck);
    let second =
        Principal { approved_by: Some("spiffe://bluelamp/force/rocta/analyst/8".parse().unwrap()), ..plain };
    let urgency = Pressing::ThreatToLife("somebody's life is in danger".parse().unwrap());
    [
        ("the same with a security clearance", cleared, Circumstances::default()),
        (
            "the same under a threat to life, approved",
            second,
            Circumstances { urgency, ..Circumstances::default() },
        ),
    ]
}

fn search_row(policy: &Policy, asker: &Principal, question: &Question, labels: &LabelTable) -> String {
    let Ok(permit) = policy.authorise(asker, question, labels, now()) else { return "denied\n".to_owned() };
    let mut row = format!("{:<13}", permit.rung().unwrap());
    for (id, _) in labels.iter() {
        let marks: String = Granularity::ALL
            .iter()
            .map(|&rung| if permit.rungs_of(id).contains(rung) { &rung.as_str()[..1] } else { "" })
            .collect();
        let marks = if permit.is_watched(id) { "w" } else { &marks };
        write!(row, "{:>10}", if marks.is_empty() { "-" } else { marks }).unwrap();
    }
    row + "\n"
}

fn table_row(policy: &Policy, question: &Question, labels: &LabelTable) -> String {
    let mut row = format!("{:<13}", "table");
    for (_, label) in labels.iter() {
        let mut alone = LabelTable::default();
        let id = alone.intern(label.clone());
        let principal = Principal::named(question.asker.clone());
        let Ok(permit) = policy.authorise(&principal, question, &alone, now()) else {
            return "denied\n".to_owned();
        };
        let counted = permit.allowed_labels().any(|allowed| allowed == id);
        let mark = if counted { permit.protection().minimum_cell.to_string() } else { "-".to_owned() };
        write!(row, "{mark:>10}").unwrap();
    }
    row + "\n"
}

#[test]
fn the_decisions_of_the_sample_bundles() {
    for force in ["mps", "colp", "btp"] {
        let bundle = Bundle::compile(&sample(force)).unwrap();
        insta::assert_snapshot!(force, matrix(&Policy::new(bundle, String::new())));
    }
}
